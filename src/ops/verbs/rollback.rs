//! `rollback`: a new commit that pins an earlier version again, and holds it.

use std::sync::Arc;

use crate::domain::baseline::Which;
use crate::domain::commit::CommitId;
use crate::domain::history::{Change, Past, Rev};
use crate::domain::hold::{Cause, Cover, HeldCommit, Hold};
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::{Assignment, Pin};
use crate::domain::refusal::{Code, Error, Refusal, together};
use crate::domain::report::ChangeReport;
use crate::domain::settings::{Application, DigestRule, Environment, NamePattern};
use crate::domain::version::Version;
use crate::overlay::Reader;

use super::carry;
use crate::domain::relation::Relation;
use crate::domain::verb::Verb;
use crate::ops::context::{Context, Writing};
use crate::ops::landing::branches;
use crate::ops::landing::intent::{Goal, Intent, Meant, Scope, Skipped, Way};
use crate::ops::landing::left;
use crate::ops::landing::story::Story;
use crate::ops::reading::gone;
use crate::ops::reading::lens::{Pair, Said};
use crate::ops::reading::members;
use crate::ops::reading::missing;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::then;
use crate::ops::reading::timeline::{self, Walked};
use crate::ops::reading::world::World;
use crate::ops::verbs::hold;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub applications: Vec<NamePattern>,
    pub all: bool,
    pub exclude: Vec<NamePattern>,
    pub env: EnvName,
    /// `--to`: `rN`, an application commit, `config:REV`, `@TIME`, `baseline`, `baseline/NAME`; `None`: the last stable version that differs.
    pub to: Option<String>,
    /// Whether a hold is left.
    pub hold: bool,
    /// `--until TIME`: the hold's end.
    pub until: Option<String>,
    pub writing: Writing,
}

/// Runs the verb.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<ChangeReport, Error> {
    let point = request.to.as_deref().map(|to| (&request.env, to));
    let stack = carry::begin_from(context, &request.writing, point)?;
    let intent = resolve(context, &stack, request)?;
    carry::carry_out(context, stack, &intent, &request.writing)
}

/// A version to go back to.
struct Back {
    sites: Assignment,
    version: Version,
    /// As it is told: `r15`, `config 41c09b2`, `baseline 2026-11-23`.
    origin: String,
    undoes: Undoes,
}

/// What going back to a version does to the rollbacks that the pin is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undoes {
    /// It is a rollback itself.
    Nothing,
    /// It takes one back, but an older one stands.
    Some,
    /// It takes the last one back.
    All,
}

impl Undoes {
    fn of(past: &Past<'_>, version: &Version) -> Self {
        match (past.is_ahead(version), past.is_front(version)) {
            (false, _) => Undoes::Nothing,
            (true, false) => Undoes::Some,
            (true, true) => Undoes::All,
        }
    }
}

/// What one application's past says: a version to go back to, or why there is none.
enum Found {
    Back(Back),
    /// There is no earlier version: listed and left with `--all`, refused when named.
    NoneEarlier(String),
}

/// Resolves what was asked for to a version of each application, once.
fn resolve(context: &Context<'_>, stack: &Stack, request: &Request) -> Result<Intent, Error> {
    let (world, env) = stack.environment(&request.env)?;
    refuse_strange_target(stack, request, &env)?;
    let (left, chosen) = choose(stack, &world, request)?;
    world.refuse_shared(&chosen.iter().map(|app| &app.name).collect::<Vec<_>>(), &env)?;
    let wanted: Vec<Pair> = chosen.iter().map(|app| (app.name.clone(), env.name.clone())).collect();
    context.face.step("reading the history");
    let walked = timeline::walk(context, stack, &world, &wanted, None)?;
    let sources = Sources::new(context).with_pages(&stack.main.settings);
    let resolver = Resolver { context, stack, request, world: &world, env: &env, sources: &sources, walked: &walked };
    let Parts { goals, mut skipped, undone } = resolver.parts(&chosen)?;
    skipped.extend(left.iter().map(|app| Skipped { app: app.name.clone(), reason: "excluded".into() }));
    let (holds, lifts) = resolver.holds(&goals, &undone)?;
    let names: Vec<&str> = chosen.iter().map(|app| app.name.as_str()).collect();
    let mut notes = sources.notes();
    if !lifts.is_empty() {
        notes.push("this takes a rollback back, so the hold that it left is lifted".to_string());
    }
    Ok(Intent {
        holds,
        lifts,
        reason: request.writing.reason.clone(),
        set: branches::set(&names, request.all),
        way: Way::Back,
        goals,
        skipped,
        notes,
        ..Intent::nothing(Verb::Rollback, Scope::Environment(env.name.clone()), Meant::Return)
    })
}

