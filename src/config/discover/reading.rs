//! Reads the files whose paths tell an environment, and makes parts of applications of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Files, read_ahead};
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::PinKind;
use crate::yaml::locate::text;
use crate::yaml::tree::Tree;

use super::images::shares;
use super::objects::{self, Owned};
use super::order::rank;
use super::parts::{Found, Origin, Part};
use super::places::{self, Place};
use super::sites::{Says, Scope, Site, items, tag};
use super::units::{self, Unit};
use super::values;
use super::watch::Watch;

/// The parts found in all such files.
pub fn read(
    files: &dyn Files,
    left_out: &mut Vec<(String, String)>,
    watch: Option<&dyn Watch>,
) -> Result<Vec<Part>, Error> {
    let places = places::find(files)?;
    let mut groups: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for place in &places {
        groups.entry(&place.within).or_default().push(place);
    }
    let groups: Vec<Vec<&Place>> = groups.into_values().collect();
    let read = read_ahead(
        &groups,
        |group| group.iter().map(|place| files.read(&place.file)).collect(),
        |group, texts| parts(files, group, texts, watch),
    );
    let mut out = Vec::new();
    for one in read {
        let one = one?;
        out.extend(one.parts);
        left_out.extend(one.left_out);
    }
    Ok(out)
}

/// The parts of the files at one place.
fn parts(
    files: &dyn Files,
    group: &[&Place],
    texts: Vec<Result<Option<Vec<u8>>, Error>>,
    watch: Option<&dyn Watch>,
) -> Result<Found, Error> {
    let (mut left_out, mut trees) = (Vec::new(), Vec::new());
    let Some(first) = group.first() else { return Ok(Found::default()) };
    let mut units: BTreeMap<Option<String>, Unit> = BTreeMap::new();
    // A name such as `smoke-test` may be an environment's by chance: a second one, or the document itself, confirms it.
    let (mut seen, mut is_confirmed) = (0, first.is_certain);
    for (place, text) in group.iter().zip(texts) {
        let Some(bytes) = text? else { continue };
        if place.env.is_none() && !mentions(&bytes, b"kind: Application") {
            continue;
        }
        // What is no YAML is a template, or nothing that a pin could stand in.
        let Ok(tree) = Tree::parse(&bytes) else { continue };
        seen += 1;
        let found = match place.file.name() {
            "Chart.yaml" => vec![umbrella(&tree)],
            _ => objects::read(&tree, place.is_values),
        };
        for owned in found {
            is_confirmed |= owned.deploys && owned.env.is_some() && owned.env == place.env;
            add(&mut units, place, owned, &mut left_out);
        }
        trees.push((place, tree));
    }
    if !is_confirmed && seen < 2 {
        return Ok(Found::default());
    }
    let mut out = Vec::new();
    for unit in units.into_values() {
        let unit = if first.file.name() == "Chart.yaml" { differing(unit, &mut left_out) } else { unit };
        out.extend(units::choose(&unit, &mut left_out));
    }
    if out.is_empty() && first.is_values && first.env.is_some() {
        shared(files, first, &mut left_out)?;
    }
    if let Some(watch) = watch {
        let kinds: Vec<&PinKind> = out.iter().flat_map(|part| part.pins.iter().map(|(kind, _)| kind)).collect();
        trees.into_iter().for_each(|(place, tree)| watch.parsed(&place.file, &place.file, tree, &kinds));
    }
    Ok(Found { parts: out, left_out })
}

