//! Who can be named: people, the principals of their keys, groups, and those whom other keys take from them.

use std::fmt;
use std::num::NonZeroU32;

use super::super::names::BadName;

/// The name of a person or of a group: one word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyName(String);

/// A principal as an allowed-signers file names it (ssh-keygen(1), "ALLOWED SIGNERS"): one, without a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal(String);

/// An address for messages: `alice@example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(String);

/// A telephone number for mentions in messages, as it was written: `+86 138 0000 0000`. Up to 15 digits, by ITU-T E.164.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mobile(String);

/// A person or a bot, and the principals that their signatures carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: PartyName,
    pub principals: Vec<Principal>,
    /// Their login at the forge.
    pub forge: Option<String>,
    pub email: Option<MailAddress>,
    pub mobile: Option<Mobile>,
}

/// People under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub name: PartyName,
    /// The people in it; a group has no groups.
    pub members: Vec<PartyName>,
}

/// A person or a group that another key names; it is in `Settings`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    Person(PartyName),
    Group(PartyName),
}

/// Who may change the configuration itself, `stageline.yaml` and `.stageline/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owners {
    pub from: Vec<Party>,
    /// How many of them must approve; `None` where the file does not say.
    pub approvals: Option<NonZeroU32>,
}

impl PartyName {
    /// Checks that it is one word.
    pub fn new(text: &str) -> Result<Self, BadName> {
        if text.is_empty() || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(BadName(format!("`{}` is not a name of one word", text.escape_debug())));
        }
        Ok(Self(text.to_string()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Principal {
    /// Checks that it is one principal, not a list or a pattern of them.
    pub fn new(text: &str) -> Result<Self, BadName> {
        if text.is_empty() || text.contains(|c: char| c.is_whitespace() || ",\"*?!".contains(c)) {
            return Err(BadName(format!("`{}` is not one principal of an allowed-signers file", text.escape_debug())));
        }
        Ok(Self(text.to_string()))
    }

    /// The principal as the signers file has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MailAddress {
    /// Checks that it has a name and a host. Whether there is such a mailbox only a message tells.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let odd = |c: char| c.is_whitespace() || c.is_control() || ",;<>\"()@".contains(c);
        match text.rsplit_once('@') {
            Some((name, host))
                if !name.is_empty() && !host.is_empty() && !name.contains(odd) && !host.contains(odd) =>
            {
                Ok(Self(text.to_string()))
            }
            _ => Err(BadName(format!("`{}` is not an address such as `alice@example.com`", text.escape_debug()))),
        }
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Mobile {
    /// Takes digits, with blanks and dashes between them and a `+` before.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let number = text.strip_prefix('+').unwrap_or(text);
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let plain = number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
        if !plain || !(4..=15).contains(&digits) {
            return Err(BadName(format!(
                "`{}` is not a telephone number such as `+86 138 0000 0000`",
                text.escape_debug()
            )));
        }
        Ok(Self(text.to_string()))
    }

    /// The number as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Person {
    /// Whether an address in a commit is one of theirs: for messages, or of a key. Nobody proved that they wrote it there.
    pub fn is_at(&self, email: &str) -> bool {
        let is_it = |own: &str| own.eq_ignore_ascii_case(email);
        self.email.as_ref().is_some_and(|own| is_it(own.as_str()))
            || self.principals.iter().any(|own| is_it(own.as_str()))
    }

    /// The same, or the address that a forge gives their login.
    pub fn is_found_at(&self, email: &str) -> bool {
        self.is_at(email) || self.forge.as_deref().is_some_and(|login| is_hidden_address(email, login))
    }

    /// Whether `@login` or `Name <address>` is theirs.
    pub fn is_called(&self, who: &str) -> bool {
        match who.strip_prefix('@') {
            Some(login) => self.forge.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(login)),
            None => {
                let address = who.rsplit_once('<').and_then(|(_, rest)| rest.split('>').next());
                self.is_found_at(address.unwrap_or(who))
            }
        }
    }
}

/// Whether an address is the one by which a forge hides that of a login: `12+mei@users.noreply.github.com`,
/// `12-mei@users.noreply.gitlab.com`, `mei@noreply.git.example.com`.
fn is_hidden_address(email: &str, login: &str) -> bool {
    let Some((name, host)) = email.rsplit_once('@') else { return false };
    let own = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let own = if own.len() < name.len() { own.strip_prefix(['+', '-']).unwrap_or(name) } else { name };
    host.split('.').any(|part| part.eq_ignore_ascii_case("noreply")) && own.eq_ignore_ascii_case(login)
}

impl Party {
    /// Its name.
    pub fn name(&self) -> &PartyName {
        match self {
            Self::Person(name) | Self::Group(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_principals_addresses_and_numbers_are_told_from_what_is_none() {
        for (good, bad) in [("alice", "al ice"), ("release-managers", ""), ("李", "a\nb")] {
            assert!(PartyName::new(good).is_ok() && PartyName::new(bad).is_err(), "{good} {bad}");
        }
        for (good, bad) in [("a@example.com", "a@example.com,b"), ("key-1", "*@example.com"), ("x", "")] {
            assert!(Principal::new(good).is_ok() && Principal::new(bad).is_err(), "{good} {bad}");
        }
        for (good, bad) in [("a@b", "a"), ("a.b+c@example.com", "A <a@b>"), ("x@y.z", "@y"), ("q@r", "a@b@c")] {
            assert!(MailAddress::new(good).is_ok() && MailAddress::new(bad).is_err(), "{good} {bad}");
        }
        for (good, bad) in
            [("+86 138 0000 0000", "+"), ("1380-000-0000", "call me"), ("+4915112345678", "1234567890123456")]
        {
            assert!(Mobile::new(good).is_ok() && Mobile::new(bad).is_err(), "{good} {bad}");
        }
    }
}
