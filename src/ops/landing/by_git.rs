//! A request that the push itself asks the forge for, where there are git's own credentials and no token: GitLab by push options,
//! Gitea and Forgejo by AGit. What is not known without a token is said, and never guessed.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::plan::Plan;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::ForgeKind;
use crate::domain::trailer::Trailers;
use crate::forge::address::Repository;
use crate::git::land::To;
use crate::git::push::Pushed;
use crate::git::write::Sign;
use crate::policy::review::Approved;

use crate::ops::context::{Context, Opening};
use crate::ops::judging::sealed;
use crate::ops::landing::branches;
use crate::ops::landing::door;
use crate::ops::landing::dress::Dressed;
use crate::ops::landing::landed::{Landed, Number, Request, Tried};
use crate::ops::landing::opening;
use crate::ops::landing::prepared::Prepared;
use crate::ops::landing::request::{self, Live};
use crate::ops::landing::whose;
use crate::ops::reading::stack::Stack;

/// So many of the newest requests are looked through for the one of the same branch.
const LOOKED_AT: usize = 50;
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
    /// One for review, without a branch.
    Review,
}

/// How the forge of a remote is asked by a push; `None`: that was not asked for.
///
/// # Errors
/// It is no forge that takes requests so.
pub fn way(context: &Context<'_>, stack: &Stack, remote: &RemoteName, opening: Opening) -> Result<Option<Way>, Error> {
    if opening != Opening::ByGit {
        return Ok(None);
    }
    let site =
        door::site(context, stack, remote)?.filter(|site| matches!(site.kind, ForgeKind::Gitlab | ForgeKind::Gitea));
    let Some(site) = site else {
        return Err(Refusal::new(
            Code::NotByPush,
            format!("`{remote}` is not known as a forge that opens a request by a push: GitLab, Gitea and Forgejo do"),
        )
        .hint("if it is one of them, say so by `forges:` in `stageline.yaml`")
        .hint("or push the branch alone, and open the request on its page: `--no-request`")
        .invalid());
    };
    let how = if site.kind == ForgeKind::Gitlab { How::Options } else { How::Review };
    Ok(Some(Way { how, pages: Repository::at(site.kind, &site.api, &site.path) }))
}

/// What the push of a request branch says to the server. To GitLab (docs.gitlab.com, "Push options"): no line may break in it, and
/// neither reviewers nor an answer that a program could read are there.
pub fn options(way: Option<&Way>, (prepared, dressed): (&Prepared, &Dressed), branch: &BranchName) -> Vec<String> {
    if way.is_none_or(|way| way.how != How::Options) {
        return Vec::new();
    }
    let Dressed { dress, draft, .. } = dressed;
    let target = &prepared.plan().target.branch;
    let mut out = vec!["merge_request.create".to_string(), format!("merge_request.target={target}")];
    let (title, text) = words(prepared, branch);
    out.extend([format!("merge_request.title={title}"), format!("merge_request.description={text}")]);
    out.extend(dress.labels.iter().map(|label| format!("merge_request.label={label}")));
    out.extend(dress.assignees.iter().map(|login| format!("merge_request.assign={login}")));
    out.extend(draft.then(|| "merge_request.draft".to_string()));
    unbroken(out)
}

/// Options as git takes them: it refuses one with a line break.
fn unbroken(options: Vec<String>) -> Vec<String> {
    options.into_iter().map(|option| option.replace(['\n', '\r'], " ")).collect()
}

/// Title and text of one line: what moves stands in the commit. The mark is the one by which a run with a token finds it.
fn words(prepared: &Prepared, branch: &BranchName) -> (String, String) {
    let text = format!("What moves, and why, stands in the commit. {}", opening::mark(prepared.plan(), branch));
    (prepared.words.title.clone(), text)
}

/// What is said of the request of a branch that was pushed so.
pub fn asked_for(way: Option<&Way>, dressed: &Dressed, request: &mut Request, notes: &mut Vec<String>) {
    let Some(Way { pages, .. }) = way else { return };
    let (branch, was_there) = (&request.branch, request.is_unchanged);
    notes.push(match was_there {
        true => format!("`{branch}` holds this already, so nothing was pushed that could ask for a request"),
        false => "the push asked for the request; whether it is open, its page tells".to_string(),
    });
    notes.extend(unseen(dressed));
    request.address = pages.as_ref().and_then(|pages| pages.requests_of(branch.as_str())).or(request.address.take());
}

