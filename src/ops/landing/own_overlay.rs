//! Under the overlay of which one application a changed path stands, where nothing else has to do with it: there its owners may sign.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Environment;
use crate::overlay::Reader;
use crate::overlay::beneath::beneath;

use crate::ops::reading::world::World;

/// The overlays of two worlds of one branch, before and after a change.
pub struct Overlays<'w> {
    sides: [&'w World; 2],
    main: &'w BranchName,
    /// What each overlay of a side builds on outside itself; looked for only where an owner could sign for a path.
    reached: OnceCell<Vec<Reached>>,
}

/// What one overlay builds on.
struct Reached {
    pair: (AppName, EnvName),
    paths: BTreeSet<RepoPath>,
}

impl<'w> Overlays<'w> {
    /// `main`: the branch of environments without one of their own.
    pub fn new(sides: [&'w World; 2], main: &'w BranchName) -> Self {
        Self { sides, main, reached: OnceCell::new() }
    }

    /// The application whose overlay a path stands under: in this one environment, by the rules before the change, and no other
    /// overlay has it or builds on it, before or after. `None` as well where that application has no owners.
    ///
    /// # Errors
    /// What the overlays build on cannot be read.
    pub fn whose(&self, path: &RepoPath, envs: &BTreeSet<EnvName>) -> Result<Option<AppName>, Error> {
        let [before, after] = self.sides;
        let (Some(env), 1) = (envs.first(), envs.len()) else { return Ok(None) };
        let here = |world: &World| -> Result<BTreeSet<(AppName, EnvName)>, Error> {
            let mut pairs: BTreeSet<_> = world.pairs_at(std::slice::from_ref(path))?.into_iter().collect();
            pairs.retain(|(_, env)| world.settings.environment(env).is_some_and(|env| self.lives_here(world, env)));
            Ok(pairs)
        };
        let known = here(before)?;
        let (Some(pair), 1) = (known.first(), known.len()) else { return Ok(None) };
        let has_owners = before.settings.application(&pair.0).is_some_and(|app| !app.rules.owners.is_empty());
        if pair.1 != *env || !has_owners || here(after)?.iter().any(|other| other != pair) {
            return Ok(None);
        }
        let others = self.reached()?.iter().filter(|one| one.pair != *pair);
        let is_shared = others.flat_map(|one| &one.paths).any(|known| path.is_within(known));
        Ok((!is_shared).then(|| pair.0.clone()))
    }

    fn lives_here(&self, world: &World, env: &Environment) -> bool {
        env.lives_on(&world.branch, self.main)
    }

    fn reached(&self) -> Result<&Vec<Reached>, Error> {
        if let Some(known) = self.reached.get() {
            return Ok(known);
        }
        let mut found = Vec::new();
        for world in self.sides {
            let reader = Reader::new(world.files.as_ref());
            let envs: Vec<&Environment> = world.settings.durable().filter(|env| self.lives_here(world, env)).collect();
            let apps = world.settings.applications.iter();
            let pairs = apps.flat_map(|app| envs.iter().map(move |env| (app, *env)));
            for (app, env) in pairs {
                let paths = beneath(&reader, &world.places(&[(app, env)])?)?;
                found.push(Reached { pair: (app.name.clone(), env.name.clone()), paths });
            }
        }
        Ok(self.reached.get_or_init(|| found))
    }
}
