//! `history`: every landed pin change, computed from the trees, enriched by trailers.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::address::shown;
use crate::domain::commit::CommitId;
use crate::domain::history::{self, Numbered};
use crate::domain::landing;
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::{Agreement, Pin};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{AtReport, AtRow, HistoryReport, HistoryRow, Report};
use crate::domain::settings::NamePattern;
use crate::domain::sieve::{HOTFIX, RequestName, Sieve, Whose};
use crate::domain::signature::SignatureWord;
use crate::domain::verb::Verb;
use crate::forge::address::repository;

use super::preview_request;
use crate::ops::context::{Context, Freshness};
use crate::ops::reading::instances::{self, Lives};
use crate::ops::reading::lens::Pair;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::timeline::{self, Then, Walked};
use crate::ops::reading::wanted::Groups;
use crate::ops::reading::when::{self, Toward};
use crate::ops::reading::world::World;
use crate::ops::reports::rows::{Picked, Rows, Teller, tell_verdicts};

pub use crate::ops::reading::wanted::Wanted;

/// So many of those whose changes were left out are named, where nothing else is told.
const MOST_NAMED: usize = 8;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub wanted: Wanted,
    /// `--at TIME`: what ran then.
    pub at: Option<String>,
    pub since: Option<String>,
    pub until: Option<String>,
    pub max: Option<usize>,
    pub by: Vec<Whose>,
    pub verbs: Vec<OfVerb>,
    pub unsigned: bool,
    /// A number, a branch, or the address of a page.
    pub request: Option<String>,
}

/// What made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfVerb {
    Verb(Verb),
    /// A promotion with which the record of a hotfix came.
    Hotfix,
    ByHand,
}

/// Runs the verb: a history or an at report.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<Report, Error> {
    let bounds = Bounds::read(context, request)?;
    let mut stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    stack.seek_statements(context)?;
    let sieve = sieve(context, &stack, request)?;
    context.face.step("reading the history");
    // One that is gone has a past all the same.
    let wanted = request.wanted.clone().settled(context, &mut stack)?;
    let (groups, instances) = places(context, &stack, &wanted, request)?;
    match &request.at {
        Some(at) => at_report(context, &stack, (&groups, &instances), at).map(Report::At),
        None => {
            let asked = Asked { wanted, bounds, sieve };
            history_report(context, &stack, (&groups, &instances), &asked).map(Report::History)
        }
    }
}

/// What was asked about: pairs of environments that last, and environments with instances, where those are named or only their verbs
/// are asked for.
fn places(
    context: &Context<'_>,
    stack: &Stack,
    wanted: &Wanted,
    request: &Request,
) -> Result<(Groups, Vec<OfInstances>), Error> {
    let mut lasting = wanted.clone();
    let (mut envs, mut are_all) = lasting.split(stack);
    let is_of_instances = |verb: &OfVerb| matches!(verb, OfVerb::Verb(verb) if OF_INSTANCES.contains(verb));
    if wanted.environments.is_empty() && request.verbs.iter().any(is_of_instances) {
        envs = stack.main.settings.ephemeral().map(|env| env.name.clone()).collect();
        are_all = request.verbs.iter().all(is_of_instances);
    }
    let mut instances = Vec::new();
    for env in envs {
        let (world, _) = stack.any_environment(&env)?;
        instances.push(OfInstances { world, env, applications: wanted.applications.clone() });
    }
    let groups = if are_all { Groups::new() } else { lasting.groups(context, stack)? };
    Ok((groups, instances))
}

/// An environment whose instances are asked about.
struct OfInstances {
    world: Arc<World>,
    env: EnvName,
    applications: Vec<NamePattern>,
}

/// What of the changes is told.
struct Asked {
    wanted: Wanted,
    bounds: Bounds,
    sieve: Sieve,
}

fn sieve(context: &Context<'_>, stack: &Stack, request: &Request) -> Result<Sieve, Error> {
    let verbs = request.verbs.iter().map(|verb| match verb {
        OfVerb::ByHand => Ok(landing::BY_HAND),
        OfVerb::Hotfix => Ok(HOTFIX),
        OfVerb::Verb(verb) if MOVING.contains(verb) || OF_INSTANCES.contains(verb) => Ok(verb.word()),
        OfVerb::Verb(verb) => Err(moves_no_pin(*verb)),
    });
    Ok(Sieve {
        by: request.by.clone(),
        verbs: verbs.collect::<Result<_, Error>>()?,
        unsigned: request.unsigned,
        request: request.request.as_deref().map(|text| request_name(context, stack, text)).transpose()?,
    })
}

/// The verbs whose landings are changes of pins in environments that last.
const MOVING: [Verb; 3] = [Verb::Promote, Verb::Rollback, Verb::Undo];
/// Those whose landings are changes of instances.
const OF_INSTANCES: [Verb; 2] = [Verb::Preview, Verb::Destroy];

