//! Proves what discovery proposes by the very code that reads and writes pins. Only `init` asks for it: all files are read.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::files::{Files, KUSTOMIZATIONS};
use crate::domain::names::{ClusterName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, DigestRule, Environment, PinKind, PinRule, Settings};
use crate::domain::version::Version;
use crate::overlay::above::{Reach, Tied};
use crate::overlay::effect::{self, Effect, effect};
use crate::overlay::fill;
use crate::overlay::here::Here;
use crate::overlay::{self, Reader};
use crate::yaml::edit::{Edit, apply};
use crate::yaml::locate::{items, text};
use crate::yaml::tree::Node;

use super::order::stack;
use super::sites::by_image;

/// A file with a line and a column of it.
pub type Place = (RepoPath, u32, u32);

/// What became of an application's pins.
#[derive(Default)]
struct Proof {
    /// The pins that work, each with the environments and the lines where it does.
    works: Vec<(PinRule, Vec<(EnvName, Place)>)>,
    left_out: Vec<(String, String)>,
}

/// Keeps the pins that can be read and moved in each environment they serve, and tells why others cannot. Returns the
/// files and lines that are pinned.
pub fn keep(
    files: &dyn Files,
    settings: &mut Settings,
    left_out: &mut Vec<(String, String)>,
) -> Result<BTreeSet<Place>, Error> {
    let reader = Reader::new(files);
    let environments: Vec<(&Environment, Tied<'_, '_>)> =
        settings.environments.iter().map(|env| (env, Tied::new(&reader, here(env, settings), Reach::All))).collect();
    let proofs: Vec<Result<Proof, Error>> =
        settings.applications.par_iter().map(|application| prove(files, &reader, application, &environments)).collect();
    drop(environments);
    let (mut lines, mut claimed) = (BTreeSet::new(), BTreeSet::new());
    let mut used = BTreeSet::new();
    let mut kept = Vec::new();
    for (application, proof) in std::mem::take(&mut settings.applications).into_iter().zip(proofs) {
        let Proof { works, left_out: failed } = proof?;
        left_out.extend(failed);
        let mut pins = Vec::new();
        for (rule, own) in works {
            if let Some(taken) = own.iter().map(|(_, place)| place).find(|place| lines.contains(*place)) {
                let reason = format!(
                    "`{}` of `{}` is a pin of another application, too",
                    rule.kind.identity(),
                    application.name
                );
                left_out.push((format!("{}:{}", taken.0, taken.1), reason));
                continue;
            }
            used.extend(own.iter().map(|(env, _)| env.clone()));
            claimed.extend(own.into_iter().map(|(_, place)| place));
            pins.push(rule);
        }
        lines.append(&mut claimed);
        if !pins.is_empty() {
            kept.push(Application { pins, ..application });
        }
    }
    settings.applications = kept;
    if used.len() < settings.environments.len() {
        let clusters: BTreeMap<EnvName, Vec<String>> =
            settings.environments.iter().map(|env| (env.name.clone(), env.clusters.clone())).collect();
        settings.environments = stack(used.into_iter().collect());
        for env in &mut settings.environments {
            env.clusters = clusters.get(&env.name).cloned().unwrap_or_default();
        }
    }
    Ok(lines)
}

/// An environment among those of the settings.
fn here<'s>(env: &'s Environment, settings: &'s Settings) -> Here<'s> {
    Here::of(&env.name, settings.environments.iter().map(|env| &env.name))
}

