use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::package::Manager;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "recommended-packages",
    summary: "`apt-get install` takes recommended packages, too.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3015", "DF016", "DS029"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for stage in stages {
        let configured = || {
            let mut words = stage.runs.iter().flat_map(|run| run.command.words.iter());
            words.any(|word| word.text().to_string().contains("Install-Recommends"))
        };
        for run in &stage.runs {
            let Some(install) = run.install().filter(|i| i.manager == Manager::Apt) else {
                continue;
            };
            let without = install.has("--no-install-recommends");
            if install.packages.is_empty() || without || configured() {
                continue;
            }
            let end = Span { start: install.verb.at.end, ..install.verb.at };
            let message = format!("`{} install` takes recommended packages, too", install.program);
            findings.push(
                RULE.finding_at(message, run.command.at.to(install.verb.at), "more than is needed")
                    .help("write `--no-install-recommends`")
                    .fix(
                        "Add `--no-install-recommends`",
                        Safety::Unsafe,
                        [Edit::before(end, " --no-install-recommends")],
                    ),
            );
        }
    }
}