fn mentions(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// Adds what a document says to the unit of its owner.
fn add(units: &mut BTreeMap<Option<String>, Unit>, place: &Place, owned: Owned, left_out: &mut Vec<(String, String)>) {
    let env = match (&place.env, owned.env) {
        (Some(env), _) => env.clone(),
        (None, Some(env)) if owned.deploys && rank(&env).is_some() => env,
        (None, _) => return,
    };
    let env = match EnvName::new(env) {
        Ok(env) => env,
        Err(why) => {
            left_out.push((place.file.to_string(), why.to_string()));
            return;
        }
    };
    let owner = owned.owner.filter(|owner| super::layout::says(owner).is_some());
    let app = match (&place.app, owner) {
        (path, Some(owner)) if owned.deploys && !(owned.splits && path.is_none()) => Some(owner),
        (Some(path), Some(owner)) if shares(path, &owner) => Some(path.clone()),
        (_, Some(owner)) if !owned.deploys => Some(owner),
        (path, _) => path.clone(),
    };
    let unit = units.entry(app.clone()).or_insert_with(|| Unit {
        app,
        team: place.team.clone(),
        within: place.within.clone(),
        read: Vec::new(),
        splits: owned.splits,
    });
    match unit.read.iter_mut().find(|(own, ..)| *own == env) {
        Some((.., sites)) => sites.extend(owned.sites),
        None => unit.read.push((env, place.file.clone(), owned.sites)),
    }
}

/// The dependencies of an umbrella chart.
fn umbrella(tree: &Tree) -> Owned {
    let mut sites = Vec::new();
    for dependency in tree.documents.iter().flat_map(|document| items(document, &["dependencies"])) {
        let (Some(name), Some(version)) = (text(dependency, &["name"]), text(dependency, &["version"])) else {
            continue;
        };
        let Some(says) = tag(version) else { continue };
        let kind = PinKind::Chart { chart: name.to_string() };
        let thing = Some(name.to_string());
        sites.push(Site {
            kind,
            key: format!("chart {name}"),
            says,
            line: dependency.line,
            component: thing.clone(),
            thing,
            namesake: false,
        });
    }
    Owned { owner: None, env: None, sites, deploys: false, splits: true }
}

/// The dependencies of an umbrella chart whose versions differ by environment: only those are promoted.
fn differing(unit: Unit, left_out: &mut Vec<(String, String)>) -> Unit {
    let mut by_key: BTreeMap<String, Vec<Says>> = BTreeMap::new();
    for site in unit.read.iter().flat_map(|(.., sites)| sites) {
        by_key.entry(site.key.clone()).or_default().push(site.says.clone());
    }
    by_key.retain(|_, says| says.iter().all(|one| Some(one) == says.first()));
    let keep = |site: &Site| !by_key.contains_key(&site.key) || matches!(site.says, Says::Loose(_));
    for key in by_key.keys().filter(|_| unit.read.len() > 1) {
        left_out.push((unit.within.clone(), format!("{key} has one version in all environments: not promoted by it")));
    }
    let read = unit.read.into_iter().map(|(env, file, sites)| (env, file, sites.into_iter().filter(keep).collect()));
    Unit { read: read.collect(), ..unit }
}

/// Tells of the tags in `values.yaml`, which all environments share.
fn shared(files: &dyn Files, place: &Place, left_out: &mut Vec<(String, String)>) -> Result<(), Error> {
    let folder = place.file.parent().unwrap_or_default();
    for folder in [Some(folder.clone()), folder.parent()].into_iter().flatten() {
        let Ok(file) = folder.join("values.yaml") else { continue };
        if file == place.file {
            continue;
        }
        let Some(bytes) = files.read(&file)? else { continue };
        let Ok(tree) = Tree::parse(&bytes) else { continue };
        let Ok(root) = tree.document(None) else { continue };
        for site in values::sites(&Scope::default(), root, &[]) {
            if matches!(site.says, Says::Fixed(_)) {
                let reason = format!(
                    "`{}` is shared by all environments: set it in `{}`, then it can move",
                    site.key.trim(),
                    place.within
                );
                left_out.push((format!("{file}:{}", site.line), reason));
            }
        }
        return Ok(());
    }
    Ok(())
}

/// Limits a part to its environments where, in another one, something else stands at its place.
pub fn limit(files: &dyn Files, part: &mut Part, all: &BTreeSet<EnvName>) -> Result<(), Error> {
    if part.origin != Origin::Text {
        return Ok(());
    }
    for env in all.iter().filter(|env| !part.environments.contains(env)) {
        let place = part.within.replace("{environment}", env.as_str());
        if let Ok(path) = RepoPath::new(&place)
            && files.entry(&path)?.is_some()
        {
            part.limited = true;
        }
    }
    Ok(())
}
