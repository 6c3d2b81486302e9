//! What the tasks of `package.json`, Taskfiles and justfiles run.

use super::super::build::{Builder, Prepared, Runner};
use super::super::deployment::Manager;
use super::script::{Start, invocations};
use super::{Lowered, WorkingFolder};
use crate::model::context::aside::is_set_aside;
use crate::source::{SourceId, Sources, folder};
use crate::syntax::tasks::Task;
use crate::value::Text;

/// What the tasks of a file add to the project. They start in its folder.
pub fn lower(sources: &Sources, id: SourceId, tasks: &[Task]) -> Lowered {
    let mut lowered = Lowered::default();
    let path = &sources.get(id).path;
    if is_set_aside(path) {
        return lowered;
    }
    let own = WorkingFolder::root(folder(path));
    for task in tasks {
        let folders = match &task.dir {
            None => vec![own.clone()],
            Some(dir) if dir.text.contains("${{") => Vec::new(),
            Some(dir) => own.enter(&Text::from(&*dir.text)).into_iter().collect(),
        };
        let mut prepared = if task.alone { Prepared::No } else { Prepared::Anything };
        for command in &task.commands {
            let start = Start {
                folders: folders.clone(),
                env: Vec::new(),
                prepared,
                dir: None,
                runner: Runner::Person,
                builder: Builder::BuildKit,
                own_builder: None,
            };
            for invocation in invocations(sources, command, &start) {
                lowered.invoke(&invocation, Manager::Script);
                prepared = prepared.max(invocation.makes);
            }
        }
    }
    // Tasks that only call each other deploy nothing.
    lowered.expected.clear();
    lowered
}
