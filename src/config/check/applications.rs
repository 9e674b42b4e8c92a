//! The `applications:` section: what is deployed, where it is built from, and where its pins stand.

use std::collections::{BTreeMap, HashMap};

use crate::domain::names::{AppName, EnvName, nearest};
use crate::domain::path::RepoPath;
use crate::domain::settings::{Application, Environment, PinKind, PinRule};
use crate::domain::template::VersionTemplate;

use super::environments::{is_new, known};
use super::reader::{Map, Reader, Slot, listed, shown};
use super::{keys, pins, source};

/// The placeholders of a pin's `in:`.
const PLACEHOLDERS: &[&str] = &["{environment}", "{application}", "{cluster}"];

/// What the rest of the file says, as far as pins need it.
pub struct Stack<'a> {
    pub environments: &'a [Environment],
    pub names: &'a [String],
}

/// Reads the section. Applications without a good name are left out of what is returned.
pub fn read(reader: &mut Reader<'_>, slot: &Slot<'_>, stack: &Stack<'_>) -> Vec<Application> {
    let mut seen = BTreeMap::new();
    let mut taken = HashMap::new();
    let mut every_member = Vec::new();
    let mut out = Vec::new();
    for item in reader.items(slot).unwrap_or_default() {
        let Some(map) = reader.map(&item, keys::APPLICATION) else { continue };
        let name = match map.get("name") {
            Some(slot) => {
                reader.parsed(slot, AppName::new).filter(|name| is_new(reader, slot, name.as_str(), &mut seen))
            }
            None => {
                reader.fault(&item, "has no `name`");
                None
            }
        };
        let source = map.get("source").and_then(|slot| reader.parsed(slot, source::source));
        let path = map.get("path").and_then(|slot| {
            let path = reader.parsed(slot, RepoPath::new)?;
            if path.is_root() { None } else { Some(path) }
        });
        let version = map.get("version").and_then(|slot| reader.parsed(slot, VersionTemplate::new)).unwrap_or_default();
        let pins = all_pins(reader, &item, &map, name.as_ref(), stack, &mut taken);
        let members: Vec<(Slot<'_>, AppName)> =
            map.get("members").map(|slot| members(reader, slot)).unwrap_or_default();
        let names = members.iter().map(|(_, member)| member.clone()).collect();
        every_member.extend(members);
        if let Some(name) = name {
            out.push(Application { name, source, path, version, pins, members: names });
        }
    }
    // A member has no version of its own, so its name belongs to the group alone.
    for (slot, member) in every_member {
        is_new(reader, &slot, member.as_str(), &mut seen);
    }
    out
}

/// The members of a group, each with its place.
fn members<'n>(reader: &mut Reader<'_>, slot: &Slot<'n>) -> Vec<(Slot<'n>, AppName)> {
    if slot.is_sequence() && slot.node.items().is_some_and(<[_]>::is_empty) {
        reader.fault_with_hint(slot, "is an empty list", "leave the key out: the application is then itself alone");
    }
    let items = reader.items(slot).unwrap_or_default();
    items.into_iter().filter_map(|slot| reader.parsed(&slot, AppName::new).map(|name| (slot, name))).collect()
}

/// Pins that were read, by environment's branch, place and image: where the first one stands in the file.
type Taken = HashMap<(Option<String>, String, String), (String, EnvName)>;

fn all_pins(
    reader: &mut Reader<'_>,
    item: &Slot<'_>,
    map: &Map<'_>,
    app: Option<&AppName>,
    stack: &Stack<'_>,
    taken: &mut Taken,
) -> Vec<PinRule> {
    const HINT: &str =
        "write where its version stands: `pins: [{ image: NAME, in: \"apps/NAME/overlays/{environment}\" }]`";
    let Some(slot) = map.get("pins") else {
        reader.fault_with_hint(item, "has no `pins`", HINT);
        return Vec::new();
    };
    let items = reader.items(slot).unwrap_or_default();
    if slot.is_sequence() && items.is_empty() {
        reader.fault_with_hint(slot, "is an empty list", HINT);
    }
    let mut out = Vec::new();
    for slot in &items {
        let Some(rule) = pin(reader, slot, stack) else { continue };
        if let Some(app) = app {
            alone(reader, slot, &rule, app, stack, taken);
        }
        out.push(rule);
    }
    out
}

