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
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages.filter(|stage| !stage.written.own_shell) {
        for command in &stage.commands {
            let [only] = &command.commands[..] else { continue };
            let words: Option<Vec<&str>> = only.words.iter().map(|word| word.as_str()).collect();
            let Some(words) = words.filter(|_| only.assignments.is_empty()) else { continue };
            let text = project.sources.text(command.arguments);
            let needs_shell = |c: char| "$|&;<>*?`~(){}[]\n!#".contains(c);
            let is_health = command.instruction == "HEALTHCHECK";
            if command.exec.is_some() || is_health || text.contains(needs_shell) {
                continue;
            }
            let builtin = ["exec", ".", "source", "cd", "eval", "set", "export", "sh", "bash"];
            let Some(program) = words.first().filter(|word| !builtin.contains(word)) else {
                continue;
            };
            let message = format!(
                "{} starts `{program}` by a shell, which does not hand on signals",
                command.instruction
            );
            let json = serde_json::to_string(&words).unwrap_or_default().replace("\",\"", "\", \"");
            let edit = Edit::replace(command.arguments, &*json);
            findings.push(
                RULE.finding_at(message, command.arguments, "run by `/bin/sh -c`")
                    .help(format!("write {} {json}", command.instruction))
                    .fix("Write the JSON form", Safety::Unsafe, vec![edit]),
            );
        }
    }
}
