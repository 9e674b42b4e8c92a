//! A part of an object on its way through the layers of a build: each text with the places that decided it.

use std::sync::Arc;

use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::pin::PinSite;
use crate::yaml::tree::{Node, Style, Tree, Value};

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: Arc<RepoPath>,
    pub line: u32,
    pub column: u32,
}

impl Place {
    /// Whether a pin stands here.
    pub fn is(&self, site: &PinSite) -> bool {
        (self.line, self.column) == (site.line, site.column) && *self.file == site.file
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What decides a text at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    Manifest,
    Images,
    Labels,
    Patch,
    Replacement,
    Generator,
    Values,
    Parameter,
}

impl By {
    /// The word for it in a sentence.
    pub fn word(self) -> &'static str {
        match self {
            By::Manifest => "the manifest",
            By::Images => "`images:`",
            By::Labels => "a label or annotation that is added",
            By::Patch => "a patch",
            By::Replacement => "what a replacement takes from there",
            By::Generator => "a generator",
            By::Values => "values that come later",
            By::Parameter => "a parameter",
        }
    }
}

/// A place that decided a text, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub at: Place,
    pub by: By,
}

/// A text: what it says, and which places decided that, the last of them as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    /// Who decided the name of the image that it is.
    pub names: Vec<Said>,
    /// Who decided its tag or digest; of a text that is no image, all of it.
    pub tags: Vec<Said>,
    /// The names that the image had before.
    pub was: Vec<String>,
    /// Why something may have changed it since.
    pub doubt: Option<String>,
}

impl Text {
    fn new(text: &str, said: Said) -> Self {
        Self { text: text.to_string(), names: vec![said.clone()], tags: vec![said], was: Vec::new(), doubt: None }
    }

    /// The name of the image.
    pub fn name(&self) -> &str {
        image::parts(&self.text).0
    }

    /// Says another name, decided there.
    pub fn rename(&mut self, name: &str, said: Said) {
        let own = self.name().to_string();
        if own != name {
            self.text = format!("{name}{}", &self.text[own.len()..]);
            self.was.push(own);
        }
        self.names.push(said);
    }

    /// Becomes another text, which keeps what decided it before.
    pub fn replace(&mut self, other: &Text) {
        let own = self.name().to_string();
        if own != other.name() {
            self.was.push(own);
        }
        self.text.clone_from(&other.text);
        self.names.extend(other.names.iter().cloned());
        self.tags.extend(other.tags.iter().cloned());
        self.doubt.clone_from(&other.doubt);
    }
}

/// A part of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(Text),
    List(Vec<Piece>),
    Map(Vec<(String, Piece)>),
    Null,
    /// What is not followed: an alias, what a merge key brings in.
    Opaque,
}

/// Where a text of YAML stands: as a file, in a literal block, or in a scalar whose lines are not lines of the file.
#[derive(Debug, Clone, Copy)]
enum Shift {
    None,
    Block { line: u32, indent: u32 },
    At { line: u32, column: u32 },
}

/// Who says what a piece is made from.
#[derive(Debug, Clone)]
pub struct Source {
    pub file: Arc<RepoPath>,
    pub by: By,
    shift: Shift,
}

impl Source {
    /// A whole file.
    pub fn file(file: &RepoPath, by: By) -> Self {
        Self { file: Arc::new(file.clone()), by, shift: Shift::None }
    }

    /// The YAML in a scalar of this source, and where it stands; `None` where it is none.
    pub fn inside(&self, node: &Node) -> Option<(Self, Tree)> {
        let Value::Scalar { text, style } = &node.value else { return None };
        let tree = Tree::parse(text.as_bytes()).ok()?;
        let shift = match (style, self.shift) {
            (Style::Literal, Shift::None) => Shift::Block { line: node.line, indent: node.indent },
            _ => Shift::At { line: node.line, column: node.column },
        };
        Some((Self { shift, ..self.clone() }, tree))
    }

