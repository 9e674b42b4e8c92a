//! What a gate hears of statements: who says what of a version or of a change, since when, and who made the change.

use jiff::Timestamp;

use super::statement::{Agreed, Check};

/// Somebody, by what is known of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The owner of a key with these principals.
    Key(Vec<String>),
    /// An account of the forge.
    Login(String),
    /// An address for messages, as commits carry it: nobody proved that it is theirs.
    Mail(String),
}

/// A check as it counts. In the order in which they came; what was withdrawn is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckTold {
    pub check: Check,
    pub by: Who,
    /// Since when it is known: when it was said or when it came, whichever is earlier.
    pub since: Timestamp,
}

/// What somebody agrees to, as it counts for the change that is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentTold {
    pub agreed: Agreed,
    pub by: Who,
    pub since: Timestamp,
}

/// Who made a change: they cannot approve it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Makers {
    pub who: Vec<Who>,
    /// Why there may be more of them.
    pub unknown: Option<String>,
}

/// Who agrees to a change, and who made it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Consents {
    pub given: Vec<ConsentTold>,
    pub makers: Makers,
    /// Why there may be more that counts: what could not be looked at.
    pub unseen: Option<String>,
    /// What is to be said where there are too few.
    pub notes: Vec<String>,
}
