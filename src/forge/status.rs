//! The status of a commit that protection of a branch may ask for: what a check came to, in the forge's own words.

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::refusal::{Code, Error};
use crate::domain::settings::ForgeKind;
use crate::http::Method;

use super::address::encode;
use super::calls::{Answer, Door};

/// So many characters of a description are kept (docs.github.com, "Commit statuses": 140; GitLab has room for 255).
const MOST: usize = 140;

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
    /// Not yet.
    Pending,
    /// It cannot be told.
    Error,
}

/// A status of a commit.
#[derive(Debug, Clone)]
pub struct Status<'s> {
    /// What it is called.
    pub context: &'s str,
    pub outcome: Outcome,
    /// What it says beside that, with as much as `description` leaves of it.
    pub description: &'s str,
    /// The page that it leads to.
    pub page: Option<&'s str>,
}

/// As much of a line as every forge takes.
pub fn description(line: &str) -> String {
    match line.char_indices().nth(MOST) {
        None => line.to_string(),
        Some(_) => line.chars().take(MOST - 1).chain(['\u{2026}']).collect(),
    }
}

/// The word of GitHub and Gitea for what a check came to.
fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
        Outcome::Pending => "pending",
        Outcome::Error => "error",
    }
}

/// Whether the newest status of a context says this already, as GitHub and Gitea list them: one for each context. `page`: how long the
/// list may be; a status that is not on it is written again.
pub fn stands(door: &Door, commit: CommitId, status: &Status<'_>, page: &str) -> Result<bool, Error> {
    let all = door.get(&format!("/repos/{}/commits/{commit}/status?{page}", encode(&door.site.path)))?;
    let own = all["statuses"].as_array().into_iter().flatten().find(|one| one["context"] == status.context);
    // Gitea calls the state of each `status`.
    let state = |one: &Value| if one["state"].is_string() { one["state"].clone() } else { one["status"].clone() };
    Ok(own.is_some_and(|one| state(one) == word(status.outcome) && one["description"] == status.description))
}

/// Writes a status, as GitHub and Gitea take it. Each call adds one, and the newest of a context counts.
pub fn posted(door: &Door, commit: CommitId, status: &Status<'_>) -> Result<(), Error> {
    posted_as(door, commit, status).map(drop)
}

/// The same, with what the forge answers.
pub fn posted_as(door: &Door, commit: CommitId, status: &Status<'_>) -> Result<Value, Error> {
    let state = word(status.outcome);
    let mut body = json!({ "state": state, "context": status.context, "description": status.description });
    if let Some(page) = status.page {
        body["target_url"] = json!(page);
    }
    let path = format!("/repos/{}/statuses/{commit}", encode(&door.site.path));
    let answer = written(door, &path, &body)?;
    if answer.is_done() { Ok(answer.value) } else { Err(door.said_no(&answer, "take the status")) }
}

/// What a forge answers to a status; where the token may not write one, with the right that it lacks.
pub fn written(door: &Door, path: &str, body: &Value) -> Result<Answer, Error> {
    door.twice(Method::Post, path, body).map_err(|error| match error.refusal().code {
        Code::AccessDenied => error.hint(right(door.site.kind)),
        _ => error,
    })
}

/// The right that it takes to write one.
fn right(kind: ForgeKind) -> &'static str {
    match kind {
        ForgeKind::Github => {
            "a status takes `Commit statuses: write` (in a workflow `permissions: { statuses: write }`); a fork's request has no such token"
        }
        ForgeKind::Gitlab => {
            "a status takes the scope `api` and the role Developer, on a protected branch that of who may push there"
        }
        _ => "a status takes the scope `write:repository` of somebody who may write to the repository",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_as_long_as_every_forge_takes_it() {
        assert_eq!(description("refused by `soak`"), "refused by `soak`");
        let exact = "\u{e9}".repeat(MOST);
        assert_eq!(description(&exact), exact);
        let cut = description(&"\u{e9}".repeat(MOST + 1));
        assert_eq!((cut.chars().count(), cut.ends_with('\u{2026}')), (MOST, true));
    }
}
