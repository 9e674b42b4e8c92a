//! The request branches that have not landed, and what each of them asks for.

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::{Files as _, differing};
use crate::domain::names::{AppName, BranchName, EnvName, RemoteName};
use crate::domain::path::RepoPath;
use crate::domain::plan::Target;
use crate::domain::refusal::Error;
use crate::domain::trailer::{Promoted, Trailers};
use crate::domain::verb::Verb;
use crate::forge::{self, Door, Found};
use crate::git::fetch::Rewound;
use crate::git::repo::Repo;

use crate::ops::context::Context;
use crate::ops::landing::whose;
use crate::ops::reading::stack::Stack;

/// A request branch that has not landed.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub branch: BranchName,
    pub tip: CommitId,
    /// Where it is to land, as that is now.
    pub target: Target,
    pub verb: Verb,
    /// What its newest commit of ours says.
    pub says: Trailers,
    /// Somebody's commit on it, and who made it; looked for where its request is open.
    pub foreign: Option<(CommitId, String)>,
}

impl Waiting {
    /// The pins that it moves.
    pub fn pins(&self) -> impl Iterator<Item = &Promoted> {
        self.says.promoted.iter()
    }

    /// Whether it moves this pin.
    pub fn moves(&self, app: &AppName, env: &EnvName) -> bool {
        self.pins().any(|one| (&one.app, &one.env) == (app, env))
    }
}

/// A request branch whose request is open.
#[derive(Debug, Clone)]
pub struct Open {
    pub waiting: Waiting,
    pub found: Found,
    /// `#12`, `!12`.
    pub mark: String,
}

/// The request branches that a remote has now and that may be about one of these environments (`None`: all of them). Nothing is
/// fetched.
///
/// # Errors
/// The remote cannot be asked.
pub fn branches(
    context: &Context<'_>,
    remote: &RemoteName,
    about: Option<&[&EnvName]>,
) -> Result<Vec<(BranchName, CommitId)>, Error> {
    let mut all = context.repo.request_branches(remote)?;
    all.retain(|(branch, _)| about.is_none_or(|envs| envs.iter().any(|env| super::branches::is_about(branch, env))));
    Ok(all)
}

/// Which of these branches have an open request, with what each asks for.
///
/// # Errors
/// The forge or the remote cannot be asked, or a commit cannot be read.
pub fn open(
    context: &mut Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    door: &Door,
    branches: &[(BranchName, CommitId)],
) -> Result<Vec<Open>, Error> {
    if branches.is_empty() {
        return Ok(Vec::new());
    }
    let forge = forge::of(door);
    let mut open = Vec::new();
    for found in forge.all_open()? {
        let Some((head, base)) = found.branches.clone() else { continue };
        if branches.iter().any(|(branch, _)| *branch == head) {
            open.push((head, base, found));
        }
    }
    let names: Vec<BranchName> = open.iter().map(|(head, ..)| head.clone()).collect();
    let tips = context.repo.fetch(remote, &names, Rewound::Followed)?;
    let mut out = Vec::new();
    for ((head, base, found), tip) in open.into_iter().zip(tips) {
        let Some(tip) = tip else { continue };
        let Some(mut waiting) = read(context, stack, &head, tip)? else { continue };
        if let Some(commit) = whose::foreign(context, stack, &waiting.target, tip)? {
            let author = context.repo.commit(commit)?.author;
            waiting.foreign = Some((commit, format!("{} <{}>", author.name, author.email)));
        }
        // A person may have turned it to another branch: then it is theirs.
        if waiting.target.branch == base {
            out.push(Open { mark: forge.mark(found.number), waiting, found });
        }
    }
    out.sort_by_key(|one| one.found.number);
    Ok(out)
}

/// What a request branch asks for; `None`: all of it has landed, or nothing on it is ours.
///
/// # Errors
/// A commit cannot be read.
pub fn read(
    context: &Context<'_>,
    stack: &Stack,
    branch: &BranchName,
    tip: CommitId,
) -> Result<Option<Waiting>, Error> {
    let repo = &context.repo;
    let worlds: Vec<Target> =
        stack.worlds().map(|world| Target { branch: world.branch.clone(), base: world.base }).collect();
    // The newest commit with our trailers says which branch it is for.
    let mut said = None;
    for target in &worlds {
        said = said_beyond(repo, target, tip)?;
        if said.is_some() {
            break;
        }
    }
    let Some((mut says, verb)) = said else { return Ok(None) };
    // Renamed since, it still moves that pin.
    for one in &mut says.promoted {
        if let Some(name) = stack.main.settings.called_now(&one.app) {
            one.app = name.clone();
        }
    }
    let env = says.promoted.first().map(|one| &one.env);
    let home = match env.map(|env| stack.environment(env)) {
        Some(Ok((world, _))) => world.branch.clone(),
        Some(Err(_)) => return Ok(None),
        None => stack.main.branch.clone(),
    };
    let Some(target) = worlds.into_iter().find(|target| target.branch == home) else { return Ok(None) };
    if repo.is_ancestor(tip, target.base)? == Known::Is(true) {
        return Ok(None);
    }
    Ok(Some(Waiting { branch: branch.clone(), tip, target, verb, says, foreign: None }))
}

/// What the newest of our commits beyond a target says.
fn said_beyond(repo: &Repo, target: &Target, tip: CommitId) -> Result<Option<(Trailers, Verb)>, Error> {
    for commit in whose::beyond(repo, target, tip)? {
        let says = Trailers::read(&repo.commit(commit)?.message);
        if let Some(verb) = says.verb.as_deref().and_then(Verb::of) {
            return Ok(Some((says, verb)));
        }
    }
    Ok(None)
}

/// Whether a request can land as it stands: nothing that it changes has changed at its target since it was made.
///
/// # Errors
/// A commit or a tree cannot be read.
pub fn is_current(context: &Context<'_>, waiting: &Waiting) -> Result<bool, Error> {
    let repo = &context.repo;
    let Some(parent) = repo.commit(waiting.tip)?.parents.first().copied() else { return Ok(false) };
    let (before, now) = (repo.snapshot(parent)?, repo.snapshot(waiting.target.base)?);
    let mut changed = Vec::new();
    differing(&before, &repo.snapshot(waiting.tip)?, &RepoPath::root(), &mut changed)?;
    for path in changed {
        if before.entry(&path)? != now.entry(&path)? {
            return Ok(false);
        }
    }
    Ok(true)
}
