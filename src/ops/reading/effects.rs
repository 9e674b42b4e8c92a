//! Which pins of the settings are not what is built, and which place is: what `config check` tells of all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::domain::address::Whose;
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error};
use crate::domain::settings::{Application, Environment, Settings, SourceAddress};
use crate::git::own::Own;
use crate::overlay::above::{Reach, Tied};
use crate::overlay::effect::{Effect, effect};
use crate::overlay::here::Here;
use crate::overlay::{self, Reader, same_repository};

use super::stack::Stack;
use super::world::World;

/// One line for each pin of these settings without effect at the tips of the stack's branches, or that cannot be read there; and
/// for each application that is found in no environment. `own`: what the config repository is known by.
///
/// # Errors
/// A tree cannot be read.
pub fn told(stack: &Stack, own: &Own, settings: &Settings) -> Result<Vec<String>, Error> {
    let settings = Arc::new(settings.clone());
    let whose = whose(own, &settings);
    let (mut out, mut found) = (Vec::new(), BTreeSet::new());
    for env in settings.durable() {
        let lives = stack.environment(&env.name).map_or_else(|_| Arc::clone(&stack.main), |(world, _)| world);
        let world = lives.seen_with(Arc::clone(&settings));
        let reader = Reader::new(world.files.as_ref());
        let tied = Tied::new(&reader, here(&env.name, &settings).by(&whose), Reach::All);
        let each: Vec<Result<Vec<Told>, Error>> =
            settings.applications.par_iter().map(|app| of_one(&world, &reader, &tied, (app, env))).collect();
        for (app, told) in settings.applications.iter().zip(each) {
            let told = told?;
            if !told.is_empty() {
                found.insert(&app.name);
            }
            out.extend(told.into_iter().filter_map(|told| match told {
                Told::Works => None,
                Told::Fails(why) => Some(format!("`{}` in `{}`: {why}", app.name, env.name)),
            }));
        }
    }
    let lost = settings.applications.iter().filter(|app| !found.contains(&app.name));
    out.extend(lost.map(|app| format!("`{}` is found in no environment: no place of its pins is there", app.name)));
    Ok(out)
}

/// An environment among those of the settings.
pub fn here<'s>(env: &'s EnvName, settings: &'s Settings) -> Here<'s> {
    Here::of(env, settings.environments.iter().map(|env| &env.name))
}

/// Tells whose repository an address leads to: that of an application's source is never the config repository.
pub fn whose<'s>(own: &'s Own, settings: &'s Settings) -> impl Fn(&str) -> Whose + Sync + 's {
    |address| {
        let mut sources = settings.applications.iter().filter_map(|app| app.source.as_ref());
        match sources.any(|source| same_repository(&source.0, address)) && !own.is(&SourceAddress(address.to_string()))
        {
            true => Whose::Another,
            false => own.whose(address),
        }
    }
}

/// One line for each environment in which two applications, or two environments, reach one scalar.
///
/// # Errors
/// A tree cannot be read.
pub fn shared(stack: &Stack) -> Result<Vec<String>, Error> {
    let mut out = Vec::new();
    for env in stack.main.settings.durable() {
        let Ok((world, env)) = stack.environment(&env.name) else { continue };
        let names: Vec<&AppName> = world.settings.applications.iter().map(|app| &app.name).collect();
        match world.refuse_shared(&names, &env) {
            Err(Error::Failed(error)) => return Err(Error::Failed(error)),
            Err(error) => out.push(error.refusal().on_one_line()),
            Ok(()) => {}
        }
    }
    out.dedup();
    Ok(out)
}

/// What becomes of one pin where it stands.
enum Told {
    Works,
    Fails(String),
}

/// What becomes of each pin of a pair, where there is a place for it.
fn of_one(
    world: &World,
    reader: &Reader<'_>,
    tied: &Tied<'_, '_>,
    (app, env): (&Application, &Environment),
) -> Result<Vec<Told>, Error> {
    let mut out = Vec::new();
    let failed = |error| match error {
        Error::Failed(error) => Err(Error::Failed(error)),
        error => Ok(Told::Fails(error.refusal().on_one_line())),
    };
    let sites = match world.sites(app, env) {
        Ok(sites) => sites,
        Err(error) => return failed(error).map(|told| vec![told]),
    };
    let places: Vec<_> = sites.iter().map(|site| site.place.clone()).collect();
    for site in &sites {
        let reading = match overlay::read(reader, &site.here, &site.place, site.cluster.as_ref()) {
            Ok(Some(reading)) => reading,
            Ok(None) => continue,
            Err(error) => {
                out.push(failed(error)?);
                continue;
            }
        };
        let effect = match overlay::check(reader, &site.here, &reading) {
            Ok(()) => effect(reader, &reading, tied, &places)?,
            Err(error) if error.refusal().code == Code::NoSuchImage => Effect::None(error, None),
            Err(error) => {
                out.push(failed(error)?);
                continue;
            }
        };
        out.push(match effect {
            Effect::None(error, _) => Told::Fails(error.refusal().on_one_line()),
            _ => Told::Works,
        });
    }
    Ok(out)
}
