//! An open request that merges by itself: what its branch asks for first, and how it is told so for one head and no other, at whatever forge.

use std::time::Duration;

use crate::domain::commit::CommitId;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::http::patience::Patience;

use super::calls::Door;
use super::request::{Approval, Forge, Found, State};

/// What a branch asks for before a request is merged into it, and what of that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// So many approvals; `None`: the forge does not tell this token.
    pub approvals: Option<u64>,
    /// The approvals that there are, as far as they count.
    pub given: Vec<Approval>,
    /// So many are missing by the forge's own count; `None`: it does not count.
    pub left: Option<u64>,
    /// Whether an owner of the files has to approve, where they have one.
    pub owners: bool,
    /// Whether a check has to pass, or a queue; `None`: the forge does not tell this token.
    pub checks: Option<bool>,
    /// Who was asked to.
    pub asked: Vec<String>,
    /// Who may approve, where it is said: logins, and teams with an `@`.
    pub may: Vec<String>,
    /// Who has asked for changes, where that stands before a merge.
    pub rejected: Vec<String>,
    /// Whether approvals of a head go on to count for the next one, once the forge has taken note of that; `None`: that is not told.
    pub keeps_old: Option<bool>,
}

impl Needs {
    /// Whether anything is asked for at all; `None`: that is not told.
    pub fn are_any(&self) -> Option<bool> {
        let is_one = self.approvals.is_some_and(|count| count > 0) || self.owners || self.checks == Some(true);
        let is_known = self.approvals.is_some() && self.checks.is_some();
        if is_one { Some(true) } else { is_known.then_some(false) }
    }

    /// The approvals of a head; of which one it is, a forge may leave open.
    pub fn of_head(&self, head: CommitId) -> impl Iterator<Item = &Approval> {
        self.given.iter().filter(move |one| one.of.is_none_or(|of| of == head))
    }

    /// How many approvals a head lacks; `None`: that is not told.
    pub fn missing(&self, head: CommitId) -> Option<u64> {
        let given = self.of_head(head).count() as u64;
        self.left.or_else(|| self.approvals.map(|count| count.saturating_sub(given)))
    }

    /// Who has approved of another head than this one, and still counts.
    pub fn outdated(&self, head: CommitId) -> Vec<&str> {
        let is_old = |one: &&Approval| one.of.is_some_and(|of| of != head);
        self.given.iter().filter(is_old).map(|one| one.by.as_str()).collect()
    }
}

/// What a forge says to being told that a request is to merge by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Taken,
    /// It has not worked out yet whether it can be merged at all; why.
    NotYet(String),
    /// It said no, and has worked that out by now: whether it had when it said so nobody can tell. Said twice, it is a no.
    Refused(String),
    No(String),
    /// Whoever has the token may not; why, and which right it takes.
    Forbidden(String),
}

/// That a request is told to merge by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telling {
    /// The login of who told it; `None`: the forge does not say.
    pub by: Option<String>,
    /// What tells this telling from another one of the same people, where the forge has such a name.
    pub event: Option<String>,
}

impl Telling {
    /// What it is known by; `None`: the forge says nothing of it.
    pub fn name(&self) -> Option<&str> {
        self.event.as_deref().or(self.by.as_deref())
    }
}

/// How a kind of forge merges by itself. Errors of each: as of `Forge`.
pub trait Merging {
    /// What the branch of an open request asks for, by the rules in force. Rights to pass a rule are not counted: nobody should
    /// need them.
    fn needs(&self, found: &Found) -> Result<Needs, Error>;

    /// Whether it merges on the spot what has nothing to wait for.
    fn merges_at_once(&self) -> bool;

    /// How a request was told to merge by itself; `None`: it is not.
    fn telling(&self, found: &Found) -> Result<Option<Telling>, Error> {
        Ok(found.is_scheduled.then(|| Telling { by: found.scheduled_by.clone(), event: None }))
    }

    /// Whether a request is told to merge by itself.
    fn is_scheduled(&self, found: &Found) -> Result<bool, Error> {
        Ok(self.telling(found)?.is_some())
    }

    /// Whether a request stands in a queue, or on a train.
    fn is_queued(&self, found: &Found) -> Result<bool, Error>;

    /// Whether a request merges by itself, one way or the other: what stands in GitHub's queue is not told to any more.
    fn is_on_its_way(&self, found: &Found) -> Result<bool, Error> {
        Ok(self.is_scheduled(found)? || self.is_queued(found)?)
    }

