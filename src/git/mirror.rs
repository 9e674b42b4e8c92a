//! The cached mirror of a remote source: made whole or not at all, fetched under a lock, healed when damaged.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use crate::domain::commit::CommitId;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{Finished, Kind, Surroundings};

use super::address::Remote;
use super::kept::{cache_folder, one_more_setting, remove};
use super::program::{Git, Hooks, asks_who_we_are, words};
use super::remote::{default_branch, refs_in};

/// How long a first fetch of a large source may take where nobody can press Ctrl-C.
pub(super) const FETCH_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Asks for the branches.
const HEADS: [&str; 3] = ["ls-remote", "--heads", "origin"];

/// How anything is fetched. Commits that a branch dropped may still be pinned somewhere, so none is ever pruned.
const FETCH: [&str; 11] = [
    "-c",
    "gc.pruneExpire=never",
    "-c",
    "gc.autoDetach=false",
    "fetch",
    "--quiet",
    "--force",
    "--no-tags",
    "--update-shallow",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
];

/// How long a server that is only looked at may take.
const A_LOOK: Duration = Duration::from_secs(60);

/// A bare mirror of a remote's branches and tags under the user's cache folder. It never knows the remote's address
/// itself (that may hold credentials), so nothing but `fetch` can reach the network.
pub(super) struct Mirror {
    remote: Remote,
    dir: PathBuf,
    /// Whether folders must be told apart, so that trees are needed.
    trees: bool,
    surroundings: Surroundings,
}

impl Mirror {
    /// Where the mirror of `remote` is or will be. An error where no cache folder is known.
    pub fn new(remote: Remote, trees: bool, surroundings: &Surroundings) -> Result<Self, Error> {
        let Some(cache) = cache_folder(surroundings) else {
            return Err(Refusal::new(Code::NoCacheFolder, "there is no folder to keep source mirrors in")
                .hint("set `HOME` or `XDG_CACHE_HOME` to an absolute path")
                .invalid());
        };
        let dir = cache.join("sources").join(remote.folder(trees));
        Ok(Self { remote, dir, trees, surroundings: surroundings.clone() })
    }

    /// The bare repository.
    pub fn dir(&self) -> &PathBuf {
        &self.dir
    }

    /// Whether there is one. It is renamed into place when it is whole, so it is never half made.
    pub fn exists(&self) -> bool {
        self.dir.is_dir()
    }

    /// Brings all branches and tags up to date, making the mirror where there is none and making it again where it is damaged.
    pub fn fetch(&self) -> Result<(), Error> {
        self.surroundings.meter.begin(format!("fetching the source {}", self.remote.shown));
        let _lock = self.lock()?;
        if !self.exists() {
            return self.make();
        }
        self.drop_symbolic_refs()?;
        let fetched = self.run_fetch(&self.dir, None)?;
        if fetched.code == Some(0) {
            return Ok(());
        }
        if self.sound()? { Err(self.unreachable(&fetched)) } else { self.make() }
    }

    /// A mirror has no names that stand for other names: a fetch would write through them, and leave two branches as one.
    fn drop_symbolic_refs(&self) -> Result<(), Error> {
        let listed =
            self.git(&self.dir, Kind::Plumbing, &["for-each-ref", "--format=%(symref) %(refname)"]).finish()?;
        for line in String::from_utf8_lossy(&listed.stdout).lines() {
            if let Some((_, name)) = line.split_once(' ').filter(|(target, _)| !target.is_empty()) {
                self.git(&self.dir, Kind::Plumbing, &["symbolic-ref", "--delete", name]).stdout()?;
            }
        }
        Ok(())
    }

    /// Makes a damaged mirror again; `false`: it was sound.
    pub fn heal(&self) -> Result<bool, Error> {
        let _lock = self.lock()?;
        if self.exists() && self.sound()? {
            return Ok(false);
        }
        self.make()?;
        Ok(true)
    }

    /// Asks the remote for its default branch and remembers it as the mirror's own.
    pub fn learn_default_branch(&self) -> Result<(), Error> {
        self.point_head(&self.dir)
    }

