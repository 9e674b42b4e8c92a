//! Comments and statuses at Gitea and Forgejo (their interface's own description, version 1).

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;

use super::gitea::{ALL, Gitea};
use super::status::Status;
use super::talking::{
    Comment, Said, Talking, Writer, deleted, ordered, owner, patched, place, read, said, state, written,
};

impl Talking for Gitea<'_> {
    fn state(&self, commit: CommitId, status: &Status<'_>) -> Result<Writer, Error> {
        state(self.0, commit, status)
    }

    fn said(&self, commit: CommitId, prefix: &str) -> Result<Vec<Said>, Error> {
        said(self.0, commit, prefix, &ALL)
    }

    /// This list alone has no pages (`routers/api/v1/repo/issue_comment.go`, `ListIssueComments`).
    fn comments(&self, request: u64) -> Result<Vec<Comment>, Error> {
        let list = self.0.get(&place(self.0, request))?;
        if list.is_null() {
            return Ok(Vec::new());
        }
        let all = list.as_array().ok_or_else(|| self.0.strange("a list of comments"))?;
        Ok(ordered(all.iter().map(read)))
    }

    fn comment(&self, request: u64, body: &str) -> Result<Option<Comment>, Error> {
        written(self.0, &place(self.0, request), body, read)
    }

    fn rewrite(&self, _: u64, comment: u64, body: &str) -> Result<bool, Error> {
        patched(self.0, comment, body)
    }

    fn remove(&self, _: u64, comment: u64) -> Result<(), Error> {
        deleted(self.0, comment)
    }

    fn who(&self) -> Result<Option<Writer>, Error> {
        owner(self.0)
    }
}