/// What is not known, or not done, without a token.
fn unseen(dressed: &Dressed) -> Vec<String> {
    let by_hand = "without a token it is not told to merge by itself".to_string();
    std::iter::once(UNSEEN.to_string()).chain(dressed.auto_merge.then_some(by_hand)).collect()
}

/// The requests of one branch's name that were pushed for review before.
struct Earlier {
    /// The newest of them that has not landed, with its head.
    open: Option<(u64, CommitId)>,
    /// How many there are, whatever became of them.
    count: usize,
}

/// Pushes a plan for review, as one commit: not at all where the newest request of the branch holds it already. Another one is left
/// as it is: nobody without a token knows who has approved of it.
///
/// # Errors
/// The server refuses the push, or cannot be asked.
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
    let mut notes = unseen(dressed);
    if let Some((number, commit)) = held(context, stack, plan, &earlier)? {
        let is_signed = context.repo.commit(commit)?.signed;
        notes.push(format!("#{number} asks for this already; whether it is still open, its page tells"));
        return Ok(landed((commit, is_signed), remote, there(way, branch, Some(number), true), notes));
    }
    context.face.step("signing and pushing");
    let made = sealed::make(context, stack, approved, &[], sign)?;
    let topic = if earlier.count == 0 { branch.clone() } else { branches::numbered(branch, earlier.count + 1)? };
    let (title, text) = words(prepared, branch);
    let options = unbroken(vec![format!("topic={topic}"), format!("title={title}"), format!("description={text}")]);
    match context.repo.land(&made, To::Review { remote, options: &options })? {
        Pushed::Moved(_) => return Ok(Tried::Moved),
        Pushed::Done | Pushed::Unseen => {}
    }
    let heads = context.repo.review_heads(remote, LOOKED_AT)?;
    let number = heads.iter().rev().find(|(_, head)| **head == made.commit()).map(|(number, _)| *number);
    notes.push(match number {
        Some(new) => format!("opened #{new}"),
        None => "the push asked for the request; the server does not show its head yet".into(),
    });
    if context.repo.request_branches(remote)?.iter().any(|(there, _)| there == branch) {
        notes.push(format!("`{branch}` is there, too: of its request and this one, merge one and close the other"));
    }
    if let Some((old, _)) = earlier.open {
        notes.push(format!(
            "#{old} asks for something else of this, and is left as it is: merge one and close the other"
        ));
    }
    Ok(landed((made.commit(), sign == Sign::Yes), remote, there(way, branch, number, false), notes))
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
    match held(context, stack, plan, &earlier)? {
        Some((number, commit)) => {
            let is_signed = context.repo.commit(commit)?.signed;
            Ok((there(way, branch, Some(number), true), Some((commit, is_signed))))
        }
        None => Ok((there(way, branch, None, false), None)),
    }
}

/// The earlier request that holds a plan already, and its commit.
fn held(
    context: &Context<'_>,
    stack: &Stack,
    plan: &Plan,
    earlier: &Earlier,
) -> Result<Option<(u64, CommitId)>, Error> {
    let Some((number, tip)) = earlier.open else { return Ok(None) };
    Ok(match request::look(context, stack, plan, Some(tip))? {
        Live::Same(commit) => Some((number, commit)),
        Live::Touched(touch) if touch.plan.is_some() => Some((number, touch.tip)),
        Live::Absent | Live::Ours(_) | Live::Merged(_) | Live::Touched(_) => None,
    })
}

fn earlier(context: &Context<'_>, remote: &RemoteName, plan: &Plan, branch: &BranchName) -> Result<Earlier, Error> {
    let repo = &context.repo;
    let mut out = Earlier { open: None, count: 0 };
    let is_of_branch =
        |commit| Ok::<_, Error>(Trailers::read(&repo.commit(commit)?.message).branch.as_ref() == Some(branch));
    for (number, tip) in repo.review_heads(remote, LOOKED_AT)?.into_iter().rev().filter(|(_, tip)| repo.has(*tip)) {
        let has_landed = repo.is_ancestor(tip, plan.target.base)? == Known::Is(true);
        let mut is_it = is_of_branch(tip)?;
        for commit in if has_landed { Vec::new() } else { whose::beyond(repo, &plan.target, tip)? } {
            is_it = is_it || is_of_branch(commit)?;
        }
        if is_it {
            out.count += 1;
            out.open = out.open.or((!has_landed).then_some((number, tip)));
        }
    }
    Ok(out)
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
