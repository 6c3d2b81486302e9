use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unknown-gcloud-flag",
    summary: "A `gcloud` command has a flag that it does not take.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for command in &project.gcloud_commands {
        for glued in command.glued_flags() {
            let flag = &glued.flag;
            let written = project.sources.text(glued.word.at).trim_matches(['"', '\'']);
            // What a variable brings may be several words after all.
            let Some(rest) = written.strip_prefix(flag).map(str::trim) else { continue };
            let message =
                format!("`{flag} {rest}` is one argument, and no flag of `{}`", command.title());
            let finding = RULE.finding(message, glued.word, "is one word");
            findings.push(finding.help(format!("write two: `{flag}`, `{rest}`")));
        }
        for flag in project.unknown_flags(command) {
            let name = &flag.name.value;
            let message = format!("`{}` has no flag `{name}`", command.title());
            let finding = RULE.finding(message, flag.name, "is no flag of this command");
            findings.push(match (flag.meant, flag.instead) {
                (_, Some(instead)) => finding.help(instead),
                (Some(meant), None) => {
                    let written = project.is_written_out(flag.name).then_some(flag.name.at);
                    finding.meant(&meant, written)
                }
                // It may be newer than the table.
                (None, None) => finding.severity(Severity::Warning).help(
                    "leave it out; if gcloud takes it by now, list it in `extra-flags` of \
                     `seamlint.toml`",
                ),
            });
        }
    }
}
