//! For people at a terminal: each node with where it leads, and what was found there.

use super::{Graph, Node, NodeKind};
use std::fmt::Write;

/// All of a graph, by kind.
pub fn graph(graph: &Graph) -> String {
    let mut out = String::new();
    for kind in NodeKind::ALL {
        let nodes = graph.nodes.iter().enumerate().filter(|(_, node)| node.kind == *kind);
        let mut nodes = nodes.peekable();
        if nodes.peek().is_none() {
            continue;
        }
        let gap = if out.is_empty() { "" } else { "\n" };
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{gap}{}", kind.plural());
        for (i, node) in nodes {
            let _ = write_node(&mut out, graph, i, node);
        }
    }
    out
}

fn write_node(out: &mut String, graph: &Graph, i: usize, node: &Node) -> std::fmt::Result {
    let about = if node.about.is_empty() { String::new() } else { format!("  ({})", node.about) };
    writeln!(out, "  {}{about}", node.name)?;
    for problem in node.problems.iter().filter_map(|i| graph.problems.get(*i)) {
        let (severity, rule) = (problem.severity.name(), problem.rule);
        writeln!(out, "    ! {severity}[{rule}] {}: {}", problem.at, problem.message)?;
    }
    for edge in graph.edges.iter().filter(|edge| edge.from == i) {
        let Some(to) = graph.nodes.get(edge.to) else { continue };
        let label = match edge.label.as_str() {
            "" => String::new(),
            label => format!(", {label}"),
        };
        let sure = if edge.is_certain { "" } else { " (likely)" };
        writeln!(out, "    {} {}{label}{sure}", edge.kind.verb(), to.name)?;
        let own = edge.problems.difference(&node.problems);
        for problem in own.filter_map(|i| graph.problems.get(*i)) {
            let (severity, rule) = (problem.severity.name(), problem.rule);
            writeln!(out, "      ! {severity}[{rule}] {}: {}", problem.at, problem.message)?;
        }
    }
    Ok(())
}
