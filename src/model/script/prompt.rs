//! Questions that package managers ask while an image is built, when nobody is there to answer.

use super::package::Manager;
use crate::model::image::{Run, Stage};
use crate::source::Span;
use std::collections::HashSet;

/// The programs that ask before they install.
const ASKING: &[&str] = &["apt-get", "apt", "yum", "dnf", "zypper"];

/// The long options that say what the answer is, or with which nothing is installed.
const SILENT: &[&str] = &[
    "yes",
    "assume-yes",
    "assumeyes",
    "assumeno",
    "force-yes",
    "non-interactive",
    "no-confirm",
    "simulate",
    "dry-run",
    "just-print",
    "download-only",
    "help",
];

/// A command that may ask before it changes packages, and that nothing answers: no option, no
/// setting of the image, and no command before it in a pipe.
#[derive(Debug, Clone, Copy)]
pub struct Prompt<'s> {
    /// The program: `apt-get`.
    pub program: &'s str,
    /// The name of the package manager.
    pub manager: &'static str,
    /// The command.
    pub at: Span,
    /// Its `install` or `upgrade`.
    pub verb: &'s str,
    /// Where that stands, behind which an option may stand.
    pub verb_at: Span,
}

impl Stage {
    /// What of its commands may ask, and nothing answers.
    pub fn prompts(&self) -> Vec<Prompt<'_>> {
        let asking = self.runs.iter().filter_map(|run| Some((run.order, Prompt::of(run)?)));
        let asking: Vec<(usize, Prompt<'_>)> = asking.collect();
        if asking.is_empty() || self.assumes_yes() {
            return Vec::new();
        }
        let answers = self.runs.iter().filter(|run| run.says_yes());
        let answered: HashSet<usize> = answers.map(|run| run.order).collect();
        let open = asking.into_iter().filter(|(order, _)| !answered.contains(order));
        open.map(|(_, prompt)| prompt).collect()
    }

    /// Whether a command writes the setting by which a package manager takes yes for granted. An
    /// option of one install, `--assumeyes`, is none.
    fn assumes_yes(&self) -> bool {
        // `-o` of one command is none, either.
        let is_own = |run: &&Run| {
            !run.program().is_some_and(|(name, words)| {
                ASKING.contains(&name)
                    && words
                        .iter()
                        .any(|word| word.as_str().is_some_and(|w| verbs(name).contains(&w)))
            })
        };
        let words = self.runs.iter().filter(is_own).flat_map(|run| run.command.words.iter());
        words.into_iter().any(|word| {
            let text = word.text().to_string().to_ascii_lowercase();
            !text.starts_with("--assume")
                && (text.contains("assume-yes") || text.contains("assumeyes"))
        })
    }
}

impl Run {
    /// Whether it writes an answer for another command of its instruction: `yes`, `echo y`.
    fn says_yes(&self) -> bool {
        let last = self.command.words.last().and_then(|word| word.as_str());
        self.command.program() == Some("yes") || matches!(last, Some("y" | "Y" | "yes"))
    }
}

impl<'s> Prompt<'s> {
    /// The question of a command, if it asks one that its own options do not answer. Words that
    /// are not known may be such options.
    fn of(run: &'s Run) -> Option<Prompt<'s>> {
        let words = &run.command.words;
        let sudo = usize::from(words.first()?.as_str() == Some("sudo"));
        let program = words.get(sudo)?.as_str().filter(|program| ASKING.contains(program))?;
        let all: Option<Vec<&str>> = words.iter().map(|word| word.as_str()).collect();
        let all = all?;
        let is_apt = program.starts_with("apt");
        let verbs = verbs(program);
        let verb = all.iter().position(|word| verbs.contains(word))?;
        let mut before = all[..verb].windows(2).skip(sudo);
        if !before.all(|pair| pair[1].starts_with('-') || may_precede(pair[0], pair[1])) {
            return None;
        }
        let is_zypper = program == "zypper";
        let is_silent = all.iter().enumerate().any(|(i, word)| {
            // Of zypper `-n` is an option before the command, and a name behind it.
            is_silent(word) || (is_zypper && i < verb && is_short(word, 'n'))
        });
        // Quiet twice means yes, too.
        let quiet = all.iter().filter(|word| matches!(**word, "-q" | "--quiet")).count();
        let fixes = all.iter().any(|word| matches!(*word, "-f" | "--fix-broken"));
        let changes = fixes || verb + 1 < all.len() || NEEDS_NO_NAME.contains(&all[verb]);
        let asks = changes && !is_silent && !(is_apt && quiet > 1);
        let manager = match program {
            "yum" => "yum",
            program => Manager::of(program)?.name(),
        };
        let (at, verb_at) = (run.command.at, words[verb].at);
        asks.then(|| Prompt { program, manager, at, verb: all[verb], verb_at })
    }
}

/// Whether a word may stand before that which says what to do: the value of an option, or what
/// kind of things are meant.
fn may_precede(before: &str, word: &str) -> bool {
    before.starts_with('-') || matches!(word, "group" | "module")
}

/// The words by which a program is told to change packages.
fn verbs(program: &str) -> &'static [&'static str] {
    match program {
        "apt-get" | "apt" => &[
            "install",
            "build-dep",
            "upgrade",
            "dist-upgrade",
            "full-upgrade",
            "remove",
            "purge",
            "autoremove",
        ],
        "zypper" => &["install", "in", "update", "up", "dist-upgrade", "dup", "remove", "rm"],
        _ => &[
            "install",
            "groupinstall",
            "localinstall",
            "reinstall",
            "update",
            "upgrade",
            "remove",
            "erase",
        ],
    }
}

/// Those that need no name of a package behind them.
const NEEDS_NO_NAME: &[&str] =
    &["upgrade", "dist-upgrade", "full-upgrade", "autoremove", "update", "up", "dup"];

/// Whether an option answers, or leaves nothing to ask, whatever the program.
fn is_silent(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    if ["assume-yes=", "assumeyes="].iter().any(|setting| lower.contains(setting)) {
        return true;
    }
    match word.strip_prefix("--") {
        Some(long) => SILENT.contains(&long.split('=').next().unwrap_or(long)),
        None => {
            is_short(word, 'y')
                || is_short(word, 's')
                || word.starts_with("-q=")
                || (word.starts_with('-') && word.contains("qq"))
        }
    }
}

/// Whether a word is a dash and letters, with this one among them.
fn is_short(word: &str, letter: char) -> bool {
    word.strip_prefix('-').is_some_and(|short| !short.starts_with('-') && short.contains(letter))
}
