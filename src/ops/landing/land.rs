//! Lands an approved plan, or rebuilds the intent on the new tip after a lost race, as often as it takes.

use std::time::{Duration, Instant};

use crate::domain::plan::{FileEdit, Landing, Plan};
use crate::domain::refusal::{Code, Error, Outcome, Refusal, together};
use crate::domain::report::{ChangeReport, Stage};
use crate::git::land::{Local, Made, To};
use crate::git::push::Pushed;
use crate::git::write::Sign;
use crate::policy::review::Approved;

use crate::ops::context::{Consent, Context, Reach, Run, Writing};
use crate::ops::landing::change::{Prepared, prepare, signs};
use crate::ops::landing::intent::{Intent, Meant};
use crate::ops::landing::pace;
use crate::ops::landing::propose;
use crate::ops::landing::race;
use crate::ops::landing::tried::Tried;
use crate::ops::reading::stack::{Stack, Tips};

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
            Code::ConfigForDryRuns,
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
    stack.refuse_strange_main(context)?;
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
    planned.remote = stack.remote.as_ref().filter(|_| writing.reach == Reach::Remote).map(ToString::to_string);
    let mut there = None;
    if let (Landing::MergeRequest { branch }, Some(remote)) = (&prepared.plan().landing, &stack.remote)
        && (writing.run == Run::Dry || context.face.asks())
    {
        there = propose::planned(context, &stack, (prepared.plan(), branch), remote, &mut planned)?;
    }
    if writing.run == Run::Dry {
        return Ok(planned);
    }
    let approved = approved(&prepared)?;
    if let Some(commit) = there {
        // Nobody is asked about what changes nothing.
        return Ok(ChangeReport { stage: Stage::Proposed, commit: Some(commit.to_string()), ..planned });
    }
    let consent = context.face.agree(&planned)?;
    if consent == Consent::Refused {
        return Err(Refusal::new(Code::Declined, "stopped; nothing was written").refused());
    }
    land_or_rebuild(context, Agreed { stack, intent: intent.clone(), prepared, approved, consent }, writing)
}

/// The plan that may land, or every objection to it in one error.
fn approved(prepared: &Prepared) -> Result<Approved, Error> {
    if let Some(error) = together(prepared.objections.iter().cloned().map(Error::from).collect()) {
        return Err(error);
    }
    let unsaid = |_| anyhow::anyhow!("a gate does not let the plan pass, and does not say why").into();
    prepared.reviewed.clone().approve().map_err(unsaid)
}

