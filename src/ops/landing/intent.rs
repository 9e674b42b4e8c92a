//! What was asked, as data: every name resolved to a version and a commit, once.

use std::fmt;

use crate::domain::commit::{BlobId, CommitId, CommitInfo};
use crate::domain::hold::{Cover, Hold};
use crate::domain::hotfix::Hotfix;
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Assignment;
use crate::domain::refusal::Objection;
use crate::domain::settings::DigestRule;
use crate::domain::verb::Verb;

use super::story::Story;
use crate::ops::previews::asked as instances;

/// What an intent is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Environment(EnvName),
    /// Every environment: what is recorded on the main branch.
    Everything,
    /// What one commit of this branch did, in whatever environments.
    Branch(BranchName),
}

impl Scope {
    /// The one environment that it is about.
    pub fn environment(&self) -> Option<&EnvName> {
        match self {
            Scope::Environment(env) => Some(env),
            Scope::Everything | Scope::Branch(_) => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Environment(env) => write!(f, "{env}"),
            Scope::Everything => f.write_str("every environment"),
            Scope::Branch(branch) => write!(f, "{branch}"),
        }
    }
}

/// What an intent means where somebody else has moved the same pin first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// A promotion: of two, the newer commit stands.
    Newest,
    /// A way back: it is never superseded.
    Return,
    /// The way back of one landing: it is none any more where somebody has moved the pin since.
    Undo,
    /// A hotfix: it is never superseded, and is none any more where what stands there is not in it.
    Hotfix,
    /// Exactly this, whatever stands there.
    Exactly,
}

/// Which way the pins go: a way back may land as emergencies do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Forward,
    Back,
}

/// An application that was asked for and is left as it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub app: AppName,
    pub reason: String,
}

/// A pin that was asked for and waits behind another open request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    pub app: AppName,
    pub env: EnvName,
    /// `#12`, and its page.
    pub request: String,
    pub page: String,
    /// Why that one keeps it.
    pub why: String,
}

/// A record's file as it was seen, and what it becomes; `None`: it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    pub path: RepoPath,
    pub seen: Option<BlobId>,
    pub becomes: Option<Vec<u8>>,
}

/// What was asked, every name resolved: it stays the same however often it is rebuilt on a new tip.
#[derive(Debug, Clone)]
pub struct Intent {
    pub verb: Verb,
    pub scope: Scope,
    pub goals: Vec<Goal>,
    pub holds: Vec<Hold>,
    pub lifts: Vec<Cover>,
    /// What is recorded of goals that are hotfixes.
    pub hotfixes: Vec<Hotfix>,
    /// Records that go back to what they said before a landing.
    pub restores: Vec<Restore>,
    /// Instances of ephemeral environments that are made, moved, or taken away.
    pub instances: Vec<instances::Asked>,
    /// `staging@<config commit>`.
    pub origin: Option<String>,
    pub reason: Option<String>,
    /// The word for the set of applications in a branch name: `web`, `all`.
    pub set: String,
    pub skipped: Vec<Skipped>,
    pub meant: Meant,
    pub way: Way,
    /// The landing that it takes back.
    pub undoes: Option<CommitId>,
    /// Those of `skipped` that something newer has superseded since this was asked.
    pub superseded: Vec<AppName>,
    /// What is left to other requests.
    pub waiting: Vec<Behind>,
    /// Why it may not land, as far as that is known before the plan.
    pub objections: Vec<Objection>,
    pub notes: Vec<String>,
}

impl Intent {
    /// Nothing yet of what a verb does, to be filled in.
    pub fn nothing(verb: Verb, scope: Scope, meant: Meant) -> Self {
        Self {
            verb,
            scope,
            goals: Vec::new(),
            holds: Vec::new(),
            lifts: Vec::new(),
            hotfixes: Vec::new(),
            restores: Vec::new(),
            instances: Vec::new(),
            origin: None,
            reason: None,
            set: String::new(),
            skipped: Vec::new(),
            meant,
            way: Way::Forward,
            undoes: None,
            superseded: Vec::new(),
            waiting: Vec::new(),
            objections: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// One application's part of an intent.
#[derive(Debug, Clone)]
pub struct Goal {
    pub app: AppName,
    pub env: EnvName,
    /// What the environment ran when the intent was made.
    pub seen: Assignment,
    pub wanted: Assignment,
    /// What becomes of digests that the wanted version lacks; `None`: what each pin says.
    pub digests: Option<DigestRule>,
    pub story: Story,
    /// The application commit that comes, for Argo CD's trailers.
    pub commit: Option<(CommitInfo, String)>,
}

impl Goal {
    /// A goal without a story: what is wanted, digests that it lacks going.
    pub fn plain(app: &AppName, env: &EnvName, wanted: &Assignment) -> Self {
        Self {
            app: app.clone(),
            env: env.clone(),
            seen: Assignment::default(),
            wanted: wanted.clone(),
            digests: Some(DigestRule::Drop),
            story: Story::untold(),
            commit: None,
        }
    }
}
