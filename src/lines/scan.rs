//! One line in its pieces: the code before its comment, and in that the values that a mark may mean.

use std::ops::Range;

use super::language::{Bare, Language};
use super::value::{Line, Value};

/// What opens and closes a template or a reference, which is never looked into.
const OPAQUE: [(&str, &str); 4] = [("{{", "}}"), ("${", "}"), ("$(", ")"), ("<%", "%>")];

/// Where the comment of a line begins, as the language has comments; `None`: it has none.
pub fn comment(text: &str, language: &Language, is_comment: impl Fn(&str) -> bool) -> Option<usize> {
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let is_free = text[..at].chars().next_back().is_none_or(|before| match language.is_of_a_shell() {
            true => before.is_whitespace() || ";&|()<>".contains(before),
            false => !is_word(before),
        });
        let opens = |(open, _): &&(&str, &str)| text[at..].starts_with(open);
        if is_free && (language.trails || text[..at].trim().is_empty()) {
            let opened = language.comments.iter().find(opens);
            if opened.is_some() && is_comment(&text[at..]) {
                return Some(at);
            }
        }
        at += skipped(text, at).unwrap_or(next.len_utf8());
    }
    None
}

/// The values of the code of a line: its scalars behind `=` or `:`, its quoted texts and what looks like an image or a version. A
/// template is none, but where nothing else is, the texts in it are.
pub fn values(line: Line<'_>, text: &str, end: usize, language: &Language) -> Vec<Value> {
    let code = &text[..end];
    if let Some(range) = from(code) {
        return vec![narrowed(line, code, "FROM", &Piece { range: range.clone(), outer: range, kind: Kind::Word })];
    }
    let pieces = pieces(code);
    let mut out = Vec::new();
    let mut is_taken = vec![false; pieces.len()];
    for (at, piece) in pieces.iter().enumerate() {
        if !piece.is_separator(code) || at == 0 || !pieces[at - 1].is_scalar() {
            continue;
        }
        let key = &code[pieces[at - 1].range.clone()];
        is_taken[at - 1] = true;
        match pieces.get(at + 1) {
            // What is called is no value; its arguments may be.
            Some(value) if pieces.get(at + 2).is_some_and(|next| next.is_call(code, value)) => is_taken[at + 1] = true,
            Some(value) if value.is_scalar() => {
                is_taken[at + 1] = true;
                out.push((key, value.clone()));
            }
            None if code[piece.range.clone()].ends_with('=') => {
                let empty = piece.range.end..piece.range.end;
                out.push((key, Piece { range: empty.clone(), outer: empty, kind: Kind::Word }));
            }
            _ => {}
        }
    }
    for (at, piece) in pieces.iter().enumerate().filter(|(at, _)| !is_taken[*at]) {
        let before = at.checked_sub(1).map(|at| &pieces[at]);
        let is_tag_of_markup = before.is_some_and(|before| &code[before.range.clone()] == "<");
        let is_label = language.bare == Bare::Other && before.is_some_and(|before| before.is_name(code));
        let is_value = match piece.kind {
            Kind::Quoted(_) => !is_label,
            Kind::Word => !is_tag_of_markup && code[piece.range.clone()].contains(|c: char| c.is_ascii_digit()),
            Kind::Sign => false,
        };
        if is_value {
            out.push(("", piece.clone()));
        }
    }
    out.sort_by_key(|(_, piece)| piece.range.start);
    let (templates, plain): (Vec<_>, Vec<_>) =
        out.into_iter().partition(|(_, piece)| is_template(&code[piece.range.clone()]));
    let plain: Vec<Value> = plain.iter().map(|(key, piece)| narrowed(line, code, key, piece)).collect();
    if !plain.is_empty() {
        return plain;
    }
    let inner = in_templates(line, code);
    if !inner.is_empty() {
        return inner;
    }
    templates.iter().map(|(key, piece)| value(line, key, piece)).collect()
}

