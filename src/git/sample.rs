//! Repositories for the unit tests of this folder, made by the git program in a home of their own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::domain::commit::CommitId;
use crate::process::{Kind, Surroundings};

use super::program::{Git, Hooks};

/// A temporary folder with a home, and repositories in it.
pub(super) struct Sample {
    root: tempfile::TempDir,
    pub surroundings: Surroundings,
}

/// The first commit's date; each later one is a minute after the one before.
pub(super) const BEGIN: i64 = 1_700_000_000;

impl Sample {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("home")).unwrap();
        let mut surroundings = Surroundings { current_dir: root.path().into(), ..Surroundings::default() };
        let home = root.path().join("home").into_os_string();
        let path = std::env::var_os("PATH").unwrap_or_default();
        for (name, value) in [("PATH", path), ("HOME", home), ("GIT_CONFIG_NOSYSTEM", "1".into())] {
            surroundings.variables.insert(name.into(), value);
        }
        for who in ["AUTHOR", "COMMITTER"] {
            surroundings.variables.insert(format!("GIT_{who}_NAME").into(), "Mei Lin".into());
            surroundings.variables.insert(format!("GIT_{who}_EMAIL").into(), "mei@example.com".into());
        }
        Self { root, surroundings }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// A new repository with the branch `main`.
    pub fn init(&self, name: &str) -> PathBuf {
        let dir = self.path(name);
        self.git(self.root.path(), &["init", "-q", "-b", "main", name]);
        dir
    }

    /// Runs git, which must succeed, and gives its output without blanks around it.
    pub fn git(&self, dir: &Path, args: &[&str]) -> String {
        let git = Git::new(&self.surroundings, dir, Kind::Plumbing, Hooks::Off, args.iter().map(OsString::from));
        String::from_utf8_lossy(&git.stdout().unwrap_or_else(|e| panic!("git {args:?}: {:?}", e.refusal())))
            .trim()
            .into()
    }

    /// Runs git at a moment.
    pub fn git_at(&self, dir: &Path, time: i64, args: &[&str]) -> String {
        let date = format!("{time} +0000");
        let git = Git::new(&self.surroundings, dir, Kind::Plumbing, Hooks::Off, args.iter().map(OsString::from))
            .set("GIT_AUTHOR_DATE", &date)
            .set("GIT_COMMITTER_DATE", &date);
        String::from_utf8_lossy(&git.stdout().unwrap_or_else(|e| panic!("git {args:?}: {:?}", e.refusal())))
            .trim()
            .into()
    }

    /// Writes a file (`None`: removes it), commits everything, and gives the commit.
    pub fn commit(&self, dir: &Path, path: &str, text: Option<&str>) -> CommitId {
        let file = dir.join(path);
        match text {
            Some(text) => {
                if file.is_dir() {
                    std::fs::remove_dir_all(&file).unwrap();
                }
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(&file, text).unwrap();
            }
            None => std::fs::remove_file(&file).unwrap(),
        }
        self.commit_all(dir, &format!("change {path}"))
    }

    /// Commits whatever differs, a minute after the newest commit.
    pub fn commit_all(&self, dir: &Path, message: &str) -> CommitId {
        self.git(dir, &["add", "-A"]);
        let count = self.git(dir, &["rev-list", "--all", "--count"]);
        let time = BEGIN + 60 * count.parse::<i64>().unwrap();
        self.git_at(dir, time, &["commit", "-q", "--allow-empty", "-m", message]);
        self.id(dir, "HEAD")
    }

    pub fn id(&self, dir: &Path, rev: &str) -> CommitId {
        CommitId::from_hex(&self.git(dir, &["rev-parse", "--verify", rev])).unwrap()
    }
}
