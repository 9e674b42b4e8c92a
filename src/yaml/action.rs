//! What can be done to a file: an action at a route.

use super::route::{Document, Route};

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
    /// The same where other places refer to the scalar, or to what it stands in, by alias: they say it then as well.
    SetShared(String),
    /// Makes a scalar inside the YAML that stands as text in the literal block at the route say this string.
    SetInside(Route, String),
    /// Adds the key that the route ends with; it must not exist.
    InsertKey(New),
    /// Adds an item at the end of the sequence at the route.
    AppendItem(New),
    /// The same; where the key of the route has no value yet, the item gets a line of its own below it.
    AppendLine(New),
    /// Takes the key or item away.
    Remove,
    /// Takes the item away; the only one that has a line of its own leaves its key without a value.
    RemoveLine,
}

impl Action {
    /// What the scalar at the route is to say.
    pub fn scalar(&self) -> Option<&str> {
        match self {
            Action::Set(value) | Action::SetShared(value) => Some(value),
            Action::SetInside(..)
            | Action::InsertKey(_)
            | Action::AppendItem(_)
            | Action::AppendLine(_)
            | Action::Remove
            | Action::RemoveLine => None,
        }
    }

    /// The same action, aliases following.
    #[must_use]
    pub fn shared(self) -> Self {
        match self {
            Action::Set(value) => Action::SetShared(value),
            other => other,
        }
    }
}

/// A value to be written where there was none, in the file's own style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum New {
    Text(String),
    Sequence(Vec<New>),
    Mapping(Vec<(String, New)>),
}
