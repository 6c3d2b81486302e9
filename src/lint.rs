//! Runs the rules and settles what they found: suppressions, configuration, order.

mod comment;
mod own;
mod peers;
mod suppression;

pub use own::{
    OWN, SUPPRESSION_WITHOUT_REASON, SYNTAX_ERROR, UNUSED_SUPPRESSION, address, all, called, ids,
    syntax_errors, vocabulary,
};
pub use peers::{Peer, absent, counterparts, names, part, peer, peers};
pub use suppression::{NAME, PLACEHOLDER, Reach, suppress};

use crate::config::{Config, SHELLCHECK};
use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;
use crate::syntax::dockerfile::TOO_EARLY;
use crate::timing::Timings;
use rayon::prelude::*;
use std::any::Any;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use suppression::Suppressions;

/// What a run has to say.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is to be shown, in the order of path, place, rule and message, each only once.
    pub findings: Vec<Finding>,
    /// The rules that broke down. What the others found is complete.
    pub failures: Vec<Failure>,
    /// How many findings were left out because too little speaks for them.
    pub unsure: usize,
}

/// A rule that broke down: a defect of this tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The rule.
    pub rule: &'static str,
    /// What it said when it broke down.
    pub message: String,
}

/// Checks a project. The same bytes give the same outcome, whatever the number of threads.
pub fn lint(project: &Project, rules: &[&Rule], config: &Config) -> Outcome {
    lint_timed(project, rules, config, &Timings::default())
}

/// The same, with the time that each rule takes.
pub fn lint_timed(
    project: &Project,
    rules: &[&Rule],
    config: &Config,
    timings: &Timings,
) -> Outcome {
    let on = rules.par_iter().filter(|rule| is_on(rule, config));
    let timed = on.map(|rule| timings.rule(rule.id, || check(rule, project)));
    let runs: Vec<Result<Vec<Finding>, Failure>> = timings.phase("check", || timed.collect());
    timings.phase("settle", || settled(project, rules, config, runs))
}

/// What is to be shown of what the rules have found.
fn settled(
    project: &Project,
    rules: &[&Rule],
    config: &Config,
    runs: Vec<Result<Vec<Finding>, Failure>>,
) -> Outcome {
    let mut findings = syntax_errors(project);
    let mut failures = Vec::new();
    for run in runs {
        match run {
            Ok(found) => findings.extend(found),
            Err(failure) => failures.push(failure),
        }
    }

    drop_said_twice(&mut findings, config);
    let mut suppressions = Suppressions::read(&project.sources);
    findings.retain(|finding| !suppressions.hides(finding));
    let ran = |id: &str| {
        failures.iter().all(|failure| failure.rule != id)
            && (id != SHELLCHECK || project.remarks.is_some())
            && rules.iter().chain(OWN).any(|rule| rule.id == id && is_on(rule, config))
    };
    findings.extend(suppressions.unused(&ran));
    drop_unread(project, &mut findings);

    let unsure = settle(project, config, &mut findings);
    Outcome { findings, failures, unsure }
}

/// Drops what rests on what cannot be read. In a file that is not read to its end, what a rule
/// misses may stand in the rest, and what it sees may come of a bracket that is not closed. Of a
/// Dockerfile, no more than the line is lost, and none that only stands too early.
fn drop_unread(project: &Project, findings: &mut Vec<Finding>) {
    let sources = &project.sources;
    let errors = project.errors.iter().filter(|error| error.message != TOO_EARLY);
    let lines = errors.map(|error| sources.line_span(error.at));
    let unread: BTreeSet<Span> = lines.collect();
    if unread.is_empty() && project.in_part.is_empty() {
        return;
    }
    let is_unread = |at: Span| {
        let start = at.range().start;
        let line = unread.range(..=Span { end: u32::MAX, ..at }).next_back();
        let is_in = |line: &Span| line.source == at.source && line.range().contains(&start);
        project.in_part.contains(&at.source) || line.is_some_and(is_in)
    };
    findings.retain(|finding| {
        let labels = [&finding.at].into_iter().chain(&finding.against).map(|label| label.span);
        let mut places = labels.chain(finding.because.iter().map(|step| step.at));
        finding.rule == SYNTAX_ERROR.id || !places.any(is_unread)
    });
}

