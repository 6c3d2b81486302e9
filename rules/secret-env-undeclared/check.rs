use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::model::build::build_file::BuildFile;
use crate::model::build::build_file::script::Unasked;
use crate::nearest::nearest;
use crate::rule::Rule;
use crate::value::Value;

pub static RULE: Rule = Rule {
    id: "secret-env-undeclared",
    summary: "A step asks for a secret that the build does not make available, or reads one without asking.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for Unasked { name, .. } in project.build_files.iter().flat_map(BuildFile::unasked) {
        let message =
            format!("the script reads secret `{}`, but the step does not ask for it", name.value);
        let help = format!("add `secretEnv: [{}]` to the step", name.value);
        findings.push(RULE.finding(message, &name, "is empty here").help(help));
    }
    for secrets in &project.build_secrets {
        let available = secrets.available.iter().filter_map(Value::known);
        let names: Vec<_> = available.map(|name| &name.value).collect();
        for name in secrets.undeclared() {
            // What is substituted is told as it is written.
            let shown = name.value.literal().unwrap_or_else(|| project.sources.text(name.at));
            let message = match names.is_empty() {
                true => {
                    format!("secret `{shown}` is asked for, but the build makes none available")
                }
                false => format!(
                    "secret `{shown}` is asked for, but the build makes only {} available",
                    quoted(&names)
                ),
            };
            let known = secrets.available.iter().filter_map(|name| name.literal_text());
            let help = match nearest(shown, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("add an entry with `env: {shown}` under `availableSecrets`"),
            };
            let help = project.in_words_of(name.at, help);
            findings.push(RULE.finding(message, name, "no secret has this name").help(help));
        }
    }
}
