//! What a repository's layout tells where there is no `stageline.yaml`.

mod argo;
mod bases;
#[cfg(test)]
mod corpus;
mod flux;
mod images;
mod layout;
mod objects;
mod order;
mod parts;
mod places;
mod reading;
mod sites;
mod units;
mod values;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::files::{EntryKind, Files};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::report::LeftOut;
use crate::domain::settings::{DigestRule, GitSettings, Origin, PinKind, Settings};

pub use order::rank;

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
}

impl Discovery {
    /// The pins that were seen and left out, for a report.
    pub fn left_out(&self) -> Vec<LeftOut> {
        self.left_out.iter().map(|(place, reason)| LeftOut { place: place.clone(), reason: reason.clone() }).collect()
    }
}

/// Looks through the usual layouts. Nothing found is not an error: the settings are then empty.
pub fn discover(files: &dyn Files) -> Result<Discovery, Error> {
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
    let read: Vec<Result<Found, Error>> =
        groups.par_iter().map(|(within, overlays)| group(files, within, overlays)).collect();
    let mut found = Vec::new();
    for one in read {
        let one = one?;
        left_out.extend(one.left_out);
        found.extend(one.parts);
    }
    found.extend(reading::read(files, &mut left_out)?);
    let names: BTreeSet<EnvName> = found.iter().flat_map(|one| one.environments.iter().cloned()).collect();
    for part in &mut found {
        reading::limit(files, part, &names)?;
    }
    let applications = parts::applications(found, &mut left_out);
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
        people: Vec::new(),
        signers_file,
        notices: Vec::new(),
    };
    Ok(Discovery { settings, left_out })
}

fn group(files: &dyn Files, within: &str, overlays: &[(&Overlay, EnvName)]) -> Result<Found, Error> {
    let mut read: Vec<(&Overlay, &EnvName, Kustomization)> = Vec::new();
    let mut unread = Vec::new();
    for (overlay, env) in overlays {
        let Some(bytes) = files.read(&overlay.file)? else { continue };
        match images::read(&bytes) {
            Ok(kustomization) => read.push((overlay, env, kustomization)),
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
    };
    let mut left_out = Vec::new();
    let mut parts = units::choose(&unit, &mut left_out);
    if !parts.is_empty() && choice.origin == parts::Origin::Base {
        // What the remote base runs moves with its ref.
        choice = Choice::default();
    }
    left_out.append(&mut choice.left_out);
    left_out.extend(unread);
    if !choice.images.is_empty() {
        let name = match (folder, choice.images.first()) {
            (Some(folder), _) => folder.to_string(),
            (None, Some(image)) if AppName::new(images::last_part(image)).is_ok() => {
                images::last_part(image).to_string()
            }
            (None, _) => "app".to_string(),
        };
        let kind = |image: String| PinKind::Image { image, digest: DigestRule::Ask };
        let versions = read.iter().zip(choice.builds).filter_map(|((_, env, _), build)| Some(((*env).clone(), build?)));
        parts.push(Part {
            name,
            team,
            within: within.to_string(),
            environments: overlays.iter().map(|(_, env)| env.clone()).collect(),
            pins: choice.images.into_iter().map(|image| (kind(image), Vec::new())).collect(),
            tags: choice.tags,
            versions: versions.collect(),
            origin: choice.origin,
            limited: false,
        });
    }
    Ok(Found { parts, left_out })
}

#[cfg(test)]
pub mod tests;
