//! Which commands install the project's own package.

use super::landing::{Landings, Where};
use crate::model::contents::only_prepares;
use crate::model::context::copy::{Lookup, needed};
use crate::model::image::listener::is_python;
use crate::model::image::process::basename;
use crate::model::image::{Image, Origin, Run, Stage};
use crate::source;
use crate::syntax::shell::Word;
use crate::value::Step;
use std::collections::BTreeSet;

/// Looks for installs.
pub struct Installs<'a> {
    pub lookup: &'a Lookup<'a>,
    pub image: &'a Image,
    pub context: &'a str,
}

/// Whether a package is installed.
#[derive(Debug)]
pub enum Install {
    /// It is.
    Done,
    /// Something that is not understood may install it.
    Unknown,
    /// It is not. The steps are commands that install something else.
    None(Vec<Step>),
}

/// What a command does about the package.
enum Effect {
    Nothing,
    /// Installs what else the project needs.
    Others(&'static str),
    /// Installs what lies in the working directory: by a copy, or by a path to it.
    Project {
        editable: bool,
    },
    Unknown,
}

impl Installs<'_> {
    /// Whether a package is installed in a stage, or in one from which the stage copies.
    pub fn of(&self, stage: &Stage, home: &str, lies_in: &BTreeSet<String>) -> Install {
        let mut steps = Vec::new();
        for stage_needed in needed(self.image, stage) {
            let own = self.image.lineage(stage).any(|s| std::ptr::eq(s, stage_needed));
            for run in &stage_needed.runs {
                match self.effect(run) {
                    Effect::Nothing => {}
                    Effect::Unknown => return Install::Unknown,
                    Effect::Others(told) => steps.push(Step::reference(run.command.at, told)),
                    Effect::Project { editable } => {
                        match self.project(stage_needed, run, home, own, editable, lies_in) {
                            Install::None(more) => steps.extend(more),
                            other => return other,
                        }
                    }
                }
            }
        }
        Install::None(steps)
    }

    /// What an install of the project amounts to: nothing, if its source is not there yet.
    fn project(
        &self,
        stage: &Stage,
        run: &Run,
        home: &str,
        own: bool,
        editable: bool,
        lies_in: &BTreeSet<String>,
    ) -> Install {
        let landings = Landings { lookup: self.lookup, image: self.image, context: self.context };
        let Where::Known(places) = landings.of(stage, home, run.order) else {
            return Install::Unknown;
        };
        let at = run.command.at;
        if places.is_empty() {
            if has_mounts(stage, run) {
                return Install::Unknown;
            }
            let told = "installs the project before its source is copied, so only what it needs";
            return Install::None(vec![Step::reference(at, told)]);
        }
        if !editable {
            return Install::Done;
        }
        // An editable install leaves a path, which must lead to the source in the image too.
        if own || places.iter().any(|place| lies_in.contains(source::folder(place))) {
            return Install::Done;
        }
        let folder = source::folder(&places[0]).to_owned();
        let told = format!("an editable install, which only points to `{folder}`");
        Install::None(vec![Step::reference(at, told)])
    }

    fn effect(&self, run: &Run) -> Effect {
        let words = strip(&run.command.words);
        let Some(program) = words.first().and_then(basename) else {
            return if run.command.words.is_empty() { Effect::Nothing } else { Effect::Unknown };
        };
        let second = words.get(1).and_then(Word::as_str).unwrap_or_default();
        let third = words.get(2).and_then(Word::as_str).unwrap_or_default();
        match program {
            "pip" | "pip3" => self.pip(second, &words[2.min(words.len())..]),
            _ if is_python(program) && second == "-m" && third == "pip" => {
                let verb = words.get(3).and_then(Word::as_str).unwrap_or_default();
                self.pip(verb, &words[4.min(words.len())..])
            }
            _ if is_python(program) && second == "-m" && third == "venv" => Effect::Nothing,
            "uv" => self.uv(second, third, words),
            "poetry" => match second {
                "install" if has(words, "--no-root") => {
                    Effect::Others("installs what the project needs, without it")
                }
                "install" => self.backed(&["package-mode = false", "package-mode=false"], false),
                "export" | "config" | "lock" | "self" | "check" | "--version" => Effect::Nothing,
                _ => Effect::Unknown,
            },
            "pdm" => match second {
                "install" | "sync" if has(words, "--no-self") => {
                    Effect::Others("installs what the project needs, without it")
                }
                "install" | "sync" if has(words, "--no-editable") => {
                    Effect::Project { editable: false }
                }
                "install" | "sync" => Effect::Project { editable: true },
                "config" | "lock" | "export" => Effect::Nothing,
                _ => Effect::Unknown,
            },
            "curl" | "echo" | "node" | "npm" | "printf" | "su" | "touch" | "wget" | "yarn" => {
                Effect::Nothing
            }
            _ if only_prepares(words) => Effect::Nothing,
            _ => Effect::Unknown,
        }
    }

