//! Who vouches for commits, as of now and by keys that the caller gives: nothing that the user, the clone or the commit itself
//! is set up with has a say.

pub(super) mod armor;
mod bench;
mod openpgp;
mod ssh;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::signature::SignatureWord;

use self::armor::Armor;
use self::bench::{Bench, Secured};
pub use self::bench::{Keys, Vouched};
pub use self::openpgp::ListedKey;
use super::carried::Carried;
use super::repo::Repo;
use crate::process::Surroundings;

/// What git signs commits for.
pub(super) const COMMITS: &str = "git";

/// Bytes with an SSH signature in its binary form (openssh, PROTOCOL.sshsig).
#[derive(Debug, Clone, Copy)]
pub struct SealedBytes<'a> {
    pub payload: &'a [u8],
    pub signature: &'a [u8],
}

/// One signature to be checked, in the form that programs read.
struct Asked<'a> {
    armor: Armor,
    signature: Cow<'a, [u8]>,
    payload: &'a [u8],
}

impl Repo {
    /// Who vouches for each of these commits, in order. git takes a commit's own date for the time at which an SSH key must
    /// have been good; here that is now, for every kind of key.
    ///
    /// # Errors
    /// A commit is not here; a program could not be run to its end.
    pub fn vouched(&self, commits: &[CommitId], keys: &Keys) -> Result<Vec<Vouched>, Error> {
        let distinct: BTreeSet<CommitId> = commits.iter().copied().collect();
        let raw = distinct.iter().map(|commit| self.store().raw_commit(*commit)).collect::<Result<Vec<_>, Error>>()?;
        let raw: Vec<&[u8]> = raw.iter().map(Vec::as_slice).collect();
        let judged: HashMap<CommitId, Vouched> =
            distinct.into_iter().zip(of_raw(self.surroundings(), &raw, keys)?).collect();
        let unknown = Vouched::new(SignatureWord::Unknown);
        Ok(commits.iter().map(|commit| judged.get(commit).unwrap_or(&unknown).clone()).collect())
    }

