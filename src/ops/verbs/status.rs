//! `status`: applications x environments.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::commit::{CommitId, Known};
use crate::domain::hold::HoldFile;
use crate::domain::hotfix::HotfixFile;
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::{Agreement, Pin, Reading};
use crate::domain::refusal::{Code, Error};
use crate::domain::report::{DiffSite, HoldReport, OpenRequest, StatusCell, StatusReport, StatusRow};
use crate::domain::settings::{Application, Environment, FreezeState, NamePattern, frozen};

use super::status_previews;
use super::status_waits;
use crate::git::cache::Cache;

use crate::ops::context::Context;
use crate::ops::landing::standing;
use crate::ops::reading::gone;
use crate::ops::reading::held;
use crate::ops::reading::members;
use crate::ops::reading::missing;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::world::World;
use crate::ops::remembered::ages::{self, Asked};
use crate::ops::remembered::memo::{Branch, Memo};
use crate::ops::remembered::pins;
use crate::ops::remembered::shelf::Shelf;
use crate::ops::remembered::strangers;
use crate::ops::reports::{holds, hotfixes, requests};

/// A freeze that begins so soon is told.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// What was asked for; empty lists: all.
#[derive(Debug, Clone)]
pub struct Request {
    pub applications: Vec<NamePattern>,
    pub environments: Vec<EnvName>,
    pub waiting: Waiting,
}

/// Whether it is told of each version that waits in the environment before if it could come now: every gate judges it for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    Judged,
    Left,
}

/// What an environment that lasts lacks, in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    pub environment: EnvName,
    /// So many applications run another version than the environment before.
    pub waiting: usize,
    /// So many are held there.
    pub held: usize,
}

/// The figures alone, for a prompt: no forge, no source and no history is asked.
///
/// # Errors
/// A name means nothing, or the clone cannot be read.
pub fn brief(context: &mut Context<'_>, request: &Request) -> Result<Vec<Brief>, Error> {
    let cache = context.repo.cache(&context.build);
    let (mut memo, stack) = known(context, &cache)?;
    let strangers = strangers::strangers(&stack, &cache)?;
    let mut notes = Vec::new();
    let shown = Shown::of(&stack, request, &strangers, &mut notes)?;
    let groups = groups(&stack, &shown.order, &request.environments, &mut notes)?;
    let mut columns = BTreeMap::new();
    for group in &groups {
        let branch = memo.branch(&context.repo, &group.world, &stack.main, &stack.shelf)?;
        let read = group.columns(context, &stack, branch, &group.own(&shown))?;
        columns.extend(read.into_iter().map(|column| (column.env.name.clone(), column)));
    }
    stack.shelf.store();
    memo.store(&cache);
    let counted = |env: &EnvName| {
        let column = columns.get(env)?;
        let places = 0..shown.applications.len();
        let waits = |before: &Column, place: usize| {
            let version = |column: &Column| column.pins[place].as_ref().and_then(Pin::version);
            column.present[place] && version(before).is_some_and(|there| version(column) != Some(there))
        };
        let before = before(&column.env, &shown.order).and_then(|name| columns.get(&name));
        let waiting = before.map_or(0, |before| places.clone().filter(|place| waits(before, *place)).count());
        let is_held =
            |place: &usize| column.present[*place] && column.is_held(context, &shown.applications[*place].name);
        Some(Brief { environment: env.clone(), waiting, held: places.filter(is_held).count() })
    };
    Ok(shown.environments.iter().filter_map(counted).collect())
}

/// What the last run remembers, and the stack as this clone knows it: the file of the one is read while git tells of the branches of
/// the other.
fn known(context: &mut Context<'_>, cache: &Cache) -> Result<(Memo, Stack), Error> {
    let (memo, stack) =
        rayon::join(|| Memo::load(cache), || Stack::read_with(context, Tips::Known, Shelf::remembering(cache.clone())));
    Ok((memo, stack?))
}

