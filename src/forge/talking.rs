//! What a program has to say to the people of a merge request: its comments there, and the statuses of a commit that begin alike.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::address::encode;
use super::calls::{Door, Sent};
use super::request::{Pages, all_pages};
use super::status::{Status, posted_as};

/// Who wrote something, by the number of their account; Gitea does not say it of a status that one of its jobs wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer(pub Option<i64>);

impl Writer {
    /// An account as forges have it.
    pub fn read(account: &Value) -> Self {
        Self(account["id"].as_i64())
    }
}

/// A comment on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub number: u64,
    pub by: Writer,
    pub body: String,
    /// Its page; `None`: the forge does not say.
    pub page: Option<String>,
}

/// A status of a commit as somebody has written it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What its name has behind what all of them begin with.
    pub name: String,
    /// In the forge's own word.
    pub state: String,
    pub description: String,
    pub page: Option<String>,
    pub by: Writer,
    /// When what it tells of began, where the forge says that of the one status.
    pub began: Option<Timestamp>,
    pub at: Option<Timestamp>,
}

/// Talks at a forge. Errors of each: the forge does not take the token or it may not do that (exit 4), refuses (1), or does not answer
/// as such a forge does (3).
pub trait Talking {
    /// Writes a status of a commit, and says as whom.
    fn state(&self, commit: CommitId, status: &Status<'_>) -> Result<Writer, Error>;

    /// The statuses of a commit whose names begin so, whoever wrote them; oldest first, earlier ones of the same name, too, where the
    /// forge keeps them.
    fn said(&self, commit: CommitId, prefix: &str) -> Result<Vec<Said>, Error>;

    /// All comments on a request, oldest first.
    fn comments(&self, request: u64) -> Result<Vec<Comment>, Error>;

    /// Writes a new one; `None`: there was no answer, and it may be there or not.
    fn comment(&self, request: u64, body: &str) -> Result<Option<Comment>, Error>;

    /// Writes one again; whether it is still there.
    fn rewrite(&self, request: u64, comment: u64, body: &str) -> Result<bool, Error>;

    /// Takes one away; one that is gone already is.
    fn remove(&self, request: u64, comment: u64) -> Result<(), Error>;

    /// Whose token that is; `None`: it may not ask.
    fn who(&self) -> Result<Option<Writer>, Error>;
}

/// Statuses as GitHub and Gitea list them.
pub fn said(door: &Door, commit: CommitId, prefix: &str, pages: &Pages) -> Result<Vec<Said>, Error> {
    let path = format!("/repos/{}/commits/{commit}/statuses?", encode(&door.site.path));
    let mut all = all_pages(door, &path, pages, "the list of statuses")?;
    all.sort_by_key(|one| one["id"].as_u64());
    all.dedup_by_key(|one| one["id"].as_u64());
    let one = |value: &Value| {
        Some(Said {
            name: value["context"].as_str()?.strip_prefix(prefix)?.to_string(),
            state: value["state"].as_str().or(value["status"].as_str())?.to_string(),
            description: value["description"].as_str().unwrap_or_default().to_string(),
            page: value["target_url"].as_str().filter(|page| !page.is_empty()).map(str::to_string),
            by: Writer::read(&value["creator"]),
            began: None,
            at: moment(&value["created_at"]),
        })
    };
    Ok(all.iter().filter_map(one).collect())
}

/// A moment as forges write it.
pub fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// Writes a status as GitHub and Gitea take it.
pub fn state(door: &Door, commit: CommitId, status: &Status<'_>) -> Result<Writer, Error> {
    Ok(Writer::read(&posted_as(door, commit, status)?["creator"]))
}

/// Where the comments on a request are, at GitHub and Gitea.
pub fn place(door: &Door, request: u64) -> String {
    format!("/repos/{}/issues/{request}/comments", encode(&door.site.path))
}

/// Where one of them is.
fn place_of(door: &Door, comment: u64) -> String {
    format!("/repos/{}/issues/comments/{comment}", encode(&door.site.path))
}

/// A comment as GitHub and Gitea have it. What was brought along from another forge is written by nobody here.
pub fn read(value: &Value) -> Option<Comment> {
    let is_brought = value["original_author"].as_str().is_some_and(|name| !name.is_empty());
    Some(Comment {
        number: value["id"].as_u64()?,
        by: if is_brought { Writer(None) } else { Writer::read(&value["user"]) },
        body: value["body"].as_str().unwrap_or_default().to_string(),
        page: value["html_url"].as_str().map(str::to_string),
    })
}

/// Comments in the order in which they came, each once.
pub fn ordered(all: impl Iterator<Item = Option<Comment>>) -> Vec<Comment> {
    let mut all: Vec<Comment> = all.flatten().collect();
    all.sort_by_key(|one| one.number);
    all.dedup_by_key(|one| one.number);
    all
}

/// Writes a new comment by a call to this path.
pub fn written(
    door: &Door,
    path: &str,
    body: &str,
    read: impl Fn(&Value) -> Option<Comment>,
) -> Result<Option<Comment>, Error> {
    match door.send(Method::Post, path, &json!({ "body": body }))? {
        Sent::Answered(answer) if answer.is_done() => {
            read(&answer.value).map(Some).ok_or_else(|| door.strange("a comment"))
        }
        Sent::Answered(answer) => Err(door.said_no(&answer, "take the comment")),
        Sent::Unknown(_) => Ok(None),
    }
}

/// Writes one again by such a call.
pub fn rewritten(door: &Door, method: Method, path: &str, body: &str) -> Result<bool, Error> {
    let answer = door.twice(method, path, &json!({ "body": body }))?;
    match answer.status {
        404 => Ok(false),
        _ if answer.is_done() => Ok(true),
        _ => Err(door.said_no(&answer, "take the comment")),
    }
}

/// Takes one away by a call to this path.
pub fn removed(door: &Door, path: &str) -> Result<(), Error> {
    let answer = door.twice(Method::Delete, path, &Value::Null)?;
    if answer.is_done() || answer.status == 404 { Ok(()) } else { Err(door.said_no(&answer, "delete the comment")) }
}

/// Writes a comment at GitHub and Gitea again.
pub fn patched(door: &Door, comment: u64, body: &str) -> Result<bool, Error> {
    rewritten(door, Method::Patch, &place_of(door, comment), body)
}

/// Takes a comment at GitHub and Gitea away.
pub fn deleted(door: &Door, comment: u64) -> Result<(), Error> {
    removed(door, &place_of(door, comment))
}

/// Whose token that is, as all three say it.
pub fn owner(door: &Door) -> Result<Option<Writer>, Error> {
    Ok(door.perhaps("/user")?.map(|value| Writer::read(&value)).filter(|writer| writer.0.is_some()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::gitea::Gitea;
    use super::super::github::Github;
    use super::super::gitlab::Gitlab;
    use super::super::sample::{Answer, Server, fits_the_description};
    use super::super::status::Outcome;
    use super::*;
    use crate::domain::settings::ForgeKind;

    fn commit() -> CommitId {
        CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap()
    }

    fn status() -> Status<'static> {
        let page = Some("https://ci.example.com/7");
        Status { context: "stageline/step/build", outcome: Outcome::Success, description: "passed", page }
    }

    fn comment(id: u64, user: i64) -> Value {
        json!({ "id": id, "body": "x", "user": { "id": user, "login": "mei" }, "html_url": "https://x/1" })
    }

    /// Makes each call once; what the lists and the writers came to.
    fn all(forge: &dyn Talking) -> (Vec<Said>, Vec<Comment>, Writer) {
        let by = forge.state(commit(), &status()).unwrap();
        let said = forge.said(commit(), "stageline/step/").unwrap();
        let comments = forge.comments(4).unwrap();
        assert_eq!(forge.comment(4, "y").unwrap().map(|made| made.number), Some(9));
        assert!(forge.rewrite(4, 9, "z").unwrap() && !forge.rewrite(4, 9, "z").unwrap());
        forge.remove(4, 9).unwrap();
        forge.remove(4, 9).unwrap();
        (said, comments, by)
    }

    fn answers(said: Value, comments: Value, made: Value, state: Vec<Value>, ends: Vec<Value>) -> Vec<Answer> {
        let (done, gone) = (Answer::Text(204, &[], ""), Answer::Json(404, json!({ "message": "Not Found" })));
        let mut out: Vec<Answer> = state.into_iter().map(|one| Answer::Json(200, one)).collect();
        out.push(Answer::Json(200, said));
        // Gitea's page behind the last.
        out.extend(ends.into_iter().map(|one| Answer::Json(200, one)));
        out.extend([Answer::Json(200, comments), Answer::Json(201, made.clone()), Answer::Json(200, made)]);
        out.extend([gone.clone(), done, gone]);
        out
    }

    #[test]
    fn gitea_is_spoken_to_as_it_describes_itself_and_what_was_brought_along_is_nobodys() {
        let one = |id: u64, name: &str| json!({ "id": id, "context": name, "status": "success", "description": "passed", "creator": null, "created_at": "2026-11-27T06:33:11Z" });
        let said = json!([one(3, "stageline/step/test"), one(1, "stageline/step/build"), one(2, "ci/build")]);
        let mut brought = comment(7, 1);
        brought["original_author"] = json!("mei");
        let comments = json!([comment(8, 1), brought]);
        let server =
            Server::of(answers(said, comments, comment(9, 1), vec![json!({ "creator": null })], vec![json!([])]));
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let (said, comments, by) = all(&Gitea(&door));
        let names: Vec<&str> = said.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((names, by), (vec!["build", "test"], Writer(None)));
        let writers: Vec<(u64, Writer)> = comments.iter().map(|one| (one.number, one.by)).collect();
        assert_eq!(writers, [(7, Writer(None)), (8, Writer(Some(1)))]);
        let asked = server.asked();
        assert_eq!(asked[0].body["target_url"], "https://ci.example.com/7");
        fits_the_description("forgejo.json", "", &asked);
    }

    #[test]
    fn github_says_with_each_status_who_wrote_it() {
        let said =
            json!([{ "id": 1, "context": "stageline/step/build", "state": "success", "creator": { "id": 41898282 } }]);
        let state = vec![json!({ "creator": { "id": 41898282, "login": "github-actions[bot]" } })];
        let server = Server::of(answers(said, json!([comment(8, 1)]), comment(9, 1), state, vec![]));
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let (said, _, by) = all(&Github(&door));
        assert_eq!((said[0].by, by), (Writer(Some(41898282)), Writer(Some(41898282))));
        // The description at hand lacks the list of statuses.
        let asked: Vec<_> = server.asked().into_iter().filter(|one| !one.target.contains("/statuses?")).collect();
        fits_the_description("github.json", "", &asked);
    }

    #[test]
    fn gitlab_says_when_a_status_began_and_its_own_notes_are_no_comments() {
        let note = |id: u64, system: bool| json!({ "id": id, "body": "x", "author": { "id": 5 }, "system": system });
        let said = json!([{
            "id": 1, "name": "stageline/step/build", "status": "success", "description": "passed", "author": { "id": 5 },
            "created_at": "2026-11-27T06:31:08.000Z", "started_at": null, "finished_at": "2026-11-27T06:33:11.000Z",
        }]);
        let state = vec![json!({ "id": 1 }), json!({ "id": 5, "username": "mei" })];
        let server = Server::of(answers(said, json!([note(7, true), note(8, false)]), note(9, false), state, vec![]));
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let (said, comments, by) = all(&Gitlab(&door));
        let took = said[0].at.zip(said[0].began).map(|(at, began)| at.as_second() - began.as_second());
        assert_eq!((took, by, comments.len(), comments[0].number), (Some(123), Writer(Some(5)), 1, 8));
        // The description at hand lacks the account and what deletes a note.
        let asked: Vec<_> =
            server.asked().into_iter().filter(|one| one.target != "/user" && one.method != "DELETE").collect();
        fits_the_description("gitlab.json", "/api/v4", &asked);
    }
}
