//! Old and new documents as JSON lines, one document a text, for parsers that read one at a time (`tests/corpus/check.py`).

use std::io::{self, Write};
use std::ops::Range;

use serde_json::{Value as Json, json};

use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Tree;

use super::leaves::Leaf;

/// The documents of one file, and the edits of them.
#[derive(Debug)]
pub struct Documents {
    /// The file, or the place of a block whose text is YAML itself.
    name: String,
    text: String,
    parts: Vec<(Range<usize>, Option<Tree>)>,
    edits: Vec<Json>,
}

impl Documents {
    /// Cuts before each line that begins with `---`: no such line can be inside a document, not even in a text.
    pub fn new(name: String, text: &str) -> Self {
        let is_mark =
            |line: &str| line.strip_prefix("---").is_some_and(|rest| !rest.starts_with(|c: char| !c.is_whitespace()));
        let mut starts = vec![0];
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if at > 0 && is_mark(line) {
                starts.push(at);
            }
            at += line.len();
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let part = |(start, end): (usize, usize)| (start..end, Tree::parse(&text.as_bytes()[start..end]).ok());
        let parts = starts.iter().copied().zip(ends).map(part).collect();
        Self { name, text: text.to_string(), parts, edits: Vec::new() }
    }

    /// Notes that the bytes of `span` became `written`, so that the scalar at `route` says `says`.
    ///
    /// # Errors
    /// The scalar does not stand at its route in a document of its own: the file was cut in a wrong place.
    pub fn note(
        &mut self,
        route: &Route,
        span: &Range<usize>,
        line: u32,
        written: &str,
        says: &str,
    ) -> Result<(), String> {
        let index = self.parts.partition_point(|(range, _)| range.start <= span.start).saturating_sub(1);
        let (range, tree) = &self.parts[index];
        let alone = tree.as_ref().and_then(|tree| route.find(tree.document(None).ok()?).ok());
        let local = span.start - range.start..span.end - range.start;
        if alone.is_none_or(|node| node.span.start > local.start || node.span.end < local.end) {
            return Err(format!("{}:{line}: `{route}` is not in a document of its own", self.name));
        }
        let path: Vec<Json> = route
            .0
            .iter()
            .map(|step| match step {
                Step::Key(key) => json!(key),
                Step::Index(index) => json!(index),
                Step::Select { .. } | Step::Has(_) => unreachable!("leaves are told by their index"),
            })
            .collect();
        self.edits.push(json!({
            "at": format!("{}:{line}", self.name), "part": index, "start": local.start, "end": local.end,
            "written": written, "path": path, "says": says,
        }));
        Ok(())
    }

    /// How many edits are noted.
    pub fn edits(&self) -> usize {
        self.edits.len()
    }

    /// Writes one line.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let texts: Vec<&str> = self.parts.iter().map(|(range, _)| &self.text[range.clone()]).collect();
        writeln!(out, "{}", json!({ "name": self.name, "documents": texts, "edits": self.edits }))
    }
}

/// The bytes that stand where `span` stood, if nothing else differs.
pub fn replacement<'n>(old: &[u8], new: &'n [u8], span: &Range<usize>) -> Option<&'n str> {
    let tail = old.len() - span.end;
    let end = new.len().checked_sub(tail).filter(|end| *end >= span.start)?;
    let same = old[..span.start] == new[..span.start] && old[span.end..] == new[end..];
    std::str::from_utf8(&new[span.start..end]).ok().filter(|_| same)
}

/// Notes an edit for other parsers: in the file, and in the text of the block that the scalar stands in.
pub fn note(all: &mut Vec<Documents>, leaf: &Leaf, written: &str, says: &str) -> Result<(), String> {
    let Some(inside) = &leaf.inside else {
        return all[0].note(&leaf.route, &leaf.span, leaf.line, written, says);
    };
    let whole = format!("{}{written}{}", &inside.text[..inside.span.start], &inside.text[inside.span.end..]);
    all[0].note(&leaf.route, &leaf.span, leaf.line, written, &whole)?;
    let name = format!("{} > {}", all[0].name, leaf.route);
    let index = all.iter().position(|one| one.name == name).unwrap_or_else(|| {
        all.push(Documents::new(name, &inside.text));
        all.len() - 1
    });
    all[index].note(&inside.route, &inside.span, leaf.line, written, says)
}
