//! Applies edits to a file: each changes its own bytes and nothing else, proven by reading the result again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::events::{self, Kind};
use super::prove::{prove, unchanged};
use super::route::{Document, Route, Step};
use super::splice::{self, Surroundings, spliced};
use super::structure;
use super::tree::{Fault, Tree};

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
///
/// # Errors
/// The file is not YAML, a route or document leads to no node or to several, or an edit cannot be made so that nothing
/// else changes.
pub fn apply(bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, Fault> {
    let mut bytes = bytes.to_vec();
    let mut rest = edits;
    while !rest.is_empty() {
        let (done, new) = step(&bytes, rest)?;
        if let Some(new) = new {
            bytes = new;
        }
        rest = &rest[done..];
    }
    Ok(bytes)
}

/// Makes the first edit, and with it all that need no look at its outcome: a file is read twice for many scalars.
/// Returns how many edits that were, and the new bytes where they differ.
fn step(bytes: &[u8], edits: &[Edit]) -> Result<(usize, Option<Vec<u8>>), Fault> {
    let events = events::read(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::nowhere("not UTF-8"))?;
    let tree = Tree::of(&events);
    let independent = edits.iter().enumerate().take_while(|(at, edit)| is_independent(edit, &edits[..*at])).count();
    if independent == 0 {
        let Some(edit) = edits.first() else { return Ok((0, None)) };
        let (splices, expected) = structure::change(text, &events, &tree, edit)?;
        let new = spliced(bytes, splices);
        prove(&new, &expected)?;
        return Ok((1, Some(new)));
    }
    let mut wanted: BTreeMap<usize, &str> = BTreeMap::new();
    for edit in &edits[..independent] {
        if let Action::Set(value) = &edit.action {
            // The later of two edits of one scalar counts.
            wanted.insert(edit.route.find(tree.document(edit.document.as_ref())?)?.event, value);
        }
    }
    let surroundings = Surroundings::of(&events);
    let mut splices = Vec::new();
    let mut expected = unchanged(&events);
    for (index, value) in wanted {
        if let Some((splice, style)) = splice::set(text, &events, &surroundings, index, value)? {
            splices.push(splice);
            expected[index].kind = Kind::Scalar { text: Cow::Borrowed(value), style };
            expected[index].written = true;
        }
    }
    if splices.is_empty() {
        return Ok((independent, None));
    }
    let new = spliced(bytes, splices);
    prove(&new, &expected)?;
    Ok((independent, Some(new)))
}

/// Whether an edit sets a scalar that is found the same way before and after the edits before it.
fn is_independent(edit: &Edit, before: &[Edit]) -> bool {
    matches!(edit.action, Action::Set(_)) && before.iter().all(|other| !may_move(other, edit))
}

/// Whether the first edit can change what the second one finds by its value.
fn may_move(first: &Edit, second: &Edit) -> bool {
    let Some(Step::Key(changed)) = first.route.0.last() else { return false };
    let selects = second.route.0.iter().any(|step| matches!(step, Step::Select { key, .. } if key == changed));
    let identity = matches!(second.document, Some(Document::Identity { .. }))
        && matches!(changed.as_str(), "kind" | "name" | "namespace" | "apiVersion");
    selects || identity
}
