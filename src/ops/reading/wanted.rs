//! The applications and environments that are looked at, by the worlds that they live in; those that are gone as well.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::NamePattern;

use crate::ops::context::Context;
use crate::ops::reading::gone;
use crate::ops::reading::lens::Pair;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// The pairs that were asked for, by the world they live in.
pub type Groups = Vec<(Arc<World>, Vec<Pair>)>;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// By name or by globs; empty: all.
    pub applications: Vec<NamePattern>,
    /// Empty: all.
    pub environments: Vec<EnvName>,
}

impl Wanted {
    /// The one application that was asked for by its name.
    pub fn only_application(&self) -> Option<AppName> {
        match self.applications.as_slice() {
            [one] => AppName::new(one.one()?).ok(),
            _ => None,
        }
    }

    /// The one environment that was asked for.
    pub fn only_environment(&self) -> Option<&EnvName> {
        match self.environments.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The same with each application that was named as it is called today; what stands for another one is said in the stack's
    /// notes, and the stack then knows those that are gone as well, where one of them is meant.
    ///
    /// # Errors
    /// One that was named never was there, or a shallow clone cannot tell.
    pub fn settled(mut self, context: &Context<'_>, stack: &mut Stack) -> Result<Self, Error> {
        for pattern in &mut self.applications {
            let Some(name) = pattern.one().and_then(|name| AppName::new(name).ok()) else { continue };
            let name = gone::shown(context, stack, &name)?;
            *pattern = NamePattern::new(name.as_str()).map_err(anyhow::Error::from)?;
        }
        let mut seen = BTreeSet::new();
        self.environments.retain(|env| seen.insert(env.clone()));
        Ok(self)
    }

    /// Takes the environments out that have instances, of which no overlay tells what runs; `true` beside them where nothing else was
    /// asked for.
    pub fn split(&mut self, stack: &Stack) -> (Vec<EnvName>, bool) {
        let has_instances = |name: &EnvName| stack.main.settings.has_instances(name);
        let (of_instances, lasting): (Vec<EnvName>, Vec<EnvName>) =
            std::mem::take(&mut self.environments).into_iter().partition(has_instances);
        let are_all = lasting.is_empty() && !of_instances.is_empty();
        self.environments = lasting;
        (of_instances, are_all)
    }

    /// The pairs that are meant.
    ///
    /// # Errors
    /// An environment is none, a glob means nothing, or a tree cannot be read.
    pub fn groups(&self, context: &Context<'_>, stack: &Stack) -> Result<Groups, Error> {
        let envs = if self.environments.is_empty() { stack.ordered() } else { self.environments.clone() };
        let mut out: Groups = Vec::new();
        for env in envs {
            let (world, _) = match stack.environment(&env) {
                Err(Error::Invalid(why)) if why.code == Code::NoSuchBranch && self.environments.is_empty() => continue,
                other => other?,
            };
            let world = if self.are_known(&world) { world } else { gone::with_gone(context, world)? };
            let apps = world.settings.applications.iter().map(|app| app.name.clone());
            let pairs =
                apps.filter(|app| NamePattern::take(&self.applications, app.as_str())).map(|app| (app, env.clone()));
            match out.iter_mut().find(|(known, _)| known.branch == world.branch) {
                Some((_, all)) => all.extend(pairs),
                None => out.push((Arc::clone(&world), pairs.collect())),
            }
        }
        self.refuse_what_means_nothing(context, stack, &out)?;
        Ok(out)
    }

    /// Whether a world has all that is meant without a look at its past.
    fn are_known(&self, world: &World) -> bool {
        let is_known = |pattern: &NamePattern| {
            let name = pattern.one().and_then(|name| AppName::new(name).ok());
            name.is_some_and(|name| world.settings.application(&name).is_some())
        };
        !self.applications.is_empty() && self.applications.iter().all(is_known)
    }

    fn refuse_what_means_nothing(&self, context: &Context<'_>, stack: &Stack, found: &Groups) -> Result<(), Error> {
        let globs = self.applications.iter().filter(|pattern| pattern.one().is_none());
        for glob in globs {
            let is_one = |(app, _): &Pair| glob.matches(app.as_str());
            if found.iter().any(|(_, pairs)| pairs.iter().any(is_one)) {
                continue;
            }
            if context.repo.is_shallow() && !stack.main.settings.families.is_empty() {
                return Err(gone::hidden(context, glob.as_str()));
            }
            let what = format!("no application is or was called like `{}`", glob.as_str());
            return Err(Refusal::new(Code::NoSuchApplication, what).hint("see `stageline status`").invalid());
        }
        Ok(())
    }
}
