//! A few lines of a file with places marked in them.
//!
//! The lines are copied, as what is shown is never quite what the file holds: characters that
//! would steer the terminal are replaced, long lines are cut, and the end of a file gets a line
//! break, without which no place there could be drawn. `miette` draws the rest.

use super::Style;
use crate::finding::Finding;
use crate::report::position::{Positions, boundary};
use crate::report::{printable, steers};
use crate::source::{Position, Sources, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use owo_colors::Style as Paint;
use std::fmt;
use std::ops::Range;

/// A place that covers more lines is shown by its first.
const MOST_LINES: usize = 6;

/// How many characters of a line that is cut are kept before its first place.
const LEAD: usize = 24;

/// The columns that numbers and lines beside the source take.
const GUTTER: usize = 12;

/// The lines before and after a place.
const CONTEXT: usize = 1;

/// A few lines of a file with places marked in them.
#[derive(Debug)]
pub(super) struct Snippet {
    path: String,
    /// Where the first place starts.
    at: Position,
    /// The number of lines before the first that is shown.
    line: usize,
    text: String,
    /// The places, in the order of the text.
    marks: Vec<Mark>,
}

#[derive(Debug)]
struct Mark {
    /// The bytes of the snippet's text.
    range: Range<usize>,
    text: String,
    primary: bool,
}

impl Snippet {
    /// The places of a finding in the order in which to read them; neighbours share a snippet.
    pub(super) fn of(positions: &Positions, finding: &Finding, style: Style) -> Vec<Snippet> {
        let sources = positions.sources;
        let mut groups: Vec<Group> = Vec::new();
        for (i, label) in std::iter::once(&finding.at).chain(&finding.against).enumerate() {
            let span = shown(sources, label.span);
            let texts = vec![label.text.as_str()];
            let group = Group {
                lines: with_neighbours(sources, span),
                places: vec![Place { span, texts, primary: i == 0 }],
            };
            match groups.iter_mut().find(|other| other.takes(&group, sources, style)) {
                Some(other) => other.join(group),
                None => groups.push(group),
            }
        }
        groups.into_iter().map(|group| group.copy(positions, style)).collect()
    }

    fn theme(&self, style: Style, severity: Paint) -> GraphicalTheme {
        let mut theme = match (style.unicode, style.colours) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        if !style.unicode {
            theme.characters.underbar = theme.characters.underline;
        }
        if style.colours {
            let other = Paint::new().blue().bold();
            let colour = |mark: &Mark| if mark.primary { severity } else { other };
            theme.styles.link = Paint::new();
            theme.styles.highlights = self.marks.iter().map(colour).collect();
        }
        theme
    }

    /// How many digits the number of its last line has.
    fn digits(&self) -> usize {
        (self.line + self.text.lines().count()).to_string().len()
    }
}

impl Style {
    /// How many characters of a line are shown.
    fn most(self) -> usize {
        self.width.saturating_sub(GUTTER).clamp(2 * LEAD, 400)
    }
}

/// Draws snippets one below the other, joined by the line beside them. The first place of the
/// finding has the colour of its severity.
pub(super) fn draw(
    out: &mut String,
    snippets: &[Snippet],
    style: Style,
    severity: Paint,
) -> fmt::Result {
    let digits = snippets.iter().map(Snippet::digits).max().unwrap_or_default();
    for (i, snippet) in snippets.iter().enumerate() {
        let theme = snippet.theme(style, severity);
        let (corner, cross) = (theme.characters.ltop, theme.characters.lcross);
        let mut drawn = String::new();
        GraphicalReportHandler::new_themed(theme)
            .with_context_lines(CONTEXT)
            .without_syntax_highlighting()
            .render_report(&mut drawn, snippet)?;
        // The first line is for the message, which stands in the heading of the finding, and
        // the last closes the frame.
        let blanks = digits - snippet.digits();
        let mut lines: Vec<&str> = drawn.lines().skip(1).collect();
        if i + 1 < snippets.len() {
            lines.pop();
        }
        for (row, line) in lines.into_iter().enumerate() {
            out.extend(std::iter::repeat_n(' ', blanks));
            if i > 0 && row == 0 {
                out.push_str(&line.replacen(corner, &cross.to_string(), 1));
            } else {
                out.push_str(line.trim_end());
            }
            out.push('\n');
        }
    }
    Ok(())
}

/// Places whose lines are neighbours, in the order in which to read them.
struct Group<'a> {
    /// Whole lines: those of the places, one before and one after.
    lines: Span,
    places: Vec<Place<'a>>,
}

