//! One environment of the stack: what it comes after, where it lives, how a change lands there, and by which rules.

use super::super::names::{BranchName, EnvName};
use super::gates::{Gates, Hotfix, NamedGate, Override};
use super::patterns::BranchPattern;
use super::people::Party;
use super::previews::Ephemeral;
use super::requests::Requests;
use super::spans::TimeSpan;

/// How a plan becomes history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LandingMode {
    /// A commit on the environment's branch.
    #[default]
    Direct,
    /// A branch from which a merge request is opened.
    MergeRequest,
}

/// One environment of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    pub name: EnvName,
    /// Environments in which a commit must have been first. `None`: in none, and a promotion copies from the one before it in
    /// the list; empty: none is known, and a promotion says where it copies from.
    pub after: Option<Vec<EnvName>>,
    /// The branches of the source whose commits it deploys; `--latest` takes the tip of the first that is a plain name. Empty
    /// where the file does not say.
    pub branches: Vec<BranchPattern>,
    /// The branch of the config repository it lives on, where it is not `git.branch`.
    pub branch: Option<BranchName>,
    /// What `{cluster}` in a pin's `in:` stands for; a name or a glob. Empty: no clusters.
    pub clusters: Vec<String>,
    pub landing: LandingMode,
    /// How a rollback lands, where that differs from `landing`.
    pub rollback_landing: Option<LandingMode>,
    /// Has instances (previews); never a source or a target of this version's verbs.
    pub ephemeral: Option<Ephemeral>,
    /// What the file says of changes to it beyond that.
    pub rules: EnvironmentRules,
}

/// What the file says of changes to an environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnvironmentRules {
    /// The environments of `after` in which another commit with the same tree counts (`same: tree`).
    pub same_tree: Vec<EnvName>,
    pub gates: Gates,
    /// Whose signature a change needs; empty: that of any known person.
    pub signers: Vec<Party>,
    /// Whose keys may sign a merge: a forge's own, for one.
    pub landers: Vec<Party>,
    pub overrides: Vec<Override>,
    /// The gates that a return need not pass; `None`: what the tool takes where nothing is said.
    pub rollback_exempt: Option<Vec<NamedGate>>,
    /// Who is asked to look at a rollback's request.
    pub rollback_reviewers: Vec<Party>,
    pub hotfix: Option<Hotfix>,
    pub requests: Requests,
    /// How long it runs the same before that counts as stable.
    pub stable_after: Option<TimeSpan>,
}

impl Environment {
    /// Whether it lives on this branch. `main`: the branch of environments without one of their own.
    pub fn lives_on(&self, branch: &BranchName, main: &BranchName) -> bool {
        self.branch.as_ref().unwrap_or(main) == branch
    }

    /// Whether a name is that of one of its clusters, as far as their names or globs tell.
    pub fn has_cluster(&self, name: &str) -> bool {
        self.clusters.iter().any(|pattern| fits_cluster(pattern, name))
    }

    /// The environments that its `after` names.
    pub fn named_before(&self) -> &[EnvName] {
        self.after.as_deref().unwrap_or_default()
    }

    /// The first of its source branches that is a plain name: whose tip `--latest` takes.
    pub fn first_plain_branch(&self) -> Option<BranchName> {
        self.branches.iter().find_map(BranchPattern::plain)
    }
}

/// Whether a cluster's name is this one, or fits this glob: `us-*`.
pub fn fits_cluster(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail),
    }
}
