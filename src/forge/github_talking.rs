//! Comments and statuses at GitHub (docs.github.com, "REST API endpoints for issue comments", "... for commit statuses").

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;

use super::github::{Github, PAGES};
use super::request::all_pages;
use super::status::Status;
use super::talking::{
    Comment, Said, Talking, Writer, deleted, ordered, owner, patched, place, read, said, state, written,
};

impl Talking for Github<'_> {
    fn state(&self, commit: CommitId, status: &Status<'_>) -> Result<Writer, Error> {
        state(self.0, commit, status)
    }

    fn said(&self, commit: CommitId, prefix: &str) -> Result<Vec<Said>, Error> {
        said(self.0, commit, prefix, &PAGES)
    }

    fn comments(&self, request: u64) -> Result<Vec<Comment>, Error> {
        let all = all_pages(self.0, &format!("{}?", place(self.0, request)), &PAGES, "the list of comments")?;
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

    /// A job's own token may not ask.
    fn who(&self) -> Result<Option<Writer>, Error> {
        owner(self.0)
    }
}
