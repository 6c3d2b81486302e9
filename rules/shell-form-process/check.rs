use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "shell-form-process",
    summary: "`CMD` or `ENTRYPOINT` starts its program by a shell that does not hand on signals.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["JSONArgsRecommended", "DL3025", "DF018", "DF025"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for start in project.shell_starts() {
        let (at, instruction) = (start.command.arguments, start.command.instruction);
        let program = project.sources.text(start.program);
        let signals = match start.stays {
            true => "which does not hand on signals",
            false => "and not every shell hands on signals",
        };
        let message = format!("{instruction} starts `{program}` by a shell, {signals}");
        let finding = RULE.finding_at(message, at, "run by `/bin/sh -c`");
        findings.push(match &start.words {
            Some(words) => {
                let json = serde_json::to_string(words).unwrap_or_default();
                let json = json.replace("\",\"", "\", \"");
                let edit = Edit::replace(at, &*json);
                let finding = finding.help(format!("write {instruction} {json}"));
                finding.fix("Write the JSON form", Safety::Unsafe, [edit])
            }
            None => {
                let edit = Edit::before(start.program, "exec ");
                let finding = finding.help(format!("write `exec {program}`"));
                finding.fix("Put it in the place of the shell", Safety::Unsafe, [edit])
            }
        });
    }
}
