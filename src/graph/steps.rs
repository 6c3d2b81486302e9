//! The steps of a build file, what waits for what, and the longest chain among them.

use super::draft::{Draft, Element};
use super::{EdgeKind, Graph, NodeKind};
use crate::finding::Finding;
use crate::model::Project;
use crate::model::build::build_file::{BuildFile, FileStep};
use crate::source::Span;
use crate::value::Value;
use std::collections::BTreeSet;

/// The steps of the build file of a path.
pub fn graph(project: &Project, findings: &[Finding], path: &str) -> Option<Graph> {
    let file = project.build_files.iter().find(|file| file.path == path)?;
    let mut draft = Draft::new(&project.sources);
    for (i, step) in file.steps.iter().enumerate() {
        let node = self::step(&mut draft, i, step);
        does(&mut draft, project, node, step);
    }
    let before = file.ended_before();
    for (i, all) in before.iter().enumerate() {
        for from in nearest(&before, all) {
            let ends = draft.edge(from, i, EdgeKind::Precedes);
            let names = file.steps.get(i).into_iter().flat_map(|step| &step.wait_for);
            for name in names.filter_map(Value::known) {
                draft.edge_fact(ends, "waits for", &name.value.to_string(), Some(name.at));
            }
        }
    }
    push_images(&mut draft, file, &before);
    let own = |finding: &&Finding| finding.at.span.source == file.at.source;
    let findings: Vec<Finding> = findings.iter().filter(own).cloned().collect();
    let problems = draft.mark(&findings);
    let mut graph = Graph { problems, ..draft.finish(path) };
    mark_longest_chain(&mut graph);
    Some(graph)
}

fn step(draft: &mut Draft<'_>, i: usize, step: &FileStep) -> usize {
    let program = step.program.join(" ");
    let name = match step.id.literal_text() {
        Some(id) => id.to_owned(),
        None => format!("#{} {program}", i + 1),
    };
    let node = draft.node(format!("step:{i}"), NodeKind::Step, &name, Some(step.at));
    let about = match (step.id.literal_text(), step.image.literal_text()) {
        (Some(_), _) => program.clone(),
        (None, Some(image)) => image.to_owned(),
        (None, None) => String::new(),
    };
    draft.about(node, &about);
    draft.fact(node, "number", &format!("{} of the file", i + 1), Some(step.at));
    draft.fact_of(node, "image", &step.image);
    draft.fact(node, "runs", &program, None);
    draft.fact_of(node, "timeout", &step.timeout);
    draft.stands_for(Element::Node(node), [step.at]);
    node
}

/// What a step builds, pushes and deploys.
fn does(draft: &mut Draft<'_>, project: &Project, node: usize, step: &FileStep) {
    let is_own = |at: Span| {
        at.source == step.at.source && step.at.start <= at.start && at.end <= step.at.end
    };
    for build in project.builds.iter().filter(|build| is_own(build.at)) {
        let image = build.image.as_ref().and_then(|link| project.image(link.to));
        if let Some(image) = image {
            draft.fact(node, "builds", &image.path, Some(build.at));
        }
        for tag in &build.tags {
            draft.fact(node, "makes image", &tag.value.to_string(), Some(tag.at));
        }
    }
    for pushed in project.pushed.iter().filter(|pushed| is_own(pushed.at)) {
        draft.fact(node, "pushes", &pushed.value.to_string(), Some(pushed.at));
    }
    for deployment in project.deployments.iter().filter(|deployment| is_own(deployment.at)) {
        draft.fact(node, "deploys", &deployment.title().replace('`', ""), Some(deployment.at));
    }
}

/// Cloud Build pushes `images` when all steps have ended.
fn push_images(draft: &mut Draft<'_>, file: &BuildFile, before: &[BTreeSet<usize>]) {
    let Some(first) = file.images.first().and_then(Value::at) else { return };
    let node = draft.node("step:images".to_owned(), NodeKind::Step, "push of images", Some(first));
    draft.about(node, "Cloud Build, after all steps");
    for image in &file.images {
        draft.fact_of(node, "pushes", image);
    }
    draft.stands_for(Element::Node(node), file.images.iter().filter_map(Value::at));
    let all: BTreeSet<usize> = (0..file.steps.len()).collect();
    for from in nearest(before, &all) {
        draft.edge(from, node, EdgeKind::Precedes);
    }
}

/// Those of some steps that no other of them has to wait behind.
fn nearest(before: &[BTreeSet<usize>], all: &BTreeSet<usize>) -> Vec<usize> {
    let is_behind = |step: &usize| {
        all.iter().filter_map(|other| before.get(*other)).any(|earlier| earlier.contains(step))
    };
    all.iter().copied().filter(|step| !is_behind(step)).collect()
}

/// Marks the edges of the longest chain of steps: the build takes as long as it. How long a
/// step takes is not known, so each counts the same.
fn mark_longest_chain(graph: &mut Graph) {
    let count = graph.nodes.len();
    let mut longest: Vec<(usize, Option<usize>)> = vec![(1, None); count];
    // Steps wait for earlier ones only, so the edges in the order of their ends suffice.
    let mut order: Vec<usize> = (0..graph.edges.len()).collect();
    order.sort_by_key(|i| graph.edges.get(*i).map(|edge| (edge.to, edge.from)));
    for i in order {
        let Some(edge) = graph.edges.get(i) else { continue };
        let length = longest.get(edge.from).map_or(1, |(length, _)| length + 1);
        if let Some(own) = longest.get_mut(edge.to)
            && own.0 < length
        {
            *own = (length, Some(i));
        }
    }
    let last = (0..count).max_by_key(|i| (longest.get(*i).map(|l| l.0), count - i));
    let mut at = last;
    while let Some(edge) = at.and_then(|i| longest.get(i)).and_then(|(_, edge)| *edge) {
        let Some(edge) = graph.edges.get_mut(edge) else { return };
        edge.is_critical = true;
        at = Some(edge.from);
    }
}
