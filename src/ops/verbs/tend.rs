//! `tend`: the one command for cron and for a forge's events: open requests are kept in order and judged again, previews that are over go, forgotten holds are named, and
//! what has been stable for long is marked as a release baseline.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::hold::HoldFile;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::HoldReport;
use crate::domain::report::previews::PreviewReport;
use crate::domain::report::tend::TendReport;
use crate::git::source::Network;

use super::baseline_due;
use super::keep;
use super::preview_end;
use crate::ops::context::{Closed, Context, Opening, Reach, Run, Taking, Writing};
use crate::ops::judging::open;
use crate::ops::reading::held;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reports::holds;

/// A hold without an end is named once it has stood for so long.
const A_WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What there is to tend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The tool's own requests: what cannot land any more is made again, and what a run left undone is taken up.
    Requests,
    /// The statuses of the heads of all requests.
    Statuses,
    /// Holds that somebody may have forgotten.
    Holds,
    /// Previews that nobody needs any more.
    Previews,
    /// Release baselines that are due.
    Baselines,
}

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Empty: all.
    pub only: Vec<Part>,
    pub run: Run,
    /// How long a forge that does not answer is asked again.
    pub patience: Duration,
}

/// Runs it: requests first, so that what was made again is judged.
///
/// # Errors
/// The remote or its forge cannot be asked at all.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<TendReport, Error> {
    refuse_what_is_not_now(context)?;
    // Nothing that an earlier run has kept counts where somebody is judged.
    context.repo.forget();
    let is_asked = |part| request.only.is_empty() || request.only.contains(&part);
    let mut out = TendReport {
        dry_run: request.run == Run::Dry,
        requests: Vec::new(),
        statuses: Vec::new(),
        holds: Vec::new(),
        previews: Vec::new(),
        baselines: Vec::new(),
        failed: Vec::new(),
        notes: Vec::new(),
    };
    let mut lacks = None;
    if is_asked(Part::Requests) {
        match keep::run(context, &refresh(request)) {
            Ok(kept) => out.requests = kept.requests,
            Err(Error::Invalid(why)) if is_about_rules(&why) => out.failed.push(why.on_one_line()),
            Err(error) => lacks = without_a_forge(request, error)?,
        }
    }
    if is_asked(Part::Statuses) {
        match open::judge(context, request.run, request.patience) {
            Ok(told) => {
                out.statuses = told.requests;
                out.notes.extend(told.notes);
            }
            Err(error) => lacks = without_a_forge(request, error)?,
        }
    }
    if [Part::Holds, Part::Previews, Part::Baselines].into_iter().any(is_asked) {
        by_rules(context, request, &is_asked, &mut out)?;
    }
    if let Some(why) = lacks {
        // Nothing else was there to be done.
        if out.previews.is_empty() && out.baselines.is_empty() && out.failed.is_empty() {
            return Err(why.cannot_tell());
        }
        out.failed.push(why.on_one_line());
    }
    out.failed.dedup();
    let is_about_requests = is_asked(Part::Requests) || is_asked(Part::Statuses);
    if out.requests.is_empty() && out.statuses.is_empty() && is_about_requests {
        out.notes.push("no request is open".to_string());
    }
    Ok(out)
}

/// Where no forge is known there are no requests: that keeps nobody from the rest, where all was asked for.
fn without_a_forge(request: &Request, error: Error) -> Result<Option<Refusal>, Error> {
    match error {
        Error::CannotTell(why) if why.code == Code::NoForge && request.only.is_empty() => Ok(Some(why)),
        error => Err(error),
    }
}

