//! The judge of what others changed: the same view of two trees, the same gates and the same answers as for a change of our own.

use std::sync::Arc;

use crate::domain::change_digest::ChangeDigest;
use crate::domain::commit::TreeId;
use crate::domain::names::BranchName;
use crate::domain::plan::{Class, Odd, Other, Proposal};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::policy::Answers;
use crate::policy::review::{self, Review};

use crate::ops::context::Context;
use crate::ops::judging::consents::{self, Asked};
use crate::ops::judging::makers::Work;
use crate::ops::judging::merged_keys;
use crate::ops::judging::odd;
use crate::ops::judging::reviews::Reviews;
use crate::ops::judging::tree;
use crate::ops::judging::untold;
use crate::ops::judging::voucher::By;
use crate::ops::landing::between::between;
use crate::ops::landing::digest;
use crate::ops::landing::evidence::Evidence;
use crate::ops::previews::told as instances;
use crate::ops::reading::scalars::Side;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// Judges changes of one branch by the rules at its base.
pub struct Judge<'a> {
    pub context: &'a Context<'a>,
    pub stack: &'a Stack,
    /// What stands on the branch now: rules, holds, keys and the past are read here.
    pub base: Arc<World>,
}

/// Who brings a change.
#[derive(Default)]
pub struct Brought {
    /// Who vouches for it with a signature.
    pub signed: By,
    pub work: Work,
    pub reviews: Reviews,
}

/// What is said of one change.
pub enum Ruling {
    /// What it is, what every gate says, and what stands there then.
    Judged { proposal: Box<Proposal>, review: Review, change: Option<ChangeDigest>, after: Box<World> },
    /// What it makes cannot be read, so it is refused.
    Unread(Refusal),
}

impl<'a> Judge<'a> {
    /// Of a branch that the rules of the stack are about; `None`: they are about no branch of that name.
    ///
    /// # Errors
    /// There are no rules.
    pub fn of(context: &'a Context<'a>, stack: &'a Stack, branch: &BranchName) -> Result<Option<Self>, Error> {
        if !stack.main.has_file {
            return Err(no_policy(stack));
        }
        let base = stack.worlds().find(|world| world.branch == *branch);
        Ok(base.map(|base| Self { context, stack, base: Arc::clone(base) }))
    }

    /// What a tree would change, by what it is known.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn digest(&self, tree: TreeId) -> Result<Option<ChangeDigest>, Error> {
        consents::digest_of(self.context, (self.stack, &self.base), (self.base_tree()?, tree))
    }

    fn base_tree(&self) -> Result<TreeId, Error> {
        Ok(self.context.repo.commit(self.base.base)?.tree)
    }

    /// What is said of a change from one world to a tree that somebody vouches for.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn change(&self, before: &World, tree: TreeId, brought: Brought) -> Result<Ruling, Error> {
        let after = match tree::world(self.context, self.stack, &self.base, tree) {
            Ok(after) => after,
            Err(Error::Invalid(why)) => return Ok(Ruling::Unread(unread(why))),
            Err(error) => return Err(error),
        };
        let (old, new) = (Side::of(before), Side::of(&after));
        let proposal = between(&old, &new, &self.stack.main.branch)?;
        let mut proposal = instances::with(self.stack, (before, &after), proposal)?;
        proposal.odd = nameless(&proposal, &after);
        if is_nothing(&proposal) && proposal.odd.is_empty() {
            let review = review::judge(&proposal, &[], &Answers::at(self.context.now));
            return Ok(Ruling::Judged { proposal: Box::new(proposal), review, change: None, after: Box::new(after) });
        }
        proposal.untold = untold::of(&old, &new, &proposal)?;
        proposal.odd.extend(merged_keys::of(&new, &proposal)?);
        proposal.odd.extend(odd::of(before, &after, &self.stack.main.branch)?);
        let known = self.with_newborn(&proposal, &after)?;
        let policies = self.stack.policies(&self.base);
        let change = digest::of(self.context, self.stack, &self.base, &proposal)?;
        let asked = Asked::of(&proposal, change, brought.work, brought.reviews);
        let mut evidence = Evidence::of(self.context, self.stack, &known).signed_by(brought.signed).of_change(asked);
        evidence.gather(&proposal, &policies)?;
        let review = review::judge(&proposal, &policies, &evidence.answers);
        Ok(Ruling::Judged { proposal: Box::new(proposal), review, change, after: Box::new(after) })
    }

    /// The base's rules, with what its own families find in a tree: so a new member is judged by what they say of it.
    fn with_newborn(&self, proposal: &Proposal, after: &World) -> Result<Arc<World>, Error> {
        if proposal.births.is_empty() {
            return Ok(Arc::clone(&self.base));
        }
        let rules = tree::with_members(after, &self.base.settings)?;
        Ok(Arc::new(self.base.with_settings(rules)))
    }
}

/// What changes at a place that a family finds and that is no application: a name that none can have, or that two have.
fn nameless(proposal: &Proposal, after: &World) -> Vec<Odd> {
    let mut out = Vec::new();
    for one in &after.settings.no_members {
        let is_there = |other: &&Other| {
            // A place may be the folder of the file, or the file with more behind it.
            let at = |place: &String| {
                let path = other.path.as_str();
                path.strip_prefix(place.as_str())
                    .or_else(|| place.strip_prefix(path))
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            };
            one.places.iter().any(at)
        };
        if let Some(other) = proposal.others.iter().find(is_there) {
            let what = format!("is of `{}`, which is no application ({})", one.name, one.why);
            out.push(Odd { path: other.path.clone(), what });
        }
    }
    out
}

/// Whether nothing that anybody governs differs.
pub fn is_nothing(proposal: &Proposal) -> bool {
    let is_outside = |class: &Class| *class == Class::Outside;
    proposal.moves.is_empty()
        && proposal.records.is_empty()
        && proposal.hotfixes.is_empty()
        && proposal.unreadable.is_empty()
        && proposal.others.iter().all(|other| is_outside(&other.class))
}

fn unread(why: Refusal) -> Refusal {
    let what = format!("what the change makes cannot be read: {}", why.message);
    let code = why.code;
    why.retold(code, what)
}

fn no_policy(stack: &Stack) -> Error {
    let branch = &stack.main.branch;
    let what =
        format!("`{branch}` has no `stageline.yaml` at {}, so there are no rules to judge by", stack.main.base.short());
    Refusal::new(Code::NoPolicy, what)
        .hint("the first one lands by the bootstrap key of the hook or job: `--bootstrap FILE`")
        .cannot_tell()
}
