use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unassigned-variable",
    summary: "A `RUN` uses a variable that nothing sets.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["SC2154"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in project.images.iter().filter(|image| !image.own_syntax) {
        for stage in &image.stages {
            for variable in image.unassigned(stage, &project.sources) {
                let name = variable.name;
                let message =
                    format!("`{name}` is set by no `ARG`, no `ENV` and not by this `RUN`");
                let finding = RULE
                    .finding_at(message, variable.at, "empty")
                    .against(variable.base, "does not set it");
                findings.push(match variable.elsewhere {
                    Some(at) => finding
                        .see(at, "set here, and forgotten when that `RUN` ends")
                        .help(format!("set it in the same `RUN`, or by `ENV {name}=...`")),
                    None => {
                        let line = Edit::before(variable.instruction, format!("ARG {name}\n"));
                        finding.help(format!("write `ARG {name}` before it")).fix(
                            format!("Declare `{name}`"),
                            Safety::Unsafe,
                            [line],
                        )
                    }
                });
            }
        }
    }
}
