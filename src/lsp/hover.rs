//! What is shown beside the pointer.

use super::action::touches;
use super::places::View;
use crate::finding::Finding;
use crate::lint;
use crate::model::known::Known;
use crate::report::{Role, places};
use crate::rule::Rule;
use crate::source::{Kind, SourceId, Span};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

/// What is known at a byte of a file.
pub fn hover(view: &View, id: SourceId, at: u32) -> Option<Hover> {
    let here = Span { source: id, start: at, end: at };
    let findings = || view.checked.outcome.findings.iter().filter(|it| touches(it, here));
    let mut parts: Vec<String> = findings().map(|finding| of_finding(view, finding)).collect();
    let mut range = findings().next().and_then(|finding| {
        let ends = places(finding).filter(|place| !matches!(place.role, Role::Because(_)));
        ends.map(|place| place.span).find(|span| span.source == id && span.touches(at))
    });
    let known = view.checked.survey.as_ref().map(|survey| survey.known_at(id, at));
    for known in known.into_iter().flatten() {
        range = range.or(Some(known.at));
        let part = of_known(view, known);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if parts.is_empty()
        && let Some((span, rules)) = named_rules(view, id, at)
    {
        range = Some(span);
        parts.extend(rules.iter().map(|rule| of_rule(rule)));
    }
    if parts.is_empty() {
        return None;
    }
    let kind = if view.client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value: parts.join("\n\n---\n\n") }),
        range: range.map(|span| view.range(span)),
    })
}

/// A finding, why it matters, and why its places belong together.
fn of_finding(view: &View, finding: &Finding) -> String {
    let severity = finding.severity.name();
    let mut text = format!("**{}** ({severity}): {}", finding.rule, finding.message);
    if let Some(rule) = lint::called(finding.rule).next() {
        text.push_str(&format!("\n\n{}", why(rule)));
    }
    let mut lines = Vec::new();
    for place in places(finding).skip(1) {
        let because = if matches!(place.role, Role::Because(_)) { "because " } else { "" };
        lines.push(format!("\n- {because}{}: {}", link(view, place.span), place.text));
    }
    if !lines.is_empty() {
        text.push_str(&format!("\n{}", lines.concat()));
    }
    if !finding.help.is_empty() {
        text.push_str(&format!("\n\nhelp: {}", finding.help));
    }
    text
}

/// A value, and how it is reached.
fn of_known(view: &View, known: &Known) -> String {
    let mut text = match &known.value {
        Ok(value) => format!("`{value}`"),
        Err(why) => format!("not known: {}", why.text()),
    };
    if let Some(environment) = &known.environment {
        text.push_str(&format!(" with `{environment}`"));
    }
    let steps = known.via.iter();
    let steps: String =
        steps.map(|step| format!("\n- {}: {}", link(view, step.at), step.text)).collect();
    if !steps.is_empty() {
        text.push_str(&format!("\n{steps}"));
    }
    text
}

/// `path:line:column`, which leads there where Markdown is shown.
pub fn link(view: &View, span: Span) -> String {
    let shown = view.sources().display(span);
    match view.location(span).filter(|_| view.client.markdown) {
        Some(location) => {
            let line = location.range.start.line + 1;
            format!("[{shown}]({}#L{line})", location.uri.as_str())
        }
        None => shown,
    }
}

/// A rule by its name.
fn of_rule(rule: &Rule) -> String {
    let address = lint::address(rule);
    let severity = rule.severity.name();
    format!("**{}** ({severity}): {}\n\n{}\n\n<{address}>", rule.id, rule.summary, why(rule))
}

/// The first paragraph of the reason on the page of a rule.
fn why(rule: &Rule) -> String {
    let first = rule.why().split("\n\n").next().unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rules of a name that a comment or the configuration holds at a byte, and its place.
fn named_rules(view: &View, id: SourceId, at: u32) -> Option<(Span, Vec<&'static Rule>)> {
    let source = view.sources().get(id);
    let line = view.sources().line_span(Span { source: id, start: at, end: at });
    let says = view.sources().text(line);
    let is_configuration = source.kind == Kind::Settings && source.path.ends_with(".toml");
    let ignores = says.contains(lint::NAME) || says.contains("ignore=") || says.contains("skip=");
    if !is_configuration && !ignores {
        return None;
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let (before, after) = says.split_at_checked(at.checked_sub(line.start)? as usize)?;
    let start = before.trim_end_matches(is_word).len();
    let end = before.len() + after.find(|c| !is_word(c)).unwrap_or(after.len());
    let rules: Vec<_> = lint::called(says.get(start..end)?).collect();
    let span = Span { source: id, start: line.start + start as u32, end: line.start + end as u32 };
    (!rules.is_empty()).then_some((span, rules))
}
