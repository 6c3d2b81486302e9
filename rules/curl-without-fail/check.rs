use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::slip::Takes;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "curl-without-fail",
    summary: "`curl` takes the page of an error, or an empty answer, for the file.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF035", "tally/curl-should-follow-redirects"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for script in stages.flat_map(|stage| &stage.scripts).filter(|s| s.instruction == "RUN") {
        for download in script.careless_downloads() {
            let end = Span { start: download.program.end, ..download.program };
            let (message, flag, severity) = match download.takes {
                Takes::Error => {
                    ("this `curl` takes the page of an error for the file", "-f", Severity::Note)
                }
                Takes::Redirect => (
                    "this `curl` does not go where `github.com` sends it, and gets an empty file",
                    "-L",
                    Severity::Warning,
                ),
            };
            let label = format!("no `{flag}`");
            let finding = RULE.finding_at(message, download.at, label).severity(severity);
            findings.push(finding.help(format!("write `curl {flag}`")).fix(
                format!("Add `{flag}`"),
                Safety::Unsafe,
                [Edit::before(end, format!(" {flag}"))],
            ));
        }
    }
}
