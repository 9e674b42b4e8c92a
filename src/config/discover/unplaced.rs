//! Versions that nothing else has answered for, in whatever file. Only `init` asks for them: every file is read.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::files::Files;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Form, PinKind, Settings};
use crate::overlay::survey::Parsed;

use super::folders::is_shared;
use super::sites::{Says, Site, Stand, is_template};
use super::summary::{different, listed, more};
use super::versions::has_commit;
use super::walk::is_config;
use super::{every, own, reading, strangers};

/// What is known already, and need not be told again.
pub struct Known<'k> {
    pub paths: &'k [RepoPath],
    pub settings: &'k Settings,
    /// Lines that are pinned, or that discovery has spoken of.
    pub answered: BTreeSet<(RepoPath, u32)>,
    /// Files whose paths tell an environment.
    pub placed: &'k BTreeMap<RepoPath, String>,
}

/// The versions of one folder, by what can be said of them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Why {
    /// Several environments build on it.
    Shared,
    /// Nothing tells an environment.
    Apart,
    /// Its file tells an environment, and nothing tells the application.
    Unowned,
    Moving,
    /// Somebody else makes it.
    Others,
}

/// One version: what it is of, what it says, and how a pin of it would be written.
struct Seen {
    file: RepoPath,
    line: u32,
    name: String,
    says: Says,
    pin: String,
}

/// Tells of each folder what stands in it and why it is no pin.
pub fn find(files: &dyn Files, known: &Known<'_>) -> Result<Vec<(String, String)>, Error> {
    let all: Vec<&RepoPath> = known.paths.iter().filter(|path| is_config(path.name())).collect();
    let read: Vec<Result<Vec<(Why, Seen)>, Error>> = all.par_iter().map(|file| seen(files, file, known)).collect();
    let mut by_folder: BTreeMap<(RepoPath, Why, String), Vec<Seen>> = BTreeMap::new();
    for one in read {
        for (why, seen) in one? {
            let loose = match &seen.says {
                Says::Loose(why) => why.clone(),
                Says::Fixed(_) => String::new(),
            };
            by_folder.entry((seen.file.parent().unwrap_or_default(), why, loose)).or_default().push(seen);
        }
    }
    Ok(by_folder.into_iter().map(|((folder, why, _), seen)| told(&folder, why, &seen)).collect())
}

fn seen(files: &dyn Files, file: &RepoPath, known: &Known<'_>) -> Result<Vec<(Why, Seen)>, Error> {
    let Some(bytes) = files.read(file)?.filter(|bytes| reading::may_say(bytes)) else { return Ok(Vec::new()) };
    let Ok(parsed) = Parsed::new(file, &bytes) else { return Ok(Vec::new()) };
    let Some(mut sites) = every::sites(file, &parsed, &bytes) else { return Ok(Vec::new()) };
    sites.retain(|site| !known.answered.contains(&(file.clone(), site.line)));
    let is_base = file.parent().unwrap_or_default().parts().any(is_shared);
    let mut out = Vec::new();
    for site in sites.into_iter().filter(|site| site.stand != Stand::Follower && !is_pinned(site, known.settings)) {
        let why = match &site.says {
            // What fills a template in is looked at where it stands.
            Says::Loose(why) if is_template(why) => continue,
            Says::Loose(_) => Why::Moving,
            Says::Fixed(version) if is_others(&site, file, version) => Why::Others,
            Says::Fixed(_) if known.placed.contains_key(file) => Why::Unowned,
            Says::Fixed(_) if is_base => Why::Shared,
            Says::Fixed(_) => Why::Apart,
        };
        let kind = every::kind(&site, &parsed);
        let folder = file.parent().filter(|_| why == Why::Others).map(|folder| folder.name().to_string());
        let name = site.thing.clone().or(site.component.clone()).or(folder);
        let name = name.unwrap_or_else(|| site.key.trim().to_string());
        let pin = written(kind, file, if why == Why::Unowned { "" } else { ", environments: [NAME]" });
        out.push((why, Seen { file: file.clone(), line: site.line, name, says: site.says, pin }));
    }
    Ok(out)
}

