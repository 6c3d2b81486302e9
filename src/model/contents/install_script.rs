//! Scripts that `npm ci` and the like run, against what the stage holds by then.
//!
//! Source: docs.npmjs.com/cli/v11/using-npm/scripts, classic.yarnpkg.com/docs/package-json and
//! pnpm.io/cli/install, read 2026-11: an install in a folder runs `preinstall`, `install` and
//! `postinstall` of its `package.json`.

use super::{Contents, Held, only_prepares};
use crate::model::blur::Blur;
use crate::model::build::built::Built;
use crate::model::context::copy::{Lookup, needed};
use crate::model::image::process::basename;
use crate::model::image::{Copy, ImageId, Origin, Run, Stage};
use crate::model::trees::ById;
use crate::source::{Span, clean, folder, join, name};
use crate::syntax::shell::{self, Command, Word};
use crate::syntax::tasks::Task;
use crate::value::Value;
use rayon::prelude::*;

/// The scripts that an install runs in the folder of a project.
const SCRIPTS: &[&str] = &["preinstall", "install", "postinstall"];

/// A script that an install runs in a stage that lacks its file.
#[derive(Debug, Clone)]
pub struct MissingScript {
    /// The image.
    pub image: ImageId,
    /// Its path from the `package.json`, at the command that installs.
    pub path: Value<String>,
    /// That command: `npm ci`.
    pub install: String,
    /// The name of the script: `postinstall`.
    pub script: String,
    /// The command in `package.json`.
    pub written: Span,
    /// The instruction that copies the `package.json`.
    pub copied: Option<Span>,
}

impl MissingScript {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.path);
    }
}

