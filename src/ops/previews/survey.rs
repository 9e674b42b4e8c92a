//! Which instances there are: those that are recorded, and what is left of some that are not.

use std::collections::BTreeSet;

use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::preview::{Preview, PreviewFile, Slug};
use crate::domain::refusal::Error;
use crate::records::preview as records;

use crate::ops::reading::stack::Stack;

use super::edits;
use super::made::Wanted;
use super::orphans;
use super::register;

/// What was found of instances.
#[derive(Debug, Default)]
pub struct Survey {
    /// In the order of environments and names.
    pub recorded: Vec<Preview>,
    pub leaks: Vec<Leak>,
}

/// Something that no recorded instance accounts for, or a record of something that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    pub env: EnvName,
    /// `None`: what is there is the name of none.
    pub slug: Option<Slug>,
    pub path: RepoPath,
    /// What it is, as the end of a sentence that begins with its path.
    pub what: String,
}

/// Looks at the environments of these names, each on its own branch.
///
/// # Errors
/// A tree cannot be read.
pub fn of(stack: &Stack, envs: &[EnvName]) -> Result<Survey, Error> {
    let mut out = Survey::default();
    for env in envs {
        one(stack, env, &mut out)?;
    }
    // What is of no environment is told once: with the first, or where there is none.
    if first(stack).is_none_or(|first| envs.contains(&first)) {
        for PreviewFile { path, place, .. } in orphans::left(stack)? {
            let Some((env, slug)) = place else { continue };
            let what = format!(
                "records a preview of `{env}`, which has none by `stageline.yaml`: with `ephemeral:` back it can be destroyed, else the owners take it away with its folder"
            );
            out.leaks.push(Leak { env, slug: Some(slug), path, what });
        }
    }
    Ok(out)
}

fn one(stack: &Stack, env: &EnvName, out: &mut Survey) -> Result<(), Error> {
    let (world, _) = stack.any_environment(env)?;
    let ground = edits::ground(stack, &world, env)?;
    let files = world.files.as_ref();
    let mut recorded: BTreeSet<Slug> = BTreeSet::new();
    let mut listed = Vec::new();
    let mut leak = |slug: Option<&Slug>, path: &RepoPath, what: &str| {
        out.leaks.push(Leak { env: env.clone(), slug: slug.cloned(), path: path.clone(), what: what.to_string() });
    };
    for PreviewFile { path, place, preview } in records::all(files)? {
        let is_here = place.as_ref().is_some_and(|(named, _)| named == env);
        match (place, preview) {
            (Some((_, slug)), Ok(preview)) if is_here => {
                if ground.grounds.files(files, &slug)?.is_empty() {
                    leak(Some(&slug), &path, "records a preview whose folder is not there");
                }
                listed.extend(ground.entries(&Wanted::of(&preview))?);
                recorded.insert(slug);
                out.recorded.push(preview);
            }
            (Some((_, slug)), Err(why)) if is_here => {
                leak(Some(&slug), &path, &format!("is a record that cannot be read: {why}"));
                recorded.insert(slug);
            }
            // A name that is none of an instance is every environment's leak: it is told with the first.
            (None, Err(why)) if Some(env) == first(stack).as_ref() => leak(None, &path, &why),
            _ => {}
        }
    }
    for (slug, folder) in ground.grounds.slugs(files)? {
        if !recorded.contains(&slug) {
            leak(Some(&slug), &folder, "is the folder of a preview that is not recorded");
        }
    }
    if let Some(register) = &ground.grounds.rules.register
        && let Some(bytes) = files.read(&register.file)?
    {
        for item in register::entries(&bytes, register).unwrap_or_default() {
            let named = register::slug_of(&item, &register.entry).filter(|slug| !recorded.contains(slug));
            let lists = named.filter(|_| !listed.contains(&item));
            if let Some(slug) = lists
                && ground.grounds.files(files, &slug)?.is_empty()
            {
                leak(Some(&slug), &register.file, &format!("lists `{slug}`, which is not there"));
            }
        }
    }
    Ok(())
}

/// The first environment that has instances.
fn first(stack: &Stack) -> Option<EnvName> {
    stack.main.settings.ephemeral().next().map(|env| env.name.clone())
}