/// Whether somebody else makes what a text versions: by its image, its charts' repository, its name, or as a chart of the platform.
fn is_others(site: &Site, file: &RepoPath, version: &str) -> bool {
    let image = site.address().filter(|address| !address.contains("://"));
    let is_chart = site.from.is_some() || matches!(site.kind, PinKind::Chart { .. });
    let is_version = is_chart || site.key.trim_end().ends_with("version");
    let named = || site.thing.iter().chain(&site.component).any(|name| strangers::is_named(name));
    let is_public = site.from.as_deref().is_some_and(strangers::is_public);
    let is_told = image.is_some_and(|image| strangers::image(None, image, &[version]).is_some())
        || is_public
        || named()
        || (is_version && own::is_platform(file.parent().unwrap_or_default().as_str()));
    is_told && !has_commit(&[version])
}

/// Whether the image is pinned by its name elsewhere, on top of this.
fn is_pinned(site: &Site, settings: &Settings) -> bool {
    let Some(kind @ PinKind::Image { .. }) = &site.named else { return false };
    settings
        .applications
        .iter()
        .flat_map(|application| &application.pins)
        .any(|pin| pin.kind.identity() == kind.identity())
}

/// A pin of it, as `stageline.yaml` has it.
fn written(kind: &PinKind, file: &RepoPath, only: &str) -> String {
    let by = match kind {
        PinKind::Image { image, .. } => format!("image: {image}, in"),
        PinKind::Chart { chart } => format!("chart: {chart}, in"),
        PinKind::KustomizeBase { repository } => format!("base: \"{repository}\", in"),
        PinKind::Revision { repository } => format!("revision: \"{repository}\", in"),
        PinKind::Marker { name } => format!("marker: {name}, in"),
        PinKind::Field(field) => {
            let document = &field.document;
            let keys = [("kind", &document.kind), ("name", &document.name), ("namespace", &document.namespace)];
            let keys = keys.iter().filter_map(|(key, value)| Some(format!(", {key}: {}", value.as_ref()?)));
            let inside = field.inside.as_ref().map_or(String::new(), |inside| format!(", inside: '{inside}'"));
            let form = if field.form == Form::Image { ", as: image" } else { "" };
            let keys: String = keys.collect();
            return format!("{{ file: {file}{keys}, path: '{}'{inside}{form}{only} }}", field.route);
        }
        other => format!("{}, in", other.identity()),
    };
    format!("{{ {by}: {file}{only} }}")
}

fn told(folder: &RepoPath, why: Why, seen: &[Seen]) -> (String, String) {
    let names = different(seen.iter().map(|one| one.name.as_str()));
    let place = match seen {
        [] => folder.to_string(),
        [one, ..] => format!("{}:{}{}", one.file, one.line, more(seen.len(), 1)),
    };
    let listed = listed(&names);
    let Some(one) = seen.first() else { return (place, listed) };
    let is_shared_tag = names.len() > 1 && seen.iter().all(|other| other.says == one.says && other.file == one.file);
    let group = if is_shared_tag { "; one tag serves them: declare one application with `members:`" } else { "" };
    let reason = match (why, &one.says) {
        (Why::Shared, _) => {
            format!("{listed}: shared by all that builds on it; it can move once each environment sets it{group}")
        }
        (Why::Apart, _) => {
            format!("{listed}: no environment is told by the path; declare one, and in it `{}`{group}", one.pin)
        }
        (Why::Unowned, _) => {
            format!("{listed}: nothing tells which application this is of; declare `{}`{group}", one.pin)
        }
        (Why::Others, _) if names.len() > 1 => format!("{listed} are made by others: no version of an application"),
        (Why::Others, _) => strangers::told(&one.name),
        (Why::Moving, Says::Loose(why)) => format!("{listed}: {why}"),
        (Why::Moving, Says::Fixed(_)) => listed,
    };
    (place, reason)
}
