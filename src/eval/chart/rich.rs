//! Text that a template made, with the way back to the template for each of its characters.

use crate::eval::manifest::{placeholders, value};
use crate::eval::terraform::{Datum, Evaluated};
use crate::source::{Excerpt, SourceId, Span};
use crate::syntax::kubernetes::HOLE;
use crate::syntax::yaml::{self, Kind, Node};
use crate::value::{Piece, Step, Text};
use std::borrow::Cow;

/// Longer texts are not made.
pub const LONGEST: usize = 1 << 20;

/// A text of runs.
#[derive(Debug, Clone, Default)]
pub struct Rich(pub Vec<Run>);

/// A part of a text that comes from one place.
#[derive(Debug, Clone)]
pub struct Run {
    /// The characters; the sign of a hole if they are not known.
    pub text: String,
    /// Where they are written, or what they are put in by.
    pub at: Span,
    /// Whether they are written there just so.
    pub exact: bool,
    /// How they were reached.
    pub via: Vec<Step>,
    /// What stands for them if they are not known.
    pub hole: Option<String>,
}

impl Rich {
    /// Text that stands in a template just so.
    pub fn written(text: &str, at: Span) -> Rich {
        Rich(vec![Run { text: text.to_owned(), at, exact: true, via: Vec::new(), hole: None }])
    }

    /// Text that is put in.
    pub fn known(text: impl Into<String>, at: Span, via: Vec<Step>) -> Rich {
        Rich(vec![Run { text: text.into(), at, exact: false, via, hole: None }])
    }

    /// Text that is not known.
    pub fn hole(name: impl Into<String>, at: Span) -> Rich {
        let hole = Some(name.into());
        Rich(vec![Run { text: HOLE.to_string(), at, exact: false, via: Vec::new(), hole }])
    }

    /// Appends another text.
    pub fn append(&mut self, other: Rich) {
        self.0.extend(other.0.into_iter().filter(|run| !run.text.is_empty()));
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.0.iter().map(|run| run.text.len()).sum()
    }

    /// All characters.
    pub fn plain(&self) -> String {
        self.0.iter().map(|run| run.text.as_str()).collect()
    }

    /// All characters, if they are known.
    pub fn literal(&self) -> Option<Cow<'_, str>> {
        match &self.0[..] {
            [only] => only.hole.is_none().then_some(Cow::Borrowed(&only.text)),
            runs => {
                let known = runs.iter().all(|run| run.hole.is_none());
                known.then(|| Cow::Owned(self.plain()))
            }
        }
    }

    /// The steps by which it was reached.
    pub fn via(&self) -> Vec<Step> {
        let mut via: Vec<Step> = Vec::new();
        for step in self.0.iter().flat_map(|run| &run.via) {
            if !via.contains(step) {
                via.push(step.clone());
            }
        }
        via
    }

    /// The same text, put in elsewhere.
    pub fn put_at(mut self, at: Span) -> Rich {
        for run in &mut self.0 {
            (run.at, run.exact) = (at, false);
        }
        self
    }

    /// With so many spaces before each line.
    pub fn indented(mut self, spaces: usize) -> Rich {
        let indent = " ".repeat(spaces.min(200));
        let mut starts = true;
        for run in &mut self.0 {
            let mut made = String::with_capacity(run.text.len());
            for line in run.text.split_inclusive('\n') {
                if starts && line != "\n" {
                    made.push_str(&indent);
                }
                made.push_str(line);
                starts = line.ends_with('\n');
            }
            run.text = made;
        }
        self
    }

    /// Without what may be cut off at its ends.
    pub fn trimmed(mut self) -> Rich {
        while self.0.last().is_some_and(|run| run.text.trim_end().is_empty()) {
            self.0.pop();
        }
        if let Some(last) = self.0.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        while self.0.first().is_some_and(|run| run.text.trim_start().is_empty()) {
            self.0.remove(0);
        }
        if let Some(first) = self.0.first_mut() {
            let start = first.text.len() - first.text.trim_start().len();
            first.text.drain(..start);
            first.exact &= start == 0;
        }
        self
    }

    /// Removes the spaces at its end, and says whether a line starts there.
    pub fn back_to_line(&mut self) -> bool {
        loop {
            let Some(last) = self.0.last_mut() else { return true };
            let kept = last.text.trim_end_matches([' ', '\t']).len();
            if kept == last.text.len() {
                return last.text.ends_with('\n');
            }
            if last.exact {
                last.at.end =
                    last.at.end.saturating_sub((last.text.len() - kept) as u32).max(last.at.start);
            }
            last.text.truncate(kept);
            if kept > 0 {
                return last.text.ends_with('\n');
            }
            self.0.pop();
        }
    }

    /// The documents that it holds as YAML; none if it is none.
    pub fn documents(&self, source: SourceId) -> Option<Vec<Evaluated>> {
        let text = self.plain();
        let shaped = shape(&text);
        let parsed = yaml::parse(source, &shaped.0);
        if !parsed.errors.is_empty() {
            return None;
        }
        let mut starts = Vec::with_capacity(self.0.len());
        let mut start = 0;
        for run in &self.0 {
            starts.push(start);
            start += run.text.len();
        }
        let made = Made { rich: self, starts, shifts: shaped.1 };
        Some(parsed.tree.documents.iter().map(|node| made.evaluated(node)).collect())
    }
}