fn moves_no_pin(verb: Verb) -> Error {
    let what = format!("`{}` moves no pin of an environment, and `history` tells of changes of pins", verb.word());
    let hint = match verb {
        Verb::HoldSet | Verb::HoldLift => {
            "see `stageline hold list`; what became of each: `git log -- .stageline/holds`"
        }
        _ => "what it changed stands in `git log -- stageline.yaml`",
    };
    Refusal::new(Code::Usage, what).hint(hint).invalid()
}

/// The request that is meant. Of an address the repository is looked at: the number alone could be that of a request elsewhere.
fn request_name(context: &Context<'_>, stack: &Stack, text: &str) -> Result<RequestName, Error> {
    let bad = |what: String| Refusal::new(Code::BadRef, what);
    if !text.contains("://") {
        return RequestName::new(text).map_err(|why| bad(why.to_string()).hint("`--request 12`").invalid());
    }
    let shown = shown(text);
    let Some(number) = preview_request::number(text) else {
        let what = format!("`{shown}` is no page of a request: it ends with no number");
        return Err(bad(what).hint("`--request 12`, or the address of its page").invalid());
    };
    let address = match &stack.remote {
        Some(remote) => context.repo.remote_address(remote)?,
        None => None,
    };
    let own = address.and_then(|address| repository(&address, &stack.main.settings.forges));
    match own.and_then(|own| own.request(number)) {
        Some(page) if preview_request::is_same(&page, text) => Ok(RequestName::Number(number)),
        Some(page) => Err(bad(format!("`{shown}` is no request of this config repository"))
            .detail(format!("its request {number} is {page}"))
            .hint(format!("name it by its number: `--request {number}`"))
            .invalid()),
        None => Err(bad(format!("whether `{shown}` is a request of this config repository cannot be told"))
            .detail("no forge is known at its remote")
            .hint(format!("name it by its number: `--request {number}`; or say which forge it is: `forges:`"))
            .invalid()),
    }
}

fn history_report(
    context: &Context<'_>,
    stack: &Stack,
    (groups, instances): (&Groups, &[OfInstances]),
    asked: &Asked,
) -> Result<HistoryReport, Error> {
    let Asked { wanted, bounds, sieve } = asked;
    let mut notes = stack.notes.clone();
    let (mut branches, sources, mut left) = (Vec::new(), Sources::new(context), Rows::default());
    let (mut complete, mut cut, mut limited, mut reaches, mut past) = (true, None, false, true, Vec::new());
    for (world, wanted) in groups {
        let walked = timeline::walk(context, stack, world, wanted, bounds.limit(sieve))?;
        complete &= walked.complete && walked.turns.is_told();
        limited |= !walked.complete && walked.cut.is_none();
        cut = cut.or_else(|| walked.cut.clone());
        past.extend(walked.turns.notes());
        // One that landed before what was asked for shows that the clone reaches back that far.
        reaches &= walked.cut.is_none()
            || walked.changes.iter().any(|change| bounds.since.is_some_and(|since| change.when < since));
        let teller = Teller { context, stack, world, sources: &sources };
        branches.push(left.taking(teller.sifted(&bounds.chosen(&walked, sieve), sieve, bounds.max, &mut notes)?));
    }
    for one in instances {
        let lives = instances::walk(context, &one.env, &one.applications, one.world.base)?;
        complete &= lives.cut.is_none();
        reaches &= lives.cut.is_none();
        cut = cut.or_else(|| lives.cut.clone());
        let teller = Teller { context, stack, world: &one.world, sources: &sources };
        branches.push(left.taking(teller.sifted(&bounds.chosen_of(&lives, sieve), sieve, bounds.max, &mut notes)?));
    }
    let mut rows = merged(branches);
    if let Some(max) = bounds.max {
        let is_cut_short = !sieve.is_open() && rows.len() > max;
        (limited, complete) = (limited || is_cut_short, complete && !is_cut_short);
        rows.truncate(max);
    }
    tell_verdicts(context, stack, rows.iter_mut(), &mut notes)?;
    notes.extend(past);
    notes.extend(sources.notes());
    notes.extend(why_none(context, (sieve, stack.remote.is_some()), &rows, &left));
    notes.extend(why_unknown(stack, &rows));
    if limited {
        notes.push("there may be older changes; without `--max` all are shown, and numbered".into());
    }
    if let Some(cure) = cut {
        notes.push(format!("this history is shallow, and older changes are hidden; {cure}"));
    }
    Ok(HistoryReport {
        application: wanted.only_application().map(|app| app.to_string()),
        environment: wanted.only_environment().map(ToString::to_string),
        hidden: rows.is_empty() && !reaches,
        sifted: !sieve.is_open(),
        changes: rows,
        complete,
        notes,
    })
}

