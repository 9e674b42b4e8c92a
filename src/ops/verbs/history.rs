//! `history`: every landed pin change, computed from the trees, enriched by trailers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::history::{self, Numbered, Rev};
use crate::domain::landing;
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::{Agreement, Pin};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{AtReport, AtRow, ContainsReport, ContainsRow, HistoryReport, HistoryRow, Report};
use crate::domain::settings::Application;
use crate::domain::signature::SignatureWord;
use crate::domain::version::Version;
use crate::git::signature::Signature;
use crate::overlay::Reader;

use crate::ops::context::Context;
use crate::ops::judging::recorded::Records;
use crate::ops::landing::arrived;
use crate::ops::reading::gone;
use crate::ops::reading::lens::Pair;
use crate::ops::reading::made::{self, Made, Told};
use crate::ops::reading::sources::{Named, Sources};
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::timeline::{self, Then, Walked};
use crate::ops::reading::when::{self, Toward};
use crate::ops::reading::world::World;
use crate::ops::remembered::arrivals::Arrival;
use crate::ops::reports::requests;

/// What stands where nobody known has kept the verdicts.
const NOT_RECORDED: &str = "not recorded";
/// Of so many landings it is told what is odd about their records.
const MOST_TOLD: usize = 20;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub application: Option<AppName>,
    pub env: Option<EnvName>,
    /// `--at TIME`: what ran then.
    pub at: Option<String>,
    /// `--contains COMMIT`.
    pub contains: Option<String>,
    pub since: Option<String>,
    pub until: Option<String>,
    pub max: Option<usize>,
}

/// Runs the verb: a history, an at or a contains report.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<Report, Error> {
    let mut stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    stack.seek_statements(context)?;
    let mut request = request.clone();
    context.face.step("reading the history");
    if let Some(name) = &request.application {
        // One that is gone has a past all the same.
        request.application = Some(gone::shown(context, &mut stack, name)?);
    }
    let groups = groups(context, &stack, &request)?;
    match (&request.at, &request.contains) {
        (Some(at), _) => at_report(context, &stack, &groups, at).map(Report::At),
        (None, Some(commit)) => contains_report(context, &stack, &groups, commit).map(Report::Contains),
        (None, None) => history_report(context, &stack, &groups, &request).map(Report::History),
    }
}

/// The pairs that were asked for, by the world they live in.
type Groups = Vec<(Arc<World>, Vec<Pair>)>;

fn groups(context: &Context<'_>, stack: &Stack, request: &Request) -> Result<Groups, Error> {
    let envs: Vec<EnvName> = match &request.env {
        Some(env) => vec![env.clone()],
        None => stack.ordered(),
    };
    let mut out: Groups = Vec::new();
    for env in envs {
        let (world, _) = match stack.environment(&env) {
            Err(Error::Invalid(why)) if why.code == Code::NoSuchBranch && request.env.is_none() => continue,
            other => other?,
        };
        let is_known = request.application.as_ref().is_some_and(|app| world.settings.application(app).is_some());
        let world = if is_known { world } else { gone::with_gone(context, world)? };
        let apps = world.settings.applications.iter().map(|app| app.name.clone());
        let pairs = apps
            .filter(|app| request.application.as_ref().is_none_or(|asked| asked == app))
            .map(|app| (app, env.clone()));
        match out.iter_mut().find(|(known, _)| known.branch == world.branch) {
            Some((_, all)) => all.extend(pairs),
            None => out.push((Arc::clone(&world), pairs.collect())),
        }
    }
    Ok(out)
}

