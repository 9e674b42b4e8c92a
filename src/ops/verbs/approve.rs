//! `approve`: agrees to a change that waits, by a statement of its digest; overrides a gate for it; takes either back.

use jiff::Timestamp;

use crate::domain::change_digest::ChangeDigest;
use crate::domain::commit::{CommitId, Known, TreeId};
use crate::domain::hex::sha256;
use crate::domain::names::BranchName;
use crate::domain::plan::Proposal;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::approve::{ApproveReport, ConsentWord, WrittenStatement};
use crate::domain::report::verify::RefVerdict;
use crate::domain::settings::NamedGate;
use crate::domain::statement::{self, Agreed, Consent, Statement, Withdrawal};
use crate::domain::testimony::Who;
use crate::git::source::Network;
use crate::policy::standing::{self, Standing};

use crate::ops::context::{Context, Run};
use crate::ops::judging::judge::{self, Ruling};
use crate::ops::judging::keys;
use crate::ops::judging::makers::{self, Work};
use crate::ops::judging::request::{self, Looked, Merge};
use crate::ops::judging::reviews::Reviews;
use crate::ops::judging::statements::{Found, Statements};
use crate::ops::landing::asked::{self, Asked};
use crate::ops::landing::saying::{self, Signed};
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::when::{self, Toward};

/// What somebody wants to say.
#[derive(Debug, Clone)]
pub struct Request {
    /// The request, branch or commit.
    pub what: String,
    /// `--onto`: the branch that it is for; `None`: as the request says, else the main one.
    pub onto: Option<BranchName>,
    pub say: Say,
    /// `-m`: why; an override needs it.
    pub reason: Option<String>,
    pub run: Run,
}

/// What is said of it.
#[derive(Debug, Clone)]
pub enum Say {
    Approve,
    /// A gate, and until when it may be passed: a time or a span.
    Override {
        gate: NamedGate,
        expires: String,
    },
    Withdraw,
}

/// Says it.
///
/// # Errors
/// There is nothing to agree to, it would count for nothing, or it cannot be written.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<ApproveReport, Error> {
    let has_remote = !context.repo.remotes()?.is_empty();
    let tips = if has_remote && context.options.network == Network::Allowed { Tips::Fetched } else { Tips::Known };
    let mut stack = Stack::read(context, tips)?;
    let asked = asked::of(context, &stack, &request.what, request.onto.as_ref())?;
    let looked = request::look(context, &stack, (&asked.branch, asked.head), Reviews::default())?;
    let change = Change::of(&looked)?;
    match &request.say {
        Say::Withdraw => withdraw(context, &mut stack, request, (&asked, &looked, change)),
        Say::Approve | Say::Override { .. } => agree(context, &mut stack, request, (&asked, &looked, change)),
    }
}

/// What is agreed to.
#[derive(Clone, Copy)]
struct Change<'l> {
    tip: CommitId,
    tree: TreeId,
    digest: ChangeDigest,
    proposal: &'l Proposal,
}

impl<'l> Change<'l> {
    fn of(looked: &'l Looked) -> Result<Self, Error> {
        let Some(Merge { tip, tree, ruling }) = &looked.merge else { return Err(unjudged(&looked.verdict)) };
        match ruling {
            Ruling::Unread(why) => Err(why.clone().refused()),
            Ruling::Judged { change: Some(digest), proposal, .. } => {
                Ok(Self { tip: *tip, tree: *tree, digest: *digest, proposal })
            }
            Ruling::Judged { proposal, .. } if judge::is_nothing(proposal) => {
                let what = "there is nothing to agree to: it changes nothing that anybody governs";
                Err(Refusal::new(Code::EmptyRange, what)
                    .hint("is it for the branch of an environment of its own? `--onto BRANCH`")
                    .invalid())
            }
            Ruling::Judged { .. } => {
                let what = "nothing tells which repository the change is of, so nobody can agree to it";
                Err(Refusal::new(Code::ApprovalsUnknown, what)
                    .hint("write `id: NAME` into `stageline.yaml`")
                    .cannot_tell())
            }
        }
    }
}

