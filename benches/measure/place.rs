//! A bare clone of a config repository with a history of landings, in which the next commit of every application waits in staging.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::support::keys;
use super::support::run::{Environment, program};
use super::support::source::{Source, now};

const DAY: usize = 24 * 60 * 60;

pub fn application(nth: usize) -> String {
    format!("app-{nth:04}")
}

pub fn overlay(app: &str, env: &str) -> String {
    format!("apps/{app}/{env}/kustomization.yaml")
}

/// The clone, with whatever git needs there to sign.
pub struct Place {
    pub environment: Environment,
    pub bare: PathBuf,
    pub sources: Vec<Source>,
    /// The allowed signers, as a file for git.
    pub signers: PathBuf,
}

impl Place {
    /// So many applications, and so many landings of one of them each. `root`: an empty folder.
    pub fn make(root: &Path, applications: usize, commits: usize) -> Self {
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
        let signers = root.join("allowed_signers");
        fs::write(&signers, keys::allowed("mei@example.com", &key)).expect("a file");
        Self { environment, bare, sources, signers }
    }

    /// Our program in the clone; what it prints goes nowhere.
    pub fn ours(&self, args: &[&str]) -> Command {
        let mut command = self.environment.command(program(), &self.bare);
        command.args(args).stdout(Stdio::null());
        command
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
