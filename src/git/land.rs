//! Fetch, push and the local branch after: what moves refs here and on the remote.

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Error, Refusal};

use crate::process::Finished;

use super::program::{asks_who_we_are, words};
use super::repo::Repo;

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    Done,
    /// The remote branch is not where we thought any more; the new tip was fetched.
    Moved(Option<CommitId>),
}

/// What became of the local branch after a landing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Local {
    /// Branch (and work tree, where it is checked out) are at the new commit.
    Moved,
    /// There is no local branch of that name.
    Absent,
    /// Left as it is; the reason and what to do, as a sentence.
    LeftAlone(String),
}

impl Repo {
    /// Fetches these branches into `refs/remotes/REMOTE/*` and refreshes the refs; absent branches are `None`.
    /// Errors: unreachable (cannot tell), authentication.
    pub fn fetch(&mut self, _remote: &RemoteName, _branches: &[BranchName]) -> Result<Vec<Option<CommitId>>, Error> {
        unimplemented!()
    }
    /// Pushes `commit` to `branch`, which must be at `expected` (`None`: absent). A plain push where the new commit
    /// descends from `expected`; `leased` moves with a lease on exactly `expected` (request branches only). `commit: None` deletes (leased).
    /// A refusal that did not move the ref is an error with the server's words; an unknown end is looked up before it is told.
    pub fn push(
        &mut self,
        _remote: &RemoteName,
        _branch: &BranchName,
        _commit: Option<CommitId>,
        _expected: Option<CommitId>,
        _lease: Lease,
    ) -> Result<Pushed, Error> {
        unimplemented!()
    }
    /// After a push: brings the local branch (and a clean checked-out work tree) from wherever it is to `new`, if that is a fast-forward.
    pub fn follow(&mut self, _branch: &BranchName, _new: CommitId) -> Result<Local, Error> {
        unimplemented!()
    }
    /// Without a push: moves the local branch from `base` to `new` as the landing itself (work tree first, then the ref).
    /// `Ok(false)`: the ref is not at `base` any more. Dirty touched paths are an error.
    pub fn land_locally(&mut self, _branch: &BranchName, _base: CommitId, _new: CommitId) -> Result<bool, Error> {
        unimplemented!()
    }
}

/// Whether a push may rewind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// Only a fast-forward: protected branches.
    FastForward,
    /// May replace exactly the expected commit: our own request branches.
    Exact,
}

/// The error where a remote could not be asked: who we are, or that it cannot be told.
pub(super) fn unreachable(remote: &str, finished: &Finished, what: &str) -> Error {
    if asks_who_we_are(&finished.stderr) {
        return Refusal::new("authentication", format!("the remote `{remote}` wants to know who you are"))
            .details(words(&finished.stderr))
            .hint(format!("check that `git ls-remote {remote}` works: a credential helper, an ssh key, an agent"))
            .unauthenticated();
    }
    let message = if finished.timed_out {
        format!("the remote `{remote}` did not answer in time: cannot {what} it")
    } else {
        format!("cannot {what} the remote `{remote}`")
    };
    Refusal::new("unreachable", message)
        .details(words(&finished.stderr))
        .hint(format!("check the network and the address: `git remote get-url {remote}`"))
        .cannot_tell()
}
