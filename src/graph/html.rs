//! One page for a browser that needs no other file and no network: the picture, what is known
//! of each node and edge, and what was found.
//!
//! The picture is there without JavaScript; with it, edges can be followed by arrow keys.

mod picture;

use super::{Graph, Problem, json};
use std::fmt::Write;

/// The page.
pub fn graph(graph: &Graph) -> String {
    let style = include_str!("html/page.css");
    let script = include_str!("html/page.js");
    // In a script no `<` can end it early.
    let data = json::document(graph).to_string().replace('<', "\\u003c");
    let title = escaped(&graph.title);
    let kinds = kinds(graph);
    let counts = escaped(&counts(graph));
    let picture = picture::svg(graph);
    let problems = problems(graph);
    format!(
        r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{counts}</p>
<form role="search">
<label>Find <input type="search" id="find" placeholder="name, path, port" autocomplete="off"></label>
<fieldset><legend>Show</legend>{kinds}<label><input type="checkbox" id="found"> findings only</label></fieldset>
<span class="zoom"><button type="button" id="smaller" aria-label="Smaller">−</button><button type="button" id="fit">Fit</button><button type="button" id="larger" aria-label="Larger">+</button></span>
</form>
</header>
<main>
<div id="canvas">
{picture}</div>
<aside>
<section id="details" tabindex="-1" aria-live="polite"><h2>Details</h2><p>Choose a node: by mouse, or by Tab and the arrow keys. → and ← follow edges, ↑ and ↓ go to neighbours, Enter opens, Esc goes back, / finds. A dashed line rests on a default or on names that are alike.</p></section>
<section id="problems">
{problems}</section>
</aside>
</main>
<script type="application/json" id="graph">{data}</script>
<script>
{script}</script>
</body>
</html>
"##
    )
}

/// A box to tick for each kind of node.
fn kinds(graph: &Graph) -> String {
    let kinds = super::NodeKind::ALL.iter();
    let kinds = kinds.filter(|kind| graph.nodes.iter().any(|node| node.kind == **kind));
    let kinds: Vec<String> = kinds
        .map(|kind| {
            let (name, plural) = (kind.name(), kind.plural());
            format!(
                "<label><input type=\"checkbox\" name=\"kind\" value=\"{name}\" checked> \
                 <i class=\"swatch {name}\"></i>{}</label>",
                plural.to_lowercase()
            )
        })
        .collect();
    if kinds.len() < 2 { String::new() } else { kinds.concat() }
}

fn counts(graph: &Graph) -> String {
    let count = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    let (nodes, edges) = (graph.nodes.len(), graph.edges.len());
    let found = graph.problems.len();
    format!("{}, {}, {}", count(nodes, "node"), count(edges, "edge"), count(found, "finding"))
}

/// What was found, as a list.
fn problems(graph: &Graph) -> String {
    let mut out = String::from("<h2>Findings</h2>\n");
    if graph.problems.is_empty() {
        out.push_str("<p>None.</p>\n");
        return out;
    }
    out.push_str("<ol>\n");
    let mut sorted: Vec<(usize, &Problem)> = graph.problems.iter().enumerate().collect();
    // The worst first, and else in the order of the files.
    sorted.sort_by_key(|(_, problem)| std::cmp::Reverse(problem.severity));
    for (i, problem) in sorted {
        let Problem { rule, severity, message, at, .. } = problem;
        let severity = severity.name();
        let (message, at) = (escaped(message), escaped(&at.to_string()));
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "<li><button type=\"button\" class=\"problem {severity}\" data-problem=\"{i}\">\
             <b>{severity}</b> {message} <small>{rule} · {at}</small></button></li>"
        );
    }
    out.push_str("</ol>\n");
    out
}

/// Text that HTML takes for text, in attributes, too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
