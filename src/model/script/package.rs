//! What commands install, by which package manager.

use crate::model::Project;
use crate::model::image::{Run, Stage};
use crate::source;
use crate::syntax::shell::{Command, Word};
use crate::table::rows;
use crate::value::{Piece, Text, Value};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// The words of package managers.
const MANAGERS: &str = include_str!("../../../data/package-managers.tsv");

/// A kind of package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manager {
    /// `apt-get`, `apt`
    Apt,
    /// `apk`
    Apk,
    /// `yum`, `dnf`, `microdnf`, `tdnf`
    Dnf,
    /// `zypper`
    Zypper,
    /// `pip`, `python -m pip`
    Pip,
    /// `pipx`
    Pipx,
    /// `uv pip`, `uv tool`
    Uv,
    /// `npm`
    Npm,
    /// `yarn`
    Yarn,
    /// `gem`
    Gem,
    /// `go install`, `go get`, `go run`
    Go,
}

/// A command that installs packages.
#[derive(Debug, Clone)]
pub struct Install<'r> {
    /// Who installs them.
    pub manager: Manager,
    /// The program, as it is written.
    pub program: &'r str,
    /// `install`, `add`
    pub verb: &'r Word,
    /// Whether it names nothing that has a version of its own: an upgrade, a group.
    pub renews: bool,
    /// What is installed, if it is known: no options and no values of options.
    pub packages: Vec<&'r Word>,
    /// The words that start with a dash.
    pub options: Vec<&'r str>,
    /// The values of options, with these.
    pub settings: Vec<(&'r str, &'r str)>,
}

/// A package that is installed without a version.
#[derive(Debug, Clone, Copy)]
pub struct Unpinned<'r> {
    /// The package, as it is written.
    pub package: &'r Word,
    /// The name of the package manager.
    pub manager: &'static str,
}

/// The packages that the instructions of Dockerfiles install by some managers without a version.
pub fn unpinned<'p>(
    project: &'p Project,
    managers: &'p [Manager],
) -> impl Iterator<Item = Unpinned<'p>> {
    let stages =
        project.images.iter().flat_map(|image| image.all_stages().map(move |stage| (image, stage)));
    stages.flat_map(|(image, stage)| {
        let lineage: Vec<&Stage> = image.lineage(stage).collect();
        let unassigned = image.unassigned(stage, &project.sources);
        // A later instruction may set it.
        let assigns = |name: &str| {
            let scripts = stage.scripts.iter().filter(|script| script.instruction == "RUN");
            scripts.into_iter().any(|script| script.assigned(name).is_some())
        };
        let names = unassigned.into_iter().map(|variable| variable.name);
        let empty: BTreeSet<&str> = names.filter(|name| !assigns(name)).collect();
        let mut found = Vec::new();
        for run in &stage.runs {
            let Some(install) = run.install().filter(|i| managers.contains(&i.manager)) else {
                continue;
            };
            let mut copies = lineage.iter().flat_map(|stage| &stage.copies);
            let has_files = copies.any(|copy| copy.order <= run.order);
            let manager = install.manager_name();
            let packages = install.unpinned(has_files, &empty).into_iter();
            found.extend(packages.map(|package| Unpinned { package, manager }));
        }
        found
    })
}

/// What is known of a package manager.
#[derive(Default)]
struct Facts {
    before: HashSet<&'static str>,
    install: HashSet<&'static str>,
    renew: HashSet<&'static str>,
    value: HashSet<&'static str>,
}

struct Table {
    programs: HashMap<&'static str, Manager>,
    facts: HashMap<Manager, Facts>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { programs: HashMap::new(), facts: HashMap::new() };
        for line in rows(MANAGERS) {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or_default();
            let (name, kind, words) = (next(), next(), next().split(' '));
            let Some(manager) = Manager::of_table(name) else { continue };
            let facts = table.facts.entry(manager).or_default();
            match kind {
                "program" => table.programs.extend(words.map(|word| (word, manager))),
                "before" => facts.before.extend(words),
                "install" => facts.install.extend(words),
                "renew" => facts.renew.extend(words),
                _ => facts.value.extend(words),
            }
        }
        table
    })
}

