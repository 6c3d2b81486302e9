use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::context::taken::{Taken, Thing, ThingKind};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "broad-copy",
    summary: "A copy of the whole context takes in what only weighs or harms: the history, installed packages, settings of a machine.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF007", "DF026", "DF033"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for taken in &project.taken {
        let Some(path) = taken.path.known() else { continue };
        let things: Vec<String> = taken.what.iter().filter_map(described).collect();
        let Some((last, others)) = things.split_last() else { continue };
        let all = match others {
            [] => last.clone(),
            others => format!("{} and {last}", others.join(", ")),
        };
        let why = match &taken.ignore_file {
            Some(file) => format!("which `{file}` does not leave out"),
            None => "since there is no `.dockerignore`".to_owned(),
        };
        let names = taken.what.iter().filter(|thing| described(thing).is_some());
        let lines: Vec<String> = names.clone().map(|thing| format!("`{}`", thing.path)).collect();
        let file = taken.ignore_file.as_deref().unwrap_or(".dockerignore");
        let finding = RULE
            .finding(format!("the copy takes in {all}, {why}"), path, "the whole context")
            .because(&taken.because)
            .help(format!("write {} into `{file}`{}", lines.join(", "), weights(project, taken)));
        findings.push(match taken.end_of_ignore_file(&project.sources) {
            Some((end, gap)) => {
                let added: String = names.map(|thing| format!("{}\n", thing.path)).collect();
                let edit = Edit::replace(end, format!("{gap}{added}"));
                finding.fix("Leave it out", Safety::Unsafe, [edit])
            }
            None => finding,
        });
    }
}

/// How much the things weigh on this machine.
fn weights(project: &Project, taken: &Taken) -> String {
    let of_thing = |thing: &Thing| {
        let size = project.sources.size(&thing.home).filter(|_| described(thing).is_some())?;
        Some(format!("`{}` has {size}", thing.path))
    };
    let weights: Vec<String> = taken.what.iter().filter_map(of_thing).collect();
    if weights.is_empty() { String::new() } else { format!(": here {}", weights.join(", ")) }
}

fn described(thing: &Thing) -> Option<String> {
    let path = &thing.path;
    match thing.kind {
        ThingKind::Secret(_) => None,
        ThingKind::History => Some(format!("`{path}` with the whole history")),
        ThingKind::Installed => Some(format!("`{path}` of the machine over that of the image")),
        ThingKind::Committed(1) => Some(format!("`{path}` with a file")),
        ThingKind::Committed(files) => Some(format!("`{path}` with {files} files")),
        ThingKind::Settings => Some(format!("`{path}` where a machine has it")),
    }
}
