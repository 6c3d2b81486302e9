use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "venv-moved",
    summary: "A virtual environment is copied to another path, and its scripts look for Python at the old one.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for carried in &project.carried {
        let (Some(from), Some(to), Some(script)) =
            (carried.from.known(), carried.to.known(), carried.script.known())
        else {
            continue;
        };
        let message = format!(
            "`{}` of the virtual environment at `{}` starts `{}/bin/python`, which the image does not hold",
            script.value, to.value, from.value
        );
        let finding = RULE
            .finding(message, script, "is a script of the environment")
            .against(from, "it was made here")
            .against(to, "and is copied here")
            .help(format!(
                "make the environment at `{}`, or start it as a module: `python -m`",
                to.value
            ));
        findings.push(finding);
    }
}
