//! The shape of a workflow of GitHub Actions over its YAML.
//!
//! Source of the fields: docs.github.com, workflow syntax, read 2026-11.

use super::yaml::{Node, Yaml};
use crate::source::{Excerpt, Span};

/// A workflow.
#[derive(Debug, Clone, Default)]
pub struct Workflow {
    /// The events that start it and watch files, if nothing else may start it on its own.
    pub filters: Vec<Filter>,
    /// `env`
    pub env: Vec<(Excerpt, Excerpt)>,
    /// `jobs`, those that call other workflows left out.
    pub jobs: Vec<Job>,
}

/// Which files an event watches.
#[derive(Debug, Clone)]
pub struct Filter {
    /// The key of the list.
    pub at: Span,
    /// Whether the list names the files that count (`paths`), or those that do not.
    pub includes: bool,
    /// The patterns.
    pub patterns: Vec<Excerpt>,
}

/// A job.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its key.
    pub name: Excerpt,
    /// `runs-on`: the labels of its runner.
    pub runs_on: Vec<Excerpt>,
    /// Whether it runs in a container, which may be of any kind.
    pub container: bool,
    /// `env`
    pub env: Vec<(Excerpt, Excerpt)>,
    /// `defaults.run.working-directory`, its own or that of the workflow.
    pub working_directory: Option<Excerpt>,
    /// `defaults.run.shell`, likewise.
    pub shell: Option<Excerpt>,
    /// `strategy.matrix`, as far as it is written out.
    pub matrix: Matrix,
    /// `if`
    pub condition: Option<Excerpt>,
    /// `steps`
    pub steps: Vec<Step>,
}

/// The values with which a job is repeated.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// Names with their values.
    pub axes: Vec<(String, Vec<Excerpt>)>,
    /// `include`: names with values that belong together.
    pub include: Vec<Vec<(String, Excerpt)>>,
    /// `exclude`: likewise.
    pub exclude: Vec<Vec<(String, Excerpt)>>,
}

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    /// All of it.
    pub at: Span,
    /// `if`
    pub condition: Option<Excerpt>,
    /// `run`
    pub run: Option<Excerpt>,
    /// `uses`
    pub uses: Option<Excerpt>,
    /// `with`
    pub with: Vec<(Excerpt, Excerpt)>,
    /// `env`
    pub env: Vec<(Excerpt, Excerpt)>,
    /// `working-directory`
    pub working_directory: Option<Excerpt>,
    /// `shell`
    pub shell: Option<Excerpt>,
}

/// Reads a workflow; nothing if the file has no jobs.
pub fn read(yaml: &Yaml) -> Option<Workflow> {
    let root = yaml.documents.iter().find(|document| document.get("jobs").is_some())?;
    let defaults = root.get("defaults");
    let jobs = root.get("jobs")?.entries().iter();
    Some(Workflow {
        filters: filters(root).unwrap_or_default(),
        env: pairs(root, "env"),
        jobs: jobs.filter_map(|entry| job(&entry.key, &entry.value, defaults)).collect(),
    })
}

/// Reads the steps of an action that is made of steps; nothing if it is of another kind.
pub fn read_action(yaml: &Yaml) -> Option<Vec<Step>> {
    let runs = yaml.root()?.get("runs")?;
    let is_of_steps = runs.get("using").and_then(Node::text) == Some("composite");
    Some(runs.get("steps")?.items().iter().map(step).collect()).filter(|_| is_of_steps)
}

fn job(key: &Node, node: &Node, outer: Option<&Node>) -> Option<Job> {
    let default = |name: &str| {
        let of = |defaults: &Node| defaults.get("run")?.get(name)?.excerpt();
        node.get("defaults").and_then(of).or_else(|| outer.and_then(of))
    };
    let runs_on = node.get("runs-on");
    let labels = runs_on.and_then(|node| node.get("labels")).or(runs_on);
    Some(Job {
        name: key.excerpt()?,
        runs_on: labels.map(Node::strings).unwrap_or_default(),
        container: node.get("container").is_some(),
        env: pairs(node, "env"),
        working_directory: default("working-directory"),
        shell: default("shell"),
        matrix: node
            .get("strategy")
            .and_then(|strategy| strategy.get("matrix"))
            .map(matrix)
            .unwrap_or_default(),
        condition: node.get("if").and_then(Node::excerpt),
        steps: node.get("steps")?.items().iter().map(step).collect(),
    })
}

fn matrix(node: &Node) -> Matrix {
    let mut matrix = Matrix::default();
    for entry in node.entries() {
        match entry.key.text() {
            Some("include") => matrix.include = entry.value.items().iter().map(row).collect(),
            Some("exclude") => matrix.exclude = entry.value.items().iter().map(row).collect(),
            None => {}
            Some(name) => {
                let values: Vec<Excerpt> =
                    entry.value.items().iter().filter_map(Node::excerpt).collect();
                let whole = !values.is_empty() && values.len() == entry.value.items().len();
                if whole {
                    matrix.axes.push((name.to_owned(), values));
                }
            }
        }
    }
    matrix
}

/// Names with their values.
fn row(item: &Node) -> Vec<(String, Excerpt)> {
    let pair = |e: &super::yaml::Entry| Some((e.key.text()?.to_owned(), e.value.excerpt()?));
    item.entries().iter().filter_map(pair).collect()
}

fn step(node: &Node) -> Step {
    let one = |key| node.get(key).and_then(Node::excerpt);
    Step {
        at: node.at,
        condition: one("if"),
        run: one("run"),
        uses: one("uses"),
        with: pairs(node, "with"),
        env: pairs(node, "env"),
        working_directory: one("working-directory"),
        shell: one("shell"),
    }
}

/// Nothing if an event starts the workflow whichever files change.
fn filters(root: &Node) -> Option<Vec<Filter>> {
    let mut filters = Vec::new();
    for event in root.get("on")?.entries() {
        match event.key.text()? {
            "push" | "pull_request" | "pull_request_target" => {
                let mut entries = event.value.entries().iter();
                let entry = entries
                    .find(|entry| matches!(entry.key.text(), Some("paths" | "paths-ignore")))?;
                filters.push(Filter {
                    at: entry.key.at,
                    includes: entry.key.text() == Some("paths"),
                    patterns: entry.value.strings(),
                });
            }
            "workflow_dispatch" => {}
            _ => return None,
        }
    }
    Some(filters)
}

fn pairs(node: &Node, key: &str) -> Vec<(Excerpt, Excerpt)> {
    let entries = node.get(key).map(Node::merged).unwrap_or_default();
    let pair = |entry: &super::yaml::Entry| Some((entry.key.excerpt()?, entry.value.excerpt()?));
    entries.into_iter().filter_map(pair).collect()
}

impl Step {
    /// An input of an action.
    pub fn input(&self, name: &str) -> Option<&Excerpt> {
        let named = |key: &Excerpt| key.text.eq_ignore_ascii_case(name);
        self.with.iter().find(|(key, _)| named(key)).map(|(_, value)| value)
    }

    /// The action without its version: `docker/build-push-action`.
    pub fn action(&self) -> Option<&str> {
        self.uses.as_ref().map(|uses| uses.text.split('@').next().unwrap_or_default())
    }
}