struct Place<'a> {
    span: Span,
    /// More than one if the same place is named again.
    texts: Vec<&'a str>,
    primary: bool,
}

impl<'a> Group<'a> {
    /// Whether one snippet can show both: their lines touch, and no two places need the same
    /// columns or more of a line than is shown.
    fn takes(&self, other: &Group, sources: &Sources, style: Style) -> bool {
        let (a, b) = (self.lines, other.lines);
        let near = a.source == b.source && a.start <= b.end && b.start <= a.end;
        let fit = |a: Span, b: Span| {
            a == b || !overlap(a, b) && both_visible(sources, a, b, style.most())
        };
        near && self.places.iter().all(|a| other.places.iter().all(|b| fit(a.span, b.span)))
    }

    fn join(&mut self, other: Group<'a>) {
        self.lines = self.lines.to(other.lines);
        for place in other.places {
            match self.places.iter_mut().find(|it| it.span == place.span) {
                Some(same) => same.texts.extend(place.texts),
                None => self.places.push(place),
            }
        }
    }

    fn copy(mut self, positions: &Positions, style: Style) -> Snippet {
        let sources = positions.sources;
        let source = sources.get(self.lines.source);
        let at = self.places.first().map_or(self.lines, |place| place.span);
        self.places.sort_by_key(|place| place.span);
        let mut copy = Copy::new(style);
        let mut start = self.lines.start;
        for line in sources.text(self.lines).split_inclusive('\n') {
            let end = start + line.len() as u32;
            let mut starts = self.places.iter().map(|place| place.span.start);
            let first = starts.find(|place| (start..end).contains(place));
            copy.line(start, line, first.map_or(0, |first| (first - start) as usize));
            start = end;
        }
        // The last line of a file may be empty and yet hold a place.
        let ends_with_break = source.text.is_empty() || source.text.ends_with('\n');
        if ends_with_break && self.places.iter().any(|it| it.span.start == start) {
            copy.line(start, "", 0);
        }
        let mark = |Place { span, texts, primary }: &Place| {
            let range = copy.position(span.start)..copy.position(span.end);
            let texts: Vec<_> = texts.iter().filter(|text| !text.is_empty()).collect();
            let texts = texts.into_iter().map(|text| printable(text)).collect::<Vec<_>>();
            Mark { range, text: texts.join("\n"), primary: *primary }
        };
        Snippet {
            path: printable(&source.path).into_owned(),
            at: positions.start(at),
            line: positions.start(self.lines).line as usize - 1,
            marks: self.places.iter().map(mark).collect(),
            text: copy.text,
        }
    }
}

fn overlap(a: Span, b: Span) -> bool {
    (a.start..a.end).contains(&b.start) || (b.start..b.end).contains(&a.start)
}

/// Whether a line that is cut around one place would show the other, if they share a line.
fn both_visible(sources: &Sources, a: Span, b: Span, most: usize) -> bool {
    let between = Span { start: a.end.min(b.end), end: a.start.max(b.start), ..a };
    a.to(b).range().len() <= most / 2
        || sources.line_span(a).range().len() <= most
        || sources.text(between).contains('\n')
}

/// The part of a place that is underlined: without the line break at its end, and only the
/// first line of a place that covers many.
fn shown(sources: &Sources, span: Span) -> Span {
    let text = &*sources.get(span.source).text;
    let start = boundary(text, span.start as usize);
    let end = boundary(text, span.end as usize).max(start);
    let covered = text.get(start..end).unwrap_or_default();
    let mut lines = covered.split_inclusive('\n');
    let covered = match lines.next() {
        Some(first) if lines.nth(MOST_LINES - 1).is_some() => first,
        _ => covered,
    };
    let covered = covered.trim_end_matches(['\n', '\r']);
    Span::new(span.source, start..start + covered.len())
}

