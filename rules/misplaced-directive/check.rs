use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::WrongDirective;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "misplaced-directive",
    summary: "`# syntax=`, `# escape=` or `# check=` is a mere comment, or names no frontend.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["tally/syntax-directive-typo"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        for misplaced in &image.misplaced_directives {
            let Some(name) = misplaced.name.known() else { continue };
            let finding = match misplaced.wrong {
                WrongDirective::Low => RULE
                    .finding(
                        format!("`# {}=` stands below the top, so it is a comment", name.value),
                        name,
                        "not at the top",
                    )
                    .help("move it to the first line"),
                WrongDirective::Name(meant) => {
                    let comment = project.sources.text(name.at);
                    let mended = comment.replacen(name.value.as_str(), meant, 1);
                    RULE.finding(
                        format!("`# {}=` is no directive, so it is a comment", name.value),
                        name,
                        "unknown",
                    )
                    .help(format!("did you mean `{meant}`?"))
                    .fix(
                        format!("Write `{meant}`"),
                        Safety::Unsafe,
                        [Edit::replace(name.at, mended)],
                    )
                }
                WrongDirective::Frontend(meant) => RULE
                    .finding(
                        format!("no frontend is called `{}`, so no build starts", name.value),
                        name,
                        "not in Docker's registry",
                    )
                    .severity(Severity::Error)
                    .meant(meant, Some(name.at)),
            };
            findings.push(finding);
        }
    }
}
