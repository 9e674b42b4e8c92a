//! A request that the push itself asks the forge for, where there are git's own credentials and no token: GitLab by push options,
//! Gitea and Forgejo by AGit. What is not known without a token is said, and never guessed.

use std::time::Duration;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::plan::Plan;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::ForgeKind;
use crate::domain::trailer::Trailers;
use crate::domain::verb::Verb;
use crate::forge::address::Repository;
use crate::forge::site;
use crate::git::land::To;
use crate::git::push::Pushed;
use crate::git::write::Sign;
use crate::policy::review::Approved;

use crate::ops::context::{Context, Opening};
use crate::ops::landing::dress::{self, Dressed};
use crate::ops::landing::landed::{Landed, Number, Request, Tried};
use crate::ops::landing::opening;
use crate::ops::landing::prepared::Prepared;
use crate::ops::landing::request::{self, Live};
use crate::ops::landing::whose;
use crate::ops::reading::stack::Stack;

/// So many of the newest requests are looked through for the one of the same branch.
const LOOKED_AT: usize = 50;
/// How long a server is asked which forge it is.
const PATIENCE: Duration = Duration::from_secs(10);
/// What no push tells, and no remote without a token.
const UNSEEN: &str = "without a token it is not known whether somebody closed an earlier request for this, and which others wait for the same pins";

/// How a forge is asked by a push.
pub struct Way {
    pub how: How,
    /// Its pages.
    pages: Option<Repository>,
}

/// What the push is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// One of a branch, with options beside it.
    Options,
    /// One of a branch that is there already: an open request of it has the new commit by that.
    Branch,
    /// One for review, without a branch.
    Review,
}

/// How the forge of a remote is asked by a push; `None`: that was not asked for.
///
/// # Errors
/// It is no forge that takes requests so, or it cannot be asked for its branches.
pub fn way(
    context: &Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    branch: &BranchName,
    opening: Opening,
) -> Result<Option<Way>, Error> {
    if opening != Opening::ByGit {
        return Ok(None);
    }
    let address = context.repo.push_address(remote)?.unwrap_or_default();
    let variables = &context.repo.surroundings().variables;
    let site = site::find(&address, &stack.main.settings.forges, variables, PATIENCE)?;
    let site = site.filter(|site| matches!(site.kind, ForgeKind::Gitlab | ForgeKind::Gitea));
    let Some(site) = site else {
        return Err(Refusal::new(
            Code::NotByPush,
            format!("`{remote}` is not known as a forge that opens a request by a push: GitLab, Gitea and Forgejo do"),
        )
        .hint("if it is one of them, say so by `forges:` in `stageline.yaml`")
        .hint("or push the branch alone, and open the request on its page: `--no-request`")
        .invalid());
    };
    let is_there = || Ok::<_, Error>(context.repo.request_branches(remote)?.iter().any(|(there, _)| there == branch));
    let how = match site.kind {
        ForgeKind::Gitlab => How::Options,
        _ if is_there()? => How::Branch,
        _ => How::Review,
    };
    Ok(Some(Way { how, pages: Repository::at(site.kind, &site.api, &site.path) }))
}

/// What the push of a request branch says to the server. To GitLab (docs.gitlab.com, "Push options"): no line may break in it, and
/// neither reviewers nor an answer that a program could read are there.
pub fn options(
    stack: &Stack,
    (prepared, verb): (&Prepared, Verb),
    way: Option<&Way>,
    branch: &BranchName,
) -> Vec<String> {
    if way.is_none_or(|way| way.how != How::Options) {
        return Vec::new();
    }
    let plan = prepared.plan();
    let Dressed { dress, draft, .. } = dress::of(&stack.main.settings, &plan.proposal, verb);
    let mut out = vec!["merge_request.create".to_string(), format!("merge_request.target={}", plan.target.branch)];
    let (title, text) = words(prepared, branch);
    out.extend([format!("merge_request.title={title}"), format!("merge_request.description={text}")]);
    out.extend(dress.labels.iter().map(|label| format!("merge_request.label={label}")));
    out.extend(dress.assignees.iter().map(|login| format!("merge_request.assign={login}")));
    out.extend(draft.then(|| "merge_request.draft".to_string()));
    out.iter().map(|option| option.replace(['\n', '\r'], " ")).collect()
}

/// Title and text of one line: what moves stands in the commit. The mark is the one by which a run with a token finds it.
fn words(prepared: &Prepared, branch: &BranchName) -> (String, String) {
    let text = format!("What moves, and why, stands in the commit. {}", opening::mark(prepared.plan(), branch));
    (prepared.words.title.clone(), text)
}

/// What is said of the request of a branch that was pushed so.
pub fn asked_for(way: Option<&Way>, dressed: &Dressed, request: &mut Request, notes: &mut Vec<String>) {
    let Some(Way { how, pages }) = way else { return };
    let (branch, was_there) = (&request.branch, request.is_unchanged);
    notes.push(match (how, was_there) {
        (How::Options, true) => {
            format!("`{branch}` holds this already, so nothing was pushed that could ask for a request")
        }
        (How::Options, false) => "the push asked for the request; whether it is open, its page tells".to_string(),
        (How::Branch | How::Review, _) => {
            format!("`{branch}` was there already: its request, if one is open, is the one for this")
        }
    });
    notes.extend(unseen(dressed));
    request.address = pages.as_ref().and_then(|pages| pages.requests_of(branch.as_str())).or(request.address.take());
}

/// What is not known, or not done, without a token.
fn unseen(dressed: &Dressed) -> Vec<String> {
    let by_hand = "without a token it is not told to merge by itself".to_string();
    std::iter::once(UNSEEN.to_string()).chain(dressed.auto_merge.then_some(by_hand)).collect()
}