/// The whole lines of a place, with one line before and one after.
fn with_neighbours(sources: &Sources, span: Span) -> Span {
    let lines = sources.line_span(span);
    let last = lines.start.saturating_sub(1);
    let before = Span { start: last, end: last, ..lines };
    let after = Span { start: lines.end, ..lines };
    sources.line_span(before).to(lines).to(sources.line_span(after))
}

/// Lines that are copied, and the way from the file to the copy.
struct Copy {
    text: String,
    /// Bytes of the file and of the copy where the same characters start, with the number of
    /// bytes that are the same, in order.
    known: Vec<(u32, usize, u32)>,
    /// How many characters of a line are shown.
    most: usize,
    cut: &'static str,
}

impl Copy {
    fn new(style: Style) -> Copy {
        let cut = if style.unicode { "…" } else { "..." };
        Copy { text: String::new(), known: Vec::new(), most: style.most(), cut }
    }

    /// Appends a line that starts at a byte of the file. If it is too long, the part around
    /// byte `focus` of the line is kept.
    fn line(&mut self, start: u32, line: &str, focus: usize) {
        let line = line.trim_end_matches(['\n', '\r']);
        if line.len() <= self.most && line.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            self.known.push((start, self.text.len(), line.len() as u32));
            self.text.push_str(line);
            return self.text.push('\n');
        }
        self.known.push((start, self.text.len(), 0));
        let focus = boundary(line, focus);
        // Even four-byte characters leave enough on both sides; the rest need not be counted.
        let reach = 4 * self.most;
        let part = boundary(line, focus.saturating_sub(reach))..boundary(line, focus + reach);
        let near = line.get(part.clone()).unwrap_or_default();
        let focus = near.get(..focus - part.start).unwrap_or_default().chars().count();
        let length = near.chars().count();
        let left_out = if length <= self.most || focus <= self.most / 2 {
            0
        } else {
            focus.saturating_sub(LEAD).min(length - self.most)
        };
        if part.start > 0 || left_out > 0 {
            self.text.push_str(self.cut);
        }
        let mut rest = near.char_indices().skip(left_out);
        let mut end = part.start;
        for (i, character) in rest.by_ref().take(self.most) {
            self.known.push(((part.start + i) as u32 + start, self.text.len(), 0));
            self.text.push(if steers(character) { '\u{fffd}' } else { character });
            end = part.start + i + character.len_utf8();
        }
        self.known.push((end as u32 + start, self.text.len(), 0));
        if end < line.len() {
            self.text.push_str(self.cut);
        }
        self.text.push('\n');
    }

    /// Where a byte of the file is in the copy; where the line is cut if it was left out.
    fn position(&self, byte: u32) -> usize {
        let after = self.known.partition_point(|(known, ..)| *known <= byte);
        let Some((known, copied, same)) = after.checked_sub(1).and_then(|i| self.known.get(i))
        else {
            return 0;
        };
        copied + (byte - known).min(*same) as usize
    }
}

impl SourceCode for Snippet {
    /// Always the whole snippet, as it has been cut to size. Without lines of context, only the
    /// number of line and column is asked for, to name the place.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (line, column) = match before {
            0 => (self.at.line as usize - 1, self.at.column as usize - 1),
            _ => (self.line, 0),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            line,
            column,
            self.text.lines().count(),
        )))
    }
}

impl Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.marks.iter().map(|mark| {
            let text = Some(mark.text.clone()).filter(|text| !text.is_empty());
            LabeledSpan::new(text, mark.range.start, mark.range.len())
        })))
    }
}

impl std::error::Error for Snippet {}

impl fmt::Display for Snippet {
    /// Nothing: the message stands in the heading of the finding.
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Label;
    use crate::report::tests::note;
    use crate::report::text;
    use proptest::prelude::*;

    const STYLE: Style = Style { colours: false, unicode: true, width: 80 };

