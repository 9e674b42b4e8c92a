//! Instances that other rules would leave where nobody looks for them any more.

use std::sync::Arc;

use crate::domain::preview::{Orphans, PreviewFile, Slug};
use crate::domain::refusal::Error;
use crate::domain::settings::{Environment, Settings};
use crate::records::preview as records;

use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// The environments of the rules before whose instances the rules after would not find where they are. `here`: the branch of the
/// rules, as it becomes with them.
///
/// # Errors
/// A tree cannot be read.
pub fn of(
    stack: &Stack,
    (before, after): (&Arc<Settings>, &Arc<Settings>),
    here: &World,
) -> Result<Vec<Orphans>, Error> {
    let mut out = Vec::new();
    if Arc::ptr_eq(before, after) {
        return Ok(out);
    }
    for env in before.ephemeral().filter(|env| is_left(env, after.environment(&env.name))) {
        let own = stack.worlds().find(|world| env.branch.as_ref() == Some(&world.branch)).map(Arc::as_ref);
        let all = records::all(own.unwrap_or(here).files.as_ref())?.into_iter().filter_map(|file| file.place);
        let slugs: Vec<Slug> = all.filter(|(name, _)| *name == env.name).map(|(_, slug)| slug).collect();
        if !slugs.is_empty() {
            out.push(Orphans { env: env.name.clone(), slugs });
        }
    }
    Ok(out)
}

/// Whether an environment has its instances elsewhere then, or has none.
fn is_left(was: &Environment, is: Option<&Environment>) -> bool {
    let (Some(old), Some(is)) = (&was.ephemeral, is) else { return true };
    let Some(new) = &is.ephemeral else { return true };
    is.branch != was.branch || new.path != old.path || (old.register.is_some() && new.register != old.register)
}

/// The records on the branches of the stack that are of no environment which has instances.
///
/// # Errors
/// A tree cannot be read.
pub fn left(stack: &Stack) -> Result<Vec<PreviewFile>, Error> {
    let mut out = Vec::new();
    for world in stack.worlds() {
        let is_left =
            |file: &PreviewFile| file.place.as_ref().is_some_and(|(name, _)| !stack.main.settings.has_instances(name));
        out.extend(records::all(world.files.as_ref())?.into_iter().filter(is_left));
    }
    Ok(out)
}
