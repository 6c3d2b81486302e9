//! Triggers of Terraform that hold their build themselves.

use super::super::build::Prepared;
use super::Lowered;
use super::cloudbuild::{self, Submission};
use super::terraform::{TRIGGER, trigger};
use crate::eval::inline_build;
use crate::eval::terraform::Terraform;
use crate::source::{Sources, Span};
use crate::syntax::cloudbuild::of_block;
use std::collections::BTreeSet;

/// What the builds of triggers mean, with the triggers. Of a block that is repeated the first
/// instance is read.
///
/// Which repository such a trigger checks out is not known, so of paths nothing is.
pub fn lower(sources: &Sources, terraform: &Terraform) -> Lowered {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let mut lowered = Lowered::default();
    for (_, resource) in terraform.resources(TRIGGER) {
        let Some(block) = resource.body.blocks("build").next() else { continue };
        let Some(root) = inline_build::root(block).filter(|_| seen.insert(resource.at)) else {
            continue;
        };
        let trigger = super::super::build::trigger::Trigger {
            is_inline: true,
            ..trigger(resource, format!("{TRIGGER}.{}", resource.name))
        };
        let given = trigger.substitutions.iter();
        let submission = Submission {
            bases: vec![String::new()],
            is_started: true,
            overridden: given.filter_map(|n| n.literal_text()).map(str::to_owned).collect(),
            prepared: Prepared::Anything,
        };
        let mut own = cloudbuild::lower(sources, &of_block(&root), &submission);
        own.builds.iter_mut().for_each(|build| build.places.clear());
        own.named_paths.clear();
        own.expected.clear();
        own.submissions.clear();
        own.build_files.iter_mut().for_each(|file| file.path.clone_from(&trigger.build));
        own.triggers.push(trigger);
        lowered.append(own);
    }
    lowered
}
