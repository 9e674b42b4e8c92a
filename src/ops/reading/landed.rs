//! One landing: found by its name, then read: what it did to pins, holds and other files.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::commit::{CommitId, CommitInfo, Known};
use crate::domain::files::{Files, differing};
use crate::domain::history::{Change, Rev};
use crate::domain::hold::RecordChange;
use crate::domain::hotfix::HotfixChange;
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::preview;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Origin, Settings};
use crate::records;

use crate::ops::context::Context;
use crate::ops::reading::beside::{self, OtherChange, PinMoved};
use crate::ops::reading::earlier::Neighbours;
use crate::ops::reading::gone;
use crate::ops::reading::lens::{Lens, Pair, Said, Tree};
use crate::ops::reading::made::Made;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::then::{self, shallow};
use crate::ops::reading::timeline::{self, Moved};
use crate::ops::reading::world::World;

/// A landing that was found: a commit on the first-parent chain of a branch.
pub struct Found {
    /// The branch as it is now.
    pub now: Arc<World>,
    pub commit: CommitId,
    /// The commit that was named, where a merge brought it in: the landing is that merge.
    pub named: Option<CommitId>,
}

/// A landing with all that it did.
pub struct Landing {
    pub found: Found,
    /// Its commit, and those that it brought in.
    pub made: Made,
    /// The world before it, at its first parent; `None` where it is the first commit of all.
    pub before: Option<World>,
    pub after: World,
    pub moves: Vec<PinMoved>,
    /// Holds that it wrote, changed or took away.
    pub records: Vec<RecordChange>,
    pub hotfixes: Vec<HotfixChange>,
    pub others: Vec<OtherChange>,
}

/// Finds the landing that is meant. `name`: a config revision (`config:REV` as well) or `APP:rN`; `None`: the newest one
/// that moved a pin or wrote a record, in `env` or on the main branch. A revision is looked for on the branch of `env`, or
/// on the main branch and then on those of environments.
///
/// # Errors
/// It is no landing of any branch of ours, there is none of that number, a number is meant in several environments, or a
/// shallow clone hides which one it is.
pub fn find(
    context: &Context<'_>,
    stack: &mut Stack,
    name: Option<&str>,
    env: Option<&EnvName>,
) -> Result<Found, Error> {
    match name {
        None => newest(context, stack, env),
        Some(text) => match numbered(context, stack, text)? {
            Some((app, rev)) => by_number(context, stack, &app, rev, env),
            None => by_revision(context, stack, text, env),
        },
    }
}

/// Reads what a landing did: the worlds of two neighbouring trees, each with its own settings. `head`: that of the request which it is
/// known to have come by.
///
/// # Errors
/// A shallow clone begins with it: what stood before is not here.
pub fn read(context: &Context<'_>, stack: &Stack, found: Found, head: Option<CommitId>) -> Result<Landing, Error> {
    let info = context.repo.commit(found.commit)?;
    let parent = context.repo.before(&info)?;
    let branch = &found.now.branch;
    let mut after = timeline::world_at(context, stack, branch, info.id, &found.now.settings)?;
    let before = |otherwise: &Arc<Settings>| {
        parent.map(|parent| timeline::world_at(context, stack, branch, parent, otherwise)).transpose()
    };
    let mut old = before(&after.settings)?;
    let (mut moves, mut read_by) = moves(stack, &found, &info, &after, old.as_ref())?;
    let by_layout = stack.main.settings.origin == Origin::Discovered && after.own_file()?.is_none();
    if by_layout && moves.is_empty() {
        // Where only the layout tells, an older tree may have had another one.
        let (settings, _) = stack.shelf.of(after.files.as_ref(), None)?;
        after = after.seen_with(settings).with_members()?;
        old = before(&after.settings)?;
        (moves, read_by) = self::moves(stack, &found, &info, &after, old.as_ref())?;
    }
    if let Some(settings) = read_by {
        (after, old) = (after.ruled_by(Arc::clone(&settings))?, old.map(|old| old.ruled_by(settings)).transpose()?);
    }
    let is_env = |name: &EnvName| after.settings.environment(name).is_some();
    let records =
        records::hold::changes(old.as_ref().map(|old| old.files.as_ref() as _), after.files.as_ref(), &is_env)?;
    let hotfixes = records::hotfix::changes(old.as_ref().map(|old| old.files.as_ref() as _), after.files.as_ref())?;
    let mut paths = context.repo.changed_paths(parent, info.id)?;
    paths.retain(|changed| !hotfixes.iter().any(|one| one.path.as_str() == changed.path));
    let (moves, others) = beside::look(moves, paths, old.as_ref(), &after, &records)?;
    let made = Made::read(&context.repo, info, &stack.main.settings, head)?;
    Ok(Landing { found, made, before: old, after, moves, records, hotfixes, others })
}

