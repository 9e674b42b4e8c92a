//! `why`: what keeps applications from an environment, who or what lets them go, when, and the next command.
//!
//! It is the dry run of a promotion, told by application; so it says what `promote` would say.

use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Outcome, Refusal};
use crate::domain::report::verify::worst;
use crate::domain::report::why::{WhyReport, WhyRow, WhyWord};
use crate::domain::report::{ChangeReport, MoveReport, OpenRequest, RefusalReport, VerdictWord};
use crate::domain::settings::NamePattern;
use crate::domain::whom::{self, Whom};

use super::hotfixing::Urgency;
use super::promote::{self, What};
use crate::ops::context::{Context, Freshness, Opening, Reach, Run, Taking, Writing};
use crate::ops::judging::baselines;
use crate::ops::landing::change::prepare;
use crate::ops::landing::intent::Intent;
use crate::ops::landing::standing;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::when::{self, Toward};
use crate::ops::reports::{change, gates, requests};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub applications: Vec<(NamePattern, Option<String>)>,
    pub all: bool,
    pub to: EnvName,
    pub what: What,
    /// Whether it would land as a hotfix.
    pub urgency: Urgency,
    /// `--at`: as if it were then.
    pub at: Option<String>,
}

/// Runs the verb.
///
/// # Errors
/// A name means nothing, or the clone cannot be read.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<WhyReport, Error> {
    let fetched = context.options.freshness == Freshness::Fetched;
    if let Some(at) = &request.at {
        context.now = when::moment(at, context.now, Toward::Future)?;
    }
    let tips = if fetched { Tips::Fetched } else { Tips::Known };
    let mut stack = Stack::read(context, tips)?;
    if let Some(point) = request.what.point() {
        baselines::settle(context, &mut stack, tips, point)?;
    }
    refuse_instances(&stack, request)?;
    let (open, more) = open_requests(context, &stack, &request.to)?;
    let mut notes = stack.notes.clone();
    let told = rows(context, &stack, request, &open)?;
    notes.extend(told.notes);
    notes.extend(more);
    let (environment, at) = (request.to.to_string(), context.now);
    Ok(WhyReport { environment, at, fetched, applications: told.rows, notes })
}

/// Nothing is promoted to an environment with instances: what keeps one of those from coming is asked of the verb that makes them.
fn refuse_instances(stack: &Stack, request: &Request) -> Result<(), Error> {
    let env = &request.to;
    if !stack.main.settings.has_instances(env) {
        return Ok(());
    }
    let app = match request.applications.first() {
        Some((app, rev)) => format!("{}@{}", app.as_str(), rev.as_deref().unwrap_or("REV")),
        None => "APP@REV".to_string(),
    };
    let what = format!("`{env}` has instances, and nothing is promoted to it");
    Err(Refusal::new(Code::Ephemeral, what)
        .hint(format!(
            "what keeps an instance from coming, gate by gate: `stageline preview create {app} --slug NAME --env {env} --dry-run`"
        ))
        .hint(format!("whether those that are there are still needed, and why not: `stageline preview list --env {env} --fetch`"))
        .invalid())
}

/// The rows of what was asked for, in the order of their names.
pub(super) struct Told {
    pub rows: Vec<WhyRow>,
    pub notes: Vec<String>,
}

/// What every gate says of what was asked for, on a stack that is read; nothing is asked of a forge for it. `open`: the requests
/// that wait for pins of the environment, as far as they are known.
///
/// # Errors
/// A name means nothing, or the past or a source cannot be read.
pub(super) fn rows(
    context: &Context<'_>,
    stack: &Stack,
    request: &Request,
    open: &[OpenRequest],
) -> Result<Told, Error> {
    let writing = Writing {
        run: Run::Dry,
        reach: Reach::Remote,
        landing: None,
        reason: None,
        opening: Opening::ByHand,
        taking: Taking::Waits,
        overriding: Vec::new(),
    };
    let asked = promote::Request {
        applications: request.applications.clone(),
        all: request.all,
        exclude: Vec::new(),
        to: request.to.clone(),
        what: request.what.clone(),
        allow_older: false,
        digest: None,
        holds: promote::Holds::Stand,
        urgency: request.urgency,
        writing: writing.clone(),
    };
    let intent = promote::resolve(context, stack, &asked)?;
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    match prepare(context, stack, &intent, &writing)? {
        Outcome::NothingToDo(_) => {}
        Outcome::Done(prepared) => {
            let mut told = change::planned(&intent, &prepared, context.now);
            // What waits is kept back as well, however the plan would land.
            told.refusals = intent.objections.iter().map(gates::objection).collect();
            told.refusals.extend(gates::refused(prepared.reviewed.review()));
            let of = Rows { context, request, told: &told, open };
            rows.extend(told.moves.iter().map(|moved| of.row(moved)));
            notes.extend(told.notes.iter().cloned());
        }
    }
    rows.extend(left(&intent, &rows, request, stack));
    rows.sort_by(|one, other| one.application.cmp(&other.application));
    Ok(Told { rows, notes })
}

