use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "secret-not-mounted",
    summary: "A `RUN` reads a secret that is not mounted for it.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for stage in project.images.iter().flat_map(|image| &image.stages) {
        for script in stage.scripts.iter().filter(|script| script.instruction == "RUN") {
            let mut mounts = stage.secrets.iter().filter(|mount| mount.order == script.order);
            for (at, path) in script.read_secrets() {
                let mounted =
                    mounts.clone().any(|mount| mount.path.known().is_none_or(|p| p.value == path));
                if mounted {
                    continue;
                }
                let id = path.strip_prefix("/run/secrets/").unwrap_or(&path);
                let message = format!("`{path}` is read, but no secret is mounted there");
                let finding = RULE
                    .finding_at(message, at, "not there")
                    .help(format!("write `RUN --mount=type=secret,id={id} ...`"));
                let other = mounts.next().and_then(|mount| mount.path.known());
                findings.push(match other {
                    Some(other) => finding.see(other.at, format!("mounted at `{}`", other.value)),
                    None => finding,
                });
            }
        }
    }
}
