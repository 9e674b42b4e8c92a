//! The clone and the programs that are needed with it.

use crate::domain::finding::Finding;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::git::repo::Repo;

use crate::ops::context::Context;
use crate::ops::landing::authority::KEYS;
use crate::ops::reading::stack::Stack;

/// What is found of them.
///
/// # Errors
/// The clone cannot be read.
pub fn look(context: &Context<'_>, stack: &Stack) -> Result<Vec<Finding>, Error> {
    let repo = &context.repo;
    let oldest = Repo::oldest_git();
    let git = match repo.git_version() {
        Some((text, true)) => Finding::ok("git", format!("{text} ({oldest} is the oldest that is worked with)")),
        Some((text, false)) => {
            Finding::open("git", format!("{text} is too old")).hint(format!("install git {oldest} or newer"))
        }
        None => Finding::cannot_tell("git", "it does not say its version").hint("see what `git version` says"),
    };
    let mut out = vec![git];
    for (program, what) in programs(context, stack)? {
        out.push(match repo.has_program(program) {
            true => Finding::ok(program, format!("it is there, for {what}")),
            false => {
                Finding::open(program, format!("it is not there, and {what} cannot be checked or made without it"))
                    .hint(format!("install `{program}`, or put it on the PATH"))
            }
        });
    }
    out.push(match repo.is_shallow() {
        _ if context.options.has_no_clone() => Finding::ok("clone", "there is none: history comes when it is needed"),
        true => {
            Finding::open("clone", "it is shallow, so that much of the past cannot be told").hint(repo.how_to_deepen())
        }
        false if repo.is_partial() => Finding::ok("clone", "it has the whole history; files come when they are needed"),
        false => Finding::ok("clone", "it has the whole history"),
    });
    Ok(out)
}

/// The programs that signatures here need, and which those are.
fn programs(context: &Context<'_>, stack: &Stack) -> Result<Vec<(&'static str, &'static str)>, Error> {
    let format = context.repo.config("gpg.format")?;
    let (mut by_ssh, mut by_openpgp) = (format == Some("ssh"), false);
    for world in stack.worlds() {
        by_ssh |= world.settings.signers_file.is_some();
        let folder = RepoPath::new(KEYS).map_err(anyhow::Error::from)?;
        by_openpgp |= !world.files.list(&folder)?.is_empty();
    }
    let ssh = by_ssh.then_some(("ssh-keygen", "SSH signatures"));
    let openpgp = by_openpgp.then_some(("gpg", "OpenPGP signatures"));
    Ok(ssh.into_iter().chain(openpgp).collect())
}
