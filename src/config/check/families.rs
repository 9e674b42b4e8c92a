//! Families in `applications:`: entries that each stand for every application that their pins find.

use crate::domain::names::{AppName, nearest};
use crate::domain::settings::{Born, Family, FamilyOwner, Fillable, holes_in};

use super::common::{Stack, pin, shared};
use super::known::name_patterns;
use super::placeholders::{braced, filled, place};
use super::reader::{Map, Reader, Slot};
use super::{keys, source};

/// Reads one family. `item` has `each`, in the place of a name.
pub fn read(reader: &mut Reader<'_>, item: &Slot<'_>, map: &Map<'_>, stack: &Stack<'_>) -> Option<Family> {
    for key in keys::OF_ONE {
        if let Some(slot) = map.get(key) {
            reader.fault_of_key(slot, format!("an entry with `each` is a family, and takes no `{key}`"), None);
        }
    }
    let pins: Vec<Slot<'_>> = match map.get("pins") {
        Some(slot) => {
            reader.not_empty(slot, "the first pin is what finds the applications");
            reader.items(slot).unwrap_or_default()
        }
        None => {
            reader.fault_with_hint(item, "has no `pins`", "the first pin is what finds the applications");
            Vec::new()
        }
    };
    let finder = pins.iter().find(|pin| !is_optional(pin)).or(pins.first());
    let written = finder.map(placeholders_of).unwrap_or_default();
    let fields: Vec<&str> = written.iter().map(String::as_str).collect();
    if let Some(finder) = finder {
        if !can_find(finder) {
            finds_none(reader, finder);
            return None;
        }
        slips(reader, finder, &fields);
    }
    let missing = keys::OF_PLACES.iter().filter(|place| !fields.contains(place));
    let everywhere: Vec<&str> = fields.iter().chain(missing).copied().collect();
    let pins = pins.iter().filter_map(|slot| pin(reader, slot, stack, &everywhere)).collect();
    // What names a member, or says where it comes from, is the same in all environments and clusters.
    let lasting: Vec<&str> = fields.into_iter().filter(|field| !keys::OF_PLACES.contains(field)).collect();
    let each = map.get("each").and_then(|slot| each(reader, slot, &lasting));
    if let Some(slot) = map.get("names") {
        reader.not_empty(slot, "leave the key out: every one is then a member");
    }
    let names = map.get("names").map(|slot| name_patterns(reader, slot)).unwrap_or_default();
    let source = map.get("source").and_then(|slot| address(reader, slot, &lasting));
    let path = map.get("path").map(|slot| paths(reader, slot, &lasting)).unwrap_or_default();
    let owners = map.get("owners").map(|slot| owners(reader, slot, &lasting, stack)).unwrap_or_default();
    let born = map.get("born").and_then(|slot| reader.word(slot, Born::WORDS)).unwrap_or_default();
    let shared = shared(reader, map, stack);
    Some(Family {
        each: each?,
        names: names.into_iter().map(|(_, name)| name).collect(),
        born,
        source,
        path,
        owners,
        gates: shared.gates,
        version: shared.version,
        tag: shared.tag,
        pins,
    })
}

/// Whether a pin need not be there: such a one finds no members.
fn is_optional(pin: &Slot<'_>) -> bool {
    let entries = pin.node.entries().unwrap_or_default();
    entries.iter().any(|(key, value)| key.as_str() == Some("optional") && value.as_str() == Some("true"))
}

/// The keys of a pin whose texts tell the name of a member: its place, a key on its path, and what it goes by.
const FINDING: [&str; 8] = ["in", "file", "path", "name", "image", "base", "chart", "revision"];

/// The keys of a pin by which nothing is found.
const UNFOUND: [&str; 3] = ["version", "environments", "was"];

/// Whether a pin tells the name of a member.
fn can_find(pin: &Slot<'_>) -> bool {
    let entries = pin.node.entries().unwrap_or_default();
    let is_of = |key: &str| FINDING.contains(&key);
    let mut texts =
        entries.iter().filter(|(key, _)| key.as_str().is_some_and(is_of)).filter_map(|(_, text)| text.as_str());
    texts.any(|text| holes_in(text).contains(&"application"))
}

