//! What becomes of a folder of evidence: written, or checked.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::gates::VerdictWord;

/// report --evidence
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EvidenceReport {
    pub folder: String,
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
    pub files: usize,
    pub landings: usize,
    pub statements: usize,
    /// Whether its list of files is signed.
    pub signed: bool,
    pub notes: Vec<String>,
}

/// verify --evidence
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EvidenceVerdict {
    pub folder: String,
    /// `pass`, `fail` where something is wrong, `unknown` where something cannot be told.
    pub verdict: VerdictWord,
    /// The key by which the list of files is signed; none where it is not.
    pub key: Option<String>,
    /// Whose key that is, by the file that was given.
    pub signers: Vec<String>,
    pub files: usize,
    pub landings: usize,
    pub statements: usize,
    /// How many landings bear no good signature of anybody known at their base: no fault of the folder.
    pub unvouched: usize,
    /// How many landings have no verdict recorded.
    pub unrecorded: usize,
    pub findings: Vec<EvidenceFinding>,
    pub notes: Vec<String>,
}

/// Something that is wrong, or cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EvidenceFinding {
    /// The file in the folder.
    pub file: String,
    /// `fail`, or `unknown`.
    pub verdict: VerdictWord,
    pub says: String,
}
