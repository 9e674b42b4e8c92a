//! Parts that are of one thing: what stands side by side, names one image, chart or repository, and says one version of it
//! in every environment is one application, whatever its files are called.

use std::collections::BTreeMap;

use super::found::{Origin, Part};
use super::naming::GUESS;
use super::paths::stem;
use super::units::agree;

/// Gives the parts of one thing one name: that of the kustomization, else the one that the thing has itself.
pub fn named(parts: &mut [Part]) {
    let mut by_thing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        for thing in &part.things {
            by_thing.entry(thing.clone()).or_default().push(at);
        }
    }
    for (thing, all) in by_thing {
        let apart = several(parts, &all);
        for (nth, one) in all.iter().enumerate() {
            for other in &all[nth + 1..] {
                let (one, other) = (*one, *other);
                let has_own = speaks_for_itself(parts, &all, one, other) || speaks_for_itself(parts, &all, other, one);
                let is_apart = apart && [one, other].iter().any(|at| parts[*at].origin == Origin::Text);
                if parts[one].name == parts[other].name || is_apart || !is_one(&parts[one], &parts[other]) || has_own {
                    continue;
                }
                let name = name(&parts[one], &parts[other], &thing);
                let team = parts[one].team.clone().or_else(|| parts[other].team.clone());
                for at in [one, other] {
                    parts[at].name.clone_from(&name);
                    parts[at].team.clone_from(&team);
                }
            }
        }
    }
}

/// Leaves each pin to one application: to the one that has a name of its own, where two were read from one text.
pub fn once(parts: &mut Vec<Part>, left_out: &mut Vec<(String, String)>) {
    let mut taken: BTreeMap<(String, String), String> = BTreeMap::new();
    for is_guess in [false, true] {
        for part in parts.iter_mut().filter(|part| (part.name == GUESS) == is_guess) {
            let Part { name, pins, .. } = part;
            pins.retain(|pin| {
                let place = (pin.kind.identity(), pin.within.clone());
                taken.entry(place).or_insert_with(|| name.clone()) == name
            });
        }
    }
    parts.retain(|part| !part.pins.is_empty());
    // Values are of one chart, which nobody has to name where that is all there is; any other file may be of anything.
    let has_others = parts.iter().any(|part| part.name != GUESS);
    for part in parts.extract_if(.., |part| part.name == GUESS && (has_others || is_nobodys(part))) {
        left_out.push((part.place, "nothing tells which application this is of: declare it with its name".into()));
    }
}

fn is_nobodys(part: &Part) -> bool {
    part.origin == Origin::Text && !part.within.contains("values") && part.things.is_empty()
}

/// Whether another part of the first one's name does not say what the second one says: then each has a name of its own, and what
/// they say together they say by chance.
fn speaks_for_itself(parts: &[Part], all: &[usize], one: usize, other: usize) -> bool {
    let (one, other) = (&parts[one], &parts[other]);
    let mut namesakes =
        all.iter().map(|at| &parts[*at]).filter(|part| part.name == one.name && part.within != one.within);
    let differs =
        |part: &Part| part.versions.iter().any(|(env, said)| other.versions.get(env).is_some_and(|its| its != said));
    one.origin == Origin::Text && other.origin == Origin::Text && namesakes.any(differs)
}

/// Whether one folder runs a thing in several versions at once, by files that are called each as what it runs: then each has a name of
/// its own.
fn several(parts: &[Part], all: &[usize]) -> bool {
    let files = || {
        all.iter()
            .map(|at| &parts[*at])
            .filter(|part| stem(part.within.rsplit('/').next().unwrap_or_default()).0 == part.name)
    };
    let differ = |one: &Part, other: &Part| {
        one.versions.iter().any(|(env, said)| other.versions.get(env).is_some_and(|its| its != said))
    };
    files().any(|one| {
        files()
            .any(|other| folder(&one.within) == folder(&other.within) && one.name != other.name && differ(one, other))
    })
}

fn is_one(one: &Part, other: &Part) -> bool {
    let meet = one.environments.iter().any(|env| other.environments.contains(env));
    let (a, b) = (folder(&one.within), folder(&other.within));
    let is_below =
        |a: &str, b: &str| a == b || b.is_empty() || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
    // The base's image runs where nothing else says which.
    let is_base = (one.origin == Origin::Base) != (other.origin == Origin::Base);
    // What each has in other environments at one place is one thing, if it is of one image.
    let is_elsewhere = !meet && a == b && a.contains("{environment}") && !one.makers.is_disjoint(&other.makers);
    is_elsewhere || (meet && (is_below(a, b) || is_below(b, a)) && (is_base || agree(&one.versions, &other.versions)))
}

fn name(one: &Part, other: &Part, thing: &str) -> String {
    let names = [&one.name, &other.name];
    let kustomized = [one, other].into_iter().find(|part| part.origin != Origin::Text);
    let named = names.iter().find(|name| ***name == *thing);
    let near = names.iter().filter(|name| name.contains(thing) || thing.contains(name.as_str()));
    let near = near.min_by_key(|name| name.len());
    kustomized.map(|part| &part.name).or(named.copied()).or(near.copied()).cloned().unwrap_or_else(|| thing.to_string())
}

/// The folder of a place: itself, or that of its file.
fn folder(within: &str) -> &str {
    let name = within.rsplit('/').next().unwrap_or_default();
    if name.contains('.') { within.rsplit_once('/').map_or("", |(folder, _)| folder) } else { within }
}
