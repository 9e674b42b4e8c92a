//! Open requests that are kept in order: made again on the tip of today, without some of their pins, or ended.

use crate::domain::names::{AppName, EnvName, RemoteName};
use crate::domain::plan::Landing;
use crate::domain::refusal::{Code, Error, Outcome, Refusal};
use crate::domain::settings::LandingMode;
use crate::forge::{self, Door};
use crate::git::push::Pushed;

use crate::ops::context::{Closed, Context, Opening, Reach, Run, Taking, Writing};
use crate::ops::landing::again::{self, Again};
use crate::ops::landing::change::{prepare, signs};
use crate::ops::landing::intent::Intent;
use crate::ops::landing::landed::Tried;
use crate::ops::landing::merging;
use crate::ops::landing::opening;
use crate::ops::landing::others;
use crate::ops::landing::propose;
use crate::ops::landing::waiting::Open;
use crate::ops::reading::stack::Stack;

/// So many calls that write one request takes at most: its text, labels, reviewers and assignees, and its text without the mark for these.
const WRITES: usize = 5;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It holds what it should.
    Kept,
    Rebuilt,
    /// Closed, and why.
    Ended(String),
    /// Not touched, and why.
    Left(String),
}

/// Why and how requests are tended.
pub struct Tending<'a> {
    pub stack: &'a Stack,
    pub remote: &'a RemoteName,
    pub door: &'a Door,
    pub run: Run,
    /// The pins that are taken from them.
    pub is_taken: &'a dyn Fn(&AppName, &EnvName) -> bool,
    /// What is said of a request that has nothing left but those.
    pub why: &'a str,
}

impl Tending<'_> {
    /// Makes a request again on the tip of today without the pins that are taken; ends it where nothing is left.
    ///
    /// # Errors
    /// The forge or the remote refuses it, or it cannot be told what becomes of it.
    pub fn tend(&self, context: &mut Context<'_>, open: &Open) -> Result<Became, Error> {
        // What is made again is pushed first: it would stand there with the text of before.
        if self.run == Run::Real {
            self.door.takes(WRITES)?;
        }
        let waiting = &open.waiting;
        // What else it moves nobody but they can say.
        if let Some((commit, by)) = &waiting.foreign {
            let why = format!("{} by {by} stands on it", commit.short());
            let is_let_go = self.run == Run::Real && merging::let_go(self.door, open.found.number)?;
            let also = if is_let_go { "; it was to merge by itself, and is not any more" } else { "" };
            return Ok(Became::Left(format!("{why}{also}")));
        }
        if let Some(why) = others::queued(context, (self.remote, self.door), open)? {
            return Ok(Became::Left(why));
        }
        let rest = waiting.pins().any(|one| !(self.is_taken)(&one.app, &one.env));
        let is_bare = !rest && waiting.pins().next().is_some();
        if is_bare {
            return self.end(context, open, self.why);
        }
        match again::intent(context, self.stack, waiting, self.is_taken)? {
            Again::Over(why) => self.end(context, open, &why),
            Again::Intent(intent) => self.rebuild(context, open, &intent),
            Again::Unclear(why) => Ok(Became::Left(why)),
        }
    }

    fn rebuild(&self, context: &mut Context<'_>, open: &Open, intent: &Intent) -> Result<Became, Error> {
        let writing = Writing {
            overriding: Vec::new(),
            run: self.run,
            reach: Reach::Remote,
            landing: Some(LandingMode::MergeRequest),
            reason: intent.reason.clone(),
            opening: Opening::AtTheForge { closed: Closed::Again, patience: self.door.patience },
            taking: Taking::Waits,
        };
        let prepared = match prepare(context, self.stack, intent, &writing) {
            Ok(Outcome::Done(prepared)) => prepared,
            Ok(Outcome::NothingToDo(why)) => return self.end(context, open, &why),
            Err(Error::Refused(why) | Error::Invalid(why)) => return Ok(Became::Left(why.on_one_line())),
            Err(error) => return Err(error),
        };
        let branch = &open.waiting.branch;
        if !matches!(&prepared.plan().landing, Landing::MergeRequest { branch: own } if own == branch) {
            return Ok(Became::Left(format!("`{branch}` is not the branch that it would be made on now")));
        }
        let approved = match prepared.approved() {
            Ok(approved) => approved,
            Err(error) => return Ok(Became::Left(error.refusal().on_one_line())),
        };
        if self.run == Run::Dry {
            let is_same = propose::holds_already(context, self.stack, prepared.plan(), open.waiting.tip)?;
            return Ok(if is_same { Became::Kept } else { Became::Rebuilt });
        }
        let world = self.stack.world(&intent.scope)?;
        let sign = signs(&context.repo, self.stack.signing(&world))?;
        let told = (&prepared, intent.verb, writing.opening);
        match propose::propose(context, self.stack, (&approved, branch), self.remote, sign, told)? {
            Tried::Moved => Ok(Became::Left(format!("`{branch}` was moved while this ran; the next run looks again"))),
            Tried::Landed(landed) => match landed.follow_ups.iter().find_map(|step| step.failed.clone()) {
                Some(why) => Err(Refusal::new(Code::ForgeRefused, format!("{} of `{branch}`: {why}", open.mark))
                    .hint("run the same command again: it goes on where this one stopped")
                    .refused()),
                None if landed.request.is_some_and(|request| request.is_unchanged) => Ok(Became::Kept),
                None => Ok(Became::Rebuilt),
            },
        }
    }

    /// Closes a request and deletes its branch, so that nobody merges it later; one that another request is from stays.
    fn end(&self, context: &mut Context<'_>, open: &Open, why: &str) -> Result<Became, Error> {
        if self.run == Run::Dry {
            return Ok(Became::Ended(why.to_string()));
        }
        let forge = forge::of(self.door);
        // Somebody may have merged or changed it since.
        let now = forge.one(open.found.number)?;
        if now.state != forge::State::Open {
            return Ok(Became::Left("it is not open any more".into()));
        }
        // Where it is opened again, it waits for whoever does that.
        merging::call_off(self.door, &now)?;
        // A head must not become one of its base while it is open: a forge would call it merged.
        forge.close(now.number, &opening::ended(&now, why))?;
        let waiting = &open.waiting;
        let uses_it = |found: &forge::Found| found.branches.as_ref().is_some_and(|(head, _)| *head == waiting.branch);
        if let Some(found) = forge.all_open()?.iter().find(|found| uses_it(found)) {
            return Ok(Became::Ended(format!("{why}; its branch stays, for {}", forge.mark(found.number))));
        }
        match context.repo.withdraw(self.remote, &waiting.branch, waiting.tip) {
            Ok(Pushed::Done | Pushed::Unseen) => Ok(Became::Ended(why.to_string())),
            Ok(Pushed::Moved(_)) => Ok(Became::Ended(format!("{why}; its branch was moved meanwhile, and stays"))),
            Err(Error::Refused(no)) => Ok(Became::Ended(format!("{why}; its branch stays: {}", no.on_one_line()))),
            Err(error) => Err(error),
        }
    }
}
