//! What `feedback step` tells.

use schemars::JsonSchema;
use serde::Serialize;

/// feedback step
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepReport {
    pub step: String,
    /// `running`, `passed`, `failed`, `skipped`.
    pub status: String,
    /// What is said of it, whole.
    pub line: String,
    /// The page of the request; none where this is no pipeline of one, or its forge does not tell.
    pub request: Option<String>,
    /// The commit that the step ran for.
    pub commit: Option<String>,
    /// The commit that the request is at; none where the forge does not tell.
    pub head: Option<String>,
    /// Where the step is recorded; empty where the token may write neither.
    pub records: Vec<RecordedIn>,
    pub shown: ShownIn,
    /// The page of the comment.
    pub comment: Option<String>,
    /// How many tests failed.
    pub failed_tests: usize,
    /// What the comment says, or would say, where it is shown at another place.
    pub text: Option<String>,
    pub notes: Vec<String>,
}

/// What keeps a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordedIn {
    /// The commit status `stageline/step/<name>`.
    Status,
    /// A comment that holds what does not fit there.
    Comment,
}

/// Where people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShownIn {
    /// The comment on the request.
    Comment,
    /// That, and it lacks something: others wrote it again and again, and the next step completes it.
    Incomplete,
    /// The summary of the job: the token may not write comments.
    Summary,
    /// The output of this run, for the same reason.
    Output,
    /// Nowhere: the comment is about a newer head of the request, or there is no request.
    Nowhere,
}
