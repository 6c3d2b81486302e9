use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::script::remark::Level;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "shellcheck",
    summary: "ShellCheck has something to say of a text that a shell is given.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for remark in project.remarks.iter().flatten() {
        let code = remark.code;
        let severity = match remark.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note => Severity::Note,
        };
        let message = format!("{} (SC{code})", remark.message);
        let finding = RULE
            .finding_at(message, remark.at, "ShellCheck points here")
            .severity(severity)
            .because(&remark.because)
            .help(format!("https://www.shellcheck.net/wiki/SC{code} explains it"));
        findings.push(Finding { code: Some(code), ..finding });
    }
}
