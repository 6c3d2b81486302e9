//! What is reported about the files and comments themselves, under ids like those of rules.

use super::peers::{absent, counterparts, part, usual};
use crate::config::Vocabulary;
use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::rules;
use crate::source::{Kind, SourceId};
use crate::syntax::SyntaxError;
use std::collections::BTreeMap;

/// The ids that no folder under `rules/` has, but that can be configured all the same.
pub static OWN: &[&Rule] = &[&SUPPRESSION_WITHOUT_REASON, &SYNTAX_ERROR, &UNUSED_SUPPRESSION];

/// Every rule that can be configured and suppressed, [`rules::ALL`] first.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    rules::ALL.iter().chain(OWN).copied()
}

/// The ids of [`all`] rules.
pub fn ids() -> impl Iterator<Item = &'static str> {
    all().map(|rule| rule.id)
}

/// The rules of a name, which may be that of another tool.
pub fn called(name: &str) -> impl Iterator<Item = &'static Rule> + use<> {
    let name = usual(name);
    let name = name.strip_prefix("hadolint/").unwrap_or(&name).to_owned();
    all().filter(move |rule| rule.is_called(name.strip_prefix("buildkit/").unwrap_or(&name)))
}

/// The names that a configuration can have for rules.
pub fn vocabulary() -> Vocabulary {
    let named = |name: &str| counterparts(name).iter().map(|rule| rule.id).collect();
    Vocabulary { rules: ids().collect(), absent, named, part }
}

/// Where the page of a rule can be read.
pub fn address(rule: &Rule) -> String {
    let id = rule.id;
    let path = match OWN.iter().any(|own| own.id == id) {
        true => format!("src/lint/{id}.md"),
        false => format!("rules/{id}/README.md"),
    };
    format!("{}/blob/main/{path}", env!("CARGO_PKG_REPOSITORY"))
}

/// A file does not follow the rules of its format.
pub static SYNTAX_ERROR: Rule = Rule {
    id: "syntax-error",
    summary: "A file breaks the rules of its format, so that a part of it is not read.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["DL1000", "DL3043", "DL3061", "DF037", "DF068", "DF071"],
    opt_in: false,
    page: include_str!("syntax-error.md"),
    check: |project, findings| findings.extend(syntax_errors(project)),
};

/// A suppression comment does not say why.
pub static SUPPRESSION_WITHOUT_REASON: Rule = Rule {
    id: "suppression-without-reason",
    summary: "A suppression comment gives no reason.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: true,
    page: include_str!("suppression-without-reason.md"),
    // The comments are read once, when all rules have run.
    check: |_, _| {},
};

/// A suppression comment does not do what it says.
pub static UNUSED_SUPPRESSION: Rule = Rule {
    id: "unused-suppression",
    summary: "A suppression comment hides nothing, or names no rule.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("unused-suppression.md"),
    // Only after all rules have run is it known what a comment hides.
    check: |_, _| {},
};

/// The syntax errors of all files, as findings. A Dockerfile or a build file that cannot be
/// read fails when it is used; other files may be templates. What is wrong many times in a
/// file is told once.
pub fn syntax_errors(project: &Project) -> Vec<Finding> {
    let mut told: BTreeMap<(SourceId, &str), (&SyntaxError, usize)> = BTreeMap::new();
    for error in project.errors.iter().filter(|error| !is_to_be_filled_in(project, error)) {
        told.entry((error.at.source, &error.message)).or_insert((error, 0)).1 += 1;
    }
    let finding = |(error, times): (&SyntaxError, usize)| {
        let source = project.sources.get(error.at.source);
        let severity = match source.kind {
            // Nobody has begun it yet.
            Kind::Dockerfile if source.text.is_empty() && !is_built(project, &source.path) => {
                Severity::Warning
            }
            Kind::Dockerfile | Kind::CloudBuild => Severity::Error,
            _ => Severity::Warning,
        };
        let message = match times {
            1 => error.message.clone(),
            _ => format!("{}, {times} times in this file", error.message),
        };
        SYNTAX_ERROR.finding_at(message, error.at, "cannot be read").severity(severity)
    };
    let oddity = |error: &SyntaxError| {
        let label = "some readers take the first, some the last, and some refuse the file";
        SYNTAX_ERROR.finding_at(&error.message, error.at, label).severity(Severity::Warning)
    };
    told.into_values().map(finding).chain(project.oddities.iter().map(oddity)).collect()
}

/// Whether a build that is known reads a Dockerfile.
fn is_built(project: &Project, path: &str) -> bool {
    project.builds.iter().flat_map(|build| &build.places).any(|place| place.dockerfile == path)
}

/// Whether something is to be filled in where Terraform cannot be read: `%%NAME%%`, `<name>`
/// or `{{ name }}`.
fn is_to_be_filled_in(project: &Project, error: &SyntaxError) -> bool {
    let source = project.sources.get(error.at.source);
    let line = project.sources.text(project.sources.line_span(error.at));
    let value = line.split_once('=').map_or("", |(_, value)| value.trim());
    let is_named = |open: &str, close: &str| {
        let inside = value.strip_prefix(open).and_then(|rest| rest.split_once(close));
        inside.is_some_and(|(name, _)| name.trim().starts_with(|c: char| c.is_alphabetic()))
    };
    source.kind == Kind::Terraform
        && (is_named("%%", "%%") || is_named("<", ">") || is_named("{{", "}}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn messages(path: &str, text: &str) -> Vec<String> {
        let project = Project::read(Sources::of(&[(path, text)]));
        syntax_errors(&project).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn an_empty_dockerfile_fails_only_where_it_is_built() {
        let severity = |files: &[(&str, &str)]| {
            let project = Project::read(Sources::of(files));
            syntax_errors(&project).into_iter().map(|finding| finding.severity).collect::<Vec<_>>()
        };
        let build = ("deploy.sh", "#!/bin/sh\ndocker build .\n");
        assert_eq!(severity(&[("Dockerfile", "")]), [Severity::Warning]);
        assert_eq!(severity(&[("Dockerfile", ""), build]), [Severity::Error]);
        assert_eq!(severity(&[("Dockerfile", "FRMO a\n")]), [Severity::Error]);
    }

    #[test]
    fn what_is_wrong_many_times_is_told_once() {
        let text = "variable \"a\" { type = string, default = \"x\" }\n".repeat(3);
        assert_eq!(messages("main.tf", &text), ["unexpected token, 3 times in this file"]);
        assert_eq!(messages("main.tf", &"x = = 1\n".repeat(100_000)).len(), 1);
    }

    #[test]
    fn what_is_to_be_filled_in_is_no_error() {
        let text = "a = %%NETWORK%%\nb = <SERVERS>\nc = {{ servers }}\nd = <<EOT\nx\nEOT\n";
        assert_eq!(messages("sample.tfvars", text), Vec::<String>::new());
        assert_eq!(messages("sample.tfvars", "a = <\n").len(), 1);
    }
}
