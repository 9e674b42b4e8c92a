//! Who vouches for commits, as of now and by keys that the caller gives: nothing that the user, the clone or the commit itself
//! is set up with has a say.

mod armor;
mod bench;
mod openpgp;
mod ssh;

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

impl Repo {
    /// Who vouches for each of these commits, in order. git takes a commit's own date for the time at which an SSH key must
    /// have been good; here that is now, for every kind of key.
    ///
    /// # Errors
    /// A commit is not here; a program could not be run to its end.
    pub fn vouched(&self, commits: &[CommitId], keys: &Keys) -> Result<Vec<Vouched>, Error> {
        let distinct: BTreeSet<CommitId> = commits.iter().copied().collect();
        let mut judged: HashMap<CommitId, Vouched> = HashMap::new();
        let mut asked = Vec::new();
        for commit in distinct {
            match Carried::read(&self.store().raw_commit(commit)?) {
                None => drop(judged.insert(commit, Vouched::new(SignatureWord::None))),
                Some(carried) => match Armor::of(&carried) {
                    Ok(armor) => asked.push((commit, armor, carried)),
                    Err(word) => drop(judged.insert(commit, Vouched::new(word))),
                },
            }
        }
        if !asked.is_empty() {
            judged.extend(self.checked(&asked, keys)?);
        }
        let unknown = Vouched::new(SignatureWord::Unknown);
        Ok(commits.iter().map(|commit| judged.get(commit).unwrap_or(&unknown).clone()).collect())
    }

    /// The OpenPGP keys among these; `None`: gpg is not there to list them.
    ///
    /// # Errors
    /// It could not be run to its end.
    pub fn openpgp_keys(&self, keys: &Keys) -> Result<Option<Vec<ListedKey>>, Error> {
        openpgp::Ring::listed(&Bench::new(self.surroundings())?, keys)
    }

    /// Has the signatures checked, several at a time: what belongs to a key is found out once.
    fn checked(&self, asked: &[(CommitId, Armor, Carried)], keys: &Keys) -> Result<Vec<(CommitId, Vouched)>, Error> {
        let bench = Bench::new(self.surroundings())?;
        let by_ssh = |(_, armor, carried): &'_ (CommitId, Armor, Carried)| match armor {
            Armor::Ssh { key } => Some((key.clone(), carried.signature.clone())),
            Armor::OpenPgp => None,
        };
        // One signature stands for all of its key.
        let samples: HashMap<String, Vec<u8>> = asked.iter().filter_map(by_ssh).collect();
        let signers = ssh::Signers::of(&bench, keys, samples)?;
        let has_openpgp = asked.iter().any(|(_, armor, _)| *armor == Armor::OpenPgp);
        let ring = has_openpgp.then(|| openpgp::Ring::of(&bench, keys)).transpose()?;
        let judge = |(commit, armor, carried): &(CommitId, Armor, Carried)| {
            let secured = Secured { signature: bench.file(&carried.signature)?, payload: &carried.payload };
            let vouched = match (armor, &ring) {
                (Armor::Ssh { key }, _) => signers.judge(&secured, key)?,
                (Armor::OpenPgp, Some(ring)) => ring.judge(&secured)?,
                (Armor::OpenPgp, None) => Vouched::new(SignatureWord::Unknown),
            };
            Ok((*commit, vouched))
        };
        asked.par_iter().map(judge).collect()
    }
}

#[cfg(test)]
mod tests;
