//! Calls to a forge's interface: JSON in and out, tried again where that is safe, every way to fail told without its secrets.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::secrets::Secrets;
use crate::domain::settings::ForgeKind;
use crate::domain::steering::one_line;
use crate::http::patience::Patience;
use crate::http::{Call, Client, Fault, Method, Reply};

use super::limit;
use super::pace::{Budget, Pace};
use super::site::Site;
use super::token::Token;

/// Longer than this no server means to be left alone.
const SANE: Duration = Duration::from_secs(48 * 3600);
/// How long one is left alone that does not say how long.
const A_MINUTE: Duration = Duration::from_secs(60);
/// So much of a server's own words is told.
const MOST_WORDS: usize = 200;

/// The way to one forge's interface, with the token that opens it.
pub struct Door {
    client: Client,
    pub site: Site,
    /// Where the token is from.
    from: &'static str,
    auth: (&'static str, String),
    secrets: Secrets,
    /// How long calls that do not work are tried again.
    pub patience: Duration,
    pub(super) pace: Pace,
    /// How long it wanted to be left alone, where nobody had the patience for that.
    shut: Mutex<Option<Duration>>,
}

/// What a call that the forge has understood was answered with.
pub struct Answer {
    pub status: u16,
    pub value: Value,
}

impl Answer {
    /// Whether it was done.
    pub fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// What became of a call that changes something.
pub enum Sent {
    Answered(Answer),
    /// It may have been carried out or not.
    Unknown(Error),
}

impl Door {
    /// The way to the forge of a site.
    ///
    /// # Errors
    /// The proxy cannot be used.
    pub fn new(
        site: Site,
        token: &Token,
        patience: Duration,
        variables: &BTreeMap<OsString, OsString>,
    ) -> Result<Self, Error> {
        let client = Client::new(&site.api, variables)
            .map_err(|fault| Refusal::new(Code::Unreachable, fault.to_string()).invalid())?;
        let auth = token.header(site.kind);
        let secrets = Secrets::of([], [token.secret(), auth.1.as_str()]);
        let pace = Pace::of(Budget::of(site.kind, &site.host));
        Ok(Self { client, site, from: token.from, auth, secrets, patience, pace, shut: Mutex::default() })
    }

    /// Asks for something, again and again for as long as it may take.
    pub fn get(&self, path: &str) -> Result<Value, Error> {
        self.asked(path, None)?.map_err(|reply| self.refused(&reply, "answer"))
    }

    /// Asks for what a body says, and changes nothing by that: like any look it is tried again, and has no pause before it.
    pub fn query(&self, path: &str, body: &Value) -> Result<Value, Error> {
        self.asked(path, Some(body))?.map_err(|reply| self.refused(&reply, "answer"))
    }

    /// Asks for something that need not be there, or that this token may not see; `None`: one of both.
    pub fn perhaps(&self, path: &str) -> Result<Option<Value>, Error> {
        match self.find(path) {
            Err(Error::Unauthenticated(_)) => Ok(None),
            found => found,
        }
    }

    /// Asks for something that need not be there; `None`: it is not.
    pub fn find(&self, path: &str) -> Result<Option<Value>, Error> {
        match self.asked(path, None)? {
            Ok(value) => Ok(Some(value)),
            Err(reply) if reply.status == 404 => Ok(None),
            Err(reply) => Err(self.refused(&reply, "answer")),
        }
    }

    /// What was asked for, or the answer that says no.
    fn asked(&self, path: &str, body: Option<&Value>) -> Result<Result<Value, Reply>, Error> {
        let mut patience = Patience::of(self.patience);
        let method = if body.is_some() { Method::Post } else { Method::Get };
        loop {
            let (why, named) = match self.call(method, path, body) {
                Ok(reply) if may_pass(&reply) => (self.refused(&reply, "answer"), limit::after(&reply)),
                Ok(reply) => {
                    let answer = self.answer(&reply)?;
                    return Ok(if answer.is_done() { Ok(answer.value) } else { Err(reply) });
                }
                Err(fault) if fault.may_pass() => (self.unreachable(&fault), None),
                Err(fault) => return Err(self.unreachable(&fault)),
            };
            if !patience.waits(named) {
                return Err(why);
            }
        }
    }

