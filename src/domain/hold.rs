//! "This stays": a hold on one application of an environment, or on all of it, or on a commit and all that contains it.

use jiff::Timestamp;

use super::commit::CommitId;
use super::names::{AppName, BranchName, EnvName};
use super::path::RepoPath;
use super::settings::{Application, SourceAddress};
use super::template::Reading;
use super::version::Version;

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
    /// A commit of the application's source, which is held in the place of its pin.
    pub commit: Option<CommitId>,
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
    /// What is held where that is a commit, and no pin.
    pub held: Option<HeldCommit>,
}

/// A commit that is held, with all that contains it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldCommit {
    /// Where it is from, as `stageline.yaml` says it.
    pub source: SourceAddress,
    pub commit: CommitId,
    /// What contains it of all that had landed when the hold was set.
    pub landed: Vec<CommitId>,
    /// Commits after it that mend it: what contains one is free.
    pub fixed: Vec<CommitId>,
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

/// How the line of a record begins that says since when it counts.
const SINCE: &str = "since: ";

impl Record {
    /// The text without the moment at which the hold begins: what stays the same whenever it is set. `None`: it cannot be read,
    /// or does not say that moment on a line of its own, as the tool writes it.
    pub fn lasting(&self) -> Option<String> {
        lasting(self.text.as_deref()?, self.file.hold.as_ref().ok()?.since)
    }
}

/// The text of a record without the moment since when it counts; `None`: it does not say that moment on a line of its own, as the
/// tool writes it.
pub(super) fn lasting(text: &[u8], since: Timestamp) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    let mut lines = text.split('\n').filter_map(|line| line.strip_prefix(SINCE));
    let told = lines.next().filter(|_| lines.next().is_none())?;
    let is_it = told.parse().is_ok_and(|said: Timestamp| said == since) && told == told.trim();
    let line = |line: &str| if line.starts_with(SINCE) { SINCE.trim_end().to_string() } else { line.to_string() };
    is_it.then(|| text.split('\n').map(line).collect::<Vec<_>>().join("\n"))
}

impl RecordChange {
    /// Whether it is about this environment: also a hold of every environment.
    pub fn is_about(&self, env: &EnvName) -> bool {
        let covers = |record: &Record| record.file.cover.env.as_ref().is_none_or(|covered| covered == env);
        self.was.iter().chain(&self.is).any(covers)
    }
}

impl HeldCommit {
    /// Whether it lists the commit that a version's text names, also the beginning of it; `None`: the text names no commit.
    pub fn lists(&self, app: &Application, version: &Version) -> Option<bool> {
        let digits = app.readings(version.tag()?).find_map(|reading| match reading {
            Reading::Commit(digits) => Some(digits.to_ascii_lowercase()),
            Reading::Tag(_) => None,
        })?;
        Some(self.landed.iter().any(|commit| commit.to_string().starts_with(&digits)))
    }

    /// Whether it is about an application by this name: one of the same source, or the one that it was set for.
    pub fn may_concern(&self, cover: &Cover, app: &Application) -> bool {
        app.source.as_ref() == Some(&self.source) || cover.app.as_ref() == Some(&app.name)
    }
}

impl Cover {
    /// That of a pin, of an environment, or of everything.
    pub fn of(env: Option<EnvName>, app: Option<AppName>) -> Self {
        Self { env, app, commit: None }
    }

    /// Whether it is about the environment.
    pub fn is_in(&self, env: &EnvName) -> bool {
        self.env.as_ref().is_none_or(|e| e == env)
    }

    /// Whether its names are those of the application in the environment.
    fn names(&self, env: &EnvName, app: &AppName) -> bool {
        self.is_in(env) && self.app.as_ref().is_none_or(|a| a == app)
    }

    /// The command of ours that lifts it, without the program's name.
    pub fn lift(&self) -> String {
        format!("hold lift{}", self.typed())
    }

    /// What is typed after a verb of holds to mean it.
    fn typed(&self) -> String {
        let app = self.told().map_or(String::new(), |app| format!(" {app}"));
        match &self.env {
            Some(env) => format!("{app} --env {env}"),
            None => format!("{app} --all"),
        }
    }

    /// The command of ours that frees what mends a held commit, without the program's name; `None`: it holds no commit.
    pub fn free(&self, fix: &str) -> Option<String> {
        self.commit.map(|_| format!("hold fixed{} --by {fix}", self.typed()))
    }

    /// The application, or the commit of it as people say it; `None`: all of them.
    pub fn told(&self) -> Option<String> {
        let app = self.app.as_ref()?;
        Some(self.commit.map_or(app.to_string(), |commit| format!("{app}@{}", commit.short())))
    }

