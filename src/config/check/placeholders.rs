//! Texts with placeholders: which there may be, and what the text looks like with them filled in.

use crate::domain::names::nearest;
use crate::domain::path::RepoPath;
use crate::domain::settings::Fillable;

use super::reader::{Reader, Slot, listed, shown};
use super::source;

/// A text as it was written, and an example of it: each placeholder filled with an `x`.
pub struct Filled<'n> {
    pub text: &'n str,
    pub example: String,
}

impl Filled<'_> {
    /// The text to keep.
    pub fn keep(&self) -> Fillable {
        Fillable(self.text.to_string())
    }

    /// Whether a placeholder is in it; `name` is without braces.
    pub fn has(&self, name: &str) -> bool {
        self.text.contains(&braced(name))
    }
}

/// Reads a text whose placeholders are among `names`, which are without braces.
pub fn filled<'n>(reader: &mut Reader<'_>, slot: &Slot<'n>, names: &[&str]) -> Option<Filled<'n>> {
    let text = reader.text(slot)?;
    let example = names.iter().fold(text.to_string(), |text, name| text.replace(&braced(name), "x"));
    let Some(open) = example.find(['{', '}']) else { return Some(Filled { text, example }) };
    let rest = &example[open..];
    match rest.find('}') {
        Some(close) if rest.starts_with('{') => {
            let field = &rest[1..close];
            let hint = match nearest(field, names.iter().copied()) {
                Some(near) => format!("did you mean `{{{near}}}`?"),
                None => format!("there are {}", listed(&names.iter().map(|name| braced(name)).collect::<Vec<_>>())),
            };
            reader.fault_with_hint(slot, format!("`{{{}}}` is not a placeholder", shown(field)), hint);
        }
        _ => reader.fault(slot, format!("`{}` has a brace without its other half", shown(text))),
    }
    None
}

/// As `filled`, for a folder or file of the repository.
pub fn place<'n>(reader: &mut Reader<'_>, slot: &Slot<'n>, names: &[&str]) -> Option<Filled<'n>> {
    let filled = filled(reader, slot, names)?;
    match RepoPath::new(&filled.example) {
        Ok(_) => Some(filled),
        Err(error) => {
            reader.fault(slot, error.to_string());
            None
        }
    }
}

/// As `filled`, for the address of a page.
pub fn address<'n>(reader: &mut Reader<'_>, slot: &Slot<'n>, names: &[&str]) -> Option<Filled<'n>> {
    let filled = filled(reader, slot, names)?;
    let host = ["https://", "http://"].iter().find_map(|scheme| filled.example.strip_prefix(scheme));
    match host {
        Some(rest) if !rest.starts_with('/') && !rest.is_empty() && !rest.contains(char::is_whitespace) => {}
        _ => {
            reader.fault_with_hint(slot, "is not the address of a page", "write it with `https://` and a host");
            return None;
        }
    }
    // A page may have a query; a password never belongs there.
    if let Some(why) = source::secret(filled.example.split(['?', '#']).next().unwrap_or_default()) {
        reader.fault(slot, why);
        return None;
    }
    Some(filled)
}

/// A placeholder as the file writes it.
pub fn braced(name: &str) -> String {
    format!("{{{name}}}")
}
