//! A team whose config repository is at a forge on the loopback.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::state::{Outcome, Person, REPOSITORY, Request, Review, Standing, State};
use super::{Kind, Loopback, Style};
use crate::support::World;
use crate::support::relay::Relay;
use crate::support::run::{Environment, Ran};
use crate::support::team::BRANCH;
use crate::support::world::Shape;

/// Who approves.
pub const REVIEWER: &str = "petrov";
/// Whose token jobs have, and who merges.
pub const MERGER: &str = "mei";

/// A world whose remote is served by a forge.
pub struct Shop {
    pub forge: Loopback,
    pub world: World,
    /// The token of `mei`.
    pub token: String,
}

impl Shop {
    pub fn new(kind: Kind) -> Self {
        Self::shaped(kind, |_| {})
    }

    pub fn shaped(kind: Kind, change: impl FnOnce(&mut Shape)) -> Self {
        // One source is enough for what forges are asked, and quicker made.
        let world = World::shaped(|shape| {
            shape.one_source = true;
            change(shape);
        });
        let forge = Loopback::start(kind, &world.environment, &world.remote, &world.path("served"));
        let shop = Self { forge, world, token: "tok-mei-4711".into() };
        {
            let mut state = shop.forge.state();
            for (id, login, writes) in [(1, MERGER, true), (2, REVIEWER, true), (3, "reader", false)] {
                let token = format!("tok-{login}-4711");
                state.people.push(Person { login: login.into(), id, token, writes });
            }
            state.labels.push("release".into());
        }
        let host = shop.forge.host();
        let said = format!("{}forges: {{ \"{host}\": {{ kind: {} }} }}\n", shop.world.settings(), kind.word());
        shop.world.write("stageline.yaml", &said);
        shop.world.land("Say which forge it is");
        let address = format!("http://{host}/{REPOSITORY}.git");
        shop.world.git(&["remote", "set-url", "origin", &address]);
        shop
    }

    pub fn kind(&self) -> Kind {
        self.forge.kind
    }

    pub fn mark(&self, number: u64) -> String {
        self.kind().mark(number)
    }

    /// The environment of a job with a token for the forge.
    pub fn job(&self, token: &str) -> Environment {
        let [name, host] = self.kind().variables();
        self.world.environment.with(name, token).with(host, self.forge.host())
    }

    /// From now on git and jobs reach the forge by a way on which calls can go wrong; that way, and the environment of such a job.
    pub fn relayed(&self) -> (Relay, Environment) {
        let relay = Relay::to(self.forge.port());
        let host = format!("127.0.0.1:{}", relay.port);
        self.world.git(&["remote", "set-url", "origin", &format!("http://{host}/{REPOSITORY}.git")]);
        let [_, meant] = self.kind().variables();
        let job = self.job(&self.token).with(meant, host);
        (relay, job)
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.job(&self.token).stageline(&self.world.clone, args)
    }

    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["-o", "json"]].concat()).exits(0).json()
    }

    pub fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.forge.state()
    }

    /// The requests, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    pub fn open_requests(&self) -> Vec<Request> {
        self.requests().into_iter().filter(Request::is_open).collect()
    }

    /// The request branch of `web`; `None`: it is not there.
    pub fn branch(&self) -> Option<String> {
        self.state().tip(BRANCH).map(str::to_owned)
    }

    /// The names of the branches.
    pub fn branches(&self) -> Vec<String> {
        let listed = self.state().git(&["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"]);
        listed.lines().map(str::to_owned).collect()
    }

    /// The version that a branch says of an application in production.
    pub fn pin_on(&self, branch: &str, app: &str) -> String {
        self.world.pin_in(&self.world.remote, &format!("refs/heads/{branch}"), app, "production")
    }

    pub fn newest_to_staging(&self, app: &str) -> String {
        let newest = self.world.commit_of(app, self.world.shape.commits - 1);
        self.json(&["promote", app, "--to", "staging", "--commit", &newest]);
        newest
    }

    pub fn approve(&self, number: u64) {
        let (mut state, is_github) = (self.state(), self.kind() == Kind::Github);
        let request = state.request(number).expect("a request");
        let commit = request.tip.clone();
        // GitHub: who has reviewed is asked no more.
        if is_github {
            request.reviewers.retain(|login| login != REVIEWER);
        }
        request.reviews.push(Review { by: REVIEWER.into(), word: "APPROVED", commit });
    }

    /// A person closes it.
    pub fn close(&self, number: u64) {
        self.state().request(number).expect("a request").standing = Standing::Closed;
    }

    pub fn merge(&self, number: u64, style: Style, words: Option<&str>) {
        self.state().merge(MERGER, number, style, words).unwrap_or_else(|why| panic!("{number} {style:?}: {why}"));
    }

    pub fn check(&self, commit: &str, outcome: Outcome) {
        self.state().checks.insert(commit.to_owned(), vec![("smoke".into(), outcome)]);
    }

    /// From now on nobody pushes to `main`, in the forge's own words.
    pub fn protect(&self) {
        let says = match self.kind() {
            Kind::Github => "GH006: Protected branch update failed for refs/heads/main.",
            Kind::Gitlab => "GitLab: You are not allowed to push code to protected branches on this project.",
        };
        let hook = self.world.remote.join("hooks/pre-receive");
        fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
        let text = format!(
            "#!/bin/sh\nwhile read -r old new name; do\n  case $name in refs/heads/main) echo '{says}' >&2; exit 1 ;; esac\ndone\n"
        );
        fs::write(&hook, text).expect("a hook");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
        self.state().is_protected = true;
    }
}

impl Drop for Shop {
    /// Whatever a test is about: no call and no reply was of another shape than the forge's description has it.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let faults = std::mem::take(&mut self.state().faults);
            assert!(faults.is_empty(), "{faults:#?}");
        }
    }
}
