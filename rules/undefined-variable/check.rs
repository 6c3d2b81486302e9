use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::instruction::Evidence;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "undefined-variable",
    summary: "An instruction uses a variable that nothing sets before it.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["UndefinedVar", "DF087"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (undefined, name) in project.undefined_variables() {
        let message = format!("`{}` is not set here", name.value);
        let label = match &undefined.because {
            Evidence::Base(_) => "empty",
            _ => "empty, unless the base image sets it",
        };
        let finding = RULE.finding(message, name, label);
        let declare = [Edit::before(undefined.instruction, format!("ARG {}\n", name.value))];
        let declare = |finding: Finding| {
            finding.fix(format!("Declare `{}`", name.value), Safety::Unsafe, declare)
        };
        findings.push(match &undefined.because {
            Evidence::BeforeStages(at) => declare(
                finding
                    .see(*at, "declared for `FROM` only")
                    .help(format!("write `ARG {}` in the stage, too", name.value)),
            ),
            Evidence::Later(at) => finding.see(*at, "declared here").help("declare it before"),
            // `variable-of-same-env` speaks of it.
            Evidence::Same(_) => continue,
            Evidence::Resembles(other) => {
                let text = project.sources.text(name.at).replacen(&name.value, other, 1);
                let edit = Edit::replace(name.at, text);
                finding.help(format!("did you mean `{other}`?")).fix(
                    format!("write `{other}`"),
                    Safety::Unsafe,
                    [edit],
                )
            }
            Evidence::Base(base) => finding
                .against(base, "does not set it")
                .help(format!("write `ARG {}` before it", name.value)),
        });
    }
}
