//! Lands an approved plan, or rebuilds the intent on the new tip after a lost race, as often as it takes.

use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::{Duration, Instant};

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::pin::Pin;
use crate::domain::plan::{Landing, Plan};
use crate::domain::refusal::{Error, Outcome, Refusal, together};
use crate::domain::report::{ChangeReport, RequestReport, Stage};
use crate::forge::address;
use crate::git::fetch::Rewound;
use crate::git::land::Local;
use crate::git::push::{Lease, Push, Pushed};
use crate::git::repo::Repo;
use crate::git::write::Sign;
use crate::overlay::Reader;
use crate::policy::review::Approved;

use super::change::{Prepared, prepare, signs};
use super::context::{Context, Reach, Run, Writing};
use super::intent::Intent;
use super::request;
use super::stack::{Stack, Tips};

/// After so many lost races and so long somebody should look. Twelve tries are enough for eight writers; with more of
/// them on a slow machine it is the time that counts, so both must have passed.
const TRIES: u32 = 12;
const PATIENCE: Duration = Duration::from_secs(60);

/// Which tips a writing verb builds on.
fn tips(context: &Context<'_>, writing: &Writing) -> Result<Tips, Error> {
    context.repo.warm()?;
    let remotes = !context.repo.remotes()?.is_empty();
    Ok(if remotes && writing.reach == Reach::Remote { Tips::Fetched } else { Tips::Local })
}

/// How every writing verb begins: policy comes from the branch, never from `--config`; then the worlds it builds on.
pub fn begin(context: &mut Context<'_>, writing: &Writing) -> Result<Stack, Error> {
    if context.options.config.is_some() && writing.run == Run::Real {
        return Err(Refusal::new(
            "config-for-dry-runs",
            "policy is read from the branch that is written to, not from `--config`",
        )
        .hint("add `--dry-run`, or commit the file as `stageline.yaml`")
        .invalid());
    }
    let tips = tips(context, writing)?;
    let stack = Stack::read(context, tips)?;
    if writing.reach == Reach::Remote {
        stack.refuse_lost_remote(context)?;
    }
    Ok(stack)
}

/// Warns of what a writing verb passes over in silence otherwise.
fn remark(context: &Context<'_>, stack: &Stack) {
    let notices = &stack.main.settings.notices;
    match notices.as_slice() {
        [] => {}
        [one] => context.face.warn(one),
        [first, rest @ ..] => {
            context.face.warn(&format!("{first}; and {} more, see `stageline config check`", rest.len()))
        }
    }
    stack.warn_of_draft(context);
}

/// The whole way of a writing verb after its intent is resolved: prepare, show, ask, land, report.
pub fn carry_out(
    context: &mut Context<'_>,
    stack: Stack,
    intent: &Intent,
    writing: &Writing,
) -> Result<ChangeReport, Error> {
    remark(context, &stack);
    let mut prepared = match prepare(context, &stack, intent, writing)? {
        Outcome::Done(prepared) => prepared,
        Outcome::NothingToDo(why) => return Ok(nothing_to_do(&stack, intent, why)),
    };
    prepared.report.notes.extend(stack.notes.iter().cloned());
    let mut planned = prepared.report.clone();
    planned.request = planned_request(context, &stack, &prepared.plan)?;
    planned.remote = stack.remote.as_ref().filter(|_| writing.reach == Reach::Remote).map(ToString::to_string);
    if writing.run == Run::Dry {
        return Ok(planned);
    }
    let approved = approved(&prepared)?;
    if !context.face.agree(&planned)? {
        return Err(Refusal::new("declined", "stopped; nothing was written").refused());
    }
    land_or_rebuild(context, stack, intent, writing, prepared, approved)
}

/// The plan that may land, or every objection to it in one error.
fn approved(prepared: &Prepared) -> Result<Approved, Error> {
    match together(prepared.objections.iter().cloned().map(Error::from).collect()) {
        Some(error) => Err(error),
        None => prepared.review.approve(prepared.plan.clone()),
    }
}

fn nothing_to_do(stack: &Stack, intent: &Intent, why: String) -> ChangeReport {
    let world = stack.environment(&intent.env).map(|(world, _)| world).unwrap_or_else(|_| stack.main.clone());
    ChangeReport {
        verb: intent.verb.word().to_string(),
        stage: Stage::NothingToDo,
        environment: Some(intent.env.to_string()),
        moves: Vec::new(),
        skipped: intent.skipped.clone(),
        holds: Vec::new(),
        gates: Vec::new(),
        refusals: Vec::new(),
        files: Vec::new(),
        branch: world.branch.to_string(),
        base: world.base.to_string(),
        commit: None,
        signed: false,
        remote: None,
        request: None,
        undo: None,
        notes: std::iter::once(why).chain(intent.notes.iter().cloned()).collect(),
    }
}

