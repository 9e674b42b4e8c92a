//! What a repository's layout tells where there is no `stageline.yaml`.

mod argo;
mod aside;
mod bases;
mod built;
mod charts;
mod clusters;
mod composed;
#[cfg(test)]
mod corpus;
mod crossed;
mod custom;
mod defaults;
mod echoes;
mod every;
mod fleet;
mod flux;
mod folders;
mod followers;
mod found;
mod generators;
mod groups;
mod guessed;
mod images;
mod instances;
mod itself;
mod keyed;
mod kustomized;
mod layout;
mod listed;
mod literals;
mod makers;
mod marks;
mod naming;
mod objects;
mod order;
mod over;
mod overlays;
mod own;
mod parts;
mod paths;
mod places;
mod prefixed;
mod proven;
mod reading;
mod released;
mod rest;
mod same;
mod sites;
mod spelled;
mod strangers;
mod summary;
mod undeployed;
mod units;
mod unplaced;
mod unreached;
mod valued;
mod values;
mod variables;
mod vendors;
mod versions;
mod walk;
mod watch;
mod writable;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{EntryKind, Files, read_ahead};
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Environment, Origin, Settings};
use crate::overlay::survey::Mark;

pub use order::rank;
pub use watch::Watch;
pub use writable::Writable;

use found::{Clusters, Found, Part};
use layout::Overlay;
use order::stack;

/// Where the allowed-signers file is looked for.
const SIGNERS: &str = ".stageline/allowed_signers";

/// What was found and what was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    pub settings: Settings,
    pub left_out: Vec<(String, String)>,
    /// What is in the settings, and has to be looked at. Only `discover_all` tells it apart.
    pub to_look_at: Vec<(String, String)>,
    /// Entries for what was left out on a judgement. Only `discover_all` gives them.
    pub writable: Vec<Writable>,
}

impl Discovery {
    /// What was found, before anybody has sorted what is to be told of it.
    pub fn of(settings: Settings, left_out: Vec<(String, String)>) -> Self {
        Self { settings, left_out, to_look_at: Vec::new(), writable: Vec::new() }
    }

    /// Tells what is in the settings from what was left out, each once.
    fn sort(&mut self, pinned: &BTreeSet<proven::Place>) {
        let lines: BTreeSet<String> = pinned.iter().map(|(file, line, _)| format!("{file}:{line}")).collect();
        let mut places: BTreeSet<&str> = pinned.iter().map(|(file, ..)| file.as_str()).collect();
        places.extend(self.settings.applications.iter().flat_map(|app| &app.pins).map(|pin| pin.within.as_str()));
        let mut seen = BTreeSet::new();
        let all = std::mem::take(&mut self.left_out).into_iter().filter(|one| seen.insert(one.clone()));
        (self.to_look_at, self.left_out) =
            all.partition(|(place, _)| lines.contains(place) || places.contains(place.as_str()));
    }
}

/// One line for a reason that many places share.
pub fn summary(told: &[(String, String)]) -> Vec<(String, String)> {
    summary::grouped(told)
}

/// What `discover` finds, and what stands in files whose paths tell no environment: for `init`, which answers for every pin.
pub fn discover_all(files: &dyn Files) -> Result<Discovery, Error> {
    let Looked { mut found, paths, placed, seen, marked } = look(files, None)?;
    let told: BTreeSet<String> = found.left_out.iter().map(|(place, _)| place.clone()).collect();
    let mut failed = Vec::new();
    let pinned = proven::keep(files, &mut found.settings, &mut failed)?;
    found.left_out.extend(marks::told(files, &marked)?);
    found.left_out.extend(failed.into_iter().filter(|(place, _)| !told.contains(place)));
    let mut answered: BTreeSet<(RepoPath, u32)> =
        seen.into_iter().flat_map(|(file, lines)| lines.into_iter().map(move |line| (file.clone(), line))).collect();
    answered.extend(pinned.iter().map(|(file, line, _)| (file.clone(), *line)));
    let unreached = unreached::find(files, &placed, &pinned)?;
    found.left_out.retain(|(place, _)| !unreached.iter().any(|(file, ..)| file.as_str() == place));
    found.left_out.extend(unreached.into_iter().filter_map(|(_, told)| told));
    let itself = itself::lines(files, &paths)?;
    found.left_out.retain(|(place, _)| at(place).is_none_or(|place| !itself.contains(&place)));
    answered.extend(itself);
    answered.extend(found.left_out.iter().filter_map(|(place, _)| at(place)));
    let known = unplaced::Known { paths: &paths, settings: &found.settings, answered, placed: &placed };
    let unplaced = unplaced::find(files, &known)?;
    found.left_out.extend(unplaced);
    found.sort(&pinned);
    found.writable = writable::find(files, &found.settings, &placed, &found.left_out)?;
    Ok(found)
}

/// The file and the line of a place, where it has one.
fn at(place: &str) -> Option<(RepoPath, u32)> {
    let (file, line) = place.rsplit_once(':')?;
    Some((RepoPath::new(file).ok()?, line.parse().ok()?))
}

/// Looks through the usual layouts. Nothing found is not an error: the settings are then empty.
pub fn discover(files: &dyn Files) -> Result<Discovery, Error> {
    discover_watched(files, None)
}

/// What was found, the lines that were looked at, and those that Flux's image automation marks.
struct Looked {
    found: Discovery,
    /// Every file that may hold configuration, and those whose paths tell an environment, with `{environment}` in its place.
    paths: Vec<RepoPath>,
    placed: BTreeMap<RepoPath, String>,
    seen: Vec<(RepoPath, Vec<u32>)>,
    marked: Vec<(RepoPath, Mark)>,
}