/// Lines of which nothing is known become entries of what they stand among. Gives the places
/// behind which characters were added, too.
fn shape(text: &str) -> (String, Vec<(usize, usize)>) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_hole = |line: &str| line.trim() == HOLE.encode_utf8(&mut [0; 4]);
    let is_item = |line: &str| line.trim_start().starts_with("- ") || line.trim() == "-";
    let (mut made, mut shifts) = (String::with_capacity(text.len()), Vec::new());
    let mut offset = 0;
    // The nearest line above of each indentation, as long as it is in the same collection.
    let mut above: Vec<(usize, bool)> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let is_blank = line.trim().is_empty() || line.trim_start().starts_with('#');
        let own = indent(line);
        if !is_blank {
            above.retain(|(indent, _)| *indent <= own);
        }
        if is_hole(line) {
            let next = lines.iter().skip(i + 1).take(50);
            let mut next = next.filter(|line| !line.trim().is_empty() && !is_hole(line));
            let below = next.next().filter(|line| indent(line) == own).map(|line| is_item(line));
            let before = above.last().filter(|(indent, _)| *indent == own).map(|(_, item)| *item);
            let start = offset + line.len() - line.trim_start().len();
            match below.or(before) {
                Some(true) => {
                    shifts.push((start, 2));
                    made.push_str(&line[..own]);
                    made.push_str("- ");
                    made.push_str(&line[own..]);
                }
                Some(false) => {
                    let end = line.trim_end().len();
                    shifts.push((offset + end, 1));
                    made.push_str(&line[..end]);
                    made.push(':');
                    made.push_str(&line[end..]);
                }
                None => made.push_str(line),
            }
        } else {
            made.push_str(line);
            if !is_blank {
                above.retain(|(indent, _)| *indent != own);
                above.push((own, is_item(line)));
            }
        }
        offset += line.len();
    }
    (made, shifts)
}

struct Made<'a> {
    rich: &'a Rich,
    starts: Vec<usize>,
    shifts: Vec<(usize, usize)>,
}

impl Made<'_> {
    /// A place of the text that was read, in the text that was made.
    fn unshifted(&self, place: usize) -> usize {
        let mut added = 0;
        for (start, more) in &self.shifts {
            if start + added >= place {
                break;
            }
            added += more;
        }
        place.saturating_sub(added)
    }

    fn run(&self, place: usize) -> Option<(usize, &Run)> {
        let i = self.starts.partition_point(|start| *start <= place).checked_sub(1)?;
        Some((*self.starts.get(i)?, self.rich.0.get(i)?))
    }

    fn span(&self, at: Span) -> Span {
        let range = at.range();
        let (start, end) = (self.unshifted(range.start), self.unshifted(range.end));
        let place = |place: usize, is_end: bool| {
            let (from, run) = self.run(place.saturating_sub(usize::from(is_end)))?;
            Some(match (run.exact, is_end) {
                (true, _) => (run.at.start + (place - from) as u32).min(run.at.end),
                (false, false) => run.at.start,
                (false, true) => run.at.end,
            })
        };
        let from = place(start, false).unwrap_or_default();
        let to = if end > start { place(end, true) } else { None }.unwrap_or(from);
        Span { source: at.source, start: from, end: to.max(from) }
    }

    fn via(&self, at: Span) -> Vec<Step> {
        let range = at.range();
        let (start, end) = (self.unshifted(range.start), self.unshifted(range.end));
        let first = self.starts.partition_point(|from| *from <= start).saturating_sub(1);
        let runs = self.starts.iter().zip(&self.rich.0).skip(first);
        let mut via: Vec<Step> = Vec::new();
        for (_, run) in runs.take_while(|(from, _)| **from < end) {
            for step in &run.via {
                if !via.contains(step) {
                    via.push(step.clone());
                }
            }
        }
        via
    }

    fn text(&self, excerpt: &Excerpt) -> Text {
        let mut text = Text::default();
        let mut rest = 0;
        for (i, _) in excerpt.text.match_indices(HOLE) {
            text.append(placeholders(&excerpt.text[rest..i]));
            let at = excerpt.span(i..i + HOLE.len_utf8());
            let name =
                self.run(self.unshifted(at.range().start)).and_then(|(_, run)| run.hole.clone());
            text.push(Piece::Hole(format!("{{{{ {}", name.unwrap_or_default())));
            rest = i + HOLE.len_utf8();
        }
        text.append(placeholders(excerpt.text.get(rest..).unwrap_or_default()));
        text
    }

    fn evaluated(&self, node: &Node) -> Evaluated {
        let is_hole = |node: &Node| {
            node.text().is_some_and(|text| text.trim_matches(HOLE).is_empty() && !text.is_empty())
        };
        let datum = match &node.kind {
            Kind::Empty => Datum::Null,
            Kind::Scalar(scalar) => Datum::Text(self.text(&scalar.text)),
            Kind::Sequence(items) => {
                let known = items.iter().filter(|item| !is_hole(item));
                let known: Vec<Evaluated> = known.map(|item| self.evaluated(item)).collect();
                let open = known.len() < items.len();
                Datum::List(known, open)
            }
            Kind::Mapping(_) => {
                let merged = node.merged();
                let open = merged.iter().any(|entry| is_hole(&entry.key));
                let entries = merged.into_iter().filter(|entry| !is_hole(&entry.key));
                let entries = entries.filter_map(|entry| {
                    Some((self.text(&entry.key.scalar()?.text), self.evaluated(&entry.value)))
                });
                Datum::Map(entries.collect(), open)
            }
        };
        let mut made = value(self.span(node.at), datum);
        if matches!(node.kind, Kind::Scalar(_)) {
            made.via = self.via(node.at);
        }
        made
    }
}
