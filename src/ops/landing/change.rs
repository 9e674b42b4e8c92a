//! From an intent to a prepared plan: the edits made in memory, read back, and judged. Writes nothing anywhere.

use rayon::prelude::*;

use crate::domain::history::Kind;
use crate::domain::hold::{Cause, Cover, Hold, HoldFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Assignment, Pin, PinMove, Reading};
use crate::domain::plan::{Class, FileEdit, Landing, Mode, Other, Plan, Proposal, Target};
use crate::domain::preview::Place;
use crate::domain::refusal::{Code, Error, Objection, Outcome, Refusal, gathered};
use crate::domain::scalar::SiteEdit;
use crate::domain::settings::{Application, Environment, LandingMode, Signing};
use crate::domain::version::Version;
use crate::git::repo::Repo;
use crate::git::write::Sign;
use crate::overlay::lock::Follow;
use crate::overlay::{self, SiteChange, fill};
use crate::policy::review;
use crate::policy::standing;
use crate::policy::{Answers, Question};

use crate::domain::verb::Verb;
use crate::ops::context::{Context, Reach, Writing};
use crate::ops::judging::consents::Asked;
use crate::ops::landing::between::between;
use crate::ops::landing::branches;
use crate::ops::landing::digest;
use crate::ops::landing::edits::{self, Edited};
use crate::ops::landing::effects;
use crate::ops::landing::evidence::Evidence;
use crate::ops::landing::hotfixes::{self, Comes};
use crate::ops::landing::in_the_way;
use crate::ops::landing::intent::{Goal, Intent, Way};
use crate::ops::landing::message;
use crate::ops::landing::prepared::{Moved, Prepared};
use crate::ops::landing::sync::{self, Synced};
use crate::ops::landing::template;
use crate::ops::previews::edits as instances;
use crate::ops::previews::told;
use crate::ops::reading::held;
use crate::ops::reading::missing::no_overlay;
use crate::ops::reading::scalars::Side;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// One goal's edits.
struct Planned<'a> {
    goal: &'a Goal,
    before: Pin,
    changes: Vec<SiteChange>,
}

impl Planned<'_> {
    /// Whether a site is to say something else than it does; otherwise only quotes are to come.
    fn moves(&self) -> bool {
        let says = |reading: &Reading| (reading.version.clone(), self.goal.wanted.version_for(&reading.key));
        self.before.readings.iter().map(says).any(|(is, wanted)| wanted.is_some() && wanted != is)
    }

    /// Whether a version in this file gets its quotes.
    fn quotes(&self, file: &RepoPath) -> bool {
        self.before.readings.iter().any(|reading| reading.is_loose && reading.site.file == *file)
    }

    /// What the sites are to say, each version once; `None` where it is one for all.
    fn wanted(&self) -> Option<String> {
        let each = self.before.readings.iter().filter_map(|reading| self.goal.wanted.version_for(&reading.key));
        let mut all: Vec<String> = each.map(|version| version.to_string()).collect();
        all.dedup();
        (all.len() > 1).then(|| all.join(" and "))
    }

    /// As it is told: what the plan makes of it, in the story of who asked.
    fn told(&self, world: &World, plan: &Plan, follows: &[(RepoPath, Follow)]) -> Moved {
        let Goal { app, env, story, .. } = self.goal;
        let moved = plan.proposal.moves.iter().find(|moved| (&moved.app, &moved.env) == (app, env));
        let to = moved.and_then(|moved| moved.to.as_ref()).map(ToString::to_string);
        let mut sites: Vec<SiteEdit> = self.changes.iter().flat_map(|change| change.shown.iter().cloned()).collect();
        let is_own = |file: &RepoPath| self.changes.iter().any(|change| change.file == *file);
        let own = follows.iter().filter(|(file, _)| is_own(file));
        sites.extend(own.flat_map(|(_, follow)| follow.shown.iter().cloned()));
        Moved {
            app: app.clone(),
            place: Place { env: env.clone(), instance: None },
            members: world.settings.application(app).map(Application::member_names).unwrap_or_default(),
            from: self.before.told(),
            to: if self.moves() { to.or_else(|| self.wanted()) } else { self.before.told() },
            story: story.clone(),
            sites,
        }
    }
}

