use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::system::Dialect;
use crate::model::image::{Copy, CopyKind};
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "no-shell",
    summary: "A text is given to a shell, but the image holds none.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        for stage in &image.stages {
            for script in &stage.scripts {
                let Some(shell) = script.shell.known() else { continue };
                let copies = image.lineage(stage).flat_map(|stage| &stage.copies);
                // What starts has what is copied below, too.
                let is_run = script.instruction == "RUN";
                let mut before = copies.filter(|copy| !is_run || copy.order < script.order);
                let from_exec = !project.sources.text(script.text.at).is_empty()
                    && stage
                        .written
                        .instructions
                        .iter()
                        .any(|i| i.at == script.at && !i.shell_form);
                if shell.value != Dialect::None || from_exec || before.any(may_bring_a_shell) {
                    continue;
                }
                let message =
                    format!("`{}` needs a shell, and the image has none", script.instruction);
                let at = Sourced { value: (), at: script.text.at, via: shell.via.clone() };
                findings.push(
                    RULE.finding(message, &at, "given to `/bin/sh -c`")
                        .help("write the JSON form, or copy what is needed from another stage"),
                );
            }
        }
    }
}

/// Whether something that is copied may be `/bin/sh`, or hold it.
fn may_bring_a_shell(copy: &Copy) -> bool {
    if copy.kind == CopyKind::Mount {
        return false;
    }
    let Some(to) = copy.destination.literal_text().map(|to| to.trim_end_matches('/')) else {
        return true;
    };
    let is_system = ["/bin", "/usr", "/sbin"].iter().any(|folder| {
        to == *folder || to.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    });
    // What lands in the root may be a folder with a `bin` of its own.
    to.is_empty() || is_system
}