/// `--to` names a version, not an environment, and `--all` needs one.
fn refuse_strange_target(stack: &Stack, request: &Request, env: &Environment) -> Result<(), Error> {
    if let Some(to) = &request.to
        && EnvName::new(to.as_str()).is_ok_and(|name| stack.main.settings.environment(&name).is_some())
    {
        return Err(Refusal::new(
            Code::ToIsAVersion,
            format!("`{to}` is an environment; `--to` of `rollback` names a version"),
        )
        .hint(format!("did you mean `--env {to}`?"))
        .invalid());
    }
    if request.all && request.to.is_none() {
        return Err(Refusal::new(Code::AllNeedsATarget, "`rollback --all` needs `--to`")
            .hint(format!("to take the last landing in `{0}` back: `stageline undo --env {0}`", env.name))
            .invalid());
    }
    Ok(())
}

/// The applications that are excluded, and those that are meant.
type Chosen<'w> = (Vec<&'w Application>, Vec<&'w Application>);

fn choose<'w>(stack: &Stack, world: &'w World, request: &Request) -> Result<Chosen<'w>, Error> {
    let names = |patterns: &[NamePattern]| -> Result<Vec<&'w Application>, Error> {
        let all = patterns.iter().map(|pattern| members::named(stack, world, pattern));
        Ok(all.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    };
    let excluded = names(&request.exclude)?;
    let chosen: Vec<&Application> = if request.all {
        let strangers = members::strangers(stack)?;
        world.settings.applications.iter().filter(|app| !strangers.contains(&app.name)).collect()
    } else {
        names(&request.applications)?
    };
    let is_excluded = |app: &Application| excluded.iter().any(|one| one.name == app.name);
    let (left, chosen): Chosen<'_> = chosen.into_iter().partition(|app| is_excluded(app));
    if chosen.is_empty() {
        return Err(Refusal::new(Code::NoApplications, "there is no application to roll back")
            .hint("see `stageline status`")
            .invalid());
    }
    Ok((left, chosen))
}

/// The parts of all applications, sorted by what becomes of them.
#[derive(Default)]
struct Parts {
    goals: Vec<Goal>,
    skipped: Vec<Skipped>,
    /// What the goals undo, of those that take a rollback back.
    undone: Vec<(AppName, Undoes)>,
}

/// What an application's part of the rollback is.
enum Part {
    /// What is to be, and what that undoes.
    Goal(Box<Goal>, Undoes),
    /// It is left as it is, and why.
    Skipped(String),
    /// It is not in this environment, and was not named.
    Absent,
}

/// What every application's part is resolved from.
struct Resolver<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    request: &'a Request,
    world: &'a Arc<World>,
    env: &'a Environment,
    sources: &'a Sources<'a>,
    /// The past of all that is chosen.
    walked: &'a Walked,
}

/// What `--to` points at.
struct Point {
    sites: Assignment,
    /// `None` where the sites disagreed.
    version: Option<Version>,
    /// As it is told: `r15`, `config 41c09b2`.
    origin: String,
}

