//! Lands an approved plan, or rebuilds the intent on the new tip after a lost race, as often as it takes.

use std::time::{Duration, Instant};

use crate::domain::plan::{FileEdit, Landing, Plan};
use crate::domain::refusal::{Code, Error, Outcome, Refusal};
use crate::domain::settings::{LandingMode, Signing};
use crate::domain::verb::Verb;
use crate::git::land::To;
use crate::git::push::Pushed;
use crate::git::write::Sign;
use crate::policy::review::Approved;

use crate::ops::context::{Context, Opening, Reach, Writing};
use crate::ops::judging::sealed;
use crate::ops::landing::by_git::{self, How};
use crate::ops::landing::change::{prepare, signs};
use crate::ops::landing::follow::{self, Followed};
use crate::ops::landing::intent::{Intent, Meant};
use crate::ops::landing::landed::{FollowUp, Landed, Tried};
use crate::ops::landing::pace;
use crate::ops::landing::prepared::Prepared;
use crate::ops::landing::propose;
use crate::ops::landing::race;
use crate::ops::landing::sync;
use crate::ops::previews::asked::Asked;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reports::face::Consent;

/// After so many lost races and so long somebody should look. Twelve tries are enough for eight writers; with more of
/// them on a slow machine it is the time that counts, so both must have passed.
const TRIES: u32 = 12;
const PATIENCE: Duration = Duration::from_secs(60);

/// Which tips a writing verb builds on.
pub fn tips(context: &Context<'_>, writing: &Writing) -> Result<Tips, Error> {
    context.repo.warm()?;
    let remotes = !context.repo.remotes()?.is_empty();
    Ok(if remotes && writing.reach == Reach::Remote { Tips::Fetched } else { Tips::Local })
}

/// What was agreed to, and what is being landed of it.
pub struct Agreed {
    pub stack: Stack,
    pub intent: Intent,
    pub prepared: Prepared,
    pub approved: Approved,
    pub consent: Consent,
}

/// How it ended: both as they were on the tip that it ended on.
pub enum Ended {
    Landed(Box<Agreed>, Box<Landed>),
    /// Somebody else did it, or something newer came: why nothing is left to do.
    NothingToDo(Box<Stack>, Box<Intent>, String),
}

