//! The file that those of environments go on top of, where it is itself the place of one: `values.yaml` is production's
//! where `values-staging.yaml` says the same texts again, and nothing else does for production.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::files::Files;
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Form, PinKind};
use crate::overlay::survey::Parsed;
use crate::yaml::locate::{get, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Tree};

use super::order::rank;
use super::places::Place;
use super::sites::{Says, Site, is_template};
use super::units::Unit;
use super::{objects, over};

/// What a repository has besides the places of its environments.
pub struct Ground<'g> {
    /// Files whose paths tell no environment.
    pub untold: BTreeSet<&'g RepoPath>,
    /// What the last environment of the stack is called here.
    pub last: EnvName,
}

impl<'g> Ground<'g> {
    /// The ground of these places and files.
    pub fn of(places: &'g [Place], untold: BTreeSet<&'g RepoPath>) -> Self {
        let production = rank("production");
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for env in places.iter().filter_map(|place| place.env.as_deref()).filter(|env| rank(env) == production) {
            *counts.entry(env).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count).map_or("production", |(env, _)| env);
        // The name is a literal or has been a path's part that is well-known.
        let last = EnvName::new(most).or_else(|_| EnvName::new("production"));
        Self { untold, last: last.unwrap_or_else(|_| unreachable!("a plain name")) }
    }
}

/// The file below those of a place's environments, and what it says.
pub struct Below {
    file: RepoPath,
    tree: Arc<Tree>,
    found: Vec<Site>,
    /// The names of what it deploys as a whole.
    deploys: BTreeSet<String>,
}

impl Below {
    /// The nearest one of a place, where that is of no environment by its path.
    pub fn of(files: &dyn Files, ground: &Ground<'_>, place: &Place) -> Result<Option<Self>, Error> {
        let Some(file) = below(&place.within).into_iter().find(|file| ground.untold.contains(file)) else {
            return Ok(None);
        };
        let Some(bytes) = files.read(&file)? else { return Ok(None) };
        let Ok(parsed) = Parsed::new(&file, &bytes) else { return Ok(None) };
        let owned = objects::read(parsed.tree(), place.may_be_values());
        let deploys = owned.iter().filter(|owned| owned.deploys).filter_map(|owned| owned.owner.clone()).collect();
        let mut found: Vec<Site> = owned.into_iter().flat_map(|owned| owned.sites).collect();
        objects::by_name(&parsed, &mut found);
        Ok(Some(Self { tree: parsed.into_tree(), file, found, deploys }))
    }

    /// The versions in an environment's values whose image it names.
    pub fn versions(&self, tree: &Tree) -> Vec<Site> {
        let is_object = |root: &Node| get(root, &["apiVersion"]).is_some();
        match (tree.document(None), self.tree.document(None)) {
            (Ok(own), Ok(below)) if !is_object(own) && !is_object(below) => over::sites(own, below),
            _ => Vec::new(),
        }
    }

    /// What it says where it deploys this application as a whole.
    pub fn deployed(&self, app: Option<&str>) -> &[Site] {
        if app.is_some_and(|app| self.deploys.contains(app)) { &self.found } else { &[] }
    }

    /// Gives the tags of a unit the names of their images.
    pub fn name(&self, unit: &mut Unit) {
        unit.read.iter_mut().flat_map(|(.., sites)| sites).for_each(|site| complete(site, &self.tree));
    }

    /// Adds to each unit what it says, where that is one environment's alone. Returns whether there was something.
    pub fn add(&self, ground: &Ground<'_>, units: &mut BTreeMap<Option<String>, Unit>) -> bool {
        let mut is_added = false;
        for unit in units.values_mut() {
            self.name(unit);
            let said: BTreeSet<(&str, Option<&str>)> = unit
                .read
                .iter()
                .flat_map(|(.., sites)| sites)
                .map(|site| (site.key.as_str(), site.thing.as_deref()))
                .collect();
            // The name of the image is mostly said here alone.
            let is_said =
                |site: &Site| [site.thing.as_deref(), None].iter().any(|thing| said.contains(&(&*site.key, *thing)));
            let own = self.found.iter().filter(|site| matches!(site.says, Says::Fixed(_)));
            let own: Vec<Site> = own.filter(|site| is_said(site)).cloned().collect();
            if let Some(env) = whose(unit, &own, ground) {
                unit.read.push((env, self.file.clone(), own));
                unit.base = Some(self.file.clone());
                is_added = true;
            }
        }
        is_added
    }
}

/// Gives a tag the name of its image that stands where the file below has the rest of it.
fn complete(site: &mut Site, below: &Tree) {
    let PinKind::Field(field) = &site.kind else { return };
    if site.address().is_some() || field.inside.is_some() || field.form != Form::Whole {
        return;
    }
    let Ok(route) = Route::parse(&field.route) else { return };
    let Some((_, above)) = route.0.split_last() else { return };
    let Ok(root) = below.document(None) else { return };
    let keys: Option<Vec<&str>> = above
        .iter()
        .map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        })
        .collect();
    let Some(image) = keys.and_then(|keys| if keys.is_empty() { Some(root) } else { get(root, &keys) }) else { return };
    let said = ["repository", "image", "name"].iter().find_map(|key| text(image, &[key]));
    let Some(name) = said.filter(|name| !name.is_empty() && !is_template(name)) else { return };
    let registry = text(image, &["registry"]).filter(|registry| !registry.is_empty());
    site.of = Some(registry.map_or_else(|| name.to_string(), |registry| format!("{registry}/{name}")));
}

/// Whose place the texts are: of the only environment that does not say them again, else of the last one, where no file is
/// of that.
fn whose(unit: &Unit, own: &[Site], ground: &Ground<'_>) -> Option<EnvName> {
    if own.is_empty() {
        return None;
    }
    let says = |sites: &[Site]| sites.iter().any(|site| own.iter().any(|own| own.key == site.key));
    let (saying, silent): (Vec<_>, Vec<_>) = unit.read.iter().partition(|(.., sites)| says(sites));
    // What no list knows runs what the others do.
    let silent: BTreeSet<&EnvName> =
        silent.into_iter().map(|(env, ..)| env).filter(|env| rank(env.as_str()).is_some()).collect();
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
        // The file that is called as its folder.
        let around = folder.rsplit('/').next().unwrap_or_default();
        let own = name.strip_prefix("{environment}").filter(|ending| ending.starts_with(".y"));
        out.extend(own.map(|ending| format!("{folder}/{around}{ending}")));
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
