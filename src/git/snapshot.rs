//! The files of one commit, read from the object store; safe to read from several threads.

use crate::domain::commit::CommitId;
use crate::domain::files::{Entry, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

/// The files of one commit.
pub struct Snapshot {}

impl Snapshot {
    pub fn commit(&self) -> CommitId {
        unimplemented!()
    }
}

impl Files for Snapshot {
    fn entry(&self, _path: &RepoPath) -> Result<Option<Entry>, Error> {
        unimplemented!()
    }
    fn list(&self, _folder: &RepoPath) -> Result<Vec<Entry>, Error> {
        unimplemented!()
    }
    fn read(&self, _path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        unimplemented!()
    }
}
