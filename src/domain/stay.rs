//! How long something stood in an environment.

use jiff::{SignedDuration, Timestamp};

use super::commit::CommitId;

/// What counts as a version of an application having been somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The version, or its commit in another form.
    Itself,
    /// Any commit with the same content, too (`same: tree`).
    SameTree,
    /// What contains its commit, too (`counts: contained`).
    Contained,
    /// Either of these.
    SameTreeOrContained,
}

impl Likeness {
    /// Whether another commit with the same content counts.
    pub fn takes_same_tree(self) -> bool {
        matches!(self, Self::SameTree | Self::SameTreeOrContained)
    }

    /// Whether a commit that contains it counts.
    pub fn takes_contained(self) -> bool {
        matches!(self, Self::Contained | Self::SameTreeOrContained)
    }
}

/// One time that something stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// Since when, by the clock of the policy; never later than now.
    pub from: Timestamp,
    /// When something else came; `None`: it still stands there.
    pub until: Option<Timestamp>,
    /// The landing that brought it.
    pub landing: CommitId,
}

impl Stay {
    /// How long it lasted, or has lasted so far.
    pub fn length(&self, now: Timestamp) -> SignedDuration {
        self.until.unwrap_or(now).duration_since(self.from).max(SignedDuration::ZERO)
    }
}

/// Every time that it stood there, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stays {
    pub stays: Vec<Stay>,
    /// Why there may have been more; `None`: these are all.
    pub unread: Option<String>,
}

impl Stays {
    /// Whether it stood there at all.
    pub fn has_any(&self) -> bool {
        !self.stays.is_empty()
    }

    /// The longest one.
    pub fn longest(&self, now: Timestamp) -> Option<&Stay> {
        self.stays.iter().max_by_key(|stay| stay.length(now))
    }

    /// The one that lasts.
    pub fn present(&self) -> Option<&Stay> {
        self.stays.iter().find(|stay| stay.until.is_none())
    }
}
