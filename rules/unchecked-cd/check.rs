use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unchecked-cd",
    summary: "`cd` may fail, and what follows runs in another folder.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["SC2164", "SC2103"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (stage, script) in project.scripts() {
        let moves = match stage {
            Some(stage) => script.unchecked_moves(stage, &project.sources),
            None => script.dangerous_moves(&project.sources),
        };
        for moved in moves {
            let folder = &moved.folder;
            let message = format!("if `cd {folder}` fails, the commands behind it run elsewhere");
            let finding = RULE
                .finding_at(message, moved.at, "not asked whether it failed")
                .see(moved.next, "runs in any case")
                .help("join them by `&&`, or write `set -e` before");
            findings.push(match moved.gap {
                Some(gap) => {
                    let edit = Edit::replace(gap, " && ");
                    finding.fix("Join them by `&&`", Safety::Unsafe, [edit])
                }
                None => finding,
            });
        }
    }
}
