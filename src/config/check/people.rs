//! The `people:` and `groups:` sections, and the names that other sections take from them.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use crate::domain::names::nearest;
use crate::domain::settings::{Group, MailAddress, Mobile, Owners, Party, PartyName, Person, Principal};

use super::keys;
use super::reader::{Reader, Slot, shown};

/// Who can be named: people and groups.
#[derive(Debug, Default)]
pub struct Parties {
    people: Vec<String>,
    groups: Vec<String>,
    /// The people of each group.
    members: BTreeMap<String, Vec<PartyName>>,
}

/// What both sections say.
pub struct Read {
    pub people: Vec<Person>,
    pub groups: Vec<Group>,
    pub parties: Parties,
}

impl Parties {
    /// One name, or a list of them, of people or groups. An unknown name and an empty list are faults.
    pub fn all(&self, reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<Party> {
        reader.not_empty(slot, "leave the key out where it is for nobody in particular");
        let texts = reader.texts(slot);
        texts.into_iter().filter_map(|(slot, text)| self.one(reader, &slot, text)).collect()
    }

    /// One name, already read.
    pub fn one(&self, reader: &mut Reader<'_>, slot: &Slot<'_>, text: &str) -> Option<Party> {
        let is = |names: &[String]| names.iter().any(|name| name == text);
        if is(&self.people) {
            return PartyName::new(text).ok().map(Party::Person);
        }
        if is(&self.groups) {
            return PartyName::new(text).ok().map(Party::Group);
        }
        unknown(reader, slot, text, self.people.iter().chain(&self.groups), "person or group");
        None
    }

    /// People and groups, and one word for others (`None`), which then is nobody's name. `who`: whom the word means.
    pub fn or_word(&self, reader: &mut Reader<'_>, slot: &Slot<'_>, word: &str, who: &str) -> Vec<Option<Party>> {
        let mut out = Vec::new();
        for (slot, text) in reader.texts(slot) {
            if text != word {
                out.extend(self.one(reader, &slot, text).map(Some));
            } else if self.has(word) {
                let what = format!("`{word}` are {who}, and a person or group is called so, too");
                reader.fault_with_hint(&slot, what, "give the person or group another name");
            } else {
                out.push(None);
            }
        }
        out
    }

    /// Notes a count of approvals that so few people cannot reach.
    pub fn enough(&self, reader: &mut Reader<'_>, slot: &Slot<'_>, count: Option<NonZeroU32>, parties: &[Party]) {
        let mut people: Vec<&PartyName> = Vec::new();
        for party in parties {
            match party {
                Party::Person(name) => people.push(name),
                Party::Group(name) => people.extend(self.members.get(name.as_str()).into_iter().flatten()),
            }
        }
        people.sort();
        people.dedup();
        let Some(count) = count.filter(|count| people.len() < count.get() as usize) else { return };
        let (who, is) = (people.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), people.len());
        // Rules that are there stay readable: a way back must not hang on this.
        let what = format!("takes approvals of {count} people and names {is} ({who}), so nothing could ever meet it");
        reader.notice(slot, &what);
    }

    /// Whether a person or group has this name.
    fn has(&self, name: &str) -> bool {
        self.people.iter().chain(&self.groups).any(|known| known == name)
    }
}

/// Reads both sections.
pub fn read(reader: &mut Reader<'_>, people: Option<&Slot<'_>>, groups: Option<&Slot<'_>>) -> Read {
    let mut out = Read { people: Vec::new(), groups: Vec::new(), parties: Parties::default() };
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for (name, slot) in people.and_then(|slot| reader.entries(slot)).unwrap_or_default() {
        let checked = party_name(reader, &slot, &name);
        out.people.extend(person(reader, &slot, &name, checked, &mut owners));
        out.parties.people.push(name);
    }
    for (name, slot) in groups.and_then(|slot| reader.entries(slot)).unwrap_or_default() {
        let checked = party_name(reader, &slot, &name);
        if out.parties.people.contains(&name) {
            reader.fault_of_key(&slot, format!("`{}` is the name of a person, too", shown(&name)), None);
        }
        let mut members = Vec::new();
        for (slot, member) in reader.texts(&slot) {
            if out.parties.people.iter().any(|known| known == member) {
                members.extend(PartyName::new(member).ok());
            } else {
                unknown(reader, &slot, member, out.parties.people.iter(), "person");
            }
        }
        out.parties.members.insert(name.clone(), members.clone());
        out.groups.extend(checked.map(|name| Group { name, members }));
        out.parties.groups.push(name);
    }
    out
}

/// `owners:` of the whole file: who, or who and how many of them.
pub fn owners(reader: &mut Reader<'_>, slot: &Slot<'_>, parties: &Parties) -> Option<Owners> {
    if !slot.is_mapping() {
        return Some(Owners { from: parties.all(reader, slot), approvals: None });
    }
    let map = reader.map(slot, keys::OWNERS)?;
    let approvals = map.get("approvals").and_then(|slot| reader.count(slot));
    let from = reader.needed(slot, &map, "from", "who owns the configuration")?;
    let from = parties.all(reader, from);
    parties.enough(reader, slot, approvals, &from);
    Some(Owners { from, approvals })
}

fn person(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    written: &str,
    name: Option<PartyName>,
    owners: &mut BTreeMap<String, String>,
) -> Option<Person> {
    let map = reader.map(slot, keys::PERSON)?;
    let forge = map.get("forge").and_then(|slot| reader.text(slot)).map(str::to_string);
    let email = map.get("email").and_then(|slot| reader.parsed(slot, MailAddress::new));
    let mobile = map.get("mobile").and_then(|slot| reader.parsed(slot, Mobile::new));
    let Some(list) = map.get("principals") else {
        reader.fault_with_hint(
            slot,
            "has no `principals`",
            format!("write the names that the signatures carry: `principals: [{written}@example.com]`"),
        );
        return None;
    };
    let mut principals = Vec::new();
    for (slot, text) in reader.texts(list) {
        let Some(principal) = reader.parsed(&slot, Principal::new) else { continue };
        match owners.insert(text.to_string(), written.to_string()).filter(|other| other != written) {
            Some(other) => {
                reader.fault(&slot, format!("`{}` is a principal of `{}`, too", shown(text), shown(&other)));
            }
            None => principals.push(principal),
        }
    }
    reader.not_empty(list, "");
    Some(Person { name: name?, principals, forge, email, mobile })
}

fn party_name(reader: &mut Reader<'_>, slot: &Slot<'_>, name: &str) -> Option<PartyName> {
    match PartyName::new(name) {
        Ok(name) => Some(name),
        Err(_) => {
            reader.fault_of_key(slot, format!("`{}` is not a name of one word", shown(name)), None);
            None
        }
    }
}

fn unknown<'k>(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    text: &str,
    names: impl Iterator<Item = &'k String>,
    what: &str,
) {
    let message = format!("there is no {what} `{}`", shown(text));
    match nearest(text, names.map(String::as_str)) {
        Some(near) => reader.fault_with_hint(slot, message, format!("did you mean `{near}`?")),
        None => reader.fault_with_hint(slot, message, "add it under `people:` or `groups:`"),
    }
}
