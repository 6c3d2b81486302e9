use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::Image;
use crate::model::image::system::is_official;
use crate::nearest::nearest;
use crate::rule::Rule;
use crate::value::{Sourced, Step};

pub static RULE: Rule = Rule {
    id: "copy-from-unknown-stage",
    summary: "`COPY --from` or a mount names what is no stage and no image.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["DL3022", "DF049"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in project.images_as_built().filter(|image| !image.own_syntax) {
        for (i, stage) in image.stages.iter().enumerate() {
            for origin in stage.origins.iter().filter(|origin| origin.stage.is_none()) {
                let Some(name) = origin.name.known() else { continue };
                findings.extend(unknown(project, image, i, name, origin.of_mount));
            }
        }
    }
}

fn unknown(
    project: &Project,
    image: &Image,
    stage: usize,
    name: &Sourced<String>,
    of_mount: bool,
) -> Option<Finding> {
    let text = name.value.as_str();
    if text.contains('$') && !of_mount {
        let message = format!("`--from={text}` is not expanded, a stage or an image is expected");
        return Some(
            RULE.finding(message, name, "taken as it is written")
                .help("give the image a stage of its own, `FROM ... AS name`, and copy from that"),
        );
    }
    if let (Ok(number), false) = (text.parse::<usize>(), of_mount) {
        let count = image.stages.len();
        let message = format!("there is no stage {number}, the last one is {}", count - 1);
        return (number >= count).then(|| RULE.finding(message, name, "no stage"));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let names = image.stages.iter().filter_map(|stage| stage.name.as_deref());
    let is_stage = names.clone().any(|other| other.eq_ignore_ascii_case(text));
    let is_image = is_official(&text.to_ascii_lowercase());
    if !text.chars().all(is_name) || text.is_empty() || is_stage || is_image {
        return None;
    }
    if project.may_name_context(image, text) {
        return None;
    }
    let earlier = image.stages.iter().take(stage).filter_map(|stage| stage.name.as_deref());
    let message = format!("`{text}` is no stage of this file, and no official image");
    let finding = RULE.finding(message, name, "pulled from Docker Hub");
    Some(match nearest(text, earlier) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
            format!("Write `{near}`"),
            Safety::Unsafe,
            [Edit::replace(name.at, near)],
        ),
        None => finding
            .severity(Severity::Warning)
            .because(&[Step::default(name.at, "no build of the project names a context so")])
            .help("name a stage above, or write the image with its repository and tag"),
    })
}
