//! Secrets in texts of others: those of addresses and settings that are known, wherever and however they stand.

mod shape;
mod tokens;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::address::{Address, shown};

use shape::GONE;

pub use shape::{says_which, without_secrets};
pub use tokens::without_tokens;

/// From this length on a piece is looked for inside of words, too.
const LONG: usize = 8;

/// Words that stand in the place of a user or password and are no secret; without them git's own words stay whole.
const KNOWN_WORDS: [&str; 16] = [
    "git",
    "oauth2",
    "x-access-token",
    "x-oauth-basic",
    "x-token-auth",
    "gitlab-ci-token",
    "private-token",
    "token",
    "username",
    "user",
    "password",
    "anonymous",
    "true",
    "false",
    "git-upload-pack",
    "git-receive-pack",
];

/// The secrets of known addresses and settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Whole addresses and what is shown in their place, the longest first.
    addresses: Vec<(String, String)>,
    /// Parts of them that are secret alone, the longest first.
    pieces: Vec<String>,
}

impl Secrets {
    /// Those of these addresses, and these texts that are secret as they stand.
    pub fn of<'a>(addresses: impl IntoIterator<Item = &'a str>, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut out = Self::default();
        for address in addresses {
            let clean = shown(address);
            if clean == address {
                continue;
            }
            let first = out.pieces.len();
            out.pieces_of(address);
            // What the address shows anyway is no secret: `https://shop:...@host/shop/web`.
            let tail = out.pieces.split_off(first);
            out.pieces.extend(tail.into_iter().filter(|piece| !clean.contains(piece.as_str())));
            out.addresses.push((address.to_string(), clean));
        }
        texts.into_iter().for_each(|text| out.piece(text));
        out.addresses.sort_by_key(|(address, _)| std::cmp::Reverse(address.len()));
        out.pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
        out.addresses.dedup();
        out.pieces.dedup();
        out
    }

    /// `text` without them, and without what looks like a secret of an address that is not known.
    pub fn out_of(&self, text: &str) -> String {
        let mut out = text.to_string();
        for (address, clean) in &self.addresses {
            out = out.replace(address, clean);
        }
        for piece in &self.pieces {
            out = without(&out, piece);
        }
        without_secrets(&out)
    }

    fn pieces_of(&mut self, address: &str) {
        let (user_info, tail) = match Address::read(address) {
            Address::Folder(_) => return,
            Address::Unclear(_, rest) => (rest, ""),
            Address::Remote(parts) => {
                let plain = parts.plain_user().map_or(0, str::len);
                (parts.user_info[plain..].trim_start_matches(':'), parts.tail)
            }
        };
        let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
        self.piece(user_info);
        self.piece(user);
        self.piece(password);
        // What git sends: `Authorization: Basic ...`.
        if !user_info.is_empty() {
            let pair = format!("{}:{}", decoded(user), decoded(password));
            self.pieces.push(base64(pair.as_bytes()).trim_end_matches('=').to_string());
        }
        // A reader that takes the address apart elsewhere tells of a piece alone.
        user_info.split(['/', '?', '#', '@', ':', ' ']).for_each(|piece| self.piece(piece));
        self.piece(tail.trim_start_matches(['?', '#']));
        for parameter in tail.split(['?', '#', '&', ';']) {
            self.piece(parameter);
            self.piece(parameter.split_once('=').map_or("", |(_, value)| value));
        }
    }

    /// One piece in the ways it may be written.
    fn piece(&mut self, text: &str) {
        let text = text.trim();
        if text.len() < 3 || KNOWN_WORDS.contains(&text) {
            return;
        }
        let plain = decoded(text);
        for upper in [encoded(&plain), encoded(text)] {
            let lower = lower_hex(&upper);
            self.pieces.extend([lower, upper.replace("%20", "+"), upper]);
        }
        self.pieces.extend([text.to_string(), plain]);
    }
}

/// A percent-encoded text with `%2f` where it has `%2F`.
fn lower_hex(encoded: &str) -> String {
    let parts = encoded.split('%').enumerate().map(|(nth, part)| match part.split_at_checked(2) {
        Some((hex, rest)) if nth > 0 => format!("%{}{rest}", hex.to_lowercase()),
        _ => part.to_string(),
    });
    parts.collect()
}

