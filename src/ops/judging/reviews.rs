//! What people said at the forge of the request that is judged, as far as it counts: an approval of a head with this very change.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::change_digest::ChangeDigest;
use crate::domain::commit::CommitId;
use crate::domain::statement::Agreed;
use crate::domain::testimony::{ConsentTold, Consents, Who};

/// What is known of a request at its forge.
#[derive(Debug, Clone, Default)]
pub struct Reviews {
    pub given: Vec<Given>,
    /// What the change of each of those heads is known by.
    pub changes: BTreeMap<CommitId, ChangeDigest>,
    /// The accounts that opened the request or pushed to it.
    pub makers: Vec<String>,
    /// Why there may be more.
    pub unseen: Option<String>,
    pub notes: Vec<String>,
}

/// Somebody's approval.
#[derive(Debug, Clone)]
pub struct Given {
    /// A login at the forge.
    pub by: String,
    /// The head that they saw; `None`: the forge does not say.
    pub of: Option<CommitId>,
    /// When; `None`: the forge does not say, and where approvals end it does not count.
    pub at: Option<Timestamp>,
}

impl Reviews {
    /// Adds them to what is known of a change.
    pub fn add(&self, change: ChangeDigest, out: &mut Consents) {
        out.makers.who.extend(self.makers.iter().cloned().map(Who::Login));
        out.notes.extend(self.notes.iter().cloned());
        out.unseen.clone_from(&self.unseen);
        for Given { by, of, at } in &self.given {
            match of {
                None => out.notes.push(format!("the forge does not say which commit {by} has approved")),
                Some(head) if self.changes.get(head) == Some(&change) => out.given.push(ConsentTold {
                    agreed: Agreed::Approval,
                    by: Who::Login(by.clone()),
                    since: at.unwrap_or_default(),
                }),
                Some(head) => out.notes.push(format!("{by} has approved {}, which is another change", head.short())),
            }
        }
    }
}
