//! A real forge on the loopback: Gitea with a database of its own, people with tokens, and its interface.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::authority::certified;
use super::run::Environment;
use super::server::free_port;

/// Serves until it is dropped.
pub struct Gitea {
    child: Child,
    scheme: &'static str,
    port: u16,
    environment: Environment,
    folder: PathBuf,
}

/// Somebody with an account.
#[derive(Clone)]
pub struct Account {
    pub token: String,
}

impl Gitea {
    /// Starts a forge whose files stand in `folder`, which is made. `STAGELINE_GITEA_ROOT`: where the folder of its templates is
    /// (`sh tests/run` sets it).
    pub fn start(environment: &Environment, folder: &Path) -> Self {
        Self::start_as(environment, folder, "http")
    }

    /// The same over HTTPS, with a certificate of an authority of its own: `ca.pem` in the folder.
    pub fn start_with_an_own_authority(environment: &Environment, folder: &Path) -> Self {
        certified(environment, folder, "IP:127.0.0.1");
        Self::start_as(environment, folder, "https")
    }

    fn start_as(environment: &Environment, folder: &Path, scheme: &'static str) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let root =
            std::env::var("STAGELINE_GITEA_ROOT").expect("`sh tests/run` builds Gitea and sets STAGELINE_GITEA_ROOT");
        let environment = environment.with("GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT", "true");
        let user = environment.tool("id", folder, &["-un"]);
        let secret = run(&environment, folder, &["generate", "secret", "INTERNAL_TOKEN"]);
        for _ in 0..5 {
            let port = free_port();
            fs::write(folder.join("app.ini"), settings(user.trim(), folder, (scheme, port), &root, &secret))
                .expect("a file");
            run(&environment, folder, &["--config", "app.ini", "migrate"]);
            let log = fs::File::create(folder.join("web.log")).expect("a file");
            let child = environment
                .command("gitea", folder)
                .args(["--config", "app.ini", "web"])
                .stdout(log.try_clone().expect("a handle"))
                .stderr(log)
                .stdin(Stdio::null())
                .spawn()
                .expect("gitea starts");
            let mut forge = Self { child, scheme, port, environment: environment.clone(), folder: folder.to_owned() };
            if forge.answers() {
                return forge;
            }
        }
        panic!("gitea does not answer: {}", fs::read_to_string(folder.join("web.log")).unwrap_or_default());
    }

