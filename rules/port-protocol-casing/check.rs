use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "port-protocol-casing",
    summary: "The protocol of an `EXPOSE` is not in lower case.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["ExposeProtoCasing"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for word in stages.flat_map(|stage| &stage.written.exposed).filter_map(|word| word.known()) {
        let Some((port, protocol)) = word.value.literal().and_then(|text| text.split_once('/'))
        else {
            continue;
        };
        let lower = protocol.to_ascii_lowercase();
        if lower != protocol {
            let message = format!("`{protocol}` is not in lower case");
            let finding =
                RULE.finding(message, word, "has capitals").help(format!("write `{port}/{lower}`"));
            let written = project.sources.text(word.at);
            findings.push(match written.strip_suffix(protocol) {
                Some(before) => {
                    let edit = Edit::replace(word.at, format!("{before}{lower}"));
                    finding.fix(format!("Write `{lower}`"), Safety::Safe, [edit])
                }
                None => finding,
            });
        }
    }
}
