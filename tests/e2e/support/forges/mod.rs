//! Forges on the loopback: git over HTTP and the interface of GitHub or of GitLab on one address, with the state behind both.

mod by_itself;
mod contract;
mod github;
mod gitlab;
mod graphql;
mod merging;
mod shop;
mod state;
mod talking;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use serde_json::Value;

use super::http::{Backend, Listening, Request as Http};
use super::run::Environment;
use contract::Contract;

pub use by_itself::Rules;
pub use merging::Style;
pub use shop::{MERGER, REVIEWER, Shop};
pub use state::{Call, Outcome, Person, REPOSITORY, Request, Standing, State};
pub use talking::Comment;

/// Which forge it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Github,
    Gitlab,
}

impl Kind {
    /// As `stageline.yaml` says it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Github => "github",
            Kind::Gitlab => "gitlab",
        }
    }

    /// How people write the number of a request.
    pub fn mark(self, number: u64) -> String {
        match self {
            Kind::Github => format!("#{number}"),
            Kind::Gitlab => format!("!{number}"),
        }
    }

    /// The variables of a job: its token, and which host that is for.
    pub fn variables(self) -> [&'static str; 2] {
        match self {
            Kind::Github => ["GH_TOKEN", "GH_HOST"],
            Kind::Gitlab => ["GITLAB_TOKEN", "GITLAB_HOST"],
        }
    }

    /// A path of the interface without how that begins; `None`: it is none of it. GitHub's other one is beside the first.
    fn path(self, whole: &str) -> Option<&str> {
        match self {
            Kind::Github if whole == "/api/graphql" => whole.strip_prefix("/api"),
            Kind::Github => whole.strip_prefix("/api/v3"),
            Kind::Gitlab => whole.strip_prefix("/api/v4"),
        }
    }
}

/// A call, taken apart.
struct Asked {
    method: String,
    /// Decoded, without the interface's own beginning.
    parts: Vec<String>,
    query: BTreeMap<String, String>,
    body: Value,
    who: Person,
}

impl Asked {
    /// A value of the query; empty: it is not there.
    fn of_query(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// The page of a list that is asked for.
    fn page(&self, all: Vec<Value>, usual: usize) -> Value {
        let size = self.of_query("per_page").parse().unwrap_or(usual).clamp(1, 100);
        let page: usize = self.of_query("page").parse().unwrap_or(1);
        all.into_iter().skip((page.max(1) - 1) * size).take(size).collect()
    }

    /// Texts of a list in the body.
    fn texts(&self, key: &str) -> Vec<String> {
        let all = self.body[key].as_array().into_iter().flatten();
        all.filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }
}

/// What is answered to a call.
struct Reply {
    status: u16,
    body: Value,
}

impl Reply {
    fn of(status: u16, body: Value) -> Self {
        Self { status, body }
    }
}

/// A forge that serves until it is dropped.
pub struct Loopback {
    pub kind: Kind,
    listening: Listening,
    state: Arc<Mutex<State>>,
}

impl Loopback {
    /// Serves a bare repository as `shop/config`. `served`: a folder for what git's backend needs.
    pub fn start(kind: Kind, environment: &Environment, remote: &Path, served: &Path) -> Self {
        let path = served.join(format!("{REPOSITORY}.git"));
        fs::create_dir_all(path.parent().expect("a group")).expect("a folder");
        symlink(remote, &path).expect("a link");
        environment.git(remote, &["config", "http.receivepack", "true"]);
        let backend = Backend::of(environment, served);
        let state = State::new(kind, environment.clone(), remote.to_owned());
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let listening = Listening::start(move |request| {
            let known = || shared.lock().map_err(|_| std::io::Error::other("a test has failed already"));
            if let Some(path) = kind.path(&request.path) {
                return Ok(answer(&mut *known()?, request, path));
            }
            let reply = backend.answer(request)?;
            if request.path.ends_with("/git-receive-pack") {
                known()?.refresh();
            }
            Ok(reply)
        });
        let forge = Self { kind, listening, state };
        let host = forge.host();
        forge.state().host = host;
        forge
    }

    pub fn port(&self) -> u16 {
        self.listening.port()
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port())
    }

    /// What it knows, for who changes it while a test waits for a run.
    pub fn shared(&self) -> Arc<Mutex<State>> {
        Arc::clone(&self.state)
    }

    /// What it knows.
    pub fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().expect("no panic");
        if !state.host.is_empty() {
            state.refresh();
            state.act();
        }
        state
    }
}

/// The reply to a call of the interface, which is kept.
fn answer(state: &mut State, http: &Http, path: &str) -> Vec<u8> {
    let (at, path) = (Instant::now(), path.to_owned());
    state.act();
    let body: Value = serde_json::from_slice(&http.body).unwrap_or_default();
    let (contract, said) = (Contract::of(state.kind), body.clone());
    if let Some(contract) = contract {
        state.faults.extend(contract.faults_of_call(&http.method, &path, &http.query, &body));
    }
    let is_write = http.method != "GET" && !(path == "/graphql" && graphql::is_look(&body));
    let mut reply = match who(state, http) {
        None => refused(state.kind, 401),
        Some(who) if !who.writes && is_write && path != "/graphql" => refused(state.kind, 403),
        Some(who) => {
            let parts = path.split('/').skip(1).map(decoded).collect();
            let pairs = http.query.split('&').filter_map(|pair| pair.split_once('='));
            let query = pairs.map(|(name, value)| (name.to_owned(), decoded(value))).collect();
            let asked = Asked { method: http.method.clone(), parts, query, body, who };
            match state.kind {
                Kind::Github if path == "/graphql" => graphql::answer(state, &asked),
                Kind::Github => github::answer(state, &asked),
                Kind::Gitlab => gitlab::answer(state, &asked),
            }
        }
    };
    if let (Some(contract), Kind::Github) = (contract, state.kind) {
        reply.body = contract.completed(&http.method, &path, reply.status, reply.body);
        state.faults.extend(contract.faults_of_reply(&http.method, &path, reply.status, &reply.body));
    }
    state.act();
    state.calls.push(Call { method: http.method.clone(), path, query: http.query.clone(), body: said, is_write, at });
    written(&reply)
}

/// Who has the token of a call.
fn who(state: &State, http: &Http) -> Option<Person> {
    let token = match state.kind {
        Kind::Github => http.header("authorization")?.strip_prefix("Bearer ")?,
        Kind::Gitlab => http.header("private-token")?,
    };
    state.people.iter().find(|one| one.token == token).cloned()
}

/// A token that is none (401), or may not do that (403), in the forge's own words.
fn refused(kind: Kind, status: u16) -> Reply {
    let body = match (kind, status) {
        (Kind::Github, 401) => serde_json::json!({ "message": "Bad credentials" }),
        (Kind::Github, _) => serde_json::json!({ "message": "Resource not accessible by personal access token" }),
        (Kind::Gitlab, 401) => serde_json::json!({ "message": "401 Unauthorized" }),
        (Kind::Gitlab, _) => serde_json::json!({
            "error": "insufficient_scope",
            "error_description": "The request requires higher privileges than provided by the access token.",
        }),
    };
    Reply::of(status, body)
}

fn written(reply: &Reply) -> Vec<u8> {
    let text = if reply.status == 204 { String::new() } else { reply.body.to_string() };
    let head = format!(
        "HTTP/1.1 {} X\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        reply.status,
        text.len()
    );
    [head.as_bytes(), text.as_bytes()].concat()
}

/// A part of an address as it was meant.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// This second, as forges write it.
fn now() -> String {
    let second = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()).expect("a time");
    second.to_string()
}
