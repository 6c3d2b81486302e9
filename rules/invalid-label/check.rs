use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::Confidence;

pub static RULE: Rule = Rule {
    id: "invalid-label",
    summary: "A label does not hold what the configuration says that it does.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["DL3051", "DL3052", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (key, label) in project.images.iter().flat_map(|image| image.own_labels()) {
        let Some(kind) = project.policy.labels.get(key) else { continue };
        let Some(value) = label.value.known() else { continue };
        // A default is there to be replaced by the build.
        let Some(text) =
            value.value.literal().filter(|_| value.confidence() == Confidence::Certain)
        else {
            continue;
        };
        let (message, part) = match text.trim().is_empty() {
            true => (format!("the label `{key}` is empty"), "empty"),
            false if kind.accepts(text) => continue,
            false => {
                let is_not = format!("which is not {}", kind.phrase());
                (format!("the label `{key}` is `{text}`, {is_not}"), kind.name())
            }
        };
        let at = format!("the schema asks for {}", kind.phrase());
        findings.push(RULE.finding(message, value, at).of(part));
    }
}