/// The scripts that installs of images run and do not find.
pub(in crate::model) fn missing_scripts(
    lookup: &Lookup<'_>,
    built: &[Built<'_>],
    tasks: &ById<Vec<Task>>,
) -> Vec<MissingScript> {
    built
        .par_iter()
        .filter(|built| built.is_meant)
        .flat_map_iter(|built| {
            let stages = needed(built.image, built.stage);
            let runs =
                stages.iter().flat_map(|stage| stage.runs.iter().map(move |run| (*stage, run)));
            runs.filter(|(_, run)| installs(&run.command.words))
                .flat_map(|(stage, run)| Install { lookup, built, stage, run, tasks }.missing())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Whether a command installs what the `package.json` of its folder asks for, scripts included.
fn installs(words: &[Word]) -> bool {
    let Some(program @ ("npm" | "yarn" | "pnpm")) = words.first().and_then(basename) else {
        return false;
    };
    let flags = words.iter().skip(1).filter_map(Word::as_str).filter(|word| word.starts_with('-'));
    let plain: Vec<&str> =
        words.iter().skip(1).filter_map(Word::as_str).filter(|w| !w.starts_with('-')).collect();
    let is_plain = words.iter().all(|word| word.as_str().is_some());
    // Others install elsewhere, or run no scripts.
    const OTHERWISE: &[&str] = &[
        "--ignore-scripts",
        "--prefix",
        "--cwd",
        "--dir",
        "-C",
        "-g",
        "--global",
        "--filter",
        "-F",
    ];
    let mut flags = flags.map(|flag| flag.split('=').next().unwrap_or_default());
    let installs = match program {
        "npm" => matches!(plain[..], ["ci" | "install" | "i" | "clean-install"]),
        "yarn" => matches!(plain[..], [] | ["install"]),
        _ => matches!(plain[..], ["install" | "i"]),
    };
    is_plain && installs && !flags.any(|flag| OTHERWISE.contains(&flag))
}

/// A command that installs, in the stage of an image.
struct Install<'a> {
    lookup: &'a Lookup<'a>,
    built: &'a Built<'a>,
    stage: &'a Stage,
    run: &'a Run,
    tasks: &'a ById<Vec<Task>>,
}

impl Install<'_> {
    /// The scripts that it lacks in whatever context the image is built.
    fn missing(&self) -> Vec<MissingScript> {
        let Install { lookup, built, run, .. } = *self;
        let contexts = built.contexts(lookup);
        let mut in_contexts = contexts.iter().map(|context| {
            let contents = Contents::new(lookup, built.image, context).before(run.order);
            self.missing_in(&contents).unwrap_or_default()
        });
        let mut missing = in_contexts.next().unwrap_or_default();
        for others in in_contexts {
            // What one context may have is not missing.
            missing.retain(|a| others.iter().any(|b| a.written == b.written));
        }
        missing
    }

    /// The scripts that it lacks; none if what it runs is not known.
    fn missing_in(&self, contents: &Contents<'_>) -> Option<Vec<MissingScript>> {
        let Install { lookup, built, stage, run, tasks } = *self;
        let workdir = run.workdir.literal_text()?.trim_end_matches('/');
        let Held::File(package) = contents.at(stage, &format!("{workdir}/package.json")) else {
            return None;
        };
        let mut lineage = built.image.lineage(stage);
        let is_mount = |copy: &&Copy| copy.destination.is_unset() && copy.from == Origin::Context;
        let prepared = lineage.all(|stage| {
            let mut before = stage.runs.iter().filter(|other| other.order < run.order);
            before.all(|run| only_prepares(&run.command.words))
                && stage.copies.iter().find(is_mount).is_none()
                && stage
                    .env
                    .keys()
                    .all(|name| !name.eq_ignore_ascii_case("npm_config_ignore_scripts"))
        });
        // A newer yarn runs other scripts, and settings may switch them off.
        let beside = |file: &str| lookup.sources.has_file(&join(folder(&package), file));
        if !prepared
            || !built.image.has_bare_base(stage)
            || beside(".yarnrc.yml")
            || beside(".npmrc")
        {
            return None;
        }
        let (id, _) = lookup.sources.find(&package)?;
        let scripts = tasks.get(&id)?.iter().filter(|task| SCRIPTS.contains(&&*task.name));
        let install = run.command.words.iter().take(2).filter_map(Word::as_str);
        let install = install.filter(|w| !w.starts_with('-')).collect::<Vec<_>>().join(" ");
        let mut missing = Vec::new();
        for task in scripts {
            for command in task.commands.iter().filter_map(only_command) {
                let Some((word, path)) = started(&command) else { continue };
                let candidates = [path.clone(), format!("{path}.js"), format!("{path}/index.js")];
                let home = candidates
                    .iter()
                    .find(|path| lookup.sources.has_file(&clean(&join(folder(&package), path))));
                let Some(home) = home else { continue };
                let place = clean(&format!("{workdir}/{home}"));
                if contents.at(stage, &place) != Held::Nothing
                    || built.may_write(lookup.sources, name(home))
                {
                    continue;
                }
                missing.push(MissingScript {
                    image: built.id,
                    path: Value::literal(home.clone(), run.command.at),
                    install: install.clone(),
                    script: task.name.clone(),
                    written: word.at,
                    copied: contents.brings(stage, &format!("{workdir}/package.json")),
                });
            }
        }
        Some(missing)
    }
}

/// The command of a script that has only one: what others decide is not known.
fn only_command(script: &crate::source::Excerpt) -> Option<Command> {
    let mut commands = shell::commands(script).into_iter();
    commands.next().filter(|_| commands.next().is_none())
}

/// The file of the project that a command starts with.
fn started(command: &Command) -> Option<(&Word, String)> {
    let word = match command.words.first().and_then(basename)? {
        "node" | "sh" | "bash" | "python3" | "python" | "tsx" | "ts-node" => {
            command.words.get(1)?
        }
        _ => command.words.first().filter(|w| w.as_str().is_some_and(|w| w.starts_with("./")))?,
    };
    let path = word.as_str()?.trim_start_matches("./");
    let is_own = !path.starts_with(['-', '/', '.']) && !path.contains("node_modules");
    is_own.then(|| (word, path.to_owned()))
}