    /// Tells it, once. `found`: as it is now, with this very head.
    fn schedule(&self, found: &Found, head: CommitId) -> Result<Said, Error>;

    /// Takes that back; it may be done twice.
    fn call_off(&self, found: &Found) -> Result<(), Error>;
}

/// What became of the wish that a request merges by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// It does, with this very head.
    Granted,
    /// All that was asked for was there: it is merged.
    Merged,
    /// It does not; why.
    Refused(String),
    /// It does not, and never does for this token.
    Forbidden(String),
}

/// A request as it is now, once the forge has taken note of the head that was pushed. Otherwise its head of now.
pub fn confirmed(
    forge: &dyn Forge,
    door: &Door,
    number: u64,
    head: CommitId,
) -> Result<Result<Found, Option<CommitId>>, Error> {
    let mut patience = Patience::of(door.patience);
    loop {
        let found = forge.one(number)?;
        if found.head == Some(head) || found.state != State::Open {
            return Ok(Ok(found));
        }
        if !patience.waits(None) {
            return Ok(Err(found.head));
        }
    }
}

/// No forge takes longer than this to take approvals back after a push.
const A_MOMENT: Duration = Duration::from_secs(10);

/// What the branch of a request asks for. Approvals of another head than this new one a forge may be about to take back: it is asked
/// again for a moment.
pub fn needs(
    forge: &dyn Forge,
    merging: &dyn Merging,
    door: &Door,
    number: u64,
    new: Option<CommitId>,
) -> Result<Needs, Error> {
    let mut patience = Patience::of(door.patience.min(A_MOMENT));
    loop {
        let needs = merging.needs(&forge.one(number)?)?;
        let is_old = new.is_some_and(|head| !needs.outdated(head).is_empty());
        if !is_old || needs.keeps_old == Some(true) || !patience.waits(None) {
            return Ok(needs);
        }
    }
}

/// Tells the forge to merge a request by itself, as soon as it has worked out whether it can. What a call came to is read from the
/// request itself, never from the words of an answer.
pub fn schedule(
    forge: &dyn Forge,
    merging: &dyn Merging,
    door: &Door,
    number: u64,
    head: CommitId,
) -> Result<Wish, Error> {
    let (mut patience, mut was_refused) = (Patience::of(door.patience), false);
    loop {
        let before = forge.one(number)?;
        if let Some(why) = unfit(&before, head) {
            return Ok(Wish::Refused(why));
        }
        let said = merging.schedule(&before, head);
        let after = forge.one(number)?;
        if after.state == State::Merged {
            return Ok(Wish::Merged);
        }
        let is_scheduled = merging.is_scheduled(&after)?;
        if let Some(why) = unfit(&after, head) {
            // Somebody was faster: what nobody has judged must not go in.
            if is_scheduled {
                merging.call_off(&after)?;
            }
            return Ok(Wish::Refused(why));
        }
        // What lacks nothing comes into a queue at once.
        let may_be_queued = matches!(said, Ok(Said::Taken) | Err(Error::CannotTell(_)));
        let (why, is_no) = match said {
            _ if is_scheduled || (may_be_queued && merging.is_queued(&after)?) => return Ok(Wish::Granted),
            Ok(Said::No(why)) => (why, true),
            Ok(Said::Refused(why)) => (why, std::mem::replace(&mut was_refused, true)),
            Ok(Said::Forbidden(why)) => return Ok(Wish::Forbidden(why)),
            Ok(Said::NotYet(why)) => (why, false),
            Ok(Said::Taken) => ("it takes that, and does not merge it by itself".to_string(), false),
            Err(Error::CannotTell(why)) => (why.on_one_line(), false),
            Err(error) => return Err(error),
        };
        if is_no || !patience.waits(None) {
            return Ok(Wish::Refused(why));
        }
    }
}

/// Why a request is not what was judged.
fn unfit(found: &Found, head: CommitId) -> Option<String> {
    match (found.state, found.head) {
        (State::Open, Some(now)) if now != head => Some(format!("its commit is {} by now", now.short())),
        (State::Open, None) => Some("its forge does not say which commit it is at".into()),
        (State::Open, _) => None,
        (State::Merged, _) => Some("it is merged already".into()),
        (State::Closed, _) => Some("it was closed meanwhile".into()),
    }
}

/// The error where a forge keeps what was to be called off.
pub fn kept(found: &Found, host: &str) -> Error {
    Refusal::new(Code::ForgeRefused, format!("`{host}` would go on to merge {} by itself", found.page))
        .hint("take that back on its page, and run the same command again: nothing was pushed")
        .refused()
}
