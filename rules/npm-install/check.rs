use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "npm-install",
    summary: "`npm install` runs beside a lock file that it may change.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF031"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for loose in project.loose_installs() {
        let message = "`npm install` may install other versions than the lock file says";
        let finding = RULE.finding_at(message, loose.run.command.at, "changes the lock file");
        let edit = Edit::replace(loose.install.verb.at, "ci");
        let finding = finding.against(loose.lock, "brings the lock file").help("write `npm ci`");
        findings.push(finding.fix("Write `npm ci`", Safety::Unsafe, [edit]));
    }
}
