//! What one try to land came to, and what became of what comes after it.

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::forge::Needs;

/// What one try to land came to.
pub enum Tried {
    Landed(Box<Landed>),
    /// Somebody else landed first: nothing was done.
    Moved,
}

/// A plan that has landed, or waits on its request branch: from here on nothing is taken back by itself.
#[derive(Debug)]
pub struct Landed {
    pub commit: CommitId,
    pub is_signed: bool,
    /// Where it was pushed to; `None`: it is in this clone alone.
    pub remote: Option<RemoteName>,
    /// The branch that waits for its request, where it did not land directly.
    pub request: Option<Request>,
    /// The command that takes it back.
    pub undo: Option<String>,
    pub follow_ups: Vec<FollowUp>,
    pub notes: Vec<String>,
    /// Why it waits as a request though it was to land directly: the server refused the push.
    pub shut: Option<String>,
}

/// A branch that waits for its request.
#[derive(Debug)]
pub struct Request {
    pub branch: BranchName,
    /// The page of the request, or where it is opened; `None` where the remote's host is not known.
    pub address: Option<String>,
    /// `None`: it is not opened, or not known.
    pub number: Option<Number>,
    /// The login at the forge by which it was opened.
    pub by: Option<String>,
    /// What its branch still asks for; `None`: it was not asked, or that cannot be told.
    pub needs: Option<Needs>,
    /// Whether it merges by itself; `None`: it was not asked, or that cannot be told.
    pub by_itself: Option<bool>,
    /// Whether the branch already held this very plan.
    pub is_unchanged: bool,
    /// Whether it was pushed for review, without a branch.
    pub is_for_review: bool,
}

impl Request {
    /// A branch of which nothing more is known than the page where its request is opened.
    pub fn of(branch: &BranchName, address: Option<String>) -> Self {
        let branch = branch.clone();
        Self {
            branch,
            address,
            number: None,
            by: None,
            needs: None,
            by_itself: None,
            is_unchanged: false,
            is_for_review: false,
        }
    }
}

/// The number of a request, and how people write it: `#12`.
#[derive(Debug, Clone)]
pub struct Number {
    pub number: u64,
    pub mark: String,
}

/// What comes after the commit point. It cannot undo the landing; a rerun takes up what failed.
#[derive(Debug)]
pub struct FollowUp {
    /// What was to be done, in a word or two.
    pub what: &'static str,
    /// Why it failed; `None`: it is done.
    pub failed: Option<String>,
}
