//! Files of an image that everybody may write.

use super::{Copy, Image, Run, Stage};
use crate::source::{self, Span};

/// What lets everybody write.
#[derive(Debug, Clone)]
pub struct OpenedToAll {
    /// The mode.
    pub at: Span,
    /// The mode as it is written: `777`, `a+rwx`, `umask 0`.
    pub mode: String,
}

impl Image {
    /// What lets everybody write in the image of a stage, but in folders that are meant for it, and
    /// where nothing takes it back.
    pub fn opened_to_all(&self, last: &Stage) -> Vec<OpenedToAll> {
        let mut lineage: Vec<&Stage> = self.lineage(last).collect();
        lineage.reverse();
        let runs: Vec<&Run> = lineage.iter().flat_map(|stage| &stage.runs).collect();
        let mut opened = Vec::new();
        for copy in lineage.iter().flat_map(|stage| &stage.copies) {
            let Some((found, path)) = of_copy(copy) else { continue };
            let later = runs.iter().filter(|run| run.order > copy.order);
            if !later.into_iter().any(|run| closes(run, &[&path], true)) {
                opened.push((copy.order, found));
            }
        }
        for (i, run) in runs.iter().enumerate() {
            let later = runs.get(i + 1..).unwrap_or_default();
            if let Some(found) = of_umask(run, later) {
                opened.push((run.order, found));
                continue;
            }
            let Some(Opening { found, paths, is_deep }) = of_command(run) else { continue };
            let is_closed =
                !paths.is_empty() && later.iter().any(|run| closes(run, &paths, is_deep));
            if !is_closed {
                opened.push((run.order, found));
            }
        }
        opened.sort_by_key(|(order, _)| *order);
        opened.into_iter().map(|(_, found)| found).collect()
    }
}

/// Folders in which everybody writes, or that a container makes anew.
const COMMON: &[&str] = &["/tmp", "/var/tmp", "/dev", "/run/lock"];

/// A command that lets everybody write.
struct Opening<'a> {
    found: OpenedToAll,
    /// What they may write, if all of it is known.
    paths: Vec<&'a str>,
    /// Whether that holds for all below, too.
    is_deep: bool,
}

fn of_command(run: &Run) -> Option<Opening<'_>> {
    let (program, words) = run.program()?;
    let text = |i: usize| words.get(i)?.as_str();
    // The mode, and where in its word it starts.
    let (mode, skip) = match program {
        "chmod" => ((0..words.len()).find(|i| text(*i).is_none_or(is_mode))?, 0),
        "mkdir" | "install" => {
            let (i, asked) =
                (0..words.len()).find_map(|i| Some((i, text(i).and_then(asks_mode)?)))?;
            if asked == 0 { (i + 1, 0) } else { (i, asked) }
        }
        _ => return None,
    };
    let written = text(mode)?.get(skip..)?;
    let rest = words.get(mode + 1..).unwrap_or_default();
    let paths: Option<Vec<&str>> = rest.iter().map(|word| word.as_str()).collect();
    // What `install` copies may come from anywhere.
    let to = if program == "install" { &rest[rest.len().saturating_sub(1)..] } else { rest };
    let is_common = to.iter().any(|word| word.as_str().is_some_and(is_common));
    let is_deep = program == "chmod" && is_recursive(words.iter().filter_map(|w| w.as_str()));
    let at = words[mode].at;
    let at = Span { start: at.start + skip as u32, ..at };
    let found = OpenedToAll { at, mode: written.to_owned() };
    // What `install` copies goes to the last of its words, or into that.
    let paths = paths.filter(|_| program != "install").unwrap_or_default();
    (lets_all_write(written) && !is_common).then_some(Opening { found, paths, is_deep })
}

/// `COPY --chmod=777`, and where it goes.
fn of_copy(copy: &Copy) -> Option<(OpenedToAll, String)> {
    let mode = copy.mode.known()?;
    let written = mode.value.literal()?;
    let path = copy.destination.literal_text()?;
    (lets_all_write(written) && !is_common(path))
        .then(|| (OpenedToAll { at: mode.at, mode: written.to_owned() }, path.to_owned()))
}

