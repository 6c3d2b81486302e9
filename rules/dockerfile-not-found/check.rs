use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::build::{Build, BuildKind, Prepared};
use crate::rule::Rule;
use crate::source::{Span, folder, is_below, name};
use crate::value::Step;

pub static RULE: Rule = Rule {
    id: "dockerfile-not-found",
    summary: "A build names a Dockerfile that does not exist.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    // Tests and compilers make no Dockerfiles, nor do other programs among those that people
    // wrote; a buildpack needs none.
    let builds = project.builds_after(Prepared::Unread).filter(|build| {
        build.image.is_none()
            && (build.prepared < Prepared::Unread || has_siblings(project, build))
            && build.kind != BuildKind::Source
            && !build.dockerfile_exists(&project.sources)
    });
    for build in builds {
        let Some(place) = build.places.first() else { continue };
        let path = &place.dockerfile;
        // A folder that does not exist is another defect.
        let is_inside = build.dockerfile.is_unset() || is_below(path, &place.context);
        if is_inside && !build.context_exists(&project.sources) {
            continue;
        }
        let mut called = project.sources.called(name(path));
        let other_case = called.find(|other| other.eq_ignore_ascii_case(path));
        let (message, help) = match other_case {
            Some(real) => (
                format!("there is no `{path}`: the repository has `{real}`"),
                format!("write `{real}`: builders look on a file system that tells cases apart"),
            ),
            None => (format!("there is no `{path}`"), nearest(project, path)),
        };
        let (at, label) = place_of(build);
        let written = [&build.context, &build.dockerfile].into_iter().filter_map(|v| v.known());
        let steps = written.flat_map(|value| &value.via);
        let told = "what runs before is not known, and is taken to leave Dockerfiles to people";
        let unread = (build.prepared == Prepared::Unread).then(|| Step::default(build.at, told));
        let finding = RULE.finding_at(message, at, label).because(steps);
        let finding = finding.because(&unread).help(help);
        let written = project.sources.text(at);
        let real =
            other_case.filter(|_| build.dockerfile.known().is_some_and(|d| d.via.is_empty()));
        let end = real.and_then(|real| real.get(path.strip_suffix(written)?.len()..));
        findings.push(match end {
            Some(end) => {
                let edit = Edit::replace(at, end);
                finding.fix(format!("Write `{end}`"), Safety::Safe, vec![edit])
            }
            None => finding,
        });
    }
}

/// Whether the folder of the missing Dockerfile has others, as the files of people.
fn has_siblings(project: &Project, build: &Build) -> bool {
    build.places.iter().any(|place| {
        let mut paths = project.images.iter().map(|image| &*image.path);
        paths.any(|path| folder(path) == folder(&place.dockerfile))
    })
}

fn place_of(build: &Build) -> (Span, &'static str) {
    match (build.dockerfile.at(), build.context.at()) {
        (Some(at), _) => (at, "this file does not exist"),
        (None, Some(at)) => (at, "this folder has no Dockerfile"),
        (None, None) => (build.at, "no Dockerfile is found for this build"),
    }
}

fn nearest(project: &Project, path: &str) -> String {
    let paths = project.images.iter().map(|image| &*image.path);
    match paths.max_by(|a, b| strsim::jaro(a, path).total_cmp(&strsim::jaro(b, path))) {
        Some(near) => format!("name a Dockerfile that exists, such as `{near}`"),
        None => "add the Dockerfile".to_owned(),
    }
}
