//! The other open requests for pins that a plan moves: which of them keep theirs, and what becomes of the rest once the plan waits or has landed.

use crate::domain::commit::CommitId;
use crate::domain::names::{AppName, BranchName, EnvName, RemoteName};
use crate::domain::plan::Plan;
use crate::domain::refusal::Error;
use crate::domain::settings::ForgeKind;
use crate::forge::{self, Door};
use crate::text::{link, markdown};

use crate::ops::context::{Context, Taking};
use crate::ops::landing::branches;
use crate::ops::landing::intent::{Behind, Intent};
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

/// What is looked for: the plan, its own request branch, and what it may take.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub plan: &'a Plan,
    /// `None`: it lands directly.
    pub own: Option<&'a BranchName>,
    pub taking: Taking,
}

/// The other open requests that move some of a plan's pins.
///
/// # Errors
/// The forge or the remote cannot be asked.
pub fn sharing(
    context: &mut Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    door: &Door,
    asked: Asked<'_>,
) -> Result<Vec<Other>, Error> {
    let branches = beside(context, remote, asked)?;
    let mut out = Vec::new();
    for open in waiting::open(context, stack, remote, door, &branches)? {
        let moves = &asked.plan.proposal.moves;
        let both = moves.iter().filter(|one| open.waiting.moves(&one.app, &one.env));
        let shared: Vec<(AppName, EnvName)> = both.map(|one| (one.app.clone(), one.env.clone())).collect();
        if shared.is_empty() {
            continue;
        }
        let kept = match asked.taking {
            Taking::All => None,
            Taking::Waits => keeps(context, remote, door, &open)?,
        };
        out.push(Other { open, shared, kept });
    }
    Ok(out)
}

/// The request branches beside a plan's own that may be about its environments.
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
    // Those of its own kind that somebody has worked on are told of where the branch is sought.
    let own = asked.own.map(branches::unnumbered);
    all.retain(|(branch, _)| own != Some(branches::unnumbered(branch)));
    Ok(all)
}

/// Why a request keeps its pins: somebody approved of it or worked on it, or it is about to be merged.
fn keeps(context: &Context<'_>, remote: &RemoteName, door: &Door, open: &Open) -> Result<Option<String>, Error> {
    if let Some((commit, by)) = &open.waiting.foreign {
        return Ok(Some(format!("{} by {by} stands on it", commit.short())));
    }
    if open.found.is_scheduled {
        return Ok(Some("it is to merge by itself".into()));
    }
    let (target, number) = (&open.waiting.target.branch, open.found.number);
    if door.site.kind == ForgeKind::Github && context.repo.is_queued(remote, target, number)? {
        return Ok(Some("it stands in the merge queue".into()));
    }
    let opinion = forge::of(door).opinion(&open.found)?;
    let people: Vec<&str> = opinion.approvals.iter().map(|one| one.by.as_str()).collect();
    Ok((!people.is_empty()).then(|| format!("approved by {}", people.join(", "))))
}

/// The intent without the pins that other requests keep: they are listed, and wait.
pub fn without_kept(intent: &Intent, others: &[Other]) -> Intent {
    let mut out = intent.clone();
    for other in others {
        let Some(why) = &other.kept else { continue };
        for (app, env) in &other.shared {
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
        let names: Vec<&str> = other.shared.iter().map(|(app, _)| app.as_str()).collect();
        let (names, request) = (markdown(&names.join(", ")), link(&other.open.mark, &other.open.found.page));
        match &other.kept {
            None => format!("{names} is taken over from {request}"),
            Some(why) => format!("{names} waits behind {request} ({})", markdown(why)),
        }
    };
    others.iter().map(line).collect()
}
