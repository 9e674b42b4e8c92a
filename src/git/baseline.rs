//! The environment baseline: whether a source's branches, as their server has them now, contain a commit, or its content.

use std::collections::HashSet;
use std::rc::Rc;

use git2::ObjectType;

use crate::domain::commit::{CommitId, Known, ObjectId, TreeId};
use crate::domain::names::BranchName;
use crate::domain::refusal::{Error, Refusal};
use crate::domain::settings::BranchPattern;
use crate::process::Kind;

use super::graph;
use super::opened::Opened;
use super::program::words;
use super::remote::refs_in;
use super::source::{Advertised, Network, Source};
use super::store::{Store, id_of};

/// git's tree of no files, which it knows without having it.
const NO_FILES: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/// How many commits are looked at for the same content, of all branches together.
const MOST: usize = 10_000;
/// How many pairs of trees git compares in one run.
const AT_ONCE: usize = 256;
/// How git compares trees: all files of them, each as it is, whatever a configuration says of submodules.
const COMPARE: [&str; 6] = ["diff-tree", "-r", "--raw", "--no-abbrev", "--no-renames", "--ignore-submodules=none"];

/// What of a commit's files concerns the application, as one id: two commits of one source have the same where each of
/// those files has the same path, mode and bytes in both. Of use only beside others of the same source and paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Content(ObjectId);

/// The branches that patterns choose, in the order of `BranchPattern::place`.
struct Heads {
    names: Vec<BranchName>,
    tips: Vec<CommitId>,
    /// Why one more cannot be looked at.
    unread: Option<String>,
}

/// The first parents of several tips, each commit once.
struct Chains {
    /// In order: each with its tree, and whether the next is its first parent.
    commits: Vec<Linked>,
    /// Where a shallow history ends one of them first, as the number of commits before that.
    cut: Option<usize>,
    /// Whether there are more than are looked at.
    more: bool,
}

struct Linked {
    id: CommitId,
    tree: TreeId,
    goes_on: bool,
    /// Whether its parents exist but are not here.
    boundary: bool,
}

impl Source {
    /// A branch of the source that these patterns choose and whose history has the commit: as the source's server names its
    /// branches in this run, which offline cannot be told. Of several it is the one that the patterns name first.
    pub fn reached(&self, commit: CommitId, branches: &[BranchPattern]) -> Result<Known<Option<BranchName>>, Error> {
        Ok(match self.heads(branches)? {
            Known::Is(heads) => self.reached_from(commit, &heads)?,
            Known::CannotTell(why) => Known::CannotTell(why),
        })
    }

    fn reached_from(&self, commit: CommitId, heads: &Heads) -> Result<Known<Option<BranchName>>, Error> {
        let opened = self.opened()?;
        Ok(match told(graph::first_containing(opened.repo.store(), commit, &heads.tips))? {
            Known::Is(Some(place)) => Known::Is(heads.names.get(place).cloned()),
            Known::CannotTell(_) if opened.repo.is_shallow() => Known::CannotTell(self.cut_off()),
            Known::CannotTell(why) => Known::CannotTell(why),
            Known::Is(None) => heads.unread.clone().map_or(Known::Is(None), Known::CannotTell),
        })
    }

    /// What of a commit concerns the application. A commit that has nothing of it has no content, which cannot be compared.
    pub fn content(&self, commit: CommitId) -> Result<Known<Content>, Error> {
        if let Some(refusal) = self.lacking(&[commit])? {
            return Ok(Known::CannotTell(refusal.message));
        }
        let opened = self.opened()?;
        let tree = match told(opened.repo.store().link(commit).map(|link| Known::Is(link.tree)))? {
            Known::Is(tree) => tree,
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        };
        if self.concerns.is_empty() {
            return Ok(Known::Is(Content(tree)));
        }
        let tree = tree.to_string();
        let args: Vec<&str> = COMPARE.into_iter().chain(["-z", NO_FILES, &tree]).collect();
        Ok(match self.compare(&opened, &self.selecting(&args), None)? {
            Known::Is(files) if files.is_empty() => Known::CannotTell(format!(
                "commit `{}` of the source `{}` has no file that concerns the application (`path:`)",
                commit.short(),
                self.shown
            )),
            Known::Is(files) => Known::Is(Content(id_of(ObjectType::Blob, &files)?)),
            Known::CannotTell(why) => Known::CannotTell(why),
        })
    }

