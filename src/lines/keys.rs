//! Files of keys and values, one a line: `.env`, properties, INI, TOML, HCL.

use std::ops::Range;

use crate::yaml::tree::{Cure, Fault};

use super::language::{Keys, Language};
use super::scan::comment;
use super::value::{Line, Value, lines};

/// A key of a file and what stands behind it.
#[derive(Debug)]
pub struct Entry {
    /// With the section that it stands below: `section.key`.
    pub name: String,
    /// The same, key by key where the language tells them apart.
    pub steps: Vec<String>,
    pub line: u32,
    pub column: u32,
    /// Why it is no text on one line.
    pub value: Result<Value, Fault>,
}

/// The name of a key from the steps that lead to it: with dots between them, as such files write it. Where a language has keys
/// below keys, one with a dot in itself stands in quotes: `"prod.eu".tag` is not `prod.eu.tag`.
pub fn name(language: &Language, steps: &[String]) -> String {
    let step = |step: &String| match language.keys {
        Some(Keys::Toml) if step.contains('.') => format!("\"{step}\""),
        // Only in a mapping a key of HCL may have a dot.
        Some(Keys::Hcl) if steps.len() > 1 && step.contains('.') => format!("\"{step}\""),
        _ => step.clone(),
    };
    steps.iter().map(step).collect::<Vec<_>>().join(".")
}

/// The value of the only key of that name.
///
/// # Errors
/// There is no such key, or more than one, or its value is no text on one line.
pub fn find(bytes: &[u8], language: &Language, name: &str) -> Result<Value, Fault> {
    let (mut found, others): (Vec<Entry>, Vec<Entry>) =
        all(bytes, language).into_iter().partition(|entry| entry.name == name);
    match (found.pop(), found.as_slice()) {
        (Some(entry), []) => entry.value,
        (Some(last), [first, ..]) => {
            let message = format!("the key `{name}` stands here and in line {}, and either may count", last.line);
            let cure = Some(Cure::Do("take away all but one of them".into()));
            Err(Fault { cure, ..Fault::at(first.line, first.column, message) })
        }
        (None, _) => {
            // What stands in a list or a mapping of another key is told by that.
            let is_above = |entry: &Entry| name.strip_prefix(&entry.name).is_some_and(|rest| rest.starts_with('.'));
            if let Some(Err(fault)) = others.iter().find(|entry| is_above(entry)).map(|entry| &entry.value) {
                return Err(fault.clone());
            }
            let among: Vec<String> = others.into_iter().map(|entry| entry.name).collect();
            let cure = Some(Cure::Near { wanted: name.to_owned(), among });
            Err(Fault { cure, ..Fault::nowhere(format!("the file has no key `{name}`")) })
        }
    }
}

/// Whether the file has a key of that name.
pub fn has(bytes: &[u8], language: &Language, name: &str) -> bool {
    all(bytes, language).iter().any(|entry| entry.name == name)
}

/// Every key of a file, from its first line to its last: what is commented out is none, nor what is a part of a value.
pub fn all(bytes: &[u8], language: &Language) -> Vec<Entry> {
    let Some(keys) = language.keys else { return Vec::new() };
    let (section, opened, out) = Default::default();
    let mut reading = Reading { language, keys, section, opened, within: Within::Nothing, out };
    for line in lines(bytes) {
        let text = String::from_utf8_lossy(line.bytes);
        reading.line(line, &text);
    }
    reading.out
}

/// What a line may stand in.
enum Within {
    Nothing,
    /// A value or a comment that ends with this text.
    Until(&'static str),
    /// A value that goes on as long as its lines end with `\`.
    Continued,
    /// Brackets that are open.
    Brackets(usize),
    /// A heredoc that ends with this word.
    Heredoc(String),
}

struct Reading<'l> {
    language: &'l Language,
    keys: Keys,
    section: Vec<String>,
    /// How many names of the section each block and mapping of HCL brings that is open here.
    opened: Vec<usize>,
    within: Within,
    out: Vec<Entry>,
}

