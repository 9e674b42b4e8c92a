//! The adapter to the parser library: text in, events with byte spans out. Nothing else names the library.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser as library;

use super::fault::Fault;
use super::lines::skip;
use super::style::{Layout, Style};

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    DocumentStart,
    DocumentEnd,
    Scalar {
        text: Cow<'a, str>,
        style: Style,
    },
    /// Refers to the node whose `anchor` is this number.
    Alias(usize),
    SequenceStart(Layout),
    SequenceEnd,
    MappingStart(Layout),
    MappingEnd,
}

/// One event and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event<'a> {
    pub kind: Kind<'a>,
    /// The node itself, without its anchor and tag. A scalar's quotes and a block scalar's header belong to it,
    /// trailing blanks and the last line break do not. Block collections: the empty span where the first token starts
    /// (behind the first dash, before the first key), and where the next token begins.
    pub span: Range<usize>,
    /// From 1; columns count characters.
    pub line: u32,
    pub column: u32,
    /// How far the lines of a literal block are indented; 0 for anything else.
    pub indent: u32,
    /// Not 0: the number of this node's anchor. Numbers grow with the text.
    pub anchor: usize,
    pub tag: Option<String>,
    /// Where the node begins, its anchor and tag included.
    pub start: usize,
}

/// Reads all events of a text.
///
/// # Errors
/// Bytes that are not UTF-8, a byte order mark anywhere but at byte 0 (readers disagree there), and what is not YAML.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Event<'_>>, Fault> {
    let (skipped, body) = body_of(bytes)?;
    let options = library::options! { emit_anchor_events: true };
    // Files of pins have an event for every dozen bytes.
    let mut events: Vec<Event<'_>> = Vec::with_capacity(bytes.len() / 12);
    let mut end_of_previous = 0;
    for item in library::Parser::new_from_str_with_options(body, options) {
        let (event, span) = item.map_err(|error| {
            Fault::at(number(error.marker().line()), number(error.marker().col() + 1), error.info())
        })?;
        let mut place = Place::of(body, &span)?;
        // The place of a document start without `---` is the token after it.
        let implicit = matches!(event, library::Event::DocumentStart(false, _));
        let tag_start = span.tag_start().and_then(|mark| mark.byte_offset()).map(|at| at + skipped);
        let (kind, anchor, tag) = match event {
            library::Event::Anchor(..) => {
                if let Some(last) = events.last_mut() {
                    last.start = last.start.min(place.span.start + skipped);
                }
                continue;
            }
            library::Event::DocumentStart(..) => (Kind::DocumentStart, 0, None),
            library::Event::DocumentEnd => (Kind::DocumentEnd, 0, None),
            library::Event::Alias(target) => (Kind::Alias(target), 0, None),
            library::Event::SequenceStart(layout, anchor, tag) => (Kind::SequenceStart(layout.into()), anchor, tag),
            library::Event::MappingStart(layout, anchor, tag) => (Kind::MappingStart(layout.into()), anchor, tag),
            library::Event::SequenceEnd => (Kind::SequenceEnd, 0, None),
            library::Event::MappingEnd => (Kind::MappingEnd, 0, None),
            library::Event::Scalar(text, style, anchor, tag) => {
                let style = style.into();
                let text = match style {
                    Style::Plain if place.span.is_empty() => {
                        place.of_nothing(body, end_of_previous, anchor == 0 && tag.is_none());
                        Cow::Borrowed("")
                    }
                    Style::Literal | Style::Folded => place.of_block(body, end_of_previous, style, text)?,
                    _ => text,
                };
                (Kind::Scalar { text, style }, anchor, tag)
            }
            // Aliases to nowhere are errors with our options, comments are not compiled in.
            _ => continue,
        };
        let Place { span, line, column, indent } = place;
        if !implicit {
            end_of_previous = end_of_previous.max(span.end);
        }
        let span = span.start + skipped..span.end + skipped;
        let start = tag_start.map_or(span.start, |at| at.min(span.start));
        let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
        events.push(Event { kind, span, line, column, indent, anchor, tag, start });
    }
    Ok(events)
}

/// The text without its byte order mark, which must not count as a column, and how many bytes that has.
fn body_of(bytes: &[u8]) -> Result<(usize, &str), Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
        fault_at(valid, valid.len(), "not UTF-8".to_owned())
    })?;
    let (skipped, body) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (BYTE_ORDER_MARK.len_utf8(), rest),
        None => (0, text),
    };
    match body.find(BYTE_ORDER_MARK) {
        Some(at) => Err(fault_at(body, at, "a byte order mark is only allowed at the start of the file".to_owned())),
        None => Ok((skipped, body)),
    }
}

/// Where a node stands: as the library has it, and for some scalars put right.
struct Place {
    span: Range<usize>,
    line: u32,
    column: u32,
    indent: u32,
}

