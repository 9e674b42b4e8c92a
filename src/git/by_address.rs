//! The config repository by its address: what stands in for a clone is a bare repository with one commit and no blobs, in the
//! user's cache folder, or a temporary one where that cannot be.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::domain::address::shown;
use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error};
use crate::process::{Kind, Surroundings};

use super::address::{Address, folder_of_config};
use super::fetch::Rewound;
use super::kept::{cache_folder, of_its_own, remove};
use super::place::Place;
use super::program::{Git, Hooks, too_old};
use super::remote::{Called, default_branch, refs_in, tracking, unreachable};
use super::repo::{Repo, same_folder};
use super::stand_in::{StandIn, locked, opened};

/// What is asked for, and what is left out of it in turn where a server does not know how to leave the rest out.
const WITHOUT: [&[&str]; 3] = [&["--depth=1", "--filter=blob:none"], &["--depth=1"], &[]];

/// So many packs are put together: each run with news brings a few.
const MANY_PACKS: usize = 50;

/// An address, and where what stands in for a clone of it is kept.
pub struct ByAddress {
    /// What git gets.
    url: String,
    shown: String,
    dir: Option<PathBuf>,
    surroundings: Surroundings,
}

impl Repo {
    /// Asks for the default branch and where the known branches are, and brings what is news.
    fn bring_up_to_date(&mut self) -> Result<(), Error> {
        let origin = origin()?;
        let mut branches: Vec<BranchName> = self.tracked(&origin)?.into_iter().map(|(branch, _)| branch).collect();
        let names = branches.iter().map(BranchName::full);
        let ask = ["ls-remote", "--quiet", "--symref", "origin", "HEAD"].map(String::from).into_iter().chain(names);
        let listed = self.git(Kind::Interactive, ask).finish()?;
        if listed.code != Some(0) {
            return Err(unreachable(self.place.called("origin"), &listed, "fetch from"));
        }
        if let Some(default) = default_branch(&listed.stdout)
            && self.remote_head(&origin)?.as_ref() != Some(&default)
        {
            let name = tracking(&origin, &default);
            self.git(Kind::Plumbing, ["symbolic-ref", "refs/remotes/origin/HEAD", name.as_str()]).stdout()?;
            branches.retain(|branch| *branch != default);
            branches.push(default);
        }
        let there = refs_in(&listed.stdout);
        let mut news = Vec::new();
        for branch in &branches {
            let name = tracking(&origin, branch);
            match (there.get(&branch.full()).copied(), self.tip(&name)?) {
                (None, Some(_)) if self.remote_head(&origin)?.as_ref() != Some(branch) => {
                    self.git(Kind::Plumbing, ["update-ref", "-d", name.as_str()]).stdout()?;
                    continue;
                }
                (Some(there), Some(here)) if there == here => {}
                _ => news.push(branch.clone()),
            }
        }
        self.forget_refs()?;
        self.fetch(&origin, &news, Rewound::Followed)?;
        for branch in branches {
            self.note_asked_now(&tracking(&origin, &branch));
        }
        Ok(())
    }

    fn note_asked_now(&self, full_ref: &str) {
        if let Some(stand_in) = &self.place.stand_in {
            stand_in.note_asked(full_ref);
        }
    }
}

impl ByAddress {
    /// An address as typed; a folder starts where the user is.
    ///
    /// # Errors
    /// git would take it for something else.
    pub fn new(address: &str, surroundings: &Surroundings) -> Result<Self, Error> {
        let url = match Address::of_config(address, &surroundings.current_dir)? {
            Address::Remote(remote) => remote.url,
            // git leaves nothing out of what it copies from a path; and a `%` in an address is the begin of an escape.
            Address::Folder(folder) => {
                let folder = folder.canonicalize().unwrap_or(folder);
                format!("file://{}", folder.display().to_string().replace('%', "%25"))
            }
        };
        let dir = cache_folder(surroundings).map(|cache| cache.join("configs").join(folder_of_config(&url)));
        Ok(Self { shown: shown(&url), url, dir, surroundings: of_its_own(surroundings) })
    }

