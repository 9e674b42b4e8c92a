//! What an application and a family have in common: gates, the forms of versions and tags, and pins.

use crate::domain::names::AppName;
use crate::domain::settings::{Environment, Fillable, Gates, PinRule};
use crate::domain::tag::TagForm;
use crate::domain::template::VersionTemplate;

use super::known::Known;
use super::placeholders::{filled, place};
use super::reader::{Map, Reader, Slot, listed};
use super::{gates, keys, pins};

/// What the rest of the file says, as far as applications need it.
pub struct Stack<'a> {
    pub environments: &'a [Environment],
    pub known: &'a Known,
}

/// What an application and a family have in common.
pub struct Shared {
    pub gates: Gates,
    pub version: VersionTemplate,
    pub tag: Option<Fillable>,
}

/// The keys that mean the same in an application and in a family.
pub fn shared(reader: &mut Reader<'_>, map: &Map<'_>, stack: &Stack<'_>) -> Shared {
    // Where only the form of the tags is said, the versions are those of the tags.
    let unsaid = || if map.get("tag").is_some() { VersionTemplate::of_tags() } else { VersionTemplate::default() };
    let version = map.get("version").and_then(|slot| reader.parsed(slot, VersionTemplate::new)).unwrap_or_else(unsaid);
    let gates = map.get("gates").and_then(|slot| reader.map(slot, keys::GATES));
    let gates = gates.map(|map| gates::gates(reader, &map, stack.known)).unwrap_or_default();
    let tag = map.get("tag").and_then(|slot| tag(reader, slot));
    Shared { gates, version, tag }
}

/// The form of the source's tags: it has `{version}` once, so that it can be read back.
fn tag(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<Fillable> {
    let text = filled(reader, slot, &["version", "application"])?;
    if text.text.matches("{version}").count() != 1 {
        reader.fault_with_hint(
            slot,
            "must have `{version}` once",
            "write what stands around it: `tag: \"v{version}\"`",
        );
        return None;
    }
    let any = AppName::new("x").ok()?;
    if let Err(why) = TagForm::new(text.text, &any) {
        reader.fault(slot, why.to_string());
        return None;
    }
    Some(text.keep())
}

/// One pin; `fields` are the placeholders that its place may have, and in a family also its name and route.
pub fn pin(reader: &mut Reader<'_>, slot: &Slot<'_>, stack: &Stack<'_>, fields: &[&str]) -> Option<PinRule> {
    let map = reader.map(slot, keys::PIN)?;
    let of_family: &[&str] = if fields == keys::OF_PINS { &[] } else { fields };
    let kind = pins::kind(reader, slot, &map, of_family);
    let more = pins::extras(reader, &map, of_family);
    let environments = map.get("environments").map(|slot| {
        reader.not_empty(slot, "leave the key out: the pin then serves all environments");
        let texts = reader.texts(slot);
        texts.into_iter().filter_map(|(slot, text)| stack.known.environment_named(reader, &slot, text)).collect()
    });
    let (kind, where_it_is) = kind?;
    let within = place(reader, where_it_is, fields)?.text.to_string();
    let rule = PinRule { kind, within, environments: environments.unwrap_or_default(), more };
    if rule.within.contains("{cluster}") {
        let bare: Vec<&str> = stack
            .environments
            .iter()
            .filter(|environment| rule.serves(environment) && environment.clusters.is_empty())
            .map(|environment| environment.name.as_str())
            .collect();
        if !bare.is_empty() {
            reader.fault_with_hint(
                where_it_is,
                format!("`{{cluster}}` is used, but {} no `clusters`", has(&bare)),
                "give them `clusters:`, or the pin its `environments:`",
            );
        }
    }
    Some(rule)
}

fn has(names: &[&str]) -> String {
    format!("{} {}", listed(names), if names.len() == 1 { "has" } else { "have" })
}