/// What a landing did to pins, and the settings by which it tells that, where those are not the tree's own: each pin by the
/// tree's own rule where that tells of a move, else by today's.
#[allow(clippy::type_complexity)]
fn moves(
    stack: &Stack,
    found: &Found,
    info: &CommitInfo,
    after: &World,
    before: Option<&World>,
) -> Result<(Vec<Moved>, Option<Arc<Settings>>), Error> {
    let nothing = after.seen_with(Arc::clone(&after.settings));
    let own = before.filter(|before| before.has_file).map(|before| Arc::clone(&before.settings));
    let trees = Neighbours::of(after, before.unwrap_or(&nothing), own, &stack.main.settings);
    let mut changed = BTreeSet::new();
    for path in before.map_or(Ok(Vec::new()), |before| paths_between(before, after))? {
        changed.extend(std::iter::successors(Some(path), RepoPath::parent));
    }
    let sides = [&after.settings, &found.now.settings, &stack.main.settings];
    let sides: Vec<&Arc<Settings>> = sides.into_iter().chain(before.map(|before| &before.settings)).collect();
    let (mut moves, mut settings) = (Vec::new(), None);
    for pair in wanted(stack, found, after, before) {
        for (nth, side) in sides.iter().enumerate() {
            let Some(lens) = Lens::of(side, &pair) else { continue };
            let mut places = lens.places(after)?;
            places.extend(lens.places(trees.before.world)?);
            let finds = |tree: &Tree<'_>| Ok::<_, Error>(lens.read(tree)? != Said::default());
            // With each path stand the folders above it.
            let is_touched = before.is_none() || places.iter().any(|place| changed.contains(place));
            if !is_touched || !finds(&trees.after)? && !finds(&trees.before)? {
                continue;
            }
            // By another rule it may have moved: one that was corrected later tells what the tree's own was blind to.
            let lens = Arc::new(lens);
            let moved = timeline::compare(std::slice::from_ref(&lens), info, &trees, before.is_none())?;
            if moved.is_empty() {
                continue;
            }
            if nth > 0 {
                let more = settings.get_or_insert_with(|| (*after.settings).clone());
                more.applications.retain(|app| app.name != lens.app.name);
                more.applications.push(lens.app.clone());
            }
            moves.extend(moved);
            break;
        }
    }
    Ok((moves, settings.map(Arc::new)))
}

fn paths_between(before: &World, after: &World) -> Result<Vec<RepoPath>, Error> {
    let mut changed = Vec::new();
    differing(before.files.as_ref(), after.files.as_ref(), &RepoPath::root(), &mut changed)?;
    Ok(changed)
}

/// The pairs that may have moved: of the present settings and of those on both sides, as far as their environments live
/// (or lived) on the branch.
fn wanted(stack: &Stack, found: &Found, after: &World, before: Option<&World>) -> Vec<Pair> {
    let branch = &found.now.branch;
    let mut out = BTreeSet::new();
    let sides = [&stack.main.settings, &found.now.settings, &after.settings];
    for settings in sides.into_iter().chain(before.map(|before| &before.settings)) {
        let lives = |name: &EnvName| {
            stack.lives_on(&stack.main.settings, name, branch) || stack.lives_on(settings, name, branch)
        };
        let envs: Vec<&EnvName> = settings.durable().map(|env| &env.name).filter(|name| lives(name)).collect();
        let apps = settings.applications.iter().map(|app| &app.name);
        out.extend(apps.flat_map(|app| envs.iter().map(move |env| (app.clone(), (*env).clone()))));
    }
    out.into_iter().collect()
}