    /// What stands in for a clone, with the branches as the remote has them now.
    ///
    /// # Errors
    /// The other side cannot be asked.
    pub fn up_to_date(&self) -> Result<Repo, Error> {
        match self.in_cache() {
            // A cache that cannot be written, or that is damaged while somebody uses it: for this run another one will do.
            Ok(None) | Err(Error::Failed(_)) => self.for_one_run(),
            Ok(Some(repo)) => Ok(repo),
            Err(error) => Err(error),
        }
    }

    /// The same as an earlier run has left it, without asking anybody; `None` where none has.
    pub fn as_known(&self) -> Option<Repo> {
        let dir = self.dir.as_ref().filter(|dir| dir.is_dir())?;
        let in_use = opened(&beside(dir, "in-use")).ok()?;
        in_use.try_lock_shared().ok()?;
        self.find(dir, StandIn::kept(self.shown.clone(), beside(dir, "lock"), in_use)).ok()?
    }

    /// The one in the cache folder, made where there is none or a damaged one; `None` where that cannot be.
    fn in_cache(&self) -> Result<Option<Repo>, Error> {
        let Some(dir) = &self.dir else { return Ok(None) };
        let above = dir.parent().unwrap_or(dir);
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(above);
        made.with_context(|| format!("cannot make the folder {}", above.display()))?;
        let lock = locked(&beside(dir, "lock"))?;
        let in_use = opened(&beside(dir, "in-use"))?;
        let mut is_alone = comes_free(&in_use, A_MOMENT);
        let stand_in = || -> Result<StandIn, Error> {
            Ok(StandIn::kept(self.shown.clone(), beside(dir, "lock"), in_use.try_clone()?))
        };
        if is_alone && dir.is_dir() {
            take_away_locks(dir)?;
        }
        let found = if dir.is_dir() { self.find(dir, stand_in()?)? } else { None };
        let is_new = found.is_none();
        let mut repo = match found {
            Some(repo) => repo,
            None if !is_alone && !comes_free(&in_use, A_WHILE) => return Ok(None),
            None => {
                is_alone = true;
                self.make_anew(dir)?;
                let Some(made) = self.find(dir, stand_in()?)? else { return Ok(None) };
                made
            }
        };
        if is_alone && packs(&repo.place.objects)?.len() > MANY_PACKS {
            repo.git(Kind::Plumbing, ["-c", "gc.autoDetach=false", "gc", "--quiet", "--prune=now"]).finish()?;
        }
        in_use.lock_shared().context("cannot take a lock")?;
        drop(lock);
        if is_new {
            note_made(&repo)?
        } else {
            repo.bring_up_to_date()?
        }
        Ok(Some(repo))
    }