/// Drops what ShellCheck says where a rule that is called so says it, too, or is turned off.
fn drop_said_twice(findings: &mut Vec<Finding>, config: &Config) {
    let said = |finding: &Finding| finding.code.is_some();
    if !findings.iter().any(said) {
        return;
    }
    let own: Vec<(&'static str, Span)> =
        findings.iter().filter(|it| !said(it)).map(|it| (it.rule, it.at.span)).collect();
    findings.retain(|finding| {
        let Some(code) = finding.code else { return true };
        let at = finding.at.span;
        called(&format!("SC{code}")).all(|rule| {
            let is_same = |(id, other): &(&str, Span)| {
                let meets = at.start <= other.end && other.start <= at.end;
                *id == rule.id && at.source == other.source && meets
            };
            !config.is_off(rule.id) && !own.iter().any(is_same)
        })
    });
}

/// Whether the findings have one at or above a severity.
pub fn reaches(findings: &[Finding], severity: Severity) -> bool {
    findings.iter().any(|finding| finding.severity >= severity)
}

/// Whether a rule is run: one that is opt-in only where it is given a level, or the profile has it.
fn is_on(rule: &Rule, config: &Config) -> bool {
    match rule.opt_in {
        true => config.turns_on(rule.id),
        false => !config.is_off(rule.id),
    }
}

fn check(rule: &Rule, project: &Project) -> Result<Vec<Finding>, Failure> {
    let mut found = Vec::new();
    // What a rule has found before it breaks down is dropped with it.
    match catch_unwind(AssertUnwindSafe(|| (rule.check)(project, &mut found))) {
        Ok(()) => Ok(found),
        Err(panic) => Err(Failure { rule: rule.id, message: reason(&*panic) }),
    }
}

fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no reason given").to_owned()
}

/// Applies the configuration, then sorts and removes what is said twice. Returns how many
/// findings were not certain enough.
fn settle(project: &Project, config: &Config, findings: &mut Vec<Finding>) -> usize {
    let mut unsure = 0;
    findings.retain_mut(|finding| {
        let path = &project.sources.get(finding.at.span.source).path;
        let (rule, part) = (finding.rule, finding.part);
        let is_off = match config.has_parts(rule) {
            true => {
                let opt_in = all().any(|it| it.id == rule && it.opt_in);
                config.is_part_off(rule, part, opt_in)
            }
            false => config.is_off(rule),
        };
        if is_off || config.excludes(rule, part, path) {
            return false;
        }
        if let Some(severity) = config.severity(rule, part) {
            finding.severity = severity;
        }
        let sure = finding.confidence >= config.minimum_confidence;
        unsure += usize::from(!sure);
        sure
    });
    // Files are numbered in the order of their paths, so that spans sort by path.
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| {
            (Reverse(finding.confidence), Reverse(finding.severity), finding.against.len())
        };
        (a.at.span, a.rule, &a.message)
            .cmp(&(b.at.span, b.rule, &b.message))
            .then_with(|| key(a).cmp(&key(b)))
    });
    let mut environments: Vec<BTreeSet<&str>> = Vec::new();
    let mut settled: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let own = project.environments_of(&finding.because);
        let same = settled.last().is_some_and(|last| {
            (last.at.span, last.rule, &last.message)
                == (finding.at.span, finding.rule, &finding.message)
        });
        match environments.last_mut() {
            Some(all) if same && (all.is_empty() || own.is_empty()) => all.clear(),
            Some(all) if same => all.extend(own),
            _ => {
                environments.push(own);
                settled.push(finding);
            }
        }
    }
    for (finding, environments) in settled.iter_mut().zip(environments) {
        name_environments(&mut finding.message, &environments);
    }
    *findings = settled;
    unsure
}

