//! Application source repositories: a path as it is, or a commits-only mirror of an address in the user's cache folder.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::domain::address::shown;
use crate::domain::commit::{CommitId, CommitInfo, Distance, Known};
use crate::domain::names::{BranchName, nearest};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{PathPattern, SourceAddress};
use crate::process::Surroundings;

use super::address::Address;
use super::kept::of_its_own;
use super::log::ids;
use super::mirror::Mirror;
use super::opened::{Opened, Refs};
use super::own::Own;
use super::repo::same_folder;

/// Whether sources may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    Allowed,
    Offline,
    /// Nothing is fetched, and the branches of a mirror count as they were when it last was: for what decides nothing.
    AsKnown,
}

/// The branches of a source by their full refs; `None`: what it is at is not here.
pub(super) type Advertised = BTreeMap<String, Option<CommitId>>;

/// An open source repository. Fetches at most once by itself, when a commit or name is asked for that is not here.
pub struct Source {
    pub(super) shown: String,
    /// What of it concerns the application, as git selects paths; empty: all of it.
    pub(super) concerns: Vec<String>,
    /// A folder, or where the mirror is.
    dir: PathBuf,
    pub(super) mirror: Option<Mirror>,
    pub(super) network: Network,
    surroundings: Surroundings,
    opened: RefCell<Option<Rc<Opened>>>,
    fetched: Cell<bool>,
    /// Why that failed, where it did: it is not tried again.
    pub(super) unreached: RefCell<Option<Refusal>>,
    /// Its branches by their full refs, as they were when they were first asked for in this run.
    pub(super) advertised: RefCell<Option<Rc<Advertised>>>,
}

/// What an abbreviated id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expanded {
    One(CommitId),
    /// Several commits share it.
    Several(Vec<CommitId>),
    None,
}

impl Source {
    /// Opens a source. Relative paths start where the config repository is, which itself is refused.
    /// `concerns`: what of it concerns the application (a mirror then holds trees too); empty: all of it.
    pub fn open(
        address: &SourceAddress,
        concerns: &[PathPattern],
        own: &Own,
        surroundings: &Surroundings,
        network: Network,
    ) -> Result<Self, Error> {
        let place = Address::new(&address.0, &own.root)?;
        if own.is(address) {
            return Err(is_config(&shown(&address.0)));
        }
        let surroundings = of_its_own(surroundings);
        let (shown, dir, mirror, opened) = match place {
            Address::Folder(_) if own.has_no_root && Path::new(&address.0).is_relative() => {
                return Err(starts_nowhere(&address.0));
            }
            Address::Folder(dir) => {
                let opened = open_folder(&address.0, &dir, &surroundings)?;
                // A clone of it lacks what landed since, and says where it comes from.
                let from = opened.repo.config("remote.origin.url")?.map(|text| SourceAddress(text.into()));
                if own.has_folder(opened.repo.common_dir())
                    || from.is_some_and(|from| own.is(&from))
                    || own.tip.is_some_and(|tip| opened.has(tip))
                {
                    return Err(is_config(&address.0));
                }
                (address.0.clone(), dir, None, Some(Rc::new(opened)))
            }
            Address::Remote(remote) => {
                let shown = remote.shown.clone();
                let mirror = Mirror::new(remote, !concerns.is_empty(), &surroundings)?;
                (shown, mirror.dir().clone(), Some(mirror), None)
            }
        };
        Ok(Self {
            shown,
            concerns: concerns.iter().flat_map(pathspecs).collect(),
            dir,
            mirror,
            network,
            surroundings,
            opened: RefCell::new(opened),
            fetched: Cell::new(false),
            unreached: RefCell::default(),
            advertised: RefCell::default(),
        })
    }

    /// The address as it may be shown: without credentials.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// A user's revision (full or abbreviated id, branch, tag) to a commit. An abbreviation that two commits share lists both.
    pub fn resolve(&self, rev: &str) -> Result<CommitId, Error> {
        if rev == "HEAD" {
            return match self.branch_tip(None)? {
                Some(tip) => Ok(tip),
                None => Err(self.no_such("HEAD", "a default branch")),
            };
        }
        let digits = is_abbreviation(rev);
        if digits && rev.len() == 40 {
            return match self.expand(rev)? {
                Expanded::One(commit) => Ok(commit),
                _ => Err(self.missing(rev)),
            };
        }
        let mut named = self.opened()?.refs()?.named(rev);
        // A branch moves, so the freshest one counts; a tag or an id that is here does not.
        let moves = named.iter().any(|(name, _)| !name.starts_with("refs/tags/"));
        if (moves || (named.is_empty() && !digits)) && self.refresh()? {
            named = self.opened()?.refs()?.named(rev);
        }
        let mut found: Vec<(String, CommitId)> = named;
        if digits {
            match self.expand(rev)? {
                Expanded::One(commit) => found.push((commit.to_string(), commit)),
                Expanded::Several(commits) => found.extend(commits.into_iter().map(|c| (c.to_string(), c))),
                Expanded::None if found.is_empty() => found = self.opened()?.refs()?.named(rev),
                Expanded::None => {}
            }
        }
        match found.as_slice() {
            [] => Err(self.no_such(rev, "a branch, a tag or a commit")),
            [(_, commit), rest @ ..] if rest.iter().all(|(_, other)| other == commit) => Ok(*commit),
            several => {
                let lines = several.iter().map(|(name, commit)| self.candidate(name, *commit));
                Err(Refusal::new(
                    Code::AmbiguousRevision,
                    format!("`{rev}` names more than one commit of `{}`", self.shown),
                )
                .details(lines)
                .hint("write the full commit id, `refs/heads/NAME` or `refs/tags/NAME`")
                .invalid())
            }
        }
    }

