//! What a gate is: the questions that it asks, the answers that it gets, and its verdicts.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::history::Kind;
use crate::domain::hold::{HeldCommit, HoldFile};
use crate::domain::hotfix::HotfixFile;
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Assignment, PinMove};
use crate::domain::plan::Proposal;
use crate::domain::refusal::Refusal;
use crate::domain::settings::{BranchPattern, Settings, SoakClock};
use crate::domain::stay::{Likeness, Stays};
use crate::domain::testimony::{CheckTold, Consents, Who};
use crate::domain::version::Version;

/// What a gate asks to be told before it judges, with what it asks about. A gate never loads anything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// The holds at the base that cover an application in an environment, of the main branch and of the environment's own; also
    /// those of commits that its versions may contain.
    Holds(EnvName, AppName),
    /// Whether a version of an application contains a commit that is held, or has the content of what does.
    Contains(AppName, Version, Suspect),
    /// The hotfixes at the base that what comes to an application in an environment has to contain.
    Hotfixes(EnvName, AppName),
    /// What the pins of an application in an environment say at the base, each version once.
    Runs(EnvName, AppName),
    /// The hotfixes of an application in an environment that a landing left recorded.
    Recorded(EnvName, AppName, CommitId),
    /// The hotfix of an application in an environment that the record at the base took the place of, as it stood then.
    Former(EnvName, AppName),
    /// Whether a version of an application contains a commit of its source, or has what that changed by other commits.
    Carries(AppName, Version, CommitId),
    /// Whether a version of an application contains the commit of another one.
    Follows(AppName, Version, Version),
    /// What it is that these sites of an application come to say this. It walks the past, so it is asked only where a
    /// verdict hangs on it.
    Kind(EnvName, AppName, Assignment),
    /// From which of these branches of the application's source the commit of a version can be reached.
    Reached(AppName, Version, Vec<BranchPattern>),
    /// When what counts as a version of an application stood in an environment, by what had landed at the base and by that clock.
    Stays(EnvName, AppName, Version, Likeness, SoakClock),
    /// Who vouches for the change with a signature, by the keys of the branch whose rules ask.
    Signed(BranchName),
    /// Which checks were told of a version of an application, or of what counts as it, by the keys of that branch.
    Checks(BranchName, AppName, Version, Likeness),
    /// Who agrees to the change, by the keys of that branch, and who made it.
    Consents(BranchName),
    /// What the forge of the application's source says of a request, as far as it is about the commit of a version.
    Fork(AppName, Version, u64),
}

/// A commit that is held, as it is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suspect {
    pub held: HeldCommit,
    /// The application that it is held for: it concerns that one whatever it changed.
    pub app: Option<AppName>,
    /// What counts as containing it.
    pub likeness: Likeness,
}

impl Suspect {
    /// The commit of a hold, as the rules of an environment look for it: where content stands for a commit (`same: tree`), it does
    /// so here. `None`: it holds no commit.
    pub fn of(hold: &HoldFile, settings: &Settings, env: &EnvName) -> Option<Self> {
        let same = settings.environment(env).is_some_and(|env| !env.rules.same_tree.is_empty());
        let likeness = if same { Likeness::SameTree } else { Likeness::Itself };
        Some(Self { held: hold.held()?.clone(), app: hold.cover.app.clone(), likeness })
    }
}

impl Question {
    /// The holds on a pin that moves.
    pub fn holds(moved: &PinMove) -> Self {
        Question::Holds(moved.env.clone(), moved.app.clone())
    }

    /// The hotfixes of a pin that moves.
    pub fn hotfixes(moved: &PinMove) -> Self {
        Question::Hotfixes(moved.env.clone(), moved.app.clone())
    }

    /// The hotfixes of a pin that moves, as a landing left them.
    pub fn recorded(moved: &PinMove, landing: CommitId) -> Self {
        Question::Recorded(moved.env.clone(), moved.app.clone(), landing)
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
    Contains(Contains),
    Hotfixes(Vec<HotfixFile>),
    Runs(Vec<Version>),
    Carries(Carries),
    Follows(Follows),
    Kind(Kind),
    Reached(Reached),
    Stays(Stays),
    Signed(Signed),
    Checks(Vec<CheckTold>),
    Consents(Consents),
    Fork(Fork),
}

/// What is known of a request and of the commit of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// The commit of the version.
    pub commit: CommitId,
    /// Where the request is, as the server of the source says; `None`: there is none.
    pub head: Option<CommitId>,
    /// Who approved that very commit at the forge.
    pub approved: Vec<Who>,
    /// Who opened the request, or made the commit: they cannot approve it.
    pub makers: Vec<Who>,
    /// Why there may be more that somebody said.
    pub unseen: Option<String>,
    /// What is to be said where nobody approved it.
    pub notes: Vec<String>,
}

/// What a version has to do with a commit that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contains {
    /// Nothing.
    Not,
    /// Its commit, which this is, contains it.
    It(CommitId),
    /// Its commit has the content of another one that does.
    ContentOf(CommitId, CommitId),
    /// Its commit contains one that mends it.
    Fixed(CommitId),
}

/// What a version has of a commit, and of all that this one has and it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carries {
    /// Its commit, which this is, contains it.
    It(CommitId),
    /// Its commit has the same patch as each of these, which are all that it lacks.
    Patches(CommitId, Vec<CommitId>),
    /// Its commit lacks these, newest first, and has no patch of theirs.
    Not(CommitId, Vec<CommitId>),
}

/// Whether the commit of one version contains that of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    Yes,
    /// Its commit, and the one that it does not contain.
    No(CommitId, CommitId),
}