    /// One that goes with this run.
    fn for_one_run(&self) -> Result<Repo, Error> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let dir = folder.path().join("config.git");
        self.clone_into(&dir)?;
        let repo = self.find(&dir, StandIn::temporary(self.shown.clone(), folder))?;
        let repo =
            repo.ok_or_else(|| anyhow::anyhow!("git does not open what it has just cloned from {}", self.shown))?;
        note_made(&repo)?;
        Ok(repo)
    }

    /// Opens one that is there; `None` where it is damaged, or is none of ours.
    fn find(&self, dir: &Path, stand_in: StandIn) -> Result<Option<Repo>, Error> {
        let mut place = match Place::find(dir, &self.surroundings) {
            Ok(place) => place,
            Err(error) if matches!(error.refusal().code, Code::ObjectFormat | Code::GitTooOld) => return Err(error),
            Err(_) => return Ok(None),
        };
        // Of a folder that is no repository any more git looks for one above it.
        if !same_folder(&place.git_dir, dir)
            || !packs(&place.objects).is_ok_and(|all| all.iter().all(|pack| is_whole(pack)))
        {
            return Ok(None);
        }
        if place.config().ok().and_then(|config| config.get("remote.origin.url")) != Some(&self.url) {
            return Ok(None);
        }
        place.stand_in = Some(stand_in);
        let Ok(repo) = Repo::of(place) else { return Ok(None) };
        let Ok(tracked) = repo.tracked(&origin()?) else { return Ok(None) };
        let is_here = |tip: CommitId| repo.store().link(tip).is_ok_and(|link| repo.store().has(link.tree));
        if !tracked.into_iter().all(|(_, tip)| is_here(tip)) {
            return Ok(None);
        }
        Ok(Some(repo))
    }

    /// Makes one beside its place and renames it there: it is whole, or not there. The lock is held, so what lies there is of
    /// a process that died.
    fn make_anew(&self, dir: &Path) -> Result<(), Error> {
        let (new, old) = (beside(dir, "making"), beside(dir, "broken"));
        for left in [&new, &old] {
            remove(left)?;
        }
        self.clone_into(&new)?;
        std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o700))?;
        if dir.exists() {
            std::fs::rename(dir, &old).context("cannot put the damaged repository aside")?;
        }
        std::fs::rename(&new, dir).context("cannot put the new repository in its place")?;
        remove(&old)
    }

    /// The tip of the default branch, without history and blobs, as a branch of a remote: no branch here is the user's.
    fn clone_into(&self, dir: &Path) -> Result<(), Error> {
        let mut ended = None;
        for without in WITHOUT {
            remove(dir)?;
            let mut args =
                ["-c", "clone.defaultRemoteName=origin", "clone", "--quiet", "--bare", "--no-tags", "--template="]
                    .to_vec();
            args.extend(["--single-branch", "--no-reject-shallow"]);
            args.extend(without);
            let target = dir.to_string_lossy();
            args.extend(["--", &self.url, &target]);
            let above = dir.parent().unwrap_or(dir);
            let git = Git::new(&self.surroundings, above, Kind::Interactive, Hooks::Off, args);
            let cloned = git.limit(super::mirror::FETCH_LIMIT).finish()?;
            if cloned.code == Some(0) {
                return self.dress(dir);
            }
            let said = String::from_utf8_lossy(&cloned.stderr).to_lowercase();
            let is_about_that = ["filter", "shallow", "depth"].iter().any(|word| said.contains(word));
            ended = Some(cloned);
            if !is_about_that {
                break;
            }
        }
        remove(dir)?;
        match ended {
            Some(cloned) => Err(too_old(&self.surroundings)
                .unwrap_or_else(|| unreachable(Called::Address(&self.shown), &cloned, "fetch from"))),
            None => Err(anyhow::anyhow!("nothing was asked of {}", self.shown).into()),
        }
    }

    fn dress(&self, dir: &Path) -> Result<(), Error> {
        let git = |args: &[&str]| {
            let mut git_dir = std::ffi::OsString::from("--git-dir=");
            git_dir.push(dir);
            let args = std::iter::once(git_dir).chain(args.iter().map(std::ffi::OsString::from));
            Git::new(&self.surroundings, dir, Kind::Plumbing, Hooks::Off, args)
        };
        let listed = git(&["for-each-ref", "--format=%(objectname) %(refname:strip=2)", "refs/heads"]).stdout()?;
        for line in String::from_utf8_lossy(&listed).lines() {
            let Some((id, name)) = line.split_once(' ') else { continue };
            let moved = format!("create refs/remotes/origin/{name} {id}\ndelete refs/heads/{name} {id}\n");
            git(&["update-ref", "--stdin"]).stdin(moved.into_bytes()).stdout()?;
            // There is one at most: that of the remote's HEAD.
            git(&["symbolic-ref", "refs/remotes/origin/HEAD", &format!("refs/remotes/origin/{name}")]).stdout()?;
        }
        git(&["symbolic-ref", "HEAD", "refs/remotes/origin/HEAD"]).stdout()?;
        git(&["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]).stdout()?;
        Ok(())
    }
}

/// Notes that what was just cloned is as the remote has it.
fn note_made(repo: &Repo) -> Result<(), Error> {
    let origin = origin()?;
    for (branch, _) in repo.tracked(&origin)? {
        repo.note_asked_now(&tracking(&origin, &branch));
    }
    Ok(())
}

fn origin() -> Result<RemoteName, Error> {
    Ok(RemoteName::new("origin").map_err(anyhow::Error::from)?)
}

fn beside(dir: &Path, suffix: &str) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// How long a lock is waited for that somebody has who may be gone at once: a process that was just started has all open files of
/// the one that starts it, and with them the locks, until it is the other program.
const A_MOMENT: Duration = Duration::from_millis(20);
/// The same where there is something to mend.
const A_WHILE: Duration = Duration::from_millis(500);

/// Whether nobody else uses what a lock is for, now or within so long; then nobody does before it is given back.
fn comes_free(in_use: &File, within: Duration) -> bool {
    let begun = Instant::now();
    loop {
        match in_use.try_lock() {
            Ok(()) => return true,
            Err(_) if begun.elapsed() >= within => return false,
            Err(_) => std::thread::sleep(Duration::from_millis(4)),
        }
    }
}

/// Takes away the locks that a git left which was killed: nobody else is at work here.
fn take_away_locks(folder: &Path) -> Result<(), Error> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            if name != "objects" {
                take_away_locks(&path)?;
            }
        } else if name.to_string_lossy().ends_with(".lock") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The packs of an object folder.
