//! `promote`: pins applications in an environment to what another runs, or to a commit.

use std::collections::BTreeSet;

use crate::domain::commit::{CommitId, Known};
use crate::domain::hold::{Cover, HoldFile};
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::pin::{Assignment, Pin, Reading, SiteKey};
use crate::domain::refusal::{Code, Error, Objection, Refusal, together};
use crate::domain::relation::Direction;
use crate::domain::report::{ApartReport, ChangeReport};
use crate::domain::settings::{Application, Environment, NamePattern, PinKind, PinRule};
use crate::domain::version::{Version, is_digest};
use crate::overlay::Reader;
use crate::policy::{Contains, Suspect};

use super::apart::{self, Apart};
use super::carry;
use super::copying::{Copy, Copying, Taken};
use super::hotfixing::{self, Urgency};
use super::losses::{Asked, losses};
use crate::domain::verb::Verb;
use crate::ops::context::{Context, Writing};
use crate::ops::landing::branches;
use crate::ops::landing::intent::{Goal, Intent, Meant, Scope, Skipped};
use crate::ops::landing::race;
use crate::ops::landing::story::Story;
use crate::ops::reading::concerns;
use crate::ops::reading::contained;
use crate::ops::reading::gone;
use crate::ops::reading::held;
use crate::ops::reading::members;
use crate::ops::reading::missing;
use crate::ops::reading::origins::{self, Origins};
use crate::ops::reading::sources::Sources;
use crate::ops::reading::spelling::{Build, Spelling};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Applications, each with its own revision where `APP@REV` was written.
    pub applications: Vec<(NamePattern, Option<String>)>,
    pub all: bool,
    pub exclude: Vec<NamePattern>,
    pub to: EnvName,
    pub what: What,
    pub allow_older: bool,
    /// `--digest`: the digest that belongs to the new tag.
    pub digest: Option<String>,
    pub holds: Holds,
    pub urgency: Urgency,
    pub writing: Writing,
}

/// What becomes of holds on what is to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// They stop it.
    Stand,
    /// `--lift-hold`: they go with it.
    Lift,
}

/// Where the version comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The environment before.
    Before,
    /// `--from ENV`, or `--from ENV@...`, `--from ENV/BASELINE` for a point of the past.
    From { environment: EnvName, at: Option<String> },
    /// `--commit REV`.
    Commit(String),
    /// `--latest`: the newest commit that concerns it, of the target's first plain branch, else of the source's default branch.
    Latest,
    /// `--version TEXT`.
    Version(String),
}

impl What {
    /// The point of an environment's past that is copied from, where one is named.
    pub(super) fn point(&self) -> Option<(&EnvName, &str)> {
        match self {
            What::From { environment, at } => Some((environment, at.as_deref()?)),
            _ => None,
        }
    }
}

/// Runs the verb.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<ChangeReport, Error> {
    let stack = begin(context, request)?;
    let intent = resolve(context, &stack, request)?;
    carry::carry_out(context, stack, &intent, &request.writing)
}

/// Runs the verb as several requests.
pub fn run_apart(context: &mut Context<'_>, request: &Request, apart: Apart) -> Result<ApartReport, Error> {
    let stack = begin(context, request)?;
    let intent = resolve(context, &stack, request)?;
    apart::carry_out(context, stack, &intent, &request.writing, apart)
}

/// The worlds, with the release baseline that is copied from, where one is named.
fn begin(context: &mut Context<'_>, request: &Request) -> Result<Stack, Error> {
    carry::begin_from(context, &request.writing, request.what.point())
}

