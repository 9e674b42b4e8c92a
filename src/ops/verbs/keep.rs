//! `promote --refresh` and `promote --withdraw`: open requests that are brought to the tip of today, or taken back.

use std::sync::Arc;

use crate::domain::names::{AppName, EnvName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{BecameWord, Tended, TendedReport};
use crate::domain::settings::NamePattern;
use crate::forge::Door;

use super::carry;
use crate::ops::context::{Context, Reach, Run, Writing};
use crate::ops::landing::door;
use crate::ops::landing::tending::{Became, Tending};
use crate::ops::landing::waiting::{self, Open};
use crate::ops::reading::members;
use crate::ops::reading::stack::Stack;
use crate::ops::reports::requests;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Only requests for this environment; `None`: all of them.
    pub env: Option<EnvName>,
    pub what: What,
    pub writing: Writing,
}

/// What is done with the requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Refresh,
    /// These applications are taken from them; none: all.
    Withdraw(Vec<NamePattern>),
}

/// Runs it.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<TendedReport, Error> {
    if request.writing.reach == Reach::Local {
        return Err(Refusal::new(Code::NoPush, "requests are kept at the remote, and `--no-push` keeps from it")
            .hint("leave `--no-push` away")
            .invalid());
    }
    let stack = carry::begin(context, &request.writing)?;
    let (remote, door) = ways(context, &stack, request)?;
    let (named, why, verb) = match &request.what {
        What::Refresh => (None, "nothing is left of it".to_string(), "refresh"),
        What::Withdraw(patterns) => {
            let reason = request.writing.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
            let why = format!("withdrawn by {}{reason}", context.repo.author()?);
            (Some(named(&stack, request, patterns)?), why, "withdraw")
        }
    };
    let is_taken = |app: &AppName, env: &EnvName| {
        let apps = named.as_ref().filter(|_| request.env.as_ref().is_none_or(|own| own == env));
        apps.is_some_and(|apps| apps.contains(app))
    };
    let env = request.env.as_ref().map(|env| vec![env]);
    let branches = waiting::branches(context, &remote, env.as_deref())?;
    let mut out = Vec::new();
    for open in waiting::open(context, &stack, &remote, &door, &branches)? {
        let is_meant = match &named {
            Some(_) => open.waiting.pins().any(|one| is_taken(&one.app, &one.env)),
            None => true,
        };
        if !is_meant {
            continue;
        }
        context.face.step("keeping the requests in order");
        let (stack, remote, door) = (&stack, &remote, &*door);
        let tending = Tending { stack, remote, door, run: request.writing.run, is_taken: &is_taken, why: &why };
        let ended = tending.tend(context, &open);
        out.push(told(context, &open, ended)?);
    }
    let notes = if out.is_empty() { vec![nothing(request)] } else { Vec::new() };
    Ok(TendedReport { verb: verb.into(), dry_run: request.writing.run == Run::Dry, requests: out, notes })
}

/// The remote and the way to its forge; both are needed.
fn ways(context: &Context<'_>, stack: &Stack, request: &Request) -> Result<(RemoteName, Arc<Door>), Error> {
    let remote = stack.remote.clone().ok_or_else(|| {
        Refusal::new(Code::NoRemote, "requests are kept at a remote, and this clone has none")
            .hint("add one: `git remote add origin URL`")
            .invalid()
    })?;
    let door = door::of(context, stack, &remote, request.writing.opening)?.ok_or_else(|| door::unknown(&remote))?;
    Ok((remote, door))
}

/// The applications that are withdrawn.
fn named(stack: &Stack, request: &Request, patterns: &[NamePattern]) -> Result<Vec<AppName>, Error> {
    let world = match &request.env {
        Some(env) => stack.environment(env)?.0,
        None => Arc::clone(&stack.main),
    };
    if patterns.is_empty() {
        return Ok(world.settings.applications.iter().map(|app| app.name.clone()).collect());
    }
    let mut out = Vec::new();
    for pattern in patterns {
        out.extend(members::named(stack, &world, pattern)?.into_iter().map(|app| app.name.clone()));
    }
    Ok(out)
}

fn told(context: &Context<'_>, open: &Open, ended: Result<Became, Error>) -> Result<Tended, Error> {
    let request = requests::at_the_forge(context, open, None)?;
    let (became, reason) = match ended {
        Ok(Became::Kept) => (BecameWord::Kept, None),
        Ok(Became::Rebuilt) => (BecameWord::Rebuilt, None),
        Ok(Became::Ended(why)) => (BecameWord::Closed, Some(why)),
        Ok(Became::Left(why)) => (BecameWord::Left, Some(why)),
        Err(Error::Interrupted(why)) => return Err(Error::Interrupted(why)),
        Err(error) => (BecameWord::Failed, Some(error.refusal().on_one_line())),
    };
    Ok(Tended { request, became, reason })
}

fn nothing(request: &Request) -> String {
    let place = request.env.as_ref().map_or(String::new(), |env| format!(" for `{env}`"));
    match request.what {
        What::Refresh => format!("no request is open{place}"),
        What::Withdraw(_) => format!("no open request{place} moves what was named"),
    }
}
