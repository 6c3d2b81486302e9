//! Which module a process imports first, and where it looks for it.

use super::super::image::Stage;
use super::super::listener::{is_python, server_words};
use super::super::process::{Process, basename};
use crate::source::Span;
use crate::source::clean;
use crate::syntax::shell::Word;

/// The import with which a process starts.
#[derive(Debug)]
pub struct Entry {
    /// The top-level module or package.
    pub module: String,
    /// The word that names it.
    pub at: Span,
    /// The folders of the image in which Python looks for it, besides those of installs.
    pub searched: Vec<String>,
}

impl Entry {
    /// Reads the process of a stage. None if it is no import, or not known where it looks.
    pub fn read(process: &Process, stage: &Stage) -> Option<Entry> {
        let workdir = super::absolute(&stage.workdir)?;
        if process.installs {
            return None;
        }
        let words = &process.words;
        let (word, module, own) = match server_words(words) {
            Some((words, server @ ("gunicorn" | "uvicorn" | "hypercorn" | "granian"))) => {
                let (word, module) = words.iter().skip(1).find_map(|w| Some((w, target(w)?)))?;
                let folder = match server {
                    "gunicorn" => option(words, &["--chdir"])?,
                    "uvicorn" => option(words, &["--app-dir"])?,
                    _ => None,
                };
                let mut own = vec![join(&workdir, folder.unwrap_or("."))];
                if server == "gunicorn"
                    && let Some(paths) = option(words, &["--pythonpath"])?
                {
                    own.extend(paths.split(',').map(|path| join(&workdir, path)));
                }
                (word, module, own)
            }
            Some(_) => return None,
            None => {
                is_python(basename(words.first()?)?).then_some(())?;
                let flag = words.iter().position(|word| word.as_str() == Some("-m"))?;
                let word = words.get(flag + 1)?;
                // Switches before `-m`, such as `-I`, may change where Python looks.
                let plain =
                    words[1..flag].iter().all(|w| matches!(w.as_str(), Some("-u" | "-O" | "-B")));
                (word, word.as_str().filter(|_| plain)?, vec![workdir.clone()])
            }
        };
        let module = module.split('.').next().filter(|name| is_identifier(name))?.to_owned();
        let mut searched = own;
        if let Some(path) = stage.env.get("PYTHONPATH") {
            let path = path.known()?;
            for part in path.value.split(':') {
                match part.literal() {
                    Some("") => {}
                    Some(folder) => searched.push(join(&workdir, folder)),
                    // `$PYTHONPATH` itself: the images of Python set none.
                    None if part.is_unknown() => {}
                    None => return None,
                }
            }
        }
        Some(Entry { module, at: word.at, searched })
    }
}

/// The module of `package.module:app`.
fn target(word: &Word) -> Option<&str> {
    let (module, object) = word.as_str()?.split_once(':')?;
    let object = object.split('(').next()?;
    (module.split('.').all(is_identifier) && object.split('.').all(is_identifier)).then_some(module)
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The value of an option: `Some(None)` if it is not given, `None` if it is not known.
fn option<'a>(words: &'a [Word], names: &[&str]) -> Option<Option<&'a str>> {
    for (i, word) in words.iter().enumerate() {
        let Some(text) = word.as_str() else { continue };
        if names.contains(&text) {
            return Some(Some(words.get(i + 1)?.as_str()?));
        }
        if let Some((name, value)) = text.split_once('=')
            && names.contains(&name)
        {
            return Some(Some(value));
        }
    }
    // A word that is not known may be the option.
    words.iter().all(|word| word.as_str().is_some() || word.at.start < word.at.end).then_some(None)
}

fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') { clean(path) } else { clean(&format!("{folder}/{path}")) }
}
