use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "copy-without-workdir",
    summary: "A relative destination, where nothing sets a working directory.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3045", "DF063"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    // Where files lie in a stage that is thrown away makes no difference.
    let images = project.images.iter();
    let kept = images.filter_map(|image| Some(image.lineage(image.stages.last()?)));
    for stage in kept.flatten() {
        for copy in &stage.copies {
            let (Some(below), Some(to)) = (copy.below.known(), copy.to.known()) else { continue };
            if below.value != "/" {
                continue;
            }
            let message = format!("`{}` is relative, but no `WORKDIR` stands above", to.value);
            findings.push(
                RULE.finding(message, to, "below `/`")
                    .against(below, "has the working directory `/`")
                    .help("write a `WORKDIR` first, or an absolute path"),
            );
        }
    }
}
