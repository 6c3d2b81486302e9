//! A folder of the editor's workspace: one project, and what is said of it.

use super::document::Document;
use super::survey::Survey;
use crate::config::{self, Config, Problem};
use crate::lint::{self, Outcome};
use crate::model::Project;
use crate::rules;
use crate::shellcheck::{Answers, Questions, ShellCheck};
use crate::source::{self, Buffers, Sources};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The texts that are open, in no order that matters.
pub type Documents = std::collections::BTreeMap<String, Document>;

/// A project that an editor works on.
#[derive(Debug)]
pub struct Folder {
    /// The root, as the editor calls it.
    pub root: PathBuf,
    /// The root without links.
    real: PathBuf,
    reads: Reads,
    sources: Sources,
    config: Config,
    /// What is wrong with the configuration.
    pub problems: Option<Problems>,
    stale: Stale,
    shellcheck: ShellCheck,
    /// Whether there may be texts that ShellCheck was not asked about.
    wants_remarks: bool,
    /// Whether it is being asked.
    is_asking: bool,
    /// What the last check that came to its end has found.
    pub checked: Option<Checked>,
    /// What the user should be told, once.
    pub complaints: Vec<String>,
}

/// What a folder takes its files from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// The disk, with the buffers laid over it.
    Disk,
    /// The buffers alone: the folder is no repository and may hold anything.
    Buffers,
}

/// What is wrong with a configuration.
#[derive(Debug)]
pub struct Problems {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<str>,
    /// At least one.
    pub all: Vec<Problem>,
}

/// A project and what is said of it.
#[derive(Debug)]
pub struct Checked {
    /// The project.
    pub project: Project,
    /// The findings.
    pub outcome: Outcome,
    /// What else is known of its places, once somebody has asked.
    pub survey: Option<Survey>,
}

/// What has changed since the last check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stale {
    /// Nothing.
    Nothing,
    /// Texts, which are laid already.
    Texts,
    /// Which files there are, or what they are.
    Files,
}

impl Folder {
    /// A folder that was not read yet.
    pub fn new(root: PathBuf, reads: Reads) -> Folder {
        Folder {
            real: root.canonicalize().unwrap_or_else(|_| root.clone()),
            root,
            reads,
            sources: Sources::default(),
            config: Config::default(),
            problems: None,
            stale: Stale::Files,
            shellcheck: ShellCheck::default(),
            wants_remarks: true,
            is_asking: false,
            checked: None,
            complaints: Vec::new(),
        }
    }

    /// The path of a file from the root, with `/` between its parts.
    pub fn path_of(&self, file: &Path) -> Option<String> {
        let inner =
            file.strip_prefix(&self.root).or_else(|_| file.strip_prefix(&self.real)).ok()?;
        let parts: Option<Vec<&str>> = inner.iter().map(|part| part.to_str()).collect();
        let path = parts?.join("/");
        (!path.is_empty() && self.reads_below(&path)).then_some(path)
    }

