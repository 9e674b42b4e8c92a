//! The `applications:` section: what is deployed, where it is built from, and where its pins stand.

use std::collections::{BTreeMap, HashMap};

use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::settings::{Application, ApplicationRules, Family, PathPattern, PinKind, PinRule};
use crate::domain::tag::TagForm;
use crate::overlay::fill::filled;

use super::common::{Shared, Stack, pin, shared};
use super::environments::is_new;
use super::reader::{Map, Reader, Slot};
use super::{families, keys, source, was};

/// What was read so far, for what must be there once in the whole section.
#[derive(Default)]
struct Seen<'n> {
    names: BTreeMap<String, String>,
    pins: Taken,
    members: Vec<(Slot<'n>, AppName)>,
    earlier: was::Names<'n>,
}

/// Reads the section. Applications without a good name are left out of what is returned.
pub fn read(reader: &mut Reader<'_>, slot: &Slot<'_>, stack: &Stack<'_>) -> (Vec<Application>, Vec<Family>) {
    let mut seen = Seen::default();
    let (mut out, mut families) = (Vec::new(), Vec::new());
    for item in reader.items(slot).unwrap_or_default() {
        let Some(map) = reader.map(&item, keys::APPLICATION) else { continue };
        if map.get("each").is_some() {
            families.extend(families::read(reader, &item, &map, stack));
        } else {
            out.extend(application(reader, &item, &map, stack, &mut seen));
        }
    }
    // A member has no version of its own, so its name belongs to the group alone.
    for (slot, member) in std::mem::take(&mut seen.members) {
        is_new(reader, &slot, member.as_str(), &mut seen.names);
    }
    seen.earlier.check(reader);
    (out, families)
}

fn application<'n>(
    reader: &mut Reader<'_>,
    item: &Slot<'n>,
    map: &Map<'n>,
    stack: &Stack<'_>,
    seen: &mut Seen<'n>,
) -> Option<Application> {
    let name = match map.get("name") {
        Some(slot) => {
            reader.parsed(slot, AppName::new).filter(|name| is_new(reader, slot, name.as_str(), &mut seen.names))
        }
        None => {
            reader.fault(item, "has no `name`");
            None
        }
    };
    for key in keys::OF_MANY {
        if let Some(slot) = map.get(key) {
            let hint = Some("a family has `each:` in the place of `name:`".to_string());
            reader.fault_of_key(slot, format!("only a family takes `{key}`"), hint);
        }
    }
    let source = map.get("source").and_then(|slot| {
        let of_own = |text: &str| source::source(&name.as_ref().map_or(text.to_string(), |name| own(text, name)));
        reader.parsed(slot, of_own)
    });
    let concerns = map.get("path").map(|slot| paths(reader, slot)).unwrap_or_default();
    let Shared { gates, version, tag } = shared(reader, map, stack);
    let pins = all_pins(reader, item, map, name.as_ref(), stack, seen);
    let named: Vec<(Slot<'_>, AppName)> = map.get("members").map(|slot| members(reader, slot)).unwrap_or_default();
    let members = named.iter().map(|(_, member)| member.clone()).collect();
    seen.members.extend(named);
    let owners = map.get("owners").map(|slot| stack.known.parties.all(reader, slot)).unwrap_or_default();
    let was: Vec<(Slot<'_>, AppName)> = map.get("was").map(|slot| earlier_names(reader, slot)).unwrap_or_default();
    if let Some(name) = &name {
        let texts = was.iter().map(|(slot, was)| (slot.clone(), was.to_string())).collect();
        seen.earlier.application(name.as_str(), texts);
    }
    let was = was.into_iter().map(|(_, was)| was).collect();
    let rules = ApplicationRules { owners, gates, was };
    let name = name?;
    let tag = tag.and_then(|form| TagForm::new(&form.0, &name).ok());
    Some(Application { name, source, concerns, version, tag, pins, members, rules, family: None })
}

/// A text of an entry whose name is no hole.
fn own(text: &str, name: &AppName) -> String {
    text.replace("{application}", name.as_str())
}

/// What of the source repository concerns an application: one path, or a list of them, with exceptions.
fn paths(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<PathPattern> {
    if !slot.is_sequence() {
        // `.` is the whole repository, as without the key.
        let is_root = slot.node.as_str().is_some_and(|text| RepoPath::new(text).is_ok_and(|path| path.is_root()));
        return if is_root { Vec::new() } else { reader.parsed(slot, PathPattern::new).into_iter().collect() };
    }
    reader.not_empty(slot, "leave the key out: the whole repository then concerns it");
    let texts = reader.texts(slot);
    texts.into_iter().filter_map(|(slot, _)| reader.parsed(&slot, PathPattern::new)).collect()
}

/// The names that an application had.
fn earlier_names<'n>(reader: &mut Reader<'_>, slot: &Slot<'n>) -> Vec<(Slot<'n>, AppName)> {
    let texts = reader.texts(slot);
    texts.into_iter().filter_map(|(slot, _)| reader.parsed(&slot, AppName::new).map(|name| (slot, name))).collect()
}

/// The members of a group, each with its place.
fn members<'n>(reader: &mut Reader<'_>, slot: &Slot<'n>) -> Vec<(Slot<'n>, AppName)> {
    reader.not_empty(slot, "leave the key out: the application is then itself alone");
    let items = reader.items(slot).unwrap_or_default();
    items.into_iter().filter_map(|slot| reader.parsed(&slot, AppName::new).map(|name| (slot, name))).collect()
}

/// Pins that were read, by environment's branch, place and image: where the first one stands in the file.
type Taken = HashMap<(Option<String>, String, String), (String, EnvName)>;

fn all_pins<'n>(
    reader: &mut Reader<'_>,
    item: &Slot<'_>,
    map: &Map<'n>,
    app: Option<&AppName>,
    stack: &Stack<'_>,
    seen: &mut Seen<'n>,
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
        let Some(rule) = pin(reader, slot, stack, keys::OF_PINS) else { continue };
        if let Some(app) = app {
            alone(reader, slot, &rule, app, stack, &mut seen.pins);
        }
        seen.earlier.pin(slot, &rule.kind, &rule.more.was);
        out.push(rule);
    }
    out
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
        let here = filled(rule, app, &environment.name, None);
        let key = (branch, place.as_str().to_string(), here.kind.identity());
        let Some((path, other)) = taken.get(&key) else {
            taken.insert(key, (slot.path.clone(), environment.name.clone()));
            continue;
        };
        if *path == slot.path {
            let keys = if matches!(rule.kind, PinKind::Field(_)) { "`file:` or `path:`" } else { "`in:`" };
            reader.fault_with_hint(
                slot,
                format!("`{other}` and `{}` would share one pin in `{place}`", environment.name),
                format!("write `{{environment}}` in {keys}, or limit the pin with `environments:`"),
            );
        } else {
            reader.fault(slot, format!("is the same pin as `{path}` in `{}`: `{place}`", environment.name));
        }
        return;
    }
}
