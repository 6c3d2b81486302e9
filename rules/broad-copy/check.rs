use crate::finding::{Edit, Finding, Safety, Severity, quoted};
use crate::model::Project;
use crate::model::context::taken::Thing;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "broad-copy",
    summary: "A copy of the whole context takes in what only weighs or harms: the history, installed packages, settings of a machine.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF007", "DF033"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for taken in &project.taken {
        let Some(path) = taken.path.known() else { continue };
        let (things, phrases): (Vec<&Thing>, Vec<String>) = taken.ballast().into_iter().unzip();
        let all = match &phrases[..] {
            [] => continue,
            [only] => only.clone(),
            [others @ .., last] => format!("{} and {last}", others.join(", ")),
        };
        let why = match &taken.ignore_file {
            Some(file) => format!("which `{file}` does not leave out"),
            None => "since there is no `.dockerignore`".to_owned(),
        };
        let lines = quoted(things.iter().map(|thing| &thing.path));
        let file = taken.ignore_file.as_deref().unwrap_or(".dockerignore");
        let finding = RULE
            .finding(format!("the copy takes in {all}, {why}"), path, "the whole context")
            .because(&taken.because)
            .help(format!("write {lines} into `{file}`{}", weights(project, &things)));
        findings.push(match taken.end_of_ignore_file(&project.sources) {
            Some((end, gap)) => {
                let added: String =
                    things.iter().map(|thing| format!("{}\n", thing.path)).collect();
                let edit = Edit::replace(end, format!("{gap}{added}"));
                finding.fix("Leave it out", Safety::Unsafe, [edit])
            }
            None => finding,
        });
    }
}

/// How much the things weigh on this machine.
fn weights(project: &Project, things: &[&Thing]) -> String {
    let weights = things.iter().filter_map(|thing| {
        let size = project.sources.size(&thing.home)?;
        Some(format!("`{}` has {size}", thing.path))
    });
    let weights: Vec<String> = weights.collect();
    if weights.is_empty() { String::new() } else { format!(": here {}", weights.join(", ")) }
}
