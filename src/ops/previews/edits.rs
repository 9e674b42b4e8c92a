//! What is asked of instances, as the edits that do it on the tip that stands now: their files, their entries in the list, and
//! their records.

use std::collections::BTreeMap;

use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::plan::FileEdit;
use crate::domain::preview::{Preview, Slug};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::git::repo::Repo;
use crate::records::preview as records;

use crate::ops::landing::in_the_way;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

use super::asked::Asked;
use super::grounds::Grounds;
use super::made::{Ground, Wanted};
use super::register::{self, Item};

/// The edits of all that is asked of instances, on this tip.
///
/// # Errors
/// An instance cannot be made from its template, or would stand where something else does.
pub fn of(stack: &Stack, world: &World, asked: &[Asked]) -> Result<Vec<FileEdit>, Error> {
    let mut out = Vec::new();
    let mut listed: BTreeMap<&EnvName, (Vec<Item>, Vec<Item>)> = BTreeMap::new();
    for one in asked {
        let ground = ground(stack, world, &one.env)?;
        let there = records::one(world.files.as_ref(), &one.env, &one.slug)?.and_then(|file| file.preview.ok());
        let is = one.leaves(there.as_ref());
        if let Some(is) = &is {
            refuse_strangers(&ground, one, there.as_ref(), is)?;
        }
        out.extend(files(&ground, &one.slug, is.as_ref())?);
        out.extend(record(world, one, is.as_ref())?);
        let entries =
            |preview: Option<&Preview>| preview.map_or(Ok(Vec::new()), |one| ground.entries(&Wanted::of(one)));
        let come = entries(is.as_ref())?;
        let (gone, all) = listed.entry(&one.env).or_default();
        gone.extend(entries(there.as_ref())?.into_iter().filter(|item| !come.contains(item)));
        if is.is_none() && there.is_none() {
            // A leak has no record that tells its entry: as far as its folders do.
            gone.extend(leaked(&ground, &one.slug)?);
        }
        all.extend(come);
    }
    for (env, (gone, come)) in listed {
        out.extend(list(&ground(stack, world, env)?, &gone, &come)?);
    }
    out.retain(|edit: &FileEdit| edit.was != edit.becomes.as_deref().map(Repo::blob_id));
    Ok(out)
}

/// Nothing is made where something stands that no record says to be a preview, nor into the preview of another request.
fn refuse_strangers(ground: &Ground<'_>, asked: &Asked, there: Option<&Preview>, is: &Preview) -> Result<(), Error> {
    let place = is.place();
    let refused =
        |what: String| Refusal::new(Code::BadPlace, what).hint("give it another name: `--slug NAME`").invalid();
    let record = records::one(ground.world.files.as_ref(), &asked.env, &asked.slug)?;
    if record.is_none()
        && let Some(first) = ground.grounds.files(ground.world.files.as_ref(), &asked.slug)?.first()
    {
        return Err(refused(format!(
            "`{first}` stands where `{place}` would, and no record says that it is a preview"
        )));
    }
    let was = there.and_then(|there| there.request.as_ref());
    match (was, &is.request) {
        (Some(was), Some(is)) if was != is => {
            Err(refused(format!("`{place}` is of another request: {was}")).detail(format!("this one is {is}")))
        }
        _ => Ok(()),
    }
}

/// What instances of an environment are made from and on.
///
/// # Errors
/// It has none.
pub fn ground<'g>(stack: &'g Stack, world: &'g World, env: &EnvName) -> Result<Ground<'g>, Error> {
    let rules = stack.main.settings.environment(env).and_then(|env| Some((env, Grounds::of(env)?)));
    let Some((env, grounds)) = rules else {
        let what = format!("`{env}` lasts, and has no previews");
        return Err(Refusal::new(Code::Ephemeral, what).invalid());
    };
    Ok(Ground { templates: stack.main.files.as_ref(), world, env, grounds })
}

fn files(ground: &Ground<'_>, slug: &Slug, is: Option<&Preview>) -> Result<Vec<FileEdit>, Error> {
    let mut out = Vec::new();
    for (path, bytes) in is.map(|preview| ground.made(preview)).transpose()?.unwrap_or_default() {
        in_the_way::refuse(ground.world.files.as_ref(), &path)?;
        let was = ground.world.files.entry(&path)?.map(|entry| entry.id);
        out.push(FileEdit { path, was, becomes: Some(bytes) });
    }
    let gone = ground.gone(slug, &out)?;
    ground.refuse_taken(slug, &gone)?;
    out.extend(gone);
    Ok(out)
}

fn record(world: &World, asked: &Asked, is: Option<&Preview>) -> Result<Option<FileEdit>, Error> {
    let path = RepoPath::new(&Preview::path_of(&asked.env, &asked.slug)).map_err(anyhow::Error::from)?;
    in_the_way::refuse(world.files.as_ref(), &path)?;
    let was = world.files.entry(&path)?.map(|entry| entry.id);
    let becomes = is.map(records::render).transpose()?.map(String::into_bytes);
    Ok((was.is_some() || becomes.is_some()).then_some(FileEdit { path, was, becomes }))
}

/// The entries that an instance without a record has left.
fn leaked(ground: &Ground<'_>, slug: &Slug) -> Result<Vec<Item>, Error> {
    let Some(register) = &ground.grounds.rules.register else { return Ok(Vec::new()) };
    let bytes = register::read(ground.world.files.as_ref(), register)?;
    let all = register::entries(&bytes, register)?;
    let is_its = |item: &Item| register::slug_of(item, &register.entry).as_ref() == Some(slug);
    Ok(all.into_iter().filter(is_its).collect())
}

/// The list with these entries and without those.
fn list(ground: &Ground<'_>, gone: &[Item], come: &[Item]) -> Result<Option<FileEdit>, Error> {
    let Some(register) = &ground.grounds.rules.register else { return Ok(None) };
    let bytes = register::read(ground.world.files.as_ref(), register)?;
    let becomes = register::registered(&bytes, register, gone, come)?;
    let was = ground.world.files.entry(&register.file)?.map(|entry| entry.id);
    Ok(Some(FileEdit { path: register.file.clone(), was, becomes: Some(becomes) }))
}
