//! The other open requests for pins that a plan moves: which of them keep theirs, and what becomes of the rest once the plan waits or has landed.

use crate::domain::commit::CommitId;
use crate::domain::names::{AppName, BranchName, EnvName, RemoteName};
use crate::domain::plan::Plan;
use crate::domain::refusal::Error;
use crate::domain::verb::Verb;
use crate::forge::{self, Door};
use crate::text::{link, markdown};

use crate::ops::context::{Context, Taking};
use crate::ops::landing::branches;
use crate::ops::landing::dress;
use crate::ops::landing::intent::{Behind, Intent};
use crate::ops::landing::merging;
use crate::ops::landing::opening;
use crate::ops::landing::waiting::{self, Open};
use crate::ops::reading::stack::Stack;

/// Another open request that moves some of the plan's pins.
#[derive(Debug)]
pub struct Other {
    pub open: Open,
    /// The pins that both move.
    pub shared: Vec<(AppName, EnvName)>,
    /// Why it keeps them; `None`: the plan takes them.
    pub kept: Option<String>,
}

impl Other {
    /// The applications that both move, by name.
    pub fn names(&self) -> String {
        self.shared.iter().map(|(app, _)| app.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Leaves those to people on whose branches somebody has worked: what the tool has told to merge by itself is called off; what is to
/// be said of that.
pub fn left_to_people(door: &Door, others: &[Other]) -> Vec<String> {
    let worked_on = others.iter().filter(|other| other.open.waiting.foreign.is_some());
    let left = |other: &Other| match merging::leave(door, other.open.found.number) {
        Ok(note) => note,
        Err(error) => Some(format!("{} still merges by itself: {}", other.open.mark, error.refusal().on_one_line())),
    };
    worked_on.filter_map(left).collect()
}

/// What is looked for: the plan, its own request branch, and what it may take.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub plan: &'a Plan,
    /// `None`: it lands directly.
    pub own: Option<&'a BranchName>,
    pub taking: Taking,
}

/// Those of the branches whose requests are open and move some of a plan's pins. The plan's own is one only where it asks for
/// something else that it keeps.
///
/// # Errors
/// The forge or the remote cannot be asked.
pub fn sharing(
    context: &mut Context<'_>,
    stack: &Stack,
    (remote, door): (&RemoteName, &Door),
    asked: Asked<'_>,
    branches: &[(BranchName, CommitId)],
) -> Result<Vec<Other>, Error> {
    let mut out = Vec::new();
    for open in waiting::open(context, stack, remote, door, branches)? {
        let moves = &asked.plan.proposal.moves;
        let both = moves.iter().filter(|one| open.waiting.moves(&one.app, &one.env));
        let shared: Vec<(AppName, EnvName)> = both.map(|one| (one.app.clone(), one.env.clone())).collect();
        if shared.is_empty() {
            continue;
        }
        let is_own = asked.own == Some(&open.waiting.branch);
        if is_own && opening::has_content(&open.found.body, asked.plan, &open.waiting.branch) {
            continue;
        }
        let kept = match queued(context, (remote, door), &open)? {
            None if asked.taking == Taking::Waits => keeps(stack, door, &open)?,
            // Not even by who may take all.
            queued => queued,
        };
        // Its own request is brought up to date, where nobody has approved of what it asks for now.
        if is_own && kept.is_none() {
            continue;
        }
        out.push(Other { open, shared, kept });
    }
    Ok(out)
}

/// The request branches that may be about a plan's environments, its own among them.
pub fn beside(
    context: &Context<'_>,
    remote: &RemoteName,
    asked: Asked<'_>,
) -> Result<Vec<(BranchName, CommitId)>, Error> {
    let mut envs: Vec<&EnvName> = asked.plan.proposal.moves.iter().map(|one| &one.env).collect();
    envs.sort();
    envs.dedup();
    if envs.is_empty() {
        return Ok(Vec::new());
    }
    let mut all = waiting::branches(context, remote, Some(&envs))?;
    // Numbered ones of its own kind stand beside somebody's work, which is told of where the branch is sought.
    let own = asked.own.map(branches::unnumbered);
    all.retain(|(branch, _)| asked.own == Some(branch) || own != Some(branches::unnumbered(branch)));
    Ok(all)
}

/// Why nobody may touch a request: its forge is about to merge it.
///
/// # Errors
/// The remote or the forge cannot be asked.
pub fn queued(
    context: &Context<'_>,
    (remote, door): (&RemoteName, &Door),
    open: &Open,
) -> Result<Option<String>, Error> {
    let is_queued = merging::is_queued(context, (remote, door), &open.found, &open.waiting.target.branch)?;
    Ok(is_queued.then(|| "it stands in the merge queue".to_string()))
}

/// Why a request keeps its pins: somebody approved of it or worked on it, or has told it to merge.
fn keeps(stack: &Stack, door: &Door, open: &Open) -> Result<Option<String>, Error> {
    if let Some((commit, by)) = &open.waiting.foreign {
        return Ok(Some(format!("{} by {by} stands on it", commit.short())));
    }
    if open.waiting.verb != Verb::Promote {
        return Ok(Some(format!("it is a {}, which no promotion cancels", open.waiting.verb.word())));
    }
    // Where the rules have all of them merge by themselves, that is nobody's decision about this one.
    let is_usual = dress::merges_by_itself(&stack.main.settings, open.waiting.pins().map(|one| &one.env));
    let is_decided = if is_usual {
        merging::is_theirs(door, &open.found)?
    } else {
        forge::merging(door).is_scheduled(&open.found)?
    };
    if is_decided {
        return Ok(Some("it is to merge by itself".into()));
    }
    let opinion = forge::of(door).opinion(&open.found)?;
    let people: Vec<&str> = opinion.approvals.iter().map(|one| one.by.as_str()).collect();
    Ok((!people.is_empty()).then(|| format!("approved by {}", people.join(", "))))
}

/// The intent without the pins that other requests keep: they are listed, and wait. Where it is the request of its own branch that
/// keeps some, all of it waits: the rest has no other place. `own`: that branch.
pub fn without_kept(intent: &Intent, others: &[Other], own: &BranchName) -> Intent {
    let mut out = intent.clone();
    for other in others {
        let Some(why) = &other.kept else { continue };
        let all = intent.goals.iter().map(|goal| (goal.app.clone(), goal.env.clone())).collect();
        let waits: &Vec<(AppName, EnvName)> = if other.open.waiting.branch == *own { &all } else { &other.shared };
        for (app, env) in waits {
            out.goals.retain(|goal| (&goal.app, &goal.env) != (app, env));
            out.waiting.push(Behind {
                app: app.clone(),
                env: env.clone(),
                request: other.open.mark.clone(),
                page: other.open.found.page.clone(),
                why: why.clone(),
            });
        }
    }
    out
}

/// What the text of a plan's request says of the others, in Markdown.
pub fn told(others: &[Other]) -> Vec<String> {
    let line = |other: &Other| {
        let (names, request) = (markdown(&other.names()), link(&other.open.mark, &other.open.found.page));
        match &other.kept {
            None => format!("{names} is taken over from {request}"),
            Some(why) => format!("{names} waits behind {request} ({})", markdown(why)),
        }
    };
    others.iter().map(line).collect()
}

/// What a plan that is only shown would do to the others.
pub fn foreseen(others: &[Other]) -> Vec<String> {
    let takes =
        |other: &Other| format!("takes {} over from {}: {}", other.names(), other.open.mark, other.open.found.page);
    others.iter().filter(|other| other.kept.is_none()).map(takes).collect()
}
