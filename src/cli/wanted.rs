//! What a call wants to see: of which files, of which change, and beside what is known already.

use super::Check;
use super::project::{Selection, named};
use crate::baseline::{Baseline, Compared, Known};
use crate::changed::Changed;
use crate::config::Config;
use crate::git::{self, Base};
use crate::lint::Outcome;
use crate::shellcheck::ShellCheck;
use crate::source::{Sources, read_text};
use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};

/// The wishes of a call and of the configuration.
pub struct Wanted {
    /// The project, and the files that were named.
    pub selection: Selection,
    /// What the project wants.
    pub config: Config,
    /// ShellCheck, with what it has said.
    pub shellcheck: RefCell<ShellCheck>,
    baseline: Option<(PathBuf, Baseline)>,
    base: Option<Base>,
}

/// What of the known was found, and what was not.
#[derive(Default)]
pub struct Sifted {
    /// How many findings are left out since they are known.
    pub known: usize,
    /// What is known and not there any more, with how often it was.
    pub gone: Vec<(Known, usize)>,
}

impl Wanted {
    /// Reads what the call and the configuration name.
    ///
    /// # Errors
    /// If the call, the configuration or the baseline is wrong.
    pub fn of(check: &Check) -> io::Result<Wanted> {
        let selection = Selection::of(&check.paths)?;
        let (config, file) = selection.config(check.config.as_deref())?;
        if check.write_baseline.is_some() && selection.names_files() {
            return Err(io::Error::other("a baseline is of a whole project: name its folder"));
        }
        let baseline = match &check.baseline {
            _ if check.no_baseline => None,
            Some(file) => Some((file.clone(), read(file)?)),
            None => of_config(&config, &file, &selection, check)?,
        };
        Ok(Wanted { selection, config, shellcheck: RefCell::default(), baseline, base: None })
    }

    /// Asks git what has changed, if the call wants to know.
    ///
    /// # Errors
    /// If git cannot tell.
    pub fn compare(&mut self, check: &Check, sources: &Sources) -> io::Result<()> {
        if let Some(revision) = &check.diff_base {
            let is_read = |path: &str| sources.find(path).is_some();
            self.base = Some(git::base(&self.selection.root, revision, is_read)?);
        }
        Ok(())
    }

    /// Leaves out the findings that are not wanted.
    pub fn sift(&self, sources: &Sources, outcome: &mut Outcome) -> Sifted {
        let compared = match &self.baseline {
            Some((_, baseline)) => baseline.compare(sources, &outcome.findings),
            None => Compared::default(),
        };
        let changed = self.base.as_ref().map(|base| Changed::of(sources, base));
        let mut sifted = Sifted::default();
        let mut known = compared.known.into_iter();
        outcome.findings.retain(|finding| {
            let is_known = known.next().unwrap_or_default();
            let touches = self.selection.touches(sources, finding)
                && changed.as_ref().is_none_or(|changed| changed.touches(sources, finding));
            sifted.known += usize::from(touches && is_known);
            touches && !is_known
        });
        // Of a rule that broke down nobody knows what it would have found.
        let ran = |rule: &str| outcome.failures.iter().all(|failure| failure.rule != rule);
        let gone = compared.gone.into_iter();
        sifted.gone =
            gone.filter(|(it, _)| self.selection.holds(&it.path) && ran(&it.rule)).collect();
        sifted
    }

    /// The file of the baseline, as users call it.
    pub fn baseline(&self) -> String {
        self.baseline.as_ref().map_or(String::new(), |(file, _)| file.display().to_string())
    }
}

/// The baseline that a configuration names, unless it is to be written.
fn of_config(
    config: &Config,
    file: &Path,
    selection: &Selection,
    check: &Check,
) -> io::Result<Option<(PathBuf, Baseline)>> {
    let Some(name) = &config.baseline else { return Ok(None) };
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let file = folder.join(name);
    // It speaks of the folder of the configuration, which may be above the root.
    let (root, above) = (selection.root.canonicalize()?, folder.canonicalize()?);
    let below = root.strip_prefix(above).unwrap_or(Path::new(""));
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    if let Some(written) = &check.write_baseline {
        let is_same = || Some(written.canonicalize().ok()? == file.canonicalize().ok()?);
        if !parts.is_empty() && is_same() == Some(true) {
            let (file, folder) = (written.display(), folder.display());
            let message = format!("{file}: is the baseline of {folder}: write it from there");
            return Err(io::Error::other(message));
        }
        return Ok(None);
    }
    let baseline = read(&file)?;
    let baseline = if parts.is_empty() { baseline } else { baseline.below(&parts.join("/")) };
    Ok(Some((file, baseline)))
}

fn read(file: &Path) -> io::Result<Baseline> {
    let shown = file.display();
    match read_text(file) {
        Ok(text) => {
            Baseline::parse(&text).map_err(|why| io::Error::other(format!("{shown}: {why}")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(io::Error::other(format!(
            "{shown}: there is no such baseline; `--write-baseline {shown}` makes it"
        ))),
        Err(error) => Err(named(file, &error)),
    }
}
