//! Files that a stage makes for the machine that builds, and that the image copies.

use super::process::basename;
use super::{Image, ImageId, Origin, Run, Stage};
use crate::model::Project;
use crate::model::platform::Architecture;
use crate::source::Span;
use crate::syntax::shell::{Command, Part, Word};
use crate::value::{Sourced, Text};

/// A copy of what a stage made for the machine that builds.
#[derive(Debug)]
pub struct Leak<'a> {
    /// The path that is copied.
    pub source: &'a Sourced<Text>,
    /// The program that made it.
    pub program: &'static str,
    /// Its command.
    pub made: Span,
    /// The flag of the stage's base.
    pub platform: Span,
    /// What to do.
    pub help: &'static str,
}

/// An image for several platforms whose own stage is of the machine that builds on each of them.
#[derive(Debug)]
pub struct Unmoved<'a> {
    /// The flag of the stage's base.
    pub flag: Span,
    /// The platforms for which it is pushed.
    pub platforms: &'a Sourced<Text>,
}

impl Project {
    /// The stages that builds push for several platforms, and that run on the machine that builds.
    pub fn unmoved_stages(&self, id: ImageId) -> Vec<Unmoved<'_>> {
        let Some(image) = self.image(id) else { return Vec::new() };
        let pushed = self.builds_of(id).filter(|build| build.pushes);
        let found = pushed.filter_map(|build| {
            let platforms = build.platform.known()?;
            let mut all = platforms.value.literal()?.split(',').map(Architecture::of_platform);
            let first = all.next()??;
            all.any(|other| other.is_some_and(|other| other != first)).then_some(())?;
            let stage = image.stage(&build.target)?;
            let (_, base) = image.base_image(stage)?;
            let is_image = base.literal_text().is_some_and(|base| base != "scratch");
            let flag = runs_on_builder(image, stage).filter(|_| is_image)?;
            Some(Unmoved { flag, platforms })
        });
        found.collect()
    }
}

/// The leaks of an image, one for each copy of its last stage and those that it starts from.
pub fn leaks(image: &Image) -> Vec<Leak<'_>> {
    let mut found = Vec::new();
    let Some(last) = image.stages.last() else { return found };
    if runs_on_builder(image, last).is_some() {
        return found;
    }
    for stage in image.lineage(last) {
        for copy in &stage.copies {
            let Origin::Stage(from) = copy.from else { continue };
            let Some(from) = image.stages.get(from) else { continue };
            let Some(platform) = runs_on_builder(image, from) else { continue };
            let knows = knows_target(image, from, |_| true);
            if knows && !only_go_knows(image, from) {
                continue;
            }
            let is_told = |run: &Run| knows && (!is_go_build(run) || says_target(run));
            let sources = copy.sources.iter().filter_map(|source| source.known());
            found.extend(sources.filter_map(|source| {
                let path = source.value.literal()?;
                let runs = image.lineage(from).flat_map(|stage| &stage.runs);
                let mut runs = runs.into_iter().filter(|run| !is_told(run));
                let (made, maker) = runs.find_map(|run| maker(run, path))?;
                let Maker { program, help } = maker;
                Some(Leak { source, program, made, platform, help })
            }));
        }
    }
    found
}

/// The flag by which a stage runs on the machine that builds.
fn runs_on_builder(image: &Image, stage: &Stage) -> Option<Span> {
    let (bottom, _) = image.base_image(stage)?;
    let flag = bottom.platform.as_ref()?;
    // A default of its own in the place of the machine's is another matter.
    let has_default = image.gives("BUILDPLATFORM");
    (flag.automatic() == Some("BUILDPLATFORM") && !has_default).then_some(flag.at)
}

/// Whether only commands that compile with Go are told of the platform of the image, each for
/// itself: then those that are not are not.
fn only_go_knows(image: &Image, stage: &Stage) -> bool {
    let is_told = |run: &Run| {
        let given = run.command.assignments.iter().find(|(name, _)| name == "GOARCH");
        given.is_some_and(|(_, value)| value.variables().any(|v| v.name == "TARGETARCH"))
    };
    let mut runs = image.lineage(stage).flat_map(|stage| &stage.runs);
    !knows_target(image, stage, |run| !is_go_build(run))
        && runs.any(|run| is_go_build(run) && is_told(run))
}

