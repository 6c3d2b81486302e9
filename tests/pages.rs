//! Runs every example of every page under `rules/`.
//!
//! A page is a case per `###` heading. A line that is one code span names the file of the next
//! code block. A `report` block is what the rule says of these files; a case without one expects
//! silence. A block whose kind ends in `fixed` is the file after the first fix of every finding,
//! and the rule must then find nothing. The fixes of all rules together must come to an end, leave
//! files that can be read and, if they are safe, what is built. `DOCKERFILES=<folder>` asks the same
//! of every Dockerfile below a folder. A block `json answer` is what ShellCheck answers, with the
//! number of a text for its file. `UPDATE_PAGES=1` writes the reports and the fixed files
//! that hold into the pages, to be read before they are committed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use libtest_mimic::{Arguments, Failed, Trial};
use rayon::prelude::*;
use seamlint::config::Config;
use seamlint::finding::{Finding, Safety};
use seamlint::model::Project;
use seamlint::model::image::Base;
use seamlint::report::concise;
use seamlint::rule::Rule;
use seamlint::source::{Kind, Sources};
use seamlint::value::{Confidence, Text, Value};
use seamlint::{fix, lint, rules, shellcheck};
use std::path::{Path, PathBuf};

fn main() {
    if std::env::var_os("UPDATE_PAGES").is_some() {
        rules::ALL.iter().for_each(|rule| update(rule));
        return;
    }
    let mut trials = vec![Trial::test("every folder is a rule", folders_agree)];
    for rule in rules::ALL {
        trials.push(Trial::test(format!("{}: page", rule.id), || page(rule)));
        for case in Case::of_page(rule.page) {
            let name = format!("{}: {}", rule.id, case.title);
            trials.push(Trial::test(name, move || case.run(rule)));
        }
    }
    if let Some(folder) = std::env::var_os("DOCKERFILES") {
        trials.push(Trial::test("fixes of real Dockerfiles settle", move || {
            real(Path::new(&folder))
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// One example of a page.
#[derive(Default)]
struct Case {
    section: String,
    title: String,
    files: Vec<(String, String)>,
    report: String,
    /// What ShellCheck answers.
    answer: Option<String>,
    fixed: Vec<(String, String)>,
}

impl Case {
    fn of_page(page: &str) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        let mut section = String::new();
        let (mut path, mut block): (Option<String>, Option<(String, String)>) = (None, None);
        for line in page.lines() {
            if let Some((kind, mut text)) = block.take() {
                if line != "```" {
                    text.push_str(line);
                    text.push('\n');
                    block = Some((kind, text));
                    continue;
                }
                let Some(case) = cases.last_mut() else { continue };
                match path.take() {
                    Some(path) if kind.ends_with(" fixed") => case.fixed.push((path, text)),
                    Some(path) => case.files.push((path, text)),
                    None if kind == "report" => case.report = text,
                    None if kind == "json answer" => case.answer = Some(text),
                    None => {}
                }
            } else if let Some(kind) = line.strip_prefix("```") {
                block = Some((kind.into(), String::new()));
            } else if let Some(title) = line.strip_prefix("## ") {
                section = title.into();
            } else if let Some(title) = line.strip_prefix("### ") {
                let section = section.clone();
                cases.push(Case { section, title: title.into(), ..Case::default() });
            } else if let Some(name) = line.strip_prefix('`').and_then(|l| l.strip_suffix('`')) {
                path = Some(name.into());
            }
        }
        cases.retain(|case| !case.files.is_empty());
        cases
    }

    fn run(&self, rule: &'static Rule) -> Result<(), Failed> {
        let answer = self.answer.as_deref();
        let (mut project, findings) = read(rule, &self.files, answer);
        same("report", &self.report, &shown(&project, &findings))?;
        if self.section == "Reports" && findings.is_empty() {
            return Err("the case stands under Reports, but nothing is reported".into());
        }
        if self.section == "Stays silent" && !findings.is_empty() {
            return Err("the case stands under Stays silent, but something is reported".into());
        }
        let changed = changed(&project, &findings);
        same("files that the fix changes", &names(&self.fixed), &names(&changed))?;
        for ((path, expected), (_, real)) in self.fixed.iter().zip(&changed) {
            same(path, expected, real)?;
        }
        if !changed.is_empty() {
            let after = with(&self.files, &changed);
            let (project, mut left) = read(rule, &after, None);
            // What has no fix stays.
            let fixable = |finding: &Finding| !finding.fixes.is_empty();
            let stays = findings.iter().filter(|finding| !fixable(finding)).count();
            if left.len() == stays {
                left.retain(fixable);
            }
            same("report after the fix", "", &shown(&project, &left))?;
        }
        if !findings.is_empty() {
            settles(&self.files, Safety::Safe)?;
            settles(&self.files, Safety::Unsafe)?;
        }
        blurred(rule, self, &mut project, findings.len())
    }
}

/// What is not known must never be reported: forgetting a value adds no finding.
fn blurred(
    rule: &'static Rule,
    case: &Case,
    project: &mut Project,
    count: usize,
) -> Result<(), Failed> {
    for i in 0..project.values() {
        let mut project = Project::read(sources(&case.files));
        project.forget(i);
        let found = check(rule, &mut project, case.answer.as_deref());
        if found.len() > count {
            let shown = shown(&project, &found);
            return Err(format!("forgetting value {i} adds a finding:\n\n{shown}").into());
        }
    }
    Ok(())
}

/// Fixes every Dockerfile below a folder, each as a project of its own.
fn real(folder: &Path) -> Result<(), Failed> {
    let sources = Sources::discover(folder, &[])?;
    let files: Vec<_> =
        sources.iter().filter(|(_, source)| source.kind == Kind::Dockerfile).collect();
    let wrong: Vec<String> = files
        .par_iter()
        .flat_map_iter(|(_, source)| {
            let file = [("Dockerfile".to_owned(), source.text.to_string())];
            let settle = |safety| settles(&file, safety).err();
            let errors = [Safety::Safe, Safety::Unsafe].into_iter().filter_map(settle);
            let told =
                |error: Failed| format!("{}: {}", source.path, error.message().unwrap_or(""));
            errors.map(told).collect::<Vec<_>>()
        })
        .collect();
    match wrong.len() {
        0 => Ok(()),
        count => Err(format!("{count} of {}\n{}", files.len(), wrong.join("\n")).into()),
    }
}

/// The fixes of all rules together come to an end, what they leave can be read, and nothing in it
/// can be fixed. Safe ones do not change what is built.
fn settles(files: &[(String, String)], safety: Safety) -> Result<(), Failed> {
    let opt_in = rules::ALL.iter().filter(|rule| rule.opt_in);
    let wanted: String = opt_in.map(|rule| format!("rules.{} = \"note\"\n", rule.id)).collect();
    let config = Config::parse("seamlint.toml", &wanted, &lint::vocabulary()).expect("levels");
    let before = Project::read(sources(files));
    let mut files = files.to_vec();
    let mut settled = false;
    let mut arguments = false;
    for _ in 0..10 {
        let project = Project::read(sources(&files));
        let findings = lint::lint(&project, rules::ALL, &config).findings;
        // What it says is that a value is not the one that is meant.
        arguments |= findings.iter().any(|finding| finding.rule == "platform-arg-unset");
        let changes = fix::apply(&project.sources, &findings, safety);
        settled = changes.is_empty();
        if settled {
            break;
        }
        let changes: Vec<_> = changes.into_iter().map(|(p, text)| (p.to_string(), text)).collect();
        files = with(&files, &changes);
    }
    let after = Project::read(sources(&files));
    let shown = || files.iter().map(|(p, text)| format!("{p}:\n{text}\n")).collect::<String>();
    if !settled {
        return Err(format!("the fixes have no end:\n{}", shown()).into());
    }
    if after.errors.len() > before.errors.len() {
        return Err(format!("after the fixes it cannot be read:\n{}", shown()).into());
    }
    match safety {
        Safety::Safe if !arguments => same("meaning", &meaning(&before), &meaning(&after)),
        _ => Ok(()),
    }
}

/// What is built: the instructions of each stage, evaluated. The answer to a prompt, the host's
/// part of a port and the case of names that have none are left out, since rules speak of them.
fn meaning(project: &Project) -> String {
    let text = |value: &Value<Text>| value.known().map(|known| known.value.to_string());
    let texts = |values: &[Value<Text>]| values.iter().map(text).collect::<Vec<_>>();
    let mut out = String::new();
    for image in &project.images {
        out.push_str(&format!("{}\n", image.path));
        for stage in &image.stages {
            let base = match &stage.base {
                Base::Image(image) => format!("{:?}", text(image)),
                Base::Stage(i) => i.to_string(),
            };
            let platform = stage.platform.as_ref().map(|platform| &platform.written);
            out.push_str(&format!("FROM {base} {platform:?} {:?}\n", text(&stage.workdir)));
            for setting in &stage.written.settings {
                let value = text(&setting.value);
                out.push_str(&format!("{} {}={value:?}\n", setting.instruction, setting.key));
            }
            let ports = texts(&stage.written.exposed).into_iter().flatten();
            let ports = ports.map(|p| p.rsplit(':').next().unwrap_or(&p).to_ascii_lowercase());
            out.push_str(&format!("EXPOSE {:?}\n", ports.collect::<Vec<_>>()));
            out.push_str(&format!("USER {:?}\n", texts(&stage.written.users)));
            for copy in &stage.copies {
                let (sources, to) = (texts(&copy.sources), text(&copy.destination));
                out.push_str(&format!("COPY {:?} {sources:?} {to:?}\n", copy.from));
            }
            for run in &stage.runs {
                let words = run.command.words.iter().map(|word| word.text().to_string());
                let words: Vec<_> = words.filter(|word| word != "-y").collect();
                out.push_str(&format!("RUN {:?} {words:?}\n", text(&run.workdir)));
            }
            for command in &stage.commands {
                let words = command.commands.iter().flat_map(|command| command.words.iter());
                let words: Vec<_> = words.map(|word| word.text().to_string()).collect();
                let form = command.exec.is_some();
                out.push_str(&format!("{} {form} {words:?}\n", command.instruction));
            }
        }
    }
    out
}

fn sources(files: &[(String, String)]) -> Sources {
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Sources::of(&files)
}

fn read(rule: &Rule, files: &[(String, String)], answer: Option<&str>) -> (Project, Vec<Finding>) {
    let mut project = Project::read(sources(files));
    let findings = check(rule, &mut project, answer);
    (project, findings)
}

/// What a user is shown of a rule who asks for everything.
fn check(rule: &Rule, project: &mut Project, answer: Option<&str>) -> Vec<Finding> {
    // What is opt-in is asked for.
    let wanted = match rule.opt_in {
        true => format!("[rules]\n{} = \"{}\"\n", rule.id, rule.severity.name()),
        false => String::new(),
    };
    let own = project.sources.find("seamlint.toml").map(|(_, source)| source.text.to_string());
    let wanted = own.unwrap_or(wanted);
    let mut config =
        Config::parse("seamlint.toml", &wanted, &lint::vocabulary()).expect("a configuration");
    config.minimum_confidence = Confidence::Possible;
    project.policy = config.policy.clone();
    let remarks = answer.map(|answer| shellcheck::remarks(project, answer).expect("an answer"));
    project.remarks = remarks;
    let outcome = lint::lint(project, &[rule], &config);
    outcome.findings.into_iter().filter(|finding| finding.rule == rule.id).collect()
}

fn shown(project: &Project, findings: &[Finding]) -> String {
    findings.iter().map(|finding| concise::finding(&project.sources, finding)).collect()
}

/// The files that the first fix of every finding changes, in the order of their paths.
fn changed(project: &Project, findings: &[Finding]) -> Vec<(String, String)> {
    let fixes = fix::apply(&project.sources, findings, Safety::Unsafe);
    fixes.into_iter().map(|(path, text)| (path.to_string(), text)).collect()
}

fn with(files: &[(String, String)], changed: &[(String, String)]) -> Vec<(String, String)> {
    let mut files = files.to_vec();
    for (path, text) in &mut files {
        if let Some((_, new)) = changed.iter().find(|(p, _)| p == path) {
            text.clone_from(new);
        }
    }
    files
}

fn names(files: &[(String, String)]) -> String {
    files.iter().map(|(path, _)| format!("{path}\n")).collect()
}

fn same(what: &str, page: &str, real: &str) -> Result<(), Failed> {
    if page == real {
        Ok(())
    } else {
        Err(format!("{what}: the page says\n\n{page}\nbut it is\n\n{real}").into())
    }
}

/// A page has a heading, a summary, a table, a reason and enough cases of each kind.
fn page(rule: &Rule) -> Result<(), Failed> {
    let expected = format!("# {}\n\n{}\n", rule.id, rule.summary);
    if !rule.page.starts_with(&expected) {
        return Err(format!("the page must begin\n\n{expected}").into());
    }
    for heading in
        ["\n| Severity | Fix | Since |", "\n## Why\n", "\n## Reports\n", "\n## Stays silent\n"]
    {
        if !rule.page.contains(heading) {
            return Err(format!("the page lacks {heading:?}").into());
        }
    }
    let also: Vec<String> = rule.also.iter().map(|name| format!("`{name}`")).collect();
    let also = format!(" | {} |\n", also.join(", "));
    let row = !rule.also.is_empty();
    if rule.page.contains("| Also known as |") != row || (row && !rule.page.contains(&also)) {
        return Err(format!("the table must say what it is also known as: {also:?}").into());
    }
    let opt_in = if rule.opt_in { ", opt-in" } else { "" };
    let severity = format!("\n| {}{opt_in} |", rule.severity.name());
    if !rule.page.contains(&severity) {
        return Err(format!("the table must name the severity: {severity:?}").into());
    }
    let cases = Case::of_page(rule.page);
    for section in ["Reports", "Stays silent"] {
        let count = cases.iter().filter(|case| case.section == section).count();
        if count < 3 {
            return Err(format!("{count} cases under {section}, three are the least").into());
        }
    }
    Ok(())
}

fn folders_agree() -> Result<(), Failed> {
    let mut folders: Vec<String> = std::fs::read_dir(folder())?
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let listed: Vec<String> = rules::ALL.iter().map(|rule| rule.id.to_owned()).collect();
    same("rules", &folders.join("\n"), &listed.join("\n"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

/// Writes what holds into a page: the report and the fixed files of every case.
fn update(rule: &'static Rule) {
    let path = folder().join(rule.id).join("README.md");
    let text = std::fs::read_to_string(&path).expect("a page");
    let mut cases = Case::of_page(&text).into_iter().peekable();
    let mut out = String::new();
    let (mut block, mut name, mut open): (Option<String>, Option<String>, Option<Case>) =
        (None, None, None);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let heading = line.starts_with("## ") || line.starts_with("### ");
        if block.is_none()
            && heading
            && let Some(case) = open.take()
        {
            finish(rule, &case, &mut out);
        }
        if let Some(title) = line.strip_prefix("### ")
            && cases.peek().is_some_and(|case| case.title == title)
        {
            open = cases.next();
        }
        match &block {
            Some(kind) => {
                let dropped = open.is_some() && (kind == "report" || kind.ends_with(" fixed"));
                if !dropped {
                    out.push_str(&format!("{line}\n"));
                }
                if line == "```" {
                    block = None;
                    if dropped && lines.peek() == Some(&"") {
                        lines.next();
                    }
                }
            }
            None => {
                if let Some(kind) = line.strip_prefix("```") {
                    block = Some(kind.to_owned());
                    let dropped = open.is_some() && (kind == "report" || kind.ends_with(" fixed"));
                    if dropped {
                        if kind.ends_with(" fixed") {
                            name.take();
                        }
                        continue;
                    }
                }
                if let Some(path) = name.take() {
                    out.push_str(&format!("{path}\n\n"));
                }
                let names_file =
                    line.starts_with('`') && line.ends_with('`') && !line.starts_with("```");
                if names_file {
                    name = Some(line.to_owned());
                    lines.next_if(|next| next.is_empty());
                    continue;
                }
                out.push_str(&format!("{line}\n"));
            }
        }
    }
    if let Some(case) = open.take() {
        finish(rule, &case, &mut out);
    }
    let out = format!("{}\n", out.trim_end());
    std::fs::write(&path, out).expect("a page that can be written");
}

fn finish(rule: &'static Rule, case: &Case, out: &mut String) {
    let (project, findings) = read(rule, &case.files, case.answer.as_deref());
    let kept = out.trim_end().len();
    out.truncate(kept);
    out.push_str("\n\n");
    if findings.is_empty() {
        return;
    }
    out.push_str(&format!("```report\n{}```\n\n", shown(&project, &findings)));
    for (path, text) in changed(&project, &findings) {
        let kind = match path.rsplit('.').next() {
            Some("tf") => "hcl",
            Some("yaml" | "yml") => "yaml",
            Some("dockerignore") => "text",
            _ => "dockerfile",
        };
        out.push_str(&format!("`{path}`\n\n```{kind} fixed\n{text}```\n\n"));
    }
}
