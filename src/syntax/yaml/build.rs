//! From the parser's events to the tree.

use super::anchor::{Anchored, Anchors, Weight};
use super::message;
use super::odd::Odd;
use super::resume::{self, Level, Next};
use super::{DEPTH, Entry, Kind, Node, Scalar, Style, Yaml, excerpt};
use crate::source::{SourceId, Span};
use crate::syntax::{Parsed, SyntaxError};
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, StructureStyle, Tag};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// Further errors are not listed.
const ERRORS: usize = 100;

/// How often the reading goes on after an error, and how many times the length of the text
/// may be read again for that.
const RESUMED: usize = 100;
const AGAIN: usize = 4;

/// How many bytes may be read again for what other loaders take.
const TAKEN: usize = 16 << 20;

/// The tree of a text.
pub(super) fn build(source: SourceId, text: &str) -> Parsed<Yaml> {
    let mut taken = Cow::Borrowed(text);
    let mut comments = Vec::new();
    let mut dashes = Vec::new();
    let most = RESUMED.min(TAKEN / text.len().max(1));
    for _ in 0..most {
        match read(source, &taken, &dashes, false) {
            Ok(mut parsed) => {
                parsed.tree.comments.append(&mut comments);
                parsed.tree.comments.sort_unstable();
                return parsed;
            }
            Err(odd) => {
                match &odd {
                    Odd::Comment(at) => comments.push(Span::new(source, at.clone())),
                    Odd::Dash(at) => dashes.push(*at),
                    Odd::Break(_) => {}
                }
                odd.mend(taken.to_mut());
            }
        }
    }
    match read(source, text, &[], true) {
        Ok(parsed) => parsed,
        Err(_) => Parsed { tree: Yaml::default(), errors: Vec::new() },
    }
}

/// Reads a text as it is. An error that other loaders do not know is returned, unless all
/// are to be reported.
fn read(source: SourceId, text: &str, dashes: &[usize], strict: bool) -> Result<Parsed<Yaml>, Odd> {
    let mut builder = Builder::new(source, text, dashes);
    let mut from = 0;
    while let Err(stop) = builder.read(from..text.len()) {
        if let Some(odd) = Odd::of(text, &stop).filter(|_| !strict) {
            return Err(odd);
        }
        builder.report_stop(&stop);
        let Some(document) = builder.resume(stop) else { break };
        from = document;
    }
    builder.end_document();
    let Builder { documents, mut comments, mut errors, mut repeated, is_later, .. } = builder;
    // What was read again has said the same again.
    comments.sort_unstable();
    comments.dedup();
    errors.sort_by_key(|error| error.at);
    errors.dedup();
    repeated.sort_by_key(|error| error.at);
    repeated.dedup();
    repeated.truncate(ERRORS);
    Ok(Parsed { tree: Yaml { documents, comments, repeated, is_later }, errors })
}

/// Why the reading cannot go on, and at which byte.
pub(super) struct Stop {
    pub(super) at: usize,
    pub(super) why: Why,
}

pub(super) enum Why {
    Parser(ErrorKind),
    TooDeep,
}

/// A collection whose end is still to come.
struct Open {
    start: usize,
    /// The end of its last child.
    end: usize,
    /// The column of its entries, if it is a block.
    column: Option<usize>,
    content: Content,
    tag: Option<Arc<str>>,
    anchor: Option<usize>,
    weight: Weight,
}

enum Content {
    Items(Vec<Node>),
    Entries { entries: Vec<Entry>, key: Option<Node> },
}

struct Builder<'t> {
    source: SourceId,
    text: &'t str,
    /// Where the text has another character in the place of a dash.
    dashes: &'t [usize],
    documents: Vec<Node>,
    comments: Vec<Span>,
    errors: Vec<SyntaxError>,
    repeated: Vec<SyntaxError>,
    is_later: bool,
    /// The collections around what is read next, outermost first.
    open: Vec<Open>,
    root: Option<Node>,
    /// The anchors of this document.
    anchors: Anchors,
    /// The scalar that the next event may put an anchor on.
    scalar: Option<Anchored>,
    /// The end of the last thing that was read.
    position: usize,
    /// While an entry is read again: how many collections are open around it, and whether
    /// its own collection has been seen.
    entry_of: Option<(usize, bool)>,
}

