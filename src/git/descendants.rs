//! What of a source contains a commit: all that its branches and tags lead to.

use crate::domain::commit::{CommitId, Known};
use crate::domain::refusal::Error;

use super::log::ids;
use super::source::Source;

/// At most so many are looked at.
const MOST: usize = 2000;

impl Source {
    /// The commits that contain `commit`, without itself, newest first; of those with another content only where they concern the
    /// application.
    ///
    /// # Errors
    /// The source cannot be read.
    pub fn descendants(&self, commit: CommitId) -> Result<Known<Vec<CommitId>>, Error> {
        if let Some(refusal) = self.lacking(&[commit])? {
            return Ok(Known::CannotTell(refusal.message));
        }
        let (count, after) = (format!("--max-count={}", MOST + 1), format!("^{commit}"));
        let args = ["rev-list", "--all", "--full-history", "--ancestry-path", &count, &after];
        let found = ids(&self.opened()?.repo.selected_history(&self.selecting(&args))?)?;
        Ok(match found.len() > MOST {
            true => {
                Known::CannotTell(format!("more than {MOST} commits of `{}` contain {}", self.shown, commit.short()))
            }
            false => Known::Is(found),
        })
    }
}
