//! The `people:` and `groups:` sections, and the names that other sections take from them.

use std::collections::BTreeMap;

use crate::domain::names::nearest;
use crate::domain::settings::Person;

use super::keys;
use super::reader::{Reader, Slot, shown};

/// Who can be named: people and groups.
#[derive(Debug, Default)]
pub struct Parties {
    names: Vec<String>,
}

impl Parties {
    /// Checks one name, or a list of them, of people or groups.
    pub fn all(&self, reader: &mut Reader<'_>, slot: &Slot<'_>) {
        for (slot, text) in reader.texts(slot) {
            unknown(reader, &slot, text, &self.names, "person or group");
        }
    }
}

/// Reads both sections.
pub fn read(reader: &mut Reader<'_>, people: Option<&Slot<'_>>, groups: Option<&Slot<'_>>) -> (Vec<Person>, Parties) {
    let mut out = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for (name, slot) in people.and_then(|slot| reader.entries(slot)).unwrap_or_default() {
        check_name(reader, &slot, &name);
        names.push(name.clone());
        if let Some(person) = person(reader, &slot, name, &mut owners) {
            out.push(person);
        }
    }
    let known_people = names.clone();
    for (name, slot) in groups.and_then(|slot| reader.entries(slot)).unwrap_or_default() {
        check_name(reader, &slot, &name);
        if known_people.contains(&name) {
            reader.fault_of_key(&slot, format!("`{}` is the name of a person, too", shown(&name)), None);
        }
        for (slot, member) in reader.texts(&slot) {
            unknown(reader, &slot, member, &known_people, "person");
        }
        names.push(name);
    }
    (out, Parties { names })
}

fn person(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    name: String,
    owners: &mut BTreeMap<String, String>,
) -> Option<Person> {
    let map = reader.map(slot, keys::PERSON)?;
    let forge = map.get("forge").and_then(|slot| reader.text(slot)).map(str::to_string);
    let Some(list) = map.get("principals") else {
        reader.fault_with_hint(
            slot,
            "has no `principals`",
            format!("write the names that the signatures carry: `principals: [{name}@example.com]`"),
        );
        return None;
    };
    let mut principals = Vec::new();
    for (slot, text) in reader.texts(list) {
        if text.contains(|c: char| c.is_whitespace() || ",\"*?!".contains(c)) {
            reader.fault(&slot, format!("`{}` is not one principal of an allowed-signers file", shown(text)));
        } else if let Some(other) = owners.insert(text.to_string(), name.clone()).filter(|other| *other != name) {
            reader.fault(&slot, format!("`{}` is a principal of `{}`, too", shown(text), shown(&other)));
        } else {
            principals.push(text.to_string());
        }
    }
    if principals.is_empty() && list.is_sequence() && list.node.items().is_some_and(<[_]>::is_empty) {
        reader.fault(list, "is an empty list");
    }
    Some(Person { name, principals, forge })
}

fn check_name(reader: &mut Reader<'_>, slot: &Slot<'_>, name: &str) {
    if name.is_empty() || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
        reader.fault_of_key(slot, format!("`{}` is not a name of one word", shown(name)), None);
    }
}

fn unknown(reader: &mut Reader<'_>, slot: &Slot<'_>, text: &str, names: &[String], what: &str) {
    if names.iter().any(|name| name == text) {
        return;
    }
    let message = format!("there is no {what} `{}`", shown(text));
    match nearest(text, names.iter().map(String::as_str)) {
        Some(near) => reader.fault_with_hint(slot, message, format!("did you mean `{near}`?")),
        None => reader.fault_with_hint(slot, message, "add it under `people:` or `groups:`"),
    }
}