/// Says why a pin finds no applications.
fn finds_none(reader: &mut Reader<'_>, finder: &Slot<'_>) {
    let hint = format!("write it where the name stands: `in: \"apps/{}/{{environment}}\"`", braced("application"));
    let message = match unable(finder) {
        Some("marker") => "has `{application}` in its `marker` alone, and a mark finds no applications".to_owned(),
        Some(key) => format!("has `{{application}}` in its `{key}` alone, which finds no applications"),
        None => "has no `{application}`, so it finds no applications".to_owned(),
    };
    reader.fault_with_hint(finder, message, hint);
}

/// The key of a pin that has the name of a member in it and cannot tell it: a mark, a literal.
fn unable<'p>(pin: &'p Slot<'_>) -> Option<&'p str> {
    let has = |text: &str| holes_in(text).contains(&"application");
    let is_of = |key: &str| !UNFOUND.contains(&key);
    let entries = pin.node.entries().unwrap_or_default().iter();
    let mut texts = entries.filter_map(|(key, value)| Some((key.as_str().filter(|key| is_of(key))?, value.as_str()?)));
    texts.find(|(_, text)| has(text)).map(|(key, _)| key)
}

/// The placeholders of every text of a pin: what it finds by.
fn placeholders_of(pin: &Slot<'_>) -> Vec<String> {
    let entries = pin.node.entries().unwrap_or_default();
    let texts = entries.iter().filter(|(key, _)| !key.as_str().is_some_and(|key| UNFOUND.contains(&key)));
    let mut out: Vec<String> = Vec::new();
    for name in texts.filter_map(|(_, value)| value.as_str()).flat_map(holes_in) {
        if !out.iter().any(|known| known == name) {
            out.push(name.to_string());
        }
    }
    out
}

/// A placeholder of a family may have any name, so one that nearly is one of ours is taken for a slip.
fn slips(reader: &mut Reader<'_>, pin: &Slot<'_>, fields: &[&str]) {
    for field in fields.iter().filter(|field| !keys::OF_PINS.contains(field)) {
        if let Some(near) = nearest(field, keys::OF_PINS.iter().copied()) {
            let message = format!("`{}` is nearly `{}`", braced(field), braced(near));
            reader.fault_with_hint(pin, message, "correct it, or call it something else");
        }
    }
}

fn each(reader: &mut Reader<'_>, slot: &Slot<'_>, fields: &[&str]) -> Option<Fillable> {
    let text = filled(reader, slot, fields)?;
    if let Err(why) = AppName::new(text.example.as_str()) {
        reader.fault(slot, why.to_string());
        return None;
    }
    if !text.has("application") {
        reader.fault(slot, "has no `{application}`, so all members would have one name");
        return None;
    }
    Some(text.keep())
}

fn address(reader: &mut Reader<'_>, slot: &Slot<'_>, fields: &[&str]) -> Option<Fillable> {
    let text = filled(reader, slot, fields)?;
    match source::source(&text.example) {
        Ok(_) => Some(text.keep()),
        Err(why) => {
            reader.fault(slot, why);
            None
        }
    }
}

/// Folders of the source repository, with `!` for exceptions.
fn paths(reader: &mut Reader<'_>, slot: &Slot<'_>, fields: &[&str]) -> Vec<Fillable> {
    let mut out = Vec::new();
    for (slot, _) in reader.texts(slot) {
        out.extend(place(reader, &slot, fields).map(|path| path.keep()));
    }
    out
}

/// People, groups, and placeholders that name one.
fn owners(reader: &mut Reader<'_>, slot: &Slot<'_>, fields: &[&str], stack: &Stack<'_>) -> Vec<FamilyOwner> {
    reader.not_empty(slot, "leave the key out where it is nobody's");
    let mut out = Vec::new();
    for (slot, text) in reader.texts(slot) {
        if text.contains(['{', '}']) {
            out.extend(filled(reader, &slot, fields).map(|text| FamilyOwner::Filled(text.keep())));
        } else {
            out.extend(stack.known.parties.one(reader, &slot, text).map(FamilyOwner::Party));
        }
    }
    out
}