impl Reading<'_> {
    fn line(&mut self, line: Line<'_>, text: &str) {
        match &self.within {
            Within::Nothing => self.entry(line, text),
            Within::Until(end) => {
                if closes(text, end) {
                    self.within = Within::Nothing;
                }
            }
            Within::Continued => {
                if !goes_on(text) {
                    self.within = Within::Nothing;
                }
            }
            Within::Brackets(open) => self.within = brackets(self.code(text), *open),
            Within::Heredoc(word) => {
                if text.trim() == word {
                    self.within = Within::Nothing;
                }
            }
        }
    }

    /// The line without its comment.
    fn code<'t>(&self, text: &'t str) -> &'t str {
        &text[..comment(text, self.language, |_| true).unwrap_or(text.len())]
    }

    /// A line that stands in nothing.
    fn entry(&mut self, line: Line<'_>, text: &str) {
        let code = self.code(text);
        let rest = &text[code.len()..];
        if rest.starts_with("/*") && !rest.contains("*/") {
            self.within = Within::Until("*/");
        }
        let start = code.len() - code.trim_start().len();
        if code.trim().is_empty() {
            return;
        }
        if matches!(self.keys, Keys::Ini | Keys::Toml) && code.trim().starts_with('[') {
            let name = code.trim().trim_matches(['[', ']']).trim();
            self.section = self.steps(name);
            return;
        }
        if self.keys == Keys::Hcl && self.bounds(code.trim()) {
            return;
        }
        let Some((name, mut value)) = self.split(code, start) else {
            self.within = match self.keys {
                Keys::Hcl => brackets(code, 0),
                Keys::Properties if goes_on(code) => Within::Continued,
                _ => Within::Nothing,
            };
            return;
        };
        value.end = value.start + code[value.clone()].trim_end().len();
        let steps = [self.section.clone(), self.steps(name)].concat();
        let name = self::name(self.language, &steps);
        let opens = self.keys == Keys::Hcl && &code[value.clone()] == "{";
        let read = self.value(line, text, &name, value);
        if opens {
            self.within = Within::Nothing;
            self.opened.push(steps.len() - self.section.len());
            self.section.clone_from(&steps);
        }
        self.out.push(Entry { name, steps, line: line.number, column: line.column(start), value: read });
    }

    /// Whether a line of HCL does nothing but open a block or close what is open.
    fn bounds(&mut self, code: &str) -> bool {
        if code.trim_end_matches(',') == "}" {
            let names = self.opened.pop().unwrap_or_default();
            self.section.truncate(self.section.len() - names);
            return true;
        }
        let Some(names) = code.strip_suffix('{').and_then(header) else { return false };
        self.opened.push(names.len());
        self.section.extend(names);
        true
    }

    /// The key of a line, and where its value stands.
    fn split<'t>(&self, code: &'t str, start: usize) -> Option<(&'t str, Range<usize>)> {
        let is_end = |c: char| match self.keys {
            Keys::Env | Keys::Toml | Keys::Hcl => c == '=',
            Keys::Ini => c == '=' || c == ':',
            Keys::Properties => c == '=' || c == ':' || c.is_whitespace(),
        };
        let mut from = start;
        if self.keys == Keys::Env && code[from..].starts_with("export ") {
            from += "export ".len();
        }
        let colon = Some(&code[from..]).filter(|_| self.keys == Keys::Env).and_then(colon);
        let end = from + colon.or_else(|| self.key_end(&code[from..], is_end))?;
        // A key of properties that stands alone has no place for a value.
        if end == code.len() {
            return None;
        }
        let name = code[from..end].trim();
        // What is no name of HCL stands in a block on one line, in a condition or in a loop.
        if self.keys == Keys::Hcl && !name.starts_with('"') && !name.chars().all(is_plain) {
            return None;
        }
        let mut value = end;
        if self.keys == Keys::Properties {
            value += code[value..].len() - code[value..].trim_start().len();
            value += usize::from(code[value..].starts_with(['=', ':']));
        } else {
            value += 1;
        }
        // An empty value stands right behind its sign.
        let blank = code[value..].len() - code[value..].trim_start().len();
        let value = if value + blank == code.len() { value } else { value + blank };
        (!name.is_empty()).then_some((name, value..code.len()))
    }

    /// Where a key ends: a sign in quotes is a part of it.
    fn key_end(&self, text: &str, is_end: impl Fn(char) -> bool) -> Option<usize> {
        let mut quote = None;
        let mut is_escaped = false;
        for (at, c) in text.char_indices() {
            match quote {
                Some(open) if c == open => quote = None,
                Some(_) => {}
                None if self.keys == Keys::Toml && "\"'".contains(c) => quote = Some(c),
                None if is_end(c) && !is_escaped => return Some(at),
                None => {}
            }
            is_escaped = self.keys == Keys::Properties && c == '\\' && !is_escaped;
        }
        None
    }

    /// A key as a path names it: the dots of TOML lead further, but for those in quotes.
    fn steps(&self, name: &str) -> Vec<String> {
        match self.keys {
            Keys::Toml => {
                let (mut out, mut quote) = (vec![String::new()], None);
                for c in name.chars() {
                    match quote {
                        Some(open) if c == open => quote = None,
                        None if "\"'".contains(c) => quote = Some(c),
                        None if c == '.' => out.push(String::new()),
                        None if c.is_whitespace() => {}
                        _ => out.iter_mut().next_back().into_iter().for_each(|step| step.push(c)),
                    }
                }
                out
            }
            Keys::Hcl => vec![name.trim().trim_matches(['"', '\'']).to_owned()],
            Keys::Properties => vec![name.replace('\\', "")],
            Keys::Env | Keys::Ini => vec![name.to_owned()],
        }
    }

    /// The value at these bytes of the line, and what the lines below stand in.
    fn value(&mut self, line: Line<'_>, text: &str, name: &str, at: Range<usize>) -> Result<Value, Fault> {
        let raw = &text[at.clone()];
        let refused = |what: &str, cure: &str| Err(line.fault(at.start, format!("`{name}` {what}"), cure));
        let one_line = "write it on one line, once by hand";
        if let Some(end) = ["\"\"\"", "'''"].into_iter().find(|end| raw.starts_with(end)) {
            if !raw[3..].contains(end) {
                self.within = Within::Until(end);
            }
            return refused("has a text of several lines", one_line);
        }
        if self.keys == Keys::Properties && goes_on(text) {
            self.within = Within::Continued;
            return refused("goes on in the next line", one_line);
        }
        if let (Keys::Hcl, Some(word)) = (self.keys, raw.strip_prefix("<<")) {
            self.within = Within::Heredoc(word.trim_start_matches('-').trim().to_owned());
            return refused("has a text of several lines", one_line);
        }
        if matches!(self.keys, Keys::Toml | Keys::Hcl) && raw.starts_with(['[', '{']) {
            self.within = brackets(raw, 0);
            return refused(
                "is a list or a mapping, no text",
                "mark the line where the version stands: `# stageline: NAME`",
            );
        }
        if self.keys == Keys::Hcl {
            self.within = brackets(raw, 0);
        }
        if line.text().is_none() {
            return refused("stands on a line that is not UTF-8", "write it in UTF-8");
        }
        let Some(quote) = raw.chars().next().filter(|c| "\"'".contains(*c)) else {
            return Value::at(line, name, at.clone(), at, None).text_in(self.language);
        };
        let Some(close) = closing(raw, quote) else {
            self.within = match self.keys {
                Keys::Env if quote == '"' => Within::Until("\""),
                Keys::Env => Within::Until("'"),
                _ => Within::Nothing,
            };
            return refused("has a quote that is not closed on its line", one_line);
        };
        if close + 1 != raw.len() {
            return refused("has more behind its quotes", "write one text in quotes, once by hand");
        }
        Value::at(line, name, at.start + 1..at.end - 1, at, Some(quote)).text_in(self.language)
    }
}