/// Resolves every name to a version and a commit, once.
///
/// # Errors
/// A name means nothing, or nothing that can land.
pub(super) fn resolve(context: &Context<'_>, stack: &Stack, request: &Request) -> Result<Intent, Error> {
    let (world, env) = stack.environment(&request.to)?;
    request.refuse_strange_hotfix(&env)?;
    let sources = Sources::new(context).with_pages(&stack.main.settings);
    let mut parts = Parts::default();
    let chosen = choose(stack, &world, request, &mut parts.skipped)?;
    refuse_strange_digest(request)?;
    let from = origins(context, stack, request, &chosen)?;
    if request.digest.is_some() && chosen.len() > 1 {
        return Err(digest_of_one_image(format!("{} applications are to move", chosen.len())));
    }
    if let What::Commit(revision) = &request.what {
        one_source(&chosen, revision)?;
    }
    get_ready(&world, &env, from.as_ref(), &chosen)?;
    world.refuse_shared(&chosen.iter().map(|(app, _)| &app.name).collect::<Vec<_>>(), &env)?;
    let reader = Reader::new(world.files.as_ref());
    let copies = from.as_ref().map(|from| (from, Reader::new(from.world.files.as_ref())));
    let held = held::of(context, stack, &world)?;
    let resolver =
        Resolver { context, stack, held, request, world: &world, env: &env, sources: &sources, reader, copies };
    resolver.add_parts(&mut parts, &chosen)?;
    let lifts = match request.holds {
        Holds::Stand => Vec::new(),
        Holds::Lift => resolver.lifts(&mut parts)?,
    };
    let hotfixes = match request.urgency {
        Urgency::Ordinary => Vec::new(),
        Urgency::Hotfix => hotfixing::records(context, &world, request.writing.reason.as_deref(), &parts.goals)?,
    };
    let names: Vec<&str> = chosen.iter().map(|(app, _)| app.name.as_str()).collect();
    Ok(Intent {
        lifts,
        // One trailer says where all of it comes from, or none does.
        origin: from.filter(|_| chosen.iter().all(|(_, revision)| revision.is_none())).map(|from| from.name),
        set: branches::set(&names, request.all),
        skipped: parts.skipped,
        objections: parts.objections,
        meant: request.meant(),
        hotfixes,
        superseded: parts.superseded,
        notes: remarks(&chosen).into_iter().chain(parts.notes).chain(passed_over(stack, request)).collect(),
        goals: parts.goals,
        ..resolve_nothing(request)
    })
}

/// A promotion of nothing, to be filled in.
pub(super) fn resolve_nothing(request: &Request) -> Intent {
    Intent {
        reason: request.writing.reason.clone(),
        ..Intent::nothing(Verb::Promote, Scope::Environment(request.to.clone()), Meant::Newest)
    }
}

/// Says which pins are going to be read, so that what has to be got of a repository that is not wholly here comes at once.
fn get_ready(
    world: &World,
    env: &Environment,
    from: Option<&Origins>,
    chosen: &[(&Application, Option<String>)],
) -> Result<(), Error> {
    let there = from.filter(|from| from.world.base == world.base).map(|from| &from.env);
    let pairs: Vec<(&Application, &Environment)> =
        chosen.iter().flat_map(|(app, _)| std::iter::once(env).chain(there).map(move |env| (*app, env))).collect();
    world.get_ready(&pairs)
}

/// What `--all` passes over because it is no application.
fn passed_over(stack: &Stack, request: &Request) -> Vec<String> {
    if request.all { members::told(stack) } else { Vec::new() }
}

/// A `--digest` must be one: it is written down as it is given.
fn refuse_strange_digest(request: &Request) -> Result<(), Error> {
    match request.digest.as_deref().filter(|digest| !is_digest(digest)) {
        Some(digest) => Err(Refusal::new(Code::BadDigest, format!("`{digest}` is not an image digest"))
            .hint("a digest is `sha256:` and 64 hex digits")
            .invalid()),
        None => Ok(()),
    }
}

/// The environment that versions are copied from; `None` where each application's is named in another way.
fn origins(
    context: &Context<'_>,
    stack: &Stack,
    request: &Request,
    chosen: &[(&Application, Option<String>)],
) -> Result<Option<Origins>, Error> {
    match &request.what {
        _ if chosen.iter().all(|(_, revision)| revision.is_some()) && !request.all => Ok(None),
        What::Before => {
            let (world, env) = stack.environment(&request.to)?;
            origins::before(stack, &world, &env, chosen).map(Some)
        }
        What::From { environment, at } => {
            // Those with a revision of their own are not copied.
            let copied: Vec<&AppName> =
                chosen.iter().filter(|(_, own)| own.is_none()).map(|(app, _)| &app.name).collect();
            origins::named(context, stack, environment, at.as_deref(), &copied).map(Some)
        }
        What::Commit(_) | What::Latest | What::Version(_) => Ok(None),
    }
}

/// The parts of all applications, sorted by what becomes of them.
#[derive(Default)]
struct Parts {
    goals: Vec<Goal>,
    /// Why goals may not land.
    objections: Vec<Objection>,
    /// What the user should know of commits that were named.
    notes: Vec<String>,
    skipped: Vec<Skipped>,
    /// Which of the skipped are left because something newer came.
    superseded: Vec<AppName>,
}

