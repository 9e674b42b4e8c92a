//! What every verb is given: the clone, the moment, the options of the command line, and somebody to ask.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::domain::meter::Meter;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::NamedGate;
use crate::domain::source_rules::SourceRules;
use crate::forge::Door;
use crate::git::repo::Repo;
use crate::git::source::Network;

use super::reports::face::Face;

/// The options that all verbs share.
#[derive(Debug, Clone)]
pub struct Options {
    pub remote: Option<RemoteName>,
    pub branch: Option<BranchName>,
    /// `--config FILE`: in place of the file of the base, where nothing is written.
    pub config: Option<PathBuf>,
    pub network: Network,
    pub freshness: Freshness,
    /// The options that say which clone, remote and branch are meant, as they were typed: they belong to every command
    /// that is printed to be typed later.
    pub where_typed: Vec<String>,
    /// Where the config repository is.
    pub at: At,
    /// What is done with the addresses of sources before they are gone to.
    pub sources: SourceRules,
}

/// Where the config repository is, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// The clone that the user is in.
    Here,
    /// `-C`.
    Folder(String),
    /// `--repo`: the user has no clone.
    Address(String),
}

/// What verbs that only look take for the state of the remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// What this clone was told last.
    AsKnown,
    /// `--fetch`: what the remote says now.
    Fetched,
}

impl Options {
    /// A command of ours, to be typed where this one was.
    pub fn command(&self, words: &str) -> String {
        let more = self.where_typed.iter().map(|word| format!(" {}", quoted(word)));
        format!("stageline {words}{}{}", self.folder(), more.collect::<String>())
    }

    /// A command of git's own, to be typed where this one was; `None` where the user has no clone to type it in.
    pub fn git(&self, words: &str) -> Option<String> {
        (!self.has_no_clone()).then(|| format!("git{} {words}", self.folder()))
    }

    /// The same as part of a sentence, which says where a clone is needed.
    pub fn by_git(&self, words: &str) -> String {
        self.git(words).map_or_else(|| format!("`git {words}` in a clone"), |command| format!("`{command}`"))
    }

    /// How sources are asked by what decides nothing: not at all, unless the remote was to be asked as well.
    pub fn as_known(&self) -> Network {
        match (self.freshness, self.network) {
            (Freshness::AsKnown, Network::Allowed) => Network::AsKnown,
            (_, network) => network,
        }
    }

    /// Whether the repository is known by its address alone.
    pub fn has_no_clone(&self) -> bool {
        matches!(self.at, At::Address(_))
    }

    /// Refuses what only a clone of the user's has a place for.
    pub fn needs_a_clone(&self, what: &str, hint: &str) -> Result<(), Error> {
        if !self.has_no_clone() {
            return Ok(());
        }
        let what = format!("{what}, and with `--repo` there is none");
        Err(Refusal::new(Code::NeedsAClone, what).hint(hint).invalid())
    }

    fn folder(&self) -> String {
        match &self.at {
            At::Here => String::new(),
            At::Folder(folder) => format!(" -C {}", quoted(folder)),
            At::Address(address) => format!(" --repo {}", quoted(address)),
        }
    }
}

/// A word as a shell takes it. A `~` is one only in quotes.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    let is_plain = !word.is_empty() && word.chars().all(plain);
    if is_plain { word.to_string() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// What every verb is given.
pub struct Context<'a> {
    pub repo: Repo,
    pub now: Timestamp,
    /// The same moment, to measure from.
    pub begun: Instant,
    pub options: Options,
    /// Which build of the program this is: what another one remembered is not taken.
    pub build: String,
    /// The way to the forge of a remote, once it was found.
    pub door: RefCell<Option<(RemoteName, Arc<Door>)>>,
    pub face: &'a dyn Face,
}

impl Context<'_> {
    /// Where long work says how far it is.
    pub fn meter(&self) -> &Meter {
        &self.repo.surroundings().meter
    }
}

/// Whether a writing verb writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    Real,
    Dry,
}

/// Where a landing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Pushed where a remote is configured.
    Remote,
    /// `--no-push`.
    Local,
}

/// The options that writing verbs share.
#[derive(Debug, Clone)]
pub struct Writing {
    pub run: Run,
    pub reach: Reach,
    /// `--landing`; `None`: what the environment says.
    pub landing: Option<crate::domain::settings::LandingMode>,
    /// `-m`.
    pub reason: Option<String>,
    /// How the request of a pushed branch is opened.
    pub opening: Opening,
    pub taking: Taking,
    /// `--override`: the gates that are to be passed though they do not let it, by whom the rules let.
    pub overriding: Vec<NamedGate>,
}

/// How the request of a pushed branch is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// By its interface, where the forge is known. `patience`: how long a forge that does not answer is asked again.
    AtTheForge { closed: Closed, patience: Duration },
    /// `--request-by-git`: by the push itself, with git's own credentials.
    ByGit,
    /// `--no-request`: on the page that is printed.
    ByHand,
}

/// What becomes of pins that another open request moves, which somebody has approved or worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// The plan leaves them out, and waits behind that one.
    Waits,
    /// `--replace`: it takes them, and the other request ends, or is made again without them.
    All,
}

/// What it means that somebody closed a request with the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It was a no.
    Stays,
    /// `--reopen`: it is asked for once more.
    Again,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(at: At) -> Options {
        let (remote, branch, config, where_typed) = (None, None, None, vec!["--branch".into(), "a b".into()]);
        let sources = SourceRules::default();
        Options {
            remote,
            branch,
            config,
            network: Network::Allowed,
            freshness: Freshness::AsKnown,
            where_typed,
            at,
            sources,
        }
    }

    #[test]
    fn commands_say_where_the_repository_is() {
        for (at, command, git) in [
            (At::Here, "stageline undo 1 --branch 'a b'", "`git revert 1`"),
            (At::Folder("my dir".into()), "stageline undo 1 -C 'my dir' --branch 'a b'", "`git -C 'my dir' revert 1`"),
            (
                At::Address("ssh://git@h/x".into()),
                "stageline undo 1 --repo ssh://git@h/x --branch 'a b'",
                "`git revert 1` in a clone",
            ),
        ] {
            let options = options(at);
            assert_eq!((options.command("undo 1").as_str(), options.by_git("revert 1").as_str()), (command, git));
        }
    }

    #[test]
    fn without_a_clone_there_is_no_command_of_git_and_what_needs_one_is_refused() {
        let options = options(At::Address("x.git".into()));
        assert_eq!(options.git("pull"), None);
        let refused = options.needs_a_clone("`--no-push` commits in a clone", "push").unwrap_err().refusal();
        assert_eq!((refused.code, refused.hints.len()), (Code::NeedsAClone, 1));
    }
}
