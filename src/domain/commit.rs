//! Object ids and what a commit says of itself, of either repository.

use std::fmt;

use jiff::Timestamp;

use super::hex;

/// The id of a git object: 20 bytes (SHA-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 20]);

impl ObjectId {
    /// From raw bytes, as tree entries hold them.
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Reads exactly 40 hex digits of either case.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::read(text).map(Self)
    }

    /// The first seven hex digits, as people say it.
    pub fn short(&self) -> String {
        self.to_string()[..7].to_string()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The id of a commit.
pub type CommitId = ObjectId;
/// The id of a tree.
pub type TreeId = ObjectId;
/// The id of a blob.
pub type BlobId = ObjectId;

/// Who did something, as git records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub email: String,
    pub when: Timestamp,
}

/// What a commit says of itself. All texts are untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitInfo {
    pub id: CommitId,
    pub tree: TreeId,
    pub parents: Vec<CommitId>,
    pub author: Actor,
    pub committer: Actor,
    pub message: String,
    /// Whether the commit carries a `gpgsig` header, good or bad.
    pub signed: bool,
}

impl CommitInfo {
    /// The commit on one line: which, by whom, when, and what it says.
    pub fn told(&self) -> String {
        format!(
            "{} by {} <{}> at {}: {}",
            self.id.short(),
            self.author.name,
            self.author.email,
            self.committer.when,
            self.subject()
        )
    }

    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

/// The answer to "is a an ancestor of b", where a shallow history cannot say no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    Is(T),
    /// Why it cannot be told, and how to make it known.
    CannotTell(String),
}

impl<T> Known<T> {
    /// The same of what this makes of it.
    pub fn map<O>(self, of: impl FnOnce(T) -> O) -> Known<O> {
        match self {
            Self::Is(known) => Known::Is(of(known)),
            Self::CannotTell(why) => Known::CannotTell(why),
        }
    }
}

/// How far two commits of one repository are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distance {
    /// Commits that the first has and the second lacks.
    pub ahead: usize,
    /// Commits that the second has and the first lacks.
    pub behind: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_own_text() {
        let text = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        let id = ObjectId::from_hex(text).unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(id.short(), "9d3e7aa");
        assert_eq!(ObjectId::from_hex("9d3e7aa"), None);
        assert_eq!(ObjectId::from_hex(&"g".repeat(40)), None);
    }
}
