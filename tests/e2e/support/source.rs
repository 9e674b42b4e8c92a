//! A source repository: the commits that applications are built from.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use super::run::Environment;

const DAY: u64 = 24 * 60 * 60;

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is after 1970").as_secs()
}

/// A bare source repository with a linear `main`, one commit a day up to yesterday.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: PathBuf,
    /// The commits of `main` as it was made, oldest first.
    pub commits: Vec<String>,
    environment: Environment,
    /// The moment that its commits are dated from.
    now: u64,
}

impl Source {
    /// Makes a repository at `path` with `count` commits, dated from `now`.
    pub fn make(environment: &Environment, path: &Path, name: &str, count: usize, now: u64) -> Self {
        std::fs::create_dir_all(path).expect("a folder");
        environment.git(path, &["init", "-q", "--bare", "-b", "main"]);
        environment.git(path, &["config", "uploadpack.allowFilter", "true"]);
        environment.git(path, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let mut stream = String::new();
        for index in 0..count {
            let when = now - (count - index) as u64 * DAY;
            let subject = format!("feat: {name} part {index}");
            let body = format!("{name} {index}\n");
            let who = if index % 2 == 0 { "Mei Lin <mei@example.com>" } else { "A. Petrov <petrov@example.com>" };
            let _ = write!(
                stream,
                "commit refs/heads/main\nmark :{}\nauthor {who} {when} +0000\ncommitter {who} {when} +0000\n\
                 data {}\n{subject}\nM 100644 inline services/{name}/part.txt\ndata {}\n{body}\n",
                index + 1,
                subject.len(),
                body.len(),
            );
        }
        let mut child = environment
            .command("git", path)
            .args(["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git starts");
        child.stdin.take().expect("a pipe").write_all(stream.as_bytes()).expect("git reads");
        assert!(child.wait().expect("the child is ours").success());
        let commits = environment.git(path, &["rev-list", "--reverse", "main"]);
        let commits = commits.lines().map(str::to_owned).collect();
        Self { path: path.to_owned(), commits, environment: environment.clone(), now }
    }

    /// Adds a commit on top of `parent` that changes `file`, and points `branch` at it.
    pub fn commit(&self, branch: &str, parent: &str, file: &str, subject: &str) -> String {
        let index = self.path.join(format!("index-{}", branch.replace('/', "-")));
        let environment = self.environment.with("GIT_INDEX_FILE", &index);
        environment.git(&self.path, &["read-tree", parent]);
        let content = self.path.join("content");
        std::fs::write(&content, subject).expect("a file");
        let blob = environment.git(&self.path, &["hash-object", "-w", &content.to_string_lossy()]);
        environment.git(&self.path, &["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{file}")]);
        let tree = environment.git(&self.path, &["write-tree"]);
        let date = format!("{} +0000", self.now - 600);
        let dated = self.environment.with("GIT_AUTHOR_DATE", &date).with("GIT_COMMITTER_DATE", &date);
        let commit = dated.git(&self.path, &["commit-tree", &tree, "-p", parent, "-m", subject]);
        self.environment.git(&self.path, &["update-ref", &format!("refs/heads/{branch}"), &commit]);
        commit
    }

    /// Runs git in it.
    pub fn git(&self, args: &[&str]) -> String {
        self.environment.git(&self.path, args)
    }

    /// Puts a light tag on a commit.
    pub fn tag(&self, name: &str, commit: &str) {
        self.environment.git(&self.path, &["tag", name, commit]);
    }
}