/// The names of a block of HCL, its type and its labels; `None` where something else stands before its bracket.
fn header(text: &str) -> Option<Vec<String>> {
    let mut rest = text.trim_end();
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (name, behind) = match rest.strip_prefix('"').filter(|_| !out.is_empty()) {
            Some(label) => label.split_once('"').filter(|(label, _)| !label.contains('$'))?,
            None => {
                let (name, behind) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
                (Some(name).filter(|name| name.chars().all(is_plain))?, behind)
            }
        };
        out.push(name.to_owned());
        rest = behind.trim_start();
    }
    (!out.is_empty()).then_some(out)
}

/// Whether a character may stand in a name of HCL.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || "_-".contains(c)
}

/// Where a plain key ends that has a colon and a blank behind it, as what reads variables takes it for a sign, too: `TAG: v1`.
fn colon(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    (end > 0 && text[end..].starts_with(": ")).then_some(end)
}

/// Where the quote that a text begins with is closed.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !is_escaped {
            return Some(at);
        }
        is_escaped = quote == '"' && c == '\\' && !is_escaped;
    }
    None
}

/// Whether a value that stands in these signs is closed on the line.
fn closes(text: &str, end: &str) -> bool {
    match end.chars().next().filter(|_| end.len() == 1) {
        Some(quote) => closing(&format!("{quote}{text}"), quote).is_some(),
        None => text.contains(end),
    }
}

/// Whether a line ends with a `\` that no other one escapes.
fn goes_on(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// What the next line stands in behind code with brackets, of which so many are open before it.
fn brackets(code: &str, open: usize) -> Within {
    let mut open = open;
    let mut at = 0;
    while let Some(c) = code[at..].chars().next() {
        match c {
            '"' | '\'' => at += closing(&code[at..], c).unwrap_or(0),
            '[' | '{' | '(' => open += 1,
            ']' | '}' | ')' => open = open.saturating_sub(1),
            _ => {}
        }
        at += c.len_utf8();
    }
    if open == 0 { Within::Nothing } else { Within::Brackets(open) }
}
