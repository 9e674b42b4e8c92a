//! Who has signed or agrees, and whether that is somebody whom the rules of a branch name.

use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Party, PartyName, Settings};
use crate::domain::whom::words;

use super::consents::{self, Counted, Wanted};
use super::people::{named, whom, with_principals};
use super::{Answers, Policy, Question, Signed};

/// Whether somebody of a list has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    /// Yes: who, as a word.
    Yes(String),
    /// Somebody else has, or nobody.
    No(Refusal),
    /// It cannot be told, and why.
    Unknown(String),
}

/// The signature of a change, as the rules of one branch see it.
pub(super) struct Signature<'a> {
    policy: Policy<'a>,
    answers: &'a Answers,
    settings: &'a Settings,
    signed: Option<Result<&'a Signed, &'a str>>,
}

impl<'a> Signature<'a> {
    /// What is known of it.
    pub fn of(policy: Policy<'a>, answers: &'a Answers) -> Self {
        Self { policy, answers, settings: policy.settings, signed: answers.signed(policy.branch) }
    }

    /// The question that tells it.
    pub fn question(policy: Policy<'_>) -> Question {
        Question::Signed(policy.branch.clone())
    }

    /// The principals of whoever signed; `None`: nobody has, or whose key it is shows only when it has signed.
    pub fn principals(&self) -> Option<&'a [String]> {
        match self.signed {
            Some(Ok(Signed::By { principals, .. } | Signed::Here(Some(principals)))) => Some(principals),
            _ => None,
        }
    }

    /// Whether any known person has signed: anybody whose key is in the signers file, or, where people are named, one of them.
    pub fn is_known(&self) -> Says {
        self.judged(|principals| match self.settings.people.as_slice() {
            [] => principals.first().cloned(),
            _ => self.people(principals).first().map(|name| name.to_string()),
        })
        .unwrap_or_else(|principals| Says::No(self.nobody(&principals, "is nobody of `people`")))
    }

    /// Whether one of these parties has.
    pub fn is_of(&self, parties: &[Party]) -> Says {
        let members: Vec<&PartyName> = parties.iter().flat_map(|party| self.settings.members(party)).collect();
        let one_of = |principals: &[String]| {
            self.people(principals).into_iter().find(|name| members.contains(name)).map(ToString::to_string)
        };
        self.judged(one_of)
            .unwrap_or_else(|principals| Says::No(self.nobody(&principals, &format!("is none of {}", named(parties)))))
    }

    /// Whether one of these parties has signed, or agrees to the change without having made it.
    pub fn vouches(&self, parties: &[Party]) -> Says {
        let why = match self.is_of(parties) {
            Says::No(why) => why,
            said => return said,
        };
        match consents::count(self.policy, self.answers, Wanted { parties, count: 1, max_age: None }) {
            Counted::Met { by, .. } => Says::Yes(format!("approved by {}", by.join(", "))),
            Counted::Lacking { notes, .. } => Says::No(why.details(notes)),
            Counted::Unknown(more) => Says::No(why.detail(format!("who approves cannot be told: {more}"))),
        }
    }

    /// What must still be asked to know that.
    pub fn asks(&self, parties: &[Party]) -> Option<Question> {
        let question = Question::Consents(self.policy.branch.clone());
        let hangs = matches!(self.is_of(parties), Says::No(_));
        (hangs && self.answers.of(&question).is_none()).then_some(question)
    }

    /// `Err`: the principals of whoever signed and is not meant.
    fn judged(&self, find: impl Fn(&[String]) -> Option<String>) -> Result<Says, Vec<String>> {
        Ok(match self.signed {
            Some(Ok(Signed::By { principals, .. } | Signed::Here(Some(principals)))) => match find(principals) {
                Some(name) => Says::Yes(name),
                None => return Err(principals.clone()),
            },
            // Whose key it is shows when it has signed, and is looked at then.
            Some(Ok(Signed::Here(None))) => Says::Yes("a key is set up".to_string()),
            Some(Ok(Signed::CannotSign(why) | Signed::Not(why))) => Says::No(why.clone()),
            Some(Err(why)) => Says::Unknown(why.to_string()),
            None => Says::Unknown("nobody looked at the signature".to_string()),
        })
    }

    /// What is said to whoever signed and is not meant.
    fn nobody(&self, principals: &[String], what: &str) -> Refusal {
        let who = principals.first().map_or("a key without a name".to_string(), |one| format!("`{one}`"));
        let owners = self.settings.owners.as_ref().map_or(Vec::new(), |owners| whom(self.settings, &owners.from));
        let whose = if owners.is_empty() { String::new() } else { format!(": {}", words(&owners)) };
        Refusal::new(Code::NotASigner, format!("it is signed by {who}, who {what}")).hint(format!(
            "sign with a key of the signers file whose principal is one of `people:`, or have those who own the rules add yours{whose}"
        ))
    }

    /// The people who have these principals.
    fn people(&self, principals: &[String]) -> Vec<&'a PartyName> {
        with_principals(self.settings, principals)
    }
}

/// What is said to whoever may not sign: one of these can, and how.
pub(super) fn ask_to_sign(refusal: Refusal, settings: &Settings, parties: &[Party]) -> Refusal {
    let whom = whom(settings, parties);
    let hint = format!(
        "ask one of {} to make it, to approve it where it waits (`stageline approve`), or to sign it there: `git commit --amend --no-edit -S`",
        words(&whom)
    );
    refusal.hint(hint).asks(whom)
}
