//! The files of one commit, read from the object store; safe to read from several threads.

use std::sync::Arc;

use git2::ObjectType;

use crate::domain::commit::{CommitId, ObjectId, TreeId};
use crate::domain::files::{Entry, EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::store::{Store, Tree, TreeEntry};

/// The files of one commit.
#[derive(Clone)]
pub struct Snapshot {
    commit: CommitId,
    root: TreeId,
    store: Arc<Store>,
}

impl Snapshot {
    pub(super) fn new(commit: CommitId, root: TreeId, store: Arc<Store>) -> Self {
        Self { commit, root, store }
    }

    pub fn commit(&self) -> CommitId {
        self.commit
    }

    /// The folder at `path`; `None` where none stands there.
    fn folder(&self, path: &RepoPath) -> Result<Option<Arc<Tree>>, Error> {
        let mut tree = self.store.tree(self.root)?;
        for part in path.parts() {
            let Some(next) = tree.get(part.as_bytes()).filter(|entry| entry.is_folder()).map(|entry| entry.id) else {
                return Ok(None);
            };
            tree = self.store.tree(next)?;
        }
        Ok(Some(tree))
    }

    fn find(&self, path: &RepoPath) -> Result<Option<TreeEntry>, Error> {
        let Some(parent) = path.parent() else { return Ok(None) };
        let Some(tree) = self.folder(&parent)? else { return Ok(None) };
        Ok(tree.get(path.name().as_bytes()).cloned())
    }

    /// Gets everything of the kind of `path` that a partial clone lacks at this commit, at once: whoever reads one
    /// overlay reads the others too, and a request for each would take minutes.
    fn fetch_like(&self, path: &RepoPath, id: ObjectId) -> Result<(), Error> {
        let ending = path.name().rsplit_once('.').map(|(_, ending)| format!(".{ending}"));
        let mut missing = vec![id];
        let mut folders = vec![self.root];
        while let Some(folder) = folders.pop() {
            for entry in &self.store.tree(folder)?.entries {
                let alike = ending.as_ref().is_some_and(|ending| entry.name.ends_with(ending.as_bytes()));
                if entry.is_folder() {
                    folders.push(entry.id);
                } else if alike && is_file(entry.mode) && !self.store.has(entry.id) {
                    missing.push(entry.id);
                }
            }
        }
        missing.sort_unstable();
        missing.dedup();
        self.store.fetch_missing(&missing)
    }
}

impl Files for Snapshot {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        if path.is_root() {
            return Ok(Some(Entry { path: path.clone(), kind: EntryKind::Folder, id: self.root }));
        }
        let found = self.find(path)?;
        Ok(found.map(|entry| Entry { path: path.clone(), kind: kind(entry.mode), id: entry.id }))
    }

    fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error> {
        let Some(tree) = self.folder(folder)? else { return Ok(Vec::new()) };
        let named = tree.entries.iter().filter_map(|entry| {
            // A name that is no path of ours (not UTF-8, a control character) holds nothing that we could edit.
            let name = std::str::from_utf8(&entry.name).ok()?;
            let path = folder.join(name).ok().filter(|path| path.name() == name)?;
            Some(Entry { path, kind: kind(entry.mode), id: entry.id })
        });
        Ok(named.collect())
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        let Some(entry) = self.find(path)?.filter(|entry| is_file(entry.mode)) else { return Ok(None) };
        if let Some(bytes) = self.store.local(entry.id, ObjectType::Blob)? {
            return Ok(Some(bytes));
        }
        self.fetch_like(path, entry.id)?;
        self.store.blob(entry.id).map(Some)
    }
}

fn is_file(mode: u32) -> bool {
    mode & 0o170_000 == 0o100_000
}

fn kind(mode: u32) -> EntryKind {
    match mode & 0o170_000 {
        0o040_000 => EntryKind::Folder,
        0o120_000 => EntryKind::Symlink,
        0o160_000 => EntryKind::Submodule,
        _ if mode & 0o111 != 0 => EntryKind::Executable,
        _ => EntryKind::File,
    }
}