/// What an application's part of the promotion is.
enum Part {
    /// What is to be, and why it may not.
    Goal(Box<Goal>, Vec<Objection>),
    /// It is left as it is, and why.
    Skipped(String),
    /// The same, because something newer came since this was asked.
    Superseded(String),
}

/// What every application's part is resolved from.
struct Resolver<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    held: Vec<HoldFile>,
    request: &'a Request,
    world: &'a World,
    env: &'a Environment,
    sources: &'a Sources<'a>,
    reader: Reader<'a>,
    /// The environment that versions are copied from, where they are.
    copies: Option<(&'a Origins, Reader<'a>)>,
}

impl Resolver<'_> {
    /// Adds the parts of all that is chosen, or tells all that keeps them from being resolved at once.
    fn add_parts(&self, parts: &mut Parts, chosen: &[(&Application, Option<String>)]) -> Result<(), Error> {
        let mut errors = Vec::new();
        for (app, revision) in chosen {
            match self.part(app, revision.as_deref()) {
                Ok(Part::Goal(goal, objections)) => {
                    // What is copied was named by somebody else before.
                    if let (Some(commit), true) = (goal.story.relation.to, revision.is_some() || self.copies.is_none())
                    {
                        parts.notes.extend(concerns::remark(self.sources, app, commit)?);
                    }
                    parts.notes.extend(self.without_clusters(app)?);
                    parts.goals.push(*goal);
                    parts.objections.extend(objections);
                }
                Ok(Part::Superseded(why)) => {
                    parts.superseded.push(app.name.clone());
                    parts.skipped.push(skip(app, why));
                }
                Ok(Part::Skipped(why)) if self.request.all => parts.skipped.push(skip(app, why)),
                Ok(Part::Skipped(_)) => {}
                Err(error) => errors.push(error),
            }
        }
        together(errors).map_or(Ok(()), Err)
    }

    /// What is to be known of clusters in which the application has nothing.
    fn without_clusters(&self, app: &Application) -> Result<Option<String>, Error> {
        if self.env.clusters.is_empty() {
            return Ok(None);
        }
        let pin = self.world.pin(&self.reader, app, self.env)?;
        let why = pin.and_then(|pin| missing::of_clusters(&self.world.absent(app, self.env, &pin)));
        Ok(why.map(|why| format!("`{}` in `{}`: {why}", app.name, self.env.name)))
    }

    /// One application's part. What is named must be there; with `--all` what is not is left.
    fn part(&self, app: &Application, revision: Option<&str>) -> Result<Part, Error> {
        let (env, all) = (self.env, self.request.all);
        let pin = match self.world.pin(&self.reader, app, env) {
            Ok(Some(pin)) => pin,
            Ok(None) if all => return Ok(Part::Skipped(format!("it has no overlay in `{}`", env.name))),
            Ok(None) => return Err(gone::no_overlay(self.context, self.world, app, env)),
            Err(error) => return self.unread(&env.name, error),
        };
        let covers = |h: &&HoldFile| h.is_active(self.context.now) && h.covers(&env.name, &app.name);
        if all && let Some(held) = self.held.iter().find(covers) {
            let reason = held.hold.as_ref().map(|hold| format!("held: {}", hold.reason));
            return Ok(Part::Skipped(reason.unwrap_or_else(|_| "its hold cannot be read".into())));
        }
        let spelling = Spelling { sources: self.sources, app, pin: &pin };
        let mut counterpart_of = None;
        let (wanted, origin) = match (revision, &self.copies) {
            (Some(revision), _) => by_revision(&spelling, revision)?,
            (None, Some((from, reader))) => match self.copied(&spelling, from, reader)? {
                Ok(copy) => {
                    counterpart_of = copy.counterpart_of;
                    (copy.wanted, from.said.clone())
                }
                Err(part) => return Ok(part),
            },
            (None, None) => match &self.request.what {
                What::Commit(revision) => by_revision(&spelling, revision)?,
                What::Latest => latest(&spelling, env)?,
                What::Version(text) => by_text(&spelling, text)?,
                What::Before | What::From { .. } => {
                    return Err(anyhow::anyhow!("no environment to copy from").into());
                }
            },
        };
        let asked = wanted.clone();
        let Some((mut goal, mut objections)) = goal(self.sources, self.request, app, &pin, wanted, origin)? else {
            return Ok(Part::Skipped("it already runs that".into()));
        };
        goal.story.counterpart_of = counterpart_of;
        if self.request.allow_older {
            objections.extend(hotfixing::refuse_loss(self.sources, self.world, (app, env), &goal.story.relation)?);
        }
        hotfixing::keep_patches(self.sources, self.world, (app, env), &goal.story.relation, &mut objections)?;
        let of_commit = revision.is_some() || matches!(self.request.what, What::Commit(_) | What::Latest);
        if of_commit || counterpart_of.is_some() {
            objections.extend(other_forms(app, &pin, &goal.wanted, revision));
        }
        if let (Direction::Backward, false, Some(now)) =
            (goal.story.relation.direction, self.request.insists(), pin.version())
        {
            if race::came_unseen(self.context, self.stack, self.world, (app, env), self.sources, &asked)? {
                return Ok(Part::Superseded(race::already_newer(&now)));
            }
            if all {
                return Ok(Part::Skipped(race::already_newer(&now)));
            }
        }
        self.unless_held(app, goal, objections)
    }
}

