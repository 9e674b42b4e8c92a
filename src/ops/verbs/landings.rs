//! `diff --landings`: what landed between a good and a bad state of one environment, with the commands to go on with.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::address::Address;
use crate::domain::commit::{CommitId, Known};
use crate::domain::history::{self, Change};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::landings::{LandingRow, LandingsReport, OtherLanding, Suspected};
use crate::domain::settings::Application;
use crate::domain::version::Version;

use crate::ops::context::{Context, quoted};
use crate::ops::reading::gone;
use crate::ops::reading::lens::Pair;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline::{self, Walked};
use crate::ops::reading::world::World;
use crate::ops::reports::rows::{self, Picked, Teller};

/// The environment, its good and its bad commit of the config repository, and the applications.
pub struct Between<'a> {
    pub env: &'a EnvName,
    pub good: CommitId,
    pub bad: CommitId,
    pub apps: &'a [AppName],
    /// Whether these applications were asked for, or are all.
    pub are_named: bool,
}

/// What landed between.
///
/// # Errors
/// Neither commit came after the other, that cannot be told, or something cannot be read.
pub fn between(
    context: &Context<'_>,
    stack: &Stack,
    sources: &Sources<'_>,
    asked: &Between<'_>,
    notes: &mut Vec<String>,
) -> Result<LandingsReport, Error> {
    let bad_came_first = bad_came_first(context, asked)?;
    let (old, new) = if bad_came_first { (asked.bad, asked.good) } else { (asked.good, asked.bad) };
    let world = gone::with_gone(context, stack.environment(asked.env)?.0)?;
    let pairs: Vec<Pair> = asked.apps.iter().map(|app| (app.clone(), asked.env.clone())).collect();
    let walked = timeline::walk(context, stack, &world, &pairs, None)?;
    let landed = context.repo.landed_since(old, new)?;
    let within: BTreeSet<CommitId> = landed.iter().map(|(commit, _)| *commit).collect();
    let picked: Vec<Picked<'_>> = history::numbered(&walked.changes)
        .into_iter()
        .filter(|one| within.contains(&one.change.commit))
        .map(|one| Picked::of(&walked, one))
        .collect();
    let mut landings = landings(&Teller { context, stack, world: &world, sources }, &picked, notes)?;
    rows::tell_verdicts(context, stack, landings.iter_mut().map(|one| &mut one.landed), notes)?;
    if bad_came_first {
        notes.push("the bad state came before the good one: what landed between mended it".into());
    }
    Ok(LandingsReport {
        good: asked.good.to_string(),
        bad: asked.bad.to_string(),
        bad_came_first,
        landings,
        others: others(context, &world, asked, &walked, landed)?,
        applications: suspected(&world, sources, &picked, bad_came_first)?,
        preview: preview(context, stack, asked),
    })
}

fn bad_came_first(context: &Context<'_>, asked: &Between<'_>) -> Result<bool, Error> {
    match (context.repo.is_ancestor(asked.good, asked.bad)?, context.repo.is_ancestor(asked.bad, asked.good)?) {
        (Known::Is(true), _) => Ok(false),
        (_, Known::Is(true)) => Ok(true),
        (Known::Is(false), Known::Is(false)) => {
            let what = format!("neither {} nor {} landed after the other", asked.good.short(), asked.bad.short());
            Err(Refusal::new(Code::NotLanded, what).hint("name commits of `git log --first-parent`").invalid())
        }
        (Known::CannotTell(why), _) | (_, Known::CannotTell(why)) => {
            Err(Refusal::new(Code::Shallow, why).hint(context.repo.how_to_deepen()).cannot_tell())
        }
    }
}

/// The rows of changes, newest first, with the application commits that each brought and took.
fn landings(teller: &Teller<'_>, picked: &[Picked<'_>], notes: &mut Vec<String>) -> Result<Vec<LandingRow>, Error> {
    let told = teller.all(picked, notes)?;
    let mut taken: BTreeMap<&AppName, BTreeSet<String>> = BTreeMap::new();
    let mut out = Vec::new();
    // What came back is known by what went before it.
    for (one, landed) in picked.iter().zip(told).rev() {
        let Change { app, from, to, .. } = one.change;
        let mut row = LandingRow {
            landed,
            commits: vec![],
            commits_total: None,
            lost: vec![],
            lost_total: None,
            again: 0,
            note: None,
        };
        let settings = teller.world.settings.application(app);
        match (settings, from, to) {
            (Some(settings), Some(from), Some(to)) => {
                let relation = teller.sources.if_asked(app, teller.sources.relate(settings, Some(from), to));
                if let Some(relation) = relation {
                    let gone = taken.entry(app).or_default();
                    row.again = relation.gained.iter().filter(|line| gone.contains(&line.commit)).count();
                    gone.extend(relation.lost.iter().map(|line| line.commit.clone()));
                    (row.commits, row.commits_total) = (relation.gained, relation.gained_total);
                    (row.lost, row.lost_total) = (relation.lost, relation.lost_total);
                    row.note = relation.unknown;
                }
            }
            (_, None, Some(_)) if one.change.was.is_empty() => row.note = Some("it came with this landing".into()),
            (_, _, None) if one.change.is.is_empty() => row.note = Some("it is gone since this landing".into()),
            _ => row.note = Some("the sites disagree, so its commits are not told".into()),
        }
        out.push(row);
    }
    out.reverse();
    Ok(out)
}