    /// An abbreviated or full id to a commit that is here; fetches once where it is not.
    pub fn expand(&self, digits: &str) -> Result<Expanded, Error> {
        if !is_abbreviation(digits) {
            return Ok(Expanded::None);
        }
        match self.expand_here(digits)? {
            Expanded::None if self.refresh()? => self.expand_here(digits),
            expanded => Ok(expanded),
        }
    }

    /// A tag, peeled to its commit.
    pub fn tag(&self, name: &str) -> Result<Option<CommitId>, Error> {
        match self.opened()?.refs()?.tag(name) {
            None if self.refresh()? => Ok(self.opened()?.refs()?.tag(name)),
            found => Ok(found),
        }
    }

    /// The tags that point at a commit, newest version first.
    pub fn tags_at(&self, commit: CommitId) -> Result<Vec<String>, Error> {
        let at = |refs: &Refs| -> Vec<String> {
            refs.tags.iter().filter(|(_, at)| *at == commit).map(|(name, _)| name.clone()).collect()
        };
        let found = at(self.opened()?.refs()?);
        if found.is_empty() && self.refresh()? { Ok(at(self.opened()?.refs()?)) } else { Ok(found) }
    }

    /// The names of all tags, newest version first.
    pub fn tags(&self) -> Result<Vec<String>, Error> {
        Ok(self.opened()?.refs()?.tags.iter().map(|(name, _)| name.clone()).collect())
    }

    /// The names of all branches, as they are known here.
    pub fn branches(&self) -> Result<Vec<String>, Error> {
        let opened = self.opened()?;
        let refs = opened.refs()?;
        let names: BTreeSet<&String> = refs.heads.keys().chain(refs.tracked.keys()).collect();
        Ok(names.into_iter().cloned().collect())
    }

    /// The first digits of a commit's id, at least so many, that no other commit here begins with.
    pub fn digits(&self, commit: CommitId, least: usize) -> Result<String, Error> {
        let (id, opened) = (commit.to_string(), self.opened()?);
        for digits in least..40 {
            if opened.sharing(&id[..digits])?.len() < 2 {
                return Ok(id[..digits].to_string());
            }
        }
        Ok(id)
    }

    /// The tip of a branch (fetched where allowed); of the default branch where `None`.
    pub fn branch_tip(&self, branch: Option<&BranchName>) -> Result<Option<CommitId>, Error> {
        self.refresh()?;
        if let Some(branch) = branch {
            return Ok(self.opened()?.refs()?.branch(branch.as_str()));
        }
        if let (Some(mirror), Network::Allowed) = (&self.mirror, self.network) {
            mirror.learn_default_branch()?;
            self.reopen();
        }
        let opened = self.opened()?;
        let refs = opened.refs()?;
        Ok(refs.default_branch.as_deref().and_then(|name| refs.branch(name)))
    }

    /// What a commit says of itself; `CannotTell` where it is not here and cannot be fetched.
    pub fn commit(&self, id: CommitId) -> Result<CommitInfo, Error> {
        if !self.has(id)? {
            return Err(self.missing(&id.short()));
        }
        self.opened()?.repo.commit(id)
    }

    /// Whether `ancestor` is `descendant` or an ancestor of it.
    pub fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<Known<bool>, Error> {
        match self.lacking(&[ancestor, descendant])? {
            Some(refusal) => Ok(Known::CannotTell(refusal.message)),
            None => self.opened()?.repo.is_ancestor(ancestor, descendant),
        }
    }

    /// Commits of `left` that `right` lacks and the other way round; only those that concern the application.
    pub fn distance(&self, left: CommitId, right: CommitId) -> Result<Known<Distance>, Error> {
        if let Some(refusal) = self.lacking(&[left, right])? {
            return Ok(Known::CannotTell(refusal.message));
        }
        let opened = self.opened()?;
        let all = opened.repo.distance(left, right)?;
        if self.concerns.is_empty() || matches!(all, Known::CannotTell(_)) {
            return Ok(all);
        }
        let range = format!("{left}...{right}");
        let args = self.selecting(&["rev-list", "--count", "--left-right", &range]);
        let out = String::from_utf8_lossy(&opened.repo.selected_history(&args)?).trim().to_string();
        let counts = out.split_once('\t').and_then(|(l, r)| Some((l.parse().ok()?, r.parse().ok()?)));
        match counts {
            Some((ahead, behind)) => Ok(Known::Is(Distance { ahead, behind })),
            None => Err(Error::Failed(anyhow::anyhow!("cannot read what git counted: `{out}`"))),
        }
    }

