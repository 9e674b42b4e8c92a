//! What is known of a move when it is asked for: its ends, where the version comes from, and how the two relate.

use crate::domain::commit::CommitId;
use crate::domain::relation::Relation;
use crate::domain::version::Version;

/// What is known of a move when it is asked for.
#[derive(Debug, Clone)]
pub struct Story {
    /// What the environment ran; `None`: nothing, or its sites disagreed.
    pub from: Option<Version>,
    pub to: Option<Version>,
    /// Where the version comes from: `staging`, a revision, `r15`.
    pub origin: String,
    /// The commit that runs there, where another build of the same content comes in its place.
    pub counterpart_of: Option<CommitId>,
    pub relation: Relation,
}

impl Story {
    /// That of a move of which nothing is told.
    pub fn untold() -> Self {
        Self { from: None, to: None, origin: String::new(), counterpart_of: None, relation: Relation::unknown(None) }
    }
}
