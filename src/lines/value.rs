//! A value in a line: its bytes and its quotes, and how another text is written in the same style.

use std::ops::Range;

use crate::yaml::plain::is_surely_text;
use crate::yaml::tree::{Cure, Fault};

use super::language::{Bare, Language};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// From 1, as the column, which counts characters.
    pub line: u32,
    pub column: u32,
    /// What it belongs to on its line, as far as one stands there.
    pub key: String,
    /// Without its quotes.
    pub text: String,
    /// The bytes of the text in the file.
    pub(super) span: Range<usize>,
    /// The same with its quotes.
    pub(super) outer: Range<usize>,
    pub(super) quote: Option<char>,
}

/// A line of a file: its number from 1, where it begins, and its bytes without the line break.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    pub number: u32,
    pub start: usize,
    pub bytes: &'t [u8],
}

impl Line<'_> {
    /// The line as text; `None` where it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes).ok()
    }

    /// The column of a byte of the line.
    pub fn column(&self, at: usize) -> u32 {
        let before = String::from_utf8_lossy(self.bytes.get(..at).unwrap_or(self.bytes));
        u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX)
    }

    /// A fault at a byte of the line.
    pub fn fault(&self, at: usize, message: impl Into<String>, cure: &str) -> Fault {
        let fault = Fault::at(self.number, self.column(at), message);
        Fault { cure: Some(Cure::Do(cure.to_owned())), ..fault }
    }
}

/// The lines of a file. A byte order mark belongs to no line, as a line break does not.
pub(super) fn lines(bytes: &[u8]) -> Vec<Line<'_>> {
    let mut start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut out = Vec::new();
    for (index, line) in bytes[start..].split(|byte| *byte == b'\n').enumerate() {
        let own = line.strip_suffix(b"\r").unwrap_or(line);
        out.push(Line { number: u32::try_from(index + 1).unwrap_or(u32::MAX), start, bytes: own });
        start += line.len() + 1;
    }
    out
}

impl Value {
    /// The value at these bytes of a line; `outer`: with its quotes.
    pub(super) fn at(line: Line<'_>, key: &str, span: Range<usize>, outer: Range<usize>, quote: Option<char>) -> Self {
        let text = String::from_utf8_lossy(&line.bytes[span.clone()]).into_owned();
        let whole = |range: Range<usize>| line.start + range.start..line.start + range.end;
        let column = line.column(outer.start);
        Self { line: line.number, column, key: key.to_owned(), text, span: whole(span), outer: whole(outer), quote }
    }

    /// The value, if it is a text in its language.
    ///
    /// # Errors
    /// It is a number, a name or the like; or what its language reads is another text than its bytes.
    pub(super) fn text_in(self, language: &Language) -> Result<Self, Fault> {
        if self.text.contains('\\') {
            let message = format!("`{}` has a `\\`, and what it stands for is not read", self.text);
            let cure = Some(Cure::Do("write the text without it, once by hand".into()));
            return Err(Fault { cure, ..Fault::at(self.line, self.column, message) });
        }
        if self.quote.is_some() || language.bare != Bare::Other {
            return Ok(self);
        }
        let message = format!("in {} a text stands in quotes, and `{}` does not", language.name, self.text);
        let cure = Some(Cure::Do("put quotes around it once by hand, or mark where it is set".into()));
        Err(Fault { cure, ..Fault::at(self.line, self.column, message) })
    }

    /// A text as it is written in the place of this value.
    ///
    /// # Errors
    /// It cannot be written in the style that stands there.
    pub(super) fn written(&self, text: &str, language: &Language) -> Result<String, Fault> {
        let refused = |why: String, cure: &str| {
            Err(Fault { cure: Some(Cure::Do(cure.to_owned())), ..Fault::at(self.line, self.column, why) })
        };
        let is_odd = |c: char| match self.quote {
            Some('"') => "\"\\$`".contains(c) || c.is_control(),
            Some(quote) => c == quote || c == '\\' || c.is_control(),
            None => !(c.is_ascii_alphanumeric() || "._-/:@+".contains(c)),
        };
        // What stands there now can stand there.
        let odd = text.find(|c: char| is_odd(c) && !self.text.contains(c));
        let odd = odd.or_else(|| {
            ["{{", "%{"].iter().filter(|mark| !self.text.contains(**mark)).find_map(|mark| text.find(mark))
        });
        if let Some(bad) = odd.and_then(|at| text[at..].chars().next()) {
            let style = if self.quote.is_some() { "within the quotes that stand there" } else { "without quotes" };
            return refused(
                format!("`{}` cannot be written {style}: it has `{}`", text.escape_debug(), bad.escape_debug()),
                "write such a version by hand, as the language wants it",
            );
        }
        match language.bare {
            Bare::Yaml if self.quote.is_none() && !is_surely_text(text) => refused(
                format!("`{text}` without quotes may be read as a number or the like"),
                "put quotes around the value once by hand",
            ),
            Bare::Text | Bare::Yaml | Bare::Other => Ok(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::of;
    use super::*;

    fn value(quote: Option<char>) -> Value {
        Value { line: 1, column: 5, key: "tag".into(), text: "v1".into(), span: 4..6, outer: 4..6, quote }
    }

    #[test]
    fn what_the_style_of_a_value_cannot_hold_is_refused() {
        let (env, toml) = (of(".env").unwrap(), of("x.toml").unwrap());
        let template = of("x.gotmpl").unwrap();
        for (quote, language, text, good) in [
            (None, env, "1234567", true),
            (None, env, "v1+b", true),
            (None, env, "a#b", false),
            (None, env, "$x", false),
            (None, template, "v2", true),
            (None, template, "1234567", false),
            (None, template, "12e4567", false),
            (Some('"'), template, "1234567", true),
            (Some('"'), toml, "v1~$x", false),
            (Some('"'), toml, "a\\b", false),
            (Some('"'), toml, "a\"b", false),
            (Some('\''), env, "a$b", true),
            (Some('\''), env, "a'b", false),
            (Some('\''), env, "{{b", false),
        ] {
            assert_eq!(value(quote).written(text, language).is_ok(), good, "{quote:?} {text}");
        }
    }

    #[test]
    fn what_has_no_quotes_is_a_text_where_the_language_says_so() {
        for (quote, file, good) in
            [(None, ".env", true), (None, "x.toml", false), (Some('"'), "x.toml", true), (None, "x.tf", false)]
        {
            assert_eq!(value(quote).text_in(of(file).unwrap()).is_ok(), good, "{quote:?} {file}");
        }
    }

    #[test]
    fn lines_end_with_either_break_and_a_mark_of_the_byte_order_is_in_none() {
        let found = lines(b"\xef\xbb\xbfa\r\nb\n\nc");
        let found: Vec<_> = found.iter().map(|line| (line.number, line.start, line.text().unwrap())).collect();
        assert_eq!(found, [(1, 3, "a"), (2, 6, "b"), (3, 8, ""), (4, 9, "c")]);
    }
}
