//! What `verify` found: of each branch that somebody wants to change, what every gate says.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::gates::{GateReport, RefusalReport, VerdictWord};

/// verify: a request, a range, or a push of several refs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerifyReport {
    /// The worst of all: `fail`, else `unknown`, else `pending`, else `pass`.
    pub verdict: VerdictWord,
    /// Whether a push is judged.
    pub push: bool,
    /// Whether what does not pass is refused.
    pub enforced: bool,
    pub refs: Vec<RefVerdict>,
    /// The next moment at which a gate could say something else: a `pass` is stale after it.
    #[schemars(with = "Option<String>")]
    pub not_after: Option<Timestamp>,
    pub notes: Vec<String>,
}

/// What is said of one ref.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefVerdict {
    /// The branch; a full name where it is none.
    pub name: String,
    /// What stands there now; none: it is new.
    pub base: Option<String>,
    /// What is to stand there; none: it is to go.
    pub head: Option<String>,
    pub verdict: VerdictWord,
    /// The branches whose rules judge, each with the commit that they were read at.
    pub policies: Vec<PolicyReport>,
    pub changes: Vec<JudgedChange>,
    /// What is wrong with how the ref moves, whatever it brings.
    pub refusals: Vec<RefusalReport>,
}

/// A branch whose rules judge.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PolicyReport {
    pub branch: String,
    pub commit: String,
}

/// What is said of one change.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JudgedChange {
    /// The commit; of a whole push, its last one.
    pub commit: String,
    pub what: ChangeWord,
    /// What the change is known by.
    pub change: Option<String>,
    pub moves: Vec<VerifiedMove>,
    /// How many changed paths no rule is about.
    pub outside: usize,
    pub gates: Vec<GateReport>,
    /// Why it may not land, or not yet.
    pub refusals: Vec<RefusalReport>,
}

/// Which change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeWord {
    /// What merging the head would make of the branch.
    Merge,
    /// One commit of the branch.
    Commit,
    /// All of a push together.
    Whole,
}

/// A pin that moves by it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerifiedMove {
    pub application: String,
    pub environment: String,
    pub from: Option<String>,
    pub to: Option<String>,
    /// The first file that its version stands in.
    pub file: Option<String>,
}

/// verify --install-hook
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HookReport {
    /// What git runs.
    pub script: String,
    pub settings: String,
    /// Whether it was written now.
    pub installed: bool,
    /// What keeps it from judging; none: it judges.
    pub faults: Vec<String>,
}

/// The worst of these verdicts; a pass for none.
pub fn worst(all: impl IntoIterator<Item = VerdictWord>) -> VerdictWord {
    let rank = |word: &VerdictWord| match word {
        VerdictWord::Pass => 0,
        VerdictWord::Pending => 1,
        VerdictWord::Unknown => 2,
        VerdictWord::Fail => 3,
    };
    all.into_iter().max_by_key(rank).unwrap_or(VerdictWord::Pass)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fail_counts_before_what_is_unknown_and_that_before_what_waits() {
        use VerdictWord::{Fail, Pass, Pending, Unknown};
        assert_eq!(worst([Pass, Fail, Unknown]), Fail);
        assert_eq!(worst([Pending, Unknown, Pass]), Unknown);
        assert_eq!(worst([Pass, Pending]), Pending);
        assert_eq!(worst([]), Pass);
    }
}
