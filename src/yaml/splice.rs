//! Replaces one scalar by a string, in the style that stands there.

use std::collections::HashSet;
use std::ops::Range;

use super::events::{Event, Kind};
use super::fault::{Cure, Fault};
use super::quote::{self, Context};
use super::style::{Layout, Style};

/// Bytes to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    pub range: Range<usize>,
    pub text: String,
}

/// Makes all replacements at once; they must not overlap.
pub(super) fn spliced(bytes: &[u8], mut splices: Vec<Splice>) -> Vec<u8> {
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    let mut new = Vec::with_capacity(bytes.len() + splices.iter().map(|splice| splice.text.len()).sum::<usize>());
    let mut at = 0;
    for splice in &splices {
        new.extend_from_slice(bytes.get(at..splice.range.start).unwrap_or_default());
        new.extend_from_slice(splice.text.as_bytes());
        at = splice.range.end;
    }
    new.extend_from_slice(bytes.get(at..).unwrap_or_default());
    new
}

/// What is asked of many scalars of one file, answered once.
pub(super) struct Surroundings {
    /// For each event the brackets it stands between.
    flow: Vec<bool>,
    aliased: HashSet<usize>,
}

impl Surroundings {
    pub fn of(events: &[Event<'_>]) -> Self {
        let mut open = Vec::new();
        let mut depth = 0_usize;
        let mut flow = Vec::with_capacity(events.len());
        let mut aliased = HashSet::new();
        for event in events {
            flow.push(depth > 0);
            match event.kind {
                Kind::SequenceStart(layout) | Kind::MappingStart(layout) => {
                    open.push(layout);
                    depth += usize::from(layout == Layout::Flow);
                }
                Kind::SequenceEnd | Kind::MappingEnd => depth -= usize::from(open.pop() == Some(Layout::Flow)),
                Kind::Alias(target) => {
                    aliased.insert(target);
                }
                _ => {}
            }
        }
        Self { flow, aliased }
    }

    /// Where the node of this event stands.
    pub fn context(&self, event: usize) -> Context {
        match self.flow.get(event) {
            Some(true) => Context::Flow,
            _ => Context::Block,
        }
    }

    /// Whether another node refers to this anchor.
    pub fn is_aliased(&self, anchor: usize) -> bool {
        self.aliased.contains(&anchor)
    }
}

/// How to make the scalar of an event say `value`; `None` where it does already.
///
/// # Errors
/// It is no scalar, or its tag says that it is no string.
pub(super) fn set(
    text: &str,
    events: &[Event<'_>],
    surroundings: &Surroundings,
    index: usize,
    value: &str,
) -> Result<Option<(Splice, Style)>, Fault> {
    let event = &events[index];
    let fault = |message: String| Err(Fault::at(event.line, event.column, message));
    if let Some(tag) = event.tag.as_deref().filter(|tag| !is_string_tag(tag)) {
        return fault(format!("the tag `{tag}` says that this is not a string"));
    }
    // Not all readers agree on what `!` makes of a number.
    let is_number = |value: &str| event.tag.as_deref() == Some("!") && quote::possibly_something_else(value);
    if is_number(value) || matches!(&event.kind, Kind::Scalar { text, style: Style::Plain } if is_number(text)) {
        let fault = Fault::at(event.line, event.column, "the tag `!` does not make this a string for every reader");
        return Err(fault.cured(Cure::Do("take the tag away once by hand".into())));
    }
    let context = surroundings.context(index);
    let (old, style) = match &event.kind {
        Kind::Scalar { text, style } => (text.as_ref(), *style),
        Kind::Alias(_) => {
            let (text, style) = quote::fresh(value, context);
            return Ok(Some((Splice { range: event.span.clone(), text }, style)));
        }
        _ => return fault("a mapping or sequence is here, not a scalar".to_owned()),
    };
    let is_said =
        old == value && (style != Style::Plain || event.tag.is_some() || !quote::possibly_something_else(old));
    if is_said {
        return Ok(None);
    }
    let (mut written, new_style) = quote::keeping(value, style, context);
    match style {
        Style::Plain if event.span.is_empty() => written.insert(0, ' '),
        Style::Literal | Style::Folded => written.push_str(header_comment(&text[event.span.clone()])),
        _ => {}
    }
    Ok(Some((Splice { range: event.span.clone(), text: written }, new_style)))
}

/// Whether a node with this tag is a string: `!!str`, or `!`.
fn is_string_tag(tag: &str) -> bool {
    matches!(tag, "tag:yaml.org,2002:str" | "!")
}

/// The comment behind a block scalar's `|`, with the blanks before it.
fn header_comment(block: &str) -> &str {
    let header = block.split(['\n', '\r']).next().unwrap_or_default();
    match header.find([' ', '\t']) {
        Some(blank) if header[blank..].trim_start().starts_with('#') => &header[blank..],
        _ => "",
    }
}
