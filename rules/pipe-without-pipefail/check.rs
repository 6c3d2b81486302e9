use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::system::Dialect;
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "pipe-without-pipefail",
    summary: "A command before a pipe may fail, and the build goes on.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL4006", "DF057"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for script in stages.flat_map(|stage| &stage.scripts) {
        let Some(shell) = script.shell.known().filter(|_| script.instruction == "RUN") else {
            continue;
        };
        for pipe in script.blind_pipes() {
            let (left, right) = (pipe.left, pipe.right.unwrap_or("the last command"));
            let message = match pipe.is_watched {
                true => format!("if `{left}` fails, only `{right}` can tell: no `pipefail` is set"),
                false => format!("if `{left}` fails, `{right}` hides it: no `pipefail` is set"),
            };
            let severity = if pipe.is_blind { Severity::Warning } else { Severity::Note };
            let from = Sourced { value: (), at: pipe.left_at, via: shell.via.clone() };
            let finding = RULE.finding(message, &from, "its failure is lost").severity(severity);
            findings.push(match shell.value {
                Dialect::Dash | Dialect::NewDash => {
                    let line = "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\n";
                    finding
                        .help("write `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` above")
                        .fix("Run it by bash", Safety::Unsafe, vec![Edit::before(script.at, line)])
                }
                _ => finding.help("write `set -o pipefail` before it").fix(
                    "Set `pipefail`",
                    Safety::Unsafe,
                    vec![Edit::before(script.text, "set -o pipefail && ")],
                ),
            });
        }
    }
}
