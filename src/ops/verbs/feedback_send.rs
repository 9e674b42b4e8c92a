//! `feedback send`: tells what landed to the sinks of `feedback:`, each landing once to each, whoever landed it.

use std::sync::Arc;

use crate::domain::commit::{CommitId, CommitInfo};
use crate::domain::names::BranchName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::ShowReport;
use crate::domain::report::telling::{FeedbackSendReport, ToldReport, ToldWord};
use crate::domain::settings::Feedback;
use crate::domain::told::{Mark, MarkWord, Standing};
use crate::git::source::Network;

use super::record::of_range;
use super::show;
use super::verify::refuse_given_rules;
use crate::ops::context::{Context, Run};
use crate::ops::reading::landed::Landing;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::world::World;
use crate::ops::reports::messages;
use crate::ops::telling::commits::{self, Landed};
use crate::ops::telling::marks::{self, Marks};
use crate::ops::telling::post;
use crate::ops::telling::tell::{self, News, State, Telling};

pub use crate::ops::telling::post::Waiting;
pub use crate::ops::telling::tell::{Again, How};

/// At most so many landings at once, where no range is named.
const MOST: usize = 50;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// `BASE..HEAD`; `None`: what landed since anybody was told, of the newest.
    pub range: Option<(String, Option<String>)>,
    /// `--onto`: the branch that it landed on; `None`: the main one.
    pub onto: Option<BranchName>,
    pub how: How,
}

/// Tells it.
///
/// # Errors
/// The range is none of the branch; what was told already cannot be told; nothing can be marked.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<FeedbackSendReport, Error> {
    refuse_given_rules(context)?;
    if context.options.network == Network::Offline {
        let what = "messages go over the network: `feedback send` does not go with `--offline`";
        return Err(Refusal::new(Code::Usage, what).hint("leave `--offline` away").invalid());
    }
    let has_remote = !context.repo.remotes()?.is_empty();
    let mut stack = Stack::read(context, if has_remote { Tips::Fetched } else { Tips::Local })?;
    let branch = request.onto.clone().unwrap_or_else(|| stack.main.branch.clone());
    let Some(world) = stack.worlds().find(|world| world.branch == branch).cloned() else {
        let what = format!("no rules are about a branch `{branch}`");
        return Err(Refusal::new(Code::NoSuchBranch, what).invalid());
    };
    let mut notes = stack.notes.clone();
    let landings = match &request.range {
        // What forges say where a branch was not there before.
        Some((base, _)) if base.bytes().all(|byte| byte == b'0') => untold(context, &stack, world.base, &mut notes)?,
        Some((base, head)) => {
            let base = context.repo.resolve(base)?;
            let head = head.as_deref().map_or(Ok(world.base), |head| context.repo.resolve(head))?;
            of_range(context, (&branch, world.base), (base, head))?
        }
        None => untold(context, &stack, world.base, &mut notes)?,
    };
    let (mut all, mut moved) = (Vec::new(), Vec::new());
    for landing in &landings {
        let (news, landed) = told_of(context, &mut stack, *landing)?;
        all.extend(news);
        moved.push(landed);
    }
    if all.iter().all(|one| one.sinks.is_empty()) {
        notes.push("`feedback:` names no sinks, so nobody is told by message".to_string());
    }
    let told = tell::tell(context, &stack, &all, request.how)?;
    let told = told.iter().map(|one| reported(&all, one));
    let of_commits = commits_told(context, &stack, &moved, request.how)?;
    Ok(FeedbackSendReport {
        dry_run: request.how.run == Run::Dry,
        landings: landings.len(),
        told: told.chain(of_commits).collect(),
        notes,
    })
}

/// The newest landings from the first of them that anybody began to tell on, oldest first: what the tool landed it told itself, and
/// what came between may still wait. Where none ever was told, the newest alone.
fn untold(
    context: &mut Context<'_>,
    stack: &Stack,
    tip: CommitId,
    notes: &mut Vec<String>,
) -> Result<Vec<CommitId>, Error> {
    let mut chain = Vec::new();
    let mut at = Some(tip);
    while let Some(landing) = at.filter(|_| chain.len() < MOST) {
        chain.push(landing);
        at = context.repo.before(&context.repo.commit(landing)?)?;
    }
    let ids: Vec<String> = chain.iter().map(ToString::to_string).collect();
    let known = marks::read(context, stack, &ids, &[])?;
    if known.strange > 0 {
        notes.push(format!("{} marks are signed by nobody known, and count for nothing", known.strange));
    }
    let first = ids.iter().rposition(|id| known.knows(id));
    let mut out: Vec<CommitId> = chain.into_iter().take(first.map_or(1, |first| first + 1)).collect();
    if out.len() == MOST {
        notes.push(format!("only the newest {MOST} landings are looked at; name a range for older ones: `BASE..HEAD`"));
    }
    // What was told to everybody who is told of anything needs no second look.
    let keys: Vec<String> = stack.main.settings.feedback.iter().map(|to| post::key(&to.sink)).collect();
    let keys: Vec<String> = match commits::speaks(context, stack)? {
        true => keys.into_iter().chain([commits::KEY.to_string()]).collect(),
        false => keys,
    };
    let is_told = |id: &String| {
        let told = |key: &String| matches!(known.standing(id, key, context.now), Standing::Told(_));
        !keys.is_empty() && keys.iter().all(told)
    };
    out.retain(|landing| !is_told(&landing.to_string()));
    out.reverse();
    Ok(out)
}

