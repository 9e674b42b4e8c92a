//! The members of families: which applications the trees have, each with the entry that its family stands for in its case.

mod filled;
mod inside;
mod places;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::check::keys;
use crate::domain::files::{Files, Tree};
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, Environment, Family, Holes, NoMember, Settings};
use crate::overlay::Reader;

use places::{Find, Found};

/// The ways in which a name was found, by family and placeholders, each with its places.
type Ways = BTreeMap<(usize, Holes), Vec<String>>;

/// A tree, and the environments that live there.
pub struct Lives<'a> {
    pub files: &'a dyn Files,
    pub environments: Vec<&'a Environment>,
}

impl<'a> Lives<'a> {
    /// A tree in which every environment that lasts may live.
    pub fn all(files: &'a dyn Files, settings: &'a Settings) -> Self {
        Self { files, environments: settings.durable().collect() }
    }
}

/// The settings with the members that families have in these trees, behind the applications that the file names; and what
/// families find there that is no application.
///
/// # Errors
/// A tree cannot be read.
pub fn with_members(settings: &Settings, trees: &[Lives<'_>]) -> Result<Settings, Error> {
    let mut all: Vec<(usize, Found)> = Vec::new();
    let mut no_members: Vec<NoMember> = Vec::new();
    for (nth, family) in settings.families.iter().enumerate() {
        for tree in trees {
            let (found, unclear) = of_tree(family, tree, &Holes::default())?;
            all.extend(found.into_iter().map(|found| (nth, found)));
            no_members.extend(unclear);
        }
    }
    let named = settings.applications.iter().flat_map(|app| std::iter::once(&app.name).chain(&app.members));
    let named: BTreeSet<&str> = named.map(AppName::as_str).collect();
    let mut by_name: BTreeMap<String, Ways> = BTreeMap::new();
    for (nth, Found { holes, place }) in all {
        let name = holes.fill(&settings.families[nth].each.0);
        if settings.families[nth].takes(&name) && !named.contains(name.as_str()) {
            by_name.entry(name).or_default().entry((nth, holes)).or_default().push(place.to_string());
        }
    }
    let twins = twins(by_name.keys().map(String::as_str).chain(named.iter().copied()));
    let mut out = Settings { no_members: Vec::new(), ..settings.clone() };
    for (name, mut found) in by_name {
        let telling = most_telling(found.keys());
        found.retain(|way, _| telling.contains(way));
        match one(settings, &name, &found, &twins) {
            Ok(app) => out.applications.push(app),
            Err(why) => no_members.push(NoMember { name, places: places_of(&found), why }),
        }
    }
    no_members.sort_by(|one, other| (&one.name, &one.places).cmp(&(&other.name, &other.places)));
    no_members.dedup();
    out.no_members = no_members;
    Ok(out)
}

/// The member of this name in a tree; `None` where no family finds it there, or several places do.
///
/// # Errors
/// The tree cannot be read.
pub fn named(settings: &Settings, files: &dyn Files, name: &AppName) -> Result<Option<Application>, Error> {
    let tree = Lives::all(files, settings);
    let mut out: BTreeSet<(usize, Holes)> = BTreeSet::new();
    for (nth, family) in settings.families.iter().enumerate().filter(|(_, family)| family.takes(name.as_str())) {
        for known in Holes::default().fits(&family.each.0, name.as_str()) {
            let (found, _) = of_tree(family, &tree, &known)?;
            out.extend(found.into_iter().map(|found| (nth, found.holes)));
        }
    }
    let mut all = most_telling(out.iter()).into_iter();
    let (Some((nth, holes)), None) = (all.next(), all.next()) else { return Ok(None) };
    Ok(filled::member(settings, nth, &holes).ok())
}

/// The ways in which a member was found, without those that tell less than another of the same family.
fn most_telling<'w>(ways: impl Iterator<Item = &'w (usize, Holes)> + Clone) -> BTreeSet<(usize, Holes)> {
    let tells_less = |(nth, holes): &&(usize, Holes)| {
        ways.clone().any(|(of, more)| of == nth && more != holes && more.has_all(holes))
    };
    ways.clone().filter(|way| !tells_less(way)).cloned().collect()
}

/// The same member by other settings, as far as they have a family of the same placeholders that gives it the same name: no tree
/// is looked at.
pub fn alike(settings: &Settings, app: &Application) -> Option<Application> {
    let holes = &app.family.as_ref()?.holes;
    let is_its = |family: &Family| family.takes(app.name.as_str()) && holes.fill(&family.each.0) == app.name.as_str();
    let mut found = settings.families.iter().enumerate().filter(|(_, family)| is_its(family));
    let member = found.next().and_then(|(nth, _)| filled::member(settings, nth, holes).ok());
    member.filter(|_| found.next().is_none())
}

