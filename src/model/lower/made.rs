//! Files that commands make: those that they name, and others.

use super::super::build::Prepared;
use super::{Invocation, WorkingFolder};
use crate::source::{Sources, join, name};
use crate::table::Rows;
use crate::value::{Piece, Text};
use std::sync::LazyLock;

/// What programs put into their folders, by their names and the words that choose a command.
static MAKERS: LazyLock<Rows<Prepared>> =
    LazyLock::new(|| Rows::of(include_str!("../../../data/makers.tsv")));

/// Which files a command may make in the folders of the context, beyond those of which it says the
/// names.
pub fn others(invocation: &Invocation) -> Prepared {
    let Some(program) = invocation.program() else { return Prepared::Anything };
    match program {
        // Tests and checkers leave reports, and nothing else of Python's is known.
        "python" | "python3" => {
            let module = invocation.argument(2).filter(|_| invocation.argument(1) == Some("-m"));
            let made = module.and_then(row).copied();
            made.filter(|made| *made == Prepared::Outputs).unwrap_or(Prepared::Anything)
        }
        // Only with these do they write, or fetch what people wrote.
        "sed" if !has_flag(invocation, &["-i", "--in-place"]) => Prepared::No,
        "curl" if !has_flag(invocation, &["-o", "-O", "--output", "--remote-name"]) => Prepared::No,
        "gcloud" if has_word(invocation, &["--out-file", "--output-file"]) => Prepared::Anything,
        "terraform" | "tofu" if has_word(invocation, &["--from-module", "-from-module"]) => {
            Prepared::Anything
        }
        _ => by_table(program, invocation),
    }
}

/// What the table says of a command, by as many of its words as it has.
fn by_table(program: &str, invocation: &Invocation) -> Prepared {
    let mut name = program.to_owned();
    let is_path = invocation.argument(0).is_none_or(|program| program.contains('/'));
    let mut made = match row(&name) {
        Some(made) => *made,
        None if is_path => Prepared::Anything,
        None => Prepared::Unread,
    };
    for i in 1..invocation.words.len() {
        name.push(' ');
        if MAKERS.starting(&name).next().is_none() {
            break;
        }
        let Some(word) = invocation.argument(i) else { return Prepared::Anything };
        let end = name.len() - 1;
        if word.starts_with('-') {
            name.truncate(end);
            continue;
        }
        name.push_str(word);
        made = row(&name).copied().unwrap_or(made);
    }
    made
}

fn row(name: &str) -> Option<&'static Prepared> {
    MAKERS.get(name, |_, made| match made {
        "nothing" => Prepared::No,
        "outputs" => Prepared::Outputs,
        "unread" => Prepared::Unread,
        _ => Prepared::Anything,
    })
}

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

/// Whether a word begins as one of some does.
fn has_word(invocation: &Invocation, starts: &[&str]) -> bool {
    invocation.words.iter().any(|word| starts.iter().any(|start| word.value.starts_with(start)))
}

/// Whether one of some flags is given, be it in a cluster: `-sSLo`.
fn has_flag(invocation: &Invocation, flags: &[&str]) -> bool {
    let letters = flags.iter().filter_map(|flag| flag.strip_prefix('-').filter(|f| f.len() == 1));
    let letters: Vec<&str> = letters.collect();
    (1..invocation.words.len()).any(|i| match invocation.argument(i) {
        None => true,
        Some(word) if word.starts_with("--") => flags.iter().any(|flag| word.starts_with(flag)),
        Some(word) => {
            let cluster = word.strip_prefix('-');
            cluster.is_some_and(|cluster| letters.iter().any(|letter| cluster.contains(letter)))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::build::{Builder, Runner};
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
            let (sources, commands) = commands(script);
            let made = paths(&sources, commands.last().unwrap());
            assert_eq!(
                made.as_deref().map(|all| all.join(" ")),
                expected.map(|all| all.join(" ")),
                "{script}"
            );
        }
    }

    #[test]
    fn other_files_are_told_by_program_and_command() {
        for row in MAKERS.starting("") {
            let made = MAKERS.written(row).unwrap();
            assert!(["nothing", "outputs", "unread", "anything"].contains(&made), "{row}");
        }
        for (script, expected) in [
            ("docker compose build web", Prepared::No),
            ("docker-compose -f a.yaml up -d", Prepared::Anything),
            ("docker compose run web", Prepared::Anything),
            ("docker buildx build .", Prepared::No),
            ("git -C x fetch", Prepared::Anything),
            ("git rev-parse HEAD", Prepared::No),
            ("git $A", Prepared::Anything),
            ("aws s3 cp s3://a .", Prepared::Anything),
            ("aws ecr get-login-password", Prepared::No),
            ("terraform -chdir=infra plan", Prepared::Outputs),
            ("terraform init -from-module=x", Prepared::Anything),
            ("terraform apply", Prepared::Anything),
            ("python -m pytest", Prepared::Outputs),
            ("python -m http.server", Prepared::Anything),
            ("python setup.py", Prepared::Anything),
            ("sed -i s/a/b/ x", Prepared::Anything),
            ("sed s/a/b/ x", Prepared::No),
            ("own-tool", Prepared::Unread),
            ("./own.sh", Prepared::Anything),
            ("$OWN", Prepared::Anything),
        ] {
            let commands = commands(script);
            assert_eq!(others(commands.1.last().unwrap()), expected, "{script}");
        }
    }

    /// The commands of a script in a folder that has some files.
    fn commands(script: &str) -> (Sources, Vec<Invocation>) {
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
        (sources, commands)
    }
}
