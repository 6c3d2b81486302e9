use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::Origin;
use crate::model::script::package::Manager;
use crate::rule::Rule;
use crate::source::{folder, join, name};

pub static RULE: Rule = Rule {
    id: "npm-install",
    summary: "`npm install` runs beside a lock file that it may change.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF031"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let lock = join(folder(&image.path), "package-lock.json");
        for stage in &image.stages {
            for run in &stage.runs {
                let Some(install) = run.install().filter(|i| i.manager == Manager::Npm) else {
                    continue;
                };
                let global = install.options.iter().any(|o| {
                    matches!(*o, "-g" | "--global" | "--no-package-lock" | "--package-lock-only")
                });
                let copies = stage
                    .copies
                    .iter()
                    .filter(|copy| copy.order < run.order && copy.from == Origin::Context);
                let mut sources = copies.flat_map(|copy| &copy.sources).filter_map(|s| s.known());
                let locked = sources.find(|source| match source.value.literal().map(name) {
                    Some("package-lock.json") => true,
                    Some("." | "" | "package*.json" | "package*" | "*.json") => {
                        project.sources.has_file(&lock)
                    }
                    _ => false,
                });
                let Some(locked) = locked.filter(|_| install.packages.is_empty() && !global) else {
                    continue;
                };
                findings.push(
                    RULE.finding_at(
                        "`npm install` may install other versions than the lock file says",
                        run.command.at,
                        "changes the lock file",
                    )
                    .against(locked, "brings the lock file")
                    .help("write `npm ci`")
                    .fix(
                        "Write `npm ci`",
                        Safety::Unsafe,
                        [Edit::replace(install.verb.at, "ci")],
                    ),
                );
            }
        }
    }
}
