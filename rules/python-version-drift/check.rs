use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::contents::python::carried::Carried;
use crate::rule::Rule;
use crate::value::{Sourced, Value};

pub static RULE: Rule = Rule {
    id: "python-version-drift",
    summary: "Packages of one minor version of Python are copied to where another looks for its own.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    findings.extend(project.carried.iter().filter_map(drift));
}

fn drift(carried: &Carried) -> Option<Finding> {
    let [from, to] = &carried.named;
    let [made, used] = &carried.versions;
    let (at, against, message, label) = if let Some((named, has)) = differ(from, made) {
        let message = format!(
            "packages are copied from a folder of Python {}, but that stage has Python {}",
            named.value, has.value
        );
        (named, has, message, "the packages are installed with this")
    } else if let Some((named, has)) = differ(to, used) {
        let message = format!(
            "packages are copied to a folder of Python {}, but this stage has Python {}",
            named.value, has.value
        );
        (named, has, message, "looks for packages in a folder of its own version")
    } else {
        let (made, used) = differ(made, used)?;
        let message = format!(
            "what Python {} installed is copied to a stage with Python {}",
            made.value, used.value
        );
        let finding =
            RULE.finding(message, used, "looks for packages in a folder of its own version");
        return Some(
            finding
                .against(made, "the packages are installed with this")
                .see(carried.at, "copied here")
                .help("start both stages from the same minor version of Python"),
        );
    };
    let finding = RULE.finding(message, at, "names the version").against(against, label);
    Some(finding.help("name the same minor version of Python everywhere, by one `ARG`"))
}

fn differ<'a>(
    a: &'a Value<String>,
    b: &'a Value<String>,
) -> Option<(&'a Sourced<String>, &'a Sourced<String>)> {
    let (a, b) = (a.known()?, b.known()?);
    (a.value != b.value).then_some((a, b))
}
