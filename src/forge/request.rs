//! A merge request, whatever forge it is at: what can be asked and done, and how that is done once.

use serde_json::Value;

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::calls::{Door, Sent};
use super::patience::Patience;

/// How the title of a draft begins at Gitea and Forgejo (`[repository.pull-request] WORK_IN_PROGRESS_PREFIXES`).
pub const WIP: &str = "WIP: ";
/// How it begins at GitLab.
pub const DRAFT: &str = "Draft: ";

/// Whether a request still waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    /// Ended without a merge.
    Closed,
    Merged,
}

/// A request as the forge has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub number: u64,
    /// Its page.
    pub page: String,
    pub state: State,
    /// The commit that its branch is at; `None`: the forge does not say.
    pub head: Option<CommitId>,
    pub title: String,
    pub body: String,
}

/// What a request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    /// Markdown.
    pub body: String,
}

/// A request that is to be opened.
#[derive(Debug, Clone)]
pub struct Wanted<'w> {
    pub head: &'w BranchName,
    pub base: &'w BranchName,
    pub text: &'w Text,
    pub draft: bool,
}

/// Who is asked to look at a request, and what it is found by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dress {
    pub labels: Vec<String>,
    /// Logins at the forge.
    pub reviewers: Vec<String>,
    pub assignees: Vec<String>,
}

/// The requests of one repository at its forge. Errors of each: the forge does not take the token (exit 4), refuses (1), or does
/// not answer as such a forge does (3).
pub trait Forge {
    /// The requests from one branch into another, whatever their state; the newest first.
    fn of_branch(&self, head: &BranchName, base: &BranchName) -> Result<Vec<Found>, Error>;

    /// Opens one. Where another one of these branches is open already, that is what is found.
    fn open(&self, wanted: &Wanted<'_>) -> Result<Found, Error>;

    /// Writes its text again.
    fn edit(&self, number: u64, text: &Text) -> Result<Found, Error>;

    /// Adds labels and people to it, as far as the forge lets; what it does not let is told.
    fn dress(&self, number: u64, dress: &Dress) -> Vec<String>;

    /// How people write its number: `#12`, `!12`.
    fn mark(&self, number: u64) -> String;
}

/// Opens a request. A second one of the same branches is answered with 422 or 409, and a call without an answer may have been
/// carried out: what is there is looked at before anything is tried again, so that nothing comes twice.
pub fn opened(
    forge: &dyn Forge,
    door: &Door,
    wanted: &Wanted<'_>,
    path: &str,
    body: &Value,
    read: impl Fn(&Value) -> Result<Found, Error>,
) -> Result<Found, Error> {
    let mut patience = Patience::of(door.patience);
    loop {
        let (error, is_no) = match door.send(Method::Post, path, body)? {
            Sent::Answered(answer) if answer.is_done() => return read(&answer.value),
            Sent::Answered(answer) => (door.said_no(&answer, "open the request"), true),
            Sent::Unknown(why) => (why, false),
        };
        let there = forge.of_branch(wanted.head, wanted.base)?;
        if let Some(found) = there.into_iter().find(|found| found.state == State::Open) {
            return Ok(found);
        }
        if is_no || !patience.waits(None) {
            return Err(error);
        }
    }
}

/// Writes a request again; that may be done twice.
pub fn edited(
    door: &Door,
    (method, path): (Method, &str),
    body: &Value,
    read: impl Fn(&Value) -> Result<Found, Error>,
) -> Result<Found, Error> {
    let mut is_last = false;
    loop {
        match door.send(method, path, body)? {
            Sent::Answered(answer) if answer.is_done() => return read(&answer.value),
            Sent::Answered(answer) => return Err(door.said_no(&answer, "take the text of the request")),
            Sent::Unknown(why) if is_last => return Err(why),
            Sent::Unknown(_) => is_last = true,
        }
    }
}

/// Adds what a forge takes all at once, or each by itself where it refuses one of them; says which it refuses.
pub fn added(door: &Door, path: &str, what: &str, all: &[String], body: impl Fn(&[String]) -> Value) -> Vec<String> {
    let send = |some: &[String]| match door.send(Method::Post, path, &body(some)) {
        Ok(Sent::Answered(answer)) if answer.is_done() => None,
        Ok(Sent::Answered(answer)) => Some(door.said_no(&answer, "take it")),
        Ok(Sent::Unknown(error)) | Err(error) => Some(error),
    };
    let told = |error: Error| error.refusal().on_one_line();
    match all {
        [] => Vec::new(),
        [one] => send(all).map(|error| format!("{what} `{one}` is not added: {}", told(error))).into_iter().collect(),
        several if send(several).is_none() => Vec::new(),
        several => several
            .chunks(1)
            .flat_map(|one| added(door, path, what, one, &body as &dyn Fn(&[String]) -> Value))
            .collect(),
    }
}
