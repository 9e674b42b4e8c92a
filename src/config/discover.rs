//! What a repository's layout tells where there is no `stageline.yaml`.

mod images;
mod layout;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::files::{EntryKind, Files};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::report::LeftOut;
use crate::domain::settings::{
    Application, DigestRule, Environment, GitSettings, LandingMode, Origin, PinKind, PinRule, Settings,
};

use images::{Choice, Kustomization, Seen};
use layout::Overlay;

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
    let read: Vec<Result<Found<'_>, Error>> =
        groups.par_iter().map(|(within, overlays)| group(files, within, overlays)).collect();
    let mut found = Vec::new();
    for one in read {
        let one = one?;
        left_out.extend(one.choice.left_out.iter().cloned());
        if !one.choice.images.is_empty() {
            found.push(one);
        }
    }
    let names: BTreeSet<EnvName> = found.iter().flat_map(|one| one.environments.iter().cloned()).collect();
    let applications = applications(found, &mut left_out);
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

/// The overlays of one application in one layout, and the pins chosen from them.
struct Found<'a> {
    name: String,
    team: Option<&'a str>,
    within: &'a str,
    environments: Vec<EnvName>,
    choice: Choice,
}

fn group<'a>(files: &dyn Files, within: &'a str, overlays: &'a [(&'a Overlay, EnvName)]) -> Result<Found<'a>, Error> {
    let mut read: Vec<(&Overlay, Kustomization)> = Vec::new();
    let mut unread = Vec::new();
    for (overlay, _) in overlays {
        let Some(bytes) = files.read(&overlay.file)? else { continue };
        match images::read(&bytes) {
            Ok(kustomization) => read.push((overlay, kustomization)),
            Err(fault) => {
                unread.push((format!("{}:{}:{}", overlay.file, fault.line, fault.column), fault.message));
            }
        }
    }
    let seen: Vec<Seen<'_>> = read
        .iter()
        .map(|(overlay, kustomization)| Seen { file: &overlay.file, folder: &overlay.folder, kustomization })
        .collect();
    let first = overlays.first().map(|(overlay, _)| *overlay);
    let folder = first.and_then(|overlay| overlay.app.as_deref());
    let mut choice = images::choose(files, folder, &seen, within)?;
    choice.left_out.extend(unread);
    let name = match (folder, choice.images.first()) {
        (Some(folder), _) => folder.to_string(),
        (None, Some(image)) if AppName::new(images::last_part(image)).is_ok() => images::last_part(image).to_string(),
        (None, _) => "app".to_string(),
    };
    let team = first.and_then(|overlay| overlay.team.as_deref());
    Ok(Found { name, team, within, environments: overlays.iter().map(|(_, env)| env.clone()).collect(), choice })
}

/// Makes applications of what was found: one name, one application, where its layouts do not meet in an environment.
fn applications(found: Vec<Found<'_>>, left_out: &mut Vec<(String, String)>) -> Vec<Application> {
    let mut by_name: BTreeMap<String, Vec<Found<'_>>> = BTreeMap::new();
    for one in found {
        by_name.entry(one.name.clone()).or_default().push(one);
    }
    let meets = |parts: &[Found<'_>]| {
        let mut seen = BTreeSet::new();
        !parts.iter().flat_map(|part| &part.environments).all(|env| seen.insert(env))
    };
    let mut renamed: BTreeMap<String, Vec<Found<'_>>> = BTreeMap::new();
    for (name, parts) in by_name {
        let apart = meets(&parts);
        for part in parts {
            let name = match part.team.filter(|_| apart) {
                Some(team) => format!("{team}-{name}"),
                None => name.clone(),
            };
            renamed.entry(name).or_default().push(part);
        }
    }
    let mut out = Vec::new();
    for (name, mut parts) in renamed {
        if meets(&parts) {
            for part in parts.drain(1..) {
                let reason = format!("there is another application `{name}`: declare this one under a name of its own");
                left_out.push((part.within.to_string(), reason));
            }
        }
        match AppName::new(name.as_str()) {
            Ok(app) => out.push(application(app, &parts, left_out)),
            Err(why) => left_out.extend(parts.iter().map(|part| (part.within.to_string(), why.to_string()))),
        }
    }
    out
}

