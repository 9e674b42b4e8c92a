//! History on demand: what a stand-in was fetched without is brought where a question needs it.

use std::io::Write as _;

use anyhow::Context;

use crate::domain::commit::{CommitId, Known};
use crate::domain::refusal::Error;
use crate::process::Kind;

use super::graph;
use super::remote::{FETCH, unreachable};
use super::repo::Repo;
use super::stand_in::StandIn;
use super::store::Store;

/// Why history that was asked for is not here.
const ENDS: &str = "the history that would tell was not brought, or is not there either";

impl Repo {
    /// What to do where the history that is here ends too early.
    pub fn how_to_deepen(&self) -> String {
        match &self.place.stand_in {
            None => "deepen it: `git fetch --unshallow`".into(),
            Some(stand_in) => {
                format!("`stageline history` brings it, where `{}` is no shallow repository itself", stand_in.address)
            }
        }
    }

    /// Leaves the history of a stand-in where it is for the rest of this run: what is asked is not worth getting it.
    pub fn leave_history(&self) {
        if let Some(stand_in) = &self.place.stand_in {
            *stand_in.deepened() = true;
        }
    }

    /// Brings the whole history of a stand-in that is cut, blobs left out: whether all of it is here then. `false` as well
    /// in a clone of the user's, which is theirs to deepen.
    pub(super) fn deepen(&self) -> Result<bool, Error> {
        if self.place.stand_in.is_none() {
            return Ok(false);
        }
        if self.is_shallow() {
            self.bring_all()?;
        }
        Ok(!self.is_shallow())
    }

    /// The same, with all tags, also where no history is lacking; once in a run: whether that was now.
    pub(super) fn bring_all(&self) -> Result<bool, Error> {
        let Some(stand_in) = &self.place.stand_in else { return Ok(false) };
        let mut is_done = stand_in.deepened();
        if *is_done {
            return Ok(false);
        }
        *is_done = true;
        let _lock = stand_in.lock()?;
        self.store().read_boundaries(&self.place.shallow_file)?;
        let mut args = FETCH.map(String::from).to_vec();
        if self.is_shallow() {
            args.push("--unshallow".into());
        }
        args.extend(["origin", "+refs/tags/*:refs/tags/*"].map(String::from));
        let branches = self.there(stand_in)?.into_iter();
        args.extend(
            branches.filter_map(|name| Some(format!("refs/heads/{}", name.strip_prefix("refs/remotes/origin/")?))),
        );
        let finished = self.git(Kind::Interactive, args).limit(super::mirror::FETCH_LIMIT).finish()?;
        if finished.code != Some(0) {
            let called = self.place.called("origin");
            return Err(unreachable(called, &finished, "get the history from"));
        }
        self.forget_what_is_gone(stand_in)?;
        self.forget_refs()?;
        self.history.forget();
        Ok(true)
    }

    /// The refs of this run that the remote has.
    fn there(&self, stand_in: &StandIn) -> Result<Vec<String>, Error> {
        let mut out = Vec::new();
        for full_ref in stand_in.all_asked() {
            if self.tip(&full_ref)?.is_some() {
                out.push(full_ref);
            }
        }
        Ok(out)
    }

    /// Takes those commits off the list of shallow ones that no branch contains any more (somebody moved it by force since
    /// they were fetched): nothing is cut off there.
    fn forget_what_is_gone(&self, stand_in: &StandIn) -> Result<(), Error> {
        self.store().read_boundaries(&self.place.shallow_file)?;
        let all = self.store().boundaries();
        if all.is_empty() {
            return Ok(());
        }
        let mut stay: Vec<CommitId> = Vec::new();
        for commit in &all {
            for full_ref in self.there(stand_in)? {
                if let Some(tip) = self.tip(&full_ref)?
                    && graph::is_ancestor(self.store(), *commit, tip)? == Known::Is(true)
                {
                    stay.push(*commit);
                    break;
                }
            }
        }
        if stay.len() == all.len() {
            return Ok(());
        }
        let write = || -> anyhow::Result<()> {
            let folder = &self.place.common_dir;
            let mut file = tempfile::Builder::new().prefix("shallow-").tempfile_in(folder)?;
            file.write_all(stay.iter().map(|commit| format!("{commit}\n")).collect::<String>().as_bytes())?;
            file.persist(&self.place.shallow_file)?;
            Ok(())
        };
        Ok(write().context("cannot write the list of shallow commits")?)
    }

    /// What a walk over commits tells, with the history that it turns out to need.
    pub(super) fn told<T>(&self, ask: impl Fn(&Store) -> Result<Known<T>, Error>) -> Result<Known<T>, Error> {
        let told = match ask(self.store())? {
            Known::CannotTell(_) if self.deepen()? => ask(self.store())?,
            told => told,
        };
        Ok(match told {
            Known::CannotTell(_) if self.place.stand_in.is_some() => Known::CannotTell(ENDS.into()),
            told => told,
        })
    }
}
