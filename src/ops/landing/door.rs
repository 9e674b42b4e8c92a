//! The way to the forge of the config repository: which forge that is, and the token that it is spoken to with.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::address::Address;
use crate::domain::names::RemoteName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Forge, ForgeKind};
use crate::forge::Door;
use crate::forge::site::{self, Site};
use crate::forge::token::{self, Token};
use crate::process::{self, Command, Kind, OnStop};

use crate::ops::context::{Context, Opening};
use crate::ops::reading::stack::Stack;

/// GitHub's own program reads its key ring.
const LIMIT: Duration = Duration::from_secs(10);
/// How long a forge that does not answer is asked again by who only looks.
pub const A_LOOK: Duration = Duration::from_secs(10);

/// The way to the forge that a remote is at; `None`: none that can be spoken to, or the request is opened by hand.
///
/// # Errors
/// The forge is known, and there is no token for it (exit 4).
pub fn of(
    context: &Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    opening: Opening,
) -> Result<Option<Arc<Door>>, Error> {
    let Opening::AtTheForge { patience, .. } = opening else { return Ok(None) };
    known(context, stack, remote, (patience, For::Writing))
}

/// What a forge is spoken to for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Looking,
    Writing,
}

/// The way that this run has found already, or finds now.
fn known(
    context: &Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    (patience, what): (Duration, For),
) -> Result<Option<Arc<Door>>, Error> {
    if let Some((_, door)) = context.door.borrow().as_ref().filter(|(of, _)| of == remote) {
        return Ok(Some(Arc::clone(door)));
    }
    let found = find(context, &stack.main.settings.forges, remote, (patience, what))?.map(Arc::new);
    *context.door.borrow_mut() = found.as_ref().map(|door| (remote.clone(), Arc::clone(door)));
    Ok(found)
}

/// The same for who only looks: a forge that does not answer is not waited for as long.
///
/// # Errors
/// The forge is known, and there is no token for it (exit 4).
pub fn to_look(context: &Context<'_>, stack: &Stack, remote: &RemoteName) -> Result<Option<Arc<Door>>, Error> {
    known(context, stack, remote, (A_LOOK, For::Looking))
}

/// The same with a patience of one's own.
///
/// # Errors
/// The forge is known, and there is no token for it (exit 4).
pub fn with(
    context: &Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    patience: Duration,
) -> Result<Option<Arc<Door>>, Error> {
    known(context, stack, remote, (patience, For::Looking))
}

/// The same for who writes a status, and may know no rules yet: by these settings of forges.
///
/// # Errors
/// No forge is known there, or there is no token for it (exit 4).
pub fn to_tell(
    context: &Context<'_>,
    forges: &[Forge],
    remote: &RemoteName,
    patience: Duration,
) -> Result<Door, Error> {
    find(context, forges, remote, (patience, For::Looking))?.ok_or_else(|| unknown(remote))
}

/// The error where what is asked needs a forge, and none is known at the remote.
pub fn unknown(remote: &RemoteName) -> Error {
    Refusal::new(Code::NoForge, format!("no forge is known at `{remote}`, and what is asked only a forge can tell"))
        .hint("say which it is, by `forges:` in `stageline.yaml`; GitHub, GitLab, Gitea and Forgejo are spoken to")
        .cannot_tell()
}

/// The forge that a remote is at, as far as a short look without a token tells; `None`: none that can be spoken to.
///
/// # Errors
/// It does not answer.
pub fn site(context: &Context<'_>, stack: &Stack, remote: &RemoteName) -> Result<Option<Site>, Error> {
    let Some(address) = context.repo.push_address(remote)? else { return Ok(None) };
    site::find(&address, &stack.main.settings.forges, &context.repo.surroundings().variables, Duration::ZERO)
}

/// The way to the forge that a source is at, for who only looks there; `None`: none that can be spoken to.
///
/// # Errors
/// The forge is known, and there is no token for it (exit 4).
pub fn to_source(context: &Context<'_>, forges: &[Forge], address: &str) -> Result<Option<Arc<Door>>, Error> {
    Ok(at(context, forges, address, (A_LOOK, For::Looking))?.map(Arc::new))
}

fn find(
    context: &Context<'_>,
    forges: &[Forge],
    remote: &RemoteName,
    asked: (Duration, For),
) -> Result<Option<Door>, Error> {
    let Some(address) = context.repo.push_address(remote)? else { return Ok(None) };
    at(context, forges, &address, asked)
}

/// The forge that an address of git's is at.
fn at(
    context: &Context<'_>,
    forges: &[Forge],
    address: &str,
    (patience, what): (Duration, For),
) -> Result<Option<Door>, Error> {
    let variables = &context.repo.surroundings().variables;
    let site = match site::find(address, forges, variables, patience) {
        // Whoever only looks has nothing to push.
        Err(error) if what == For::Writing && error.refusal().code == Code::ForgeUnclear => {
            return Err(error.hint("nothing was written; or push the branch alone: `--no-request`"));
        }
        other => other?,
    };
    let Some(site) = site else { return Ok(None) };
    let found = match token::of_variables(&site, variables) {
        Some(token) => Some(token),
        None => stored(context, &site, address)?,
    };
    // A clone of GitLab's in a job has its token in the address.
    let Some(token) = found.filter(|token| !token.is_of_job(site.kind, variables)) else {
        let error = token::missing(&site, variables);
        return Err(if what == For::Writing { token::without(error, site.kind) } else { error });
    };
    Door::new(site, &token, patience, variables).map(Some)
}

/// What the user has stored for that very host: in the address, with GitHub's program, or with git's credential helpers.
fn stored(context: &Context<'_>, site: &Site, address: &str) -> Result<Option<Token>, Error> {
    if site.kind == ForgeKind::Github
        && let Some(token) = of_gh(context, site)?
    {
        return Ok(Some(token));
    }
    // What git logs in with is meant for the host that it speaks to, and for no other.
    let Address::Remote(parts) = Address::read(address) else { return Ok(None) };
    if !site.is_http_remote || site.token_host() != site.host {
        return Ok(None);
    }
    const ADDRESS: &str = "the remote's address";
    match parts.user_info.split_once(':') {
        Some((user, password)) => return Ok(Token::of(password.to_string(), Some(user.to_string()), ADDRESS)),
        // A token in the place of the user.
        None if !parts.user_info.is_empty() => return Ok(Token::of(parts.user_info.to_string(), None, ADDRESS)),
        None => {}
    }
    let scheme = parts.scheme.unwrap_or("https");
    let found = context.repo.credential(scheme, parts.host, parts.path.trim_start_matches('/'))?;
    Ok(found.and_then(|(user, password)| Token::of(password, Some(user), "git's credential helper")))
}

fn of_gh(context: &Context<'_>, site: &Site) -> Result<Option<Token>, Error> {
    let command = Command {
        program: "gh".into(),
        args: ["auth", "token", "--hostname", site.token_host()].map(OsString::from).to_vec(),
        dir: None,
        kind: Kind::Plumbing,
        on_stop: OnStop::End,
        set: Vec::new(),
        stdin: None,
        limit: LIMIT,
        hear: None,
    };
    match process::run(context.repo.surroundings(), &command) {
        Ok(finished) if finished.code == Some(0) => {
            let text = String::from_utf8_lossy(&finished.stdout).trim().to_string();
            Ok(Token::of(text, None, "`gh auth token`"))
        }
        Err(Error::Interrupted(why)) => Err(Error::Interrupted(why)),
        // It is not there, or knows nothing of that host.
        Ok(_) | Err(_) => Ok(None),
    }
}
