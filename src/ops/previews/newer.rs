//! What an instance runs already that is newer than what is asked for: the job of an older commit came late.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::AppName;
use crate::domain::refusal::Error;
use crate::domain::settings::Application;
use crate::records::preview as records;

use crate::ops::reading::sources::Sources;
use crate::ops::reading::world::World;

use super::asked::{Asked, What};

/// Leaves out of what is asked for an instance the applications of which it already runs a commit that comes after the wanted
/// one; told with the reason. Commits of which neither comes after the other (a branch was made anew) are no such.
///
/// # Errors
/// The tree or a source cannot be read.
pub fn leave_out(sources: &Sources<'_>, world: &World, asked: &mut Asked) -> Result<Vec<(AppName, String)>, Error> {
    let What::Made(making) = &mut asked.what else { return Ok(Vec::new()) };
    let there = records::one(world.files.as_ref(), &asked.env, &asked.slug)?.and_then(|file| file.preview.ok());
    let Some(there) = there.filter(|_| !making.allow_older) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for (name, part) in &making.applications {
        let runs = there.applications.get(name).and_then(|one| one.commit);
        if let (Some(mine), Some(runs)) = (part.commit, runs)
            && mine != runs
            && comes_after(sources, world.application(name)?, (runs, mine))? == Known::Is(true)
        {
            out.push((name.clone(), format!("already newer: {}", runs.short())));
        }
    }
    for (name, _) in &out {
        making.applications.remove(name);
    }
    Ok(out)
}

/// Whether one commit of a source comes after another one.
fn comes_after(
    sources: &Sources<'_>,
    app: &Application,
    (this, that): (CommitId, CommitId),
) -> Result<Known<bool>, Error> {
    match sources.of(app)? {
        Some(source) => source.is_ancestor(that, this),
        None => Ok(Known::CannotTell(format!("no source is configured for `{}`", app.name))),
    }
}
