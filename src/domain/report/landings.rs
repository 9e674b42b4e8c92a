//! diff --landings: what landed between a good and a bad state of an environment, and how to go on from there.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::relation::CommitLine;
use super::past::HistoryRow;

/// What landed between a good state, the left side, and a bad one, the right side.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LandingsReport {
    pub good: String,
    pub bad: String,
    /// Whether the bad state came first: what landed between mended it.
    pub bad_came_first: bool,
    /// Newest first.
    pub landings: Vec<LandingRow>,
    /// Landings that moved none of these pins, and changed other files at their places.
    pub others: Vec<OtherLanding>,
    pub applications: Vec<Suspected>,
    /// The command that makes a preview of the bad state; none where no environment has previews.
    pub preview: Option<String>,
}

/// A landed change, with the application commits that it brought and took.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LandingRow {
    #[serde(flatten)]
    pub landed: HistoryRow,
    /// At most 50 each, newest first.
    pub commits: Vec<CommitLine>,
    pub commits_total: Option<usize>,
    pub lost: Vec<CommitLine>,
    pub lost_total: Option<usize>,
    /// How many of the listed commits had been taken by a landing before it, and came back.
    pub again: usize,
    /// Why the commits are not known.
    pub note: Option<String>,
}

/// A landing that changed other files.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OtherLanding {
    pub config_commit: String,
    #[schemars(with = "String")]
    pub when: Timestamp,
    pub by: String,
    pub subject: String,
    pub paths: Vec<String>,
}

/// An application that moved between.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Suspected {
    pub application: String,
    pub good: Option<String>,
    pub bad: Option<String>,
    /// The command that looks for the commit of its source.
    pub bisect: Option<String>,
    /// What is to be known of it, or why there is none.
    pub note: Option<String>,
}
