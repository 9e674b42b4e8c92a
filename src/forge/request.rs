//! A merge request, whatever forge it is at: what can be asked and done, and how that is done once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::{Code, Error};
use crate::http::Method;
use crate::http::patience::Patience;

use super::calls::{Door, Sent};
use super::status::Status;

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
    /// What it is called in GitHub's other interface; `None`: at other forges.
    pub node: Option<String>,
    /// Its page.
    pub page: String,
    pub state: State,
    /// The branches that it is from and into, both of this repository; `None`: it is from another one.
    pub branches: Option<(BranchName, BranchName)>,
    /// The branch that it is into, from wherever it is.
    pub into: Option<BranchName>,
    /// The commit that its branch is at; `None`: the forge does not say.
    pub head: Option<CommitId>,
    /// When it was opened.
    pub opened: Option<Timestamp>,
    /// The login of who opened it.
    pub by: Option<String>,
    /// Whether that is a program, as far as the forge says it: who made it do that is somebody else.
    pub is_by_program: bool,
    /// Who was asked to look at it; a team with an `@`.
    pub asked: Vec<String>,
    pub is_draft: bool,
    /// Whether it is told to merge by itself when it may; Gitea and Forgejo do not say that here.
    pub is_scheduled: bool,
    /// Who has told it so; `None`: nobody, or the forge does not say that here.
    pub scheduled_by: Option<String>,
    /// How it was merged; `None`: it is not, or the forge does not say.
    pub merge: Option<Merge>,
    pub title: String,
    pub body: String,
    pub labels: Vec<String>,
}

/// The merge of a request, by the forge's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    pub at: Timestamp,
    pub into: BranchName,
    /// The commits that the forge names as its outcome: the merge, the squash, the last of a rebase.
    pub made: Vec<CommitId>,
}

impl Merge {
    /// What a forge says of it; `None`: not enough.
    pub fn read(at: &Value, into: &Value, made: &[&Value]) -> Option<Self> {
        let made = made.iter().filter_map(|id| CommitId::from_hex(id.as_str()?)).collect();
        Some(Self { at: at.as_str()?.parse().ok()?, into: BranchName::new(into.as_str()?).ok()?, made })
    }
}

/// What a request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    /// Markdown.
    pub body: String,
}

/// What people and checks say of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opinion {
    /// Who approves of it, each once.
    pub approvals: Vec<Approval>,
    pub checks: Checks,
    /// Who put it into its branch; `None`: nobody yet, or the forge does not say.
    pub merged_by: Option<String>,
}

/// Somebody's approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// A login at the forge.
    pub by: String,
    /// The head that they saw; `None`: the forge does not say.
    pub of: Option<CommitId>,
    /// When it was given; `None`: the forge does not say.
    pub at: Option<Timestamp>,
    /// Whether it counts for the rules of the branch, as far as the forge says that of each.
    pub counts: bool,
}

/// What the checks of a request's head have come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Checks {
    /// There are none.
    #[default]
    None,
    Pending,
    Passed,
    Failed,
}

impl Checks {
    /// All of them as one: one that failed counts more than one that is not done.
    pub fn of(all: impl IntoIterator<Item = Checks>) -> Self {
        all.into_iter().fold(Checks::None, |so_far, one| match (so_far, one) {
            (Checks::Failed, _) | (_, Checks::Failed) => Checks::Failed,
            (Checks::Pending, _) | (_, Checks::Pending) => Checks::Pending,
            (Checks::Passed, _) | (_, Checks::Passed) => Checks::Passed,
            _ => Checks::None,
        })
    }
}

