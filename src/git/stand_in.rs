//! What a repository of our own is that stands in for a clone which the user does not have (`--repo`).

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use tempfile::TempDir;

use crate::domain::refusal::Error;

use super::store::Cures;

/// How far this run has asked for a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// A moment ago, when the repository was opened; nobody has made use of that yet.
    JustNow,
    Before,
}

/// How far what is on branches that nobody asked for was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Others {
    /// Each object can be had by its id.
    ByTheirIds,
    /// It cannot, and the branches were not brought.
    NotAsked,
    Asked,
}

/// A repository in the cache folder, or a temporary one.
pub(super) struct StandIn {
    /// The address as it may be shown.
    pub(super) address: String,
    /// The file that is locked while git changes refs or the list of shallow commits. None in a temporary one.
    lock: Option<PathBuf>,
    /// Locked, shared, as long as this run goes on: whoever finds it damaged does not take it away under us.
    _in_use: Option<File>,
    /// Goes with the run.
    _folder: Option<TempDir>,
    /// By the ref that a branch is kept at.
    asked: Mutex<BTreeMap<String, Asked>>,
    /// Whether its history was asked for, and whoever else asks for it waits.
    deepened: Mutex<bool>,
    /// What is on branches that nobody asked for.
    others: Mutex<Others>,
}

impl StandIn {
    /// One in the cache folder that others may be using, too.
    pub(super) fn kept(address: String, lock: PathBuf, in_use: File) -> Self {
        Self { lock: Some(lock), _in_use: Some(in_use), ..Self::bare(address, None) }
    }

    /// One that nobody else knows of.
    pub(super) fn temporary(address: String, folder: TempDir) -> Self {
        Self::bare(address, Some(folder))
    }

    fn bare(address: String, folder: Option<TempDir>) -> Self {
        let (asked, deepened) = (Mutex::default(), Mutex::default());
        let others = Mutex::new(Others::ByTheirIds);
        Self { address, lock: None, _in_use: None, _folder: folder, asked, deepened, others }
    }

    /// What there is to do about what is not in it. `dir`: where it is.
    pub(super) fn cures(&self, dir: &Path) -> Cures {
        let again = format!("run the same command again; if that does not help, delete `{}`, a cache", dir.display());
        Cures { shallow: again.clone(), missing: again.clone(), damaged: again }
    }

    /// Waits until nobody else changes refs or the list of shallow commits; until the file is dropped nobody does.
    pub(super) fn lock(&self) -> Result<Option<File>, Error> {
        self.lock.as_ref().map(locked).transpose()
    }

    /// Notes that a ref is as the remote has it now.
    pub(super) fn note_asked(&self, full_ref: &str) {
        self.known().insert(full_ref.to_string(), Asked::JustNow);
    }

    /// Whether a ref was brought up to date when the repository was opened, and nobody asked since: then it need not be
    /// fetched again. The next question is one for the remote.
    pub(super) fn is_just_asked(&self, full_ref: &str) -> bool {
        let mut known = self.known();
        let was = known.get(full_ref).copied();
        if was.is_some() {
            known.insert(full_ref.to_string(), Asked::Before);
        }
        was == Some(Asked::JustNow)
    }

    /// Whether nobody has asked for a ref in this run yet.
    pub(super) fn is_first(&self, full_ref: &str) -> bool {
        self.known().insert(full_ref.to_string(), Asked::Before).is_none()
    }

    /// The refs that were asked for.
    pub(super) fn all_asked(&self) -> Vec<String> {
        self.known().keys().cloned().collect()
    }

    /// The same, as the remote calls those branches.
    pub(super) fn branches_asked(&self) -> Vec<String> {
        let all = self.all_asked().into_iter();
        all.filter_map(|name| Some(format!("refs/heads/{}", name.strip_prefix("refs/remotes/origin/")?))).collect()
    }

    /// Whether its history was asked for already: it is brought once, or never. Whoever holds this may set it.
    pub(super) fn deepened(&self) -> MutexGuard<'_, bool> {
        self.deepened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the server hands over whole branches alone.
    pub(super) fn note_old_protocol(&self) {
        let mut others = self.others();
        if *others == Others::ByTheirIds {
            *others = Others::NotAsked;
        }
    }

    /// Whether other branches have to be got for what is on them, and nobody did so in this run yet.
    pub(super) fn has_others(&self) -> bool {
        let mut others = self.others();
        let has = *others == Others::NotAsked;
        if has {
            *others = Others::Asked;
        }
        has
    }

    fn others(&self) -> MutexGuard<'_, Others> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that is locked for us alone.
pub(super) fn locked(path: &PathBuf) -> Result<File, Error> {
    let file = opened(path)?;
    file.lock().with_context(|| format!("cannot take the lock {}", path.display()))?;
    Ok(file)
}

/// A file to be locked.
pub(super) fn opened(path: &PathBuf) -> Result<File, Error> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    Ok(file.with_context(|| format!("cannot open the lock {}", path.display()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_just_asked_spares_one_question_and_no_second_one() {
        let folder = tempfile::tempdir().unwrap();
        let stand_in = StandIn::temporary("https://git.example.com/x".into(), folder);
        stand_in.note_asked("refs/remotes/origin/main");
        assert!(stand_in.is_just_asked("refs/remotes/origin/main"));
        assert!(!stand_in.is_just_asked("refs/remotes/origin/main"), "it was a moment ago only once");
        assert!(!stand_in.is_first("refs/remotes/origin/main"));
        assert!(!stand_in.is_just_asked("refs/remotes/origin/production"));
        assert!(stand_in.is_first("refs/remotes/origin/production"));
        assert!(!stand_in.is_first("refs/remotes/origin/production"));
    }
}
