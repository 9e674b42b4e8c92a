//! Several instances of one application in one environment: which of them another environment's would move to is not told.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::names::EnvName;

use super::found::Part;

/// Leaves out the parts of one name that lie in folders side by side, where two of them are in one environment and do not say
/// the same: a pin of one folder here and of another one there would move an instance's version to somebody else's.
pub fn keep(name: &str, parts: &mut Vec<Part>, left_out: &mut Vec<(String, String)>) {
    let mut by_shape: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (nth, part) in parts.iter().enumerate() {
        for shape in shapes(&part.within) {
            by_shape.entry(shape).or_default().push(nth);
        }
    }
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    for (shape, all) in by_shape {
        let parted = |one: usize| all.iter().any(|other| is_another(&parts[one], &parts[*other]));
        if gone.is_superset(&all.iter().copied().collect()) || !all.iter().any(|one| parted(*one)) {
            continue;
        }
        let names: BTreeSet<&str> = all.iter().filter_map(|one| in_hole(&shape, &parts[*one].within)).collect();
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        let reason = format!(
            "several instances ({names}) of `{name}` in one environment: nothing tells which one another environment's moves to; declare each by a name of its own, or their names as `clusters:`"
        );
        left_out.push((parts[all[0]].place.clone(), reason));
        gone.extend(all);
    }
    let mut nth = 0..;
    parts.retain(|_| !nth.next().is_some_and(|nth| gone.contains(&nth)));
}

/// What is told of an application whose clusters say several versions in one environment: as clusters they move together.
pub fn told<'v>(name: &str, said: impl Iterator<Item = (&'v EnvName, &'v str)>) -> Option<String> {
    let mut by_env: BTreeMap<&EnvName, BTreeSet<&str>> = BTreeMap::new();
    said.for_each(|(env, version)| {
        by_env.entry(env).or_default().insert(version);
    });
    let (env, all) = by_env.into_iter().find(|(_, all)| all.len() > 1)?;
    let all = all.into_iter().collect::<Vec<_>>().join(", ");
    Some(format!(
        "the clusters of `{env}` run several versions of `{name}` ({all}), and clusters move together: declare those that move alone as environments"
    ))
}

/// A place with each of its folders taken out in turn, but for those that stand for environments and clusters.
fn shapes(within: &str) -> Vec<String> {
    let parts: Vec<&str> = within.split('/').collect();
    let is_file = parts.last().is_some_and(|name| name.contains('.'));
    let folders = parts.len() - usize::from(is_file);
    let out = |at: usize| [&parts[..at], &["*"], &parts[at + 1..]].concat().join("/");
    (0..folders).filter(|at| !parts[*at].contains('{')).map(out).collect()
}

/// The folder that was taken out of a place.
fn in_hole<'w>(shape: &str, within: &'w str) -> Option<&'w str> {
    let at = shape.split('/').position(|part| part == "*")?;
    within.split('/').nth(at)
}

/// Whether two are the same thing, and say two versions in one environment.
fn is_another(one: &Part, other: &Part) -> bool {
    let is_alike = (one.things.is_empty() && other.things.is_empty()) || !one.things.is_disjoint(&other.things);
    let differ = |(env, version): (_, &String)| other.versions.get(env).is_some_and(|its| its != version);
    is_alike && one.within != other.within && one.versions.iter().any(differ)
}
