//! Anchors, and how far their aliases may expand.

use super::{DEPTH, EXPANSION, Node};
use std::collections::HashMap;

/// The anchors of a document.
#[derive(Default)]
pub(super) struct Anchors {
    /// The latest definition of each name.
    names: HashMap<String, usize>,
    /// Every definition; none while its collection is open.
    definitions: Vec<Option<Anchored>>,
    /// The nodes that the aliases of the whole file have added so far.
    expanded: usize,
}

/// A node that aliases may repeat.
#[derive(Clone)]
pub(super) struct Anchored {
    pub(super) node: Node,
    pub(super) weight: Weight,
}

/// How large a node is with its aliases resolved.
#[derive(Clone, Copy)]
pub(super) struct Weight {
    pub(super) nodes: usize,
    pub(super) height: usize,
}

impl Anchors {
    /// Forgets the names of the document before, but not how far it has expanded.
    pub(super) fn start_document(&mut self) {
        self.names.clear();
        self.definitions.clear();
    }

    /// Defines a name: as a node, or as a collection that is completed later. Gives the index of
    /// the definition.
    pub(super) fn define(&mut self, name: String, anchored: Option<Anchored>) -> usize {
        let definition = self.definitions.len();
        self.names.insert(name, definition);
        self.definitions.push(anchored);
        definition
    }

    /// Says what a collection amounts to that has ended.
    pub(super) fn complete(&mut self, definition: usize, anchored: Anchored) {
        if let Some(open) = self.definitions.get_mut(definition) {
            *open = Some(anchored);
        }
    }

    /// What an alias stands for that is nested this deep, or why it stands for nothing.
    pub(super) fn resolve(&mut self, name: &str, depth: usize) -> Result<Anchored, String> {
        let target = match self.names.get(name).map(|anchor| self.definitions.get(*anchor)) {
            None => return Err(format!("no anchor `&{name}` stands before this alias")),
            Some(Some(Some(target))) => target,
            Some(_) => {
                return Err(format!("alias `*{name}` stands inside the value of its anchor"));
            }
        };
        if self.expanded + target.weight.nodes > EXPANSION {
            return Err(format!("aliases expand to more than {EXPANSION} nodes"));
        }
        if depth + target.weight.height > DEPTH {
            return Err(format!("alias `*{name}` nests collections more than {DEPTH} deep"));
        }
        self.expanded += target.weight.nodes;
        Ok(target.clone())
    }
}
