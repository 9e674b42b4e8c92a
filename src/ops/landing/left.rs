//! The holds of commits that a rollback leaves, beside those of pins: one for each commit that it goes back from.

use std::collections::BTreeSet;

use crate::domain::commit::{CommitId, Known};
use crate::domain::hold::{Cover, Hold};
use crate::domain::pin::Assignment;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, Environment};
use crate::domain::version::Version;

use crate::ops::context::Context;
use crate::ops::landing::intent::Goal;
use crate::ops::reading::contained;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;

/// The holds of the commits that a goal leaves, like that of its pin. A version whose commit is not known leaves none, and neither
/// does one that goes on running in what comes. A source that cannot be asked keeps nobody from going back.
///
/// # Errors
/// Something broke here.
pub fn holds(
    context: &Context<'_>,
    stack: &Stack,
    sources: &Sources<'_>,
    (app, env): (&Application, &Environment),
    (goal, pin): (&Goal, &Hold),
) -> Result<Vec<Hold>, Error> {
    let commits = if_asked(sources, app, gone(sources, (app, env), goal))?.unwrap_or_default();
    let mut out = Vec::new();
    for commit in commits {
        let found = contained::held(context, stack, sources, (app, Some(&env.name)), commit, Vec::new());
        let Some(held) = if_asked(sources, app, found)? else { continue };
        let cover = Cover { commit: Some(commit), ..pin.cover.clone() };
        out.push(Hold { cover, held: Some(held), ..pin.clone() });
    }
    Ok(out)
}

/// An answer of the source, where it gives one.
fn if_asked<T>(sources: &Sources<'_>, app: &Application, answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Err(Error::Failed(error)) => Err(Error::Failed(error)),
        answer => Ok(sources.if_asked(&app.name, answer)),
    }
}

/// The commits that go: those of versions that stood there, without what the versions that come contain.
fn gone(
    sources: &Sources<'_>,
    (app, env): (&Application, &Environment),
    goal: &Goal,
) -> Result<BTreeSet<CommitId>, Error> {
    let Some(source) = sources.of(app)? else { return Ok(BTreeSet::new()) };
    let (left, comes) = ends(goal);
    let ids = |all: &BTreeSet<Version>| {
        let each = all.iter().map(|version| sources.commit_of(app, Some(version)));
        each.collect::<Result<Vec<_>, _>>().map(|ids| ids.into_iter().flatten().collect::<BTreeSet<_>>())
    };
    let (left, comes) = (ids(&left)?, ids(&comes)?);
    let mut out = BTreeSet::new();
    for commit in left {
        let mut stays = false;
        for other in &comes {
            stays |= source.is_ancestor(commit, *other)? != Known::Is(false);
            // Where content stands for a commit, a hold of this one would hold that one.
            stays |= !env.rules.same_tree.is_empty() && source.content(commit)? == source.content(*other)?;
        }
        if !stays {
            out.insert(commit);
        }
    }
    Ok(out)
}

/// What sites say that move, and what they come to say.
fn ends(goal: &Goal) -> (BTreeSet<Version>, BTreeSet<Version>) {
    let moves = |key: &&_| goal.wanted.version_for(key).is_some_and(|wanted| goal.seen.get(key) != Some(&wanted));
    let all = |sites: &Assignment| goal.seen.keys().filter(moves).filter_map(|key| sites.version_for(key)).collect();
    (all(&goal.seen), all(&goal.wanted))
}
