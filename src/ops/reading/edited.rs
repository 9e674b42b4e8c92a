//! A tree of files with edits on top: what a plan would leave, before anything is written.

use std::collections::BTreeMap;

use crate::domain::commit::ObjectId;
use crate::domain::files::{Entry, EntryKind, Files, Tree};
use crate::domain::path::RepoPath;
use crate::domain::plan::{FileEdit, Mode};
use crate::domain::refusal::Error;
use crate::git::repo::Repo;

/// What stands for the id of a folder that is not written yet.
const NO_ID: ObjectId = ObjectId::from_bytes([0; 20]);

/// A file as it becomes.
struct After {
    id: ObjectId,
    bytes: Vec<u8>,
    mode: Mode,
}

/// A tree with edits on top.
pub struct Edited {
    below: Tree,
    edits: BTreeMap<RepoPath, Option<After>>,
}

impl Edited {
    /// The tree that the edits make of the one below.
    pub fn new(below: Tree, edits: &[FileEdit]) -> Self {
        let after = |edit: &FileEdit| {
            let bytes = edit.becomes.clone()?;
            Some(After { id: Repo::blob_id(&bytes), bytes, mode: edit.mode })
        };
        let edits = edits.iter().map(|edit| (edit.path.clone(), after(edit))).collect();
        Self { below, edits }
    }

    /// Whether a file below this folder is edited: then its id is none that the tree below has.
    fn is_touched(&self, folder: &RepoPath) -> bool {
        let next =
            self.edits.range(folder.clone()..).take_while(|(path, _)| path.as_str().starts_with(folder.as_str()));
        next.map(|(path, _)| path).any(|path| path != folder && path.is_within(folder))
    }

    /// A file that is edited, as it stands there then.
    fn entry_of(path: &RepoPath, after: &After, below: Option<&Entry>) -> Entry {
        Entry { path: path.clone(), kind: after.mode.makes(below.map(|entry| entry.kind)), id: after.id }
    }
}

impl Files for Edited {
    fn get_ready(&self, places: &[RepoPath]) -> Result<(), Error> {
        self.below.get_ready(places)
    }

    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        let below = self.below.entry(path)?;
        if let Some(edit) = self.edits.get(path) {
            return Ok(edit.as_ref().map(|after| Self::entry_of(path, after, below.as_ref())));
        }
        let new_folder =
            || self.edits.iter().any(|(file, edit)| edit.is_some() && file != path && file.is_within(path));
        let is_folder = below.as_ref().is_some_and(|entry| entry.kind == EntryKind::Folder);
        if is_folder && self.is_touched(path) || below.is_none() && new_folder() {
            return Ok(Some(Entry { path: path.clone(), kind: EntryKind::Folder, id: NO_ID }));
        }
        Ok(below)
    }

    fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error> {
        let mut entries: BTreeMap<RepoPath, Entry> =
            self.below.list(folder)?.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
        for (path, edit) in self.edits.range(folder.clone()..) {
            if !path.is_within(folder) {
                // Paths sort by bytes, so `a-b` stands between `a` and `a/b`: go on past it.
                if !path.as_str().starts_with(folder.as_str()) {
                    break;
                }
                continue;
            }
            let depth = folder.parts().count();
            let Some(name) = path.parts().nth(depth) else { continue };
            let child = folder.join(name).map_err(anyhow::Error::from)?;
            if child == *path {
                match edit {
                    Some(after) => {
                        let entry = Self::entry_of(&child, after, entries.get(&child));
                        entries.insert(child, entry);
                    }
                    None => {
                        entries.remove(&child);
                    }
                }
            } else if edit.is_some() || entries.contains_key(&child) {
                entries.insert(child.clone(), Entry { path: child, kind: EntryKind::Folder, id: NO_ID });
            }
        }
        Ok(entries.into_values().collect())
    }

    fn nameless(&self, folder: &RepoPath) -> Result<Vec<u8>, Error> {
        self.below.nameless(folder)
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        match self.edits.get(path) {
            Some(edit) => Ok(edit.as_ref().map(|after| after.bytes.clone())),
            None => self.below.read(path),
        }
    }
}