/// Makes the plan for an intent on the world that it is about.
pub fn prepare(
    context: &Context<'_>,
    stack: &Stack,
    intent: &Intent,
    writing: &Writing,
) -> Result<Outcome<Prepared>, Error> {
    let world = stack.world(&intent.scope)?;
    let intent = &*sync::settled(stack, intent);
    let old = Side::of(&world);
    let planned = plan_goals(&old, intent)?;
    let Edited { files: mut edits, follows } = file_edits(&old, &planned)?;
    let records = records(context, &world, intent, &planned)?;
    let policy = sync::edits_of(stack, &world, intent.verb)?;
    let made = instances::of(stack, &world, &intent.instances)?;
    edits.extend(records.edits.iter().chain(&policy).chain(&made).cloned());
    if edits.is_empty() {
        return Ok(Outcome::NothingToDo(nothing(intent, &records)));
    }
    let after = world.with(&edits)?;
    let new = Side::of(&after);
    let proposal = told::with(stack, (&world, &after), between(&old, &new, &stack.main.branch)?)?;
    refuse_unmeant(&proposal, &planned, (&edits, &policy, unrecorded(intent.verb, &made)))?;
    let pins: Vec<&Pin> = planned.iter().map(|one| &one.before).collect();
    let effects = effects::of(&context.repo.own()?, &new, intent.verb, &pins)?;
    let policies = stack.policies(&world);
    let change = digest::of(context, stack, &world, &proposal)?;
    let mut evidence = Evidence::of(context, stack, &world).of_change(Asked::ours(&proposal, change));
    let synced = (intent.verb == Verb::Sync).then(|| Synced::of(stack, &world, &policy));
    let rules = synced.as_ref().map_or_else(|| stack.rules(&world, &proposal), |_| stack.rules_of_branch(&world));
    let (landing, weaker, waits) = landing(&rules, &proposal, intent, writing, stack, &mut evidence)?;
    evidence.gather(&proposal, &policies)?;
    let unknown = digest::unknown(stack, &landing, change);
    let overrides = review::judge(&proposal, &policies, &evidence.answers).told_overrides();
    let message = message::compose(intent, &proposal.moves, &landing, change, overrides.clone());
    let (target, beside) = (Target { branch: world.branch.clone(), base: world.base }, Vec::new());
    let plan = Plan { target, edits, proposal, landing, change, message };
    let reviewed = review::review(plan, &policies, &evidence.answers, &writing.overriding);
    let said = reviewed.review().objections(&reviewed.plan().landing);
    let vain = standing::in_vain(&stack.main.settings, &reviewed.plan().proposal, &writing.overriding);
    let objections: Vec<Objection> = intent.objections.iter().cloned().chain(weaker).chain(vain).chain(said).collect();
    let is_birth = is_birth(&reviewed.plan().proposal);
    let stay = if intent.verb.is_meant_back() { staying(reviewed.plan(), &evidence.answers) } else { Vec::new() };
    let own = planned.iter().map(|one| one.told(&world, reviewed.plan(), &follows));
    let moved: Vec<Moved> = own.chain(Moved::of_instances(&reviewed.plan().proposal)).collect();
    let remarks = planned.iter().flat_map(|one| one.changes.iter().flat_map(|change| &change.notes));
    let strange = strange(context, stack, (&world, intent), &planned)?;
    let notes = intent.notes.iter().chain(remarks).chain(&effects).chain(&records.notes).chain(&strange);
    let mut notes: Vec<String> = notes.cloned().collect();
    let waits = kept_back(waits, &mut notes);
    notes.extend(reviewed.review().wishes(writing.reason.as_deref()));
    let known: Vec<String> = synced.iter().flat_map(Synced::told).chain(notes.iter().chain(&waits).cloned()).collect();
    let (words, untaken) = match reviewed.plan().landing {
        Landing::Direct => Default::default(),
        Landing::MergeRequest { .. } => {
            template::words(context, stack, (&reviewed, &moved), intent.verb, writing, &known)?
        }
    };
    notes.extend(overrides.into_iter().chain(untaken).chain(unknown));
    Ok(Outcome::Done(Prepared { reviewed, moved, objections, is_birth, stay, waits, words, beside, synced, notes }))
}

