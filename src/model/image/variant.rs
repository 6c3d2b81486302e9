//! Images that several builds make with different arguments, as each of them makes it.

use super::{Image, ImageId};
use crate::model::blur::Blur;
use crate::model::build::{Build, BuildId};
use crate::model::link::BuildsByImage;
use crate::model::lower::dockerfile::{self, Arguments, Given};
use crate::source::{SourceId, Sources};
use crate::syntax::dockerfile::{Dockerfile, Kind};
use crate::value::Step;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An image with so many sets of arguments is read without any.
const MOST: usize = 24;

/// An image as builds make it that give its arguments the same values, where others give others.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The image, of which no more is known than what all builds agree on.
    pub of: ImageId,
    /// The image with these values.
    pub image: Arc<Image>,
    /// The builds that give them.
    pub builds: Vec<BuildId>,
    /// The values that other builds do not give.
    pub given: Vec<Step>,
}

impl Variant {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        Arc::make_mut(&mut self.image).blur(blur);
    }
}

/// The variants of all images of which the builds give different values.
pub(in crate::model) fn variants(
    sources: &Sources,
    trees: &BTreeMap<SourceId, Arc<Dockerfile>>,
    images: &[Arc<Image>],
    builds: &BuildsByImage<'_>,
) -> Vec<Variant> {
    let several: Vec<_> = builds.iter().filter(|(_, builds)| builds.len() > 1).collect();
    let of_image = |(id, builds): &(&ImageId, &Vec<(BuildId, &Build)>)| {
        let image = images.get(id.0)?;
        let tree = trees.get(&image.source)?;
        Some(of_image(sources, **id, image, tree, builds))
    };
    several.par_iter().filter_map(of_image).flatten_iter().collect()
}

fn of_image(
    sources: &Sources,
    of: ImageId,
    image: &Image,
    tree: &Dockerfile,
    builds: &[(BuildId, &Build)],
) -> Vec<Variant> {
    let declared: BTreeSet<&str> = tree
        .instructions
        .iter()
        .filter_map(|instruction| match &instruction.kind {
            Kind::Arg(declarations) => Some(declarations),
            _ => None,
        })
        .flatten()
        .map(|declaration| declaration.name.text.as_str())
        .collect();
    // Where one build gives a name something, others that are read less well may do so, too.
    let named = builds.iter().flat_map(|(_, build)| &build.contexts);
    let unsaid: Arguments = named.map(|context| (context.name.clone(), None)).collect();
    let mut sets: Vec<(Given, Vec<BuildId>)> = Vec::new();
    for (id, build) in builds {
        let mut contexts = unsaid.clone();
        let own = build.contexts.iter();
        contexts.extend(own.map(|own| (own.name.clone(), own.plain_image().cloned())));
        let own = Given { arguments: arguments(build, &declared), contexts };
        match sets.iter_mut().find(|(set, _)| same(set, &own)) {
            Some((_, ids)) => ids.push(*id),
            None => sets.push((own, vec![*id])),
        }
    }
    if sets.len() < 2 || sets.len() > MOST {
        return Vec::new();
    }
    let differs = |name: &String| {
        let mut values = sets.iter().map(|(set, _)| value(&set.arguments, name));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    let variant = |(set, ids): &(Given, Vec<BuildId>)| {
        let given =
            set.arguments.iter().filter(|(name, _)| differs(name)).filter_map(|(name, value)| {
                let value = value.as_ref()?;
                Some(Step::reference(value.at, format!("here `{name}` is `{}`", value.value)))
            });
        let lowered = sources.keep(image.source, "variant", set.clone(), || {
            dockerfile::lower(sources, image.source, tree, set).map(Arc::new)
        });
        let (given, builds) = (given.collect(), ids.clone());
        Some(Variant { of, image: Option::clone(&lowered)?, builds, given })
    };
    sets.iter().filter_map(variant).collect()
}

/// What a build gives the arguments that a Dockerfile declares.
fn arguments(build: &Build, declared: &BTreeSet<&str>) -> Arguments {
    let own = build.arguments.iter().filter(|(name, _)| declared.contains(name.as_str()));
    own.map(|(name, value)| {
        let known = value.known().filter(|value| value.value.literal().is_some());
        (name.clone(), known.cloned())
    })
    .collect()
}

/// What a set gives an argument: nothing, something, or this.
fn value<'a>(set: &'a Arguments, name: &str) -> Option<Option<&'a str>> {
    set.get(name).map(|value| value.as_ref().and_then(|value| value.value.literal()))
}

fn same(a: &Given, b: &Given) -> bool {
    let alike = |a: &Arguments, b: &Arguments| {
        a.len() == b.len() && a.keys().all(|name| value(a, name) == value(b, name))
    };
    alike(&a.arguments, &b.arguments) && alike(&a.contexts, &b.contexts)
}
