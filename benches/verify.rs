//! Whole-process time of `verify` on requests and pushes, beside `git log --format=%G?` of the same commits.
//!
//! `cargo bench --bench verify [-- --rounds N --applications N --commits N]`

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[allow(dead_code, reason = "others measure memory, too")]
mod measure;
#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use measure::{by_turns, median, numbers, ratio, show, time};
use support::keys;
use support::run::{Environment, program};

fn main() {
    let (mut rounds, mut applications, mut commits) = (5, 500, 100_000);
    numbers(&mut [("--rounds", &mut rounds), ("--applications", &mut applications), ("--commits", &mut commits)]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = Place::make(folder.path(), applications);
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    say(format!(
        "{applications} applications x 2 environments; {rounds} rounds; medians of whole processes, this machine, this run"
    ));
    say(format!("{:<44}{:>12}{:>14}{:>9}", "", "verify", "git log %G?", ""));
    for pins in [1, applications] {
        place.request(pins);
        let (verify, log) = place.measure(rounds, &["verify", "-q"], None, "main..topic");
        say(format!(
            "{:<44}{:>12}{:>14}{:>8.1}x",
            format!("a request that moves {pins} pins"),
            show(verify),
            show(log),
            ratio(verify, log)
        ));
    }
    for (count, signed) in [(100.min(commits), true), (1_000.min(commits), false), (commits, false)] {
        let lines = place.push(count, signed);
        let args = ["verify", "--pre-receive", "-q"];
        let range = format!("main..{}", lines.split(' ').nth(1).expect("a new tip"));
        let (verify, log) = place.measure(rounds.min(3), &args, Some(&lines), &range);
        let what = if signed { "signed" } else { "unsigned" };
        say(format!(
            "{:<44}{:>12}{:>14}{:>8.1}x",
            format!("a push of {count} {what} commits"),
            show(verify),
            show(log),
            ratio(verify, log)
        ));
    }
    say(format!(
        "again: cargo bench --bench verify -- --rounds {rounds} --applications {applications} --commits {commits}"
    ));
}

/// A config repository with a branch that is asked about.
struct Place {
    environment: Environment,
    dir: PathBuf,
    applications: usize,
}

fn overlay(nth: usize, env: &str) -> String {
    format!("apps/app-{nth:04}/{env}/kustomization.yaml")
}

fn text(nth: usize, version: &str) -> String {
    format!("images:\n- name: registry.example.com/app-{nth:04}\n  newTag: {version}\n")
}

impl Place {
    fn make(root: &Path, applications: usize) -> Self {
        let environment = Environment::below(root);
        let dir = root.join("config");
        fs::create_dir_all(&dir).expect("a folder");
        let key = keys::ssh(&environment, &root.join("home"), "mei@example.com");
        let place = Self { environment, dir, applications };
        place.git(&["init", "-q", "-b", "main"]);
        for (name, value) in [
            ("user.name", "Mei Lin"),
            ("user.email", "mei@example.com"),
            ("user.signingkey", &key.to_string_lossy()),
            ("gpg.format", "ssh"),
            ("gpg.ssh.allowedSignersFile", ".stageline/allowed_signers"),
            ("gc.auto", "0"),
        ] {
            place.git(&["config", name, value]);
        }
        let mut rules = "version: 1\nid: bench\ngit: { branch: main, signing: optional }\nsigners-file: .stageline/allowed_signers\n\
                         people: { mei: { principals: [mei@example.com] } }\n\
                         environments:\n  - name: staging\n  - { name: production, after: staging }\napplications:\n"
            .to_string();
        for nth in 0..applications {
            rules += &format!(
                "  - {{ name: app-{nth:04}, pins: [{{ image: registry.example.com/app-{nth:04}, in: \"apps/app-{nth:04}/{{environment}}\" }}] }}\n"
            );
            for (env, version) in [("staging", "v2"), ("production", "v1")] {
                place.write(&overlay(nth, env), &text(nth, version));
            }
        }
        place.write("stageline.yaml", &rules);
        place.write(".stageline/allowed_signers", &keys::allowed("mei@example.com", &key));
        place.git(&["add", "-A"]);
        place.git(&["commit", "-q", "-m", "Add the overlays"]);
        place
    }

    fn git(&self, args: &[&str]) -> String {
        self.environment.git(&self.dir, args)
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.dir.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    /// A signed commit on `topic` that moves so many pins of production.
    fn request(&self, pins: usize) {
        self.git(&["checkout", "-q", "-B", "topic", "main"]);
        for nth in 0..pins.min(self.applications) {
            self.write(&overlay(nth, "production"), &text(nth, "v2"));
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-S", "-m", "promote"]);
    }

    /// Commits on main that no ref leads to, as in a hook; the line that it is told.
    fn push(&self, count: usize, signed: bool) -> String {
        self.git(&["checkout", "-q", "-B", "topic", "main"]);
        if signed {
            for nth in 0..count {
                self.write("notes.md", &format!("{nth}\n"));
                self.git(&["add", "-A"]);
                self.git(&["commit", "-q", "-S", "-m", "notes"]);
            }
        } else {
            let mut child = Command::new("git");
            let mut child = child
                .args(["fast-import", "--quiet", "--force"])
                .current_dir(&self.dir)
                .stdin(Stdio::piped())
                .spawn()
                .expect("git");
            let mut pipe = std::io::BufWriter::new(child.stdin.take().expect("a pipe"));
            let now = support::source::now();
            writeln!(pipe, "reset refs/heads/topic\nfrom refs/heads/main\n").expect("git reads");
            for nth in 0..count {
                write!(
                    pipe,
                    "commit refs/heads/topic\ncommitter Mei Lin <mei@example.com> {now} +0000\ndata 5\nnotes\nM 100644 inline notes.md\ndata {}\n{nth}\n\n",
                    nth.to_string().len()
                )
                .expect("git reads");
            }
            drop(pipe);
            assert!(child.wait().expect("the child is ours").success());
        }
        format!("{} {} refs/heads/main", self.git(&["rev-parse", "main"]), self.git(&["rev-parse", "topic"]))
    }

    fn measure(
        &self,
        rounds: usize,
        args: &[&str],
        stdin: Option<&str>,
        range: &str,
    ) -> (std::time::Duration, std::time::Duration) {
        let (mut verify, mut log) = (Vec::new(), Vec::new());
        let lines = self.dir.join("../lines");
        fs::write(&lines, format!("{}\n", stdin.unwrap_or_default())).expect("a file");
        for round in 0..rounds.max(1) {
            let ours = || {
                let mut command = self.environment.command(program(), &self.dir);
                command.args(args).stdin(fs::File::open(&lines).expect("a file")).stdout(Stdio::null());
                time(&mut command)
            };
            let git = || {
                let mut command = self.environment.command("git", &self.dir);
                command.args(["log", "--format=%G?", range]).stdout(Stdio::null());
                time(&mut command)
            };
            let (one, other) = by_turns(round, ours, git);
            verify.push(one);
            log.push(other);
        }
        (median(verify), median(log))
    }
}
