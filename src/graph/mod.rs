//! The project as people want to see it: which file builds which image from which context, what
//! runs it where, which secrets and ports it has, and what was found on the way.
//!
//! A graph is made of the model and the findings; each format reads the graph and nothing else.
//! Names of secrets are shown, values of nothing.

pub mod dot;
pub mod html;
pub mod json;
pub mod mermaid;
pub mod text;

mod draft;
mod fold;
mod layout;
mod nouns;
mod problems;
mod steps;

use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::source::{Sources, Span};
use std::collections::BTreeSet;
use std::str::FromStr;

/// What belongs together, and how.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// What it shows, as a heading.
    pub title: String,
    /// What there is, by kind, then in the order of the files.
    pub nodes: Vec<Node>,
    /// How it belongs together, by the nodes from which and to which it leads.
    pub edges: Vec<Edge>,
    /// What was found, in the order of the report.
    pub problems: Vec<Problem>,
}

/// Something that a project has.
#[derive(Debug, Clone)]
pub struct Node {
    /// A name that no other node has, and that stays while the files say the same.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// How it is called.
    pub name: String,
    /// What is to be known of it at first sight. May be empty.
    pub about: String,
    /// Where it is written.
    pub at: Option<Place>,
    /// What else is known of it.
    pub facts: Vec<Fact>,
    /// What was found there, by its number among the problems.
    pub problems: BTreeSet<usize>,
}

/// What a node stands for, in the order in which a deploy goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A trigger, which starts a build.
    Trigger,
    /// A file that builds, deploys or declares: a build file, a workflow, a script, Terraform.
    Pipeline,
    /// An image that is built.
    Image,
    /// A service, job, function or workload that runs images.
    Deployment,
    /// A Service of a cluster, which sends requests.
    Service,
    /// A secret.
    Secret,
    /// A step of a build.
    Step,
}

/// How two nodes belong together.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The number of the node from which it leads.
    pub from: usize,
    /// The number of the node to which it leads.
    pub to: usize,
    /// What the first does with the second.
    pub kind: EdgeKind,
    /// What is to be known of it at first sight: a context, a port. May be empty.
    pub label: String,
    /// Why it is there, and what else is known of it.
    pub facts: Vec<Fact>,
    /// Whether it rests on literals and explicit references alone.
    pub is_certain: bool,
    /// Whether it is of the longest chain, which decides how long all of it takes.
    pub is_critical: bool,
    /// What was found there, by its number among the problems.
    pub problems: BTreeSet<usize>,
}

/// What one node does with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A trigger or a script starts a build.
    Starts,
    /// A file builds an image.
    Builds,
    /// An image is what another starts from.
    Underlies,
    /// An image is run by a deployment.
    RunsAs,
    /// A file deploys.
    Deploys,
    /// Something needs a secret.
    Reads,
    /// A file creates a secret.
    Creates,
    /// A Service sends requests to a workload.
    Sends,
    /// A step must end before another starts.
    Precedes,
}

/// Something that is known of a node or an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it tells: `context`.
    pub label: &'static str,
    /// What that is: `services/api`.
    pub text: String,
    /// Where it says so.
    pub at: Option<Place>,
}

/// A place of a file, counted from one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path from the root of the project.
    pub path: String,
    /// The line.
    pub line: u32,
    /// The column in characters.
    pub column: u32,
}

/// A finding, as far as a graph shows it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The rule that found it.
    pub rule: &'static str,
    /// What happens if nobody acts.
    pub severity: Severity,
    /// The fact.
    pub message: String,
    /// What to do. May be empty.
    pub help: String,
    /// The place to look at first.
    pub at: Place,
}

/// How a graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal, and for `grep`.
    Text,
    /// For Graphviz.
    Dot,
    /// For Markdown that draws it.
    Mermaid,
    /// For scripts; `docs/graph.md` describes it.
    Json,
    /// For a browser, one file that needs no other.
    Html,
}

impl Graph {
    /// What a project has, with what was found in it.
    pub fn of_project(project: &Project, findings: &[Finding], title: &str) -> Graph {
        nouns::graph(project, findings, title)
    }

    /// The steps of a build file, and what waits for what; nothing if the path is none of a
    /// build file.
    pub fn of_steps(project: &Project, findings: &[Finding], path: &str) -> Option<Graph> {
        steps::graph(project, findings, path)
    }

    /// Keeps what the nodes of some files lead to, and what leads to them.
    pub fn focus(&mut self, holds: impl Fn(&str) -> bool) {
        let is_own = |node: &Node| {
            let told = node.facts.iter().filter_map(|fact| fact.at.as_ref());
            node.at.iter().chain(told).any(|place| holds(&place.path))
        };
        let own: Vec<usize> =
            (0..self.nodes.len()).filter(|i| self.nodes.get(*i).is_some_and(is_own)).collect();
        let forward = |edge: &Edge| (edge.from, edge.to);
        let back = |edge: &Edge| (edge.to, edge.from);
        let mut kept = self.reached(&own, forward);
        kept.extend(self.reached(&own, back));
        self.retain(&kept);
    }

