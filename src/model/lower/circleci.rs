//! What the jobs of CircleCI run.

use super::super::build::{Builder, Prepared, Runner};
use super::super::deployment::Manager;
use super::super::platform::Architecture;
use super::script::{Start, export, invocations};
use super::{Lowered, WorkingFolder};
use crate::source::{Excerpt, SourceId, Sources, folder, resolve};
use crate::syntax::circleci::{Configuration, Job, Run};

/// The sizes of containers and machines for amd64. Source: the resource classes of
/// circleci.com/docs/configuration-reference, read 2026-11.
const AMD64: &[&str] =
    &["small", "medium", "medium+", "large", "xlarge", "2xlarge", "2xlarge+", "4xlarge"];

/// What a configuration adds to the project. Jobs start in the root of the repository.
pub fn lower(sources: &Sources, id: SourceId, configuration: &Configuration) -> Lowered {
    let mut lowered = Lowered::default();
    let root = folder(folder(&sources.get(id).path));
    for job in &configuration.jobs {
        for run in &job.runs {
            let start = Start {
                folders: place(root, run).into_iter().collect(),
                env: Vec::new(),
                prepared: if job.gets_files { Prepared::Anything } else { Prepared::No },
                dir: run.folder.as_ref().map(|folder| folder.at),
                runner: Runner::Job(architecture(job)),
                builder: Builder::BuildKit,
                own_builder: None,
            };
            for invocation in invocations(sources, &script(job, run), &start) {
                lowered.invoke(&invocation, Manager::Workflow);
            }
        }
    }
    lowered
}

/// Where a step starts; none if that is not known.
fn place(root: &str, run: &Run) -> Option<WorkingFolder> {
    let path = match run.folder.as_ref().map(|folder| folder.text.as_str()) {
        None => root.to_owned(),
        Some(path) => {
            let inner =
                path.strip_prefix("~/project").map_or(path, |rest| rest.trim_start_matches('/'));
            if inner.starts_with(['~', '/']) || inner.contains('$') {
                return None;
            }
            resolve(root, inner)?
        }
    };
    Some(WorkingFolder { path, workspace: root.to_owned() })
}

/// The command of a step, the variables of its job and its own before it.
fn script(job: &Job, run: &Run) -> Excerpt {
    let mut script = Excerpt::empty(run.command.at);
    for (name, value) in job.environment.iter().chain(&run.environment) {
        export(&mut script, name, value);
    }
    script.append(&run.command);
    script
}

/// The architecture of the machine of a job, if it is one of CircleCI's own.
fn architecture(job: &Job) -> Option<Architecture> {
    match job.resource_class.as_ref().map(|class| class.text.as_str()) {
        None => job.is_linux.then_some(Architecture::Amd64),
        Some(class) if class.starts_with("arm.") => Some(Architecture::Arm64),
        Some(class) => AMD64.contains(&class).then_some(Architecture::Amd64),
    }
}
