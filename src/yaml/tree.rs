//! A file as a tree of nodes with their places: the only way anyone here reads YAML that people wrote.

use std::ops::Range;

/// What is wrong with a file, and where. Line and column from 1; 0 where it has no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

/// All documents of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    pub documents: Vec<Node>,
}

/// A node. A document without content is a plain scalar with an empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub value: Value,
    /// Bytes of the node's content in the file.
    pub span: Range<usize>,
    /// From 1; columns count characters.
    pub line: u32,
    pub column: u32,
    pub tag: Option<String>,
    /// Whether other nodes can refer to this one by alias.
    pub anchored: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Scalar {
        text: String,
        style: Style,
    },
    Sequence(Vec<Node>),
    /// In file order; keys may repeat (`get` refuses to choose).
    Mapping(Vec<(Node, Node)>),
    /// An alias; what it refers to is not followed.
    Alias,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

impl Tree {
    /// Parses a whole file. A BOM anywhere but at byte 0, and bytes that are not UTF-8, are faults.
    pub fn parse(_bytes: &[u8]) -> Result<Self, Fault> {
        unimplemented!()
    }
}

impl Node {
    /// The value of a key of a mapping; `None` where this is no mapping or has no such key; a fault where the key repeats.
    pub fn get(&self, _key: &str) -> Result<Option<&Node>, Fault> {
        unimplemented!()
    }

    /// The text of a scalar (of any style), except a plain null (`~`, `null`, empty).
    pub fn as_str(&self) -> Option<&str> {
        unimplemented!()
    }

    /// Whether this is a plain null: `~`, `null`, `Null`, `NULL` or nothing.
    pub fn is_null(&self) -> bool {
        unimplemented!()
    }

    /// The items of a sequence.
    pub fn items(&self) -> Option<&[Node]> {
        unimplemented!()
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> Option<&[(Node, Node)]> {
        unimplemented!()
    }
}
