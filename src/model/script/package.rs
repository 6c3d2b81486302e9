//! What commands install, by which package manager.

use crate::model::Project;
use crate::model::image::Run;
use crate::source;
use crate::syntax::shell::{Command, Word};
use crate::value::{Text, Value};

/// A kind of package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// `npm`
    Npm,
    /// `yarn`
    Yarn,
    /// `gem`
    Gem,
    /// `go install`, `go get`
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
    /// What is installed, if it is known: no options and no values of options.
    pub packages: Vec<&'r Word>,
    /// The words that start with a dash.
    pub options: Vec<&'r str>,
    /// The values of options, with these.
    pub settings: Vec<(&'r str, &'r str)>,
}

/// The packages that the instructions of Dockerfiles install by some managers without a version.
pub fn unpinned<'p>(
    project: &'p Project,
    managers: &'p [Manager],
) -> impl Iterator<Item = &'p Word> {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    let installs = stages.flat_map(|stage| &stage.runs).filter_map(Run::install);
    let by_them = installs.filter(|install| managers.contains(&install.manager));
    by_them.flat_map(|install| install.unpinned())
}

impl Manager {
    fn of(program: &str) -> Option<Manager> {
        Some(match program {
            "apt-get" | "apt" | "aptitude" => Manager::Apt,
            "apk" => Manager::Apk,
            "yum" | "dnf" | "microdnf" | "tdnf" => Manager::Dnf,
            "zypper" => Manager::Zypper,
            "pip" | "pip3" | "pip2" => Manager::Pip,
            "npm" => Manager::Npm,
            "yarn" => Manager::Yarn,
            "gem" => Manager::Gem,
            "go" => Manager::Go,
            _ => return None,
        })
    }

    /// The words that ask it to install something.
    fn verbs(self) -> &'static [&'static str] {
        match self {
            Manager::Apt | Manager::Dnf | Manager::Pip => &["install"],
            Manager::Apk => &["add"],
            Manager::Zypper => &["install", "in"],
            Manager::Yarn => &["install", "add"],
            Manager::Npm => &["install", "i", "add"],
            Manager::Gem => &["install", "i"],
            Manager::Go => &["install", "get"],
        }
    }

    /// Options whose value is the next word.
    fn takes_value(self, option: &str) -> bool {
        let options: &[&str] = match self {
            Manager::Apt => {
                &["-t", "--target-release", "--default-release", "-o", "--option", "-c", "-a"]
            }
            Manager::Apk => &[
                "-t",
                "--virtual",
                "-X",
                "--repository",
                "-p",
                "--root",
                "--arch",
                "--keys-dir",
                "--cache-dir",
                "--wait",
                "--repositories-file",
            ],
            Manager::Dnf => &[
                "-c",
                "-d",
                "-e",
                "-x",
                "--exclude",
                "--installroot",
                "--releasever",
                "--repo",
                "--repoid",
            ],
            Manager::Zypper => &["-r", "--repo", "-t", "--type", "--from", "-R", "--root"],
            Manager::Pip => &[
                "-r",
                "--requirement",
                "-c",
                "--constraint",
                "-e",
                "--editable",
                "-t",
                "--target",
                "--platform",
                "--python-version",
                "--implementation",
                "--abi",
                "--root",
                "--prefix",
                "--src",
                "--upgrade-strategy",
                "-C",
                "--config-settings",
                "--global-option",
                "-i",
                "--index-url",
                "--extra-index-url",
                "-f",
                "--find-links",
                "--no-binary",
                "--only-binary",
                "--progress-bar",
                "--cache-dir",
                "--log",
                "--proxy",
                "--retries",
                "--timeout",
                "--trusted-host",
                "--cert",
                "--client-cert",
                "--exists-action",
                "--python",
                "--use-feature",
                "--report",
                "--root-user-action",
            ],
            Manager::Npm => &[
                "--registry",
                "--prefix",
                "--cache",
                "--loglevel",
                "-w",
                "--workspace",
                "--omit",
                "--only",
            ],
            Manager::Yarn => &["--cwd", "--cache-folder", "--modules-folder", "--registry"],
            Manager::Gem => &[
                "-v",
                "--version",
                "-i",
                "--install-dir",
                "-n",
                "--bindir",
                "-s",
                "--source",
                "-P",
                "--trust-policy",
                "--platform",
                "-p",
            ],
            Manager::Go => &["-ldflags", "-tags", "-mod", "-modfile", "-p", "-gcflags", "-o"],
        };
        options.contains(&option)
    }
}

