//! The doors at the remote: what keeps people from landing past the rules, on each branch that is governed.

use crate::domain::commit::Known;
use crate::domain::finding::Finding;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::Error;
use crate::domain::settings::ForgeKind;
use crate::forge::{self, Door, Guard, Poster};
use crate::git::source::Network;

use crate::ops::context::Context;
use crate::ops::judging::status;
use crate::ops::landing::{door, protections};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

use super::{hook, jobs};

/// Where the settings of each forge are written down.
const PAGE: &str = "docs/enforcement.md has the settings of each forge";

/// What is found of them.
///
/// # Errors
/// The clone cannot be read.
pub fn look(context: &Context<'_>, stack: &Stack) -> Result<Vec<Finding>, Error> {
    if !stack.main.has_file {
        let what =
            format!("there is no `stageline.yaml` on `{}`, and without rules nothing is judged", stack.main.branch);
        return Ok(vec![
            Finding::advisory("rules", what).hint("`stageline init` writes one from the layout").of_the_door(),
        ]);
    }
    let Some(remote) = &stack.remote else {
        let what =
            "this clone has no remote, so that nobody else can land past the rules, and nothing keeps you from it";
        return Ok(vec![Finding::advisory("remote", what).hint("add one: `git remote add origin URL`").of_the_door()]);
    };
    let address = context.repo.push_address(remote)?.unwrap_or_default();
    if let Some(dir) = hook::folder(context, &address) {
        return hook::look(context, stack, &dir);
    }
    if context.options.network != Network::Allowed {
        let of = |world: &World| unseen(&world.branch, "this is offline").hint("leave `--offline` away");
        return Ok(stack.worlds().map(|world| of(world)).chain([hook::elsewhere(None)]).collect());
    }
    match door::to_look(context, stack, remote) {
        Ok(Some(door)) => at_forge(context, stack, (remote, &door)),
        Ok(None) => {
            let no = door::unknown(remote);
            let mut out = vec![Finding::unseen("forge", no)?.of_the_door()];
            out.push(hook::elsewhere(None));
            Ok(out)
        }
        Err(error) => {
            let found = Finding::unseen("forge", error)?.of_the_door();
            Ok(vec![found, hook::elsewhere(None)])
        }
    }
}

fn unseen(branch: &BranchName, why: &str) -> Finding {
    let what = format!("whether the forge keeps anybody from merging into `{branch}`: {why}");
    Finding::cannot_tell(format!("branch {branch}"), what).of_the_door()
}

/// What a forge says of each branch.
fn at_forge(context: &Context<'_>, stack: &Stack, (remote, door): (&RemoteName, &Door)) -> Result<Vec<Finding>, Error> {
    let kind = door.site.kind;
    let (mut out, mut posters, mut is_shut) = (Vec::new(), Vec::new(), true);
    for world in stack.worlds() {
        let onto = Some(&world.branch).filter(|branch| **branch != stack.main.branch);
        let name = status::named(onto);
        let guard = match forge::guarding(door).guard(&world.branch, &name) {
            Ok(guard) => guard,
            Err(error) => {
                let why = Finding::unseen("", error)?;
                out.push(Finding { hints: why.hints, ..unseen(&world.branch, &why.says) });
                is_shut = false;
                continue;
            }
        };
        is_shut &= is_without_gap(&guard);
        if let Known::Is(Ok(Poster::Anybody(who))) = &guard.required
            && kind == ForgeKind::Gitea
        {
            posters.push(who.clone());
        }
        out.extend(of_branch(&world.branch, &name, kind, &guard));
        if matches!(guard.required, Known::Is(Ok(_))) || kind == ForgeKind::Gitlab {
            out.extend(of_jobs(stack, world, door, &guard)?);
        }
    }
    // Where one program alone says what may land, and nobody passes by, no hook is needed; and github.com has none.
    if !is_shut && door.site.host != "github.com" {
        let without = posters.first().map(|who| format!("{who} may post the status"));
        out.push(hook::elsewhere(without.as_deref()));
    }
    out.extend(pushes(context, stack, remote)?);
    Ok(out)
}

/// Whether nobody lands past the one program that says what may.
fn is_without_gap(guard: &Guard) -> bool {
    let nobody = |known: &Known<Vec<String>>| matches!(known, Known::Is(all) if all.is_empty());
    matches!(guard.required, Known::Is(Ok(Poster::App(_)))) && nobody(&guard.exempt) && nobody(&guard.pushers)
}

/// What is said of one branch.
fn of_branch(branch: &BranchName, status: &str, kind: ForgeKind, guard: &Guard) -> Vec<Finding> {
    let about = format!("branch {branch}");
    let poster = match &guard.required {
        Known::CannotTell(why) => return vec![unseen(branch, why).hint(PAGE)],
        Known::Is(Err(why)) => {
            let what = format!("nothing at the forge keeps anybody from merging into `{branch}`: {why}");
            let hint = match kind {
                ForgeKind::Gitlab => {
                    "put the hook on the server, or a pipeline execution policy into the project".to_string()
                }
                _ => format!("protect `{branch}`, and ask for the status `{status}` there"),
            };
            return vec![Finding::advisory(about, what).hint(hint).hint(PAGE).of_the_door()];
        }
        Known::Is(Ok(poster)) => poster,
    };
    vec![
        posted(&about, (branch, status), kind, poster),
        up_to_date(&about, branch, &guard.is_strict),
        exempt(&about, (branch, status), &guard.exempt),
        pushed(&about, (branch, status), &guard.pushers),
    ]
}

