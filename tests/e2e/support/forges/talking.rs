//! What programs say at a forge on the loopback: comments on requests, and statuses of commits (docs.github.com, "REST API endpoints for
//! issue comments", "... for commit statuses"; docs.gitlab.com, "Notes API", "Commits API").

use serde_json::{Value, json};

use super::state::{REPOSITORY, State};
use super::{Asked, Kind, Reply, now};

/// GitHub: "body is too long (maximum is 65536 characters)"; GitLab: 1,000,000.
const LONGEST: usize = 65_536;

/// What is kept of all that.
#[derive(Default)]
pub struct Talk {
    pub comments: Vec<Comment>,
    pub statuses: Vec<Kept>,
    /// Whose tokens may write no statuses.
    pub no_statuses: Vec<String>,
    /// Whose tokens may write no comments.
    pub no_comments: Vec<String>,
    /// So many numbers were given.
    given: u64,
}

/// A comment on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: u64,
    pub request: u64,
    pub by: String,
    pub body: String,
}

/// A status of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: u64,
    pub commit: String,
    pub context: String,
    pub state: String,
    pub description: String,
    pub page: Value,
    pub by: String,
    pub made: String,
    pub ended: Value,
}

impl Talk {
    fn number(&mut self) -> u64 {
        self.given += 1;
        self.given
    }

    /// Somebody comments on a request.
    pub fn comment(&mut self, request: u64, by: &str, body: &str) -> u64 {
        let id = self.number();
        self.comments.push(Comment { id, request, by: by.to_owned(), body: body.to_owned() });
        id
    }

    /// Somebody writes a status, each as one more.
    pub fn status(
        &mut self,
        (commit, by): (&str, &str),
        (context, state, description): (&str, &str, &str),
        page: &Value,
    ) -> u64 {
        let id = self.number();
        self.statuses.push(Kept {
            id,
            commit: commit.to_owned(),
            context: context.to_owned(),
            state: state.to_owned(),
            description: description.to_owned(),
            page: page.clone(),
            by: by.to_owned(),
            made: now(),
            ended: if state == "pending" { Value::Null } else { json!(now()) },
        });
        id
    }
}

/// The reply to a call about comments of a request or statuses; `None`: it is about something else. `rest`: what stands behind the
/// repository.
pub fn answer(state: &mut State, asked: &Asked, rest: &[&str]) -> Option<Reply> {
    Some(match (state.kind, asked.method.as_str(), rest) {
        (Kind::Github, "GET", ["issues", number, "comments"])
        | (Kind::Gitlab, "GET", ["merge_requests", number, "notes"]) => list(state, asked, number),
        (Kind::Github, "POST", ["issues", number, "comments"])
        | (Kind::Gitlab, "POST", ["merge_requests", number, "notes"]) => written(state, asked, number),
        (Kind::Github, "PATCH" | "DELETE", ["issues", "comments", id])
        | (Kind::Gitlab, "PUT" | "DELETE", ["merge_requests", _, "notes", id]) => changed(state, asked, id),
        (_, "POST", ["statuses", commit]) => posted(state, asked, commit),
        (Kind::Github, "GET", ["commits", commit, "statuses"])
        | (Kind::Gitlab, "GET", ["repository", "commits", commit, "statuses"]) => statuses(state, asked, commit),
        _ => return None,
    })
}

/// Whose token it is. What GitHub gives a job may not ask.
pub fn user(state: &State, asked: &Asked) -> Reply {
    match state.kind {
        Kind::Github => forbidden(state),
        Kind::Gitlab => Reply::of(200, account(state, &asked.who.login)),
    }
}

fn forbidden(state: &State) -> Reply {
    match state.kind {
        Kind::Github => Reply::of(403, json!({ "message": "Resource not accessible by integration" })),
        Kind::Gitlab => Reply::of(403, json!({ "message": "403 Forbidden" })),
    }
}

fn missing(state: &State) -> Reply {
    let why = if state.kind == Kind::Github { "Not Found" } else { "404 Not found" };
    Reply::of(404, json!({ "message": why }))
}

fn account(state: &State, login: &str) -> Value {
    let id = state.person(login).map(|one| one.id);
    match state.kind {
        Kind::Github => json!({ "login": login, "id": id, "type": "User" }),
        Kind::Gitlab => json!({ "id": id, "username": login, "name": login, "state": "active" }),
    }
}

fn shown(state: &State, one: &Comment) -> Value {
    let page = format!("http://{}/{REPOSITORY}/pull/{}#issuecomment-{}", state.host, one.request, one.id);
    match state.kind {
        Kind::Github => json!({ "id": one.id, "body": one.body, "user": account(state, &one.by), "html_url": page }),
        Kind::Gitlab => json!({ "id": one.id, "body": one.body, "author": account(state, &one.by), "system": false }),
    }
}

