use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unchecked-download",
    summary: "`ADD` downloads a file and compares no checksum.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["CKV_DOCKER_4", "curl_or_wget_instead_of_add"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for copy in stages.flat_map(|stage| &stage.copies) {
        let checked = copy.flags.iter().any(|flag| flag == "checksum");
        for source in copy.remote.iter().filter(|_| !checked) {
            let Some(source) = source.known() else { continue };
            let text = source.value.to_string();
            let is_file = text.starts_with("http://") || text.starts_with("https://");
            let (address, fragment) = text.split_once('#').unwrap_or((&text, ""));
            if !is_file || address.ends_with(".git") || !fragment.is_empty() {
                continue;
            }
            let message = format!("`{text}` is downloaded, and no checksum is compared");
            findings.push(
                RULE.finding(message, source, "taken as it comes")
                    .help("write `ADD --checksum=sha256:...`"),
            );
        }
    }
}
