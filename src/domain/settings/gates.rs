//! What a change must pass in an environment, who may let it pass all the same, and what need not pass.

use std::num::NonZeroU32;

use super::super::names::EnvName;
use super::freeze::Freeze;
use super::patterns::{BranchPattern, NamePattern};
use super::people::Party;
use super::spans::TimeSpan;
use super::words::words;

words! {
    /// A gate that `override` and `exempt` may name. The signature, the scope and the policy itself are never among them.
    NamedGate {
        Branches = "branches",
        Order = "order",
        Soak = "soak",
        Freeze = "freeze",
        Hold = "hold",
        Checks = "checks",
        Approvals = "approvals",
    }
}

words! {
    /// From when on a stay counts.
    #[derive(Default)]
    SoakSince {
        /// It landed.
        #[default]
        Landed = "landed",
        /// It was told to be healthy.
        Healthy = "healthy",
    }
}

words! {
    /// Whose clock says when something landed.
    #[derive(Default)]
    SoakClock {
        /// The committer's dates along the first-parent history.
        #[default]
        Committer = "committer",
        /// The times at which the forge merged.
        Forge = "forge",
        /// What the server's hook signed.
        Receipt = "receipt",
    }
}

words! {
    /// What else than the commit itself counts as having been there.
    SoakCounts {
        /// A commit that what stood there contains.
        Contained = "contained",
    }
}

/// The gates of an environment; those of an application only add to them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gates {
    pub soak: Option<Soak>,
    pub freeze: Vec<Freeze>,
    pub checks: Vec<Check>,
    /// Each is met by itself.
    pub approvals: Vec<Approvals>,
}

/// How long a commit must have been in the environment before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Soak {
    pub length: TimeSpan,
    /// `None`: only the commit itself.
    pub counts: Option<SoakCounts>,
    pub since: SoakSince,
    pub clock: SoakClock,
}

/// A check that must have passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: String,
    /// Whose statements count.
    pub by: Vec<Party>,
    /// The environment in which it must have passed; `None`: wherever.
    pub environment: Option<EnvName>,
    /// How old the statement may be; `None`: as old as it is.
    pub max_age: Option<TimeSpan>,
    /// The applications that it is for; empty: all.
    pub applications: Vec<NamePattern>,
}

/// So many people must approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals {
    pub count: NonZeroU32,
    pub from: Vec<Approver>,
    /// How old an approval may be; `None`: as old as it is.
    pub max_age: Option<TimeSpan>,
}

/// Whose approval counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approver {
    /// `owners`: the owners of the application.
    Owners,
    Party(Party),
}

/// Who may let a change pass a gate that refuses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub gate: NamedGate,
    pub from: Vec<Party>,
    pub alone: Alone,
}

/// Whether the author of a change may override for himself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alone {
    /// It takes somebody else.
    #[default]
    No,
    /// `alone: true`
    Yes,
}

/// The way around for a fix that cannot wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hotfix {
    /// The source branches that it may come from.
    pub branches: Vec<BranchPattern>,
    /// The gates that it need not pass.
    pub exempt: Vec<NamedGate>,
    pub from: Vec<Party>,
}
