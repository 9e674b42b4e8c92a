//! A file as a tree of nodes with their places: the only way anyone here reads YAML that people wrote.

use std::ops::Range;

use super::events::{self, Event, Kind};
use super::quote::possibly_something_else;
use super::style::Layout;

pub use super::fault::{Cure, Fault};
pub use super::style::Style;

/// All documents of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    pub documents: Vec<Node>,
}

/// A node. A document without content is a plain scalar with an empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub value: Value,
    /// Bytes of the node's content in the file, without its anchor and tag: quotes, brackets and the header of a block
    /// scalar (`|`) belong to it, the dash of a block sequence's first item and trailing blanks do not.
    pub span: Range<usize>,
    /// From 1; columns count characters.
    pub line: u32,
    pub column: u32,
    /// How far the lines of a literal block (`|`) are indented.
    pub indent: u32,
    /// Resolved: `!!str` is `tag:yaml.org,2002:str`.
    pub tag: Option<String>,
    /// Whether other nodes can refer to this one by alias.
    pub anchored: bool,
    /// Which of the file's events starts this node.
    pub(super) event: usize,
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

impl Tree {
    /// Parses a whole file.
    ///
    /// # Errors
    /// What is not YAML. A BOM anywhere but at byte 0, and bytes that are not UTF-8, are faults.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        Ok(Self::of(&events::read(bytes)?))
    }

    /// The tree of a parsed file's events.
    pub(super) fn of(events: &[Event<'_>]) -> Self {
        let mut reader = Reader { events, at: 0 };
        let mut documents = Vec::new();
        while let Some(event) = events.get(reader.at) {
            match event.kind {
                Kind::DocumentStart | Kind::DocumentEnd => reader.at += 1,
                _ => documents.extend(reader.node()),
            }
        }
        Self { documents }
    }
}

/// Walks the events once. The parser has checked that they nest, and limits how deep.
struct Reader<'e, 'a> {
    events: &'e [Event<'a>],
    at: usize,
}

impl Reader<'_, '_> {
    /// The node that starts here; `None` at the end of a collection.
    fn node(&mut self) -> Option<Node> {
        let index = self.at;
        let event = self.events.get(index)?;
        self.at += 1;
        let mut end = event.span.end;
        let value = match &event.kind {
            Kind::Scalar { text, style } => Value::Scalar { text: text.clone().into_owned(), style: *style },
            Kind::Alias(_) => Value::Alias,
            Kind::SequenceStart(layout) => {
                let mut items: Vec<Node> = Vec::new();
                while let Some(item) = self.node() {
                    items.push(item);
                }
                end = self.end_of_collection(*layout, items.last(), end);
                Value::Sequence(items)
            }
            Kind::MappingStart(layout) => {
                let mut entries: Vec<(Node, Node)> = Vec::new();
                while let Some(key) = self.node() {
                    let Some(value) = self.node() else { break };
                    entries.push((key, value));
                }
                end = self.end_of_collection(*layout, entries.last().map(|(_, value)| value), end);
                Value::Mapping(entries)
            }
            Kind::SequenceEnd | Kind::MappingEnd | Kind::DocumentStart | Kind::DocumentEnd => return None,
        };
        Some(Node {
            value,
            span: event.span.start..end,
            line: event.line,
            column: event.column,
            indent: event.indent,
            tag: event.tag.clone(),
            anchored: event.anchor != 0,
            event: index,
        })
    }

    /// A flow collection ends behind its bracket; a block collection with its last child, not at the next token.
    fn end_of_collection(&self, layout: Layout, last: Option<&Node>, fallback: usize) -> usize {
        match layout {
            Layout::Flow => self.events.get(self.at - 1).map_or(fallback, |event| event.span.end),
            Layout::Block => last.map_or(fallback, |node| node.span.end),
        }
        .max(fallback)
    }
}

