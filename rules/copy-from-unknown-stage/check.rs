use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::unknown_origin::{NoOrigin, UnknownOrigin};
use crate::rule::Rule;
use crate::value::Step;

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
    findings.extend(project.unknown_origins().iter().map(unknown));
}

fn unknown(origin: &UnknownOrigin<'_>) -> Finding {
    let (name, text) = (origin.name, &origin.name.value);
    let no_name = || {
        let message = format!("`{text}` is no stage of this file, and no official image");
        RULE.finding(message, name, "pulled from Docker Hub")
    };
    match origin.why {
        NoOrigin::Unexpanded => {
            let message =
                format!("`--from={text}` is not expanded, a stage or an image is expected");
            let help = "give the image a stage of its own, `FROM ... AS name`, and copy from that";
            RULE.finding(message, name, "taken as it is written").help(help)
        }
        NoOrigin::Number(last) => {
            let message = format!("there is no stage {text}, the last one is {last}");
            RULE.finding(message, name, "no stage")
        }
        NoOrigin::Slip(near) => no_name().meant(near, Some(name.at)),
        NoOrigin::Nothing => no_name()
            .severity(Severity::Warning)
            .because(&[Step::default(name.at, "no build of the project names a context so")])
            .help("name a stage above, or write the image with its repository and tag"),
    }
}
