//! A clone of the config repository: found and checked by the git program, read in process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::commit::{CommitId, CommitInfo, Distance, Known, TreeId};
use crate::domain::growth::Grown;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{Finished, Kind, Surroundings};

use super::graph;
use super::index::Memory;
use super::place::Place;
use super::program::{Git, Hooks, path_of, words};
use super::snapshot::Snapshot;
use super::store::{Cures, Store};

/// A clone of the config repository. Opening writes nothing.
pub struct Repo {
    pub(super) place: Arc<Place>,
    store: Arc<Store>,
    /// Read at the first question, and again after whatever may have moved them.
    refs: Mutex<Option<Arc<Refs>>>,
    pub(super) history: Memory,
    /// What the branch that was asked for last went through, by its tip.
    pub(super) grown: Mutex<Option<(CommitId, Arc<Grown>)>>,
    /// Whether nothing is taken from an earlier run, and nothing kept for a later one.
    pub(super) forgets: bool,
}

/// The branches and what the remotes' were when last fetched.
#[derive(Debug, Clone, Default)]
pub(super) struct Refs {
    refs: BTreeMap<String, Ref>,
    pub(super) head: Option<String>,
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
        Self::of(Place::find(dir, surroundings)?)
    }

    /// The repository of a place.
    pub(super) fn of(place: Place) -> Result<Self, Error> {
        let place = Arc::new(place);
        let more = place.more_objects();
        let folders: Vec<&Path> = std::iter::once(&place.objects).chain(&more).map(PathBuf::as_path).collect();
        let cures = place.stand_in.as_ref().map_or_else(Cures::default, |stand_in| stand_in.cures(&place.git_dir));
        let store = Store::open(&folders, Arc::clone(&place) as _, cures)?;
        store.read_boundaries(&place.shallow_file)?;
        Ok(Self {
            place,
            store: Arc::new(store),
            refs: Mutex::new(None),
            history: Memory::default(),
            grown: Mutex::new(None),
            forgets: false,
        })
    }

    /// From here on nothing counts that an earlier run has kept of this clone: its files may be anybody's.
    pub fn forget(&mut self) {
        self.forgets = true;
        self.history.forget();
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
    pub fn config(&self, key: &str) -> Result<Option<&str>, Error> {
        Ok(self.place.config()?.get(key))
    }

    /// The branch that HEAD names; none when detached.
    pub fn head_branch(&self) -> Result<Option<BranchName>, Error> {
        let full = match self.refs()?.head.clone() {
            Some(head) => head,
            // No branch is marked: detached, or a branch that has no commit yet.
            None => {
                let git = self.git(Kind::Plumbing, ["symbolic-ref", "--quiet", "HEAD"]);
                let answer = git.finish()?;
                match answer.code {
                    Some(0) => String::from_utf8_lossy(&answer.stdout).trim_end().to_string(),
                    // With `--quiet`: HEAD names no branch.
                    Some(1) => return Ok(None),
                    _ => return Err(git.failure(&answer)),
                }
            }
        };
        Ok(full.strip_prefix("refs/heads/").and_then(|name| BranchName::new(name).ok()))
    }

    /// The remotes that have an address. An error where one has a name that cannot be used: it must not count as none.
    pub fn remotes(&self) -> Result<Vec<RemoteName>, Error> {
        self.place
            .config()?
            .remotes()
            .map(|name| {
                RemoteName::new(name).map_err(|why| {
                    Refusal::new(Code::BadRemote, format!("the remote `{name}` of this clone cannot be used: {why}"))
                        .hint("give it another name: `git remote rename OLD NEW`")
                        .invalid()
                })
            })
            .collect()
    }

    /// What the user knows a remote by: its name, or its address where they have no clone.
    pub fn called(&self, remote: &RemoteName) -> String {
        self.place.called(remote.as_str()).to_string()
    }

    /// The address of a remote for fetching, after `insteadOf`.
    pub fn remote_address(&self, remote: &RemoteName) -> Result<Option<String>, Error> {
        let config = self.place.config()?;
        Ok(config.all(&format!("remote.{remote}.url")).next().map(|address| config.rewritten(address)))
    }

    /// The address that is pushed to, as git has it after `pushInsteadOf` and `insteadOf`; `None` where it cannot be told.
    pub fn push_address(&self, remote: &RemoteName) -> Result<Option<String>, Error> {
        let config = self.place.config()?;
        let own = config.all(&format!("remote.{remote}.pushurl")).next();
        let address = own.or_else(|| config.all(&format!("remote.{remote}.url")).next());
        Ok(address.map(|address| config.rewritten(address)))
    }

    /// The branch that `refs/remotes/REMOTE/HEAD` names.
    pub fn remote_head(&self, remote: &RemoteName) -> Result<Option<BranchName>, Error> {
        let refs = self.refs()?;
        let folder = format!("refs/remotes/{remote}/");
        let target = refs.refs.get(&format!("{folder}HEAD")).and_then(|head| head.symbolic.as_deref());
        Ok(target.and_then(|target| BranchName::new(target.strip_prefix(&folder)?).ok()))
    }

    /// The commit that a full ref (`refs/heads/main`, `refs/remotes/origin/main`) points at, as read when opened or last refreshed.
    pub fn tip(&self, full_ref: &str) -> Result<Option<CommitId>, Error> {
        Ok(self.refs()?.refs.get(full_ref).map(|found| found.id))
    }

    /// The branches of a remote as they were last seen here, with their tips.
    pub(super) fn tracked(&self, remote: &RemoteName) -> Result<Vec<(BranchName, CommitId)>, Error> {
        let (refs, folder) = (self.refs()?, format!("refs/remotes/{remote}/"));
        let names = refs.refs.range(folder.clone()..).take_while(|(name, _)| name.starts_with(&folder));
        let real = names.filter(|(_, found)| found.symbolic.is_none());
        Ok(real.filter_map(|(name, found)| Some((BranchName::new(&name[folder.len()..]).ok()?, found.id))).collect())
    }

    /// Where a branch is checked out: this work tree or another one. A bare repository's HEAD checks nothing out.
    pub(super) fn checked_out(&self, branch: &BranchName) -> Result<Option<PathBuf>, Error> {
        let refs = self.refs()?;
        let full = branch.full();
        // With a separate git folder git names that folder as the work tree's place, so our own HEAD is asked first.
        if let (Some(here), true) = (&self.place.work_tree, refs.head.as_ref() == Some(&full)) {
            return Ok(Some(here.clone()));
        }
        let Some(path) = refs.refs.get(&full).and_then(|found| found.work_tree.clone()) else { return Ok(None) };
        let bare = self.config("core.bare")? == Some("true") && same_folder(&path, &self.place.common_dir);
        Ok((!bare).then_some(path))
    }

    /// Reads the refs again.
    pub fn refresh(&mut self) -> Result<(), Error> {
        self.forget_refs()?;
        let refs = self.read_refs()?;
        *self.kept() = Some(Arc::new(refs));
        Ok(())
    }

    /// Forgets the refs: the next question reads them.
    pub(super) fn forget_refs(&self) -> Result<(), Error> {
        *self.kept() = None;
        self.store.read_boundaries(&self.place.shallow_file)
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

    /// Asks git for its configuration and the refs at the same time: nearly every verb needs both.
    pub fn warm(&self) -> Result<(), Error> {
        if self.place.has_config() && self.kept().is_some() {
            return Ok(());
        }
        std::thread::scope(|scope| {
            // Where no thread can be had, the first question asks.
            let beside = std::thread::Builder::new().spawn_scoped(scope, || self.place.config().map(drop)).ok();
            self.refs()?;
            match beside.map(std::thread::ScopedJoinHandle::join) {
                Some(Ok(asked)) => asked,
                Some(Err(panic)) => std::panic::resume_unwind(panic),
                None => Ok(()),
            }
        })
    }

    /// Takes what a fetch has just written of these refs from their own files (gitrepository-layout(5)), which saves
    /// asking for all refs again. `false`: one of them has no file, or this clone keeps its refs in another way.
    pub(super) fn note_fetched(&self, full_refs: &[String]) -> Result<bool, Error> {
        if self.config("extensions.refstorage")?.is_some() || self.kept().is_none() {
            return Ok(false);
        }
        let read = |name: &String| {
            let text = std::fs::read_to_string(self.place.common_dir.join(name)).ok()?;
            CommitId::from_hex(text.trim_end())
        };
        let Some(found) = full_refs.iter().map(read).collect::<Option<Vec<_>>>() else { return Ok(false) };
        self.store.read_boundaries(&self.place.shallow_file)?;
        full_refs.iter().zip(found).for_each(|(name, id)| self.note_ref(name, Some(id)));
        Ok(true)
    }

    pub(super) fn refs(&self) -> Result<Arc<Refs>, Error> {
        let mut kept = self.kept();
        if let Some(refs) = kept.as_ref() {
            return Ok(Arc::clone(refs));
        }
        let refs = Arc::new(self.read_refs()?);
        *kept = Some(Arc::clone(&refs));
        Ok(refs)
    }

    fn read_refs(&self) -> Result<Refs, Error> {
        let listed = self.git(Kind::Plumbing, ["for-each-ref", REF_FORMAT, "refs/heads", "refs/remotes"]).stdout()?;
        let mut refs = Refs::default();
        for line in listed.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            let mut fields = line.split(|b| *b == 0);
            let mut text = || Some(String::from_utf8_lossy(fields.next()?).into_owned());
            let read = (|| Some((CommitId::from_hex(&text()?)?, text()?, text()?, text()?)))();
            let (id, name, symbolic, here) = read.ok_or_else(|| {
                anyhow::anyhow!("cannot read what git said of a ref: `{}`", String::from_utf8_lossy(line))
            })?;
            let work_tree = fields.next().filter(|path| !path.is_empty()).map(path_of);
            if here == "*" {
                refs.head = Some(name.clone());
            }
            refs.refs.insert(name, Ref { id, symbolic: (!symbolic.is_empty()).then_some(symbolic), work_tree });
        }
        Ok(refs)
    }

    /// Any commit name that a user may type (id, abbreviation, branch, tag, `HEAD~2`), to a commit.
    pub fn resolve(&self, rev: &str) -> Result<CommitId, Error> {
        let digits = rev.len() < 40 && rev.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits {
            // Digits that name one of few commits may name several of all.
            self.deepen()?;
        }
        match self.resolve_here(rev) {
            Err(Error::CannotTell(_) | Error::Invalid(_)) if self.bring_all()? => self.resolve_here(rev),
            resolved => resolved,
        }
    }

    fn resolve_here(&self, rev: &str) -> Result<CommitId, Error> {
        if let Some(id) = CommitId::from_hex(rev)
            && self.store.local(id, git2::ObjectType::Commit)?.is_some()
        {
            return Ok(id);
        }
        let parsed = |name: String| {
            let name = format!("{name}^{{commit}}");
            let git = self.git(Kind::Plumbing, ["rev-parse", "--verify", "--end-of-options", name.as_str()]);
            let finished = git.finish()?;
            if finished.timed_out { Err(git.failure(&finished)) } else { Ok(finished) }
        };
        let id = |finished: &Finished| {
            let text = String::from_utf8_lossy(&finished.stdout);
            CommitId::from_hex(text.trim_end()).filter(|_| finished.code == Some(0))
        };
        let finished = parsed(rev.to_string())?;
        if let Some(id) = id(&finished) {
            return Ok(id);
        }
        // In a stand-in no branch is the user's own, so one that is named is the remote's.
        if self.place.stand_in.is_some()
            && let Some(id) = id(&parsed(format!("refs/remotes/origin/{rev}"))?)
        {
            return Ok(id);
        }
        let refusal = Refusal::new(Code::NoSuchRevision, format!("`{rev}` names no commit of the config repository"));
        let said = words(&finished.stderr).into_iter().filter(|line| !line.contains("Needed a single revision"));
        let refusal = refusal.details(said);
        Err(match (self.is_shallow(), &self.place.stand_in) {
            (true, _) => refusal.hint(self.how_to_deepen()).cannot_tell(),
            (false, None) => refusal.hint("run `git fetch`, or see `git log --oneline`").invalid(),
            (false, Some(_)) => refusal.hint("name a commit of a branch that says what runs").invalid(),
        })
    }

    /// The commit whose id is, or begins with, these digits, whatever a ref may be called; `None`: no commit of this clone is.
    ///
    /// # Errors
    /// Several begin with them, or git cannot be asked.
    pub fn by_digits(&self, digits: &str) -> Result<Option<CommitId>, Error> {
        if !(4..=40).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let of = format!("--disambiguate={}", digits.to_ascii_lowercase());
        let listed = self.git(Kind::Plumbing, ["rev-parse", of.as_str()]).stdout()?;
        let mut commits = Vec::new();
        for id in String::from_utf8_lossy(&listed).lines().filter_map(CommitId::from_hex) {
            if self.store.local(id, git2::ObjectType::Commit)?.is_some() {
                commits.push(id);
            }
        }
        match commits.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => Err(Refusal::new(
                Code::AmbiguousRevision,
                format!("`{digits}` names more than one commit of the config repository"),
            )
            .details(several.iter().map(ToString::to_string))
            .hint("write the full commit id")
            .invalid()),
        }
    }

    /// The files at a commit. Where blobs of a partial clone are missing they are fetched when read.
    pub fn snapshot(&self, commit: CommitId) -> Result<Snapshot, Error> {
        let link = match self.store.link(commit) {
            Err(Error::CannotTell(_)) if self.deepen()? => self.store.link(commit),
            link => link,
        };
        Ok(Snapshot::new(link?.tree, Arc::clone(&self.store), self.surroundings().meter.clone()))
    }

    /// The files of a tree; `None` where it is not here.
    pub fn tree(&self, root: TreeId) -> Option<Snapshot> {
        self.store.has(root).then(|| Snapshot::new(root, Arc::clone(&self.store), self.surroundings().meter.clone()))
    }

    pub fn commit(&self, id: CommitId) -> Result<CommitInfo, Error> {
        match self.store.commit(id) {
            Err(Error::CannotTell(_)) if self.deepen()? => self.store.commit(id),
            commit => commit,
        }
    }

    /// Whether `ancestor` is `descendant` or an ancestor of it. In a shallow clone "no" becomes `CannotTell`.
    pub fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<Known<bool>, Error> {
        self.told(|store| graph::is_ancestor(store, ancestor, descendant))
    }

    /// The commits that `has` contains and `lacks` does not, newest first, at most `limit`.
    pub fn between(&self, lacks: CommitId, has: CommitId, limit: usize) -> Result<Vec<CommitId>, Error> {
        graph::between(&self.store, lacks, has, limit)
    }

    /// How far two commits are apart; `CannotTell` where a shallow history hides it.
    pub fn distance(&self, left: CommitId, right: CommitId) -> Result<Known<Distance>, Error> {
        self.told(|store| graph::distance(store, left, right))
    }

    /// Where stageline may keep files of this clone: `<common dir>/stageline`.
    pub fn cache_dir(&self) -> PathBuf {
        self.place.common_dir.join("stageline")
    }
}

