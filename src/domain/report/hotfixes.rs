//! Hotfixes, as reports tell of them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// A hotfix that stands: what comes there has to contain it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HotfixReport {
    pub file: String,
    /// Why the file cannot be read; none: the rest is what it says.
    pub unread: Option<String>,
    /// The commit of the application's source.
    pub commit: Option<String>,
    pub reason: Option<String>,
    pub by: Option<String>,
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
}

impl HotfixReport {
    /// Which one it is, in a word.
    pub fn word(&self) -> String {
        match &self.commit {
            Some(commit) => format!("hotfix {}", commit.get(..7).unwrap_or(commit)),
            None => "hotfix that cannot be read".to_string(),
        }
    }
}
