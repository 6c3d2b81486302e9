//! For Markdown that draws Mermaid, as GitHub's does.

use super::{Graph, NodeKind};
use crate::finding::Severity;
use std::fmt::Write;

/// A flowchart from left to right.
pub fn graph(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    for (i, node) in graph.nodes.iter().enumerate() {
        let label = match node.about.as_str() {
            "" => escaped(&node.name),
            about => format!("{}<br/><small>{}</small>", escaped(&node.name), escaped(about)),
        };
        let (open, close) = match node.kind {
            NodeKind::Trigger => ("([", "])"),
            NodeKind::Pipeline | NodeKind::Step => ("[", "]"),
            NodeKind::Image => ("[[", "]]"),
            NodeKind::Deployment => ("(", ")"),
            NodeKind::Service => ("{{", "}}"),
            NodeKind::Secret => ("[(", ")]"),
        };
        let class = class(graph.severity(&node.problems));
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "  n{i}{open}\"{label}\"{close}{class}");
    }
    let mut marked = [Vec::new(), Vec::new(), Vec::new()];
    for (i, edge) in graph.edges.iter().enumerate() {
        let verb = edge.kind.verb();
        let label = match edge.label.as_str() {
            "" => verb.to_owned(),
            label => format!("{verb}<br/>{}", escaped(label)),
        };
        let arrow = match (edge.is_critical, edge.is_certain) {
            (true, _) => "==>",
            (_, true) => "-->",
            (_, false) => "-.->",
        };
        let _ = writeln!(out, "  n{} {arrow}|\"{label}\"| n{}", edge.from, edge.to);
        let severity = graph.severity(&edge.problems).map(|severity| severity as usize);
        if let Some(list) = severity.and_then(|i| marked.get_mut(i)) {
            list.push(i.to_string());
        }
    }
    for (list, colour) in marked.iter().zip(["#4682b4", "#c77700", "#c62828"]) {
        if !list.is_empty() {
            let _ =
                writeln!(out, "  linkStyle {} stroke:{colour},stroke-width:3px", list.join(","));
        }
    }
    let used = |name: &str| out.contains(&format!(":::{name}\n"));
    let classes = [("error", "#c62828"), ("warning", "#c77700"), ("note", "#4682b4")];
    let classes: Vec<String> = classes
        .into_iter()
        .filter(|(name, _)| used(name))
        .map(|(name, colour)| format!("  classDef {name} stroke:{colour},stroke-width:3px\n"))
        .collect();
    out.extend(classes);
    out
}

fn class(severity: Option<Severity>) -> String {
    severity.map(|severity| format!(":::{}", severity.name())).unwrap_or_default()
}

/// Text that Mermaid and HTML take for text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            '*' => out.push_str("#42;"),
            '\n' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}
