//! Builds a commit in the object store from its base: never through the index or the work tree.

use crate::domain::commit::{BlobId, CommitId, TreeId};
use crate::domain::plan::FileEdit;
use crate::domain::refusal::Error;

use super::repo::Repo;

/// Whether the commit is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// As the user's git is set up; a missing key is an error with the commands that set one up.
    Yes,
    No,
}

impl Repo {
    /// The id that a blob of these bytes has. Writes nothing.
    pub fn blob_id(_bytes: &[u8]) -> BlobId {
        unimplemented!()
    }
    /// Whether the user's git has what signing needs; the error has the two commands that set a key up.
    pub fn can_sign(&self) -> Result<(), Error> {
        unimplemented!()
    }
    /// The author as git has it ("Name <email>"); an error with hints where there is none.
    pub fn author(&self) -> Result<String, Error> {
        unimplemented!()
    }
    /// Writes the edited tree and a commit on `base` to the clone's object store; no ref moves.
    pub fn commit_edits(
        &self,
        _base: CommitId,
        _edits: &[FileEdit],
        _message: &str,
        _sign: Sign,
    ) -> Result<CommitId, Error> {
        unimplemented!()
    }
    /// The tree that `base` with `edits` has, without keeping anything.
    pub fn tree_with(&self, _base: CommitId, _edits: &[FileEdit]) -> Result<TreeId, Error> {
        unimplemented!()
    }
}
