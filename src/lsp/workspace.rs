//! What the editor works on: folders, and the buffers over their files.

use super::address;
use super::client::{Client, Settings};
use super::diagnostic::{self, ByFile};
use super::document::{Change, Document};
use super::folder::{Documents, Folder, Reads};
use super::places::View;
use crate::source::{self, SourceId};
use lsp_types::{
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, FileChangeType, TextDocumentPositionParams, Uri,
    VersionedTextDocumentIdentifier, WorkspaceFolder,
};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The workspace of one editor.
pub struct Workspace {
    /// What the editor can do.
    pub client: Client,
    /// What its user wants.
    pub settings: Settings,
    /// The projects.
    pub folders: Vec<Folder>,
    /// What is open, by its address.
    pub documents: Documents,
}

/// `textDocument/didChange`, more lenient than the types of the protocol.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DidChange {
    text_document: VersionedTextDocumentIdentifier,
    content_changes: Vec<Change>,
}

impl Workspace {
    /// One with nothing in it.
    pub fn new(client: Client, settings: Settings) -> Workspace {
        Workspace { client, settings, folders: Vec::new(), documents: Documents::new() }
    }

    /// Adds a folder of the disk, unless it is there.
    pub fn add(&mut self, root: PathBuf) {
        self.add_folder(Folder::new(root, Reads::Disk));
    }

    /// Takes in that a file was opened. One outside of all folders brings that of its repository.
    pub fn open(&mut self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let key = item.uri.as_str().to_owned();
        let document = Document::new(item.uri, item.version, item.text);
        let path = document.path.clone();
        self.documents.insert(key.clone(), document);
        if let Some(path) = path
            && self.folder_of(&path).is_none()
            && let Some(folder) = path.parent()
        {
            self.add_folder(match source::repository(&path) {
                Some(root) => Folder::new(root, Reads::Disk),
                None => Folder::new(folder.to_owned(), Reads::Buffers),
            });
        }
        self.lay(&key);
    }

    /// Takes in what was typed.
    ///
    /// # Errors
    /// If the file is not open.
    pub fn change(&mut self, params: DidChange) -> Result<(), String> {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let Some(document) = self.documents.get_mut(uri.as_str()) else {
            return Err(format!("{} is changed, but not open", uri.as_str()));
        };
        document.change(version, params.content_changes, self.client.encoding);
        let key = uri.as_str().to_owned();
        self.lay(&key);
        Ok(())
    }

    /// Takes in that a file was closed. The answer is whether its folder has gone with it.
    pub fn close(&mut self, params: DidCloseTextDocumentParams) -> bool {
        let uri = params.text_document.uri;
        let Some(file) = self.documents.remove(uri.as_str()).and_then(|it| it.path) else {
            return false;
        };
        let Some((i, path)) = self.folder_of(&file) else { return false };
        let Some(folder) = self.folders.get_mut(i) else { return false };
        folder.close(&path);
        // A folder that was only there for its buffers goes with the last of them.
        let holds = |folder: &Folder| {
            let mut files = self.documents.values().filter_map(|document| document.path.as_ref());
            files.any(|file| folder.path_of(file).is_some())
        };
        let goes = folder.is_of_buffers() && self.folders.get(i).is_some_and(|it| !holds(it));
        if goes {
            self.folders.remove(i);
        }
        goes
    }

    /// Takes in which files of the disk have come, changed or gone.
    pub fn touch(&mut self, params: DidChangeWatchedFilesParams) {
        for change in params.changes {
            let Some(file) = address::path(&change.uri) else { continue };
            let is_open = self.documents.values().any(|it| it.path.as_ref() == Some(&file));
            let Some((i, path)) = self.folder_of(&file) else { continue };
            let Some(folder) = self.folders.get_mut(i) else { continue };
            match change.typ {
                // What is open counts as the editor has it.
                FileChangeType::CHANGED if is_open => {}
                FileChangeType::CHANGED => folder.read_again(&path),
                _ => folder.list_again(&path),
            }
        }
    }

    /// Takes in which folders have come or gone.
    pub fn change_folders(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let root = |folder: &WorkspaceFolder| address::path(&folder.uri);
        let removed: Vec<_> = params.event.removed.iter().filter_map(root).collect();
        self.folders.retain(|folder| !removed.contains(&folder.root));
        params.event.added.iter().filter_map(root).for_each(|root| self.add(root));
    }

    /// Checks the folders in which something has changed. The answer is false if `stop` ended
    /// it before.
    pub fn check(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        let mut stale = self.folders.iter_mut().filter(|folder| folder.is_stale());
        stale.all(|folder| folder.check(&self.documents, stop))
    }

    /// What is said of all files.
    pub fn diagnostics(&self) -> ByFile {
        let mut all = ByFile::new();
        for folder in &self.folders {
            if let Some(view) = View::of(&self.client, folder, &self.documents) {
                for (uri, diagnostics) in diagnostic::all(&view, self.settings) {
                    all.entry(uri).or_default().extend(diagnostics);
                }
            }
            if let Some((uri, diagnostics)) = diagnostic::of_configuration(folder, &self.client) {
                let document = self.documents.values().find(|it| it.path == address::path(&uri));
                let uri = document.map_or(uri, |document| document.uri.clone());
                all.entry(uri).or_default().extend(diagnostics);
            }
        }
        all
    }

    /// The view of the project that a file belongs to.
    pub fn view(&self, uri: &Uri) -> Option<(View<'_>, SourceId)> {
        let (i, path) = self.folder_of(&address::path(uri)?)?;
        let view = View::of(&self.client, self.folders.get(i)?, &self.documents)?;
        let (id, _) = view.sources().find(&path)?;
        Some((view, id))
    }

    /// A place in that project, as a byte of the file.
    pub fn place(&self, params: &TextDocumentPositionParams) -> Option<(View<'_>, SourceId, u32)> {
        let (view, id) = self.view(&params.text_document.uri)?;
        let at = view.byte(id, params.position);
        Some((view, id, at))
    }

    fn add_folder(&mut self, folder: Folder) {
        if self.folders.iter().all(|other| other.root != folder.root) {
            self.folders.push(folder);
        }
    }

    /// The folder that a file belongs to, the innermost if there are several, and its path there.
    fn folder_of(&self, file: &Path) -> Option<(usize, String)> {
        let folders = self.folders.iter().enumerate();
        let found = folders.filter_map(|(i, folder)| Some((i, folder.path_of(file)?)));
        found.min_by_key(|(_, path)| path.len())
    }

    /// Lays the text of a document over that of the disk.
    fn lay(&mut self, key: &str) {
        let Some(document) = self.documents.get(key) else { return };
        let Some(file) = &document.path else { return };
        let text = document.text.clone();
        let Some((i, path)) = self.folder_of(file) else { return };
        if let Some(folder) = self.folders.get_mut(i) {
            folder.lay(&path, &text);
        }
    }
}
