//! `seamlint migrate`: the settings of other linters become a `seamlint.toml`.

use super::project::named;
use super::{Status, print, say};
use crate::config::{self, Config};
use crate::fix;
use crate::lint;
use crate::migrate::{FILES, Migration};
use crate::source::read_text;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Reads the settings in a folder, and writes ours unless they are there or only shown.
///
/// # Errors
/// If a file cannot be read or written.
pub fn run(folder: &Path, diff: bool) -> io::Result<Status> {
    let mut files = Vec::new();
    for name in FILES {
        let file = folder.join(name);
        match read_text(&file) {
            Ok(text) => files.push((*name, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(named(&file, &error)),
        }
    }
    if files.is_empty() {
        say(&format!("nothing to move: {} has none of {}", folder.display(), FILES.join(", ")));
        return Ok(Status::Clean);
    }
    let mut migration = Migration::read(&files);
    for remark in &migration.remarks {
        say(&format!("{}:{}: {}", remark.path, remark.line, remark.text));
    }
    let target = folder.join(config::FILE);
    let present = match read_text(&target) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(named(&target, &error)),
    };
    if let Some(text) = &present {
        let config = Config::parse(config::FILE, text, &lint::vocabulary());
        migration.without(&config.map_err(io::Error::other)?);
    }
    let from = migration.files.join(", ");
    if migration.unread {
        let told = "mend what cannot be read, and move again: nothing is written";
        return Err(io::Error::other(format!("{from}: {told}")));
    }
    if migration.is_empty() {
        say(&format!("nothing to write: {from} asks for nothing that is not so already"));
        return Ok(Status::Clean);
    }
    let text = migration.toml();
    if present.is_some() {
        say(&format!("{} is there and stays as it is: add these lines to it", config::FILE));
        print(&text)?;
        return Ok(Status::Found);
    }
    let text = format!("# Of {from}, by `seamlint migrate`.\n\n{text}");
    if diff {
        let added = fix::diff(config::FILE, "", &text);
        print(&added.replacen(&format!("--- a/{}", config::FILE), "--- /dev/null", 1))?;
        return Ok(Status::Found);
    }
    // It must not be there yet, whoever made it meanwhile.
    let mut file = File::create_new(&target).map_err(|error| named(&target, &error))?;
    file.write_all(text.as_bytes()).map_err(|error| named(&target, &error))?;
    say(&format!("wrote {}", target.display()));
    Ok(Status::Clean)
}