impl<'t> Builder<'t> {
    fn new(source: SourceId, text: &'t str, dashes: &'t [usize]) -> Builder<'t> {
        Builder {
            source,
            text,
            dashes,
            documents: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
            repeated: Vec::new(),
            is_later: false,
            open: Vec::new(),
            root: None,
            anchors: Anchors::default(),
            scalar: None,
            position: 0,
            entry_of: None,
        }
    }

    fn read(&mut self, range: Range<usize>) -> Result<(), Stop> {
        let base = range.start;
        let text = self.text.get(range).unwrap_or_default();
        for event in Parser::new_from_str_with_options(text, options()) {
            let (event, span) = event.map_err(|error| Stop {
                at: base + error.marker().byte_offset().unwrap_or_default(),
                why: Why::Parser(error.kind().clone()),
            })?;
            let at = span.byte_range().unwrap_or_default();
            let at = base + at.start..base + at.end;
            let tag = |tag: &Option<Cow<'_, Tag>>| {
                tag.as_ref()?;
                span.tag_span()?.slice(text).map(Arc::from)
            };
            match event {
                Event::StreamStart | Event::StreamEnd => {}
                Event::DocumentStart(_, version) if self.entry_of.is_none() => {
                    self.is_later |= version.is_some_and(|version| version.minor >= 2);
                    self.start_document();
                    if self.text.get(at.clone()) == Some("---") {
                        self.position = self.position.max(at.end);
                    }
                }
                Event::DocumentEnd if self.entry_of.is_none() => {
                    let node = self.root.take();
                    self.documents.push(node.unwrap_or(self.nothing(at.start)));
                }
                Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::Comment(..) => self.comments.push(self.span(at)),
                Event::Scalar(meant, style, _, written) => {
                    let meant = match self.dashes.contains(&at.start) {
                        true => Cow::Borrowed("-"),
                        false => meant,
                    };
                    self.scalar(at, &meant, style, tag(&written));
                }
                Event::SequenceStart(style, _, written) => {
                    let at = self.dash(at.start)..at.end;
                    self.start(at, style, Content::Items(Vec::new()), tag(&written))?;
                }
                Event::MappingStart(style, _, written) => {
                    let content = Content::Entries { entries: Vec::new(), key: None };
                    self.start(at, style, content, tag(&written))?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(at.end),
                Event::Anchor(_, name) => self.anchor(name.into_owned(), at.end),
                Event::Alias(_) | Event::UnresolvedAlias(_) => self.alias(at),
                _ => {}
            }
        }
        Ok(())
    }

    fn start_document(&mut self) {
        self.root = None;
        self.anchors.start_document();
    }

    /// Ends a document that broke off.
    fn end_document(&mut self) {
        self.close_to(0);
        self.documents.extend(self.root.take());
    }

    fn scalar(&mut self, at: Range<usize>, meant: &str, style: ScalarStyle, tag: Option<Arc<str>>) {
        let style = match style {
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
            _ => Style::Plain,
        };
        let node = if at.is_empty() && style == Style::Plain {
            Node { tag, ..self.nothing(self.behind_colon(at.start)) }
        } else {
            let end = at.end;
            let text = excerpt::excerpt(self.source, self.text, at, self.position, style, meant);
            self.position = self.position.max(end);
            Node { at: text.at, kind: Kind::Scalar(Arc::new(Scalar { text, style })), tag }
        };
        let weight = Weight { nodes: 1, height: 0 };
        self.scalar = Some(Anchored { node: node.clone(), weight });
        self.add(node, weight);
    }

    /// An empty value stands behind its colon, not before it.
    fn behind_colon(&self, at: usize) -> usize {
        let key = match self.open.last().map(|open| &open.content) {
            Some(Content::Entries { key, .. }) => key.is_some(),
            _ => false,
        };
        let rest = self.text.get(at..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let colon = key && rest.as_bytes().get(blanks) == Some(&b':');
        if colon { at + blanks + 1 } else { at }
    }

    /// A sequence at the column of its key is said to start behind its first dash.
    fn dash(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        let first = self.text.as_bytes().get(at);
        let behind = before.ends_with('-') && !matches!(first, Some(b'-' | b'['));
        if behind { before.len() - 1 } else { at }
    }

    fn start(
        &mut self,
        at: Range<usize>,
        style: StructureStyle,
        content: Content,
        tag: Option<Arc<str>>,
    ) -> Result<(), Stop> {
        self.scalar = None;
        if let Some((_, seen @ false)) = &mut self.entry_of
            && let Some(open) = self.open.last()
            && std::mem::discriminant(&open.content) == std::mem::discriminant(&content)
        {
            *seen = true;
            return Ok(());
        }
        if self.open.len() >= DEPTH {
            return Err(Stop { at: at.start, why: Why::TooDeep });
        }
        self.position = self.position.max(at.end);
        let line = self.text.get(..at.start).and_then(|before| before.rfind('\n'));
        let column = at.start - line.map_or(0, |newline| newline + 1);
        self.open.push(Open {
            start: at.start,
            end: at.end,
            column: (style == StructureStyle::Block).then_some(column),
            content,
            tag,
            anchor: None,
            weight: Weight { nodes: 1, height: 1 },
        });
        Ok(())
    }

    fn end(&mut self, end: usize) {
        if self.entry_of.is_some_and(|(around, _)| self.open.len() <= around) {
            return;
        }
        if let Some(mut open) = self.open.pop() {
            if open.column.is_none() {
                open.end = end;
                self.position = self.position.max(end);
            }
            self.close(open);
        }
    }

    fn close(&mut self, open: Open) {
        let kind = match open.content {
            Content::Items(items) => Kind::Sequence(items.into()),
            Content::Entries { mut entries, key } => {
                if let Some(key) = key {
                    let value = self.nothing(key.at.end as usize);
                    entries.push(Entry { key, value });
                }
                self.check_repetition(&entries);
                Kind::Mapping(entries.into())
            }
        };
        let node = Node { at: self.span(open.start..open.end), kind, tag: open.tag };
        if let Some(definition) = open.anchor {
            self.anchors.complete(definition, Anchored { node: node.clone(), weight: open.weight });
        }
        self.add(node, open.weight);
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(open) = self.open.pop() {
                self.close(open);
            }
        }
    }

    /// Ends the entry that is being read of the collection at a depth, so that another may
    /// follow.
    fn close_entry(&mut self, depth: usize) {
        self.close_to(depth);
        let Some(open) = self.open.last_mut() else { return };
        if let Content::Entries { entries, key } = &mut open.content
            && let Some(key) = key.take()
        {
            let at = Span { start: key.at.end, ..key.at };
            entries.push(Entry { key, value: Node { at, kind: Kind::Empty, tag: None } });
        }
    }

    /// Adds a node to the collection around it.
    fn add(&mut self, node: Node, weight: Weight) {
        let depth = self.open.len();
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        if let Some((around, false)) = self.entry_of
            && around == depth
        {
            return;
        }
        open.end = open.end.max(node.at.end as usize);
        open.weight.nodes += weight.nodes;
        open.weight.height = open.weight.height.max(weight.height + 1);
        match &mut open.content {
            Content::Items(items) => items.push(node),
            Content::Entries { entries, key } => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push(Entry { key, value: node }),
            },
        }
    }

    fn anchor(&mut self, name: String, end: usize) {
        self.position = self.position.max(end);
        let anchored = self.scalar.take();
        let is_open = anchored.is_none();
        let definition = self.anchors.define(name, anchored);
        if let Some(open) = self.open.last_mut().filter(|_| is_open) {
            open.anchor = Some(definition);
        }
    }

    fn alias(&mut self, at: Range<usize>) {
        self.position = self.position.max(at.end);
        let name = self.text.get(at.start + 1..at.end).unwrap_or_default();
        let span = self.span(at.clone());
        match self.anchors.resolve(name, self.open.len()) {
            Ok(Anchored { node, weight }) => self.add(Node { at: span, ..node }, weight),
            Err(message) => {
                self.report(span, message);
                let node = Node { at: span, kind: Kind::Empty, tag: None };
                self.add(node, Weight { nodes: 1, height: 0 });
            }
        }
    }

    /// Goes on after an error at entries of blocks that are still open, and gives the start
    /// of the next document.
    fn resume(&mut self, stop: Stop) -> Option<usize> {
        let mut line = resume::line_after(self.text, stop.at);
        let (mut again, mut tries) = (0, 0);
        loop {
            let levels: Vec<Level> = self.open.iter().map(Open::level).collect();
            let (level, range) = match resume::next(self.text, line, &levels) {
                Next::Entry(level, range) => (level, range),
                Next::Document(start) => {
                    self.end_document();
                    return Some(start);
                }
                Next::End => return None,
            };
            again += range.len();
            tries += 1;
            if tries > RESUMED || again > AGAIN * self.text.len() {
                return None;
            }
            self.close_entry(level + 1);
            self.entry_of = Some((level + 1, false));
            line = range.end;
            if let Err(stop) = self.read(range) {
                self.report_stop(&stop);
                line = line.min(resume::line_after(self.text, stop.at));
            }
            self.close_entry(level + 1);
            self.entry_of = None;
        }
    }

    /// Reports keys that a mapping has more than once. Merge keys may be repeated.
    fn check_repetition(&mut self, entries: &[Entry]) {
        let mut keys: HashSet<&str> = HashSet::new();
        let mut repeated = Vec::new();
        for entry in entries.iter().filter(|entry| !entry.is_merge()) {
            if let Some(key) = entry.key.text()
                && !keys.insert(key)
            {
                let message = format!("key `{key}` is given twice");
                repeated.push(SyntaxError { at: entry.key.at, message });
            }
        }
        self.repeated.extend(repeated);
    }

    fn report_stop(&mut self, stop: &Stop) {
        let at = stop.at.min(self.text.len());
        let rest = self.text.get(at..).unwrap_or_default();
        let first = rest.chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        let message = match &stop.why {
            Why::Parser(kind) => message::of(kind),
            Why::TooDeep => message::too_deep(),
        };
        self.report(self.span(at..at + first), message);
    }

    fn report(&mut self, at: Span, message: String) {
        if self.errors.len() < ERRORS {
            self.errors.push(SyntaxError { at, message });
        }
    }

    /// What is not written, at a place.
    fn nothing(&self, at: usize) -> Node {
        Node { at: self.span(at..at), kind: Kind::Empty, tag: None }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }
}

impl Open {
    /// How its entries look. Those of a flow collection are looked for nowhere.
    fn level(&self) -> Level {
        Level {
            column: self.column.unwrap_or(usize::MAX),
            is_sequence: matches!(self.content, Content::Items(_)),
        }
    }
}

fn options() -> Options {
    granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        max_buffered_comment_events: usize::MAX,
    }
}