/// Adds the files of variables with which a finding holds, if it needs one of them.
fn name_environments(message: &mut String, environments: &BTreeSet<&str>) {
    const SHOWN: usize = 3;
    let mut shown: Vec<String> =
        environments.iter().take(SHOWN).map(|path| format!("`{path}`")).collect();
    match environments.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => shown.push(format!("{more} more")),
        _ => {}
    }
    if let Some((last, others)) = shown.split_last() {
        let with =
            if others.is_empty() { String::new() } else { format!("{} and ", others.join(", ")) };
        message.push_str(&format!(", with {with}{last}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::syntax::SyntaxError;
    use crate::value::Confidence;

    static PORTS: Rule = Rule {
        id: "port-drift",
        summary: "Two ports differ.",
        severity: Severity::Error,
        since: "0.1.0",
        also: &[],
        opt_in: false,
        page: "",
        check: |project, findings| {
            for (id, source) in project.sources.iter() {
                for (at, text) in source.text.match_indices("8080") {
                    let span = Span::new(id, at..at + text.len());
                    findings.push(PORTS.finding_at("the port is 8080", span, "here"));
                    findings.push(PORTS.finding_at("the port is 8080", span, "here"));
                }
                for (at, text) in source.text.match_indices("9090") {
                    let span = Span::new(id, at..at + text.len());
                    let mut finding = PORTS.finding_at("the port is 9090", span, "here");
                    finding.confidence = Confidence::Possible;
                    findings.push(finding);
                }
            }
        },
    };

    static BROKEN: Rule = Rule {
        id: "broken",
        summary: "Breaks down.",
        severity: Severity::Error,
        since: "0.1.0",
        also: &[],
        opt_in: false,
        page: "",
        check: |project, _| {
            assert!(project.sources.iter().next().is_none(), "one file is too many");
        },
    };

    fn run(files: &[(&str, &str)], rules: &[&Rule], config: &str) -> (Project, Outcome) {
        let mut words = vocabulary();
        words.rules.push("broken");
        let config = Config::parse("seamlint.toml", config, &words);
        let project = Project::read(Sources::of(files));
        let outcome = lint(&project, rules, &config.expect("a configuration"));
        (project, outcome)
    }

    fn lines(files: &[(&str, &str)], config: &str) -> Vec<String> {
        let (project, outcome) = run(files, &[&PORTS], config);
        let line = |f: &Finding| {
            let at = project.sources.display(f.at.span);
            format!("{at}: {}[{}]: {}", f.severity.name(), f.rule, f.message)
        };
        outcome.findings.iter().map(line).collect()
    }

    #[test]
    fn findings_are_sorted_and_said_once() {
        let files = [("b/Dockerfile", "FROM a\nEXPOSE 8080 8080\n"), ("a.tf", "x = 8080")];
        assert_eq!(
            lines(&files, ""),
            [
                "a.tf:1:5: error[port-drift]: the port is 8080",
                "b/Dockerfile:2:8: error[port-drift]: the port is 8080",
                "b/Dockerfile:2:13: error[port-drift]: the port is 8080",
            ]
        );
    }

    #[test]
    fn the_configuration_decides_level_confidence_and_files() {
        let files = [("a.tf", "x = 8080\ny = 9090\n"), ("old/a.tf", "x = 8080\n")];
        assert_eq!(lines(&files, "[rules]\nport-drift = \"off\"\n"), Vec::<String>::new());
        assert_eq!(
            lines(&files, "[rules]\nport-drift = { level = \"note\", exclude = [\"old/\"] }\n"),
            ["a.tf:1:5: note[port-drift]: the port is 8080"]
        );
        assert_eq!(lines(&files, "minimum-confidence = \"possible\"").len(), 3);
        assert_eq!(run(&files, &[&PORTS], "").1.unsure, 1);
    }

    #[test]
    fn comments_hide_findings_whatever_their_level() {
        let files = [("a.tf", "x = 8080 # seamlint: ignore[port-drift] why\ny = 8080\n")];
        assert_eq!(lines(&files, ""), ["a.tf:2:5: error[port-drift]: the port is 8080"]);
        assert_eq!(lines(&files, "rules.port-drift = \"off\""), Vec::<String>::new());
        assert_eq!(lines(&files, "rules.port-drift.exclude = [\"*.tf\"]"), Vec::<String>::new());
        let unsure = [("a.tf", "x = 9090 # seamlint: ignore[port-drift] why\n")];
        assert_eq!(lines(&unsure, ""), Vec::<String>::new());
    }

    #[test]
    fn comments_that_hide_nothing_are_findings() {
        let files = [("a.tf", "x = 1 # seamlint: ignore[port-drift] why\n")];
        let said = "a.tf:1:19: warning[unused-suppression]: `port-drift` is hidden, but not \
                    reported here";
        assert_eq!(lines(&files, ""), [said]);
        let louder = "rules.unused-suppression = \"error\"";
        assert_eq!(lines(&files, louder), [said.replace("warning", "error")]);
        assert_eq!(lines(&files, "rules.unused-suppression = \"off\""), Vec::<String>::new());
        // Of a rule that broke down, nothing is known.
        let files = [("a.tf", "x = 1 # seamlint: ignore[port-drift] why\n")];
        static BREAKS: Rule = Rule { id: "port-drift", ..BROKEN };
        let (_, outcome) = run(&files, &[&BREAKS], "");
        assert_eq!((outcome.findings.len(), outcome.failures.len()), (0, 1));
    }

    #[test]
    fn a_rule_that_breaks_down_leaves_the_others_alone() {
        let files = [("a.tf", "x = 8080")];
        let (_, outcome) = run(&files, &[&BROKEN, &PORTS], "");
        assert_eq!(outcome.findings.len(), 1);
        let message = "one file is too many".to_owned();
        assert_eq!(outcome.failures, [Failure { rule: "broken", message }]);
    }

    #[test]
    fn syntax_errors_are_findings() {
        let mut project = Project::read(Sources::of(&[("a.tf", "x ="), ("Dockerfile", "FORM a")]));
        project.errors = project
            .sources
            .iter()
            .map(|(id, _)| SyntaxError { at: Span::new(id, 0..1), message: "odd".into() })
            .collect();
        let outcome = lint(&project, &[], &Config::default());
        let severities: Vec<_> = outcome.findings.iter().map(|f| (f.rule, f.severity)).collect();
        assert_eq!(
            severities,
            [("syntax-error", Severity::Error), ("syntax-error", Severity::Warning)]
        );
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let files: Vec<(String, String)> = (0..40)
            .map(|i| (format!("{i}/main.tf"), "a = 8080\nb = 8080 # seamlint: ignore\n".repeat(i)))
            .collect();
        let files: Vec<_> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        let said = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| format!("{:?}", run(&files, &[&PORTS, &BROKEN], "").1))
        };
        assert_eq!(said(1), said(8));
    }

    #[test]
    fn the_pages_begin_with_the_ids_and_summaries() {
        for rule in OWN {
            assert!(rule.page.starts_with(&format!("# {}\n\n{}\n", rule.id, rule.summary)));
            assert!(rule.page.contains(&format!("\n| {} ", rule.severity.name())));
        }
    }

    #[test]
    fn a_severity_is_reached_from_above() {
        let sources = Sources::of(&[("a.tf", "x")]);
        let (id, _) = sources.iter().next().unwrap();
        let finding = PORTS.finding_at("m", Span::new(id, 0..1), "here");
        assert!(reaches(std::slice::from_ref(&finding), Severity::Warning));
        assert!(!reaches(&[finding.severity(Severity::Note)], Severity::Warning));
    }
}