fn pin(reader: &mut Reader<'_>, slot: &Slot<'_>, stack: &Stack<'_>) -> Option<PinRule> {
    let map = reader.map(slot, keys::PIN)?;
    let kind = pins::kind(reader, slot, &map);
    let mut environments = Vec::new();
    if let Some(slot) = map.get("environments") {
        for (slot, text) in reader.texts(slot) {
            environments.extend(known(reader, &slot, text, stack.names));
        }
        if slot.is_sequence() && slot.node.items().is_some_and(<[_]>::is_empty) {
            reader.fault_with_hint(slot, "is an empty list", "leave the key out: the pin then serves all environments");
        }
    }
    let (kind, place) = kind?;
    let within = place_of(reader, place)?;
    let rule = PinRule { kind, within, environments };
    if rule.within.contains("{cluster}") {
        let bare: Vec<&str> = stack
            .environments
            .iter()
            .filter(|environment| rule.serves(environment) && environment.clusters.is_empty())
            .map(|environment| environment.name.as_str())
            .collect();
        if !bare.is_empty() {
            reader.fault_with_hint(
                place,
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

/// The text of `in:`, with known placeholders and inside the repository.
fn place_of(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<String> {
    let text = reader.text(slot)?;
    let mut plain = text.to_string();
    for placeholder in PLACEHOLDERS {
        plain = plain.replace(placeholder, "x");
    }
    if let Some(open) = plain.find(['{', '}']) {
        let rest = &plain[open..];
        let message = match rest.find('}') {
            Some(close) if rest.starts_with('{') => {
                let field = &rest[1..close];
                let names = PLACEHOLDERS.iter().map(|p| p.trim_matches(['{', '}']));
                let hint = nearest(field, names).map(|near| format!("did you mean `{{{near}}}`?"));
                let hint = hint.unwrap_or_else(|| format!("there are {}", listed(PLACEHOLDERS)));
                reader.fault_with_hint(slot, format!("`{{{}}}` is not a placeholder", shown(field)), hint);
                return None;
            }
            _ => format!("`{}` has a brace without its other half", shown(text)),
        };
        reader.fault(slot, message);
        return None;
    }
    if let Err(error) = RepoPath::new(&plain) {
        reader.fault(slot, error.to_string());
        return None;
    }
    Some(text.to_string())
}

/// A scalar belongs to one application and one environment: two rules, or two environments, must not meet at one place.
fn alone(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    rule: &PinRule,
    app: &AppName,
    stack: &Stack<'_>,
    taken: &mut Taken,
) {
    for environment in stack.environments.iter().filter(|environment| rule.serves(environment)) {
        let Ok(place) = RepoPath::new(&rule.place(app, &environment.name, None)) else { continue };
        let branch = environment.branch.as_ref().map(|branch| branch.as_str().to_string());
        let key = (branch, place.as_str().to_string(), rule.kind.identity());
        let Some((path, other)) = taken.get(&key) else {
            taken.insert(key, (slot.path.clone(), environment.name.clone()));
            continue;
        };
        if *path == slot.path {
            let key = if matches!(rule.kind, PinKind::Field(_)) { "file" } else { "in" };
            reader.fault_with_hint(
                slot,
                format!("`{other}` and `{}` would share one pin in `{place}`", environment.name),
                format!("write `{{environment}}` in `{key}:`, or limit the pin with `environments:`"),
            );
        } else {
            reader.fault(slot, format!("is the same pin as `{path}` in `{}`: `{place}`", environment.name));
        }
        return;
    }
}