    /// The branches by their full refs, as the server says now. What the mirror has for refs is no evidence: whoever can write
    /// there can plant one, or make one stand for another.
    pub fn advertised(&self) -> Result<BTreeMap<String, CommitId>, Error> {
        self.heads(self.git(&self.dir, Kind::Interactive, &HEADS).limit(FETCH_LIMIT))
    }

    /// The refs of exactly these full names, as the server says now.
    pub fn named(&self, names: &[String]) -> Result<BTreeMap<String, CommitId>, Error> {
        let asked: Vec<&str> = ["ls-remote", "origin"].into_iter().chain(names.iter().map(String::as_str)).collect();
        let mut all = self.heads(self.git(&self.dir, Kind::Interactive, &asked).limit(FETCH_LIMIT))?;
        // git also tells those whose names end so.
        all.retain(|name, _| names.contains(name));
        Ok(all)
    }

    /// Brings what a ref of a request is at. The ref that it is kept by is no branch and no tag: it is evidence of nothing.
    pub fn bring(&self, name: &str, number: u64) -> Result<(), Error> {
        let _lock = self.lock()?;
        let refspec = format!("+{name}:refs/requests/{number}");
        let mut args = FETCH.to_vec();
        args.extend(["origin", &refspec]);
        let fetched = self.over_the_network(&self.dir, &args)?;
        if fetched.code == Some(0) { Ok(()) } else { Err(self.unreachable(&fetched)) }
    }

    /// The same without a mirror: nothing is made or fetched.
    pub fn asked(&self) -> Result<BTreeMap<String, CommitId>, Error> {
        self.heads(Git::new(&self.surroundings, Path::new("/"), Kind::Interactive, Hooks::Off, HEADS).limit(A_LOOK))
    }

    fn heads(&self, git: Git<'_>) -> Result<BTreeMap<String, CommitId>, Error> {
        let told = self.at_the_remote(git)?;
        if told.code == Some(0) { Ok(refs_in(&told.stdout)) } else { Err(self.unreachable(&told)) }
    }

    fn lock(&self) -> Result<File, Error> {
        let folder = self.dir.parent().unwrap_or(&self.dir);
        let open = || -> anyhow::Result<File> {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
            let path = self.beside("lock");
            let file = File::options().create(true).truncate(false).write(true).open(&path);
            let file = file.with_context(|| format!("cannot open the lock {}", path.display()))?;
            file.lock().with_context(|| format!("cannot take the lock {}", path.display()))?;
            Ok(file)
        };
        Ok(open()?)
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.dir.clone().into_os_string();
        name.push(".");
        name.push(suffix);
        name.into()
    }

    /// Makes the mirror beside its place and renames it there. The lock is held, so what lies there is of a process that died.
    fn make(&self) -> Result<(), Error> {
        let (new, old) = (self.beside("making"), self.beside("broken"));
        for left in [&new, &old] {
            remove(left)?;
        }
        let wanted: &[&str] = if self.trees { &["blob:none"] } else { &["tree:0", "blob:none"] };
        let mut refused = None;
        for filter in wanted.iter().copied().map(Some).chain([None]) {
            self.init(&new)?;
            let fetched = self.run_fetch(&new, filter)?;
            if fetched.code == Some(0) {
                refused = None;
                break;
            }
            let about_filter = String::from_utf8_lossy(&fetched.stderr).contains("filter");
            refused = Some(self.unreachable(&fetched));
            remove(&new)?;
            // A server may refuse a filter that it knows; anything else would fail again.
            if !about_filter {
                break;
            }
        }
        if let Some(error) = refused {
            return Err(error);
        }
        self.point_head(&new)?;
        if self.exists() {
            std::fs::rename(&self.dir, &old).context("cannot put the damaged mirror aside")?;
        }
        std::fs::rename(&new, &self.dir).context("cannot put the new mirror in its place")?;
        remove(&old)
    }

    fn init(&self, dir: &Path) -> Result<(), Error> {
        let mut args: Vec<OsString> =
            ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--"].map(OsString::from).to_vec();
        args.push(dir.into());
        let above = dir.parent().unwrap_or(dir);
        Git::new(&self.surroundings, above, Kind::Plumbing, Hooks::Off, args).stdout()?;
        Ok(())
    }

