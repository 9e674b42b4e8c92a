//! OpenPGP signatures, checked by gpg with a key ring that holds the given keys alone: no agent, no network, no trust of anybody's.

use std::collections::HashMap;
use std::ffi::OsString;

use crate::domain::refusal::Error;
use crate::domain::signature::SignatureWord;
use crate::process::Finished;

use super::bench::{Bench, Keys, Ran, Secured, Vouched};

const PROGRAM: &str = "gpg";

/// No file of options, no question, no other program, no key from elsewhere; each given key is trusted.
const OPTIONS: [&str; 11] = [
    "--no-options",
    "--batch",
    "--no-tty",
    "--no-autostart",
    "--disable-dirmngr",
    "--no-auto-key-retrieve",
    "--no-auto-check-trustdb",
    "--trust-model",
    "always",
    "--status-fd",
    "1",
];

/// The given keys.
pub(super) struct Ring<'a> {
    bench: &'a Bench<'a>,
    /// The addresses of each primary key's user ids, by its fingerprint.
    addresses: HashMap<String, Vec<String>>,
    is_there: bool,
}

impl<'a> Ring<'a> {
    /// Takes the keys into a ring, once for all signatures. One that cannot be read is left out.
    pub(super) fn of(bench: &'a Bench<'a>, keys: &Keys) -> Result<Self, Error> {
        let mut ring = Self { bench, addresses: HashMap::new(), is_there: false };
        if !keys.openpgp.is_empty() {
            let mut args = with_options(bench, &["--import"]);
            for key in &keys.openpgp {
                args.push(bench.file(key)?.into());
            }
            bench.run(PROGRAM, args, b"")?;
        }
        let list = with_options(bench, &["--with-colons", "--fixed-list-mode", "--list-keys"]);
        // One that does not know our options is as good as none.
        if let Ran::To(done) = bench.run(PROGRAM, list, b"")?
            && done.code == Some(0)
        {
            ring.is_there = true;
            ring.addresses = addresses(&String::from_utf8_lossy(&done.stdout));
        }
        Ok(ring)
    }

    /// Who vouches by a signature.
    pub(super) fn judge(&self, secured: &Secured<'_>) -> Result<Vouched, Error> {
        let mut args = with_options(self.bench, &["--lock-never", "--verify"]);
        args.extend([secured.signature.clone().into(), "-".into()]);
        let ran = if self.is_there { self.bench.run(PROGRAM, args, secured.payload)? } else { Ran::NotThere };
        let Ran::To(done) = ran else { return Ok(lacking()) };
        let said = Said::read(&done);
        let (state, key) = (said.word(&done), said.primary);
        // A key that the list does not have is none of the given ones.
        let Some((key, addresses)) = key.and_then(|key| self.addresses.get_key_value(&key)) else {
            let state = if state == SignatureWord::Good { SignatureWord::Unknown } else { state };
            return Ok(Vouched::new(state));
        };
        let mut vouched = Vouched { fingerprint: Some(key.clone()), ..Vouched::new(state) };
        if state == SignatureWord::Good {
            vouched.principals = std::iter::once(key).chain(addresses).cloned().collect();
        }
        Ok(vouched)
    }
}

fn lacking() -> Vouched {
    Vouched { lacks: Some(PROGRAM), ..Vouched::new(SignatureWord::Unknown) }
}

/// The lines by which gpg says what it found (doc/DETAILS of GnuPG).
#[derive(Default)]
struct Said {
    /// The words that tell a signature's fate, in order.
    words: Vec<String>,
    /// Of the last valid signature: its class, and its primary key.
    class: Option<String>,
    primary: Option<String>,
}

const FATES: [&str; 9] =
    ["NEWSIG", "GOODSIG", "VALIDSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "BADSIG", "ERRSIG", "NO_PUBKEY"];

impl Said {
    fn read(done: &Finished) -> Self {
        let mut said = Self::default();
        for line in String::from_utf8_lossy(&done.stdout).lines() {
            let mut words = line.strip_prefix("[GNUPG:] ").unwrap_or_default().split(' ');
            let Some(fate) = words.next().filter(|word| FATES.contains(word)) else { continue };
            said.words.push(fate.to_string());
            if fate == "VALIDSIG" {
                let fields: Vec<&str> = words.collect();
                said.class = fields.get(8).map(|class| (*class).to_string());
                said.primary = fields.get(9).map(|key| key.to_ascii_uppercase());
            }
        }
        said
    }

    /// Good is one signature over the very bytes (class 00: not over lines as text, whose ends would not count) and nothing else.
    fn word(&self, done: &Finished) -> SignatureWord {
        let has = |word: &str| self.words.iter().any(|said| said == word);
        match self.words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            _ if done.code.is_none() => SignatureWord::Unknown,
            ["NEWSIG", "GOODSIG", "VALIDSIG"] if done.code == Some(0) && self.class.as_deref() == Some("00") => {
                SignatureWord::Good
            }
            _ if has("BADSIG") || has("GOODSIG") => SignatureWord::Bad,
            _ if has("REVKEYSIG") => SignatureWord::Revoked,
            _ if has("EXPKEYSIG") || has("EXPSIG") => SignatureWord::Expired,
            _ if has("ERRSIG") => SignatureWord::Unknown,
            _ => SignatureWord::Bad,
        }
    }
}

