//! The text written at a pin, equal by bytes: a tag, a digest, or a tag with its digest.

use std::fmt;

use super::commit::ObjectId;
use super::names::BadName;
use super::steering::steers;

/// The version at a pin: `TAG`, `TAG@ALGORITHM:HEX` or `ALGORITHM:HEX`. Two versions are the same if their bytes are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(String);

impl Version {
    /// Checks `text`: not empty, no blanks, no control or invisible characters, at most 512 bytes.
    pub fn new(text: impl Into<String>) -> Result<Self, BadName> {
        let text = text.into();
        if text.is_empty() {
            return Err(BadName("a version cannot be empty".into()));
        }
        if text.len() > 512 {
            return Err(BadName("a version has at most 512 bytes".into()));
        }
        if text.chars().any(|c| c.is_whitespace() || steers(c, None)) {
            return Err(BadName(format!("the version `{}` has a blank or a control character", text.escape_debug())));
        }
        Ok(Self(text))
    }

    /// From what an image entry holds; `None` where it holds neither.
    pub fn from_parts(tag: Option<&str>, digest: Option<&str>) -> Option<Result<Self, BadName>> {
        match (tag, digest) {
            (None, None) => None,
            (Some(tag), None) => Some(Self::new(tag)),
            (None, Some(digest)) => Some(Self::new(digest)),
            (Some(tag), Some(digest)) => Some(Self::new(format!("{tag}@{digest}"))),
        }
    }

    /// The tag, where there is one.
    pub fn tag(&self) -> Option<&str> {
        match self.0.split_once('@') {
            Some((tag, _)) => Some(tag),
            None if is_digest(&self.0) => None,
            None => Some(&self.0),
        }
    }

    /// The digest, where there is one.
    pub fn digest(&self) -> Option<&str> {
        match self.0.split_once('@') {
            Some((_, digest)) => Some(digest),
            None if is_digest(&self.0) => Some(&self.0),
            None => None,
        }
    }

    /// Whether it names another build tomorrow: a tag that people move, or a range, and no digest that holds it.
    pub fn moves(&self) -> bool {
        self.digest().is_none() && moves(&self.0)
    }

    /// Whether both are one version: the same text, or one commit in more digits and in fewer.
    pub fn is_of(&self, other: &Self) -> bool {
        let (short, long) = if self.0.len() < other.0.len() { (&self.0, &other.0) } else { (&other.0, &self.0) };
        let Some(rest) = long.strip_prefix(short.as_str()) else { return false };
        let digits = |text: &str| text.bytes().rev().take_while(u8::is_ascii_hexdigit).count();
        // Numbers and dates are longer and shorter, too; ids have letters, all but always.
        let id = &long[long.len() - digits(long)..];
        rest.is_empty() || digits(short) >= 7 && digits(rest) == rest.len() && id.contains(|c: char| c.is_alphabetic())
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text for a narrow place: a full commit id becomes seven digits, a digest twelve.
    pub fn short(&self) -> String {
        let tag = self.tag().map(|tag| match ObjectId::from_hex(tag) {
            Some(id) => id.short(),
            None => tag.to_string(),
        });
        let digest = self.digest().map(|digest| match digest.split_once(':') {
            Some((algorithm, hex)) => format!("{algorithm}:{}", hex.get(..12).unwrap_or(hex)),
            None => digest.to_string(),
        });
        match (tag, digest) {
            (Some(tag), Some(digest)) => format!("{tag}@{digest}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => self.0.clone(),
        }
    }
}

/// Tags that people move from build to build.
const MOVING: [&str; 20] = [
    "latest",
    "main",
    "master",
    "trunk",
    "head",
    "stable",
    "edge",
    "develop",
    "development",
    "dev",
    "nightly",
    "next",
    "canary",
    "snapshot",
    "release",
    "test",
    "staging",
    "prod",
    "production",
    "beta",
];

/// Whether a tag names another build tomorrow: a moving word, or a range.
pub fn moves(tag: &str) -> bool {
    let lower = tag.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['-', '_']).collect();
    // `prod-latest`, `latest-arm64`: what was built last, of whatever.
    words.iter().all(|word| MOVING.contains(word))
        || words.first() == Some(&"latest")
        || words.last() == Some(&"latest")
        || tag.starts_with(['>', '<', '^', '~', '=', '!'])
        || tag.starts_with("refs/heads/")
        || tag.contains("||")
        || tag.contains('*')
        || tag.split('.').any(|part| part.eq_ignore_ascii_case("x"))
}

/// Whether `text` is a digest by the grammar of the OCI image specification: `algorithm:encoded`.
pub fn is_digest(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else { return false };
    !algorithm.is_empty()
        && algorithm.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+._-".contains(c))
        && match algorithm {
            "sha256" => encoded.len() == 64 && is_hex(encoded),
            "sha512" => encoded.len() == 128 && is_hex(encoded),
            _ => encoded.len() >= 32 && encoded.chars().all(|c| c.is_ascii_alphanumeric() || "=_-".contains(c)),
        }
}

/// Whether `text` is a tag by the grammar of the OCI distribution specification: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
pub fn is_tag(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

fn is_hex(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_and_its_digest_are_one_version_with_two_parts() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let both = Version::new(format!("v1@{digest}")).unwrap();
        assert_eq!((both.tag(), both.digest()), (Some("v1"), Some(digest.as_str())));
        let only = Version::new(digest.clone()).unwrap();
        assert_eq!((only.tag(), only.digest()), (None, Some(digest.as_str())));
        let tag = Version::new("v1").unwrap();
        assert_eq!((tag.tag(), tag.digest()), (Some("v1"), None));
    }

    #[test]
    fn short_cuts_commit_ids_and_digests_only() {
        let id = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        assert_eq!(Version::new(id).unwrap().short(), "9d3e7aa");
        assert_eq!(Version::new("release-2026-11-23-rc1").unwrap().short(), "release-2026-11-23-rc1");
        let digest = format!("sha256:{}", "ab".repeat(32));
        assert_eq!(Version::new(format!("{id}@{digest}")).unwrap().short(), "9d3e7aa@sha256:abababababab");
    }

    #[test]
    fn a_version_is_one_word() {
        for bad in ["", "a b", "a\nb", "a\u{0}"] {
            assert!(Version::new(bad).is_err(), "{bad:?}");
        }
    }
}