impl Resolver<'_> {
    /// What comes from another environment; an application that is left for it is a part already.
    fn copied(
        &self,
        spelling: &Spelling<'_>,
        from: &Origins,
        reader: &Reader<'_>,
    ) -> Result<Result<Copy, Part>, Error> {
        let (app, all) = (spelling.app, self.request.all);
        let there = match origins::copied(from, reader, app) {
            Err(error) => return self.unread(&from.env.name, error).map(Err),
            Ok(Some(there)) => there,
            Ok(None) if all => return Ok(Err(Part::Skipped(format!("`{}` has no version of it", from.env.name)))),
            Ok(None) => {
                let what = format!("`{}` has no version of `{}` to copy", from.env.name, app.name);
                return Err(Refusal::new(Code::NoVersion, what).hint("name one: `--commit REV`").invalid());
            }
        };
        if there.is_mixed() && self.sources.is_one_build(app, &there)? == Some(false) {
            return Err(origins::disagree(from, app, &there.readings.iter().collect::<Vec<_>>()));
        }
        let digest = self.request.digest.as_deref();
        let copying = Copying { spelling, from: &from.env.name, there: &there, env: self.env, digest };
        match copying.taken()? {
            Taken::Copy(copy) => Ok(Ok(copy)),
            Taken::Nothing(why) if all => Ok(Err(Part::Skipped(why.message))),
            Taken::Nothing(why) => Err(why.refused()),
        }
    }

    /// The active holds of commits here that cover what a goal brings, as far as the source tells.
    fn held_commits(&self, app: &Application, goal: &Goal) -> Result<Vec<&HoldFile>, Error> {
        let here = self.held.iter().filter(|file| file.is_active(self.context.now) && file.cover.is_in(&self.env.name));
        let mut out = Vec::new();
        for file in here {
            let rules = &self.stack.main.settings;
            let Some(suspect) = Suspect::of(file, rules, &self.env.name) else { continue };
            if !suspect.held.may_concern(&file.cover, app) {
                continue;
            }
            for version in goal.wanted.keys().filter_map(|key| goal.wanted.get(key)).chain(&goal.story.to) {
                let contains = contained::of(self.sources, app, version, &suspect)?;
                if matches!(contains, Known::Is(Contains::It(_) | Contains::ContentOf(..))) {
                    out.push(file);
                    break;
                }
            }
        }
        Ok(out)
    }

    /// A part as it is found; with `--all` it is left where what comes contains a held commit.
    fn unless_held(&self, app: &Application, goal: Goal, objections: Vec<Objection>) -> Result<Part, Error> {
        let held = if self.request.all { self.held_commits(app, &goal)? } else { Vec::new() };
        let Some(file) = held.first() else { return Ok(Part::Goal(Box::new(goal), objections)) };
        let reason = file.hold.as_ref().map_or_else(Clone::clone, |hold| hold.reason.clone());
        Ok(Part::Skipped(format!("{} is held: {reason}", file.cover.told().unwrap_or_default())))
    }

    /// The holds that go with what moves: those of its pins in this environment, and of commits that come with it.
    fn lifts(&self, parts: &mut Parts) -> Result<Vec<Cover>, Error> {
        let mut out = Vec::new();
        for goal in &parts.goals {
            let app = self.world.application(&goal.app)?;
            let of_pin = |file: &&HoldFile| {
                file.is_active(self.context.now)
                    && file.cover.app.as_ref() == Some(&goal.app)
                    && file.covers(&goal.env, &goal.app)
            };
            let own = |file: &&HoldFile| file.branch.is_none() && file.cover.env.is_some();
            let held = self.held.iter().filter(of_pin).chain(self.held_commits(app, goal)?).filter(own);
            // By the file's own name, which may be an earlier one.
            out.extend(held.filter_map(|file| Some(file.hold.as_ref().ok()?.cover.clone())));
        }
        out.sort();
        out.dedup();
        if out.is_empty() && !parts.goals.is_empty() {
            parts.notes.push("there is no hold to lift with it".to_string());
        }
        Ok(out)
    }

    /// A pin that cannot be read where it stands is left with `--all`, as status leaves it: it takes no other one along.
    fn unread(&self, env: &EnvName, error: Error) -> Result<Part, Error> {
        match error {
            Error::Invalid(why) | Error::Refused(why) if self.request.all => {
                Ok(Part::Skipped(missing::unread(env, &why)))
            }
            error => Err(error),
        }
    }
}

