use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::Run;
use crate::rule::Rule;
use crate::source::Span;
use std::collections::HashSet;

pub static RULE: Rule = Rule {
    id: "package-prompt",
    summary: "A package manager may ask a question that nobody answers.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3014", "DL3030", "DL3034", "DL3038", "DF015", "DF027", "DF043", "DS021"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for stage in stages {
        let asking = stage.runs.iter().filter_map(|run| {
            let (program, install) = asks(run)?;
            Some((run, program, install))
        });
        let mut asking = asking.peekable();
        if asking.peek().is_none() {
            continue;
        }
        let configured = stage.runs.iter().flat_map(|run| run.command.words.iter()).any(|word| {
            let text = word.text().to_string().to_ascii_lowercase();
            text.contains("assume-yes") || text.contains("assumeyes")
        });
        if configured {
            continue;
        }
        let answers = |run: &&Run| {
            let last = run.command.words.last().and_then(|word| word.as_str());
            run.command.program() == Some("yes") || matches!(last, Some("y" | "Y" | "yes"))
        };
        let answered: HashSet<usize> =
            stage.runs.iter().filter(answers).map(|run| run.order).collect();
        for (run, program, install) in asking {
            if answered.contains(&run.order) {
                continue;
            }
            let end = Span { start: install.end, ..install };
            let message =
                format!("`{program} install` may ask before it installs, and nobody answers");
            findings.push(
                RULE.finding_at(message, run.command.at.to(install), "without `-y`")
                    .help("write `-y`")
                    .fix("Add `-y`", Safety::Safe, vec![Edit::before(end, " -y")]),
            );
        }
    }
}

/// The program, and the place of its `install`, if it may ask.
fn asks(run: &Run) -> Option<(&str, Span)> {
    let (last, _) = run.program()?;
    if !matches!(last, "apt-get" | "apt" | "yum" | "dnf" | "zypper") {
        return None;
    }
    let words = &run.command.words;
    let all: Option<Vec<&str>> = words.iter().map(|word| word.as_str()).collect();
    let all = all?;
    let start = usize::from(all.first() == Some(&"sudo"));
    let program = *all.get(start)?;
    if !matches!(program, "apt-get" | "apt" | "yum" | "dnf" | "zypper") {
        return None;
    }
    let is_apt = program.starts_with("apt");
    let is_install = |word: &&str| *word == "install" || (*word == "in" && !is_apt);
    let install = all.iter().position(is_install)?;
    // Quiet twice means yes, too.
    let quiet = all.iter().filter(|word| matches!(**word, "-q" | "--quiet")).count();
    let is_zypper = program == "zypper";
    let silent = all.iter().enumerate().any(|(i, word)| match word.strip_prefix("--") {
        Some(long) => {
            let name = long.split('=').next().unwrap_or(long);
            matches!(
                name,
                "yes"
                    | "assume-yes"
                    | "assumeyes"
                    | "assumeno"
                    | "force-yes"
                    | "non-interactive"
                    | "no-confirm"
                    | "simulate"
                    | "dry-run"
                    | "just-print"
                    | "download-only"
                    | "help"
            )
        }
        None => word.strip_prefix('-').is_some_and(|short| {
            short.contains(['y', 's'])
                || short.contains("qq")
                || short.starts_with("q=")
                || (is_zypper && short.contains('n') && i < install)
        }),
    });
    let fixes = all.iter().any(|word| matches!(*word, "-f" | "--fix-broken"));
    let silent = silent || (is_apt && quiet > 1);
    (!silent && (fixes || install + 1 < all.len())).then(|| (program, words[install].at))
}