/// Runs the verb.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<StatusReport, Error> {
    // Ages are not worth a whole history.
    context.repo.leave_history();
    let cache = context.repo.cache(&context.build);
    let (mut memo, stack) = known(context, &cache)?;
    stack.warn_of_draft(context);
    let mut notes = stack.notes.clone();
    notes.extend(stack.told_differences());
    let strangers = strangers::strangers(&stack, &cache)?;
    notes.extend(members::told(&stack));
    let shown = Shown::of(&stack, request, &strangers, &mut notes)?;
    context.face.step("reading overlays");
    let groups = groups(&stack, &shown.order, &request.environments, &mut notes)?;
    // What the next run may remember is written while this one goes on.
    let (columns, rows) = std::thread::scope(|scope| -> Result<_, Error> {
        scope.spawn(|| stack.shelf.store());
        let columns = columns(context, &stack, &mut memo, &groups, &shown, &mut notes)?;
        scope.spawn(|| memo.store(&cache));
        let table = Table { columns: &columns, shown: &shown };
        let mut rows = table.rows(context, &mut notes);
        if request.waiting == Waiting::Judged {
            table.judge(context, &stack, &mut rows)?;
        }
        Ok((columns, rows))
    })?;
    let holds = shown.holds(context, &stack, &columns)?;
    notes.extend(held::strange(context, &stack, &stack.main, None)?);
    if context.repo.is_shallow() {
        notes.push(if context.options.has_no_clone() {
            let history = context.options.command("history");
            format!("this was read without history, so ages are not shown where they lie in it: `{history}` brings it")
        } else {
            "this clone is shallow: ages are shown only as far as its history reaches".into()
        });
    }
    notes.extend(shown.freezes(context, &stack));
    let (requests, more) = shown.requests(context, &stack)?;
    notes.extend(more);
    let previews = status_previews::of(context, &stack, (&request.applications, &request.environments), &mut notes)?;
    let environments =
        shown.environments.iter().filter(|env| columns.contains_key(*env)).map(ToString::to_string).collect();
    // The process is about to end: to give thousands of folders back one by one would take as long as the table.
    drop((columns, groups, shown));
    std::mem::forget(stack);
    Ok(StatusReport { environments, applications: rows, holds, requests, previews, notes })
}

impl Column {
    fn is_held(&self, context: &Context<'_>, app: &AppName) -> bool {
        self.holds.iter().any(|hold| hold.is_active(context.now) && hold.covers(&self.env.name, app))
    }
}

/// What of the stack is shown: what was asked for, else all.
struct Shown<'a> {
    /// All environments that last: one that is not shown may be what another is compared with.
    order: Vec<EnvName>,
    environments: Vec<EnvName>,
    applications: Vec<&'a Application>,
}

impl<'a> Shown<'a> {
    /// What a request means; an error where it names what is not there.
    fn of(
        stack: &'a Stack,
        request: &Request,
        strangers: &BTreeSet<AppName>,
        notes: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let mut named: Vec<AppName> = Vec::new();
        for name in &request.applications {
            let (apps, note) = members::shown(stack, &stack.main, name)?;
            named.extend(apps.into_iter().map(|app| app.name.clone()));
            notes.extend(note);
        }
        for env in &request.environments {
            stack.any_environment(env)?;
        }
        let order = stack.ordered();
        let lasts = |env: &EnvName| order.contains(env);
        // What is asked of instances alone is no row of the matrix.
        let is_of_instances = !request.environments.is_empty() && !request.environments.iter().any(lasts);
        let asked = |env: &&EnvName| request.environments.is_empty() || request.environments.contains(env);
        let environments = order.iter().filter(asked).cloned().collect();
        let applications = stack.main.settings.applications.iter().filter(|_| !is_of_instances);
        let is_meant = |app: &&Application| {
            if named.is_empty() { !strangers.contains(&app.name) } else { named.contains(&app.name) }
        };
        let applications = applications.filter(is_meant).collect();
        Ok(Self { order, environments, applications })
    }

    /// The requests that wait for something that is shown: as the forge has them where the remote is asked, else as git alone
    /// tells; and what is to be said of that.
    fn requests(&self, context: &mut Context<'_>, stack: &Stack) -> Result<(Vec<OpenRequest>, Vec<String>), Error> {
        let (standing, mut notes) = standing::requests(context, stack)?;
        let mut all = standing.iter().map(|one| requests::told(context, stack, one)).collect::<Result<Vec<_>, _>>()?;
        let env = |name: &str| self.environments.iter().any(|env| env.as_str() == name);
        let app = |name: &str| self.applications.iter().any(|app| app.name.as_str() == name);
        all.retain(|one| {
            one.moves.is_empty() || one.moves.iter().any(|row| env(&row.environment) && app(&row.application))
        });
        if all.iter().any(|one| one.open.is_none()) {
            notes.push("whether a request is still open, and what it waits for, the forge tells: `--fetch`".into());
        }
        Ok((all, notes))
    }

