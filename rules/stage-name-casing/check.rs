use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "stage-name-casing",
    summary: "The name of a stage is not in lower case.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["StageNameCasing", "DF085"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        let (Some(name), Some(named)) = (&stage.name, &stage.written.named) else { continue };
        if name.chars().any(|c| c.is_ascii_uppercase()) {
            let message = format!("the stage `{name}` is not in lower case");
            let small = name.to_ascii_lowercase();
            let finding = RULE.finding_at(message, named.at, "has capitals");
            // Whatever names the stage finds it in any case of letters.
            findings.push(finding.help(format!("write `{small}`")).fix(
                format!("Write `{small}`"),
                Safety::Safe,
                [Edit::replace(named.at, small)],
            ));
        }
    }
}
