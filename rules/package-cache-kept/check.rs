use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::package::Manager;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "package-cache-kept",
    summary: "The cache of a package manager stays in the image.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &[
        "DL3019", "DL3032", "DL3036", "DL3040", "DL3042", "DL3060", "DF029", "DF030", "DF045",
        "DF046", "DF047", "DF055", "DS015", "DS019", "DS020", "DS025", "DS027",
    ],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for stage in stages {
        for run in &stage.runs {
            let Some(install) = run.install() else { continue };
            let same = |order: usize| order == run.order;
            let folder = match install.manager {
                Manager::Apk if !install.has("--no-cache") && !install.has("--no-network") => {
                    "/var/cache/apk"
                }
                Manager::Dnf => "/var/cache/",
                Manager::Zypper => "/var/cache/zypp",
                Manager::Yarn => ".cache/yarn",
                Manager::Pip if !install.has("--no-cache-dir") => ".cache/pip",
                _ => continue,
            };
            let off = stage.env.contains_key("PIP_NO_CACHE_DIR") && install.manager == Manager::Pip;
            let cleans = stage.runs.iter().filter(|other| same(other.order)).any(|other| {
                let mut words = other.command.words.iter().map(|word| word.text().to_string());
                let assigned =
                    other.command.assignments.iter().any(|(name, _)| name == "PIP_NO_CACHE_DIR");
                assigned
                    || words.any(|word| {
                        word.contains(folder) || matches!(word.as_str(), "clean" | "cc" | "purge")
                    })
            });
            let cached = stage.caches.iter().any(|c| {
                same(c.order) && (c.target.contains(folder) || folder.starts_with(&*c.target))
            });
            if off || cleans || cached {
                continue;
            }
            let message = format!("the cache of `{}` stays in the image", install.program);
            let at = run.command.at.to(install.verb.at);
            let finding = RULE.finding_at(message, at, "keeps what it downloads").help(
                match install.manager {
                    Manager::Apk => "write `--no-cache`",
                    Manager::Pip => "write `--no-cache-dir`, or mount a cache",
                    _ => "end with `clean`, or mount a cache",
                },
            );
            let option = match install.manager {
                Manager::Apk => "--no-cache",
                Manager::Pip => "--no-cache-dir",
                _ => {
                    findings.push(finding);
                    continue;
                }
            };
            let verb = install.verb.at;
            let edit = Edit::before(Span { start: verb.end, ..verb }, format!(" {option}"));
            findings.push(finding.fix(format!("Add `{option}`"), Safety::Unsafe, vec![edit]));
        }
    }
}