    /// What freezes say of the environments that are shown, where one holds or begins within a day.
    fn freezes(&self, context: &Context<'_>, stack: &Stack) -> Vec<String> {
        let rules = &stack.main.settings;
        let shown = rules.durable().filter(|env| self.environments.contains(&env.name));
        let told = shown.filter_map(|env| {
            let by = frozen(rules.freezes_of(env), context.now);
            let reasons: Vec<&str> = by.freezes.iter().filter_map(|freeze| freeze.reason.as_deref()).collect();
            let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
            match by.state {
                FreezeState::Frozen { until: Some(until) } => {
                    Some(format!("`{}` is frozen until {until}{why}", env.name))
                }
                FreezeState::Frozen { until: None } => Some(format!("`{}` is frozen{why}", env.name)),
                FreezeState::Open { next: Some(next) } if next.duration_since(context.now) <= SOON => {
                    let left = next.duration_since(context.now);
                    let (hours, minutes) = (left.as_hours(), left.as_mins() % 60);
                    let span = if hours > 0 { format!("{hours} h") } else { format!("{minutes} min") };
                    Some(format!("a freeze of `{}` begins in {span}, at {next}", env.name))
                }
                FreezeState::Open { .. } => None,
            }
        });
        told.collect()
    }

    /// The holds that count now for something that is shown: the main branch's, and those of environments' own branches.
    fn holds(
        &self,
        context: &Context<'_>,
        stack: &Stack,
        columns: &BTreeMap<EnvName, Column>,
    ) -> Result<Vec<HoldReport>, Error> {
        let mut holds = holds::reports(context, &held::of(context, stack, &stack.main)?, None);
        for column in columns.values() {
            if column.world.branch != stack.main.branch {
                let own: Vec<_> = column.holds.iter().filter(|hold| hold.branch.is_none()).cloned().collect();
                holds.extend(holds::reports(context, &own, Some(&column.env.name)));
            }
        }
        holds.retain(|hold| {
            !hold.expired
                && !hold.left_over
                && (hold.environment == "*" || self.environments.iter().any(|env| env.as_str() == hold.environment))
                && hold.application.as_ref().is_none_or(|app| self.applications.iter().any(|a| a.name.as_str() == app))
        });
        Ok(holds)
    }
}

/// The environments that live on one branch: they are read together, since they share what is remembered of it.
struct Group {
    world: Arc<World>,
    environments: Vec<Environment>,
}

/// The environments of the order by the branches that they live on. One that was not `asked` for, and whose branch is not
/// there yet, is told of, and does not hide the others.
fn groups(stack: &Stack, order: &[EnvName], asked: &[EnvName], notes: &mut Vec<String>) -> Result<Vec<Group>, Error> {
    let mut groups: Vec<Group> = Vec::new();
    for name in order {
        let (world, env) = match stack.environment(name) {
            Err(Error::Invalid(why)) if why.code == Code::NoSuchBranch && !asked.contains(name) => {
                notes.push(why.message);
                continue;
            }
            place => place?,
        };
        match groups.iter_mut().find(|group| group.world.branch == world.branch) {
            Some(group) => group.environments.push(env),
            None => groups.push(Group { world, environments: vec![env] }),
        }
    }
    Ok(groups)
}

/// One environment with the pins of all applications that are shown, in their order.
struct Column {
    world: Arc<World>,
    /// What is held there, and which hotfixes stand.
    holds: Vec<HoldFile>,
    hotfixes: Vec<HotfixFile>,
    env: Environment,
    pins: Vec<Option<Pin>>,
    /// What is to be said of each: why it cannot be read, where it has nothing, since when it is gone.
    notes: Vec<Option<String>>,
    /// Whether there is an overlay at all.
    present: Vec<bool>,
    /// Since when each says what it says; only of an environment that is shown.
    since: Vec<Option<Timestamp>>,
}

/// Reads the environments, those of one branch together.
fn columns(
    context: &Context<'_>,
    stack: &Stack,
    memo: &mut Memo,
    groups: &[Group],
    shown: &Shown<'_>,
    notes: &mut Vec<String>,
) -> Result<BTreeMap<EnvName, Column>, Error> {
    let mut out = BTreeMap::new();
    for group in groups {
        let branch = memo.branch(&context.repo, &group.world, &stack.main, &stack.shelf)?;
        let own = group.own(shown);
        let mut columns = group.columns(context, stack, branch, &own)?;
        let dated = columns.iter_mut().filter(|column| shown.environments.contains(&column.env.name)).collect();
        notes.extend(group.date(context, stack, branch, &own, dated)?);
        out.extend(columns.into_iter().map(|column| (column.env.name.clone(), column)));
    }
    Ok(out)
}

impl Group {
    /// The shown applications as the branch knows them: one that it does not know has no pin there.
    fn own(&self, shown: &Shown<'_>) -> Vec<Option<&Application>> {
        let named: HashMap<&AppName, &Application> =
            self.world.settings.applications.iter().map(|app| (&app.name, app)).collect();
        shown.applications.iter().map(|app| named.get(&app.name).copied()).collect()
    }

