//! Images of Lambda functions, by how they are called.
//!
//! Sources: aws-samples/bedrock-access-gateway, issue 205, and serverless/serverless, issue 8636,
//! read 2026-11: Lambda calls both references without a tag and those with a tag and a digest
//! "not valid".

use super::Platform;
use crate::model::Project;
use crate::model::reference::ImageReference;
use crate::value::{Piece, Sourced, Text};

/// An image that Lambda does not find by the reference that it is given.
#[derive(Debug)]
pub struct RefusedReference<'a> {
    /// The reference.
    pub image: &'a Sourced<Text>,
    /// What is wrong with it.
    pub fault: ReferenceFault,
}

/// Why Lambda refuses a reference to an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceFault {
    /// It has neither a tag nor a digest.
    NoTag,
    /// It has both.
    TagAndDigest,
}

impl Project {
    /// The images of functions whose references Lambda refuses.
    pub fn refused_references(&self) -> Vec<RefusedReference<'_>> {
        let functions = self.containers().filter(|(d, _)| d.platform == Platform::Lambda);
        let images = functions.filter_map(|(_, container)| container.image.known());
        images
            .filter_map(|image| Some(RefusedReference { image, fault: fault(&image.value)? }))
            .collect()
    }
}

fn fault(image: &Text) -> Option<ReferenceFault> {
    let reference = ImageReference::parse(image);
    if reference.digest {
        return reference.tag.is_some().then_some(ReferenceFault::TagAndDigest);
    }
    let last = reference.path.last()?;
    let is_whole = match last.literal() {
        Some(name) => reference.path.len() > 1 && !name.is_empty(),
        None => ends_with_repository(last),
    };
    (reference.tag.is_none() && is_whole).then_some(ReferenceFault::NoTag)
}

/// Whether a text ends with what Terraform knows as the URL of a repository, which has no tag.
fn ends_with_repository(text: &Text) -> bool {
    let Some(Piece::Hole(name)) = text.pieces().last() else { return false };
    let name = name.split_whitespace().next().unwrap_or_default();
    name.contains("aws_ecr_repository.") && name.ends_with(".repository_url")
}
