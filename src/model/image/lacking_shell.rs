//! Whether an image holds the shell that its texts are given to.

use super::system::Dialect;
use super::{Copy, CopyKind, Image, Stage};
use crate::model::Project;
use crate::model::script::Script;
use crate::value::Sourced;

impl Project {
    /// The texts that are given to a shell which the image surely does not hold, with what is
    /// known of the shell.
    pub fn scripts_without_shell(&self) -> Vec<(&Script, &Sourced<Dialect>)> {
        let mut lacking = Vec::new();
        for image in &self.images {
            for stage in &image.stages {
                lacking.extend(stage.scripts.iter().filter_map(|script| {
                    let shell = script.shell.known()?;
                    let is_lost = shell.value == Dialect::None
                        && !self.is_json(stage, script)
                        && !may_get_a_shell(image, stage, script);
                    is_lost.then_some((script, shell))
                }));
            }
        }
        lacking
    }

    /// Whether a text was written as JSON, which no shell reads.
    fn is_json(&self, stage: &Stage, script: &Script) -> bool {
        let mut written = stage.written.instructions.iter();
        !self.sources.text(script.text.at).is_empty()
            && written.any(|instruction| instruction.at == script.at && !instruction.shell_form)
    }
}

/// Whether something may bring a shell before a text is given to it. What starts has what is
/// copied below, too.
fn may_get_a_shell(image: &Image, stage: &Stage, script: &Script) -> bool {
    let is_run = script.instruction == "RUN";
    let mut copies = image.lineage(stage).flat_map(|stage| &stage.copies);
    copies.any(|copy| (!is_run || copy.order < script.order) && may_bring_a_shell(copy))
}

/// Whether something that is copied may be `/bin/sh`, or hold it.
fn may_bring_a_shell(copy: &Copy) -> bool {
    if copy.kind == CopyKind::Mount {
        return false;
    }
    let Some(to) = copy.destination.literal_text().map(|to| to.trim_end_matches('/')) else {
        return true;
    };
    let is_system = ["/bin", "/usr", "/sbin"].iter().any(|folder| {
        to == *folder || to.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    });
    // What lands in the root may be a folder with a `bin` of its own.
    to.is_empty() || is_system
}