    /// Has something done, once; again only where the server has said that it did not look at it yet. A body that is null is none.
    pub fn send(&self, method: Method, path: &str, body: &Value) -> Result<Sent, Error> {
        let mut patience = Patience::of(self.patience);
        let body = Some(body).filter(|body| !body.is_null());
        loop {
            self.pace.go(self.patience).map_err(|wait| self.spent(wait))?;
            let called = self.call(method, path, body);
            self.pace.answered();
            let reply = match called {
                Ok(reply) => reply,
                Err(fault) if fault.may_pass() => return Ok(Sent::Unknown(self.unreachable(&fault))),
                Err(fault) => return Err(self.unreachable(&fault)),
            };
            if limit::is_one(&reply) {
                let named = limit::after(&reply);
                if !patience.waits(named) {
                    *self.shut.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some(named.unwrap_or(A_MINUTE).min(SANE));
                    return Err(self.refused(&reply, "take it"));
                }
                continue;
            }
            if may_pass(&reply) {
                return Ok(Sent::Unknown(self.refused(&reply, "answer")));
            }
            // Gitea has nothing to say of what it has taken.
            if reply.body.is_empty() && matches!(reply.status, 200 | 201) {
                return Ok(Sent::Answered(Answer { status: reply.status, value: Value::Null }));
            }
            return self.answer(&reply).map(Sent::Answered);
        }
    }

    /// The same for what may be done twice: where there is no answer, it is.
    pub fn twice(&self, method: Method, path: &str, body: &Value) -> Result<Answer, Error> {
        match self.send(method, path, body)? {
            Sent::Answered(answer) => Ok(answer),
            Sent::Unknown(_) => match self.send(method, path, body)? {
                Sent::Answered(answer) => Ok(answer),
                Sent::Unknown(why) => Err(why),
            },
        }
    }

    /// Whether the forge takes so many more calls that write, as far as is known beforehand: what it takes in an hour is not spent, and it has
    /// not asked this run to leave it alone.
    ///
    /// # Errors
    /// It does not; the next run goes on (exit 3).
    pub fn takes(&self, calls: usize) -> Result<(), Error> {
        if let Some(wait) = *self.shut.lock().unwrap_or_else(PoisonError::into_inner) {
            let why = format!("`{}` wants to be left alone for now", self.site.token_host());
            return Err(Refusal::new(Code::Unreachable, why).hint(again_in(wait)).cannot_tell());
        }
        self.pace.takes(calls, self.patience).map_err(|wait| self.spent(wait))
    }

    /// The error for an answer that says no.
    pub fn said_no(&self, answer: &Answer, what: &str) -> Error {
        let host = &self.site.host;
        let mut refusal = Refusal::new(Code::ForgeRefused, format!("`{host}` does not {what}"));
        if let Some(words) = self.words(&answer.value) {
            refusal = refusal.detail(format!("{host}: {words}"));
        }
        // A token that may look and not write is answered as if nothing were there (docs.github.com, "Troubleshooting the REST API").
        let refusal = match answer.status {
            404 => refusal.hint(format!("if the repository is there: may the token of {} write requests?", self.from)),
            _ => refusal,
        };
        refusal.hint("correct that, and run the same command again: it goes on where this one stopped").refused()
    }

    /// The error for an answer without what it should have.
    pub fn strange(&self, what: &str) -> Error {
        Refusal::new(Code::ForgeUnclear, format!("`{}` answers without {what}", self.site.api))
            .hint(format!(
                "is that the interface of a {} server? `forges:` in `stageline.yaml` says it",
                self.site.kind.word()
            ))
            .cannot_tell()
    }

    fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply, Fault> {
        let url = self.site.url(path);
        let accept = match self.site.kind {
            ForgeKind::Github => "application/vnd.github+json",
            _ => "application/json",
        };
        let mut headers = vec![("Accept", accept.to_string()), self.auth.clone()];
        if self.site.kind == ForgeKind::Github {
            headers.push(("X-GitHub-Api-Version", "2022-11-28".into()));
        }
        self.client.call(&Call { method, url: &url, headers: &headers, body: body.map(Value::to_string) })
    }

    /// An answer that can be read, and is not about who we are.
    fn answer(&self, reply: &Reply) -> Result<Answer, Error> {
        if [401, 403].contains(&reply.status) || (300..400).contains(&reply.status) {
            return Err(self.refused(reply, "answer"));
        }
        if reply.body.is_empty() && reply.status == 204 {
            return Ok(Answer { status: reply.status, value: Value::Null });
        }
        match serde_json::from_slice(&reply.body) {
            Ok(value) => Ok(Answer { status: reply.status, value }),
            Err(_) if reply.status == 404 => Ok(Answer { status: 404, value: Value::Null }),
            Err(_) => Err(self.strange("JSON")),
        }
    }