/// What needs the rules alone: holds, previews, baselines. Rules that cannot be read are said.
fn by_rules(
    context: &mut Context<'_>,
    request: &Request,
    is_asked: &dyn Fn(Part) -> bool,
    out: &mut TendReport,
) -> Result<(), Error> {
    let stack = match Stack::read(context, Tips::Fetched) {
        Err(Error::Invalid(why)) if is_about_rules(&why) => {
            out.failed.push(why.on_one_line());
            return Ok(());
        }
        stack => stack?,
    };
    if is_asked(Part::Holds) {
        out.holds = forgotten(context, &stack)?;
    }
    if is_asked(Part::Previews) {
        prune(context, &stack, request, out)?;
    }
    if is_asked(Part::Baselines) {
        let due = baseline_due::mark(context, &stack, request.run)?;
        out.baselines = due.marked;
        out.failed.extend(due.failed);
        out.notes.extend(due.notes);
    }
    Ok(())
}

/// Takes away the previews that nobody needs any more, where there are any: a key that may not says so, and the next run takes it up.
fn prune(context: &mut Context<'_>, stack: &Stack, request: &Request, out: &mut TendReport) -> Result<(), Error> {
    if stack.main.settings.ephemeral().next().is_none() {
        return Ok(());
    }
    let writing = refresh(request).writing;
    match preview_end::prune(context, &preview_end::Prune { env: None, check: false, writing }) {
        Ok(pruned) => {
            out.previews = pruned.due;
            out.notes.extend(pruned.notes.into_iter().filter(|note| !stack.notes.contains(note)));
            let unknown = |one: &PreviewReport| {
                let why = one.reason.as_deref().unwrap_or_default();
                format!("cannot tell whether `{}/{}` is still needed: {why}", one.environment, one.instance)
            };
            out.notes.extend(pruned.unknown.iter().map(unknown));
            let refusals = pruned.changes.iter().flat_map(|change| &change.refusals);
            out.failed.extend(refusals.map(|refusal| refusal.message.clone()));
        }
        Err(no) => out.failed.push(no.answer()?.on_one_line()),
    }
    Ok(())
}

/// What is said of rules that cannot be read keeps no other request from being told that.
fn is_about_rules(why: &Refusal) -> bool {
    !matches!(why.code, Code::NoRemote | Code::Usage | Code::NoPush | Code::NeedsAClone)
}

fn refuse_what_is_not_now(context: &Context<'_>) -> Result<(), Error> {
    let refused = match (&context.options.config, context.options.network) {
        (Some(_), _) => Refusal::new(Code::ConfigForDryRuns, "rules are read from the branch, not from `--config`")
            .hint("leave `--config` away"),
        (None, Network::Offline) => Refusal::new(Code::Usage, "what is tended is at the forge: not with `--offline`")
            .hint("leave `--offline` away"),
        (None, _) => return Ok(()),
    };
    Err(refused.invalid())
}

/// What keeps the tool's own requests in order, as `promote --refresh` asks for it.
fn refresh(request: &Request) -> keep::Request {
    let writing = Writing {
        overriding: Vec::new(),
        run: request.run,
        reach: Reach::Remote,
        landing: None,
        reason: None,
        opening: Opening::AtTheForge { closed: Closed::Stays, patience: request.patience },
        taking: Taking::Waits,
    };
    keep::Request { env: None, what: keep::What::Refresh, writing }
}

/// The holds of all branches that have stood for more than a week and have no end.
fn forgotten(context: &Context<'_>, stack: &Stack) -> Result<Vec<HoldReport>, Error> {
    let mut files: Vec<HoldFile> = Vec::new();
    for world in stack.worlds() {
        for file in held::by_name(context, stack, world, world.holds.clone())? {
            if is_forgotten(&file, context.now) {
                files.push(file);
            }
        }
    }
    Ok(files.iter().map(|file| holds::told(file, context.now)).collect())
}

fn is_forgotten(file: &HoldFile, now: Timestamp) -> bool {
    let is_old = |since: Timestamp| since.checked_add(A_WEEK).is_ok_and(|due| due <= now);
    file.hold.as_ref().is_ok_and(|hold| hold.until.is_none() && is_old(hold.since))
}