    /// Another build of the same content: the newest commit on the way to the branches that these patterns choose (their first
    /// parents, one branch after the other in the order of the patterns) that concerns the application and has the content
    /// of `content_of`; that commit itself where those branches contain it.
    pub fn counterpart(
        &self,
        content_of: CommitId,
        branches: &[BranchPattern],
    ) -> Result<Known<Option<CommitId>>, Error> {
        let heads = match self.heads(branches)? {
            Known::Is(heads) => heads,
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        };
        match self.reached_from(content_of, &heads)? {
            Known::Is(None) => {}
            Known::Is(Some(_)) => return Ok(Known::Is(Some(content_of))),
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        }
        if let Known::CannotTell(why) = self.content(content_of)? {
            return Ok(Known::CannotTell(why));
        }
        let opened = self.opened()?;
        let read = chains(opened.repo.store(), &heads.tips).and_then(|chains| {
            let tree = opened.repo.store().link(content_of)?.tree;
            Ok(match self.first_alike(&opened, tree, &chains)? {
                Known::Is(found) => self.as_far_as_seen(&chains, found),
                Known::CannotTell(why) => Known::CannotTell(why),
            })
        });
        told(read)
    }

    /// The commit at a place, unless what is not here might hold one that comes before it.
    fn as_far_as_seen(&self, chains: &Chains, found: Option<usize>) -> Known<Option<CommitId>> {
        let commit = found.and_then(|place| chains.commits.get(place));
        if chains.cut.is_some_and(|cut| found.is_none_or(|place| place >= cut))
            || (commit.is_some_and(|commit| commit.boundary) && !self.concerns.is_empty())
        {
            return Known::CannotTell(self.cut_off());
        }
        match commit {
            None if chains.more => Known::CannotTell(format!(
                "none of the newest {MOST} commits of the branches of `{}` has that content, and older ones are not looked at; \
                 name the commit",
                self.shown
            )),
            found => Known::Is(found.map(|commit| commit.id)),
        }
    }

    /// The place of the first commit with the files of a tree. Where some of the source does not concern the application, the
    /// commit that brought them: those after it left them alone.
    fn first_alike(&self, opened: &Opened, tree: TreeId, chains: &Chains) -> Result<Known<Option<usize>>, Error> {
        if self.concerns.is_empty() {
            return Ok(Known::Is(chains.commits.iter().position(|commit| commit.tree == tree)));
        }
        let mut found = None;
        for (chunk, commits) in chains.commits.chunks(AT_ONCE).enumerate() {
            let alike = match self.alike(opened, tree, commits)? {
                Known::Is(alike) => alike,
                Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
            };
            for (at, (commit, is_alike)) in commits.iter().zip(alike).enumerate() {
                if is_alike {
                    found = Some(chunk * AT_ONCE + at);
                }
                if found.is_some() && !(is_alike && commit.goes_on) {
                    return Ok(Known::Is(found));
                }
            }
        }
        Ok(Known::Is(found))
    }