impl Node {
    /// The value of a key of a mapping; `None` where this is no mapping or has no such key. Neither aliases nor merge
    /// keys (`<<`) are followed.
    ///
    /// # Errors
    /// The key repeats; the message names both lines.
    pub fn get(&self, key: &str) -> Result<Option<&Node>, Fault> {
        let Value::Mapping(entries) = &self.value else { return Ok(None) };
        let mut matching = entries.iter().filter(|(name, _)| name.is_text(key));
        let Some((first, value)) = matching.next() else { return Ok(None) };
        match matching.next() {
            None => Ok(Some(value)),
            Some((again, _)) => {
                let there = [first, again].map(|name| (format!("`{key}`"), name.line));
                Err(again.fault(format!("key `{key}` is given twice")).among(there))
            }
        }
    }

    /// The text of a scalar (of any style), except a plain null (`~`, `null`, empty).
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Whether this is a plain null: `~`, `null`, `Null`, `NULL` or nothing. A tag other than `!!null` makes it something
    /// else.
    pub fn is_null(&self) -> bool {
        let Value::Scalar { text, style: Style::Plain } = &self.value else { return false };
        let untagged = self.tag.as_deref().is_none_or(|tag| tag == "tag:yaml.org,2002:null");
        untagged && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Whether every reader of YAML takes this scalar for a text.
    pub fn is_string(&self) -> bool {
        match &self.value {
            Value::Scalar { text, style: Style::Plain } => {
                self.tag.as_deref() == Some("tag:yaml.org,2002:str") || !possibly_something_else(text)
            }
            Value::Scalar { .. } => true,
            Value::Sequence(_) | Value::Mapping(_) | Value::Alias => false,
        }
    }

    /// The items of a sequence.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> Option<&[(Node, Node)]> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// A fault at this node.
    pub fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::at(self.line, self.column, message)
    }

    /// The text of a literal block, whose lines are lines of the file.
    ///
    /// # Errors
    /// It is anything else: only there can YAML inside a text be read and edited line by line.
    pub fn block(&self) -> Result<&str, Fault> {
        let what = match &self.value {
            Value::Scalar { text, style: Style::Literal } => return Ok(text),
            Value::Scalar { style: Style::Folded, .. } => "a folded text (`>`)",
            Value::Scalar { style: Style::SingleQuoted | Style::DoubleQuoted, .. } => "a quoted text",
            Value::Scalar { style: Style::Plain, .. } => "a plain text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Alias => "an alias",
        };
        let cure = match &self.value {
            Value::Scalar { .. } => {
                "write it once by hand as a literal block: `|` behind the key, the text indented below"
            }
            _ => "name the field itself by `path:`, without `inside:`",
        };
        Err(self
            .fault(format!("{what} stands here, not a literal block (`|`) with YAML inside"))
            .cured(Cure::Do(cure.into())))
    }

    /// This node of the text in a literal block with the line and the column that it has in the file.
    #[must_use]
    pub fn inside(&self, block: &Node) -> Node {
        Node { line: block.line + self.line, column: block.indent + self.column, ..self.clone() }
    }

    /// The merge key (`<<`) of a mapping, whose keys are then not all written there.
    pub fn merge_key(&self) -> Option<&Node> {
        self.entries()?.iter().map(|(key, _)| key).find(|key| key.is_text("<<"))
    }

    /// Whether a mapping here, or at any depth below, has a merge key.
    pub fn has_merge_keys(&self) -> bool {
        match &self.value {
            Value::Mapping(entries) => {
                self.merge_key().is_some()
                    || entries.iter().any(|(key, value)| key.has_merge_keys() || value.has_merge_keys())
            }
            Value::Sequence(items) => items.iter().any(Node::has_merge_keys),
            Value::Scalar { .. } | Value::Alias => false,
        }
    }

    /// Whether this is a scalar that reads so, of any style.
    pub(super) fn is_text(&self, wanted: &str) -> bool {
        matches!(&self.value, Value::Scalar { text, .. } if text == wanted)
    }
}

