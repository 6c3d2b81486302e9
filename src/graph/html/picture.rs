//! The picture, as SVG.

use super::super::layout::{HEIGHT, Layout, WIDTH, columns, layout};
use super::super::{Edge, Graph, Node, NodeKind};
use super::escaped;
use crate::finding::Severity;
use crate::source::{folder, name};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The space above the nodes, for the headings.
const TOP: f64 = 44.0;
/// The space around all.
const MARGIN: f64 = 20.0;
/// How many small letters fit into a node, of its name and of what is said of it.
const NAME: f64 = 23.0;
const ABOUT: f64 = 30.0;

/// The picture of a graph.
pub fn svg(graph: &Graph) -> String {
    let columns = columns(graph);
    let ends: Vec<(usize, usize)> = graph.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let layout = layout(&columns, &ends);
    let (width, height) = (layout.width + 2.0 * MARGIN, layout.height + TOP + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"group\" aria-label=\"{}\">\n",
        escaped(&graph.title)
    );
    let arrow = "<path d=\"M0 0 8 4 0 8z\"/></marker>";
    let mark = "markerWidth=\"8\" markerHeight=\"8\" refX=\"7\" refY=\"4\" orient=\"auto\" \
                markerUnits=\"userSpaceOnUse\"";
    out.push_str("<defs>");
    for name in ["plain", "error", "warning", "note", "critical"] {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "<marker id=\"to-{name}\" class=\"arrow {name}\" {mark}>{arrow}");
    }
    let _ = writeln!(out, "</defs>\n<g transform=\"translate({MARGIN:.0} {MARGIN:.0})\">");
    let _ = writeln!(out, "<g transform=\"translate(0 {TOP:.0})\">\n<g class=\"edges\">");
    for (i, (edge, points)) in graph.edges.iter().zip(&layout.edges).enumerate() {
        draw_edge(&mut out, graph, i, edge, points);
    }
    out.push_str("</g>\n<g class=\"nodes\">\n");
    for (i, (node, at)) in graph.nodes.iter().zip(&layout.nodes).enumerate() {
        draw_node(&mut out, graph, i, node, *at);
    }
    out.push_str("</g>\n</g>\n");
    // Last, since they stay where they are while the rest is moved below them.
    let _ = writeln!(
        out,
        "<g id=\"headings\"><rect x=\"{:.0}\" y=\"{:.0}\" width=\"{width:.0}\" height=\"{TOP:.0}\"/>",
        -MARGIN, -MARGIN
    );
    headings(&mut out, graph, &columns, &layout);
    out.push_str("</g>\n</g>\n</svg>\n");
    out
}

/// The kinds above the first of their columns.
fn headings(out: &mut String, graph: &Graph, columns: &[usize], layout: &Layout) {
    let mut first: BTreeMap<NodeKind, (usize, f64)> = BTreeMap::new();
    for ((node, column), at) in graph.nodes.iter().zip(columns).zip(&layout.nodes) {
        let entry = first.entry(node.kind).or_insert((*column, at.0));
        if *column < entry.0 {
            *entry = (*column, at.0);
        }
    }
    for (kind, (_, x)) in first {
        let _ = writeln!(
            out,
            "<text class=\"heading {}\" x=\"{x:.0}\" y=\"8\">{}</text>",
            kind.name(),
            kind.plural()
        );
    }
}

fn draw_edge(out: &mut String, graph: &Graph, i: usize, edge: &Edge, points: &[(f64, f64)]) {
    let severity = graph.severity(&edge.problems);
    let arrow = match severity {
        Some(severity) => severity.name(),
        None if edge.is_critical => "critical",
        None => "plain",
    };
    let of = |i: usize| graph.nodes.get(i);
    let (Some(from), Some(to)) = (of(edge.from), of(edge.to)) else { return };
    let unsure = if edge.is_certain { "" } else { " unsure" };
    let critical = if edge.is_critical { " critical" } else { "" };
    let found = severity.map(|s| format!(" {}", s.name())).unwrap_or_default();
    let (a, b, kind) = (from.kind.name(), to.kind.name(), edge.kind.name());
    let class = format!("edge {kind} of-{a} of-{b}{unsure}{critical}{found}");
    let label = match edge.label.as_str() {
        "" => String::new(),
        label => format!(" ({label})"),
    };
    let title = format!("{} {} {}{label}", from.name, edge.kind.verb(), to.name);
    let _ = writeln!(
        out,
        "<g class=\"{class}\" data-edge=\"{i}\"><title>{}</title><path d=\"{}\" \
         marker-end=\"url(#to-{arrow})\"/>",
        escaped(&title),
        path(points)
    );
    if let Some(severity) = severity {
        let middle = middle(points);
        badge(out, severity, edge.problems.len(), middle);
    }
    out.push_str("</g>\n");
}

/// A smooth line through the points: curves between columns, straight lanes past them.
fn path(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    let mut before: Option<(f64, f64)> = None;
    for (i, (x, y)) in points.iter().enumerate() {
        let _ = match before {
            None => write!(out, "M{x:.1} {y:.1}"),
            Some((px, py)) if i % 2 == 1 => {
                // Within a column the line goes out and comes back.
                let bend = if px == *x { px + 40.0 } else { (px + x) / 2.0 };
                write!(out, "C{bend:.1} {py:.1} {bend:.1} {y:.1} {x:.1} {y:.1}")
            }
            Some(_) => write!(out, "L{x:.1} {y:.1}"),
        };
        before = Some((*x, *y));
    }
    out
}

