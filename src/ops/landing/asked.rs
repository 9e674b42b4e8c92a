//! Which change somebody names who agrees to it: a request by its number or page, a branch of the remote, or a commit.

use std::time::Duration;

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::forge::{self, Found, State};
use crate::git::fetch::Rewound;

use crate::ops::context::Context;
use crate::ops::landing::branches;
use crate::ops::landing::door;
use crate::ops::reading::stack::Stack;

/// What was named.
#[derive(Debug, Clone)]
pub struct Asked {
    pub head: CommitId,
    /// The branch that it is for.
    pub branch: BranchName,
    /// The account that opened the request, where it is one.
    pub opened_by: Option<String>,
}

/// Finds it. `onto`: the branch that it is for, where that is said.
///
/// # Errors
/// There is none of that name, or the forge cannot be asked.
pub fn of(context: &mut Context<'_>, stack: &Stack, what: &str, onto: Option<&BranchName>) -> Result<Asked, Error> {
    match number(what) {
        Some(number) => by_number(context, stack, number, onto),
        None => by_name(context, stack, what, onto),
    }
}

/// The number of a request: `12`, `!12`, `#12`, or the end of its page's address.
fn number(text: &str) -> Option<u64> {
    let digits = match text.contains("://") {
        true => text.trim_end_matches('/').rsplit('/').find(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?,
        false => text.strip_prefix(['!', '#']).unwrap_or(text),
    };
    // More digits are the beginning of a commit.
    digits.parse().ok().filter(|_| digits.len() < 7)
}

fn by_number(context: &mut Context<'_>, stack: &Stack, number: u64, onto: Option<&BranchName>) -> Result<Asked, Error> {
    let remote = remote(stack)?;
    let found = {
        let door = door::to_tell(context, &stack.main.settings.forges, &remote, Duration::ZERO)
            .map_err(|error| error.hint("or name its branch, or the commit: `stageline approve BRANCH`"))?;
        forge::of(&door).one(number)?
    };
    if found.state != State::Open {
        let what = format!("request {number} is not open any more ({})", found.page);
        return Err(Refusal::new(Code::RequestClosed, what).refused());
    }
    let Found { branches: Some((from, into)), head, by, .. } = found else {
        let what = format!("request {number} is from another repository, whose commits are not here");
        return Err(Refusal::new(Code::NoSuchBranch, what)
            .hint("fetch its head, and name that commit: `stageline approve COMMIT`")
            .refused());
    };
    let tip = context.repo.fetch(&remote, std::slice::from_ref(&from), Rewound::Followed)?.first().copied().flatten();
    match (tip, head) {
        (Some(tip), head) if head.is_none_or(|head| head == tip) => {
            Ok(Asked { head: tip, branch: onto.cloned().unwrap_or(into), opened_by: by })
        }
        _ => {
            let what = format!("the branch `{from}` of request {number} is not where the forge says");
            Err(Refusal::new(Code::NoSuchBranch, what).hint("try again in a moment").cannot_tell())
        }
    }
}

fn remote(stack: &Stack) -> Result<RemoteName, Error> {
    stack.remote.clone().ok_or_else(|| {
        Refusal::new(Code::NoRemote, "requests are kept at a remote, and this clone has none")
            .hint("name a branch or a commit")
            .invalid()
    })
}

fn by_name(context: &mut Context<'_>, stack: &Stack, what: &str, onto: Option<&BranchName>) -> Result<Asked, Error> {
    // The tool's own branches say for which environment they are.
    let envs = stack.main.settings.environments.iter();
    let named = BranchName::new(what).ok();
    let own = envs.filter(|env| named.as_ref().is_some_and(|branch| branches::is_about(branch, &env.name)));
    let own = own.filter_map(|env| env.branch.clone()).next();
    let asked = |head| Asked {
        head,
        branch: onto.cloned().or_else(|| own.clone()).unwrap_or_else(|| stack.main.branch.clone()),
        opened_by: None,
    };
    if CommitId::from_hex(what).is_none()
        && let (Some(remote), Ok(branch)) = (&stack.remote, BranchName::new(what))
        && let Some(tip) = context.repo.fetch(remote, &[branch], Rewound::Followed)?.first().copied().flatten()
    {
        return Ok(asked(tip));
    }
    context.repo.resolve(what).map(asked)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_request_is_named_by_its_number_or_page_and_a_commit_is_none() {
        for text in
            ["12", "!12", "#12", "https://git.example.com/shop/config/pulls/12", "https://x/-/merge_requests/12/"]
        {
            assert_eq!(number(text), Some(12), "{text}");
        }
        for text in ["1234567", "stageline/promote/web", "12ab", "", "https://git.example.com/shop"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
