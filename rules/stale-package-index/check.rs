use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::Run;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "stale-package-index",
    summary: "`apt-get update` has a layer of its own, so that a later `apt-get install` may use an old index.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["DF028", "CKV_DOCKER_5", "DS017"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for stage in stages {
        let orders = |command: &str| -> Vec<usize> {
            let is = |run: &&Run| {
                let mut words = run.command.words.iter().filter_map(|word| word.as_str());
                words.any(|word| matches!(word, "apt-get" | "apt")) && words.any(|w| w == command)
            };
            stage.runs.iter().filter(is).map(|run| run.order).collect()
        };
        let (updates, installs) = (orders("update"), orders("install"));
        // Scripts that add a repository, such as that of NodeSource, update the index as well.
        let is_script =
            |run: &&Run| matches!(run.command.program(), Some("sh" | "bash" | "source" | "."));
        let scripts: Vec<usize> = stage.runs.iter().filter(is_script).map(|r| r.order).collect();
        for run in &stage.runs {
            let is_update = updates.contains(&run.order) && !installs.contains(&run.order);
            let program = run.command.program();
            let next = installs.iter().find(|order| **order > run.order);
            let newer = |next: &usize| {
                let mut newer = updates.iter().chain(&scripts);
                newer.any(|order| (run.order + 1..=*next).contains(order))
            };
            let Some(next) = next.filter(|next| is_update && !newer(next)) else { continue };
            let says = run.command.words.iter().any(|word| word.as_str() == Some("update"));
            if !matches!(program, Some("apt-get" | "apt")) || !says {
                continue;
            }
            let finding = RULE.finding_at(
                "this `apt-get update` has a layer of its own, which is kept when the packages change",
                run.command.at,
                "kept by the builder",
            );
            let install = stage.runs.iter().find(|other| {
                let installs = other.command.words.iter().any(|w| w.as_str() == Some("install"));
                other.order == *next && installs
            });
            let finding = finding.help("write both in one `RUN`, joined by `&&`");
            findings.push(match install {
                Some(install) => {
                    let finding = finding.see(install.command.at, "uses the index that was kept");
                    let update = project.sources.text(run.command.at);
                    let is_plain = install.command.assignments.is_empty() && !update.contains('\n');
                    match install.program().filter(|_| is_plain) {
                        Some(("apt-get" | "apt", _)) => {
                            let edit = Edit::before(install.command.at, format!("{update} && "));
                            finding.fix("Update it in that `RUN`, too", Safety::Unsafe, vec![edit])
                        }
                        _ => finding,
                    }
                }
                None => finding,
            });
        }
    }
}