impl Manager {
    fn of_table(name: &str) -> Option<Manager> {
        Some(match name {
            "apt" => Manager::Apt,
            "apk" => Manager::Apk,
            "dnf" => Manager::Dnf,
            "zypper" => Manager::Zypper,
            "pip" => Manager::Pip,
            "pipx" => Manager::Pipx,
            "uv" => Manager::Uv,
            "npm" => Manager::Npm,
            "yarn" => Manager::Yarn,
            "gem" => Manager::Gem,
            "go" => Manager::Go,
            _ => return None,
        })
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Manager::Apt => "apt",
            Manager::Apk => "apk",
            Manager::Dnf => "dnf",
            Manager::Zypper => "zypper",
            Manager::Pip => "pip",
            Manager::Pipx => "pipx",
            Manager::Uv => "uv",
            Manager::Npm => "npm",
            Manager::Yarn => "yarn",
            Manager::Gem => "gem",
            Manager::Go => "go",
        }
    }

    /// The manager of a program.
    pub fn of(program: &str) -> Option<Manager> {
        table().programs.get(program).copied()
    }
}

impl Run {
    /// A command of the instruction at a place of the file.
    pub(in crate::model) fn new(order: usize, workdir: Arc<Value<Text>>, command: Command) -> Run {
        let program = program(&command.words);
        Run { order, workdir, command, program }
    }

    /// The program that it runs in the end, with the words behind it: `sudo` and `env` left out.
    pub fn program(&self) -> Option<(&str, &[Word])> {
        let (index, start) = self.program?;
        let (first, rest) = self.command.words.get(index..)?.split_first()?;
        Some((first.as_str()?.get(start..)?, rest))
    }

    /// What it installs, if it installs something.
    pub fn install(&self) -> Option<Install<'_>> {
        let (mut program, mut rest) = self.program()?;
        if program.starts_with("python") {
            let [flag, module, more @ ..] = rest else { return None };
            if flag.as_str() != Some("-m") || module.as_str() != Some("pip") {
                return None;
            }
            (program, rest) = ("pip", more);
        }
        let manager = Manager::of(program)?;
        let facts = table().facts.get(&manager)?;
        let mut install: Option<Install<'_>> = None;
        let (mut options, mut settings) = (Vec::new(), Vec::new());
        // A group has no version.
        let mut is_group = false;
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let Some(text) = word.as_str() else {
                if let Some(install) = &mut install {
                    install.packages.push(word);
                }
                continue;
            };
            // What follows is for the build of a gem.
            if text == "--" && manager == Manager::Gem {
                break;
            }
            if text.starts_with('-') && text.len() > 1 {
                options.push(text);
                if facts.value.contains(text)
                    && let Some(value) = words.next().and_then(|word| word.as_str())
                {
                    settings.push((text, value));
                }
                continue;
            }
            match &mut install {
                Some(install) => {
                    install.packages.push(word);
                    // What follows is for the program.
                    if install.verb.as_str() == Some("run") {
                        break;
                    }
                }
                None if facts.install.contains(text) || facts.renew.contains(text) => {
                    install = Some(Install {
                        manager,
                        program,
                        verb: word,
                        renews: is_group || facts.renew.contains(text),
                        packages: Vec::new(),
                        options: Vec::new(),
                        settings: Vec::new(),
                    });
                }
                None if facts.before.contains(text) => is_group = text == "group",
                None => return None,
            }
        }
        let install = install?;
        Some(Install { options, settings, ..install })
    }
}

/// The index of the word with the program that is run in the end, and where its name starts.
fn program(words: &[Word]) -> Option<(usize, usize)> {
    let mut index = 0;
    loop {
        let (first, rest) = words.get(index..)?.split_first()?;
        let text = first.as_str()?;
        let name = source::name(text);
        if !matches!(name, "sudo" | "env" | "exec" | "command" | "nice" | "time" | "xargs") {
            return Some((index, text.len() - name.len()));
        }
        let is_option = |word: &Word| {
            word.as_str().is_none_or(|text| text.starts_with('-') || text.contains('='))
        };
        index += 1 + rest.iter().take_while(|word| is_option(word)).count();
    }
}

