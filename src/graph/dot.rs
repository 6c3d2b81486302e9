//! For Graphviz: `dot -Tsvg`.

use super::{Graph, NodeKind};
use crate::finding::Severity;
use std::fmt::Write;

/// A directed graph from left to right, with a cluster for nothing: ranks come of the edges.
pub fn graph(graph: &Graph) -> String {
    let mut out = format!("digraph {} {{\n", quoted(&graph.title));
    out.push_str("  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    out.push_str("  edge [fontname=\"sans-serif\", fontsize=10];\n");
    // Writing to a `String` cannot fail.
    for node in &graph.nodes {
        let label = match node.about.as_str() {
            "" => node.name.clone(),
            about => format!("{}\n{about}", node.name),
        };
        let colour = colour(graph.severity(&node.problems));
        let shape = match node.kind {
            NodeKind::Pipeline => ", shape=note, style=solid",
            NodeKind::Image => ", shape=box3d, style=solid",
            NodeKind::Secret => ", shape=box, style=dashed",
            _ => "",
        };
        let (id, label) = (quoted(&node.id), quoted(&label));
        let _ = writeln!(out, "  {id} [label={label}{shape}{colour}];");
    }
    let id = |i: usize| graph.nodes.get(i).map_or("", |node| node.id.as_str());
    for edge in &graph.edges {
        let verb = edge.kind.verb();
        let label = match edge.label.as_str() {
            "" => verb.to_owned(),
            label => format!("{verb}\n{label}"),
        };
        let style = if edge.is_certain { "" } else { ", style=dashed" };
        let width = if edge.is_critical { ", penwidth=3" } else { "" };
        let colour = colour(graph.severity(&edge.problems));
        let (from, to, label) = (quoted(id(edge.from)), quoted(id(edge.to)), quoted(&label));
        let _ = writeln!(out, "  {from} -> {to} [label={label}{style}{width}{colour}];");
    }
    out.push_str("}\n");
    out
}

fn colour(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => ", color=red",
        Some(Severity::Warning) => ", color=orange",
        Some(Severity::Note) => ", color=steelblue",
        None => "",
    }
}

/// A string of DOT. Only quotes and backslashes mean something in it.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}