fn prove(
    files: &dyn Files,
    reader: &Reader<'_>,
    application: &Application,
    environments: &[(&Environment, Tied<'_, '_>)],
) -> Result<Proof, Error> {
    let mut out = Proof::default();
    let pins = decisive(reader, application, environments, &mut out.left_out)?;
    let mut works: Vec<Vec<(EnvName, Place)>> = vec![Vec::new(); pins.len()];
    let mut fails: Vec<BTreeSet<EnvName>> = vec![BTreeSet::new(); pins.len()];
    let mut says: BTreeSet<EnvName> = BTreeSet::new();
    for (environment, tied) in environments {
        // The pins of one application move together, so that one edit may not be in another's way.
        let mut edits: BTreeMap<RepoPath, Vec<Edit>> = BTreeMap::new();
        for (nth, rule) in pins.iter().enumerate().filter(|(_, rule)| rule.serves(environment)) {
            for cluster in clusters(rule, environment) {
                let at = overlay::place(rule, &application.name, &environment.name, cluster.as_ref())?;
                let filled = fill::filled(rule, &application.name, &environment.name, cluster.as_ref());
                let reading = moved(files, reader, &filled, &at, &mut edits);
                match reading.and_then(|reading| decides(reader, reading, tied, &at)) {
                    Ok(None) => {}
                    Ok(Some(Reading { site, version, .. })) => {
                        says.extend(version.map(|_| environment.name.clone()));
                        works[nth].push((environment.name.clone(), (site.file, site.line, site.column)));
                    }
                    Err(Error::Failed(error)) => return Err(error.into()),
                    Err(error) => {
                        fails[nth].insert(environment.name.clone());
                        out.left_out.push(told(rule, &at, &error.refusal()));
                    }
                }
            }
        }
    }
    silent(application, &says, &works, &mut fails, &mut out.left_out);
    for ((rule, mut works), fails) in pins.iter().zip(works).zip(fails) {
        // A pin that fails in one cluster does not work in its environment.
        works.retain(|(env, _)| !fails.contains(env));
        if !works.is_empty() {
            let only: BTreeSet<EnvName> = works.iter().map(|(env, _)| env.clone()).collect();
            let environments = if fails.is_empty() { rule.environments.clone() } else { only.into_iter().collect() };
            out.works.push((PinRule { environments, ..rule.clone() }, works));
        }
    }
    Ok(out)
}

/// Takes environments where no pin of an application says a version for such that fail: what is not read is not proposed.
fn silent(
    application: &Application,
    says: &BTreeSet<EnvName>,
    works: &[Vec<(EnvName, Place)>],
    fails: &mut [BTreeSet<EnvName>],
    left_out: &mut Vec<(String, String)>,
) {
    let mut told: BTreeSet<EnvName> = BTreeSet::new();
    for (works, fails) in works.iter().zip(fails) {
        for (env, (file, ..)) in works.iter().filter(|(env, _)| !says.contains(env)) {
            if told.insert(env.clone()) {
                let reason = format!(
                    "nothing here says the version of `{}`: the base's runs; where `{env}` is among the `environments:` of its pins, a promotion writes one",
                    application.name
                );
                left_out.push((file.to_string(), reason));
            }
            fails.insert(env.clone());
        }
    }
}

/// The clusters that a rule's place stands for in an environment: one `None` where it names none.
pub fn clusters(rule: &PinRule, environment: &Environment) -> Vec<Option<ClusterName>> {
    if !rule.within.contains("{cluster}") {
        return vec![None];
    }
    environment.clusters.iter().filter_map(|name| ClusterName::new(name.as_str()).ok()).map(Some).collect()
}

/// The pins of an application, where `images:` of the kustomization beside a manifest wins over it that entry in its place.
fn decisive(
    reader: &Reader<'_>,
    application: &Application,
    environments: &[(&Environment, Tied<'_, '_>)],
    left_out: &mut Vec<(String, String)>,
) -> Result<Vec<PinRule>, Error> {
    let mut out: Vec<PinRule> = Vec::new();
    for rule in &application.pins {
        let mut pin = rule.clone();
        let served = environments.iter().filter(|(env, _)| rule.serves(env));
        let each =
            served.flat_map(|(env, tied)| clusters(rule, env).into_iter().map(move |cluster| (env, tied, cluster)));
        for (environment, tied, cluster) in each {
            let at = overlay::place(rule, &application.name, &environment.name, cluster.as_ref())?;
            let filled = fill::filled(rule, &application.name, &environment.name, cluster.as_ref());
            let Ok(Some(reading)) = overlay::read(reader, &filled, &at, None) else { continue };
            let Effect::None(error, Some(winner)) = effect(reader, &reading, tied, std::slice::from_ref(&at))? else {
                continue;
            };
            if let Some(kind) = beside(reader, &at, &winner)? {
                left_out.push(told(rule, &at, &error.refusal()));
                let within = rule.within.rsplit_once('/').map_or("", |(folder, _)| folder).to_string();
                pin = PinRule { kind, within, ..rule.clone() };
            }
        }
        if !out.contains(&pin) {
            out.push(pin);
        }
    }
    Ok(out)
}