fn history_report(
    context: &Context<'_>,
    stack: &Stack,
    groups: &Groups,
    request: &Request,
) -> Result<HistoryReport, Error> {
    let bounds = Bounds::read(context, request)?;
    let mut notes = stack.notes.clone();
    let (mut branches, sources) = (Vec::new(), Sources::new(context));
    let (mut complete, mut cut, mut limited, mut reaches, mut past) = (true, None, false, true, Vec::new());
    for (world, wanted) in groups {
        let walked = timeline::walk(context, stack, world, wanted, bounds.limit())?;
        complete &= walked.complete && walked.turns.is_told();
        limited |= !walked.complete && walked.cut.is_none();
        cut = cut.or_else(|| walked.cut.clone());
        past.extend(walked.turns.notes());
        // One that landed before what was asked for shows that the clone reaches back that far.
        reaches &= walked.cut.is_none()
            || walked.changes.iter().any(|change| bounds.since.is_some_and(|since| change.when < since));
        branches.push(Teller { context, stack, world, sources: &sources }.rows(&walked, &bounds, &mut notes)?);
    }
    let mut rows = merged(branches);
    if let Some(max) = request.max {
        rows.truncate(max);
    }
    tell_verdicts(context, stack, &mut rows, &mut notes)?;
    notes.extend(past);
    notes.extend(sources.notes());
    let is_unknown = |row: &HistoryRow| row.signature == SignatureWord::Unknown;
    if stack.main.settings.signers_file.is_none() && rows.iter().any(is_unknown) {
        notes.push("`unknown`: nothing says whose signatures count; `signers-file:` in `stageline.yaml` does".into());
    }
    if limited {
        notes.push("there may be older changes; without `--max` all are shown, and numbered".into());
    }
    if let Some(cure) = cut {
        notes.push(format!("this history is shallow, and older changes are hidden; {cure}"));
    }
    Ok(HistoryReport {
        application: request.application.as_ref().map(ToString::to_string),
        environment: request.env.as_ref().map(ToString::to_string),
        hidden: rows.is_empty() && !reaches,
        changes: rows,
        complete,
        notes,
    })
}

/// Says of each row what was recorded of its landing.
fn tell_verdicts(
    context: &Context<'_>,
    stack: &Stack,
    rows: &mut [HistoryRow],
    notes: &mut Vec<String>,
) -> Result<(), Error> {
    if stack.statements == Known::Is(None) {
        return Ok(());
    }
    let records = Records::of(context, stack)?;
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for row in rows {
        if !known.contains_key(&row.config_commit)
            && let Some(id) = CommitId::from_hex(&row.config_commit)
        {
            let told = records.of_landing(id)?;
            notes.extend(told.notes.into_iter().filter(|_| known.len() < MOST_TOLD));
            known.insert(row.config_commit.clone(), told.kept.map(|kept| kept.record.summary()));
        }
        if let Some(Some(verdict)) = known.get(&row.config_commit) {
            row.verdict.clone_from(verdict);
        }
    }
    Ok(())
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

/// A row with what its forge has told of the request that it came by.
fn arrived_by(row: HistoryRow, arrival: Option<&Arrival>) -> HistoryRow {
    let Some(arrival) = arrival else { return row };
    HistoryRow {
        request: Some(arrival.request.clone()),
        request_address: Some(arrival.page.clone()),
        approvals: requests::approvals(arrival),
        merged_by: arrival.merged_by.clone().or(row.merged_by),
        ..row
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
    fn read(context: &Context<'_>, request: &Request) -> Result<Self, Error> {
        let moment =
            |text: &Option<String>| text.as_deref().map(|t| when::moment(t, context.now, Toward::Past)).transpose();
        Ok(Self { since: moment(&request.since)?, until: moment(&request.until)?, max: request.max })
    }

    /// After how many changes the walk may stop: a bound in time cannot stop it by a count.
    fn limit(&self) -> Option<usize> {
        self.max.filter(|_| self.until.is_none())
    }

    /// Those of the changes that are told, newest first.
    fn chosen<'w>(&self, walked: &'w Walked) -> Vec<Numbered<'w>> {
        let is_within = |one: &Numbered<'_>| {
            let when = one.change.when;
            self.since.is_none_or(|since| when >= since) && self.until.is_none_or(|until| when <= until)
        };
        let within = history::numbered(&walked.changes).into_iter().filter(is_within);
        within.take(self.max.unwrap_or(usize::MAX)).collect()
    }
}

/// Tells of the changes of one world, with the sources that its versions are looked up in.
struct Teller<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    world: &'a World,
    sources: &'a Sources<'a>,
}

