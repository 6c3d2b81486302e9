use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::Comparison;

pub static RULE: Rule = Rule {
    id: "duplicate-label",
    summary: "A label is set twice in one stage.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["tally/labels/no-duplicate-keys"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        let labels = stage.written.settings.iter().filter(|s| s.instruction == "LABEL");
        let labels: Vec<_> = labels.collect();
        for (i, label) in labels.iter().enumerate() {
            let Some(value) = label.value.known() else { continue };
            let last = labels.iter().skip(i + 1).rfind(|other| other.key == label.key);
            let Some((last, kept)) = last.and_then(|last| Some((last, last.value.known()?))) else {
                continue;
            };
            let same = kept.value.compare(&value.value) == Comparison::Equal;
            let severity = if same { Severity::Note } else { Severity::Warning };
            let message = format!("label `{}` is set again below, which counts", label.key);
            findings.push(
                RULE.finding_at(message, label.at, "never seen")
                    .severity(severity)
                    .see(last.at, "this one counts")
                    .help("keep the one that is meant"),
            );
        }
    }
}
