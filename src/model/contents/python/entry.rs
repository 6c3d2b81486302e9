//! What a process of Python starts with, and where it looks for modules.

use crate::model::image::Stage;
use crate::model::image::listener::{is_python, server_words};
use crate::model::image::process::{Process, basename};
use crate::source::{self, Span, clean};
use crate::syntax::shell::{Part, Word};
use crate::value::Step;
use std::borrow::Cow;

/// What a process starts with.
#[derive(Debug)]
pub struct Entry {
    /// The module or script.
    pub start: Start,
    /// The word that names it.
    pub at: Span,
    /// The folders of the image in which Python looks for it, besides those of installs.
    pub searched: Vec<String>,
    /// The variable that names it, if one does.
    pub because: Vec<Step>,
}

/// A module or a script.
#[derive(Debug)]
pub enum Start {
    /// The parts of a module's dotted name; at least one.
    Module(Vec<String>),
    /// The absolute path of a script in the image.
    Script(String),
}

impl Entry {
    /// Reads the process of a stage. None if it is neither, or not known where it looks.
    pub fn read(process: &Process, stage: &Stage) -> Option<Entry> {
        let workdir = super::absolute(&stage.workdir)?;
        if process.installs {
            return None;
        }
        let words = &process.words;
        let mut because = Vec::new();
        let (word, start, own) = match server_words(words) {
            Some((words, server @ ("gunicorn" | "uvicorn" | "hypercorn" | "granian"))) => {
                let (word, module, steps) = words.iter().skip(1).find_map(|word| {
                    let (text, steps) = expanded(word, stage)?;
                    Some((word, target(&text)?.to_owned(), steps))
                })?;
                because = steps;
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
                (word, module_named(&module)?, own)
            }
            Some((words, "streamlit")) => {
                let run = words.iter().position(|word| word.as_str() == Some("run"))?;
                let word = words.get(run + 1)?;
                let path = script(word, &workdir)?;
                (word, Start::Script(path.clone()), vec![source::folder(&path).to_owned()])
            }
            Some(_) => return None,
            None => {
                is_python(basename(words.first()?)?).then_some(())?;
                // Other switches, such as `-I`, may change where Python looks.
                let is_plain = |w: &Word| matches!(w.as_str(), Some("-u" | "-O" | "-B"));
                let first = (1..words.len()).find(|i| !is_plain(&words[*i]))?;
                match words[first].as_str()? {
                    "-m" => {
                        let word = words.get(first + 1)?;
                        (word, module_named(word.as_str()?)?, vec![workdir.clone()])
                    }
                    _ => {
                        let path = script(&words[first], &workdir)?;
                        let folder = source::folder(&path).to_owned();
                        (&words[first], Start::Script(path), vec![folder])
                    }
                }
            }
        };
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
        Some(Entry { start, at: word.at, searched, because })
    }

    /// The top-level module or package that it imports, if it starts with an import.
    pub fn package(&self) -> Option<&str> {
        match &self.start {
            Start::Module(parts) => parts.first().map(String::as_str),
            Start::Script(_) => None,
        }
    }
}

fn module_named(name: &str) -> Option<Start> {
    let parts: Vec<String> = name.split('.').map(str::to_owned).collect();
    parts.iter().all(|part| is_identifier(part)).then_some(Start::Module(parts))
}

/// The absolute path of the script that a word names.
fn script(word: &Word, workdir: &str) -> Option<String> {
    let path = word.as_str()?;
    path.ends_with(".py").then(|| join(workdir, path))
}

/// A word with the variables that the image sets.
fn expanded<'w>(word: &'w Word, stage: &Stage) -> Option<(Cow<'w, str>, Vec<Step>)> {
    if let Some(text) = word.as_str() {
        return Some((Cow::Borrowed(text), Vec::new()));
    }
    let (mut text, mut because) = (String::new(), Vec::new());
    for part in &word.parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Variable(variable) if variable.operation.is_none() => {
                let set = stage.env.get(&variable.name)?.known()?;
                text.push_str(set.value.literal()?);
                let name = &variable.name;
                let told = format!("`{name}` is set here, unless the container sets another");
                because.push(Step::default(set.at, told));
            }
            _ => return None,
        }
    }
    Some((Cow::Owned(text), because))
}

/// The module of `package.module:app`.
fn target(word: &str) -> Option<&str> {
    let (module, object) = word.split_once(':')?;
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