fn planned_request(context: &Context<'_>, stack: &Stack, plan: &Plan) -> Result<Option<RequestReport>, Error> {
    let Landing::MergeRequest { branch } = &plan.landing else { return Ok(None) };
    Ok(Some(RequestReport {
        branch: branch.to_string(),
        address: page(context, stack, branch, &plan.target.branch)?,
        unchanged: false,
    }))
}

fn page(
    context: &Context<'_>,
    stack: &Stack,
    branch: &BranchName,
    target: &BranchName,
) -> Result<Option<String>, Error> {
    let Some(remote) = &stack.remote else { return Ok(None) };
    let address = context.repo.remote_address(remote)?;
    Ok(address.and_then(|address| address::open_request(&address, branch.as_str(), target.as_str())))
}

/// What one try to land came to.
enum Tried {
    Landed(Box<ChangeReport>),
    Moved,
}

fn land_or_rebuild(
    context: &mut Context<'_>,
    mut stack: Stack,
    intent: &Intent,
    writing: &Writing,
    mut prepared: Prepared,
    mut approved: Approved,
) -> Result<ChangeReport, Error> {
    let started = Instant::now();
    let mut tries = 1;
    let mut cycle = Instant::now();
    loop {
        let turn = turn(&context.repo);
        if let Tried::Landed(mut report) = land(context, &stack, &prepared, &approved, writing)? {
            drop(turn);
            if report.stage == Stage::Landed {
                report.undo = intent.undo.clone();
            }
            return Ok(*report);
        }
        drop(turn);
        if tries >= TRIES && started.elapsed() > PATIENCE {
            return Err(Refusal::new(
                "lost-the-race",
                format!(
                    "`{}` moved under every one of {tries} tries; nothing was written",
                    prepared.plan.target.branch
                ),
            )
            .hint("run the same command again")
            .raced());
        }
        context.face.step("somebody else landed first: trying again on the new tip");
        std::thread::sleep(back_off(cycle.elapsed(), tries));
        tries += 1;
        cycle = Instant::now();
        let tips = match tips(context, writing)? {
            Tips::Fetched => Tips::Seen,
            other => other,
        };
        if tips == Tips::Local {
            context.repo.refresh()?;
        }
        stack = Stack::read(context, tips)?;
        refuse_moved(context, &stack, intent)?;
        prepared = match prepare(context, &stack, intent, writing)? {
            Outcome::Done(again) => {
                let agreed = |m: &crate::domain::pin::PinMove| prepared.plan.proposal.moves.contains(m);
                if !again.plan.proposal.moves.iter().all(agreed) {
                    return Err(Refusal::new(
                        "plan-changed",
                        "on the new tip the plan is another one; nothing was written",
                    )
                    .hint("run the same command again and look at the new plan")
                    .raced());
                }
                again
            }
            Outcome::NothingToDo(_) => {
                return Ok(nothing_to_do(&stack, intent, "somebody else has just landed the same".to_string()));
            }
        };
        approved = self::approved(&prepared)?;
    }
}

/// A random part of the last cycle, longer with each try, so that racers come apart (GIT.md, "Races").
fn back_off(cycle: Duration, tries: u32) -> Duration {
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let share = (random >> 11) as f64 / (1u64 << 53) as f64;
    cycle.mul_f64(share * f64::from(tries.min(8)))
}

