use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "apt-in-script",
    summary: "`apt` is called where no person reads its output.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3027", "DF059", "CKV_DOCKER_9"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for run in project.all_runs() {
        let Some(("apt", rest)) = run.program() else { continue };
        let Some(verb) = rest.iter().find_map(|w| w.as_str().filter(|text| !text.starts_with('-')))
        else {
            continue;
        };
        let instead = match verb {
            "search" | "show" | "policy" | "depends" | "rdepends" => "apt-cache",
            "list" | "edit-sources" | "full-upgrade" => continue,
            _ => "apt-get",
        };
        let Some(word) = run.command.words.iter().find(|word| word.as_str() == Some("apt")) else {
            continue;
        };
        findings.push(
            RULE.finding_at(
                format!("`apt {verb}` is meant for people"),
                word.at,
                "warns that it may change",
            )
            .help(format!("write `{instead}`"))
            .fix(
                format!("Write `{instead}`"),
                Safety::Unsafe,
                [Edit::replace(word.at, instead)],
            ),
        );
    }
}
