//! What `COPY --from` and mounts name that is no stage and no image.

use super::system::is_official;
use super::{Image, NamedOrigin};
use crate::model::Project;
use crate::nearest::nearest;
use crate::value::Sourced;

/// An origin that is not there.
#[derive(Debug)]
pub struct UnknownOrigin<'a> {
    /// The name.
    pub name: &'a Sourced<String>,
    /// Why it names nothing.
    pub why: NoOrigin<'a>,
}

/// Why a name is one of no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoOrigin<'a> {
    /// It has a variable, which `COPY --from` does not expand.
    Unexpanded,
    /// It is a number behind that of the last stage, which is this.
    Number(usize),
    /// It is a slip of the name of an earlier stage.
    Slip(&'a str),
    /// No stage and no official image is called so.
    Nothing,
}

impl Project {
    /// The origins of all Dockerfiles, with any arguments, that are not there.
    pub fn unknown_origins(&self) -> Vec<UnknownOrigin<'_>> {
        let mut unknown = Vec::new();
        for image in self.images_as_built().filter(|image| !image.own_syntax) {
            for (i, stage) in image.stages.iter().enumerate() {
                let named = stage.origins.iter().filter(|origin| origin.stage.is_none());
                unknown.extend(named.filter_map(|origin| self.unknown_origin(image, i, origin)));
            }
        }
        unknown
    }

    fn unknown_origin<'a>(
        &self,
        image: &'a Image,
        stage: usize,
        origin: &'a NamedOrigin,
    ) -> Option<UnknownOrigin<'a>> {
        let name = origin.name.known()?;
        let unknown = |why| Some(UnknownOrigin { name, why });
        let text = name.value.as_str();
        if text.contains('$') && !origin.of_mount {
            return unknown(NoOrigin::Unexpanded);
        }
        if let (Ok(number), false) = (text.parse::<usize>(), origin.of_mount) {
            let last = image.stages.len().checked_sub(1)?;
            return unknown(NoOrigin::Number(last)).filter(|_| number > last);
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let mut names = image.stages.iter().filter_map(|stage| stage.name.as_deref());
        let is_there = names.any(|other| other.eq_ignore_ascii_case(text))
            || is_official(&text.to_ascii_lowercase())
            || self.may_name_context(image, text);
        if text.is_empty() || !text.chars().all(is_name) || is_there {
            return None;
        }
        let earlier = image.stages.iter().take(stage).filter_map(|stage| stage.name.as_deref());
        unknown(nearest(text, earlier).map_or(NoOrigin::Nothing, NoOrigin::Slip))
    }
}
