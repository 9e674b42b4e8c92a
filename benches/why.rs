//! Whole-process time of `why` and `status` in a bare clone that asks nobody, beside the git commands that a user would look with instead.
//!
//! `cargo bench --bench why [-- --rounds N --applications N --commits N]`

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[allow(dead_code, reason = "others measure memory, too")]
mod measure;
#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use measure::{by_turns, median, numbers, ratio, show, time};
use support::keys;
use support::run::{Environment, program};
use support::source::{Source, now};

const DAY: usize = 24 * 60 * 60;

fn main() {
    let (mut rounds, mut applications, mut commits) = (15, 20, 2_000);
    numbers(&mut [("--rounds", &mut rounds), ("--applications", &mut applications), ("--commits", &mut commits)]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = Place::make(folder.path(), applications, commits);
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    say(format!(
        "{applications} applications x 2 environments, {commits} landings, a bare clone, offline; {rounds} rounds, turn by turn; medians of whole processes, this machine, this run"
    ));
    say(format!("{:<44}{:>12}{:>14}", "", "stageline", "git"));
    let one = application(0);
    let all: Vec<String> = (0..applications).map(application).collect();
    for (args, looked_at) in [
        (vec!["why", &one, "--to", "production"], &all[..1]),
        (vec!["why", "--all", "--to", "production"], &all[..]),
        (vec!["status"], &all[..]),
        (vec!["status", &one], &all[..1]),
        (vec!["status", "--ready"], &all[..]),
    ] {
        let (ours, git) = place.measure(rounds, &args, looked_at);
        say(format!("{:<44}{:>12}{:>14}{:>8.2}x", args.join(" "), show(ours), show(git), ratio(ours, git)));
    }
    say("git: of each application `git show` of both overlays, and `git log -n1` of the one before (since when it stands there)".into());
    say(format!(
        "again: cargo bench --bench why -- --rounds {rounds} --applications {applications} --commits {commits}"
    ));
}

fn application(nth: usize) -> String {
    format!("app-{nth:04}")
}

fn overlay(app: &str, env: &str) -> String {
    format!("apps/{app}/{env}/kustomization.yaml")
}

/// A bare clone of a config repository in which the next commit of every application waits in staging.
struct Place {
    environment: Environment,
    bare: PathBuf,
}

impl Place {
    fn make(root: &Path, applications: usize, commits: usize) -> Self {
        let environment = Environment::below(root);
        let key = keys::ssh(&environment, &root.join("home"), "mei@example.com");
        let steps = commits / (2 * applications) + 2;
        let sources: Vec<Source> = (0..applications)
            .map(|nth| {
                let name = application(nth);
                let path = root.join(format!("sources/{name}.git"));
                Source::make(&environment, &path, &name, steps, now())
            })
            .collect();
        let (config, bare) = (root.join("config.git"), root.join("bare.git"));
        fs::create_dir_all(&config).expect("a folder");
        environment.git(&config, &["init", "-q", "--bare", "-b", "main"]);
        let mut import = environment
            .command("git", &config)
            .args(["fast-import", "--quiet", "--depth=50"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git starts");
        let mut pipe = std::io::BufWriter::new(import.stdin.take().expect("a pipe"));
        history(&mut pipe, &sources, commits, &keys::allowed("mei@example.com", &key)).expect("git reads");
        drop(pipe);
        assert!(import.wait().expect("the child is ours").success());
        environment.git(root, &["clone", "-q", "--bare", &config.to_string_lossy(), &bare.to_string_lossy()]);
        for (name, value) in [
            ("user.name", "Mei Lin"),
            ("user.email", "mei@example.com"),
            ("user.signingkey", &key.to_string_lossy()),
            ("gpg.format", "ssh"),
        ] {
            environment.git(&bare, &["config", name, value]);
        }
        let place = Self { environment, bare };
        // What is asked for once is known from then on.
        time(&mut place.ours(&["why", "--all", "--to", "production", "--fetch"]));
        let told = place
            .ours(&["why", "--all", "--to", "production", "-o", "json"])
            .stdout(Stdio::piped())
            .output()
            .expect("it starts");
        let told = String::from_utf8(told.stdout).expect("text");
        assert_eq!(told.matches("\"state\": \"ready\"").count(), applications, "{told}");
        place
    }

    fn ours(&self, args: &[&str]) -> Command {
        let mut command = self.environment.command(program(), &self.bare);
        command.args(args).stdout(Stdio::null());
        command
    }

    /// How long it takes to look by hand at what waits for production.
    fn by_git(&self, applications: &[String]) -> Duration {
        let begun = Instant::now();
        for app in applications {
            for env in ["staging", "production"] {
                let mut command = self.environment.command("git", &self.bare);
                time(command.args(["show", &format!("main:{}", overlay(app, env))]).stdout(Stdio::null()));
            }
            let mut command = self.environment.command("git", &self.bare);
            time(command.args(["log", "-n1", "--format=%cI", "main", "--", &overlay(app, "staging")]));
        }
        begun.elapsed()
    }

    fn measure(&self, rounds: usize, args: &[&str], applications: &[String]) -> (Duration, Duration) {
        time(&mut self.ours(args));
        let (mut ours, mut git) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            let (one, other) = by_turns(round, || time(&mut self.ours(args)), || self.by_git(applications));
            ours.push(one);
            git.push(other);
        }
        (median(ours), median(git))
    }
}

/// The rules, then landings that move each application's staging and production in turn; last of all every staging once more.
fn history(out: &mut impl std::io::Write, sources: &[Source], commits: usize, signers: &str) -> std::io::Result<()> {
    let mut rules = "\
version: 1
id: bench
git: { branch: main, signing: optional }
signers-file: .stageline/allowed_signers
people: { mei: { principals: [mei@example.com] } }
groups: { release-managers: [mei] }
environments:
  - name: staging
    branches: [main]
  - name: production
    after: staging
    branches: [main]
    signers: release-managers
    gates: { soak: 1h }
freeze: [{ environments: [production], from: \"2199-12-21\", until: \"2200-01-04\", reason: a later year's end }]
applications:
"
    .to_string();
    for (nth, source) in sources.iter().enumerate() {
        let app = application(nth);
        rules += &format!(
            "  - {{ name: {app}, source: \"file://{}\", version: \"{{commit}}\", pins: [{{ image: registry.example.com/{app}, in: \"apps/{app}/{{environment}}\" }}] }}\n",
            source.path.display()
        );
    }
    let start = now() as usize - 60 * DAY;
    commit(out, start, "Import all overlays")?;
    put(out, "stageline.yaml", &rules)?;
    put(out, ".stageline/allowed_signers", signers)?;
    for (nth, source) in sources.iter().enumerate() {
        for env in ["staging", "production"] {
            pin(out, nth, env, &source.commits[0])?;
        }
    }
    let rest = commits - sources.len();
    for nth in 1..rest {
        let (turn, app) = ((nth - 1) / sources.len(), (nth - 1) % sources.len());
        let env = if turn % 2 == 0 { "staging" } else { "production" };
        let when = start + nth * (59 * DAY / rest);
        commit(out, when, &format!("promote {} to {env}", application(app)))?;
        pin(out, app, env, &sources[app].commits[turn / 2 + 1])?;
    }
    for (nth, source) in sources.iter().enumerate() {
        commit(out, now() as usize - DAY / 2 + nth, &format!("promote {} to staging", application(nth)))?;
        pin(out, nth, "staging", source.commits.last().expect("commits"))?;
    }
    out.flush()
}

fn pin(out: &mut impl std::io::Write, nth: usize, env: &str, version: &str) -> std::io::Result<()> {
    let app = application(nth);
    put(out, &overlay(&app, env), &format!("images:\n- name: registry.example.com/{app}\n  newTag: \"{version}\"\n"))
}

fn commit(out: &mut impl std::io::Write, when: usize, message: &str) -> std::io::Result<()> {
    let who = format!("Mei Lin <mei@example.com> {when} +0000");
    writeln!(out, "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {}\n{message}", message.len())
}

fn put(out: &mut impl std::io::Write, path: &str, text: &str) -> std::io::Result<()> {
    write!(out, "M 100644 inline {path}\ndata {}\n{text}\n", text.len())
}
