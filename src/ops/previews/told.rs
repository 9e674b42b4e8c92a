//! What a change does to instances: each that is exactly what its template, its record and the rules give is told as one that
//! came, moved or went; of any other, what shows that it is not.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Entry, EntryKind};
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::pin::{Assignment, PinMove, SiteKey, SiteMove};
use crate::domain::plan::Proposal;
use crate::domain::preview::{InstanceChange, Preview, PreviewFile, Previewed, Slug};
use crate::domain::refusal::Error;
use crate::domain::settings::Environment;
use crate::git::repo::Repo;
use crate::records::preview as records;
use crate::records::record::{Record as _, render};

use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

use super::grounds::Grounds;
use super::made::{Ground, Wanted};
use super::orphans;
use super::pages;
use super::register::{self, Item};

/// A proposal with what it does to instances. Templates, folders, limits are those of the main branch as it stands.
///
/// # Errors
/// A tree cannot be read.
pub fn with(stack: &Stack, (before, after): (&World, &World), mut proposal: Proposal) -> Result<Proposal, Error> {
    let rules = &stack.main.settings;
    if before.branch == stack.main.branch {
        proposal.orphans = orphans::of(stack, (&before.settings, &after.settings), after)?;
    }
    for env in rules.environments.iter().filter(|env| stack.lives_on(rules, &env.name, &before.branch)) {
        let Some(grounds) = Grounds::of(env) else { continue };
        let mut slugs = touched(&grounds, &proposal);
        slugs.extend(relisted(&grounds, (before, after), &proposal)?);
        if slugs.is_empty() {
            continue;
        }
        let ground = Ground { templates: stack.main.files.as_ref(), world: before, env, grounds };
        Told { ground, after, env }.add(&slugs, &mut proposal)?;
    }
    Ok(proposal)
}

/// The instances of an environment that a changed path is of.
fn touched(grounds: &Grounds<'_>, proposal: &Proposal) -> BTreeSet<Slug> {
    proposal.others.iter().filter_map(|other| instance_of(grounds, &other.path)).collect()
}

/// The instance that a path is of, or records.
fn instance_of(grounds: &Grounds<'_>, path: &RepoPath) -> Option<Slug> {
    let recorded = Preview::of(path).filter(|(env, _)| env == grounds.env).map(|(_, slug)| slug);
    recorded.or_else(|| grounds.owner(path))
}

/// The instances whose entries came to the list or went from it.
fn relisted(
    grounds: &Grounds<'_>,
    (before, after): (&World, &World),
    proposal: &Proposal,
) -> Result<BTreeSet<Slug>, Error> {
    let register = grounds.rules.register.as_ref();
    let changed = register.filter(|register| proposal.others.iter().any(|other| other.path == register.file));
    let Some(register) = changed else { return Ok(BTreeSet::new()) };
    let read = |world: &World| {
        let bytes = world.files.read(&register.file)?.unwrap_or_default();
        Ok::<_, Error>(register::entries(&bytes, register).unwrap_or_default())
    };
    let (old, new) = (read(before)?, read(after)?);
    let apart = |these: &[Item], those: &[Item]| {
        let slug = |item: &Item| register::slug_of(item, &register.entry);
        these.iter().filter(|item| !those.contains(item)).filter_map(slug).collect::<Vec<_>>()
    };
    Ok(apart(&old, &new).into_iter().chain(apart(&new, &old)).collect())
}

/// One environment's instances before and after.
struct Told<'t> {
    ground: Ground<'t>,
    after: &'t World,
    env: &'t Environment,
}

/// What one instance became.
struct Became {
    slug: Slug,
    was: Option<Preview>,
    is: Option<Preview>,
}

