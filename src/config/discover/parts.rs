//! Makes applications of what was found in each layout: one name, one application, where the layouts agree.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::names::{AppName, EnvName};
use crate::domain::settings::{Application, PinRule};

use super::folders::is_past;
use super::found::{Origin, Part, UNSET};
use super::naming::shares;
use super::paths::stem;
use super::units::agree;
use super::{groups, instances, versions};

/// Applications of the parts: one name, one application, where its layouts do not meet in an environment or say the same.
pub fn applications(found: Vec<Part>, left_out: &mut Vec<(String, String)>) -> Vec<Application> {
    let mut by_name: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for one in found {
        by_name.entry(one.name.clone()).or_default().push(one);
    }
    let mut renamed: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for (name, parts) in by_name {
        // A team's name tells two applications apart only where there are two teams.
        let two = |part: &Part, other: &Part| part.team != other.team && quarrel(part, other);
        let apart = parts.iter().enumerate().any(|(at, part)| parts[..at].iter().any(|other| two(part, other)));
        for part in parts {
            let name = match part.team.as_ref().filter(|_| apart) {
                Some(team) => format!("{team}-{name}"),
                None => name.clone(),
            };
            renamed.entry(name).or_default().push(part);
        }
    }
    let mut out = Vec::new();
    for (name, mut parts) in renamed {
        instances::keep(&name, &mut parts, left_out);
        if parts.is_empty() {
            continue;
        }
        // The surest parts come first; what quarrels with them is left out.
        parts.sort_by_key(|part| (part.origin, !is_named(part), part.within.split('/').any(is_copy)));
        let mut kept: Vec<Part> = Vec::new();
        for part in parts {
            match kept.iter().find(|other| quarrel(&part, other)) {
                None => kept.push(part),
                // What is told of the base's image holds no longer.
                Some(_) if part.origin == Origin::Base => {
                    left_out.retain(|(place, reason)| *place != part.place || reason != UNSET);
                }
                Some(other) => {
                    let what = part.pins.first().map_or(String::new(), |rule| rule.kind.identity());
                    let is_replaced = other.origin == Origin::Images && !part.things.is_disjoint(&other.things);
                    let reason = if is_replaced && part.within.starts_with(&format!("{}/", other.within)) {
                        format!("what stands here for `{what}` is not what is built: {} decides", other.place)
                    } else if part.within == other.within {
                        format!(
                            "`{what}` is not of one version with the images of `{name}`, which were taken: declare an application of its own"
                        )
                    } else {
                        format!(
                            "`{what}` is not of one version with {}, which is `{name}` already: declare this one under a name of its own",
                            other.place
                        )
                    };
                    left_out.push((part.place, reason));
                }
            }
        }
        match AppName::new(name.as_str()) {
            Ok(app) => out.push(application(app, &kept, left_out)),
            Err(why) => left_out.extend(kept.iter().map(|part| (part.within.clone(), why.to_string()))),
        }
    }
    out
}

/// Whether two parts of one name cannot be one application: they meet in an environment and do not say the same there.
fn quarrel(one: &Part, other: &Part) -> bool {
    let meet = one.environments.iter().any(|env| other.environments.contains(env));
    let kustomized = |part: &Part| part.origin != Origin::Text;
    let teams = one.team != other.team && one.team.is_some() && other.team.is_some();
    let alike = (is_named(one) && is_named(other)) || !one.things.is_disjoint(&other.things);
    let apart = one.within != other.within && !alike;
    meet && ((kustomized(one) && kustomized(other)) || teams || apart || !agree(&one.versions, &other.versions))
}

/// Whether nothing that its pins name speaks against its name: what merely has the same version by chance is another's.
fn is_named(part: &Part) -> bool {
    part.things.is_empty() || part.things.iter().any(|thing| shares(&part.name, thing))
}

/// Whether a folder or a file is called as a copy of another one.
fn is_copy(name: &str) -> bool {
    is_past(stem(name).0)
}

fn application(name: AppName, parts: &[Part], left_out: &mut Vec<(String, String)>) -> Application {
    let tags: Vec<&str> = parts
        .iter()
        .flat_map(|part| &part.tags)
        .map(String::as_str)
        .filter(|tag| !tag.starts_with("sha256:"))
        .collect();
    let version = match versions::template(tags.iter().copied()) {
        Some(template) => template,
        None => {
            if let Some(tag) = tags.first() {
                let place = parts.first().map(|part| part.place.as_str()).unwrap_or_default();
                let reason = format!(
                    "versions of `{name}` such as `{tag}` do not tell their commit; `version:` stays `{{commit}}` until you set it"
                );
                left_out.push((place.to_string(), reason));
            }
            Default::default()
        }
    };
    let all: BTreeSet<&EnvName> = parts.iter().flat_map(|part| &part.environments).collect();
    let pins = parts
        .iter()
        .flat_map(|part| {
            let is_all = !part.limited && (parts.len() == 1 || all.iter().all(|env| part.environments.contains(env)));
            let environments = if is_all { Vec::new() } else { part.environments.clone() };
            part.pins.iter().map(move |rule| PinRule {
                environments: if rule.environments.is_empty() {
                    environments.clone()
                } else {
                    rule.environments.clone()
                },
                ..rule.clone()
            })
        })
        .collect();
    Application { version, members: groups::members(parts, left_out), ..Application::found(name, pins) }
}