/// What the run could not check, once for all applications.
fn remarks(chosen: &[(&Application, Option<String>)]) -> Vec<String> {
    let bare: Vec<&str> =
        chosen.iter().filter(|(app, _)| app.source.is_none()).map(|(app, _)| app.name.as_str()).collect();
    match bare.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("no `source:` is configured for `{one}`: whether commits would be lost was not checked")],
        some => vec![format!(
            "no `source:` is configured for {} applications: whether commits would be lost was not checked",
            some.len()
        )],
    }
}

fn skip(app: &Application, reason: String) -> Skipped {
    Skipped { app: app.name.clone(), reason }
}

/// The applications that are meant, each with its own revision.
fn choose<'w>(
    stack: &Stack,
    world: &'w World,
    request: &Request,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<(&'w Application, Option<String>)>, Error> {
    let mut excluded: Vec<&AppName> = Vec::new();
    for pattern in &request.exclude {
        excluded.extend(members::named(stack, world, pattern)?.into_iter().map(|app| &app.name));
    }
    if request.all {
        let strangers = members::strangers(stack)?;
        let all = world.settings.applications.iter().filter(|app| !strangers.contains(&app.name));
        let (left, out): (Vec<&Application>, Vec<&Application>) = all.partition(|app| excluded.contains(&&app.name));
        skipped.extend(left.into_iter().map(|app| skip(app, "excluded".into())));
        if out.is_empty() {
            return Err(Refusal::new(Code::NoApplications, "there is no application to promote")
                .hint("see `stageline status`")
                .invalid());
        }
        return Ok(out.into_iter().map(|app| (app, None)).collect());
    }
    let mut out: Vec<(&Application, Option<String>)> = Vec::new();
    let mut errors = Vec::new();
    for (pattern, revision) in &request.applications {
        match members::named(stack, world, pattern) {
            Ok(apps) => {
                for app in apps {
                    let is_known = out.iter().any(|(known, _)| known.name == app.name);
                    if is_known && pattern.one().is_none() {
                        continue;
                    }
                    if is_known {
                        errors.push(Refusal::new(Code::NamedTwice, format!("`{}` is named twice", app.name)).invalid());
                    } else {
                        out.push((app, revision.clone()));
                    }
                }
            }
            Err(error) => errors.push(error),
        }
    }
    together(errors).map_or(Ok(out), Err)
}

/// One revision for applications of several sources would mean another commit in each.
fn one_source(chosen: &[(&Application, Option<String>)], revision: &str) -> Result<(), Error> {
    let mut addresses: Vec<_> = chosen.iter().filter(|(_, own)| own.is_none()).map(|(app, _)| &app.source).collect();
    addresses.sort();
    addresses.dedup();
    if addresses.len() < 2 {
        return Ok(());
    }
    Err(Refusal::new(
        Code::SeveralSources,
        format!("`--commit {revision}` for applications of several source repositories"),
    )
    .hint("give each its own: `APP@REV`")
    .invalid())
}

