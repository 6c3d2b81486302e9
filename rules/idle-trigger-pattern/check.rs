use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "idle-trigger-pattern",
    summary: "A trigger watches files that there are not, or that it ignores.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for idle in project.idle_patterns() {
        let pattern = &idle.pattern.value;
        let message = format!("the trigger watches `{pattern}`, which matches no file");
        let finding = RULE.finding(message, idle.pattern, "no file of the repository matches");
        findings.push(match idle.meant {
            Some(meant) if idle.is_folder => {
                finding.help(format!("write `{meant}` for the files of the folder"))
            }
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help("name files that exist, or leave it out"),
        });
    }
    for ignored in project.ignored_patterns() {
        let Some(first) = ignored.patterns.first() else { continue };
        let patterns = quoted(ignored.patterns.iter().map(|pattern| &pattern.value));
        let by = &ignored.by.value;
        let message = format!("the trigger watches {patterns}, but ignores `{by}`");
        let finding = RULE.finding(message, first, "a change of these starts nothing");
        let finding = finding.against(ignored.by, "what is ignored is never watched");
        findings.push(finding.help("leave out one of the two"));
    }
}
