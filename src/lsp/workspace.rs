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
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The workspace of one editor.
pub struct Workspace {
    /// What the editor can do.
    pub client: Client,
    /// What its user wants.
    pub settings: Settings,
    /// The projects. A folder that the editor named and that lies in another is a part of that
    /// one, unless it is a repository of its own.
    pub folders: Vec<Folder>,
    /// The folders that the editor named, and the repositories of files that it opened.
    roots: Vec<PathBuf>,
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
        let (folders, roots) = (Vec::new(), Vec::new());
        Workspace { client, settings, folders, roots, documents: Documents::new() }
    }

    /// Adds a folder of the disk, unless it is there.
    pub fn add(&mut self, root: PathBuf) {
        if !self.roots.contains(&root) {
            self.roots.push(root);
            self.arrange();
        }
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
            match source::repository(&path) {
                Some(root) => self.add(root),
                None => self.folders.push(Folder::new(folder.to_owned(), Reads::Buffers)),
            }
        }
        self.lay(&key);
        self.ask_again(&key);
    }

    /// Takes in that a file was opened or saved, so that ShellCheck is asked about it.
    pub fn ask_again(&mut self, key: &str) {
        let file = self.documents.get(key).and_then(|document| document.path.clone());
        if let Some(file) = file {
            self.for_each_with(&file, |folder, _| folder.want_remarks());
        }
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
        self.for_each_with(&file, Folder::close);
        // A folder that was only there for its buffers goes with the last of them.
        let documents = &self.documents;
        let holds = |folder: &Folder| {
            let mut files = documents.values().filter_map(|document| document.path.as_ref());
            files.any(|file| folder.path_of(file).is_some())
        };
        let before = self.folders.len();
        self.folders.retain(|folder| !folder.is_of_buffers() || holds(folder));
        self.folders.len() < before
    }

    /// Takes in which files of the disk have come, changed or gone.
    pub fn touch(&mut self, params: DidChangeWatchedFilesParams) {
        for change in params.changes {
            let Some(file) = address::path(&change.uri) else { continue };
            let is_open = self.documents.values().any(|it| it.path.as_ref() == Some(&file));
            match change.typ {
                // What is open counts as the editor has it.
                FileChangeType::CHANGED if is_open => {}
                FileChangeType::CHANGED => self.for_each_with(&file, Folder::read_again),
                _ => self.for_each_with(&file, Folder::list_again),
            }
        }
    }

    /// Takes in which folders have come or gone.
    pub fn change_folders(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let root = |folder: &WorkspaceFolder| address::path(&folder.uri);
        let removed: Vec<_> = params.event.removed.iter().filter_map(root).collect();
        self.roots.retain(|root| !removed.contains(root));
        self.arrange();
        params.event.added.iter().filter_map(root).for_each(|root| self.add(root));
    }

    /// Checks the folders in which something has changed. The answer is false if `stop` ended
    /// it before.
    pub fn check(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        let mut stale = self.folders.iter_mut().filter(|folder| folder.is_stale());
        stale.all(|folder| folder.check(&self.documents, stop))
    }

    /// Gathers what is known of the places of the project that the file of a request belongs to.
    pub fn survey(&mut self, params: &Value) {
        let uri = params.pointer("/textDocument/uri").and_then(|uri| Uri::deserialize(uri).ok());
        let file = uri.as_ref().and_then(address::path);
        let folder = file.and_then(|file| self.folder_of(&file));
        if let Some(folder) = folder.and_then(|(i, _)| self.folders.get_mut(i)) {
            folder.survey();
        }
    }

    /// What is said of all files, of each by the innermost folder.
    pub fn diagnostics(&self) -> ByFile {
        let mut all = ByFile::new();
        for (i, folder) in self.folders.iter().enumerate() {
            let is_own = |uri: &Uri| {
                let innermost = address::path(uri).and_then(|file| self.folder_of(&file));
                innermost.is_none_or(|(other, _)| i == other)
            };
            if let Some(view) = View::of(&self.client, folder, &self.documents) {
                let said = diagnostic::all(&view, self.settings);
                for (uri, diagnostics) in said.into_iter().filter(|(uri, _)| is_own(uri)) {
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

    /// Makes a project of each root that is no part of another's.
    fn arrange(&mut self) {
        let is_part = |inner: &Path, outer: &Path| {
            inner != outer && inner.starts_with(outer) && !inner.join(".git").exists()
        };
        let stands = |root: &&PathBuf| !self.roots.iter().any(|outer| is_part(root, outer));
        let standing: Vec<&PathBuf> = self.roots.iter().filter(stands).collect();
        self.folders.retain(|it| match it.is_of_buffers() {
            true => !standing.iter().any(|root| it.root.starts_with(root)),
            false => standing.contains(&&it.root),
        });
        for root in standing {
            if self.folders.iter().all(|folder| folder.root != *root) {
                self.folders.push(Folder::new(root.clone(), Reads::Disk));
            }
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
        let (file, text) = (file.clone(), document.text.clone());
        self.for_each_with(&file, |folder, path| folder.lay(path, &text));
    }

    /// Does something to each folder that holds a file, with the path of the file there.
    fn for_each_with(&mut self, file: &Path, mut does: impl FnMut(&mut Folder, &str)) {
        for folder in &mut self.folders {
            if let Some(path) = folder.path_of(file) {
                does(folder, &path);
            }
        }
    }
}
