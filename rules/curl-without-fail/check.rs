use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "curl-without-fail",
    summary: "`curl` takes the page of an error for the file.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF035"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for script in stages.flat_map(|stage| &stage.scripts).filter(|s| s.instruction == "RUN") {
        for download in script.careless_downloads() {
            let end = Span { start: download.program.end, ..download.program };
            let message = "this `curl` takes the page of an error for the file";
            findings.push(
                RULE.finding_at(message, download.at, "no `-f`").help("write `curl -f`").fix(
                    "Add `-f`",
                    Safety::Unsafe,
                    [Edit::before(end, " -f")],
                ),
            );
        }
    }
}
