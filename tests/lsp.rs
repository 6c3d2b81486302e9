//! Talks with the language server, written down in `tests/lsp/*.md`.
//!
//! A line that is one code span names the file of the next code block; these files are on the
//! disk when the talk begins. In a `session` block each line that begins with `>` is something
//! that the editor says, and the lines below it are what it gets to know:
//!
//! ```text
//! client JSON                       how the editor describes itself; the default can do all
//! open PATH                         also: close PATH
//! type PATH "old" "new"             changes a buffer
//! disk PATH "old" "new"             changes a file of the disk; `create`, `remove` as well
//! diagnostics                       what is said of all files
//! hover PATH "te|xt"                the bar is the pointer; without one it is at the start
//! actions PATH "text"               the titles of what can be done there
//! do PATH "text" "title"            does it, and shows what has changed
//! complete PATH "te|xt"             the first names
//! define PATH "te|xt"               also: references
//! links PATH
//! pull PATH                         asks for the diagnostics of a file
//! tell METHOD JSON                  any notification; $ROOT is the address of the folder
//! ask METHOD JSON                   any request
//! begin METHOD JSON                 any request, whose answer is not waited for
//! cancel                            takes the last one back
//! heard                             what the server has said and asked unasked
//! ```
//!
//! `UPDATE_LSP=1` writes what is heard into the files, to be read before they are committed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod editor;

use editor::{Editor, able};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

#[test]
fn talks_go_as_they_are_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let page = std::fs::read_to_string(&path).unwrap();
        let heard = play(&page);
        if std::env::var_os("UPDATE_LSP").is_some() {
            std::fs::write(&path, heard).unwrap();
        } else {
            assert!(page == heard, "{}:\n{}", path.display(), difference(&page, &heard));
        }
    }
}

fn difference(page: &str, heard: &str) -> String {
    similar::TextDiff::from_lines(page, heard).unified_diff().to_string()
}

/// Plays all talks of a page and gives it with what was heard.
fn play(page: &str) -> String {
    let mut played = String::new();
    let (mut files, mut path) = (BTreeMap::new(), None);
    let mut block: Option<(bool, Vec<&str>)> = None;
    for line in page.lines() {
        let mut keep = true;
        match &mut block {
            Some((is_session, lines)) if line == "```" => {
                if *is_session {
                    played.push_str(&session(&std::mem::take(&mut files), lines));
                } else if let Some(path) = path.take() {
                    files.insert(path, lines.iter().map(|line| format!("{line}\n")).collect());
                }
                block = None;
            }
            Some((is_session, lines)) => {
                lines.push(line);
                keep = !*is_session;
            }
            None if line.starts_with("```") => block = Some((line == "```session", Vec::new())),
            None => {
                let name = line.strip_prefix('`').and_then(|line| line.strip_suffix('`'));
                path = name.map(str::to_owned).or(path);
            }
        }
        if keep {
            writeln!(played, "{line}").unwrap();
        }
    }
    played
}

/// Plays one talk.
fn session(files: &BTreeMap<String, String>, lines: &[&str]) -> String {
    let said: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("> ")).collect();
    let client = said.first().and_then(|line| line.strip_prefix("client "));
    let client = client.map_or_else(able, |text| serde_json::from_str(text).unwrap());
    let mut editor = Editor::start(files, client);
    let mut played = String::new();
    for line in said {
        writeln!(played, "> {line}").unwrap();
        let heard = editor.say(line);
        for line in heard.lines() {
            writeln!(played, "{}", line.trim_end()).unwrap();
        }
    }
    editor.end();
    played
}