/// Landings between that moved none of the pins, and changed files at the places of those.
fn others(
    context: &Context<'_>,
    world: &World,
    asked: &Between<'_>,
    walked: &Walked,
    landed: Vec<(CommitId, Vec<RepoPath>)>,
) -> Result<Vec<OtherLanding>, Error> {
    let moving: BTreeSet<CommitId> = walked.changes.iter().map(|change| change.commit).collect();
    let Some(env) = world.settings.environment(asked.env) else { return Ok(Vec::new()) };
    let apps = asked.apps.iter().filter_map(|app| world.settings.application(app));
    let places = world.places(&apps.map(|app| (app, env)).collect::<Vec<_>>())?;
    let is_there =
        |path: &RepoPath| std::iter::successors(Some(path.clone()), RepoPath::parent).any(|at| places.contains(&at));
    let mut out = Vec::new();
    for (commit, paths) in landed.into_iter().filter(|(commit, _)| !moving.contains(commit)) {
        let paths: Vec<String> = paths.iter().filter(|path| is_there(path)).map(ToString::to_string).collect();
        if !paths.is_empty() {
            let info = context.repo.commit(commit)?;
            out.push(OtherLanding {
                config_commit: commit.to_string(),
                when: info.committer.when,
                by: info.author.name.clone(),
                subject: info.subject().to_string(),
                paths,
            });
        }
    }
    Ok(out)
}

/// Each application that moved, with what it ran on both sides and how its source is searched.
fn suspected(
    world: &World,
    sources: &Sources<'_>,
    picked: &[Picked<'_>],
    bad_came_first: bool,
) -> Result<Vec<Suspected>, Error> {
    // The oldest change begins with what stood before all of them; the newest ends with what stands after.
    let mut ends: BTreeMap<&AppName, (&Change, &Change)> = BTreeMap::new();
    for one in picked {
        ends.entry(&one.change.app).and_modify(|(first, _)| *first = one.change).or_insert((one.change, one.change));
    }
    let mut out = Vec::new();
    for (app, (first, last)) in ends {
        let (old, new) = (first.from.as_ref(), last.to.as_ref());
        let (good, bad) = if bad_came_first { (new, old) } else { (old, new) };
        let mut one = Suspected {
            application: app.to_string(),
            good: good.map(ToString::to_string),
            bad: bad.map(ToString::to_string),
            bisect: None,
            note: None,
        };
        match (world.settings.application(app), good, bad) {
            (Some(settings), Some(good), Some(bad)) => {
                let found = sources.if_asked(app, bisect(sources, settings, good, bad));
                (one.bisect, one.note) = found.unwrap_or((None, Some("its source could not be asked".into())));
            }
            (_, None, _) => one.note = Some("the good state has no one version of it to begin with".into()),
            (_, _, None) => one.note = Some("the bad state has no one version of it".into()),
            (None, ..) => {}
        }
        out.push(one);
    }
    Ok(out)
}

/// The command that searches a source between two versions, and what is to be known of it.
fn bisect(
    sources: &Sources<'_>,
    app: &Application,
    good: &Version,
    bad: &Version,
) -> Result<(Option<String>, Option<String>), Error> {
    let Some(source) = sources.of(app)? else { return Ok((None, Some("no `source:` is configured".into()))) };
    let (Some(good), Some(bad)) = (sources.commit_of(app, Some(good))?, sources.commit_of(app, Some(bad))?) else {
        return Ok((None, Some("a version names no commit of the source".into())));
    };
    if good == bad {
        return Ok((None, Some("it is the same commit again: what came between has gone".into())));
    }
    let (ends, note) = match (source.is_ancestor(good, bad)?, source.is_ancestor(bad, good)?) {
        (Known::Is(true), _) => (format!("{bad} {good}"), None),
        (_, Known::Is(true)) => {
            let ends = format!("--term-old=broken --term-new=fixed {good} {bad}");
            (ends, Some("the bad state lacks commits of the good one: this finds the one that mended it"))
        }
        (Known::Is(false), Known::Is(false)) => {
            (format!("{bad} {good}"), Some("neither contains the other: git asks for what both come from first"))
        }
        (Known::CannotTell(why), _) | (_, Known::CannotTell(why)) => return Ok((None, Some(why))),
    };
    let paths: Vec<String> =
        source.selects().iter().map(|path| quoted(path.strip_prefix(":(literal)").unwrap_or(path))).collect();
    let paths = if paths.is_empty() { String::new() } else { format!(" -- {}", paths.join(" ")) };
    let shown = quoted(source.shown());
    let command = match Address::read(source.shown()) {
        Address::Remote(_) => {
            let folder = quoted(app.name.as_str());
            format!("git clone {shown} {folder} && git -C {folder} bisect start {ends}{paths}")
        }
        _ => format!("git -C {shown} bisect start {ends}{paths}"),
    };
    Ok((Some(command), note.map(str::to_string)))
}

/// The command that makes an instance of what the bad state ran.
fn preview(context: &Context<'_>, stack: &Stack, asked: &Between<'_>) -> Option<String> {
    let mut all = stack.main.settings.ephemeral();
    let first = all.next()?;
    let which = all.next().map_or(String::new(), |_| format!(" --env {}", first.name));
    let apps = if asked.are_named { asked.apps.iter().map(|app| format!("{app} ")).collect() } else { String::new() };
    let words =
        format!("preview create {apps}--from {}@{} --slug bad-{}{which}", asked.env, asked.bad, asked.bad.short());
    Some(context.options.command(&words))
}
