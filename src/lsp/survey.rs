//! What is known of the places of a project, gathered when somebody asks.

use super::places::View;
use crate::model::Project;
use crate::model::known::Known;
use crate::model::tie::{self, End, Tie};
use crate::source::{SourceId, Span};
use lsp_types::{DocumentLink, Location, Position, Range};
use std::collections::BTreeSet;

/// The values of a project, and which places speak of which.
#[derive(Debug)]
pub struct Survey {
    known: Vec<Known>,
    ties: Vec<Tie>,
}

impl Survey {
    /// Gathers them.
    pub fn of(project: &mut Project) -> Survey {
        let known = project.known();
        let mut ties = project.ties();
        ties.extend(known.iter().flat_map(|known| tie::of_steps(known.at, &known.via)));
        Survey { known, ties }
    }

    /// What is known at a byte: of the values that hold it, the smallest.
    pub fn known_at(&self, id: SourceId, at: u32) -> Vec<&Known> {
        let here = self.known.iter().filter(|it| it.at.source == id && it.at.touches(at));
        let smallest = here.clone().map(|it| it.at.range().len()).min();
        here.filter(|it| Some(it.at.range().len()) == smallest).collect()
    }

    /// What a byte speaks of.
    fn ends(&self, id: SourceId, at: u32) -> Vec<&End> {
        let here = self.ties.iter().filter(|it| it.from.source == id && it.from.touches(at));
        let smallest = here.clone().map(|it| it.from.range().len()).min();
        let smallest = here.filter(|it| Some(it.from.range().len()) == smallest);
        let mut ends: Vec<&End> = Vec::new();
        for tie in smallest {
            if !ends.contains(&&tie.to) {
                ends.push(&tie.to);
            }
        }
        ends
    }
}

/// Where what a byte speaks of is.
pub fn definitions(view: &View, id: SourceId, at: u32) -> Vec<Location> {
    let Some(survey) = view.checked.survey.as_ref() else { return Vec::new() };
    survey.ends(id, at).into_iter().filter_map(|end| location(view, end)).collect()
}

/// All that speaks of what is at a byte, or of what is spoken of there; of the file, if there is
/// nothing. What they speak of comes first, if it is asked for.
pub fn references(view: &View, id: SourceId, at: u32, with_own: bool) -> Vec<Location> {
    let Some(survey) = view.checked.survey.as_ref() else { return Vec::new() };
    let touches = |end: &End| match end {
        End::Place(span) => span.source == id && span.touches(at),
        End::File(_) => false,
    };
    let mut ends: Vec<&End> = Vec::new();
    for tie in survey.ties.iter().filter(|tie| touches(&tie.to)) {
        if !ends.contains(&&tie.to) {
            ends.push(&tie.to);
        }
    }
    if ends.is_empty() {
        ends = survey.ends(id, at);
    }
    let file = End::File(view.path(id).to_owned());
    if ends.is_empty() {
        ends.push(&file);
    }
    let own = ends.iter().filter(|_| with_own).filter_map(|end| location(view, end));
    let speaking = survey.ties.iter().filter(|tie| ends.contains(&&tie.to));
    let froms: BTreeSet<Span> = speaking.map(|tie| tie.from).collect();
    let mut locations: Vec<Location> = own.collect();
    for location in froms.into_iter().filter_map(|from| view.location(from)) {
        if !locations.contains(&location) {
            locations.push(location);
        }
    }
    locations
}

/// The places of a file that speak of other files.
pub fn links(view: &View, id: SourceId) -> Vec<DocumentLink> {
    let Some(survey) = view.checked.survey.as_ref() else { return Vec::new() };
    let mut links: Vec<(Span, &str)> = Vec::new();
    for tie in survey.ties.iter().filter(|tie| tie.from.source == id) {
        if let End::File(path) = &tie.to {
            links.push((tie.from, path));
        }
    }
    links.sort_unstable();
    links.dedup();
    let link = |(from, path): (Span, &str)| DocumentLink {
        range: view.range(from),
        target: view.uri_of(path),
        tooltip: view.client.tooltips.then(|| path.to_owned()),
        data: None,
    };
    links.into_iter().map(link).collect()
}

fn location(view: &View, end: &End) -> Option<Location> {
    match end {
        End::Place(span) => view.location(*span),
        End::File(path) => {
            let top = Position::new(0, 0);
            Some(Location::new(view.uri_of(path)?, Range::new(top, top)))
        }
    }
}
