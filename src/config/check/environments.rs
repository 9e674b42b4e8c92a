//! The `environments:` section: the stack, its order, and the gates that are read for later versions.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::domain::names::{BranchName, ClusterName, EnvName, nearest};
use crate::domain::path::RepoPath;
use crate::domain::settings::{Environment, LandingMode};
use crate::yaml::tree::Node;

use super::keys;
use super::people::Parties;
use super::reader::{Map, Reader, Slot, listed, shown};

/// The words of `landing`.
const LANDINGS: &[(&str, LandingMode)] =
    &[("direct", LandingMode::Direct), ("merge-request", LandingMode::MergeRequest)];

/// Reads the section. Environments with a fault are left out of what is returned; `names` has all that were written.
pub fn read(reader: &mut Reader<'_>, slot: &Slot<'_>, parties: &Parties, names: &[String]) -> Vec<Environment> {
    let Some(items) = reader.items(slot) else { return Vec::new() };
    if items.is_empty() {
        reader.fault_with_hint(slot, "is an empty list", "write at least one environment: `- name: staging`");
    }
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut out: Vec<(Environment, Option<Slot<'_>>)> = Vec::new();
    for item in &items {
        let Some(map) = reader.map(item, keys::ENVIRONMENT) else { continue };
        let name = match map.get("name") {
            Some(slot) => {
                reader.parsed(slot, EnvName::new).filter(|name| is_new(reader, slot, name.as_str(), &mut seen))
            }
            None => {
                reader.fault(item, "has no `name`");
                None
            }
        };
        if let Some(environment) = environment(reader, &map, name, parties, names) {
            out.push((environment, map.get("after").cloned()));
        }
    }
    order(reader, &out);
    out.into_iter().map(|(environment, _)| environment).collect()
}

/// The names that are written in the section, right or wrong, so that references are judged once.
pub fn names(slot: Option<&Slot<'_>>) -> Vec<String> {
    let items = slot.and_then(|slot| slot.node.items()).unwrap_or_default();
    let name_of = |item: &Node| -> Option<String> {
        let entries = item.entries()?;
        let value = |wanted: &dyn Fn(&str) -> bool| {
            entries.iter().find(|(key, _)| key.as_str().is_some_and(wanted)).and_then(|(_, value)| value.as_str())
        };
        let near = |key: &str| !keys::ENVIRONMENT.contains(&key) && nearest(key, ["name"]).is_some();
        value(&|key| key == "name").or_else(|| value(&near)).map(str::to_string)
    };
    items.iter().filter_map(name_of).collect()
}

/// Keeps a name and says whether it is the first of its kind, also to file systems that ignore case.
pub fn is_new(reader: &mut Reader<'_>, slot: &Slot<'_>, name: &str, seen: &mut BTreeMap<String, String>) -> bool {
    match seen.insert(name.to_lowercase(), name.to_string()) {
        None => true,
        Some(other) if other == name => {
            reader.fault(slot, format!("the name `{name}` is already taken"));
            false
        }
        Some(other) => {
            reader.fault(slot, format!("`{name}` and `{other}` differ only in case"));
            false
        }
    }
}

/// A reference to an environment; an unknown one is a fault.
pub fn reference(reader: &mut Reader<'_>, slot: &Slot<'_>, names: &[String]) -> Option<EnvName> {
    let text = reader.text(slot)?;
    known(reader, slot, text, names)
}

/// As `reference`, for a text already read.
pub fn known(reader: &mut Reader<'_>, slot: &Slot<'_>, text: &str, names: &[String]) -> Option<EnvName> {
    if names.iter().any(|name| name == text) {
        return EnvName::new(text).ok();
    }
    let message = format!("there is no environment `{}`", shown(text));
    match nearest(text, names.iter().map(String::as_str)) {
        Some(near) => reader.fault_with_hint(slot, message, format!("did you mean `{near}`?")),
        None if names.is_empty() => reader.fault(slot, message),
        None => reader.fault_with_hint(slot, message, format!("the environments are {}", listed(names))),
    }
    None
}

fn environment(
    reader: &mut Reader<'_>,
    map: &Map<'_>,
    name: Option<EnvName>,
    parties: &Parties,
    names: &[String],
) -> Option<Environment> {
    let after = map.get("after").map(|slot| after(reader, slot, name.as_ref(), names));
    let branch = map.get("git").and_then(|slot| {
        let git = reader.map(slot, keys::ENVIRONMENT_GIT)?;
        git.get("branch").and_then(|slot| reader.parsed(slot, BranchName::new))
    });
    let clusters = map.get("clusters").map(|slot| clusters(reader, slot)).unwrap_or_default();
    let landing = map.get("landing").and_then(|slot| reader.word(slot, LANDINGS)).unwrap_or_default();
    let rollback_landing = map.get("rollback").and_then(|slot| rollback(reader, slot));
    if let Some(slot) = map.get("ephemeral") {
        ephemeral(reader, slot);
    }
    let branches = map.get("branches").map(|slot| branches(reader, slot)).unwrap_or_default();
    later(reader, map, parties);
    let ephemeral = map.get("ephemeral").is_some();
    Some(Environment { name: name?, after, branches, branch, clusters, landing, rollback_landing, ephemeral })
}

/// `after`: a name, `{ environment, same: tree }`, or a list of these; an empty one where nothing is known to come before.
fn after(reader: &mut Reader<'_>, slot: &Slot<'_>, own: Option<&EnvName>, names: &[String]) -> Vec<EnvName> {
    let items = if slot.is_sequence() { reader.items(slot).unwrap_or_default() } else { vec![slot.clone()] };
    let mut out = Vec::new();
    for item in &items {
        let found = if item.is_mapping() {
            let Some(map) = reader.map(item, keys::AFTER) else { continue };
            if let Some(same) = map.get("same") {
                reader.word(same, &[("tree", ())]);
                reader.later(same);
            }
            match map.get("environment") {
                Some(slot) => reference(reader, slot, names).map(|name| (name, slot.clone())),
                None => {
                    reader.fault(item, "has no `environment`");
                    None
                }
            }
        } else {
            reference(reader, item, names).map(|name| (name, item.clone()))
        };
        let Some((name, place)) = found else { continue };
        if Some(&name) == own {
            reader.fault(&place, format!("`{name}` cannot come after itself"));
        } else if out.contains(&name) {
            reader.fault(&place, format!("`{name}` is in the list twice"));
        } else {
            out.push(name);
        }
    }
    out
}

/// Circles in `after`, and environments that come after one that does not last.
fn order(reader: &mut Reader<'_>, environments: &[(Environment, Option<Slot<'_>>)]) {
    let find = |name: &EnvName| environments.iter().map(|(e, _)| e).find(|e| e.name == *name);
    let mut told: Vec<EnvName> = Vec::new();
    for (environment, slot) in environments {
        let Some(slot) = slot else { continue };
        for before in environment.named_before().iter().filter_map(find).filter(|before| before.ephemeral) {
            reader.fault(slot, format!("`{}` is ephemeral; nothing is promoted from it", before.name));
        }
        let mut paths: Vec<Vec<&EnvName>> = vec![vec![&environment.name]];
        let mut visited: Vec<&EnvName> = Vec::new();
        while let Some(path) = paths.pop() {
            let Some(last) = path.last().and_then(|name| find(name)) else { continue };
            for next in last.named_before() {
                if *next == environment.name && !told.contains(next) {
                    let mut words: Vec<&str> = path.iter().map(|name| name.as_str()).collect();
                    words.push(next.as_str());
                    reader.fault(slot, format!("goes in a circle: `{}`", words.join("` after `")));
                    told.extend(path.iter().map(|name| (*name).clone()));
                }
                if !visited.contains(&next) {
                    visited.push(next);
                    paths.push(path.iter().copied().chain([next]).collect());
                }
            }
        }
    }
}

