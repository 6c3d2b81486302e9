use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "download-run",
    summary: "A build runs what it downloads, without a look at it.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF021"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for script in stages.flat_map(|stage| &stage.scripts) {
        for fetched in script.fetched() {
            let (by, run_by) = (fetched.by, fetched.run_by);
            let message = format!("`{run_by}` runs what `{by}` downloads");
            findings.push(
                RULE.finding_at(message, fetched.at, "run without a look")
                    .help("download it to a file, compare its checksum, and run that"),
            );
        }
    }
}
