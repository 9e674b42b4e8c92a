//! The config repository by its address: what stands in for a clone is a bare repository with one commit and no blobs, in the
//! user's cache folder, or a temporary one where that cannot be.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

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
use super::remote::{Called, default_branch, tracking, unreachable};
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
        let mut branches = self.branches_of(&origin)?;
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
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        let there = |branch: &BranchName| {
            let mut lines = text.lines().filter_map(|line| line.split_once('\t'));
            lines.find(|(_, name)| *name == branch.full()).and_then(|(id, _)| CommitId::from_hex(id))
        };
        let mut news = Vec::new();
        for branch in &branches {
            let name = tracking(&origin, branch);
            match (there(branch), self.tip(&name)?) {
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

    /// The branches of a remote that are kept here.
    fn branches_of(&self, remote: &RemoteName) -> Result<Vec<BranchName>, Error> {
        let folder = format!("refs/remotes/{remote}/");
        let refs = self.refs()?;
        let names = refs.names().filter_map(|name| name.strip_prefix(&folder)).filter(|name| *name != "HEAD");
        Ok(names.filter_map(|name| BranchName::new(name).ok()).collect())
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
            Address::Folder(folder) => format!("file://{}", folder.display().to_string().replace('%', "%25")),
        };
        let dir = cache_folder(surroundings).map(|cache| cache.join("configs").join(folder_of_config(&url)));
        Ok(Self { shown: shown(&url), url, dir, surroundings: of_its_own(surroundings) })
    }

    /// What stands in for a clone, with the branches as the remote has them now.
    ///
    /// # Errors
    /// The other side cannot be asked.
    pub fn open(&self) -> Result<Repo, Error> {
        match self.kept() {
            // A cache that cannot be written, or that is damaged while somebody uses it: for this run another one will do.
            Ok(None) | Err(Error::Failed(_)) => self.temporary(),
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
    fn kept(&self) -> Result<Option<Repo>, Error> {
        let Some(dir) = &self.dir else { return Ok(None) };
        let above = dir.parent().unwrap_or(dir);
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(above);
        made.with_context(|| format!("cannot make the folder {}", above.display()))?;
        let lock = locked(&beside(dir, "lock"))?;
        let in_use = opened(&beside(dir, "in-use"))?;
        let is_alone = in_use.try_lock().is_ok();
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
            None if !is_alone => return Ok(None),
            None => {
                self.make(dir)?;
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
    fn temporary(&self) -> Result<Repo, Error> {
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
        let origin = origin()?;
        let Ok(branches) = repo.branches_of(&origin) else { return Ok(None) };
        for branch in branches {
            let Some(tip) = repo.tip(&tracking(&origin, &branch))? else { continue };
            if !repo.store().link(tip).is_ok_and(|link| repo.store().has(link.tree)) {
                return Ok(None);
            }
        }
        Ok(Some(repo))
    }

    /// Makes one beside its place and renames it there: it is whole, or not there. The lock is held, so what lies there is of
    /// a process that died.
    fn make(&self, dir: &Path) -> Result<(), Error> {
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
    for branch in repo.branches_of(&origin)? {
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
