use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::literal::{commands_with_literal_words, variable};
use crate::model::image::process::StageCommand;
use crate::rule::Rule;
use crate::source::Excerpt;

pub static RULE: Rule = Rule {
    id: "exec-form-variable",
    summary: "A command in exec form passes a variable literally, since no shell expands it.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for command in stages.flat_map(commands_with_literal_words) {
        let Some(exec) = &command.exec else { continue };
        for at in exec.iter().filter_map(variable) {
            let text = project.sources.text(at);
            let message = format!(
                "`{text}` is passed to `{}` literally: no shell expands variables in the exec form of {}",
                exec.first().map_or("", |program| &program.text),
                command.instruction
            );
            let finding = RULE.finding_at(message, at, "never expanded").help(format!(
                "write {} without brackets, after `exec`, so that a shell runs it",
                command.instruction
            ));
            findings.push(with_fix(finding, command, exec));
        }
    }
}

/// The shell form, where no word needs quotes that the shell would take away.
fn with_fix(finding: Finding, command: &StageCommand, exec: &[Excerpt]) -> Finding {
    let plain = |word: &Excerpt| {
        !word.text.is_empty()
            && word.text.chars().all(|c| c.is_ascii_alphanumeric() || "$/._-:=@%+,{}".contains(c))
    };
    if command.instruction != "CMD" || !exec.iter().all(plain) {
        return finding;
    }
    let words: Vec<&str> = exec.iter().map(|word| word.text.as_str()).collect();
    let edit = Edit::replace(command.arguments, format!("exec {}", words.join(" ")));
    finding.fix("Run the command by a shell", Safety::Unsafe, [edit])
}
