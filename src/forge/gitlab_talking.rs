//! Notes and statuses at GitLab (docs.gitlab.com, "Notes API", "Commits API").

use serde_json::Value;

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::gitlab::{Gitlab, PAGES};
use super::request::{Forge as _, all_pages};
use super::status::Status;
use super::talking::{Comment, Said, Talking, Writer, moment, ordered, owner, removed, rewritten, written};

impl Gitlab<'_> {
    fn notes(&self, request: u64) -> String {
        format!("{}/{request}/notes", self.requests())
    }

    fn statuses(&self, commit: CommitId) -> Result<Vec<Value>, Error> {
        let path = format!("{}/repository/commits/{commit}/statuses?all=true", self.project());
        let mut all = all_pages(self.0, &path, &PAGES, "the list of statuses")?;
        all.sort_by_key(|one| one["id"].as_u64());
        all.dedup_by_key(|one| one["id"].as_u64());
        Ok(all)
    }
}

impl Talking for Gitlab<'_> {
    /// What waits and is told to wait gives no status back.
    fn state(&self, commit: CommitId, status: &Status<'_>) -> Result<Writer, Error> {
        self.tell(commit, status)?;
        if let Some(writer) = self.who()? {
            return Ok(writer);
        }
        let own = self.statuses(commit)?.into_iter().rev().find(|one| one["name"] == status.context);
        Ok(own.map_or(Writer(None), |one| Writer::read(&one["author"])))
    }

    /// One that waits becomes what it ends as, and says when both was.
    fn said(&self, commit: CommitId, prefix: &str) -> Result<Vec<Said>, Error> {
        let one = |value: &Value| {
            let (made, ended) = (moment(&value["created_at"]), moment(&value["finished_at"]));
            let began = moment(&value["started_at"]).or(made);
            Some(Said {
                name: value["name"].as_str()?.strip_prefix(prefix)?.to_string(),
                state: value["status"].as_str()?.to_string(),
                description: value["description"].as_str().unwrap_or_default().to_string(),
                page: value["target_url"].as_str().filter(|page| !page.is_empty()).map(str::to_string),
                by: Writer::read(&value["author"]),
                began: began.filter(|began| ended.is_some_and(|ended| *began < ended)),
                at: ended.or(made),
            })
        };
        Ok(self.statuses(commit)?.iter().filter_map(one).collect())
    }

    fn comments(&self, request: u64) -> Result<Vec<Comment>, Error> {
        let path = format!("{}?sort=asc&order_by=created_at", self.notes(request));
        let all = all_pages(self.0, &path, &PAGES, "the list of notes")?;
        Ok(ordered(all.iter().filter(|one| one["system"] != true).map(read)))
    }

    fn comment(&self, request: u64, body: &str) -> Result<Option<Comment>, Error> {
        written(self.0, &self.notes(request), body, read)
    }

    fn rewrite(&self, request: u64, comment: u64, body: &str) -> Result<bool, Error> {
        rewritten(self.0, Method::Put, &format!("{}/{comment}", self.notes(request)), body)
    }

    fn remove(&self, request: u64, comment: u64) -> Result<(), Error> {
        removed(self.0, &format!("{}/{comment}", self.notes(request)))
    }

    fn who(&self) -> Result<Option<Writer>, Error> {
        owner(self.0)
    }
}

/// A note; its page is that of its request.
fn read(value: &Value) -> Option<Comment> {
    let body = value["body"].as_str().unwrap_or_default().to_string();
    Some(Comment { number: value["id"].as_u64()?, by: Writer::read(&value["author"]), body, page: None })
}
