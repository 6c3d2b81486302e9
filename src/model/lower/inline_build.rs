//! Triggers of Terraform that hold their build themselves.

use super::super::build::Prepared;
use super::Lowered;
use super::cloudbuild::{self, Submission};
use super::trigger::{TRIGGER, trigger};
use crate::eval::inline_build;
use crate::eval::terraform::{Key, Terraform};
use crate::source::{Sources, Span};
use crate::syntax::cloudbuild::of_block;
use std::collections::{BTreeMap, BTreeSet};

/// The instances of a block that are read. Others are alike, or too many.
const INSTANCES: usize = 32;

/// What the builds of triggers mean, with the triggers: each instance of a block that is repeated,
/// and what a default switches off.
///
/// Which repository such a trigger checks out is not known, so of paths nothing is.
pub fn lower(sources: &Sources, terraform: &Terraform) -> Lowered {
    let mut seen: BTreeMap<Span, BTreeSet<String>> = BTreeMap::new();
    let mut lowered = Lowered::default();
    let active = terraform.resources(TRIGGER).map(|(_, resource)| (resource, [].as_slice()));
    for (resource, off) in active.chain(terraform.dormant(TRIGGER)) {
        let Some(block) = resource.body.blocks("build").next() else { continue };
        let Some(root) = inline_build::root(block) else { continue };
        let instances = seen.entry(resource.at).or_default();
        // Of several environments, and of most instances, the builds are the same.
        let is_first = instances.is_empty();
        if instances.len() >= INSTANCES || !instances.insert(inline_build::written(&root)) {
            continue;
        }
        let address = match &resource.key {
            Key::Each(key) if !is_first => format!("{TRIGGER}.{}[{key:?}]", resource.name),
            _ => format!("{TRIGGER}.{}", resource.name),
        };
        let trigger = super::super::build::trigger::Trigger {
            is_inline: true,
            off: off.to_vec(),
            ..trigger(resource, address)
        };
        let given = trigger.substitutions.iter();
        let submission = Submission {
            bases: vec![String::new()],
            trigger: Some(trigger.at),
            overridden: given.filter_map(|n| n.literal_text()).map(str::to_owned).collect(),
            prepared: Prepared::Anything,
        };
        let mut own = cloudbuild::lower(sources, &of_block(&root), &submission);
        own.builds.iter_mut().for_each(|build| build.places.clear());
        for refused in own.refused_in_builds.iter_mut().flatten() {
            refused.message = inline_build::words(&refused.message);
            refused.help = inline_build::words(&refused.help);
        }
        own.named_paths.clear();
        own.expected.clear();
        own.submissions.clear();
        own.build_files.iter_mut().for_each(|file| file.path.clone_from(&trigger.build));
        own.triggers.push(trigger);
        lowered.append(own);
    }
    lowered
}
