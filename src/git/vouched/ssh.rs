//! SSH signatures, checked by ssh-keygen against an allowed-signers file as it stands now.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::domain::refusal::Error;
use crate::domain::signature::SignatureWord;
use crate::process::Finished;

use super::bench::{Bench, Keys, Ran, Secured, Vouched};

const PROGRAM: &str = "ssh-keygen";

/// How ssh-keygen ends where a signature does not hold.
const FAILED: i32 = 255;

/// The allowed signers, and whom each key that was met belongs to.
pub(super) struct Signers<'a> {
    bench: &'a Bench<'a>,
    /// What the signatures are to be for.
    namespace: &'a str,
    allowed: PathBuf,
    /// Whether the caller knows any: without a file nobody is a stranger.
    is_told: bool,
    revoked: Option<PathBuf>,
    /// By the key as the file has it.
    owners: HashMap<String, Owner>,
}

/// Whom a key belongs to.
#[derive(Debug, Default)]
struct Owner {
    /// As ssh-keygen names them, patterns among them.
    principals: Vec<String>,
    /// Whether a line gave it to somebody until some time ago.
    is_expired: bool,
}

impl<'a> Signers<'a> {
    /// Finds out whom the keys belong to, with one signature of each.
    pub(super) fn of(
        bench: &'a Bench<'a>,
        namespace: &'a str,
        keys: &Keys,
        samples: HashMap<String, Vec<u8>>,
    ) -> Result<Self, Error> {
        let lines = keys.ssh.as_deref().unwrap_or_default();
        let find = |(key, sample): (String, Vec<u8>)| {
            let owner = owner(bench, lines, &key, &bench.file(&sample)?)?;
            Ok::<_, Error>((key, owner))
        };
        let owners = samples.into_par_iter().map(find).collect::<Result<_, Error>>()?;
        let revoked = keys.revoked_ssh.as_ref().map(|bytes| bench.file(bytes)).transpose()?;
        Ok(Self { bench, namespace, allowed: bench.file(lines)?, is_told: keys.ssh.is_some(), revoked, owners })
    }

    /// Who vouches by a signature of this key.
    pub(super) fn judge(&self, secured: &Secured<'_>, key: &str) -> Result<Vouched, Error> {
        let nobody = Owner::default();
        let owner = self.owners.get(key).unwrap_or(&nobody);
        let (mut good, mut principals) = (None, Vec::new());
        for principal in &owner.principals {
            match self.verify(secured, principal, self.revoked.as_deref())? {
                Ran::NotThere => return Ok(lacking()),
                Ran::To(done) if done.code == Some(0) => {
                    good = fingerprint(&done);
                    principals.push(principal);
                }
                Ran::To(_) => {}
            }
        }
        if good.is_none() {
            return self.doubted(secured, owner);
        }
        // A pattern stands for many, so it is nobody's name.
        let is_name = |name: &&&String| !name.contains(['*', '?']) && !name.starts_with('!');
        let principals = principals.iter().filter(is_name).map(|name| (*name).clone()).collect();
        Ok(Vouched { principals, fingerprint: good, ..Vouched::new(SignatureWord::Good) })
    }

    fn verify(&self, secured: &Secured<'_>, principal: &str, revoked: Option<&Path>) -> Result<Ran, Error> {
        let mut args = words(&["-Y", "verify", "-n", self.namespace, "-I", principal, "-f"]);
        args.extend([self.allowed.clone().into(), "-s".into(), secured.signature.clone().into()]);
        if let Some(revoked) = revoked {
            args.extend(["-r".into(), revoked.into()]);
        }
        self.bench.run(PROGRAM, args, secured.payload)
    }

    /// The word for a signature that is not good.
    fn doubted(&self, secured: &Secured<'_>, owner: &Owner) -> Result<Vouched, Error> {
        let mut args = words(&["-Y", "check-novalidate", "-n", self.namespace, "-s"]);
        args.push(secured.signature.clone().into());
        let done = match self.bench.run(PROGRAM, args, secured.payload)? {
            Ran::NotThere => return Ok(lacking()),
            Ran::To(done) => done,
        };
        let state = match done.code {
            Some(0) if !self.is_told => SignatureWord::Unknown,
            Some(0) if self.is_revoked(secured, owner)? => SignatureWord::Revoked,
            Some(0) if owner.is_expired => SignatureWord::Expired,
            Some(0) => SignatureWord::Untrusted,
            Some(FAILED) => SignatureWord::Bad,
            None => SignatureWord::Unknown,
            // It has told its usage: it is too old to check signatures.
            Some(_) => return Ok(lacking()),
        };
        Ok(Vouched { fingerprint: fingerprint(&done), ..Vouched::new(state) })
    }

    /// Whether it would be good but for the list of revoked keys, which also nobody can pass where it cannot be read.
    fn is_revoked(&self, secured: &Secured<'_>, owner: &Owner) -> Result<bool, Error> {
        if self.revoked.is_none() {
            return Ok(false);
        }
        for principal in &owner.principals {
            if matches!(self.verify(secured, principal, None)?, Ran::To(done) if done.code == Some(0)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whom the lines give a key to now. ssh-keygen stops at the first line that fits, so it is asked for each that may.
fn owner(bench: &Bench<'_>, lines: &[u8], key: &str, sample: &Path) -> Result<Owner, Error> {
    let mut owner = Owner::default();
    let has = |line: &[u8], word: &str| line.windows(word.len()).any(|part| part == word.as_bytes());
    for line in lines.split(|byte| *byte == b'\n') {
        if !has(line, key) && !has(&line.to_ascii_lowercase(), "cert-authority") {
            continue;
        }
        let mut args = words(&["-Y", "find-principals", "-f"]);
        args.extend([bench.file(line)?.into(), "-s".into(), sample.into()]);
        let Ran::To(done) = bench.run(PROGRAM, args, b"")? else { break };
        owner.is_expired |= String::from_utf8_lossy(&done.stderr).contains("expired");
        if done.code != Some(0) {
            continue;
        }
        for name in std::str::from_utf8(&done.stdout).unwrap_or_default().lines().filter(|name| !name.is_empty()) {
            if !owner.principals.iter().any(|known| known == name) {
                owner.principals.push(name.to_string());
            }
        }
    }
    Ok(owner)
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

fn lacking() -> Vouched {
    Vouched { lacks: Some(PROGRAM), ..Vouched::new(SignatureWord::Unknown) }
}

/// The key's fingerprint, the last word that ssh-keygen says of a good signature.
fn fingerprint(done: &Finished) -> Option<String> {
    let text = std::str::from_utf8(&done.stdout).ok()?;
    text.lines().next()?.rsplit(' ').next().filter(|word| word.starts_with("SHA256:")).map(str::to_string)
}
