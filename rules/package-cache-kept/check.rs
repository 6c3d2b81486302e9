use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::cache::{KeptCache, Misread, Remedy};
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "package-cache-kept",
    summary: "The cache of a package manager stays in the image.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &[
        "DL3009", "DL3019", "DL3032", "DL3036", "DL3040", "DL3042", "DL3060", "DF029", "DF030",
        "DF045", "DF046", "DF047", "DF055", "DS015", "DS019", "DS020", "DS025", "DS027",
    ],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for stage in project.made_stages() {
        findings.extend(stage.kept_caches().iter().map(kept));
        findings.extend(stage.misread_switches().into_iter().map(misread));
    }
}

fn kept(cache: &KeptCache<'_>) -> Finding {
    let (program, verb) = (cache.install.program, cache.install.verb.at);
    let message = format!("the cache of `{program}` stays in the image");
    let finding =
        RULE.finding_at(message, cache.run.command.at.to(verb), "keeps what it downloads");
    let finding = finding.of(cache.install.manager_name());
    match cache.remedy {
        Remedy::Option(option) => {
            let edit = Edit::before(Span { start: verb.end, ..verb }, format!(" {option}"));
            let or = if option == "--no-cache" { "" } else { ", or mount a cache" };
            let finding = finding.help(format!("write `{option}`{or}"));
            finding.fix(format!("Add `{option}`"), Safety::Unsafe, [edit])
        }
        Remedy::Command(words) => {
            let words = format!("{program} {words}");
            let finding = finding.help(format!("end with `{words}`, or mount a cache"));
            let Some(end) = cache.end else { return finding };
            finding.fix("Remove it", Safety::Unsafe, [Edit::before(end, format!(" && {words}"))])
        }
    }
}

/// Nothing is kept, but who reads it believes that it is.
fn misread(switch: Misread) -> Finding {
    let Misread { name, value, program, at, plain } = switch;
    let message =
        format!("`{name}={value}` turns the cache of `{program}` off, and reads as if it did not");
    let finding = RULE.finding_at(message, at, "a no turns it off, too").of("pip");
    let edit = Edit::replace(at, plain);
    finding.help(format!("write `{name}=1`")).fix("Write `1`", Safety::Unsafe, [edit])
}
