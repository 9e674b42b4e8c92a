//! The report of a change, from its intent, its plan, and what became of that.

use jiff::Timestamp;

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::plan::Plan;
use crate::domain::report::{
    BehindReport, ChangeReport, FollowUpReport, RequestReport, Skipped, Stage, SyncReport, SyncWord, SyncedFile,
    VerdictWord,
};
use crate::domain::settings::NamedGate;

use crate::ops::landing::intent::{self, Behind, Intent};
use crate::ops::landing::landed::{FollowUp, Landed, Request};
use crate::ops::landing::prepared::Prepared;
use crate::ops::landing::propose::Foreseen;
use crate::ops::landing::sync::{Change, Synced};
use crate::ops::reading::world::World;

use super::{gates, holds, moves, previews, requests};

/// The plan as it is shown. `now`: the moment by which holds have expired.
pub fn planned(intent: &Intent, prepared: &Prepared, now: Timestamp) -> ChangeReport {
    let Plan { target, edits, proposal, change, .. } = prepared.plan();
    let review = prepared.reviewed.review();
    ChangeReport {
        moves: prepared.moved.iter().map(moves::moved).collect(),
        holds: proposal.records.iter().filter_map(|record| holds::changed(record, now)).collect(),
        gates: gates::told(review),
        not_after: review.not_after(),
        refusals: prepared.objections.iter().map(gates::objection).collect(),
        sync: prepared.synced.as_ref().map(synced),
        files: edits.iter().map(|edit| edit.path.to_string()).collect(),
        branch: target.branch.to_string(),
        base: target.base.to_string(),
        change: change.map(|change| change.to_string()),
        not_direct: prepared.waits.clone(),
        notes: prepared.notes.clone(),
        ..untold(intent, Stage::Planned)
    }
}

/// Where nothing is left to do, and why.
pub fn nothing(intent: &Intent, world: &World, why: String) -> ChangeReport {
    let stage = if intent.superseded.is_empty() { Stage::NothingToDo } else { Stage::Superseded };
    ChangeReport {
        branch: world.branch.to_string(),
        base: world.base.to_string(),
        notes: std::iter::once(why).chain(intent.notes.iter().cloned()).collect(),
        ..untold(intent, stage)
    }
}

/// Where all that was asked for waits behind other requests.
pub fn waits(intent: &Intent, prepared: &Prepared, now: Timestamp) -> ChangeReport {
    ChangeReport { stage: Stage::Waiting, moves: Vec::new(), files: Vec::new(), ..planned(intent, prepared, now) }
}

/// The report of a plan that has landed, or waits on a request branch.
pub fn landed(planned: ChangeReport, landed: Landed) -> ChangeReport {
    let Landed { commit, is_signed, remote, request, undo, follow_ups, notes, shut } = landed;
    ChangeReport {
        stage: if request.is_some() { Stage::Proposed } else { Stage::Landed },
        commit: Some(commit.to_string()),
        signed: is_signed,
        remote: remote.map(|remote| remote.to_string()),
        request: request.map(|request| told_request(request, Some(commit))),
        push_refused: shut,
        undo,
        follow_ups: follow_ups.into_iter().map(follow_up).collect(),
        notes: planned.notes.into_iter().chain(notes).collect(),
        ..planned
    }
}

/// Says in a plan's report where its request would go.
pub fn foreseen(planned: &mut ChangeReport, foreseen: Foreseen) {
    let Foreseen { request, there, notes } = foreseen;
    planned.notes.extend(notes);
    planned.request = Some(told_request(request, None));
    planned.signed = there.is_some_and(|(_, is_signed)| is_signed);
}

/// The report of a plan that a request branch holds already.
pub fn is_there(planned: ChangeReport, commit: CommitId) -> ChangeReport {
    ChangeReport { stage: Stage::Proposed, commit: Some(commit.to_string()), ..planned }
}

/// Says of a run with nothing to do what it finished of an earlier one.
pub fn finished(report: &mut ChangeReport, branch: &BranchName, step: FollowUp) {
    if step.failed.is_none() {
        report.notes.push(format!("the local branch `{branch}` went along with what had landed"));
    }
    report.follow_ups.push(follow_up(step));
}

/// `head`: the commit that it waits with.
fn told_request(request: Request, head: Option<CommitId>) -> RequestReport {
    let Request { branch, address, number, by, needs, by_itself, is_unchanged, is_for_review } = request;
    RequestReport {
        branch: branch.to_string(),
        address,
        number: number.map(|number| number.mark),
        unchanged: is_unchanged,
        for_review: is_for_review,
        opened_by: by,
        auto_merge: by_itself,
        needs: needs.zip(head).map(|(needs, head)| requests::needs(&needs, head)),
    }
}

/// A step after a landing, as it is told.
pub fn follow_up(step: FollowUp) -> FollowUpReport {
    FollowUpReport { what: step.what.to_string(), done: step.failed.is_none(), message: step.failed }
}

/// What is left as it is.
pub fn skipped(intent: &Intent) -> Vec<Skipped> {
    let told = |one: &intent::Skipped| Skipped { application: one.app.to_string(), reason: one.reason.clone() };
    intent.skipped.iter().map(told).collect()
}

/// What a report says of an intent alone.
fn untold(intent: &Intent, stage: Stage) -> ChangeReport {
    ChangeReport {
        verb: intent.verb.word().to_string(),
        stage,
        environment: intent.scope.environment().map(ToString::to_string),
        moves: Vec::new(),
        skipped: skipped(intent),
        waiting: intent.waiting.iter().map(behind).collect(),
        holds: Vec::new(),
        gates: Vec::new(),
        not_after: None,
        refusals: Vec::new(),
        sync: None,
        instances: intent.instances.iter().map(previews::asked).collect(),
        files: Vec::new(),
        branch: String::new(),
        base: String::new(),
        change: None,
        commit: None,
        signed: false,
        remote: None,
        request: None,
        not_direct: None,
        push_refused: None,
        undo: None,
        follow_ups: Vec::new(),
        notes: Vec::new(),
    }
}

fn synced(synced: &Synced) -> SyncReport {
    let word = |change: Change| match change {
        Change::New => SyncWord::New,
        Change::Changed => SyncWord::Changed,
        Change::Gone => SyncWord::Gone,
    };
    let file = |(path, change): &(RepoPath, Change)| SyncedFile { path: path.to_string(), change: word(*change) };
    SyncReport {
        from_branch: synced.branch.clone(),
        from_commit: synced.commit.to_string(),
        files: synced.files.iter().map(file).collect(),
        differences: synced.differences.clone(),
    }
}

fn behind(one: &Behind) -> BehindReport {
    BehindReport {
        application: one.app.to_string(),
        environment: one.env.to_string(),
        request: one.request.clone(),
        address: one.page.clone(),
        reason: one.why.clone(),
    }
}

/// A plan as it would be judged when whoever lands it has overridden these gates.
pub fn supposing(mut planned: ChangeReport, gates: &[NamedGate]) -> ChangeReport {
    for gate in &mut planned.gates {
        let is_own = gates.iter().any(|own| own.word() == gate.gate);
        if is_own && gate.verdict != VerdictWord::Pass {
            planned.refusals.retain(|refusal| refusal.message != gate.detail);
            gate.verdict = VerdictWord::Pass;
            gate.eligible_at = None;
            gate.detail = "overridden by whoever lands it".to_string();
        }
    }
    planned
}