impl Fault {
    /// A fault of the text in a literal block, told with the lines and columns of the file: the text begins one line
    /// below its header.
    #[must_use]
    pub fn inside(mut self, block: &Node) -> Self {
        self.line += block.line;
        self.column += block.indent;
        for (_, line) in &mut self.there {
            *line += block.line;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Node {
        let mut tree = Tree::parse(text.as_bytes()).unwrap();
        assert_eq!(tree.documents.len(), 1, "{text:?}");
        tree.documents.remove(0)
    }

    fn at<'n>(node: &'n Node, keys: &[&str]) -> &'n Node {
        keys.iter().fold(node, |node, key| node.get(key).unwrap().unwrap_or_else(|| panic!("no `{key}`")))
    }

    fn slice<'t>(text: &'t str, node: &Node) -> &'t str {
        &text[node.span.clone()]
    }

    #[test]
    fn a_scalar_has_its_text_style_and_place() {
        let text = "\u{feff}name: é\ntag: 'it''s' # why\n  \nspec:\n  a: \"b\\n\"\n";
        let root = only(text);
        let tag = at(&root, &["tag"]);
        assert_eq!(tag.value, Value::Scalar { text: "it's".to_owned(), style: Style::SingleQuoted });
        assert_eq!((slice(text, tag), tag.line, tag.column), ("'it''s'", 2, 6));
        let inner = at(&root, &["spec", "a"]);
        assert_eq!((inner.as_str(), slice(text, inner), inner.line, inner.column), (Some("b\n"), "\"b\\n\"", 5, 6));
        let first = at(&root, &["name"]);
        assert_eq!((slice(text, first), first.line, first.column), ("é", 1, 7));
    }

    #[test]
    fn a_column_counts_characters_not_bytes() {
        let root = only("{ ключ: 1, b: x }");
        assert_eq!((at(&root, &["b"]).line, at(&root, &["b"]).column), (1, 15));
    }

    #[test]
    fn a_block_scalar_starts_at_its_header() {
        let text = "a: &x >-  # |\n\n  one\n  two\n\nb: |\n# not it\nc: !!str |2\n   x\n";
        let root = only(text);
        let (a, b, c) = (at(&root, &["a"]), at(&root, &["b"]), at(&root, &["c"]));
        assert_eq!((a.as_str(), a.line, a.column), (Some("\none two"), 1, 7));
        assert!(a.anchored && !b.anchored);
        assert_eq!(slice(text, a), ">-  # |\n\n  one\n  two");
        assert_eq!((b.as_str(), slice(text, b), b.line, b.column), (Some(""), "|", 6, 4));
        assert_eq!((c.as_str(), slice(text, c), c.line, c.column), (Some(" x\n"), "|2\n   x", 8, 10));
        assert_eq!(c.tag.as_deref(), Some("tag:yaml.org,2002:str"));
    }

    #[test]
    fn a_block_scalar_whose_last_line_ends_with_the_file_has_no_line_break_there() {
        for (text, wanted) in [
            ("a: |\n  x", "x"),
            ("a: |+\n  x\n  y", "x\ny"),
            ("a: >\r\n  x\r\n  y", "x y"),
            ("a: |\n  x  ", "x  "),
            ("a: |-\n  x", "x"),
            ("a: |\n  x\n", "x\n"),
            ("a: |\n  x\n ", "x\n"),
            ("a: |\n  x\n# c", "x\n"),
            ("a: |", ""),
        ] {
            assert_eq!(at(&only(text), &["a"]).as_str(), Some(wanted), "{text:?}");
        }
    }

    #[test]
    fn a_block_scalar_can_be_a_whole_document() {
        for text in ["|\n  x\n", "--- |\n  x\n", "# > |\n--- !!str |\n  x\n", "%YAML 1.2\n---\n|\n  x\n"] {
            let root = only(text);
            assert_eq!((root.as_str(), slice(text, &root)), (Some("x\n"), "|\n  x"), "{text:?}");
        }
    }

    #[test]
    fn a_collection_ends_with_its_last_child() {
        let text = "a:\n- x\n- k: [1, 2 ]  # c\n\n# d\nb: {}\n";
        let root = only(text);
        assert_eq!(slice(text, at(&root, &["a"])), "x\n- k: [1, 2 ]");
        assert_eq!(slice(text, at(&root, &["b"])), "{}");
        assert_eq!(at(&root, &["a"]).items().map(<[Node]>::len), Some(2));
        assert_eq!(root.entries().map(<[(Node, Node)]>::len), Some(2));
    }

    #[test]
    fn null_is_plain_and_has_no_text() {
        let root = only("a:\nb: ~\nc: null\nd: 'null'\ne: ''\nf: !!str\ng: nil\n");
        for key in ["a", "b", "c"] {
            assert!(at(&root, &[key]).is_null(), "{key}");
            assert_eq!(at(&root, &[key]).as_str(), None, "{key}");
        }
        for (key, text) in [("d", "null"), ("e", ""), ("f", ""), ("g", "nil")] {
            assert_eq!(at(&root, &[key]).as_str(), Some(text), "{key}");
        }
    }

    #[test]
    fn a_repeated_key_is_refused_where_it_is_asked_for() {
        let root = only("tag: v1\nother: 1\n\"tag\": v2\n");
        let fault = root.get("tag").unwrap_err();
        assert_eq!((fault.line, fault.column), (3, 1));
        assert!(fault.to_string().contains("(line 1)") && fault.to_string().contains("(line 3)"), "{fault}");
        assert_eq!(root.get("other").unwrap().and_then(Node::as_str), Some("1"));
        assert_eq!(root.get("none"), Ok(None));
    }

    #[test]
    fn aliases_and_merge_keys_are_not_followed() {
        let root = only("base: &b {tag: v1}\nweb: *b\napi:\n  <<: *b\n  name: x\n");
        assert_eq!(at(&root, &["web"]).value, Value::Alias);
        assert_eq!(at(&root, &["web"]).get("tag"), Ok(None));
        assert_eq!(at(&root, &["api"]).get("tag"), Ok(None));
        assert!(at(&root, &["base"]).anchored);
    }

    #[test]
    fn every_document_is_there_empty_ones_too() {
        assert_eq!(Tree::parse(b"").unwrap().documents, []);
        let tree = Tree::parse(b"---\n---\n# only a comment\n---\nkind: A\n...\n").unwrap();
        assert_eq!(tree.documents.iter().map(Node::is_null).collect::<Vec<_>>(), [true, true, false]);
        let empty = Value::Scalar { text: String::new(), style: Style::Plain };
        assert_eq!(tree.documents[0].value, empty);
    }

    #[test]
    fn a_fault_has_a_place_and_a_reason() {
        let fault = Tree::parse(b"a: [1, 2\nb: }\n").unwrap_err();
        assert!(fault.line >= 2 && fault.column >= 1 && !fault.message.is_empty(), "{fault}");
        let fault = Tree::parse(b"a: 1\n\xc3\xa9b: \xff\n").unwrap_err();
        assert_eq!((fault.line, fault.column, fault.message.as_str()), (2, 5, "not UTF-8"));
        let fault = Tree::parse("a: 1\r\nb: \u{feff}x\r\n".as_bytes()).unwrap_err();
        assert_eq!((fault.line, fault.column), (2, 4));
        assert_eq!(Tree::parse("\u{feff}a: [\n".as_bytes()).unwrap_err().column, 4);
        assert!(Tree::parse("\u{feff}\u{feff}a: 1\n".as_bytes()).is_err());
        assert!(Tree::parse(b"a: *none\n").unwrap_err().to_string().starts_with("1:4: "));
    }
}
