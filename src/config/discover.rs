//! What a repository's layout tells where there is no `stageline.yaml`.

mod argo;
mod bases;
mod built;
mod charts;
#[cfg(test)]
mod corpus;
mod flux;
mod followers;
mod found;
mod generators;
mod groups;
mod images;
mod kustomized;
mod layout;
mod literals;
mod marks;
mod naming;
mod objects;
mod order;
mod overlays;
mod parts;
mod places;
mod proven;
mod reading;
mod rest;
mod sites;
mod summary;
mod units;
mod unplaced;
mod values;
mod versions;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{EntryKind, Files, read_ahead};
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{GitSettings, Origin, Settings};
use crate::overlay::survey::Mark;

pub use order::rank;
pub use watch::Watch;

use found::Found;
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
}

impl Discovery {
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
    let Looked { mut found, seen, marked } = look(files, None)?;
    let told: BTreeSet<String> = found.left_out.iter().map(|(place, _)| place.clone()).collect();
    let mut failed = Vec::new();
    let pinned = proven::keep(files, &mut found.settings, &mut failed)?;
    found.left_out.extend(marks::told(files, &marked)?);
    found.left_out.extend(failed.into_iter().filter(|(place, _)| !told.contains(place)));
    let mut answered: BTreeSet<(RepoPath, u32)> =
        seen.into_iter().flat_map(|(file, lines)| lines.into_iter().map(move |line| (file.clone(), line))).collect();
    answered.extend(pinned.iter().map(|(file, line, _)| (file.clone(), *line)));
    answered.extend(found.left_out.iter().filter_map(|(place, _)| {
        let (file, line) = place.rsplit_once(':')?;
        Some((RepoPath::new(file).ok()?, line.parse().ok()?))
    }));
    let known = unplaced::Known { settings: &found.settings, answered, placed: placed(files)? };
    let unplaced = unplaced::find(files, &known)?;
    found.left_out.extend(unplaced);
    found.sort(&pinned);
    Ok(found)
}

/// The files whose paths tell an environment.
fn placed(files: &dyn Files) -> Result<BTreeSet<RepoPath>, Error> {
    let places = places::find(files)?;
    let layout = layout::find(files)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for place in places.iter().filter(|place| place.env.is_some()) {
        // A word in one file's name alone may be an environment's by chance.
        *counts.entry(&place.within).or_default() += if place.is_certain { 2 } else { 1 };
    }
    let placed = places.iter().filter(|place| place.env.is_some() && counts.get(&*place.within) > Some(&1));
    Ok(layout.overlays.into_iter().map(|overlay| overlay.file).chain(placed.map(|place| place.file.clone())).collect())
}

/// Looks through the usual layouts. Nothing found is not an error: the settings are then empty.
pub fn discover(files: &dyn Files) -> Result<Discovery, Error> {
    discover_watched(files, None)
}

/// What was found, the lines that were looked at, and those that Flux's image automation marks.
struct Looked {
    found: Discovery,
    seen: Vec<(RepoPath, Vec<u32>)>,
    marked: Vec<(RepoPath, Mark)>,
}

/// The same, with somebody who is told of the files on the way.
pub fn discover_watched(files: &dyn Files, watch: Option<&dyn Watch>) -> Result<Discovery, Error> {
    look(files, watch).map(|looked| looked.found)
}

fn look(files: &dyn Files, watch: Option<&dyn Watch>) -> Result<Looked, Error> {
    let layout = layout::find(files)?;
    let mut left_out = layout.left_out;
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
    for one in read.into_iter().chain([reading::read(files, watch)]) {
        all.add(one?);
    }
    let Found { parts: mut found, followers, empty, seen, marked, left_out: others, .. } = all;
    left_out.extend(others);
    for within in empty.into_iter().filter(|within| !found.iter().any(|part| part.within.starts_with(within))) {
        let reason = "no kustomization here has an `images:` entry, and no image was found in what it builds on";
        left_out.push((within, reason.into()));
    }
    followers::attach(followers, &mut found, &mut left_out);
    let names: BTreeSet<EnvName> = found.iter().flat_map(|one| one.environments.iter().cloned()).collect();
    for part in &mut found {
        reading::limit(files, part, &names)?;
    }
    let mut applications = parts::applications(found, &mut left_out);
    groups::distinct(&mut applications, &mut left_out);
    let signers = RepoPath::new(SIGNERS).ok();
    let signers_file = match signers {
        Some(path) if files.entry(&path)?.is_some_and(|entry| entry.kind == EntryKind::File) => Some(path),
        _ => None,
    };
    let settings = Settings {
        origin: Origin::Discovered,
        git: GitSettings::default(),
        environments: if applications.is_empty() { Vec::new() } else { stack(names.into_iter().collect()) },
        applications,
        signers_file,
        ..Settings::default()
    };
    Ok(Looked { found: Discovery { settings, left_out, to_look_at: Vec::new() }, seen, marked })
}

#[cfg(test)]
pub mod tests;