/// Whether a `RUN` compiles with Go.
fn is_go_build(run: &Run) -> bool {
    let words: Vec<_> = run.command.words.iter().take(2).map(Word::as_str).collect();
    words == [Some("go"), Some("build")]
}

/// Whether what is asked for, or a variable, of a stage speaks of the platform of the image, or of
/// one by name, in some of its commands: it is not built for the machine then.
fn knows_target(image: &Image, stage: &Stage, counts: impl Fn(&Run) -> bool) -> bool {
    image.lineage(stage).any(|stage| {
        stage.env.keys().any(|name| speaks(name))
            || stage.runs.iter().any(|run| counts(run) && (says_target(run) || says_system(run)))
    })
}

/// Whether a command speaks of an architecture.
fn says_target(run: &Run) -> bool {
    let in_word = |word: &Word| {
        word.parts.iter().any(|part| match part {
            Part::Literal(text) => speaks(text) || text == "--target",
            Part::Variable(variable) => speaks(&variable.name),
            // What a command prints may be anything.
            Part::Command(..) | Part::Unknown(_) | Part::Expression(..) => true,
            Part::Array(_) => true,
        })
    };
    let Command { assignments, words, .. } = &run.command;
    let mut assignments = assignments.iter().filter(|(name, _)| name != "GOOS");
    words.iter().any(in_word) || assignments.any(|(name, value)| speaks(name) || in_word(value))
}

/// Whether it is told a system for which to compile.
fn says_system(run: &Run) -> bool {
    run.command.assignments.iter().any(|(name, _)| name == "GOOS")
}

fn speaks(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "TARGET",
        "GOARCH",
        "GOOS",
        "--target=",
        "--platform",
        "--arch",
        "--cpu",
        "xx-",
        "zig",
        "cross",
        "aarch64",
        "arm64",
        "amd64",
        "x86_64",
        "emulat",
        "qemu",
    ];
    NAMES.iter().any(|name| text.contains(name))
}

struct Maker {
    program: &'static str,
    help: &'static str,
}

/// The command of a `RUN`, if it makes files of the machine's architecture at a path.
fn maker(run: &Run, path: &str) -> Option<(Span, Maker)> {
    let words = &run.command.words;
    let says = |wanted: &[&str]| {
        words.iter().skip(1).any(|word| word.as_str().is_some_and(|word| wanted.contains(&word)))
    };
    let in_path = |names: &[&str]| path.split('/').any(|part| names.contains(&part));
    let maker = match basename(words.first()?)? {
        "go" if says(&["build"]) && output(words).is_some_and(|out| is_at(path, out)) => Maker {
            program: "go build",
            help: "declare `ARG TARGETARCH` and compile with `GOARCH=$TARGETARCH`",
        },
        "cargo" if says(&["build"]) && path.contains("target/release/") => Maker {
            program: "cargo build",
            help: "compile with `--target` for the platform of the image",
        },
        "pip" | "pip3" | "uv" | "poetry" | "python" | "python3"
            if says(&["install", "sync"]) && in_path(&["site-packages", "venv", ".venv"]) =>
        {
            Maker {
                program: "pip install",
                help: "install in a stage of the image's platform: leave `--platform` out",
            }
        }
        "npm" | "yarn" | "pnpm" if says(&["install", "ci", "i"]) && in_path(&["node_modules"]) => {
            Maker {
                program: "npm install",
                help: "install in a stage of the image's platform: leave `--platform` out",
            }
        }
        _ => return None,
    };
    Some((run.command.at, maker))
}

/// The value of `-o`.
fn output(words: &[Word]) -> Option<&str> {
    let flag = words.iter().position(|word| word.as_str() == Some("-o"))?;
    words.get(flag + 1)?.as_str()
}

/// Whether a path that is copied is an output, or the folder that holds it.
fn is_at(path: &str, output: &str) -> bool {
    let path = path.trim_end_matches('/');
    let output = output.trim_start_matches("./").trim_end_matches('/');
    let ends = |whole: &str, end: &str| {
        whole
            .strip_suffix(end)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/') || end.starts_with('/'))
    };
    !output.is_empty()
        && (ends(path, output)
            || output
                .rsplit_once('/')
                .is_some_and(|(folder, _)| !folder.is_empty() && path == folder))
}
