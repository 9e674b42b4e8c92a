//! The changes of pins as they landed, and what follows from them: revision numbers, the last stable version.

use jiff::Timestamp;

use super::commit::CommitId;
use super::names::{AppName, EnvName};
use super::pin::Assignment;
use super::version::Version;

/// One landed change of one application's pin in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The first-parent commit that landed it.
    pub commit: CommitId,
    pub when: Timestamp,
    pub app: AppName,
    pub env: EnvName,
    /// What all sites said before and after; `None`: no pin, or sites that disagree.
    pub from: Option<Version>,
    pub to: Option<Version>,
    /// What each site said before and after.
    pub was: Assignment,
    pub is: Assignment,
}
