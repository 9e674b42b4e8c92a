//! Where the merge requests of a source are, from forks too: the refs that forges keep for them.

use crate::domain::commit::{CommitId, Known};
use crate::domain::refusal::Error;
use crate::process::Kind;

use super::baseline::told;
use super::mirror::Mirror;
use super::remote::refs_in;
use super::source::{Network, Source};

/// The refs by which forges name the head of a request: GitHub, Gitea and Forgejo; GitLab (docs.github.com, "Checking out pull
/// requests locally"; docs.gitlab.com, "Merge request Git refs").
fn refs(number: u64) -> [String; 2] {
    [format!("refs/pull/{number}/head"), format!("refs/merge-requests/{number}/head")]
}

impl Source {
    /// The commit that a merge request of the source is at, as its server says in this run; what it is at can be read then.
    /// `None`: there is no such request.
    ///
    /// # Errors
    /// Something broke here. What the server does not tell is an answer.
    pub fn head_of_request(&self, number: u64) -> Result<Known<Option<CommitId>>, Error> {
        match &self.mirror {
            None => {
                let names = refs(number);
                let args = ["for-each-ref", "--format=%(objectname)\t%(refname)", &names[0], &names[1]];
                let all = refs_in(&self.opened()?.repo.git(Kind::Plumbing, args).stdout()?);
                Ok(Known::Is(refs(number).iter().find_map(|name| all.get(name).copied())))
            }
            Some(_) if self.network != Network::Allowed => Ok(Known::CannotTell(format!(
                "cannot tell where request {number} of the source `{}` is now, and this is offline; run it again without `--offline`",
                self.shown
            ))),
            Some(mirror) => told(self.brought(mirror, number).map(Known::Is)),
        }
    }

    /// Asks the server, and brings what it names.
    fn brought(&self, mirror: &Mirror, number: u64) -> Result<Option<CommitId>, Error> {
        self.refresh()?;
        let all = mirror.named(&refs(number))?;
        let Some((name, head)) = refs(number).into_iter().find_map(|name| all.get(&name).map(|head| (name, *head)))
        else {
            return Ok(None);
        };
        if !self.opened()?.has(head) {
            mirror.bring(&name, number)?;
            self.reopen();
        }
        Ok(Some(head))
    }
}