fn list(state: &State, asked: &Asked, number: &str) -> Reply {
    let own = state.talk.comments.iter().filter(|one| one.request.to_string() == number);
    let all: Vec<Value> = own.map(|one| shown(state, one)).collect();
    Reply::of(200, asked.page(all, 20))
}

/// What is wrong with a text.
fn unfit(state: &State, body: &str) -> Option<Reply> {
    let is_fit = !body.trim().is_empty() && (state.kind == Kind::Gitlab || body.chars().count() <= LONGEST);
    (!is_fit).then(|| match state.kind {
        Kind::Github => Reply::of(422, json!({ "message": "Validation Failed", "errors": ["body"] })),
        Kind::Gitlab => Reply::of(400, json!({ "message": "400 Bad request - Note {:note=>[\"can't be blank\"]}" })),
    })
}

fn written(state: &mut State, asked: &Asked, number: &str) -> Reply {
    if state.talk.no_comments.contains(&asked.who.login) {
        return forbidden(state);
    }
    let (body, number) = (asked.body["body"].as_str().unwrap_or_default(), number.parse().unwrap_or_default());
    if state.request(number).is_none() {
        return missing(state);
    }
    if let Some(reply) = unfit(state, body) {
        return reply;
    }
    let id = state.talk.comment(number, &asked.who.login, body);
    let made = state.talk.comments.iter().find(|one| one.id == id).expect("just made");
    Reply::of(201, shown(state, made))
}

/// Only who wrote a comment, or who administers the repository, changes it.
fn changed(state: &mut State, asked: &Asked, id: &str) -> Reply {
    let Some(nth) = state.talk.comments.iter().position(|one| one.id.to_string() == id) else { return missing(state) };
    let may = [state.talk.comments[nth].by.as_str(), super::state::OWNER].contains(&asked.who.login.as_str());
    if !may || state.talk.no_comments.contains(&asked.who.login) {
        return forbidden(state);
    }
    if asked.method == "DELETE" {
        state.talk.comments.remove(nth);
        return Reply::of(204, Value::Null);
    }
    let body = asked.body["body"].as_str().unwrap_or_default().to_owned();
    if let Some(reply) = unfit(state, &body) {
        return reply;
    }
    state.talk.comments[nth].body = body;
    Reply::of(200, shown(state, &state.talk.comments[nth]))
}

fn of_status(state: &State, one: &Kept) -> Value {
    let by = account(state, &one.by);
    match state.kind {
        Kind::Github => json!({
            "id": one.id, "context": one.context, "state": one.state, "description": one.description, "target_url": one.page,
            "creator": by, "created_at": one.made, "updated_at": one.made,
        }),
        Kind::Gitlab => json!({
            "id": one.id, "name": one.context, "status": one.state, "description": one.description, "target_url": one.page,
            "author": by, "created_at": one.made, "started_at": null, "finished_at": one.ended, "sha": one.commit,
        }),
    }
}

fn statuses(state: &State, asked: &Asked, commit: &str) -> Reply {
    let name = asked.of_query("name");
    let own = state.talk.statuses.iter().filter(|one| one.commit == commit && (name.is_empty() || one.context == name));
    let mut all: Vec<Value> = own.map(|one| of_status(state, one)).collect();
    if state.kind == Kind::Github {
        all.reverse();
    }
    Reply::of(200, asked.page(all, 20))
}

fn posted(state: &mut State, asked: &Asked, commit: &str) -> Reply {
    if state.talk.no_statuses.contains(&asked.who.login) {
        return forbidden(state);
    }
    let text = |key: &str| asked.body[key].as_str().unwrap_or_default().to_owned();
    let (word, said, page) = (text("state"), text("description"), asked.body["target_url"].clone());
    if said.chars().any(|c| c > '\u{ffff}') || (state.kind == Kind::Github && said.chars().count() > 140) {
        return Reply::of(422, json!({ "message": "Validation Failed" }));
    }
    let context = if state.kind == Kind::Github { text("context") } else { text("name") };
    let by = asked.who.login.clone();
    if state.kind == Kind::Gitlab {
        // One that waits becomes what it ends as (`lib/api/commit_statuses.rb`).
        let waits = |one: &&mut Kept| one.commit == commit && one.context == context && one.state == "pending";
        if let Some(open) = state.talk.statuses.iter_mut().find(waits) {
            if word == "pending" {
                return Reply::of(400, json!({ "message": "Cannot transition status via :enqueue from :pending" }));
            }
            (open.state, open.description, open.page, open.by, open.ended) = (word, said, page, by, json!(now()));
            let open = open.clone();
            return Reply::of(201, of_status(state, &open));
        }
    }
    let id = state.talk.status((commit, &by), (&context, &word, &said), &page);
    let made = state.talk.statuses.iter().find(|one| one.id == id).expect("just made");
    Reply::of(201, of_status(state, made))
}
