//! Images that `docker` does not see, since they stay in the cache of a builder.

use crate::model::Project;
use crate::model::build::order::{Act, Order};
use crate::model::reference::ImageReference;
use crate::source::Span;
use crate::value::{Sourced, Step, Text, Value};

/// A command that names an image which `docker` does not have.
#[derive(Debug)]
pub struct UnloadedImage<'a> {
    /// The image, as the command names it.
    pub image: &'a Sourced<Text>,
    /// The command: `docker push`.
    pub command: &'static str,
    /// The build that keeps it.
    pub made: Span,
    /// Why it does.
    pub because: &'a Step,
}

impl Project {
    /// The images that a job pushes or names again, and that a build of the same job surely left
    /// in the cache of its builder.
    pub fn unloaded_images(&self) -> Vec<UnloadedImage<'_>> {
        self.orders.iter().flat_map(unloaded).collect()
    }
}

fn unloaded(order: &Order) -> Vec<UnloadedImage<'_>> {
    let mut found = Vec::new();
    for (i, step) in order.steps.iter().enumerate() {
        for (j, act) in step.acts.iter().enumerate() {
            let Act::Make { names, unloaded: Some((made, because)), .. } = act else { continue };
            let behind = order.steps.iter().skip(i + 1);
            // What another step does that is not read may load the image.
            let behind = behind.take_while(|step| step.after.contains(&i) && !step.may_push);
            let mut later = step.acts.iter().skip(j + 1).chain(behind.flat_map(|s| &s.acts));
            let used = names.iter().filter_map(Value::known).find_map(|name| {
                let name = ImageReference::parse(&name.value);
                later.clone().find_map(|act| act.meets(&name)).flatten()
            });
            // Another build of the name loads it, perhaps.
            if let Some((image, command)) = used
                && !later.any(|act| matches!(act, Act::Make { .. }) && act.may_make(&image.value))
            {
                found.push(UnloadedImage { image, command, made: *made, because });
            }
        }
    }
    found
}

impl Act {
    /// The command that needs `docker` to have an image. There may be none if something before
    /// may bring the image: then that is what is met first.
    fn meets(&self, wanted: &ImageReference) -> Option<Option<(&Sourced<Text>, &'static str)>> {
        let is_it = |image: &Value<Text>| {
            image.known().is_some_and(|name| ImageReference::parse(&name.value).same_image(wanted))
        };
        match self {
            Act::Name(image, _) if is_it(image) => Some(image.known().map(|i| (i, "docker tag"))),
            Act::Push(image, _) if is_it(image) => Some(image.known().map(|i| (i, "docker push"))),
            Act::Name(_, image) if is_it(image) => Some(None),
            Act::Bring(image) if image.known().is_none() || is_it(image) => Some(None),
            _ => None,
        }
    }

    /// Whether it may make an image of a name.
    fn may_make(&self, wanted: &Text) -> bool {
        match self {
            Act::Make { names, unloaded: None, .. } => {
                names.is_empty()
                    || names.iter().any(|name| name.known().is_none_or(|n| n.value.may_be(wanted)))
            }
            _ => false,
        }
    }
}
