//! What the judge said, as reports show it.

use jiff::Timestamp;

use crate::domain::commit::CommitId;
use crate::domain::plan::{Class, Proposal};
use crate::domain::refusal::{Code, Objection, Refusal};
use crate::domain::report::verify::{
    ChangeWord, JudgedChange, PolicyReport, RefVerdict, VerifiedMove, VerifyReport, worst,
};
use crate::domain::report::{GateReport, RefusalReport, VerdictWord};

use crate::ops::judging::judge::Ruling;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;
use crate::ops::reports::gates;

/// One change as it is shown.
pub fn change(commit: CommitId, what: ChangeWord, ruling: &Ruling) -> JudgedChange {
    match ruling {
        Ruling::Unread(why) => JudgedChange {
            refusals: vec![gates::objection(&Objection::Refused(why.clone()))],
            ..unjudged(commit, what)
        },
        Ruling::Judged { proposal, review, change, .. } => JudgedChange {
            change: change.map(|change| change.to_string()),
            moves: moves(proposal),
            outside: proposal.others.iter().filter(|other| other.class == Class::Outside).count(),
            gates: gates::told(review),
            refusals: gates::refused(review),
            ..unjudged(commit, what)
        },
    }
}

/// A commit that changes so many paths, none of which anybody governs.
pub fn outside(commit: CommitId, count: usize) -> JudgedChange {
    JudgedChange { outside: count, ..unjudged(commit, ChangeWord::Commit) }
}

/// A change of which nothing is said yet.
fn unjudged(commit: CommitId, what: ChangeWord) -> JudgedChange {
    let (moves, gates, refusals) = Default::default();
    JudgedChange { commit: commit.to_string(), what, change: None, moves, outside: 0, gates, refusals }
}

/// A commit that two readers may read in two ways.
pub fn malformed(name: &str, ends: (Option<CommitId>, Option<CommitId>), commit: CommitId, what: &str) -> RefVerdict {
    let what = format!("commit {} is not written as git writes commits: {what}", commit.short());
    let why = Refusal::new(Code::MalformedCommit, what)
        .hint("make it anew with git: `git commit --amend --reset-author`, or `git rebase`");
    refused(name, ends, why)
}

fn moves(proposal: &Proposal) -> Vec<VerifiedMove> {
    let told = proposal.moves.iter().map(|one| VerifiedMove {
        application: one.app.to_string(),
        environment: one.env.to_string(),
        from: one.from.as_ref().map(ToString::to_string),
        to: one.to.as_ref().map(ToString::to_string),
        file: one.sites.first().map(|site| site.file.to_string()),
    });
    told.collect()
}

/// The verdict of one change.
fn verdict(change: &JudgedChange) -> VerdictWord {
    let of_gates = change.gates.iter().map(|gate| gate.verdict);
    // What a gate says is among them too; what could not be read is only there.
    let unread = change.refusals.iter().filter(|_| change.gates.is_empty()).map(|refusal| refusal.verdict);
    worst(of_gates.chain(unread))
}

/// What is said of a ref by which changes come.
pub fn of_ref(
    name: &str,
    (base, head): (Option<CommitId>, Option<CommitId>),
    policies: Vec<PolicyReport>,
    changes: Vec<JudgedChange>,
    refusals: Vec<Objection>,
) -> RefVerdict {
    let refusals: Vec<RefusalReport> = refusals.iter().map(gates::objection).collect();
    let all = changes.iter().map(verdict).chain(refusals.iter().map(|refusal| refusal.verdict));
    let verdict = worst(all);
    let id = |commit: Option<CommitId>| commit.map(|commit| commit.to_string());
    RefVerdict { name: name.to_string(), base: id(base), head: id(head), verdict, policies, changes, refusals }
}

/// A ref that is refused, whatever it brings.
pub fn refused(name: &str, ends: (Option<CommitId>, Option<CommitId>), why: Refusal) -> RefVerdict {
    of_ref(name, ends, Vec::new(), Vec::new(), vec![Objection::Refused(why)])
}

/// The whole report.
pub fn report(refs: Vec<RefVerdict>, notes: Vec<String>) -> VerifyReport {
    let gates = refs.iter().flat_map(|one| &one.changes).flat_map(|change: &JudgedChange| &change.gates);
    let not_after: Option<Timestamp> = gates.filter_map(|gate: &GateReport| gate.not_after).min();
    let verdict = worst(refs.iter().map(|one| one.verdict));
    VerifyReport { verdict, push: false, enforced: true, refs, not_after, status: None, recorded: None, notes }
}

/// The branches whose rules judge a world, with the commits that they were read at.
pub fn policies(stack: &Stack, world: &World) -> Vec<PolicyReport> {
    let told = stack.policies(world).into_iter().filter_map(|policy| {
        let there = stack.worlds().find(|world| world.branch == *policy.branch)?;
        Some(PolicyReport { branch: policy.branch.to_string(), commit: there.base.to_string() })
    });
    told.collect()
}
