use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::BuildFile;
use crate::model::build::build_file::refusal::{AddressedAccount, Fate, Refusal};
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
    findings.extend(project.refusals().map(|refusal| refused(&refusal)));
    findings.extend(project.addressed_accounts().map(|account| addressed(&account)));
    for short in project.short_starts() {
        let (step, time) = (short.step, short.time());
        let message = format!(
            "the step may take {}, but the command that starts the build gives it only {time}",
            step.value
        );
        let finding = RULE.finding(message, short.given, "replaces `timeout` of the build");
        let finding = finding.against(step, "may take longer");
        findings.push(finding.help("let the build take as long as its steps"));
    }
    for given in project.capital_values() {
        let (name, value) = (given.name, &given.value.value);
        let message = format!("`{name}` is `{value}`, by which the name of an image has capitals");
        let finding = RULE.finding(message, given.value, "has capitals");
        let finding = finding.against(given.image, "the image that is called by it");
        findings.push(finding.because(given.starter.switch()).help("write it in small letters"));
    }
    for image in project.build_files.iter().flat_map(BuildFile::capital_images) {
        let message = format!("the name of image `{}` has capitals", image.value);
        let finding = RULE.finding(message, image, "has capitals by a default");
        findings.push(finding.help("write the default in small letters"));
    }
}

fn refused(refusal: &Refusal<'_>) -> Finding {
    let what = refusal.what;
    let finding = RULE.finding_at(&*what.message, what.at, what.label).help(&*what.help);
    match refusal.fate {
        Fate::Fails(None) => finding,
        Fate::Fails(Some(submission)) => {
            finding.see(submission.at, "sends the build to be refused")
        }
        Fate::MayFail => finding.severity(Severity::Warning),
        Fate::Runs => finding.severity(Severity::Note),
    }
}

fn addressed(account: &AddressedAccount<'_>) -> Finding {
    let written = account.written;
    let message =
        format!("`{written}` is the address of a service account, but a trigger takes its path");
    RULE.finding(message, account.address, "is refused").help(match &account.path {
        Some(path) => format!("write `{path}`"),
        None => "give the `id` of the account instead of its `email`".to_owned(),
    })
}