    /// Whether each of these commits has the files of `tree` that concern the application.
    fn alike(&self, opened: &Opened, tree: TreeId, commits: &[Linked]) -> Result<Known<Vec<bool>>, Error> {
        let pairs: String = commits.iter().map(|commit| format!("{tree} {}\n", commit.tree)).collect();
        let args: Vec<&str> = COMPARE.into_iter().chain(["--stdin"]).collect();
        let out = match self.compare(opened, &self.selecting(&args), Some(pairs.into_bytes()))? {
            Known::Is(out) => out,
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        };
        let mut alike = Vec::with_capacity(commits.len());
        // Each pair is named, and below it stands what differs.
        for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match (line.first(), alike.last_mut()) {
                (Some(b':'), Some(last)) => *last = false,
                _ => alike.push(true),
            }
        }
        if alike.len() != commits.len() {
            return Err(Error::Failed(anyhow::anyhow!("cannot read what git compared: {} trees", alike.len())));
        }
        Ok(Known::Is(alike))
    }

    /// What git says of trees; it cannot be told where some of them are not here.
    fn compare(&self, opened: &Opened, args: &[String], stdin: Option<Vec<u8>>) -> Result<Known<Vec<u8>>, Error> {
        let git = opened.repo.git(Kind::Plumbing, args).set("GIT_LITERAL_PATHSPECS", "0");
        let git = if let Some(bytes) = stdin { git.stdin(bytes) } else { git };
        let finished = git.finish()?;
        match finished.code {
            Some(0) => Ok(Known::Is(finished.stdout)),
            Some(_) if !finished.timed_out => Ok(Known::CannotTell(format!(
                "cannot compare files of the source `{}`: {}",
                self.shown,
                words(&finished.stderr).join("; ")
            ))),
            _ => Err(git.failure(&finished)),
        }
    }

    /// The branches of the source that the patterns choose, with their commits here.
    fn heads(&self, branches: &[BranchPattern]) -> Result<Known<Heads>, Error> {
        let advertised = match told(self.advertised())? {
            Known::Is(advertised) => advertised,
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        };
        let mut chosen: Vec<(usize, &str, Option<CommitId>)> = Vec::new();
        for (full, tip) in advertised.iter() {
            let Some(name) = full.strip_prefix("refs/heads/") else { continue };
            chosen.extend(BranchPattern::place(branches, name).map(|place| (place, name, *tip)));
        }
        chosen.sort_unstable();
        let mut heads = Heads { names: Vec::new(), tips: Vec::new(), unread: None };
        for (_, name, tip) in chosen {
            match (BranchName::new(name), tip) {
                (Ok(branch), Some(tip)) => {
                    heads.names.push(branch);
                    heads.tips.push(tip);
                }
                _ => {
                    let (name, shown) = (name.escape_debug(), &self.shown);
                    heads.unread.get_or_insert(format!("cannot read the branch `{name}` of the source `{shown}`"));
                }
            }
        }
        Ok(Known::Is(heads))
    }

    /// All branches by their full refs: a folder's own, or what the server of a mirror says in this run.
    fn advertised(&self) -> Result<Known<Rc<Advertised>>, Error> {
        if let Some(known) = self.advertised.borrow().as_ref() {
            return Ok(Known::Is(Rc::clone(known)));
        }
        let told = match &self.mirror {
            None => {
                let args = ["for-each-ref", "--format=%(objectname)\t%(refname)", "refs/heads"];
                refs_in(&self.opened()?.repo.git(Kind::Plumbing, args).stdout()?)
            }
            Some(_) if self.network == Network::AsKnown => {
                let args = ["for-each-ref", "--format=%(objectname)\t%(refname)", "refs/heads"];
                refs_in(&self.opened()?.repo.git(Kind::Plumbing, args).stdout()?)
            }
            Some(_) if self.network == Network::Offline => {
                return Ok(Known::CannotTell(format!(
                    "cannot tell which branches the source `{}` has now, and this is offline; run it again without `--offline`",
                    self.shown
                )));
            }
            Some(mirror) => {
                self.refresh()?;
                if let Some(why) = self.unreached.borrow().as_ref() {
                    return Ok(Known::CannotTell(in_one(why)));
                }
                mirror.advertised()?
            }
        };
        let mut opened = self.opened()?;
        // A branch may have moved between what was fetched and what was told.
        let may_fetch = self.network == Network::Allowed;
        if let Some(mirror) = self.mirror.as_ref().filter(|_| may_fetch && told.values().any(|tip| !opened.has(*tip))) {
            mirror.fetch()?;
            self.reopen();
            opened = self.opened()?;
        }
        let here = told.into_iter().map(|(name, tip)| (name, Some(tip).filter(|tip| opened.has(*tip))));
        let here = Rc::new(here.collect());
        self.advertised.replace(Some(Rc::clone(&here)));
        Ok(Known::Is(here))
    }

    /// Why a shallow source says nothing, and what to do.
    fn cut_off(&self) -> String {
        let shown = &self.shown;
        let what = "and the commits that would tell are not in it";
        if self.mirror.is_some() {
            format!("the source `{shown}` is a shallow repository at its server, {what}; deepen it there")
        } else {
            format!("the source `{shown}` is a shallow clone, {what}; run `git -C {shown} fetch --unshallow`")
        }
    }
}

/// The first parents of these tips, down to where one meets another that was before it.
fn chains(store: &Store, tips: &[CommitId]) -> Result<Chains, Error> {
    let mut chains = Chains { commits: Vec::new(), cut: None, more: false };
    let mut seen = HashSet::new();
    for tip in tips {
        let mut next = Some(*tip);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            if chains.commits.len() == MOST {
                chains.more = true;
                return Ok(chains);
            }
            let link = store.link(id)?;
            next = link.parents.first().copied();
            let goes_on = next.is_some_and(|parent| !seen.contains(&parent));
            chains.commits.push(Linked { id, tree: link.tree, goes_on, boundary: link.boundary });
            if link.boundary {
                chains.cut.get_or_insert(chains.commits.len());
            }
        }
    }
    Ok(chains)
}

/// What cannot be told, as an answer and no error.
pub(super) fn told<T>(answer: Result<Known<T>, Error>) -> Result<Known<T>, Error> {
    match answer {
        Err(Error::CannotTell(why)) => Ok(Known::CannotTell(in_one(&why))),
        other => other,
    }
}

