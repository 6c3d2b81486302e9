use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::{BuildFile, Choice, Refuser};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "invalid-build-file",
    summary: "A build file or a trigger has a field, a value or a combination that Cloud Build refuses.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for refused in project.refused_in_builds.iter().filter_map(|refused| refused.as_ref()) {
        let finding = RULE.finding_at(&*refused.message, refused.at, refused.label);
        let finding = finding.help(&*refused.help);
        findings.push(match refused.by {
            Refuser::Everybody => finding,
            Refuser::Start(choice) if project.is_chosen(refused.at, choice) => continue,
            Refuser::Start(Choice::Logs) => finding,
            Refuser::Start(Choice::Timeout) => finding.severity(Severity::Warning),
            Refuser::Perhaps => finding.severity(Severity::Warning),
            Refuser::OlderGcloud | Refuser::Nobody => finding.severity(Severity::Note),
            Refuser::Submission => match project.submission_of(refused.at) {
                Some(submission) => finding.see(submission.at, "sends the build to be refused"),
                None if project.has_trigger(refused.at) => continue,
                None => finding.severity(Severity::Note),
            },
        });
    }
    for short in project.short_starts() {
        let (step, given) = (short.step, short.given);
        let unit = match given.value.literal() {
            Some(number) if number.parse::<f64>().is_ok() => "s",
            _ => "",
        };
        let message = format!(
            "the step may take {}, but the command that starts the build gives it only {}{unit}",
            step.value, given.value
        );
        let finding = RULE.finding(message, given, "replaces `timeout` of the build");
        let finding = finding.against(step, "may take longer");
        findings.push(finding.help("let the build take as long as its steps"));
    }
    for address in project.triggers.iter().filter_map(|trigger| trigger.address.known()) {
        let written = project.sources.text(address.at).trim_matches('"');
        let message = format!(
            "`{written}` is the address of a service account, but a trigger takes its path"
        );
        let known = address.value.literal().unwrap_or(written);
        let help = match written.strip_suffix(".email") {
            Some(resource) => format!("write `{resource}.id`"),
            None if known.contains('@') && !known.contains('"') => {
                format!("write `projects/PROJECT/serviceAccounts/{known}`")
            }
            None => "give the `id` of the account instead of its `email`".to_owned(),
        };
        findings.push(RULE.finding(message, address, "is refused").help(help));
    }
    for given in project.capital_values() {
        let (name, value) = (given.name, &given.value.value);
        let message = format!("`{name}` is `{value}`, by which the name of an image has capitals");
        let finding = RULE
            .finding(message, given.value, "has capitals")
            .against(given.image, "the image that is called by it")
            .because(given.starter.switch());
        findings.push(finding.help("write it in small letters"));
    }
    for image in project.build_files.iter().flat_map(BuildFile::capital_images) {
        let message = format!("the name of image `{}` has capitals", image.value);
        let finding = RULE.finding(message, image, "has capitals by a default");
        findings.push(finding.help("write the default in small letters"));
    }
}