/// What would let a token see more.
const MORE: &str = "run it with a token of who administers the repository";

/// Who may post the status of a branch.
fn posted(about: &str, (branch, status): (&BranchName, &str), kind: ForgeKind, poster: &Poster) -> Finding {
    let waits = format!("a merge into `{branch}` waits for `{status}`");
    match poster {
        Poster::App(who) => Finding::ok(about, format!("`{branch}` takes only what has `{status}` from {who}")),
        // There it cannot be said whose; the line of the hook does.
        Poster::Anybody(_) if kind == ForgeKind::Gitea => Finding::ok(about, waits),
        Poster::Anybody(who) => Finding::advisory(about, format!("{waits}, which may be posted by {who}"))
            .hint("expect the check from a GitHub App of your own"),
    }
    .of_the_door()
}

/// Whether what is merged was judged on the branch of now.
fn up_to_date(about: &str, branch: &BranchName, is_strict: &Known<bool>) -> Finding {
    match is_strict {
        Known::Is(true) => Finding::ok(about, format!("what is merged into `{branch}` is up to date with it")),
        Known::Is(false) => {
            Finding::open(about, format!("what was judged on an older `{branch}` is merged all the same"))
                .hint("let the forge ask for branches that are up to date")
        }
        Known::CannotTell(why) => {
            let what = format!("whether what is merged into `{branch}` has to be up to date: {why}");
            Finding::cannot_tell(about, what).hint(MORE)
        }
    }
}

/// Who merges without the status.
fn exempt(about: &str, (branch, status): (&BranchName, &str), known: &Known<Vec<String>>) -> Finding {
    match known {
        Known::Is(all) if all.is_empty() => {
            Finding::ok(about, format!("nobody merges into `{branch}` without `{status}`"))
        }
        Known::Is(all) => {
            Finding::advisory(about, format!("{} may merge into `{branch}` without `{status}`", all.join(", ")))
                .hint("let the protection bind everybody, administrators too")
        }
        Known::CannotTell(why) => {
            Finding::cannot_tell(about, format!("who may merge into `{branch}` without `{status}`: {why}")).hint(MORE)
        }
    }
    .of_the_door()
}

/// Who pushes without the status: a hook may judge that, which does not show.
fn pushed(about: &str, (branch, status): (&BranchName, &str), known: &Known<Vec<String>>) -> Finding {
    match known {
        Known::Is(all) if all.is_empty() => Finding::ok(about, format!("nobody pushes past `{status}` to `{branch}`")),
        Known::Is(all) => {
            let who = all.join(", ");
            let what =
                format!("{who} may push to `{branch}` without `{status}`, unless a hook on the server judges that");
            Finding::cannot_tell(about, what).hint("let nobody push there, or put the hook on the server")
        }
        Known::CannotTell(why) => {
            Finding::cannot_tell(about, format!("who may push past `{status}` to `{branch}`: {why}")).hint(MORE)
        }
    }
    .of_the_door()
}

/// What is found of the jobs that post the status of a branch.
fn of_jobs(stack: &Stack, world: &World, door: &Door, guard: &Guard) -> Result<Vec<Finding>, Error> {
    let kind = door.site.kind;
    // Gitea takes a definition from the branch that the request is for, the others have one place.
    let from = match kind {
        ForgeKind::Gitea => world,
        _ if world.branch != stack.main.branch => return Ok(Vec::new()),
        _ => &stack.main,
    };
    let elsewhere = match forge::guarding(door).jobs_from() {
        Ok(place) => place,
        Err(error) => return Ok(vec![Finding::unseen(format!("job on {}", world.branch), error)?]),
    };
    let found = jobs::look(from, kind, elsewhere.as_deref())?;
    // What one app posts comes from wherever that is.
    let is_apps = matches!(guard.required, Known::Is(Ok(Poster::App(_))));
    Ok(found.into_iter().filter(|one| !is_apps || one.is_advisory).collect())
}

/// Whether the forge takes what the rules land directly.
fn pushes(context: &Context<'_>, stack: &Stack, remote: &RemoteName) -> Result<Vec<Finding>, Error> {
    let about = format!("pushes to {remote}");
    let told = match protections::told(context, stack) {
        Ok(told) => told,
        Err(error) => return Ok(vec![Finding::unseen(about, error)?]),
    };
    let of = |(is_taken, text): (Option<bool>, String)| match is_taken {
        Some(true) => Finding::ok(&about, text),
        Some(false) => Finding::open(&about, text).hint("say `landing: merge-request`, or let those push who land"),
        None => Finding::cannot_tell(&about, text).hint("run it with a token that may read the branch's protection"),
    };
    Ok(told.into_iter().map(of).collect())
}