/// `clusters`: a name or glob, or a list of them.
fn clusters(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<String> {
    let mut out = Vec::new();
    for (slot, text) in reader.texts(slot) {
        let plain = text.replace(['*', '?', '[', ']', '!'], "x");
        match ClusterName::new(plain) {
            Ok(_) => out.push(text.to_string()),
            Err(_) => reader.fault(
                &slot,
                format!("`{}` is neither the name of a cluster (one folder) nor a glob such as `eu-*`", shown(text)),
            ),
        }
    }
    if slot.is_sequence() && slot.node.items().is_some_and(<[_]>::is_empty) {
        reader.fault_with_hint(slot, "is an empty list", "leave the key out where there are no clusters");
    }
    out
}

fn rollback(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<LandingMode> {
    let map = reader.map(slot, keys::ROLLBACK)?;
    if let Some(exempt) = map.get("exempt") {
        gate_names(reader, exempt, keys::EXEMPTIBLE);
        reader.later(exempt);
    }
    map.get("landing").and_then(|slot| reader.word(slot, LANDINGS))
}

fn ephemeral(reader: &mut Reader<'_>, slot: &Slot<'_>) {
    reader.notice(slot, "is read but this version makes no previews");
    let Some(map) = reader.map(slot, keys::EPHEMERAL) else { return };
    if let Some(slot) = map.get("template") {
        reader.parsed(slot, RepoPath::new);
    }
    match map.get("path") {
        Some(slot) => {
            if let Some(text) = reader.text(slot) {
                if !text.contains("{slug}") {
                    reader.fault(slot, "has no `{slug}`, so all instances would be one folder");
                }
                if let Err(error) = RepoPath::new(&text.replace("{slug}", "x")) {
                    reader.fault(slot, error.to_string());
                }
            }
        }
        None => reader.fault(slot, "has no `path`"),
    }
    if let Some(slot) = map.get("ttl") {
        reader.duration(slot);
    }
}

/// The source branches; the gate comes later, `--latest` reads them now.
fn branches(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<String> {
    let mut out = Vec::new();
    for (slot, text) in reader.texts(slot) {
        let pattern = text.strip_prefix('!').unwrap_or(text).replace('*', "x");
        match BranchName::new(pattern) {
            Ok(_) => out.push(text.to_string()),
            Err(error) => reader.fault(&slot, error.to_string()),
        }
    }
    reader.later(slot);
    out
}

/// The keys whose work comes later: each is read, checked for its shape, and noted.
fn later(reader: &mut Reader<'_>, map: &Map<'_>, parties: &Parties) {
    if let Some(slot) = map.get("gates") {
        gates(reader, slot, parties);
    }
    if let Some(slot) = map.get("signers") {
        parties.all(reader, slot);
        reader.later(slot);
    }
    if let Some(slot) = map.get("landers") {
        // A lander may be a forge's own key, so the names are not looked up.
        reader.texts(slot);
        reader.later(slot);
    }
    if let Some(slot) = map.get("override") {
        for (gate, who) in reader.entries(slot).unwrap_or_default() {
            if keys::NEVER_OVERRIDDEN.contains(&gate.as_str()) {
                reader.fault_of_key(&who, format!("the gate `{gate}` can never be overridden"), None);
            } else if !keys::OVERRIDABLE.contains(&gate.as_str()) {
                let hint = nearest(&gate, keys::OVERRIDABLE.iter().copied());
                let hint = match hint {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the gates are {}", listed(keys::OVERRIDABLE)),
                };
                reader.fault_of_key(&who, format!("there is no gate `{}`", shown(&gate)), Some(hint));
            }
            parties.all(reader, &who);
        }
        reader.later(slot);
    }
    if let Some(slot) = map.get("stable-after") {
        reader.duration(slot);
        reader.later(slot);
    }
}

fn gates(reader: &mut Reader<'_>, slot: &Slot<'_>, parties: &Parties) {
    let Some(map) = reader.map(slot, keys::GATES) else { return };
    if let Some(slot) = map.get("soak") {
        reader.duration(slot);
        reader.later(slot);
    }
    if let Some(slot) = map.get("freeze") {
        for item in reader.items(slot).unwrap_or_default() {
            if let Some(map) = reader.map(&item, keys::FREEZE) {
                freeze(reader, &item, &map);
            }
        }
        reader.later(slot);
    }
    if let Some(slot) = map.get("checks") {
        for item in reader.items(slot).unwrap_or_default() {
            let Some(map) = reader.map(&item, keys::CHECK) else { continue };
            match map.get("name") {
                Some(slot) => {
                    reader.text(slot);
                }
                None => reader.fault(&item, "has no `name`"),
            }
            match map.get("by") {
                Some(slot) => parties.all(reader, slot),
                None => reader.fault(&item, "has no `by`: who attests the check"),
            }
        }
        reader.later(slot);
    }
    if let Some(slot) = map.get("approvals") {
        if let Some(map) = reader.map(slot, keys::APPROVALS) {
            match map.get("count") {
                Some(slot) => {
                    reader.count(slot);
                }
                None => reader.fault(slot, "has no `count`"),
            }
            match map.get("from") {
                Some(slot) => parties.all(reader, slot),
                None => reader.fault(slot, "has no `from`: whose approvals count"),
            }
        }
        reader.later(slot);
    }
}

fn freeze(reader: &mut Reader<'_>, item: &Slot<'_>, map: &Map<'_>) {
    match (map.get("from"), map.get("until"), map.get("days")) {
        (Some(_), None, _) => reader.fault(item, "has `from` but no `until`"),
        (None, Some(_), _) => reader.fault(item, "has `until` but no `from`"),
        (None, None, None) => reader.fault(item, "has neither `from` and `until` nor `days`"),
        _ => {}
    }
    for slot in [map.get("from"), map.get("until")].into_iter().flatten() {
        if let Some(text) = reader.text(slot)
            && !is_moment(text)
        {
            reader.fault_with_hint(
                slot,
                format!("`{}` is not a moment", shown(text)),
                "write it as `\"fri 16:00\"`, `\"18:00\"`, `\"2026-12-20\"` or `\"2026-12-20 16:00\"`",
            );
        }
    }
    if let Some(slot) = map.get("days") {
        let days: Vec<(&str, ())> = DAYS.iter().map(|day| (*day, ())).collect();
        for (slot, _) in reader.texts(slot) {
            reader.word(&slot, &days);
        }
    }
    if let Some(slot) = map.get("timezone") {
        reader.parsed(slot, |text| {
            TimeZone::get(text).map_err(|_| format!("`{}` is not a time zone such as `Europe/Berlin`", shown(text)))
        });
    }
    if let Some(slot) = map.get("reason") {
        reader.text(slot);
    }
}

const DAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// `fri 16:00`, `16:00`, a date, or a date with a time.
fn is_moment(text: &str) -> bool {
    let is_time = |text: &str| text.len() == 5 && text.parse::<Time>().is_ok();
    match text.split_once(' ') {
        Some((day, time)) if DAYS.contains(&day) => is_time(time),
        Some((day, time)) => day.parse::<Date>().is_ok() && is_time(time),
        None => is_time(text) || text.parse::<Date>().is_ok() || text.parse::<DateTime>().is_ok(),
    }
}

fn gate_names(reader: &mut Reader<'_>, slot: &Slot<'_>, names: &[&str]) {
    let words: Vec<(&str, ())> = names.iter().map(|name| (*name, ())).collect();
    for (slot, _) in reader.texts(slot) {
        reader.word(&slot, &words);
    }
}
