//! What is known of a signature.

use schemars::JsonSchema;
use serde::Serialize;

/// What is known of a signature. Unknown is never shown as good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureWord {
    Good,
    /// Valid, but by a key that is not in the signers file or not trusted.
    Untrusted,
    Bad,
    Expired,
    Revoked,
    None,
    /// It could not be checked: no signers file, no key, no program.
    Unknown,
}

impl SignatureWord {
    /// As JSON has it.
    pub fn word(self) -> &'static str {
        match self {
            SignatureWord::Good => "good",
            SignatureWord::Untrusted => "untrusted",
            SignatureWord::Bad => "bad",
            SignatureWord::Expired => "expired",
            SignatureWord::Revoked => "revoked",
            SignatureWord::None => "none",
            SignatureWord::Unknown => "unknown",
        }
    }
}