    fn answers(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return false;
            }
            if self.agent().get(format!("{}/api/v1/version", self.url())).call().is_ok() {
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// `http://127.0.0.1:PORT`, or `https`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.host())
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Makes an account with a token that may do everything that its owner may.
    pub fn account(&self, name: &'static str) -> Account {
        self.account_with(name, "all")
    }

    /// Makes an account with a token of these scopes.
    pub fn account_with(&self, name: &'static str, scopes: &str) -> Account {
        let email = format!("{name}@example.com");
        let args = ["--config", "app.ini", "admin", "user", "create", "--username", name, "--password", "throw-away-1"];
        let more = ["--email", &email, "--must-change-password=false", "--access-token", "--access-token-name", "t"];
        let scopes = ["--access-token-scopes", scopes];
        let all: Vec<&str> = args.iter().chain(&more).chain(&scopes).copied().collect();
        let said = run(&self.environment, &self.folder, &all);
        let token = said.split_whitespace().last().expect("a token").to_owned();
        Account { token }
    }

    /// A client that does not ask who signed its certificate.
    fn agent(&self) -> ureq::Agent {
        let tls = ureq::tls::TlsConfig::builder().disable_verification(true).build();
        ureq::Agent::config_builder().http_status_as_error(false).proxy(None).tls_config(tls).build().into()
    }

    /// Calls its interface as somebody; the status, and what it answers: a text where that is no JSON.
    pub fn call(&self, who: &Account, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.url()))
            .header("Authorization", format!("token {}", who.token))
            .header("Content-Type", "application/json")
            .body(if body.is_null() { String::new() } else { body.to_string() })
            .expect("a request");
        let mut answer = self.agent().run(request).expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().expect("text");
        let value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(text.into()) };
        (status, value)
    }

    /// The same, where it has to be done.
    pub fn done(&self, who: &Account, method: &str, path: &str, body: &Value) -> Value {
        let (status, value) = self.call(who, method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {value}");
        value
    }

    /// Waits until the forge has taken note of the first push: until then it has no requests there.
    pub fn has_taken_note(&self, who: &Account, repository: &str) {
        let begun = Instant::now();
        while self.done(who, "GET", &format!("/repos/{repository}"), &Value::Null)["empty"] != false {
            assert!(begun.elapsed() < Duration::from_secs(20), "{repository} stays empty");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the forge has worked off what it queued: it looks once more at each request that it was told to merge by itself,
    /// and a rule that goes before that look lets it merge.
    pub fn settles(&self) {
        // What one queue does puts something into another.
        for _ in 0..2 {
            run(&self.environment, &self.folder, &["--config", "app.ini", "manager", "flush-queues"]);
        }
    }

    /// The requests of a repository, oldest first.
    pub fn requests(&self, who: &Account, repository: &str) -> Vec<Value> {
        let list = self.done(who, "GET", &format!("/repos/{repository}/pulls?state=all&limit=50"), &Value::Null);
        let mut all = list.as_array().expect("a list").clone();
        all.sort_by_key(|one| one["number"].as_u64());
        all
    }

    /// Merges a request in one of its styles (`merge`, `squash`, `rebase`, `rebase-merge`, `fast-forward-only`); right after a push
    /// it is told to try again.
    pub fn merge(&self, who: &Account, repository: &str, number: u64, style: &str) {
        self.merge_as(who, repository, number, style, None);
    }

    /// The same, with other words than its own for the title and the message.
    pub fn merge_as(&self, who: &Account, repository: &str, number: u64, style: &str, words: Option<&str>) {
        let mut body = json!({ "Do": style, "delete_branch_after_merge": true });
        if let Some(words) = words {
            (body["MergeTitleField"], body["MergeMessageField"]) = (json!(words), json!("done"));
        }
        let (status, value) = self.answer_to_merge(who, repository, number, &body);
        assert_eq!(status, 200, "merge {number}: {value}");
    }

    /// What it answers to a merge, once it has looked at the request.
    pub fn answer_to_merge(&self, who: &Account, repository: &str, number: u64, body: &Value) -> (u16, Value) {
        let begun = Instant::now();
        loop {
            let (status, value) = self.call(who, "POST", &format!("/repos/{repository}/pulls/{number}/merge"), body);
            let is_early = status == 405 && value.to_string().contains("try again later");
            if !is_early || begun.elapsed() > Duration::from_secs(20) {
                return (status, value);
            }
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// A token with which a runner of jobs registers.
    pub fn runner_token(&self) -> String {
        let said = run(&self.environment, &self.folder, &["--config", "app.ini", "actions", "generate-runner-token"]);
        // Before it there may be lines of its log.
        said.split_whitespace().last().expect("a token").to_owned()
    }

    /// Where it keeps a repository.
    pub fn place_of(&self, repository: &str) -> PathBuf {
        self.folder.join(format!("data/gitea-repositories/{repository}.git"))
    }
}

impl Drop for Gitea {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the program to its end; what it says on its standard output.
fn run(environment: &Environment, folder: &Path, args: &[&str]) -> String {
    let done =
        environment.command("gitea", folder).args(args).output().expect("gitea is on PATH: `sh tests/run` builds it");
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

fn settings(user: &str, folder: &Path, (scheme, port): (&str, u16), root: &str, secret: &str) -> String {
    let here = folder.display();
    format!(
        "RUN_USER = {user}\nRUN_MODE = prod\nWORK_PATH = {here}\n[server]\nPROTOCOL = {scheme}\nCERT_FILE = {here}/cert.pem\nKEY_FILE = {here}/key.pem\nHTTP_ADDR = 127.0.0.1\nHTTP_PORT = {port}\n\
         ROOT_URL = {scheme}://127.0.0.1:{port}/\nOFFLINE_MODE = true\nDISABLE_SSH = true\nSTATIC_ROOT_PATH = {root}\n\
         [database]\nDB_TYPE = sqlite3\nPATH = {here}/gitea.db\n[security]\nINSTALL_LOCK = true\nSECRET_KEY = throw-away\n\
         INTERNAL_TOKEN = {secret}\n[log]\nMODE = console\nLEVEL = Warn\n[indexer]\nISSUE_INDEXER_TYPE = db\n[cron]\nENABLED = false\n\
         [repository]\nDEFAULT_BRANCH = main\n"
    )
}
