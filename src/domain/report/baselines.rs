//! Release baselines, as reports tell of them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::signature::SignatureWord;

/// baseline mark
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MarkReport {
    pub became: MarkWord,
    pub baseline: BaselineReport,
    /// What the environment runs by it.
    pub runs: Vec<BaselineRun>,
    pub notes: Vec<String>,
}

/// What became of a baseline that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MarkWord {
    /// A dry run: nothing was written.
    Planned,
    /// The same state has one already.
    Kept,
    Marked,
}

/// baseline list
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BaselinesReport {
    /// The newest state of each environment first.
    pub baselines: Vec<BaselineReport>,
    pub notes: Vec<String>,
}

/// baseline show
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BaselineShown {
    pub baseline: BaselineReport,
    pub runs: Vec<BaselineRun>,
    /// How many applications run something else by now.
    pub differences: usize,
    pub notes: Vec<String>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BaselineReport {
    pub environment: String,
    pub name: String,
    pub tag: String,
    /// The commit of the config repository; none: the tag says none, or it is not here.
    pub commit: Option<String>,
    /// When it was marked, by whom, by the tag's own words.
    #[schemars(with = "Option<String>")]
    pub marked: Option<Timestamp>,
    pub by: Option<String>,
    pub signature: SignatureWord,
    /// The principals of the key that signed it.
    pub signers: Vec<String>,
    pub reason: Option<String>,
    /// Whether it counts.
    pub counts: bool,
    /// Why it does not.
    pub why_not: Option<String>,
}

/// One application by a baseline.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BaselineRun {
    pub application: String,
    /// What its pins say there; none: they disagree, or it was not there.
    pub version: Option<String>,
    /// The full application commit, where it is known.
    pub commit: Option<String>,
    /// What they say now.
    pub now: Option<String>,
    pub same: bool,
}
