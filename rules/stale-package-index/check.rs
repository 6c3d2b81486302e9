use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::package_index::StaleIndex;
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
    let images = project.images.iter();
    for StaleIndex { update, install } in images.flat_map(|image| image.stale_indexes()) {
        let program = update.command.program().filter(|name| *name == "apk").unwrap_or("apt-get");
        let message = format!(
            "this `{program} update` has a layer of its own, which is kept when the packages change"
        );
        let finding = RULE.finding_at(message, update.command.at, "kept by the builder");
        let finding = finding.help("write both in one `RUN`, joined by `&&`");
        let Some(install) = install else {
            findings.push(finding);
            continue;
        };
        let finding = finding.see(install.command.at, "uses the index that was kept");
        let update = project.sources.text(update.command.at);
        let is_plain = install.command.assignments.is_empty() && !update.contains('\n');
        findings.push(match install.program().filter(|_| is_plain) {
            Some(("apt-get" | "apt" | "apk", _)) => {
                let edit = Edit::before(install.command.at, format!("{update} && "));
                finding.fix("Update it in that `RUN`, too", Safety::Unsafe, [edit])
            }
            _ => finding,
        });
    }
}
