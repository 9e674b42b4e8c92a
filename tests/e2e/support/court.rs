//! A config repository with strict rules, people with keys of their own, and what `verify` says of what they make by hand.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use super::run::{Environment, Ran, finish, program};
use super::world::{overlay, overlay_file};
use super::{World, keys};

/// Alice signs for production and owns the rules, bob is known, carol and eve are nobody yet; a server and the jobs that run checks have
/// keys, too.
const PEOPLE: [&str; 7] = ["alice", "bob", "carol", "eve", "server", "ci", "ci-web"];
const DAY: u64 = 24 * 60 * 60;

/// The repositories and keys.
pub struct Court {
    pub world: World,
    keys: BTreeMap<&'static str, PathBuf>,
    clones: Cell<usize>,
}

impl Court {
    /// One by the usual rules.
    pub fn new() -> Self {
        Self::ruled(|_| {})
    }

    /// One whose `stageline.yaml` this changes. `web` runs commit 3 in production and commit 5 in staging, since two days;
    /// `api` runs commit 3 and, since ten minutes, commit 5. `main` of their sources goes on to commit 7, `latest` is one more.
    pub fn ruled(change: impl FnOnce(&mut String)) -> Self {
        let world = World::shaped(|shape| {
            shape.applications = ["web", "api"].map(String::from).into();
            shape.commits = 8;
            shape.runs = Some(3);
            shape.file = false;
        });
        for app in ["web", "api"] {
            let source = &world.sources[app];
            source.commit("latest", &source.commits[7], "more.txt", "feat: not on main yet");
        }
        let home = world.path("home");
        let keys = PEOPLE.map(|name| (name, keys::ssh(&world.environment, &home, &principal(name)))).into();
        let court = Self { world, keys, clones: Cell::new(0) };
        let mut rules = court.rules();
        change(&mut rules);
        court.world.write("stageline.yaml", &rules);
        court.world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob"]));
        court.land_ago(3 * DAY, "Add the rules");
        court.world.write(&overlay_file("web", "staging"), &overlay("web", "staging", &court.commit("web", 5)));
        court.land_ago(2 * DAY, "web to staging");
        court.world.write(&overlay_file("api", "staging"), &overlay("api", "staging", &court.commit("api", 5)));
        court.land_ago(600, "api to staging");
        court
    }

    fn rules(&self) -> String {
        let mut text = "\
version: 1
id: shop
git: { branch: main, remote: origin, signing: required }
owners: managers
environments:
  - name: staging
    branches: [latest, main]
  - name: production
    after: staging
    branches: [main]
    signers: managers
    gates:
      soak: 1h
people:
  alice: { principals: [alice@example.com] }
  bob: { principals: [bob@example.com] }
groups: { managers: [alice] }
signers-file: .stageline/allowed_signers
applications:
"
        .to_string();
        for app in ["web", "api"] {
            text += &format!(
                "  - name: {app}\n    source: {}\n    version: \"{{commit}}\"\n    pins:\n      \
                 - {{ image: registry.example.com/shop/{app}, in: \"apps/{app}/overlays/{{environment}}\" }}\n",
                self.world.sources[app].path.display(),
            );
        }
        text
    }

    /// The allowed-signers file of these people.
    pub fn signers(&self, names: &[&str]) -> String {
        names.iter().map(|name| keys::allowed(&principal(name), &self.keys[*name])).collect()
    }

    /// The private key file of somebody.
    pub fn key(&self, name: &str) -> &Path {
        &self.keys[name]
    }

    /// A commit of an application's `main`, by its number.
    pub fn commit(&self, app: &str, number: usize) -> String {
        self.world.commit_of(app, number)
    }

    /// The commit that only `latest` has.
    pub fn unmerged(&self, app: &str) -> String {
        self.world.environment.git(&self.world.sources[app].path, &["rev-parse", "latest"])
    }

    /// Lands what is in the world's clone, so long ago, with nobody's signature.
    pub fn land_ago(&self, seconds: u64, subject: &str) {
        let dated = self.world.dated(seconds);
        dated.git(&self.world.clone, &["add", "-A"]);
        dated.git(&self.world.clone, &["commit", "-q", "--no-gpg-sign", "-m", subject]);
        dated.git(&self.world.clone, &["push", "-q", "origin", "HEAD:main"]);
    }