/// A refusal in one line: with what was said there, and the first thing to do.
fn in_one(why: &Refusal) -> String {
    let said = why.details.iter().map(|line| format!(": {line}"));
    let hint =
        why.hints.first().map(|hint| if hint.contains('`') { format!("; {hint}") } else { format!("; try `{hint}`") });
    std::iter::once(why.message.clone()).chain(said).chain(hint).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::super::own::Own;
    use super::super::program::{Git, Hooks};
    use super::super::repo::Repo;
    use super::super::sample::Sample;
    use super::*;
    use crate::domain::settings::{PathPattern, SourceAddress};

    /// An empty config repository, beside which sources lie.
    struct World {
        sample: Sample,
        own: Own,
    }

    impl World {
        fn new() -> Self {
            let sample = Sample::new();
            let own = Repo::open(&sample.init("config"), &sample.surroundings).unwrap().own().unwrap();
            Self { sample, own }
        }

        fn open(&self, address: &str, path: &[&str], network: Network) -> Source {
            let concerns: Vec<PathPattern> = path.iter().map(|path| PathPattern::new(path).unwrap()).collect();
            Source::open(&SourceAddress(address.into()), &concerns, &self.own, &self.sample.surroundings, network)
                .unwrap()
        }

        fn url(&self, name: &str) -> String {
            format!("file://{}", self.sample.path(name).display())
        }

        /// The same repository as a folder, and as what a server has.
        fn both(&self, name: &str, path: &[&str]) -> [Source; 2] {
            let folder = format!("../{name}");
            [self.open(&folder, path, Network::Allowed), self.open(&self.url(name), path, Network::Allowed)]
        }

        fn run(&self, dir: &Path, args: &[&str], stdin: String) {
            let git = Git::new(&self.sample.surroundings, dir, Kind::Plumbing, Hooks::Off, args);
            git.stdin(stdin.into_bytes()).stdout().unwrap();
        }

        /// Where the one mirror is that there is.
        fn mirror(&self) -> PathBuf {
            let sources = self.sample.path("home/.cache/stageline/sources");
            let mut folders = std::fs::read_dir(sources).unwrap().map(|entry| entry.unwrap().path());
            folders.find(|path| path.is_dir()).unwrap()
        }
    }

    fn patterns(texts: &[&str]) -> Vec<BranchPattern> {
        texts.iter().map(|text| BranchPattern::new(text).unwrap()).collect()
    }

    fn reached(source: &Source, commit: CommitId, branches: &[&str]) -> Known<Option<String>> {
        match source.reached(commit, &patterns(branches)).unwrap() {
            Known::Is(found) => Known::Is(found.map(|name| name.as_str().to_string())),
            Known::CannotTell(why) => Known::CannotTell(why),
        }
    }

    fn yes(name: &str) -> Known<Option<String>> {
        Known::Is(Some(name.into()))
    }

    fn why<T: std::fmt::Debug>(known: Known<T>) -> String {
        match known {
            Known::Is(value) => panic!("that is known: {value:?}"),
            Known::CannotTell(why) => why,
        }
    }

    #[test]
    fn a_commit_is_reached_from_a_branch_that_the_patterns_choose() {
        let world = World::new();
        let sample = &world.sample;
        let web = sample.init("web");
        let first = sample.commit(&web, "a", Some("1"));
        sample.git(&web, &["checkout", "-q", "-b", "release/1/x"]);
        let release = sample.commit(&web, "a", Some("2"));
        sample.git(&web, &["checkout", "-q", "-b", "wip"]);
        let wip = sample.commit(&web, "a", Some("3"));
        sample.git(&web, &["tag", "main-like"]);
        sample.git(&web, &["checkout", "-q", "main"]);
        sample.git(&web, &["update-ref", "refs/tags/main", &wip.to_string()]);
        sample.git(&web, &["update-ref", "refs/heads/refs/heads/main", &wip.to_string()]);
        for source in world.both("web", &[]) {
            assert_eq!(reached(&source, first, &["*", "main"]), yes("main"), "a plain name comes first");
            assert_eq!(reached(&source, first, &["release/*", "*"]), yes("release/1/x"));
            assert_eq!(reached(&source, release, &["main", "release/*"]), yes("release/1/x"));
            assert_eq!(reached(&source, release, &["main"]), Known::Is(None));
            assert_eq!(reached(&source, release, &["*", "!release/*"]), yes("refs/heads/main"));
            assert_eq!(
                reached(&source, wip, &["main", "release/*"]),
                Known::Is(None),
                "neither a tag nor a longer name"
            );
            assert_eq!(reached(&source, wip, &["*", "!wip", "!refs/*"]), Known::Is(None));
            assert_eq!(reached(&source, first, &["nope"]), Known::Is(None));
            assert_eq!(reached(&source, CommitId::from_bytes([7; 20]), &["*"]), Known::Is(None));
        }
        let offline = why(reached(&world.open(&world.url("web"), &[], Network::Offline), first, &["main"]));
        assert!(offline.contains("offline"), "{offline}");
        assert_eq!(reached(&world.open("../web", &[], Network::Offline), first, &["main"]), yes("main"));
    }

    #[test]
    fn what_is_planted_in_a_mirror_is_no_branch_of_the_server() {
        let world = World::new();
        let sample = &world.sample;
        let web = sample.init("web");
        let main = sample.commit(&web, "a", Some("1"));
        sample.git(&web, &["checkout", "-q", "-b", "evil"]);
        let evil = sample.commit(&web, "a", Some("2"));
        sample.git(&web, &["checkout", "-q", "main"]);
        let open = || world.open(&world.url("web"), &[], Network::Allowed);
        assert_eq!(reached(&open(), evil, &["main"]), Known::Is(None));
        let mirror = world.mirror();
        let id = evil.to_string();
        let plant: [&[&[&str]]; 6] = [
            &[&["update-ref", "refs/heads/release/1", &id]],
            &[&["update-ref", "refs/heads/main", &id], &["pack-refs", "--all"]],
            &[&["update-ref", "refs/tags/main", &id]],
            &[&["update-ref", "refs/heads/refs/heads/main", &id]],
            &[&["symbolic-ref", "refs/heads/main", "refs/heads/evil"]],
            &[&["symbolic-ref", "HEAD", "refs/heads/evil"]],
        ];
        for (round, commands) in plant.into_iter().enumerate() {
            for command in commands {
                sample.git(&mirror, command);
            }
            let source = open();
            assert_eq!(reached(&source, main, &["main", "release/*"]), yes("main"), "{round}");
            assert_eq!(reached(&source, evil, &["main", "release/*"]), Known::Is(None), "{round}");
            assert_eq!(
                source.resolve("refs/heads/main").unwrap(),
                main,
                "what else is read there is right again: {round}"
            );
            // Planted between the fetch and the question.
            sample.git(&mirror, &["update-ref", "refs/heads/main", &id]);
            assert_eq!(reached(&source, evil, &["main"]), Known::Is(None), "{round}");
        }
    }

    #[test]
    fn branches_are_those_of_this_run() {
        let world = World::new();
        let sample = &world.sample;
        let web = sample.init("web");
        sample.commit(&web, "a", Some("1"));
        sample.git(&web, &["checkout", "-q", "-b", "old"]);
        let old = sample.commit(&web, "a", Some("2"));
        sample.git(&web, &["checkout", "-q", "main"]);
        let open = || world.open(&world.url("web"), &[], Network::Allowed);
        assert_eq!(reached(&open(), old, &["*"]), yes("old"));
        // What was fetched before what was told lacks this one.
        let source = open();
        source.branch_tip(None).unwrap();
        let new = sample.commit(&web, "a", Some("3"));
        assert_eq!(reached(&source, new, &["main"]), yes("main"));
        sample.git(&web, &["branch", "-q", "-D", "old"]);
        for source in world.both("web", &[]) {
            assert_eq!(reached(&source, old, &["*"]), Known::Is(None), "the branch is gone, its commits are not");
        }
        std::fs::rename(&web, sample.path("gone")).unwrap();
        let source = open();
        for _ in 0..2 {
            let why = why(reached(&source, new, &["main"]));
            assert!(
                why.contains("cannot fetch the source") && why.contains("does not appear to be a git repository"),
                "{why}"
            );
        }
    }

    #[test]
    fn a_squash_a_rebase_and_a_merge_are_other_builds_of_the_same_content() {
        let world = World::new();
        let sample = &world.sample;
        let web = sample.init("web");
        sample.commit(&web, "web/a", Some("1"));
        sample.git(&web, &["checkout", "-q", "-b", "latest"]);
        sample.commit(&web, "web/a", Some("2"));
        let two = sample.commit(&web, "web/b", Some("2"));
        sample.git(&web, &["checkout", "-q", "main"]);
        sample.git(&web, &["merge", "-q", "--squash", "latest"]);
        let squash = sample.commit_all(&web, "squash");
        sample.git(&web, &["checkout", "-q", "latest"]);
        let three = sample.commit(&web, "web/c", Some("3"));
        sample.git(&web, &["checkout", "-q", "main"]);
        sample.git(&web, &["cherry-pick", &three.to_string()]);
        let rebased = sample.id(&web, "HEAD");
        let other = sample.commit(&web, "api/a", Some("1"));
        let counterpart =
            |source: &Source, commit, branches: &[&str]| source.counterpart(commit, &patterns(branches)).unwrap();
        for source in world.both("web", &[]) {
            assert_eq!(counterpart(&source, two, &["main"]), Known::Is(Some(squash)));
            assert_eq!(counterpart(&source, three, &["main"]), Known::Is(Some(rebased)));
            assert_eq!(counterpart(&source, three, &["latest"]), Known::Is(Some(three)), "it is there itself");
            assert_eq!(counterpart(&source, other, &["latest"]), Known::Is(None));
            assert_eq!(counterpart(&source, three, &["main", "latest"]), Known::Is(Some(three)));
        }
        for source in world.both("web", &["web"]) {
            assert_eq!(
                counterpart(&source, three, &["main"]),
                Known::Is(Some(rebased)),
                "what came after is not of it"
            );
            assert_eq!(counterpart(&source, two, &["main"]), Known::Is(Some(squash)));
            assert_eq!(counterpart(&source, other, &["latest"]), Known::Is(Some(three)));
            assert_eq!(source.content(other).unwrap(), source.content(three).unwrap());
            assert_ne!(source.content(other).unwrap(), source.content(two).unwrap());
        }
        sample.git(&web, &["checkout", "-q", "latest"]);
        let four = sample.commit(&web, "web/d", Some("4"));
        sample.git(&web, &["checkout", "-q", "main"]);
        sample.git(&web, &["merge", "-q", "--no-ff", "-m", "merge", "latest"]);
        for source in world.both("web", &[]) {
            assert_eq!(counterpart(&source, four, &["main"]), Known::Is(Some(four)), "a merge brings it itself");
        }
    }

    #[test]
    fn the_same_content_is_not_denied_where_history_is_cut_below_what_both_share() {
        let world = World::new();
        let sample = &world.sample;
        let web = sample.init("web");
        sample.commit(&web, "web/a", Some("1"));
        let two = sample.commit(&web, "web/a", Some("2"));
        let three = sample.commit(&web, "web/a", Some("3"));
        sample.git(&web, &["checkout", "-q", "-b", "latest"]);
        let two_again = sample.commit(&web, "web/a", Some("2"));
        let three_again = sample.commit(&web, "web/a", Some("3"));
        sample.git(&web, &["checkout", "-q", "main"]);
        sample.commit(&web, "web/a", Some("4"));
        let args = ["clone", "-q", "--no-single-branch", "--depth=3", &world.url("web"), "shallow"];
        sample.git(&sample.path("."), &args);
        sample.git(&sample.path("shallow"), &["branch", "-q", "latest", "origin/latest"]);
        // Of what both branches share, the clone has the last two or one.
        let answers = |name: &str, path: &[&str]| {
            let source = world.open(&format!("../{name}"), path, Network::Allowed);
            [two_again, three_again].map(|commit| source.counterpart(commit, &patterns(&["main"])).unwrap())
        };
        for path in [&[][..], &["web"]] {
            assert_eq!(answers("web", path), [Some(two), Some(three)].map(Known::Is));
            let [older, newer] = answers("shallow", path);
            assert_eq!((older == Known::Is(Some(two)), newer), (path.is_empty(), Known::Is(Some(three))));
        }
        sample.git(&sample.path("shallow"), &["fetch", "-q", "--depth=2", "origin", "main"]);
        let [older, _] = answers("shallow", &[]);
        let why = why(older);
        assert!(why.contains("shallow clone") && why.contains("fetch --unshallow"), "{why}");
    }

    #[test]
    fn content_is_path_mode_and_bytes_of_what_concerns_the_application() {
        let world = World::new();
        let sample = &world.sample;
        let web = sample.init("web");
        let first = sample.commit(&web, "web/a", Some("1"));
        let noted = sample.commit(&web, "web/read.md", Some("1"));
        sample.git(&web, &["update-index", "--chmod=+x", "web/a"]);
        sample.git(&web, &["commit", "-q", "-m", "mode"]);
        sample.git(&web, &["reset", "-q", "--hard"]);
        let mode = sample.id(&web, "HEAD");
        sample.git(&web, &["mv", "web/a", "web/b"]);
        let moved = sample.commit_all(&web, "move");
        for source in world.both("web", &["web", "!**/*.md"]) {
            let content = |commit| source.content(commit).unwrap();
            assert_eq!(content(first), content(noted));
            assert_ne!(content(noted), content(mode));
            assert_ne!(content(mode), content(moved));
        }
        for source in world.both("web", &["api"]) {
            let why = why(source.content(first).unwrap());
            assert!(why.contains("has no file that concerns"), "nothing is not the same as nothing: {why}");
        }
    }

    #[test]
    fn two_thousand_branches_are_one_walk() {
        let world = World::new();
        let sample = &world.sample;
        let web = sample.init("web");
        let first = sample.commit(&web, "a", Some("1"));
        sample.git(&web, &["checkout", "-q", "--orphan", "elsewhere"]);
        let elsewhere = sample.commit(&web, "a", Some("2"));
        let lines: String = (0..2000).map(|at| format!("create refs/heads/b/{at} {first}\n")).collect();
        world.run(&web, &["update-ref", "--stdin"], lines);
        let source = world.open("../web", &[], Network::Allowed);
        let begun = std::time::Instant::now();
        for _ in 0..20 {
            assert_eq!(reached(&source, elsewhere, &["b/*"]), Known::Is(None));
            assert_eq!(reached(&source, first, &["b/7", "b/*"]), yes("b/7"));
        }
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    }

    /// A made-up history: each commit's parents, and which of few contents it has.
    #[derive(Clone)]
    struct Graph {
        /// How many commits the histories before it have.
        before: usize,
        parents: Vec<Vec<usize>>,
        content: Vec<u64>,
        /// By name, in the order of names.
        heads: Vec<(String, usize)>,
    }

    /// Numbers that look like chance, and are the same each time.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) as usize % limit
        }
    }

    impl Graph {
        fn new(chance: &mut Chance, round: usize, before: usize) -> Self {
            let count = 5 + chance.below(60);
            let mut graph = Self { before, parents: Vec::new(), content: Vec::new(), heads: Vec::new() };
            for at in 0..count {
                let mut parents = Vec::new();
                for _ in 0..[1, 1, 1, 2, 2, 3][chance.below(6)] {
                    if at > 0 && chance.below(30) > 0 {
                        parents.push(at - 1 - chance.below(at.min(6)));
                    }
                }
                let mut unique = Vec::new();
                parents.into_iter().for_each(|parent| {
                    if !unique.contains(&parent) {
                        unique.push(parent);
                    }
                });
                graph.parents.push(unique);
                graph.content.push(chance.below(8) as u64);
            }
            for name in 0..1 + chance.below(5) {
                graph.heads.push((format!("r{round}/b{name}"), chance.below(count)));
            }
            graph
        }

        /// As `git fast-import` reads it; the clocks run anyhow.
        fn stream(&self, chance: &mut Chance) -> String {
            let mut out = String::new();
            let mark = |at: usize| self.before + at + 1;
            for (at, parents) in self.parents.iter().enumerate() {
                let (time, mark_of_it) = (1_700_000_000 + chance.below(2) * 60 * at + chance.below(4000), mark(at));
                out += &format!("reset refs/x/{mark_of_it}\ncommit refs/x/{mark_of_it}\nmark :{mark_of_it}\n");
                out += &format!("committer M <m@x> {time} +0000\ndata 6\n{mark_of_it:06}\n");
                for (place, parent) in parents.iter().enumerate() {
                    out += &format!("{} :{}\n", if place == 0 { "from" } else { "merge" }, mark(*parent));
                }
                let (content, noise) = (self.content[at] / 2, self.content[at]);
                out += &format!("deleteall\nM 644 inline web/a\ndata 1\n{content}\nM 644 inline b\ndata 1\n{noise}\n");
            }
            for (name, at) in &self.heads {
                out += &format!("reset refs/heads/{name}\nfrom :{}\n\n", mark(*at));
            }
            out
        }

        fn contains(&self, from: usize, wanted: usize) -> bool {
            from == wanted
                || self.parents[from].iter().any(|parent| *parent >= wanted && self.contains(*parent, wanted))
        }

        fn reached(&self, commit: usize) -> Option<&str> {
            self.heads.iter().find(|(_, head)| self.contains(*head, commit)).map(|(name, _)| name.as_str())
        }

        /// The first commit of the chains with the same content; with paths the last of those with the same in a row.
        fn counterpart(&self, commit: usize, with_paths: bool) -> Option<usize> {
            if self.reached(commit).is_some() {
                return Some(commit);
            }
            let content = |at: usize| if with_paths { self.content[at] / 2 } else { self.content[at] };
            for (_, head) in &self.heads {
                let chain: Vec<usize> =
                    std::iter::successors(Some(*head), |at| self.parents[*at].first().copied()).collect();
                let Some(first) = chain.iter().position(|at| content(*at) == content(commit)) else { continue };
                let run = chain[first..].iter().take_while(|at| content(**at) == content(commit));
                return if with_paths { run.last().copied() } else { Some(chain[first]) };
            }
            None
        }
    }

    /// Each answer for each commit, by all branches of a history and by all but the first, which has to be right where there is
    /// one. How many there were, and how many not.
    fn check(source: &Source, graph: &Graph, ids: &[CommitId], with_paths: bool) -> (usize, usize) {
        let first = graph.heads[0].0.as_str();
        let (every, but_first) = (first.replace("b0", "*"), format!("!{first}"));
        let all = check_by(&[&every], source, graph, ids, with_paths);
        let rest = Graph { heads: graph.heads[1..].to_vec(), ..graph.clone() };
        let some = check_by(&[&every, &but_first], source, &rest, ids, with_paths);
        (all.0 + some.0, all.1 + some.1)
    }

    fn check_by(
        branches: &[&str],
        source: &Source,
        graph: &Graph,
        ids: &[CommitId],
        with_paths: bool,
    ) -> (usize, usize) {
        let (mut told, mut untold) = (0, 0);
        let mut count = |is_right: Option<bool>, what: String| match is_right {
            Some(is_right) => {
                assert!(is_right, "{what}");
                told += 1;
            }
            None => untold += 1,
        };
        for (at, id) in ids.iter().enumerate() {
            let is_right = match reached(source, *id, branches) {
                Known::Is(None) => Some(graph.reached(at).is_none()),
                // What is hidden may lead an earlier branch to it, too; the one that is named has to contain it.
                Known::Is(Some(name)) => {
                    let head = graph.heads.iter().find(|(known, _)| *known == name).unwrap().1;
                    let is_first = source.is_shallow() || graph.reached(at) == Some(name.as_str());
                    Some(graph.contains(head, at) && is_first)
                }
                Known::CannotTell(_) => None,
            };
            count(is_right, format!("{at}: {:?}", graph.parents));
            let is_right = match source.counterpart(*id, &patterns(branches)).unwrap() {
                Known::Is(found) => Some(found == graph.counterpart(at, with_paths).map(|at| ids[at])),
                Known::CannotTell(_) => None,
            };
            count(is_right, format!("counterpart of {at}: {:?} {:?}", graph.parents, graph.content));
        }
        (told, untold)
    }

    #[test]
    fn no_history_cut_near_its_tips_gives_a_wrong_answer() {
        hundred_histories(0x5eed_1234_5678_9abc, 8);
    }

    #[test]
    fn no_history_however_cut_gives_a_wrong_answer() {
        hundred_histories(0x0bad_cafe_1234_5678, 50);
    }

    /// Made-up histories, each whole and in a clone of a depth up to `deepest`.
    fn hundred_histories(seed: u64, deepest: usize) {
        let world = World::new();
        let mut chance = Chance(seed);
        let (mut graphs, mut stream): (Vec<Graph>, String) = Default::default();
        for round in 0..100 {
            let before = graphs.iter().map(|graph| graph.parents.len()).sum();
            graphs.push(Graph::new(&mut chance, round, before));
            stream += &graphs[round].stream(&mut chance);
        }
        let all = world.sample.init("all");
        world.run(&all, &["fast-import", "--quiet", "--export-marks=marks"], stream);
        let mut marks: Vec<(usize, CommitId)> = std::fs::read_to_string(all.join("marks"))
            .unwrap()
            .lines()
            .map(|line| line.strip_prefix(':').unwrap().split_once(' ').unwrap())
            .map(|(mark, id)| (mark.parse().unwrap(), CommitId::from_hex(id).unwrap()))
            .collect();
        marks.sort_unstable();
        let (mut all_told, mut all_untold) = (0, 0);
        let whole = [false, true].map(|some| world.open("../all", paths(some), Network::Allowed));
        for (round, graph) in graphs.iter().enumerate() {
            let ids: Vec<CommitId> = marks[graph.before..][..graph.parents.len()].iter().map(|(_, id)| *id).collect();
            let with_paths = round % 25 == 0;
            let told = check(&whole[usize::from(with_paths)], graph, &ids, with_paths);
            assert_eq!(told, (4 * ids.len(), 0), "a whole history tells everything");
            let clone = format!("c{round}.git");
            world.sample.git(&world.sample.path("."), &["init", "-q", "--bare", &clone]);
            let (depth, branches) =
                (format!("--depth={}", 1 + chance.below(deepest)), format!("refs/heads/r{round}/*"));
            let refspec = format!("{branches}:{branches}");
            let fetch = ["fetch", "-q", "--no-tags", &depth, &world.url("all"), &refspec];
            world.sample.git(&world.sample.path(&clone), &fetch);
            let address = if round % 10 == 1 { world.url(&clone) } else { format!("../{clone}") };
            let source = world.open(&address, paths(with_paths), Network::Allowed);
            let (told, untold) = check(&source, graph, &ids, with_paths);
            all_told += told;
            all_untold += untold;
        }
        assert!(all_told > 4000 && all_untold > 500, "both happen: {all_told} {all_untold}");
    }

    fn paths(some: bool) -> &'static [&'static str] {
        if some { &["web"] } else { &[] }
    }
}
