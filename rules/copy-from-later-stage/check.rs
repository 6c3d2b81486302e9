use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "copy-from-later-stage",
    summary: "`COPY --from` or a mount names its own stage, or one below.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["DL3023", "DL3022", "DF050", "DS006"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in project.images.iter().filter(|image| !image.own_syntax) {
        for (i, stage) in image.stages.iter().enumerate() {
            for origin in stage.origins.iter().filter(|origin| origin.stage.is_none()) {
                let Some(name) = origin.name.known() else { continue };
                let number = name.value.parse().ok().filter(|_| !origin.of_mount);
                let meant = image.stages.iter().enumerate().skip(i).find(|(j, other)| {
                    let is_named = |own: &String| own.eq_ignore_ascii_case(&name.value);
                    Some(*j) == number || other.name.as_ref().is_some_and(is_named)
                });
                let Some((j, other)) = meant else { continue };
                let (message, text) = match i == j {
                    true => (format!("stage `{}` takes from itself", name.value), "its own stage"),
                    false => (
                        format!(
                            "stage `{}` stands below, so there is nothing to take yet",
                            name.value
                        ),
                        "a stage below",
                    ),
                };
                let at = other.written.named.map_or(other.at, |named| named.at);
                findings.push(
                    RULE.finding(message, name, text)
                        .see(at, "this stage")
                        .help("name a stage above, or an image with its repository and tag"),
                );
            }
        }
    }
}
