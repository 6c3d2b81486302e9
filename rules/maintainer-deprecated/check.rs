use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::instruction::Instruction;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "maintainer-deprecated",
    summary: "`MAINTAINER` is deprecated in favour of a label.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["MaintainerDeprecated", "DL4000", "DF019", "CKV_DOCKER_6", "DS022"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let early = image.too_early.iter().filter(|one| one.name == "MAINTAINER");
        findings.extend(early.map(|one| {
            deprecated(one).help("write `LABEL org.opencontainers.image.authors=...` below `FROM`")
        }));
        let stages = image.stages.iter();
        for instruction in stages.flat_map(|stage| stage.written.all("MAINTAINER")) {
            let finding =
                deprecated(instruction).help("write `LABEL org.opencontainers.image.authors=...`");
            let name = project.sources.text(instruction.arguments).trim();
            let name = name.strip_prefix('"').and_then(|n| n.strip_suffix('"')).unwrap_or(name);
            findings.push(match name.contains(['"', '\\', '$', '\n']) {
                true => finding,
                false => {
                    let text = format!("LABEL org.opencontainers.image.authors=\"{name}\"");
                    let edit = Edit::replace(instruction.at, text);
                    finding.fix("Write a label", Safety::Unsafe, [edit])
                }
            });
        }
    }
}

fn deprecated(instruction: &Instruction) -> Finding {
    RULE.finding_at("`MAINTAINER` is deprecated", instruction.keyword, "deprecated")
}
