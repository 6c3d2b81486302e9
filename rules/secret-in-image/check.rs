use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::held_secret::HeldSecret;
use crate::model::image::instruction::Setting;
use crate::model::image::token::WrittenToken;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "secret-in-image",
    summary: "A Dockerfile holds a secret, by a name or a form, which then can be read from the image.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["SecretsUsedInArgOrEnv", "DL3064", "DF014", "DS031", "DF013", "tally/secrets-in-code"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

const HELP: &str = "hand it to the command that needs it: `RUN --mount=type=secret`";

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (id, image) in project.images_with_ids() {
        let built = project.built_stages(id);
        for (stage, is_built) in image.stages.iter().zip(built) {
            let settings = stage.written.settings.iter();
            findings.extend(settings.filter_map(|setting| leak(setting, is_built)));
            findings.extend(stage.written_tokens().iter().map(|token| spoken(token, is_built)));
        }
        for (name, at) in image.held_before_stages() {
            let message =
                format!("`ARG {name}` hands a secret to the builder, which takes it down");
            let finding = RULE.finding_at(message, at, "may be in the provenance of the image");
            findings.push(finding.severity(Severity::Note).help(HELP));
        }
    }
}

fn spoken(token: &WrittenToken, is_built: bool) -> Finding {
    let WrittenToken { at, of, instruction } = *token;
    let (severity, label) = match is_built {
        true => (Severity::Warning, "can be read from the image and its history"),
        false => (Severity::Note, "stays in the cache of the builder"),
    };
    let message = match of {
        Some(of) => format!("this `{instruction}` holds a token of {of}"),
        None => format!("this `{instruction}` holds the password of an address"),
    };
    RULE.finding_at(message, at, label).severity(severity).help(HELP)
}

fn leak(setting: &Setting, is_built: bool) -> Option<Finding> {
    let (key, instruction) = (&setting.key, setting.instruction);
    let held = setting.held_secret()?;
    let (place, label) = match is_built {
        _ if held == HeldSecret::Empty => {
            ("image", "a build that writes it leaves it in the image")
        }
        true => ("image", "can be read from the image"),
        false => ("cache of the builder", "stays in the cache, since this stage is in no image"),
    };
    let message = match held {
        HeldSecret::Written => format!("`{instruction} {key}` leaves a secret in the {place}"),
        HeldSecret::Empty => format!("`{instruction} {key}` keeps an empty place for a secret"),
    };
    let leaks = is_built && held == HeldSecret::Written;
    let severity = if leaks { Severity::Warning } else { Severity::Note };
    Some(RULE.finding_at(message, setting.at, label).severity(severity).help(HELP))
}