    /// The place of a file on the disk.
    pub fn file_of(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Whether something has changed since the last check.
    pub fn is_stale(&self) -> bool {
        self.stale != Stale::Nothing
    }

    /// Takes in that a buffer has another text.
    pub fn lay(&mut self, path: &str, text: &Arc<str>) {
        if path == config::FILE || self.stale == Stale::Files || !self.sources.lay(path, text) {
            self.stale = Stale::Files;
        } else {
            self.stale = Stale::Texts;
        }
    }

    /// Takes in that a file of the disk has another text.
    pub fn read_again(&mut self, path: &str) {
        if self.sources.is_ignored(path) || self.stale == Stale::Files {
            return;
        }
        if path != config::FILE && self.sources.read_again(&self.root, path) {
            self.stale = Stale::Texts;
        } else {
            self.stale = Stale::Files;
        }
    }

    /// Takes in that a file of the disk has come or gone.
    pub fn list_again(&mut self, path: &str) {
        if !self.sources.is_ignored(path) {
            self.stale = Stale::Files;
        }
    }

    /// Takes in that a buffer is gone, so that the file counts as it is on the disk.
    pub fn close(&mut self, path: &str) {
        let is_laid = path != config::FILE
            && self.stale != Stale::Files
            && self.reads == Reads::Disk
            && self.sources.read_again(&self.root, path);
        self.stale = if is_laid { Stale::Texts } else { Stale::Files };
    }

    /// Whether the disk does not count.
    pub fn is_of_buffers(&self) -> bool {
        self.reads == Reads::Buffers
    }

    /// Checks the project. If `stop` says so in between, all is left as it was, and the answer
    /// is false.
    pub fn check(&mut self, documents: &Documents, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        if self.stale == Stale::Files {
            self.read(documents);
            self.stale = Stale::Texts;
        }
        if stop() {
            return false;
        }
        let checked = catch_unwind(AssertUnwindSafe(|| {
            let mut project = Project::read(self.sources.clone());
            project.policy = self.config.policy.clone();
            if self.config.asks_shellcheck() {
                self.shellcheck.remember(&self.root, &mut project);
            }
            if stop() {
                return None;
            }
            let outcome = lint::lint(&project, rules::ALL, &self.config);
            Some(Checked { project, outcome, survey: None })
        }));
        match checked {
            Ok(None) => return false,
            Ok(Some(checked)) => {
                for failure in &checked.outcome.failures {
                    let (rule, message) = (failure.rule, &failure.message);
                    self.complaints.push(format!("rule {rule} broke down: {message}"));
                }
                self.checked = Some(checked);
            }
            Err(_) => self.complaints.push("the check broke down".to_owned()),
        }
        self.stale = Stale::Nothing;
        true
    }

    /// Takes in that a file was opened or saved, so that ShellCheck is asked again.
    pub fn want_remarks(&mut self) {
        self.wants_remarks = true;
    }

    /// What ShellCheck is to be asked now, about the texts that are open or about all.
    pub fn questions(&mut self, documents: &Documents, of_all: bool) -> Option<Questions> {
        let is_due = self.wants_remarks && !self.is_asking && !self.is_stale();
        if !is_due || !self.config.asks_shellcheck() {
            return None;
        }
        let checked = self.checked.as_ref()?;
        self.wants_remarks = false;
        let open: HashSet<String> = documents
            .values()
            .filter_map(|document| self.path_of(document.path.as_deref()?))
            .collect();
        let sources = &checked.project.sources;
        let wants = |id| of_all || open.contains(&*sources.get(id).path);
        let questions = self.shellcheck.questions(&self.root, &checked.project, wants)?;
        self.is_asking = true;
        Some(questions)
    }

    /// Takes in what ShellCheck has answered. Gives what the user should know.
    pub fn hear(&mut self, answers: Answers) -> Option<String> {
        self.is_asking = false;
        self.stale = self.stale.max(Stale::Texts);
        self.shellcheck.take(answers)
    }

    /// Gathers what is known of the places of the project.
    pub fn survey(&mut self) {
        if let Some(checked) = self.checked.as_mut().filter(|checked| checked.survey.is_none()) {
            let gathered = catch_unwind(AssertUnwindSafe(|| Survey::of(&mut checked.project)));
            checked.survey = gathered.ok();
        }
    }

    /// A folder that is no repository has no files but those in it.
    fn reads_below(&self, path: &str) -> bool {
        self.reads == Reads::Disk || !path.contains('/')
    }

    fn read(&mut self, documents: &Documents) {
        self.configure(documents);
        self.wants_remarks = true;
        let laid = |document: &Document| {
            let path = self.path_of(document.path.as_deref()?)?;
            Some((Arc::from(path), document.text.clone()))
        };
        let buffers: Buffers = documents.values().filter_map(laid).collect();
        let read = match self.reads {
            Reads::Disk => Sources::discover_with(&self.root, &self.config.exclude, &buffers),
            Reads::Buffers => {
                let files: Vec<_> = buffers.iter().map(|(path, text)| (&**path, &**text)).collect();
                let mut sources = Sources::of(&files);
                sources.is_part = true;
                Ok(sources)
            }
        };
        match read {
            Ok(mut sources) => {
                sources.retain_environments(|path| self.config.is_environment(path));
                sources.take_over(&self.sources);
                self.sources = sources;
            }
            Err(error) => {
                self.complaints.push(format!("{}: {error}", self.root.display()));
                self.sources = Sources::default();
            }
        }
    }

    /// Reads the configuration. One with an error configures nothing new: what held before
    /// holds until it is mended.
    fn configure(&mut self, documents: &Documents) {
        self.problems = None;
        let unsaved = || self.root.join(config::FILE);
        let file = match self.reads {
            Reads::Disk => source::nearest(&self.root, config::FILE).unwrap_or_else(unsaved),
            Reads::Buffers => unsaved(),
        };
        let open = documents.values().find(|document| document.path.as_ref() == Some(&file));
        let text: Arc<str> = match (open, self.reads) {
            (Some(document), _) => document.text.clone(),
            (None, Reads::Buffers) => "".into(),
            (None, Reads::Disk) => match source::read_text(&file) {
                Ok(text) => text.into(),
                Err(error) => {
                    if error.kind() != std::io::ErrorKind::NotFound {
                        self.complaints.push(format!("{}: {error}", file.display()));
                    }
                    "".into()
                }
            },
        };
        match Config::parse(config::FILE, &text, &lint::vocabulary()) {
            Ok(config) => self.config = config,
            Err(error) => {
                self.problems = Some(Problems { path: file, text, all: error.problems });
            }
        }
    }
}
