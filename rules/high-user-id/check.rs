use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "high-user-id",
    summary: "A user with a high number makes the layer large.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3046", "DF064"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for run in project.all_runs() {
        let Some(("useradd", rest)) = run.program() else { continue };
        let texts: Vec<&str> = rest.iter().filter_map(|word| word.as_str()).collect();
        let number = texts.iter().enumerate().find_map(|(i, text)| match *text {
            "-u" | "--uid" => texts.get(i + 1).copied(),
            text => text
                .strip_prefix("--uid=")
                .or_else(|| text.strip_prefix("-u").filter(|n| n.parse::<u64>().is_ok())),
        });
        let sparse = texts.iter().any(|text| {
            *text == "--no-log-init"
                || (text.starts_with('-') && !text.starts_with("--") && text.contains('l'))
        });
        let Some(number) = number.filter(|n| n.len() > 5 && !sparse) else { continue };
        let Some(word) = run.command.words.iter().find(|w| w.as_str() == Some("useradd")) else {
            continue;
        };
        let end = Span { start: word.at.end, ..word.at };
        findings.push(
            RULE.finding_at(
                format!("user {number} makes a log of logins up to that number"),
                run.command.at,
                "without `-l`",
            )
            .help("write `useradd -l`")
            .fix("Add `-l`", Safety::Unsafe, [Edit::before(end, " -l")]),
        );
    }
}