fn application(name: AppName, parts: &[Found<'_>], left_out: &mut Vec<(String, String)>) -> Application {
    let tags: Vec<&str> = parts.iter().flat_map(|part| &part.choice.tags).map(String::as_str).collect();
    let version = match versions::template(tags.iter().copied()) {
        Some(template) => template,
        None => {
            if let Some(tag) = tags.first() {
                let place = parts.first().map(|part| part.within).unwrap_or_default();
                let reason = format!(
                    "versions of `{name}` such as `{tag}` do not tell their commit; `version:` stays `{{commit}}` until you set it"
                );
                left_out.push((place.to_string(), reason));
            }
            Default::default()
        }
    };
    let pins = parts
        .iter()
        .flat_map(|part| {
            let environments = if parts.len() > 1 { part.environments.clone() } else { Vec::new() };
            part.choice.images.iter().map(move |image| PinRule {
                kind: PinKind::KustomizeImage { image: image.clone(), digest: DigestRule::Ask },
                within: part.within.to_string(),
                environments: environments.clone(),
            })
        })
        .collect();
    Application { name, source: None, path: None, version, pins }
}

/// The environments in order: of the well-known names where all are, else of the alphabet and without `after`.
fn stack(mut names: Vec<EnvName>) -> Vec<Environment> {
    names.sort();
    let ranks: Option<Vec<usize>> = names.iter().map(|name| rank(name.as_str())).collect();
    let mut ranked: Vec<(usize, EnvName)> = match &ranks {
        Some(ranks) => ranks.iter().copied().zip(names).collect(),
        None => names.into_iter().map(|name| (0, name)).collect(),
    };
    ranked.sort();
    let before = |rank: usize, name: &EnvName| -> Vec<EnvName> {
        let Some(nearest) = ranked.iter().map(|(r, _)| *r).filter(|r| *r < rank).max() else { return Vec::new() };
        let all: Vec<&EnvName> = ranked.iter().filter(|(r, _)| *r == nearest).map(|(_, name)| name).collect();
        let same_region: Vec<&EnvName> =
            all.iter().copied().filter(|other| region(other.as_str()) == region(name.as_str())).collect();
        let chosen = if same_region.is_empty() { all } else { same_region };
        chosen.into_iter().cloned().collect()
    };
    ranked
        .iter()
        .map(|(rank, name)| Environment {
            name: name.clone(),
            after: before(*rank, name),
            branch: None,
            clusters: Vec::new(),
            landing: LandingMode::Direct,
            branches: Vec::new(),
            rollback_landing: None,
            ephemeral: false,
        })
        .collect()
}

/// The well-known names of environments, from the first to the last.
const WELL_KNOWN: [&[&str]; 9] = [
    &["dev", "develop", "development"],
    &["int", "integration"],
    &["test", "testing", "tst"],
    &["qa"],
    &["staging", "stage", "stg"],
    &["uat", "acceptance"],
    &["preprod", "pre-prod", "preproduction", "pre-production"],
    &["canary"],
    &["production", "prod", "prd", "live"],
];

/// The place of a name in the well-known order (dev, test, qa, staging, uat, pre-production, canary, production and short forms); `None` for any other.
///
/// A region behind the name (`production-eu`, `prod-us-east-1`) does not change its place.
pub fn rank(environment: &str) -> Option<usize> {
    let lower = environment.to_ascii_lowercase();
    let place = |name: &str| WELL_KNOWN.iter().position(|names| names.contains(&name));
    place(&lower).or_else(|| {
        let region = region(&lower)?;
        place(lower.strip_suffix(region)?.trim_end_matches('-'))
    })
}

/// The region at the end of an environment's name, in lower or upper case as it stands: `us-east-1` of `prod-us-east-1`.
fn region(environment: &str) -> Option<&str> {
    const REGIONS: [&str; 19] = [
        "eu", "us", "ap", "asia", "apac", "emea", "na", "sa", "af", "me", "uk", "de", "fr", "ca", "cn", "in", "jp",
        "au", "sg",
    ];
    let (start, _) = environment.match_indices('-').find(|(dash, _)| {
        let first = environment[dash + 1..].split('-').next().unwrap_or_default();
        let word = first.trim_end_matches(|c: char| c.is_ascii_digit());
        !first.is_empty() && (word.is_empty() || REGIONS.contains(&word.to_ascii_lowercase().as_str()))
    })?;
    Some(&environment[start + 1..])
}

#[cfg(test)]
pub mod tests;