    /// The error for a status that says no.
    fn refused(&self, reply: &Reply, what: &str) -> Error {
        let host = self.site.token_host();
        let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let words = self.words(&value).map(|words| format!("{host}: {words}"));
        let with = |refusal: Refusal| refusal.details(words);
        match reply.status {
            401 => {
                with(Refusal::new(Code::Authentication, format!("`{host}` does not take the token of {}", self.from)))
                    .hint("give it one that is valid; it may have expired")
                    .unauthenticated()
            }
            403 if !limit::is_one(reply) => with(Refusal::new(
                Code::AccessDenied,
                format!("the token of {} may not do that at `{host}`", self.from),
            ))
            .hint("give it the rights to read the repository and to write requests")
            .unauthenticated(),
            404 => with(Refusal::new(
                Code::AccessDenied,
                format!(
                    "`{host}` has no repository `{}`, or the token of {} may not see it",
                    self.site.path, self.from
                ),
            ))
            .hint("look at `git remote get-url`, and at what the token may read")
            .unauthenticated(),
            300..=399 => {
                let to = reply.header("location").and_then(|url| url.split_once("://")?.1.split('/').next());
                let to = to.map_or(String::new(), |host| format!(" to `{}`", one_line(host)));
                Refusal::new(Code::ForgeUnclear, format!("`{}` sends on{to}, where no token goes", self.site.api))
                    .hint("is the repository's address an old one? `git remote set-url`; behind a login page, give the interface's own address by `forges:`")
                    .cannot_tell()
            }
            status => with(Refusal::new(Code::Unreachable, format!("`{host}` does not {what}: it says {status}")))
                .hint(match limit::after(reply).filter(|wait| limit::is_one(reply) && *wait < SANE) {
                    Some(wait) => again_in(wait),
                    None => "run the same command again; `--wait-for-forge 5m` waits longer".into(),
                })
                .cannot_tell(),
        }
    }

    /// The error where a forge takes no more for now, and would say so.
    fn spent(&self, wait: Duration) -> Error {
        let host = self.site.token_host();
        let why = format!("`{host}` takes no more than 500 calls an hour that write, and this run has made them");
        Refusal::new(Code::Unreachable, why).hint(again_in(wait)).cannot_tell()
    }

    fn unreachable(&self, fault: &Fault) -> Error {
        let (host, why) = (self.site.token_host(), self.secrets.out_of(&one_line(&fault.to_string())));
        Refusal::new(Code::Unreachable, format!("`{host}` cannot be reached: {why}")).hint(fault.hint()).cannot_tell()
    }

    /// What a server says in its own words: GitHub and Gitea in `message`, GitHub with `errors`, GitLab in either of two.
    fn words(&self, value: &Value) -> Option<String> {
        let mut all = Vec::new();
        for key in ["message", "error", "errors", "error_description"] {
            texts(&value[key], &mut all);
        }
        all.dedup();
        let said = self.secrets.out_of(&one_line(&all.join("; ")));
        (!said.is_empty()).then(|| said.chars().take(MOST_WORDS).collect())
    }
}

fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        // GitHub: `{ "resource": ..., "code": ..., "message": ... }`; GitLab: `{ "base": ["..."] }`.
        Value::Object(entries) => entries
            .iter()
            .filter(|(key, _)| !["documentation_url", "resource", "code", "field", "url"].contains(&key.as_str()))
            .for_each(|(_, value)| texts(value, out)),
        _ => {}
    }
}

/// Whether a status may be another one in a moment.
fn may_pass(reply: &Reply) -> bool {
    matches!(reply.status, 500 | 502..=504) || limit::is_one(reply)
}

