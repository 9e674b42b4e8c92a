//! What is asked of instances, as the edits that do it on the tip that stands now: their files, their entries in the list, and
//! their records.

use std::collections::BTreeMap;

use crate::domain::names::EnvName;
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
        let file = records::one(world.files.as_ref(), &one.env, &one.slug)?;
        let is_recorded = file.is_some();
        let there = file.and_then(|file| file.preview.ok());
        let is = one.leaves(there.as_ref());
        if let Some(is) = &is {
            if !is_recorded {
                refuse_unrecorded(&ground, is)?;
            }
            refuse_another_request(there.as_ref(), is)?;
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
    let mut changing = Vec::new();
    for edit in out {
        if changes(world, &edit)? {
            changing.push(edit);
        }
    }
    Ok(changing)
}

/// Whether an edit leaves another file than stands there, or one that may be run where that may not.
fn changes(world: &World, edit: &FileEdit) -> Result<bool, Error> {
    let there = world.files.entry(&edit.path)?.map(|entry| entry.kind);
    let is_same_kind = || edit.becomes.is_none() || there == Some(edit.mode.makes(there));
    Ok(edit.was != edit.becomes.as_deref().map(Repo::blob_id) || !is_same_kind())
}

/// Nothing is made where something stands that no record says to be a preview.
fn refuse_unrecorded(ground: &Ground<'_>, is: &Preview) -> Result<(), Error> {
    match ground.grounds.files(ground.world.files.as_ref(), &is.slug)?.first() {
        Some(first) => {
            let place = is.place();
            Err(taken(format!("`{first}` stands where `{place}` would, and no record says that it is a preview")))
        }
        None => Ok(()),
    }
}

/// Nothing is made into the preview of another request.
fn refuse_another_request(there: Option<&Preview>, is: &Preview) -> Result<(), Error> {
    match (there.and_then(|there| there.request.as_ref()), &is.request) {
        (Some(was), Some(now)) if was != now => {
            Err(taken(format!("`{}` is of another request: {was}", is.place())).detail(format!("this one is {now}")))
        }
        _ => Ok(()),
    }
}

fn taken(what: String) -> Error {
    Refusal::new(Code::BadPlace, what).hint("give it another name: `--slug NAME`").invalid()
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
    for (path, edit) in is.map(|preview| ground.made(preview)).transpose()?.unwrap_or_default() {
        in_the_way::refuse(ground.world.files.as_ref(), &path)?;
        out.push(edit);
    }
    let gone = ground.gone(slug, &out)?;
    ground.refuse_taken(slug, &gone)?;
    out.extend(gone);
    Ok(out)
}

fn record(world: &World, asked: &Asked, is: Option<&Preview>) -> Result<Option<FileEdit>, Error> {
    let path = records::path(&asked.env, &asked.slug)?;
    in_the_way::refuse(world.files.as_ref(), &path)?;
    let edit = match is {
        Some(preview) => world.record(preview)?,
        None => world.edit(path, None)?,
    };
    Ok((edit.was.is_some() || edit.becomes.is_some()).then_some(edit))
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
    ground.world.edit(register.file.clone(), Some(becomes)).map(Some)
}
