//! Nodes that are alike, drawn as one, so that large projects stay legible.

use super::{Edge, EdgeKind, Fact, Graph, Node, NodeKind};
use std::collections::{BTreeMap, BTreeSet};

/// What a node is joined with: whether the edge leads to it, how, and the other end.
type Neighbours = BTreeSet<(bool, EdgeKind, usize)>;

impl Graph {
    /// The graph with one node for several secrets that the same things use, for several files
    /// that do the same, and for several images that nothing builds. Who creates a secret is told of it, and no line.
    pub fn folded(&self) -> Graph {
        let mut drawn = self.clone();
        for edge in self.edges.iter().filter(|edge| edge.kind == EdgeKind::Creates) {
            let (file, secret) = (self.nodes.get(edge.from), drawn.nodes.get_mut(edge.to));
            if let (Some(file), Some(secret)) = (file, secret) {
                let at = edge.facts.first().and_then(|fact| fact.at.clone());
                secret.facts.push(Fact { label: "created by", text: file.name.clone(), at });
                secret.problems.extend(&edge.problems);
            }
        }
        drawn.edges.retain(|edge| edge.kind != EdgeKind::Creates);
        drawn.drop_idle_files();
        drawn.fold()
    }

    fn fold(&self) -> Graph {
        let mut neighbours: Vec<Neighbours> = vec![BTreeSet::new(); self.nodes.len()];
        for edge in &self.edges {
            for (own, other, incoming) in [(edge.from, edge.to, false), (edge.to, edge.from, true)]
            {
                if let Some(set) = neighbours.get_mut(own) {
                    set.insert((incoming, edge.kind, other));
                }
            }
        }
        let mut alike: BTreeMap<(NodeKind, &str, &Neighbours), Vec<usize>> = BTreeMap::new();
        for (i, (node, set)) in self.nodes.iter().zip(&neighbours).enumerate() {
            if least(node.kind, set).is_some() {
                alike.entry((node.kind, own_name(node, set), set)).or_default().push(i);
            }
        }
        alike.retain(|(kind, _, set), group| least(*kind, set).is_some_and(|n| group.len() >= n));
        let mut graph = self.clone();
        let mut kept: BTreeSet<usize> = (0..self.nodes.len()).collect();
        for ((kind, name, _), group) in alike {
            let Some((first, others)) = group.split_first() else { continue };
            let members: Vec<&Node> = group.iter().filter_map(|i| self.nodes.get(*i)).collect();
            if let Some(node) = graph.nodes.get_mut(*first) {
                *node = folded(kind, name, &members);
            }
            for i in others {
                kept.remove(i);
            }
            // The edges of the first stand for those of all.
            let is_of = |edge: &Edge, node: usize| edge.from == node || edge.to == node;
            let mut problems: BTreeMap<(EdgeKind, usize), BTreeSet<usize>> = BTreeMap::new();
            for edge in &self.edges {
                for node in group.iter().filter(|node| is_of(edge, **node)) {
                    let other = if edge.from == *node { edge.to } else { edge.from };
                    problems.entry((edge.kind, other)).or_default().extend(&edge.problems);
                }
            }
            for edge in graph.edges.iter_mut().filter(|edge| is_of(edge, *first)) {
                let other = if edge.from == *first { edge.to } else { edge.from };
                if let Some(all) = problems.get(&(edge.kind, other)) {
                    edge.problems.extend(all);
                }
            }
        }
        graph.retain(&kept);
        graph
    }
}

/// How many nodes that are alike are drawn as one; nothing if each is drawn.
fn least(kind: NodeKind, neighbours: &Neighbours) -> Option<usize> {
    match kind {
        NodeKind::Secret => Some(3),
        NodeKind::Pipeline if !neighbours.is_empty() => Some(3),
        NodeKind::Image if neighbours.is_empty() => Some(4),
        NodeKind::Image => Some(2),
        _ => None,
    }
}

/// The name that nodes must share to be drawn as one: that of an image which something builds,
/// be it for one environment or another.
fn own_name<'n>(node: &'n Node, neighbours: &Neighbours) -> &'n str {
    match node.kind {
        NodeKind::Image if !neighbours.is_empty() => &node.name,
        _ => "",
    }
}

fn folded(kind: NodeKind, name: &str, members: &[&Node]) -> Node {
    const SHOWN: usize = 3;
    let shown = |node: &'_ Node| match name {
        "" => node.name.clone(),
        _ => node.about.split(" · ").next().unwrap_or_default().to_owned(),
    };
    let names: Vec<String> = members.iter().map(|node| shown(node)).collect();
    let more = if names.len() > SHOWN { " …" } else { "" };
    let about = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let label = kind.name();
    Node {
        id: members.first().map(|node| format!("{}+", node.id)).unwrap_or_default(),
        kind,
        name: match kind {
            NodeKind::Secret => format!("{} secrets", members.len()),
            NodeKind::Pipeline => format!("{} files", members.len()),
            _ if name.is_empty() => format!("{} Dockerfiles without a build", members.len()),
            _ => name.to_owned(),
        },
        about: format!("{about}{more}"),
        at: members.first().and_then(|node| node.at.clone()),
        facts: members
            .iter()
            .map(|node| Fact { label, text: shown(node), at: node.at.clone() })
            .collect(),
        problems: members.iter().flat_map(|node| &node.problems).copied().collect(),
    }
}