/// What can be done where a forge wants to be left alone for so long.
fn again_in(wait: Duration) -> String {
    let long = match wait.as_secs() {
        seconds @ ..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds.div_ceil(60)),
        seconds => format!("{} hours", seconds.div_ceil(3600)),
    };
    format!(
        "run the same command again in {long}: it goes on where this one stopped; `--wait-for-forge` can wait for it"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::{Answer as Given, CANARY, Server};
    use super::*;

    /// The error of one question to a server that answers so, without any patience.
    fn asked(answer: Given) -> Error {
        let server = Server::of(vec![answer]);
        server.door(ForgeKind::Github, Duration::ZERO).get("/x").unwrap_err()
    }

    #[test]
    fn every_way_to_fail_has_its_end_and_none_shows_the_token() {
        const LOGIN: &[(&str, &str)] = &[("Location", "https://login.evil.example.com/?next=x")];
        const LIMIT: &[(&str, &str)] = &[("Retry-After", "3600")];
        const SPENT: &[(&str, &str)] = &[("X-RateLimit-Remaining", "0")];
        let echo = json!({ "message": format!("bad credentials {CANARY}") });
        for (answer, kind, code) in [
            (Given::Json(401, echo), "unauthenticated", "authentication"),
            (Given::Json(403, json!({ "message": "Resource not accessible" })), "unauthenticated", "access-denied"),
            (Given::Json(404, json!({ "message": "Not Found" })), "unauthenticated", "access-denied"),
            (Given::Text(404, &[], "<html>"), "unauthenticated", "access-denied"),
            (Given::Text(302, LOGIN, ""), "cannot tell", "forge-unclear"),
            (Given::Text(200, &[], "<html>Log in</html>"), "cannot tell", "forge-unclear"),
            (Given::Text(200, &[], "[{\"number\": 1"), "cannot tell", "forge-unclear"),
            (Given::Text(200, &[], ""), "cannot tell", "forge-unclear"),
            (Given::Text(500, &[], "oops"), "cannot tell", "unreachable"),
            (Given::Text(502, &[], "<html>"), "cannot tell", "unreachable"),
            (Given::Text(429, LIMIT, ""), "cannot tell", "unreachable"),
            (Given::Text(403, LIMIT, "{\"message\": \"secondary rate limit\"}"), "cannot tell", "unreachable"),
            (Given::Text(403, SPENT, "{\"message\": \"rate limit\"}"), "cannot tell", "unreachable"),
            (Given::Cut, "cannot tell", "unreachable"),
        ] {
            let error = asked(answer.clone());
            let is = match error {
                Error::Unauthenticated(_) => "unauthenticated",
                Error::CannotTell(_) => "cannot tell",
                _ => "another",
            };
            let refusal = error.refusal();
            assert_eq!((is, refusal.code.to_string().as_str()), (kind, code), "{answer:?}");
            assert!(!format!("{refusal:?}").contains(CANARY), "{answer:?}: {refusal:?}");
            assert!(!refusal.hints.is_empty(), "{answer:?}");
        }
    }

    #[test]
    fn a_question_is_asked_again_as_long_as_the_patience_lasts() {
        let server =
            Server::of(vec![Given::Cut, Given::Text(503, &[("Retry-After", "0")], ""), Given::Json(200, json!([1]))]);
        let door = server.door(ForgeKind::Github, Duration::from_secs(20));
        assert_eq!(door.get("/x").unwrap(), json!([1]));
        assert_eq!(server.asked().len(), 3);
    }

    #[test]
    fn a_server_that_wants_to_be_left_alone_has_done_nothing_yet_and_is_asked_again() {
        let server = Server::of(vec![Given::Text(429, &[("Retry-After", "0")], ""), Given::Json(201, json!({}))]);
        let door = server.door(ForgeKind::Github, Duration::from_secs(20));
        assert!(
            matches!(door.send(Method::Post, "/x", &json!({})).unwrap(), Sent::Answered(answer) if answer.is_done())
        );
        assert_eq!(server.asked().len(), 2);
    }

    #[test]
    fn a_secondary_limit_is_waited_for_as_long_as_it_says_and_then_the_call_is_made() {
        let limit = Given::Text(403, &[("Retry-After", "1")], "{\"message\": \"secondary rate limit\"}");
        let server = Server::of(vec![limit, Given::Json(201, json!({}))]);
        let door = server.door(ForgeKind::Github, Duration::from_secs(20));
        let begun = std::time::Instant::now();
        assert!(matches!(door.send(Method::Post, "/x", &json!({})).unwrap(), Sent::Answered(done) if done.is_done()));
        assert!(begun.elapsed() >= Duration::from_secs(1) && server.asked().len() == 2);
        // Where it says nothing, a minute is the least, for which nobody has the patience here.
        let server = Server::of(vec![Given::Text(403, &[], "{\"message\": \"secondary rate limit\"}")]);
        let door = server.door(ForgeKind::Github, Duration::from_secs(20));
        let Err(Error::CannotTell(why)) = door.send(Method::Post, "/x", &json!({})) else { panic!("no limit") };
        assert!(why.hints[0].contains("again in 60 seconds"), "{why:?}");
    }

    #[test]
    fn what_may_have_been_done_is_not_done_again_by_itself() {
        for answer in [Given::Cut, Given::Text(500, &[], "")] {
            let server = Server::of(vec![answer]);
            let door = server.door(ForgeKind::Github, Duration::from_secs(20));
            assert!(matches!(door.send(Method::Post, "/x", &json!({})).unwrap(), Sent::Unknown(_)));
            assert_eq!(server.asked().len(), 1);
        }
    }
}