impl Resolver<'_> {
    /// The parts of all that is chosen, or all that keeps them from being resolved, told at once.
    fn parts(&self, chosen: &[&Application]) -> Result<Parts, Error> {
        let reader = Reader::new(self.world.files.as_ref());
        let (mut parts, mut errors) = (Parts::default(), Vec::new());
        for app in chosen {
            match self.part(&reader, app) {
                Ok(Part::Goal(goal, undoes)) => {
                    if undoes != Undoes::Nothing {
                        parts.undone.push((app.name.clone(), undoes));
                    }
                    parts.goals.push(*goal);
                }
                Ok(Part::Skipped(reason)) => {
                    parts.skipped.push(Skipped { app: app.name.clone(), reason });
                }
                Ok(Part::Absent) => {}
                Err(error) => errors.push(error),
            }
        }
        together(errors).map_or(Ok(parts), Err)
    }

    /// One application's part. What is named must be there, and have something to go back to; with `--all` it is left.
    fn part(&self, reader: &Reader<'_>, app: &Application) -> Result<Part, Error> {
        let (env, all) = (self.env, self.request.all);
        let pin = match self.world.pin(reader, app, env) {
            Ok(Some(pin)) => pin,
            Ok(None) if all => return Ok(Part::Absent),
            Ok(None) => return Err(gone::no_overlay(self.context, self.world, app, env)),
            Err(Error::Invalid(why)) if all => return Ok(Part::Skipped(missing::unread(&env.name, &why))),
            Err(error) => return Err(error),
        };
        let found = match &self.request.to {
            Some(to) => match self.named(app, to) {
                // What could not be read then is left with `--all`, as what cannot be read now.
                Err(Error::Invalid(why)) if all && self.is_moment(app, to) => {
                    return Ok(Part::Skipped(format!("it could not be read at `{to}`: {}", why.message)));
                }
                // Of a whole state, nobody overlooks that a part of it is not gone back to.
                Err(Error::Refused(why)) if all => {
                    let leave = format!("to leave it as it is: `--exclude {}`", app.name);
                    return Err(why.hint(leave).refused());
                }
                found => found?,
            },
            None => last_stable(app, self.env, &pin, self.walked, &|version| self.is_held(app, version))?,
        };
        match found {
            Found::Back(back) if pin.readings.iter().all(|r| back.sites.version_for(&r.key) == r.version) => {
                Ok(Part::Skipped("it already runs that".into()))
            }
            Found::Back(back) if back.version.moves() && self.is_to_baseline() => Err(moved_on(app, &back.version)),
            Found::Back(back) => {
                let undoes = back.undoes;
                Ok(Part::Goal(Box::new(self.goal(app, &pin, back)), undoes))
            }
            Found::NoneEarlier(why) if all => Ok(Part::Skipped(why)),
            Found::NoneEarlier(why) => Err(Refusal::new(
                Code::NoEarlierVersion,
                format!("`{}` in `{}` has nothing to go back to: {why}", app.name, env.name),
            )
            .hint(format!("see `stageline history {} --env {}`", app.name, env.name))
            .hint("to take exactly one landing back: `stageline undo LANDING`")
            .refused()),
        }
    }

    /// What landed of an application, oldest first.
    fn changes<'s>(&'s self, app: &'s Application) -> impl DoubleEndedIterator<Item = &'s Change> {
        self.walked.of(&app.name, &self.env.name)
    }

    /// The version that `--to` names; it must have landed here before.
    fn named(&self, app: &Application, to: &str) -> Result<Found, Error> {
        let Some(Point { sites, version, origin }) = self.point(app, to)? else {
            return Ok(Found::NoneEarlier(format!("it had no version at `{to}`")));
        };
        let Some(version) = version else {
            return Ok(Found::NoneEarlier(format!("its sites disagreed at `{to}`")));
        };
        let is = |end: &Option<Version>| end.as_ref() == Some(&version);
        if !self.changes(app).any(|change| is(&change.to) || is(&change.from)) {
            return Err(self.not_found(app, to));
        }
        let past = Past::read(self.changes(app));
        let undoes = Undoes::of(&past, &version);
        if past.is_given_up(&version) && undoes == Undoes::Nothing {
            return Err(Refusal::new(
                Code::WasRolledBack,
                format!("`{}` of `{}` was itself rolled back from", version.short(), app.name),
            )
            .hint(format!(
                "to run it again is a promotion: `stageline promote {} --to {} --version {version} --allow-older`",
                app.name, self.env.name
            ))
            .refused());
        }
        Ok(Found::Back(Back { sites, version, origin, undoes }))
    }

    /// Whether it goes back to a release baseline.
    fn is_to_baseline(&self) -> bool {
        let known = |to: &String| self.stack.baselines.contains_key(&(self.env.name.clone(), to.clone()));
        self.request.to.as_ref().is_some_and(known)
    }

    /// What `--to` points at: a change, the state at a point of the past, or the newest change to a version; `None` where
    /// the application had no version there.
    fn point(&self, app: &Application, to: &str) -> Result<Option<Point>, Error> {
        if let Some(rev) = Rev::read(to) {
            let change = then::change(self.walked, &app.name, &self.env.name, rev)?;
            return Ok(Some(Point::of(change, rev.to_string())));
        }
        if let Some(at) = moment(&self.env.name, to) {
            return self.point_then(app, at);
        }
        let changes: Vec<_> = self.changes(app).collect();
        let change = self.by_text(app, &changes, to)?;
        let is_whole = self.walked.is_whole(&app.name, &self.env.name);
        let rev = Rev::of(change.commit, changes.iter().copied()).filter(|_| is_whole);
        let origin = rev.map_or(format!("config {}", change.commit.short()), |rev| rev.to_string());
        Ok(Some(Point::of(change, origin)))
    }

    /// Whether `--to` names a point of the config repository's own past, and that is there.
    fn is_moment(&self, app: &Application, to: &str) -> bool {
        let then = |at| then::commit_then(self.context, self.stack, self.world, self.env, at, &[&app.name]);
        moment(&self.env.name, to).is_some_and(|at| then(at).is_ok())
    }

    /// What the environment said at a moment or a config revision.
    fn point_then(&self, app: &Application, at: &str) -> Result<Option<Point>, Error> {
        let commit = then::commit_then(self.context, self.stack, self.world, self.env, at, &[&app.name])?;
        let pair = [(app.name.clone(), self.env.name.clone())];
        let said = timeline::at(self.context, self.stack, self.world, &pair, commit)?;
        let pin = match said.into_iter().next().map(|one| one.said) {
            Some(Said { pin: None, unread, .. }) if !unread.is_empty() => {
                let why = unread[0].clone();
                return Err(if why.code == Code::PastUnread { why.cannot_tell() } else { why.invalid() });
            }
            said => said.and_then(|said| said.pin),
        };
        let baseline = self.stack.baselines.get(&(self.env.name.clone(), at.to_string()));
        let origin = match baseline {
            Some((name, _)) => format!("baseline {name}"),
            None => format!("config {}", commit.short()),
        };
        Ok(pin.map(|pin| Point { sites: pin.assignment(), version: pin.version(), origin }))
    }

    /// The newest change to what a text names: a version, the beginning of one, or a commit. Errors: there is none, there are
    /// several, or whether there is cannot be told, since history or the source is not here.
    fn by_text<'c>(&self, app: &Application, changes: &[&'c Change], to: &str) -> Result<&'c Change, Error> {
        // What a source that cannot be asked would have said: only without it a "no" is a no.
        let mut unasked = None;
        let mut asked = |answer: Result<Option<CommitId>, Error>| match answer {
            Ok(id) => id,
            Err(error) => {
                unasked.get_or_insert(error);
                None
            }
        };
        let mut found = Vec::new();
        for change in changes.iter().rev() {
            let Some(version) = &change.to else { continue };
            let said = version.as_str() == to || version.tag() == Some(to);
            let tag_begins = to.len() >= 7 && version.tag().is_some_and(|tag| tag.starts_with(to));
            let begins = |id: CommitId| to.len() >= 4 && id.to_string().starts_with(&to.to_ascii_lowercase());
            if said || tag_begins || asked(self.sources.commit_of(app, Some(version))).is_some_and(begins) {
                found.push(*change);
            }
        }
        if found.is_empty()
            && let Some(source) = self.sources.of(app)?
            && let Some(id) = asked(match self.sources.resolve(app, &source, to) {
                // The source was asked, and knows no such name.
                Err(Error::Invalid(_)) => Ok(None),
                other => other.map(Some),
            })
        {
            for change in changes.iter().rev() {
                if asked(self.sources.commit_of(app, change.to.as_ref())) == Some(id) {
                    found.push(*change);
                }
            }
        }
        let mut versions: Vec<&Version> = found.iter().filter_map(|c| c.to.as_ref()).collect();
        versions.sort();
        versions.dedup_by(|one, other| one.is_of(other));
        match (found.first(), versions.len(), unasked) {
            (Some(change), 1, _) => Ok(change),
            (Some(_), ..) => {
                Err(Refusal::new(Code::AmbiguousVersion, format!("`{to}` names several versions of `{}`", app.name))
                    .details(versions.iter().map(ToString::to_string))
                    .hint("write more of it")
                    .invalid())
            }
            (None, _, Some(error)) => {
                Err(error.detail(format!("so it cannot be told whether `{to}` was ever in `{}`", self.env.name)))
            }
            (None, ..) => Err(self.not_found(app, to)),
        }
    }

    /// The error where no landing is found: there was none, or a shallow clone may hide it.
    fn not_found(&self, app: &Application, to: &str) -> Error {
        let what = format!("whether `{to}` was ever in `{}`", self.env.name);
        then::hidden(self.walked, &app.name, &self.env.name, &what).unwrap_or_else(|| never_landed(app, self.env, to))
    }

    /// The goal that takes a pin back.
    fn goal(&self, app: &Application, pin: &Pin, back: Back) -> Goal {
        let from = pin.version();
        // A source that cannot be asked is no reason not to go back: the story is then shorter.
        let relation = self
            .sources
            .if_asked(&app.name, self.sources.relate(app, from.as_ref(), &back.version))
            .unwrap_or_else(|| Relation::unknown(None));
        let source = self.sources.if_asked(&app.name, self.sources.of(app)).flatten();
        let commit = relation.commit.clone().zip(source.map(|source| source.shown().to_string()));
        Goal {
            app: app.name.clone(),
            env: self.env.name.clone(),
            seen: pin.assignment(),
            wanted: back.sites,
            // The earlier state is restored whole: a digest that it lacked goes.
            digests: Some(DigestRule::Drop),
            story: Story { from, to: Some(back.version), origin: back.origin, counterpart_of: None, relation },
            commit,
        }
    }
}