    /// The environment of somebody whose git signs every commit.
    pub fn environment(&self, name: &str) -> Environment {
        let key = self.keys[name].display().to_string();
        let settings = [
            ("user.name", name.to_string()),
            ("user.email", principal(name)),
            ("user.signingkey", key),
            ("gpg.format", "ssh".to_string()),
            ("commit.gpgsign", "true".to_string()),
        ];
        let count = settings.len().to_string();
        let start = self.world.environment.with("GIT_CONFIG_COUNT", count);
        settings.iter().enumerate().fold(start, |environment, (nth, (key, value))| {
            environment.with(&format!("GIT_CONFIG_KEY_{nth}"), *key).with(&format!("GIT_CONFIG_VALUE_{nth}"), value)
        })
    }

    /// A fresh clone in somebody's hands, of another server's repository: with what git needs to reach that.
    pub fn work_at(&self, name: &str, address: &str, more: &[(&str, &str)]) -> Work {
        let work = self.work(name);
        let reached = |environment: Environment, (key, value): &(&str, &str)| environment.with(key, *value);
        let environment = more.iter().fold(work.environment.clone(), reached);
        let work = Work { environment, ..work };
        let branch = work.environment.git(&work.dir, &["symbolic-ref", "--short", "HEAD"]);
        let theirs = format!("origin/{branch}");
        work.git(&["remote", "set-url", "origin", address])
            .git(&["fetch", "-q", "origin"])
            .git(&["reset", "-q", "--hard", &theirs])
    }

    /// A fresh clone in somebody's hands.
    pub fn work(&self, name: &str) -> Work {
        let nth = self.clones.replace(self.clones.get() + 1);
        let dir = self.world.path(&format!("work-{nth}"));
        let environment = self.environment(name);
        environment
            .git(&self.world.path(""), &["clone", "-q", &self.world.remote.to_string_lossy(), &dir.to_string_lossy()]);
        Work { dir, environment }
    }
}

/// Waits for the next second. What somebody says twice in the same words and the same second is one statement, and stays what became of
/// it: withdrawn, or outdone.
pub fn a_second_later() {
    std::thread::sleep(std::time::Duration::from_millis(1100));
}

fn principal(name: &str) -> String {
    format!("{name}@example.com")
}

/// What somebody makes in a clone.
pub struct Work {
    pub dir: PathBuf,
    pub environment: Environment,
}

impl Work {
    /// Writes a file.
    pub fn write(self, path: &str, text: &str) -> Self {
        let file = self.dir.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
        self
    }

