//! The people of a file of rules: by what is known of somebody, and as others are told of them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::settings::{MailAddress, Party, PartyName, Person, Settings, TimeSpan};
use crate::domain::testimony::Who;
use crate::domain::whom::Whom;

/// The people who have one of these principals.
pub(super) fn with_principals<'s>(settings: &'s Settings, principals: &[String]) -> Vec<&'s PartyName> {
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

/// Parties as the file names them.
pub(super) fn named(parties: &[Party]) -> String {
    let each: Vec<String> = parties.iter().map(|party| format!("`{}`", party.name())).collect();
    each.join(", ")
}