/// The edits of instances that may be more than those: to destroy one takes away what no record says to be one, too.
fn unrecorded(verb: Verb, made: &[FileEdit]) -> &[FileEdit] {
    if verb == Verb::Destroy { made } else { &[] }
}

/// Why a way back does not land directly; what only goes on is noted. To something newer is a promotion, whatever the verb is called.
fn kept_back(waits: impl IntoIterator<Item = Indirect>, notes: &mut Vec<String>) -> Option<String> {
    let (waits, onward): (Vec<_>, Vec<_>) = waits.into_iter().partition(|waits| waits.is_unknown);
    notes.extend(onward.into_iter().map(|onward| onward.why));
    waits.into_iter().map(|waits| waits.why).next()
}

/// What is to be said of holds that nobody can have meant, where pins move.
fn strange(
    context: &Context<'_>,
    stack: &Stack,
    (world, intent): (&World, &Intent),
    planned: &[Planned<'_>],
) -> Result<Vec<String>, Error> {
    match (intent.verb, planned.first()) {
        (Verb::Promote | Verb::Rollback, Some(one)) => held::strange(context, stack, world, Some(&one.before.env)),
        _ => Ok(Vec::new()),
    }
}

/// Whether all that is proposed comes where nothing stood before.
fn is_birth(proposal: &Proposal) -> bool {
    let is_born = |moved: &PinMove| moved.sites.iter().any(|site| site.from.is_none());
    !proposal.moves.is_empty() && proposal.moves.iter().all(is_born) && proposal.records.is_empty()
}

/// The holds on moved pins that the plan leaves as they are.
fn staying(plan: &Plan, answers: &Answers) -> Vec<HoldFile> {
    let Proposal { moves, records, .. } = &plan.proposal;
    let mut out: Vec<HoldFile> = Vec::new();
    for hold in moves.iter().filter_map(|moved| answers.holds(moved)).flatten() {
        let is_changed = hold.branch.is_none() && records.iter().any(|record| record.path == hold.path);
        if hold.is_active(answers.now) && hold.held().is_none() && !is_changed && !out.contains(hold) {
            out.push(hold.clone());
        }
    }
    out
}

/// The edits that bring pins to these versions, and nothing else: what a landing of the tool's own would change.
pub fn edits_for(world: &World, wanted: &[(AppName, EnvName, Assignment)]) -> Result<Vec<FileEdit>, Error> {
    let side = Side::of(world);
    let goals: Vec<Goal> = wanted.iter().map(|(app, env, to)| Goal::plain(app, env, to)).collect();
    let mut planned = Vec::new();
    for goal in &goals {
        planned.extend(plan_goal(&side, goal)?);
    }
    Ok(file_edits(&side, &planned)?.files)
}

/// The edits of every goal, or every problem at once.
fn plan_goals<'a>(side: &Side<'_>, intent: &'a Intent) -> Result<Vec<Planned<'a>>, Error> {
    let each: Vec<Result<Option<Planned<'a>>, Error>> =
        intent.goals.par_iter().map(|goal| plan_goal(side, goal)).collect();
    Ok(gathered(each)?.into_iter().flatten().collect())
}

fn plan_goal<'a>(Side { world, reader }: &Side<'_>, goal: &'a Goal) -> Result<Option<Planned<'a>>, Error> {
    let app = world.application(&goal.app)?;
    let env = environment(world, &goal.env)?;
    let before = world.pin(reader, app, env)?.ok_or_else(|| no_overlay(world, app, env))?;
    let mut changes = Vec::new();
    for reading in &before.readings {
        let wanted = match goal.wanted.version_for(&reading.key) {
            Some(wanted) => wanted,
            None if goal.wanted.is_exact() => continue,
            None => return Err(no_version_for(goal, reading)),
        };
        if reading.version.as_ref() == Some(&wanted) && !reading.is_loose {
            continue;
        }
        let rule =
            app.rule(&reading.key).ok_or_else(|| anyhow::anyhow!("the rule of `{}` is gone", reading.key.pin))?;
        let rule = fill::filled(rule, &app.name, &env.name, reading.key.cluster.as_ref());
        let digests = goal.digests.unwrap_or(rule.kind.digests());
        changes.push(overlay::change(reader, &rule, reading, &wanted, digests)?);
    }
    Ok(if changes.is_empty() { None } else { Some(Planned { goal, before, changes }) })
}

fn no_version_for(goal: &Goal, reading: &Reading) -> Error {
    let cluster = reading.key.cluster.as_ref().map_or(String::new(), |c| format!(" in `{c}`"));
    Refusal::new(
        Code::NoVersionForSite,
        format!(
            "cannot tell which version `{}` of `{}` is to have{cluster}: the source says nothing of it",
            reading.key.pin, goal.app
        ),
    )
    .detail(reading.site.to_string())
    .hint("name the version: `--commit REV`")
    .cannot_tell()
}

/// The files as the goals make them.
fn file_edits(side: &Side<'_>, planned: &[Planned<'_>]) -> Result<Edited, Error> {
    let changes: Vec<&SiteChange> = planned.iter().flat_map(|one| &one.changes).collect();
    edits::make(side, &changes)
}

