//! `diff`: between two environments, or one environment at two moments.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::domain::baseline::Which;
use crate::domain::commit::Known;
use crate::domain::files::{EntryKind, Files};
use crate::domain::names::{AppName, BadName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Agreement, Pin};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::landings::LandingsReport;
use crate::domain::report::{DiffReport, DiffRow, DiffSide, DiffSite, RenderedDiff};
use crate::domain::settings::{Application, Environment, NamePattern};
use crate::domain::version::Version;
use crate::manifests::{self, Builder};
use crate::overlay::Reader;

use crate::ops::context::Context;
use crate::ops::judging::baselines;
use crate::ops::reading::members;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::then;
use crate::ops::reading::world::World;
use crate::ops::verbs::landings::{self, Between};
use crate::ops::verbs::status::sites;

/// What was asked for. A side is `ENV`, or `ENV@...` for a point of the past (a time, a config revision, or `rN`), or `ENV/BASELINE`.
#[derive(Debug, Clone)]
pub struct Request {
    pub left: String,
    pub right: String,
    /// Empty: all.
    pub applications: Vec<NamePattern>,
    pub rendered: bool,
    /// What landed between; both sides are of one environment.
    pub landings: bool,
}

/// One side: an environment in a world.
struct Side {
    world: Arc<World>,
    env: Environment,
    /// As it was asked for.
    label: String,
}

/// Runs the verb.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<DiffReport, Error> {
    let mut stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    let (left, right) = sides(context, &mut stack, request)?;
    let (asked, mut names) = names(&mut stack, &request.applications, &left, &right)?;
    let builder = if request.rendered { Some(manifests::builder(context.repo.surroundings())?) } else { None };
    let sources = Sources::new(context).with_pages(&stack.main.settings);
    context.face.step("reading overlays");
    let mut rows = Vec::new();
    let (mut unread, mut hidden) = (None, Vec::new());
    if asked.is_empty() {
        stack.notes.extend(members::told(&stack));
        unread = members::refuse_unclear(&stack);
    }
    for ((name, old), new) in names.iter().zip(pins(&left, &names)).zip(pins(&right, &names)) {
        match (old, new) {
            (Ok(None), Ok(None)) => {}
            (Ok(old), Ok(new)) => rows.push(row(&sources, &left, &right, name, old.as_ref(), new.as_ref())),
            // One that cannot be read is told of, and does not hide the others.
            (Err(Error::Invalid(why)), _) | (_, Err(Error::Invalid(why))) if !asked.contains(name) => {
                stack.notes.push(format!("`{name}` is not compared: {}", why.message));
                hidden.push(name.clone());
                unread.get_or_insert(why);
            }
            (Err(error), _) | (_, Err(error)) => return Err(error),
        }
    }
    let rendered = match builder {
        Some(builder) => {
            context.face.step("building manifests");
            names.retain(|name| !hidden.contains(name));
            Some(rendered(&builder, &left, &right, &names, &mut stack.notes)?)
        }
        None => None,
    };
    let sides = request.landings.then_some((&left, &right));
    let landings =
        sides.map(|sides| between(context, &mut stack, &sources, sides, (&names, !asked.is_empty()))).transpose()?;
    let differences = rows.iter().filter(|row| !row.same).count().max(rendered.as_ref().map_or(0, Vec::len));
    // "No difference" would be a guess.
    if let (0, Some(why)) = (differences, unread) {
        return Err(why.invalid());
    }
    Ok(DiffReport {
        left: DiffSide { environment: left.label, commit: left.world.base.to_string() },
        right: DiffSide { environment: right.label, commit: right.world.base.to_string() },
        applications: rows,
        rendered,
        landings,
        differences,
        notes: stack.notes.iter().cloned().chain(sources.notes()).collect(),
    })
}

/// Both sides.
fn sides(context: &mut Context<'_>, stack: &mut Stack, request: &Request) -> Result<(Side, Side), Error> {
    // A number of a change is that of one application, which is named as it is.
    let plain: Vec<AppName> =
        request.applications.iter().filter_map(|pattern| AppName::new(pattern.one()?).ok()).collect();
    let plain = if plain.len() == request.applications.len() { plain } else { Vec::new() };
    let (left, right) = (asked(&request.left)?, asked(&request.right)?);
    if request.landings {
        refuse_two(&left.0, &right.0)?;
    }
    for (env, at) in [&left, &right] {
        if let Some(at) = at {
            baselines::settle(context, stack, Tips::Known, (env, at))?;
        }
    }
    let left = side(context, stack, (&request.left, left), &plain)?;
    Ok((left, side(context, stack, (&request.right, right), &plain)?))
}

