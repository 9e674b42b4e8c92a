//! The `environments:` section: the stack, its order, and the rules of each environment.

use std::collections::BTreeMap;

use crate::domain::names::{BranchName, ClusterName, EnvName};
use crate::domain::settings::{Environment, EnvironmentRules, LandingMode};

use super::known::Known;
use super::reader::{Map, Reader, Slot, shown};
use super::{apart, gates, keys, previews, requests};

/// The words of `landing`.
const LANDINGS: &[(&str, LandingMode)] =
    &[("direct", LandingMode::Direct), ("merge-request", LandingMode::MergeRequest)];

/// Reads the section. Environments with a fault are left out of what is returned.
pub fn read(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Vec<Environment> {
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
        if let Some(environment) = environment(reader, &map, name, known) {
            if let Some(slot) = map.get("ephemeral") {
                instances(reader, slot, &environment, out.iter().map(|(other, _)| other));
            }
            out.push((environment, map.get("after").cloned()));
        }
    }
    order(reader, &out);
    out.into_iter().map(|(environment, _)| environment).collect()
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

fn environment(reader: &mut Reader<'_>, map: &Map<'_>, name: Option<EnvName>, known: &Known) -> Option<Environment> {
    let mut rules = EnvironmentRules::default();
    let after = map.get("after").map(|slot| {
        let named = after(reader, slot, name.as_ref(), known);
        rules.same_tree = named.iter().filter(|named| named.same_tree).map(|named| named.name.clone()).collect();
        named.into_iter().map(|named| named.name).collect()
    });
    let branch = map.get("git").and_then(|slot| {
        let git = reader.map(slot, keys::ENVIRONMENT_GIT)?;
        git.get("branch").and_then(|slot| reader.parsed(slot, BranchName::new))
    });
    let clusters = map.get("clusters").map(|slot| clusters(reader, slot)).unwrap_or_default();
    let landing = map.get("landing").and_then(|slot| reader.word(slot, LANDINGS)).unwrap_or_default();
    let rollback_landing = map.get("rollback").and_then(|slot| rollback(reader, slot, &mut rules, known));
    let preview = map.get("ephemeral").map(|slot| previews::read(reader, slot, name.as_ref(), known));
    let branches = map.get("branches").map(|slot| gates::branch_patterns(reader, slot)).unwrap_or_default();
    who_and_when(reader, map, &mut rules, known);
    // One with a fault in its `ephemeral:` is left out: it would pass for one that lasts.
    let ephemeral = match preview {
        None => None,
        Some(preview) => Some(preview?),
    };
    Some(Environment { name: name?, after, branches, branch, clusters, landing, rollback_landing, ephemeral, rules })
}

/// One entry of `after`.
struct Named {
    name: EnvName,
    /// `same: tree`: there another commit with the same tree counts.
    same_tree: bool,
}

/// `after`: a name, `{ environment, same: tree }`, or a list of these; an empty one where nothing is known to come before.
fn after(reader: &mut Reader<'_>, slot: &Slot<'_>, own: Option<&EnvName>, known: &Known) -> Vec<Named> {
    let items = if slot.is_sequence() { reader.items(slot).unwrap_or_default() } else { vec![slot.clone()] };
    let mut out: Vec<Named> = Vec::new();
    for item in &items {
        let mut same_tree = false;
        let place = if item.is_mapping() {
            let Some(map) = reader.map(item, keys::AFTER) else { continue };
            if let Some(same) = map.get("same") {
                same_tree = reader.word(same, &[("tree", ())]).is_some();
            }
            let Some(slot) = map.get("environment") else {
                reader.fault(item, "has no `environment`");
                continue;
            };
            slot.clone()
        } else {
            item.clone()
        };
        let Some(name) = known.environment(reader, &place) else { continue };
        if Some(&name) == own {
            reader.fault(&place, format!("`{name}` cannot come after itself"));
        } else if out.iter().any(|named| named.name == name) {
            reader.fault(&place, format!("`{name}` is in the list twice"));
        } else {
            out.push(Named { name, same_tree });
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
        for before in environment.named_before().iter().filter_map(find).filter(|before| before.ephemeral.is_some()) {
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

/// An environment whose instances could have the folders of another one's.
fn instances<'o>(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    own: &Environment,
    others: impl Iterator<Item = &'o Environment>,
) {
    for other in others.filter(|other| other.branch == own.branch) {
        if let (Some(mine), Some(theirs)) = (&own.ephemeral, &other.ephemeral)
            && !apart::are_apart(mine, theirs)
        {
            let what = format!("has its previews where `{}` has some: `{}`", other.name, theirs.path.0);
            reader.fault_with_hint(slot, what, "give each environment a folder of its own for them");
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
    reader.not_empty(slot, "leave the key out where there are no clusters");
    out
}

/// `rollback`: how it lands; what else is said of it goes to the rules.
fn rollback(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    rules: &mut EnvironmentRules,
    known: &Known,
) -> Option<LandingMode> {
    let map = reader.map(slot, keys::ROLLBACK)?;
    if let Some(exempt) = map.get("exempt") {
        rules.rollback_exempt = Some(gates::exempt(reader, exempt, keys::EXEMPTIBLE));
    }
    if let Some(reviewers) = map.get("reviewers") {
        rules.rollback_reviewers = known.parties.all(reader, reviewers);
    }
    map.get("landing").and_then(|slot| reader.word(slot, LANDINGS))
}

/// What else is said of changes to it; the work of some keys comes later, which is noted.
fn who_and_when(reader: &mut Reader<'_>, map: &Map<'_>, rules: &mut EnvironmentRules, known: &Known) {
    if let Some(map) = map.get("gates").and_then(|slot| reader.map(slot, keys::GATES)) {
        rules.gates = gates::gates(reader, &map, known);
    }
    if let Some(slot) = map.get("signers") {
        rules.signers = known.parties.all(reader, slot);
    }
    if let Some(slot) = map.get("landers") {
        rules.landers = known.parties.all(reader, slot);
    }
    if let Some(slot) = map.get("override") {
        rules.overrides = gates::overrides(reader, slot, known);
    }
    if let Some(slot) = map.get("hotfix") {
        rules.hotfix = gates::hotfix(reader, slot, known);
    }
    if let Some(slot) = map.get("stable-after") {
        rules.stable_after = reader.duration(slot);
    }
    if let Some(slot) = map.get("requests") {
        rules.requests = requests::requests(reader, slot, known);
    }
}
