//! Judging a request: what merging a head into a branch, as that stands now, would make.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::{CommitId, Known, TreeId};
use crate::domain::names::BranchName;
use crate::domain::plan::Class;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::verify::{ChangeWord, RefVerdict};
use crate::git::merged::Merged;

use crate::ops::context::Context;
use crate::ops::judging::judge::{Brought, Judge, Ruling};
use crate::ops::judging::makers::Work;
use crate::ops::judging::reviews::Reviews;
use crate::ops::judging::told;
use crate::ops::judging::voucher::Vouchers;
use crate::ops::reading::stack::Stack;

/// What is said of merging a head into a branch.
///
/// # Errors
/// There are no rules, nothing would change, or it cannot be told what the merge is.
pub fn judge(
    context: &Context<'_>,
    stack: &Stack,
    (branch, head): (&BranchName, CommitId),
    reviews: Reviews,
) -> Result<RefVerdict, Error> {
    Ok(look(context, stack, (branch, head), reviews)?.verdict)
}

/// A merge that is looked at.
pub struct Looked {
    pub verdict: RefVerdict,
    /// What it would make; `None`: nothing that could be judged, as the verdict says.
    pub merge: Option<Merge>,
}

/// What a merge would make, as it was judged.
pub struct Merge {
    /// What it would be made on.
    pub tip: CommitId,
    pub tree: TreeId,
    pub ruling: Ruling,
}

/// The same with what was looked at.
///
/// # Errors
/// As of `judge`.
pub fn look(
    context: &Context<'_>,
    stack: &Stack,
    (branch, head): (&BranchName, CommitId),
    reviews: Reviews,
) -> Result<Looked, Error> {
    let Some(judge) = Judge::of(context, stack, branch)? else {
        return Err(strange_branch(stack, branch));
    };
    let tip = judge.base.base;
    let ends = (Some(tip), Some(head));
    let tree = match merged(context, branch, (tip, head))? {
        Ok(tree) => tree,
        Err(verdict) => return Ok(Looked { verdict: *verdict, merge: None }),
    };
    let signed = Vouchers::of(context, stack, &judge.base)?.of_head(tip, head)?;
    let reviews = with_changes(&judge, reviews)?;
    let brought = Brought { signed, work: Work::Commits(vec![(tip, head)]), reviews };
    let ruling = judge.change(&judge.base, tree, brought)?;
    let changes = vec![told::change(head, ChangeWord::Merge, &ruling)];
    let verdict = told::of_ref(branch.as_str(), ends, told::policies(stack, &judge.base), changes, Vec::new());
    Ok(Looked { verdict, merge: Some(Merge { tip, tree, ruling }) })
}

/// Whether merging a head into a branch would change something that its rules are about.
///
/// # Errors
/// It cannot be told what the merge is.
pub fn touches(context: &Context<'_>, stack: &Stack, (branch, head): (&BranchName, CommitId)) -> Result<bool, Error> {
    let looked = match look(context, stack, (branch, head), Reviews::default()) {
        Err(error) if error.refusal().code == Code::EmptyRange => return Ok(false),
        other => other?,
    };
    Ok(match looked.merge.map(|merge| merge.ruling) {
        Some(Ruling::Judged { proposal, .. }) => {
            !proposal.moves.is_empty()
                || !proposal.unreadable.is_empty()
                || proposal.others.iter().any(|other| matches!(other.class, Class::Environment(_)))
        }
        Some(Ruling::Unread(_)) | None => true,
    })
}

/// The tree of a merge, or why there is none that could be judged.
fn merged(
    context: &Context<'_>,
    branch: &BranchName,
    (tip, head): (CommitId, CommitId),
) -> Result<Result<TreeId, Box<RefVerdict>>, Error> {
    if context.repo.is_ancestor(head, tip)? == Known::Is(true) {
        let what = format!("there is nothing to judge: {} is in `{branch}` already", head.short());
        return Err(Refusal::new(Code::EmptyRange, what)
            .hint("name what is to be merged: `stageline verify BASE..HEAD`, or check its branch out")
            .cannot_tell());
    }
    let ends = (Some(tip), Some(head));
    let no = |verdict: RefVerdict| Ok(Err(Box::new(verdict)));
    if let Some((commit, what)) = context.repo.malformed(tip, head)? {
        return no(told::malformed(branch.as_str(), ends, commit, &what));
    }
    let (own, base) = (context.repo.commit(head)?.tree, context.repo.commit(tip)?.tree);
    if let Some(what) = context.repo.malformed_tree(Some(base), own)? {
        return no(told::malformed(branch.as_str(), ends, head, &what));
    }
    let refused = |refusal: Refusal| no(told::refused(branch.as_str(), ends, refusal));
    match context.repo.merged(tip, head)? {
        Merged::Tree(tree) => Ok(Ok(tree)),
        Merged::Conflict(paths) => {
            let what = format!("{} cannot be merged into `{branch}` as that stands now", head.short());
            let refusal = Refusal::new(Code::MergeConflict, what).details(paths);
            refused(refusal.hint("build it anew on the tip: `stageline promote` again does so, or `git rebase`"))
        }
        Merged::Unrelated => {
            let what = format!("{} has no commit in common with `{branch}`", head.short());
            refused(Refusal::new(Code::MergeConflict, what))
        }
    }
}

/// Reviews with what the heads that they are of would change now: an older head with the same change is as good.
fn with_changes(judge: &Judge<'_>, reviews: Reviews) -> Result<Reviews, Error> {
    let mut changes = BTreeMap::new();
    for head in reviews.given.iter().filter_map(|one| one.of).collect::<BTreeSet<_>>() {
        // A head that nobody kept here tells nothing.
        if let Ok(Merged::Tree(tree)) = judge.context.repo.merged(judge.base.base, head)
            && let Some(change) = judge.digest(tree)?
        {
            changes.insert(head, change);
        }
    }
    Ok(Reviews { changes, ..reviews })
}

fn strange_branch(stack: &Stack, branch: &BranchName) -> Error {
    let known: Vec<String> = stack.worlds().map(|world| format!("`{}`", world.branch)).collect();
    Refusal::new(Code::NoSuchBranch, format!("the rules of `{}` are about no branch `{branch}`", stack.main.branch))
        .hint(format!("they are about {}: `--onto BRANCH`", known.join(", ")))
        .invalid()
}
