//! In which column each node goes.

use super::super::{Graph, NodeKind};
use std::collections::BTreeMap;

/// The columns of the nodes: one after the other for each kind, and as many for a kind as its
/// longest chain has nodes.
pub fn columns(graph: &Graph) -> Vec<usize> {
    let depths = depths(graph);
    let kind = |i: usize| graph.nodes.get(i).map(|node| node.kind);
    let mut longest: BTreeMap<NodeKind, usize> = BTreeMap::new();
    for (i, depth) in depths.iter().enumerate() {
        if let Some(kind) = kind(i) {
            let most = longest.entry(kind).or_default();
            *most = (*most).max(*depth + 1);
        }
    }
    let mut starts: BTreeMap<NodeKind, usize> = BTreeMap::new();
    let mut next = 0;
    for (kind, columns) in &longest {
        starts.insert(*kind, next);
        next += columns;
    }
    let column = |(i, depth): (usize, &usize)| {
        let Some(kind) = kind(i) else { return 0 };
        let start = starts.get(&kind).copied().unwrap_or_default();
        let columns = longest.get(&kind).copied().unwrap_or(1);
        match kind {
            // A step stands as far left as what it waits for lets it.
            NodeKind::Step => start + depth,
            // All else stands near to what it leads to.
            _ => start + columns - 1 - depth,
        }
    };
    depths.iter().enumerate().map(column).collect()
}

/// The length of the longest chain of nodes of one kind that leads to each step, or from each
/// other node. What is on a cycle counts as the start of one.
fn depths(graph: &Graph) -> Vec<usize> {
    let count = graph.nodes.len();
    let kind = |i: usize| graph.nodes.get(i).map(|node| node.kind);
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waits = vec![0usize; count];
    for edge in graph.edges.iter().filter(|e| e.from != e.to && kind(e.from) == kind(e.to)) {
        let (start, end) = match kind(edge.from) {
            Some(NodeKind::Step) => (edge.from, edge.to),
            _ => (edge.to, edge.from),
        };
        if let (Some(list), Some(waits)) = (next.get_mut(start), waits.get_mut(end)) {
            list.push(end);
            *waits += 1;
        }
    }
    let mut depths = vec![0; count];
    let mut open: Vec<usize> = (0..count).filter(|i| waits.get(*i) == Some(&0)).collect();
    while let Some(at) = open.pop() {
        let depth = depths.get(at).copied().unwrap_or_default();
        for end in next.get(at).into_iter().flatten() {
            if let (Some(own), Some(waits)) = (depths.get_mut(*end), waits.get_mut(*end)) {
                *own = (*own).max(depth + 1);
                *waits -= 1;
                if *waits == 0 {
                    open.push(*end);
                }
            }
        }
    }
    depths
}
