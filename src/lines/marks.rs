//! Marked lines: `tag = "v1" // stageline: web`, or a line that is nothing but such a comment, for the line below it.

use crate::yaml::tree::Fault;

use super::language::{self, Language};
use super::scan::{comment, values};
use super::value::{Line, Value, lines};

/// What a mark says before its name.
const WORD: &str = "stageline:";

/// A marked line.
#[derive(Debug)]
pub struct Marked {
    pub name: String,
    /// The line of the value, from 1.
    pub line: u32,
    /// The value that is meant: the only one of its line.
    pub value: Result<Value, Fault>,
    /// All of them, where there are several.
    pub candidates: Vec<Value>,
}

/// Every marked line of a file, from its first to its last.
pub fn marked(bytes: &[u8], language: &Language) -> Vec<Marked> {
    let mut out = Vec::new();
    // The marks of the lines above that have nothing else.
    let mut above: Vec<String> = Vec::new();
    for line in lines(bytes) {
        let lossy = String::from_utf8_lossy(line.bytes);
        let Some((at, mark)) = mark(&lossy, language) else {
            for name in above.drain(..) {
                out.push(of_line(name, line, line.bytes.len(), language));
            }
            continue;
        };
        let is_alone = lossy[..at].trim().is_empty();
        if is_alone && mark.is_all {
            above.push(mark.name);
            continue;
        }
        for name in above.drain(..) {
            out.push(of_line(name, line, at, language));
        }
        // A line that is commented out has no value.
        if !is_alone {
            out.push(of_line(mark.name, line, at, language));
        }
    }
    out
}

/// Whether a text has a mark in a comment that is none in YAML: what YAML makes of such a line is chance.
pub fn has_foreign(text: &str) -> bool {
    let is_foreign = |(before, _): (&str, &str)| {
        let before = before.trim_end();
        !before.ends_with('#') && language::UNKNOWN.comments.iter().any(|(open, _)| before.ends_with(open))
    };
    text.lines().filter_map(|line| line.rsplit_once(WORD)).any(is_foreign)
}

struct Mark {
    name: String,
    /// Whether the comment says nothing else.
    is_all: bool,
}

/// The mark in the comment of a line, and where the comment begins.
fn mark(text: &str, language: &Language) -> Option<(usize, Mark)> {
    if !text.contains(WORD) {
        return None;
    }
    let read = |comment: &str| {
        let opens = |(open, _): &&(&str, &str)| comment.starts_with(open);
        let (open, close) = language.comments.iter().filter(opens).max_by_key(|(open, _)| open.len())?;
        let body = comment[open.len()..].trim();
        // A template may close a comment with or without taking the blanks behind it.
        let ends = language.comments.iter().map(|(_, end)| *end).filter(|end| !close.is_empty() && !end.is_empty());
        let body =
            ends.filter_map(|end| body.strip_suffix(end)).min_by_key(|rest| rest.len()).unwrap_or(body).trim_end();
        let (before, name) = body.rsplit_once(WORD)?;
        let name = name.trim();
        let begins =
            before.trim_end().is_empty() || language.comments.iter().any(|(o, _)| before.trim_end().ends_with(o));
        let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
        (begins && is_name).then(|| Mark { name: name.to_owned(), is_all: before.trim().is_empty() })
    };
    let at = comment(text, language, |comment| is_sure(language) || read(comment).is_some())?;
    Some((at, read(&text[at..])?))
}

/// Whether it is known what a comment is; if not, only a mark shows it.
fn is_sure(language: &Language) -> bool {
    language.comments.len() < 4
}

/// The value of the code before `end`.
fn of_line(name: String, line: Line<'_>, end: usize, language: &Language) -> Marked {
    let Some(text) = line.text() else {
        let fault = line.fault(0, "this line is not UTF-8", "write it in UTF-8");
        return Marked { name, line: line.number, value: Err(fault), candidates: Vec::new() };
    };
    let end = match end {
        end if end < text.len() => end,
        _ => comment(text, language, |comment| is_sure(language) || comment.starts_with("# ")).unwrap_or(text.len()),
    };
    let mut found = values(line, text, end, language);
    let first = text.len() - text.trim_start().len();
    let value = match found.len() {
        1 => found.remove(0).text_in(language),
        0 => Err(line.fault(
            first,
            format!("the line that `{name}` marks has no value"),
            "mark the line where the version stands: `key = VERSION`, an image with its tag, or a text in quotes",
        )),
        _ => Err(line.fault(
            first,
            format!("the line that `{name}` marks has more than one value, so which one is meant cannot be told"),
            "give the version a line of its own",
        )),
    };
    Marked { name, line: line.number, value, candidates: found }
}
