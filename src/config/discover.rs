//! What a repository's layout tells where there is no `stageline.yaml`.

mod argo;
mod bases;
mod built;
mod charts;
#[cfg(test)]
mod corpus;
mod flux;
mod followers;
mod generators;
mod groups;
mod images;
mod layout;
mod literals;
mod marks;
mod objects;
mod order;
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
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{DigestRule, GitSettings, Origin, PinKind, PinRule, Settings};
use crate::overlay::survey::{Mark, Parsed};

pub use order::rank;
pub use watch::Watch;

use images::{Choice, Kustomization, Seen};
use layout::Overlay;
use order::stack;
use parts::{Found, Part};
use units::Unit;

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
            let found = group(files, within, overlays, texts, &mut parsed)?;
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

fn group<'o>(
    files: &dyn Files,
    within: &str,
    overlays: &[(&'o Overlay, EnvName)],
    texts: Vec<Result<Option<Vec<u8>>, Error>>,
    parsed: &mut Vec<watch::Seen<'o>>,
) -> Result<Found, Error> {
    let mut read: Vec<(&Overlay, &EnvName, Kustomization)> = Vec::new();
    let mut unread = Vec::new();
    let mut marked = Vec::new();
    for ((overlay, env), text) in overlays.iter().zip(texts) {
        let Some(bytes) = text? else { continue };
        marked.extend(marks::read(&bytes).into_iter().map(|mark| (overlay.file.clone(), mark)));
        let file = Parsed::new(&overlay.file, &bytes);
        let kustomization = file.and_then(|file| {
            let mut kustomization = images::of(&file)?;
            let own = marks::own(&file, &bytes, |line| {
                let sites = kustomization.sites.iter().map(|site| site.line);
                sites.chain(kustomization.images.iter().map(|image| image.line)).any(|other| other == line)
            });
            kustomization.sites.extend(own);
            Ok((kustomization, file.into_tree()))
        });
        match kustomization {
            Ok((kustomization, tree)) => {
                read.push((overlay, env, kustomization));
                parsed.push((&overlay.folder, &overlay.file, tree));
            }
            Err(fault) => {
                unread.push((format!("{}:{}:{}", overlay.file, fault.line, fault.column), fault.message));
            }
        }
    }
    let seen: Vec<Seen<'_>> = read
        .iter()
        .map(|(overlay, _, kustomization)| Seen { file: &overlay.file, folder: &overlay.folder, kustomization })
        .collect();
    let first = overlays.first().map(|(overlay, _)| *overlay);
    let folder = first.and_then(|overlay| overlay.app.as_deref());
    let team = first.and_then(|overlay| overlay.team.clone());
    let mut choice = images::choose(files, folder, &seen, within)?;
    let unit = Unit {
        app: folder.map(str::to_string),
        team: team.clone(),
        within: within.to_string(),
        read: read.iter().map(|(overlay, env, it)| ((*env).clone(), overlay.file.clone(), it.sites.clone())).collect(),
        splits: false,
        is_folder: true,
        members: BTreeSet::new(),
    };
    let lines = |it: &Kustomization| it.images.iter().map(|image| image.line).collect();
    let images = read.iter().map(|(overlay, _, it)| (overlay.file.clone(), lines(it)));
    let mut out = Found { marked, seen: images.collect(), ..Found::default() };
    units::choose(&unit, &mut out);
    if !out.parts.is_empty() && choice.origin == parts::Origin::Base {
        // What the remote base runs moves with its ref.
        choice = Choice::default();
    }
    out.left_out.append(&mut choice.left_out);
    out.left_out.extend(unread);
    out.empty.extend(Some(within.to_string()).filter(|_| choice.is_empty));
    if choice.images.is_empty() {
        return Ok(out);
    }
    if choice.origin == parts::Origin::Base {
        let reason = "no overlay sets its image yet: the base's version runs, until a promotion writes an entry";
        out.left_out.push((choice.place.clone(), reason.into()));
    }
    let names: Vec<String> = choice.images.iter().map(|(image, _)| image.clone()).collect();
    let first = names.first().map(|image| images::last_part(image).to_string());
    let members = groups::of_images(folder, &names);
    let around = groups::name_of(&names).filter(|_| !members.is_empty());
    let name = folder.map(str::to_string).or(around).or(first.filter(|_| members.is_empty()));
    let name = name.filter(|name| folder.is_some() || AppName::new(name.as_str()).is_ok());
    let name = name.unwrap_or_else(|| "app".to_string());
    if !members.is_empty() {
        let all = members.join(", ");
        let reason = format!("one tag serves {all}: the group `{name}`; declare those apart that move alone");
        out.left_out.push((choice.place.clone(), reason));
    }
    let things = names.iter().map(|image| images::last_part(image).to_string()).collect();
    let pin = |(image, overlays): (String, Vec<usize>)| PinRule {
        kind: PinKind::Image { image, digest: DigestRule::Ask },
        within: within.to_string(),
        environments: overlays.into_iter().map(|at| read[at].1.clone()).collect(),
        more: Default::default(),
    };
    let versions = read.iter().zip(choice.builds).filter_map(|((_, env, _), build)| Some(((*env).clone(), build?)));
    out.parts.push(Part {
        name,
        team,
        within: within.to_string(),
        environments: overlays.iter().map(|(_, env)| env.clone()).collect(),
        pins: choice.images.into_iter().map(pin).collect(),
        members,
        tags: choice.tags,
        versions: versions.collect(),
        origin: choice.origin,
        place: choice.place,
        things,
        limited: false,
    });
    Ok(out)
}

#[cfg(test)]
pub mod tests;
