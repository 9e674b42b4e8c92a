//! `show`: one landing with all that is known of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::{Actor, CommitId};
use crate::domain::files::{Files, PathChange};
use crate::domain::history::Change;
use crate::domain::hold::{Record, RecordChange};
use crate::domain::landing;
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Pin;
use crate::domain::plan::Class;
use crate::domain::preview::Place;
use crate::domain::refusal::Error;
use crate::domain::relation::Direction;
use crate::domain::report::previews::InstanceChanged;
use crate::domain::report::{
    ClassWord, LandedMove, LandingCommit, OtherPath, PathWord, Person, RecordReport, RecordedBy, ShowReport,
};
use crate::domain::settings::Application;
use crate::domain::signature::SignatureWord;
use crate::git::signature::Signature;

use crate::domain::relation::Relation;
use crate::ops::context::Context;
use crate::ops::judging::recorded::{self, Kept, Records};
use crate::ops::landing::arrived;
use crate::ops::landing::classes::Classes;
use crate::ops::reading::beside::{OtherChange, PinMoved};
use crate::ops::reading::landed::{Landing, find, read};
use crate::ops::reading::made::{self, Told};
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::remembered::arrivals::Arrival;
use crate::ops::reports::{holds, hotfixes, moves, previews, requests};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// A config revision or `APP:rN`; `None`: the newest.
    pub landing: Option<String>,
    pub env: Option<EnvName>,
}

/// Runs the verb.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<ShowReport, Error> {
    let mut stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    stack.seek_statements(context)?;
    of(context, &mut stack, request).map(|(report, _)| report)
}

/// All that is known of one landing, and the landing.
///
/// # Errors
/// As of `run`.
pub(super) fn of(
    context: &mut Context<'_>,
    stack: &mut Stack,
    request: &Request,
) -> Result<(ShowReport, Landing), Error> {
    let found = find(context, stack, request.landing.as_deref(), request.env.as_ref())?;
    let stack: &Stack = stack;
    let (arrivals, more) = arrived::of(context, stack, &[found.commit])?;
    let arrival = arrivals.of(found.commit);
    let landing = read(context, stack, found, arrival.and_then(Arrival::head))?;
    let mut report = report(context, stack, request, &landing)?;
    report.notes.extend(more);
    let told = Records::of(context, stack)?.of_landing(landing.found.commit)?;
    report.notes.extend(told.notes);
    report.gates = told.kept.as_ref().map(|kept| recorded::gates(&kept.record));
    report.recorded = told.kept.map(by);
    let report = match arrival {
        Some(arrival) => ShowReport {
            request: Some(arrival.request.clone()),
            request_address: Some(arrival.page.clone()),
            approvals: requests::approvals(arrival),
            merged_by: arrival.merged_by.clone().or(report.merged_by),
            ..report
        },
        None => report,
    };
    Ok((report, landing))
}

/// Who recorded it, and when.
fn by(kept: Kept) -> RecordedBy {
    RecordedBy {
        verdict: kept.record.summary(),
        by: kept.by,
        at: kept.record.at,
        judged_at: kept.record.judged,
        statement: kept.heard.path.to_string(),
        arrived: kept.heard.arrived.commit.to_string(),
    }
}

/// What made the changes of a landing: each move with its commit, and the commits, each once, newest landing first.
struct Makers<'l> {
    of_moves: Vec<&'l Told>,
    all: Vec<&'l Told>,
}

impl<'l> Makers<'l> {
    fn read(context: &Context<'_>, stack: &Stack, landing: &'l Landing) -> Result<Self, Error> {
        let (made, now) = (&landing.made, &landing.found.now);
        let of_moves: Vec<&Told> = landing
            .moves
            .iter()
            .map(|one| made.maker(context, stack, now, &one.moved.change))
            .collect::<Result<_, _>>()?;
        let paths = landing.records.iter().map(|record| &record.path);
        let paths = paths.chain(landing.hotfixes.iter().map(|hotfix| &hotfix.path));
        let records = paths.map(|path| made.maker_of(&context.repo, path));
        let mut all: Vec<&Told> = Vec::new();
        for maker in of_moves.iter().copied().map(Ok).chain(records) {
            let maker = maker?;
            if !all.iter().any(|known| known.info.id == maker.info.id) {
                all.push(maker);
            }
        }
        if all.is_empty() {
            all.push(&made.landing);
        }
        Ok(Self { of_moves, all })
    }

    /// The one thing that all of them say; `None` where one says nothing or they differ.
    fn agreed(&self, says: impl Fn(&Told) -> Option<String>) -> Option<String> {
        let mut said: Vec<Option<String>> = self.all.iter().map(|told| says(told)).collect();
        said.dedup();
        match said.as_mut_slice() {
            [one] => one.take(),
            _ => None,
        }
    }
}