/// What helps where something else was asked for than what is there.
fn why_none(
    context: &Context<'_>,
    (sieve, has_remote): (&Sieve, bool),
    rows: &[HistoryRow],
    left: &Rows,
) -> Vec<String> {
    let mut out = Vec::new();
    if !rows.is_empty() {
        return out;
    }
    if !sieve.by.is_empty() && !left.others.is_empty() {
        let names: Vec<&str> = left.others.iter().take(MOST_NAMED).map(String::as_str).collect();
        let more = left.others.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        out.push(format!("whose changes there are: {}{more}", names.join(", ")));
    }
    if sieve.request.is_some() && context.options.freshness == Freshness::AsKnown {
        if has_remote {
            out.push(
                "this clone may be behind its remote, and the request may have landed since: `--fetch` asks it first"
                    .into(),
            );
        }
        if left.has_branches {
            out.push(
                "of some requests only the branch is known here; `--fetch` asks the forge for their numbers".into(),
            );
        }
    }
    out
}

/// Why signatures are unknown.
fn why_unknown(stack: &Stack, rows: &[HistoryRow]) -> Option<String> {
    let is_unknown = |row: &HistoryRow| row.signature == SignatureWord::Unknown;
    let is_open = stack.main.settings.signers_file.is_none() && rows.iter().any(is_unknown);
    let why = "`unknown`: nothing says whose signatures count; `signers-file:` in `stageline.yaml` does";
    is_open.then(|| why.to_string())
}

/// The rows of several branches in one order. Each branch keeps the order in which its changes landed, whatever the clocks said.
fn merged(branches: Vec<Vec<HistoryRow>>) -> Vec<HistoryRow> {
    let mut left: Vec<_> = branches.into_iter().map(|rows| rows.into_iter().peekable()).collect();
    let mut out = Vec::new();
    loop {
        let mut newest: Option<(usize, Timestamp)> = None;
        for (at, rows) in left.iter_mut().enumerate() {
            if let Some(row) = rows.peek()
                && newest.is_none_or(|(_, when)| row.when > when)
            {
                newest = Some((at, row.when));
            }
        }
        let Some((at, _)) = newest else { return out };
        out.extend(left.get_mut(at).and_then(Iterator::next));
    }
}

/// Which changes are told.
struct Bounds {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    max: Option<usize>,
}

impl Bounds {
    /// What was asked for, its moments read.
    ///
    /// # Errors
    /// One is no moment, or the first comes after the last.
    fn read(context: &Context<'_>, request: &Request) -> Result<Self, Error> {
        let moment =
            |text: &Option<String>| text.as_deref().map(|t| when::moment(t, context.now, Toward::Past)).transpose();
        let (since, until) = (moment(&request.since)?, moment(&request.until)?);
        if let (Some(from), Some(to)) = (since, until)
            && from > to
        {
            let said = |text: &Option<String>| text.clone().unwrap_or_default();
            let what = format!(
                "`--since {}` ({from}) is later than `--until {}` ({to}): nothing lies between",
                said(&request.since),
                said(&request.until)
            );
            return Err(Refusal::new(Code::BadTime, what).hint("`--since` is the earlier one").invalid());
        }
        Ok(Self { since, until, max: request.max })
    }

    /// After how many changes the walk may stop: a bound in time cannot stop it by a count, nor what is left out afterwards.
    fn limit(&self, sieve: &Sieve) -> Option<usize> {
        self.max.filter(|_| self.until.is_none() && sieve.is_open())
    }

    fn has(&self, when: Timestamp) -> bool {
        self.since.is_none_or(|since| when >= since) && self.until.is_none_or(|until| when <= until)
    }

    /// The same of changes of instances.
    fn chosen_of<'w>(&self, lives: &'w Lives, sieve: &Sieve) -> Vec<Picked<'w>> {
        let most = self.max.filter(|_| sieve.is_open()).unwrap_or(usize::MAX);
        let within = lives.changes.iter().filter(|one| self.has(one.change.when));
        within.take(most).map(Picked::of_instance).collect()
    }

    /// Those of the changes that are told or looked through, newest first.
    fn chosen<'w>(&self, walked: &'w Walked, sieve: &Sieve) -> Vec<Picked<'w>> {
        let is_within = |one: &Numbered<'_>| self.has(one.change.when);
        let within = history::numbered(&walked.changes).into_iter().filter(is_within);
        let most = self.max.filter(|_| sieve.is_open()).unwrap_or(usize::MAX);
        within.take(most).map(|one| Picked::of(walked, one)).collect()
    }
}