    /// The file that records it.
    pub fn path(&self) -> String {
        let app = self.app.as_ref().map_or(EVERYTHING, AppName::as_str);
        match (&self.env, self.commit) {
            (Some(env), None) => format!("{FOLDER}/{env}/{app}.yaml"),
            (None, None) => format!("{FOLDER}/{app}.yaml"),
            (Some(env), Some(commit)) => format!("{FOLDER}/{env}/{app}@{commit}.yaml"),
            (None, Some(commit)) => format!("{FOLDER}/{EVERYTHING}/{app}@{commit}.yaml"),
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

    /// Where it stands, why it is there, by whom, and from when to when.
    pub fn told(&self) -> String {
        match &self.hold {
            Ok(hold) => {
                let until = hold.until.map_or("until it is lifted".to_string(), |until| format!("until {until}"));
                format!("{}: {} (by {}, since {}, {until})", self.place(), hold.reason, hold.by, hold.since)
            }
            Err(why) => format!("{} cannot be read, so it holds: {why}", self.place()),
        }
    }

    /// How it is lifted.
    pub fn lifting(&self) -> String {
        match self.lift() {
            Some(lift) => format!("when it may move again: `stageline {lift}`"),
            None => format!("when it may move again: take `{}` away, in a commit of its own", self.place()),
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

    /// Whether it covers the pin of the application in the environment, whatever that comes to say. One of a commit does not, but
    /// where it cannot be read.
    pub fn covers(&self, env: &EnvName, app: &AppName) -> bool {
        (self.cover.commit.is_none() || self.hold.is_err()) && self.cover.names(env, app)
    }

    /// The commit that it holds, where it is one of a commit that can be read.
    pub fn held(&self) -> Option<&HeldCommit> {
        self.hold.as_ref().ok()?.held.as_ref()
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
        Cover::of(env.map(|e| EnvName::new(e).unwrap()), app.map(|a| AppName::new(a).unwrap()))
    }

    fn commit(digit: char) -> CommitId {
        CommitId::from_hex(&digit.to_string().repeat(40)).unwrap()
    }

    #[test]
    fn a_hold_on_an_environment_covers_its_applications_and_no_other_environment() {
        let env = EnvName::new("production").unwrap();
        let app = AppName::new("web").unwrap();
        assert!(cover(Some("production"), None).names(&env, &app));
        assert!(cover(None, None).names(&env, &app));
        assert!(!cover(Some("staging"), None).names(&env, &app));
        assert!(!cover(Some("production"), Some("api")).names(&env, &app));
    }

    #[test]
    fn a_hold_of_a_commit_has_a_file_and_commands_of_its_own() {
        let of = |env| Cover { commit: Some(commit('c')), ..cover(env, Some("web")) };
        let digits = "c".repeat(40);
        assert_eq!(of(Some("production")).path(), format!("{FOLDER}/production/web@{digits}.yaml"));
        assert_eq!(of(None).path(), format!("{FOLDER}/_all/web@{digits}.yaml"));
        assert_eq!(of(Some("production")).lift(), "hold lift web@ccccccc --env production");
        assert_eq!(of(None).free("FIX").as_deref(), Some("hold fixed web@ccccccc --all --by FIX"));
        assert_eq!(cover(Some("production"), Some("web")).free("FIX"), None, "a pin is not fixed");
    }

    #[test]
    fn the_list_of_what_landed_is_asked_by_the_text_of_a_version() {
        let held = HeldCommit {
            source: SourceAddress("../web".into()),
            commit: commit('c'),
            landed: vec![commit('c'), commit('d')],
            fixed: vec![],
        };
        let app = Application::found(AppName::new("web").unwrap(), vec![]);
        let lists = |text: &str| held.lists(&app, &Version::new(text).unwrap());
        assert_eq!(lists(&"d".repeat(40)), Some(true));
        assert_eq!(lists(&"d".repeat(8)), Some(true), "the beginning of it");
        assert_eq!(lists(&"e".repeat(40)), Some(false));
        assert_eq!(lists("by-hand"), None);
    }

    #[test]
    fn a_hold_of_a_commit_is_about_its_source_whatever_its_application_is_called_now() {
        let source = SourceAddress("../web".into());
        let held = HeldCommit { source: source.clone(), commit: commit('c'), landed: vec![], fixed: vec![] };
        let cover = Cover { commit: Some(commit('c')), ..cover(None, Some("web")) };
        let app = |name: &str, source: Option<&SourceAddress>| Application {
            source: source.cloned(),
            ..Application::found(AppName::new(name).unwrap(), vec![])
        };
        assert!(held.may_concern(&cover, &app("shop", Some(&source))));
        assert!(held.may_concern(&cover, &app("web", Some(&SourceAddress("../moved".into())))));
        assert!(!held.may_concern(&cover, &app("api", Some(&SourceAddress("../api".into())))));
        assert!(!held.may_concern(&cover, &app("api", None)));
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
            held: None,
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
