//! Which shells the steps of workflows give their scripts to.

use crate::eval::workflow::{Context, masked};
use crate::model::script::job::JobScript;
use crate::source;
use crate::syntax::workflow::{Job, Step};

/// The scripts of a job. `by_default` is the shell of steps that name none, if that is known.
pub fn of_job(job: &Job, by_default: Option<&'static str>) -> Vec<JobScript> {
    let shell = |step: &Step| {
        let named = step.shell.as_ref().or(job.shell.as_ref())?;
        Some(named.text.clone())
    };
    let scripts = job.steps.iter().map(|step| of_step(step, shell(step).as_deref(), by_default));
    scripts.flatten().collect()
}

/// The scripts of an action, each of which names its shell.
pub fn of_action(steps: &[Step]) -> Vec<JobScript> {
    let shell = |step: &Step| step.shell.as_ref().map(|shell| shell.text.clone());
    steps.iter().filter_map(|step| of_step(step, shell(step).as_deref(), None)).collect()
}

fn of_step(
    step: &Step,
    named: Option<&str>,
    by_default: Option<&'static str>,
) -> Option<JobScript> {
    let run = step.run.as_ref()?;
    let shell = named.map_or(by_default, program)?;
    // A shell that is written with its arguments gets no others.
    let is_own = named.is_some_and(|shell| shell.contains("{0}"));
    let errexit = !is_own || named.is_some_and(|shell| shell.contains(" -e"));
    let (text, put_in) = masked(run);
    Some(JobScript { text, put_in, shell, errexit })
}

/// The shell of steps that name none. Source: docs.github.com, workflow syntax,
/// `jobs.<job_id>.steps[*].shell`, read 2026-11.
pub fn by_default(job: &Job, context: &Context) -> Option<&'static str> {
    if job.container {
        return Some("sh");
    }
    let labels = job.runs_on.iter().map(|label| context.expand(label).value);
    let is_posix = |label: &str| ["ubuntu", "linux", "macos"].iter().any(|os| label.contains(os));
    let mut labels = labels.filter_map(|label| Some(label.literal()?.to_lowercase()));
    labels.any(|label| is_posix(&label)).then_some("bash")
}

/// The shell that `shell` names: `bash`, `/bin/sh -e {0}`.
pub fn program(shell: &str) -> Option<&'static str> {
    let program = source::name(shell.split_whitespace().next()?);
    ["bash", "sh", "dash"].into_iter().find(|known| *known == program)
}
