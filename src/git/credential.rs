//! What git logs in with at the host of an address: from the user's credential helpers, without a question to anybody.

use std::time::Duration;

use crate::domain::refusal::Error;
use crate::process::Kind;

use super::repo::Repo;

/// A helper that takes longer waits for somebody.
const LIMIT: Duration = Duration::from_secs(10);

impl Repo {
    /// User and password for the host of an address (git-credential(1)); `None`: no helper knows them.
    pub fn credential(&self, scheme: &str, host: &str, path: &str) -> Result<Option<(String, String)>, Error> {
        if [scheme, host, path].iter().any(|text| text.contains(['\n', '\0'])) {
            return Ok(None);
        }
        let asked = format!("protocol={scheme}\nhost={host}\npath={path}\n\n");
        let git = self
            .git(Kind::Plumbing, ["-c", "core.askPass=", "credential", "fill"])
            .set("GIT_ASKPASS", "")
            .set("SSH_ASKPASS", "")
            .set("GCM_INTERACTIVE", "never")
            .limit(LIMIT)
            .stdin(asked.into_bytes());
        let finished = git.finish()?;
        if finished.code != Some(0) {
            return Ok(None);
        }
        let said = String::from_utf8_lossy(&finished.stdout);
        let value = |key: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.filter(|value| !value.is_empty()).map(str::to_string)
        };
        Ok(value("password").map(|password| (value("username").unwrap_or_default(), password)))
    }
}
