use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "distribution-upgrade",
    summary: "A build moves to another release of its distribution.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3035", "DF044", "DF069", "DS024"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for run in project.all_runs() {
        let Some((program, rest)) = run.program() else { continue };
        let verbs: &[&str] = match program {
            "apt-get" | "apt" | "aptitude" => &["dist-upgrade", "full-upgrade"],
            "zypper" => &["dist-upgrade", "dup"],
            "dnf" | "yum" => &["distro-sync", "distribution-synchronization", "system-upgrade"],
            "do-release-upgrade" => &[],
            _ => continue,
        };
        let verb = rest.iter().find(|word| word.as_str().is_some_and(|text| verbs.contains(&text)));
        let Some(verb) = verb else { continue };
        let text = verb.as_str().unwrap_or_default();
        findings.push(
            RULE.finding_at(
                format!(
                    "`{program} {text}` changes the packages of the base image, and may remove some"
                ),
                run.command.at.to(verb.at),
                "all packages",
            )
            .help("start from a newer base image"),
        );
    }
}
