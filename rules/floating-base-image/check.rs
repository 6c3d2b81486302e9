use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::Base;
use crate::model::image::system::{is_official, official, split};
use crate::model::reference::ImageReference;
use crate::rule::Rule;

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
    let made: Vec<ImageReference> = project
        .builds
        .iter()
        .flat_map(|build| &build.tags)
        .map(|tag| ImageReference::parse(&tag.value))
        .collect();
    // A build without a tag may make it, too.
    let any_name = project.builds.iter().any(|build| build.tags.is_empty());
    let stages = project
        .images_as_built()
        .flat_map(|image| image.stages.iter().map(move |stage| (image, stage)));
    for (file, stage) in stages {
        let Base::Image(image) = &stage.base else { continue };
        let Some(image) = image.known() else { continue };
        let Some(text) = image.value.literal() else { continue };
        let reference = ImageReference::parse(&image.value);
        let is_cut_off = text.is_empty() || text.starts_with('/');
        if is_cut_off || text == "scratch" || reference.digest {
            continue;
        }
        let (what, part) = match &reference.tag {
            None => ("has no tag", "untagged"),
            Some(_) if reference.literal_tag() == Some("latest") => {
                ("has the tag `latest`", "latest")
            }
            Some(_) => continue,
        };
        // Nobody builds the official ones, or puts a context in their place.
        let is_another = !is_official(official(split(text).0));
        let is_given = !image.via.is_empty();
        let may_be_given = || reference.tag.is_none() && project.may_name_context(file, text);
        let is_context = || !is_given && may_be_given();
        if is_another && (any_name || is_context()) {
            continue;
        }
        let is_own = made.iter().any(|made| made.same_repository(&reference, false).is_some());
        if !is_own {
            findings.push(
                RULE.finding(format!("the base image `{text}` {what}"), image, "any version")
                    .of(part)
                    .help("name a version, or a digest"),
            );
        }
    }
}
