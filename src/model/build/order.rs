//! The order in which the steps of a build, or of a job, make, push and deploy images.

use crate::model::Project;
use crate::model::blur::Blur;
use crate::model::reference::ImageReference;
use crate::source::Span;
use crate::value::{Piece, Sourced, Step, Text, Value};
use std::collections::BTreeSet;

/// Steps that run on one machine.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// The steps as they are written.
    pub steps: Vec<OrderedStep>,
    /// What is pushed after all steps: `images` of a build file.
    pub pushed_at_end: Vec<Value<Text>>,
}

/// A step.
#[derive(Debug, Clone)]
pub struct OrderedStep {
    /// The steps that have surely ended before it starts, by their numbers.
    pub after: BTreeSet<usize>,
    /// Where it says so, if it does.
    pub waits: Option<Span>,
    /// What it does with images, in this order.
    pub acts: Vec<Act>,
    /// Whether it does something that is not read and may push images.
    pub may_push: bool,
    /// Whether it does something that is not read and may make images.
    pub may_make: bool,
}

/// What a command does with an image.
#[derive(Debug, Clone)]
pub enum Act {
    /// Makes one.
    Make {
        /// Its names.
        names: Vec<Value<Text>>,
        /// Whether it pushes it by itself.
        pushes: bool,
        /// Whether its builder keeps it, so that `docker` never has it.
        keeps: bool,
        /// The command, and why `docker` does not see the image, if it surely does not.
        unloaded: Option<(Span, Step)>,
    },
    /// Gives one that has the first name the second.
    Name(Value<Text>, Value<Text>),
    /// Fetches one from elsewhere.
    Bring(Value<Text>),
    /// Pushes one, by a command at a place.
    Push(Value<Text>, Span),
    /// Runs one.
    Deploy(Value<Text>),
}

/// A deployment of an image that is not pushed yet.
#[derive(Debug)]
pub struct EarlyDeploy<'a> {
    /// The image, where it is deployed.
    pub image: &'a Sourced<Text>,
    /// Where it is pushed.
    pub push: Span,
    /// Where it is made.
    pub made: Span,
    /// Where the step says what it waits for.
    pub waits: Option<Span>,
    /// When that is.
    pub when: PushTime,
    /// Whether no build before can have pushed an image of this name: its tag is a version.
    pub is_new: bool,
}

/// A push of an image that may not be made yet.
#[derive(Debug)]
pub struct EarlyPush<'a> {
    /// The image, where it is pushed.
    pub image: &'a Sourced<Text>,
    /// Where it is made.
    pub made: Span,
    /// Where the step says what it waits for.
    pub waits: Option<Span>,
}

/// When an image is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushTime {
    /// After all steps.
    AtEnd,
    /// In a step that is not waited for, or stands behind.
    InAnotherStep,
}

impl Project {
    /// The images that a step runs, that an earlier step of the same build makes, and that are
    /// pushed only later.
    pub fn early_deploys(&self) -> Vec<EarlyDeploy<'_>> {
        self.orders.iter().flat_map(Order::early_deploys).collect()
    }

    /// The images that a step pushes and that only a step which it does not wait for makes.
    pub fn early_pushes(&self) -> Vec<EarlyPush<'_>> {
        self.orders.iter().flat_map(Order::early_pushes).collect()
    }
}

impl Order {
    /// Lets each step run behind all before.
    pub fn in_sequence(steps: Vec<OrderedStep>) -> Order {
        let number =
            |(i, step): (usize, OrderedStep)| OrderedStep { after: (0..i).collect(), ..step };
        let steps = steps.into_iter().enumerate().map(number).collect();
        Order { steps, pushed_at_end: Vec::new() }
    }

