//! Who has signed, and whether that is somebody whom the rules of a branch name.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{MailAddress, Party, PartyName, Person, Settings, TimeSpan};
use crate::domain::testimony::Who;
use crate::domain::whom::{Whom, words};

use super::consents::{self, Counted, Wanted};
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

/// The people who have one of these principals.
fn with_principals<'s>(settings: &'s Settings, principals: &[String]) -> Vec<&'s PartyName> {
    let has = |own: &str| principals.iter().any(|one| one.eq_ignore_ascii_case(own));
    let people = settings.people.iter();
    people.filter(|one| one.principals.iter().any(|own| has(own.as_str()))).map(|one| &one.name).collect()
}

/// The people whom somebody is; several, where they share a key or an address.
pub fn people_of<'s>(settings: &'s Settings, who: &Who) -> Vec<&'s PartyName> {
    let is = |own: Option<&str>, text: &str| own.is_some_and(|own| own.eq_ignore_ascii_case(text));
    let named = |is_it: &dyn Fn(&Person) -> bool| {
        settings.people.iter().filter(|one| is_it(one)).map(|one| &one.name).collect::<Vec<_>>()
    };
    match who {
        Who::Key(principals) => with_principals(settings, principals),
        Who::Login(login) => named(&|one| is(one.forge.as_deref(), login)),
        Who::Mail(mail) => named(&|one| {
            is(one.email.as_ref().map(MailAddress::as_str), mail)
                || one.principals.iter().any(|own| is(Some(own.as_str()), mail))
        }),
    }
}

/// Whether somebody is one of some parties; where none are named, anybody known.
pub(super) fn is_one_of(settings: &Settings, parties: &[Party], who: &Who) -> bool {
    let members: Vec<&PartyName> = parties.iter().flat_map(|party| settings.members(party)).collect();
    people_of(settings, who).iter().any(|name| parties.is_empty() || members.contains(name))
}

/// When something ends that counts so long.
pub(super) fn ends_at(since: Timestamp, length: TimeSpan) -> Option<Timestamp> {
    since.checked_add(SignedDuration::try_from(Duration::from(length)).ok()?).ok()
}

/// Who can be asked: parties as the file names them, groups with their members.
pub(super) fn whom(settings: &Settings, parties: &[Party]) -> Vec<Whom> {
    let one = |party: &Party| Whom {
        name: party.name().to_string(),
        people: settings.members(party).map(ToString::to_string).collect(),
    };
    parties.iter().map(one).collect()
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

/// Parties as the file names them.
pub(super) fn named(parties: &[Party]) -> String {
    let each: Vec<String> = parties.iter().map(|party| format!("`{}`", party.name())).collect();
    each.join(", ")
}
