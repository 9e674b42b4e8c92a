//! "This pin stays": a hold on one application of an environment, or on all of it.

use jiff::Timestamp;

use super::names::{AppName, BranchName, EnvName};
use super::path::RepoPath;

/// The folder of the config repository that holds are kept in.
pub const FOLDER: &str = ".stageline/holds";
/// The file name, without its ending, of a hold on everything.
pub const EVERYTHING: &str = "_all";

/// What a hold covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cover {
    /// `None`: every environment.
    pub env: Option<EnvName>,
    /// `None`: every application.
    pub app: Option<AppName>,
}

/// A hold as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub cover: Cover,
    pub reason: String,
    /// "Name <email>" of who set it.
    pub by: String,
    pub since: Timestamp,
    /// `None`: until it is lifted.
    pub until: Option<Timestamp>,
    pub cause: Cause,
}

/// Why a hold is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A rollback left it.
    Rollback,
    /// Somebody stopped the line.
    Asked,
}

/// A hold's file as it was read. One that cannot be read holds as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldFile {
    pub path: RepoPath,
    /// The branch that the file is on, where that is another one than the held environment's.
    pub branch: Option<BranchName>,
    pub cover: Cover,
    /// The hold, or why the file cannot be read.
    pub hold: Result<Hold, String>,
}

impl Cover {
    /// Whether it covers the application in the environment.
    pub fn covers(&self, env: &EnvName, app: &AppName) -> bool {
        self.env.as_ref().is_none_or(|e| e == env) && self.app.as_ref().is_none_or(|a| a == app)
    }

    /// What it covers, as it is told: `web` in `production`, everything.
    pub fn told(&self) -> String {
        let app = self.app.as_ref().map_or("everything".to_string(), |app| format!("`{app}`"));
        match &self.env {
            Some(env) => format!("{app} in `{env}`"),
            None => app,
        }
    }

    /// The file that records it.
    pub fn path(&self) -> String {
        let app = self.app.as_ref().map_or(EVERYTHING, AppName::as_str);
        match &self.env {
            Some(env) => format!("{FOLDER}/{env}/{app}.yaml"),
            None => format!("{FOLDER}/{app}.yaml"),
        }
    }
}

impl HoldFile {
    /// Where it stands, as it is told: the path, and the branch where that is another one.
    pub fn place(&self) -> String {
        match &self.branch {
            Some(branch) => format!("{} on {branch}", self.path),
            None => self.path.to_string(),
        }
    }

    /// Whether it holds at `now`: also where it cannot be read.
    pub fn is_active(&self, now: Timestamp) -> bool {
        match &self.hold {
            Ok(hold) => hold.until.is_none_or(|until| now < until),
            Err(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(env: Option<&str>, app: Option<&str>) -> Cover {
        Cover { env: env.map(|e| EnvName::new(e).unwrap()), app: app.map(|a| AppName::new(a).unwrap()) }
    }

    #[test]
    fn a_hold_on_an_environment_covers_its_applications_and_no_other_environment() {
        let env = EnvName::new("production").unwrap();
        let app = AppName::new("web").unwrap();
        assert!(cover(Some("production"), None).covers(&env, &app));
        assert!(cover(None, None).covers(&env, &app));
        assert!(!cover(Some("staging"), None).covers(&env, &app));
        assert!(!cover(Some("production"), Some("api")).covers(&env, &app));
    }

    #[test]
    fn a_file_that_cannot_be_read_holds() {
        let file = HoldFile { path: RepoPath::root(), branch: None, cover: cover(None, None), hold: Err("no".into()) };
        assert!(file.is_active(Timestamp::UNIX_EPOCH));
    }
}