    fn run_fetch(&self, dir: &Path, filter: Option<&str>) -> Result<Finished, Error> {
        let mut args = FETCH.to_vec();
        args.push("--prune");
        let filter = filter.map(|filter| format!("--filter={filter}"));
        args.extend(filter.as_deref());
        args.extend(["origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
        self.over_the_network(dir, &args)
    }

    fn point_head(&self, dir: &Path) -> Result<(), Error> {
        let told = self.over_the_network(dir, &["ls-remote", "--symref", "origin", "HEAD"])?;
        if told.code != Some(0) {
            return Err(self.unreachable(&told));
        }
        // An empty or a detached remote has no default branch; the mirror then keeps the one that it had.
        if let Some(branch) = default_branch(&told.stdout) {
            self.git(dir, Kind::Plumbing, &["symbolic-ref", "HEAD", &branch.full()]).stdout()?;
        }
        Ok(())
    }

    /// Whether every commit of every branch and tag can be read. A walk that was ended from outside says nothing: a mirror
    /// that is made again lacks commits that its remote has dropped since.
    fn sound(&self) -> Result<bool, Error> {
        let git = self.git(&self.dir, Kind::Plumbing, &["rev-list", "--count", "--all"]);
        let walk = git.finish()?;
        match walk.code {
            Some(0) => Ok(true),
            Some(_) if !walk.timed_out => Ok(false),
            _ => Err(git.failure(&walk)),
        }
    }

    fn git(&self, dir: &Path, kind: Kind, args: &[&str]) -> Git<'_> {
        let mut git_dir = OsString::from("--git-dir=");
        git_dir.push(dir);
        let args = std::iter::once(git_dir).chain(args.iter().map(OsString::from));
        // What a filter left out is never wanted here, and looking for the parents that a shallow remote lacks has no end.
        Git::new(&self.surroundings, dir, kind, Hooks::Off, args).set("GIT_NO_LAZY_FETCH", "1")
    }

    /// Gives git the address by its environment: neither a file nor a command line of ours ever holds it.
    fn over_the_network(&self, dir: &Path, args: &[&str]) -> Result<Finished, Error> {
        self.at_the_remote(self.git(dir, Kind::Interactive, args).limit(FETCH_LIMIT))
    }

    /// What git says here with what a filter has left out, which it gets from `origin` as it goes; `None`: it could not.
    ///
    /// # Errors
    /// git cannot be started.
    pub fn reading_what_was_left_out(&self, args: &[String]) -> Result<Option<Vec<u8>>, Error> {
        let _lock = self.lock()?;
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let git = self.git(&self.dir, Kind::Interactive, &args).set("GIT_LITERAL_PATHSPECS", "0");
        let finished = self.at_the_remote(git.set("GIT_NO_LAZY_FETCH", "0").limit(FETCH_LIMIT))?;
        Ok((finished.code == Some(0)).then_some(finished.stdout))
    }

    /// Runs what asks `origin`, whose address it is told for this once.
    fn at_the_remote(&self, mut git: Git<'_>) -> Result<Finished, Error> {
        for (name, value) in one_more_setting(&self.surroundings, "remote.origin.url", &self.remote.url) {
            git = git.set(name, value);
        }
        git.finish()
    }

    fn unreachable(&self, finished: &Finished) -> Error {
        let said = words(&finished.stderr);
        let shown = &self.remote.shown;
        if asks_who_we_are(&finished.stderr) {
            return Refusal::new(Code::SourceAuthentication, format!("the source `{shown}` wants to know who you are"))
                .details(said)
                .hint(format!("git ls-remote {shown}"))
                .unauthenticated();
        }
        let why = if finished.timed_out { "it took too long" } else { "it cannot be reached" };
        let mut refusal = Refusal::new(Code::SourceUnreachable, format!("cannot fetch the source `{shown}`: {why}"))
            .details(said)
            .hint(format!("git ls-remote {shown}"));
        if self.exists() {
            refusal = refusal.hint("`--offline` works with what was fetched before");
        }
        refusal.cannot_tell()
    }
}