/// Where the commit of a version is reachable from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    From(CommitId, BranchName),
    /// From none of the branches that were asked about.
    Nowhere(CommitId),
}

/// Who vouches for a change with a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// This run signs it, with a key whose principals are these; `None`: that shows when it has signed.
    Here(Option<Vec<String>>),
    /// This run cannot sign, and what sets signing up.
    CannotSign(Refusal),
    /// A commit that is there is signed by a key with these principals.
    By { principals: Vec<String>, commit: CommitId },
    /// What is there is not signed by any key that counts: why, and what to do.
    Not(Refusal),
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

    /// What a version has to do with a held commit; `None`: it was not asked.
    pub fn contains(&self, question: &Question) -> Option<Result<Contains, &str>> {
        match self.of(question)? {
            Known::Is(Answer::Contains(contains)) => Some(Ok(*contains)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// The hotfixes at the base that are of a pin that moves; `None` where they are not known.
    pub fn hotfixes(&self, moved: &PinMove) -> Option<&[HotfixFile]> {
        match self.of(&Question::hotfixes(moved)) {
            Some(Known::Is(Answer::Hotfixes(files))) => Some(files),
            _ => None,
        }
    }

    /// The hotfixes of a pin that a landing left recorded; `None` where they are not known.
    pub fn recorded(&self, moved: &PinMove, landing: CommitId) -> Option<&[HotfixFile]> {
        match self.of(&Question::recorded(moved, landing)) {
            Some(Known::Is(Answer::Hotfixes(files))) => Some(files),
            _ => None,
        }
    }

    /// The record that the one at the base took the place of; `None`: there was none, or it is not known.
    pub fn former(&self, env: &EnvName, app: &AppName) -> Option<&HotfixFile> {
        match self.of(&Question::Former(env.clone(), app.clone())) {
            Some(Known::Is(Answer::Hotfixes(files))) => files.first(),
            _ => None,
        }
    }

    /// What the pins say at the base; `None`: it was not asked.
    pub fn runs(&self, question: &Question) -> Option<Result<&[Version], &str>> {
        match self.of(question)? {
            Known::Is(Answer::Runs(versions)) => Some(Ok(versions)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// What a version has of a commit; `None`: it was not asked.
    pub fn carries(&self, question: &Question) -> Option<Result<&Carries, &str>> {
        match self.of(question)? {
            Known::Is(Answer::Carries(carries)) => Some(Ok(carries)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// Whether a version contains the commit of another one; `None`: it was not asked.
    pub fn follows(&self, question: &Question) -> Option<Result<Follows, &str>> {
        match self.of(question)? {
            Known::Is(Answer::Follows(follows)) => Some(Ok(*follows)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// From where the commit of a version is reachable; `None`: it was not asked.
    pub fn reached(&self, question: &Question) -> Option<Result<&Reached, &str>> {
        match self.of(question)? {
            Known::Is(Answer::Reached(reached)) => Some(Ok(reached)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// When it stood there; `None`: it was not asked.
    pub fn stays(&self, question: &Question) -> Option<Result<&Stays, &str>> {
        match self.of(question)? {
            Known::Is(Answer::Stays(stays)) => Some(Ok(stays)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// Who vouches for the change by the keys of a branch, or why that is not known; `None`: it was not asked.
    pub fn signed(&self, branch: &BranchName) -> Option<Result<&Signed, &str>> {
        match self.of(&Question::Signed(branch.clone()))? {
            Known::Is(Answer::Signed(signed)) => Some(Ok(signed)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// The checks that were told; `None`: it was not asked.
    pub fn checks(&self, question: &Question) -> Option<Result<&[CheckTold], &str>> {
        match self.of(question)? {
            Known::Is(Answer::Checks(checks)) => Some(Ok(checks)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// Who agrees to the change, by the keys of a branch; `None`: it was not asked.
    pub fn consents(&self, branch: &BranchName) -> Option<Result<&Consents, &str>> {
        match self.of(&Question::Consents(branch.clone()))? {
            Known::Is(Answer::Consents(consents)) => Some(Ok(consents)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
        }
    }

    /// What is known of the request of an instance; `None`: it was not asked.
    pub fn fork(&self, question: &Question) -> Option<Result<&Fork, &str>> {
        match self.of(question)? {
            Known::Is(Answer::Fork(fork)) => Some(Ok(fork)),
            Known::CannotTell(why) => Some(Err(why)),
            Known::Is(_) => None,
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
    /// A changed path.
    File(RepoPath),
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
            Subject::File(path) => write!(f, "{path}"),
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
    /// Not yet: what it waits for, and from when on it may pass, where that is known.
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
    /// Whether it passes for what the change is (a way back, a hotfix), though the gate said no.
    pub exempt: bool,
}

impl Judged {
    /// A verdict that no clock changes.
    pub(super) fn lasting(subject: Subject, verdict: Verdict) -> Self {
        Self { subject, verdict, not_after: None, exempt: false }
    }
}

/// The rules of one branch: a change is judged by the main branch's, and by those of the environment's own branch too.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'p> {
    pub branch: &'p BranchName,
    pub settings: &'p Settings,
}

/// One rule that judges a proposal.
pub trait Gate: Sync {
    /// Its name, as `stageline.yaml` and reports write it.
    fn name(&self) -> &'static str;
    /// What it must still be told to judge this proposal, after what it has been told. Asked until it asks no more.
    fn needs(&self, proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Vec<Question>;
    /// Its verdict on each subject; none where no rule is about it.
    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged>;
}