fn report(context: &Context<'_>, stack: &Stack, request: &Request, landing: &Landing) -> Result<ShowReport, Error> {
    let own = &landing.made.landing;
    let makers = Makers::read(context, stack, landing)?;
    let verbs: Vec<&str> = landing
        .moves
        .iter()
        .zip(&makers.of_moves)
        .map(|(one, maker)| landing::verb(&one.moved.change, &maker.info, &maker.trailers))
        .collect();
    let by_hand = verbs.first() == Some(&landing::BY_HAND);
    let told = |says: fn(&Told) -> Option<String>| makers.agreed(says).filter(|_| !by_hand);
    let mut names: Vec<&str> = makers.all.iter().map(|told| told.info.author.name.as_str()).collect();
    names.dedup();
    let mut ids: Vec<CommitId> = makers.all.iter().map(|told| told.info.id).collect();
    ids.insert(0, own.info.id);
    let signatures = context.repo.signatures(&ids, landing.found.now.signers()?.as_deref())?;
    let signatures: BTreeMap<CommitId, Signature> = ids.into_iter().zip(signatures).collect();
    let commit = |told: &Told| landing_commit(told, signatures.get(&told.info.id));
    let sources = Sources::new(context).with_pages(&stack.main.settings);
    context.face.step("reading application commits");
    let moves = landing.moves.iter().zip(&makers.of_moves).zip(&verbs);
    let moves: Vec<LandedMove> =
        moves.map(|((one, maker), verb)| landed_move(stack, &sources, landing, one, maker, verb)).collect();
    let before = landing.before.as_ref().map(|before| before.files.as_ref() as &dyn Files);
    let previews = previews::changed(before, landing.after.files.as_ref())?;
    let verb = verb(&verbs, (landing, &previews), &makers);
    let mut notes = notes(stack, request, landing);
    notes.extend(sources.notes());
    Ok(ShowReport {
        config_commit: own.info.id.to_string(),
        branch: landing.found.now.branch.to_string(),
        named: landing.found.named.map(|id| id.to_string()),
        before: landing.before.as_ref().map(|before| before.base.to_string()),
        when: own.info.committer.when,
        overrides: overrides(&makers, &verb),
        verb,
        by: names.join(", "),
        merged_by: makers.all.iter().find_map(|maker| made::merged_by(own, maker)).map(|who| who.name.clone()),
        request: makers.all.iter().find_map(|maker| made::request(own, maker)),
        request_address: None,
        approvals: Vec::new(),
        reason: told(|told| told.trailers.reason.clone()),
        origin: told(|told| told.trailers.origin.clone()),
        change: makers.agreed(|told| told.trailers.change.map(|change| change.to_string())),
        subject: own.info.subject().to_string(),
        landing: commit(own),
        made_by: makers.all.iter().filter(|told| told.info.id != own.info.id).map(|told| commit(told)).collect(),
        gates: None,
        recorded: None,
        moves,
        records: landing.records.iter().map(|record| record_report(context, record)).collect(),
        hotfixes: landing.hotfixes.iter().map(hotfixes::changed).collect(),
        previews,
        others: others(stack, landing)?,
        notes,
    })
}

/// The one verb of the moves; where none moved, what the commit says of the records that it changed.
fn verb(verbs: &[&str], (landing, previews): (&Landing, &[InstanceChanged]), makers: &Makers<'_>) -> String {
    match verbs {
        [first, rest @ ..] if rest.iter().all(|verb| verb == first) => (*first).to_string(),
        [_, ..] => "several".to_string(),
        [] if landing.records.is_empty() && landing.hotfixes.is_empty() && previews.is_empty() => {
            landing::BY_HAND.to_string()
        }
        [] => makers.agreed(|told| told.trailers.verb.clone()).unwrap_or_else(|| landing::BY_HAND.to_string()),
    }
}

/// What commits of ours say of overrides: of a change by hand anybody may write anything.
fn overrides(makers: &Makers<'_>, verb: &str) -> Vec<String> {
    let all = makers.all.iter().filter(|_| verb != landing::BY_HAND);
    all.flat_map(|told| told.trailers.overrides.iter().cloned()).collect()
}

fn landing_commit(told: &Told, signature: Option<&Signature>) -> LandingCommit {
    let person = |actor: &Actor| Person { name: actor.name.clone(), email: actor.email.clone(), when: actor.when };
    LandingCommit {
        commit: told.info.id.to_string(),
        author: person(&told.info.author),
        committer: person(&told.info.committer),
        message: told.info.message.clone(),
        signature: signature.map_or(SignatureWord::Unknown, |signature| signature.state),
        signer: signature.and_then(|signature| signature.signer.clone()),
    }
}

fn landed_move(
    stack: &Stack,
    sources: &Sources<'_>,
    landing: &Landing,
    PinMoved { moved, scalars }: &PinMoved,
    maker: &Told,
    verb: &str,
) -> LandedMove {
    let change = &moved.change;
    let app = application(stack, landing, &change.app);
    let (relation, mut note) = related(sources, app.as_ref(), change);
    if let Some(why) = moved.unread.first() {
        note = Some(format!("one side cannot be read: {why}"));
    }
    let told = |pin: &Option<Pin>| pin.as_ref().and_then(Pin::told);
    // `staging@<config commit>`: the move tells the environment, the report the whole.
    let origin = maker.trailers.origin.as_ref().filter(|_| verb != landing::BY_HAND);
    let origin = origin.map(|origin| origin.split_once('@').map_or(origin.as_str(), |(env, _)| env).to_string());
    let moved = moves::Told {
        app: &change.app,
        place: Place { env: change.env.clone(), instance: None },
        members: app.as_ref().map(Application::member_names).unwrap_or_default(),
        from: told(&moved.was),
        to: told(&moved.is),
        origin: origin.unwrap_or_default(),
        counterpart_of: None,
        relation,
        sites: scalars.clone(),
    }
    .report();
    LandedMove { moved, verb: verb.to_string(), made_by: maker.info.id.to_string(), note }
}

