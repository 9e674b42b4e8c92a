//! Judging a request: what merging a head into a branch, as that stands now, would make.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::BranchName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::verify::{ChangeWord, RefVerdict};
use crate::git::merged::Merged;

use crate::ops::context::Context;
use crate::ops::judging::judge::Judge;
use crate::ops::judging::told;
use crate::ops::judging::voucher::Vouchers;
use crate::ops::reading::stack::Stack;

/// What is said of merging a head into a branch.
///
/// # Errors
/// There are no rules, nothing would change, or it cannot be told what the merge is.
pub fn judge(context: &Context<'_>, stack: &Stack, branch: &BranchName, head: CommitId) -> Result<RefVerdict, Error> {
    let Some(judge) = Judge::of(context, stack, branch)? else {
        return Err(strange_branch(stack, branch));
    };
    let tip = judge.base.base;
    if context.repo.is_ancestor(head, tip)? == Known::Is(true) {
        let what = format!("there is nothing to judge: {} is in `{branch}` already", head.short());
        return Err(Refusal::new(Code::EmptyRange, what)
            .hint("name what is to be merged: `stageline verify BASE..HEAD`, or check its branch out")
            .cannot_tell());
    }
    let ends = (Some(tip), Some(head));
    if let Some((commit, what)) = context.repo.malformed(tip, head)? {
        return Ok(told::malformed(branch.as_str(), ends, commit, &what));
    }
    let (own, base) = (context.repo.commit(head)?.tree, context.repo.commit(tip)?.tree);
    if let Some(what) = context.repo.malformed_tree(base, own)? {
        return Ok(told::malformed(branch.as_str(), ends, head, &what));
    }
    let tree = match context.repo.merged(tip, head)? {
        Merged::Tree(tree) => tree,
        Merged::Conflict(paths) => {
            let what = format!("{} cannot be merged into `{branch}` as that stands now", head.short());
            let refusal = Refusal::new(Code::MergeConflict, what).details(paths);
            let hint = "build it anew on the tip: `stageline promote` again does so, or `git rebase`";
            return Ok(told::refused(branch.as_str(), ends, refusal.hint(hint)));
        }
        Merged::Unrelated => {
            let what = format!("{} has no commit in common with `{branch}`", head.short());
            return Ok(told::refused(branch.as_str(), ends, Refusal::new(Code::MergeConflict, what)));
        }
    };
    let signed = Vouchers::of(context, stack, &judge.base)?.of_head(tip, head)?;
    let ruling = judge.change(&judge.base, tree, signed)?;
    let changes = vec![told::change(head, ChangeWord::Merge, &ruling)];
    Ok(told::of_ref(branch.as_str(), ends, told::policies(stack, &judge.base), changes, Vec::new()))
}

fn strange_branch(stack: &Stack, branch: &BranchName) -> Error {
    let known: Vec<String> = stack.worlds().map(|world| format!("`{}`", world.branch)).collect();
    Refusal::new(Code::NoSuchBranch, format!("the rules of `{}` are about no branch `{branch}`", stack.main.branch))
        .hint(format!("they are about {}: `--onto BRANCH`", known.join(", ")))
        .invalid()
}
