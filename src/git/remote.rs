//! A remote as it answers, or does not: where its branches are kept here, and what is said where it cannot be asked.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::Finished;

use super::program::{asks_who_we_are, words};

/// What the user knows a remote by.
#[derive(Debug, Clone, Copy)]
pub(super) enum Called<'a> {
    /// Its name in a clone of theirs.
    Name(&'a str),
    /// The address that they gave, as it may be shown: they have no clone.
    Address(&'a str),
}

impl fmt::Display for Called<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Called::Name(text) | Called::Address(text)) = self;
        f.write_str(text)
    }
}

impl Called<'_> {
    /// How the address is looked at that is fetched from (`get-url`), or pushed to (`get-url --push`).
    pub(super) fn look(self, get_url: &str) -> String {
        match self {
            Called::Name(name) => format!("`git remote {get_url} {name}`"),
            Called::Address(address) => format!("`git ls-remote {address}`"),
        }
    }

    /// How it is found out where a branch is there.
    pub(super) fn see(self, branch: &BranchName) -> String {
        match self {
            Called::Name(name) => format!("`git fetch {name}`, then `git log {name}/{branch}`"),
            Called::Address(address) => format!("`git ls-remote {address} {}`", branch.full()),
        }
    }
}

/// How every fetch of branches begins: it brings what is named, and nothing that a configuration adds.
pub(super) const FETCH: [&str; 11] = [
    "-c",
    "fetch.writeCommitGraph=false",
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-prune",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--no-auto-maintenance",
    // Without it git takes every update for a fast-forward.
    "--show-forced-updates",
    "--refmap=",
];

/// The ref that says where a branch of a remote was when it was last seen.
pub(super) fn tracking(remote: &RemoteName, branch: &BranchName) -> String {
    format!("refs/remotes/{remote}/{branch}")
}

/// The branch that a remote's HEAD names, in what `git ls-remote --symref REMOTE HEAD` says.
pub(super) fn default_branch(listed: &[u8]) -> Option<BranchName> {
    let text = String::from_utf8_lossy(listed);
    let name = text.lines().find_map(|line| line.strip_prefix("ref: refs/heads/")?.strip_suffix("\tHEAD"))?;
    BranchName::new(name).ok()
}

/// The refs with their commits, in what `git ls-remote` says.
pub(super) fn refs_in(listed: &[u8]) -> BTreeMap<String, CommitId> {
    let read = |line: &str| {
        let (id, name) = line.split_once('\t')?;
        Some((name.to_string(), CommitId::from_hex(id)?))
    };
    String::from_utf8_lossy(listed).lines().filter_map(read).collect()
}

/// The error where a remote could not be asked: who we are, what we may, or that it cannot be told.
pub(super) fn unreachable(remote: Called<'_>, finished: &Finished, what: &str) -> Error {
    if asks_who_we_are(&finished.stderr) {
        return Refusal::new(Code::Authentication, format!("the remote `{remote}` wants to know who you are"))
            .details(words(&finished.stderr))
            .hint(format!("check that `git ls-remote {remote}` works: a credential helper, an ssh key, an agent"))
            .unauthenticated();
    }
    if let Some(error) = denied(remote, finished, what) {
        return error;
    }
    let message = if finished.timed_out {
        format!("the remote `{remote}` did not answer in time: cannot {what} it")
    } else {
        format!("cannot {what} the remote `{remote}`")
    };
    let said = words(&finished.stderr);
    let hint = match cause(&said) {
        Cause::Network => format!("check the network and the address: {}", remote.look("get-url")),
        Cause::Address => format!("check the address: {}", remote.look("get-url")),
        Cause::Unknown => format!("see whether `git ls-remote {remote}` works, and what it says"),
    };
    Refusal::new(Code::Unreachable, message).details(said).hint(hint).cannot_tell()
}

/// The error where the other side knows who we are and does not let us in. By the words of servers: there is no other way,
/// and nothing but the hint and the exit code hangs on it.
pub(super) fn denied(remote: Called<'_>, finished: &Finished, what: &str) -> Option<Error> {
    let said = words(&finished.stderr);
    let denies = |line: &String| {
        let line = line.to_lowercase();
        ["access denied", "permission to ", "denied by", "error: 403", "forbidden", "not allowed to ", "no access"]
            .iter()
            .any(|words| line.contains(words))
    };
    said.iter().any(denies).then(|| {
        Refusal::new(Code::AccessDenied, format!("the remote `{remote}` does not let you {what} it"))
            .details(said)
            .hint("ask for the right to, or use a key or a token that has it")
            .unauthenticated()
    })
}

/// Why a remote gave no answer, as far as git's words tell. Only the hint hangs on it.
enum Cause {
    Network,
    Address,
    Unknown,
}

fn cause(said: &[String]) -> Cause {
    let any = |known: &[&str]| said.iter().any(|line| known.iter().any(|words| line.to_lowercase().contains(words)));
    if any(&["does not appear to be a git repository", "not found", "does not exist", "no such file"]) {
        Cause::Address
    } else if any(&[
        "could not resolve",
        "couldn't connect",
        "failed to connect",
        "connection refused",
        "connection timed out",
        "connection reset",
        "unable to connect",
        "network is unreachable",
        "no route to host",
        "timed out",
    ]) {
        Cause::Network
    } else {
        Cause::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(stderr: &str) -> Refusal {
        let finished =
            Finished { code: Some(128), stdout: Vec::new(), stderr: stderr.as_bytes().to_vec(), timed_out: false };
        unreachable(Called::Name("origin"), &finished, "fetch from").refusal()
    }

    #[test]
    fn who_has_no_right_is_told_so_and_not_to_check_the_network() {
        for words in [
            "ERROR: access denied or repository not exported: /x.git",
            "remote: Permission to shop/config.git denied to bot.\nfatal: unable to access 'https://h/x/': The requested URL returned error: 403",
            "FATAL: R any config bot DENIED by fallthru",
        ] {
            assert_eq!(said(words).code, "access-denied", "{words}");
        }
    }

    #[test]
    fn who_has_no_clone_is_told_no_command_for_one() {
        let words = "fatal: '/x' does not appear to be a git repository";
        let finished =
            Finished { code: Some(128), stdout: Vec::new(), stderr: words.as_bytes().to_vec(), timed_out: false };
        let refusal = unreachable(Called::Address("ssh://git@h/x"), &finished, "fetch from").refusal();
        assert_eq!(refusal.hints, ["check the address: `git ls-remote ssh://git@h/x`"]);
        let main = BranchName::new("main").unwrap();
        assert_eq!(Called::Address("ssh://git@h/x").see(&main), "`git ls-remote ssh://git@h/x refs/heads/main`");
        assert_eq!(Called::Name("origin").see(&main), "`git fetch origin`, then `git log origin/main`");
    }

    #[test]
    fn the_hint_fits_what_git_said() {
        for (words, hint) in [
            ("ssh: Could not resolve hostname h: Name or service not known", "network"),
            ("fatal: '/x' does not appear to be a git repository", "check the address"),
            ("fatal: protocol error: bad line length character: Welc", "ls-remote"),
        ] {
            assert!(said(words).hints[0].contains(hint), "{words}");
        }
    }
}