/// A request of the same branch that was pushed for review before, and has not landed.
struct Earlier {
    number: u64,
    tip: CommitId,
}

/// Pushes a plan for review, as one commit: not at all where the newest request of the branch holds it already.
///
/// # Errors
/// Somebody has worked on that request; the server refuses the push, or cannot be asked.
pub fn propose(
    context: &mut Context<'_>,
    stack: &Stack,
    (approved, branch): (&Approved, &BranchName),
    remote: &RemoteName,
    sign: Sign,
    (prepared, dressed, way): (&Prepared, &Dressed, &Way),
) -> Result<Tried, Error> {
    let plan = approved.plan();
    let earlier = earlier(context, remote, plan, branch)?;
    let live = look(context, stack, plan, earlier.as_ref())?;
    let mut notes = unseen(dressed);
    let mut asked_by = Vec::new();
    if let (Live::Same(commit), Some(earlier)) = (&live, &earlier) {
        let is_signed = context.repo.commit(*commit)?.signed;
        notes.push(format!("#{} asks for this already; whether it is still open, its page tells", earlier.number));
        let request = there(way, branch, Some(earlier.number), true);
        return Ok(landed((*commit, is_signed), remote, request, notes));
    }
    if let Live::Ours(old) = live {
        let info = context.repo.commit(old)?;
        asked_by = Trailers::read(&info.message).asked_by;
        asked_by.push(format!("{} <{}>", info.author.name, info.author.email));
        asked_by.sort();
        asked_by.dedup();
    }
    context.face.step("signing and pushing");
    let made = context.repo.make(approved, &asked_by, sign)?;
    let (title, text) = words(prepared, branch);
    let options =
        [format!("topic={branch}"), "force-push=true".into(), format!("title={title}"), format!("description={text}")];
    let options = options.map(|option| option.replace(['\n', '\r'], " "));
    match context.repo.land(&made, To::Review { remote, options: &options })? {
        Pushed::Moved(_) => return Ok(Tried::Moved),
        Pushed::Done | Pushed::Unseen => {}
    }
    let heads = context.repo.review_heads(remote, LOOKED_AT)?;
    let number = heads.iter().rev().find(|(_, head)| **head == made.commit()).map(|(number, _)| *number);
    match (earlier.map(|one| one.number), number) {
        (Some(old), Some(new)) if old == new => notes.push(format!("brought up to date: #{new}")),
        (_, Some(new)) => notes.push(format!("opened #{new}")),
        (_, None) => notes.push("the push asked for the request; the server does not show its head yet".into()),
    }
    let request = there(way, branch, number, false);
    Ok(landed((made.commit(), sign == Sign::Yes), remote, request, notes))
}

/// Where a plan would go, by what the server keeps of earlier requests.
///
/// # Errors
/// As in landing it.
pub fn foresee(
    context: &mut Context<'_>,
    stack: &Stack,
    (plan, branch): (&Plan, &BranchName),
    (remote, way): (&RemoteName, &Way),
) -> Result<(Request, Option<(CommitId, bool)>), Error> {
    let earlier = earlier(context, remote, plan, branch)?;
    let live = look(context, stack, plan, earlier.as_ref())?;
    let held = match live {
        Live::Same(commit) => Some((commit, context.repo.commit(commit)?.signed)),
        _ => None,
    };
    let number = earlier.map(|one| one.number);
    Ok((there(way, branch, number, held.is_some()), held))
}

/// What the request of an earlier push is to a plan.
fn look(context: &Context<'_>, stack: &Stack, plan: &Plan, earlier: Option<&Earlier>) -> Result<Live, Error> {
    let live = request::look(context, stack, plan, earlier.map(|one| one.tip))?;
    if let (Live::Touched(touch), Some(earlier)) = (&live, earlier) {
        let what = format!("somebody has worked on #{}: {} by {}", earlier.number, touch.commit.short(), touch.by);
        return Err(Refusal::new(Code::BranchesTaken, what)
            .hint("merge or close it first; or push a branch beside it: `--no-request`")
            .refused());
    }
    Ok(live)
}

/// The newest request of a branch's name that the server keeps and that has not landed.
fn earlier(
    context: &Context<'_>,
    remote: &RemoteName,
    plan: &Plan,
    branch: &BranchName,
) -> Result<Option<Earlier>, Error> {
    let heads = context.repo.review_heads(remote, LOOKED_AT)?;
    for (number, tip) in heads.into_iter().rev().filter(|(_, tip)| context.repo.has(*tip)) {
        if context.repo.is_ancestor(tip, plan.target.base)? == Known::Is(true) {
            continue;
        }
        for commit in whose::beyond(&context.repo, &plan.target, tip)? {
            if Trailers::read(&context.repo.commit(commit)?.message).branch.as_ref() == Some(branch) {
                return Ok(Some(Earlier { number, tip }));
            }
        }
    }
    Ok(None)
}

fn there(way: &Way, branch: &BranchName, number: Option<u64>, is_unchanged: bool) -> Request {
    let address = way.pages.as_ref().zip(number).and_then(|(pages, number)| pages.request(number));
    let number = number.map(|number| Number { number, mark: format!("#{number}") });
    Request { number, is_unchanged, is_for_review: true, ..Request::of(branch, address) }
}

fn landed((commit, is_signed): (CommitId, bool), remote: &RemoteName, request: Request, notes: Vec<String>) -> Tried {
    let (remote, request) = (Some(remote.clone()), Some(request));
    Tried::Landed(Box::new(Landed {
        commit,
        is_signed,
        remote,
        request,
        undo: None,
        follow_ups: Vec::new(),
        notes,
        shut: None,
    }))
}