/// One landing at a time in one clone. Only saves pushes: without it all is right too, so a failure to lock is none.
fn turn(repo: &Repo) -> Option<File> {
    let folder = repo.cache_dir();
    std::fs::create_dir_all(&folder).ok()?;
    let file = File::create(folder.join("landing.lock")).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// The same pin moved to something else meanwhile: a conflict to tell, with both values and who moved it.
fn refuse_moved(context: &Context<'_>, stack: &Stack, intent: &Intent) -> Result<(), Error> {
    let (world, env) = stack.environment(&intent.env)?;
    let reader = Reader::new(world.files.as_ref());
    for goal in &intent.goals {
        let app = world.application(&goal.app)?;
        let Some(pin) = world.pin(&reader, app, &env)? else { continue };
        let now = pin.assignment();
        let there = pin.readings.iter().all(|r| goal.wanted.version_for(&r.key) == r.version);
        if now == goal.seen || there {
            continue;
        }
        let said = |pin: &Pin| pin.version().map_or("several versions".to_string(), |v| v.short());
        let files: Vec<_> = pin.readings.iter().map(|r| r.site.file.clone()).collect();
        let mut refusal = Refusal::new(
            "pin-moved",
            format!(
                "`{}` in `{}` was moved to {} while this ran, which was to move it to {}; nothing was written",
                goal.app,
                intent.env,
                said(&pin),
                goal.story.to.as_deref().map_or("another version".to_string(), shorten)
            ),
        );
        if let Some(commit) = context.repo.landings(world.base, &files, Some(1))?.commits.first() {
            let who = context.repo.commit(*commit)?;
            refusal = refusal.detail(format!(
                "{} by {} <{}> at {}: {}",
                commit.short(),
                who.author.name,
                who.author.email,
                who.committer.when,
                who.subject()
            ));
        }
        return Err(refusal.hint("look at it with `stageline history`, then decide again").raced());
    }
    Ok(())
}

fn shorten(version: &str) -> String {
    crate::domain::version::Version::new(version).map_or(version.to_string(), |v| v.short())
}

fn land(
    context: &mut Context<'_>,
    stack: &Stack,
    prepared: &Prepared,
    approved: &Approved,
    writing: &Writing,
) -> Result<Tried, Error> {
    let plan = approved.plan();
    let (world, _) = stack.environment(&plan.proposal.environments[0])?;
    let sign = signs(&context.repo, world.settings.git.signing)?;
    let mut report = prepared.report.clone();
    report.stage = Stage::Landed;
    report.signed = sign == Sign::Yes;
    match (&plan.landing, &stack.remote) {
        (Landing::MergeRequest { branch }, Some(remote)) => {
            if writing.reach == Reach::Local {
                return Err(Refusal::new("no-push", "a merge request cannot be made without a push")
                    .hint("leave `--no-push` away")
                    .invalid());
            }
            propose(context, stack, plan, branch, remote, sign, report)
        }
        (Landing::Direct, Some(remote)) if writing.reach == Reach::Remote => {
            context.face.step("signing and pushing");
            let commit = context.repo.commit_edits(plan.target.base, &plan.edits, &plan.message, sign)?;
            let branch = &plan.target.branch;
            let push =
                Push { remote, branch, commit: Some(commit), expected: Some(plan.target.base), lease: Lease::Growing };
            match context.repo.push(push)? {
                Pushed::Moved(_) => return Ok(Tried::Moved),
                Pushed::Done => {}
            }
            match context.repo.follow(branch, commit) {
                Ok(Local::Moved | Local::Absent) => {}
                Ok(Local::LeftAlone(why)) => report.notes.push(why),
                // It has landed: what goes wrong with the local branch after is a remark, not a failure.
                Err(error) => report.notes.push(format!("the local branch was left as it is: {error}")),
            }
            report.commit = Some(commit.to_string());
            report.remote = Some(remote.to_string());
            Ok(Tried::Landed(Box::new(report)))
        }
        _ => {
            let commit = context.repo.commit_edits(plan.target.base, &plan.edits, &plan.message, sign)?;
            if !context.repo.land_locally(&plan.target.branch, plan.target.base, commit)? {
                return Ok(Tried::Moved);
            }
            if let Some(remote) = &stack.remote {
                report.notes.push(format!("not pushed: `git push {remote} {}` does that", plan.target.branch));
            }
            report.commit = Some(commit.to_string());
            Ok(Tried::Landed(Box::new(report)))
        }
    }
}

/// Pushes the plan as one commit on its request branch: leased, and not at all where the live one already holds it.
fn propose(
    context: &mut Context<'_>,
    stack: &Stack,
    plan: &Plan,
    branch: &BranchName,
    remote: &RemoteName,
    sign: Sign,
    mut report: ChangeReport,
) -> Result<Tried, Error> {
    context.face.step("signing and pushing");
    let live: Option<CommitId> =
        context.repo.fetch(remote, std::slice::from_ref(branch), Rewound::Followed)?.into_iter().next().flatten();
    let unchanged = match live {
        Some(live) => request::holds(&context.repo, live, plan)?,
        None => false,
    };
    let commit = match live.filter(|_| unchanged) {
        Some(live) => live,
        None => {
            let commit = context.repo.commit_edits(plan.target.base, &plan.edits, &plan.message, sign)?;
            let push = Push { remote, branch, commit: Some(commit), expected: live, lease: Lease::Replacing };
            match context.repo.push(push)? {
                Pushed::Moved(_) => return Ok(Tried::Moved),
                Pushed::Done => commit,
            }
        }
    };
    report.stage = Stage::Proposed;
    report.commit = Some(commit.to_string());
    report.remote = Some(remote.to_string());
    let address = page(context, stack, branch, &plan.target.branch)?;
    if address.is_none() {
        report.notes.push(format!("open a merge request from `{branch}` into `{}` on your forge", plan.target.branch));
    }
    report.request = Some(RequestReport { branch: branch.to_string(), address, unchanged });
    Ok(Tried::Landed(Box::new(report)))
}