/// The image of a Dockerfile's `FROM`.
fn from(code: &str) -> Option<Range<usize>> {
    let mut at = 0;
    let mut words = code.split_inclusive(char::is_whitespace).filter_map(|word| {
        let start = at;
        at += word.len();
        let word = word.trim_end();
        (!word.is_empty()).then_some(start..start + word.len())
    });
    let first = words.next()?;
    if !code[first].eq_ignore_ascii_case("from") {
        return None;
    }
    words.find(|word| !code[word.clone()].starts_with("--"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Quoted(char),
    Sign,
}

#[derive(Debug, Clone)]
struct Piece {
    /// Without quotes.
    range: Range<usize>,
    outer: Range<usize>,
    kind: Kind,
}

impl Piece {
    fn is_scalar(&self) -> bool {
        self.kind != Kind::Sign
    }

    /// Whether it opens the arguments of what stands right before it.
    fn is_call(&self, code: &str, name: &Self) -> bool {
        name.kind == Kind::Word && name.range.end == self.range.start && &code[self.range.clone()] == "("
    }

    /// Whether a text behind it is what it names: `resource "web"`.
    fn is_name(&self, code: &str) -> bool {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        matches!(self.kind, Kind::Quoted(_)) || self.kind == Kind::Word && code[self.range.clone()].chars().all(is_name)
    }

    fn is_separator(&self, code: &str) -> bool {
        self.kind == Kind::Sign
            && matches!(&code[self.range.clone()], "=" | ":" | ":=" | "::" | ":::" | "+:" | "=>" | "?=")
    }
}

/// The words, quoted texts and signs of code.
fn pieces(code: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(next) = code[at..].chars().next() {
        if next.is_whitespace() {
            at += next.len_utf8();
        } else if let Some(close) = quoted(code, at) {
            out.push(Piece { range: at + 1..close, outer: at..close + 1, kind: Kind::Quoted(next) });
            at = close + 1;
        } else if let Some(len) = sign(&code[at..]) {
            out.push(Piece { range: at..at + len, outer: at..at + len, kind: Kind::Sign });
            at += len;
        } else {
            // Right behind its `=` a value may have signs of its own.
            let is_value =
                out.last().is_some_and(|last| last.outer.end == at && code[last.range.clone()].ends_with('='));
            let end = word(code, at, is_value).max(at + next.len_utf8());
            out.push(Piece { range: at..end, outer: at..end, kind: Kind::Word });
            at = end;
        }
    }
    out
}

/// The length of the sign that a text begins with.
fn sign(text: &str) -> Option<usize> {
    const SIGNS: [&str; 7] = [":::", "::", ":=", "=>", "?=", "+:", "=="];
    if OPAQUE.iter().any(|(open, _)| text.starts_with(open)) {
        return None;
    }
    let long = SIGNS.iter().find(|sign| text.starts_with(**sign)).map(|sign| sign.len());
    long.or_else(|| text.starts_with(|c: char| "=:,;(){}[]<>|&+".contains(c)).then_some(1))
}

/// Where the word that begins at `at` ends.
fn word(code: &str, start: usize, is_value: bool) -> usize {
    let mut at = start;
    while let Some(next) = code[at..].chars().next() {
        if let Some(len) = opaque(code, at) {
            at += len;
            continue;
        }
        let behind = &code[at + next.len_utf8()..];
        let is_key = |c: char| c.is_ascii_alphanumeric() || "_-.$".contains(c);
        let ends = match next {
            ':' => behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || "\"'`:=".contains(c)),
            '=' => !is_value && code[start..at].chars().all(is_key),
            '+' => behind.starts_with(':'),
            ',' | ';' | '(' | ')' | '{' | '}' | '[' | ']' | '<' | '>' | '|' | '"' | '\'' | '`' => true,
            next => next.is_whitespace(),
        };
        if ends {
            break;
        }
        at += next.len_utf8();
    }
    at
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_-./:=#".contains(c)
}

/// How long what must be passed over as a whole is: a quoted text, or a template; a template may be a comment.
fn skipped(text: &str, at: usize) -> Option<usize> {
    quoted(text, at).map(|close| close + 1 - at).or_else(|| opaque(text, at))
}

fn opaque(text: &str, at: usize) -> Option<usize> {
    let (open, close) = OPAQUE.iter().find(|(open, _)| text[at..].starts_with(open))?;
    text[at + open.len()..].find(close).map(|len| open.len() + len + close.len())
}

/// Where the quote that opens at `at` is closed; `None` where none opens or it is not closed on the line.
fn quoted(text: &str, at: usize) -> Option<usize> {
    let quote = text[at..].chars().next().filter(|c| "\"'`".contains(*c))?;
    // What is between letters is an apostrophe.
    if quote == '\'' && text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let mut next = at + 1;
    while let Some(c) = text[next..].chars().next() {
        if let Some(len) = opaque(text, next).filter(|_| text[next..].starts_with("{{")) {
            next += len;
        } else if c == '\\' && quote == '"' {
            next += 1 + text[next + 1..].chars().next().map_or(0, char::len_utf8);
        } else if c == quote {
            return Some(next);
        } else {
            next += c.len_utf8();
        }
    }
    None
}

/// Whether a text is nothing but a template.
fn is_template(text: &str) -> bool {
    text.starts_with("{{") && opaque(text, 0) == Some(text.len())
}

/// The quoted texts in the templates of code.
fn in_templates(line: Line<'_>, code: &str) -> Vec<Value> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = code[at..].find("{{") {
        let start = at + open;
        let end = start + opaque(code, start).unwrap_or(2);
        let inner = &code[..end];
        let mut next = start + 2;
        while let Some(c) = inner[next..].chars().next() {
            match quoted(inner, next) {
                Some(close) => {
                    let piece = Piece { range: next + 1..close, outer: next..close + 1, kind: Kind::Quoted(c) };
                    out.push(value(line, "", &piece));
                    next = close + 1;
                }
                None => next += c.len_utf8(),
            }
        }
        at = end;
    }
    out
}

fn value(line: Line<'_>, key: &str, piece: &Piece) -> Value {
    let quote = if let Kind::Quoted(quote) = piece.kind { Some(quote) } else { None };
    Value::at(line, key, piece.range.clone(), piece.outer.clone(), quote)
}

/// The value of a piece; of an image whose name has a template in it, what stands behind the name.
fn narrowed(line: Line<'_>, code: &str, key: &str, piece: &Piece) -> Value {
    let text = &code[piece.range.clone()];
    let mut last = None;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match opaque(text, at) {
            Some(len) => {
                at += len;
                last = Some(at);
            }
            None => at += c.len_utf8(),
        }
    }
    let behind = last.map(|at| (at, &text[at..]));
    let tag = behind.and_then(|(at, rest)| {
        let name = rest.split('@').next().unwrap_or(rest);
        let colon = name.rfind(':').filter(|colon| !name[*colon..].contains('/'))?;
        Some(piece.range.start + at + colon + 1)
    });
    match tag {
        Some(start) => {
            let range = start..piece.range.end;
            let quote = if let Kind::Quoted(quote) = piece.kind { Some(quote) } else { None };
            Value::at(line, key, range.clone(), range, quote)
        }
        None => value(line, key, piece),
    }
}
