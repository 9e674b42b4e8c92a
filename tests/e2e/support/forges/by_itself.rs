//! How a forge on the loopback merges a request by itself: what `main` asks for, what of that is there, and its queue.

use super::Kind;
use super::merging::Style;
use super::state::{Outcome, Request, State};

/// What `main` asks for beside what a protection does.
#[derive(Debug, Default)]
pub struct Rules {
    pub approvals: usize,
    /// The check that has to pass.
    pub check: Option<&'static str>,
    /// The app that it is expected from; none: any source.
    pub app: Option<u64>,
    /// Whether the branch has to be up to date.
    pub is_strict: bool,
    /// The kinds of actors whom the ruleset does not bind.
    pub exempt: Vec<&'static str>,
    /// Whether what is merged goes through a queue: GitHub's merge queue, GitLab's merge trains.
    pub has_queue: bool,
    /// GitHub's "Allow auto-merge" is switched off.
    pub forbids: bool,
}

/// Who has told a request to merge by itself, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    pub by: String,
    pub style: Style,
}

/// What keeps a request from being merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It is one.
    Draft,
    Approval,
    Check(Option<Outcome>),
}

impl State {
    /// How many approvals `main` asks for.
    pub fn approvals(&self) -> usize {
        self.rules.approvals.max(usize::from(self.is_protected))
    }

    /// What an open request has to wait for, by the rules of its base.
    pub fn lacks(&self, request: &Request) -> Option<Lack> {
        if request.is_draft {
            return Some(Lack::Draft);
        }
        if request.approvers().len() < self.approvals() {
            return Some(Lack::Approval);
        }
        let wanted = self.rules.check?;
        let outcome = self.outcome(request, wanted);
        (outcome != Some(Outcome::Passed)).then_some(Lack::Check(outcome))
    }

    /// What a check said of the commit of a request; GitLab starts its pipeline once it has taken note of a push.
    fn outcome(&self, request: &Request, name: &str) -> Option<Outcome> {
        let told = self.checks.get(&request.tip).into_iter().flatten().find(|(own, _)| own == name);
        let starts = self.kind == Kind::Gitlab && request.is_computed;
        told.map(|(_, outcome)| *outcome).or(starts.then_some(Outcome::Runs))
    }

    /// Does what is to be done by itself with all that is there for it.
    pub fn act(&mut self) {
        for number in 1..=self.requests.len() as u64 {
            let request = self.request(number).expect("counted").clone();
            let Some(Scheduled { by, style }) = request.scheduled.clone() else { continue };
            if !request.is_open() || request.queued.is_some() || self.lacks(&request).is_some() {
                continue;
            }
            match self.rules.has_queue {
                true => self.queue(number),
                false => drop(self.merge(&by, number, style, None)),
            }
        }
    }

    /// Puts a request in the queue, as it is now. A pull request in a merge queue has no `auto_merge` any more; one on a train keeps that.
    pub fn queue(&mut self, number: u64) {
        let kind = self.kind;
        let request = self.request(number).expect("a request");
        request.queued = Some(request.tip.clone());
        if kind == Kind::Github {
            request.scheduled = None;
        }
    }

    /// What a push does to what was told of the head before. GitHub keeps both, and its queue merges what it has
    /// (github.com/kgateway-dev/kgateway/issues/10802); GitLab drops both
    /// (`app/services/merge_requests/refresh_service.rb`: `abort_auto_merges`).
    pub fn drop_after_push(&mut self, number: u64) {
        if self.kind == Kind::Gitlab {
            let request = self.request(number).expect("a request");
            (request.scheduled, request.queued) = (None, None);
        }
    }
}