/// The version of a revision of the source.
pub(super) fn by_revision(spelling: &Spelling<'_>, revision: &str) -> Result<(Assignment, String), Error> {
    let (sources, app) = (spelling.sources, spelling.app);
    let asked = revision.to_string();
    let source = match (sources.of(app)?, CommitId::from_hex(revision)) {
        (Some(source), _) => source,
        (None, Some(commit)) => {
            let build = Build { commit, branch: None, tag: None, asked };
            return Ok((spelling.of_build(&build)?, revision.to_string()));
        }
        (None, None) => sources.needed(app, &format!("`{revision}`"))?,
    };
    let commit = sources.resolve(app, &source, revision)?;
    let branch = match BranchName::new(revision).ok() {
        Some(name) if spelling.needs_branch() => source.branch_tip(Some(&name))?.map(|_| revision.to_string()),
        _ => None,
    };
    let build = Build { commit, branch, tag: Some(revision.to_string()), asked };
    Ok((spelling.of_build(&build)?, revision.to_string()))
}

/// The version of the newest commit that concerns the application, of the environment's first plain branch, else of the source's default branch.
fn latest(spelling: &Spelling<'_>, env: &Environment) -> Result<(Assignment, String), Error> {
    let app = spelling.app;
    let source = spelling.sources.needed(app, "`--latest`")?;
    let branch = env.first_plain_branch();
    let commit = source.branch_tip(branch.as_ref())?.ok_or_else(|| {
        let which = branch.as_ref().map_or("default branch".to_string(), |name| format!("branch `{name}`"));
        Refusal::new(Code::NoSuchBranch, format!("the source of `{}` has no {which}", app.name))
            .hint("name the commit: `--commit REV`")
            .invalid()
    })?;
    let commit = concerns::newest(&source, app, commit)?;
    let branch = branch.map(|name| name.as_str().to_string());
    let build = Build { commit, branch, tag: None, asked: "latest".into() };
    Ok((spelling.of_build(&build)?, "latest".to_string()))
}

fn by_text(spelling: &Spelling<'_>, text: &str) -> Result<(Assignment, String), Error> {
    let version = Version::new(text).map_err(|why| Refusal::new(Code::BadVersion, why.to_string()).invalid())?;
    Ok((spelling.of_text(&version)?, "--version".to_string()))
}

/// A digest names one image: the same one on another image would pin bits that were never built for it.
fn digest_of_one_image(why: String) -> Error {
    Refusal::new(Code::DigestOfOneImage, format!("`--digest` belongs to one image, and {why}"))
        .hint("give the tag and the digest of each in the environment before by hand, then promote: both are copied")
        .hint("or let the tool drop digests: `digest: drop` beside `image:` in `stageline.yaml`")
        .invalid()
}

/// What is wanted with the digest that was given: at the one image of the application, and at no label or literal beside it.
fn with_digest(app: &Application, pin: &Pin, wanted: &Assignment, digest: &str) -> Result<Assignment, Error> {
    let is_image = |key: &SiteKey| {
        let of = |rule: &PinRule| rule.kind.identity() == key.pin && matches!(rule.kind, PinKind::Image { .. });
        app.pins.iter().any(of)
    };
    let has_digest = |reading: &Reading| reading.version.as_ref().is_some_and(|version| version.digest().is_some());
    let takes = |reading: &Reading| is_image(&reading.key) || has_digest(reading);
    let images: BTreeSet<&str> =
        pin.readings.iter().filter(|reading| takes(reading)).map(|reading| reading.key.pin.as_str()).collect();
    let all: BTreeSet<&str> = pin.readings.iter().map(|reading| reading.key.pin.as_str()).collect();
    let dressed = wanted.with_digest(digest).map_err(anyhow::Error::from)?;
    match (images.len(), all.len()) {
        (_, 1) => Ok(dressed),
        (1, _) => Ok(Assignment::new(pin.readings.iter().filter_map(|reading| {
            let of = if takes(reading) { &dressed } else { wanted };
            Some((reading.key.clone(), of.version_for(&reading.key)?))
        }))),
        _ => {
            let pins: Vec<String> = all.iter().map(|pin| format!("`{pin}`")).collect();
            Err(digest_of_one_image(format!("`{}` has {}", app.name, pins.join(" and "))))
        }
    }
}

