//! The graph as JSON, version 1. `docs/graph.md` describes it.

use super::{Fact, Graph, Place};
use serde_json::{Map, Value, json};

/// A document with all nodes, edges and findings, indented by two spaces.
pub fn graph(graph: &Graph) -> String {
    format!("{:#}\n", document(graph))
}

/// The document.
pub fn document(graph: &Graph) -> Value {
    let nodes = graph.nodes.iter().map(|node| {
        json!({
            "id": node.id,
            "kind": node.kind.name(),
            "name": node.name,
            "about": node.about,
            "at": node.at.as_ref().map(place),
            "facts": node.facts.iter().map(fact).collect::<Vec<_>>(),
            "findings": node.problems,
        })
    });
    let id = |i: usize| graph.nodes.get(i).map(|node| node.id.as_str());
    let edges = graph.edges.iter().map(|edge| {
        json!({
            "from": id(edge.from),
            "to": id(edge.to),
            "kind": edge.kind.name(),
            "verb": edge.kind.verb(),
            "label": edge.label,
            "certain": edge.is_certain,
            "critical": edge.is_critical,
            "facts": edge.facts.iter().map(fact).collect::<Vec<_>>(),
            "findings": edge.problems,
        })
    });
    let findings = graph.problems.iter().map(|problem| {
        json!({
            "rule": problem.rule,
            "severity": problem.severity.name(),
            "message": problem.message,
            "help": problem.help,
            "at": place(&problem.at),
        })
    });
    json!({
        "version": 1,
        "title": graph.title,
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn fact(fact: &Fact) -> Value {
    json!({ "label": fact.label, "text": fact.text, "at": fact.at.as_ref().map(place) })
}

fn place(place: &Place) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("path".into(), place.path.as_str().into());
    map.insert("line".into(), place.line.into());
    map.insert("column".into(), place.column.into());
    map
}