/// What cannot be merged, or read, is nothing that anybody can agree to.
fn unjudged(verdict: &RefVerdict) -> Error {
    let first = verdict.refusals.first();
    let why = first.map_or("it cannot be judged", |refusal| &refusal.message);
    let refusal = Refusal::new(Code::MergeConflict, format!("there is nothing to agree to: {why}"));
    let refusal = first.iter().fold(refusal, |out, one| out.details(one.details.clone()));
    first.into_iter().flat_map(|one| one.hints.clone()).fold(refusal, Refusal::hint).refused()
}

type Seen<'l> = (&'l Asked, &'l Looked, Change<'l>);

fn agree(
    context: &mut Context<'_>,
    stack: &mut Stack,
    request: &Request,
    (asked, looked, change): Seen<'_>,
) -> Result<ApproveReport, Error> {
    let at = saying::now(context);
    let agreed = agreed(request, at)?;
    let consent = Consent {
        change: change.digest,
        target: asked.branch.clone(),
        base: change.tip,
        head: Some(asked.head),
        tree: change.tree,
        agreed: agreed.clone(),
        at,
    };
    let signed = saying::sign(context, stack, &Statement::Consent(consent))?;
    let Standing { person, counts_for } = standing_of(context, stack, change, asked, (&signed, &agreed))?;
    let mut notes = Vec::new();
    if counts_for.is_empty() {
        notes.push(format!("no rule asks for an approval of {person}: it is recorded, and counts for nothing"));
    }
    let subject = subject(&agreed, change, &person.to_string());
    let written = write(context, stack, request.run, vec![signed], &subject)?;
    let verdict = after(context, stack, asked, looked, request.run)?;
    let (gate, reason, until) = match agreed {
        Agreed::Approval => (None, None, None),
        Agreed::Override { gate, reason, until } => (Some(gate.word().to_string()), Some(reason), Some(until)),
    };
    let said = if gate.is_some() { ConsentWord::Override } else { ConsentWord::Approval };
    let by = Some(person.to_string());
    Ok(ApproveReport {
        counts_for,
        gate,
        reason,
        until,
        by,
        notes,
        statements: written,
        ..report(request, said, (asked, change), verdict)
    })
}

fn agreed(request: &Request, now: Timestamp) -> Result<Agreed, Error> {
    let Say::Override { gate, expires } = &request.say else { return Ok(Agreed::Approval) };
    let Some(reason) = request.reason.clone().filter(|reason| !reason.trim().is_empty()) else {
        let what = format!("an override of `{}` needs a reason", gate.word());
        return Err(Refusal::new(Code::ReasonNeeded, what).hint("say why: `--reason TEXT`").invalid());
    };
    let until = when::moment(expires, now, Toward::Future)?;
    if until <= now {
        let what = format!("`{expires}` is over already");
        return Err(Refusal::new(Code::BadTime, what).hint("a time to come, or a span: `--expires 4h`").invalid());
    }
    Ok(Agreed::Override { gate: *gate, reason, until })
}

fn standing_of(
    context: &Context<'_>,
    stack: &Stack,
    change: Change<'_>,
    asked: &Asked,
    (signed, agreed): (&Signed, &Agreed),
) -> Result<Standing, Error> {
    let ring = keys::of_main(stack)?.map_err(|why| Refusal::new(Code::NotASigner, why).refused())?;
    let mut makers = makers::of(context, &Work::Commits(vec![(change.tip, asked.head)]), &ring)?.makers;
    makers.who.extend(asked.opened_by.iter().cloned().map(Who::Login));
    let by = Who::Key(signed.by.clone());
    standing::of(&stack.main.settings, change.proposal, &makers, &by, agreed).map_err(Refusal::refused)
}

fn subject(agreed: &Agreed, change: Change<'_>, person: &str) -> String {
    let short = change.digest.short();
    match agreed {
        Agreed::Approval => format!("{person} approves change {short}"),
        Agreed::Override { gate, .. } => format!("{person} overrides {} for change {short}", gate.word()),
    }
}

