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
    /// Why there may be more of them: a program opened it, and the forge does not say who made that do it.
    pub unknown_makers: Option<String>,
    /// Why there may be more that somebody said.
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
    /// Adds them to what is known of a change. `says_who_asked`: its commits tell who made a program do it.
    pub fn add(&self, change: ChangeDigest, says_who_asked: bool, out: &mut Consents) {
        if let (Some(why), false) = (&self.unknown_makers, says_who_asked) {
            out.makers.unknown.get_or_insert_with(|| why.clone());
        }
        out.makers.who.extend(self.makers.iter().cloned().map(Who::Login));
        out.notes.extend(self.notes.iter().cloned());
        out.unseen.clone_from(&self.unseen);
        for Given { by, of, at } in &self.given {
            match of {
                None => out
                    .notes
                    .push(format!("what {by} said at the forge does not count: it does not say of which commit")),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn added(reviews: &Reviews, says_who_asked: bool) -> Consents {
        let mut out = Consents::default();
        reviews.add(ChangeDigest::of(b"1"), says_who_asked, &mut out);
        out
    }

    #[test]
    fn an_approval_counts_where_the_head_that_was_seen_has_this_very_change() {
        let head = |digit: &str| CommitId::from_hex(&digit.repeat(40)).unwrap();
        let given = |by: &str, of| Given { by: by.into(), of, at: "2026-11-20T10:00:00Z".parse().ok() };
        let changes = [(head("1"), ChangeDigest::of(b"1")), (head("2"), ChangeDigest::of(b"2"))].into();
        let given = [
            given("ann", Some(head("1"))),
            given("ben", Some(head("2"))),
            given("joe", None),
            given("eve", Some(head("3"))),
        ];
        let out = added(&Reviews { given: given.into(), changes, ..Reviews::default() }, false);
        let who: Vec<_> = out.given.iter().map(|one| (one.by.clone(), one.since.to_string())).collect();
        assert_eq!(who, [(Who::Login("ann".into()), "2026-11-20T10:00:00Z".to_string())]);
        assert_eq!(out.notes.len(), 3, "{:?}", out.notes);
    }

    #[test]
    fn a_program_that_opened_a_request_leaves_open_who_made_it_unless_the_commits_say_that() {
        let unknown = Some("the program `renovate[bot]` opened #7".to_string());
        let reviews =
            Reviews { makers: vec!["renovate[bot]".into()], unknown_makers: unknown.clone(), ..Reviews::default() };
        assert_eq!(added(&reviews, false).makers.unknown, unknown);
        let told = added(&reviews, true);
        assert_eq!((told.makers.unknown, told.makers.who), (None, vec![Who::Login("renovate[bot]".into())]));
    }
}