    /// The commits that `has` contains and `lacks` does not, newest first, at most `limit`; only those that concern the application.
    pub fn between(&self, lacks: CommitId, has: CommitId, limit: usize) -> Result<Vec<CommitInfo>, Error> {
        if let Some(refusal) = self.lacking(&[lacks, has])? {
            return Err(refusal.cannot_tell());
        }
        let opened = self.opened()?;
        let found = if self.concerns.is_empty() {
            opened.repo.between(lacks, has, limit)?
        } else {
            let count = format!("--max-count={limit}");
            let (to, from) = (has.to_string(), format!("^{lacks}"));
            let args = self.selecting(&["rev-list", "--date-order", &count, &to, &from]);
            ids(&opened.repo.selected_history(&args)?)?
        };
        found.into_iter().map(|id| opened.repo.commit(id)).collect()
    }

    /// The newest commit on the way to `tip` (its first parents) that concerns the application, `tip` itself where all of the
    /// source does; `None`: there is none. What a merge brought concerns it where the merge does.
    pub fn newest(&self, tip: CommitId) -> Result<Known<Option<CommitId>>, Error> {
        if self.concerns.is_empty() {
            return Ok(Known::Is(Some(tip)));
        }
        if let Some(refusal) = self.lacking(&[tip])? {
            return Ok(Known::CannotTell(refusal.message));
        }
        let opened = self.opened()?;
        let args = self.selecting(&["rev-list", "--first-parent", "--max-count=1", &tip.to_string()]);
        let found = ids(&opened.repo.selected_history(&args)?)?.first().copied();
        // Where history is cut, git takes the last commit that is here for the one that brought everything.
        let is_cut = match found {
            Some(commit) => opened.repo.commit(commit)?.parents.first().is_some_and(|parent| !opened.has(*parent)),
            None => opened.repo.is_shallow(),
        };
        Ok(if is_cut {
            Known::CannotTell(format!("the source `{}` is a shallow clone", self.shown))
        } else {
            Known::Is(found)
        })
    }

    /// Arguments of git that select what concerns the application.
    pub(super) fn selecting(&self, args: &[&str]) -> Vec<String> {
        args.iter()
            .map(|arg| (*arg).to_string())
            .chain(["--".to_string()])
            .chain(self.concerns.iter().cloned())
            .collect()
    }

    /// What of it concerns the application, as git selects paths; empty: all of it.
    pub fn selects(&self) -> &[String] {
        &self.concerns
    }

    /// Whether this history is shallow, so that "not an ancestor" cannot be told.
    pub fn is_shallow(&self) -> bool {
        self.opened().is_ok_and(|opened| opened.repo.is_shallow())
    }

    /// Whether a commit that is not here is not there either: no history is cut off, and a mirror was brought up to date where it
    /// lacked something.
    pub fn is_whole(&self) -> bool {
        let is_fresh = self.mirror.is_none() || (self.network == Network::Allowed && self.unreached.borrow().is_none());
        is_fresh && !self.is_shallow()
    }

    /// Where the mirror is; none for a path.
    #[cfg(test)]
    fn mirror(&self) -> Option<&PathBuf> {
        self.mirror.as_ref().map(Mirror::dir)
    }

    /// The repository; a mirror is made where there is none, and made again where it cannot be opened.
    pub(super) fn opened(&self) -> Result<Rc<Opened>, Error> {
        if let Some(opened) = self.opened.borrow().as_ref() {
            return Ok(Rc::clone(opened));
        }
        let opened = match &self.mirror {
            None => open_folder(&self.shown, &self.dir, &self.surroundings)?,
            Some(mirror) => {
                if !mirror.exists() && !self.refresh()? {
                    if let Some(why) = self.unreached.borrow().clone() {
                        return Err(Error::CannotTell(why));
                    }
                    return Err(Refusal::new(
                        Code::SourceNotFetched,
                        format!(
                            "cannot tell anything of the source `{}`: it was never fetched, and this is offline",
                            self.shown
                        ),
                    )
                    .hint("run it once without `--offline`")
                    .cannot_tell());
                }
                match Opened::new(&self.dir, &self.surroundings) {
                    Ok(opened) => opened,
                    Err(error) => {
                        if self.network != Network::Allowed {
                            return Err(Refusal::new(
                                Code::SourceDamaged,
                                format!("cannot tell anything of the source `{}`: its mirror is damaged, and this is offline", self.shown),
                            )
                            .detail(error.to_string())
                            .hint("run it once without `--offline`")
                            .cannot_tell());
                        }
                        mirror.heal()?;
                        self.fetched.set(true);
                        Opened::new(&self.dir, &self.surroundings)?
                    }
                }
            }
        };
        let opened = Rc::new(opened);
        *self.opened.borrow_mut() = Some(Rc::clone(&opened));
        Ok(opened)
    }

    pub(super) fn reopen(&self) {
        *self.opened.borrow_mut() = None;
    }

    /// Fetches a mirror, once; `false`: nothing was fetched now.
    pub(super) fn refresh(&self) -> Result<bool, Error> {
        let Some(mirror) = &self.mirror else { return Ok(false) };
        if self.network != Network::Allowed || self.fetched.replace(true) {
            return Ok(false);
        }
        match mirror.fetch() {
            Err(Error::CannotTell(why)) => {
                self.unreached.replace(Some(why.clone()));
                return Err(Error::CannotTell(why));
            }
            other => other?,
        }
        self.reopen();
        Ok(true)
    }

