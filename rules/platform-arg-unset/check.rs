use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "platform-arg-unset",
    summary: "A stage uses `TARGETARCH` or the like without an `ARG` for it, so that it is empty.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in project.images.iter().filter(|image| !image.own_syntax) {
        for stage in &image.stages {
            let mut seen: Vec<&str> = Vec::new();
            for argument in &stage.undeclared {
                let Some(name) = argument.name.known() else { continue };
                if seen.contains(&name.value.as_str()) {
                    continue;
                }
                seen.push(&name.value);
                let message = format!("`{}` is empty: this stage has no `ARG {0}`", name.value);
                let line = format!("ARG {}\n", name.value);
                findings.push(
                    RULE.finding(message, name, "empty here")
                        .see(stage.keyword, "the stage starts here")
                        .help(format!("write `ARG {}` before it", name.value))
                        .fix(
                            format!("Declare `{}`", name.value),
                            Safety::Safe,
                            [Edit::before(argument.instruction, line)],
                        ),
                );
            }
        }
    }
}
