use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::model::build::build_file::BuildFile;
use crate::model::build::build_file::expansion::{Unexpanded, Unread};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "variable-not-expanded",
    summary: "A step hands on a variable as it is written, since no shell reads it.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for unexpanded in project.build_files.iter().flat_map(BuildFile::unexpanded) {
        let Unexpanded { text, names, kind, taker } = unexpanded;
        let Some(name) = names.first() else { continue };
        let (message, help) = match kind {
            Unread::SecretInSetting => (
                format!("`{taker}` is set to the text `${name}`, and not to the secret"),
                format!("read `$${name}` in the script of a shell, or ask for a secret `{taker}`"),
            ),
            Unread::Operation => (
                format!(
                    "`{taker}` gets the text `{}`, and no value",
                    project.sources.text(text.at)
                ),
                format!(
                    "only `${name}` is replaced here: write the operation as the value of a name \
                     of your own under `substitutions`, with `dynamicSubstitutions`"
                ),
            ),
            Unread::Secret | Unread::Variable => {
                let what = if kind == Unread::Secret { "secret" } else { "variable" };
                let s = if names.len() > 1 { "s" } else { "" };
                let texts = quoted(names.iter().map(|name| format!("${name}")));
                (
                    format!("`{taker}` gets the text{s} {texts}, and not the {what}{s}"),
                    format!(
                        "set `entrypoint: bash`, and write `args: [-c, '{taker} ... \"$${name}\"']`"
                    ),
                )
            }
        };
        findings.push(RULE.finding(message, text, "no shell reads this").help(help));
    }
}
