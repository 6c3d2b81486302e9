use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::Refusal;
use crate::nearest::nearest;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "invalid-build-command",
    summary: "A build command has arguments that `docker` refuses.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in project.missing_names.iter().filter(|missing| missing.is_of_docker()) {
        let Some(name) = missing.name.known() else { continue };
        let kind = missing.kind.text();
        let message = format!("`{}` has no {kind} `{}`", missing.file, name.value);
        let listed = missing.listed.iter().map(String::as_str);
        let near = name.value.literal().and_then(|name| nearest(name, listed));
        findings.push(RULE.finding(message, name, format!("no such {kind}")).help(match near {
            Some(near) => format!("name `{near}`"),
            None => format!("name one of {}", missing.listed.join(", ")),
        }));
    }
    for build in &project.builds {
        let Some(refusal) = &build.refusal else { continue };
        findings.push(match refusal {
            Refusal::NoContext => RULE
                .finding_at("`docker build` has no context", build.at, "takes one folder")
                .help("end the command with the folder of the context, such as `.`"),
            Refusal::SeveralContexts(first, second) => {
                let message = format!(
                    "`docker build` has more than one context: `{}` and `{}`",
                    first.value, second.value
                );
                RULE.finding(message, first, "counts as a context")
                    .against(second, "and so does this")
                    .help("give the tag by `-t`, and each flag its value")
            }
            Refusal::Platform(platform) => {
                let message = format!("`{}` is no platform", platform.value);
                RULE.finding(message, platform, "the value of `--platform`")
                    .help("name a platform such as `linux/amd64`")
            }
        });
    }
}
