//! Files of an image that everybody may write.

use super::{Run, Stage};
use crate::source::Span;

/// A command that lets everybody write.
#[derive(Debug, Clone)]
pub struct OpenedToAll {
    /// The mode.
    pub at: Span,
    /// The mode as it is written: `777`, `a+rwx`.
    pub mode: String,
}

impl Stage {
    /// The commands that let everybody write, but in folders that are meant for it.
    pub fn opened_to_all(&self) -> impl Iterator<Item = OpenedToAll> {
        self.runs.iter().filter_map(opens)
    }
}

/// Folders in which everybody writes, or that a container makes anew.
const COMMON: &[&str] = &["/tmp", "/var/tmp", "/dev", "/run/lock"];

fn opens(run: &Run) -> Option<OpenedToAll> {
    let (program, words) = run.program()?;
    let text = |i: usize| words.get(i)?.as_str();
    let mode = match program {
        "chmod" => (0..words.len()).find(|i| text(*i).is_none_or(is_mode))?,
        "mkdir" | "install" => 1 + (0..words.len()).find(|i| text(*i).is_some_and(asks_mode))?,
        _ => return None,
    };
    let written = text(mode)?;
    let common = |path: &str| {
        COMMON.iter().any(|folder| {
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let is_common = words[mode + 1..].iter().any(|word| word.as_str().is_some_and(common));
    (lets_all_write(written) && !is_common)
        .then(|| OpenedToAll { at: words[mode].at, mode: written.to_owned() })
}

/// Whether a word is a mode, and no option. `-w` is one that takes away.
fn is_mode(word: &str) -> bool {
    !word.starts_with('-')
}

/// Whether an option of `mkdir` or `install` takes the next word for a mode.
fn asks_mode(word: &str) -> bool {
    word == "--mode"
        || word.strip_prefix('-').is_some_and(|s| !s.starts_with('-') && s.ends_with('m'))
}

/// Whether everybody may write by a mode, and take away what others have written.
fn lets_all_write(mode: &str) -> bool {
    if mode.starts_with(|c: char| c.is_ascii_digit()) {
        return u32::from_str_radix(mode, 8).is_ok_and(|bits| bits & 0o1002 == 0o002);
    }
    let lets = |clause: &str| {
        let Some(operator) = clause.find(['+', '-', '=']) else { return false };
        let (who, rest) = clause.split_at(operator);
        who.contains(['a', 'o']) && !rest.starts_with('-') && rest.contains('w')
    };
    mode.split(',').any(lets) && !mode.contains('t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_told_apart() {
        for mode in ["777", "0777", "666", "a+rwx", "o+w", "ugo+rwX,g-w", "a=rw"] {
            assert!(lets_all_write(mode), "{mode}");
        }
        for mode in
            ["755", "1777", "770", "775", "+x", "+w", "g+rwx", "o-w", "a+rx", "u=rwx,o=", "a+rwxt"]
        {
            assert!(!lets_all_write(mode), "{mode}");
        }
    }
}