impl Teller<'_> {
    /// The rows of the changes that are told, newest first.
    fn rows(&self, walked: &Walked, bounds: &Bounds, notes: &mut Vec<String>) -> Result<Vec<HistoryRow>, Error> {
        let Self { context, stack, world, .. } = *self;
        let chosen = bounds.chosen(walked);
        let commits: Vec<CommitId> = chosen.iter().map(|one| one.change.commit).collect();
        let (arrivals, more) = arrived::of(context, stack, &commits)?;
        notes.extend(more);
        let mut landings: BTreeMap<CommitId, Made> = BTreeMap::new();
        for id in commits {
            if let Entry::Vacant(place) = landings.entry(id) {
                let head = arrivals.of(id).and_then(Arrival::head);
                place.insert(Made::read(&context.repo, context.repo.commit(id)?, &stack.main.settings, head)?);
            }
        }
        let mut made: Vec<(&Told, &Told)> = Vec::new();
        for one in &chosen {
            if let Some(landing) = landings.get(&one.change.commit) {
                made.push((&landing.landing, landing.maker(context, stack, world, one.change)?));
            }
        }
        let mut ids: Vec<CommitId> = made.iter().map(|(_, maker)| maker.info.id).collect();
        ids.sort();
        ids.dedup();
        let signatures: BTreeMap<CommitId, Signature> =
            ids.iter().copied().zip(context.repo.signatures(&ids, world.signers()?.as_deref())?).collect();
        let mut rows = Vec::new();
        for (one, (landing, maker)) in chosen.iter().zip(made) {
            let signature = signatures.get(&maker.info.id);
            let (app, env) = (&one.change.app, &one.change.env);
            let rev = Some(one.rev).filter(|_| walked.is_whole(app, env));
            let renamed_from = walked.turns.renamed(app, env, one.change.commit).map(str::to_string);
            let row = self.row(*one, rev, landing, maker, signature);
            rows.push(HistoryRow { renamed_from, ..arrived_by(row, arrivals.of(one.change.commit)) });
        }
        Ok(rows)
    }

    /// The row of one change. `rev`: its number, where the history reaches far enough to count.
    fn row(
        &self,
        Numbered { change, is_newest, .. }: Numbered<'_>,
        rev: Option<Rev>,
        landing: &Told,
        maker: &Told,
        signature: Option<&Signature>,
    ) -> HistoryRow {
        let verb = landing::verb(change, &maker.info, &maker.trailers);
        let trailers = &maker.trailers;
        // What old versions name is a help, not the truth: a source that is not here leaves it out.
        let to_commit = match (self.world.settings.application(&change.app), &change.to) {
            (Some(app), Some(version)) => match self.sources.if_asked(&app.name, self.sources.named(app, version)) {
                Some(Named::Commit(id)) => Some(id.to_string()),
                _ => None,
            },
            _ => None,
        };
        HistoryRow {
            rev: rev.map(|rev| rev.to_string()),
            live: is_newest,
            config_commit: change.commit.to_string(),
            when: change.when,
            application: change.app.to_string(),
            environment: change.env.to_string(),
            from: change.from.as_ref().map(ToString::to_string),
            to: change.to.as_ref().map(ToString::to_string),
            to_commit,
            disagrees: change.to.is_none() && !change.is.is_empty(),
            renamed_from: None,
            by: maker.info.author.name.clone(),
            merged_by: made::merged_by(landing, maker).map(|who| who.name.clone()),
            request: made::request(landing, maker),
            request_address: None,
            approvals: Vec::new(),
            signature: signature.map_or(SignatureWord::Unknown, |s| s.state),
            signer: signature.and_then(|s| s.signer.clone()),
            reason: trailers.reason.clone().filter(|_| verb != landing::BY_HAND),
            overrides: if verb == landing::BY_HAND { Vec::new() } else { trailers.overrides.clone() },
            origin: trailers.origin.clone().filter(|_| verb != landing::BY_HAND),
            verb: verb.to_string(),
            subject: maker.info.subject().to_string(),
            verdict: NOT_RECORDED.to_string(),
        }
    }

    /// Since when an environment has contained a commit of an application, without a break.
    fn contained(&self, app: &Application, pin: &Pin, id: CommitId) -> Result<ContainsRow, Error> {
        let mut row = ContainsRow {
            application: app.name.to_string(),
            environment: pin.env.to_string(),
            contained: None,
            since: None,
            version: pin.version().map(|v| v.to_string()),
            config_commit: None,
            note: None,
        };
        let Some(source) = self.sources.of(app)? else { return Ok(row) };
        let mut holds = |version: Option<&Version>| -> Result<Option<bool>, Error> {
            let Some(version) = version else { return Ok(Some(false)) };
            match self.sources.named(app, version)? {
                Named::Commit(live) => match source.is_ancestor(id, live)? {
                    Known::Is(yes) => Ok(Some(yes)),
                    Known::CannotTell(why) => {
                        row.note = Some(why);
                        Ok(None)
                    }
                },
                Named::Missing(why) => {
                    row.note = Some(why);
                    Ok(None)
                }
                Named::HandMade => {
                    row.note = Some(format!("`{version}` does not say which commit it was built from"));
                    Ok(None)
                }
            }
        };
        let now = holds(pin.version().as_ref())?;
        let mut since = None;
        if now == Some(true) {
            let pair = [(app.name.clone(), pin.env.clone())];
            let walked = timeline::walk(self.context, self.stack, self.world, &pair, None)?;
            for change in &walked.changes {
                if holds(change.to.as_ref())? != Some(true) {
                    break;
                }
                since = Some((change.when, change.commit));
            }
        }
        row.contained = now;
        row.since = since.map(|(when, _)| when);
        row.config_commit = since.map(|(_, commit)| commit.to_string());
        Ok(row)
    }
}

