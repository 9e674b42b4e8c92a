//! A hotfix as it is recorded: the commit that landed past gates of its environment, and that no promotion may lose.

use jiff::Timestamp;

use super::commit::CommitId;
use super::hold::lasting;
use super::names::{AppName, EnvName};
use super::path::RepoPath;
use super::settings::{Application, SourceAddress};
use super::version::Version;

/// The folder of the config repository that hotfixes are recorded in.
pub const FOLDER: &str = ".stageline/hotfixes";

/// A hotfix as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hotfix {
    pub env: EnvName,
    pub app: AppName,
    /// The commit of the application's source.
    pub commit: CommitId,
    /// Where it is from, as `stageline.yaml` says it.
    pub source: SourceAddress,
    /// What stands at the pins.
    pub version: Version,
    /// "Name <email>" of who landed it.
    pub by: String,
    pub since: Timestamp,
    pub reason: String,
}

/// A hotfix's file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotfixFile {
    pub path: RepoPath,
    /// What its path says that it is of.
    pub env: EnvName,
    pub app: AppName,
    /// `None`: something that is no plain file.
    pub text: Option<Vec<u8>>,
    /// The hotfix, or why the file cannot be read.
    pub hotfix: Result<Hotfix, String>,
}

/// A hotfix's file before and after a change; `None` where it is not there. The two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotfixChange {
    pub path: RepoPath,
    pub env: EnvName,
    pub app: AppName,
    pub was: Option<HotfixFile>,
    pub is: Option<HotfixFile>,
}

impl Hotfix {
    /// The file that records the hotfix of an application in an environment.
    pub fn path_of(env: &EnvName, app: &AppName) -> String {
        format!("{FOLDER}/{env}/{app}.yaml")
    }

    /// Which commit it is, why, by whom, and since when.
    pub fn told(&self) -> String {
        format!("hotfix {}: {} (by {}, since {})", self.commit.short(), self.reason, self.by, self.since)
    }
}

impl HotfixFile {
    /// Whether it is of an application, by the name that this has or had.
    pub fn is_of(&self, app: &Application) -> bool {
        self.app == app.name || app.rules.was.contains(&self.app)
    }

    /// Where it stands, and what it says, or why that cannot be read.
    pub fn told(&self) -> String {
        match &self.hotfix {
            Ok(hotfix) => format!("{}: {}", self.path, hotfix.told()),
            Err(why) => format!("{} cannot be read: {why}", self.path),
        }
    }

    /// The text without the moment at which it landed, which each try to land it writes anew. `None`: it cannot be read, or does
    /// not say that moment as the tool writes it.
    pub fn lasting(&self) -> Option<String> {
        lasting(self.text.as_deref()?, self.hotfix.as_ref().ok()?.since)
    }
}