impl Resolver<'_> {
    /// The holds that the rollback leaves, and those that it lifts where it takes another rollback back.
    fn holds(&self, goals: &[Goal], undone: &[(AppName, Undoes)]) -> Result<(Vec<Hold>, Vec<Cover>), Error> {
        let Self { context, request, world, env, .. } = *self;
        let until = hold::end(context, request.until.as_deref())?;
        let (mut set, mut lift) = (Vec::new(), Vec::new());
        if goals.is_empty() {
            return Ok((set, lift));
        }
        let by = context.repo.author()?;
        for goal in goals {
            let cover = Cover::of(Some(env.name.clone()), Some(goal.app.clone()));
            let present = world.holds.iter().find(|file| file.path.as_str() == cover.path());
            let cause = present.and_then(|file| file.hold.as_ref().ok()).map(|hold| hold.cause);
            let (is_held, left) = (cause == Some(Cause::Rollback), self.left_of(goal)?);
            let undoes = undone.iter().find(|(app, _)| *app == goal.app).map(|(_, undoes)| *undoes);
            // The trees alone do not tell a rollback from a version that came and went: only where one has left its hold is that taken
            // back. Else it is a rollback like any other, and stays until somebody says that it may move.
            if let Some(undoes) = undoes.filter(|_| is_held || !left.is_empty()) {
                // An older rollback that still stands keeps its hold.
                if is_held && undoes == Undoes::All {
                    lift.push(cover);
                }
                lift.extend(left);
            } else if request.hold {
                // Without a reason it is said what it went back from, which a race may change.
                let reason = request.writing.reason.clone().unwrap_or_default();
                let cause = Cause::Rollback;
                let pin = Hold { cover, reason, by: by.clone(), since: context.now, until, cause, held: None };
                let app = world.application(&goal.app)?;
                let commits = left::holds(context, self.stack, self.sources, (app, env), (goal, &pin))?;
                set.push(pin);
                set.extend(commits);
            }
        }
        Ok((set, lift))
    }

    /// The holds of commits that rollbacks left and that cover what a goal brings again.
    fn left_of(&self, goal: &Goal) -> Result<Vec<Cover>, Error> {
        let app = self.world.application(&goal.app)?;
        let mut out = Vec::new();
        for file in &self.world.holds {
            let Ok(Hold { cause: Cause::Rollback, cover, held: Some(held), .. }) = &file.hold else { continue };
            if cover.env.as_ref() != Some(&goal.env) || cover.app.as_ref() != Some(&goal.app) {
                continue;
            }
            if let Some(version) = &goal.story.to
                && self.is_listed(app, held, version)
            {
                out.push(cover.clone());
            }
        }
        Ok(out)
    }

    /// Whether a hold of a commit lists the commit of a version.
    fn is_held(&self, app: &Application, version: &Version) -> bool {
        let active = self.world.holds.iter().filter(|file| file.is_active(self.context.now));
        let here = active.filter(|file| file.cover.is_in(&self.env.name));
        let mut held = here.filter_map(|file| Some((&file.cover, file.held()?)));
        held.any(|(cover, held)| held.may_concern(cover, app) && self.is_listed(app, held, version))
    }

    /// Whether a held commit's list has the commit of a version, as far as that is known.
    fn is_listed(&self, app: &Application, held: &HeldCommit, version: &Version) -> bool {
        held.lists(app, version).unwrap_or_else(|| {
            let id = self.sources.if_asked(&app.name, self.sources.commit_of(app, Some(version))).flatten();
            id.is_some_and(|id| held.landed.contains(&id))
        })
    }
}