/// Tells the commits that came or went where they run by now, of those landings of which no earlier run has. That is marked, too.
fn commits_told(
    context: &mut Context<'_>,
    stack: &Stack,
    landings: &[Landed],
    how: How,
) -> Result<Vec<ToldReport>, Error> {
    let ids: Vec<String> = landings.iter().map(|one| one.id.to_string()).collect();
    let known = match (how.again, marks::read(context, stack, &ids, &[])) {
        (Again::Yes, Err(Error::CannotTell(_))) => Marks::default(),
        (_, known) => known?,
    };
    let next = |landing: &Landed| match known.standing(&landing.id.to_string(), commits::KEY, context.now) {
        Standing::Told(next) if how.again == Again::Yes => Some(next),
        Standing::Told(_) => None,
        Standing::Due(next) | Standing::Unknown(next) => Some(next),
        Standing::Begun => Some(1),
    };
    let due: Vec<(&Landed, u32)> = landings.iter().filter_map(|one| Some((one, next(one)?))).collect();
    let (mut out, mut done) = (Vec::new(), Vec::new());
    let speaks = commits::speaks(context, stack)?;
    for (landing, attempt) in due {
        let told = commits::tell(context, stack, std::slice::from_ref(landing), how.run)?;
        let failed = told.iter().find_map(|one| match &one.state {
            State::Failed(why) => Some(why.clone()),
            _ => None,
        });
        if speaks {
            let word = if failed.is_some() { MarkWord::NotTold } else { MarkWord::Told };
            let (sink, run) = (commits::KEY.to_string(), marks::run_id());
            let (id, at) = (landing.id.to_string(), context.now);
            done.push(Mark { id, sink, attempt, word, reference: None, why: failed, at, run });
        }
        out.extend(told.iter().map(of_commits));
    }
    if how.run == Run::Real {
        marks::write(context, stack, &done, "tell commits where they run")?;
    }
    Ok(out)
}

fn of_commits(one: &commits::Told) -> ToldReport {
    let (state, reason) = word(&one.state);
    ToldReport {
        landing: one.landing.to_string(),
        event: commits::KEY.to_string(),
        title: one.title.clone(),
        sink: commits::KEY.to_string(),
        variable: None,
        state,
        reason,
    }
}

/// What is told of a landing, with the sinks that it is for; `None`: nothing.
///
/// # Errors
/// It cannot be read.
pub(super) fn news(context: &mut Context<'_>, stack: &mut Stack, landing: CommitId) -> Result<Option<News>, Error> {
    Ok(told_of(context, stack, landing)?.0)
}

/// The same, and what it moved.
fn told_of(context: &mut Context<'_>, stack: &mut Stack, landing: CommitId) -> Result<(Option<News>, Landed), Error> {
    let request = show::Request { landing: Some(landing.to_string()), env: None };
    let (report, read) = show::of(context, stack, &request)?;
    let authors = authors(context, stack, &report);
    let undo = context.options.command(&format!("undo {}", landing.short()));
    let told = messages::of_landing(&report, &stack.main.settings, &authors, undo);
    let changes = read.moves.iter().map(|one| one.moved.change.clone()).collect();
    let news = told.map(|told| News {
        id: landing.to_string(),
        message: told.message,
        environments: told.environments,
        applications: told.applications,
        sinks: sinks(stack, &read),
    });
    Ok((news, Landed { id: landing, changes }))
}

/// The sinks of the rules before a landing, after it, and of now: whoever takes a sink away does not do so in silence.
fn sinks(stack: &Stack, landing: &Landing) -> Vec<Feedback> {
    let of = |world: &World| Arc::clone(&world.settings);
    let sides = landing.before.iter().chain([&landing.after]).map(of);
    let mut out: Vec<Feedback> = stack.main.settings.feedback.clone();
    for one in sides.flat_map(|settings| settings.feedback.clone()) {
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

/// The commits that came with a landing. A source that cannot be asked makes the message shorter, and no other.
fn authors(context: &Context<'_>, stack: &Stack, report: &ShowReport) -> Vec<CommitInfo> {
    let sources = Sources::new(context);
    let mut out = Vec::new();
    for moved in report.moves.iter().map(|one| &one.moved) {
        let app = stack.main.settings.applications.iter().find(|app| app.name.as_str() == moved.application);
        let Some(Ok(Some(source))) = app.map(|app| sources.of(app)) else { continue };
        let ids = moved.commits.iter().filter_map(|line| CommitId::from_hex(&line.commit));
        out.extend(ids.filter_map(|id| source.commit(id).ok()));
    }
    out
}

fn reported(all: &[News], one: &Telling) -> ToldReport {
    let message = all.iter().find(|news| news.id == one.id).map(|news| &news.message);
    let (state, reason) = word(&one.state);
    ToldReport {
        landing: one.id.clone(),
        event: message.map(|message| message.word().to_string()).unwrap_or_default(),
        title: message.map(|message| message.title.clone()).unwrap_or_default(),
        sink: one.to.sink.kind().to_string(),
        variable: Some(one.to.sink.variable().as_str().trim_start_matches('$').to_string()),
        state,
        reason,
    }
}

fn word(state: &State) -> (ToldWord, Option<String>) {
    let (word, why) = match state {
        State::Told(note) => (ToldWord::Told, note.clone()),
        State::Planned => (ToldWord::Planned, None),
        State::Before => (ToldWord::Before, None),
        State::Begun => (ToldWord::Begun, Some("another run is telling it".to_string())),
        State::Unset(variable) => (ToldWord::NotSet, Some(format!("`{variable}` is not set here"))),
        State::Nobody(why) => (ToldWord::Nobody, Some(why.clone())),
        State::Failed(why) => (ToldWord::Failed, Some(why.clone())),
        State::Unknown(why) => (ToldWord::Unknown, Some(why.clone())),
    };
    (word, why)
}

/// How a run tells what it has landed itself.
pub(super) const OWN: How = How { run: Run::Real, again: Again::No, waiting: Waiting::Hardly };
