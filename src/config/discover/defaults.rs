//! The file that those of environments go on top of, where it is itself the place of one: `values.yaml` is production's
//! where `values-staging.yaml` says the same texts again, and nothing else does for production.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::Files;
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::overlay::survey::Parsed;

use super::objects;
use super::order::rank;
use super::places::Place;
use super::sites::{Says, Site};
use super::units::Unit;

/// What a repository has besides the places of its environments.
pub struct Ground<'g> {
    /// Files whose paths tell no environment.
    pub untold: BTreeSet<&'g RepoPath>,
    /// What the last environment of the stack is called here.
    pub last: EnvName,
}

impl<'g> Ground<'g> {
    /// The ground of these places.
    pub fn of(places: &'g [Place]) -> Self {
        let production = rank("production");
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for env in places.iter().filter_map(|place| place.env.as_deref()).filter(|env| rank(env) == production) {
            *counts.entry(env).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count).map_or("production", |(env, _)| env);
        // The name is a literal or has been a path's part that is well-known.
        let last = EnvName::new(most).or_else(|_| EnvName::new("production"));
        let untold = places.iter().filter(|place| place.env.is_none()).map(|place| &place.file).collect();
        Self { untold, last: last.unwrap_or_else(|_| unreachable!("a plain name")) }
    }
}

/// Adds to each unit what the file below those of its environments says, where that is one environment's alone. Returns
/// whether there was something.
pub fn add(
    files: &dyn Files,
    ground: &Ground<'_>,
    place: &Place,
    units: &mut BTreeMap<Option<String>, Unit>,
) -> Result<bool, Error> {
    let mut is_added = false;
    let Some(file) = below(&place.within).into_iter().find(|file| ground.untold.contains(file)) else {
        return Ok(false);
    };
    let Some(bytes) = files.read(&file)? else { return Ok(false) };
    let Ok(parsed) = Parsed::new(&file, &bytes) else { return Ok(false) };
    let mut found: Vec<Site> =
        objects::read(parsed.tree(), place.may_be_values()).into_iter().flat_map(|owned| owned.sites).collect();
    objects::by_name(&parsed, &mut found);
    for unit in units.values_mut() {
        let said: BTreeSet<(&str, Option<&str>)> = unit
            .read
            .iter()
            .flat_map(|(.., sites)| sites)
            .map(|site| (site.key.as_str(), site.thing.as_deref()))
            .collect();
        let own = found.iter().filter(|site| matches!(site.says, Says::Fixed(_)));
        let own: Vec<Site> = own.filter(|site| said.contains(&(&site.key, site.thing.as_deref()))).cloned().collect();
        if let Some(env) = whose(unit, &own, ground) {
            unit.read.push((env, file.clone(), own));
            unit.base = Some(file.clone());
            is_added = true;
        }
    }
    Ok(is_added)
}

/// Whose place the texts are: of the only environment that does not say them again, else of the last one, where no file is
/// of that.
fn whose(unit: &Unit, own: &[Site], ground: &Ground<'_>) -> Option<EnvName> {
    if own.is_empty() {
        return None;
    }
    let says = |sites: &[Site]| sites.iter().any(|site| own.iter().any(|own| own.key == site.key));
    let (saying, silent): (Vec<_>, Vec<_>) = unit.read.iter().partition(|(.., sites)| says(sites));
    let silent: BTreeSet<&EnvName> = silent.into_iter().map(|(env, ..)| env).collect();
    let has_last = unit.read.iter().any(|(env, ..)| rank(env.as_str()) >= rank("production"));
    match (saying.is_empty(), silent.into_iter().collect::<Vec<_>>().as_slice()) {
        (false, [one]) => Some((*one).clone()),
        (false, []) if !has_last => Some(ground.last.clone()),
        _ => None,
    }
}

/// The files that one with `{environment}` in its path may go on top of, the nearest first.
fn below(within: &str) -> Vec<RepoPath> {
    let (folder, name) = within.rsplit_once('/').map_or(("", within), |(folder, name)| (folder, name));
    let mut out = Vec::new();
    if name.contains("{environment}") {
        for mark in ["-", ".", "_"] {
            for part in [format!("{mark}{{environment}}"), format!("{{environment}}{mark}")] {
                let base = name.replace(&part, "");
                if base != name && !base.contains('{') && !base.starts_with("yaml") && !base.starts_with("yml") {
                    out.push(format!("{folder}/{base}"));
                }
            }
        }
        out.push(format!("{folder}/values.yaml"));
        if let Some((above, _)) = folder.rsplit_once('/') {
            out.push(format!("{above}/values.yaml"));
        }
    } else {
        let parts: Vec<&str> = folder.split('/').filter(|part| !part.contains("{environment}")).collect();
        out.push(format!("{}/{name}", parts.join("/")));
    }
    out.iter().filter_map(|path| RepoPath::new(path.trim_start_matches('/')).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_below_has_the_name_without_the_environment() {
        for (within, wanted) in [
            ("a/values-{environment}.yaml", "a/values.yaml"),
            ("a/web.{environment}.yaml", "a/web.yaml"),
            ("a/{environment}.web.yaml", "a/web.yaml"),
            ("a/values/{environment}.yaml", "a/values/values.yaml"),
            ("a/{environment}/values.yaml", "a/values.yaml"),
            ("values-{environment}.yaml", "values.yaml"),
        ] {
            assert_eq!(below(within).first().map(RepoPath::as_str), Some(wanted), "{within}");
        }
    }
}