    /// The columns of its environments, still without ages.
    fn columns(
        &self,
        context: &Context<'_>,
        stack: &Stack,
        branch: &mut Branch,
        own: &[Option<&Application>],
    ) -> Result<Vec<Column>, Error> {
        let pairs: Vec<(&Application, &Environment)> =
            self.environments.iter().flat_map(|env| own.iter().flatten().map(move |app| (*app, env))).collect();
        let mut read = pins::read(&self.world, branch, &pairs).into_iter();
        let mut columns = Vec::new();
        for env in &self.environments {
            let (mut pins, mut notes, mut present) = (Vec::new(), Vec::new(), Vec::new());
            for app in own {
                let (is_present, pin, note) = match app.and_then(|app| Some((app, read.next()?))) {
                    Some((app, Ok(Some(pin)))) => {
                        let note = missing::of_clusters(&self.world.absent(app, env, &pin));
                        (true, Some(pin), note)
                    }
                    Some((app, Ok(None))) => (false, None, gone::told(context, &self.world, app, env)?),
                    Some((_, Err(Error::Failed(error)))) => return Err(Error::Failed(error)),
                    Some((_, Err(error))) => (true, None, Some(missing::briefly(&error.refusal()))),
                    None => (false, None, None),
                };
                present.push(is_present);
                pins.push(pin);
                notes.push(note);
            }
            let (world, env, since) = (Arc::clone(&self.world), env.clone(), vec![None; own.len()]);
            let holds = held::of(context, stack, &world)?;
            let hotfixes = hotfixes::standing(&world, &env.name)?;
            columns.push(Column { world, holds, hotfixes, env, pins, notes, present, since });
        }
        Ok(columns)
    }

    /// Fills in since when the pins of these columns say what they say; gives what is to be said of ages that are not shown.
    fn date(
        &self,
        context: &Context<'_>,
        stack: &Stack,
        branch: &mut Branch,
        own: &[Option<&Application>],
        mut columns: Vec<&mut Column>,
    ) -> Result<Option<String>, Error> {
        let (mut places, mut asked) = (Vec::new(), Vec::new());
        for (nth, column) in columns.iter().enumerate() {
            for (place, (app, pin)) in own.iter().zip(&column.pins).enumerate() {
                if let (Some(app), Some(pin)) = (app, pin.as_ref().filter(|pin| !pin.assignment().is_empty())) {
                    places.push((nth, place));
                    asked.push(Asked { app, env: &column.env, pin });
                }
            }
        }
        let ages = ages::of(context, stack, &self.world, branch, &asked)?;
        for ((nth, place), since) in places.into_iter().zip(ages.since) {
            columns[nth].since[place] = since;
        }
        Ok(ages.note)
    }
}

/// What the rows are made of.
struct Table<'a> {
    columns: &'a BTreeMap<EnvName, Column>,
    shown: &'a Shown<'a>,
}

impl Table<'_> {
    fn rows(&self, context: &Context<'_>, notes: &mut Vec<String>) -> Vec<StatusRow> {
        let sources = Sources::new(context);
        let mut rows = Vec::new();
        for (place, app) in self.shown.applications.iter().enumerate() {
            let mut cells = Vec::new();
            for env in &self.shown.environments {
                let Some(column) = self.columns.get(env) else { continue };
                let before = before(&column.env, &self.shown.order).and_then(|name| self.columns.get(&name));
                let mut cell = cell(context, column, place, app);
                if let Some(pin) = column.pins[place].as_ref().filter(|pin| pin.is_mixed()) {
                    let one = sources.if_asked(&app.name, sources.is_one_build(app, pin)).flatten();
                    if one == Some(false) {
                        cell.version = None;
                        cell.disagree = sites(&pin.readings.iter().collect::<Vec<_>>(), env.as_str());
                        cells.push(cell);
                        continue;
                    }
                }
                if let Some(before) = before {
                    compare(&sources, app, &mut cell, column.pins[place].as_ref(), before, place);
                } else if let Some(version) = column.pins[place].as_ref().and_then(Pin::version) {
                    cell.commit = {
                        let named = sources.if_asked(&app.name, sources.commit_of(app, Some(&version)));
                        named.flatten().map(|id| id.to_string())
                    };
                }
                cell.since = column.since[place];
                if let Some(why) = &column.notes[place] {
                    notes.push(format!("`{}` in `{env}`: {why}", app.name));
                }
                cells.push(cell);
            }
            rows.push(StatusRow { application: app.name.to_string(), members: app.member_names(), cells });
        }
        notes.extend(sources.notes());
        rows
    }
}

