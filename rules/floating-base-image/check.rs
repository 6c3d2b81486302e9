use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::Base;
use crate::model::reference::ImageReference;
use crate::rule::Rule;
use crate::value::{Sourced, Text};

pub static RULE: Rule = Rule {
    id: "floating-base-image",
    summary: "A base image has no tag, or the tag `latest`, so that any day may bring another one.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3006", "DL3007", "DF001", "DF024", "CKV_DOCKER_7", "DS001"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        let Base::Image(image) = &stage.base else { continue };
        let Some(image) = image.known() else { continue };
        let Some(text) = image.value.literal() else { continue };
        if text.is_empty() || text == "scratch" || text.contains('@') {
            continue;
        }
        let last = text.rsplit('/').next().unwrap_or(text);
        let tag = last.split_once(':').map(|(_, tag)| tag);
        let reference = ImageReference::parse(&image.value);
        let is_same = |tag: &Sourced<Text>| {
            ImageReference::parse(&tag.value).same_repository(&reference, false).is_some()
        };
        // A build without a tag may make it, too.
        let mut builds = project.builds.iter();
        let is_own = builds.any(|b| b.tags.is_empty() || b.tags.iter().any(is_same));
        let what = match tag {
            None => "has no tag",
            Some("latest") => "has the tag `latest`",
            Some(_) => continue,
        };
        if !is_own {
            findings.push(
                RULE.finding(format!("the base image `{text}` {what}"), image, "any version")
                    .help("name a version, or a digest"),
            );
        }
    }
}
