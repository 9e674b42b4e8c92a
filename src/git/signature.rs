//! What is known of commit signatures, for display and for gates.

use std::collections::HashMap;
use std::io::Write;

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::signature::SignatureWord;

use super::carried::{Carried, KINDS};
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
        let mut signatures: HashMap<CommitId, Signature> = HashMap::new();
        let mut asked = Vec::new();
        for commit in commits {
            let raw = self.store().raw_commit(*commit)?;
            let Some(carried) = Carried::read(&raw) else { continue };
            // git gives up on everything that it was asked where one signature is of no kind that it knows.
            if signatures.insert(*commit, Signature { state: SignatureWord::Unknown, signer: None }).is_none()
                && KINDS.iter().any(|kind| carried.signature.starts_with(kind.as_bytes()))
            {
                asked.push(*commit);
            }
        }
        if !asked.is_empty() {
            for (commit, mut judged) in self.judged(&asked, allowed_signers)? {
                // git says "bad" too where ssh-keygen could not be started.
                if judged.state == SignatureWord::Bad
                    && Carried::read(&self.store().raw_commit(commit)?).is_some_and(|carried| carried.is_valid_ssh())
                {
                    judged.state = SignatureWord::Unknown;
                }
                signatures.insert(commit, judged);
            }
        }
        let unsigned = Signature { state: SignatureWord::None, signer: None };
        Ok(commits.iter().map(|commit| signatures.get(commit).unwrap_or(&unsigned).clone()).collect())
    }

    /// Asks git for all at once; it starts gpg, gpgsm or ssh-keygen as each signature needs.
    fn judged(
        &self,
        commits: &[CommitId],
        allowed_signers: Option<&[u8]>,
    ) -> Result<HashMap<CommitId, Signature>, Error> {
        let mut args = self.place.config()?.checkers_of_the_user();
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

#[cfg(test)]
mod tests {
    use super::super::kept::one_more_setting;
    use super::super::sample::{BEGIN, Sample};
    use super::*;
    use std::path::{Path, PathBuf};

    /// Makes a key without a passphrase; gives its file and the line for an allowed-signers file.
    fn key(sample: &Sample, name: &str) -> (PathBuf, String) {
        let file = sample.path(name);
        let made = std::process::Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(&file)
            .output()
            .unwrap();
        assert!(made.status.success());
        let public = std::fs::read_to_string(file.with_extension("pub")).unwrap();
        (file, format!("{name}@example.com {}\n", public.trim()))
    }

    fn signed(sample: &Sample, dir: &Path, key: &Path, time: i64) -> CommitId {
        let key = format!("user.signingkey={}", key.display());
        let args = ["-c", "gpg.format=ssh", "-c", &key, "commit", "-q", "-S", "--allow-empty", "-m", "signed"];
        sample.git_at(dir, time, &args);
        sample.id(dir, "HEAD")
    }

    #[test]
    fn each_signature_has_its_word_and_unknown_is_never_good() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let (mei, mei_line) = key(&sample, "mei");
        let (eve, _) = key(&sample, "eve");
        let none = sample.commit_all(&dir, "unsigned");
        let good = signed(&sample, &dir, &mei, BEGIN + 100);
        let stranger = signed(&sample, &dir, &eve, BEGIN + 200);
        // The same signature under another message.
        let text =
            sample.git(&dir, &["cat-file", "commit", &good.to_string()]).replace("\n\nsigned", "\n\nforged") + "\n";
        std::fs::write(dir.join("forged"), text).unwrap();
        let forged = sample.git(&dir, &["hash-object", "-t", "commit", "-w", "forged"]);
        let forged = CommitId::from_hex(&forged).unwrap();
        let garbled =
            sample.git(&dir, &["cat-file", "commit", &good.to_string()]).replace("BEGIN SSH SIG", "BEGIN ODD SIG")
                + "\n";
        std::fs::write(dir.join("garbled"), garbled).unwrap();
        let garbled = CommitId::from_hex(&sample.git(&dir, &["hash-object", "-t", "commit", "-w", "garbled"])).unwrap();

        let repo = super::super::repo::Repo::open(&dir, &sample.surroundings).unwrap();
        let commits = [good, none, stranger, forged, good, garbled];
        let words = |signers: Option<&str>| -> Vec<SignatureWord> {
            let found = repo.signatures(&commits, signers.map(str::as_bytes)).unwrap();
            found.iter().map(|signature| signature.state).collect()
        };
        use SignatureWord::{Bad, Expired, Good, None as Unsigned, Unknown, Untrusted};
        assert_eq!(words(Some(&mei_line)), [Good, Unsigned, Untrusted, Bad, Good, Unknown]);
        assert_eq!(words(Some("")), [Untrusted, Unsigned, Untrusted, Bad, Untrusted, Unknown]);
        // Nobody has set a signers file up: nothing can be told, but signed commits are not unsigned.
        assert_eq!(words(None), [Unknown, Unsigned, Unknown, Unknown, Unknown, Unknown]);
        let late = mei_line.replacen(" ssh-", " valid-after=\"20300101\" ssh-", 1);
        assert!(![Good, Expired].contains(&words(Some(&late))[0]));
        let names = repo.signatures(&commits, Some(mei_line.as_bytes())).unwrap();
        assert_eq!((names[0].signer.as_deref(), &names[1].signer), (Some("mei@example.com"), &None));
    }

    #[test]
    fn a_missing_program_is_not_a_bad_signature() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let (mei, line) = key(&sample, "mei");
        let good = signed(&sample, &dir, &mei, BEGIN + 100);
        let mut surroundings = sample.surroundings.clone();
        for (name, value) in one_more_setting(&surroundings, "gpg.ssh.program", "/nowhere/ssh-keygen") {
            surroundings.variables.insert(name, value);
        }
        let repo = super::super::repo::Repo::open(&dir, &surroundings).unwrap();
        assert_eq!(repo.signatures(&[good], Some(line.as_bytes())).unwrap()[0].state, SignatureWord::Unknown);
    }

    #[test]
    fn a_program_that_the_clone_itself_names_is_not_started() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let (mei, line) = key(&sample, "mei");
        let good = signed(&sample, &dir, &mei, BEGIN + 100);
        sample.git(&dir, &["config", "gpg.ssh.program", "/nowhere/ssh-keygen"]);
        let repo = super::super::repo::Repo::open(&dir, &sample.surroundings).unwrap();
        assert_eq!(repo.signatures(&[good], Some(line.as_bytes())).unwrap()[0].state, SignatureWord::Good);
    }

    #[test]
    fn the_letters_of_git_are_read_with_care() {
        assert_eq!(word(b"X"), SignatureWord::Expired);
        assert_eq!(word(b"Y"), SignatureWord::Expired);
        assert_eq!(word(b"R"), SignatureWord::Revoked);
        for letter in [&b"E"[..], b"N", b"", b"g", b"?", b"GG"] {
            assert_eq!(word(letter), SignatureWord::Unknown);
        }
    }
}