    /// The place of a node.
    pub fn place(&self, node: &Node) -> Place {
        let (line, column) = match self.shift {
            Shift::None => (node.line, node.column),
            Shift::Block { line, indent } => (line + node.line, indent + node.column),
            Shift::At { line, column } => (line, column),
        };
        Place { file: Arc::clone(&self.file), line, column }
    }

    /// What is said at a node.
    pub fn said(&self, node: &Node) -> Said {
        Said { at: self.place(node), by: self.by }
    }

    /// The piece that a text at a node is, or a part of that text.
    pub fn text(&self, text: &str, node: &Node) -> Piece {
        Piece::text(text, self.said(node))
    }

    /// The piece that a node is.
    pub fn piece(&self, node: &Node) -> Piece {
        match &node.value {
            Value::Scalar { .. } if node.is_null() => Piece::Null,
            Value::Scalar { text, .. } => Piece::Text(Text::new(text, self.said(node))),
            Value::Alias => Piece::Opaque,
            Value::Sequence(items) => Piece::List(items.iter().map(|item| self.piece(item)).collect()),
            Value::Mapping(entries) => {
                let entry = |(key, value): &(Node, Node)| {
                    let key = key.as_str()?;
                    Some((key.to_string(), if key == "<<" { Piece::Opaque } else { self.piece(value) }))
                };
                Piece::Map(entries.iter().filter_map(entry).collect())
            }
        }
    }
}

impl Piece {
    /// A text with the one place that decided it.
    pub fn text(text: &str, said: Said) -> Self {
        Piece::Text(Text::new(text, said))
    }

    /// The piece at a route of keys.
    pub fn get(&self, keys: &[&str]) -> Option<&Piece> {
        keys.iter().try_fold(self, |piece, key| match piece {
            Piece::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        })
    }

    /// The piece at a route of keys, to be changed.
    pub fn get_mut(&mut self, keys: &[&str]) -> Option<&mut Piece> {
        keys.iter().try_fold(self, |piece, key| match piece {
            Piece::Map(entries) => entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        })
    }

    /// What stands under a key, an empty map where nothing does; `None` where this is no map.
    pub fn child(&mut self, key: &str) -> Option<&mut Piece> {
        let Piece::Map(entries) = self else { return None };
        let at = entries.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
            entries.push((key.to_string(), Piece::Map(Vec::new())));
            entries.len() - 1
        });
        if matches!(entries[at].1, Piece::Null) {
            entries[at].1 = Piece::Map(Vec::new());
        }
        Some(&mut entries[at].1)
    }

    /// The text at a route of keys.
    pub fn str(&self, keys: &[&str]) -> Option<&str> {
        match self.get(keys)? {
            Piece::Text(text) => Some(&text.text),
            _ => None,
        }
    }

    /// The items at a route of keys.
    pub fn items(&self, keys: &[&str]) -> &[Piece] {
        match self.get(keys) {
            Some(Piece::List(items)) => items,
            _ => &[],
        }
    }

    /// Every text below, with what it is.
    pub fn texts<'p>(&'p self, each: &mut dyn FnMut(&'p Text)) {
        match self {
            Piece::Text(text) => each(text),
            Piece::List(items) => items.iter().for_each(|item| item.texts(each)),
            Piece::Map(entries) => entries.iter().for_each(|(_, value)| value.texts(each)),
            Piece::Null | Piece::Opaque => {}
        }
    }

    /// Every text below, to be changed.
    pub fn texts_mut(&mut self, each: &mut dyn FnMut(&mut Text)) {
        match self {
            Piece::Text(text) => each(text),
            Piece::List(items) => items.iter_mut().for_each(|item| item.texts_mut(each)),
            Piece::Map(entries) => entries.iter_mut().for_each(|(_, value)| value.texts_mut(each)),
            Piece::Null | Piece::Opaque => {}
        }
    }

    /// Whether anything below is not followed.
    pub fn is_opaque(&self) -> bool {
        match self {
            Piece::Opaque => true,
            Piece::List(items) => items.iter().any(Piece::is_opaque),
            Piece::Map(entries) => entries.iter().any(|(_, value)| value.is_opaque()),
            Piece::Text(_) | Piece::Null => false,
        }
    }
}