fn write(
    context: &mut Context<'_>,
    stack: &Stack,
    run: Run,
    signed: Vec<Signed>,
    subject: &str,
) -> Result<Vec<WrittenStatement>, Error> {
    if run == Run::Dry {
        return Ok(Vec::new());
    }
    let said = saying::say(context, stack, signed, subject)?;
    let told = |one: saying::Said| WrittenStatement {
        path: one.path.to_string(),
        commit: one.commit.to_string(),
        key: one.key,
    };
    Ok(said.into_iter().map(told).collect())
}

/// What is said of the change when the statement is there.
fn after(
    context: &mut Context<'_>,
    stack: &mut Stack,
    asked: &Asked,
    looked: &Looked,
    run: Run,
) -> Result<RefVerdict, Error> {
    if run == Run::Dry {
        return Ok(looked.verdict.clone());
    }
    stack.look_for_statements(context)?;
    request::judge(context, stack, (&asked.branch, asked.head), Reviews::default())
}

fn report(
    request: &Request,
    said: ConsentWord,
    (asked, change): (&Asked, Change<'_>),
    verdict: RefVerdict,
) -> ApproveReport {
    ApproveReport {
        verb: "approve".into(),
        dry_run: request.run == Run::Dry,
        said,
        branch: asked.branch.to_string(),
        head: asked.head.to_string(),
        change: change.digest.to_string(),
        by: None,
        counts_for: Vec::new(),
        gate: None,
        reason: request.reason.clone(),
        until: None,
        statements: Vec::new(),
        verdict,
        notes: Vec::new(),
    }
}

/// Takes back what the owner of this key agreed to of the change.
fn withdraw(
    context: &mut Context<'_>,
    stack: &mut Stack,
    request: &Request,
    (asked, looked, change): Seen<'_>,
) -> Result<ApproveReport, Error> {
    stack.look_for_statements(context)?;
    let own = own_consents(context, stack, change)?;
    if own.is_empty() {
        let what = "nothing that you agreed to stands for this change";
        return Err(Refusal::new(Code::NothingToWithdraw, what)
            .hint("see what was said: `stageline attest list`")
            .refused());
    }
    let mut signed = Vec::new();
    for found in &own {
        let withdrawal = Withdrawal {
            of: found.path.clone(),
            sha256: sha256(&found.bytes),
            reason: request.reason.clone(),
            at: saying::now(context),
        };
        signed.push(saying::sign(context, stack, &Statement::Withdrawal(withdrawal))?);
    }
    let subject = format!("withdraw what was agreed to of change {}", change.digest.short());
    let statements = write(context, stack, request.run, signed, &subject)?;
    let verdict = after(context, stack, asked, looked, request.run)?;
    Ok(ApproveReport { statements, ..report(request, ConsentWord::Withdrawal, (asked, change), verdict) })
}

/// What the owner of this key has agreed to of a change, and not taken back.
fn own_consents(context: &Context<'_>, stack: &Stack, change: Change<'_>) -> Result<Vec<Found>, Error> {
    let cannot = |why: String| Refusal::new(Code::ApprovalsUnknown, why).cannot_tell();
    let statements = match Statements::of(context, &stack.statements)? {
        Known::Is(statements) => statements,
        Known::CannotTell(why) => return Err(cannot(why)),
    };
    let folder = statement::consents_of(change.digest).map_err(anyhow::Error::msg)?;
    let found = match statements.in_folder(&folder)? {
        Known::Is(found) => found,
        Known::CannotTell(why) => return Err(cannot(why)),
    };
    let Ok(ring) = keys::of_main(stack)? else { return Ok(Vec::new()) };
    let principals = ring.own_key(&context.repo)?.map(|own| own.principals).unwrap_or_default();
    let (heard, _) = statements.heard(&found, &ring)?;
    let is_own = |found: &&Found| {
        heard.iter().any(|one| {
            let is_consent = matches!(one.statement, Statement::Consent(_));
            is_consent && one.path == found.path && one.by.iter().any(|name| principals.contains(name))
        })
    };
    Ok(found.iter().filter(is_own).cloned().collect())
}