/// Whether two paths name one folder.
pub(super) fn same_folder(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().ok().is_some_and(|a| b.canonicalize().ok() == Some(a))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;

    fn name(text: &str) -> BranchName {
        BranchName::new(text).unwrap()
    }

    #[test]
    fn a_clone_is_opened_from_any_folder_in_it() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        ground.git("a", &["config", "url.file:///x/.insteadOf", "../"]);
        let repo = Repo::open(&ground.path("a/apps/web"), &ground.surroundings()).unwrap();
        assert_eq!(repo.work_tree().unwrap(), ground.path("a").canonicalize().unwrap());
        assert_eq!(repo.common_dir(), ground.path("a/.git").canonicalize().unwrap());
        assert_eq!(
            (repo.head_branch().unwrap(), repo.tip("refs/heads/main").unwrap()),
            (Some(name("main")), Some(base))
        );
        let remote = repo.remotes().unwrap().remove(0);
        assert_eq!(repo.remote_head(&remote).unwrap(), Some(name("main")));
        assert_eq!(repo.tip("refs/remotes/origin/main").unwrap(), Some(base));
        assert!(repo.remote_address(&remote).unwrap().unwrap().ends_with("origin.git"));
        assert_eq!(repo.config("user.name").unwrap(), Some("Mei Lin"));
    }

    #[test]
    fn a_work_tree_a_bare_a_detached_and_an_empty_repository_are_opened() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        ground.git("a", &["worktree", "add", "-q", "--detach", "../tree"]);
        let tree = ground.open("tree");
        assert_eq!((tree.head_branch().unwrap(), tree.resolve("HEAD").unwrap()), (None, base));
        assert_eq!(tree.cache_dir(), ground.path("a/.git/stageline").canonicalize().unwrap_or(tree.cache_dir()));
        assert_eq!(ground.open("origin.git").resolve("main~0").unwrap(), base);
        ground.git("", &["init", "-q", "empty"]);
        let empty = ground.open("empty");
        assert_eq!((empty.head_branch().unwrap(), empty.tip("refs/heads/main").unwrap()), (Some(name("main")), None));
    }

    #[test]
    fn objects_of_alternates_of_alternates_are_read() {
        let ground = Ground::new();
        let base = ground.repository("seed");
        ground.git("", &["clone", "-q", "--shared", "seed", "b"]);
        ground.git("", &["clone", "-q", "--shared", "b", "c"]);
        assert_eq!(ground.open("c").commit(base).unwrap().subject(), "first");
    }

    #[test]
    fn git_dir_and_work_tree_of_the_user_are_honoured_and_reach_git_again() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let mut surroundings = ground.surroundings();
        surroundings.variables.insert("GIT_DIR".into(), "r/.git".into());
        surroundings.variables.insert("GIT_WORK_TREE".into(), "r".into());
        let repo = Repo::open(&ground.path(""), &surroundings).unwrap();
        assert_eq!(repo.work_tree().unwrap(), ground.path("r").canonicalize().unwrap());
        assert_eq!((repo.tip("refs/heads/main").unwrap(), repo.resolve("HEAD").unwrap()), (Some(base), base));
    }

    fn refusal(ground: &Ground, dir: &str) -> Refusal {
        match Repo::open(&ground.path(dir), &ground.surroundings()) {
            Ok(_) => panic!("`{dir}` was opened"),
            Err(error) => error.refusal(),
        }
    }

    #[test]
    fn what_cannot_be_opened_says_why_and_what_to_do() {
        let ground = Ground::new();
        std::fs::create_dir(ground.path("plain")).unwrap();
        let plain = refusal(&ground, "plain");
        assert_eq!(plain.code, "not-a-repository");
        assert!(plain.hints[0].contains("-C DIR"));
        assert_eq!(refusal(&ground, "nowhere").code, "no-such-folder");
        ground.git("", &["init", "-q", "--object-format=sha256", "new"]);
        let sha256 = refusal(&ground, "new");
        assert!(sha256.code == "object-format" && sha256.message.contains("`sha256`"), "{sha256:?}");
    }

    #[test]
    fn another_owner_is_told_in_gits_own_words() {
        let ground = Ground::new();
        ground.repository("r");
        let mut surroundings = ground.surroundings();
        surroundings.variables.insert("GIT_TEST_ASSUME_DIFFERENT_OWNER".into(), "1".into());
        let Err(error) = Repo::open(&ground.path("r"), &surroundings) else { panic!("opened") };
        let refusal = error.refusal();
        assert_eq!(refusal.code, "other-owner");
        assert!(refusal.details.iter().any(|line| line.contains("safe.directory")), "{refusal:?}");
        for (name, value) in [("COUNT", "1"), ("KEY_0", "safe.directory"), ("VALUE_0", "*")] {
            surroundings.variables.insert(format!("GIT_CONFIG_{name}").into(), value.into());
        }
        assert!(Repo::open(&ground.path("r"), &surroundings).is_ok(), "what git allows is allowed");
    }

    #[test]
    fn a_path_without_git_names_git() {
        let ground = Ground::new();
        let mut surroundings = ground.surroundings();
        surroundings.variables.insert("PATH".into(), ground.path("home").into());
        let Err(error) = Repo::open(&ground.path(""), &surroundings) else { panic!("opened without git") };
        assert!(error.to_string().contains("`git` is not on the PATH"), "{error}");
    }

    #[test]
    fn an_old_git_is_told_its_age() {
        use std::os::unix::fs::PermissionsExt;
        let ground = Ground::new();
        let program = ground.path("home/git");
        let script = "#!/bin/sh\nfor a; do [ \"$a\" = version ] && echo 'git version 2.20.1' && exit; done\n\
            echo --path-format=absolute\n";
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut surroundings = ground.surroundings();
        surroundings.variables.insert("PATH".into(), ground.path("home").into());
        let Err(error) = Repo::open(&ground.path(""), &surroundings) else { panic!("opened with an old git") };
        assert!(error.to_string().contains("2.20.1` is too old"), "{error}");
    }

    #[test]
    fn names_are_resolved_and_what_names_nothing_is_refused() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let next = ground.commit("r", &[("x", "x")], "second");
        ground.git("r", &["tag", "-am", "t", "v1", "HEAD~1"]);
        let repo = ground.open("r");
        for rev in ["HEAD~1", "v1", &base.to_string(), &base.short(), "main^"] {
            assert_eq!(repo.resolve(rev).unwrap(), base, "{rev}");
        }
        assert_eq!(repo.resolve("main").unwrap(), next);
        for rev in ["nothing", "--all", "", "HEAD^{tree}", &"0".repeat(40)] {
            assert!(matches!(repo.resolve(rev), Err(Error::Invalid(_))), "{rev}");
        }
    }

    #[test]
    fn ancestry_and_distance_are_gits() {
        let ground = Ground::new();
        let base = ground.repository("r");
        ground.git("r", &["switch", "-q", "-c", "side"]);
        let side = ground.commit("r", &[("s", "1")], "side");
        ground.git("r", &["switch", "-q", "main"]);
        let one = ground.commit("r", &[("m", "1")], "one");
        ground.git("r", &["merge", "-q", "--no-edit", "side"]);
        let merge = ground.id("r", "HEAD");
        let repo = ground.open("r");
        for (a, d, is) in [(base, merge, true), (side, merge, true), (side, one, false), (merge, base, false)] {
            assert_eq!(repo.is_ancestor(a, d).unwrap(), Known::Is(is));
        }
        assert_eq!(repo.distance(side, one).unwrap(), Known::Is(Distance { ahead: 1, behind: 1 }));
        assert_eq!(repo.distance(base, merge).unwrap(), Known::Is(Distance { ahead: 0, behind: 3 }));
        assert_eq!(repo.distance(merge, side).unwrap(), Known::Is(Distance { ahead: 2, behind: 0 }));
    }

    #[test]
    fn commits_whose_dates_go_backwards_are_counted_right() {
        let ground = Ground::new();
        ground.repository("r");
        let (surroundings, dir) = (ground.surroundings(), ground.path("r"));
        let dated = |date: &str, message: &str| {
            let tree = ground.git("r", &["rev-parse", "HEAD^{tree}"]);
            let git = Git::new(
                &surroundings,
                &dir,
                Kind::Plumbing,
                Hooks::Off,
                ["commit-tree", &tree, "-p", "HEAD", "-m", message],
            );
            let id = git.set("GIT_COMMITTER_DATE", format!("{date} +0000")).stdout().unwrap();
            let id = String::from_utf8(id).unwrap();
            ground.git("r", &["reset", "-q", "--hard", id.trim()]);
            CommitId::from_hex(id.trim()).unwrap()
        };
        let shared = dated("2000000000", "future");
        let past = dated("1000000000", "past");
        ground.git("r", &["branch", "left"]);
        let right = dated("1500000000", "right");
        let repo = ground.open("r");
        assert_eq!(repo.is_ancestor(shared, right).unwrap(), Known::Is(true));
        assert_eq!(repo.distance(past, right).unwrap(), Known::Is(Distance { ahead: 0, behind: 1 }));
        assert_eq!(repo.distance(shared, right).unwrap(), Known::Is(Distance { ahead: 0, behind: 2 }));
    }

    #[test]
    fn a_shallow_clone_does_not_say_no() {
        let ground = Ground::new();
        let first = ground.repository("seed");
        let second = ground.commit("seed", &[("x", "1")], "second");
        ground.git("seed", &["branch", "side", "HEAD~1"]);
        ground.git("seed", &["switch", "-q", "side"]);
        let side = ground.commit("seed", &[("s", "1")], "side");
        ground.git("seed", &["switch", "-q", "main"]);
        let third = ground.commit("seed", &[("x", "2")], "third");
        let address = format!("file://{}", ground.path("seed").display());
        ground.git("", &["clone", "-q", "--depth=2", "--no-single-branch", "--branch=main", &address, "a"]);
        let repo = ground.open("a");
        assert!(repo.is_shallow());
        assert_eq!(repo.is_ancestor(second, third).unwrap(), Known::Is(true));
        assert_eq!(
            repo.is_ancestor(third, second).unwrap(),
            Known::Is(false),
            "its own descendant is never an ancestor"
        );
        assert_eq!(repo.distance(second, third).unwrap(), Known::Is(Distance { ahead: 0, behind: 1 }));
        let unknown = CommitId::from_bytes([9; 20]);
        for (a, d) in [(unknown, third), (side, third)] {
            let Known::CannotTell(why) = repo.is_ancestor(a, d).unwrap() else { panic!("it said so") };
            assert!(why.contains("git fetch --unshallow"));
        }
        assert!(matches!(repo.distance(side, third).unwrap(), Known::CannotTell(_)));
        let missing = repo.resolve(&"0".repeat(39)).unwrap_err();
        assert!(matches!(missing, Error::CannotTell(_)) && first != second);
    }
}
