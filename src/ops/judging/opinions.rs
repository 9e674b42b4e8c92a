//! Asking the forge what people said of the open requests whose head is judged, and who opened them.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::address::Address;
use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::Error;
use crate::domain::settings::Settings;
use crate::forge::{self, Door, Found};
use crate::git::source::Network;

use crate::ops::context::Context;
use crate::ops::judging::reviews::{Given, Reviews};
use crate::ops::landing::door;
use crate::ops::reading::stack::Stack;

/// What is known of the requests from wherever into a branch, whose head is this one. `patience`: how long a forge that does not answer
/// is asked again.
///
/// # Errors
/// The run was ended, or the clone cannot be read.
pub fn of_head(
    context: &Context<'_>,
    stack: &Stack,
    (branch, head): (&BranchName, CommitId),
    patience: Duration,
) -> Result<Reviews, Error> {
    let Some(remote) = stack.remote.as_ref().filter(|_| asks_for_any(stack, branch)) else {
        return Ok(Reviews::default());
    };
    if context.options.network != Network::Allowed {
        let address = context.repo.push_address(remote)?;
        let is_far = address.is_some_and(|address| matches!(Address::read(&address), Address::Remote(_)));
        let why = "offline: approvals at the forge are not seen".to_string();
        return Ok(Reviews { unseen: is_far.then_some(why), ..Reviews::default() });
    }
    let listed = match door::with(context, stack, remote, patience) {
        Ok(None) => return Ok(Reviews::default()),
        Ok(Some(door)) => {
            let all = forge::of(&door).every_open();
            all.map(|all| (door, all))
        }
        Err(Error::Unauthenticated(_)) => {
            let note = "approvals at the forge are not seen without a token".to_string();
            return Ok(Reviews { notes: vec![note], ..Reviews::default() });
        }
        Err(error) => Err(error),
    };
    match listed {
        Ok((door, all)) => {
            let is_it = |found: &&Found| found.into.as_ref() == Some(branch) && found.head == Some(head);
            of_requests(context, (remote, &door), &all.iter().filter(is_it).collect::<Vec<_>>())
        }
        Err(error) => unseen(error),
    }
}

/// Whether rules that bind a branch let somebody's approval count.
pub fn asks_for_any(stack: &Stack, branch: &BranchName) -> bool {
    let own = stack.worlds().find(|world| world.branch == *branch);
    let asks = |settings: &Settings| {
        settings.owners.as_ref().is_some_and(|owners| owners.approvals.is_some())
            || settings
                .environments
                .iter()
                .any(|env| !env.rules.gates.approvals.is_empty() || !env.rules.signers.is_empty())
            || settings.applications.iter().any(|app| !app.rules.gates.approvals.is_empty())
    };
    own.into_iter().chain([&stack.main]).any(|world| asks(&world.settings))
}

/// What is known of requests of one head.
///
/// # Errors
/// The run was ended, or the clone cannot be read.
pub fn of_requests(
    context: &Context<'_>,
    (remote, door): (&RemoteName, &Door),
    requests: &[&Found],
) -> Result<Reviews, Error> {
    let forge = forge::of(door);
    let mut out = Reviews::default();
    for found in requests {
        out.makers.extend(found.by.clone());
        if found.is_by_program || found.by.is_none() {
            let who =
                found.by.as_deref().map_or("nobody that is named".to_string(), |by| format!("the program `{by}`"));
            let mark = forge.mark(found.number);
            out.unknown_makers = Some(format!("{who} opened {mark}, and nothing tells who made it do that"));
        }
        match forge.approvals(found) {
            Ok(given) => {
                out.given.extend(given.into_iter().map(|one| Given { by: one.by, of: one.of, at: one.at }));
            }
            Err(error) => out.unseen = unseen(error)?.unseen,
        }
    }
    // What they approved may have been made anew since, and no branch leads to that any more.
    let heads: BTreeSet<CommitId> = out.given.iter().filter_map(|one| one.of).collect();
    context.repo.bring(remote, &heads.into_iter().collect::<Vec<_>>());
    Ok(out)
}

/// What is said where the forge does not.
fn unseen(error: Error) -> Result<Reviews, Error> {
    match error {
        Error::Interrupted(_) | Error::Failed(_) => Err(error),
        error => {
            let why = format!("approvals at the forge are not seen: {}", error.refusal().on_one_line());
            Ok(Reviews { unseen: Some(why), ..Reviews::default() })
        }
    }
}
