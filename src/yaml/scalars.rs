//! All scalars of a file, and other texts in their places: also where no route leads, such as below a key that repeats.

use std::borrow::Cow;

use super::events::{self, Kind};
use super::fault::Fault;
use super::inside;
use super::prove::{prove, unchanged};
use super::splice::{self, Surroundings, spliced};
use super::style::Style;
use super::tree::{Node, Tree, Value};

/// What a scalar is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A key of a mapping, or a part of one that is a list or a mapping.
    Key,
    Value,
}

/// One scalar of a file.
#[derive(Debug, Clone, Copy)]
pub struct Scalar<'n> {
    pub node: &'n Node,
    pub part: Part,
    pub text: &'n str,
}

impl Tree {
    /// All scalars of all documents, in the order of the file. An alias is none.
    pub fn scalars(&self) -> Vec<Scalar<'_>> {
        let mut out = Vec::new();
        for document in &self.documents {
            collect(document, Part::Value, &mut out);
        }
        out
    }
}

fn collect<'n>(node: &'n Node, part: Part, out: &mut Vec<Scalar<'n>>) {
    match &node.value {
        Value::Scalar { text, .. } => out.push(Scalar { node, part, text }),
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, part, out)),
        Value::Mapping(entries) => {
            for (key, value) in entries {
                collect(key, Part::Key, out);
                collect(value, part, out);
            }
        }
        Value::Alias => {}
    }
}

/// Makes scalars say these strings, quoted where any reader could take them for something else: as `Action::SetShared`, but that
/// a literal block (`|`) stays one where its lines stay lines. The nodes are those of the tree of these bytes, each at most once.
///
/// # Errors
/// A scalar cannot be set so that nothing else changes, or its tag says that it is no string.
pub fn say(bytes: &[u8], wanted: &[(&Node, String)]) -> Result<Vec<u8>, Fault> {
    if wanted.is_empty() {
        return Ok(bytes.to_vec());
    }
    let events = events::read(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::nowhere("not UTF-8"))?;
    let surroundings = Surroundings::of(&events);
    let mut splices = Vec::new();
    let mut expected = unchanged(&events);
    for (node, value) in wanted {
        let Some(event) = events.get(node.event).filter(|event| event.span == node.span) else {
            return Err(node.fault("this place cannot be found again"));
        };
        let lines = match event.tag {
            None => inside::lines(text, event.span.clone(), node, value).ok(),
            Some(_) => None,
        };
        let style = match lines {
            Some(lines) => {
                splices.extend(lines);
                Style::Literal
            }
            None => match splice::set(text, &events, &surroundings, node.event, value)? {
                Some((splice, style)) => {
                    splices.push(splice);
                    style
                }
                None => continue,
            },
        };
        let there = &mut expected[node.event];
        there.kind = Kind::Scalar { text: Cow::Borrowed(value), style };
        there.written = true;
    }
    let new = spliced(bytes, splices);
    prove(&new, &expected)?;
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with each value that has an `@` saying `to` in its place.
    fn said(old: &str, to: &str) -> Result<String, Fault> {
        let tree = Tree::parse(old.as_bytes()).unwrap();
        let values = tree.scalars().into_iter().filter(|one| one.part == Part::Value && one.text.contains('@'));
        let wanted: Vec<_> = values.map(|one| (one.node, one.text.replace('@', to))).collect();
        say(old.as_bytes(), &wanted).map(|new| String::from_utf8(new).unwrap())
    }

    #[test]
    fn every_scalar_is_there_with_what_it_is() {
        let tree = Tree::parse(b"a: [x, {b: &z y}]\n? [k, l]\n: v\nc: *z\n---\nw\n").unwrap();
        let told: Vec<_> = tree.scalars().iter().map(|one| (one.text, one.part == Part::Key)).collect();
        let wanted = [
            ("a", true),
            ("x", false),
            ("b", true),
            ("y", false),
            ("k", true),
            ("l", true),
            ("v", false),
            ("c", true),
            ("w", false),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn scalars_change_wherever_they_stand_and_nothing_around_them_does() {
        for (old, new) in [
            ("a: w@ # @\nb: 'w@'\n", "a: wx # @\nb: 'wx'\n"),
            ("\u{feff}a: \"w@\"\r\n---\r\n- w@ \r\n...\r\n", "\u{feff}a: \"wx\"\r\n---\r\n- wx \r\n...\r\n"),
            ("a: w@\na: v@\n", "a: wx\na: vx\n"),
            ("x: &b {k: w@}\ny:\n  <<: {m: w@}\n  z: *b\n", "x: &b {k: wx}\ny:\n  <<: {m: wx}\n  z: *b\n"),
            ("a: &s w@\nb: *s\n", "a: &s wx\nb: *s\n"),
            ("\"k.@\": w@\n~: w@\n", "\"k.@\": wx\n~: wx\n"),
            ("a: |- # c\r\n  1 @\r\n\r\n   2 @ \r\nb: @1", "a: |- # c\r\n  1 x\r\n\r\n   2 x \r\nb: x1"),
            ("a: >\n  1 @\n  2 @\nb: 1\n", "a: \"1 x 2 x\\n\"\nb: 1\n"),
        ] {
            let old = old.replace("b: @1", "b: \"@1\"");
            let new = new.replace("b: x1", "b: \"x1\"");
            assert_eq!(said(&old, "x").as_deref(), Ok(new.as_str()), "{old:?}");
        }
    }

    #[test]
    fn what_could_be_no_string_gets_quotes() {
        assert_eq!(said("a: 1@\nb: [1@]\n", "2").as_deref(), Ok("a: \"12\"\nb: [\"12\"]\n"));
        assert_eq!(said("a: |\n  @\n", "12").as_deref(), Ok("a: |\n  12\n"), "a block is a string whatever it says");
    }

    #[test]
    fn more_lines_than_a_block_had_are_no_longer_one() {
        assert_eq!(said("a: |\n  w@\n", "x\ny").as_deref(), Ok("a: \"wx\\ny\\n\"\n"));
    }

    #[test]
    fn a_tag_that_says_otherwise_is_a_fault_with_its_place() {
        let fault = said("a: 1\nb: !!binary w@\n", "x").unwrap_err();
        assert_eq!(fault.line, 2, "{fault}");
        assert_eq!(said("b: !!str w@\n", "x").as_deref(), Ok("b: !!str wx\n"));
    }
}