/// What an environment of a world is; an intent names only such.
fn environment<'w>(world: &'w World, name: &EnvName) -> Result<&'w Environment, Error> {
    let known = world.settings.environment(name);
    known.ok_or_else(|| anyhow::anyhow!("`{name}` is no environment of `{}` any more", world.branch).into())
}

/// The records of a plan: the files that change, and what is to be said of them.
struct Records {
    edits: Vec<FileEdit>,
    notes: Vec<String>,
}

/// The files of holds that are set or lifted, and records that go back to an earlier text.
fn records(context: &Context<'_>, world: &World, intent: &Intent, planned: &[Planned<'_>]) -> Result<Records, Error> {
    let mut out = Records { edits: Vec::new(), notes: Vec::new() };
    let path_of = |cover: &Cover| RepoPath::new(&cover.path()).map_err(anyhow::Error::from);
    for hold in &intent.holds {
        let path = path_of(&hold.cover)?;
        let there = world.holds.iter().find(|file| file.path == path);
        let is_left = intent.verb != Verb::HoldLift && hold.cause == Cause::Rollback;
        let still = there.filter(|file| is_left && lasts_as_long(file, hold));
        if let Some(file) = still {
            out.notes.push(format!("the hold that is there stays: {}", words(file)));
            continue;
        }
        let is_told = |file: &&HoldFile| file.is_active(context.now) && intent.verb != Verb::HoldLift;
        if let Some(file) = there.filter(is_told) {
            let stays = file
                .hold
                .as_ref()
                .is_ok_and(|there| Hold { until: hold.until, held: hold.held.clone(), ..there.clone() } == *hold);
            let what = if stays { "extends a hold, which stays whose it is" } else { "replaces a hold" };
            out.notes.push(format!("{what}: {}", words(file)));
        }
        let mut hold = hold.clone();
        if hold.reason.is_empty() {
            hold.reason = left(&hold, planned);
        }
        out.edits.push(world.record(&hold)?);
    }
    for cover in &intent.lifts {
        let path = path_of(cover)?;
        if let Some(entry) = world.files.entry(&path)? {
            out.edits.push(FileEdit { path, was: Some(entry.id), becomes: None, mode: Mode::Kept });
        }
    }
    for restore in &intent.restores {
        let edit = world.edit(restore.path.clone(), restore.becomes.clone())?;
        if edit.was == restore.seen && edit.was != edit.becomes.as_deref().map(Repo::blob_id) {
            out.edits.push(edit);
        }
    }
    let recorded = hotfixes::of(context, world, intent, &moving(planned))?;
    out.edits.extend(recorded.edits);
    out.notes.extend(recorded.notes);
    for edit in &out.edits {
        in_the_way::refuse(world.files.as_ref(), &edit.path)?;
    }
    Ok(out)
}

