//! Repositories for this room's tests, made by the git program in a folder that goes away with them.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::domain::commit::CommitId;
use crate::process::Surroundings;

use super::repo::Repo;

/// A folder for repositories, with a HOME of its own.
pub(super) struct Ground {
    folder: TempDir,
}

impl Ground {
    pub(super) fn new() -> Self {
        let ground = Self { folder: TempDir::new().unwrap() };
        std::fs::create_dir(ground.path("home")).unwrap();
        std::fs::write(
            ground.path("home/.gitconfig"),
            "[user]\nname = Mei Lin\nemail = mei@example.com\n[gc]\nauto = 0\n[init]\ndefaultBranch = main\n[protocol \"file\"]\nallow = always\n",
        )
        .unwrap();
        ground
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a program started by us sees.
    pub(super) fn surroundings(&self) -> Surroundings {
        let mut variables: std::collections::BTreeMap<_, _> =
            std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("GIT_")).collect();
        variables.insert("HOME".into(), self.path("home").into());
        variables.insert("GIT_CONFIG_NOSYSTEM".into(), "1".into());
        Surroundings {
            variables,
            current_dir: self.folder.path().into(),
            interactive: false,
            ..Surroundings::default()
        }
    }

    /// git in a folder; what it printed, trimmed. Fails the test where git fails.
    pub(super) fn git(&self, dir: impl AsRef<Path>, args: &[&str]) -> String {
        let (success, text) = self.try_git(dir, args);
        assert!(success, "git {args:?}: {text}");
        text
    }

    pub(super) fn try_git(&self, dir: impl AsRef<Path>, args: &[&str]) -> (bool, String) {
        let mut command = Command::new("git");
        command.args(args).current_dir(self.folder.path().join(dir)).env_clear();
        let done = command.envs(self.surroundings().variables).output().unwrap();
        let mut text = String::from_utf8_lossy(&done.stdout).trim_end().to_string();
        if !done.status.success() {
            text.push_str(&String::from_utf8_lossy(&done.stderr));
        }
        (done.status.success(), text)
    }

    /// Writes files in a repository's work tree and commits all that is there.
    pub(super) fn commit(&self, dir: &str, files: &[(&str, &str)], message: &str) -> CommitId {
        for (name, text) in files {
            let path = self.path(dir).join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        self.git(dir, &["add", "-A"]);
        self.git(dir, &["commit", "-q", "--allow-empty", "-m", message]);
        self.id(dir, "HEAD")
    }

    pub(super) fn id(&self, dir: &str, rev: &str) -> CommitId {
        CommitId::from_hex(&self.git(dir, &["rev-parse", rev])).unwrap()
    }

    /// A repository `NAME` with one commit of two overlays.
    pub(super) fn repository(&self, name: &str) -> CommitId {
        self.git("", &["init", "-q", name]);
        self.commit(
            name,
            &[
                ("apps/web/staging/kustomization.yaml", "tag: v1\n"),
                ("apps/web/production/kustomization.yaml", "tag: v0\n"),
            ],
            "first",
        )
    }

    /// A bare `origin.git` with one commit, and clones of it.
    pub(super) fn origin(&self, clones: &[&str]) -> CommitId {
        let first = self.repository("seed");
        self.git("", &["clone", "-q", "--bare", "seed", "origin.git"]);
        for clone in clones {
            self.git("", &["clone", "-q", "origin.git", clone]);
        }
        first
    }

    pub(super) fn open(&self, dir: &str) -> Repo {
        Repo::open(&self.path(dir), &self.surroundings()).unwrap()
    }

    /// What the user would see: nothing where nothing is dirty.
    pub(super) fn status(&self, dir: &str) -> String {
        self.git(dir, &["status", "--porcelain"])
    }

    /// Fails the test where git finds anything wrong.
    pub(super) fn fsck(&self, dir: &str) {
        self.git(dir, &["fsck", "--strict", "--no-dangling"]);
    }
}
