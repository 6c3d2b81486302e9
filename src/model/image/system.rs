//! What is known of the images that stages start from, before anything of a project is in them.

use crate::table::rows;
use crate::value::{Piece, Text};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The table of images.
const IMAGES: &str = include_str!("../../../data/base-images.tsv");

/// The names of Docker's official images.
const OFFICIAL: &str = include_str!("../../../data/official-images.txt");

/// What an image of a registry has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct System {
    /// Its `/bin/sh`.
    pub shell: Option<Dialect>,
    /// Its working directory.
    pub workdir: Option<&'static str>,
    /// The user that its processes are.
    pub user: Option<&'static str>,
    /// Whether it may set a `SHELL` of its own, as images of Windows do.
    pub may_set_shell: bool,
    /// Whether it is of Windows.
    pub is_windows: bool,
    /// The variables that it sets, with commas between them.
    pub variables: Option<&'static str>,
}

/// A shell, by what it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// There is none.
    None,
    /// dash up to 0.5.12.
    Dash,
    /// dash of a version that may have `set -o pipefail`.
    NewDash,
    /// The shell of busybox.
    Ash,
    /// bash, also where it is called `sh`.
    Bash,
    /// One that reads this grammar; which one is not known.
    Other,
}

impl Dialect {
    /// The shell of a program's name; of `sh` it depends on the image.
    pub fn of_program(name: &str) -> Option<Dialect> {
        Some(match name {
            "bash" => Dialect::Bash,
            "dash" => Dialect::NewDash,
            "ash" => Dialect::Ash,
            "zsh" | "ksh" | "mksh" => Dialect::Other,
            _ => return None,
        })
    }

    /// How a message calls it.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::None => "no shell",
            Dialect::Dash | Dialect::NewDash => "dash",
            Dialect::Ash => "ash",
            Dialect::Bash => "bash",
            Dialect::Other => "a shell",
        }
    }

    /// Whether it is dash, of any version.
    pub fn is_dash(self) -> bool {
        matches!(self, Dialect::Dash | Dialect::NewDash)
    }

    /// Whether it is one of those that know only what POSIX asks for, and a little more.
    pub fn is_small(self) -> bool {
        matches!(self, Dialect::Dash | Dialect::NewDash | Dialect::Ash)
    }
}

impl System {
    /// What is known of an image. Of a name that is in no table it is only that most images set no
    /// `SHELL`; of one that is not known, nothing.
    pub fn of(image: &Text) -> Option<System> {
        let Some(text) = image.literal() else { return System::of_any_tag(image) };
        let (name, tag) = split(text);
        Some(System::of_parts(name, tag))
    }

    /// What is known of an image whose tag is not, or not all of it.
    fn of_any_tag(image: &Text) -> Option<System> {
        let Some(Piece::Literal(start)) = image.pieces().first() else { return None };
        let (name, _) = start.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))?;
        Some(System { shell: None, variables: None, ..System::of_parts(name, "") })
    }

    /// Whether it is known that an image does not set a variable.
    pub fn lacks(&self, variable: &str) -> bool {
        self.variables.is_some_and(|all| all.split(',').all(|name| name != variable))
    }

    fn of_parts(name: &str, tag: &str) -> System {
        let name = official(name);
        let table = table();
        let folder = || table.folders.iter().find(|(folder, _)| name.starts_with(folder));
        let known = table.images.get(name).or_else(|| folder().map(|(_, system)| system));
        let mut system = known.copied().unwrap_or_default();
        let of_part = |part: &str| {
            let version = |c: char| c.is_ascii_digit() || c == '.';
            table.tags.get(part).or_else(|| table.tags.get(part.trim_end_matches(version)))
        };
        match tag.split('-').find_map(of_part) {
            // What the name says of an image of Windows is more.
            Some(other) if other.is_windows && system.is_windows => {}
            Some(other) if other.is_windows => system = *other,
            Some(other) => {
                system.shell = other.shell;
                system.may_set_shell |= other.shell.is_none();
            }
            None => {}
        }
        let is_fresh = system.shell == Some(Dialect::NewDash);
        if is_fresh && name == "ubuntu" && is_old_ubuntu(tag) {
            system.shell = Some(Dialect::Dash);
        }
        let debug = tag.split('-').any(|part| part == "debug");
        if debug && system.shell == Some(Dialect::None) {
            system.shell = Some(Dialect::Ash);
        }
        system
    }
}

/// The rows of the table.
struct Table {
    /// The shell by a part of the tag, and whether it is of Windows.
    tags: HashMap<&'static str, System>,
    /// Images by their names.
    images: HashMap<&'static str, System>,
    /// Images by what their names start with.
    folders: Vec<(&'static str, System)>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { tags: HashMap::new(), images: HashMap::new(), folders: Vec::new() };
        for line in rows(IMAGES) {
            let mut columns = line.split('\t');
            let (Some(kind), Some(what)) = (columns.next(), columns.next()) else { continue };
            let mut next = || columns.next().filter(|column| *column != "?");
            let written = next();
            let shell = written.and_then(Dialect::of_table);
            let (workdir, user, variables) = (next(), next(), next());
            let (may_set_shell, is_windows) = (shell.is_none(), written == Some("windows"));
            let system = System { shell, workdir, user, may_set_shell, is_windows, variables };
            match kind {
                "tag" => drop(table.tags.insert(what, system)),
                "image" => drop(table.images.insert(what, system)),
                _ => table.folders.push((what, system)),
            }
        }
        table
    })
}

impl Dialect {
    fn of_table(name: &str) -> Option<Dialect> {
        match name {
            "none" => Some(Dialect::None),
            "dash" => Some(Dialect::Dash),
            "dash+" => Some(Dialect::NewDash),
            "ash" => Some(Dialect::Ash),
            "bash" => Some(Dialect::Bash),
            "sh" => Some(Dialect::Other),
            _ => None,
        }
    }
}

/// Whether a name without a slash is one of Docker's official images.
pub fn is_official(name: &str) -> bool {
    OFFICIAL.lines().any(|line| line == name)
}

/// The name of an image without what says that it is an official one.
pub fn official(name: &str) -> &str {
    const PREFIXES: &[&str] = &[
        "docker.io/library/",
        "index.docker.io/library/",
        "mirror.gcr.io/library/",
        "public.ecr.aws/docker/library/",
        "docker.io/",
        "library/",
    ];
    PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// The name and the tag of a reference; the tag is empty if there is none.
pub fn split(reference: &str) -> (&str, &str) {
    let reference = reference.split('@').next().unwrap_or_default();
    match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (reference, ""),
    }
}

/// `22.04`, but not `26.04`.
fn is_old_ubuntu(tag: &str) -> bool {
    let year = tag.split('.').next().and_then(|year| year.parse::<u32>().ok());
    year.is_some_and(|year| year < 26)
}
