use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::package_index::KeptIndex;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "package-lists-kept",
    summary: "The lists of `apt-get update` stay in the image.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3009", "DF004"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let last = image.stages.last().into_iter();
        let kept = last.flat_map(|stage| image.lineage(stage)).chain(&image.triggered);
        for KeptIndex { update, end } in kept.flat_map(|stage| stage.kept_indexes()) {
            let message = "the lists of `apt-get update` stay in the image";
            let finding = RULE
                .finding_at(message, update.command.at, "kept in the layer")
                .of("apt")
                .help("end with `rm -rf /var/lib/apt/lists/*`, or mount a cache there");
            findings.push(match end {
                Some(end) => {
                    let edit = Edit::before(end, " && rm -rf /var/lib/apt/lists/*");
                    finding.fix("Remove them", Safety::Unsafe, [edit])
                }
                None => finding,
            });
        }
    }
}
