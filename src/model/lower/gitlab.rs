//! What the jobs of GitLab CI run.

use super::super::build::{Builder, Prepared, Runner};
use super::super::deployment::Manager;
use super::super::platform::Architecture;
use super::cloudbuild::{bases, builder_of};
use super::script::{Start, export, invocations};
use super::{Lowered, WorkingFolder};
use crate::model::context::aside::is_set_aside;
use crate::source::{Excerpt, SourceId, Sources, folder};
use crate::syntax::gitlab::{Job, Pipeline};

/// What a pipeline adds to the project. A job starts in the root of the repository, which may
/// be that of the file where the file is none of the root.
pub fn lower(sources: &Sources, id: SourceId, pipeline: &Pipeline) -> Lowered {
    let mut lowered = Lowered::default();
    let path = &sources.get(id).path;
    if is_set_aside(path) {
        return lowered;
    }
    let folders: Vec<WorkingFolder> =
        bases(folder(path)).iter().map(|base| WorkingFolder::root(base)).collect();
    for job in &pipeline.jobs {
        let directory = match &folders[..] {
            [root] => Some(("CI_PROJECT_DIR".to_owned(), root.text())),
            _ => None,
        };
        let at = job.script.first().map(|script| script.at);
        let env = directory.into_iter().zip(at).map(|((name, value), at)| {
            (name, crate::value::Sourced { value, at, via: Vec::new() })
        });
        let image = job.image.as_ref().map_or("", |image| &image.text);
        let start = Start {
            folders: folders.clone(),
            env: env.collect(),
            prepared: match job.gets_files || job.open {
                true => Prepared::Anything,
                false => Prepared::No,
            },
            dir: None,
            runner: Runner::Job(architecture(job)),
            builder: if is_docker(image) { builder_of(image) } else { Builder::BuildKit },
            own_builder: None,
        };
        let Some(script) = script(job) else { continue };
        for invocation in invocations(sources, &script, &start) {
            lowered.invoke(&invocation, Manager::Workflow);
        }
    }
    lowered
}

fn is_docker(image: &str) -> bool {
    image == "docker" || image.starts_with("docker:")
}

/// The commands of a job in one shell, its variables before them.
fn script(job: &Job) -> Option<Excerpt> {
    let mut script = Excerpt::empty(job.script.first()?.at);
    for (name, value) in &job.variables {
        export(&mut script, name, value);
    }
    for command in &job.script {
        script.append(command);
        let end = command.at.range().end;
        script.push("\n", end..end);
    }
    Some(script)
}

/// The architecture of the runner that takes a job, where a tag names one of GitLab's own.
/// Source: docs.gitlab.com, about hosted runners on Linux, read 2026-11.
fn architecture(job: &Job) -> Option<Architecture> {
    let [tag] = &job.tags[..] else { return None };
    let size = tag.text.strip_prefix("saas-linux-")?;
    match size.rsplit('-').next()? {
        "amd64" => Some(Architecture::Amd64),
        "arm64" => Some(Architecture::Arm64),
        _ => None,
    }
}
