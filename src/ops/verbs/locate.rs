//! `locate`: where a commit of an application is and was, by which landing it came to each environment, and by which it went.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::commit::{CommitId, CommitInfo, Known};
use crate::domain::history::{self, Change};
use crate::domain::located::{self, Span};
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::{Assignment, Pin};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{ContainsReport, ContainsRow, HistoryRow, StayReport};
use crate::domain::settings::{Application, Environment, SourceAddress};
use crate::domain::version::Version;
use crate::overlay::Reader;

use crate::ops::context::Context;
use crate::ops::reading::asked::Asked;
use crate::ops::reading::concerns;
use crate::ops::reading::contained;
use crate::ops::reading::lens::Pair;
use crate::ops::reading::origins;
use crate::ops::reading::sources::{Named, Sources};
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::timeline::{self, Walked};
use crate::ops::reading::wanted::{Groups, Wanted};
use crate::ops::reading::world::World;
use crate::ops::reports::rows::{self, Picked, Teller};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// A commit, a branch or a tag of a source.
    pub commit: String,
    pub wanted: Wanted,
}

/// Runs the verb.
///
/// # Errors
/// No source has the commit, it is another one in each, or something cannot be read.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<ContainsReport, Error> {
    let mut stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    stack.seek_statements(context)?;
    context.face.step("reading the history");
    let wanted = request.wanted.clone().settled(context, &mut stack)?;
    let groups = wanted.groups(context, &stack)?;
    let sources = Sources::new(context);
    let meant =
        Meant::of((context, &stack), &sources, &groups, &request.commit)?.that_it_concerns(&sources, &wanted)?;
    let finder = Finder::new(context, &stack, &sources, meant.commit);
    let (mut rows, mut notes) = (Vec::new(), stack.notes.clone());
    notes.extend(meant.notes.iter().cloned());
    for (world, pairs) in &groups {
        let pairs = pairs.iter().filter(|(app, _)| meant.apps.contains_key(app)).cloned().collect();
        rows.extend(finder.rows(world, pairs, &mut notes)?);
    }
    let order = stack.ordered();
    rows.sort_by_key(|row| {
        let place = order.iter().position(|env| env.as_str() == row.environment);
        (row.application.clone(), place)
    });
    let told = rows.iter_mut().flat_map(|row| &mut row.stays);
    rows::tell_verdicts(
        context,
        &stack,
        told.flat_map(|stay| stay.brought.iter_mut().chain(&mut stay.taken)),
        &mut notes,
    )?;
    notes.extend(sources.notes());
    let complete = rows.iter().all(is_told);
    let was = rows.iter().any(|row| row.stays.iter().any(|stay| stay.unknown.is_none()));
    let found = if was || complete { Some(was) } else { None };
    if found == Some(false) {
        notes.extend(finder.nowhere(&meant, &rows)?);
    }
    if context.repo.is_shallow() {
        notes.push(format!("this history is shallow, and older changes are hidden; {}", context.repo.how_to_deepen()));
    }
    let info = meant.info;
    Ok(ContainsReport {
        commit: meant.commit.to_string(),
        subject: info.as_ref().map(|info| info.subject().to_string()),
        author: info.as_ref().map(|info| info.author.name.clone()),
        when: info.map(|info| info.committer.when),
        found,
        complete,
        rows,
        notes,
    })
}

/// Whether all is told of a place: whether it is there now, whether it ever was, and since when.
fn is_told(row: &ContainsRow) -> bool {
    let was = row.stays.iter().any(|stay| stay.unknown.is_none());
    row.contained.is_some() && !row.cut && (was || row.stays.is_empty())
}

/// The commit that is meant, and the applications of whose source it is.
struct Meant {
    commit: CommitId,
    info: Option<CommitInfo>,
    apps: BTreeMap<AppName, Application>,
    notes: Vec<String>,
}

