use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::unsaid_platform::{Reason, UnsaidPlatform};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "missing-target-platform",
    summary: "A `FROM` lacks the `--platform=$TARGETPLATFORM` that the project writes elsewhere.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for UnsaidPlatform { stage, base, reason } in project.unsaid_platforms() {
        let message = format!("`FROM {}` has no `--platform=$TARGETPLATFORM`", base.value);
        let finding =
            RULE.finding(message, base, "is of the platform that the build is for, unsaid");
        let finding = match reason {
            Reason::WrittenElsewhere(at) => finding.see(at, "written here, in this project"),
            Reason::Deployed(steps) => finding.severity(Severity::Note).because(steps),
        };
        let edit = Edit::before(stage.at, "--platform=$TARGETPLATFORM ");
        findings.push(
            finding
                .help(
                    "write the flag, and build with BuildKit: the classic builder gives it no value",
                )
                .fix("Add `--platform=$TARGETPLATFORM`", Safety::Unsafe, [edit]),
        );
    }
}