/// The same, with somebody who is told of the files on the way.
pub fn discover_watched(files: &dyn Files, watch: Option<&dyn Watch>) -> Result<Discovery, Error> {
    look(files, watch).map(|looked| looked.found)
}

/// The files that may run somewhere, with what their paths tell.
fn sorted(files: &dyn Files) -> Result<aside::Sorted, Error> {
    let mut out = aside::sort(files, walk::find(files)?)?;
    prefixed::tell(files, &out.paths, &mut out.told)?;
    Ok(out)
}

fn look(files: &dyn Files, watch: Option<&dyn Watch>) -> Result<Looked, Error> {
    let aside::Sorted { paths, told, left_out: aside } = sorted(files)?;
    let layout = layout::find(&paths, &told);
    let places = places::find(&paths, &told);
    let mut left_out = layout.left_out;
    left_out.extend(aside);
    let mut groups: BTreeMap<&str, Vec<(&Overlay, EnvName)>> = BTreeMap::new();
    for overlay in &layout.overlays {
        match EnvName::new(overlay.env.as_str()) {
            Ok(env) => groups.entry(&overlay.within).or_default().push((overlay, env)),
            Err(why) => left_out.push((overlay.folder.to_string(), why.to_string())),
        }
    }
    let groups: Vec<(&str, Vec<(&Overlay, EnvName)>)> = groups.into_iter().collect();
    let read: Vec<Result<Found, Error>> = read_ahead(
        &groups,
        |(_, overlays)| overlays.iter().map(|(overlay, _)| files.read(&overlay.file)).collect(),
        |(within, overlays), texts| {
            let mut parsed = Vec::new();
            let found = overlays::read(files, within, overlays, texts, &mut parsed)?;
            watch::tell(watch, parsed, &found.parts);
            Ok(found)
        },
    );
    let mut all = Found::default();
    let untold = paths.iter().zip(&told).filter(|(_, told)| told.is_none()).map(|(path, _)| path).collect();
    for one in read.into_iter().chain([reading::read(files, &places, untold, watch)]) {
        all.add(one?);
    }
    let Found { parts: mut found, followers, repositories, released, empty, seen, marked, left_out: others, .. } = all;
    left_out.extend(others);
    named(files, &mut found, &paths, &mut left_out)?;
    own::keep(&mut found, &repositories, &released, &mut left_out);
    for within in empty.into_iter().filter(|within| !found.iter().any(|part| part.within.starts_with(within))) {
        let reason = "no kustomization here has an `images:` entry, and no image was found in what it builds on";
        left_out.push((within, reason.into()));
    }
    followers::attach(followers, &mut found, &mut left_out);
    let names: BTreeSet<EnvName> = found.iter().flat_map(|one| one.environments.iter().cloned()).collect();
    for part in &mut found {
        reading::limit(files, part, &names)?;
    }
    let clusters = clusters(&mut found, &names);
    let mut applications = parts::applications(found, &mut left_out);
    groups::distinct(&mut applications, &mut left_out);
    let signers_file = signers_file(files)?;
    let settings = Settings {
        origin: Origin::Discovered,
        environments: if applications.is_empty() {
            Vec::new()
        } else {
            with_clusters(stack(names.into_iter().collect()), &clusters)
        },
        applications,
        signers_file,
        ..Settings::default()
    };
    let placed = paths.iter().zip(told).filter_map(|(path, told)| Some((path.clone(), told?.within))).collect();
    Ok(Looked { found: Discovery::of(settings, left_out), paths, placed, seen, marked })
}

/// Gives parts the names that the repository has for what they are, as far as something deploys them.
fn named(
    files: &dyn Files,
    found: &mut Vec<Part>,
    paths: &[RepoPath],
    left_out: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    undeployed::leave(files, found, paths, left_out)?;
    spelled::named(found, paths);
    spelled::without_numbers(found, paths);
    spelled::with_beginnings(files, found, paths)?;
    spelled::by_runner(files, found, paths)?;
    spelled::by_thing(found);
    spelled::by_file(found);
    guessed::named(files, found, left_out)?;
    valued::named(files, found, paths, left_out)
}

fn signers_file(files: &dyn Files) -> Result<Option<RepoPath>, Error> {
    let Ok(path) = RepoPath::new(SIGNERS) else { return Ok(None) };
    let is_file = files.entry(&path)?.is_some_and(|entry| entry.kind == EntryKind::File);
    Ok(is_file.then_some(path))
}

/// The clusters of all parts. A part with clusters names its environments where another one has none.
fn clusters(parts: &mut [Part], all: &BTreeSet<EnvName>) -> Clusters {
    let mut out = Clusters::new();
    for (env, clusters) in parts.iter().flat_map(|part| &part.clusters) {
        out.entry(env.clone()).or_default().extend(clusters.iter().cloned());
    }
    for part in parts.iter_mut().filter(|part| !part.clusters.is_empty()) {
        part.limited |= all.iter().any(|env| !out.contains_key(env));
    }
    out
}

fn with_clusters(mut environments: Vec<Environment>, clusters: &Clusters) -> Vec<Environment> {
    for environment in &mut environments {
        environment.clusters = clusters.get(&environment.name).into_iter().flatten().cloned().collect();
    }
    environments
}

#[cfg(test)]
pub mod tests;
