//! Reads the spanned tree by shape: a text, a word, a list, a mapping with known keys; keeps every fault with its place.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use crate::domain::fault::Fault;
use crate::domain::names::nearest;
use crate::domain::path::RepoPath;
use crate::domain::plain::not_a_text;
use crate::domain::secrets::without_secrets;
use crate::domain::settings::TimeSpan;
use crate::yaml::tree::{Node, Style, Value};

/// Collects what is wrong with one file, and what is only noted.
pub struct Reader<'f> {
    file: &'f str,
    pub faults: Vec<Fault>,
    /// Each with its place.
    notices: Vec<((u32, u32), String)>,
}

/// A node with the key that it stands under and its path from the root.
#[derive(Clone)]
pub struct Slot<'n> {
    pub node: &'n Node,
    key: Option<&'n Node>,
    pub path: String,
}

impl<'n> Slot<'n> {
    /// The root of a document.
    pub fn root(node: &'n Node) -> Self {
        Self { node, key: None, path: String::new() }
    }

    /// The place of the value; of its key where the value is nothing.
    fn place(&self) -> (u32, u32) {
        match self.key {
            Some(key) if self.node.span.is_empty() => (key.line, key.column),
            _ => (self.node.line, self.node.column),
        }
    }

    fn key_place(&self) -> (u32, u32) {
        self.key.map_or_else(|| self.place(), |key| (key.line, key.column))
    }

    fn child(&self, key: &'n Node, name: &str, node: &'n Node) -> Self {
        let path = if self.path.is_empty() { name.to_string() } else { format!("{}.{name}", self.path) };
        Self { node, key: Some(key), path }
    }

    fn item(&self, index: usize, node: &'n Node) -> Self {
        Self { node, key: None, path: format!("{}[{index}]", self.path) }
    }

    /// The last key of the path, as messages name it.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Whether this is a mapping.
    pub fn is_mapping(&self) -> bool {
        matches!(self.node.value, Value::Mapping(_))
    }

    /// Whether this is a sequence.
    pub fn is_sequence(&self) -> bool {
        matches!(self.node.value, Value::Sequence(_))
    }

    /// Whether this is a sequence of nothing.
    pub fn is_empty_list(&self) -> bool {
        self.node.items().is_some_and(<[_]>::is_empty)
    }
}

/// A mapping whose keys were checked: each is known and stands once.
pub struct Map<'n> {
    slots: BTreeMap<String, Slot<'n>>,
}

impl<'n> Map<'n> {
    /// The value of a key, where it is there.
    pub fn get(&self, key: &str) -> Option<&Slot<'n>> {
        self.slots.get(key)
    }
}

impl<'f> Reader<'f> {
    /// A reader without faults; `file` is the name that faults carry.
    pub fn new(file: &'f str) -> Self {
        Self { file, faults: Vec::new(), notices: Vec::new() }
    }

    /// Keeps a fault at a place.
    pub fn fault_at(&mut self, place: (u32, u32), path: &str, message: impl Into<String>, hint: Option<String>) {
        self.faults.push(Fault {
            file: self.file.to_string(),
            line: place.0,
            column: place.1,
            key: without_secrets(path),
            message: without_secrets(&message.into()),
            hint: hint.map(|hint| without_secrets(&hint)),
        });
    }

    /// Keeps a fault of a value.
    pub fn fault(&mut self, slot: &Slot<'_>, message: impl Into<String>) {
        self.fault_at(slot.place(), &slot.path, message, None);
    }

    /// Keeps a fault of a value, with what to do about it.
    pub fn fault_with_hint(&mut self, slot: &Slot<'_>, message: impl Into<String>, hint: impl Into<String>) {
        self.fault_at(slot.place(), &slot.path, message, Some(hint.into()));
    }

    /// Keeps a fault of a key itself.
    pub fn fault_of_key(&mut self, slot: &Slot<'_>, message: impl Into<String>, hint: Option<String>) {
        self.fault_at(slot.key_place(), &slot.path, message, hint);
    }

    /// Notes something about a key that is no fault.
    pub fn notice(&mut self, slot: &Slot<'_>, what: &str) {
        self.note_at(slot.key_place(), &slot.path, what);
    }

    /// Notes something at a place.
    pub fn note_at(&mut self, (line, column): (u32, u32), path: &str, what: &str) {
        let what = without_secrets(&format!("{path} {what}"));
        self.notices.push(((line, column), format!("{}:{line}:{column}: {what}", self.file)));
    }

    /// All that was noted, in the order of the file.
    pub fn notices(&mut self) -> Vec<String> {
        self.notices.sort_by_key(|(place, _)| *place);
        self.notices.drain(..).map(|(_, notice)| notice).collect()
    }

    /// Keeps a fault where a list is empty; `hint` says what to do about it, and may be nothing.
    pub fn not_empty(&mut self, slot: &Slot<'_>, hint: &str) {
        if slot.is_empty_list() {
            let hint = Some(hint.to_string()).filter(|hint| !hint.is_empty());
            self.fault_at(slot.place(), &slot.path, "is an empty list", hint);
        }
    }