/// The middle of the last curve.
fn middle(points: &[(f64, f64)]) -> (f64, f64) {
    match points {
        [.., (ax, ay), (bx, by)] => ((ax + bx) / 2.0, (ay + by) / 2.0),
        _ => (0.0, 0.0),
    }
}

fn draw_node(out: &mut String, graph: &Graph, i: usize, node: &Node, (x, y): (f64, f64)) {
    let severity = graph.severity(&node.problems);
    let found = severity.map(|s| format!(" {}", s.name())).unwrap_or_default();
    let kind = node.kind.name();
    let title = match node.about.as_str() {
        "" => node.name.clone(),
        about => format!("{}: {about}", node.name),
    };
    let spoken = match node.problems.len() {
        0 => format!("{kind} {title}"),
        1 => format!("{kind} {title}, 1 finding"),
        many => format!("{kind} {title}, {many} findings"),
    };
    let tab = if i == 0 { 0 } else { -1 };
    let _ = writeln!(
        out,
        "<g class=\"node {kind}{found}\" data-node=\"{i}\" tabindex=\"{tab}\" role=\"button\" \
         aria-label=\"{}\" transform=\"translate({x:.1} {y:.1})\"><title>{}</title>\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>\
         <rect class=\"bar\" width=\"5\" height=\"{HEIGHT}\" rx=\"2.5\"/>",
        escaped(&spoken),
        escaped(&title)
    );
    let (name, about) = lines(node);
    let name_y = if about.is_empty() { 27 } else { 19 };
    // What is inside of an `svg` ends at its border.
    let _ = write!(
        out,
        "<svg x=\"14\" width=\"{}\" height=\"{HEIGHT}\"><text class=\"name\" y=\"{name_y}\">{}</text>",
        WIDTH - 18.0,
        escaped(&shortened(&name, NAME))
    );
    if !about.is_empty() {
        let about = escaped(&shortened(&about, ABOUT));
        let _ = write!(out, "<text class=\"about\" y=\"35\">{about}</text>");
    }
    out.push_str("</svg>\n");
    if let Some(severity) = severity {
        badge(out, severity, node.problems.len(), (WIDTH - 4.0, 4.0));
    }
    out.push_str("</g>\n");
}

/// The two lines of a node. A file is called by its name, with its folder below.
fn lines(node: &Node) -> (String, String) {
    if node.kind != NodeKind::Pipeline || !node.name.contains('/') {
        return (node.name.clone(), node.about.clone());
    }
    let about = format!("{} · ", node.about);
    let room = (ABOUT - long(&about)).max(8.0);
    let folder = shortened(folder(&node.name), room);
    (name(&node.name).to_owned(), format!("{about}{folder}"))
}

/// How much was found: a letter for the worst, and a number.
fn badge(out: &mut String, severity: Severity, count: usize, (x, y): (f64, f64)) {
    let letter = match severity {
        Severity::Error => "E",
        Severity::Warning => "W",
        Severity::Note => "N",
    };
    let text = if count > 1 { format!("{letter}{count}") } else { letter.to_owned() };
    let half = 5.0 + 4.0 * text.len() as f64;
    let _ = writeln!(
        out,
        "<g class=\"badge {}\" transform=\"translate({x:.1} {y:.1})\"><rect x=\"{:.0}\" y=\"-9\" \
         width=\"{:.0}\" height=\"18\" rx=\"9\"/><text y=\"4\">{text}</text></g>",
        severity.name(),
        -half,
        2.0 * half
    );
}

/// Text that fits: of a path the end is kept, of all else the start.
fn shortened(text: &str, most: f64) -> String {
    if long(text) <= most {
        return text.to_owned();
    }
    let mut room = most - 1.0;
    let mut fits = |c: &char| {
        room -= wide(*c);
        room >= 0.0
    };
    let is_path = text.contains('/') && !text.contains(" · ");
    if is_path {
        let end: Vec<char> = text.chars().rev().take_while(&mut fits).collect();
        return format!("…{}", end.into_iter().rev().collect::<String>());
    }
    let start: String = text.chars().take_while(&mut fits).collect();
    format!("{start}…")
}

/// How long a text is drawn, in small letters.
fn long(text: &str) -> f64 {
    text.chars().map(wide).sum()
}

/// How wide a letter is drawn, beside a small one, in the fonts that browsers have.
fn wide(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | '/' => 0.6,
        'f' | 't' | 'r' | '-' | '(' | ')' | '[' | ']' => 0.75,
        'm' | 'w' => 1.45,
        'M' | 'W' | '@' | '%' => 1.6,
        'I' | 'J' => 0.7,
        _ if c.is_uppercase() => 1.3,
        _ if c.is_ascii() => 1.05,
        // Letters of east Asia are as wide as they are high.
        _ if ('\u{1100}'..='\u{ffdc}').contains(&c) => 1.9,
        _ => 1.2,
    }
}
