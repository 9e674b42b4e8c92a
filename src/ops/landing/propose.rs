//! Lands a plan as the one commit of a request branch, its own or a numbered one beside somebody's work, and opens its request.

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::plan::Plan;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::NamedGate;
use crate::domain::trailer::Trailers;
use crate::domain::verb::Verb;
use crate::forge::{self, Door, Found, address, whom};
use crate::git::fetch::Rewound;
use crate::git::land::{Made, To};
use crate::git::push::Pushed;
use crate::git::write::Sign;
use crate::policy::Verdict;
use crate::policy::review::{Approved, Ruled};

use crate::ops::context::{Context, Opening};
use crate::ops::judging::sealed;
use crate::ops::landing::branches;
use crate::ops::landing::by_git::{self, How as Asked};
use crate::ops::landing::door;
use crate::ops::landing::dress::{self, Dressed};
use crate::ops::landing::landed::{FollowUp, Landed, Number, Request, Tried};
use crate::ops::landing::merging::{self, Head};
use crate::ops::landing::opening::{self, How, Opened};
use crate::ops::landing::prepared::Prepared;
use crate::ops::landing::request::{self, Live, Touch};

use crate::ops::reading::stack::Stack;

/// What became of one branch that was tried.
enum Placed {
    /// The plan is there.
    There,
    /// Somebody moved the branch meanwhile.
    Moved,
    /// It cannot go there; the next one is tried.
    Elsewhere,
}

/// The branch that a plan goes to, and what was found on it.
struct Spot {
    branch: BranchName,
    live: Option<CommitId>,
    found: Live,
    /// Which of the branches of its kind it is.
    number: usize,
}

impl Spot {
    /// The commit that holds the plan already, if one does.
    fn holds(&self) -> Option<CommitId> {
        match &self.found {
            Live::Same(commit) => Some(*commit),
            Live::Touched(touch) if touch.plan.is_some() => Some(touch.tip),
            Live::Touched(_) | Live::Absent | Live::Ours(_) | Live::Merged(_) => None,
        }
    }

    /// What waits there for a request.
    fn request(&self, context: &Context<'_>, stack: &Stack, plan: &Plan) -> Result<Request, Error> {
        let address = page(context, stack, &self.branch, &plan.target.branch)?;
        Ok(Request { is_unchanged: self.holds().is_some(), ..Request::of(&self.branch, address) })
    }

    /// What is said of a commit of ours that the plan takes the place of.
    fn replaces(&self) -> Option<String> {
        match &self.found {
            Live::Ours(old) => Some(format!("replaces {} on `{}`", old.short(), self.branch)),
            _ => None,
        }
    }
}

/// Whether a commit of ours on a request branch may give way to another one.
#[derive(Clone, Copy)]
enum Replacing<'d> {
    /// What its request is at is known by the forge; `None`: there is none that would have one.
    Known(Option<&'d Door>),
    /// It may be approved, or about to merge, and the forge is not asked.
    Unseen,
}

/// Whether the forge of a remote is one, and is not asked.
fn replacing<'d>(
    context: &Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    (door, opening): (Option<&'d Door>, Opening),
) -> Replacing<'d> {
    match opening {
        Opening::AtTheForge { .. } => Replacing::Known(door),
        // Only a forge can be asked by a push.
        Opening::ByGit => Replacing::Unseen,
        Opening::ByHand => match door::site(context, stack, remote) {
            Ok(None) => Replacing::Known(None),
            Ok(Some(_)) | Err(_) => Replacing::Unseen,
        },
    }
}

