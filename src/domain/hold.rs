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
    /// Whether its application or environment is gone: then it holds nothing.
    pub left_over: bool,
    /// Why it covers more than its name says: nothing is or was called so.
    pub slip: Option<String>,
}

/// The text of a hold's file at one commit, and what it records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `None`: something that is no plain file.
    pub text: Option<Vec<u8>>,
    pub file: HoldFile,
}

/// A hold's file before and after a landing; `None` where it is not there. The two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordChange {
    pub path: RepoPath,
    pub was: Option<Record>,
    pub is: Option<Record>,
}

/// How the line of a hold's file begins that says since when it holds.
const SINCE: &str = "since: ";

impl Record {
    /// The text without the moment at which the hold begins: what stays the same whenever it is set. `None`: it cannot be read,
    /// or does not say that moment on a line of its own, as the tool writes it.
    pub fn lasting(&self) -> Option<String> {
        let hold = self.file.hold.as_ref().ok()?;
        let text = std::str::from_utf8(self.text.as_deref()?).ok()?;
        let mut lines = text.split('\n').filter_map(|line| line.strip_prefix(SINCE));
        let told = lines.next().filter(|_| lines.next().is_none())?;
        let is_it = told.parse().is_ok_and(|since: Timestamp| since == hold.since) && told == told.trim();
        let line = |line: &str| if line.starts_with(SINCE) { SINCE.trim_end().to_string() } else { line.to_string() };
        is_it.then(|| text.split('\n').map(line).collect::<Vec<_>>().join("\n"))
    }
}

impl RecordChange {
    /// Whether it is about this environment: also a hold of every environment.
    pub fn is_about(&self, env: &EnvName) -> bool {
        let covers = |record: &Record| record.file.cover.env.as_ref().is_none_or(|covered| covered == env);
        self.was.iter().chain(&self.is).any(covers)
    }
}

impl Cover {
    /// Whether it covers the application in the environment.
    pub fn covers(&self, env: &EnvName, app: &AppName) -> bool {
        self.env.as_ref().is_none_or(|e| e == env) && self.app.as_ref().is_none_or(|a| a == app)
    }

    /// The command of ours that lifts it, without the program's name.
    pub fn lift(&self) -> String {
        match (&self.app, &self.env) {
            (Some(app), Some(env)) => format!("hold lift {app} --env {env}"),
            (None, Some(env)) => format!("hold lift --env {env}"),
            (Some(app), None) => format!("hold lift {app} --all"),
            (None, None) => "hold lift --all".to_string(),
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
    /// What was read of a file, where its names mean what they say.
    pub fn new(path: RepoPath, cover: Cover, hold: Result<Hold, String>) -> Self {
        Self { path, branch: None, cover, hold, left_over: false, slip: None }
    }

    /// Where it stands, as it is told: the path, and the branch where that is another one.
    pub fn place(&self) -> String {
        match &self.branch {
            Some(branch) => format!("{} on {branch}", self.path),
            None => self.path.to_string(),
        }
    }

    /// The command of ours that lifts it, without the program's name; `None` where none does: it stands on another branch than
    /// the held environment's, under a name that means more than it says, or cannot be read.
    pub fn lift(&self) -> Option<String> {
        let is_reached = self.branch.is_none() || self.cover.env.is_none();
        let is_plain = is_reached && self.slip.is_none();
        // Under an earlier name it is lifted by today's.
        let stands = self.hold.as_ref().is_ok_and(|hold| self.path.as_str() == hold.cover.path());
        (is_plain && stands).then(|| self.cover.lift())
    }

    /// Whether it holds at `now`: also where it cannot be read.
    pub fn is_active(&self, now: Timestamp) -> bool {
        if self.left_over {
            return false;
        }
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
    fn a_change_is_about_the_environments_that_either_side_covers() {
        let record = |cover: Cover| {
            let path = RepoPath::new(&cover.path()).unwrap();
            Some(Record { text: None, file: HoldFile::new(path, cover, Err("x".into())) })
        };
        let change = |was, is| RecordChange { path: RepoPath::root(), was, is };
        let (production, staging) = (EnvName::new("production").unwrap(), EnvName::new("staging").unwrap());
        let gone = change(record(cover(Some("production"), Some("web"))), None);
        assert!(gone.is_about(&production) && !gone.is_about(&staging));
        assert!(change(None, record(cover(None, None))).is_about(&staging), "a hold of every environment");
    }

    #[test]
    fn what_lasts_of_a_hold_is_its_text_without_its_beginning() {
        let since: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let hold = |cover: Cover| Hold {
            cover,
            reason: "x".into(),
            by: "Mei".into(),
            since,
            until: None,
            cause: Cause::Asked,
        };
        let record = |text: &str, is_read: bool| {
            let cover = cover(Some("production"), Some("web"));
            let path = RepoPath::new(&cover.path()).unwrap();
            let read = if is_read { Ok(hold(cover.clone())) } else { Err("no".to_string()) };
            Record { text: Some(text.into()), file: HoldFile::new(path, cover, read) }
        };
        let lasting = |text: &str| record(text, true).lasting();
        let told = "# it\nreason: x\nsince: 2026-11-23T10:00:00Z\ncause: asked\n";
        assert_eq!(lasting(told).as_deref(), Some("# it\nreason: x\nsince:\ncause: asked\n"));
        for odd in [
            "reason: x\n",
            "\"since\": 2026-11-23T10:00:00Z\n",
            "since: 2026-11-23T10:00:01Z\n",
            "since: 2026-11-23T10:00:00Z # or so\n",
            "since: 2026-11-23T10:00:00Z\r\n",
            "since: 2026-11-23T10:00:00Z\nsince: 2026-11-23T10:00:00Z\n",
        ] {
            assert_eq!(lasting(odd), None, "{odd:?}");
        }
        assert_eq!(record(told, false).lasting(), None, "what is not understood lasts as it is");
    }

    #[test]
    fn a_file_that_cannot_be_read_holds() {
        let file = HoldFile::new(RepoPath::root(), cover(None, None), Err("no".into()));
        assert!(file.is_active(Timestamp::UNIX_EPOCH));
    }
}