    fn pip(&self, verb: &str, words: &[Word]) -> Effect {
        match verb {
            "install" => {}
            "list" | "config" | "cache" | "check" | "freeze" | "--version" | "show"
            | "download" => {
                return Effect::Nothing;
            }
            _ => return Effect::Unknown,
        }
        let mut words = words.iter();
        let mut effect = Effect::Others("installs other packages");
        while let Some(word) = words.next() {
            let Some(text) = word.as_str() else {
                // `uvicorn==$VERSION` is still a name from the index.
                let text = word.text();
                if text.pieces().first().is_some_and(
                    |p| matches!(p, crate::value::Piece::Literal(t) if t.contains("==")),
                ) {
                    continue;
                }
                return Effect::Unknown;
            };
            match text {
                "-e" | "--editable" => effect = Effect::Project { editable: true },
                "-r" | "--requirement" => {
                    let file = words.next().and_then(Word::as_str).unwrap_or_default();
                    if !self.lists_only_names(file) {
                        return Effect::Unknown;
                    }
                }
                "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" | "-c"
                | "--constraint" | "--timeout" | "--retries" | "--trusted-host" | "--python"
                | "--cache-dir" | "--platform" | "--only-binary" | "--no-binary"
                | "--progress-bar" | "--root-user-action" | "--group" | "--index"
                | "--default-index" | "-p" | "--extra" | "--index-strategy" => drop(words.next()),
                "--target" | "-t" | "--prefix" | "--root" | "--src" => drop(words.next()),
                text if text.starts_with("-r")
                    && !text.starts_with("--")
                    && !self.lists_only_names(&text[2..]) =>
                {
                    return Effect::Unknown;
                }
                text if text.starts_with("--requirement=")
                    && !self.lists_only_names(&text["--requirement=".len()..]) =>
                {
                    return Effect::Unknown;
                }
                text if text.starts_with('-') => {}
                text if is_project(text) => match effect {
                    Effect::Project { .. } => {}
                    _ => effect = Effect::Project { editable: false },
                },
                text if text.contains('/') || text.ends_with(".whl") || text.contains("://") => {
                    return Effect::Unknown;
                }
                _ => {}
            }
        }
        effect
    }

    fn uv(&self, second: &str, third: &str, words: &[Word]) -> Effect {
        match (second, third) {
            ("pip", "install") => {
                // `-r pyproject.toml` installs what the project needs, and not the project.
                let rest: Vec<Word> = words[3..].to_vec();
                self.pip("install", &rest)
            }
            ("pip", "sync") => self.pip("install", &[]),
            ("pip", "compile" | "list" | "check" | "tree") => Effect::Nothing,
            ("sync", _) => {
                let without = [
                    "--no-install-project",
                    "--no-install-workspace",
                    "--only-group",
                    "--only-dev",
                    "--no-install-local",
                ];
                if without.iter().any(|flag| has(words, flag)) {
                    return Effect::Others("installs what the project needs, without it");
                }
                self.backed(&["package = false", "package=false"], has(words, "--no-editable"))
            }
            ("venv" | "python" | "cache" | "lock" | "tool" | "--version" | "export", _) => {
                Effect::Nothing
            }
            _ => Effect::Unknown,
        }
    }

    /// An install that takes in the project only if its description says so.
    fn backed(&self, virtual_marks: &[&str], copies: bool) -> Effect {
        let path = source::join(self.context, "pyproject.toml");
        let Some((_, file)) = self.lookup.sources.find(&path) else { return Effect::Unknown };
        if virtual_marks.iter().any(|mark| file.text.contains(mark)) {
            return Effect::Others("installs what the project needs, which is no package");
        }
        let is_poetry = virtual_marks[0].contains("mode");
        let packaged = is_poetry
            || file.text.contains("[build-system]")
            || file.text.contains("package = true");
        match packaged {
            true => Effect::Project { editable: !copies },
            false => {
                Effect::Others("installs what the project needs, which has no `[build-system]`")
            }
        }
    }

    /// Whether a file of requirements names packages of the index only.
    fn lists_only_names(&self, file: &str) -> bool {
        let name = source::name(file);
        if name == "pyproject.toml" {
            return true;
        }
        let mut found = false;
        for (_, source) in self.lookup.sources.iter() {
            if source::name(&source.path) != name || !source::is_below(&source.path, self.context) {
                continue;
            }
            found = true;
            let local = source.text.lines().map(str::trim).any(|line| {
                line.starts_with(['.', '/'])
                    || line.starts_with("-e")
                    || line.starts_with("--editable")
                    || line.contains("file:")
                    || line.starts_with("-r ") && !line.ends_with(".txt")
            });
            if local {
                return false;
            }
        }
        found
    }
}

/// Whether an argument of `pip install` is the project in the working directory, or in another
/// folder of the image.
fn is_project(text: &str) -> bool {
    let path = text.split('[').next().unwrap_or(text);
    matches!(path, "." | "./")
        || (path.starts_with("./") || path.starts_with('/')) && {
            !path.contains('*')
                && !path.ends_with(".whl")
                && !path.ends_with(".gz")
                && !path.ends_with(".txt")
        }
}

/// The words without what only prepares the command.
fn strip(words: &[Word]) -> &[Word] {
    match words.first().and_then(Word::as_str) {
        Some("sudo" | "exec" | "time" | "env") => strip(&words[1..]),
        Some(word) if word.contains('=') => strip(&words[1..]),
        _ => words,
    }
}

fn has(words: &[Word], flag: &str) -> bool {
    words.iter().any(|word| {
        word.as_str().is_some_and(|text| {
            text == flag || text.strip_prefix(flag).is_some_and(|r| r.starts_with('='))
        })
    })
}

/// Whether a command sees files of the context by a mount.
fn has_mounts(stage: &Stage, run: &Run) -> bool {
    stage.copies.iter().any(|copy| {
        copy.order == run.order
            && copy.destination.is_unset()
            && copy.from == Origin::Context
            && copy
                .sources
                .iter()
                .any(|source| matches!(source.literal_text(), Some("." | "./" | "/") | None))
    })
}
