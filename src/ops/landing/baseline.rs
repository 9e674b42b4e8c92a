//! From which branches of its source the commit of a version can be reached: what the environment baseline asks.

use crate::domain::commit::Known;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, BranchPattern};
use crate::domain::version::Version;
use crate::policy::{Answer, Reached};

use crate::ops::reading::sources::{Named, Sources};

/// The answer for one version, by the branches as the source's server has them in this run.
///
/// # Errors
/// Something broke here. What the source does not tell is an answer.
pub fn reached(
    sources: &Sources<'_>,
    app: &Application,
    version: &Version,
    branches: &[BranchPattern],
) -> Result<Known<Answer>, Error> {
    match asked(sources, app, version, branches) {
        Err(Error::Failed(error)) => Err(Error::Failed(error)),
        Err(no) => {
            let refusal = no.refusal();
            let hint = refusal.hints.first().map_or(String::new(), |hint| format!("; {hint}"));
            Ok(Known::CannotTell(format!("{}{hint}", refusal.on_one_line())))
        }
        answer => answer,
    }
}

fn asked(
    sources: &Sources<'_>,
    app: &Application,
    version: &Version,
    branches: &[BranchPattern],
) -> Result<Known<Answer>, Error> {
    let source = sources.needed(app, "`branches:` of an environment")?;
    let commit = match sources.named(app, version)? {
        Named::Commit(commit) => commit,
        Named::Missing(why) => return Ok(Known::CannotTell(why)),
        Named::HandMade => {
            return Ok(Known::CannotTell(format!("`{version}` does not say which commit it was built from")));
        }
    };
    Ok(source.reached(commit, branches)?.map(|branch| match branch {
        Some(branch) => Answer::Reached(Reached::From(commit, branch)),
        None => Answer::Reached(Reached::Nowhere(commit)),
    }))
}
