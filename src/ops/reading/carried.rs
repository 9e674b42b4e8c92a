//! What a version of an application has of a commit: by containing it, or by commits with the same patches.

use crate::domain::commit::{CommitId, Known};
use crate::domain::refusal::Error;
use crate::domain::settings::Application;
use crate::domain::version::Version;
use crate::git::patches::Carried;
use crate::policy::{Carries, Follows};

use crate::ops::reading::sources::{Named, Sources};

/// What a version has of a commit of its source.
///
/// # Errors
/// Something broke here. What the source does not tell is an answer.
pub fn of(
    sources: &Sources<'_>,
    app: &Application,
    version: &Version,
    wanted: CommitId,
) -> Result<Known<Carries>, Error> {
    told(|| {
        let commit = match named(sources, app, version)? {
            Known::Is(commit) => commit,
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        };
        let source = sources.needed(app, "a hotfix")?;
        Ok(source.carries(commit, wanted)?.map(|carried| match carried {
            Carried::It => Carries::It(commit),
            Carried::Patches(all) => Carries::Patches(commit, all),
            Carried::Not(lacks) => Carries::Not(commit, lacks),
        }))
    })
}

/// Whether the commit of one version contains that of another.
///
/// # Errors
/// Something broke here. What the source does not tell is an answer.
pub fn follows(
    sources: &Sources<'_>,
    app: &Application,
    version: &Version,
    other: &Version,
) -> Result<Known<Follows>, Error> {
    told(|| {
        let (commit, other) = match (named(sources, app, version)?, named(sources, app, other)?) {
            (Known::Is(commit), Known::Is(other)) => (commit, other),
            (Known::CannotTell(why), _) | (_, Known::CannotTell(why)) => return Ok(Known::CannotTell(why)),
        };
        let contains = sources.needed(app, "a hotfix")?.is_ancestor(other, commit)?;
        Ok(contains.map(|contains| if contains { Follows::Yes } else { Follows::No(commit, other) }))
    })
}

/// The commit that a version names.
fn named(sources: &Sources<'_>, app: &Application, version: &Version) -> Result<Known<CommitId>, Error> {
    Ok(match sources.named(app, version)? {
        Named::Commit(commit) => Known::Is(commit),
        Named::Missing(why) => Known::CannotTell(why),
        Named::HandMade => Known::CannotTell(format!("`{version}` does not say which commit it was built from")),
    })
}

/// An answer, where what the source refuses is one.
fn told<T>(ask: impl FnOnce() -> Result<Known<T>, Error>) -> Result<Known<T>, Error> {
    match ask() {
        Err(Error::Failed(error)) => Err(Error::Failed(error)),
        Err(no) => Ok(Known::CannotTell(no.refusal().on_one_line())),
        answer => answer,
    }
}