impl Place {
    fn of(body: &str, place: &library::Span) -> Result<Self, Fault> {
        let (line, column) = (number(place.start.line()), number(place.start.col() + 1));
        match place.byte_range().filter(|span| body.get(span.clone()).is_some()) {
            Some(span) => Ok(Self { span, line, column, indent: 0 }),
            None => Err(Fault::at(line, column, "no usable place for this node")),
        }
    }

    /// Of a value that is not there, behind what stands before it: over a comment the library runs to the comment's end.
    fn of_nothing(&mut self, body: &str, end_of_previous: usize, is_bare: bool) {
        let from = end_of_previous.min(self.span.start);
        let mut at = skip(&body[..self.span.start], from, b"-:?,").1;
        if is_bare {
            at = end_of_colon(body, at);
        }
        self.begin_at(body, at);
        self.span = at..at;
    }

    /// Of a block scalar, header included; its text as the file has it.
    fn of_block<'a>(
        &mut self,
        body: &str,
        end_of_previous: usize,
        style: Style,
        text: Cow<'a, str>,
    ) -> Result<Cow<'a, str>, Fault> {
        let header = header_start(body, end_of_previous)
            .ok_or_else(|| Fault::at(self.line, self.column, "cannot find the header of this block scalar"))?;
        self.begin_at(body, header);
        self.span = header..block_end(body, header, if self.span.is_empty() { header } else { self.span.end });
        if style == Style::Literal {
            self.indent = number(indent_of(&body[self.span.clone()], &text));
        }
        // Where the file ends with its last line the library adds a line break that is not there.
        Ok(match text.strip_suffix('\n').filter(|_| !body[self.span.end..].contains(['\n', '\r'])) {
            Some(bare) => Cow::Owned(bare.to_owned()),
            None => text,
        })
    }

    /// Line and column of a byte at or before the span.
    fn begin_at(&mut self, body: &str, at: usize) {
        let over = &body[at..self.span.start.max(at)];
        self.line -= number(breaks(over)).min(self.line - 1);
        self.column = column_of(body, at);
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A fault at a byte of the text.
fn fault_at(text: &str, at: usize, message: String) -> Fault {
    Fault::at(number(breaks(&text[..at]) + 1), column_of(text, at), message)
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// How many line breaks a text has: LF, CR LF, or CR.
fn breaks(text: &str) -> usize {
    let bytes = text.as_bytes();
    let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|&at| bytes[at] == b'\n' || lone(at)).count()
}

fn column_of(text: &str, at: usize) -> u32 {
    let line = text[..at].rfind(['\n', '\r']).map_or(0, |break_at| break_at + 1);
    number(text[line..at].chars().count() + 1)
}

/// The `|` or `>` of the block scalar that follows the token which ends at `from`: the library gives the content only,
/// and the next token where there is none.
fn header_start(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    let mut blank_before = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'|' | b'>' => return Some(at),
            b'#' if blank_before => at += line_length(&bytes[at..]),
            // Of the line `%TAG ...` and of `---` there is nothing that could be taken for a header.
            b'&' | b'!' => at += bytes[at..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count(),
            _ => at += 1,
        }
        blank_before = bytes.get(at.wrapping_sub(1)).is_some_and(u8::is_ascii_whitespace);
    }
    None
}

/// How many blanks stand before the content of a literal block: what its first line with content has more than its text.
fn indent_of(block: &str, text: &str) -> usize {
    let first = |text: &str, skipped: usize| {
        let mut lines = text.lines().skip(skipped).filter(|line| !line.trim().is_empty());
        lines.next().map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
    };
    first(block, 1).saturating_sub(first(text, 0))
}

/// Where an absent value would stand: the library gives the end of the key, before the colon.
fn end_of_colon(text: &str, key_end: usize) -> usize {
    let rest = &text[key_end..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    match rest[blank..].starts_with(':') {
        true => key_end + blank + 1,
        false => key_end,
    }
}

fn line_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len())
}

/// The end of a block scalar's last line that is not blank, or of its header.
fn block_end(text: &str, header: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    let end_of_header = header + line_length(&bytes[header..]);
    let content = text.get(end_of_header..end).unwrap_or_default().trim_end_matches(['\n', '\r', ' ', '\t']);
    if content.is_empty() {
        // The comment behind the header is not the scalar's.
        let line = &text[header..end_of_header];
        return header + line.find([' ', '\t']).unwrap_or(line.len());
    }
    end_of_header + content.len()
}

impl From<library::StructureStyle> for Layout {
    fn from(style: library::StructureStyle) -> Self {
        match style {
            library::StructureStyle::Block => Self::Block,
            library::StructureStyle::Flow => Self::Flow,
        }
    }
}

impl From<library::ScalarStyle> for Style {
    fn from(style: library::ScalarStyle) -> Self {
        match style {
            library::ScalarStyle::Plain => Self::Plain,
            library::ScalarStyle::SingleQuoted => Self::SingleQuoted,
            library::ScalarStyle::DoubleQuoted => Self::DoubleQuoted,
            library::ScalarStyle::Literal => Self::Literal,
            library::ScalarStyle::Folded => Self::Folded,
        }
    }
}