    fn drawn(text: &str, places: &[(usize, usize)]) -> String {
        let sources = Sources::of(&[("Dockerfile", text)]);
        let (id, _) = sources.iter().next().unwrap();
        let mut finding = note(&sources, "");
        let mut labels =
            places.iter().map(|(start, end)| Label::new(Span::new(id, *start..*end), "here"));
        finding.at = labels.next().unwrap();
        finding.against = labels.collect();
        let drawn = text::finding(&sources, &finding, STYLE);
        drawn.split_once('\n').unwrap().1.to_owned()
    }

    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let text = format!("FROM a\nRUN {}X{}\n", "é".repeat(3_000_000), "b".repeat(9000));
        let drawn = drawn(&text, &[(6_000_011, 6_000_012)]);
        let line = format!("2 │ …{}X{}…", "é".repeat(LEAD), "b".repeat(80 - GUTTER - LEAD - 1));
        assert!(drawn.contains(&line), "{drawn}");
        assert!(drawn.contains("[Dockerfile:2:3000005]"), "{drawn}");
        let mark = drawn.lines().find(|line| line.contains('┬')).unwrap();
        assert_eq!(mark.chars().count(), " 2 │ …".chars().count() + LEAD + 1);
    }

    #[test]
    fn a_line_is_not_cut_for_less_than_it_leaves() {
        let text = format!("RUN {} end\n", "a".repeat(70));
        let drawn = drawn(&text, &[(60, 61)]);
        assert!(drawn.contains("1 │ …aaaaaaaaaa"), "{drawn}");
        assert!(drawn.contains("a end\n"), "{drawn}");
    }

    #[test]
    fn places_that_a_cut_line_cannot_show_together_are_drawn_apart() {
        let frames = |length: usize| {
            let text = format!("RUN {}X\n", "a".repeat(length - 5));
            let drawn = drawn(&text, &[(4, 5), (length - 1, length)]);
            assert!(drawn.contains('X'), "{drawn}");
            drawn.matches("─[").count()
        };
        assert_eq!(frames(STYLE.most() - 1), 1);
        assert_eq!(frames(STYLE.most() + 9), 2);
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let drawn = drawn("RUN \u{1b}[2J \u{202e}x\r\n", &[(0, 3)]);
        assert!(drawn.contains("1 │ RUN \u{fffd}[2J \u{fffd}x\n"), "{drawn}");
    }

    #[test]
    fn a_place_that_covers_many_lines_is_shown_by_its_first() {
        let text = "RUN <<X\n".to_owned() + &"line\n".repeat(MOST_LINES) + "X\n";
        let drawn = drawn(&text, &[(0, text.len())]);
        assert_eq!(drawn.matches("line").count(), 1, "{drawn}");
        assert!(drawn.contains("───┬───"), "{drawn}");
    }

    #[test]
    fn places_far_apart_and_places_that_overlap_are_drawn_apart() {
        let text = "FROM a\nUSER b\n".to_owned() + &"#\n".repeat(9) + "CMD c\n";
        let frames = |places: &[(usize, usize)]| drawn(&text, places).matches("─[").count();
        assert_eq!(frames(&[(5, 6), (12, 13)]), 1);
        assert_eq!(frames(&[(5, 6), (5, 6)]), 1);
        assert_eq!(frames(&[(0, 6), (5, 6)]), 2);
        assert_eq!(frames(&[(5, 6), (36, 37)]), 2);
    }

    #[test]
    fn the_lines_beside_snippets_are_one() {
        let text = "FROM a\n".to_owned() + &"#\n".repeat(99) + "CMD c\n";
        let drawn = drawn(&text, &[(5, 6), (209, 210)]);
        let column = |line: &str| line.chars().position(|it| "╭│·├╰".contains(it));
        let columns: Vec<_> = drawn.lines().map(column).collect();
        assert!(columns.iter().all(|column| *column == Some(5)), "{drawn}");
    }

    proptest! {
        /// Whatever a file holds and wherever a place is, also outside of the file or within a
        /// character, every place is drawn.
        #[test]
        fn every_place_is_drawn(
            text in "[a é📦\t\r\n\u{1b}]{0,60}",
            places in prop::collection::vec((0..90usize, 0..20usize), 1..4),
        ) {
            let places: Vec<_> = places.into_iter().map(|(from, len)| (from, from + len)).collect();
            let drawn = drawn(&text, &places);
            prop_assert_eq!(drawn.matches("here").count(), places.len(), "{}", drawn);
        }
    }
}
