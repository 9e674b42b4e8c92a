//! Whose sources have a commit that somebody names: every one is asked, and where none has it that is said of all of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::CommitId;
use crate::domain::names::AppName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, SourceAddress};

use crate::ops::reading::sources::Sources;

/// So many applications are named in a note.
const NAMED: usize = 8;
/// So many names that may have been meant are told.
const MEANT: usize = 3;

/// What the sources of applications say of a name.
#[derive(Default)]
pub struct Asked {
    /// The applications whose source has it, each with the commit.
    pub found: BTreeMap<AppName, (CommitId, Application)>,
    sources: BTreeSet<SourceAddress>,
    /// Why it is no commit of a source, or none in particular.
    missing: Vec<Refusal>,
    /// The applications of which it cannot be told.
    untold: Vec<(AppName, SourceAddress, Refusal)>,
}

impl Asked {
    /// Asks the source of each of these applications.
    ///
    /// # Errors
    /// Something failed that is no answer.
    pub fn of<'a>(
        sources: &Sources<'_>,
        apps: impl Iterator<Item = &'a Application>,
        name: &str,
    ) -> Result<Self, Error> {
        let mut out = Self::default();
        for app in apps {
            let Some(address) = &app.source else { continue };
            out.sources.insert(address.clone());
            let answer = match sources.of(app) {
                Ok(Some(source)) => match sources.resolve(app, &source, name) {
                    Err(Error::CannotTell(why)) if why.code == Code::CommitNotInSource && source.is_whole() => {
                        let message = format!("`{name}` is no commit of the source `{}`", source.shown());
                        Err(Error::Invalid(Refusal { code: Code::NoSuchRevision, message, ..why }))
                    }
                    answer => answer,
                },
                Ok(None) => continue,
                Err(error) => Err(error),
            };
            match answer {
                Ok(id) => drop(out.found.insert(app.name.clone(), (id, app.clone()))),
                Err(Error::CannotTell(why)) => out.untold.push((app.name.clone(), address.clone(), why)),
                Err(Error::Invalid(why)) => out.missing.push(why),
                Err(error) => return Err(error),
            }
        }
        Ok(out)
    }

    /// What is to be said of those that cannot tell: they may have it.
    pub fn note(&self) -> Option<String> {
        let (_, _, why) = self.untold.first()?;
        let names: Vec<String> = self.untold.iter().take(NAMED).map(|(app, ..)| format!("`{app}`")).collect();
        let more = self.untold.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let are = if self.untold.len() == 1 { "is" } else { "are" };
        let such_as =
            if self.untold.iter().all(|(.., other)| other.message == why.message) { "" } else { "the first: " };
        Some(format!("{}{more} {are} left out: {such_as}{}", names.join(", "), why.message))
    }

    /// The error where none has it.
    pub fn nowhere(mut self, name: &str) -> Error {
        // That it could be several says more than that others have none.
        if let Some(nth) = self.missing.iter().position(|why| why.code != Code::NoSuchRevision) {
            return self.missing.swap_remove(nth).invalid();
        }
        let all = self.sources.len();
        if all <= 1 {
            let untold = self.untold.into_iter().next().map(|(.., why)| why.cannot_tell());
            let missing = self.missing.into_iter().next().map(Refusal::invalid);
            return untold.or(missing).unwrap_or_else(no_source);
        }
        let mut near: Vec<&String> = self.missing.iter().flat_map(|why| &why.hints).collect();
        near.retain(|hint| hint.starts_with("did you mean"));
        near.dedup();
        let Some((_, _, first)) = self.untold.first() else {
            let what = format!("`{name}` is no commit, branch or tag of any application: all {all} sources were asked");
            let refusal = Refusal::new(Code::NoSuchRevision, what);
            return near.into_iter().take(MEANT).fold(refusal, |refusal, hint| refusal.hint(hint.clone())).invalid();
        };
        let open: BTreeSet<&SourceAddress> = self.untold.iter().map(|(_, address, _)| address).collect();
        let what = format!("cannot tell what `{name}` is: {} of {all} sources have not got it", all - open.len());
        let each = self.untold.iter().take(NAMED).map(|(app, _, why)| format!("`{app}`: {}", why.message));
        let refusal = Refusal::new(first.code, what).details(each);
        first.hints.iter().fold(refusal, |refusal, hint| refusal.hint(hint.clone())).cannot_tell()
    }
}

fn no_source() -> Error {
    let what = "a commit is located in the source repository of an application, and none is configured";
    Refusal::new(Code::NoSource, what)
        .hint("add `source: URL-OR-PATH` to the application in `stageline.yaml`")
        .invalid()
}