/// Looks for the branch that a plan goes to, from one of its kind on; each that is somebody's is told in the notes.
fn seek(
    context: &mut Context<'_>,
    stack: &Stack,
    (plan, first, replacing): (&Plan, &BranchName, Replacing<'_>),
    remote: &RemoteName,
    from: usize,
    notes: &mut Vec<String>,
) -> Result<Spot, Error> {
    for number in from..=branches::MOST {
        let branch = if number == 1 { first.clone() } else { branches::numbered(first, number)? };
        let live = fetch_live(context, remote, &branch)?;
        let found = request::look(context, stack, plan, live)?;
        let spot = Spot { branch, live, found, number };
        if let Live::Touched(Touch { commit, by, .. }) = &spot.found {
            let what = format!("`{}` is left alone: {} by {by} stands on it", spot.branch, commit.short());
            if spot.holds().is_none() {
                notes.push(format!("{what}; of its request and the new one, merge one and close the other"));
                continue;
            }
            notes.push(what);
        }
        match theirs(plan, &spot, replacing)? {
            Some(note) => notes.push(note),
            None => return Ok(spot),
        }
    }
    Err(Refusal::new(Code::BranchesTaken, format!("somebody has worked on `{first}` and on all others of its kind"))
        .details(notes.clone())
        .hint("merge or delete those that are not needed any more")
        .refused())
}

/// Why a commit of ours on a branch does not give way all the same.
fn theirs(plan: &Plan, spot: &Spot, replacing: Replacing<'_>) -> Result<Option<String>, Error> {
    let (Live::Ours(old), branch) = (&spot.found, &spot.branch) else { return Ok(None) };
    let left = format!("`{branch}` is left as it is, with {}", old.short());
    match replacing {
        Replacing::Unseen => Ok(Some(format!(
            "{left}: nothing here asks the forge whether its request is approved; of both, merge one and close the other"
        ))),
        Replacing::Known(Some(door)) => {
            let turned = opening::turned(door, branch, &plan.target.branch)?;
            Ok(turned.map(|(mark, base)| format!("{left}: somebody has turned {mark}, which it is of, to `{base}`")))
        }
        Replacing::Known(None) => Ok(None),
    }
}

/// Where a plan would go, as far as that can be said before it does.
pub struct Foreseen {
    pub request: Request,
    /// The commit that holds the plan already, if one does and its request is open, and whether it is signed.
    pub there: Option<(CommitId, bool)>,
    pub notes: Vec<String>,
}

/// Says where a plan would go. Errors: as in landing it.
pub fn foresee(
    context: &mut Context<'_>,
    stack: &Stack,
    (plan, first): (&Plan, &BranchName),
    remote: &RemoteName,
    opening: Opening,
) -> Result<Foreseen, Error> {
    let mut notes = Vec::new();
    let door = door::of(context, stack, remote, opening)?;
    if let Some(way) = by_git::way(context, stack, remote, opening)?.filter(|way| way.how == Asked::Review) {
        let (request, there) = by_git::foresee(context, stack, (plan, first), (remote, &way))?;
        return Ok(Foreseen { request, there, notes });
    }
    let replacing = replacing(context, stack, remote, (door.as_deref(), opening));
    let spot = seek(context, stack, (plan, first, replacing), remote, 1, &mut notes)?;
    notes.extend(spot.replaces());
    let mut request = spot.request(context, stack, plan)?;
    if let Some(found) = ask(door.as_deref(), plan, &spot, opening)? {
        let number = found.number;
        request.number = door.as_deref().map(|door| Number { number, mark: forge::of(door).mark(number) });
        request.address = Some(found.page);
    }
    let waits = door.is_none() || request.number.is_some();
    let there = match spot.holds().filter(|_| waits) {
        Some(commit) => Some((commit, context.repo.commit(commit)?.signed)),
        None => None,
    };
    Ok(Foreseen { request, there, notes })
}

/// Pushes the plan as one commit on its request branch: not at all where the live one already holds it, and to a numbered
/// branch where somebody has worked on it, or where it may not be replaced.
pub fn propose(
    context: &mut Context<'_>,
    stack: &Stack,
    (approved, first): (&Approved, &BranchName),
    remote: &RemoteName,
    sign: Sign,
    (prepared, verb, opening): (&Prepared, Verb, Opening),
) -> Result<Tried, Error> {
    let plan = approved.plan();
    // What the forge would refuse is known before anything is pushed.
    let door = door::of(context, stack, remote, opening)?;
    let way = by_git::way(context, stack, remote, opening)?;
    let dressed = dress::of(&stack.main.settings, &plan.proposal, verb);
    if let Some(way) = way.as_ref().filter(|way| way.how == Asked::Review) {
        return by_git::propose(context, stack, (approved, first), remote, sign, (prepared, &dressed, way));
    }
    let replacing = replacing(context, stack, remote, (door.as_deref(), opening));
    context.face.step("signing and pushing");
    let mut made: Option<(Vec<String>, Made)> = None;
    let mut told = Pushing { notes: Vec::new(), options: Vec::new(), undo: None, was_scheduled: false };
    let mut from = 1;
    let (spot, open, commit, is_signed) = loop {
        let spot = seek(context, stack, (plan, first, replacing), remote, from, &mut told.notes)?;
        let open = ask(door.as_deref(), plan, &spot, opening)?;
        if let Some(commit) = spot.holds() {
            break (spot, Ok(open), commit, context.repo.commit(commit)?.signed);
        }
        let asked_by = asked_by(context, &spot)?;
        let known = match made.take() {
            Some((same, known)) if same == asked_by => known,
            _ => sealed::make(context, stack, approved, &asked_by, sign)?,
        };
        told.options = by_git::options(way.as_ref(), (prepared, &dressed), &spot.branch);
        match replace(context, remote, &spot, (door.as_deref(), open.as_ref()), &known, &mut told)? {
            Placed::Moved => return Ok(Tried::Moved),
            Placed::Elsewhere => from = spot.number + 1,
            Placed::There => {
                // Somebody may have merged or closed it while the branch was pushed.
                let open = ask(door.as_deref(), plan, &spot, opening);
                break (spot, open, known.commit(), sign == Sign::Yes);
            }
        }
        made = Some((asked_by, known));
    };
    let mut request = spot.request(context, stack, plan)?;
    let Pushing { mut notes, mut undo, was_scheduled, .. } = told;
    by_git::asked_for(way.as_ref(), &dressed, &mut request, &mut notes);
    let mut follow_ups = Vec::new();
    if let Some(door) = &door {
        context.face.step("opening the request");
        let (is_ours, is_new) = (!matches!(spot.found, Live::Touched(_)), spot.holds().is_none());
        let head = Head { commit, is_ours, is_new, was_scheduled };
        follow_ups = settle(door, (prepared, &dressed), (open, head), &mut request, &mut notes);
        // A branch that is deleted by hand closes its request as a "no".
        undo = request.number.as_ref().and(withdrawal(plan)).map(|words| context.options.command(&words)).or(undo);
    }
    notes.extend(remarks(plan, &request).into_iter().chain(agreement(prepared, &request)));
    let (request, remote) = (Some(request), Some(remote.clone()));
    Ok(Tried::Landed(Box::new(Landed { commit, is_signed, remote, request, undo, follow_ups, notes, shut: None })))
}

/// What is left to people, and what is not so yet.
fn remarks(plan: &Plan, request: &Request) -> Vec<String> {
    let (branch, target) = (&request.branch, &plan.target.branch);
    let by_hand = format!("open a merge request from `{branch}` into `{target}` on your forge");
    let not_yet = "what is said of holds is so when the request is merged, not before".to_string();
    let by_hand = request.address.is_none().then_some(by_hand);
    by_hand.into_iter().chain((!plan.proposal.records.is_empty()).then_some(not_yet)).collect()
}

/// How others agree to it, where it waits for that.
fn agreement(prepared: &Prepared, request: &Request) -> Option<String> {
    let waits = |ruled: &Ruled| {
        let is_for_people = ruled.gate == NamedGate::Approvals.word() || ruled.is_wished;
        is_for_people && matches!(ruled.judged.verdict, Verdict::Pending { .. })
    };
    let name = request.number.as_ref().map_or(request.branch.to_string(), |number| number.number.to_string());
    let all = prepared.reviewed.review().verdicts();
    all.iter().any(waits).then(|| format!("others agree to it with `stageline approve {name}`"))
}

/// The command of ours that takes a request back, without the program's name; `None`: it moves nothing, or not in one environment.
fn withdrawal(plan: &Plan) -> Option<String> {
    let moves = &plan.proposal.moves;
    let env = &moves.first()?.env;
    let is_one = moves.iter().all(|one| one.env == *env);
    let apps: Vec<&str> = moves.iter().map(|one| one.app.as_str()).collect();
    is_one.then(|| format!("promote {} --to {env} --withdraw", apps.join(" ")))
}

/// Who asked for what a commit of ours takes the place of: the authors of a request never get fewer.
fn asked_by(context: &Context<'_>, spot: &Spot) -> Result<Vec<String>, Error> {
    let Live::Ours(old) = &spot.found else { return Ok(Vec::new()) };
    let info = context.repo.commit(*old)?;
    let mut people = Trailers::read(&info.message).asked_by;
    people.push(format!("{} <{}>", info.author.name, info.author.email));
    people.sort();
    people.dedup();
    Ok(people)
}

/// Whether the commit of a request branch holds a plan already.
pub fn holds_already(context: &Context<'_>, stack: &Stack, plan: &Plan, tip: CommitId) -> Result<bool, Error> {
    Ok(matches!(request::look(context, stack, plan, Some(tip))?, Live::Same(_)))
}

/// The open request of a branch, where the forge is asked.
fn ask(door: Option<&Door>, plan: &Plan, spot: &Spot, opening: Opening) -> Result<Option<Found>, Error> {
    match (door, opening) {
        (Some(door), Opening::AtTheForge { closed, .. }) => opening::look(door, plan, &spot.branch, closed),
        _ => Ok(None),
    }
}

/// Opens the request of a branch that holds the plan by now, or keeps it in order. What fails from here on is told as a step that
/// is left to do: the push stays, and a rerun goes on from it.
fn settle(
    door: &Door,
    (prepared, dressed): (&Prepared, &Dressed),
    (open, head): (Result<Option<Found>, Error>, Head),
    request: &mut Request,
    notes: &mut Vec<String>,
) -> Vec<FollowUp> {
    match open.and_then(|open| opening::open(door, prepared, &request.branch, open, dressed)) {
        Ok(Opened { found, mark, how, notes: left }) => {
            let by = found.by.as_ref().map_or(String::new(), |by| format!(" as `{by}`"));
            notes.push(format!("{} {mark}{}", how.word(), if how == How::Opened { &by } else { "" }));
            if how == How::Opened {
                notes.extend(whom::follows(door.site.kind, found.by.as_deref()));
                notes.extend(dressed.notes.iter().cloned());
            }
            notes.extend(left);
            let stands = merging::settle(door, &found, head, dressed.auto_merge);
            notes.extend(stands.notes);
            request.address = Some(found.page);
            request.number = Some(Number { number: found.number, mark });
            request.is_unchanged &= how == How::Unchanged;
            (request.by, request.needs, request.by_itself) = (found.by, stands.needs, stands.by_itself);
            let what = if stands.is_forbidden { merging::FORBIDDEN } else { "merging by itself" };
            let step = |why| FollowUp { what, failed: Some(why) };
            stands.failed.map(step).into_iter().collect()
        }
        Err(error) => vec![FollowUp { what: "the request", failed: Some(error.refusal().on_one_line()) }],
    }
}

/// What is to be said of a push.
struct Pushing {
    notes: Vec<String>,
    /// What the server is told beside it.
    options: Vec<String>,
    /// Whether its request was to merge by itself until then.
    was_scheduled: bool,
    /// The command that takes it back.
    undo: Option<String>,
}

/// Pushes to a branch that is not there, ours, or merged, and says what it replaces and what takes that back. Its open request is
/// not to merge by itself when that comes.
fn replace(
    context: &mut Context<'_>,
    remote: &RemoteName,
    spot: &Spot,
    request: (Option<&Door>, Option<&Found>),
    made: &Made,
    told: &mut Pushing,
) -> Result<Placed, Error> {
    let Spot { branch, live: expected, .. } = spot;
    if let (Some(door), Some(open)) = request {
        told.was_scheduled |= merging::call_off(door, open)?;
    }
    let commit = made.commit();
    match context.repo.land(made, To::Request { remote, branch, expected: *expected, options: &told.options }) {
        Ok(Pushed::Moved(_)) => Ok(Placed::Moved),
        Ok(pushed @ (Pushed::Done | Pushed::Unseen)) => {
            if pushed == Pushed::Unseen {
                told.notes.push(unseen(remote));
            }
            told.notes.extend(spot.replaces());
            told.undo = context.options.git(&unpush(remote, branch, *expected, commit));
            Ok(Placed::There)
        }
        // A server that lets nobody rewind a branch still takes another one.
        Err(Error::Refused(why)) if expected.is_some() && why.code == Code::PushRefused => {
            let said = why.details.first().map_or(String::new(), |line| format!(" ({line})"));
            told.notes.push(format!("`{branch}` may not be replaced on {remote}{said}"));
            Ok(Placed::Elsewhere)
        }
        Err(error) => Err(error),
    }
}

/// Where a request branch is now.
fn fetch_live(context: &mut Context<'_>, remote: &RemoteName, branch: &BranchName) -> Result<Option<CommitId>, Error> {
    let tips = context.repo.fetch(remote, std::slice::from_ref(branch), Rewound::Followed)?;
    Ok(tips.first().copied().flatten())
}

/// The page where a request is opened; `None` where the remote's host is not known.
fn page(
    context: &Context<'_>,
    stack: &Stack,
    branch: &BranchName,
    target: &BranchName,
) -> Result<Option<String>, Error> {
    let Some(remote) = &stack.remote else { return Ok(None) };
    let address = context.repo.remote_address(remote)?;
    let known = address.and_then(|address| address::repository(&address, &stack.main.settings.forges));
    Ok(known.map(|repository| repository.open_request(branch.as_str(), target.as_str())))
}

/// What git is told to bring a request branch back to what it was before a push of ours; the lease keeps what somebody puts on
/// it meanwhile.
fn unpush(remote: &RemoteName, branch: &BranchName, before: Option<CommitId>, pushed: CommitId) -> String {
    let before = before.map_or(String::new(), |id| id.to_string());
    format!("push --force-with-lease={branch}:{pushed} {remote} {before}:{}", branch.full())
}

/// What is said where the address that is pushed to is another one than is fetched from, and that does not show it yet.
pub fn unseen(remote: &RemoteName) -> String {
    format!(
        "it was pushed to another address than `{remote}` is fetched from, which does not show it yet: \
         `git remote get-url --push {remote}`"
    )
}
