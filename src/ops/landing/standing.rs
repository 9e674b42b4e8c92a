//! How the requests stand that wait to be merged: as their forge tells where it is asked, else as git alone does.

use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::Error;
use crate::forge::{self, Needs, Opinion};
use crate::git::fetch::Rewound;

use crate::ops::context::{Context, Freshness};
use crate::ops::landing::door;
use crate::ops::landing::waiting::{self, Open, Waiting};
use crate::ops::reading::stack::Stack;

/// Of so many requests the forge is asked for checks, approvals and what is missing, about seven calls each.
const ASKED: usize = 30;

/// How a request stands.
pub enum Standing {
    /// As git alone tells.
    ByGit(Box<Waiting>),
    /// As its forge does; of many, not what people and checks say.
    AtTheForge(Box<Open>, Option<Said>),
}

/// What a forge says of one request beside what it is.
pub struct Said {
    pub opinion: Opinion,
    /// What its branch asks for; `None`: the forge does not tell.
    pub needs: Option<Needs>,
    /// Whether it merges by itself; `None`: the forge does not tell.
    pub by_itself: Option<bool>,
}

/// The requests, and what is to be said of how much of them is known.
pub type Told = (Vec<Standing>, Vec<String>);

/// The requests that wait, and what is to be said of how much of them is known. `--fetch` asks the remote and its forge; without
/// it nothing goes out.
///
/// # Errors
/// A commit cannot be read.
pub fn requests(context: &mut Context<'_>, stack: &Stack) -> Result<Told, Error> {
    let Some(remote) = stack.remote.clone() else { return Ok((Vec::new(), Vec::new())) };
    let asked = match context.options.freshness {
        Freshness::AsKnown => Ok(None),
        Freshness::Fetched => at_the_forge(context, stack, &remote),
    };
    let note = match asked {
        Ok(Some(found)) => return Ok(found),
        Ok(None) => None,
        Err(Error::Interrupted(why)) => return Err(Error::Interrupted(why)),
        // What runs is what was asked; who waits is told as far as it is known.
        Err(error) => Some(format!("which requests are open cannot be told: {}", error.refusal().on_one_line())),
    };
    Ok((by_git(context, stack, &remote)?, note.into_iter().collect()))
}

fn at_the_forge(context: &mut Context<'_>, stack: &Stack, remote: &RemoteName) -> Result<Option<Told>, Error> {
    let branches = waiting::branches(context, remote, None)?;
    if branches.is_empty() {
        return Ok(Some((Vec::new(), Vec::new())));
    }
    let Some(door) = door::to_look(context, stack, remote)? else {
        // Without a forge the branches themselves are all that waits.
        let names: Vec<BranchName> = branches.into_iter().map(|(branch, _)| branch).collect();
        context.repo.fetch(remote, &names, Rewound::Followed)?;
        return Ok(None);
    };
    let open = waiting::open(context, stack, remote, &door, &branches)?;
    let (forge, merging) = (forge::of(&door), forge::merging(&door));
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let count = open.len();
    for (nth, one) in open.into_iter().enumerate() {
        let said = if nth < ASKED {
            let opinion = forge.opinion(&one.found)?;
            // What the token may not read is not told, and the rest is.
            let (needs, by_itself) = (merging.needs(&one.found).ok(), merging.is_on_its_way(&one.found).ok());
            Some(Said { opinion, needs, by_itself })
        } else {
            None
        };
        out.push(Standing::AtTheForge(Box::new(one), said));
    }
    if count > ASKED {
        notes.push(format!("checks and approvals are shown of the first {ASKED} of {count} requests"));
    }
    Ok(Some((out, notes)))
}

/// The request branches that this clone saw last and that could still land by what it knows: of one that something has moved under
/// since it is likelier that it has landed in another way, and its branch is gone.
fn by_git(context: &Context<'_>, stack: &Stack, remote: &RemoteName) -> Result<Vec<Standing>, Error> {
    let mut out = Vec::new();
    for (branch, tip) in context.repo.seen_request_branches(remote)? {
        if let Some(waiting) = waiting::read(context, stack, &branch, tip)?
            && waiting::is_current(context, &waiting)?
        {
            out.push(Standing::ByGit(Box::new(waiting)));
        }
    }
    Ok(out)
}
