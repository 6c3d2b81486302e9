use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::system::Dialect;
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
        let starts = stage.commands.iter().filter(|command| command.instruction != "HEALTHCHECK");
        for command in starts.filter(|command| command.exec.is_none()) {
            let text = project.sources.text(command.arguments);
            let mut scripts = stage.scripts.iter();
            let script = scripts.find(|script| script.at.touches(command.arguments.start));
            let Some(simple) = script.and_then(|script| script.last_command()) else { continue };
            let Some(first) = simple.words.first() else { continue };
            let program = project.sources.text(first.at);
            // JSON that cannot be read is said elsewhere.
            if first.as_str().is_some_and(|word| OF_SHELL.contains(&word)) || text.starts_with('[')
            {
                continue;
            }
            let (at, instruction) = (command.arguments, command.instruction);
            // Others step aside for the last command of a text.
            let stays = script.and_then(|script| script.dialect()).is_some_and(Dialect::is_dash);
            let signals = match stays {
                true => "which does not hand on signals",
                false => "and not every shell hands on signals",
            };
            let message = format!("{instruction} starts `{program}` by a shell, {signals}");
            let finding = RULE.finding_at(message, at, "run by `/bin/sh -c`");
            let words: Option<Vec<&str>> = simple.words.iter().map(|word| word.as_str()).collect();
            let needs_shell = text.contains(|c: char| "$|&;<>*?`~(){}[]\n!#".contains(c));
            let plain = words.filter(|_| !needs_shell && simple.assignments.is_empty());
            findings.push(match plain {
                Some(words) => {
                    let json = serde_json::to_string(&words).unwrap_or_default();
                    let json = json.replace("\",\"", "\", \"");
                    let edit = Edit::replace(at, &*json);
                    finding.help(format!("write {instruction} {json}")).fix(
                        "Write the JSON form",
                        Safety::Unsafe,
                        [edit],
                    )
                }
                None => finding.help(format!("write `exec {program}`")).fix(
                    "Put it in the place of the shell",
                    Safety::Unsafe,
                    [Edit::before(first.at, "exec ")],
                ),
            });
        }
    }
}

/// What a shell does itself, or is asked for on purpose.
const OF_SHELL: &[&str] = &[
    "exec", ".", "source", "cd", "eval", "set", "export", "exit", "return", ":", "[", "[[", "read",
    "ulimit", "umask",
];