impl Meant {
    fn of(
        (context, stack): (&Context<'_>, &Stack),
        sources: &Sources<'_>,
        groups: &Groups,
        asked: &str,
    ) -> Result<Self, Error> {
        let pairs = groups.iter().flat_map(|(world, pairs)| pairs.iter().map(move |(app, _)| (world, app)));
        let mut apps: BTreeMap<&AppName, &Application> = BTreeMap::new();
        for (world, app) in pairs {
            if let Ok(settings) = world.application(app) {
                apps.entry(app).or_insert(settings);
            }
        }
        let told = Asked::of(sources, apps.into_values(), asked)?;
        let notes = told.note().into_iter().collect();
        let Some((first, (commit, settings))) = told.found.iter().next() else {
            let error = told.nowhere(asked);
            return Err(match landing(context, stack, asked)? {
                Some(hint) => error.hint(hint),
                None => error,
            });
        };
        let found = &told.found;
        if found.values().any(|(id, _)| id != commit) {
            let what = format!("`{asked}` is another commit in each source repository");
            return Err(Refusal::new(Code::SeveralCommits, what)
                .hint(format!("name the application: `stageline locate {asked} {first}`"))
                .invalid());
        }
        let (commit, source) = (*commit, sources.of(settings)?);
        let info = source.and_then(|source| source.commit(commit).ok());
        let apps = told.found.into_iter().map(|(name, (_, settings))| (name, settings)).collect();
        Ok(Self { commit, info, apps, notes })
    }

    /// Without the applications that it changes nothing of, unless they were named or it concerns none.
    fn that_it_concerns(mut self, sources: &Sources<'_>, wanted: &Wanted) -> Result<Self, Error> {
        let mut others = BTreeSet::new();
        for (name, app) in self.apps.iter().filter(|(_, app)| !app.concerns.is_empty()) {
            let Some(source) = sources.of(app)? else { continue };
            if contained::concerns(&source, self.commit)? == Known::Is(false) {
                others.insert(name.clone());
            }
        }
        let is_named = |name: &AppName| wanted.applications.iter().any(|one| one.one() == Some(name.as_str()));
        let has_others = others.len() < self.apps.len();
        let left: Vec<AppName> = others.iter().filter(|name| has_others && !is_named(name)).cloned().collect();
        for name in others.iter().filter(|name| !left.contains(name)) {
            if let Some(app) = self.apps.get(name) {
                self.notes.extend(concerns::remark(sources, app, self.commit)?);
            }
        }
        if !left.is_empty() {
            let names: Vec<&str> = left.iter().map(AppName::as_str).collect();
            self.notes.push(format!("it changes nothing of what concerns {} (`path:`)", names.join(", ")));
        }
        self.apps.retain(|name, _| !left.contains(name));
        Ok(self)
    }
}

/// What is said of a name that is the id of a landing, full or short: of the config repository's, and of no application's source.
fn landing(context: &Context<'_>, stack: &Stack, asked: &str) -> Result<Option<String>, Error> {
    let Ok(Some(commit)) = context.repo.by_digits(asked) else { return Ok(None) };
    for world in stack.worlds() {
        if let Known::Is(Some(_)) = context.repo.landing_of(world.base, commit)? {
            let command = context.options.command(&format!("show {asked}"));
            return Ok(Some(format!("it is a commit of the config repository: `{command}`")));
        }
    }
    Ok(None)
}

/// Finds one commit in the pasts of pins; each version is looked up once.
struct Finder<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    sources: &'a Sources<'a>,
    commit: CommitId,
    versions: RefCell<BTreeMap<(AppName, Version), Known<bool>>>,
    commits: RefCell<BTreeMap<(SourceAddress, CommitId), Known<bool>>>,
}

/// A place with what is told of it, before its landings are.
struct Place<'w> {
    row: ContainsRow,
    spans: Vec<Span<'w>>,
}

impl<'a> Finder<'a> {
    fn new(context: &'a Context<'a>, stack: &'a Stack, sources: &'a Sources<'a>, commit: CommitId) -> Self {
        Self { context, stack, sources, commit, versions: RefCell::default(), commits: RefCell::default() }
    }