impl<'r> Install<'r> {
    /// The name of the manager, that of yum told from that of dnf.
    pub fn manager_name(&self) -> &'static str {
        match self.manager {
            Manager::Dnf if self.program == "yum" => "yum",
            manager => manager.name(),
        }
    }

    /// Whether it has an option, be it with a value behind `=`.
    pub fn has(&self, option: &str) -> bool {
        self.options.iter().any(|other| {
            *other == option || other.strip_prefix(option).is_some_and(|rest| rest.starts_with('='))
        })
    }

    /// The packages that are named without a version, as they are written. Among the files of a
    /// project may be one that says the versions of Go. Variables that nothing sets name none.
    fn unpinned(&self, has_files: bool, empty: &BTreeSet<&str>) -> Vec<&'r Word> {
        let is_pinned = |word: &Word| {
            let Some(text) = without(word, empty).filter(|text| !text.is_empty()) else {
                return true;
            };
            let text = &*text;
            if let Some(pinned) = self.pinned_revision(text) {
                return pinned;
            }
            let is_path = text.starts_with(['.', '/', '~']) || text.contains("://");
            is_path || self.has_version(text, has_files)
        };
        let by_option = match self.manager {
            Manager::Pip | Manager::Uv => {
                ["-r", "--requirement", "-c", "--constraint"].iter().any(|o| self.has(o))
            }
            Manager::Gem => {
                self.options.iter().any(|o| o.starts_with("-v") || o.starts_with("--version"))
            }
            _ => false,
        };
        let packages = self.packages.iter().copied();
        packages.filter(|word| !self.renews && !by_option && !is_pinned(word)).collect()
    }

    /// Whether the address of a repository names a revision, if it is one.
    fn pinned_revision(&self, text: &str) -> Option<bool> {
        let address =
            text.strip_prefix("git+").or_else(|| text.starts_with("git:").then_some(text))?;
        let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
        match self.manager {
            Manager::Npm => Some(!fragment.is_empty()),
            Manager::Pip | Manager::Pipx | Manager::Uv => {
                let (_, rest) = address.split_once("://")?;
                let (_, path) = rest.split_once('/')?;
                Some(path.contains('@'))
            }
            _ => None,
        }
    }

    fn has_version(&self, text: &str, has_files: bool) -> bool {
        let ends = |ends: &[&str]| ends.iter().any(|end| text.ends_with(end));
        match self.manager {
            Manager::Apt => text.contains(['=', '/']) || text.ends_with(".deb"),
            Manager::Apk => text.contains(['=', '~', '<', '>']) || text.ends_with(".apk"),
            Manager::Dnf => text.ends_with(".rpm") || has_version(text) || text.starts_with('@'),
            Manager::Zypper => text.contains(['=', '<', '>']) || text.ends_with(".rpm"),
            Manager::Pip | Manager::Pipx | Manager::Uv => {
                text.contains(['=', '<', '>', '@', '/']) || ends(&[".whl", ".tar.gz", ".zip"])
            }
            Manager::Npm => {
                let tag = text.get(1..).and_then(|rest| Some(rest.rsplit_once('@')?.1));
                tag.is_some_and(|tag| !matches!(tag, "latest" | "next"))
                    || ends(&[".tgz", ".tar", ".tar.gz"])
                    || (text.contains('/') && !text.starts_with('@'))
            }
            // What it locks is in a file.
            Manager::Yarn => true,
            Manager::Gem => text.contains(':') || text.ends_with(".gem"),
            Manager::Go => {
                let is_remote = text.split('/').next().is_some_and(|h| h.contains('.'));
                let is_fetched = is_remote || self.verb.as_str() == Some("get");
                let is_file = text.ends_with(".go");
                match text.split_once('@') {
                    Some((_, version)) => version != "latest",
                    None => has_files || is_file || !is_fetched,
                }
            }
        }
    }
}

/// A word with nothing in the place of some variables, if it has no others.
fn without<'w>(word: &'w Word, empty: &BTreeSet<&str>) -> Option<Cow<'w, str>> {
    if let Some(text) = word.as_str() {
        return Some(text.into());
    }
    if word.variables().any(|variable| variable.operation.is_some()) {
        return None;
    }
    let text = word.text();
    let pieces = text.pieces().iter().map(|piece| match piece {
        Piece::Literal(text) => Some(text.as_str()),
        Piece::Hole(name) => empty.contains(name.as_str()).then_some(""),
    });
    Some(pieces.collect::<Option<String>>()?.into())
}

/// `name-1.2-3`, as `dnf` takes it.
fn has_version(package: &str) -> bool {
    package.contains([':', '='])
        || package
            .split('-')
            .skip(1)
            .any(|part| part.starts_with(|c: char| c.is_ascii_digit()) && part.contains('.'))
}