    /// Whether a commit is here, after a fetch where it was not.
    fn has(&self, id: CommitId) -> Result<bool, Error> {
        if self.opened()?.has(id) {
            return Ok(true);
        }
        if self.refresh()? && self.opened()?.has(id) {
            return Ok(true);
        }
        Ok(false)
    }

    pub(super) fn lacking(&self, commits: &[CommitId]) -> Result<Option<Refusal>, Error> {
        for commit in commits {
            if !self.has(*commit)? {
                return Ok(Some(self.not_here(&commit.short())));
            }
        }
        Ok(None)
    }

    fn expand_here(&self, digits: &str) -> Result<Expanded, Error> {
        let opened = self.opened()?;
        if let Some(id) = CommitId::from_hex(digits) {
            return Ok(opened.peel(id).map_or(Expanded::None, Expanded::One));
        }
        let commits = opened.sharing(digits)?;
        Ok(match commits.as_slice() {
            [] => Expanded::None,
            [one] => Expanded::One(*one),
            _ => Expanded::Several(commits),
        })
    }

    fn candidate(&self, name: &str, commit: CommitId) -> String {
        let about = self.commit(commit).map(|info| format!("  {}", info.subject())).unwrap_or_default();
        let id = commit.to_string();
        if name == id { format!("{id}{about}") } else { format!("{name} is {id}{about}") }
    }

    fn not_here(&self, what: &str) -> Refusal {
        let shown = &self.shown;
        let refusal = |why: &str| {
            Refusal::new(
                Code::CommitNotInSource,
                format!("cannot tell: commit `{what}` is not in the source `{shown}`{why}"),
            )
        };
        match (&self.mirror, self.network) {
            (Some(_), Network::Offline | Network::AsKnown) => {
                refusal(" as it was last fetched, and this is offline").hint("run it again without `--offline`")
            }
            (Some(_), Network::Allowed) => refusal("").hint("push it to a branch of the source first"),
            (None, _) if self.is_shallow() => {
                refusal(", which is a shallow clone").hint(format!("git -C {shown} fetch --unshallow"))
            }
            (None, _) => refusal("").hint(format!("git -C {shown} fetch --all --tags")),
        }
    }

    fn missing(&self, what: &str) -> Error {
        self.not_here(what).cannot_tell()
    }

    /// A name that nothing has. Offline it may only not have been fetched.
    fn no_such(&self, rev: &str, what: &str) -> Error {
        let shown = &self.shown;
        if self.mirror.is_some() && self.network != Network::Allowed {
            let message = format!(
                "cannot tell what `{rev}` is in the source `{shown}`: it is not among what was last fetched, and this is offline"
            );
            return Refusal::new(Code::NoSuchRevision, message).hint("run it again without `--offline`").cannot_tell();
        }
        let mut refusal = Refusal::new(Code::NoSuchRevision, format!("`{rev}` is not {what} of the source `{shown}`"));
        if let Ok(opened) = self.opened()
            && let Ok(refs) = opened.refs()
        {
            let some: Vec<String> = refs.names().take(8).map(|name| format!("`{name}`")).collect();
            let more = if refs.names().nth(8).is_some() { ", ..." } else { "" };
            refusal = match nearest(rev, refs.names()) {
                Some(near) => refusal.hint(format!("did you mean `{near}`?")),
                None if some.is_empty() => refusal.hint("the source has neither branches nor tags"),
                None => refusal.hint(format!("name a commit, or one of {}{more}", some.join(", "))),
            };
        }
        refusal.invalid()
    }
}

/// A pattern as git selects paths; one that a folder fits takes all that is in it.
fn pathspecs(pattern: &PathPattern) -> Vec<String> {
    let except = if pattern.is_exception() { ",exclude" } else { "" };
    let path = pattern.positive();
    if pattern.is_glob() {
        vec![format!(":(glob{except}){path}"), format!(":(glob{except}){path}/**")]
    } else {
        vec![format!(":(literal{except}){path}")]
    }
}

/// Opens a folder that is a repository itself, not one that merely lies in another.
fn open_folder(shown: &str, dir: &Path, surroundings: &Surroundings) -> Result<Opened, Error> {
    let not_there = |why: &str| {
        Refusal::new(Code::NoSourceRepository, format!("cannot read the source `{shown}`: {why}"))
            .detail(format!("looked at {}", dir.display()))
            .hint("clone it there, or give its address as `source:`")
            .cannot_tell()
    };
    if !dir.is_dir() {
        return Err(not_there("there is no such folder"));
    }
    let opened = Opened::new(dir, surroundings)?;
    let roots = [opened.repo.work_tree(), Some(opened.repo.common_dir())];
    if roots.into_iter().flatten().any(|root| same_folder(root, dir)) {
        return Ok(opened);
    }
    Err(not_there("it is not the root of a git repository"))
}

/// A folder that is told from where a clone lies says nothing where there is none.
fn starts_nowhere(shown: &str) -> Error {
    let what =
        format!("cannot read the source `{shown}`: it is a folder beside a clone, and with `--repo` there is none");
    Refusal::new(Code::NoSourceRepository, what)
        .hint("give its address as `source:` in `stageline.yaml`, or run it in a clone")
        .cannot_tell()
}

