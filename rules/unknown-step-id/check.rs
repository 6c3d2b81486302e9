use crate::finding::{Edit, Finding, Safety, Severity, quoted};
use crate::model::Project;
use crate::model::build::build_file::NoSuchStep;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unknown-step-id",
    summary: "A step of a build waits for a step that does not stand before it.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for step in project.build_files.iter().flat_map(|file| file.unknown_steps()) {
        let name = &step.name.value;
        findings.push(match step.why {
            NoSuchStep::Missing(near, before) => {
                let message = match name.is_empty() {
                    Some(true) => {
                        let message = "`waitFor` names an empty id, which no step has";
                        project.in_words_of(step.name.at, message)
                    }
                    _ => format!("no step has the id `{name}`"),
                };
                let meant = near.clone();
                let help = match (near, before.is_empty()) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, true) => "give the step that is meant an `id`, or wait for `-`".into(),
                    (None, false) => format!("the steps before have {}", quoted(&before)),
                };
                let finding = RULE.finding(message, step.name, "names no step").help(help);
                let (written, name) = (project.sources.text(step.name.at), name.to_string());
                match meant {
                    Some(meant) if written.contains(&name) => {
                        let edit = Edit::replace(step.name.at, written.replacen(&name, &meant, 1));
                        finding.fix(format!("Write `{meant}`"), Safety::Unsafe, [edit])
                    }
                    _ => finding,
                }
            }
            NoSuchStep::Later(id) => RULE
                .finding(
                    format!("step `{name}` is waited for, but stands behind"),
                    step.name,
                    "waits for a later step",
                )
                .against(id, "stands here")
                .help("move it before the step that waits for it"),
            NoSuchStep::Itself => RULE
                .finding(format!("step `{name}` waits for itself"), step.name, "is this step")
                .help("leave it out, or name an earlier step"),
        });
    }
}
