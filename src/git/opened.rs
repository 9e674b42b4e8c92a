//! A source repository as it was when opened: its objects, and the commits that names and digits stand for.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use git2::{ErrorCode, ObjectType, Odb};

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::process::Surroundings;

use super::log::ids;
use super::repo::Repo;
use super::store::{object_id, oid};

/// The repository and its refs as they were after the last fetch.
pub(super) struct Opened {
    pub(super) repo: Repo,
    /// The same objects, for looking up abbreviations and tags.
    pub(super) objects: Odb<'static>,
    /// Read at the first name that is asked for: a commit id needs none.
    refs: OnceCell<Refs>,
}

/// Names and the commits they stand for.
#[derive(Default)]
pub(super) struct Refs {
    pub(super) heads: BTreeMap<String, CommitId>,
    /// `refs/remotes/origin/*` of a clone.
    pub(super) tracked: BTreeMap<String, CommitId>,
    /// Newest version first.
    pub(super) tags: Vec<(String, CommitId)>,
    pub(super) default_branch: Option<String>,
}

impl Opened {
    pub(super) fn new(dir: &Path, surroundings: &Surroundings) -> Result<Self, Error> {
        let repo = Repo::open(dir, surroundings)?;
        let folder = repo.place.objects.to_string_lossy().into_owned();
        let objects = Odb::new().context("cannot open the object store")?;
        objects.add_disk_alternate(&folder).with_context(|| format!("cannot read the object folder `{folder}`"))?;
        Ok(Self { repo, objects, refs: OnceCell::new() })
    }

    /// The names and what they stand for.
    pub(super) fn refs(&self) -> Result<&Refs, Error> {
        if let Some(known) = self.refs.get() {
            return Ok(known);
        }
        let read = self.read_refs()?;
        Ok(self.refs.get_or_init(|| read))
    }

    fn read_refs(&self) -> Result<Refs, Error> {
        let args = [
            // `v1.6.0-rc.1` comes before `v1.6.0`, as in semantic versions.
            "-c",
            "versionsort.suffix=-",
            "for-each-ref",
            "--sort=-version:refname",
            "--format=%(refname) %(objectname) %(symref)",
            "refs/heads",
            "refs/tags",
            "refs/remotes/origin",
        ];
        let out = self.repo.history_of(&args.map(String::from), None)?;
        let head = self.repo.head_branch()?.map(|name| name.as_str().to_string());
        let mut refs = Refs { default_branch: head, ..Refs::default() };
        for line in String::from_utf8_lossy(&out).lines() {
            let mut words = line.split(' ');
            let (Some(name), Some(id)) = (words.next(), words.next().and_then(CommitId::from_hex)) else {
                return Err(anyhow::anyhow!("cannot read what git said of a ref: `{line}`").into());
            };
            let symref = words.next().unwrap_or_default();
            if name == "refs/remotes/origin/HEAD" {
                // In a clone the checked-out branch is whatever somebody works on.
                if let Some(branch) = symref.strip_prefix("refs/remotes/origin/") {
                    refs.default_branch = Some(branch.to_string());
                }
                continue;
            }
            // A tag may name a blob or a tree; it then is no version of anything.
            let Some(commit) = self.peel(id) else { continue };
            if let Some(tag) = name.strip_prefix("refs/tags/") {
                refs.tags.push((tag.to_string(), commit));
            } else if let Some(branch) = name.strip_prefix("refs/heads/") {
                refs.heads.insert(branch.to_string(), commit);
            } else if let Some(branch) = name.strip_prefix("refs/remotes/origin/") {
                refs.tracked.insert(branch.to_string(), commit);
            }
        }
        Ok(refs)
    }

    pub(super) fn has(&self, id: CommitId) -> bool {
        self.objects.read_header(oid(id)).is_ok_and(|(_, kind)| kind == ObjectType::Commit)
    }

    /// The commit that an object is, or that a tag leads to.
    pub(super) fn peel(&self, id: CommitId) -> Option<CommitId> {
        let mut id = id;
        loop {
            let (_, kind) = self.objects.read_header(oid(id)).ok()?;
            if kind == ObjectType::Commit {
                return Some(id);
            }
            if kind != ObjectType::Tag {
                return None;
            }
            // A tag begins with `object ID`; a tag of a tag is followed, and cannot lead back to itself.
            let tag = self.objects.read(oid(id)).ok()?;
            let line = tag.data().split(|byte| *byte == b'\n').next()?;
            id = CommitId::from_hex(std::str::from_utf8(line).ok()?.strip_prefix("object ")?)?;
        }
    }

    /// All commits whose ids begin with these digits; trees, blobs and tags do not count.
    pub(super) fn sharing(&self, digits: &str) -> Result<Vec<CommitId>, Error> {
        let padded = CommitId::from_hex(&format!("{digits:0<40}"));
        let Some(prefix) = padded else { return Ok(Vec::new()) };
        match self.objects.exists_prefix(oid(prefix), digits.len()) {
            Ok(found) => Ok(Some(object_id(found)).filter(|id| self.has(*id)).into_iter().collect()),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(Vec::new()),
            Err(error) if error.code() == ErrorCode::Ambiguous => {
                let out = self.repo.history_of(&["rev-parse".into(), format!("--disambiguate={digits}")], None)?;
                let mut commits = ids(&out)?;
                commits.retain(|id| self.has(*id));
                commits.sort_unstable();
                commits.dedup();
                Ok(commits)
            }
            Err(error) => Err(anyhow::Error::new(error).context(format!("cannot look up `{digits}`")).into()),
        }
    }
}

impl Refs {
    pub(super) fn tag(&self, name: &str) -> Option<CommitId> {
        self.tags.iter().find(|(tag, _)| tag == name).map(|(_, commit)| *commit)
    }

    pub(super) fn branch(&self, name: &str) -> Option<CommitId> {
        self.heads.get(name).or_else(|| self.tracked.get(name)).copied()
    }

    /// What a name may mean, by full ref. In a mirror the remote's branches are its own, so `origin/x` is `x` there.
    pub(super) fn named(&self, rev: &str) -> Vec<(String, CommitId)> {
        let tag = |name: &str| self.tag(name).map(|commit| (format!("refs/tags/{name}"), commit));
        let branch = |name: &str| self.branch(name).map(|commit| (format!("refs/heads/{name}"), commit));
        let tracked = |name: &str| {
            let commit = self.tracked.get(name).or_else(|| self.heads.get(name).filter(|_| self.tracked.is_empty()));
            commit.map(|commit| (format!("refs/remotes/origin/{name}"), *commit))
        };
        let short = rev.strip_prefix("refs/").unwrap_or(rev);
        let explicit = short
            .strip_prefix("tags/")
            .and_then(tag)
            .or_else(|| short.strip_prefix("heads/").and_then(branch))
            .or_else(|| short.strip_prefix("remotes/").unwrap_or(short).strip_prefix("origin/").and_then(tracked));
        tag(rev).into_iter().chain(branch(rev)).chain(explicit).collect()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let branches = self.heads.keys().chain(self.tracked.keys());
        branches.map(String::as_str).chain(self.tags.iter().map(|(name, _)| name.as_str()))
    }
}
