//! Applies edits to a file: each changes its own bytes and nothing else, proven by reading the result again.

use super::route::{Document, Route};
use super::tree::Fault;

/// What to do at a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// `None`: the file's only document (of the documents that have content).
    pub document: Option<Document>,
    pub route: Route,
    pub action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Makes an existing scalar say this string, quoted where any reader could take it for something else.
    Set(String),
    /// Adds the key that the route ends with; it must not exist.
    InsertKey(New),
    /// Adds an item at the end of the sequence at the route.
    AppendItem(New),
    /// Takes the key or item away.
    Remove,
}

/// A value to be written where there was none, in the file's own style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum New {
    Text(String),
    Sequence(Vec<New>),
    Mapping(Vec<(String, New)>),
}

/// Applies all edits, in order, or none. Returns the new bytes; the same bytes where nothing changes.
///
/// After the splice the text is parsed again and compared event by event with the old one: only the wanted
/// scalars may differ, and each must be a string equal to its value. Otherwise a fault names the place.
pub fn apply(_bytes: &[u8], _edits: &[Edit]) -> Result<Vec<u8>, Fault> {
    unimplemented!()
}