    /// What stands in a file.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.dir.join(path)).expect("a file")
    }

    /// Replaces a text that stands in a file.
    pub fn change(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from}: {text}");
        self.write(path, &text.replace(from, to))
    }

    /// Pins an application by hand.
    pub fn pin(self, app: &str, env: &str, version: &str) -> Self {
        let text = self.read(&overlay_file(app, env));
        let tag = text.lines().find_map(|line| line.trim().strip_prefix("newTag: \"")).expect("a tag");
        let now = tag.split('"').next().expect("a version").to_string();
        self.change(&overlay_file(app, env), &now, version)
    }

    /// git in the clone.
    pub fn git(self, args: &[&str]) -> Self {
        self.environment.git(&self.dir, args);
        self
    }

    /// Commits everything, signed.
    pub fn commit(self, subject: &str) -> Self {
        self.git(&["add", "-A"]).git(&["commit", "-q", "-m", subject])
    }

    /// The commit that is checked out.
    pub fn head(&self) -> String {
        self.environment.git(&self.dir, &["rev-parse", "HEAD"])
    }

    /// What `verify` says of what is checked out.
    pub fn verify(&self) -> Verdict {
        self.verify_with(&[])
    }

    /// What the hook of a repository says of lines that git would hand it.
    pub fn pre_receive(&self, repository: &Path, lines: &str) -> Verdict {
        let mut child = self
            .environment
            .command(program(), repository)
            .args(["verify", "--pre-receive", "-o", "json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
        Verdict::of(finish(child, &["verify", "--pre-receive"]))
    }

    /// The same with more arguments.
    pub fn verify_with(&self, args: &[&str]) -> Verdict {
        let args: Vec<&str> = ["verify", "-o", "json"].into_iter().chain(args.iter().copied()).collect();
        Verdict::of(self.environment.stageline(&self.dir, &args))
    }
}

/// What `verify` said.
#[derive(Debug)]
pub struct Verdict {
    pub code: Option<i32>,
    pub report: Value,
}

impl Verdict {
    fn of(ran: Ran) -> Self {
        Self { code: ran.code(), report: ran.json() }
    }

    /// The gates that say this (`fail`, `pending`, `unknown`), and the codes of refusals that no gate says.
    pub fn gates(&self, word: &str) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        for one in self.report["refs"].as_array().into_iter().flatten() {
            let says = |value: &&Value| value["verdict"] == word;
            for change in one["changes"].as_array().into_iter().flatten() {
                let gates = change["gates"].as_array().into_iter().flatten().filter(says);
                out.extend(gates.filter_map(|gate| gate["gate"].as_str().map(String::from)));
                if change["gates"].as_array().is_none_or(Vec::is_empty) {
                    let unread = change["refusals"].as_array().into_iter().flatten().filter(says);
                    out.extend(unread.filter_map(|why| why["code"].as_str().map(String::from)));
                }
            }
            let whole = one["refusals"].as_array().into_iter().flatten().filter(says);
            out.extend(whole.filter_map(|why| why["code"].as_str().map(String::from)));
        }
        out
    }

    /// Nothing refuses it, and the soak alone waits, until then.
    #[track_caller]
    pub fn soaks_until(&self) -> jiff::Timestamp {
        self.waits_for("soak");
        let changes = self.report["refs"][0]["changes"].as_array().expect("changes");
        let gates = changes.iter().flat_map(|change| change["gates"].as_array().into_iter().flatten());
        let at = gates.filter_map(|gate| gate["eligible_at"].as_str()).next().expect("a moment");
        at.parse().expect("a time")
    }

    /// The codes of all that keeps it from landing.
    pub fn codes(&self) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        let mut note = |refusals: &Value| {
            let all = refusals.as_array().into_iter().flatten();
            out.extend(all.filter_map(|why| why["code"].as_str().map(String::from)));
        };
        for one in self.report["refs"].as_array().into_iter().flatten() {
            note(&one["refusals"]);
            one["changes"].as_array().into_iter().flatten().for_each(|change| note(&change["refusals"]));
        }
        out
    }

    /// Whether this code is among what keeps it from landing.
    #[track_caller]
    pub fn has_code(&self, code: &str) {
        assert!(self.codes().contains(code), "{:#}", self.report);
    }

    /// Everything passes.
    #[track_caller]
    pub fn passes(&self) {
        assert_eq!(self.code, Some(0), "{:#}", self.report);
    }

    /// Exactly this gate refuses it.
    #[track_caller]
    pub fn refused_by(&self, gate: &str) {
        assert_eq!(self.code, Some(1), "{:#}", self.report);
        assert_eq!(self.gates("fail").iter().map(String::as_str).collect::<Vec<_>>(), [gate], "{:#}", self.report);
    }

    /// Nothing refuses it, and exactly this gate waits.
    #[track_caller]
    pub fn waits_for(&self, gate: &str) {
        assert_eq!(self.code, Some(3), "{:#}", self.report);
        assert_eq!(self.gates("pending").iter().map(String::as_str).collect::<Vec<_>>(), [gate], "{:#}", self.report);
    }

    /// Nothing refuses it, and exactly this gate cannot tell.
    #[track_caller]
    pub fn unknown_to(&self, gate: &str) {
        assert_eq!(self.code, Some(3), "{:#}", self.report);
        assert_eq!(self.gates("unknown").iter().map(String::as_str).collect::<Vec<_>>(), [gate], "{:#}", self.report);
    }
}
