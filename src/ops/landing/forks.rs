//! What is known of the head of a request that an instance runs: where the source's server says it is, and who approved it at the forge.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::AppName;
use crate::domain::plan::Proposal;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, Forks, Settings};
use crate::domain::testimony::Who;
use crate::domain::version::Version;
use crate::forge;
use crate::git::source::{Network, Source};
use crate::policy::Fork;

use crate::ops::context::Context;
use crate::ops::landing::door;
use crate::ops::reading::sources::{Named, Sources};

/// What is known of a request, as far as it is about the commit of a version.
///
/// # Errors
/// Something broke here. What cannot be told is an answer.
pub fn of(
    context: &Context<'_>,
    (settings, sources): (&Settings, &Sources<'_>),
    app: &Application,
    version: &Version,
    number: u64,
) -> Result<Known<Fork>, Error> {
    match asked(context, (settings, sources), app, version, number) {
        Err(no) => Ok(Known::CannotTell(no.answer()?.on_one_line())),
        answer => answer,
    }
}

fn asked(
    context: &Context<'_>,
    (settings, sources): (&Settings, &Sources<'_>),
    app: &Application,
    version: &Version,
    number: u64,
) -> Result<Known<Fork>, Error> {
    let source = sources.needed(app, "`forks: approved` of an environment")?;
    // What it is at is brought here first, so that the version can be read.
    let head = match source.head_of_request(number)? {
        Known::Is(head) => head,
        Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
    };
    let commit = match sources.named(app, version)? {
        Named::Commit(commit) => commit,
        Named::Missing(why) => return Ok(Known::CannotTell(why)),
        Named::HandMade => {
            return Ok(Known::CannotTell(format!("`{version}` does not say which commit it was built from")));
        }
    };
    let mut fork = Fork { commit, head, approved: Vec::new(), makers: Vec::new(), unseen: None, notes: Vec::new() };
    if head == Some(commit) {
        fork.makers = made_by(&source, commit)?;
        if let Err(no) = reviewed(context, settings, app, number, &mut fork) {
            fork.unseen = Some(format!("approvals at the forge are not seen: {}", no.answer()?.on_one_line()));
        }
    }
    Ok(Known::Is(fork))
}

/// Whoever a commit says that made it: nobody proved that, and it only keeps from approving.
fn made_by(source: &Source, commit: CommitId) -> Result<Vec<Who>, Error> {
    let info = source.commit(commit)?;
    Ok([info.author, info.committer].map(|actor| Who::Mail(actor.email)).into())
}

/// What the forge says: who opened the request, and who approved of the very commit.
fn reviewed(
    context: &Context<'_>,
    settings: &Settings,
    app: &Application,
    number: u64,
    fork: &mut Fork,
) -> Result<(), Error> {
    let Some(address) = app.source.as_ref().filter(|_| context.options.network == Network::Allowed) else {
        return Ok(());
    };
    let Some(door) = door::to_source(context, &settings.forges, &address.0)? else { return Ok(()) };
    let forge = forge::of(&door);
    let found = forge.one(number)?;
    fork.makers.extend(found.by.clone().map(Who::Login));
    for given in forge.approvals(&found)? {
        match given.of {
            Some(of) if of == fork.commit => fork.approved.push(Who::Login(given.by)),
            Some(of) => fork.notes.push(format!("{} has approved {}, which is another commit", given.by, of.short())),
            None => fork
                .notes
                .push(format!("what {} said at the forge does not count: it does not say of which commit", given.by)),
        }
    }
    Ok(())
}

/// Brings the heads of the requests that a proposal's instances are of, where the rules let forks have some: no branch has them. What
/// cannot be brought is told by whoever asks for it.
///
/// # Errors
/// Something broke here.
pub fn bring(sources: &Sources<'_>, settings: &Settings, proposal: &Proposal) -> Result<(), Error> {
    for moved in &proposal.moves {
        let env = settings.environment(&moved.env).and_then(|env| env.ephemeral.as_ref());
        let Some(number) = moved.request.filter(|_| env.is_some_and(|rules| rules.forks == Forks::Approved)) else {
            continue;
        };
        bring_one(sources, settings, &moved.app, number)?;
    }
    Ok(())
}

/// Brings the head of one request of an application's source.
///
/// # Errors
/// As of `bring`.
pub fn bring_one(sources: &Sources<'_>, settings: &Settings, app: &AppName, number: u64) -> Result<(), Error> {
    let Some(app) = settings.application(app) else { return Ok(()) };
    let head = sources.of(app).and_then(|source| source.map(|source| source.head_of_request(number)).transpose());
    match head {
        Err(no) => no.answer().map(drop),
        Ok(_) => Ok(()),
    }
}