/// The pins that move, with all that their sites are to say.
fn moving<'a>(planned: &'a [Planned<'_>]) -> Vec<Comes<'a>> {
    let comes = |one: &'a Planned<'_>| {
        let keys = one.before.readings.iter().map(|reading| &reading.key);
        let mut versions: Vec<Version> = keys.filter_map(|key| one.goal.wanted.version_for(key)).collect();
        versions.sort();
        versions.dedup();
        Comes { app: &one.goal.app, env: &one.goal.env, versions }
    };
    planned.iter().filter(|one| one.moves()).map(comes).collect()
}

/// Why a rollback holds, where nobody said: what it went back from, as it stood on the tip that it was made on.
fn left(hold: &Hold, planned: &[Planned<'_>]) -> String {
    let one = planned
        .iter()
        .find(|one| hold.cover.app.as_ref() == Some(&one.goal.app) && hold.cover.env.as_ref() == Some(&one.goal.env));
    let from = one.and_then(|one| one.before.version());
    format!("rolled back from {}", from.map_or("several versions".to_string(), |version| version.short()))
}

/// Whether a hold that is there ends no sooner than another one. What cannot be read has no end.
fn lasts_as_long(file: &HoldFile, hold: &Hold) -> bool {
    match &file.hold {
        Err(_) => true,
        Ok(there) => match (there.until, hold.until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(there), Some(wanted)) => there >= wanted,
        },
    }
}

/// A hold in a few words: where it stands, why, by whom, until when.
fn words(file: &HoldFile) -> String {
    match &file.hold {
        Ok(hold) => {
            let until = hold.until.map_or("until it is lifted".to_string(), |until| format!("until {until}"));
            format!("{}: {} (by {}, {until})", file.place(), hold.reason, hold.by)
        }
        Err(why) => format!("{}: it cannot be read ({why})", file.place()),
    }
}

/// What the edited tree says must be what was meant and nothing else: every pin says what was wanted, no other pin moved, and
/// no other path changed than records, and the rules that were to.
fn refuse_unmeant(
    proposal: &Proposal,
    planned: &[Planned<'_>],
    (edits, policy, left): (&[FileEdit], &[FileEdit], &[FileEdit]),
) -> Result<(), Error> {
    let is_own = |app: &AppName, env: &EnvName| planned.iter().find(|one| (&one.goal.app, &one.goal.env) == (app, env));
    // What an instance is was made from its template, and read back as that.
    let durable: Vec<&PinMove> = proposal.moves.iter().filter(|moved| moved.instance.is_none()).collect();
    for moved in &durable {
        let place = || format!("`{}` in `{}`", moved.app, moved.env);
        let Some(one) = is_own(&moved.app, &moved.env) else { return Err(unproven(&place())) };
        for key in one.before.readings.iter().map(|reading| &reading.key) {
            let wanted = one.goal.wanted.version_for(key);
            if wanted.as_ref() != moved.is.get(key) && !(wanted.is_none() && one.goal.wanted.is_exact()) {
                return Err(unproven(&place()));
            }
        }
    }
    if durable.len() != planned.iter().filter(|one| one.moves()).count() {
        return Err(unproven("a pin that was to move"));
    }
    for pin in &proposal.unreadable {
        // Somebody else's pin that could not be read before may stay so: it is not this plan's to mend.
        if is_own(&pin.app, &pin.env).is_some() || pin.before != pin.after {
            return Err(unproven(&format!("`{}` in `{}`", pin.app, pin.env)));
        }
    }
    // Quotes alone move no pin: what else of the file stays is proven where the edit is made.
    let is_quoted = |other: &Other| {
        matches!(other.class, Class::Environment(_)) && planned.iter().any(|one| one.quotes(&other.path))
    };
    let is_record = |other: &Other| other.class == Class::Record && edits.iter().any(|edit| edit.path == other.path);
    let is_rule = |other: &Other| other.class == Class::Policy && policy.iter().any(|edit| edit.path == other.path);
    // What nobody recorded as a preview goes as a change of the environment, which the gates judge.
    let is_left = |other: &Other| left.iter().any(|edit| edit.path == other.path);
    let is_made = |other: &Other| proposal.made.contains(&other.path) || is_left(other);
    let is_meant = |other: &Other| is_made(other) || is_record(other) || is_quoted(other) || is_rule(other);
    match proposal.others.iter().find(|other| !is_meant(other)) {
        Some(other) => Err(unproven(&format!("`{}`", other.path))),
        None => Ok(()),
    }
}

fn unproven(place: &str) -> Error {
    Refusal::new(Code::Unproven, format!("after the edit {place} does not read back as it should; nothing was written"))
        .hint("please report this with the file")
        .invalid()
}

/// Why a way back does not land directly though the rules let one.
struct Indirect {
    why: String,
    /// Whether it cannot be told that it goes back; otherwise it goes on.
    is_unknown: bool,
}

/// How the plan lands: as asked. Weaker than an environment says that it touches is an objection.
fn landing(
    rules: &[&Environment],
    proposal: &Proposal,
    intent: &Intent,
    writing: &Writing,
    stack: &Stack,
    evidence: &mut Evidence<'_>,
) -> Result<(Landing, Option<Objection>, Option<Indirect>), Error> {
    let waives = |env: &&Environment| env.rollback_landing.is_some_and(|own| own < env.landing);
    let is_back = matches!(intent.verb, Verb::Rollback | Verb::Undo) && intent.way == Way::Back;
    // What the verb is called waives nothing: each move has to be a return.
    let returns = is_back && rules.iter().any(waives) && {
        let asked: Vec<Question> = proposal.moves.iter().map(Question::kind).collect();
        evidence.answer(asked)?;
        proposal.moves.iter().all(|moved| matches!(evidence.answers.kind(moved), Kind::Return { .. }))
    };
    let waits = (is_back && !returns && rules.iter().any(waives)).then(|| {
        let why = proposal.moves.iter().find_map(|moved| match evidence.answers.kind(moved) {
            Kind::Unknown(why) => Some(format!("whether it goes back cannot be told: {why}")),
            _ => None,
        });
        let is_unknown = why.is_some();
        let why = why.unwrap_or_else(|| "it is not back to where that stood".into());
        Indirect { is_unknown, why: format!("it does not land directly, as a rollback would: {why}") }
    });
    let of = |env: &Environment| match intent.verb {
        Verb::Rollback | Verb::Undo if returns => env.rollback_landing.unwrap_or(env.landing),
        // A stricter way for rollbacks needs no proof.
        Verb::Rollback if is_back => env.rollback_landing.map_or(env.landing, |own| own.max(env.landing)),
        // Stopping the line must never wait for anybody.
        Verb::HoldSet => LandingMode::Direct,
        _ => env.landing,
    };
    let strictest = rules.iter().max_by_key(|env| of(env));
    let policy = strictest.map_or(LandingMode::Direct, |env| of(env));
    let mode = writing.landing.unwrap_or(policy);
    let weaker = (mode < policy).then(|| {
        let name = strictest.map_or(String::new(), |env| env.name.to_string());
        let refusal = Refusal::new(Code::LandingWeaker, format!("`{name}` takes changes by merge request only"));
        Objection::Refused(
            refusal.details(waits.as_ref().map(|waits| waits.why.clone())).hint("leave `--landing` away"),
        )
    });
    match mode {
        LandingMode::Direct => Ok((Landing::Direct, weaker, None)),
        LandingMode::MergeRequest => {
            if stack.remote.is_none() {
                return Err(Refusal::new(Code::NoRemote, "a merge request needs a remote, and this clone has none")
                    .hint("add one: `git remote add origin URL`")
                    .invalid());
            }
            if writing.reach == Reach::Local {
                return Err(Refusal::new(Code::NoPush, "a merge request cannot be made without a push")
                    .hint("leave `--no-push` away")
                    .invalid());
            }
            Ok((Landing::MergeRequest { branch: branches::branch(intent)? }, None, waits))
        }
    }
}

fn nothing(intent: &Intent, records: &Records) -> String {
    let scope = &intent.scope;
    match intent.verb {
        Verb::Preview if !intent.superseded.is_empty() => {
            "what it runs is newer; to go back all the same: `--allow-older`".into()
        }
        _ if !intent.superseded.is_empty() => format!("see what came meanwhile: `stageline history --env {scope}`"),
        Verb::Undo => "all of it is as it was before".to_string(),
        Verb::Promote | Verb::Rollback if !intent.skipped.is_empty() => {
            format!("no application is left to move in `{scope}`")
        }
        Verb::Promote | Verb::Rollback => format!("every pin in `{scope}` already is as asked"),
        Verb::HoldSet => records.notes.first().cloned().unwrap_or_else(|| "that hold is there already".into()),
        Verb::HoldLift => "there is no such hold".into(),
        Verb::Preview => "the preview is there as it is asked for".into(),
        Verb::Destroy => "there is no such preview".into(),
        Verb::Sync => format!("the rules of `{scope}` on its own branch are those of the main one already"),
    }
}

/// Whether the commit is signed: always where required, else as the user's git is set up.
pub fn signs(repo: &Repo, signing: Signing) -> Result<Sign, Error> {
    let by_choice =
        repo.config("commit.gpgsign")?.is_some_and(|value| matches!(value, "true" | "yes" | "on" | "1" | ""));
    Ok(if signing == Signing::Required || by_choice { Sign::Yes } else { Sign::No })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::sample;

    #[test]
    fn what_no_edit_was_meant_to_change_is_not_landed() {
        let path = RepoPath::new("apps/web/other.yaml").unwrap();
        let other = |class| Other { path: path.clone(), class, was: None, is: None };
        let proposal = |others| Proposal { others, ..sample::proposal() };
        assert!(refuse_unmeant(&proposal(vec![]), &[], (&[], &[], &[])).is_ok());
        for class in [Class::Record, Class::Outside, Class::Policy] {
            let error = refuse_unmeant(&proposal(vec![other(class)]), &[], (&[], &[], &[])).unwrap_err();
            assert_eq!(error.refusal().code, Code::Unproven);
        }
        let edit = FileEdit { path: path.clone(), was: None, becomes: None, mode: Mode::Kept };
        let (edit, none) = (&[edit][..], &[][..]);
        assert!(refuse_unmeant(&proposal(vec![other(Class::Record)]), &[], (edit, none, none)).is_ok());
        assert!(refuse_unmeant(&proposal(vec![other(Class::Policy)]), &[], (edit, edit, none)).is_ok());
        assert!(refuse_unmeant(&proposal(vec![other(Class::Policy)]), &[], (edit, none, none)).is_err());
        assert!(refuse_unmeant(&proposal(vec![other(Class::Outside)]), &[], (edit, edit, none)).is_err());
    }
}
