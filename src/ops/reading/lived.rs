//! Whether a commit of an application ever ran in an environment, by what landed there: what it ran as, or that nobody can tell.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::version::Version;
use crate::overlay::Reader;

use crate::ops::context::Context;
use crate::ops::reading::sources::{Named, Sources};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline;

/// The versions of that commit which ran there at any time, up to the base; none: it never did. All sites of the application agreed
/// on each of them, or it did not run as the environment's.
///
/// # Errors
/// The names mean nothing, or the clone cannot be read.
pub fn versions_of(
    context: &Context<'_>,
    stack: &Stack,
    sources: &Sources<'_>,
    (app, env): (&AppName, &EnvName),
    commit: CommitId,
) -> Result<Known<Vec<Version>>, Error> {
    let (world, environment) = stack.environment(env)?;
    let application = world.application(app)?;
    let walked = timeline::walk(context, stack, &world, &[(app.clone(), env.clone())], None)?;
    let mut stood: Vec<Version> = walked.of(app, env).rev().filter_map(|change| change.to.clone()).collect();
    let pin = world.pin(&Reader::new(world.files.as_ref()), application, &environment)?;
    // Where a shallow history shows no landing of it, it stands there all the same.
    stood.extend(pin.and_then(|pin| pin.version()));
    let (mut out, mut untold) = (Vec::<Version>::new(), None);
    let first = |(nth, version): &(usize, &Version)| !stood[..*nth].contains(version);
    for (_, version) in stood.iter().enumerate().filter(first) {
        match sources.named_or_missing(application, version)? {
            Named::Commit(id) if id == commit => out.push(version.clone()),
            Named::Commit(_) => {}
            Named::HandMade => {
                untold.get_or_insert(format!("{} stood there, and names no commit", version.short()));
            }
            Named::Missing(why) => {
                untold.get_or_insert(why);
            }
        }
    }
    if !out.is_empty() {
        return Ok(Known::Is(out));
    }
    Ok(match walked.why_cut(app, env).or(untold) {
        Some(why) => Known::CannotTell(why),
        None => Known::Is(out),
    })
}