    /// The rows of the places of one world, those aside where the application never was.
    fn rows(&self, world: &Arc<World>, pairs: Vec<Pair>, notes: &mut Vec<String>) -> Result<Vec<ContainsRow>, Error> {
        let walked = timeline::walk(self.context, self.stack, world, &pairs, None)?;
        notes.extend(walked.turns.notes());
        let mut places = Vec::new();
        for pair in &pairs {
            places.extend(self.place(world, pair, &walked, notes)?);
        }
        let numbered = history::numbered(&walked.changes).into_iter();
        let known: BTreeMap<Key<'_>, Picked<'_>> =
            numbered.map(|one| (key(one.change), Picked::of(&walked, one))).collect();
        let ends = places.iter().flat_map(|place| &place.spans).flat_map(|span| [span.brought, span.taken]);
        let picked: Vec<Picked<'_>> = ends.flatten().filter_map(|change| known.get(&key(change)).cloned()).collect();
        let teller = Teller { context: self.context, stack: self.stack, world, sources: self.sources };
        let mut told = teller.all(&picked, notes)?.into_iter();
        let mut end = |change: Option<&Change>| change.and_then(|_| told.next());
        let mut out = Vec::new();
        for Place { row, spans } in places {
            let stays: Vec<StayReport> =
                spans.iter().map(|span| stay(span, end(span.brought), end(span.taken))).collect();
            let open = stays.first().filter(|stay| stay.unknown.is_none() && stay.taken.is_none());
            let brought = open.and_then(|stay| stay.brought.as_ref());
            let (since, config_commit) = (brought.map(|row| row.when), brought.map(|row| row.config_commit.clone()));
            out.push(ContainsRow { since, config_commit, stays, ..row });
        }
        Ok(out)
    }

