//! `config sync`: the main branch's rules, and the files that they read, to an environment's own branch.

use crate::domain::names::EnvName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::ChangeReport;
use crate::domain::settings::{FILE, LandingMode};
use crate::domain::verb::Verb;

use super::carry;
use crate::ops::context::{Context, Reach, Writing};
use crate::ops::landing::door;
use crate::ops::landing::intent::{Intent, Meant, Scope};
use crate::ops::reading::stack::Stack;

/// The word in a request branch's name, where others have an application's: `sync/production/rules`.
const SET: &str = "rules";

/// Brings the rules to the branch of an environment: as a request where a forge is known at the remote, else as the environment
/// lands.
///
/// # Errors
/// The environment lives on the main branch, there are no rules in a file, or whatever keeps a writing verb from landing.
pub fn sync(context: &mut Context<'_>, env: &EnvName, writing: &Writing) -> Result<ChangeReport, Error> {
    if context.options.config.is_some() {
        let what = "what is brought is the file that stands on the branch with the rules, not `--config`";
        return Err(Refusal::new(Code::ConfigForDryRuns, what).hint("leave `--config` away").invalid());
    }
    let stack = carry::begin(context, writing)?;
    let (world, _) = stack.any_environment(env)?;
    let main = &stack.main;
    if world.branch == main.branch {
        let what = format!("`{env}` has no branch of its own: the rules on `{}` are all that judge it", main.branch);
        return Err(Refusal::new(Code::NoOwnBranch, what).hint("there is nothing to bring anywhere").invalid());
    }
    if !main.has_file {
        let what = format!("there is no `{FILE}` on `{}` whose rules could be brought", main.branch);
        return Err(Refusal::new(Code::NoConfig, what).hint("`stageline init` writes one from the layout").invalid());
    }
    let landing = match writing.landing {
        None => usual(context, &stack, writing)?,
        asked => asked,
    };
    let writing = Writing { landing, ..writing.clone() };
    carry::carry_out(context, stack, &intent(env, &writing), &writing)
}

/// How it lands where nobody says: rules are looked at before they land, where there is a forge to look at them.
fn usual(context: &Context<'_>, stack: &Stack, writing: &Writing) -> Result<Option<LandingMode>, Error> {
    let Some(remote) = stack.remote.as_ref().filter(|_| writing.reach == Reach::Remote) else { return Ok(None) };
    let site = door::site(context, stack, remote);
    let site = site.map_err(|error| error.hint("or say how it is to land: `--landing direct`"))?;
    Ok(site.map(|_| LandingMode::MergeRequest))
}

fn intent(env: &EnvName, writing: &Writing) -> Intent {
    Intent {
        reason: writing.reason.clone(),
        set: SET.to_string(),
        ..Intent::nothing(Verb::Sync, Scope::Environment(env.clone()), Meant::Exactly)
    }
}
