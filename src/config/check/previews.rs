//! `ephemeral:`, the environments that have instances.

use crate::domain::names::EnvName;
use crate::domain::settings::{Entry, Ephemeral, Fillable, Forks, Register};

use super::known::Known;
use super::placeholders::{address, filled, place};
use super::reader::{Map, Reader, Slot, shown};
use super::{apart, keys, pins, standing};

/// Reads the mapping; `own` is the environment that it stands in.
pub fn read(reader: &mut Reader<'_>, slot: &Slot<'_>, own: Option<&EnvName>, known: &Known) -> Option<Ephemeral> {
    let map = reader.map(slot, keys::EPHEMERAL)?;
    let path = path(reader, slot, &map);
    let template = map.get("template").and_then(|slot| place(reader, slot, &["application"]));
    let template = template.map(|template| template.keep());
    let from = map.get("from").and_then(|slot| from(reader, slot, own, known));
    let namespace = map.get("namespace").and_then(|slot| namespace(reader, slot));
    let url = map.get("url").and_then(|slot| address(reader, slot, &["slug", "application", "namespace"]));
    let url = url.map(|url| url.keep());
    let ttl = map.get("ttl").and_then(|slot| reader.duration(slot));
    let limit = map.get("limit").and_then(|slot| reader.count(slot));
    let register = map.get("register").and_then(|slot| register(reader, slot));
    let forks = map.get("forks").and_then(|slot| reader.word(slot, Forks::WORDS)).unwrap_or_default();
    let ephemeral = Ephemeral { template, path: path?, from, namespace, ttl, limit, url, register, forks };
    apart::check(reader, &map, &ephemeral);
    standing::check(reader, &map, &ephemeral);
    Some(ephemeral)
}

fn path(reader: &mut Reader<'_>, slot: &Slot<'_>, map: &Map<'_>) -> Option<Fillable> {
    let Some(slot) = map.get("path") else {
        reader.fault(slot, "has no `path`");
        return None;
    };
    let path = place(reader, slot, &["slug", "application"])?;
    if !path.has("slug") {
        reader.fault(slot, "has no `{slug}`, so all instances would be one folder");
        return None;
    }
    Some(path.keep())
}

/// The environment whose pins the other applications get: another one.
fn from(reader: &mut Reader<'_>, slot: &Slot<'_>, own: Option<&EnvName>, known: &Known) -> Option<EnvName> {
    let name = known.environment(reader, slot)?;
    if Some(&name) == own {
        reader.fault(slot, format!("`{name}` cannot be made from itself"));
        return None;
    }
    Some(name)
}

/// A namespace as Kubernetes takes it: a label of RFC 1123.
fn namespace(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<Fillable> {
    let text = filled(reader, slot, &["slug", "application"])?;
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let example = &text.example;
    let is_label = example.len() <= 63
        && example.chars().all(|c| is_end(c) || c == '-')
        && example.starts_with(is_end)
        && example.ends_with(is_end);
    if !is_label {
        let hint = "it has small letters, digits and `-`, at most 63 of them: `preview-{slug}`";
        reader.fault_with_hint(slot, format!("`{}` is not a namespace", shown(text.text)), hint);
        return None;
    }
    Some(text.keep())
}

fn register(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<Register> {
    let map = reader.map(slot, keys::REGISTER)?;
    let file = reader.needed(slot, &map, "file", "the file that lists the instances");
    let file = file.and_then(|slot| reader.file(slot));
    let route = reader.needed(slot, &map, "path", "where in the file the list is");
    let route = route.and_then(|slot| reader.parsed(slot, pins::a_route));
    let entry = reader.needed(slot, &map, "entry", "what an instance adds to the list");
    let entry = entry.and_then(|slot| entry_of(reader, slot));
    Some(Register { file: file?, route: route?, entry: entry? })
}

/// A text, or a mapping of texts.
fn entry_of(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<Entry> {
    const NAMES: &[&str] = &["slug", "application", "namespace", "url", "commit"];
    let (entry, has_slug) = match slot.is_mapping() {
        false => {
            let text = filled(reader, slot, NAMES)?;
            (Entry::Text(text.keep()), text.has("slug"))
        }
        true => {
            let slots = reader.entries(slot)?;
            let texts: Vec<_> =
                slots.iter().map(|(key, slot)| Some((key.clone(), filled(reader, slot, NAMES)?))).collect();
            let texts = texts.into_iter().collect::<Option<Vec<_>>>()?;
            let has_slug = texts.iter().any(|(_, text)| text.has("slug"));
            (Entry::Mapping(texts.into_iter().map(|(key, text)| (key, text.keep())).collect()), has_slug)
        }
    };
    if !has_slug {
        reader.fault(slot, "has no `{slug}`, so all instances would be the same");
        return None;
    }
    Some(entry)
}