impl Told<'_> {
    fn add(&self, slugs: &BTreeSet<Slug>, proposal: &mut Proposal) -> Result<(), Error> {
        let mut good = Vec::new();
        for slug in slugs {
            match self.became(slug)? {
                Ok(became) => good.push(became),
                Err((path, why)) => {
                    proposal.unmade.insert(path, why);
                }
            }
        }
        if let Some(why) = self.listed(&good)? {
            for one in good {
                proposal.unmade.insert(self.record(&one.slug)?, why.clone());
            }
            return Ok(());
        }
        let count = self.count()?;
        let done: BTreeSet<Slug> = good.iter().map(|one| one.slug.clone()).collect();
        for one in good.into_iter().filter(|one| one.was.is_some() || one.is.is_some()) {
            let record = self.record(&one.slug)?;
            proposal.moves.extend(self.moves(&one, &record));
            let Became { slug, was, is } = one;
            proposal.instances.push(InstanceChange { env: self.env.name.clone(), slug, record, was, is, count });
        }
        let register = self.ground.grounds.rules.register.as_ref().map(|register| &register.file);
        let is_made = |path: &RepoPath| {
            let slug = instance_of(&self.ground.grounds, path);
            slug.is_some_and(|slug| done.contains(&slug)) || (Some(path) == register && !done.is_empty())
        };
        let made: Vec<RepoPath> =
            proposal.others.iter().map(|other| other.path.clone()).filter(|path| is_made(path)).collect();
        proposal.made.extend(made);
        Ok(())
    }

    fn record(&self, slug: &Slug) -> Result<RepoPath, Error> {
        records::path(&self.env.name, slug)
    }

    /// How many instances there are then.
    fn count(&self) -> Result<usize, Error> {
        let all = records::all(self.after.files.as_ref())?;
        let is_here = |file: &&PreviewFile| file.place.as_ref().is_some_and(|(env, _)| *env == self.env.name);
        Ok(all.iter().filter(is_here).count())
    }

    /// What became of an instance, or the path that shows that it is not what it should be, and why.
    fn became(&self, slug: &Slug) -> Result<Result<Became, (RepoPath, String)>, Error> {
        let record = self.record(slug)?;
        let read = |world: &World| records::one(world.files.as_ref(), &self.env.name, slug);
        let was = read(self.ground.world)?.and_then(|file| file.preview.ok());
        let is = match read(self.after)? {
            None => None,
            Some(PreviewFile { preview: Err(why), .. }) => {
                return Ok(Err((record, format!("it cannot be read: {why}"))));
            }
            Some(PreviewFile { preview: Ok(preview), .. }) => Some(preview),
        };
        if let Some(why) = is.as_ref().map(|preview| self.odd_record(&record, preview)).transpose()?.flatten() {
            return Ok(Err((record, why)));
        }
        let is_recorded = |world: &World| Ok::<_, Error>(world.files.entry(&record)?.is_some());
        if !is_recorded(self.ground.world)? {
            let there = self.ground.grounds.files(self.ground.world.files.as_ref(), slug)?;
            if let Some(first) = there.into_iter().next() {
                return Ok(Err((first, "no record says that what stood there is a preview".to_string())));
            }
        }
        let is_plain = |path: &RepoPath| {
            Ok::<_, Error>(self.after.files.entry(path)?.is_none_or(|entry| entry.kind == EntryKind::File))
        };
        if !is_plain(&record)? {
            return Ok(Err((record, "it is no plain file".to_string())));
        }
        if let Some(why) = self.ground.takes_others(slug)? {
            return Ok(Err((record, why)));
        }
        let there = self.ground.grounds.files(self.after.files.as_ref(), slug)?;
        let made = match &is {
            None => BTreeMap::new(),
            Some(preview) => match self.ground.made(preview) {
                Ok(made) => made,
                Err(why) => return Ok(Err((record, why.answer()?.on_one_line()))),
            },
        };
        for path in &there {
            let Some(edit) = made.get(path) else {
                let why = if is.is_some() { "the template gives no such file" } else { "it has no record" };
                return Ok(Err((path.clone(), why.to_string())));
            };
            let entry = self.after.files.entry(path)?;
            let is_its = |entry: &Entry| Some(entry.id) == edit.becomes.as_deref().map(Repo::blob_id);
            let Some(entry) = entry.filter(is_its) else {
                return Ok(Err((path.clone(), "it is not what the template gives".to_string())));
            };
            if entry.kind != edit.mode.makes(None) {
                let why = "whether it may be run is not what the template gives";
                return Ok(Err((path.clone(), why.to_string())));
            }
        }
        match made.keys().find(|path| !there.contains(path)) {
            Some(path) => Ok(Err((record, format!("`{path}`, which the template gives, is not there")))),
            None => Ok(Ok(Became { slug: slug.clone(), was, is })),
        }
    }

    /// Why a record is none that the tool would write; `None`: it is.
    fn odd_record(&self, path: &RepoPath, preview: &Preview) -> Result<Option<String>, Error> {
        let text = self.after.files.read(path)?;
        if text.as_deref() != Some(render(preview)?.as_bytes()) {
            return Ok(Some("it is not written as `stageline preview create` writes it".to_string()));
        }
        let settings = &self.ground.world.settings;
        let of = preview.applications.keys().filter_map(|name| settings.application(name));
        let is_known = preview.request.as_ref().is_none_or(|page| pages::is_of_any(settings, of, page));
        Ok((!is_known).then(|| "its request is at no source of what it runs".to_string()))
    }

    /// Why the list of instances is not as it was but for the entries of these; `None`: it is, or there is none.
    fn listed(&self, all: &[Became]) -> Result<Option<String>, Error> {
        let Some(register) = &self.ground.grounds.rules.register else { return Ok(None) };
        let entries = |preview: Option<&Preview>| {
            preview.map_or(Ok(Vec::new()), |preview| self.ground.entries(&Wanted::of(preview)))
        };
        let (mut come, mut gone) = (Vec::new(), Vec::new());
        let is_over = |item: &Item| {
            let slug = register::slug_of(item, &register.entry);
            all.iter().any(|one| one.is.is_none() && Some(&one.slug) == slug.as_ref())
        };
        for one in all {
            let is = entries(one.is.as_ref())?;
            gone.extend(entries(one.was.as_ref())?.into_iter().filter(|item| !is.contains(item)));
            come.extend(is);
        }
        let kind = |world: &World| Ok::<_, Error>(world.files.entry(&register.file)?.map(|entry| entry.kind));
        if kind(self.ground.world)? != kind(self.after)? {
            return Ok(Some(format!("`{}`, which lists the instances, is another kind of file", register.file)));
        }
        let read = |world: &World| world.files.read(&register.file);
        let (Some(old), Some(new)) = (read(self.ground.world)?, read(self.after)?) else {
            return Ok(Some(format!("`{}`, which lists the instances, is not there", register.file)));
        };
        // What nobody recorded may have left its entry.
        gone.extend(register::entries(&old, register).unwrap_or_default().into_iter().filter(is_over));
        // Several that came are told in the order in which they stand there.
        let order = register::entries(&new, register).unwrap_or_default();
        come.sort_by_key(|item| order.iter().position(|one| one == item).unwrap_or(usize::MAX));
        let wanted = match register::registered(&old, register, &gone, &come) {
            Ok(wanted) => wanted,
            Err(why) => return Ok(Some(why.answer()?.on_one_line())),
        };
        Ok((wanted != new).then(|| format!("`{}` has another change than its entry", register.file)))
    }

    /// The moves of the pins of an instance, by the file that records them.
    fn moves(&self, one: &Became, record: &RepoPath) -> Vec<PinMove> {
        let apps = |preview: &Option<Preview>| {
            preview.as_ref().map(|preview| preview.applications.clone()).unwrap_or_default()
        };
        let (was, is) = (apps(&one.was), apps(&one.is));
        let names: BTreeSet<&AppName> = was.keys().chain(is.keys()).collect();
        let said = |app: Option<&Previewed>| app.map(|app| Assignment::recorded(&app.pins)).unwrap_or_default();
        let moved = |app: &AppName| {
            let (old, new) = (said(was.get(app)), said(is.get(app)));
            let keys: BTreeSet<SiteKey> = old.keys().chain(new.keys()).cloned().collect();
            let site = |key: SiteKey| {
                let (from, to) = (old.get(&key).cloned(), new.get(&key).cloned());
                (from != to).then(|| SiteMove { key, file: record.clone(), from, to })
            };
            let sites: Vec<SiteMove> = keys.into_iter().filter_map(site).collect();
            (!sites.is_empty()).then(|| PinMove {
                app: app.clone(),
                env: self.env.name.clone(),
                instance: Some(one.slug.clone()),
                recorded: is.get(app).and_then(|one| one.commit),
                request: self.request(app, one.is.as_ref()),
                from: old.agreed(),
                to: new.agreed(),
                was: old,
                is: new,
                sites,
            })
        };
        names.into_iter().filter_map(moved).collect()
    }

    /// The number of the request that an instance is of, where it is one of this application's source.
    fn request(&self, app: &AppName, is: Option<&Preview>) -> Option<u64> {
        let settings = &self.ground.world.settings;
        pages::number(settings, settings.application(app)?, is?.request.as_deref()?)
    }
}
