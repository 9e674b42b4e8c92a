//! Who vouches for a landing: whoever signed its commit, or, where a forge made that, whoever signed the head whose content it is.
//!
//! A merge by a button is known by its content alone: its tree is what merging its parents makes. A squash, or a commit of a moved
//! rebase, is one whose tree is what merging some kept head makes.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::domain::commit::{CommitId, Known, TreeId};
use crate::domain::files::Files;
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::signature::SignatureWord;
use crate::git::vouched::Vouched;
use crate::policy::Signed;

use crate::ops::context::Context;
use crate::ops::judging::keys::{self, Ring};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// Where forges keep the heads of requests, and where branches are.
const HEADS: [&str; 3] = ["refs/pull/*/head", "refs/merge-requests/*/head", "refs/heads/"];
/// So many merges of a branch into a request are looked through for whose work it is.
const DEEP: usize = 16;
/// So many heads, and commits of one, are compared with what landed.
const MOST: usize = 2_000;
const CHAIN: usize = 100;

/// What a change is signed by, for the rules of each branch that judges.
pub type By = BTreeMap<BranchName, Known<Signed>>;

/// Tells who vouches.
pub struct Vouchers<'a> {
    context: &'a Context<'a>,
    rings: BTreeMap<BranchName, Result<Ring, String>>,
    /// The tips of other governed branches: what landed there was signed for there.
    others: Vec<CommitId>,
    /// The kept heads, listed where a landing is nobody's own.
    heads: OnceCell<Vec<CommitId>>,
}

impl<'a> Vouchers<'a> {
    /// With the keys of all branches whose rules judge a world.
    ///
    /// # Errors
    /// The base of one cannot be read.
    pub fn of(context: &'a Context<'a>, stack: &Stack, world: &World) -> Result<Self, Error> {
        Ok(Self::new(context, keys::rings(stack, world)?, keys::others(stack, world)))
    }

    /// `others`: the tips of other governed branches.
    pub fn new(
        context: &'a Context<'a>,
        rings: BTreeMap<BranchName, Result<Ring, String>>,
        others: Vec<CommitId>,
    ) -> Self {
        Self { context, rings, others, heads: OnceCell::new() }
    }

    /// Who vouches for a head that is to be merged into a tip.
    ///
    /// # Errors
    /// Something of the clone cannot be read.
    pub fn of_head(&self, tip: CommitId, head: CommitId) -> Result<By, Error> {
        if let Some(used) = self.used(tip, head)? {
            return self.each(|_| Ok(Signed::Not(used.clone())));
        }
        self.each(|ring| self.head(ring, tip, head))
    }

    /// Why the signature of a head does not count any more.
    fn used(&self, tip: CommitId, head: CommitId) -> Result<Option<Refusal>, Error> {
        let Some(landing) = self.has_landed(tip, head)? else { return Ok(None) };
        let what = format!("what {} signs has landed already, by {}, and counts once", head.short(), landing.short());
        Ok(Some(Refusal::new(Code::NotSigned, what).hint("make it anew: `git commit --amend --no-edit -S`")))
    }

    /// Who vouches for a commit that lands on another one.
    ///
    /// # Errors
    /// Something of the clone cannot be read.
    pub fn of_landing(&self, before: CommitId, landing: CommitId) -> Result<By, Error> {
        self.each(|ring| self.landing(ring, before, landing))
    }

    fn each(&self, of: impl Fn(&Ring) -> Result<Signed, Error>) -> Result<By, Error> {
        let mut out = By::new();
        for (branch, ring) in &self.rings {
            let known = match ring {
                Err(why) => Known::CannotTell(why.clone()),
                Ok(ring) => match of(ring) {
                    Ok(signed) => Known::Is(signed),
                    Err(Error::CannotTell(why)) => Known::CannotTell(why.on_one_line()),
                    Err(error) => return Err(error),
                },
            };
            out.insert(branch.clone(), known);
        }
        Ok(out)
    }

    fn landing(&self, ring: &Ring, before: CommitId, landing: CommitId) -> Result<Signed, Error> {
        let own = self.own(ring, landing)?;
        if matches!(own, Signed::By { .. }) {
            return Ok(own);
        }
        let info = self.context.repo.commit(landing)?;
        match info.parents.as_slice() {
            [first, head] if *first == before && self.context.repo.is_merge(before, *head, info.tree)? => {
                match self.used(before, *head)? {
                    Some(used) => Ok(Signed::Not(used)),
                    None => self.merged(ring, before, (*head, info.tree)),
                }
            }
            [_] => match self.kept(ring, before, info.tree)? {
                Some(signed) => Ok(signed),
                None => Ok(own),
            },
            _ => Ok(own),
        }
    }

    /// The signature of a merged head; of the kept one that it was made of, where the forge rebased that first.
    fn merged(&self, ring: &Ring, before: CommitId, (head, tree): (CommitId, TreeId)) -> Result<Signed, Error> {
        match self.head(ring, before, head)? {
            signed @ Signed::By { .. } => Ok(signed),
            not => Ok(self.kept(ring, before, tree)?.unwrap_or(not)),
        }
    }

