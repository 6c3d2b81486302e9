use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::nearest::nearest;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unexpected-label",
    summary: "An image has a label that the configuration does not name.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3050"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let labels = &project.policy.labels;
    if !project.policy.strict_labels {
        return;
    }
    for (key, label) in project.images.iter().flat_map(|image| image.own_labels()) {
        if labels.contains_key(key) || key.contains('$') {
            continue;
        }
        let message = format!("the label `{key}` is not in the schema");
        let finding = RULE.finding_at(message, label.at, "no label of the schema");
        findings.push(match nearest(key, labels.keys().map(String::as_str)) {
            Some(meant) => {
                let written = project.sources.text(label.at);
                let edit = Edit::replace(label.at, written.replacen(key, meant, 1));
                finding.help(format!("did you mean `{meant}`?")).fix(
                    format!("Write `{meant}`"),
                    Safety::Unsafe,
                    [edit],
                )
            }
            None => finding.help("remove it, or add it to `label-schema`"),
        });
    }
}
