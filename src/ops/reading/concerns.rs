//! Which commits of a source concern an application, where `path:` says what of a monorepo it is built from.

use crate::domain::commit::{CommitId, Known};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Application;
use crate::git::source::Source;

use super::sources::Sources;

/// The newest commit on the way to `tip` that concerns the application: the one that a build by folders has built.
///
/// # Errors
/// None does, or that cannot be told.
pub fn newest(source: &Source, app: &Application, tip: CommitId) -> Result<CommitId, Error> {
    match source.newest(tip)? {
        Known::Is(Some(commit)) => Ok(commit),
        Known::Is(None) => Err(Refusal::new(
            Code::NoSuchRevision,
            format!("no commit up to {} of the source `{}` concerns `{}`", tip.short(), source.shown(), app.name),
        )
        .detail(format!("what concerns it: {}", told(app)))
        .hint("correct `path:` of the application, or name the commit: `--commit REV`")
        .invalid()),
        Known::CannotTell(why) => Err(Refusal::new(
            Code::Shallow,
            format!("cannot tell which is the newest commit that concerns `{}`: {why}", app.name),
        )
        .hint("get the whole history there: `git fetch --unshallow`")
        .cannot_tell()),
    }
}

/// What is said of a commit that changes nothing of what concerns the application; `None`: it does, or that cannot be told.
pub fn remark(sources: &Sources<'_>, app: &Application, commit: CommitId) -> Result<Option<String>, Error> {
    let Some(source) = sources.of(app)?.filter(|_| !app.concerns.is_empty()) else { return Ok(None) };
    Ok(match source.newest(commit)? {
        Known::Is(Some(newest)) if newest != commit => Some(format!(
            "{} changes nothing that concerns `{}` ({}): if images are built by folder, none may be there; the newest that does is {}",
            commit.short(),
            app.name,
            told(app),
            newest.short()
        )),
        Known::Is(None) => Some(format!(
            "{} and all before it change nothing that concerns `{}` ({})",
            commit.short(),
            app.name,
            told(app)
        )),
        Known::Is(Some(_)) | Known::CannotTell(_) => None,
    })
}

/// What concerns the application, as the file says it.
fn told(app: &Application) -> String {
    let each: Vec<&str> = app.concerns.iter().map(|pattern| pattern.as_str()).collect();
    format!("`path: {}`", each.join(", "))
}
