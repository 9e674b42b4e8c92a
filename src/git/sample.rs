//! Repositories with dated commits, for the tests of history and sources.

use std::path::{Path, PathBuf};

use crate::domain::commit::CommitId;
use crate::process::{Kind, Surroundings};

use super::fixture::Ground;
use super::program::{Git, Hooks};

/// A ground for repositories, whose commits have known dates.
pub(super) struct Sample {
    ground: Ground,
    pub surroundings: Surroundings,
}

/// The first commit's date; each later one is a minute after the one before.
pub(super) const BEGIN: i64 = 1_700_000_000;

impl Sample {
    pub fn new() -> Self {
        let ground = Ground::new();
        let mut surroundings = ground.surroundings();
        surroundings.variables.remove(std::ffi::OsStr::new("XDG_CACHE_HOME"));
        Self { ground, surroundings }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.ground.path(name)
    }

    /// A new repository with the branch `main`.
    pub fn init(&self, name: &str) -> PathBuf {
        self.ground.git("", &["init", "-q", "-b", "main", name]);
        self.path(name)
    }

    /// Runs git, which must succeed, and gives its output without blanks around it.
    pub fn git(&self, dir: &Path, args: &[&str]) -> String {
        self.ground.git(dir, args)
    }

    /// Runs git at a moment.
    pub fn git_at(&self, dir: &Path, time: i64, args: &[&str]) {
        let date = format!("{time} +0000");
        Git::new(&self.surroundings, dir, Kind::Plumbing, Hooks::Off, args)
            .set("GIT_AUTHOR_DATE", &date)
            .set("GIT_COMMITTER_DATE", &date)
            .stdout()
            .unwrap();
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

    /// A history with everything that a tree can go through: merges, a deletion, a rename, a change of mode, a file that
    /// becomes a folder, a link, an empty commit, names that look like patterns.
    pub fn eventful(&self) -> PathBuf {
        let dir = self.init("config");
        self.commit(&dir, "apps/web/staging/k.yaml", Some("1"));
        for round in 0..4 {
            let text = format!("{round}");
            self.commit(&dir, "apps/web/staging/k.yaml", Some(&format!("w{text}")));
            self.commit(&dir, "apps/web-2/staging/k.yaml", Some(&text));
            self.commit(&dir, "apps/w*b/é\"x.yaml", Some(&text));
            self.commit(&dir, "becomes/a/folder", Some(&text));
            self.commit_all(&dir, "nothing");
            self.git(&dir, &["checkout", "-q", "-b", "topic"]);
            self.commit(&dir, "apps/api/k.yaml", Some(&text));
            self.commit(&dir, "apps/web/production/k.yaml", Some(&text));
            self.git(&dir, &["checkout", "-q", "main"]);
            self.commit(&dir, "main-side", Some(&text));
            self.git_at(&dir, BEGIN + 60 * 20 * (round + 1), &["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
            self.git(&dir, &["branch", "-q", "-D", "topic"]);
            self.commit(&dir, "becomes/a/folder", None);
            self.commit(&dir, "becomes/a", Some("a file"));
            self.git(&dir, &["mv", "apps/api/k.yaml", "apps/api/moved.yaml"]);
            self.commit_all(&dir, "rename");
            self.git(&dir, &["update-index", "--chmod=+x", "apps/api/moved.yaml"]);
            self.git_at(&dir, BEGIN, &["commit", "-q", "-m", "mode, by a clock that is late"]);
            self.git(&dir, &["reset", "-q", "--hard"]);
            self.commit(&dir, "apps/api/moved.yaml", None);
            self.commit(&dir, "becomes/a", None);
            std::fs::remove_dir_all(dir.join("becomes")).unwrap();
            std::os::unix::fs::symlink("../x", dir.join("becomes")).unwrap();
            self.commit_all(&dir, "link");
            std::fs::remove_file(dir.join("becomes")).unwrap();
            self.commit_all(&dir, "no link");
        }
        dir
    }
}