/// `umask 0`, where other commands of the same shell follow.
fn of_umask(run: &Run, later: &[&Run]) -> Option<OpenedToAll> {
    let (program, [mask]) = run.program()? else { return None };
    let bits = u32::from_str_radix(mask.as_str()?, 8).ok()?;
    let mut followed = later.iter().filter(|other| other.order == run.order);
    let is_opening = program == "umask" && bits & 0o002 == 0 && followed.next().is_some();
    is_opening.then(|| OpenedToAll {
        at: mask.at,
        mode: format!("umask {}", mask.as_str().unwrap_or_default()),
    })
}

/// Whether a command takes back that everybody may write something, or removes it.
fn closes(run: &Run, opened: &[&str], is_deep: bool) -> bool {
    let Some((program, words)) = run.program() else { return false };
    let texts = || words.iter().filter_map(|word| word.as_str());
    let is_recursive = is_recursive(texts());
    let mut plain = texts().filter(|word| !word.starts_with('-'));
    match program {
        "chmod" if !plain.next().is_some_and(stops_all_writing) => return false,
        "chmod" => {}
        "rm" if !is_recursive && is_deep => return false,
        "rm" | "rmdir" => {}
        _ => return false,
    }
    let paths: Vec<&str> = plain.map(|path| path.trim_end_matches('/')).collect();
    opened.iter().all(|opened| {
        let opened = opened.trim_end_matches('/');
        paths.iter().any(|path| {
            let is_same = *path == opened && (is_recursive || !is_deep);
            is_same || (is_recursive && source::is_below(opened, path))
        })
    })
}

fn is_recursive<'a>(mut words: impl Iterator<Item = &'a str>) -> bool {
    words.any(|word| {
        let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        word == "--recursive" || short.is_some_and(|flags| flags.contains(['R', 'r']))
    })
}

fn is_common(path: &str) -> bool {
    COMMON.iter().any(|folder| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Whether a word is a mode, and no option. `-w` is one that takes away.
fn is_mode(word: &str) -> bool {
    !word.starts_with('-')
}

/// Where in a word of `mkdir` or `install` the mode starts: behind `--mode=` and `-m`. Zero if it
/// is the next word.
fn asks_mode(word: &str) -> Option<usize> {
    if let Some(rest) = word.strip_prefix("--mode") {
        return match rest.strip_prefix('=') {
            Some(_) => Some("--mode=".len()),
            None => rest.is_empty().then_some(0),
        };
    }
    let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'))?;
    let end = 1 + short.find('m')? + 1;
    Some(if end < word.len() { end } else { 0 })
}

/// Whether nobody but the owner and the group may write by a mode.
fn stops_all_writing(mode: &str) -> bool {
    if mode.starts_with(|c: char| c.is_ascii_digit()) {
        return u32::from_str_radix(mode, 8).is_ok_and(|bits| bits & 0o002 == 0);
    }
    let stops = |clause: &str| {
        let Some(operator) = clause.find(['+', '-', '=']) else { return false };
        let (who, rest) = clause.split_at(operator);
        let is_of_others = who.is_empty() || who.contains(['a', 'o']);
        match rest.strip_prefix('-') {
            Some(taken) => is_of_others && taken.contains('w'),
            None => is_of_others && rest.starts_with('=') && !rest.contains('w'),
        }
    };
    mode.split(',').any(stops) && !lets_all_write(mode)
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
    fn modes_that_stop_others() {
        for mode in ["755", "0640", "o-w", "go-rwx", "u=rwx,go=rx", "a=r", "-w"] {
            assert!(stops_all_writing(mode), "{mode}");
        }
        for mode in ["777", "+x", "u+x", "g-w", "o+r", "a+rwX", "1777"] {
            assert!(!stops_all_writing(mode), "{mode}");
        }
    }

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