/// The environment of a side, and the point of its past where one is written: `ENV@...`, `ENV/BASELINE`.
fn asked(text: &str) -> Result<(EnvName, Option<String>), Error> {
    let bad = |why: BadName| Refusal::new(Code::BadEnvironment, why.to_string()).invalid();
    let (name, at) = match text.find(['@', '/']) {
        Some(end) if text[end..].starts_with('@') => (&text[..end], Some(text[end + 1..].to_string())),
        Some(end) => (&text[..end], Some(Which::read(&text[end + 1..]).map_err(bad)?.point())),
        None => (text, None),
    };
    Ok((EnvName::new(name).map_err(bad)?, at))
}

/// What landed between a good state and a bad one.
fn between(
    context: &Context<'_>,
    stack: &mut Stack,
    sources: &Sources<'_>,
    (left, right): (&Side, &Side),
    (names, are_named): (&[AppName], bool),
) -> Result<LandingsReport, Error> {
    context.face.step("reading the history");
    let asked = Between { env: &right.env.name, good: left.world.base, bad: right.world.base, apps: names, are_named };
    let mut notes = Vec::new();
    let found = landings::between(context, stack, sources, &asked, &mut notes)?;
    stack.notes.extend(notes);
    Ok(found)
}

/// Landings between two states are those of one environment.
fn refuse_two(left: &EnvName, right: &EnvName) -> Result<(), Error> {
    if left == right {
        return Ok(());
    }
    let what = format!("`--landings` tells what landed in one environment, and `{left}` and `{right}` are two");
    Err(Refusal::new(Code::Usage, what)
        .hint(format!("name two states of one: `stageline diff {right}@TIME {right} --landings`"))
        .invalid())
}

fn side(
    context: &Context<'_>,
    stack: &Stack,
    (text, (name, at)): (&str, (EnvName, Option<String>)),
    named: &[AppName],
) -> Result<Side, Error> {
    let (world, env) = stack.environment(&name)?;
    let (world, env) = match at {
        Some(at) => {
            let group = |name| world.settings.group_of(name).map_or(name, |group| &group.name);
            let mut named: Vec<&AppName> = named.iter().map(group).collect();
            named.dedup();
            then::world_then(context, stack, &world, &env, &at, &named)?
        }
        None => (world, env),
    };
    Ok(Side { world, env, label: text.to_string() })
}

/// The applications that were asked for, and those that are compared: these, or all of both sides.
fn names(
    stack: &mut Stack,
    patterns: &[NamePattern],
    left: &Side,
    right: &Side,
) -> Result<(Vec<AppName>, Vec<AppName>), Error> {
    let mut asked = Vec::new();
    for pattern in patterns {
        let (apps, note) =
            members::shown(stack, &left.world, pattern).or_else(|_| members::shown(stack, &right.world, pattern))?;
        asked.extend(apps.into_iter().map(|app| app.name.clone()));
        stack.notes.extend(note);
    }
    let strangers = if asked.is_empty() { members::strangers(stack)? } else { BTreeSet::new() };
    let mut names: Vec<AppName> = left.world.settings.applications.iter().map(|app| app.name.clone()).collect();
    for app in &right.world.settings.applications {
        if !names.contains(&app.name) {
            names.push(app.name.clone());
        }
    }
    names.retain(|name| if asked.is_empty() { !strangers.contains(name) } else { asked.contains(name) });
    Ok((asked, names))
}

fn pins(side: &Side, names: &[AppName]) -> Vec<Result<Option<Pin>, Error>> {
    let own: Vec<Option<&Application>> = names.iter().map(|name| side.world.settings.application(name)).collect();
    let known: Vec<(&Application, &Environment)> = own.iter().flatten().map(|app| (*app, &side.env)).collect();
    let mut read = side.world.each_pin(&known).into_iter();
    own.iter().map(|app| app.and_then(|_| read.next()).unwrap_or(Ok(None))).collect()
}

fn row(
    sources: &Sources<'_>,
    left: &Side,
    right: &Side,
    name: &AppName,
    old: Option<&Pin>,
    new: Option<&Pin>,
) -> DiffRow {
    let version = |pin: Option<&Pin>| pin.and_then(Pin::version);
    let (was, is) = (version(old), version(new));
    let disagrees = |pin: Option<&Pin>| matches!(pin.map(Pin::agreement), Some(Agreement::Disagree(_)));
    // Two ways of writing one commit are no difference; two digests are.
    let digest = |version: &Option<Version>| version.as_ref().and_then(|one| one.digest().map(str::to_string));
    let is_one_build =
        || old.zip(new).is_some_and(|(old, new)| old.is_of_one_build_with(new)) && digest(&was) == digest(&is);
    let same = old.is_some() == new.is_some() && (was == is || is_one_build()) && !disagrees(old) && !disagrees(new);
    let mut all: Vec<DiffSite> = Vec::new();
    for (pin, side) in [(old, "left"), (new, "right")] {
        if let Some(pin) = pin {
            all.extend(sites(&pin.readings.iter().collect::<Vec<_>>(), side));
        }
    }
    let mut row = DiffRow {
        application: name.to_string(),
        left: was.as_ref().map(ToString::to_string),
        right: is.as_ref().map(ToString::to_string),
        same,
        ahead: None,
        behind: None,
        ahead_commits: Vec::new(),
        behind_commits: Vec::new(),
        ahead_page: None,
        behind_page: None,
        sites: all,
        note: None,
    };
    if old.is_none() || new.is_none() {
        let missing = if old.is_none() { left } else { right };
        row.note = Some(format!("no overlay in {}", missing.label));
        return row;
    }
    if disagrees(old) || disagrees(new) {
        row.note = Some("the sites disagree".into());
        return row;
    }
    if same {
        (row.ahead, row.behind) = (Some(0), Some(0));
        return row;
    }
    let app = right.world.settings.application(name).or_else(|| left.world.settings.application(name));
    let told = app.map(|app| tell(sources, app, &mut row, was.as_ref(), is.as_ref()));
    if let Some(Err(error)) = told {
        row.note = Some(error.to_string());
        sources.if_asked::<()>(name, Err(error));
    }
    row
}

