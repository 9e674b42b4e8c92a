//! Which of the changes that landed are asked for: whose, made by which verb, without a good signature, by which request.

use super::commit::Actor;
use super::names::BadName;
use super::settings::Person;
use super::signature::SignatureWord;

/// The word that stands, among those of verbs, for promotions of hotfixes.
pub const HOTFIX: &str = "hotfix";

/// Whom a text means: a part of a name or an address in letters of any case, or with `*` or `?` the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose(String);

/// A request, as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestName {
    /// `12`, `#12`, `!12`, or the page of one, whose repository was looked at already.
    Number(u64),
    /// The branch that it came by.
    Branch(String),
}

/// What is asked for; by default everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sieve {
    /// Any of them; none: whoever it was.
    pub by: Vec<Whose>,
    /// The words of verbs, as rows have them, and `HOTFIX`; none: whichever it was.
    pub verbs: Vec<&'static str>,
    /// Only what has no good signature.
    pub unsigned: bool,
    pub request: Option<RequestName>,
}

/// What is known of a change without its signature.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'f> {
    /// Who made it.
    pub author: &'f Actor,
    /// Who asked the job that made it: `Name <address>`, or `@login`.
    pub asked_by: &'f [String],
    pub verb: &'f str,
    /// Whether the record of a hotfix came with it; looked at only where `HOTFIX` is asked for.
    pub is_hotfix: bool,
    /// `#12`, `!12`, or a branch.
    pub request: Option<&'f str>,
}

impl Whose {
    /// Takes any text that is not blank.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadName("nobody is named: write a part of a name, of an e-mail address or a login".into()));
        }
        Ok(Self(text.to_lowercase()))
    }

    /// Whether a name or an address is one that the text means.
    pub fn fits(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        match self.0.contains(['*', '?']) {
            true => is_like(&self.0, &name),
            false => name.contains(&self.0),
        }
    }

    /// Whether it means whoever made or asked for a change; also as one of these people, by their addresses and logins.
    fn means(&self, facts: &Facts<'_>, people: &[Person]) -> bool {
        let Actor { name, email, .. } = facts.author;
        let own = [name.clone(), email.clone(), format!("{name} <{email}>")];
        if own.iter().chain(facts.asked_by).any(|text| self.fits(text)) {
            return true;
        }
        let is_meant = |person: &&Person| {
            let addresses = person.email.iter().map(|one| one.as_str()).chain(person.forge.as_deref());
            let principals = person.principals.iter().map(|one| one.as_str());
            std::iter::once(person.name.as_str()).chain(addresses).chain(principals).any(|text| self.fits(text))
        };
        let asked = |person: &Person| facts.asked_by.iter().any(|who| person.is_called(who));
        people.iter().filter(is_meant).any(|person| person.is_found_at(email) || asked(person))
    }
}

/// Whether the whole of a text is what a glob stands for: `*` is any text, `?` any one character.
fn is_like(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    // Where the last `*` stands, and up to where of the text it was taken to reach.
    let (mut at, mut of, mut star) = (0, 0, None);
    while of < text.len() {
        match glob.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(c) if *c == '?' || *c == text[of] => {
                at += 1;
                of += 1;
            }
            _ => match star {
                Some((place, reach)) => {
                    star = Some((place, reach + 1));
                    (at, of) = (place + 1, reach + 1);
                }
                None => return false,
            },
        }
    }
    glob[at..].iter().all(|c| *c == '*')
}

impl RequestName {
    /// Reads a number with or without its mark, else a branch. An address is neither.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadName("no request is named: write its number, its address or its branch".into()));
        }
        let number = number(text);
        match number {
            Some(number) if number > 0 => Ok(Self::Number(number)),
            Some(_) => Err(BadName(format!("`{}` is no number of a request", text.escape_debug()))),
            None => Ok(Self::Branch(text.to_string())),
        }
    }

    /// Whether it is the request that a row names.
    fn is(&self, request: &str) -> bool {
        match self {
            Self::Number(own) => number(request) == Some(*own),
            Self::Branch(branch) => request == branch,
        }
    }
}

