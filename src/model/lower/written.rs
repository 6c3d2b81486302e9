//! Files that commands make under names that they say.

use super::{Invocation, WorkingFolder};
use crate::source::{Sources, join, name};
use crate::value::{Piece, Text};

/// The new files and folders of the project that a command writes, from its root; none if it
/// writes nothing. Nothing is known of a command that may write others, or over what the
/// repository has.
pub fn paths(sources: &Sources, invocation: &Invocation) -> Option<Vec<String>> {
    let mut paths = Vec::new();
    for target in invocation.writes.iter().filter(|target| !is_of_runner(&target.value)) {
        paths.extend(places(sources, &invocation.folders, target.value.literal()?)?);
    }
    if names_what_it_writes(invocation) {
        let words = (1..invocation.words.len()).map(|i| invocation.argument(i));
        let words: Vec<&str> = words.collect::<Option<_>>()?;
        let (flags, words): (Vec<_>, Vec<_>) = words.iter().partition(|w| w.starts_with('-'));
        // Others may have values, or name the folder first, as `-t` does.
        let is_plain = |flag: &&str| flag.bytes().skip(1).all(|c| b"LPRadfnpruv".contains(&c));
        if !flags.iter().all(is_plain) {
            return None;
        }
        match (invocation.program(), words.split_last()) {
            (Some("cp" | "mv"), Some((to, from))) => {
                paths.extend(copied(sources, &invocation.folders, from, to)?);
            }
            _ => {
                for path in words {
                    paths.extend(places(sources, &invocation.folders, path)?);
                }
            }
        }
    }
    Some(paths)
}

/// Whether a command writes nothing but what its words say.
pub fn names_what_it_writes(invocation: &Invocation) -> bool {
    matches!(invocation.program(), Some("cp" | "mv" | "tee" | "touch"))
}

/// The paths from the root of the project that a new file has in each folder in which a command
/// may run.
pub fn places(sources: &Sources, folders: &[WorkingFolder], path: &str) -> Option<Vec<String>> {
    if is_elsewhere(path) {
        return Some(Vec::new());
    }
    if folders.is_empty() || path.contains(['*', '?', '[', '{']) {
        return None;
    }
    let is_new = |path: &String| !sources.has_file(path) && !sources.has_folder(path);
    let path = Text::from(path);
    folders.iter().map(|folder| folder.resolve(&path).filter(is_new)).collect()
}

/// Where copies of files come to lie.
fn copied(
    sources: &Sources,
    folders: &[WorkingFolder],
    from: &[&str],
    to: &str,
) -> Option<Vec<String>> {
    let text = Text::from(to);
    let is_folder = |folder: &WorkingFolder| {
        to.ends_with('/')
            || folder.resolve(&text).is_some_and(|to| to.is_empty() || sources.has_folder(&to))
    };
    if is_elsewhere(to) || !folders.iter().any(is_folder) {
        return places(sources, folders, to);
    }
    let mut paths = Vec::new();
    for file in from {
        let inner = name(file.trim_end_matches('/'));
        if matches!(inner, "" | "." | "..") {
            return None;
        }
        paths.extend(places(sources, folders, &join(to.trim_end_matches('/'), inner))?);
    }
    Some(paths)
}

/// Whether a path leads out of the folders that builds see.
fn is_elsewhere(path: &str) -> bool {
    let is_absolute = path.starts_with('/') && !path.starts_with("/workspace");
    is_absolute || path.starts_with("~/")
}

/// Whether a file is one that a runner reads for itself, and none of the project.
fn is_of_runner(target: &Text) -> bool {
    let own = |piece: &Piece| matches!(piece, Piece::Hole(name) if name.starts_with("GITHUB_"));
    target.pieces().first().is_some_and(own)
}

#[cfg(test)]
mod tests {
    use super::super::super::build::{Builder, Prepared, Runner};
    use super::super::script::{Start, invocations};
    use super::*;
    use crate::source::{Excerpt, Span};

    #[test]
    fn new_files_are_known_by_their_names() {
        for (script, expected) in [
            ("echo a > b.txt", Some(&["web/b.txt"][..])),
            ("npm run build > /tmp/log", Some(&[])),
            ("echo a=b >> $GITHUB_OUTPUT", Some(&[])),
            ("echo a > $B", None),
            ("echo a > package.json", None),
            ("cp -r dist/ ../api/static", Some(&["api/static"])),
            ("cp a.txt b.txt new/", Some(&["web/new/a.txt", "web/new/b.txt"])),
            ("mv a.txt b.txt src", Some(&["web/src/a.txt", "web/src/b.txt"])),
            ("cp a.ts src", None),
            ("cp -r other/. src", None),
            ("cp *.txt src", None),
            ("cp *.txt new", Some(&["web/new"])),
            ("cp -t src a.txt", None),
            ("cp $A b", None),
            ("cp a.txt ~/b", Some(&[])),
            ("echo a | tee -a b c", Some(&["web/b", "web/c"])),
            ("touch ../.env", Some(&[".env"])),
        ] {
            let files = [("web/package.json", "{}"), ("web/src/a.ts", ""), ("a.sh", script)];
            let sources = Sources::of(&files);
            let (id, _) = sources.find("a.sh").unwrap();
            let start = Start {
                folders: vec![WorkingFolder::root("web")],
                env: Vec::new(),
                prepared: Prepared::No,
                dir: None,
                runner: Runner::Person,
                builder: Builder::BuildKit,
                own_builder: None,
            };
            let text = Excerpt::verbatim(script, Span::new(id, 0..script.len()));
            let commands = invocations(&sources, &text, &start);
            let made = paths(&sources, commands.last().unwrap());
            assert_eq!(
                made.as_deref().map(|all| all.join(" ")),
                expected.map(|all| all.join(" ")),
                "{script}"
            );
        }
    }
}
