use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "port-format",
    summary: "`EXPOSE` names an address or a port of the host, or no port at all.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["ExposeInvalidFormat", "DL3011", "DF040", "DS008"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for word in stages.flat_map(|stage| &stage.written.exposed).filter_map(|word| word.known()) {
        let Some(text) = word.value.literal() else { continue };
        let port = text.rsplit(':').next().unwrap_or(text);
        let number = port.split('/').next().unwrap_or(port);
        let too_large = |n: &str| n.parse::<u64>().is_ok_and(|n| n > 65535);
        if number.split('-').any(too_large) {
            let message = format!("`EXPOSE {text}` is no port: 65535 is the highest");
            findings.push(RULE.finding(message, word, "too high").severity(Severity::Error));
        } else if port != text && !port.is_empty() {
            let message = format!("`EXPOSE {text}` names more than a port of the container");
            let finding =
                RULE.finding(message, word, "not taken in").help(format!("write `{port}`"));
            findings.push(match project.sources.text(word.at) == text {
                true => {
                    let edit = Edit::replace(word.at, port);
                    finding.fix(format!("Write `{port}`"), Safety::Safe, [edit])
                }
                false => finding,
            });
        }
    }
}