    /// What is told of one place; `None`: the application never was there.
    fn place<'w>(
        &self,
        world: &Arc<World>,
        (app, env): &Pair,
        walked: &'w Walked,
        notes: &mut Vec<String>,
    ) -> Result<Option<Place<'w>>, Error> {
        let (Ok(settings), Some(environment)) = (world.application(app), world.settings.environment(env)) else {
            return Ok(None);
        };
        let mut row = ContainsRow {
            application: app.to_string(),
            environment: env.to_string(),
            cut: walked.why_cut(app, env).is_some(),
            ..ContainsRow::default()
        };
        let pin = match world.pin(&Reader::new(world.files.as_ref()), settings, environment) {
            Ok(pin) => pin,
            Err(Error::Invalid(why)) => {
                // What cannot be read is no answer, and hides no other.
                notes.push(format!("`{app}` in `{env}` cannot be read: {}", why.message));
                row.note = Some(why.message.clone());
                let spans = self.spans(settings, env, walked, None)?;
                return Ok(Some(Place { row, spans }));
            }
            Err(error) => return Err(error),
        };
        if pin.is_none() && walked.of(app, env).next().is_none() {
            return Ok(None);
        }
        let spans = self.spans(settings, env, walked, pin.as_ref())?;
        let open = spans.first().filter(|span| span.is_open());
        row.version = pin.as_ref().and_then(Pin::version).map(|version| version.to_string());
        row.note = open.and_then(|span| span.unknown.clone());
        row.contained = if row.note.is_some() { None } else { Some(open.is_some()) };
        if row.contained == Some(false) && located::was_ever(&spans, row.cut) == Some(false) {
            self.say_where_from(&mut row, world, settings, environment)?;
        }
        Ok(Some(Place { row, spans }))
    }

    /// While which of its states a pin contained the commit. `pin`: what it says now, for a past that begins later.
    fn spans<'w>(
        &self,
        app: &Application,
        env: &EnvName,
        walked: &'w Walked,
        pin: Option<&Pin>,
    ) -> Result<Vec<Span<'w>>, Error> {
        let changes: Vec<&'w Change> =
            walked.changes.iter().rev().filter(|c| c.app == app.name && c.env == *env).collect();
        let before = match (changes.first(), pin) {
            (Some(first), _) => self.of_sites(app, first.from.as_ref(), &first.was)?,
            (None, Some(pin)) => self.of_sites(app, pin.version().as_ref(), &pin.assignment())?,
            (None, None) => Known::Is(false),
        };
        let mut states = Vec::new();
        for change in changes {
            let unread = walked.turns.why_unread(&app.name, env, change.commit);
            let state = match unread.filter(|_| change.is.is_empty()) {
                Some(why) => Known::CannotTell(why.to_string()),
                None => self.of_sites(app, change.to.as_ref(), &change.is)?,
            };
            states.push((change, state));
        }
        Ok(located::spans(before, states))
    }

    /// Whether what sites say contains the commit: all of them or none, or it cannot be told.
    fn of_sites(&self, app: &Application, all: Option<&Version>, sites: &Assignment) -> Result<Known<bool>, Error> {
        if let Some(version) = all {
            return self.of_version(app, version);
        }
        let mut found = None;
        for version in sites.keys().filter_map(|key| sites.get(key)) {
            match (self.of_version(app, version)?, &found) {
                (Known::CannotTell(why), _) => return Ok(Known::CannotTell(why)),
                (Known::Is(is), Some(known)) if is != *known => {
                    return Ok(Known::CannotTell("the sites disagree, and not all of them contain it".into()));
                }
                (Known::Is(is), _) => found = Some(is),
            }
        }
        Ok(Known::Is(found.unwrap_or(false)))
    }

    fn of_version(&self, app: &Application, version: &Version) -> Result<Known<bool>, Error> {
        let key = (app.name.clone(), version.clone());
        if let Some(known) = self.versions.borrow().get(&key) {
            return Ok(known.clone());
        }
        let answer = match self.sources.named_or_missing(app, version)? {
            Named::Commit(live) => self.of_commit(app, live)?,
            Named::Missing(why) => Known::CannotTell(why),
            Named::HandMade => Known::CannotTell(format!("`{version}` does not say which commit it was built from")),
        };
        self.versions.borrow_mut().insert(key, answer.clone());
        Ok(answer)
    }

    fn of_commit(&self, app: &Application, live: CommitId) -> Result<Known<bool>, Error> {
        let Some((source, address)) = self.sources.of(app)?.zip(app.source.clone()) else {
            return Ok(Known::CannotTell(format!("no `source:` is configured for `{}`", app.name)));
        };
        let key = (address, live);
        if let Some(known) = self.commits.borrow().get(&key) {
            return Ok(known.clone());
        }
        let answer = source.is_ancestor(self.commit, live)?;
        self.commits.borrow_mut().insert(key, answer.clone());
        Ok(answer)
    }

    /// Says of a place that never had it which environment it would come from, and by which command, where it is there or nowhere
    /// before.
    fn say_where_from(
        &self,
        row: &mut ContainsRow,
        world: &Arc<World>,
        app: &Application,
        env: &Environment,
    ) -> Result<(), Error> {
        let command = |what: &str| self.context.options.command(&format!("promote {what} --to {}", env.name));
        let from = match origins::before(self.stack, world, env, &[(app, None)]) {
            Ok(from) => from,
            Err(Error::Invalid(why)) if why.code == Code::FirstEnvironment => {
                row.next = Some(command(&format!("{}@{}", app.name, self.commit)));
                return Ok(());
            }
            Err(Error::Failed(error)) => return Err(Error::Failed(error)),
            // Nothing says which one it would be.
            Err(_) => return Ok(()),
        };
        row.comes_from = Some(from.env.name.to_string());
        let there = match from.world.application(&app.name) {
            Ok(there) => origins::copied(&from, &Reader::new(from.world.files.as_ref()), there),
            Err(_) => return Ok(()),
        };
        if let Ok(Some(pin)) = there
            && self.of_sites(app, pin.version().as_ref(), &pin.assignment())? == Known::Is(true)
        {
            row.next = Some(command(app.name.as_str()));
        }
        Ok(())
    }

    /// What is said of a commit that never was anywhere.
    fn nowhere(&self, meant: &Meant, rows: &[ContainsRow]) -> Result<Vec<String>, Error> {
        let mut out = Vec::new();
        let mut told = BTreeSet::new();
        for app in meant.apps.values() {
            let Some(source) = self.sources.of(app)? else { continue };
            if !told.insert(source.shown().to_string()) {
                continue;
            }
            let Some(Some(tip)) = self.sources.if_asked(&app.name, source.branch_tip(None)) else { continue };
            let is = match source.is_ancestor(self.commit, tip)? {
                Known::Is(true) => "is in",
                Known::Is(false) => "is not in",
                Known::CannotTell(_) => continue,
            };
            out.push(format!(
                "{} never was in any of these; it {is} the default branch of `{}`",
                self.commit.short(),
                source.shown()
            ));
        }
        let firsts: Vec<&str> = rows.iter().filter_map(|row| row.next.as_deref()).collect();
        out.extend(firsts.iter().map(|command| format!("it would come by `{command}`")));
        Ok(out)
    }
}

/// What a change of a walk is found by.
type Key<'c> = (CommitId, &'c AppName, &'c EnvName);

fn key(change: &Change) -> Key<'_> {
    (change.commit, &change.app, &change.env)
}

fn stay(span: &Span<'_>, brought: Option<HistoryRow>, taken: Option<HistoryRow>) -> StayReport {
    StayReport {
        unknown: span.unknown.clone(),
        since: brought.as_ref().map(|row| row.when),
        until: taken.as_ref().map(|row| row.when),
        version: span.brought.and_then(|change| change.to.as_ref()).map(ToString::to_string),
        brought,
        taken,
    }
}