/// Whether whoever has the token may push to a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushes {
    Taken,
    /// A protection stands before it; what it is called.
    Refused(String),
    /// The forge does not tell this token.
    Unknown,
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

    /// All that are open, from wherever they are.
    fn every_open(&self) -> Result<Vec<Found>, Error>;

    /// All that are open, from branches of this repository.
    fn all_open(&self) -> Result<Vec<Found>, Error> {
        let mut all = self.every_open()?;
        all.retain(|found| found.branches.is_some());
        Ok(all)
    }

    /// One of them as it is now.
    fn one(&self, number: u64) -> Result<Found, Error>;

    /// The merged requests by which a commit of a branch has come into it.
    fn of_commit(&self, commit: CommitId) -> Result<Vec<Found>, Error>;

    /// Who approves of one, each once.
    fn approvals(&self, found: &Found) -> Result<Vec<Approval>, Error>;

    /// What people and checks say of one.
    fn opinion(&self, found: &Found) -> Result<Opinion, Error>;

    /// Whether a branch takes pushes from whoever has the token. Rights to pass a rule are not counted: nobody should need them.
    fn pushes(&self, branch: &BranchName) -> Result<Pushes, Error>;

    /// Whether the repository is archived: then it takes nothing from anybody. One that does not say so is not.
    fn is_archived(&self) -> Result<bool, Error>;

    /// Ends one without a merge, and writes its text again; that may be done twice.
    fn close(&self, number: u64, text: &Text) -> Result<Found, Error>;

    /// Opens one. Where another one of these branches is open already, that is what is found.
    fn open(&self, wanted: &Wanted<'_>) -> Result<Found, Error>;

    /// Whether two calls at once may open two requests of the same branches, each not seeing the other.
    fn may_open_twice(&self) -> bool {
        false
    }

    /// Writes its text again.
    fn edit(&self, number: u64, text: &Text) -> Result<Found, Error>;

    /// Adds labels and people to it, as far as the forge lets; what it does not let is told. That may be done twice: where the forge does
    /// not answer it is an error, and left to the next run.
    fn dress(&self, number: u64, dress: &Dress) -> Result<Vec<String>, Error>;

    /// Writes a status of a commit; of one that is there under that name, the next.
    fn tell(&self, commit: CommitId, status: &Status<'_>) -> Result<(), Error>;

    /// Whether the newest status of a commit under that name says this already, whatever page it leads to.
    fn says(&self, commit: CommitId, status: &Status<'_>) -> Result<bool, Error>;

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
    let answer = door.twice(method, path, body)?;
    if answer.is_done() { read(&answer.value) } else { Err(door.said_no(&answer, "take the text of the request")) }
}

/// How a forge gives its lists.
pub struct Pages {
    /// The parameter that says how long a page is.
    pub parameter: &'static str,
    pub size: usize,
    /// So many pages are read.
    pub most: usize,
    pub end: End,
}

/// How the end of a list is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A page that is not full is the last.
    Short,
    /// A page without anything is behind the last: the server may give shorter ones than it is asked for.
    Empty,
}

/// All items of a list that comes in pages, and whether that was its end. `path`: with a query already.
pub fn paged(door: &Door, path: &str, pages: &Pages, what: &str) -> Result<(Vec<Value>, bool), Error> {
    let mut out = Vec::new();
    for page in 1..=pages.most {
        let list = door.get(&format!("{path}&{}={}&page={page}", pages.parameter, pages.size))?;
        // Gitea gives some of its lists as `null` where they are empty.
        let items: &[Value] = if list.is_null() { &[] } else { list.as_array().ok_or_else(|| door.strange(what))? };
        out.extend(items.iter().cloned());
        let is_last = match pages.end {
            End::Short => items.len() < pages.size,
            End::Empty => items.is_empty(),
        };
        if is_last {
            return Ok((out, true));
        }
    }
    Ok((out, false))
}

/// The same, where all of it is needed: more than that nobody works on, or the same page comes again and again.
pub fn all_pages(door: &Door, path: &str, pages: &Pages, what: &str) -> Result<Vec<Value>, Error> {
    match paged(door, path, pages, what)? {
        (all, true) => Ok(all),
        (_, false) => Err(door.strange(&format!("an end of {what}"))),
    }
}

/// Each of them once: what comes into a list while it is read stands on two pages.
pub fn each(all: impl Iterator<Item = Result<Found, Error>>) -> Result<Vec<Found>, Error> {
    let mut seen = BTreeSet::new();
    let mut is_new = |found: &Found| seen.insert(found.number);
    all.filter(|found| found.as_ref().map_or(true, &mut is_new)).collect()
}

/// The newest opinion of each person, in the order in which they were first given: a login, and an approval or none.
pub fn newest(given: impl IntoIterator<Item = (String, Option<Approval>)>) -> Vec<Approval> {
    let mut people: Vec<(String, Option<Approval>)> = Vec::new();
    for (by, approval) in given {
        match people.iter_mut().find(|(known, _)| *known == by) {
            Some(known) => known.1 = approval,
            None => people.push((by, approval)),
        }
    }
    people.into_iter().filter_map(|(_, approval)| approval).collect()
}

/// What a forge says where it does not let something be done, or this token do it; any other error is one.
pub fn told_no<T>(done: Result<T, Error>) -> Result<Option<String>, Error> {
    match done {
        Ok(_) => Ok(None),
        Err(Error::Refused(why)) => Ok(Some(why.on_one_line())),
        Err(Error::Unauthenticated(why)) if why.code == Code::AccessDenied => Ok(Some(why.on_one_line())),
        Err(error) => Err(error),
    }
}

/// Adds what a forge takes all at once, or each by itself where it refuses one of them; says which it refuses.
pub fn added(
    door: &Door,
    path: &str,
    what: &str,
    all: &[String],
    body: impl Fn(&[String]) -> Value,
) -> Result<Vec<String>, Error> {
    let send = |some: &[String]| {
        let done = door
            .twice(Method::Post, path, &body(some))
            .and_then(|answer| if answer.is_done() { Ok(()) } else { Err(door.said_no(&answer, "take it")) });
        told_no(done)
    };
    let mut out = Vec::new();
    if all.is_empty() || (all.len() > 1 && send(all)?.is_none()) {
        return Ok(out);
    }
    for one in all {
        out.extend(send(std::slice::from_ref(one))?.map(|why| format!("{what} `{one}` is not added: {why}")));
    }
    Ok(out)
}
