//! Where the settings land directly and the forge does not take pushes: said before somebody finds out at night.

use std::collections::BTreeMap;

use crate::domain::names::{BranchName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Environment, LandingMode};
use crate::forge::{self, Pushes};

use crate::ops::context::Context;
use crate::ops::landing::door;
use crate::ops::reading::stack::Stack;

/// What the forge says of the branches that environments land on directly, in a sentence for each, and whether it takes what lands
/// there; `None`: it does not tell.
///
/// # Errors
/// There is no remote, no forge is known, there is no token for it, or it does not answer.
pub fn told(context: &Context<'_>, stack: &Stack) -> Result<Vec<(Option<bool>, String)>, Error> {
    let remote = stack.remote.as_ref().ok_or_else(|| {
        Refusal::new(Code::NoRemote, "protections are kept at the remote, and this clone has none")
            .hint("add one: `git remote add origin URL`, or leave `--online` away")
            .invalid()
    })?;
    let door = door::to_look(context, stack, remote)?.ok_or_else(|| door::unknown(remote))?;
    if forge::of(&door).is_archived()? {
        let host = &door.site.host;
        let what = format!(
            "the repository is archived at `{host}`: nothing lands there, neither by push nor by request, until somebody unarchives it"
        );
        return Ok(vec![(Some(false), what)]);
    }
    let mut branches: BTreeMap<&BranchName, Vec<(&EnvName, &str)>> = BTreeMap::new();
    for env in stack.main.settings.durable() {
        let branch = env.branch.as_ref().unwrap_or(&stack.main.branch);
        branches.entry(branch).or_default().extend(direct(env).map(|what| (&env.name, what)));
    }
    let mut out = Vec::new();
    for (branch, ways) in branches.into_iter().filter(|(_, ways)| !ways.is_empty()) {
        let names: Vec<String> = ways.iter().map(|(env, what)| format!("{what} of `{env}`")).collect();
        let (names, host) = (names.join(", "), &door.site.host);
        match forge::of(&door).pushes(branch)? {
            Pushes::Taken => out.push((Some(true), format!("`{branch}` takes your pushes at `{host}`"))),
            Pushes::Refused(by) => out.push((
                Some(false),
                format!(
                    "{names} would land directly on `{branch}`, and {by} at `{host}` does not let you push there: say \
                     `landing: merge-request`, or let those push who land"
                ),
            )),
            Pushes::Unknown => {
                out.push((None, format!("whether `{branch}` takes direct pushes `{host}` does not tell this token")))
            }
        }
    }
    Ok(out)
}

/// What of an environment lands directly.
fn direct(env: &Environment) -> impl Iterator<Item = &'static str> {
    let promotions = (env.landing == LandingMode::Direct).then_some("promotions");
    let back = env.rollback_landing.unwrap_or(env.landing);
    promotions.into_iter().chain((back == LandingMode::Direct).then_some("rollbacks"))
}