impl Run {
    /// A command of the instruction at a place of the file.
    pub(in crate::model) fn new(order: usize, workdir: Value<Text>, command: Command) -> Run {
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
        let mut install: Option<Install<'_>> = None;
        let (mut options, mut settings) = (Vec::new(), Vec::new());
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let Some(text) = word.as_str() else {
                if let Some(install) = &mut install {
                    install.packages.push(word);
                }
                continue;
            };
            if text.starts_with('-') && text.len() > 1 {
                options.push(text);
                if manager.takes_value(text)
                    && let Some(value) = words.next().and_then(|word| word.as_str())
                {
                    settings.push((text, value));
                }
                continue;
            }
            match &mut install {
                Some(install) => install.packages.push(word),
                None if manager.verbs().contains(&text) => {
                    install = Some(Install {
                        manager,
                        program,
                        verb: word,
                        packages: Vec::new(),
                        options: Vec::new(),
                        settings: Vec::new(),
                    });
                }
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
    /// Whether it has an option, be it with a value behind `=`.
    pub fn has(&self, option: &str) -> bool {
        self.options.iter().any(|other| {
            *other == option || other.strip_prefix(option).is_some_and(|rest| rest.starts_with('='))
        })
    }

    /// The packages that are named without a version, as they are written.
    pub fn unpinned(&self) -> Vec<&'r Word> {
        let pinned = |word: &Word| {
            let Some(text) = word.as_str() else { return true };
            let is_path = text.starts_with(['.', '/', '~']) || text.contains("://");
            is_path
                || match self.manager {
                    Manager::Apt => text.contains(['=', '/']) || text.ends_with(".deb"),
                    Manager::Apk => text.contains(['=', '~', '<', '>']) || text.ends_with(".apk"),
                    Manager::Dnf => {
                        text.ends_with(".rpm") || has_version(text) || text.starts_with('@')
                    }
                    Manager::Zypper => text.contains(['=', '<', '>']) || text.ends_with(".rpm"),
                    Manager::Pip => {
                        text.contains(['=', '<', '>', '@', '/'])
                            || [".whl", ".tar.gz", ".zip"].iter().any(|end| text.ends_with(end))
                    }
                    Manager::Npm => {
                        text.get(1..).is_some_and(|rest| rest.contains('@'))
                            || text.contains(".tgz")
                            || (text.contains('/') && !text.starts_with('@'))
                    }
                    // What it locks is in a file.
                    Manager::Yarn => true,
                    Manager::Gem => text.contains(':') || text.ends_with(".gem"),
                    Manager::Go => {
                        let is_remote = text.split('/').next().is_some_and(|h| h.contains('.'));
                        !is_remote || (text.contains('@') && !text.ends_with("@latest"))
                    }
                }
        };
        let by_option = match self.manager {
            Manager::Pip => self.has("-r") || self.has("--requirement") || self.has("-c"),
            Manager::Gem => {
                self.options.iter().any(|o| o.starts_with("-v") || o.starts_with("--version"))
            }
            _ => false,
        };
        self.packages.iter().copied().filter(|word| !by_option && !pinned(word)).collect()
    }
}

/// `name-1.2-3`, as `dnf` takes it.
fn has_version(package: &str) -> bool {
    package.contains([':', '='])
        || package
            .split('-')
            .skip(1)
            .any(|part| part.starts_with(|c: char| c.is_ascii_digit()) && part.contains('.'))
}
