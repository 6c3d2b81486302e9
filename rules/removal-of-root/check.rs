use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "removal-of-root",
    summary: "`rm` removes `/` if a variable is empty.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["SC2115"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (stage, script) in project.scripts() {
        let removals = match stage {
            Some(stage) => script.root_removals(stage),
            None => script.foreign_root_removals(),
        };
        for removal in removals {
            let (name, rest) = (&removal.name, &removal.rest);
            let message = format!("if `{name}` is empty, this removes `{rest}`");
            let edit = Edit::replace(removal.variable, format!("${{{name}:?}}"));
            findings.push(
                RULE.finding_at(message, removal.at, "everything, if the variable is empty")
                    .help(format!("write `${{{name}:?}}`"))
                    .fix("Stop if it is empty", Safety::Unsafe, [edit]),
            );
        }
    }
}