    /// The value of a key that must be there; `what` says what it tells.
    pub fn needed<'m, 'n>(&mut self, slot: &Slot<'_>, map: &'m Map<'n>, key: &str, what: &str) -> Option<&'m Slot<'n>> {
        let value = map.get(key);
        if value.is_none() {
            self.fault(slot, format!("has no `{key}`: {what}"));
        }
        value
    }

    /// A mapping with only these keys. Unknown and repeated keys are faults; the rest is still read.
    pub fn map<'n>(&mut self, slot: &Slot<'n>, known: &[&str]) -> Option<Map<'n>> {
        let mut slots = BTreeMap::new();
        let mut slips = Vec::new();
        for (name, value) in self.entries(slot)? {
            if known.contains(&name.as_str()) {
                slots.insert(name, value);
            } else if !(slot.path.is_empty() && name.starts_with("x-")) {
                let near = nearest(&name, known.iter().copied());
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the keys here are {}", listed(known)),
                };
                self.fault_of_key(&value, format!("unknown key `{}`", shown(&name)), Some(hint));
                slips.extend(near.map(|near| (near.to_string(), value)));
            }
        }
        // A mistyped key is read as the one that was meant, so that it is one fault and not also a missing key.
        for (near, value) in slips {
            slots.entry(near).or_insert(value);
        }
        Some(Map { slots })
    }

    /// The entries of a mapping with free keys, each once, in file order.
    pub fn entries<'n>(&mut self, slot: &Slot<'n>) -> Option<Vec<(String, Slot<'n>)>> {
        let Value::Mapping(entries) = &slot.node.value else {
            self.wrong_shape(slot, "a mapping");
            return None;
        };
        let mut first: BTreeMap<&str, u32> = BTreeMap::new();
        let mut out = Vec::new();
        for (key, value) in entries {
            let Value::Scalar { text, style } = &key.value else {
                let what = if matches!(key.value, Value::Alias) { "an alias" } else { "a collection" };
                self.fault_at((key.line, key.column), &slot.path, format!("a key is a text, not {what}"), None);
                continue;
            };
            let child = slot.child(key, text, value);
            if *style == Style::Plain && text == "<<" {
                let hint = Some("write the keys out".to_string());
                self.fault_of_key(&child, "merge keys (`<<`) are not read here", hint);
                continue;
            }
            if *style == Style::Plain
                && let Some(kind) = not_a_text(text)
            {
                let hint = Some(format!("write it in quotes: `\"{}\"`", shown(text)));
                self.fault_of_key(&child, format!("the key `{}` is {kind} to some readers", shown(text)), hint);
                continue;
            }
            if let Some(line) = first.get(text.as_str()) {
                let message = format!("the key `{}` is already there, on line {line}", shown(text));
                self.fault_of_key(&child, message, Some("keep one of the two".into()));
                continue;
            }
            first.insert(text, key.line);
            out.push((text.clone(), child));
        }
        Some(out)
    }

    /// The items of a sequence.
    pub fn items<'n>(&mut self, slot: &Slot<'n>) -> Option<Vec<Slot<'n>>> {
        match &slot.node.value {
            Value::Sequence(items) => Some(items.iter().enumerate().map(|(i, node)| slot.item(i, node)).collect()),
            _ => {
                self.wrong_shape(slot, "a list");
                None
            }
        }
    }

    /// A text, or a list of texts: each with its slot.
    pub fn texts<'n>(&mut self, slot: &Slot<'n>) -> Vec<(Slot<'n>, &'n str)> {
        let slots = if slot.is_sequence() { self.items(slot).unwrap_or_default() } else { vec![slot.clone()] };
        let texts: Vec<_> =
            slots.into_iter().filter_map(|slot| self.text(&slot).map(|text| (slot.clone(), text))).collect();
        for (i, (slot, text)) in texts.iter().enumerate() {
            if texts[..i].iter().any(|(_, other)| other == text) {
                self.fault(slot, format!("`{}` is in the list twice", shown(text)));
            }
        }
        texts
    }

    /// A text that every reader takes for a text.
    pub fn text<'n>(&mut self, slot: &Slot<'n>) -> Option<&'n str> {
        let Value::Scalar { text, style } = &slot.node.value else {
            self.wrong_shape(slot, "a text");
            return None;
        };
        if slot.node.tag.as_deref().is_some_and(|tag| !is_string_tag(tag)) {
            self.fault_with_hint(slot, "has a YAML tag", "write the value without the tag");
            return None;
        }
        if *style == Style::Plain {
            if text.is_empty() {
                self.fault(slot, "has no value; a text belongs here");
                return None;
            }
            if let Some(kind) = not_a_text(text) {
                self.fault_with_hint(
                    slot,
                    format!("must be a text, but `{}` is {kind}", shown(text)),
                    format!("write it in quotes: `\"{}\"`", shown(text)),
                );
                return None;
            }
        }
        if text.trim().is_empty() {
            self.fault(slot, "is an empty text");
            return None;
        }
        if text.chars().any(char::is_control) {
            self.fault(slot, "has a line break or another control character");
            return None;
        }
        Some(text)
    }

    /// A text that some check makes into a value; its error is the fault.
    pub fn parsed<'n, T, E: std::fmt::Display>(
        &mut self,
        slot: &Slot<'n>,
        parse: impl FnOnce(&'n str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(slot)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(slot, error.to_string());
                None
            }
        }
    }

    /// A file of the config repository.
    pub fn file(&mut self, slot: &Slot<'_>) -> Option<RepoPath> {
        let path = self.parsed(slot, RepoPath::new)?;
        if path.is_root() {
            self.fault(slot, "names the root of the repository, not a file");
            return None;
        }
        Some(path)
    }

    /// One of some words.
    pub fn word<T: Copy>(&mut self, slot: &Slot<'_>, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(slot)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let hint = nearest(text, names.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        self.fault_at(
            slot.place(),
            &slot.path,
            format!("`{}` is not a word for `{}`: there {}", shown(text), slot.name(), are(&names)),
            hint,
        );
        None
    }

    /// A whole number from 1.
    pub fn count(&mut self, slot: &Slot<'_>) -> Option<NonZeroU32> {
        if let Value::Scalar { text, style: Style::Plain } = &slot.node.value
            && let Ok(number) = text.parse()
        {
            return Some(number);
        }
        self.wrong_shape(slot, "a whole number from 1");
        None
    }

    /// A place in a list, from 0.
    pub fn place(&mut self, slot: &Slot<'_>) -> Option<usize> {
        if let Value::Scalar { text, style: Style::Plain } = &slot.node.value
            && let Ok(number) = text.parse()
        {
            return Some(number);
        }
        self.wrong_shape(slot, "a whole number from 0");
        None
    }

    /// `true` or `false`, as every reader of YAML takes them.
    pub fn boolean(&mut self, slot: &Slot<'_>) -> Option<bool> {
        match &slot.node.value {
            Value::Scalar { text, style: Style::Plain } if text == "true" => Some(true),
            Value::Scalar { text, style: Style::Plain } if text == "false" => Some(false),
            Value::Scalar { text, style: Style::Plain } if not_a_text(text) == Some("a boolean") => {
                let message = format!("`{}` is a boolean to some readers only", shown(text));
                self.fault_with_hint(slot, message, "write `true` or `false`");
                None
            }
            _ => {
                self.wrong_shape(slot, "`true` or `false`");
                None
            }
        }
    }

    /// A span of time such as `7d` or `24h`; a day is 24 hours, so longer calendar units are refused.
    pub fn duration(&mut self, slot: &Slot<'_>) -> Option<TimeSpan> {
        const HINT: &str = "write it as `90m`, `24h`, `7d` or `2w`";
        if let Value::Scalar { text, style: Style::Plain } = &slot.node.value
            && not_a_text(text) == Some("a number")
        {
            self.fault_with_hint(slot, format!("`{}` has no unit of time", shown(text)), HINT);
            return None;
        }
        let text = self.text(slot)?;
        match TimeSpan::new(text) {
            Ok(span) => Some(span),
            Err(why) => {
                self.fault_with_hint(slot, why.to_string(), HINT);
                None
            }
        }
    }

    /// Says what stands where something else belongs. The value itself is not shown: it may be a secret.
    pub fn wrong_shape(&mut self, slot: &Slot<'_>, wanted: &str) {
        match &slot.node.value {
            Value::Alias => {
                self.fault_with_hint(slot, "is an alias; aliases are not followed here", "write the value out");
            }
            Value::Mapping(_) => self.fault(slot, format!("must be {wanted}, not a mapping")),
            Value::Sequence(_) => self.fault(slot, format!("must be {wanted}, not a list")),
            Value::Scalar { .. } if slot.node.is_null() => {
                self.fault(slot, format!("has no value; {wanted} belongs here"));
            }
            Value::Scalar { text, style: Style::Plain } => {
                let kind = not_a_text(text).unwrap_or("a text");
                self.fault(slot, format!("must be {wanted}, not {kind}"));
            }
            Value::Scalar { .. } => self.fault(slot, format!("must be {wanted}, not a text")),
        }
    }
}

/// Untrusted text inside a message: one line, no control characters, no secret of an address, not endless.
pub fn shown(text: &str) -> String {
    let text = without_secrets(text);
    let mut out: String = text.chars().take(80).flat_map(char::escape_debug).collect();
    if text.chars().count() > 80 {
        out.push('…');
    }
    out
}

/// `a`, `b` and `c`.
pub fn listed<S: AsRef<str>>(words: &[S]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn are(words: &[&str]) -> String {
    format!("{} {}", if words.len() == 1 { "is" } else { "are" }, listed(words))
}

fn is_string_tag(tag: &str) -> bool {
    matches!(tag, "!" | "!!str" | "tag:yaml.org,2002:str" | "!<tag:yaml.org,2002:str>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_one_short_line() {
        assert_eq!(shown("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert!(shown(&"x".repeat(500)).chars().count() <= 81);
    }
}
