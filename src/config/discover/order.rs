//! The order of environments as their names tell it.

use crate::domain::names::EnvName;
use crate::domain::settings::{Environment, LandingMode};

/// The environments in order: those with well-known names, then the others, which come after nothing that is known. Beside
/// such production is not the first: they may all come before it.
pub fn stack(names: Vec<EnvName>) -> Vec<Environment> {
    let mut ranked: Vec<(usize, EnvName)> =
        names.into_iter().map(|name| (rank(name.as_str()).unwrap_or(usize::MAX), name)).collect();
    ranked.sort();
    let has_unknown = ranked.iter().any(|(rank, _)| *rank == usize::MAX);
    let before = |rank: usize, name: &EnvName| -> Vec<EnvName> {
        let nearest = ranked.iter().map(|(r, _)| *r).filter(|r| *r < rank && rank != usize::MAX).max();
        let Some(nearest) = nearest else { return Vec::new() };
        let all: Vec<&EnvName> = ranked.iter().filter(|(r, _)| *r == nearest).map(|(_, name)| name).collect();
        let same_region: Vec<&EnvName> =
            all.iter().copied().filter(|other| region(other.as_str()) == region(name.as_str())).collect();
        let chosen = if same_region.is_empty() { all } else { same_region };
        chosen.into_iter().cloned().collect()
    };
    let after = |place: usize, rank: usize, name: &EnvName| {
        let before = before(rank, name);
        // What the list says by its order is not said again: `after:` is a rule, and nobody has asked for one.
        let is_told = match place.checked_sub(1) {
            Some(place) => before == [ranked[place].1.clone()],
            // The first of the well-known ones needs no word for it, but where one that tells no place may come before it.
            None => !(has_unknown && is_last(rank)),
        };
        if is_told { None } else { Some(before) }
    };
    let environment = |(place, (rank, name)): (usize, &(usize, EnvName))| Environment {
        name: name.clone(),
        after: after(place, *rank, name),
        branch: None,
        clusters: Vec::new(),
        landing: LandingMode::Direct,
        branches: Vec::new(),
        rollback_landing: None,
        ephemeral: None,
        rules: Default::default(),
    };
    ranked.iter().enumerate().map(environment).collect()
}

/// The well-known names of environments, from the first to the last.
const WELL_KNOWN: [&[&str]; 9] = [
    &["dev", "devel", "develop", "development"],
    &["int", "integration", "sit"],
    &["test", "testing", "tst"],
    &["qa"],
    &["staging", "stage", "stg", "hml", "homolog"],
    &["uat", "acceptance", "acc"],
    &[
        "preprod",
        "pre-prod",
        "preproduction",
        "pre-production",
        "nonprod",
        "non-prod",
        "nonproduction",
        "non-production",
    ],
    &["canary"],
    &["production", "prod", "prd", "live"],
];

/// The place of a name in the well-known order (dev, test, qa, staging, uat, pre-production, canary, production and short forms); `None` for any other.
///
/// A region behind the name (`production-eu`, `prod-us-east-1`) or a number (`prod2`) does not change its place.
pub fn rank(environment: &str) -> Option<usize> {
    let lower = environment.to_ascii_lowercase();
    let listed = |name: &str| WELL_KNOWN.iter().position(|names| names.contains(&name));
    let place = |name: &str| listed(name).or_else(|| listed(without_number(name)?));
    place(&lower).or_else(|| {
        let region = region(&lower)?;
        place(lower.strip_suffix(region)?.trim_end_matches('-'))
    })
}

/// A name without the number of one of several: `dev` of `dev2`. Of `int8` it is no environment's.
fn without_number(name: &str) -> Option<&str> {
    let head = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_one = head.len() < name.len() && name.len() - head.len() < 3 && head.len() > 1 && head != "int";
    is_one.then_some(head)
}

/// Whether an environment of this place is production, which nobody would put first.
fn is_last(place: usize) -> bool {
    rank("production").is_some_and(|last| place >= last)
}

/// Whether two names are spellings of one environment: `prod` and `prd`, of one region.
pub fn is_spelling(one: &str, other: &str) -> bool {
    one != other && rank(one).is_some() && rank(one) == rank(other) && region(one) == region(other)
}

/// Words that begin the name of a region.
const REGIONS: [&str; 19] = [
    "eu", "us", "ap", "asia", "apac", "emea", "na", "sa", "af", "me", "uk", "de", "fr", "ca", "cn", "in", "jp", "au",
    "sg",
];
/// Words that go on with it.
const PARTS: [&str; 8] = ["east", "west", "north", "south", "central", "northeast", "southeast", "gov"];

/// Whether a name is a region's or a cluster's in one: `eu`, `us-east-1`, `cluster-2`.
pub fn is_region(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split('-').map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    let is_first = words.next().is_some_and(|word| REGIONS.contains(&word) || matches!(word, "cluster" | "region"));
    is_first && words.all(|word| word.len() < 2 || PARTS.contains(&word) || REGIONS.contains(&word))
}

/// The region at the end of an environment's name, in lower or upper case as it stands: `us-east-1` of `prod-us-east-1`.
fn region(environment: &str) -> Option<&str> {
    let (start, _) = environment.match_indices('-').find(|(dash, _)| {
        let first = environment[dash + 1..].split('-').next().unwrap_or_default();
        let word = first.trim_end_matches(|c: char| c.is_ascii_digit());
        !first.is_empty() && (word.is_empty() || REGIONS.contains(&word.to_ascii_lowercase().as_str()))
    })?;
    Some(&environment[start + 1..])
}
