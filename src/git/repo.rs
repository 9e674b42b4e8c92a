//! A clone of the config repository: found and checked by the git program, read in process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::commit::{CommitId, CommitInfo, Distance, Known};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Error, Refusal};
use crate::process::{Kind, Surroundings};

use super::graph;
use super::index::Memory;
use super::place::Place;
use super::program::{Git, Hooks, path_of, words};
use super::snapshot::Snapshot;
use super::store::Store;

/// A clone of the config repository. Opening writes nothing.
pub struct Repo {
    pub(super) place: Arc<Place>,
    store: Arc<Store>,
    /// Read at the first question, and again after whatever may have moved them.
    refs: Mutex<Option<Arc<Refs>>>,
    pub(super) history: Memory,
}

/// The branches and what the remotes' were when last fetched.
#[derive(Debug, Clone, Default)]
pub(super) struct Refs {
    refs: BTreeMap<String, Ref>,
    head: Option<String>,
}

#[derive(Debug, Clone)]
struct Ref {
    id: CommitId,
    symbolic: Option<String>,
    work_tree: Option<PathBuf>,
}

const REF_FORMAT: &str = "--format=%(objectname)%00%(refname)%00%(symref)%00%(HEAD)%00%(worktreepath)";

impl Repo {
    /// Opens the repository that `dir` is in. Clear errors: not a repository, another owner, SHA-256, git too old or absent.
    pub fn open(dir: &Path, surroundings: &Surroundings) -> Result<Self, Error> {
        let place = Arc::new(Place::find(dir, surroundings)?);
        let more = place.more_objects();
        let folders: Vec<&Path> = std::iter::once(&place.objects).chain(&more).map(PathBuf::as_path).collect();
        let asked = Arc::clone(&place);
        let store = Store::open(&folders, Some(Box::new(move |ids| asked.fetch_objects(ids))))?;
        store.read_boundaries(&place.shallow_file);
        Ok(Self { place, store: Arc::new(store), refs: Mutex::new(None), history: Memory::default() })
    }

