//! A court whose config repository is at a real forge: requests by whoever signs, merged by the forge's own interface.

use serde_json::{Value, json};

use super::court::{Court, Work};
use super::gitea::{Account, Gitea};
use super::hooked::{install_in, lands, lets_local_sources};
use super::run::Environment;

/// As the source of `web` is called there, where it is.
pub const SOURCE: &str = "mei/web";
/// As the config repository is called there.
pub const CONFIG: &str = "mei/config";

/// The court and its forge. One account pushes and merges for all: whose keys are in the commits is what counts.
pub struct Forged {
    pub court: Court,
    pub forge: Gitea,
    pub mei: Account,
}

impl Forged {
    pub fn new() -> Self {
        Self::of(Court::new())
    }

    pub fn of(court: Court) -> Self {
        let forge = Gitea::start(&court.world.environment, &court.world.path("forge"));
        Self::at(court, forge)
    }

    /// Over HTTPS, by an authority that git trusts: its certificate is `forge/ca.pem` below the world.
    pub fn over_https(court: Court) -> Self {
        let folder = court.world.path("forge");
        let forge = Gitea::start_with_an_own_authority(&court.world.environment, &folder);
        let authority = folder.join("ca.pem");
        court.world.git(&["config", "--global", "http.sslCAInfo", &authority.to_string_lossy()]);
        Self::at(court, forge)
    }

    /// The same with the source of `web`, which is `SOURCE` there, with these branches.
    pub fn with_source(court: Court, branches: &[&str]) -> Self {
        let forged = Self::over_https(court);
        let (forge, world) = (&forged.forge, &forged.court.world);
        forge.done(&forged.mei, "POST", "/user/repos", &json!({ "name": "web", "default_branch": "main" }));
        let source = &world.sources["web"];
        source.git(&[&["push", "-q", &forged.login()], branches].concat());
        forge.has_taken_note(&forged.mei, SOURCE);
        let rules = world.read("stageline.yaml");
        let own = format!("source: {}\n", source.path.display());
        let address = format!("source: {}/{SOURCE}.git\n", forge.url());
        let kinds = format!("forges: {{ \"{}\": {{ kind: gitea }} }}\n", forge.host());
        let rules = rules.replace(&own, &address).replace("applications:\n", &format!("{kinds}applications:\n"));
        world.write("stageline.yaml", &rules);
        world.git(&["remote", "set-url", "origin", &forged.address()]);
        forged.court.land_ago(200, "web is at the forge");
        forged
    }

    /// The address of the source of `web`, with a login.
    pub fn login(&self) -> String {
        format!("{}/{SOURCE}.git", self.forge.url()).replacen("://", "://mei:throw-away-1@", 1)
    }

    /// What a job in a clone has: a token for both repositories, and an authority that it trusts.
    pub fn job(&self, work: &Work, token: &str) -> Environment {
        let environment = work.environment.with("GITEA_TOKEN", token);
        let environment = environment.with("SSL_CERT_FILE", self.court.world.path("forge/ca.pem"));
        environment.with("GITEA_SERVER_URL", self.forge.url())
    }

    fn at(court: Court, forge: Gitea) -> Self {
        let mei = forge.account("mei");
        forge.done(&mei, "POST", "/user/repos", &json!({ "name": "config", "default_branch": "main" }));
        let forged = Self { court, forge, mei };
        forged.court.world.environment.git(&forged.court.world.clone, &["push", "-q", &forged.address(), "main"]);
        forged.forge.has_taken_note(&forged.mei, CONFIG);
        forged
    }

    /// With our hook beside the forge's own.
    pub fn hooked() -> Self {
        let forged = Self::new();
        let place = forged.forge.place_of(CONFIG).join("hooks/pre-receive.d");
        install_in(&forged.court, &place);
        lets_local_sources(&place.join("stageline-hook.yaml"));
        forged
    }

    /// Its address, with a login.
    pub fn address(&self) -> String {
        format!("{}/{CONFIG}.git", self.forge.url()).replacen("://", "://mei:throw-away-1@", 1)
    }

    /// A fresh clone in somebody's hands.
    pub fn work(&self, name: &str) -> Work {
        self.court.work_at(name, &self.address(), &[])
    }

    /// Web in production to a commit by its number.
    pub fn moved(&self, name: &str, number: usize) -> Work {
        self.work(name).pin("web", "production", &self.court.commit("web", number)).commit("web to production")
    }

    /// Asks for what is checked out, from a branch of this name into another one.
    pub fn ask(&self, work: &Work, branch: &str, into: &str) -> u64 {
        lands(work, &[&format!("HEAD:refs/heads/{branch}")]);
        let body = json!({ "head": branch, "base": into, "title": "web to production" });
        let made = self.forge.done(&self.mei, "POST", &format!("/repos/{CONFIG}/pulls"), &body);
        made["number"].as_u64().expect("a number")
    }

    /// What it answers to a merge in a style, which leaves the branch; an error's message alone.
    pub fn merge(&self, number: u64, style: &str) -> (u16, String) {
        let (status, value) = self.forge.answer_to_merge(&self.mei, CONFIG, number, &json!({ "Do": style }));
        (status, value["message"].as_str().or(value.as_str()).unwrap_or_default().to_string())
    }

    /// The tip of a branch.
    pub fn tip(&self, branch: &str) -> String {
        let place = self.forge.place_of(CONFIG);
        self.court.world.environment.git(&place, &["rev-parse", &format!("refs/heads/{branch}")])
    }

    /// The newest statuses of a commit by their names.
    pub fn statuses(&self, commit: &str) -> Vec<Value> {
        let combined =
            self.forge.done(&self.mei, "GET", &format!("/repos/{CONFIG}/commits/{commit}/status"), &Value::Null);
        combined["statuses"].as_array().cloned().unwrap_or_default()
    }
}