/// A key as gpg lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// Its fingerprint, and the addresses of its user ids: what a signature of it names.
    pub principals: Vec<String>,
    /// Why it counts no more, in a word.
    pub ended: Option<&'static str>,
}

impl Ring<'_> {
    /// The keys, by their fingerprints; `None`: gpg is not there.
    pub(super) fn listed(bench: &Bench<'_>, keys: &Keys) -> Result<Option<Vec<ListedKey>>, Error> {
        let ring = Ring::of(bench, keys)?;
        if !ring.is_there {
            return Ok(None);
        }
        let list = with_options(bench, &["--with-colons", "--fixed-list-mode", "--list-keys"]);
        let Ran::To(done) = bench.run(PROGRAM, list, b"")? else { return Ok(None) };
        let ended = ended(&String::from_utf8_lossy(&done.stdout));
        let key = |(key, addresses): (&String, &Vec<String>)| ListedKey {
            principals: std::iter::once(key).chain(addresses).cloned().collect(),
            ended: ended.get(key).copied(),
        };
        Ok(Some(ring.addresses.iter().map(key).collect()))
    }
}

/// The primary keys that count no more, from `--with-colons`.
fn ended(listed: &str) -> HashMap<String, &'static str> {
    let (mut out, mut why) = (HashMap::new(), None);
    for line in listed.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let field = |number: usize| fields.get(number).copied().unwrap_or_default();
        match field(0) {
            "pub" => {
                why = match field(1) {
                    "e" => Some("expired"),
                    "r" => Some("revoked"),
                    "d" | "i" => Some("not valid"),
                    _ => None,
                }
            }
            "fpr" => out.extend(why.take().map(|why| (field(9).to_ascii_uppercase(), why))),
            _ => {}
        }
    }
    out
}

fn with_options(bench: &Bench<'_>, args: &[&str]) -> Vec<OsString> {
    let home = ["--homedir".into(), bench.path().as_os_str().to_owned()];
    home.into_iter().chain(OPTIONS.iter().chain(args).map(OsString::from)).collect()
}

/// The addresses by primary key, from `--with-colons`: `pub`, its `fpr`, then its `uid`s. Revoked and expired ones do not count.
fn addresses(listed: &str) -> HashMap<String, Vec<String>> {
    let (mut all, mut at, mut is_primary): (HashMap<String, Vec<String>>, _, _) = (HashMap::new(), None, false);
    for line in listed.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let field = |number: usize| fields.get(number).copied().unwrap_or_default();
        match field(0) {
            "pub" | "sub" => is_primary = field(0) == "pub",
            "fpr" if is_primary => {
                let key = field(9).to_ascii_uppercase();
                all.entry(key.clone()).or_default();
                (at, is_primary) = (Some(key), false);
            }
            "uid" if !["r", "e", "i", "n"].contains(&field(1)) => {
                let known = at.as_ref().and_then(|key| all.get_mut(key));
                if let (Some(known), Some(address)) = (known, address(&unescaped(field(9)))) {
                    known.push(address);
                }
            }
            _ => {}
        }
    }
    all
}

/// The address of a user id: what stands in the brackets at its end, or all of it.
fn address(user_id: &str) -> Option<String> {
    let inner = user_id.strip_suffix('>').and_then(|text| Some(text.rsplit_once('<')?.1)).unwrap_or(user_id);
    let is_one = inner.matches('@').count() == 1 && !inner.contains(|c: char| c.is_whitespace() || "<>,".contains(c));
    is_one.then(|| inner.to_string())
}

/// gpg writes some characters as `\xHH`.
fn unescaped(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.strip_prefix(b"x").and_then(|after| std::str::from_utf8(after.get(..2)?).ok());
        match digits.filter(|_| *first == b'\\').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => (out, rest) = ([out, vec![byte]].concat(), &after[3..]),
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_with_care() {
        for (user_id, wanted) in [
            ("Mei <mei@x>", Some("mei@x")),
            ("mei@x", Some("mei@x")),
            ("Mei <mei@x> <eve@x>", Some("eve@x")),
            ("mei@x <eve@x", None),
            ("Mei", None),
            ("mei@x,eve@x", None),
        ] {
            assert_eq!(address(user_id).as_deref(), wanted, "{user_id}");
        }
        assert_eq!(unescaped("a\\x3ab\\x5cx\\"), "a:b\\x\\");
    }

    #[test]
    fn keys_that_count_no_more_are_told_by_their_primary_fingerprint() {
        let listed = "pub:e:\nfpr:::::::::AB:\nsub:e:\nfpr:::::::::CD:\npub:u:\nfpr:::::::::EF:\n";
        assert_eq!(ended(listed), HashMap::from([("AB".to_string(), "expired")]));
    }

    #[test]
    fn addresses_of_revoked_user_ids_do_not_count() {
        let listed =
            "pub:u:\nfpr:::::::::AB:\nuid:u::::::::Mei <mei@x>:\nuid:r::::::::Old <old@x>:\nsub:u:\nfpr:::::::::CD:\n";
        assert_eq!(addresses(listed), HashMap::from([("AB".to_string(), vec!["mei@x".to_string()])]));
    }
}
