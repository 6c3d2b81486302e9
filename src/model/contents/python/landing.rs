//! Where a file or folder of the repository lies in an image.

use super::{absolute, base_stage};
use crate::model::context::copy::Lookup;
use crate::model::context::{has_wildcard, inner};
use crate::model::image::{Copy, Image, Origin, Stage};
use crate::source::{self, join};
use crate::value::Value;

/// Follows copies.
pub struct Landings<'a> {
    pub lookup: &'a Lookup<'a>,
    pub image: &'a Image,
    pub context: &'a str,
}

/// Where something lies.
pub enum Where {
    /// At these absolute paths; at none if it is not copied.
    Known(Vec<String>),
    /// It is not known.
    Unknown,
}

impl Landings<'_> {
    /// Where a path of the repository lies in a stage, after the instructions before `until`.
    pub fn of(&self, stage: &Stage, path: &str, until: usize) -> Where {
        self.follow(stage, path, until, 0)
    }

    fn follow(&self, stage: &Stage, path: &str, until: usize, depth: usize) -> Where {
        if depth > 20 {
            return Where::Unknown;
        }
        let mut places = Vec::new();
        if let Some(base) = base_stage(self.image, stage) {
            match self.follow(base, path, until, depth + 1) {
                Where::Known(found) => places.extend(found),
                Where::Unknown => return Where::Unknown,
            }
        }
        for copy in stage.copies.iter().filter(|copy| copy.order < until) {
            // Mounts are gone after their command.
            if copy.destination.is_unset() {
                continue;
            }
            let found = match copy.from {
                Origin::Other(_) => continue,
                Origin::Context => self.context_source(copy, path),
                Origin::Stage(from) => {
                    let Some(from) = self.image.stages.get(from) else { return Where::Unknown };
                    match self.follow(from, path, usize::MAX, depth + 1) {
                        Where::Known(inner) => from_stage(copy, &inner),
                        Where::Unknown => None,
                    }
                }
            };
            match found {
                Some(found) => places.extend(found),
                None => return Where::Unknown,
            }
        }
        places.sort();
        places.dedup();
        Where::Known(places)
    }

    fn context_source(&self, copy: &Copy, path: &str) -> Option<Vec<String>> {
        let mut places = Vec::new();
        for source in &copy.sources {
            let source = source.literal_text()?;
            if has_wildcard(source) {
                // A pattern of files at the top (`*.toml`) does not reach a package.
                let reaches =
                    !source.contains('.') || source.ends_with(".py") || source.contains('/');
                if reaches { return None } else { continue }
            }
            let from = join(self.context, &inner(source));
            let from = from.trim_end_matches('/');
            let is_file = self.lookup.sources.has_file(from);
            places.extend(place(copy, from, path, is_file)?);
        }
        Some(places)
    }
}

fn from_stage(copy: &Copy, inside: &[String]) -> Option<Vec<String>> {
    let mut places = Vec::new();
    for source in &copy.sources {
        let source = source.literal_text()?;
        if has_wildcard(source) {
            return inside.is_empty().then(Vec::new);
        }
        let source = format!("/{}", inner(source));
        let source = if source == "/" { String::new() } else { source };
        for path in inside {
            let is_file = *path == source && path.ends_with(".py");
            places.extend(place(copy, &source, path, is_file)?);
        }
    }
    Some(places)
}

/// Where a path comes to lie if `from` is copied; `None` if only a part of it is.
fn place(copy: &Copy, from: &str, path: &str, is_file: bool) -> Option<Vec<String>> {
    if path != from && !source::is_below(path, from) {
        return (!source::is_below(from, path)).then(Vec::new);
    }
    if copy.filtered {
        return None;
    }
    let folder = matches!(&copy.destination, Value::Known(d) if d.value.literal().is_some_and(|t| t.ends_with('/')));
    let destination = absolute(&copy.destination)?;
    let rest = match path.strip_prefix(from) {
        Some("") if is_file && (folder || copy.sources.len() > 1) => {
            format!("/{}", source::name(path))
        }
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest.to_owned(),
        Some(rest) => format!("/{rest}"),
        None => return None,
    };
    let root = if destination == "/" { "" } else { &destination };
    Some(vec![format!("{root}{rest}")])
}