fn number(request: &str) -> Option<u64> {
    let digits = request.strip_prefix(['#', '!']).unwrap_or(request);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

impl Sieve {
    /// Whether it takes everything.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it has to be known of each change whether it brought a hotfix.
    pub fn asks_for_hotfixes(&self) -> bool {
        self.verbs.contains(&HOTFIX)
    }

    /// Whether it takes a change, as far as its signature does not matter. `people`: those whom the rules know.
    pub fn takes(&self, facts: &Facts<'_>, people: &[Person]) -> bool {
        (self.by.is_empty() || self.by.iter().any(|one| one.means(facts, people)))
            && (self.verbs.is_empty()
                || self.verbs.contains(&facts.verb)
                || (facts.is_hotfix && self.asks_for_hotfixes()))
            && self.request.as_ref().is_none_or(|wanted| facts.request.is_some_and(|request| wanted.is(request)))
    }

    /// Whether it takes what is signed like that.
    pub fn takes_signed(&self, signature: SignatureWord) -> bool {
        !self.unsigned || signature != SignatureWord::Good
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::{MailAddress, PartyName, Principal};
    use super::*;
    use jiff::Timestamp;

    fn actor(name: &str, email: &str) -> Actor {
        Actor { name: name.into(), email: email.into(), when: Timestamp::UNIX_EPOCH }
    }

    fn person(name: &str, login: &str, email: &str, principal: &str) -> Person {
        Person {
            name: PartyName::new(name).unwrap(),
            principals: vec![Principal::new(principal).unwrap()],
            forge: Some(login.into()),
            email: Some(MailAddress::new(email).unwrap()),
            mobile: None,
        }
    }

    fn means(text: &str, author: &Actor, asked_by: &[&str], people: &[Person]) -> bool {
        let asked_by: Vec<String> = asked_by.iter().map(ToString::to_string).collect();
        let facts = Facts { author, asked_by: &asked_by, verb: "promote", is_hotfix: false, request: None };
        Sieve { by: vec![Whose::new(text).unwrap()], ..Sieve::default() }.takes(&facts, people)
    }

    #[test]
    fn a_part_of_a_name_or_of_an_address_means_whoever_has_it_in_letters_of_any_case() {
        let mei = actor("Mei Lin", "mei@example.com");
        for text in ["Mei", "mei lin", "LIN", "@example.com", "Mei Lin <mei@example.com>", " mei "] {
            assert!(means(text, &mei, &[], &[]), "{text}");
        }
        for text in ["meil", "mei.lin", "petrov", "example.org"] {
            assert!(!means(text, &mei, &[], &[]), "{text}");
        }
        assert!(means("ΜΑΡΊΑ", &actor("Μαρία", "m@example.com"), &[], &[]));
    }

    #[test]
    fn a_glob_means_the_whole_of_a_name_or_an_address() {
        let bot = actor("ci-bot", "ci@bots.example.com");
        for (text, is) in [
            ("ci-*", true),
            ("*@bots.example.com", true),
            ("ci", true),
            ("c?-bot", true),
            ("*-bo", false),
            ("?i", false),
            ("*", true),
            ("*b*t*", true),
            ("*@example.com", false),
        ] {
            assert_eq!(means(text, &bot, &[], &[]), is, "{text}");
        }
        // What could take for ever does not.
        assert!(!is_like(&"*a".repeat(40), &"a".repeat(39)));
    }

    #[test]
    fn a_person_of_the_rules_is_found_by_name_login_and_key_at_all_their_addresses() {
        let people = [
            person("mei", "mlin", "mei@example.com", "mei@keys.example.com"),
            person("ada", "ada", "ada@example.com", "ada@example.com"),
        ];
        for (text, email) in [
            ("mlin", "mei@example.com"),
            ("mei", "MEI@KEYS.example.com"),
            ("mei@keys.example.com", "mei@example.com"),
            ("mei@example.com", "1234+mlin@users.noreply.github.com"),
            ("mei", "77-mlin@users.noreply.gitlab.com"),
        ] {
            assert!(means(text, &actor("L. M.", email), &[], &people), "{text} {email}");
        }
        for (text, email) in [
            ("ada", "mei@example.com"),
            ("mei", "1234+amlin@users.noreply.github.com"),
            ("mei", "mlin@elsewhere.example.com"),
        ] {
            assert!(!means(text, &actor("L. M.", email), &[], &people), "{text} {email}");
        }
    }

    #[test]
    fn whoever_asked_a_job_counts_as_well_as_the_job() {
        let (bot, people) =
            (actor("ci-bot", "ci@example.com"), [person("mei", "mlin", "mei@example.com", "mei@example.com")]);
        for text in ["ci-bot", "mei", "mlin", "mei@example.com"] {
            assert!(means(text, &bot, &["@mlin"], &people), "{text}");
            assert!(text == "mlin" || means(text, &bot, &["Mei Lin <mei@example.com>"], &people), "{text}");
        }
        assert!(!means("ada", &bot, &["@mlin"], &people));
        // One whose login begins like another's.
        assert!(!means("mei", &bot, &["@mlin2"], &people));
    }

    #[test]
    fn a_request_is_meant_by_its_number_with_any_mark_or_by_its_branch() {
        let author = actor("a", "a@b");
        let takes = |text: &str, request: Option<&str>| {
            let sieve = Sieve { request: Some(RequestName::new(text).unwrap()), ..Sieve::default() };
            sieve.takes(&Facts { author: &author, asked_by: &[], verb: "promote", is_hotfix: false, request }, &[])
        };
        for text in ["12", "#12", "!12"] {
            assert!(takes(text, Some("#12")) && takes(text, Some("!12")), "{text}");
            assert!(!takes(text, Some("#121")) && !takes(text, Some("promote/12")) && !takes(text, None), "{text}");
        }
        assert!(takes("promote/web", Some("promote/web")) && !takes("promote/web", Some("promote/web2")));
        assert!(RequestName::new("0").is_err() && RequestName::new(" ").is_err());
    }

    #[test]
    fn a_hotfix_is_taken_by_its_own_word_and_by_that_of_its_verb() {
        let author = actor("a", "a@b");
        let facts = |is_hotfix| Facts { author: &author, asked_by: &[], verb: "promote", is_hotfix, request: None };
        let takes = |verbs: &[&'static str], is_hotfix| {
            Sieve { verbs: verbs.to_vec(), ..Sieve::default() }.takes(&facts(is_hotfix), &[])
        };
        assert!(takes(&[HOTFIX], true) && takes(&["promote"], true) && takes(&["undo", HOTFIX], true));
        assert!(!takes(&[HOTFIX], false) && !takes(&["undo"], true));
    }

    #[test]
    fn all_that_is_asked_for_has_to_fit_and_only_a_good_signature_is_one() {
        let author = actor("Mei Lin", "mei@example.com");
        let facts = Facts { author: &author, asked_by: &[], verb: "rollback", is_hotfix: false, request: None };
        let sieve = |by: &str, verb: &'static str| Sieve {
            by: vec![Whose::new(by).unwrap(), Whose::new("nobody").unwrap()],
            verbs: vec![verb, "undo"],
            ..Sieve::default()
        };
        assert!(sieve("mei", "rollback").takes(&facts, &[]));
        assert!(!sieve("mei", "promote").takes(&facts, &[]) && !sieve("ada", "rollback").takes(&facts, &[]));
        let unsigned = Sieve { unsigned: true, ..Sieve::default() };
        use SignatureWord::{Bad, Expired, Good, Revoked, Unknown, Untrusted};
        let taken = [Good, Untrusted, Bad, Expired, Revoked, SignatureWord::None, Unknown]
            .map(|word| unsigned.takes_signed(word));
        assert_eq!(taken, [false, true, true, true, true, true, true]);
        assert!(Sieve::default().is_open() && Sieve::default().takes_signed(Good) && !unsigned.is_open());
    }
}
