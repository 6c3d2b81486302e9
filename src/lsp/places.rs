//! Places of a project as an editor calls them.

use super::address;
use super::client::Client;
use super::document::Document;
use super::folder::{Checked, Documents, Folder};
use super::lines::Lines;
use crate::source::{SourceId, Sources, Span};
use lsp_types::{Location, Position, Range, Uri};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// A project that was checked, as an editor sees it.
pub struct View<'a> {
    /// What the editor can do.
    pub client: &'a Client,
    /// The folder.
    pub folder: &'a Folder,
    /// What is known of it.
    pub checked: &'a Checked,
    /// The buffers, by their paths from the root.
    open: BTreeMap<String, &'a Document>,
    lines: RefCell<HashMap<SourceId, Rc<Lines>>>,
}

impl<'a> View<'a> {
    /// The view of a folder, if it was checked.
    pub fn of(
        client: &'a Client,
        folder: &'a Folder,
        documents: &'a Documents,
    ) -> Option<View<'a>> {
        let checked = folder.checked.as_ref()?;
        let open = documents
            .values()
            .filter_map(|document| Some((folder.path_of(document.path.as_deref()?)?, document)));
        let (open, lines) = (open.collect(), RefCell::default());
        Some(View { client, folder, checked, open, lines })
    }

    /// The files.
    pub fn sources(&self) -> &'a Sources {
        &self.checked.project.sources
    }

    /// The path of a file from the root.
    pub fn path(&self, id: SourceId) -> &'a str {
        &self.sources().get(id).path
    }

    /// The buffer of a file, if it is open.
    pub fn document(&self, id: SourceId) -> Option<&'a Document> {
        self.open.get(self.path(id)).copied()
    }

    /// How the editor calls a file.
    pub fn uri(&self, id: SourceId) -> Option<Uri> {
        self.uri_of(self.path(id))
    }

    /// How the editor calls a file of any path.
    pub fn uri_of(&self, path: &str) -> Option<Uri> {
        match self.open.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => address::uri(&self.folder.file_of(path)),
        }
    }

    /// Where a span is.
    pub fn range(&self, span: Span) -> Range {
        let text = &self.sources().get(span.source).text;
        self.lines(span.source).range(text, span.range(), self.client.encoding)
    }

    /// Where a span is, and in which file.
    pub fn location(&self, span: Span) -> Option<Location> {
        Some(Location::new(self.uri(span.source)?, self.range(span)))
    }

    /// The byte of a position.
    pub fn byte(&self, id: SourceId, position: Position) -> u32 {
        let text = &self.sources().get(id).text;
        self.lines(id).byte(text, position, self.client.encoding) as u32
    }

    /// The bytes of a range.
    pub fn span(&self, id: SourceId, range: Range) -> Span {
        let start = self.byte(id, range.start);
        Span { source: id, start, end: self.byte(id, range.end).max(start) }
    }

    fn lines(&self, id: SourceId) -> Rc<Lines> {
        let mut lines = self.lines.borrow_mut();
        lines.entry(id).or_insert_with(|| Lines::of(&self.sources().get(id).text).into()).clone()
    }
}

/// Whether two spans of one file have a byte or an end in common.
pub fn meet(a: Span, b: Span) -> bool {
    a.source == b.source && a.start <= b.end && b.start <= a.end
}
