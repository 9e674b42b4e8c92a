//! What every verb is given: the clone, the moment, the options of the command line, and somebody to ask.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::domain::names::{BranchName, RemoteName};
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
    /// `-C`, as typed.
    pub dir: Option<String>,
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

    /// A command of git's own, to be typed where this one was.
    pub fn git(&self, words: &str) -> String {
        format!("git{} {words}", self.folder())
    }

    fn folder(&self) -> String {
        self.dir.as_ref().map_or(String::new(), |dir| format!(" -C {}", quoted(dir)))
    }
}

/// A word as a shell takes it. A `~` is one only in quotes.
fn quoted(word: &str) -> String {
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
}

/// How the request of a pushed branch is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// By its interface, where the forge is known. `patience`: how long a forge that does not answer is asked again.
    AtTheForge { closed: Closed, patience: Duration },
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
