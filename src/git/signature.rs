//! What is known of commit signatures, for display and for gates.

use std::collections::{HashMap, HashSet};
use std::io::Write;

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
    pub fn signatures(&self, commits: &[CommitId], allowed_signers: Option<&[u8]>) -> Result<Vec<Signature>, Error> {
        let mut signed = HashSet::new();
        for commit in commits {
            if self.commit(*commit)?.signed {
                signed.insert(*commit);
            }
        }
        let judged = if signed.is_empty() { HashMap::new() } else { self.judged(&signed, allowed_signers)? };
        let unsigned = Signature { state: SignatureWord::None, signer: None };
        let silent = Signature { state: SignatureWord::Unknown, signer: None };
        Ok(commits
            .iter()
            .map(|commit| match judged.get(commit) {
                Some(signature) => signature.clone(),
                None if signed.contains(commit) => silent.clone(),
                None => unsigned.clone(),
            })
            .collect())
    }

    /// Asks git for all at once; it starts gpg, gpgsm or ssh-keygen as each signature needs.
    fn judged(
        &self,
        commits: &HashSet<CommitId>,
        allowed_signers: Option<&[u8]>,
    ) -> Result<HashMap<CommitId, Signature>, Error> {
        let mut args: Vec<String> = Vec::new();
        // The file has a random name, is the user's alone, and goes when this returns.
        let signers = match allowed_signers {
            None => None,
            Some(bytes) => {
                let mut file = tempfile::Builder::new().prefix("stageline-signers-").tempfile()?;
                file.write_all(bytes)?;
                file.flush()?;
                Some(file)
            }
        };
        if let Some(file) = &signers {
            args.push("-c".into());
            args.push(format!("gpg.ssh.allowedSignersFile={}", file.path().display()));
        }
        args.extend(LOG.iter().map(|arg| (*arg).into()));
        let stdin: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
        let out = self.history_of(&args, Some(stdin.into_bytes()))?;
        Ok(read(&out))
    }
}

const LOG: &[&str] = &[
    "-c",
    "log.showSignature=false",
    "log",
    "--no-walk=unsorted",
    "--stdin",
    "-z",
    "--no-patch",
    "--no-color",
    "--no-notes",
    "--no-decorate",
    "--format=%H%x00%G?%x00%GS",
];

/// Reads three records a commit. Only commits that carry a signature are asked for, so `N` means that it was not checked.
fn read(out: &[u8]) -> HashMap<CommitId, Signature> {
    let records: Vec<&[u8]> = out.split(|byte| *byte == 0).collect();
    let mut judged = HashMap::new();
    for record in records.chunks_exact(3) {
        let Some(commit) = std::str::from_utf8(record[0]).ok().and_then(CommitId::from_hex) else { continue };
        let signer = String::from_utf8_lossy(record[2]).trim().to_string();
        judged.insert(commit, Signature { state: word(record[1]), signer: Some(signer).filter(|s| !s.is_empty()) });
    }
    judged
}

/// The letters of `%G?` in git-log(1); whatever else a later git may say is unknown.
fn word(letter: &[u8]) -> SignatureWord {
    match letter {
        b"G" => SignatureWord::Good,
        b"U" => SignatureWord::Untrusted,
        b"B" => SignatureWord::Bad,
        b"X" | b"Y" => SignatureWord::Expired,
        b"R" => SignatureWord::Revoked,
        _ => SignatureWord::Unknown,
    }
}