/// How the two versions relate in the application's history, and why that is not known.
fn related(sources: &Sources<'_>, app: Option<&Application>, change: &Change) -> (Relation, Option<String>) {
    let untold = |why: Option<String>| (Relation::unknown(why.clone()), why);
    let (Some(app), Some(to)) = (app, &change.to) else {
        return untold((!change.is.is_empty()).then(|| "its sites disagree after it".to_string()));
    };
    if change.from.is_none() && !change.was.is_empty() {
        return untold(Some("its sites disagreed before".into()));
    }
    match sources.relate(app, change.from.as_ref(), to) {
        Ok(relation) => {
            let bare = app.source.is_none() && relation.direction == Direction::Unknown;
            let why = "no `source:` is configured, so the commits between are not known";
            let note = relation.unknown.clone().or_else(|| bare.then(|| why.to_string()));
            (relation, note)
        }
        // A source that cannot be asked makes the story shorter, and no other.
        Err(error) => {
            let why = error.to_string();
            sources.if_asked::<()>(&app.name, Err(error));
            untold(Some(why))
        }
    }
}

/// The application as it was read then, with the source that it has now: addresses move, the form of old versions does not.
fn application(stack: &Stack, landing: &Landing, name: &AppName) -> Option<Application> {
    let sides = [Some(&landing.after), landing.before.as_ref()];
    let then = sides.into_iter().flatten().find_map(|world| world.settings.application(name));
    let now = stack.main.settings.application(name);
    let mut app = then.or(now)?.clone();
    if let Some(now) = now.filter(|now| now.source.is_some()) {
        app.source.clone_from(&now.source);
    }
    Some(app)
}

fn record_report(context: &Context<'_>, record: &RecordChange) -> RecordReport {
    let told = |record: &Option<Record>| record.as_ref().map(|record| holds::told(&record.file, context.now));
    RecordReport {
        change: match (&record.was, &record.is) {
            (None, _) => PathWord::Added,
            (Some(_), Some(_)) => PathWord::Modified,
            (Some(_), None) => PathWord::Deleted,
        },
        before: told(&record.was),
        after: told(&record.is),
        file: record.path.to_string(),
    }
}

/// The paths that changed besides pins, each with its class.
fn others(stack: &Stack, landing: &Landing) -> Result<Vec<OtherPath>, Error> {
    let before = landing.before.as_ref().unwrap_or(&landing.after);
    let classes = Classes::new([before, &landing.after], &stack.main.branch);
    let word = |change: PathChange| match change {
        PathChange::Added => PathWord::Added,
        PathChange::Modified => PathWord::Modified,
        PathChange::Deleted => PathWord::Deleted,
    };
    let told = |other: &OtherChange| {
        let moved = landing.moves.iter().filter(|one| one.scalars.iter().any(|site| site.file == other.changed.path));
        let envs: BTreeSet<EnvName> = moved.map(|one| one.moved.change.env.clone()).collect();
        let (class, environments) = match classes.of(&nameable(&other.changed.path), envs)? {
            Class::Record => (ClassWord::Record, BTreeSet::new()),
            Class::Environment(envs) => (ClassWord::Environment, envs),
            Class::Policy => (ClassWord::Policy, BTreeSet::new()),
            Class::Outside => (ClassWord::Outside, BTreeSet::new()),
        };
        Ok(OtherPath {
            change: word(other.changed.change),
            path: other.changed.path.clone(),
            has_pin: other.has_pin,
            class,
            environments: environments.iter().map(ToString::to_string).collect(),
        })
    };
    landing.others.iter().map(told).collect()
}

/// A path as git has it; where it is no path that anything here could write, the folder that it stands in.
fn nameable(path: &str) -> RepoPath {
    let mut at = path;
    loop {
        match RepoPath::new(at) {
            Ok(found) => return found,
            Err(_) => at = at.rsplit_once('/').map_or("", |(folder, _)| folder),
        }
    }
}

/// What the user may not expect of what is shown.
fn notes(stack: &Stack, request: &Request, landing: &Landing) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(named) = landing.found.named {
        out.push(format!("`{}` landed by this merge, which brought it in", named.short()));
    }
    if let Some(env) = &request.env {
        let moved = landing.moves.iter().any(|one| one.moved.change.env == *env);
        let fixed = landing.hotfixes.iter().any(|hotfix| hotfix.env == *env);
        if !moved && !fixed && !landing.records.iter().any(|record| record.is_about(env)) {
            out.push(format!("it changed nothing in `{env}`"));
        }
    }
    out.extend(stack.notes.iter().cloned());
    out
}