    /// git in this clone, with no hooks: plumbing and fetches.
    pub(super) fn git<S: Into<OsString>>(&self, kind: Kind, args: impl IntoIterator<Item = S>) -> Git<'_> {
        self.place.git(kind, Hooks::Off, args)
    }

    /// The objects of this clone.
    pub(super) fn store(&self) -> &Arc<Store> {
        &self.store
    }

    pub fn surroundings(&self) -> &Surroundings {
        &self.place.surroundings
    }

    /// The root of the work tree; none in a bare repository.
    pub fn work_tree(&self) -> Option<&Path> {
        self.place.work_tree.as_deref()
    }

    /// The git folder that all worktrees share; caches live under `stageline/` in it.
    pub fn common_dir(&self) -> &Path {
        &self.place.common_dir
    }

    pub fn is_shallow(&self) -> bool {
        self.store.is_shallow()
    }

    /// The last value of a configuration key in all of git's files and variables (lower-case section and key).
    pub fn config(&self, key: &str) -> Option<&str> {
        self.place.config().get(key)
    }

    /// The branch that HEAD names; none when detached.
    pub fn head_branch(&self) -> Option<BranchName> {
        let full = match self.refs().head.clone() {
            Some(head) => head,
            // No branch is marked: detached, or a branch that has no commit yet.
            None => {
                let answer = self.git(Kind::Plumbing, ["symbolic-ref", "--quiet", "HEAD"]).finish().ok()?;
                String::from_utf8(answer.stdout).ok()?.trim_end().to_string()
            }
        };
        BranchName::new(full.strip_prefix("refs/heads/")?).ok()
    }

    pub fn remotes(&self) -> Vec<RemoteName> {
        self.place.config().remotes().filter_map(|name| RemoteName::new(name).ok()).collect()
    }

    /// The address of a remote for fetching, after `insteadOf`.
    pub fn remote_address(&self, remote: &RemoteName) -> Option<String> {
        let config = self.place.config();
        let address = config.all(&format!("remote.{remote}.url")).next()?;
        Some(config.rewritten(address))
    }

    /// The branch that `refs/remotes/REMOTE/HEAD` names.
    pub fn remote_head(&self, remote: &RemoteName) -> Option<BranchName> {
        let refs = self.refs();
        let target = refs.refs.get(&format!("refs/remotes/{remote}/HEAD"))?.symbolic.as_deref()?;
        BranchName::new(target.strip_prefix(&format!("refs/remotes/{remote}/"))?).ok()
    }

    /// The commit that a full ref (`refs/heads/main`, `refs/remotes/origin/main`) points at, as read when opened or last refreshed.
    pub fn tip(&self, full_ref: &str) -> Option<CommitId> {
        self.refs().refs.get(full_ref).map(|found| found.id)
    }

    /// Where a branch is checked out: this work tree or another one. In a bare repository, nowhere.
    pub(super) fn checked_out(&self, branch: &BranchName) -> Option<PathBuf> {
        let path = self.refs().refs.get(&branch.full())?.work_tree.clone()?;
        (path != self.place.common_dir).then_some(path)
    }

    /// Reads the refs again.
    pub fn refresh(&mut self) -> Result<(), Error> {
        *self.kept() = None;
        self.store.read_boundaries(&self.place.shallow_file);
        let refs = self.read_refs()?;
        *self.kept() = Some(Arc::new(refs));
        Ok(())
    }

    /// Forgets the refs: the next question reads them.
    pub(super) fn forget_refs(&self) {
        *self.kept() = None;
        self.store.read_boundaries(&self.place.shallow_file);
    }

    /// Notes where a ref is now that git has moved it for us.
    pub(super) fn note_ref(&self, full_ref: &str, tip: Option<CommitId>) {
        let mut kept = self.kept();
        let Some(refs) = kept.as_mut() else { return };
        let refs = Arc::make_mut(refs);
        match (tip, refs.refs.get_mut(full_ref)) {
            (Some(id), Some(known)) => known.id = id,
            (Some(id), None) => {
                refs.refs.insert(full_ref.to_string(), Ref { id, symbolic: None, work_tree: None });
            }
            (None, _) => {
                refs.refs.remove(full_ref);
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Arc<Refs>>> {
        self.refs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn refs(&self) -> Arc<Refs> {
        let mut kept = self.kept();
        if let Some(refs) = kept.as_ref() {
            return Arc::clone(refs);
        }
        // git opened this repository a moment ago; what cannot be listed has no tip.
        let refs = Arc::new(self.read_refs().unwrap_or_default());
        *kept = Some(Arc::clone(&refs));
        refs
    }

    fn read_refs(&self) -> Result<Refs, Error> {
        let listed = self.git(Kind::Plumbing, ["for-each-ref", REF_FORMAT, "refs/heads", "refs/remotes"]).stdout()?;
        let mut refs = Refs::default();
        for line in listed.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            let mut fields = line.split(|b| *b == 0);
            let mut text = || String::from_utf8_lossy(fields.next().unwrap_or_default()).into_owned();
            let (id, name, symbolic, here) = (text(), text(), text(), text());
            let work_tree = fields.next().filter(|path| !path.is_empty()).map(path_of);
            let Some(id) = CommitId::from_hex(&id) else { continue };
            if here == "*" {
                refs.head = Some(name.clone());
            }
            refs.refs.insert(name, Ref { id, symbolic: (!symbolic.is_empty()).then_some(symbolic), work_tree });
        }
        Ok(refs)
    }

    /// Any commit name that a user may type (id, abbreviation, branch, tag, `HEAD~2`), to a commit.
    pub fn resolve(&self, rev: &str) -> Result<CommitId, Error> {
        if let Some(id) = CommitId::from_hex(rev)
            && self.store.local(id, git2::ObjectType::Commit)?.is_some()
        {
            return Ok(id);
        }
        let name = format!("{rev}^{{commit}}");
        let git = self.git(Kind::Plumbing, ["rev-parse", "--verify", "--end-of-options", name.as_str()]);
        let finished = git.finish()?;
        let text = String::from_utf8_lossy(&finished.stdout);
        if let (Some(0), Some(id)) = (finished.code, CommitId::from_hex(text.trim_end())) {
            return Ok(id);
        }
        if finished.timed_out {
            return Err(git.failure(&finished));
        }
        let refusal = Refusal::new("no-such-revision", format!("`{rev}` names no commit of the config repository"));
        let said = words(&finished.stderr).into_iter().filter(|line| !line.contains("Needed a single revision"));
        let refusal = refusal.details(said);
        Err(if self.is_shallow() {
            refusal.hint("this clone is shallow: run `git fetch --unshallow`").cannot_tell()
        } else {
            refusal.hint("run `git fetch`, or see `git log --oneline`").invalid()
        })
    }

    /// The files at a commit. Where blobs of a partial clone are missing they are fetched when read.
    pub fn snapshot(&self, commit: CommitId) -> Result<Snapshot, Error> {
        let link = self.store.link(commit)?;
        Ok(Snapshot::new(commit, link.tree, Arc::clone(&self.store)))
    }

    pub fn commit(&self, id: CommitId) -> Result<CommitInfo, Error> {
        self.store.commit(id)
    }

    /// Whether `ancestor` is `descendant` or an ancestor of it. In a shallow clone "no" becomes `CannotTell`.
    pub fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<Known<bool>, Error> {
        graph::is_ancestor(&self.store, ancestor, descendant)
    }

    /// How far two commits are apart; `CannotTell` where a shallow history hides it.
    pub fn distance(&self, left: CommitId, right: CommitId) -> Result<Known<Distance>, Error> {
        graph::distance(&self.store, left, right)
    }

    /// Paths in the index or the work tree that differ from HEAD (tracked ones only), among `paths`.
    pub fn dirty(&self, paths: &[RepoPath]) -> Result<Vec<RepoPath>, Error> {
        if paths.is_empty() || self.place.work_tree.is_none() {
            return Ok(Vec::new());
        }
        let mut args =
            vec!["status", "--porcelain", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=all"];
        // A long list costs git more than the whole answer does.
        if paths.len() <= 50 {
            args.push("--");
            args.extend(paths.iter().map(RepoPath::as_str));
        }
        let git = self.git(Kind::Plumbing, args).set("GIT_OPTIONAL_LOCKS", "0").set("GIT_LITERAL_PATHSPECS", "1");
        let listed = git.stdout()?;
        let changed = listed.split(|b| *b == 0).filter_map(|line| std::str::from_utf8(line.get(3..)?).ok());
        let changed = changed.filter_map(|path| RepoPath::new(path).ok());
        Ok(changed.filter(|path| paths.iter().any(|asked| path.is_within(asked))).collect())
    }

    /// Where stageline may keep files of this clone: `<common dir>/stageline`.
    pub fn cache_dir(&self) -> PathBuf {
        self.place.common_dir.join("stageline")
    }
}
