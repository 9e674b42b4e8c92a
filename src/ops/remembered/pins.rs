//! The pins of many applications at once, for reading verbs: each place is looked at once, in parallel, and only where it is
//! not remembered what stands there.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::domain::files::read_ahead;
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::pin::Pin;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, Environment, PinRule};
use crate::overlay::Reader;

use crate::ops::reading::world::{Site, World};
use crate::ops::remembered::memo::Branch;
use crate::ops::remembered::place::{Ahead, Place, digest, look};

/// What an environment runs for an application, or why that cannot be read.
type Answer = Result<Option<Pin>, Error>;

/// A site and the identity of its rule.
struct Wanted<'s> {
    site: Site<'s>,
    rule: Cow<'s, str>,
}

/// What the environments run for the applications of these pairs, in their order.
pub fn read(world: &World, branch: &mut Branch, pairs: &[(&Application, &Environment)]) -> Vec<Answer> {
    let apps: HashMap<&AppName, &Application> = pairs.iter().map(|(app, _)| (&app.name, *app)).collect();
    let rules: HashMap<&AppName, Vec<String>> = apps
        .into_par_iter()
        .map(|(name, app)| (name, app.pins.iter().map(|rule| digest(&rule.kind)).collect()))
        .collect();
    let wanted: Vec<Option<Vec<Wanted<'_>>>> =
        pairs.par_iter().map(|(app, env)| wanted(world, app, env, rules.get(&app.name)?)).collect();
    let remembered = |branch: &Branch| -> Vec<Option<Option<Pin>>> {
        let pin = |((app, env), wanted): (&(&Application, &Environment), &Option<Vec<Wanted<'_>>>)| {
            recall(branch, app, env, wanted.as_ref()?)
        };
        pairs.par_iter().zip(&wanted).map(pin).collect()
    };
    let mut pins = remembered(branch);
    let mut missing: BTreeMap<&RepoPath, Vec<&Wanted<'_>>> = BTreeMap::new();
    for one in pins.iter().zip(&wanted).filter(|(pin, _)| pin.is_none()).flat_map(|(_, wanted)| wanted.iter().flatten())
    {
        missing.entry(&one.site.place).or_default().push(one);
    }
    if !missing.is_empty() {
        let missing: Vec<(&RepoPath, Vec<&Wanted<'_>>)> = missing.into_iter().collect();
        let places = &branch.places;
        let looked = read_ahead(
            &missing,
            |(place, _)| Ahead::read(world.files.as_ref(), place, None),
            |(place, wanted), ahead| {
                let rules: Vec<(&PinRule, &str)> =
                    wanted.iter().map(|one| (&*one.site.here, one.rule.as_ref())).collect();
                Some((place.to_string(), look(ahead?, places.get(place.as_str()), &rules)))
            },
        );
        let looked: Vec<(String, Place)> = looked.into_iter().flatten().collect();
        branch.is_new |= !looked.is_empty();
        branch.places.extend(looked);
        pins = remembered(branch);
    }
    branch.places.retain(|_, place| place.is_current);
    // What is still not known cannot be read, or stands where more than its own place decides.
    let answer = |(pin, (app, env)): (Option<Option<Pin>>, &(&Application, &Environment))| match pin {
        Some(pin) => Ok(pin),
        None => world.pin(&Reader::new(world.files.as_ref()), app, env),
    };
    pins.into_par_iter().zip(pairs).map(answer).collect()
}

fn wanted<'s>(world: &World, app: &'s Application, env: &Environment, rules: &'s [String]) -> Option<Vec<Wanted<'s>>> {
    let sites = world.sites(app, env).ok()?.into_iter();
    let known = |site: &Site<'_>| app.pins.iter().zip(rules).find(|(rule, _)| std::ptr::eq(*rule, site.rule));
    let rule = |site: &Site<'s>| match &site.here {
        Cow::Borrowed(_) => Some(Cow::Borrowed(known(site)?.1.as_str())),
        // What is found by the environment's name reads something else in each.
        Cow::Owned(here) => Some(Cow::Owned(digest(&here.kind))),
    };
    sites.map(|site| Some(Wanted { rule: rule(&site)?, site })).collect()
}

/// The pin from what is remembered of all its places.
fn recall(branch: &Branch, app: &Application, env: &Environment, wanted: &[Wanted<'_>]) -> Option<Option<Pin>> {
    let mut readings = Vec::new();
    for Wanted { site, rule } in wanted {
        let place = branch.places.get(site.place.as_str()).filter(|place| place.is_current)?;
        let (_, said) = place.said.iter().find(|(known, _)| known == rule)?;
        if let Some(said) = said {
            let key = app.key(site.rule, site.cluster.as_ref());
            readings.push(site.of(app, said.reading(&site.place, key)?));
        }
    }
    Some(Pin::of(&app.name, &env.name, readings))
}
