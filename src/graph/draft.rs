//! A graph that is being made: nodes by their names, edges by their ends, and which places of
//! the files each of them stands for.

use super::{Edge, EdgeKind, Fact, Graph, Node, NodeKind, Place};
use crate::report::printable;
use crate::source::{SourceId, Sources, Span};
use crate::value::{Confidence, Step, Text, Value, weakest};
use std::collections::{BTreeMap, BTreeSet};

/// The ends of an edge, and what it is.
pub type Ends = (usize, usize, EdgeKind);

/// A node or an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// A node, by its number.
    Node(usize),
    /// An edge, by its ends.
    Edge(Ends),
}

/// A graph that is being made.
pub struct Draft<'a> {
    pub sources: &'a Sources,
    pub nodes: Vec<Node>,
    pub edges: BTreeMap<Ends, Edge>,
    ids: BTreeMap<String, usize>,
    /// What the places of the files are of.
    pub places: Vec<(Span, Element)>,
    /// What whole files are of.
    pub files: BTreeMap<SourceId, BTreeSet<usize>>,
}

impl<'a> Draft<'a> {
    pub fn new(sources: &'a Sources) -> Draft<'a> {
        Draft {
            sources,
            nodes: Vec::new(),
            edges: BTreeMap::new(),
            ids: BTreeMap::new(),
            places: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    /// The node of a name, which is made where it is asked for first.
    pub fn node(&mut self, id: String, kind: NodeKind, name: &str, at: Option<Span>) -> usize {
        let id = printable(&id).into_owned();
        if let Some(i) = self.ids.get(&id) {
            return *i;
        }
        let i = self.nodes.len();
        self.ids.insert(id.clone(), i);
        let at = at.map(|at| Place::of(self.sources, at));
        let (name, about) = (printable(name).into_owned(), String::new());
        let (facts, problems) = (Vec::new(), BTreeSet::new());
        self.nodes.push(Node { id, kind, name, about, at, facts, problems });
        i
    }

    /// The node of a file.
    pub fn file(&mut self, source: SourceId) -> usize {
        let path = self.sources.get(source).path.clone();
        let at = Span::new(source, 0..0);
        let i = self.node(format!("file:{path}"), NodeKind::Pipeline, &path, Some(at));
        self.files.entry(source).or_default().insert(i);
        i
    }

    /// Adds what is known of a node, once.
    pub fn fact(&mut self, node: usize, label: &'static str, text: &str, at: Option<Span>) {
        let at = at.map(|at| Place::of(self.sources, at));
        let text = printable(text).into_owned();
        if let Some(node) = self.nodes.get_mut(node)
            && !node.facts.iter().any(|fact| fact.label == label && fact.text == text)
        {
            node.facts.push(Fact { label, text, at });
        }
    }

    /// Adds what is known of a node, if it is.
    pub fn fact_of(&mut self, node: usize, label: &'static str, value: &Value<Text>) {
        if let Some(value) = value.known() {
            self.fact(node, label, &value.value.to_string(), Some(value.at));
        }
    }

    /// The edge between two nodes, which is made where it is asked for first.
    pub fn edge(&mut self, from: usize, to: usize, kind: EdgeKind) -> Ends {
        let ends = (from, to, kind);
        let edge = || Edge {
            from,
            to,
            kind,
            label: String::new(),
            facts: Vec::new(),
            is_certain: true,
            is_critical: false,
            problems: BTreeSet::new(),
        };
        self.edges.entry(ends).or_insert_with(edge);
        ends
    }

    /// Adds what is known of an edge, once.
    pub fn edge_fact(&mut self, ends: Ends, label: &'static str, text: &str, at: Option<Span>) {
        let at = at.map(|at| Place::of(self.sources, at));
        let fact = Fact { label, text: printable(text).into_owned(), at };
        if let Some(edge) = self.edges.get_mut(&ends)
            && !edge.facts.contains(&fact)
        {
            edge.facts.push(fact);
        }
    }

    /// Adds why an edge is there.
    pub fn because<'s>(&mut self, ends: Ends, steps: impl IntoIterator<Item = &'s Step>) {
        for step in steps {
            self.edge_fact(ends, "because", &step.text, Some(step.at));
            if let Some(edge) = self.edges.get_mut(&ends) {
                edge.is_certain &= weakest(std::slice::from_ref(step)) == Confidence::Certain;
            }
        }
    }

    /// Adds what is to be known of an edge at first sight.
    pub fn label(&mut self, ends: Ends, label: &str) {
        let label = printable(label);
        if let Some(edge) = self.edges.get_mut(&ends)
            && !edge.label.split(", ").any(|known| known == label)
        {
            if !edge.label.is_empty() {
                edge.label.push_str(", ");
            }
            edge.label.push_str(&label);
        }
    }

    /// Says that a place is of a node or an edge.
    pub fn stands_for(&mut self, element: Element, places: impl IntoIterator<Item = Span>) {
        self.places.extend(places.into_iter().map(|place| (place, element)));
    }

    /// Sets what is to be known of a node at first sight.
    pub fn about(&mut self, node: usize, text: &str) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.about = printable(text).into_owned();
        }
    }

    /// The graph, its nodes by kind and name; steps as they are written.
    pub fn finish(self, title: &str) -> Graph {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|i| {
            let key = |node: &'_ Node| match node.kind {
                NodeKind::Step => (node.kind, String::new(), String::new()),
                kind => (kind, node.name.clone(), node.id.clone()),
            };
            self.nodes.get(*i).map(key)
        });
        let mut number = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(number) = number.get_mut(*old) {
                *number = new;
            }
        }
        let of = |i: usize| number.get(i).copied().unwrap_or(i);
        let mut nodes: Vec<(usize, Node)> =
            self.nodes.into_iter().enumerate().map(|(i, node)| (of(i), node)).collect();
        nodes.sort_by_key(|(i, _)| *i);
        let edges = self.edges.into_values();
        let mut edges: Vec<Edge> =
            edges.map(|edge| Edge { from: of(edge.from), to: of(edge.to), ..edge }).collect();
        edges.sort_by_key(|edge| (edge.from, edge.to, edge.kind));
        let nodes = nodes.into_iter().map(|(_, node)| node).collect();
        Graph { title: printable(title).into_owned(), nodes, edges, problems: Vec::new() }
    }
}