    /// The signature of a head; of what a merge of the target into it has kept, where a forge made that.
    fn head(&self, ring: &Ring, tip: CommitId, head: CommitId) -> Result<Signed, Error> {
        for other in &self.others {
            if self.context.repo.is_ancestor(head, *other)? == Known::Is(true) {
                let what = format!("{} has landed on another branch, and was signed for that one", head.short());
                return Ok(Signed::Not(Refusal::new(Code::NotSigned, what).hint("sign the commit that lands here")));
            }
        }
        let first = self.own(ring, head)?;
        let (mut at, mut signed) = (head, first.clone());
        for _ in 0..DEEP {
            if matches!(signed, Signed::By { .. }) {
                return Ok(signed);
            }
            let info = self.context.repo.commit(at)?;
            let [work, brought] = info.parents.as_slice() else { break };
            let is_of_target = self.context.repo.is_ancestor(*brought, tip)? == Known::Is(true);
            if !is_of_target || !self.context.repo.is_merge(*work, *brought, info.tree)? {
                break;
            }
            at = *work;
            signed = self.own(ring, at)?;
        }
        Ok(if matches!(signed, Signed::By { .. }) { signed } else { first })
    }

    /// The signature of a kept head whose merge has this very tree.
    fn kept(&self, ring: &Ring, before: CommitId, tree: TreeId) -> Result<Option<Signed>, Error> {
        for head in self.heads()? {
            if let Some(found) = self.of_kept(ring, before, *head, tree)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn of_kept(&self, ring: &Ring, before: CommitId, head: CommitId, tree: TreeId) -> Result<Option<Signed>, Error> {
        let repo = &self.context.repo;
        let mut chain: Vec<CommitId> = Vec::new();
        let mut at = Some(head);
        while let Some(commit) = at.filter(|_| chain.len() < CHAIN) {
            if repo.is_ancestor(commit, before)? == Known::Is(true) {
                break;
            }
            chain.push(commit);
            at = repo.commit(commit)?.parents.first().copied();
        }
        for commit in chain {
            if repo.is_merge(before, commit, tree)?
                && self.has_landed(before, commit)?.is_none()
                && let signed @ Signed::By { .. } = self.head(ring, before, commit)?
            {
                return Ok(Some(signed));
            }
        }
        Ok(None)
    }

    /// The landing that has brought what a head makes since the two parted: a squash, or a moved rebase, leaves the head beside it.
    fn has_landed(&self, tip: CommitId, head: CommitId) -> Result<Option<CommitId>, Error> {
        let repo = &self.context.repo;
        let Some(parted) = repo.merge_base(tip, head)? else { return Ok(None) };
        if parted == tip || parted == head {
            return Ok(None);
        }
        let Known::Is(since) = repo.pushed(parted, tip)? else { return Ok(None) };
        let made = repo.snapshot(head)?;
        let mut wanted = Vec::new();
        for changed in repo.changed_paths(Some(parted), head)? {
            if let Ok(path) = RepoPath::new(&changed.path) {
                let id = made.entry(&path)?.map(|entry| entry.id);
                wanted.push((path, id));
            }
        }
        for landing in since.landings {
            // By whatever commit it came: what it says of these paths stood there.
            let there = repo.snapshot(landing)?;
            let mut is_all = !wanted.is_empty();
            for (path, id) in &wanted {
                is_all = is_all && there.entry(path)?.map(|entry| entry.id) == *id;
            }
            if is_all {
                return Ok(Some(landing));
            }
        }
        Ok(None)
    }

    fn heads(&self) -> Result<&[CommitId], Error> {
        if let Some(known) = self.heads.get() {
            return Ok(known);
        }
        let mut all = Vec::new();
        for pattern in HEADS {
            all.extend(self.context.repo.served(pattern)?.into_iter().map(|one| one.tip));
        }
        all.sort();
        all.dedup();
        all.truncate(MOST);
        Ok(self.heads.get_or_init(|| all))
    }

    /// What a commit itself is signed by. A key that only signs merges is nobody's.
    fn own(&self, ring: &Ring, commit: CommitId) -> Result<Signed, Error> {
        let vouched = self.context.repo.vouched(&[commit], &ring.keys)?;
        let vouched = vouched.into_iter().next();
        let Some(vouched) = vouched else { return Err(anyhow::anyhow!("nothing is known of {commit}").into()) };
        match vouched.state {
            SignatureWord::Good if ring.is_lander(&vouched.principals) => {
                let what = format!("commit {} is signed by a key that only signs merges or receipts", commit.short());
                Ok(Signed::Not(Refusal::new(Code::NotSigned, what).hint("sign the head of the request")))
            }
            SignatureWord::Good => Ok(Signed::By { principals: vouched.principals, commit }),
            _ => Ok(Signed::Not(not_good(commit, &vouched))),
        }
    }
}

/// What is said of a commit whose signature does not count.
fn not_good(commit: CommitId, vouched: &Vouched) -> Refusal {
    let short = commit.short();
    let what = match vouched.state {
        SignatureWord::None => format!("commit {short} is not signed"),
        SignatureWord::Untrusted => format!("commit {short} is signed by a key that is not among those at the base"),
        SignatureWord::Bad => format!("the signature of commit {short} is bad"),
        SignatureWord::Expired => format!("the key or signature of commit {short} has expired"),
        SignatureWord::Revoked => format!("the key of commit {short} is revoked"),
        _ => format!("commit {short} carries a signature of no key that is known at the base"),
    };
    let refusal = Refusal::new(Code::NotSigned, what);
    let refusal = match vouched.lacks {
        Some(program) => refusal.detail(format!("`{program}` is not installed here")),
        None => refusal,
    };
    refusal.hint("sign it: `git commit --amend --no-edit -S`, or let `stageline` make the change")
}