/// What is said of a cell that cannot be read: the others are told all the same.
fn left_out(app: &AppName, env: &EnvName, why: &Refusal) -> String {
    format!("`{app}` in `{env}` is left out: {}", why.message)
}

/// What ran at a moment.
fn at_report(context: &Context<'_>, stack: &Stack, groups: &Groups, at: &str) -> Result<AtReport, Error> {
    let moment = when::moment(at, context.now, Toward::Past)?;
    let (mut commits, mut rows) = (Vec::new(), Vec::new());
    let mut notes = stack.notes.clone();
    for (world, wanted) in groups {
        let Some(tip) = context.repo.tip_at(world.base, moment)? else {
            notes.push(format!("`{}` is younger than {moment}", world.branch));
            continue;
        };
        commits.push(tip.to_string());
        for Then { lens, said, is_known } in timeline::at(context, stack, world, wanted, tip)? {
            let (app, env) = lens.pair();
            let Some(pin) = &said.pin else {
                // Where its own settings did not know it yet, a place without it is no fault.
                if let Some(why) = said.why().filter(|why| is_known || why.code == Code::MovingRef) {
                    notes.push(left_out(&app, &env, why));
                }
                continue;
            };
            let last = timeline::walk_from(context, stack, world, vec![Arc::clone(&lens)], (tip, Some(1)))?;
            let last = last.changes.first();
            rows.push(AtRow {
                application: app.to_string(),
                environment: env.to_string(),
                version: pin.version().map(|v| v.to_string()),
                disagrees: matches!(pin.agreement(), Agreement::Disagree(_)),
                since: last.map(|c| c.when),
                config_commit: last.map_or(tip, |c| c.commit).to_string(),
            });
        }
    }
    Ok(AtReport { at: moment, commits, rows, notes })
}

fn no_source() -> Error {
    let what = "`--contains` needs the source repository of an application, and none is configured";
    Refusal::new(Code::NoSource, what)
        .hint("add `source: URL-OR-PATH` to the application in `stageline.yaml`")
        .invalid()
}

/// Since when each environment has contained an application commit, without a break.
fn contains_report(
    context: &Context<'_>,
    stack: &Stack,
    groups: &Groups,
    asked: &str,
) -> Result<ContainsReport, Error> {
    let sources = Sources::new(context);
    let mut rows = Vec::new();
    let mut full: Option<CommitId> = None;
    let mut missing: Option<Error> = None;
    let mut notes = stack.notes.clone();
    for (world, wanted) in groups {
        for (app, env) in wanted {
            let Ok(settings) = world.application(app) else { continue };
            let Some(source) = sources.of(settings)? else { continue };
            let id = match sources.resolve(settings, &source, asked) {
                Ok(id) => id,
                // The commit is of one application; the others do not know it.
                Err(error) => {
                    missing = missing.or(Some(error));
                    continue;
                }
            };
            if full.is_some_and(|known| known != id) {
                return Err(Refusal::new(
                    Code::SeveralCommits,
                    format!("`{asked}` is another commit in each source repository"),
                )
                .hint(format!("name the application: `stageline history {app} --contains {asked}`"))
                .invalid());
            }
            full = Some(id);
            let Some(env_settings) = world.settings.environment(env) else { continue };
            let pin = match world.pin(&Reader::new(world.files.as_ref()), settings, env_settings) {
                Ok(Some(pin)) => pin,
                Ok(None) => continue,
                Err(Error::Invalid(why)) => {
                    notes.push(left_out(app, env, &why));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let teller = Teller { context, stack, world, sources: &sources };
            rows.push(teller.contained(settings, &pin, id)?);
        }
    }
    let Some(full) = full else { return Err(missing.unwrap_or_else(no_source)) };
    if context.repo.is_shallow() {
        notes.push(format!("this history is shallow, and older changes are hidden; {}", context.repo.how_to_deepen()));
    }
    Ok(ContainsReport { commit: full.to_string(), rows, notes })
}
