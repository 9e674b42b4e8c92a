//! Which parts are applications of one's own, each by one name and each pin once.

use std::collections::{BTreeMap, BTreeSet};

use super::found::Part;
use super::makers::is_of_commits;
use super::paths::stem;
use super::released::Released;
use super::{makers, same, strangers};

/// Folders of what clusters themselves need, beside the applications that run there.
const PLATFORM: [&str; 10] = [
    "platform",
    "infrastructure",
    "infra",
    "addons",
    "add-ons",
    "cluster-addons",
    "operators",
    "controllers",
    "system",
    "third-party",
];
/// Folders of what watches and carries applications: a tag there that names no image is none of theirs.
const WATCHING: [&str; 6] = ["kube-system", "monitoring", "observability", "logging", "istio-system", "ingress-nginx"];

/// Keeps what is one's own; what is others', or a helper of many, is left out.
pub fn keep(
    parts: &mut Vec<Part>,
    repositories: &BTreeMap<String, String>,
    released: &Released,
    left_out: &mut Vec<(String, String)>,
) {
    let own: BTreeSet<String> =
        parts.iter().filter(|part| !is_of_platform(part)).filter_map(|part| part.from.clone()).collect();
    let is_platforms = |part: &Part| {
        is_of_platform(part) && part.from.as_ref().is_some_and(|from| !own.contains(from)) && !is_of_commits(part)
    };
    let is_bare = |part: &Part| part.makers.is_empty() && part.from.is_none() && !is_of_commits(part);
    let is_released = |part: &Part| is_bare(part) && (released.contains(&part.name) || is_values_of_others(part));
    for part in parts.extract_if(.., |part| is_public(part, repositories) || is_platforms(part) || is_released(part)) {
        left_out.push((part.place, strangers::told(part.things.first().unwrap_or(&part.name))));
    }
    makers::keep(parts, repositories, left_out);
    let spare = spare(parts);
    for part in parts.extract_if(.., |part| spare.contains(&part.place)) {
        let reason = "it serves what has no tag of its own: nothing tells which application that is";
        left_out.push((part.place, reason.into()));
    }
    same::named(parts);
    same::once(parts, left_out);
    let idle = idle(parts);
    for part in parts.extract_if(.., |part| part.beside && idle.contains(&part.place)) {
        let reason = format!(
            "`{}` runs beside an application, and is of one version in all environments, where that is not: declare it as one of its own",
            part.name
        );
        left_out.push((part.place, reason));
    }
    let often = beside_many(parts);
    for part in parts.extract_if(.., |part| part.beside && often.contains(&part.name)) {
        let reason = format!("`{}` runs beside several applications: declare it as one of its own", part.name);
        left_out.push((part.place, reason));
    }
}

/// Whether a file of values is called as what others make, or lies where such is kept: `monitoring/prometheus-values.yaml`.
fn is_values_of_others(part: &Part) -> bool {
    if part.within.split('/').any(|folder| WATCHING.contains(&folder)) {
        return true;
    }
    let name = stem(part.within.rsplit('/').next().unwrap_or_default()).0;
    let of = name.strip_suffix("values").or_else(|| name.strip_prefix("values"));
    of.is_some_and(|of| strangers::is_named(of.trim_matches(['-', '.', '_'])))
}

/// Whether all that a part is comes from charts for everybody.
fn is_public(part: &Part, repositories: &BTreeMap<String, String>) -> bool {
    part.from.as_ref().and_then(|from| repositories.get(from)).is_some_and(|url| strangers::is_public(url))
}

/// Whether a part lies in a folder of what clusters themselves need: charts there are operators and the like.
fn is_of_platform(part: &Part) -> bool {
    is_platform(&part.within)
}

/// Whether a place is in such a folder.
pub fn is_platform(place: &str) -> bool {
    place.split('/').any(|folder| PLATFORM.contains(&folder))
}

/// The places of Terraform's variables that others of the same folder, which Terraform takes as one, are called after:
/// `image_tag` beside `web_image_tag`.
fn spare(parts: &[Part]) -> BTreeSet<String> {
    let of = |part: &Part| {
        part.within.ends_with(".tfvars").then(|| part.within.rsplit_once('/').unwrap_or_default().0.to_string())
    };
    let key = |part: &Part| part.pins.first().map_or(String::new(), |pin| pin.kind.identity());
    let is_own = |part: &Part, other: &Part| of(part) == of(other) && key(other).ends_with(&format!("_{}", key(part)));
    let is_spare = |part: &&Part| of(part).is_some() && parts.iter().any(|other| is_own(part, other));
    parts.iter().filter(is_spare).map(|part| part.place.clone()).collect()
}

/// The places of what runs beside an application and stays what it is from environment to environment, while that does not.
fn idle(parts: &[Part]) -> BTreeSet<String> {
    let differs = |part: &Part, envs: &Part| {
        let own = envs.versions.keys().filter_map(|env| part.versions.get(env));
        own.collect::<BTreeSet<_>>().len() > 1
    };
    let is_idle = |part: &&Part| {
        let is_one = part.versions.len() > 1 && part.versions.values().collect::<BTreeSet<_>>().len() == 1;
        let mut mains = parts.iter().filter(|other| !other.beside && other.within == part.within);
        part.beside && is_one && !is_of_commits(part) && mains.any(|main| differs(main, part))
    };
    parts.iter().filter(is_idle).map(|part| part.place.clone()).collect()
}

/// What runs beside the applications of several places: a helper of them all.
fn beside_many(parts: &[Part]) -> BTreeSet<String> {
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for part in parts.iter().filter(|part| part.beside) {
        places.entry(&part.name).or_default().insert(&part.within);
    }
    places.into_iter().filter(|(_, places)| places.len() > 1).map(|(name, _)| name.to_string()).collect()
}
