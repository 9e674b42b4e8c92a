//! Proves what discovery proposes by the very code that reads and writes pins. Only `init` asks for it: all files are read.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::files::Files;
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, DigestRule, Environment, PinRule, Settings};
use crate::domain::version::Version;
use crate::overlay::{self, Reader};
use crate::yaml::edit::{Edit, apply};

use super::order::stack;

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
    let environments = &settings.environments;
    let proofs: Vec<Result<Proof, Error>> =
        settings.applications.par_iter().map(|application| prove(files, &reader, application, environments)).collect();
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
        settings.environments = stack(used.into_iter().collect());
    }
    Ok(lines)
}

fn prove(
    files: &dyn Files,
    reader: &Reader<'_>,
    application: &Application,
    environments: &[Environment],
) -> Result<Proof, Error> {
    let mut out = Proof::default();
    let mut works: Vec<Vec<(EnvName, Place)>> = vec![Vec::new(); application.pins.len()];
    let mut fails = vec![false; application.pins.len()];
    for environment in environments {
        // The pins of one application move together, so that one edit may not be in another's way.
        let mut edits: BTreeMap<RepoPath, Vec<Edit>> = BTreeMap::new();
        for (nth, rule) in application.pins.iter().enumerate().filter(|(_, rule)| rule.serves(environment)) {
            let at = overlay::place(rule, &application.name, &environment.name, None)?;
            match moved(files, reader, rule, &at, &mut edits) {
                Ok(None) => {}
                Ok(Some(reading)) => {
                    works[nth]
                        .push((environment.name.clone(), (reading.site.file, reading.site.line, reading.site.column)));
                }
                Err(Error::Failed(error)) => return Err(error.into()),
                Err(error) => {
                    fails[nth] = true;
                    out.left_out.push(told(rule, &at, &error.refusal()));
                }
            }
        }
    }
    for ((rule, works), fails) in application.pins.iter().zip(works).zip(fails) {
        if !works.is_empty() {
            let only = works.iter().map(|(env, _)| env.clone());
            let environments = if fails { only.collect() } else { rule.environments.clone() };
            out.works.push((PinRule { environments, ..rule.clone() }, works));
        }
    }
    Ok(out)
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
