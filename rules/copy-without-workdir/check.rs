use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::{Copy, Image, Origin, Stage};
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
    for image in &project.images {
        for stage in image.all_stages() {
            let copies = stage.copies.iter().filter(|copy| matters(image, stage, copy));
            for copy in copies {
                let Some((below, to)) = copy.below.known().zip(copy.to.known()) else { continue };
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
}

/// Whether it makes a difference where the files lie: in what is shipped, and where they may be
/// called as what the base image has.
fn matters(image: &Image, stage: &Stage, copy: &Copy) -> bool {
    let last = image.stages.last().into_iter();
    let mut shipped = last.flat_map(|last| image.lineage(last)).chain(&image.triggered);
    let has_files = || {
        let base = image.base_image(stage).and_then(|(_, base)| base.literal_text());
        base.is_some_and(|base| base != "scratch")
    };
    let all = || copy.sources.iter().any(|s| matches!(s.literal_text(), Some("." | "./")));
    shipped.any(|other| std::ptr::eq(other, stage))
        || (copy.from == Origin::Context && all() && has_files())
}