/// The newest change of a past.
fn newest(walked: &Walked) -> Option<Picked<'_>> {
    history::numbered(&walked.changes).into_iter().next().map(|one| Picked::of(walked, one))
}

/// What is said of a cell that cannot be read: the others are told all the same.
fn left_out(app: &AppName, env: &EnvName, why: &Refusal) -> String {
    format!("`{app}` in `{env}` is left out: {}", why.message)
}

/// What ran at a moment, and the landings that had brought it.
fn at_report(
    context: &Context<'_>,
    stack: &Stack,
    (groups, instances): (&Groups, &[OfInstances]),
    at: &str,
) -> Result<AtReport, Error> {
    let moment = when::moment(at, context.now, Toward::Past)?;
    let (mut commits, mut rows) = (Vec::new(), Vec::new());
    let (mut notes, sources) = (stack.notes.clone(), Sources::new(context));
    for (world, wanted) in groups {
        let Some(tip) = context.repo.tip_at(world.base, moment)? else {
            notes.push(format!("`{}` is younger than {moment}", world.branch));
            continue;
        };
        commits.push(tip.to_string());
        let (mut found, mut pasts) = (Vec::new(), Vec::new());
        for Then { lens, said, is_known } in timeline::at(context, stack, world, wanted, tip)? {
            let Some(pin) = &said.pin else {
                // Where its own settings did not know it yet, a place without it is no fault.
                if let Some(why) = said.why().filter(|why| is_known || why.code == Code::MovingRef) {
                    let (app, env) = lens.pair();
                    notes.push(left_out(&app, &env, why));
                }
                continue;
            };
            pasts.push(timeline::walk_from(context, stack, world, vec![Arc::clone(&lens)], (tip, Some(1)))?);
            found.push((lens, pin.clone()));
        }
        let picked: Vec<Option<Picked<'_>>> = pasts.iter().map(newest).collect();
        let teller = Teller { context, stack, world, sources: &sources };
        let known: Vec<Picked<'_>> = picked.iter().flatten().cloned().collect();
        let mut told = teller.all(&known, &mut notes)?.into_iter();
        for ((lens, pin), one) in found.iter().zip(&picked) {
            rows.push(ran(&lens.pair(), pin, tip, one.as_ref().and_then(|_| told.next())));
        }
    }
    for one in instances {
        let Some(tip) = context.repo.tip_at(one.world.base, moment)? else {
            notes.push(format!("`{}` is younger than {moment}", one.world.branch));
            continue;
        };
        if !commits.contains(&tip.to_string()) {
            commits.push(tip.to_string());
        }
        let lives = instances::walk(context, &one.env, &one.applications, tip)?;
        notes.extend(
            lives.cut.iter().map(|cure| format!("this history is shallow, and some instances may be hidden; {cure}")),
        );
        let lived: Vec<Picked<'_>> = lives.changes.iter().filter(|one| one.lives).map(Picked::of_instance).collect();
        let teller = Teller { context, stack, world: &one.world, sources: &sources };
        rows.extend(teller.all(&lived, &mut notes)?.into_iter().map(ran_in_instance));
    }
    notes.extend(sources.notes());
    Ok(AtReport { at: moment, commits, rows, notes })
}

/// What ran somewhere. `tip`: the commit at which that was read. `brought`: its newest landing before, where that is not hidden.
fn ran((app, env): &Pair, pin: &Pin, tip: CommitId, brought: Option<HistoryRow>) -> AtRow {
    let row = AtRow {
        application: app.to_string(),
        environment: env.to_string(),
        version: pin.version().map(|v| v.to_string()),
        disagrees: matches!(pin.agreement(), Agreement::Disagree(_)),
        config_commit: tip.to_string(),
        ..AtRow::default()
    };
    match brought {
        None => row,
        Some(brought) => brought_by(row, brought),
    }
}

/// What ran in an instance by then, as the landing that brought it told.
fn ran_in_instance(brought: HistoryRow) -> AtRow {
    let row = AtRow {
        application: brought.application.clone(),
        environment: brought.environment.clone(),
        instance: brought.instance.clone(),
        version: brought.to.clone(),
        disagrees: brought.disagrees,
        ..AtRow::default()
    };
    brought_by(row, brought)
}

/// A row with the landing that brought it.
fn brought_by(row: AtRow, brought: HistoryRow) -> AtRow {
    AtRow {
        since: Some(brought.when),
        config_commit: brought.config_commit.clone(),
        landing: Some(brought.config_commit),
        verb: Some(brought.verb),
        by: Some(brought.by),
        asked_by: brought.asked_by,
        merged_by: brought.merged_by,
        request: brought.request,
        request_address: brought.request_address,
        signature: Some(brought.signature),
        signer: brought.signer,
        origin: brought.origin,
        reason: brought.reason,
        subject: Some(brought.subject),
        ..row
    }
}
