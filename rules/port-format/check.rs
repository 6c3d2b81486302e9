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
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for word in stages.flat_map(|stage| &stage.written.exposed).filter_map(|word| word.known()) {
        let Some(text) = word.value.literal().filter(|text| !text.is_empty()) else { continue };
        let port = text.rsplit(':').next().unwrap_or(text);
        if let Some((why, label)) = refusal(port) {
            let message = format!("`EXPOSE {text}` is no port: {why}");
            findings.push(RULE.finding(message, word, label).severity(Severity::Error));
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

/// Why BuildKit takes no port from a word, as `convert_expose.go` of 0.26 has it.
fn refusal(port: &str) -> Option<(String, &'static str)> {
    let (range, protocol) = port.split_once('/').unwrap_or((port, ""));
    let numbers: Vec<&str> = range.splitn(2, '-').collect();
    let number = |text: &str| text.parse::<u64>().ok();
    if let Some(wrong) = numbers.iter().find(|text| number(text).is_none_or(|n| n > 65535)) {
        return Some(match wrong.contains(|c: char| !c.is_ascii_digit()) {
            true => (format!("`{wrong}` is no number"), "no number"),
            false => ("65535 is the highest".to_owned(), "too high"),
        });
    }
    if let [first, last] = numbers[..]
        && number(first) > number(last)
    {
        return Some((format!("{last} is less than {first}"), "ends before it begins"));
    }
    let known = ["", "tcp", "udp", "sctp"].contains(&&*protocol.to_ascii_lowercase());
    let why = || (format!("`{protocol}` is neither `tcp`, `udp` nor `sctp`"), "no protocol");
    (!known).then(why)
}