    /// Who vouches for each of these, in order, by an SSH signature that was made for this namespace: as of now, as for commits.
    /// What is no such signature is bad.
    ///
    /// # Errors
    /// A program could not be run to its end.
    pub fn vouched_bytes(
        &self,
        namespace: &str,
        sealed: &[SealedBytes<'_>],
        keys: &Keys,
    ) -> Result<Vec<Vouched>, Error> {
        of_sealed(self.surroundings(), namespace, sealed, keys)
    }

    /// The OpenPGP keys among these; `None`: gpg is not there to list them.
    ///
    /// # Errors
    /// It could not be run to its end.
    pub fn openpgp_keys(&self, keys: &Keys) -> Result<Option<Vec<ListedKey>>, Error> {
        openpgp::Ring::listed(&Bench::new(self.surroundings())?, keys)
    }
}

/// Who vouches for each of these commits, given by their bytes, in order; no repository is needed.
///
/// # Errors
/// A program could not be run to its end.
pub fn of_raw(surroundings: &Surroundings, commits: &[&[u8]], keys: &Keys) -> Result<Vec<Vouched>, Error> {
    of_carried(surroundings, commits.iter().map(|raw| Carried::read(raw)), keys)
}

/// The same of annotated tags.
///
/// # Errors
/// A program could not be run to its end.
pub fn of_tags(surroundings: &Surroundings, tags: &[&[u8]], keys: &Keys) -> Result<Vec<Vouched>, Error> {
    of_carried(surroundings, tags.iter().map(|raw| Carried::of_tag(raw)), keys)
}

fn of_carried(
    surroundings: &Surroundings,
    all: impl Iterator<Item = Option<Carried>>,
    keys: &Keys,
) -> Result<Vec<Vouched>, Error> {
    let read = |carried: Option<Carried>| match carried {
        None => Err(SignatureWord::None),
        Some(carried) => Armor::of(&carried).map(|armor| (armor, carried)),
    };
    let read: Vec<Result<(Armor, Carried), SignatureWord>> = all.map(read).collect();
    let asked = read.iter().flatten().map(|(armor, carried)| Asked {
        armor: armor.clone(),
        signature: Cow::Borrowed(&carried.signature),
        payload: &carried.payload,
    });
    let asked: Vec<Asked<'_>> = asked.collect();
    let mut judged = checked(surroundings, COMMITS, &asked, keys)?.into_iter();
    let told = |one: &Result<_, SignatureWord>| match one {
        Ok(_) => judged.next().unwrap_or_else(|| Vouched::new(SignatureWord::Unknown)),
        Err(word) => Vouched::new(*word),
    };
    Ok(read.iter().map(told).collect())
}

/// The same of bytes with an SSH signature that was made for a namespace.
///
/// # Errors
/// A program could not be run to its end.
pub fn of_sealed(
    surroundings: &Surroundings,
    namespace: &str,
    sealed: &[SealedBytes<'_>],
    keys: &Keys,
) -> Result<Vec<Vouched>, Error> {
    let asked = sealed.iter().map(|one| {
        let armor = Armor::of_blob(one.signature)?;
        Some(Asked { armor, signature: armor::armored(one.signature).into(), payload: one.payload })
    });
    let all: Vec<Option<Asked<'_>>> = asked.collect();
    let is_any: Vec<bool> = all.iter().map(Option::is_some).collect();
    let asked: Vec<Asked<'_>> = all.into_iter().flatten().collect();
    let mut checked = checked(surroundings, namespace, &asked, keys)?.into_iter();
    let told = |is_one: bool| if is_one { checked.next() } else { None };
    let bad = || Vouched::new(SignatureWord::Bad);
    Ok(is_any.into_iter().map(told).map(|vouched| vouched.unwrap_or_else(bad)).collect())
}

/// The fingerprint of the key of an SSH signature: `SHA256:...`; `None`: it is none.
pub fn fingerprint(signature: &[u8]) -> Option<String> {
    let signer = armor::signer(signature)?;
    let plain = ssh_key::PublicKey::from_bytes(signer).map(|key| key.key_data().clone());
    let key = plain.or_else(|_| ssh_key::Certificate::from_bytes(signer).map(|one| one.public_key().clone())).ok()?;
    Some(key.fingerprint(ssh_key::HashAlg::Sha256).to_string())
}

/// An SSH signature as a file of its own has it.
pub fn armored(signature: &[u8]) -> Vec<u8> {
    armor::armored(signature)
}

/// An SSH signature out of a file of its own; `None`: it is none.
pub fn unarmored(text: &str) -> Option<Vec<u8>> {
    armor::blob(text)
}

/// Has the signatures checked, several at a time: what belongs to a key is found out once.
fn checked(
    surroundings: &Surroundings,
    namespace: &str,
    asked: &[Asked<'_>],
    keys: &Keys,
) -> Result<Vec<Vouched>, Error> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let bench = Bench::new(surroundings)?;
    let by_ssh = |one: &Asked<'_>| match &one.armor {
        Armor::Ssh { key } => Some((key.clone(), one.signature.to_vec())),
        Armor::OpenPgp => None,
    };
    // One signature stands for all of its key.
    let samples: HashMap<String, Vec<u8>> = asked.iter().filter_map(by_ssh).collect();
    let signers = ssh::Signers::of(&bench, namespace, keys, samples)?;
    let has_openpgp = asked.iter().any(|one| one.armor == Armor::OpenPgp);
    let ring = has_openpgp.then(|| openpgp::Ring::of(&bench, keys)).transpose()?;
    let count = surroundings.meter.count("signatures", asked.len());
    let judge = |one: &Asked<'_>| {
        count.one();
        let secured = Secured { signature: bench.file(&one.signature)?, payload: one.payload };
        match (&one.armor, &ring) {
            (Armor::Ssh { key }, _) => signers.judge(&secured, key),
            (Armor::OpenPgp, Some(ring)) => ring.judge(&secured),
            (Armor::OpenPgp, None) => Ok(Vouched::new(SignatureWord::Unknown)),
        }
    };
    asked.par_iter().map(judge).collect()
}

#[cfg(test)]
mod tests;