/// The application commits between the two versions, both ways.
fn tell(
    sources: &Sources<'_>,
    app: &Application,
    row: &mut DiffRow,
    was: Option<&crate::domain::version::Version>,
    is: Option<&crate::domain::version::Version>,
) -> Result<(), Error> {
    let Some(source) = sources.of(app)? else {
        row.note = Some("no `source:` is configured, so the commits between are not known".into());
        return Ok(());
    };
    let (Some(was), Some(is)) = (was, is) else { return Ok(()) };
    let (Some(left), Some(right)) = (sources.commit_of(app, Some(was))?, sources.commit_of(app, Some(is))?) else {
        row.note = Some("a version does not name a commit of the source".into());
        return Ok(());
    };
    match source.distance(left, right)? {
        Known::Is(distance) => (row.ahead, row.behind) = (Some(distance.ahead), Some(distance.behind)),
        Known::CannotTell(why) => row.note = Some(why),
    }
    (row.ahead_commits, row.ahead_page) = sources.told_between(app, &source, (right, left))?;
    (row.behind_commits, row.behind_page) = sources.told_between(app, &source, (left, right))?;
    Ok(())
}

/// The built manifests that differ, one diff for each overlay; an overlay that is not built this way is told in the notes.
fn rendered(
    builder: &Builder,
    left: &Side,
    right: &Side,
    names: &[AppName],
    notes: &mut Vec<String>,
) -> Result<Vec<RenderedDiff>, Error> {
    let (old_root, new_root) = (checkout(&left.world)?, checkout(&right.world)?);
    let mut out = Vec::new();
    for name in names {
        let before = build(builder, old_root.path(), left, name, notes)?;
        let after = build(builder, new_root.path(), right, name, notes)?;
        if before == after {
            continue;
        }
        let diff = similar::TextDiff::from_lines(&before, &after)
            .unified_diff()
            .context_radius(3)
            .header(&format!("{name} in {}", left.label), &format!("{name} in {}", right.label))
            .to_string();
        out.push(RenderedDiff { application: name.to_string(), diff });
    }
    Ok(out)
}

/// Every overlay of an application on one side, built; nothing where it has none.
fn build(
    builder: &Builder,
    root: &Path,
    side: &Side,
    name: &AppName,
    notes: &mut Vec<String>,
) -> Result<String, Error> {
    let Some(app) = side.world.settings.application(name) else { return Ok(String::new()) };
    let reader = Reader::new(side.world.files.as_ref());
    let Some(pin) = side.world.pin(&reader, app, &side.env)? else { return Ok(String::new()) };
    let mut folders: Vec<RepoPath> = pin.readings.iter().filter_map(|r| r.site.file.parent()).collect();
    folders.sort();
    folders.dedup();
    let mut out = String::new();
    for folder in folders {
        if manifests::is_kustomization(root, &folder) {
            out.push_str(&builder.build(root, &folder)?);
        } else {
            notes.push(format!("`{name}` is not rendered: `{folder}` is no kustomization"));
        }
    }
    Ok(out)
}

/// The files of a world in a temporary folder, for a program that reads files. Links are left out: they could lead anywhere.
fn checkout(world: &World) -> Result<tempfile::TempDir, Error> {
    let root = tempfile::Builder::new().prefix("stageline-").tempdir()?;
    write_folder(world.files.as_ref(), &RepoPath::root(), root.path())?;
    Ok(root)
}

fn write_folder(files: &dyn Files, folder: &RepoPath, root: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(root.join(folder.as_str()))?;
    for entry in files.list(folder)? {
        match entry.kind {
            EntryKind::Folder => write_folder(files, &entry.path, root)?,
            EntryKind::File | EntryKind::Executable => {
                if let Some(bytes) = files.read(&entry.path)? {
                    std::fs::write(root.join(entry.path.as_str()), bytes)?;
                }
            }
            EntryKind::Symlink | EntryKind::Submodule => {}
        }
    }
    Ok(())
}
