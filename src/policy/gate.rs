//! What a gate is: the questions that it asks, the answers that it gets, and its verdicts.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::domain::commit::Known;
use crate::domain::history::Kind;
use crate::domain::hold::HoldFile;
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::{Assignment, PinMove};
use crate::domain::plan::Proposal;
use crate::domain::refusal::Refusal;
use crate::domain::settings::Settings;

/// What a gate asks to be told before it judges, with what it asks about. A gate never loads anything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// The holds at the base that cover an application in an environment, of the main branch and of the environment's own.
    Holds(EnvName, AppName),
    /// What it is that these sites of an application come to say this. It walks the past, so it is asked only where a
    /// verdict hangs on it.
    Kind(EnvName, AppName, Assignment),
    /// Whether the commit that would land can be signed.
    CanSign,
}

impl Question {
    /// The holds on a pin that moves.
    pub fn holds(moved: &PinMove) -> Self {
        Question::Holds(moved.env.clone(), moved.app.clone())
    }

    /// What a move is.
    pub fn kind(moved: &PinMove) -> Self {
        Question::Kind(moved.env.clone(), moved.app.clone(), moved.is.clone())
    }
}

/// What is known of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Holds(Vec<HoldFile>),
    Kind(Kind),
    /// `Err`: why it cannot, with what sets signing up.
    CanSign(Result<(), Refusal>),
}

/// The answers to the questions that were asked, and the moment they were asked at.
#[derive(Debug, Clone)]
pub struct Answers {
    pub now: Timestamp,
    facts: BTreeMap<Question, Known<Answer>>,
}

impl Answers {
    /// None yet.
    pub fn at(now: Timestamp) -> Self {
        Self { now, facts: BTreeMap::new() }
    }

    /// Notes what is known of a question.
    pub fn note(&mut self, question: Question, answer: Known<Answer>) {
        self.facts.insert(question, answer);
    }

    /// What is known of a question; `None` where it was not asked.
    pub fn of(&self, question: &Question) -> Option<&Known<Answer>> {
        self.facts.get(question)
    }

    /// The holds on a pin that moves; `None` where they are not known.
    pub fn holds(&self, moved: &PinMove) -> Option<&[HoldFile]> {
        match self.of(&Question::holds(moved)) {
            Some(Known::Is(Answer::Holds(holds))) => Some(holds),
            _ => None,
        }
    }

    /// What a move is, or why that is not known.
    pub fn kind(&self, moved: &PinMove) -> Kind {
        match self.of(&Question::kind(moved)) {
            Some(Known::Is(Answer::Kind(kind))) => kind.clone(),
            Some(Known::CannotTell(why)) => Kind::Unknown(why.clone()),
            Some(Known::Is(_)) | None => Kind::Unknown("the past was not looked at".to_string()),
        }
    }
}

/// What a verdict is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Pin(EnvName, AppName),
    /// The commit that lands.
    Commit,
}

impl Subject {
    pub(super) fn pin(moved: &PinMove) -> Self {
        Subject::Pin(moved.env.clone(), moved.app.clone())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Pin(_, app) => write!(f, "{app}"),
            Subject::Commit => f.write_str("commit"),
        }
    }
}

/// What a gate says of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// With a word on why, where there is one.
    Pass(String),
    Fail(Refusal),
    /// Not yet: what it waits for, and from when on it may pass, where that is known. No gate says it yet.
    #[cfg_attr(not(test), expect(dead_code, reason = "gates that wait come with soak, freeze, checks and approvals"))]
    Pending {
        why: Refusal,
        eligible_at: Option<Timestamp>,
    },
    /// It cannot be told, and how it can be.
    Unknown(Refusal),
}

/// A verdict with its subject, and the next moment at which the gate could say something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub subject: Subject,
    pub verdict: Verdict,
    pub not_after: Option<Timestamp>,
}

impl Judged {
    /// A verdict that no clock changes.
    pub(super) fn lasting(subject: Subject, verdict: Verdict) -> Self {
        Self { subject, verdict, not_after: None }
    }
}

/// One rule that judges a proposal.
pub trait Gate: Sync {
    /// Its name, as `stageline.yaml` and reports write it.
    fn name(&self) -> &'static str;
    /// What it must still be told to judge this proposal, after what it has been told. Asked until it asks no more.
    fn needs(&self, proposal: &Proposal, settings: &Settings, told: &Answers) -> Vec<Question>;
    /// Its verdict on each subject.
    fn judge(&self, proposal: &Proposal, settings: &Settings, answers: &Answers) -> Vec<Judged>;
}