impl Table<'_> {
    /// Says of each cell, where the environment before runs another version, whether that could come now.
    fn judge(&self, context: &mut Context<'_>, stack: &Stack, rows: &mut [StatusRow]) -> Result<(), Error> {
        context.face.step("asking the gates");
        for env in &self.shown.environments {
            let Some(column) = self.columns.get(env) else { continue };
            let before = before(&column.env, &self.shown.order).and_then(|name| self.columns.get(&name));
            let Some(before) = before else { continue };
            let version = |column: &Column, place: usize| column.pins[place].as_ref().and_then(Pin::version);
            let has_more = |place: usize| {
                let there = version(before, place);
                column.present[place] && there.is_some() && there != version(column, place)
            };
            let apps = self.shown.applications.iter().enumerate();
            let apps: Vec<AppName> =
                apps.filter(|(place, _)| has_more(*place)).map(|(_, app)| app.name.clone()).collect();
            let mut told = status_waits::of(context, stack, env, &apps)?;
            for (row, app) in rows.iter_mut().zip(&self.shown.applications) {
                let cell = row.cells.iter_mut().find(|cell| cell.environment == env.as_str());
                if let (Some(cell), Some(waits)) = (cell, told.remove(&app.name)) {
                    cell.waits = Some(waits);
                }
            }
        }
        Ok(())
    }
}

/// The environment to compare with: the first of `after`, else the one before in the list.
fn before(env: &Environment, order: &[EnvName]) -> Option<EnvName> {
    if let Some(named) = &env.after {
        return named.first().cloned();
    }
    let place = order.iter().position(|name| *name == env.name)?;
    place.checked_sub(1).map(|p| order[p].clone())
}

fn cell(context: &Context<'_>, column: &Column, place: usize, app: &Application) -> StatusCell {
    let pin = column.pins[place].as_ref();
    let held = column.is_held(context, &app.name);
    let (version, disagree) = match pin.map(Pin::agreement) {
        Some(Agreement::On(version)) => (Some(version.to_string()), Vec::new()),
        Some(Agreement::Disagree(readings)) => (None, sites(&readings, column.env.name.as_str())),
        Some(Agreement::None) | None => (None, Vec::new()),
    };
    StatusCell {
        environment: column.env.name.to_string(),
        present: column.present[place],
        version,
        commit: None,
        since: None,
        ahead: None,
        behind: None,
        compared_with: None,
        held,
        hotfix: column.hotfixes.iter().find(|file| file.is_of(app)).map(hotfixes::report),
        disagree,
        note: column.notes[place].clone(),
        waits: None,
    }
}

/// Sites as reports list them.
pub fn sites(readings: &[&Reading], side: &str) -> Vec<DiffSite> {
    readings
        .iter()
        .map(|r| DiffSite {
            side: side.to_string(),
            file: r.site.file.to_string(),
            line: r.site.line,
            pin: r.key.cluster.as_ref().map_or(r.key.pin.clone(), |c| format!("{} ({c})", r.key.pin)),
            version: r.version.as_ref().map(ToString::to_string),
        })
        .collect()
}

fn compare(
    sources: &Sources<'_>,
    app: &Application,
    cell: &mut StatusCell,
    pin: Option<&Pin>,
    before: &Column,
    place: usize,
) {
    let ours = pin.and_then(Pin::version);
    let theirs = before.pins[place].as_ref().and_then(Pin::version);
    let commit = |version: Option<&_>| sources.if_asked(&app.name, sources.commit_of(app, version)).flatten();
    let (left, right): (Option<CommitId>, Option<CommitId>) = (commit(ours.as_ref()), commit(theirs.as_ref()));
    cell.commit = left.map(|id| id.to_string());
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
    cell.compared_with = Some(before.env.name.to_string());
    if ours == theirs {
        (cell.ahead, cell.behind) = (Some(0), Some(0));
        return;
    }
    let source = sources.if_asked(&app.name, sources.of(app)).flatten();
    let (Some(left), Some(right), Some(source)) = (left, right, source) else {
        cell.note = Some(format!("differs from {}", before.env.name));
        return;
    };
    match source.distance(left, right) {
        Ok(Known::Is(distance)) => (cell.ahead, cell.behind) = (Some(distance.ahead), Some(distance.behind)),
        Ok(Known::CannotTell(why)) => cell.note = Some(why),
        Err(error) => cell.note = Some(error.to_string()),
    }
}
