use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::{Sourced, Text};

pub static RULE: Rule = Rule {
    id: "image-not-built",
    summary: "A build pushes an image that no step makes before.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for unmade in project.unmade_images() {
        let image = &unmade.image.value;
        let (message, help) = match unmade.is_elsewhere {
            true => (
                format!("`{image}` is pushed after all steps, but Kaniko keeps no image to push"),
                "leave it out of `images`: Kaniko has pushed it already".to_owned(),
            ),
            false => (
                format!("`{image}` is pushed after all steps, but no step makes it"),
                match &unmade.made[..] {
                    [] => "name an image that a step builds or tags".to_owned(),
                    made => format!("name an image that a step builds or tags: {}", list(made)),
                },
            ),
        };
        let finding = RULE.finding(message, unmade.image, "does not exist then").help(help);
        findings.push(match unmade.near {
            Some(near) => finding.against(near, format!("makes `{}`", near.value)),
            None => finding,
        });
    }
    for early in project.early_pushes() {
        let message =
            format!("`{}` is pushed by a step that does not wait for its build", early.image.value);
        let finding = RULE.finding(message, early.image, "may not exist then");
        let finding = finding.see(early.made, "is made here");
        let help = "let the push wait for the build, by its id in `waitFor`";
        let finding = finding.help(project.in_words_of(early.image.at, help));
        findings.push(match early.waits {
            Some(waits) => finding.see(waits, "waits for this only"),
            None => finding,
        });
    }
}

/// Names of images, the first few of them.
fn list(made: &[&Sourced<Text>]) -> String {
    const FEW: usize = 3;
    let rest = if made.len() > FEW { ", ..." } else { "" };
    format!("{}{rest}", quoted(made.iter().take(FEW).map(|name| &name.value)))
}
