use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "install-script-not-copied",
    summary: "An install runs a script of `package.json` whose file the stage does not hold yet.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in &project.missing_scripts {
        let Some(path) = missing.path.known() else { continue };
        let message = format!(
            "`{}` runs `{}` for `{}`, which nothing has copied by then",
            missing.install, path.value, missing.script
        );
        let label = format!("runs `{}` of `package.json`", missing.script);
        let mut finding = RULE.finding(message, path, label).see(missing.written, "names the file");
        if let Some(copied) = missing.copied {
            finding = finding.see(copied, "copies `package.json` without it");
        }
        let help = format!("copy `{}` before, or install with `--ignore-scripts`", path.value);
        findings.push(finding.help(help));
    }
}
