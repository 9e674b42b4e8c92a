//! The route to a node inside a document: `spec.images[name=web].newTag`, `a[0]`, `"key.with.dots"`.

use std::fmt;

use super::tree::Fault;

/// One step of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Index(usize),
    /// The only item of a sequence whose key has this value.
    Select {
        key: String,
        value: String,
    },
}

/// Steps from a document's root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route(pub Vec<Step>);

/// Which document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    Index(usize),
    /// The only document with these; `None` matches anything.
    Identity {
        kind: Option<String>,
        name: Option<String>,
        namespace: Option<String>,
        api_version: Option<String>,
    },
}

impl Route {
    /// Reads a route; the error's place is the column inside `text`.
    pub fn parse(_text: &str) -> Result<Self, Fault> {
        unimplemented!()
    }
}

/// Writes the route so that `parse` reads it back.
impl fmt::Display for Route {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        unimplemented!()
    }
}