/// Lands what was agreed to, on a new tip as often as it takes.
pub fn land_or_rebuild(context: &mut Context<'_>, mut agreed: Agreed, writing: &Writing) -> Result<Ended, Error> {
    let (mut writing, mut shut) = (writing.clone(), None);
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
            let tips = match tips(context, &writing)? {
                // A push that was refused has looked already, but at its own branch alone: the rules may stand on another.
                Tips::Fetched if tries > 0 && !agreed.stack.has_own_branches() => Tips::Seen,
                other => other,
            };
            if let Some(ended) = rebuild(context, &mut agreed, &writing, tips)? {
                return Ok(ended);
            }
        }
        let tried = match land(context, &agreed, &writing) {
            Err(error) => instead(context, &mut agreed, &mut writing, error).map(|(tried, why)| {
                shut = Some(why);
                tried
            }),
            tried => tried,
        };
        if let Tried::Landed(mut landed) = tried? {
            landed.shut.clone_from(&shut);
            take_back(context, &mut landed, &agreed, &writing);
            return Ok(Ended::Landed(Box::new(agreed), landed));
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

/// What a server that refuses the push of a rollback or an undo gets in the same run: the same change as a request, so that
/// nobody has to find out at night what to type next. With the server's words.
///
/// # Errors
/// The first one, where that is no such push, or where the request cannot be made either.
fn instead(
    context: &mut Context<'_>,
    agreed: &mut Agreed,
    writing: &mut Writing,
    refused: Error,
) -> Result<(Tried, String), Error> {
    let is_shut = |why: &Refusal| why.code == Code::PushRefused && agreed.prepared.plan().landing == Landing::Direct;
    let is_meant = agreed.intent.verb.is_meant_back() && writing.landing.is_none();
    if !(matches!(&refused, Error::Refused(why) if is_shut(why)) && is_meant) {
        return Err(refused);
    }
    context.face.step("the push is refused: making a request of it");
    let again = Writing { landing: Some(LandingMode::MergeRequest), ..writing.clone() };
    let Ok(Outcome::Done(prepared)) = prepare(context, &agreed.stack, &agreed.intent, &again) else {
        return Err(refused);
    };
    let Ok(approved) = prepared.approved() else { return Err(refused) };
    (agreed.prepared, agreed.approved, *writing) = (prepared, approved, again);
    let why = refused.refusal().on_one_line();
    let missing = match land(context, agreed, writing) {
        Ok(tried) => return Ok((tried, why)),
        Err(error) => error.refusal().on_one_line(),
    };
    // Where the forge cannot be spoken to, the push may ask it; and the branch is worth more than its request, which has its page.
    // A push for a review leaves no branch by which a later run with a token would find it.
    let way = match &agreed.stack.remote {
        Some(remote) => by_git::way(context, &agreed.stack, remote, Opening::ByGit).ok().flatten(),
        None => None,
    };
    writing.opening = Opening::ByGit;
    if way.is_some_and(|way| way.how == How::Options)
        && let Ok(tried) = land(context, agreed, writing)
    {
        return Ok((tried, why));
    }
    writing.opening = Opening::ByHand;
    match land(context, agreed, writing) {
        Ok(Tried::Landed(mut landed)) => {
            landed.follow_ups.push(FollowUp { what: "the request", failed: Some(missing) });
            Ok((Tried::Landed(landed), why))
        }
        Ok(Tried::Moved) => Ok((Tried::Moved, why)),
        Err(_) => Err(refused),
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

/// Says what takes a landing back, or why no command does. A request branch's is known where it is pushed.
fn take_back(context: &Context<'_>, landed: &mut Landed, agreed: &Agreed, writing: &Writing) {
    if landed.request.is_some() {
        return;
    }
    let id = landed.commit.to_string();
    let id = typed(&id);
    if agreed.intent.verb == Verb::Sync {
        let revert = context.options.by_git(&format!("revert {id}"));
        landed.notes.push(format!("rules are taken back by git alone, and by their owners: {revert}"));
    } else if agreed.intent.verb == Verb::Preview {
        let born = agreed.intent.instances.iter().filter(|_| agreed.prepared.is_birth);
        landed.undo = born.map(|one| context.options.command(&destroy(one))).next();
    } else if agreed.intent.verb == Verb::Destroy {
        landed.notes.push("what is destroyed comes back by `stageline preview create`".to_string());
    } else if agreed.prepared.is_birth {
        let revert = context.options.by_git(&format!("revert {id}"));
        landed.notes.push(format!("nothing stood there before, so only git takes it back: {revert}"));
    } else if agreed.prepared.stay.is_empty() {
        let here = if agreed.stack.remote.is_some() && writing.reach == Reach::Local { " --no-push" } else { "" };
        landed.undo = Some(context.options.command(&format!("undo {id}{here}")));
    } else {
        // What is held goes back, and not on again.
        let undo = context.options.command(&format!("undo {id}"));
        for hold in &agreed.prepared.stay {
            let place = hold.place();
            let first = match hold.lift() {
                Some(lift) => format!("`{}`", context.options.command(&lift)),
                None => "take that away".to_string(),
            };
            landed.notes.push(format!("`{place}` stays, so to take this back: {first}, then `{undo}`"));
        }
    }
}

/// The command of ours that takes an instance away, without the program's name.
fn destroy(one: &Asked) -> String {
    format!("preview destroy {} --env {}", one.slug, one.env)
}

/// Makes the plan again on the new tip; it goes on without asking only if it is the one that was agreed to. An end: there
/// is nothing left to do.
fn rebuild(
    context: &mut Context<'_>,
    agreed: &mut Agreed,
    writing: &Writing,
    tips: Tips,
) -> Result<Option<Ended>, Error> {
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
            return Ok(Some(Ended::NothingToDo(Box::new(stack), Box::new(intent), why)));
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
    agreed.approved = again.approved()?;
    let beside = std::mem::take(&mut agreed.prepared.beside);
    agreed.prepared = Prepared { beside, ..again };
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
    // The holds of a rollback say what it went back from, which may be something else now: another commit, too.
    let place = |edit: &FileEdit| match edit.path.as_str().split_once('@') {
        Some((place, _)) => place.to_string(),
        None => edit.path.as_str().trim_end_matches(".yaml").to_string(),
    };
    let same = |known: &FileEdit, one: &FileEdit| match agreed.intent.meant {
        Meant::Return => place(known) == place(one),
        _ => known.path == one.path && known.becomes == one.becomes,
    };
    moves
        && sync::is_within(again, plan)
        && again.records().all(|one| plan.records().any(|known| same(known, one)))
        && plan.target.branch == again.target.branch
        && plan.landing == again.landing
}

fn land(context: &mut Context<'_>, agreed: &Agreed, writing: &Writing) -> Result<Tried, Error> {
    let (stack, approved) = (&agreed.stack, &agreed.approved);
    let plan = approved.plan();
    let world = stack.world(&agreed.intent.scope)?;
    let lifts = agreed.intent.verb == Verb::Promote && !agreed.intent.lifts.is_empty();
    // What lifts a hold with what that held counts by its signature alone.
    let signing = if lifts { Signing::Required } else { stack.signing(&world) };
    let sign = signs(&context.repo, signing)?;
    let remote = match (&plan.landing, &stack.remote) {
        (Landing::MergeRequest { branch }, Some(remote)) => {
            let plan = (approved, branch);
            let told = (&agreed.prepared, agreed.intent.verb, writing.opening);
            return propose::propose(context, stack, plan, remote, sign, told);
        }
        (_, remote) => remote.as_ref(),
    };
    let pushes = remote.filter(|_| writing.reach == Reach::Remote);
    if pushes.is_some() {
        context.face.step("signing and pushing");
    }
    let made = sealed::make(context, &agreed.stack, approved, &[], sign)?;
    let mut landed = Landed {
        commit: made.commit(),
        is_signed: sign == Sign::Yes,
        remote: pushes.cloned(),
        request: None,
        undo: None,
        follow_ups: Vec::new(),
        notes: Vec::new(),
        shut: None,
    };
    match context.repo.land(&made, pushes.map_or(To::Here, To::Remote))? {
        Pushed::Moved(_) => return Ok(Tried::Moved),
        Pushed::Unseen => landed.notes.extend(pushes.map(propose::unseen)),
        Pushed::Done => {}
    }
    match (pushes, remote) {
        (Some(_), _) => {
            let ended = context.repo.follow(&made);
            let Followed { step, note } = follow::told(context, made.branch(), sign, ended);
            landed.follow_ups.extend(step);
            landed.notes.extend(note);
        }
        (None, Some(remote)) => {
            landed.notes.push(format!("not pushed: `git push {remote} {}` does that", plan.target.branch));
        }
        (None, None) => {}
    }
    Ok(Tried::Landed(Box::new(landed)))
}
