//! `seamlint graph`: what belongs together, with what was found.

use super::project::{Selection, named};
use super::{Graph as Call, Status, complain, print, say};
pub use crate::graph::Format;
use crate::graph::Graph;
use crate::lint;
use crate::model::Project;
use crate::rules;
use crate::source::Sources;
use std::io;
use std::path::Path;

/// Draws the graph of a project.
///
/// # Errors
/// If the call or the configuration is wrong, or the disk fails.
pub fn run(call: &Call) -> io::Result<Status> {
    let selection = Selection::of(&call.paths)?;
    let (config, _) = selection.config(call.config.as_deref())?;
    let mut sources = Sources::discover(&selection.root, &config.exclude)
        .map_err(|error| named(&selection.root, &error))?;
    sources.retain_environments(|path| config.is_environment(path));
    let mut project = Project::read(sources);
    project.policy = config.policy.clone();
    let outcome = lint::lint(&project, rules::ALL, &config);
    let root = selection.root.canonicalize().unwrap_or_else(|_| selection.root.clone());
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
    let graph = match &call.steps {
        Some(file) => {
            let Some(graph) = steps(&project, &outcome.findings, &root, file) else {
                complain(&format!("{}: no build file of this project", file.display()));
                return Ok(Status::Failed);
            };
            graph
        }
        None => {
            let title = name.unwrap_or_else(|| "project".to_owned());
            let mut graph = Graph::of_project(&project, &outcome.findings, &title);
            if selection.names_files() {
                graph.focus(|path| selection.holds(path));
            }
            graph
        }
    };
    let picture = call.format.render(&graph);
    match &call.output {
        Some(file) => std::fs::write(file, picture).map_err(|error| named(file, &error))?,
        None => print(&picture)?,
    }
    if graph.nodes.is_empty() && call.format == Format::Text {
        say("nothing here builds or deploys");
    }
    Ok(Status::Clean)
}

/// The steps of a build file, which is named from the folder of the call or from the root.
fn steps(
    project: &Project,
    findings: &[crate::finding::Finding],
    root: &Path,
    file: &Path,
) -> Option<Graph> {
    let full = file.canonicalize().ok();
    let below = full.as_deref().and_then(|full| full.strip_prefix(root).ok()).unwrap_or(file);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    Graph::of_steps(project, findings, &parts.join("/"))
}
