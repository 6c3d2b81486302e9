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
    let stages = project.all_stages();
    let scripts = stages.flat_map(|stage| &stage.scripts);
    for script in scripts.filter(|script| script.instruction == "RUN") {
        let Some(options) = script.options.known() else { continue };
        // An image without a shell may have got one since.
        let shell = script.shell.known().filter(|shell| shell.value != Dialect::None);
        let dialect = shell.map(|shell| shell.value);
        let via = shell.map_or(&options.via, |shell| &shell.via);
        for pipe in script.blind_pipes() {
            let (left, right) = (pipe.left, pipe.right.unwrap_or("the last command"));
            let message = match pipe.is_watched {
                true => format!("if `{left}` fails, only `{right}` can tell: no `pipefail` is set"),
                false => format!("if `{left}` fails, `{right}` hides it: no `pipefail` is set"),
            };
            let severity = if pipe.is_blind { Severity::Warning } else { Severity::Note };
            let from = Sourced { value: (), at: pipe.left_at, via: via.clone() };
            let finding = RULE.finding(message, &from, "its failure is lost").severity(severity);
            let line = "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]";
            let by_bash = finding.clone().help(format!("write `{line}` above"));
            let first = Edit::before(script.text.at, "set -o pipefail && ");
            let above = Edit::before(script.at, format!("{line}\n"));
            findings.push(match dialect {
                None => by_bash,
                Some(dialect) if dialect.is_dash() => {
                    by_bash.fix("Run it by bash", Safety::Unsafe, [above])
                }
                Some(_) => finding.help("write `set -o pipefail` before it").fix(
                    "Set `pipefail`",
                    Safety::Unsafe,
                    [first],
                ),
            });
        }
    }
}
