//! Proves an edit: reads the new text and compares it event by event with what must come out.

use super::events::{self, Event, Kind};
use super::fault::Fault;
use super::quote::possibly_something_else;
use super::style::Style;

/// What one event of the new text must be; its place is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected<'a> {
    pub kind: Kind<'a>,
    pub anchor: usize,
    pub tag: Option<String>,
    /// Whether the edit wrote it: then it must be a string for every reader.
    pub written: bool,
}

/// The events as they are: what must come out where nothing is changed.
pub(super) fn unchanged<'a>(events: &[Event<'a>]) -> Vec<Expected<'a>> {
    let same = |event: &Event<'a>| Expected {
        kind: event.kind.clone(),
        anchor: event.anchor,
        tag: event.tag.clone(),
        written: false,
    };
    events.iter().map(same).collect()
}

/// Checks that the new text reads as expected, no more and no less.
///
/// # Errors
/// The first event that differs, placed in the new text.
pub(super) fn prove(new: &[u8], expected: &[Expected<'_>]) -> Result<(), Fault> {
    let found = events::read(new).map_err(|fault| Fault {
        message: format!("the edited text cannot be read ({}); nothing was changed", fault.message),
        ..fault
    })?;
    // Anchors are numbered in the order of the text: a removed one shifts the numbers behind it.
    let mut numbers: Vec<(usize, usize)> = Vec::new();
    let mut wanted = expected.iter();
    for event in &found {
        let same = wanted.next().is_some_and(|wanted| {
            if wanted.anchor != 0 {
                numbers.push((wanted.anchor, event.anchor));
            }
            let kind = match (&wanted.kind, &event.kind) {
                (Kind::Alias(old), Kind::Alias(new)) => numbers.contains(&(*old, *new)),
                (old, new) => old == new,
            };
            kind && (wanted.anchor == 0) == (event.anchor == 0)
                && wanted.tag == event.tag
                && (!wanted.written || is_string(event))
        });
        if !same {
            return Err(differs(event.line, event.column));
        }
    }
    match wanted.next() {
        None => Ok(()),
        Some(_) => Err(differs(0, 0)),
    }
}

fn is_string(event: &Event<'_>) -> bool {
    match &event.kind {
        Kind::Scalar { text, style: Style::Plain } => !possibly_something_else(text),
        _ => true,
    }
}

fn differs(line: u32, column: u32) -> Fault {
    Fault::at(line, column, "this place cannot be edited without changing something else; nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proven(old: &str, new: &str) -> bool {
        prove(new.as_bytes(), &unchanged(&events::read(old.as_bytes()).unwrap())).is_ok()
    }

    #[test]
    fn only_places_and_comments_may_differ() {
        assert!(proven("a: 1\nb: [x, y]\n", "# c\na:   1\n\nb: [ x,\n y ]"));
        for new in [
            "a: 2\nb: [x, y]\n",
            "a: '1'\nb: [x, y]\n",
            "a: !!str 1\nb: [x, y]\n",
            "a: &x 1\nb: [x, y]\n",
            "a: 1\nb: [x]\n",
            "a: 1\nb: [x, y]\nc: 1\n",
            "a: 1\nb:\n- x\n- y\n",
            "a: 1\nb: [x, y]\n---\n",
            "a: 1\nb: [x, y\n",
            "",
        ] {
            assert!(!proven("a: 1\nb: [x, y]\n", new), "{new:?}");
        }
    }

    #[test]
    fn an_alias_must_go_on_meaning_the_same_node() {
        assert!(proven("a: &x 1\nb: &y 1\nc: *y\n", "a: &q 1\nb: &r 1\nc: *r\n"));
        assert!(!proven("a: &x 1\nb: &y 1\nc: *y\n", "a: &x 1\nb: &y 1\nc: *x\n"));
    }

    #[test]
    fn what_the_edit_wrote_must_be_a_string_for_every_reader() {
        for (new, is_string) in [
            ("tag: '12e4567'\n", true),
            ("tag: \"12e4567\"\n", true),
            ("tag: 3fa9c21\n", true),
            ("tag: 12e4567\n", false),
            ("tag: 1234567\n", false),
            ("tag: null\n", false),
            ("tag: y\n", false),
            ("tag:\n", false),
        ] {
            let events = events::read(new.as_bytes()).unwrap();
            let mut expected = unchanged(&events);
            assert!(prove(new.as_bytes(), &expected).is_ok(), "what was there may be anything: {new:?}");
            let value = events.iter().rposition(|event| matches!(event.kind, Kind::Scalar { .. })).unwrap();
            expected[value].written = true;
            assert_eq!(prove(new.as_bytes(), &expected).is_ok(), is_string, "{new:?}");
        }
    }
}