/// `APP:rN`, where the text is that: an application's name before it means the application, `config:` too.
fn numbered(context: &Context<'_>, stack: &mut Stack, text: &str) -> Result<Option<(AppName, Rev)>, Error> {
    let Some((name, rev)) = text.rsplit_once(':') else { return Ok(None) };
    let (Ok(name), Some(rev)) = (AppName::new(name), Rev::read(rev)) else { return Ok(None) };
    match gone::shown(context, stack, &name) {
        Ok(app) => Ok(Some((app, rev))),
        Err(_) if name.as_str() == "config" => Ok(None),
        Err(error) => Err(error),
    }
}

/// A change of one application in one environment, as it was counted there.
struct Counted {
    now: Arc<World>,
    change: Change,
}

fn by_number(
    context: &Context<'_>,
    stack: &Stack,
    app: &AppName,
    rev: Rev,
    env: Option<&EnvName>,
) -> Result<Found, Error> {
    context.face.step("reading the history");
    let (mut found, mut counts): (Vec<Counted>, Vec<String>) = (Vec::new(), Vec::new());
    for env in env.map_or_else(|| stack.ordered(), |env| vec![env.clone()]).iter() {
        let world = match stack.environment(env) {
            Err(Error::Invalid(why)) if why.code == Code::NoSuchBranch => {
                counts.push(format!("{env}: {}", why.message));
                continue;
            }
            other => other?.0,
        };
        let walked = timeline::walk(context, stack, &world, &[(app.clone(), env.clone())], None)?;
        match then::change(&walked, app, env, rev) {
            Ok(change) => found.push(Counted { change: change.clone(), now: world }),
            Err(Error::Invalid(why)) => counts.push(why.message),
            Err(error) => return Err(error),
        }
    }
    found.dedup_by(|one, other| one.change.commit == other.change.commit && one.now.branch == other.now.branch);
    match found.as_slice() {
        [one] => Ok(Found { now: Arc::clone(&one.now), commit: one.change.commit, named: None }),
        [] => Err(no_such_number(app, rev, &counts)),
        several => Err(which_environment(app, rev, several)),
    }
}

fn no_such_number(app: &AppName, rev: Rev, counts: &[String]) -> Error {
    let refusal = match counts {
        [one] => Refusal::new(Code::NoSuchChange, one.as_str()),
        _ => Refusal::new(Code::NoSuchChange, format!("`{app}` has no `{rev}` in any environment"))
            .details(counts.iter().cloned()),
    };
    refusal.hint(format!("see `stageline history {app}`")).invalid()
}

fn which_environment(app: &AppName, rev: Rev, several: &[Counted]) -> Error {
    let told = several.iter().map(|Counted { change, .. }| {
        let version = change.to.as_ref().map_or("no version".to_string(), |version| version.short());
        format!("in {}: {version}, landed by {}", change.env, change.commit.short())
    });
    let refusal =
        Refusal::new(Code::WhichEnvironment, format!("`{app}` has an `{rev}` in {} environments", several.len()))
            .details(told);
    several.iter().fold(refusal, |refusal, one| refusal.hint(format!("add `--env {}`", one.change.env))).invalid()
}

fn by_revision(context: &Context<'_>, stack: &Stack, text: &str, env: Option<&EnvName>) -> Result<Found, Error> {
    let commit = context.repo.resolve(text.strip_prefix("config:").unwrap_or(text)).map_err(|error| {
        match (Rev::read(text), AppName::new(text)) {
            (Some(rev), _) => error.hint(format!("`{rev}` counts the changes of an application: write `APP:{rev}`")),
            (_, Ok(app)) if stack.main.shown(&app).is_ok() => {
                error.hint(format!("`{app}` is an application: name one of its changes, such as `{app}:r1`"))
            }
            _ => error,
        }
    })?;
    let worlds: Vec<Arc<World>> = match env {
        Some(env) => vec![stack.environment(env)?.0],
        None => stack.worlds().cloned().collect(),
    };
    let (mut merged, mut unknown) = (None, None);
    for now in &worlds {
        match context.repo.landing_of(now.base, commit)? {
            Known::Is(Some(landing)) if landing == commit => {
                return Ok(Found { now: Arc::clone(now), commit, named: None });
            }
            Known::Is(Some(landing)) => merged = merged.or(Some((Arc::clone(now), landing))),
            Known::Is(None) => {}
            Known::CannotTell(why) => unknown = unknown.or(Some(why)),
        }
    }
    match (merged, unknown) {
        (Some((now, landing)), _) => Ok(Found { now, commit: landing, named: Some(commit) }),
        (None, Some(why)) => Err(Refusal::new(Code::Shallow, why).cannot_tell()),
        (None, None) => Err(not_landed(context, stack, text, commit, &worlds)),
    }
}