/// The members that a family had at places which are told by the paths of the past. `changed`: every path below a folder that
/// was ever changed, each with what the file there said at some time, asked for only where it tells names.
///
/// # Errors
/// What is handed in fails.
pub fn of_paths(
    settings: &Settings,
    nth: usize,
    below: &dyn Fn(&RepoPath) -> Result<Vec<RepoPath>, Error>,
    trees: &dyn Fn(&RepoPath) -> Result<Vec<Tree>, Error>,
) -> Result<Vec<Application>, Error> {
    let Some(family) = settings.families.get(nth) else { return Ok(Vec::new()) };
    let durable: Vec<&Environment> = settings.durable().collect();
    let mut holes: BTreeSet<Holes> = BTreeSet::new();
    for (rule, environments) in family.finders(&durable) {
        let mut find = Find::new(rule, environments);
        for path in below(&find.root())? {
            let Some(at) = find.at(&path) else { continue };
            let mut found = vec![at.holes.clone()];
            if inside::is_needed(rule, &at.holes) {
                found.clear();
                for tree in trees(&path)? {
                    // What could not be read then tells nobody.
                    found.extend(inside::holes(&Reader::new(tree.as_ref()), rule, &at).unwrap_or_default());
                }
            }
            let found = found.into_iter().filter(|holes| find.may_be_there(holes));
            holes.extend(found.map(|holes| holes.without(keys::OF_PLACES)));
        }
    }
    let members = holes.iter().filter(|holes| family.takes(&holes.fill(&family.each.0)));
    Ok(members.filter_map(|holes| filled::member(settings, nth, holes).ok()).collect())
}

/// What a family finds in a tree, as far as placeholders are known; and what it cannot tell.
fn of_tree(family: &Family, tree: &Lives<'_>, known: &Holes) -> Result<(Vec<Found>, Vec<NoMember>), Error> {
    let reader = Reader::new(tree.files);
    let (mut out, mut unclear) = (BTreeSet::new(), Vec::new());
    for (rule, environments) in family.finders(&tree.environments) {
        let mut find = Find::new(rule, environments);
        find.walk(tree.files, known)?;
        for at in &find.found {
            let inside = match inside::holes(&reader, rule, at) {
                Err(Error::Invalid(why) | Error::Refused(why)) => {
                    let why = format!("what is in it cannot be told: {}", why.message);
                    unclear.push(NoMember { name: at.place.to_string(), places: Vec::new(), why });
                    continue;
                }
                other => other?,
            };
            for holes in inside.into_iter().filter(|holes| find.may_be_there(holes)) {
                out.insert(Found { holes: holes.without(keys::OF_PLACES), place: at.place.clone() });
            }
        }
        unclear.append(&mut find.unclear);
    }
    Ok((out.into_iter().collect(), unclear))
}

/// The application of a name that families find; or why it is none.
fn one(
    settings: &Settings,
    name: &str,
    found: &Ways,
    twins: &BTreeMap<String, BTreeSet<String>>,
) -> Result<Application, String> {
    if let Some(twin) = twins.get(&name.to_ascii_lowercase()).and_then(|all| all.iter().find(|other| *other != name)) {
        return Err(format!("`{twin}` is called the same but for capitals"));
    }
    if settings.environments.iter().any(|env| env.name.as_str() == name) {
        return Err(format!("`{name}` is an environment"));
    }
    let mut all = found.keys();
    match (all.next(), all.next()) {
        (Some((nth, holes)), None) => filled::member(settings, *nth, holes),
        (Some((first, _)), Some((second, _))) if first != second => Err("two families find it".into()),
        _ => Err("it is found in more than one place".into()),
    }
}

/// The first place of each way in which a name was found.
fn places_of(found: &Ways) -> Vec<String> {
    let mut out: Vec<String> = found.values().filter_map(|places| places.first().cloned()).collect();
    out.dedup();
    out
}

/// Names that are alike but for capitals, by what they are in small letters.
fn twins<'n>(names: impl Iterator<Item = &'n str>) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in names {
        out.entry(name.to_ascii_lowercase()).or_default().insert(name.to_string());
    }
    out.retain(|_, names| names.len() > 1);
    out
}

#[cfg(test)]
mod tests;
