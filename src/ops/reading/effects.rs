//! Which pins of the settings are not what is built, and which place is: what `config check` tells of all of them.

use std::sync::Arc;

use rayon::prelude::*;

use crate::domain::refusal::{Code, Error};
use crate::domain::settings::{Application, Environment, Settings};
use crate::overlay::above::{Reach, Tied};
use crate::overlay::effect::{Effect, effect};
use crate::overlay::{self, Reader};

use super::stack::Stack;
use super::world::World;

/// One line for each pin of these settings without effect at the tips of the stack's branches. Pins that cannot be read are
/// other verbs' to tell.
///
/// # Errors
/// A tree cannot be read.
pub fn told(stack: &Stack, settings: &Settings) -> Result<Vec<String>, Error> {
    let settings = Arc::new(settings.clone());
    let mut out = Vec::new();
    for env in settings.durable() {
        let lives = stack.environment(&env.name).map_or_else(|_| Arc::clone(&stack.main), |(world, _)| world);
        let world = lives.seen_with(Arc::clone(&settings));
        let reader = Reader::new(world.files.as_ref());
        let tied = Tied::new(&reader, &env.name, Reach::All);
        let each: Vec<Result<Vec<String>, Error>> =
            settings.applications.par_iter().map(|app| of_one(&world, &reader, &tied, (app, env))).collect();
        for told in each {
            out.extend(told?);
        }
    }
    Ok(out)
}

fn of_one(
    world: &World,
    reader: &Reader<'_>,
    tied: &Tied<'_, '_>,
    (app, env): (&Application, &Environment),
) -> Result<Vec<String>, Error> {
    let mut out = Vec::new();
    let failed = |error| match error {
        Error::Failed(error) => Err(Error::Failed(error)),
        _ => Ok(Vec::new()),
    };
    let sites = match world.sites(app, env) {
        Ok(sites) => sites,
        Err(error) => return failed(error),
    };
    let places: Vec<_> = sites.iter().map(|site| site.place.clone()).collect();
    for site in &sites {
        let reading = match overlay::read(reader, &site.here, &site.place, site.cluster.as_ref()) {
            Ok(Some(reading)) => reading,
            Ok(None) => continue,
            Err(error) => {
                failed(error)?;
                continue;
            }
        };
        let effect = match overlay::check(reader, &site.here, &reading) {
            Ok(()) => effect(reader, &reading, tied, &places)?,
            Err(error) if error.refusal().code == Code::NoSuchImage => Effect::None(error, None),
            Err(error) => {
                failed(error)?;
                continue;
            }
        };
        if let Effect::None(error, _) = effect {
            out.push(format!("`{}` in `{}`: {}", app.name, env.name, error.refusal().on_one_line()));
        }
    }
    Ok(out)
}
