//! Changes the YAML that stands as text in a literal block, such as Argo CD's `helm.values`, in its lines of the file.

use std::borrow::Cow;
use std::ops::Range;

use super::events::{Event, Kind};
use super::fault::Fault;
use super::prove::{Expected, unchanged};
use super::splice::Splice;
use super::style::Style;
use super::tree::Node;

/// The replacements in the outer text that make the block at `node` say `new`, and what must come out of them.
///
/// # Errors
/// It is no literal block, or the change would be more than a part of some lines.
pub(super) fn change<'a>(
    text: &'a str,
    events: &[Event<'a>],
    node: &Node,
    new: &str,
) -> Result<(Vec<Splice>, Vec<Expected<'a>>), Fault> {
    let mut expected = unchanged(events);
    let Some(span) = events.get(node.event).map(|event| event.span.clone()) else {
        return Err(node.fault("this place cannot be found again"));
    };
    let splices = lines(text, span, node, new)?;
    expected[node.event].kind = Kind::Scalar { text: Cow::Owned(new.to_owned()), style: Style::Literal };
    expected[node.event].written = true;
    Ok((splices, expected))
}

/// The replacements in the lines of the literal block at `node`, which has this span, that make it say `new`.
///
/// # Errors
/// As `change`.
pub(super) fn lines(text: &str, span: Range<usize>, node: &Node, new: &str) -> Result<Vec<Splice>, Fault> {
    let old = node.block()?;
    let (before, after): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    if before.len() != after.len() {
        return Err(node.fault("a value inside this text spans several lines; write it on one"));
    }
    // The header's line is not part of the content; each line of the content is one line of the inner text.
    let header = text[span.clone()].find('\n').map_or(span.len(), |end| end + 1);
    let mut at = span.start + header;
    let mut splices = Vec::new();
    for (old_line, new_line) in before.iter().zip(&after) {
        // The span of a block ends before the blanks that end its last line.
        let line = text.get(at..).unwrap_or_default().split('\n').next().unwrap_or_default();
        if old_line != new_line {
            let bare = line.strip_suffix('\r').unwrap_or(line);
            let indentation = bare.len().checked_sub(old_line.len()).filter(|cut| {
                bare.is_char_boundary(*cut) && bare[*cut..] == **old_line && bare[..*cut].chars().all(|c| c == ' ')
            });
            let Some(indentation) = indentation else {
                return Err(node.fault("a line inside this text cannot be found again"));
            };
            splices.push(Splice { range: at + indentation..at + bare.len(), text: (*new_line).to_owned() });
        }
        at += line.len() + 1;
    }
    Ok(splices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::edit::{Action, Edit, apply};
    use crate::yaml::route::Route;

    fn set(old: &str, outer: &str, inside: &str, value: &str) -> Result<String, Fault> {
        let action = Action::SetInside(Route::parse(inside).unwrap(), value.to_owned());
        let edit = Edit { document: None, route: Route::parse(outer).unwrap(), action };
        apply(old.as_bytes(), &[edit]).map(|new| String::from_utf8(new).unwrap())
    }

    #[test]
    fn only_the_inner_scalar_changes() {
        let old = "a:\n  values: |  # kept\n    # inner\n    image:\n      tag: v1   # here\n\n    other: x\nb: c\n";
        assert_eq!(set(old, "a.values", "image.tag", "12e3").unwrap(), old.replace("tag: v1", "tag: \"12e3\""));
    }

    #[test]
    fn every_header_and_line_break_stays() {
        for header in ["|", "|-", "|+", "|2-"] {
            let old = format!("values: {header}\r\n  tag: v1\r\n  x: y\r\n\r\nz: 1\r\n");
            assert_eq!(set(&old, "values", "tag", "v2").unwrap(), old.replace("v1", "v2"), "{header}");
        }
    }

    #[test]
    fn what_is_no_literal_block_is_refused() {
        for old in ["values: >\n  tag: v1\n", "values: \"tag: v1\"\n", "values: {tag: v1}\n"] {
            assert!(set(old, "values", "tag", "v2").is_err(), "{old}");
        }
    }

    #[test]
    fn what_is_not_yaml_inside_is_refused_with_its_place() {
        let fault = set("a: 1\nvalues: |\n  tag: v1\n  : : [\n", "values", "tag", "v2").unwrap_err();
        assert!(fault.line >= 3, "{fault:?}");
    }
}
