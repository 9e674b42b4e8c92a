//! The change digest: what a change is known by, in trailers, requests and statements.

use std::fmt;

use sha2::{Digest, Sha256};

use super::hex;

/// SHA-256 over the list of a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChangeDigest([u8; 32]);

impl ChangeDigest {
    /// That of a list.
    pub fn of(list: &[u8]) -> Self {
        Self(Sha256::digest(list).into())
    }

    /// Reads exactly 64 hex digits of either case.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::read(text).map(Self)
    }

    /// Its first digits, for sentences.
    pub fn short(self) -> String {
        self.to_string()[..12].to_string()
    }
}

impl fmt::Display for ChangeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for ChangeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_from_its_own_text_and_from_nothing_else() {
        let digest = ChangeDigest::of(b"");
        assert!(digest.to_string().starts_with("e3b0c44298fc1c14"), "{digest}");
        assert_eq!(ChangeDigest::from_hex(&digest.to_string()), Some(digest));
        assert_eq!(ChangeDigest::from_hex(&digest.to_string().to_uppercase()), Some(digest));
        for text in ["", &digest.to_string()[1..], &format!("{digest}0"), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(ChangeDigest::from_hex(text), None, "{text}");
        }
    }
}
