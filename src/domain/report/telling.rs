//! feedback send: what was told of landings, and to which sinks.

use schemars::JsonSchema;
use serde::Serialize;

/// feedback send
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FeedbackSendReport {
    pub dry_run: bool,
    /// How many landings were looked at.
    pub landings: usize,
    /// Each thing that is told with each sink that it is for.
    pub told: Vec<ToldReport>,
    pub notes: Vec<String>,
}

/// One landing and one sink.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ToldReport {
    /// The config commit.
    pub landing: String,
    /// `promote`, `rollback`: as `events:` has it.
    pub event: String,
    /// What is told, in one line.
    pub title: String,
    /// `slack`, `email`: the sink's key in `feedback:`; `commits`: the commits that came and went, at their own forge.
    pub sink: String,
    /// The variable that holds its address: `SLACK_WEBHOOK_URL`; none of commits.
    pub variable: Option<String>,
    pub state: ToldWord,
    /// Why, or what else is to be said.
    pub reason: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ToldWord {
    Told,
    /// It would be told.
    Planned,
    /// An earlier run told it.
    Before,
    /// Another run is telling it.
    Begun,
    /// A variable of the sink is not set here.
    NotSet,
    /// Nobody is there to tell.
    Nobody,
    /// Nobody was told; the next run tries again.
    Failed,
    /// It may have been told.
    Unknown,
}

impl FeedbackSendReport {
    /// Whether anything ended so.
    pub fn has(&self, state: ToldWord) -> bool {
        self.told.iter().any(|one| one.state == state)
    }
}
