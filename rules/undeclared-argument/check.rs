use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::nearest::nearest;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "undeclared-argument",
    summary: "A `FROM` uses an argument that no `ARG` before the first `FROM` declares, so that it is empty.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["UndefinedArgInFrom", "DF086"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in project.images.iter().filter(|image| !image.own_syntax) {
        let declared: Vec<&str> = image.arguments.iter().map(|(name, _)| name.as_str()).collect();
        for name in image.stages.iter().flat_map(|stage| &stage.written.undeclared_in_from) {
            let Some(name) = name.known() else { continue };
            let message =
                format!("`{}` is empty: no `ARG` before the first `FROM` declares it", name.value);
            let finding = RULE.finding(message, name, "empty here");
            findings.push(match nearest(&name.value, declared.iter().copied().chain(AUTOMATIC)) {
                Some(meant) => {
                    let written = project.sources.text(name.at);
                    let text = written.replacen(&name.value, meant, 1);
                    finding.help(format!("did you mean `{meant}`?")).fix(
                        format!("write `{meant}`"),
                        Safety::Unsafe,
                        [Edit::replace(name.at, text)],
                    )
                }
                None => finding.help(format!("write `ARG {}` before the first `FROM`", name.value)),
            });
        }
    }
}

/// What `FROM` may use without an `ARG`.
const AUTOMATIC: [&str; 4] = ["BUILDPLATFORM", "TARGETPLATFORM", "TARGETARCH", "BUILDARCH"];
