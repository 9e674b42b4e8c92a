//! What a tree of files offers to whoever reads overlays and configuration, wherever it is kept.

use super::commit::ObjectId;
use super::path::RepoPath;
use super::refusal::Error;

/// The names that kustomize takes for its file, in its own order.
pub const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

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

/// A readable tree of files: one commit, or one commit with edits on top.
pub trait Files: Sync {
    /// What stands at `path`; `None` where nothing does. Never follows a symlink.
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error>;
    /// The entries of a folder in git's order; empty where there is no such folder.
    fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error>;
    /// The bytes of the file at `path`; `None` where no file (or executable) stands there.
    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error>;
}