fn is_config(shown: &str) -> Error {
    Refusal::new(Code::SourceIsConfig, format!("the source `{shown}` is the config repository itself"))
        .detail("a source is where the application is built from; the config repository says what runs where")
        .hint("give the application's own repository as `source:`")
        .invalid()
}

fn is_abbreviation(text: &str) -> bool {
    (4..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::super::program::{Git, Hooks};
    use super::super::repo::Repo;
    use super::super::sample::Sample;
    use super::*;
    use crate::process::Kind;

    /// A source with a branch, a feature branch that is ahead and behind, and tags; beside it a bare remote of it.
    struct World {
        sample: Sample,
        work: PathBuf,
        bare: PathBuf,
        first: CommitId,
        main: CommitId,
        feature: CommitId,
    }

    impl World {
        fn new() -> Self {
            let sample = Sample::new();
            let work = sample.init("web");
            let first = sample.commit(&work, "services/web/a", Some("1"));
            sample.git(&work, &["tag", "-a", "-m", "one", "v1.9.0"]);
            sample.git(&work, &["tag", "v1.10.0"]);
            sample.git(&work, &["checkout", "-q", "-b", "feature"]);
            let feature = sample.commit(&work, "services/web/b", Some("1"));
            sample.git(&work, &["checkout", "-q", "main"]);
            sample.commit(&work, "services/api/a", Some("1"));
            let main = sample.commit(&work, "services/web/a", Some("2"));
            sample.git(&sample.path("."), &["clone", "-q", "--bare", "web", "web.git"]);
            let bare = sample.path("web.git");
            sample.init("config");
            Self { sample, work, bare, first, main, feature }
        }

        fn url(&self) -> String {
            format!("file://{}", self.bare.display())
        }

        fn open(&self, address: &str, path: Option<&str>, network: Network) -> Result<Source, Error> {
            let root = self.sample.path("config");
            let concerns: Vec<PathPattern> = path.iter().map(|path| PathPattern::new(path).unwrap()).collect();
            let address = SourceAddress(address.into());
            let own = Repo::open(&root, &self.sample.surroundings).unwrap().own().unwrap();
            Source::open(&address, &concerns, &own, &self.sample.surroundings, network)
        }

        fn remote(&self, network: Network) -> Source {
            self.open(&self.url(), None, network).unwrap()
        }

        /// A new commit on the bare remote's `main`.
        fn push(&self) -> CommitId {
            let new = self.sample.commit_all(&self.work, "new");
            self.sample.git(&self.work, &["push", "-q", &self.url(), "main"]);
            new
        }
    }

    fn branch(name: &str) -> BranchName {
        BranchName::new(name).unwrap()
    }

    fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> (&'static str, Refusal) {
        match result {
            Ok(value) => panic!("not an error: {value:?}"),
            Err(error) => {
                let kind = match error {
                    Error::Invalid(_) => "invalid",
                    Error::CannotTell(_) => "cannot tell",
                    Error::Unauthenticated(_) => "unauthenticated",
                    _ => "other",
                };
                (kind, error.refusal())
            }
        }
    }

    #[test]
    fn names_and_ids_lead_to_the_same_commits_in_a_folder_and_in_a_mirror() {
        let world = World::new();
        for source in [world.open("../web", None, Network::Allowed).unwrap(), world.remote(Network::Allowed)] {
            let main = world.main.to_string();
            for rev in ["main", "refs/heads/main", "heads/main", "HEAD", &main, &main[..9], &main.to_uppercase()[..12]]
            {
                assert_eq!(source.resolve(rev).unwrap(), world.main, "{rev} in {}", source.shown());
            }
            for rev in ["v1.9.0", "tags/v1.9.0", "refs/tags/v1.10.0"] {
                assert_eq!(source.resolve(rev).unwrap(), world.first, "{rev}");
            }
            assert_eq!(source.tag("v1.9.0").unwrap(), Some(world.first));
            assert_eq!(source.tag("v9").unwrap(), None);
            assert_eq!(source.tags_at(world.first).unwrap(), ["v1.10.0", "v1.9.0"]);
            assert_eq!(source.branch_tip(None).unwrap(), Some(world.main));
            assert_eq!(source.branch_tip(Some(&branch("feature"))).unwrap(), Some(world.feature));
            assert_eq!(source.branch_tip(Some(&branch("nope"))).unwrap(), None);
            assert_eq!(source.commit(world.main).unwrap().subject(), "change services/web/a");
            assert_eq!(source.is_ancestor(world.first, world.main).unwrap(), Known::Is(true));
            assert_eq!(source.is_ancestor(world.feature, world.main).unwrap(), Known::Is(false));
            assert_eq!(
                source.distance(world.main, world.feature).unwrap(),
                Known::Is(Distance { ahead: 2, behind: 1 })
            );
            let between: Vec<CommitId> =
                source.between(world.feature, world.main, 1).unwrap().iter().map(|c| c.id).collect();
            assert_eq!(between, [world.main]);
            assert_eq!(source.between(world.feature, world.main, 9).unwrap().len(), 2);
        }
        let mirror = world.remote(Network::Allowed);
        assert_eq!(mirror.resolve("origin/main").unwrap(), world.main);
    }

    #[test]
    fn a_name_that_nothing_has_hints_at_the_nearest() {
        let world = World::new();
        let (kind, refusal) = code(world.remote(Network::Allowed).resolve("featrue"));
        assert_eq!((kind, refusal.code), ("invalid", Code::NoSuchRevision));
        assert_eq!(refusal.hints, ["did you mean `feature`?"]);
        for rev in ["-x", "", "main~1", "a b", "--all"] {
            assert_eq!(code(world.remote(Network::Allowed).resolve(rev)).0, "invalid", "{rev}");
        }
    }

    #[test]
    fn a_folder_of_a_monorepo_counts_only_its_own_commits() {
        let world = World::new();
        for address in ["../web".to_string(), world.url()] {
            let source = world.open(&address, Some("services/web"), Network::Allowed).unwrap();
            assert_eq!(
                source.distance(world.main, world.feature).unwrap(),
                Known::Is(Distance { ahead: 1, behind: 1 })
            );
            assert_eq!(source.between(world.first, world.main, 9).unwrap().len(), 1, "{address}");
        }
    }

    #[test]
    fn a_mirror_holds_commits_only_where_the_server_can() {
        let world = World::new();
        let tree = world.sample.git(&world.work, &["rev-parse", "main^{tree}"]);
        let blob = world.sample.git(&world.work, &["rev-parse", "main:services/web/a"]);
        // Asked in process: git itself would try to fetch what is missing.
        let has =
            |source: &Source, id: &str| source.opened().unwrap().repo.store().has(CommitId::from_hex(id).unwrap());
        let cache = world.sample.path("home/.cache");
        let answers = |allow: &[(&str, &str)], path: Option<&str>| {
            if cache.exists() {
                std::fs::remove_dir_all(&cache).unwrap();
            }
            for (key, value) in allow {
                world.sample.git(&world.bare, &["config", key, value]);
            }
            let source = world.open(&world.url(), path, Network::Allowed).unwrap();
            assert_eq!(source.resolve("main").unwrap(), world.main);
            assert!(source.mirror().unwrap().starts_with(&cache));
            (has(&source, &tree), has(&source, &blob))
        };
        assert_eq!(answers(&[("uploadpack.allowFilter", "true")], None), (false, false));
        assert_eq!(answers(&[], Some("services/web")), (true, false));
        assert_eq!(answers(&[("uploadpackfilter.tree.allow", "false")], None), (true, false));
        assert_eq!(answers(&[("uploadpackfilter.allow", "false")], None), (true, true));
        assert_eq!(answers(&[("uploadpack.allowFilter", "false")], None), (true, true));
    }

    #[test]
    fn what_is_new_at_the_remote_is_fetched_when_asked_for_and_once_only() {
        let world = World::new();
        assert_eq!(world.remote(Network::Allowed).resolve("main").unwrap(), world.main);
        let new = world.push();
        let source = world.remote(Network::Allowed);
        assert_eq!(source.commit(world.main).unwrap().id, world.main);
        assert_eq!(source.expand(&new.to_string()[..10]).unwrap(), Expanded::One(new));
        std::fs::rename(&world.bare, world.sample.path("gone.git")).unwrap();
        assert_eq!(source.expand("0123456789").unwrap(), Expanded::None);
        assert_eq!(code(source.commit(CommitId::from_bytes([7; 20]))).1.code, "commit-not-in-source");
        // Another process has its own turn, and says that the remote is away.
        let (kind, refusal) = code(world.remote(Network::Allowed).branch_tip(None));
        assert_eq!((kind, refusal.code), ("cannot tell", Code::SourceUnreachable));
        assert!(refusal.hints.iter().any(|hint| hint.contains("--offline")), "{refusal:?}");
    }

    #[test]
    fn a_source_that_cannot_be_reached_says_so_each_time_and_not_that_this_is_offline() {
        let world = World::new();
        std::fs::rename(&world.bare, world.sample.path("gone.git")).unwrap();
        let source = world.remote(Network::Allowed);
        for _ in 0..2 {
            let (kind, refusal) = code(source.commit(world.main));
            assert_eq!((kind, refusal.code), ("cannot tell", Code::SourceUnreachable));
            assert!(!refusal.message.contains("this is offline"), "{refusal:?}");
        }
    }

    #[test]
    fn a_branch_is_fresh_and_a_deleted_one_is_gone() {
        let world = World::new();
        assert_eq!(world.remote(Network::Allowed).resolve("main").unwrap(), world.main);
        let new = world.push();
        world.sample.git(&world.bare, &["branch", "-D", "feature"]);
        world.sample.git(&world.bare, &["symbolic-ref", "HEAD", "refs/heads/main"]);
        let source = world.remote(Network::Allowed);
        assert_eq!(source.resolve("main").unwrap(), new);
        assert_eq!(source.branch_tip(Some(&branch("feature"))).unwrap(), None);
    }

    #[test]
    fn offline_never_fetches_and_says_so() {
        let world = World::new();
        let (kind, refusal) = code(world.remote(Network::Offline).commit(world.main));
        assert_eq!((kind, refusal.code), ("cannot tell", Code::SourceNotFetched));
        assert!(!world.sample.path("home/.cache").exists());
        world.remote(Network::Allowed).resolve("main").unwrap();
        let new = world.push();
        let source = world.remote(Network::Offline);
        assert_eq!(source.resolve("main").unwrap(), world.main);
        assert_eq!(source.branch_tip(None).unwrap(), Some(world.main));
        assert_eq!(source.expand(&new.to_string()).unwrap(), Expanded::None);
        for told in [code(source.commit(new)), code(source.resolve("nope")), code(source.resolve(&new.to_string()))] {
            assert_eq!(told.0, "cannot tell");
            assert!(told.1.message.contains("cannot tell") && told.1.message.contains("offline"), "{}", told.1.message);
        }
        assert!(
            matches!(source.is_ancestor(world.main, new).unwrap(), Known::CannotTell(why) if why.contains("offline"))
        );
        assert!(matches!(source.distance(world.main, new).unwrap(), Known::CannotTell(_)));
    }

    #[test]
    fn a_damaged_mirror_is_made_again() {
        let world = World::new();
        let dir = world.remote(Network::Allowed).mirror().unwrap().clone();
        let packs = || -> Vec<PathBuf> {
            let entries = std::fs::read_dir(dir.join("objects/pack")).unwrap();
            entries
                .map(|e| e.unwrap().path())
                .filter(|p| p.extension().is_some_and(|e| e == "pack" || e == "idx"))
                .collect()
        };
        let no_head = || std::fs::remove_file(dir.join("HEAD")).unwrap();
        let no_packs = || packs().iter().for_each(|pack| std::fs::remove_file(pack).unwrap());
        let nothing = || {
            std::fs::remove_dir_all(&dir).unwrap();
            std::fs::create_dir(&dir).unwrap();
        };
        for damage in [&no_head as &dyn Fn(), &no_packs, &nothing] {
            world.remote(Network::Allowed).resolve("main").unwrap();
            damage();
            let (kind, _) = code(world.remote(Network::Offline).commit(world.main));
            assert_eq!(kind, "cannot tell");
            assert_eq!(world.remote(Network::Allowed).commit(world.main).unwrap().id, world.main);
            damage();
            assert_eq!(world.remote(Network::Allowed).resolve("main").unwrap(), world.main);
        }
    }

    #[test]
    fn what_a_killed_process_left_is_no_mirror() {
        let world = World::new();
        let dir = world.remote(Network::Offline).mirror().unwrap().clone();
        let half = PathBuf::from(format!("{}.making", dir.display()));
        std::fs::create_dir_all(half.join("objects")).unwrap();
        std::fs::write(half.join("HEAD"), "").unwrap();
        assert_eq!(world.remote(Network::Allowed).resolve("main").unwrap(), world.main);
        assert!(!half.exists());
    }

    #[test]
    fn several_processes_make_one_mirror() {
        let world = World::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(world.remote(Network::Allowed).resolve("main").unwrap(), world.main));
            }
        });
        let folder = world.sample.path("home/.cache/stageline/sources");
        let count = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(count, 2, "the mirror and its lock");
    }

    #[test]
    fn an_abbreviation_that_two_commits_share_names_both() {
        let world = World::new();
        let mut stream = String::new();
        for n in 1..1500 {
            stream += &format!("commit refs/heads/n{}\ncommitter A <a@b> {n} +0000\ndata 1\nx\n\n", n % 9);
        }
        Git::new(
            &world.sample.surroundings,
            &world.work,
            Kind::Plumbing,
            Hooks::Off,
            ["fast-import", "--quiet", "--force"],
        )
        .stdin(stream.into_bytes())
        .stdout()
        .unwrap();
        let out = world.sample.git(&world.work, &["rev-list", "--all"]);
        let mut all: Vec<CommitId> = ids(out.as_bytes()).unwrap();
        all.sort_unstable();
        let digits = |id: &CommitId| id.to_string()[..4].to_string();
        let shared =
            all.windows(2).find(|pair| digits(&pair[0]) == digits(&pair[1])).map(|pair| digits(&pair[0])).unwrap();
        let wanted: Vec<CommitId> = all.iter().filter(|id| digits(id) == shared).copied().collect();
        let source = world.open("../web", None, Network::Allowed).unwrap();
        assert_eq!(source.expand(&shared).unwrap(), Expanded::Several(wanted.clone()));
        let (kind, refusal) = code(source.resolve(&shared));
        assert_eq!((kind, refusal.code, refusal.details.len()), ("invalid", Code::AmbiguousRevision, wanted.len()));
        assert_eq!(source.expand(&wanted[0].to_string()[..16]).unwrap(), Expanded::One(wanted[0]));
    }

    #[test]
    fn only_commits_make_an_abbreviation_ambiguous() {
        let world = World::new();
        let main = digits4(world.main);
        for n in 0.. {
            let text = n.to_string();
            if git2::Oid::hash_object(git2::ObjectType::Blob, text.as_bytes()).unwrap().to_string().starts_with(&main) {
                std::fs::write(world.work.join("twin"), text).unwrap();
                world.sample.git(&world.work, &["hash-object", "-w", "twin"]);
                break;
            }
        }
        let source = world.open("../web", None, Network::Allowed).unwrap();
        assert_eq!(source.expand(&main).unwrap(), Expanded::One(world.main));
    }

    fn digits4(id: CommitId) -> String {
        id.to_string()[..4].to_string()
    }

    #[test]
    fn a_name_that_is_also_an_id_is_asked_back() {
        let world = World::new();
        let name = world.first.short();
        world.sample.git(&world.work, &["branch", &name, "main"]);
        let source = world.open("../web", None, Network::Allowed).unwrap();
        assert_eq!(code(source.resolve(&name)).1.code, "ambiguous-revision");
        assert_eq!(source.resolve(&format!("refs/heads/{name}")).unwrap(), world.main);
        world.sample.git(&world.work, &["tag", "both", "main"]);
        world.sample.git(&world.work, &["branch", "both", "feature"]);
        let source = world.open("../web", None, Network::Allowed).unwrap();
        assert_eq!(code(source.resolve("both")).1.details.len(), 2);
    }

    #[test]
    fn a_shallow_source_cannot_say_no() {
        let world = World::new();
        world.sample.git(
            &world.sample.path("."),
            &["clone", "-q", "--depth=1", "--no-tags", "--no-single-branch", &world.url(), "shallow"],
        );
        let source = world.open("../shallow", None, Network::Allowed).unwrap();
        assert!(source.is_shallow());
        assert!(matches!(source.is_ancestor(world.feature, world.main).unwrap(), Known::CannotTell(_)));
        assert!(matches!(source.is_ancestor(world.first, world.main).unwrap(), Known::CannotTell(_)));
        assert!(code(source.commit(world.first)).1.message.contains("shallow"));
        // A mirror of a shallow repository is shallow too.
        let url = format!("file://{}", world.sample.path("shallow").display());
        let mirror = world.open(&url, None, Network::Allowed).unwrap();
        assert_eq!(mirror.resolve("main").unwrap(), world.main);
        assert!(mirror.is_shallow());
        assert!(matches!(mirror.is_ancestor(world.feature, world.main).unwrap(), Known::CannotTell(_)));
    }

    #[test]
    fn a_clone_prefers_its_own_branches_and_knows_the_remotes() {
        let world = World::new();
        world.sample.git(&world.sample.path("."), &["clone", "-q", &world.url(), "clone"]);
        let clone = world.sample.path("clone");
        let local = world.sample.commit_all(&clone, "local");
        world.sample.git(&clone, &["checkout", "-q", "-b", "mine"]);
        let source = world.open("../clone", None, Network::Allowed).unwrap();
        assert_eq!(source.resolve("main").unwrap(), local);
        assert_eq!(source.resolve("origin/main").unwrap(), world.main);
        assert_eq!(source.resolve("feature").unwrap(), world.feature);
        assert_eq!(source.branch_tip(None).unwrap(), Some(local), "the default branch, not the one checked out");
        world.sample.git(&clone, &["worktree", "add", "-q", "../linked", "feature"]);
        for address in ["../linked", "../web.git"] {
            assert_eq!(world.open(address, None, Network::Offline).unwrap().resolve("feature").unwrap(), world.feature);
        }
    }

    #[test]
    fn the_config_repository_is_no_source() {
        let world = World::new();
        let config = world.sample.path("config");
        world.sample.git(&config, &["remote", "add", "origin", "https://me:pw@git.example.com/ops/config.git"]);
        world.sample.git(&config, &["remote", "add", "near", &world.sample.path("web.git").to_string_lossy()]);
        let same = format!("file://{}", config.display());
        for address in [".", "../config", &same, "git@git.example.com:ops/config", "../web.git"] {
            assert_eq!(
                code(world.open(address, None, Network::Allowed).map(|s| s.shown().to_string())).1.code,
                "source-is-config",
                "{address}"
            );
        }
        std::fs::create_dir(config.join("apps")).unwrap();
        for address in ["../nowhere", "../web/services"] {
            assert_eq!(
                code(world.open(address, None, Network::Allowed).map(|s| s.shown().to_string())).1.code,
                "no-source-repository",
                "{address}"
            );
        }
    }

    #[test]
    fn credentials_stay_out_of_messages_and_out_of_the_cache() {
        let world = World::new();
        let source = world.open("https://mei:s3cret@127.0.0.1:9/web.git", None, Network::Allowed).unwrap();
        assert_eq!(source.shown(), "https://127.0.0.1:9/web.git");
        let (kind, refusal) = code(source.resolve("main"));
        assert_eq!((kind, refusal.code), ("cannot tell", Code::SourceUnreachable));
        assert!(!format!("{refusal:?}").contains("s3cret"), "{refusal:?}");

        world.remote(Network::Allowed).resolve("main").unwrap();
        let config = world.remote(Network::Allowed).mirror().unwrap().join("config");
        assert!(!std::fs::read_to_string(config).unwrap().contains("url"), "a mirror does not know its address");
    }

    #[test]
    fn variables_of_an_outer_git_do_not_lead_astray() {
        let mut world = World::new();
        let elsewhere = world.sample.path("config/.git").into_os_string();
        for name in ["GIT_DIR", "GIT_OBJECT_DIRECTORY"] {
            world.sample.surroundings.variables.insert(name.into(), elsewhere.clone());
        }
        assert_eq!(world.remote(Network::Allowed).resolve("main").unwrap(), world.main);
        assert_eq!(world.open("../web", None, Network::Allowed).unwrap().resolve("main").unwrap(), world.main);
    }
}
