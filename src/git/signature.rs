//! What is known of commit signatures, for display and for gates.

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::report::SignatureWord;

use super::repo::Repo;

/// What is known of one commit's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub state: SignatureWord,
    /// The principal (SSH) or user id (OpenPGP, X.509).
    pub signer: Option<String>,
}

impl Repo {
    /// The signatures of these commits, in order, for display. `allowed_signers`: the bytes of the configured signers file
    /// at the base; `None`: what the user's git is set up with. Unknown is never good.
    pub fn signatures(&self, _commits: &[CommitId], _allowed_signers: Option<&[u8]>) -> Result<Vec<Signature>, Error> {
        unimplemented!()
    }
}
