//! Holds, as reports tell of them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// One hold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HoldReport {
    pub environment: String,
    /// None: every application of the environment.
    pub application: Option<String>,
    pub reason: String,
    pub by: String,
    #[schemars(with = "String")]
    pub since: Timestamp,
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
    /// Whether its end has passed.
    pub expired: bool,
    /// Whether the settings know the application and the environment no more: then it holds nothing.
    pub left_over: bool,
    /// Whether a change takes it away.
    pub lifted: bool,
    pub file: String,
    /// The commit of the application's source that is held, with all that contains it; none: the pin is.
    pub commit: Option<String>,
    /// Where that commit is from.
    pub source: Option<String>,
    /// Commits that mend it: what contains one is free.
    pub fixed: Vec<String>,
}

impl HoldReport {
    /// The application, or the commit of it; none: every application.
    pub fn what(&self) -> Option<String> {
        let app = self.application.as_ref()?;
        let commit = self.commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit));
        Some(commit.map_or(app.clone(), |commit| format!("{app}@{commit}")))
    }
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HoldsReport {
    pub holds: Vec<HoldReport>,
}