/// The pin that the entry of `images:` at a place is, where that stands in the kustomization beside a manifest.
fn beside(reader: &Reader<'_>, manifest: &RepoPath, winner: &effect::Place) -> Result<Option<PinKind>, Error> {
    if !KUSTOMIZATIONS.contains(&winner.file.name()) || manifest.parent() != winner.file.parent() {
        return Ok(None);
    }
    let Some(tree) = reader.tree(&winner.file)? else { return Ok(None) };
    let entries = tree.documents.iter().flat_map(|document| items(document, &["images"]));
    let is_it = |entry: &&Node| {
        let own = entry.entries().unwrap_or_default().iter().map(|(_, value)| value).chain([*entry]);
        own.into_iter().any(|node| (node.line, node.column) == (winner.line, winner.column))
    };
    Ok(entries.filter(is_it).find_map(|entry| by_image(text(entry, &["name"])?)))
}

/// A reading whose place is what is built, as far as that can be told; an error that says which other place is.
fn decides(
    reader: &Reader<'_>,
    reading: Option<Reading>,
    tied: &Tied<'_, '_>,
    at: &RepoPath,
) -> Result<Option<Reading>, Error> {
    let Some(reading) = reading else { return Ok(None) };
    match effect(reader, &reading, tied, std::slice::from_ref(at))? {
        Effect::None(error, _) => Err(error),
        Effect::Has | Effect::Part(_) | Effect::CannotTell(_) => Ok(Some(reading)),
    }
}

/// Reads a pin and moves it in memory, on top of `edits`; `None` where the environment has no such place.
fn moved(
    files: &dyn Files,
    reader: &Reader<'_>,
    rule: &PinRule,
    at: &RepoPath,
    edits: &mut BTreeMap<RepoPath, Vec<Edit>>,
) -> Result<Option<Reading>, Error> {
    let Some(reading) = overlay::read(reader, rule, at, None)? else { return Ok(None) };
    let change = overlay::change(reader, rule, &reading, &another(reading.version.as_ref())?, DigestRule::Ask)?;
    let Some(bytes) = files.read(&change.file)? else { return Ok(None) };
    let all = edits.entry(change.file.clone()).or_default();
    let before = all.len();
    all.extend(change.edits);
    if let Err(fault) = apply(&bytes, all) {
        all.truncate(before);
        let message = format!("{}:{}:{}: {}", change.file, fault.line.max(1), fault.column.max(1), fault.message);
        return Err(Refusal::new(Code::CannotEdit, message).invalid());
    }
    Ok(Some(reading))
}

/// A version that is not the one that stands there, with a digest where that has one.
fn another(version: Option<&Version>) -> Result<Version, Error> {
    let tag = if version.and_then(Version::tag) == Some("0.0.1") { "0.0.2" } else { "0.0.1" };
    let digest = format!("sha256:{}", "0".repeat(64));
    let text = match version.map(|version| (version.tag(), version.digest())) {
        Some((None, Some(_))) => digest,
        Some((Some(_), Some(_))) => format!("{tag}@{digest}"),
        _ => tag.to_string(),
    };
    Ok(Version::new(text).map_err(anyhow::Error::from)?)
}

/// Where a pin does not work, and why.
fn told(rule: &PinRule, at: &RepoPath, why: &Refusal) -> (String, String) {
    let (place, reason) = placed(&why.message);
    let place = place.or_else(|| why.details.iter().find_map(|line| placed(line).0));
    let reason = format!("`{}` cannot be a pin: {reason}", rule.kind.identity());
    (place.unwrap_or_else(|| at.to_string()), reason)
}

/// `file:line` before a message, and the message without it.
fn placed(message: &str) -> (Option<String>, &str) {
    let found = (|| {
        let (place, rest) = message.split_once(": ")?;
        let mut parts = place.split(':');
        let (file, line) = (parts.next()?, parts.next()?);
        let is_place = !file.contains(' ') && line.parse::<u32>().is_ok();
        is_place.then(|| (format!("{file}:{line}"), rest))
    })();
    match found {
        Some((place, rest)) => (Some(place), rest),
        None => (None, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_tells_its_place() {
        assert_eq!(placed("a/b.yaml:3:5: no key"), (Some("a/b.yaml:3".into()), "no key"));
        for message in ["no key", "more than one: two", "a b:3: c"] {
            assert_eq!(placed(message), (None, message));
        }
    }
}
