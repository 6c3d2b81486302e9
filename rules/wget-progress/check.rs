use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::system::Dialect;
use crate::model::image::{Run, Stage};
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "wget-progress",
    summary: "`wget` fills the log with its progress.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3047", "DF056"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for run in stages.filter(|stage| !may_have_small_wget(stage)).flat_map(|stage| &stage.runs) {
        let Some(("wget", rest)) = run.program() else { continue };
        let quiet = rest.iter().any(|word| {
            let Some(text) = word.as_str() else {
                return word.may_be_options();
            };
            let long =
                ["--quiet", "--no-verbose", "--progress", "--output-file", "--append-output"];
            let short = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            long.iter().any(|option| text.starts_with(option))
                || short.is_some_and(|s| {
                    s.starts_with('q')
                        || s.starts_with("nv")
                        || s.starts_with(['o', 'a'])
                        || (s.contains('q') && !s.starts_with(['O', 'P']))
                })
        });
        let Some(word) =
            run.command.words.iter().find(|w| w.as_str() == Some("wget")).filter(|_| !quiet)
        else {
            continue;
        };
        let end = Span { start: word.at.end, ..word.at };
        findings.push(
            RULE.finding_at(
                "`wget` fills the log with its progress",
                word.at,
                "a line for each few kilobytes",
            )
            .help("write `--progress=dot:giga`")
            .fix(
                "Add `--progress=dot:giga`",
                Safety::Unsafe,
                [Edit::before(end, " --progress=dot:giga")],
            ),
        );
    }
}

/// Whether its `wget` may be that of busybox, which knows no such option.
fn may_have_small_wget(stage: &Stage) -> bool {
    let system = stage.system.known();
    let installs = |run: &Run| {
        let packages = run.install().map(|install| install.packages).unwrap_or_default();
        packages.iter().any(|package| package.text().to_string().starts_with("wget"))
    };
    let is_small = system.is_none_or(|system| system.value.shell == Some(Dialect::Ash));
    is_small && !stage.runs.iter().any(installs)
}
