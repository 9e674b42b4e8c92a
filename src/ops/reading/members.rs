//! Which applications are meant: by name, by a glob, or all of them; and which that families find by their places are none.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::domain::names::AppName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, Environment, Family, NamePattern, NoMember, PinRule, Settings};
use crate::overlay::{self, Reader};

use super::stack::Stack;
use super::world::World;

/// Members of families that are found by their places alone: their pin stands in no environment, so they are somebody else's.
///
/// # Errors
/// A tree cannot be read.
pub fn strangers(stack: &Stack) -> Result<BTreeSet<AppName>, Error> {
    let members: Vec<&Application> =
        stack.main.settings.applications.iter().filter(|app| app.family.is_some()).collect();
    if members.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut places = Vec::new();
    for env in stack.main.settings.durable() {
        match stack.environment(&env.name) {
            Ok(place) => places.push(place),
            Err(Error::Invalid(why)) if why.code == Code::NoSuchBranch => {}
            Err(error) => return Err(error),
        }
    }
    let places: Vec<(&World, Reader<'_>, &Environment)> =
        places.iter().map(|(world, env)| (&**world, Reader::new(world.files.as_ref()), env)).collect();
    let is_stranger = |app: &&Application| -> Result<Option<AppName>, Error> {
        for (world, reader, env) in &places {
            if stands(world, reader, app, env)? {
                return Ok(None);
            }
        }
        Ok(Some(app.name.clone()))
    };
    let found: Vec<Option<AppName>> = members.par_iter().map(is_stranger).collect::<Result<_, Error>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// Whether the pin that finds a member stands in an environment, or cannot be read there.
fn stands(world: &World, reader: &Reader<'_>, app: &Application, env: &Environment) -> Result<bool, Error> {
    let finder = PinRule::finder(app.pins.iter().filter(|pin| pin.serves(env)));
    let sites = match world.sites(app, env) {
        Ok(sites) => sites,
        Err(Error::Invalid(_) | Error::Refused(_)) => return Ok(true),
        Err(error) => return Err(error),
    };
    for site in sites.iter().filter(|site| finder.is_some_and(|finder| std::ptr::eq(finder, site.rule))) {
        match overlay::read(reader, &site.here, &site.place, site.cluster.as_ref()) {
            Ok(None) => {}
            Ok(Some(reading)) if reading.version.is_some() || overlay::check(reader, &site.here, &reading).is_ok() => {
                return Ok(true);
            }
            Ok(Some(_)) => {}
            Err(Error::Invalid(why) | Error::Refused(why)) => {
                if !overlay::is_lack(reader, &site.here, &site.place, &why) {
                    return Ok(true);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// The applications of a world that a name or a glob means.
///
/// # Errors
/// There is none.
pub fn named<'w>(stack: &Stack, world: &'w World, pattern: &NamePattern) -> Result<Vec<&'w Application>, Error> {
    if let Some(name) = pattern.one().and_then(|name| AppName::new(name).ok()) {
        return Ok(vec![world.application(&name)?]);
    }
    let strangers = strangers(stack)?;
    let fits = |app: &&Application| pattern.matches(app.name.as_str()) && !strangers.contains(&app.name);
    let all: Vec<&Application> = world.settings.applications.iter().filter(fits).collect();
    if all.is_empty() {
        let what = format!("no application is called like `{}`", pattern.as_str());
        return Err(Refusal::new(Code::NoSuchApplication, what).hint("see `stageline status`").invalid());
    }
    Ok(all)
}

/// The same where they are only looked at: one of a group stands for its group, and a note says so.
///
/// # Errors
/// There is none.
pub fn shown<'w>(
    stack: &Stack,
    world: &'w World,
    pattern: &NamePattern,
) -> Result<(Vec<&'w Application>, Option<String>), Error> {
    match pattern.one().and_then(|name| AppName::new(name).ok()) {
        Some(name) => world.shown(&name).map(|(app, note)| (vec![app], note)),
        None => Ok((named(stack, world, pattern)?, None)),
    }
}

/// One line for each thing that families find by its place, and in which their pin stands nowhere.
pub fn told_strangers(stack: &Stack, strangers: &BTreeSet<AppName>) -> Vec<String> {
    let line = |name: &AppName| {
        let app = stack.main.settings.application(name);
        let pin =
            app.and_then(|app| PinRule::finder(app.pins.iter())).map_or(String::new(), |rule| rule.kind.identity());
        format!("`{name}` is no application: `{pin}` stands in no environment")
    };
    strangers.iter().map(line).collect()
}

/// An error where families cannot tell which applications there are, or which of two is one: what is said of all would be a
/// guess.
pub fn refuse_unclear(stack: &Stack) -> Option<Refusal> {
    let first = told(stack).into_iter().next()?;
    let refusal = Refusal::new(Code::NoMember, format!("cannot tell of all applications: {first}"));
    Some(refusal.hint("see `stageline config check`; or name the applications that are meant"))
}

/// The families that find no application in the trees that the settings are of: where each looks, and that it does.
pub fn families_of_none(settings: &Settings) -> Vec<(String, String)> {
    let has_members =
        |nth: usize| settings.applications.iter().any(|app| app.family.as_ref().is_some_and(|of| of.family == nth));
    let lost = settings.families.iter().enumerate().filter(|(nth, _)| !has_members(*nth));
    let place = |family: &Family| family.finder().map_or_else(String::new, |pin| pin.within.clone());
    lost.map(|(_, family)| (place(family), format!("the family `{}` finds no application", family.each.0))).collect()
}

/// One line for each thing that families find and that is no application.
pub fn told(stack: &Stack) -> Vec<String> {
    let line = |one: &NoMember| {
        let places: Vec<String> = one.places.iter().map(|place| format!("`{place}`")).collect();
        match places.is_empty() {
            true => format!("`{}`: {}", one.name, one.why),
            false => format!("`{}` ({}) is no application: {}", one.name, places.join(", "), one.why),
        }
    };
    stack.main.settings.no_members.iter().map(line).collect()
}