fn packs(objects: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut out = Vec::new();
    match std::fs::read_dir(objects.join("pack")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        entries => {
            for entry in entries? {
                let path = entry?.path();
                if path.extension().is_some_and(|ending| ending == "idx") {
                    out.push(path.with_extension("pack"));
                }
            }
        }
    }
    Ok(out)
}

/// Whether a pack ends with the checksum that its index has of it: one that was cut short does not.
fn is_whole(pack: &Path) -> bool {
    let end = |path: &Path, before: i64| -> std::io::Result<[u8; 20]> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(before))?;
        let mut bytes = [0; 20];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    };
    matches!((end(pack, -20), end(&pack.with_extension("idx"), -40)), (Ok(own), Ok(known)) if own == known)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;
    use crate::domain::commit::Known;
    use crate::domain::files::Files as _;
    use crate::domain::path::RepoPath;

    const FILE: &str = "apps/web/staging/kustomization.yaml";

    /// A bare `origin.git` that leaves out what it is asked to, with so many commits more on `main`.
    fn ground(more: usize) -> Ground {
        let ground = Ground::new();
        ground.origin(&[]);
        ground.git("origin.git", &["config", "uploadpack.allowFilter", "true"]);
        for nth in 0..more {
            land(&ground, &format!("more {nth}"));
        }
        ground
    }

    fn land(ground: &Ground, text: &str) -> CommitId {
        let commit = ground.commit("seed", &[("notes", text)], text);
        ground.git("seed", &["push", "-q", "--force", "../origin.git", "HEAD:main"]);
        commit
    }

    fn at(ground: &Ground) -> ByAddress {
        ByAddress::new("origin.git", &ground.surroundings()).unwrap()
    }

    fn open(ground: &Ground) -> Repo {
        at(ground).up_to_date().unwrap()
    }

    fn tip(repo: &Repo) -> CommitId {
        repo.tip("refs/remotes/origin/main").unwrap().unwrap()
    }

    fn read(repo: &Repo) -> Vec<u8> {
        let files = repo.snapshot(tip(repo)).unwrap();
        files.read(&RepoPath::new(FILE).unwrap()).unwrap().unwrap()
    }

    fn dir(ground: &Ground) -> PathBuf {
        at(ground).dir.unwrap()
    }

    #[test]
    fn one_commit_is_brought_without_blobs_and_as_no_branch_of_the_users() {
        let ground = ground(3);
        let repo = open(&ground);
        assert_eq!(tip(&repo), ground.id("origin.git", "main"));
        assert!(repo.is_shallow());
        assert_eq!(repo.remote_head(&origin().unwrap()).unwrap().unwrap().as_str(), "main");
        assert_eq!((repo.head_branch().unwrap(), repo.work_tree()), (None, None));
        let blob = repo.snapshot(tip(&repo)).unwrap().entry(&RepoPath::new(FILE).unwrap()).unwrap().unwrap().id;
        assert!(!repo.store().has(blob), "it was left out");
        assert_eq!(read(&repo), b"tag: v1\n");
        assert!(repo.store().has(blob), "it is here now");
        let mode = dir(&ground).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert_eq!(repo.resolve("HEAD").unwrap(), tip(&repo));
    }

    #[test]
    fn a_server_that_leaves_nothing_out_is_as_good() {
        let ground = ground(1);
        ground.git("origin.git", &["config", "uploadpack.allowFilter", "false"]);
        let repo = open(&ground);
        assert_eq!((tip(&repo), read(&repo)), (ground.id("origin.git", "main"), b"tag: v1\n".to_vec()));
    }

    #[test]
    fn a_server_that_leaves_blobs_out_and_hands_none_over_later_is_asked_for_all_of_the_one_commit() {
        let ground = ground(3);
        ground.git("", &["config", "--global", "protocol.version", "0"]);
        let repo = open(&ground);
        assert_eq!(read(&repo), b"tag: v1\n");
        assert!(repo.is_shallow());
        drop(repo);
        let news = land(&ground, "news");
        let repo = open(&ground);
        assert_eq!((tip(&repo), read(&repo)), (news, b"tag: v1\n".to_vec()));
    }

    #[test]
    fn the_next_run_brings_news_and_nothing_where_there_are_none() {
        let ground = ground(3);
        drop(open(&ground));
        let count = || packs(&dir(&ground).join("objects")).unwrap().len();
        let before = count();
        drop(open(&ground));
        assert_eq!(count(), before);
        let news = land(&ground, "news");
        let repo = open(&ground);
        assert_eq!(tip(&repo), news);
        assert!(repo.is_shallow(), "no history came with it");
    }

    #[test]
    fn a_branch_that_was_moved_by_force_between_two_runs_is_as_it_is_now() {
        let ground = ground(3);
        drop(open(&ground));
        ground.git("seed", &["reset", "-q", "--hard", "HEAD~2"]);
        let now = land(&ground, "another way");
        let repo = open(&ground);
        assert_eq!(tip(&repo), now);
        // What it was before is on the list of shallow commits, and does not make this history look cut for ever.
        let first = ground.id("origin.git", "main~2");
        assert_eq!(repo.is_ancestor(first, now).unwrap(), Known::Is(true));
        assert!(!repo.is_shallow());
    }

    #[test]
    fn another_default_branch_counts_from_then_on_and_one_that_is_gone_is_forgotten() {
        let ground = ground(1);
        drop(open(&ground));
        ground.git("origin.git", &["branch", "-m", "main", "trunk"]);
        ground.git("origin.git", &["symbolic-ref", "HEAD", "refs/heads/trunk"]);
        let repo = open(&ground);
        assert_eq!(repo.remote_head(&origin().unwrap()).unwrap().unwrap().as_str(), "trunk");
        assert_eq!(repo.tip("refs/remotes/origin/main").unwrap(), None);
        assert_eq!(repo.tip("refs/remotes/origin/trunk").unwrap(), Some(ground.id("origin.git", "trunk")));
    }

    #[test]
    fn history_comes_where_a_question_needs_it_and_stays() {
        let ground = ground(4);
        let repo = open(&ground);
        let first = ground.id("origin.git", "main~4");
        assert_eq!(repo.is_ancestor(first, tip(&repo)).unwrap(), Known::Is(true));
        assert!(!repo.is_shallow());
        drop(repo);
        let news = land(&ground, "news");
        let repo = open(&ground);
        assert!(!repo.is_shallow() && tip(&repo) == news, "what is whole is not cut again");
        for rev in ["HEAD~3", "main~3", &ground.id("origin.git", "main~3").short()] {
            assert_eq!(repo.resolve(rev).unwrap(), ground.id("origin.git", "main~3"), "{rev}");
        }
    }

    #[test]
    fn a_tag_and_digits_of_an_old_commit_are_looked_for_in_all_of_the_history() {
        let ground = ground(4);
        let old = ground.id("origin.git", "main~3");
        ground.git("origin.git", &["tag", "v1", &old.to_string()]);
        assert_eq!(open(&ground).resolve("v1").unwrap(), old);
        std::fs::remove_dir_all(dir(&ground)).unwrap();
        assert_eq!(open(&ground).resolve(&old.to_string()[..9]).unwrap(), old);
        assert!(matches!(open(&ground).resolve("v2"), Err(Error::Invalid(_))));
    }

    #[test]
    fn where_the_remote_is_shallow_itself_nothing_is_told_that_it_hides() {
        let ground = ground(4);
        let address = format!("file://{}", ground.path("origin.git").display());
        ground.git("", &["clone", "-q", "--bare", "--depth=2", &address, "cut.git"]);
        let repo = ByAddress::new("cut.git", &ground.surroundings()).unwrap().up_to_date().unwrap();
        let first = ground.id("origin.git", "main~4");
        let Known::CannotTell(why) = repo.is_ancestor(first, tip(&repo)).unwrap() else { panic!("it said so") };
        assert!(!why.contains("git fetch") && !repo.how_to_deepen().contains("git fetch"), "{why}");
    }

    #[test]
    fn a_pack_that_was_cut_short_is_found_out_and_all_is_made_again() {
        let ground = ground(2);
        assert_eq!(read(&open(&ground)), b"tag: v1\n");
        let pack = packs(&dir(&ground).join("objects")).unwrap().remove(0);
        let bytes = std::fs::read(&pack).unwrap();
        std::fs::set_permissions(&pack, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::fs::write(&pack, &bytes[..bytes.len() - 7]).unwrap();
        assert!(!is_whole(&pack));
        assert_eq!(read(&open(&ground)), b"tag: v1\n");
        assert!(packs(&dir(&ground).join("objects")).unwrap().iter().all(|pack| is_whole(pack)));
        assert!(!beside(&dir(&ground), "broken").exists() && !beside(&dir(&ground), "making").exists());
    }

    #[test]
    fn whatever_else_is_damaged_is_made_again_and_no_repository_above_is_taken_for_it() {
        let ground = ground(2);
        // Somebody keeps their whole home in git.
        ground.repository("home");
        for damage in ["HEAD", "config", "packed-refs", "objects"] {
            drop(open(&ground));
            let path = dir(&ground).join(damage);
            if path.is_dir() {
                std::fs::remove_dir_all(&path).unwrap()
            } else {
                std::fs::write(&path, "\0").unwrap()
            }
            let repo = open(&ground);
            assert_eq!((tip(&repo), read(&repo)), (ground.id("origin.git", "main"), b"tag: v1\n".to_vec()), "{damage}");
        }
    }

    #[test]
    fn what_somebody_uses_is_not_taken_away_where_it_is_damaged() {
        let ground = ground(2);
        let used = open(&ground);
        std::fs::write(dir(&ground).join("HEAD"), "").unwrap();
        let other = open(&ground);
        assert_eq!(tip(&other), tip(&used));
        assert_ne!(other.common_dir(), used.common_dir(), "that is another one");
        let place = other.common_dir().to_path_buf();
        drop(other);
        assert!(dir(&ground).exists() && !place.exists(), "which goes with its run");
        drop(used);
        assert_eq!(open(&ground).common_dir(), dir(&ground).canonicalize().unwrap());
    }

    #[test]
    fn locks_that_a_killed_git_left_are_taken_away_by_whoever_is_alone() {
        let ground = ground(2);
        drop(open(&ground));
        for lock in ["shallow.lock", "refs/remotes/origin/main.lock", "packed-refs.lock"] {
            std::fs::write(dir(&ground).join(lock), "").unwrap();
        }
        let news = land(&ground, "news");
        assert_eq!(tip(&open(&ground)), news);
    }

    #[test]
    fn a_making_that_was_killed_is_begun_again() {
        let ground = ground(1);
        let half = beside(&dir(&ground), "making");
        std::fs::create_dir_all(half.join("objects")).unwrap();
        assert_eq!(read(&open(&ground)), b"tag: v1\n");
        assert!(!half.exists());
    }

    #[test]
    fn without_a_cache_folder_that_can_be_written_it_lasts_for_one_run() {
        let ground = ground(2);
        let mut surroundings = ground.surroundings();
        surroundings.variables.insert("XDG_CACHE_HOME".into(), "/dev/null/no".into());
        let repo = ByAddress::new("origin.git", &surroundings).unwrap().up_to_date().unwrap();
        assert_eq!((tip(&repo), read(&repo)), (ground.id("origin.git", "main"), b"tag: v1\n".to_vec()));
        let place = repo.common_dir().to_path_buf();
        drop(repo);
        assert!(!place.exists());
    }

    #[test]
    fn variables_that_point_git_elsewhere_do_not() {
        let ground = ground(1);
        ground.repository("other");
        let mut surroundings = ground.surroundings();
        for (name, value) in [("GIT_DIR", "other/.git"), ("GIT_WORK_TREE", "other"), ("GIT_NAMESPACE", "x")] {
            surroundings.variables.insert(name.into(), ground.path(value).into());
        }
        let repo = ByAddress::new("origin.git", &surroundings).unwrap().up_to_date().unwrap();
        assert_eq!(tip(&repo), ground.id("origin.git", "main"));
        assert_eq!(ground.git("other", &["for-each-ref", "refs/remotes"]), "");
    }

    #[test]
    fn an_empty_repository_has_no_branch_and_is_no_error() {
        let ground = Ground::new();
        ground.git("", &["init", "-q", "--bare", "empty.git"]);
        let open = || ByAddress::new("empty.git", &ground.surroundings()).unwrap().up_to_date().unwrap();
        for repo in [open(), open()] {
            assert_eq!(repo.remote_head(&origin().unwrap()).unwrap(), None);
        }
        ground.repository("seed");
        let now = ground.commit("seed", &[("x", "1")], "second");
        ground.git("seed", &["push", "-q", "../empty.git", "main"]);
        let repo = open();
        assert!(tip(&repo) == now && repo.is_shallow(), "its first commits come without history");
    }

    #[test]
    fn many_packs_become_few_and_everything_stays() {
        let ground = ground(0);
        let repo = open(&ground);
        read(&repo);
        let objects = repo.place.objects.clone();
        let pack = packs(&objects).unwrap().remove(0);
        drop(repo);
        for nth in 0..=MANY_PACKS {
            for ending in ["pack", "idx", "promisor"] {
                let name = format!("pack-{nth:040x}.{ending}");
                std::fs::copy(pack.with_extension(ending), objects.join("pack").join(name)).unwrap();
            }
        }
        let repo = open(&ground);
        assert!(packs(&objects).unwrap().len() < 5, "{}", packs(&objects).unwrap().len());
        assert_eq!((tip(&repo), read(&repo)), (ground.id("origin.git", "main"), b"tag: v1\n".to_vec()));
        drop(repo);
        assert_eq!(at(&ground).as_known().map(|repo| read(&repo)), Some(b"tag: v1\n".to_vec()));
    }

    #[test]
    fn what_is_known_is_told_without_asking_anybody() {
        let ground = ground(1);
        assert!(at(&ground).as_known().is_none());
        drop(open(&ground));
        let before = ground.id("origin.git", "main");
        land(&ground, "news");
        assert_eq!(tip(&at(&ground).as_known().unwrap()), before);
    }
}