/// `text` with a piece taken out: wherever it stands if it is long, else where it is a word of its own.
fn without(text: &str, piece: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(piece).filter(|_| !piece.is_empty()) {
        let (before, after) = (&rest[..at], &rest[at + piece.len()..]);
        let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let inside = joins(before.chars().next_back()) || joins(after.chars().next());
        out.push_str(before);
        out.push_str(if inside && piece.len() < LONG { piece } else { GONE });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text with its `%XX` decoded; as it is where that is no UTF-8.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| (*byte as char).to_digit(16)).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_string())
}

/// Percent-encoded but for the characters that need it nowhere (RFC 3986).
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte as char {
            c if c.is_ascii_alphanumeric() || "-._~".contains(c) => c.to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Bytes in the base 64 of headers, with its padding.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn known(address: &str) -> Secrets {
        Secrets::of([address], [])
    }

    #[test]
    fn a_known_address_loses_its_secret_in_whatever_words_it_stands() {
        for (address, said, wanted) in [
            (
                "https://host.example/x.git?private_token=S3CRET",
                "fatal: unable to access 'https://host.example/x.git?private_token=S3CRET/': no route",
                "fatal: unable to access 'https://host.example/x.git/': no route",
            ),
            (
                "http://mei:S3CRET/tok@127.0.0.1:1/x.git",
                "fatal: unable to access 'http://mei:S3CRET/tok@127.0.0.1:1/x.git/': Port number was not a number: tok",
                "fatal: unable to access 'http://127.0.0.1:1/x.git/': Port number was not a number: ***",
            ),
            ("https://mei:S3CRET%2Ftok@h.example/x", "bad password S3CRET/tok", "bad password ***"),
            (
                "https://mei:S3C RET@h.example/x",
                "asked for https://mei:S3C%20RET@h.example/x",
                "asked for https://h.example/x",
            ),
            (
                "https://S3CRETtoken@h.example/x",
                "Password for 'https://S3CRETtoken@h.example': ",
                "Password for 'https://h.example': ",
            ),
            ("ssh://mei:S3CRET@h.example/x", "mei:S3CRET@h.example: Permission denied", "h.example: Permission denied"),
            (
                "mei:S3CRET@h.example:x",
                "Could not resolve hostname mei: S3CRET@h.example",
                "Could not resolve hostname mei: ***@h.example",
            ),
            (
                "https://shop:S3CRET@h.example/shop/web",
                "https://h.example/shop/web of shop: S3CRET",
                "https://h.example/shop/web of shop: ***",
            ),
            ("https://mei:S3CRET@h.example/x", "Authorization was bWVpOlMzQ1JFVA==", "Authorization was ***=="),
            ("https://h.example/x#S3CRET", "no S3CRET in S3CRETS", "no *** in S3CRETS"),
        ] {
            assert_eq!(known(address).out_of(said), wanted, "{address}");
        }
    }

    #[test]
    fn words_that_only_stand_where_a_secret_may_stand_leave_gits_words_whole() {
        let secrets = Secrets::of(["https://git:password@h.example/x", "ssh://git@h.example/x"], []);
        let said = "fatal: not a git repository; could not read Password; invalid username or password";
        assert_eq!(secrets.out_of(said), said);
    }

    #[test]
    fn a_text_that_is_secret_as_it_stands_is_taken_out_everywhere() {
        assert_eq!(Secrets::of([], ["glpat-S3CRET"]).out_of("aglpat-S3CRETb c"), "a***b c");
    }

    #[test]
    fn base64_is_that_of_the_header() {
        for (text, wanted) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("mei:S3CRET", "bWVpOlMzQ1JFVA==")] {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
    }

    proptest! {
        #[test]
        fn a_known_secret_is_never_left(before in "[ -~]{0,5}", after in "[ -~]{0,5}", quote in "['\"` ]") {
            let password = format!("{before}S3CRETS3{after}");
            for address in [
                format!("https://mei:{password}@h.example/x.git"),
                format!("https://{password}@h.example/x.git"),
                format!("ssh://git:{password}@h.example/x.git"),
                format!("https://h.example/x.git?private_token={password}"),
                format!("mei:{password}@h.example:x.git"),
            ] {
                let secrets = known(&address);
                for said in [
                    format!("fatal: {quote}{address}/{quote}: no"),
                    format!("it was {password}"),
                    format!("it was {}", encoded(&password)),
                    format!("it was {}", decoded(&password)),
                ] {
                    let left = secrets.out_of(&said);
                    prop_assert!(!left.contains("S3CRETS3"), "{} of {}", left, said);
                }
            }
        }
    }
}