    fn early_deploys(&self) -> Vec<EarlyDeploy<'_>> {
        let mut early = Vec::new();
        for (i, step) in self.steps.iter().enumerate() {
            for (j, act) in step.acts.iter().enumerate() {
                let Act::Deploy(image) = act else { continue };
                let Some(image) = image.known() else { continue };
                let reference = ImageReference::parse(&image.value);
                if reference.digest || reference.name().is_none() {
                    continue;
                }
                let before = step.after.iter().filter_map(|i| self.steps.get(*i));
                let may_push = step.may_push || before.clone().any(|step| step.may_push);
                let acts = before.flat_map(|step| &step.acts);
                let acts: Vec<&Act> = acts.chain(step.acts.iter().take(j)).collect();
                if may_push || acts.iter().any(|act| act.may_push(&reference)) {
                    continue;
                }
                // What nothing here makes exists already.
                let Some(made) = acts.iter().find_map(|act| act.makes(&reference)) else {
                    continue;
                };
                let is_it = |value: &&Value<Text>| {
                    let names = |v: &Sourced<Text>| ImageReference::parse(&v.value);
                    value.known().is_some_and(|v| names(v).same_image(&reference))
                };
                let at_end = self.pushed_at_end.iter().find(is_it).and_then(Value::at);
                let later = self.steps.iter().enumerate().filter(|(k, _)| !step.after.contains(k));
                let later =
                    later.flat_map(|(k, other)| other.acts.iter().skip(if k == i { j } else { 0 }));
                let in_step = later.into_iter().find_map(|act| match act {
                    Act::Push(image, at) if is_it(&image) => Some(*at),
                    _ => None,
                });
                let push = in_step.map(|at| (at, PushTime::InAnotherStep));
                let push = push.or(at_end.map(|at| (at, PushTime::AtEnd)));
                let Some((push, when)) = push else { continue };
                let is_new = reference.tag.as_ref().is_some_and(is_version);
                early.push(EarlyDeploy { image, push, made, waits: step.waits, when, is_new });
            }
        }
        early
    }

    fn early_pushes(&self) -> Vec<EarlyPush<'_>> {
        let mut early = Vec::new();
        for (i, step) in self.steps.iter().enumerate() {
            for (j, act) in step.acts.iter().enumerate() {
                let Act::Push(Value::Known(image), _) = act else { continue };
                let wanted = ImageReference::parse(&image.value);
                let before = step.after.iter().filter_map(|i| self.steps.get(*i));
                let may_make = step.may_make || before.clone().any(|step| step.may_make);
                let acts = before.flat_map(|step| &step.acts);
                let mut acts = acts.chain(step.acts.iter().take(j));
                if wanted.name().is_none() || may_make || acts.any(|act| act.may_have(&wanted)) {
                    continue;
                }
                let others = self.steps.iter().enumerate().filter(|(k, _)| *k != i);
                let mut others = others.filter(|(k, _)| !step.after.contains(k));
                let made = others.find_map(|(_, o)| o.acts.iter().find_map(|a| a.makes(&wanted)));
                if let Some(made) = made {
                    early.push(EarlyPush { image, made, waits: step.waits });
                }
            }
        }
        early
    }

    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        for act in self.steps.iter_mut().flat_map(|step| &mut step.acts) {
            match act {
                Act::Make { names, unloaded, .. } => {
                    names.iter_mut().for_each(|name| blur.value(name));
                    blur.option(unloaded);
                }
                Act::Name(from, to) => [from, to].into_iter().for_each(|name| blur.value(name)),
                Act::Bring(image) | Act::Push(image, _) | Act::Deploy(image) => blur.value(image),
            }
        }
        self.pushed_at_end.iter_mut().for_each(|image| blur.value(image));
    }
}

impl Act {
    /// Where it makes the image, if it does.
    fn makes(&self, wanted: &ImageReference) -> Option<Span> {
        let names = match self {
            Act::Make { names, .. } => names.as_slice(),
            Act::Name(_, name) => std::slice::from_ref(name),
            _ => return None,
        };
        let mut names = names.iter().filter_map(Value::known);
        let is_it = |name: &&Sourced<Text>| ImageReference::parse(&name.value).same_image(wanted);
        names.find(is_it).map(|name| name.at)
    }

    /// Whether it makes or fetches the image, or one that may be the same.
    fn may_have(&self, wanted: &ImageReference) -> bool {
        let may_be = |image: &Value<Text>| {
            let Some(image) = image.known() else { return true };
            ImageReference::parse(&image.value).same_repository(wanted, true).is_some()
        };
        match self {
            Act::Make { names, .. } => names.iter().any(may_be),
            Act::Name(_, image) | Act::Bring(image) => may_be(image),
            Act::Push(..) | Act::Deploy(_) => false,
        }
    }

    /// Whether it pushes the image, or one that may be the same.
    fn may_push(&self, wanted: &ImageReference) -> bool {
        let may_be = |image: &Value<Text>| {
            let Some(image) = image.known() else { return true };
            let other = ImageReference::parse(&image.value);
            let tags = match (&other.tag, &wanted.tag) {
                (Some(a), Some(b)) => a.may_be(b),
                // Without a tag all may be pushed.
                _ => true,
            };
            tags && other.same_repository(wanted, true).is_some()
        };
        match self {
            Act::Make { names, pushes, .. } => *pushes && names.iter().any(may_be),
            Act::Push(image, _) => may_be(image),
            Act::Name(..) | Act::Bring(_) | Act::Deploy(_) => false,
        }
    }
}

/// Whether a tag is another for each build.
fn is_version(tag: &Text) -> bool {
    const NAMES: &[&str] =
        &["BUILD_ID", "SHORT_SHA", "COMMIT_SHA", "REVISION_ID", "github.sha", "GITHUB_SHA"];
    let is_one =
        |piece: &Piece| matches!(piece, Piece::Hole(name) if NAMES.contains(&name.as_str()));
    tag.pieces().iter().any(is_one)
}