/// Why what was known to be good then cannot be brought back.
fn moved_on(app: &Application, version: &Version) -> Error {
    let name = &app.name;
    let what = format!("`{name}` said `{}` then, which is another build by now", version.short());
    Refusal::new(Code::MovingRef, what)
        .hint(format!("with `--all`, leave it as it is: `--exclude {name}`"))
        .hint("or name the version that was good: `--to VERSION`")
        .refused()
}

/// The moment, the config revision or the release baseline that `--to` names, where it names one.
fn moment<'t>(env: &EnvName, to: &'t str) -> Option<&'t str> {
    let is_epoch = to.strip_prefix('@').is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let is_point = is_epoch || to.starts_with("config:") || Which::at(env, to).is_some();
    if is_point { Some(to) } else { to.strip_prefix('@') }
}

impl Point {
    /// What a change brought.
    fn of(change: &Change, origin: String) -> Self {
        Self { sites: change.is.clone(), version: change.to.clone(), origin }
    }
}

/// The newest version that differs from what runs, was not itself rolled back from, and is of no commit that is held.
fn last_stable(
    app: &Application,
    env: &Environment,
    pin: &Pin,
    walked: &Walked,
    is_held: &dyn Fn(&Version) -> bool,
) -> Result<Found, Error> {
    let hidden = || then::hidden(walked, &app.name, &env.name, &format!("the last stable version of `{}`", app.name));
    if !walked.complete
        && let Some(error) = hidden()
    {
        return Err(error);
    }
    let changes = || walked.of(&app.name, &env.name);
    let past = Past::read(changes());
    // Pins may have come and gone since: what counts is what the sites of today would say.
    let differs = |sites: &Assignment| {
        pin.readings.iter().any(|r| sites.version_for(&r.key) != r.version)
            && !sites.keys().filter_map(|key| sites.get(key)).any(is_held)
    };
    match past.stable_before(differs) {
        // What cannot be read any further back may have had one.
        None => match hidden() {
            Some(error) => Err(error),
            None => Ok(Found::NoneEarlier("no earlier version that was not itself rolled back from".into())),
        },
        Some(state) => {
            let version = state.version.cloned().ok_or_else(|| anyhow::anyhow!("a stable state without a version"))?;
            let rev = Rev::of(state.landing, changes()).filter(|_| walked.is_whole(&app.name, &env.name));
            let origin = rev.map_or(format!("config {}", state.landing.short()), |rev| rev.to_string());
            Ok(Found::Back(Back { sites: state.sites.clone(), version, origin, undoes: Undoes::Nothing }))
        }
    }
}

