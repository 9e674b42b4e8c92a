//! What an application and a family have in common: gates, the forms of versions and tags, and pins.

use crate::domain::names::{AppName, EnvName};
use crate::domain::settings::{Environment, Fillable, Gates, PinKind, PinRule};
use crate::domain::tag::TagForm;
use crate::domain::template::VersionTemplate;
use crate::overlay::fill::kind_has;

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

/// One pin; `fields` are the placeholders that its place, its name and its route may have.
pub fn pin(reader: &mut Reader<'_>, slot: &Slot<'_>, stack: &Stack<'_>, fields: &[&str]) -> Option<PinRule> {
    let map = reader.map(slot, keys::PIN)?;
    let kind = pins::kind(reader, slot, &map, fields);
    let more = pins::extras(reader, &map, fields);
    let environments = map.get("environments").map(|slot| {
        reader.not_empty(slot, "leave the key out: the pin then serves all environments");
        let texts = reader.texts(slot);
        texts.into_iter().filter_map(|(slot, text)| stack.known.environment_named(reader, &slot, text)).collect()
    });
    let (kind, where_it_is) = kind?;
    let environments: Option<Vec<EnvName>> = environments;
    let within = within(reader, where_it_is, stack, (fields, environments.as_deref().unwrap_or_default()))?;
    let rule = PinRule { kind, within, environments: environments.unwrap_or_default(), more };
    clusters(reader, where_it_is, &rule, stack);
    Some(rule)
}

/// The place of a pin. `{slug}` is filled with the name of an instance: only a pin that serves nothing but environments which have
/// some may have it. A family would take it for a part of its members' names.
fn within(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    stack: &Stack<'_>,
    (fields, serves): (&[&str], &[EnvName]),
) -> Option<String> {
    let is_asked = fields == keys::OF_PINS && slot.node.as_str().is_some_and(|text| text.contains("{slug}"));
    if !is_asked {
        return Some(place(reader, slot, fields)?.text.to_string());
    }
    let has_instances =
        |name: &EnvName| stack.environments.iter().any(|env| env.name == *name && env.ephemeral.is_some());
    if serves.is_empty() || !serves.iter().all(has_instances) {
        let what = "has `{slug}`, the name of an instance, and serves environments that have none";
        reader.fault_with_hint(slot, what, "name those with `ephemeral:` beside it: `environments: [preview]`");
        return None;
    }
    let names: Vec<&str> = fields.iter().copied().chain(["slug"]).collect();
    Some(place(reader, slot, &names)?.text.to_string())
}

/// `{cluster}` is filled with what the environments say, and a pattern of clusters only by the folders at the pin's place.
fn clusters(reader: &mut Reader<'_>, slot: &Slot<'_>, rule: &PinRule, stack: &Stack<'_>) {
    let is_in_place = rule.within.contains("{cluster}");
    let served = || stack.environments.iter().filter(|environment| rule.serves(environment));
    if is_in_place || kind_has(&rule.kind, "cluster") {
        let bare: Vec<&str> = served()
            .filter(|environment| environment.clusters.is_empty())
            .map(|environment| environment.name.as_str())
            .collect();
        if !bare.is_empty() {
            reader.fault_with_hint(
                slot,
                format!("`{{cluster}}` is used, but {} no `clusters`", has(&bare)),
                "give them `clusters:`, or the pin its `environments:`",
            );
        }
    }
    let has_pattern = |environment: &&Environment| environment.clusters.iter().any(|name| name.contains('*'));
    if !is_in_place
        && kind_has(&rule.kind, "cluster")
        && let Some(environment) = served().find(has_pattern)
    {
        let key = if matches!(rule.kind, PinKind::Field(_)) { "file" } else { "in" };
        reader.fault_with_hint(
            slot,
            format!(
                "`{{cluster}}` is not in `{key}:`, so no folders tell which `clusters:` `{}` has",
                environment.name
            ),
            format!("name its clusters without `*`, or write `{{cluster}}` in `{key}:`"),
        );
    }
}

fn has(names: &[&str]) -> String {
    format!("{} {}", listed(names), if names.len() == 1 { "has" } else { "have" })
}