    /// The nodes to which edges lead from some, these included.
    fn reached(&self, from: &[usize], ends: fn(&Edge) -> (usize, usize)) -> BTreeSet<usize> {
        let mut next = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            let (start, end) = ends(edge);
            if let Some(list) = next.get_mut(start) {
                list.push(end);
            }
        }
        let mut reached: BTreeSet<usize> = from.iter().copied().collect();
        let mut open = from.to_vec();
        while let Some(node) = open.pop() {
            for end in next.get(node).into_iter().flatten() {
                if reached.insert(*end) {
                    open.push(*end);
                }
            }
        }
        reached
    }

    /// Keeps some of the nodes, and the edges between them.
    fn retain(&mut self, kept: &BTreeSet<usize>) {
        let number: Vec<Option<usize>> = {
            let mut next = 0;
            let count = |i: usize| {
                let number = kept.contains(&i).then_some(next);
                next += usize::from(number.is_some());
                number
            };
            (0..self.nodes.len()).map(count).collect()
        };
        let of = |i: usize| number.get(i).copied().flatten();
        let mut i = 0;
        self.nodes.retain(|_| {
            i += 1;
            kept.contains(&(i - 1))
        });
        self.edges.retain_mut(|edge| match (of(edge.from), of(edge.to)) {
            (Some(from), Some(to)) => {
                (edge.from, edge.to) = (from, to);
                true
            }
            _ => false,
        });
    }

    /// Leaves out the files that nothing joins with anything, but build files.
    fn drop_idle_files(&mut self) {
        let joined: BTreeSet<usize> =
            self.edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
        let keeps = |(i, node): &(usize, &Node)| {
            node.kind != NodeKind::Pipeline
                || joined.contains(i)
                || !node.problems.is_empty()
                || node.about.starts_with("Cloud Build")
        };
        let kept = self.nodes.iter().enumerate().filter(keeps).map(|(i, _)| i).collect();
        self.retain(&kept);
    }

    /// The worst severity among some problems.
    fn severity(&self, problems: &BTreeSet<usize>) -> Option<Severity> {
        problems.iter().filter_map(|i| self.problems.get(*i)).map(|p| p.severity).max()
    }
}

impl NodeKind {
    /// Every kind in its order.
    pub const ALL: &[NodeKind] = &[
        NodeKind::Trigger,
        NodeKind::Pipeline,
        NodeKind::Image,
        NodeKind::Deployment,
        NodeKind::Service,
        NodeKind::Secret,
        NodeKind::Step,
    ];

    /// The name in every format.
    pub fn name(self) -> &'static str {
        match self {
            NodeKind::Trigger => "trigger",
            NodeKind::Pipeline => "file",
            NodeKind::Image => "image",
            NodeKind::Deployment => "deployment",
            NodeKind::Service => "service",
            NodeKind::Secret => "secret",
            NodeKind::Step => "step",
        }
    }

    /// A heading above several.
    pub fn plural(self) -> &'static str {
        match self {
            NodeKind::Trigger => "Triggers",
            NodeKind::Pipeline => "Files",
            NodeKind::Image => "Images",
            NodeKind::Deployment => "Deployments",
            NodeKind::Service => "Services of clusters",
            NodeKind::Secret => "Secrets",
            NodeKind::Step => "Steps",
        }
    }
}

impl EdgeKind {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            EdgeKind::Starts => "starts",
            EdgeKind::Builds => "builds",
            EdgeKind::Underlies => "underlies",
            EdgeKind::RunsAs => "runs-as",
            EdgeKind::Deploys => "deploys",
            EdgeKind::Reads => "reads",
            EdgeKind::Creates => "creates",
            EdgeKind::Sends => "sends",
            EdgeKind::Precedes => "precedes",
        }
    }

    /// What the first node does, as a phrase between the two names.
    pub fn verb(self) -> &'static str {
        match self {
            EdgeKind::Starts => "starts",
            EdgeKind::Builds => "builds",
            EdgeKind::Underlies => "is the base of",
            EdgeKind::RunsAs => "runs as",
            EdgeKind::Deploys => "deploys",
            EdgeKind::Reads => "reads",
            EdgeKind::Creates => "creates",
            EdgeKind::Sends => "sends requests to",
            EdgeKind::Precedes => "comes before",
        }
    }
}

impl Place {
    /// Where a span starts.
    fn of(sources: &Sources, span: Span) -> Place {
        let position = sources.position(span);
        let path = crate::report::printable(&sources.get(span.source).path).into_owned();
        Place { path, line: position.line, column: position.column }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

impl Format {
    /// Every format, the default first.
    pub const ALL: &[Format] =
        &[Format::Text, Format::Dot, Format::Mermaid, Format::Json, Format::Html];

    /// The name that users write.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Dot => "dot",
            Format::Mermaid => "mermaid",
            Format::Json => "json",
            Format::Html => "html",
        }
    }

    /// Writes a graph. What is drawn has nodes that are alike drawn as one.
    pub fn render(self, graph: &Graph) -> String {
        match self {
            Format::Text => text::graph(graph),
            Format::Dot => dot::graph(&graph.folded()),
            Format::Mermaid => mermaid::graph(&graph.folded()),
            Format::Json => json::graph(graph),
            Format::Html => html::graph(&graph.folded()),
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Format, String> {
        Format::ALL.iter().copied().find(|format| format.name() == name).ok_or_else(|| {
            let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
            format!("`{name}` is no format, it is one of {}", names.join(", "))
        })
    }
}