fn nothing_to_do(stack: &Stack, intent: &Intent, why: String) -> ChangeReport {
    let world = stack.world(&intent.scope).unwrap_or_else(|_| stack.main.clone());
    ChangeReport {
        verb: intent.verb.word().to_string(),
        stage: if intent.superseded.is_empty() { Stage::NothingToDo } else { Stage::Superseded },
        environment: intent.scope.environment().map(ToString::to_string),
        moves: Vec::new(),
        skipped: intent.skipped.clone(),
        holds: Vec::new(),
        gates: Vec::new(),
        not_after: None,
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

/// What was agreed to, and what is being landed of it.
struct Agreed {
    stack: Stack,
    intent: Intent,
    prepared: Prepared,
    approved: Approved,
    consent: Consent,
}

fn land_or_rebuild(context: &mut Context<'_>, mut agreed: Agreed, writing: &Writing) -> Result<ChangeReport, Error> {
    let started = Instant::now();
    let pushes = agreed.stack.remote.clone().filter(|_| writing.reach == Reach::Remote);
    context.face.step("waiting for the turn to land");
    let turn = context.repo.turn(pushes.as_ref());
    let mut is_fresh = !turn.has_waited();
    if is_fresh && pushes.is_some() && gives_way(context, &agreed)? {
        std::thread::sleep(pace::courtesy(context.begun.elapsed()));
        is_fresh = false;
    }
    let mut tries = 0;
    let mut cycle = Instant::now();
    loop {
        if !is_fresh {
            let tips = match tips(context, writing)? {
                // A push that was refused has looked already, but at its own branch alone: the rules may stand on another.
                Tips::Fetched if tries > 0 && !agreed.stack.has_own_branches() => Tips::Seen,
                other => other,
            };
            if let Some(ended) = rebuild(context, &mut agreed, writing, tips)? {
                return Ok(ended);
            }
        }
        if let Tried::Landed(mut report) = land(context, &agreed, writing)? {
            take_back(context, &mut report, &agreed, writing);
            return Ok(*report);
        }
        is_fresh = false;
        tries += 1;
        if tries >= TRIES && started.elapsed() > PATIENCE {
            return Err(Refusal::new(
                Code::LostTheRace,
                format!(
                    "`{}` moved under every one of {tries} tries; nothing was written",
                    agreed.prepared.plan().target.branch
                ),
            )
            .hint("run the same command again")
            .raced());
        }
        context.face.step("somebody else landed first: trying again on the new tip");
        std::thread::sleep(pace::back_off(cycle.elapsed(), tries));
        cycle = Instant::now();
    }
}

/// Whether somebody is writing the branch from elsewhere just now: a writer that only begins lets those go first who wait.
fn gives_way(context: &Context<'_>, agreed: &Agreed) -> Result<bool, Error> {
    let world = agreed.stack.world(&agreed.intent.scope)?;
    let is_news = agreed.stack.seen(&world.branch).is_some_and(|seen| seen != world.base);
    Ok(is_news && agreed.consent != Consent::Given && pace::is_busy(&context.repo.commit(world.base)?, context.now))
}

/// So many digits of a config commit stand in a command: more than in a table, since it is typed later, when there are more.
const DIGITS: usize = 10;

/// A config commit as it stands in a command.
pub fn typed(commit: &str) -> &str {
    commit.get(..DIGITS).unwrap_or(commit)
}

/// Says what takes a landing back, or why no command does.
fn take_back(context: &Context<'_>, report: &mut ChangeReport, agreed: &Agreed, writing: &Writing) {
    let Some(id) = report.commit.as_deref().map(typed) else { return };
    match report.stage {
        Stage::Landed if agreed.prepared.is_birth => {
            let revert = context.options.git(&format!("revert {id}"));
            report.notes.push(format!("nothing stood there before, so only git takes it back: `{revert}`"));
        }
        Stage::Landed if !agreed.prepared.stay.is_empty() => {
            // What is held goes back, and not on again.
            let undo = context.options.command(&format!("undo {id}"));
            for hold in &agreed.prepared.stay {
                let place = hold.place();
                let first = match hold.lift() {
                    Some(lift) => format!("`{}`", context.options.command(&lift)),
                    None => "take that away".to_string(),
                };
                report.notes.push(format!("`{place}` stays, so to take this back: {first}, then `{undo}`"));
            }
        }
        Stage::Landed => {
            let here = if agreed.stack.remote.is_some() && writing.reach == Reach::Local { " --no-push" } else { "" };
            report.undo = Some(context.options.command(&format!("undo {id}{here}")));
        }
        // A request branch's is known where it is pushed.
        Stage::Proposed | Stage::Planned | Stage::NothingToDo | Stage::Superseded => {}
    }
}

/// Makes the plan again on the new tip; it goes on without asking only if it is the one that was agreed to. A report: there
/// is nothing left to do.
fn rebuild(
    context: &mut Context<'_>,
    agreed: &mut Agreed,
    writing: &Writing,
    tips: Tips,
) -> Result<Option<ChangeReport>, Error> {
    if tips == Tips::Local {
        context.repo.refresh()?;
    }
    let stack = Stack::read(context, tips)?;
    let intent = race::rebuilt(context, &agreed.stack, &stack, &agreed.intent)?;
    let again = match prepare(context, &stack, &intent, writing)? {
        Outcome::Done(again) => again,
        Outcome::NothingToDo(why) => {
            let same = "somebody else has just landed the same".to_string();
            let why = if intent.superseded.is_empty() { same } else { why };
            return Ok(Some(nothing_to_do(&stack, &intent, why)));
        }
    };
    if !is_agreed(agreed, again.plan()) {
        let what = "somebody else landed while this ran, and with that the plan is another one; nothing was written";
        let news = intent.notes.iter().filter(|note| !agreed.intent.notes.contains(note));
        return Err(news
            .fold(Refusal::new(Code::PlanChanged, what), |refusal, note| refusal.detail(note.clone()))
            .hint("run the same command again and look at the new plan")
            .raced());
    }
    agreed.approved = approved(&again)?;
    agreed.prepared = again;
    agreed.stack = stack;
    agreed.intent = intent;
    Ok(None)
}

/// Whether a plan holds nothing but what was agreed to: the values that come, where and how it lands, its records; and, if
/// somebody looked at them, the values that go.
fn is_agreed(agreed: &Agreed, again: &Plan) -> bool {
    let plan = agreed.prepared.plan();
    let moves = again.proposal.moves.iter().all(|one| {
        plan.proposal.moves.iter().any(|known| {
            let same = (&known.app, &known.env, &known.to) == (&one.app, &one.env, &one.to);
            same && (agreed.consent != Consent::Given || known.from == one.from)
        })
    });
    // The hold of a rollback says what it went back from, which may be something else now.
    let same = |known: &FileEdit, one: &FileEdit| {
        known.path == one.path && (known.becomes == one.becomes || agreed.intent.meant == Meant::Return)
    };
    moves
        && again.records().all(|one| plan.records().any(|known| same(known, one)))
        && plan.target.branch == again.target.branch
        && plan.landing == again.landing
}

fn land(context: &mut Context<'_>, agreed: &Agreed, writing: &Writing) -> Result<Tried, Error> {
    let (stack, approved) = (&agreed.stack, &agreed.approved);
    let plan = approved.plan();
    let world = stack.world(&agreed.intent.scope)?;
    let sign = signs(&context.repo, stack.signing(&world))?;
    let mut report = agreed.prepared.report.clone();
    report.stage = Stage::Landed;
    report.signed = sign == Sign::Yes;
    let remote = match (&plan.landing, &stack.remote) {
        (Landing::MergeRequest { branch }, Some(remote)) => {
            return propose::propose(context, stack, (approved, branch), remote, sign, report);
        }
        (_, remote) => remote.as_ref(),
    };
    match remote.filter(|_| writing.reach == Reach::Remote) {
        Some(remote) => {
            context.face.step("signing and pushing");
            let made = context.repo.make(approved, sign)?;
            match context.repo.land(&made, To::Remote(remote))? {
                Pushed::Moved(_) => return Ok(Tried::Moved),
                Pushed::Done => {}
                Pushed::Unseen => report.notes.push(propose::unseen(remote)),
            }
            report.notes.extend(follow(context, &made, sign));
            report.remote = Some(remote.to_string());
            report.commit = Some(made.commit().to_string());
        }
        None => {
            let made = context.repo.make(approved, sign)?;
            if let Pushed::Moved(_) = context.repo.land(&made, To::Here)? {
                return Ok(Tried::Moved);
            }
            if let Some(remote) = remote {
                report.notes.push(format!("not pushed: `git push {remote} {}` does that", plan.target.branch));
            }
            report.commit = Some(made.commit().to_string());
        }
    }
    Ok(Tried::Landed(Box::new(report)))
}

/// Brings the local branch along; what is to be said of it where that does not go. The change has landed: this is no failure.
fn follow(context: &mut Context<'_>, made: &Made, sign: Sign) -> Option<String> {
    match context.repo.follow(made) {
        Ok(Local::Moved | Local::Absent) => None,
        Ok(Local::LeftAlone(why)) => Some(why),
        Ok(Local::Apart) => {
            // A rebase signs nothing of itself where only this tool's commits are.
            let command = if sign == Sign::Yes { "pull --rebase --gpg-sign" } else { "pull --rebase" };
            let (branch, command) = (made.branch(), context.options.git(command));
            Some(format!("the local branch `{branch}` has commits of its own; bring them together with `{command}`"))
        }
        Err(Error::Interrupted(_)) => {
            Some("interrupted: the local branch was left as it is; `git pull` brings it along".to_string())
        }
        Err(error) => Some(format!("the local branch was left as it is: {error}")),
    }
}
