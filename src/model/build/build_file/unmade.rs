//! Images that are pushed after all steps and that no step makes.

use crate::model::Project;
use crate::model::build::order::{Act, Order};
use crate::model::reference::ImageReference;
use crate::value::{Piece, Sourced, Text, Value};

/// An image of `images` that the build does not have when it should be pushed.
#[derive(Debug)]
pub struct Unmade<'a> {
    /// The image, where it is named.
    pub image: &'a Sourced<Text>,
    /// An image of the same repository that is made.
    pub near: Option<&'a Sourced<Text>>,
    /// All that are made, each name once.
    pub made: Vec<&'a Sourced<Text>>,
    /// Whether a step makes it by Kaniko or BuildKit, and pushes it from there.
    pub is_elsewhere: bool,
}

/// Whether two tags may be the same. What numbers builds and commits is no word.
fn may_be_tag(a: &Text, b: &Text) -> bool {
    const NUMBERS: &[&str] = &["BUILD_ID", "COMMIT_SHA", "REVISION_ID", "SHORT_SHA"];
    let numbers = |tag: &Text| matches!(tag.pieces(), [Piece::Hole(name)] if NUMBERS.contains(&name.as_str()));
    let is_word = |tag: &Text| {
        tag.literal().is_some_and(|tag| tag.contains(|c: char| !c.is_ascii_hexdigit() && c != '-'))
    };
    a.may_be(b) && !(numbers(a) && is_word(b)) && !(numbers(b) && is_word(a))
}

impl Project {
    /// The images that builds should push after their steps and surely do not make.
    pub fn unmade_images(&self) -> Vec<Unmade<'_>> {
        self.orders.iter().flat_map(Order::unmade_images).collect()
    }
}

impl Order {
    fn unmade_images(&self) -> Vec<Unmade<'_>> {
        if self.pushed_at_end.is_empty() || self.steps.iter().any(|step| step.may_make) {
            return Vec::new();
        }
        let acts: Vec<&Act> = self.steps.iter().flat_map(|step| &step.acts).collect();
        let mut made = Vec::new();
        let mut elsewhere = Vec::new();
        for act in &acts {
            match act {
                // A builder of its own keeps what it makes.
                Act::Make { names, keeps: true, .. } => elsewhere.extend(names),
                Act::Make { names, .. } => made.extend(names),
                Act::Name(_, name) | Act::Bring(name) => made.push(name),
                Act::Push(..) | Act::Deploy(_) => {}
            }
        }
        // A name that is not known may be any.
        let known: Option<Vec<&Sourced<Text>>> = made.into_iter().map(Value::known).collect();
        let Some(known) = known else { return Vec::new() };
        let may_be = |image: &Sourced<Text>, other: &Sourced<Text>| {
            let (a, b) = (ImageReference::parse(&image.value), ImageReference::parse(&other.value));
            if a.name().is_none() || b.name().is_none() {
                return true;
            }
            let tags = match (a.literal_tag(), b.literal_tag()) {
                // All tags of a name without one are pushed.
                _ if a.tag.is_none() && !a.digest => true,
                (Some(a), Some(b)) => a == b,
                _ => a.tag.iter().zip(&b.tag).all(|(a, b)| may_be_tag(a, b)),
            };
            tags && a.same_repository(&b, true).is_some()
        };
        let images = self.pushed_at_end.iter().filter_map(Value::known);
        let unmade = images.filter(|image| !known.iter().any(|made| may_be(image, made)));
        unmade
            .filter_map(|image| {
                let wanted = ImageReference::parse(&image.value);
                wanted.name()?;
                let same = |other: &&Sourced<Text>| {
                    wanted.same_repository(&ImageReference::parse(&other.value), true).is_some()
                };
                let near = known.iter().copied().find(same);
                let mut others = elsewhere.iter().map(|name| name.known());
                let is_elsewhere = others.any(|name| name.is_none_or(|name| may_be(image, name)));
                let mut made: Vec<&Sourced<Text>> = Vec::new();
                for name in &known {
                    if !made.iter().any(|other| other.value == name.value) {
                        made.push(name);
                    }
                }
                Some(Unmade { image, near, made, is_elsewhere })
            })
            .collect()
    }
}