/// The goal for one application, and why it may not be; `None` where every site already says it.
fn goal(
    sources: &Sources<'_>,
    request: &Request,
    app: &Application,
    pin: &Pin,
    wanted: Assignment,
    origin: String,
) -> Result<Option<(Goal, Vec<Objection>)>, Error> {
    let wanted = match &request.digest {
        Some(digest) => with_digest(app, pin, &wanted, digest)?,
        None => wanted,
    };
    if let Some(moving) = pin.readings.iter().filter_map(|r| wanted.version_for(&r.key)).find(Version::moves) {
        let what =
            format!("`{moving}` is a moving ref or a range: `{}` is not promoted to what it may be tomorrow", app.name);
        return Err(Refusal::new(Code::MovingRef, what)
            .hint("name what does not move: `--commit REV`, or `--version` with a fixed tag or a digest")
            .refused());
    }
    let says = |r: &Reading| r.version.is_some() && wanted.version_for(&r.key) == r.version;
    if pin.readings.iter().all(|r| says(r) && !r.is_loose) {
        return Ok(None);
    }
    let to = pin.readings.first().and_then(|r| wanted.version_for(&r.key)).ok_or_else(|| {
        Refusal::new(Code::NoVersion, format!("cannot tell which version `{}` is to have", app.name)).cannot_tell()
    })?;
    let (relation, objections) = losses(sources, request.asked(), app, pin, &wanted, &to)?;
    let commit = match relation.commit.clone() {
        Some(commit) => sources.of(app)?.map(|source| (commit, source.shown().to_string())),
        None => None,
    };
    let story = Story { from: pin.version(), to: Some(to), origin, counterpart_of: None, relation };
    let env = request.to.clone();
    let goal = Goal { app: app.name.clone(), env, seen: pin.assignment(), wanted, digests: None, story, commit };
    Ok(Some((goal, objections)))
}

/// A commit is not written in a form that nothing says there is a build of: what stands there has another one.
fn other_forms(app: &Application, pin: &Pin, wanted: &Assignment, asked: Option<&str>) -> Option<Objection> {
    let is_other = |reading: &&Reading| {
        // What moves is no build's form: it can be mended.
        let fixed = reading.version.as_ref().filter(|version| !version.moves());
        fixed.is_some_and(|version| version.tag().is_some())
            && reading.says.is_none()
            && wanted.version_for(&reading.key) != reading.version
    };
    let other: Vec<&Reading> = pin.readings.iter().filter(is_other).collect();
    let first = other.first()?;
    let form = app.rule(&first.key).map_or(&app.version, |rule| app.form(rule));
    let stands = first.version.as_ref().map_or("", Version::as_str);
    let message = format!(
        "`{stands}`, which stands at `{}` of `{}`, is not of the form `{}`, so a commit cannot be written as it is there",
        first.key.pin,
        app.name,
        form.as_str()
    );
    let mut refusal =
        Refusal::new(Code::OtherForm, message).details(other.iter().map(|reading| reading.site.to_string()));
    // An id is not the version of what has another form; a name may be.
    let is_id = |text: &&str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(name) = asked.filter(|text| !is_id(text)) {
        refusal = refusal.hint(format!("if `{name}` itself is the version: `--version {name}`"));
    }
    Some(Objection::Refused(refusal.hint(format!("say how its versions are written: `version:` of `{}`", app.name))))
}

impl Request {
    fn asked(&self) -> Asked<'_> {
        let copies = matches!(self.what, What::Before | What::From { .. });
        Asked { to: &self.to, allow_older: self.insists(), copies }
    }

    /// Whether nothing newer takes its place; what a hotfix may take away its gate says.
    fn insists(&self) -> bool {
        self.allow_older || self.urgency == Urgency::Hotfix
    }

    /// A hotfix is one commit that somebody names, where the rules let one land.
    fn refuse_strange_hotfix(&self, env: &Environment) -> Result<(), Error> {
        if self.urgency == Urgency::Ordinary {
            return Ok(());
        }
        hotfixing::refuse_unruled(env)?;
        let of_each = || self.applications.iter().all(|(_, revision)| revision.is_some());
        match matches!(self.what, What::Commit(_)) || of_each() {
            true => Ok(()),
            false => Err(hotfixing::unnamed(&env.name)),
        }
    }

    fn meant(&self) -> Meant {
        match self.urgency {
            Urgency::Hotfix => Meant::Hotfix,
            Urgency::Ordinary if self.allow_older => Meant::Exactly,
            Urgency::Ordinary => Meant::Newest,
        }
    }
}