/// What is said where the whole history has no landing of a version.
fn never_landed(app: &Application, env: &Environment, to: &str) -> Error {
    Refusal::new(Code::NeverLanded, format!("`{to}` was never the version of `{}` in `{}`", app.name, env.name))
        .hint(format!("see `stageline history {} --env {}`", app.name, env.name))
        .hint(format!("to run something new: `stageline promote {} --to {} --commit {to}`", app.name, env.name))
        .refused()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::settings::FILE;
    use jiff::Timestamp;

    const WEB: &str = "web/production.yaml";

    /// A stack in which web in production has two sites of these versions.
    fn stack(tag: &str, two: &str) -> Stack {
        let settings = "version: 1\nenvironments: [{ name: production }]\napplications:\n  - name: web\n    \
                        pins: [{ file: \"web/{environment}.yaml\", path: tag }, { file: \"web/{environment}.yaml\", path: two }]\n";
        let files = [(FILE, settings.to_string()), (WEB, format!("tag: {tag}\ntwo: {two}\n"))];
        Stack::of(&[("main", &Memory::new(files))])
    }

    /// A past that landed these versions one after another.
    fn past(versions: &str, complete: bool) -> Walked {
        let mut from: Option<Version> = None;
        let mut changes: Vec<Change> = Vec::new();
        for (number, word) in versions.split(' ').enumerate() {
            let to = Version::new(word).ok();
            let every = |version: &Option<Version>| version.clone().map(Assignment::every).unwrap_or_default();
            changes.push(Change {
                commit: CommitId::from_bytes([number as u8 + 1; 20]),
                when: Timestamp::UNIX_EPOCH,
                app: AppName::new("web").unwrap(),
                env: EnvName::new("production").unwrap(),
                was: every(&from),
                is: every(&to),
                from,
                to: to.clone(),
            });
            from = to;
        }
        changes.reverse();
        Walked::of_changes(changes, complete)
    }

    /// Where a rollback goes by that past: the version and how it is told.
    fn goes_to(sites: (&str, &str), versions: &str, complete: bool) -> Result<Option<(String, String)>, Error> {
        let stack = stack(sites.0, sites.1);
        let (world, env) = stack.environment(&EnvName::new("production").unwrap()).unwrap();
        let app = &world.settings.applications[0];
        let pin = world.pin(&Reader::new(world.files.as_ref()), app, &env).unwrap().unwrap();
        last_stable(app, &env, &pin, &past(versions, complete), &|_| false).map(|found| match found {
            Found::Back(back) => Some((back.version.to_string(), back.origin)),
            Found::NoneEarlier(_) => None,
        })
    }

    fn to(version: &str, origin: &str) -> Option<(String, String)> {
        Some((version.to_string(), origin.to_string()))
    }

    #[test]
    fn it_goes_to_the_last_stable_version_and_tells_its_number() {
        assert_eq!(goes_to(("v3", "v3"), "v1 v2 v3", true).unwrap(), to("v2", "r2"));
        // Not to what was rolled back from, and with the newest landing of a version.
        assert_eq!(goes_to(("v4", "v4"), "v1 v2 v3 v2 v4", true).unwrap(), to("v2", "r4"));
        assert_eq!(goes_to(("v1", "v1"), "v1", true).unwrap(), None);
    }

    #[test]
    fn what_all_sites_of_today_say_already_is_no_place_to_go_back_to() {
        // Somebody wrote v2 where nobody reads the past of: the sites count, not what landed last.
        assert_eq!(goes_to(("v2", "v2"), "v1 v2 v3", true).unwrap(), to("v1", "r1"));
        assert_eq!(goes_to(("v2", "v3"), "v1 v2 v3", true).unwrap(), to("v2", "r2"), "one site would move");
    }

    #[test]
    fn where_history_is_hidden_it_cannot_tell() {
        assert!(matches!(goes_to(("v3", "v3"), "v2 v3", false), Err(Error::CannotTell(_))));
    }

    #[test]
    fn what_a_target_takes_back_of_earlier_rollbacks_decides_about_their_hold() {
        for (versions, target, undoes) in [
            ("a b c", "b", Undoes::Nothing),
            ("a b a", "b", Undoes::All),
            ("a b c b a", "b", Undoes::Some),
            ("a b c b a", "c", Undoes::All),
        ] {
            let walked = past(versions, true);
            let past = Past::read(walked.changes.iter().rev());
            assert_eq!(Undoes::of(&past, &Version::new(target).unwrap()), undoes, "{versions}, to {target}");
        }
    }
}
