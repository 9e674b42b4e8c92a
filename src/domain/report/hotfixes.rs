//! Hotfixes, as reports tell of them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::path_word::PathWord;

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

/// The record of a hotfix that a landing brought, changed or took away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HotfixChanged {
    pub change: PathWord,
    pub application: String,
    pub environment: String,
    pub file: String,
    /// What it said before; none where it came.
    pub before: Option<HotfixReport>,
    /// What it says since; none where it went.
    pub after: Option<HotfixReport>,
}

impl HotfixChanged {
    /// What became of it, in a sentence without the file.
    pub fn told(&self) -> String {
        let place = format!("`{}` in `{}`", self.application, self.environment);
        match (&self.before, &self.after) {
            (None, Some(is)) => format!("it is recorded as a hotfix of {place}: {}", is.told()),
            (Some(was), Some(is)) => {
                format!("the hotfix of {place} is another one: {}; before, {}", is.told(), was.told())
            }
            (Some(was), None) => format!("it ends a hotfix of {place}: {}", was.told()),
            (None, None) => String::new(),
        }
    }
}

impl HotfixReport {
    /// Which one it is, why, by whom and since when, or why it cannot be read.
    fn told(&self) -> String {
        let (Some(reason), Some(by), Some(since)) = (&self.reason, &self.by, self.since) else {
            return format!("a file that cannot be read: {}", self.unread.as_deref().unwrap_or_default());
        };
        format!("{}: {reason} (by {by}, since {since})", self.word())
    }

    /// Which one it is, in a word.
    pub fn word(&self) -> String {
        match &self.commit {
            Some(commit) => format!("hotfix {}", commit.get(..7).unwrap_or(commit)),
            None => "hotfix that cannot be read".to_string(),
        }
    }
}
