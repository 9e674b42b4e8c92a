//! What a tree of files offers to whoever reads overlays and configuration, wherever it is kept.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::commit::ObjectId;
use super::path::RepoPath;
use super::refusal::Error;

/// The names that kustomize takes for its file, in its own order.
pub const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a name is that of a YAML or JSON file.
pub fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending))
}

/// What stands at a path of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Executable,
    Folder,
    Symlink,
    Submodule,
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub path: RepoPath,
    pub kind: EntryKind,
    pub id: ObjectId,
}

/// What became of a path between two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathChange {
    Added,
    Modified,
    Deleted,
}

/// A path that differs between two trees, as git has it: also one that nothing here could edit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangedPath {
    pub path: String,
    pub change: PathChange,
}

/// A readable tree of files: one commit, or one commit with edits on top.
pub trait Files: Sync {
    /// What stands at `path`; `None` where nothing does. Never follows a symlink.
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error>;
    /// The entries of a folder in git's order; empty where there is no such folder.
    fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error>;
    /// The bytes of the file at `path`; `None` where no file (or executable) stands there.
    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error>;
    /// The entries of a folder whose names no path could have, as git writes them; empty where there are none.
    fn nameless(&self, _folder: &RepoPath) -> Result<Vec<u8>, Error> {
        Ok(Vec::new())
    }
    /// Says that files at or below these places are going to be read: what has to be got from elsewhere comes at once.
    fn get_ready(&self, places: &[RepoPath]) -> Result<(), Error> {
        let _ = places;
        Ok(())
    }
}

/// So many items are handed on together, and so many times before whoever reads works too.
const AT_ONCE: usize = 64;
const WAITING: usize = 16;

/// Reads each item and then works on it: one thread reads, for which an object store has a lock, while the others work.
pub fn read_ahead<T: Sync, R: Send, O: Send>(
    items: &[T],
    read: impl Fn(&T) -> R + Send + Sync,
    work: impl Fn(&T, R) -> O + Sync,
) -> Vec<O> {
    let done = Mutex::new(Vec::new());
    let waiting = AtomicUsize::new(0);
    rayon::scope(|scope| {
        for (nth, some) in items.chunks(AT_ONCE).enumerate() {
            let read: Vec<R> = some.iter().map(&read).collect();
            let (done, waiting, work) = (&done, &waiting, &work);
            let work = move || {
                let out: Vec<O> = some.iter().zip(read).map(|(item, read)| work(item, read)).collect();
                done.lock().unwrap_or_else(PoisonError::into_inner).push((nth, out));
            };
            if waiting.fetch_add(1, Ordering::Relaxed) < WAITING {
                scope.spawn(move |_| {
                    work();
                    waiting.fetch_sub(1, Ordering::Relaxed);
                });
            } else {
                work();
                waiting.fetch_sub(1, Ordering::Relaxed);
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(nth, _)| *nth);
    done.into_iter().flat_map(|(_, out)| out).collect()
}

/// The files that differ between two trees; folders with the same id are not entered. A folder stands for what differs in it
/// and has no name that a path could have, also where other files of it differ.
pub fn differing(left: &dyn Files, right: &dyn Files, folder: &RepoPath, out: &mut Vec<RepoPath>) -> Result<(), Error> {
    let known = out.len();
    let old: HashMap<RepoPath, _> = left.list(folder)?.into_iter().map(|e| (e.path.clone(), e)).collect();
    let new: HashMap<RepoPath, _> = right.list(folder)?.into_iter().map(|e| (e.path.clone(), e)).collect();
    let mut paths: Vec<&RepoPath> = old.keys().chain(new.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let (was, is) = (old.get(path), new.get(path));
        if was.map(|e| (e.id, e.kind)) == is.map(|e| (e.id, e.kind)) {
            continue;
        }
        let is_folder = |e: Option<&Entry>| e.is_some_and(|e| e.kind == EntryKind::Folder);
        if is_folder(was) || is_folder(is) {
            differing(left, right, path, out)?;
        }
        if was.is_some_and(|e| e.kind != EntryKind::Folder) || is.is_some_and(|e| e.kind != EntryKind::Folder) {
            out.push(path.clone());
        }
    }
    if left.nameless(folder)? != right.nameless(folder)? {
        out.push(folder.clone());
    }
    if out.len() == known {
        let id = |files: &dyn Files| {
            let folder = files.entry(folder)?.filter(|entry| entry.kind == EntryKind::Folder);
            Ok::<_, Error>(folder.map(|folder| folder.id))
        };
        if let (Some(old), Some(new)) = (id(left)?, id(right)?)
            && old != new
        {
            out.push(folder.clone());
        }
    }
    Ok(())
}

/// Files that threads may share.
pub type Tree = Arc<dyn Files + Send>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_ahead_comes_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..10_000).collect();
        let out = read_ahead(&items, |item| item * 2, |item, read| (*item, read));
        assert_eq!(out, items.iter().map(|item| (*item, item * 2)).collect::<Vec<_>>());
    }
}