fn not_landed(context: &Context<'_>, stack: &Stack, text: &str, commit: CommitId, worlds: &[Arc<World>]) -> Error {
    let names: Vec<String> = worlds.iter().map(|world| format!("`{}`", world.branch)).collect();
    let shown = if commit.to_string().starts_with(text) { String::new() } else { format!(" ({})", commit.short()) };
    let what = format!("`{text}`{shown} has not landed: it is not in the history of {}", names.join(" or "));
    let mut refusal = Refusal::new(Code::NotLanded, what);
    for world in worlds {
        refusal = refusal.hint(format!("name a commit of `git log --first-parent {}`", world.branch));
    }
    match &stack.remote {
        Some(remote) if !context.options.has_no_clone() => {
            refusal.hint(format!("if it has landed since: `git fetch {remote}`"))
        }
        _ => refusal,
    }
    .invalid()
}

/// The newest landing that moved a pin or wrote a record, in one environment or on the main branch.
fn newest(context: &Context<'_>, stack: &Stack, env: Option<&EnvName>) -> Result<Found, Error> {
    let now = env.map_or_else(|| Ok(Arc::clone(&stack.main)), |env| stack.environment(env).map(|(world, _)| world))?;
    let apps = || now.settings.applications.iter().map(|app| app.name.clone());
    let envs: Vec<EnvName> = match env {
        Some(env) => vec![env.clone()],
        None => {
            let here = |name: &EnvName| stack.lives_on(&stack.main.settings, name, &now.branch);
            stack.ordered().into_iter().filter(here).collect()
        }
    };
    let pairs: Vec<Pair> = envs.iter().flat_map(|env| apps().map(move |app| (app, env.clone()))).collect();
    context.face.step("reading the history");
    let walked = timeline::walk(context, stack, &now, &pairs, Some(1))?;
    let moved = walked.changes.first().map(|change| change.commit);
    // A record is a smaller thing than a pin: it is looked for only in what landed since.
    let mut next = Some(now.base);
    while let Some(commit) = next.filter(|commit| Some(*commit) != moved) {
        let before = match context.repo.before(&context.repo.commit(commit)?) {
            Err(Error::CannotTell(_)) => return Err(shallow("what landed last", &context.repo.how_to_deepen())),
            other => other?,
        };
        if has_record(context, &now, env, (before, commit))? {
            return Ok(Found { now, commit, named: None });
        }
        next = before;
    }
    match next {
        Some(commit) => Ok(Found { now, commit, named: None }),
        None => {
            let place = env.map_or(format!("on `{}`", now.branch), |env| format!("in `{env}`"));
            Err(Refusal::new(Code::NoLanding, format!("nothing has landed {place} yet"))
                .hint("name a commit: `git log --first-parent`")
                .refused())
        }
    }
}

/// Whether a landing did something to a record: to a hold or a hotfix, in one environment or in any, or to a preview.
fn has_record(
    context: &Context<'_>,
    now: &World,
    env: Option<&EnvName>,
    (before, landing): (Option<CommitId>, CommitId),
) -> Result<bool, Error> {
    let old = before.map(|before| context.repo.snapshot(before)).transpose()?;
    let (old, new) = (old.as_ref().map(|old| old as &dyn Files), context.repo.snapshot(landing)?);
    let is_env = |name: &EnvName| now.settings.environment(name).is_some();
    let is_meant = |of: &EnvName| env.is_none_or(|env| env == of);
    if records::hold::changes(old, &new, &is_env)?.iter().any(|change| env.is_none_or(|env| change.is_about(env)))
        || records::hotfix::changes(old, &new)?.iter().any(|change| is_meant(&change.env))
    {
        return Ok(true);
    }
    let folder = RepoPath::new(preview::FOLDER).map_err(anyhow::Error::from)?;
    let previews = |files: &dyn Files| Ok::<_, Error>(files.entry(&folder)?.map(|entry| entry.id));
    Ok(env.is_none() && old.map(previews).transpose()?.flatten() != previews(&new)?)
}
