//! A team whose config repository is at a real forge.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::World;
use super::gitea::{Account, Gitea};
use super::run::{Environment, Ran};
use super::world::Shape;

/// The branch of the request that `REQUEST` opens.
pub const BRANCH: &str = "promote/production/web";
pub const REQUEST: &[&str] = &["promote", "web", "--to", "production", "--landing", "merge-request"];
pub const REPOSITORY: &str = "mei/config";

/// A team whose config repository is at a forge.
pub struct Team {
    pub forge: Gitea,
    pub world: World,
    pub mei: Account,
    /// The user's environment, with git's own password for the forge and no token.
    pub environment: Environment,
}

impl Team {
    pub fn new() -> Self {
        Self::shaped(|_| {})
    }

    pub fn shaped(change: impl FnOnce(&mut Shape)) -> Self {
        Self::at(World::shaped(change), Gitea::start)
    }

    pub fn at(world: World, start: impl FnOnce(&Environment, &Path) -> Gitea) -> Self {
        let forge = start(&world.environment, &world.path("forge"));
        let authority = world.path("forge/ca.pem");
        if authority.exists() {
            world.git(&["config", "--global", "http.sslCAInfo", &authority.to_string_lossy()]);
        }
        let mei = forge.account("mei");
        forge.done(&mei, "POST", "/user/repos", &json!({ "name": "config", "default_branch": "main" }));
        let address = format!("{}/{REPOSITORY}.git", forge.url());
        world.git(&["remote", "set-url", "origin", &address]);
        let helper = format!("store --file={}", world.path("home/passwords").display());
        world.git(&["config", "--global", "credential.helper", &helper]);
        let environment = world.environment.clone();
        let team = Self { forge, world, mei, environment };
        team.knows_password("throw-away-1");
        team.world.git(&["push", "-q", "origin", "main"]);
        team.forge.has_taken_note(&team.mei, REPOSITORY);
        team
    }

    /// What git logs in with.
    fn knows_password(&self, password: &str) {
        fs::write(self.world.path("home/passwords"), self.login(password)).expect("a file");
    }

    /// A line of git's file of passwords.
    fn login(&self, password: &str) -> String {
        format!("{}\n", self.forge.url().replacen("://", &format!("://mei:{password}@"), 1))
    }

    /// The environment of a job: a token, and which server it is for.
    pub fn job(&self, token: &str) -> Environment {
        self.environment.with("GITEA_TOKEN", token).with("GITEA_SERVER_URL", self.forge.url())
    }

    pub fn run(&self, environment: &Environment, args: &[&str]) -> Ran {
        environment.stageline(&self.world.clone, args)
    }

    /// From now on git reaches the forge by another port of this machine.
    pub fn passes_through(&self, port: u16) {
        let other = |text: String| text.replace(&self.forge.host(), &format!("127.0.0.1:{port}"));
        fs::write(self.world.path("home/passwords"), other(self.login("throw-away-1"))).expect("a file");
        let address = other(self.world.git(&["remote", "get-url", "origin"]));
        self.world.git(&["remote", "set-url", "origin", &address]);
    }

    pub fn run_words(&self, environment: &Environment, words: &[String]) -> Ran {
        self.run(environment, &words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    pub fn json(&self, args: &[&str]) -> Value {
        let all: Vec<&str> = args.iter().chain(&["-o", "json"]).copied().collect();
        self.run(&self.job(&self.mei.token), &all).exits(0).json()
    }

    pub fn requests(&self) -> Vec<Value> {
        self.forge.requests(&self.mei, REPOSITORY)
    }

    /// The request branch at the forge; `None`: it is not there.
    pub fn branch(&self) -> Option<String> {
        let listed = self.world.git(&["ls-remote", "origin", &format!("refs/heads/{BRANCH}")]);
        listed.split_whitespace().next().map(str::to_owned)
    }

    /// The requests that are open, oldest first.
    pub fn open_requests(&self) -> Vec<Value> {
        self.requests().into_iter().filter(|request| request["state"] == "open").collect()
    }

    /// The names of the branches at the forge.
    pub fn branches(&self) -> Vec<String> {
        self.world.branches_as(&self.world.environment)
    }

    /// The version that a branch at the forge says of an application in production.
    pub fn pin_on(&self, branch: &str, app: &str) -> String {
        self.world.git(&["fetch", "-q", "origin", &format!("+refs/heads/{branch}:refs/remotes/origin/{branch}")]);
        self.world.pin_in(&self.world.clone, &format!("refs/remotes/origin/{branch}"), app, "production")
    }

    /// Another account that may write, and approve.
    pub fn petrov(&self) -> Account {
        let petrov = self.forge.account("petrov");
        let path = format!("/repos/{REPOSITORY}/collaborators/petrov");
        self.forge.done(&self.mei, "PUT", &path, &json!({ "permission": "write" }));
        petrov
    }

    pub fn approve(&self, who: &Account, number: u64) {
        let review = json!({ "event": "APPROVED", "body": "go" });
        self.forge.done(who, "POST", &format!("/repos/{REPOSITORY}/pulls/{number}/reviews"), &review);
    }

    pub fn close(&self, number: u64) {
        let path = format!("/repos/{REPOSITORY}/pulls/{number}");
        self.forge.done(&self.mei, "PATCH", &path, &json!({ "state": "closed" }));
    }
}