/// The requests that wait for pins of an environment, and what is to be said of them.
fn open_requests(
    context: &mut Context<'_>,
    stack: &Stack,
    env: &EnvName,
) -> Result<(Vec<OpenRequest>, Vec<String>), Error> {
    let (standing, notes) = standing::requests(context, stack)?;
    let all = standing.iter().map(|one| requests::told(context, stack, one)).collect::<Result<Vec<_>, _>>()?;
    let is_about = |one: &OpenRequest| one.moves.iter().any(|row| row.environment == env.as_str());
    Ok((all.into_iter().filter(is_about).collect(), notes))
}

/// What every row is made from.
struct Rows<'a> {
    context: &'a Context<'a>,
    request: &'a Request,
    told: &'a ChangeReport,
    open: &'a [OpenRequest],
}

impl Rows<'_> {
    fn row(&self, moved: &MoveReport) -> WhyRow {
        let app = &moved.application;
        let is_own = |subject: &str| subject == app || subject == "commit" || !self.is_application(subject);
        let gates: Vec<_> = self.told.gates.iter().filter(|gate| is_own(&gate.subject)).cloned().collect();
        let about = |refusal: &&RefusalReport| {
            let named = format!("`{app}`");
            let others =
                self.told.moves.iter().any(|other| refusal.message.contains(&format!("`{}`", other.application)));
            refusal.message.contains(&named) || !others
        };
        let refusals: Vec<RefusalReport> = self.told.refusals.iter().filter(about).cloned().collect();
        let gated = gates.iter().map(|gate| gate.verdict);
        // What no gate says (commits that would be lost) is a refusal alone.
        let is_gates = |refusal: &&RefusalReport| gates.iter().any(|gate| gate.detail == refusal.message);
        let more = refusals.iter().filter(|refusal| !is_gates(refusal)).map(|refusal| match refusal.verdict {
            VerdictWord::Fail => VerdictWord::Fail,
            // An objection of a gate that waits is among the gates.
            _ if gates.iter().any(|gate| gate.verdict != VerdictWord::Pass) => VerdictWord::Pass,
            other => other,
        });
        let state = WhyWord::from(worst(gated.chain(more)));
        let waits: Vec<_> = gates.iter().filter(|gate| gate.verdict != VerdictWord::Pass).collect();
        let eligible_at = match state {
            WhyWord::Waiting if waits.iter().all(|gate| gate.eligible_at.is_some()) => {
                waits.iter().filter_map(|gate| gate.eligible_at).max()
            }
            _ => None,
        };
        let asks = |one: &&OpenRequest| one.moves.iter().any(|row| row.application == *app);
        let next = self.next(app, state, &refusals);
        let mut ask: Vec<Whom> = Vec::new();
        whom::add(&mut ask, refusals.iter().flat_map(|refusal| &refusal.ask).cloned());
        WhyRow {
            application: app.clone(),
            state,
            from: moved.from.clone(),
            to: moved.to.clone(),
            origin: Some(moved.origin.clone()),
            commits: moved.commits_total,
            gates,
            refusals,
            ask,
            eligible_at,
            request: self.open.iter().find(asks).cloned(),
            reason: None,
            next,
        }
    }

    fn is_application(&self, subject: &str) -> bool {
        self.told.moves.iter().any(|moved| moved.application == subject)
    }

    /// The promotion that was asked about, as it is typed.
    fn promotion(&self, app: &str) -> String {
        let (rev, more) = match self.request.urgency {
            Urgency::Ordinary => (None, ""),
            Urgency::Hotfix => {
                let own = self.request.applications.iter().find(|(name, _)| name.as_str() == app);
                (own.and_then(|(_, rev)| rev.as_ref()), " --hotfix")
            }
        };
        let rev = rev.map_or(String::new(), |rev| format!("@{rev}"));
        self.context.options.command(&format!("promote {app}{rev} --to {}{more}", self.request.to))
    }

    /// What to type next: the promotion itself, or what the first refusal names.
    fn next(&self, app: &str, state: WhyWord, refusals: &[RefusalReport]) -> Option<String> {
        match state {
            WhyWord::Ready => Some(self.promotion(app)),
            _ => {
                let hints = refusals.iter().flat_map(|refusal| &refusal.hints);
                let command = hints.filter_map(|hint| hint.split('`').nth(1));
                command.map(str::to_string).find(|word| word.starts_with("stageline") && !word.contains(" why "))
            }
        }
    }
}

/// The rows of applications that have nothing to go: what is left as it is, and what runs that already.
fn left(intent: &Intent, rows: &[WhyRow], request: &Request, stack: &Stack) -> Vec<WhyRow> {
    let nothing = |app: &AppName, reason: String| WhyRow {
        application: app.to_string(),
        state: WhyWord::Nothing,
        from: None,
        to: None,
        origin: None,
        commits: None,
        gates: Vec::new(),
        refusals: Vec::new(),
        ask: Vec::new(),
        eligible_at: None,
        request: None,
        reason: Some(reason),
        next: None,
    };
    let mut out: Vec<WhyRow> = intent.skipped.iter().map(|one| nothing(&one.app, one.reason.clone())).collect();
    let is_told = |out: &[WhyRow], app: &AppName| rows.iter().chain(out).any(|row| row.application == app.as_str());
    for app in &stack.main.settings.applications {
        let is_named = request.applications.iter().any(|(pattern, _)| pattern.matches(app.name.as_str()));
        if is_named && !is_told(&out, &app.name) {
            out.push(nothing(&app.name, format!("`{}` runs that already", request.to)));
        }
    }
    out
}
