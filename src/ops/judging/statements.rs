//! The statements of the branch that they are kept on, as they count: each once, in the order in which they came, by keys that the
//! caller names. What stands there is anybody's to push: what is nobody's word is passed over, and what a later landing changed or
//! took away cannot be told any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::{EntryKind, Files as _};
use crate::domain::growth::{Arrived, Grown};
use crate::domain::hex::sha256;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::signature::SignatureWord;
use crate::domain::statement::{BRANCH, FOLDERS, NAMESPACE, Statement};
use crate::git::snapshot::Snapshot;
use crate::git::vouched::SealedBytes;
use crate::records::envelope::{self, Envelope};
use crate::records::statement;

use crate::ops::context::Context;
use crate::ops::judging::keys::Ring;

/// How far the clock of whoever says something may be ahead.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// The branch of statements as it stands.
pub struct Statements<'a> {
    context: &'a Context<'a>,
    /// `None`: there is none yet.
    there: Option<(CommitId, Snapshot, Arc<Grown>)>,
}

/// A file of the branch.
#[derive(Debug, Clone)]
pub struct Found {
    pub path: RepoPath,
    pub bytes: Vec<u8>,
    pub arrived: Arrived,
    /// What it says, and its envelope; `Err`: why it is no statement.
    pub read: Result<(Statement, Envelope), String>,
}

/// A statement that counts.
#[derive(Debug, Clone)]
pub struct Heard {
    pub path: RepoPath,
    pub statement: Statement,
    /// The principals of the key that signed it.
    pub by: Vec<String>,
    /// When it was said or when it came, whichever is earlier.
    pub since: Timestamp,
    pub arrived: Arrived,
}

/// A statement that does not count, and why.
#[derive(Debug, Clone)]
pub struct Unheard {
    pub path: RepoPath,
    pub why: String,
    pub by: Voice,
}

/// Whose a statement is that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Signed by no key that is known and good for statements.
    Stranger,
    /// Somebody's, or nobody looked.
    Other,
}

impl<'a> Statements<'a> {
    /// As they stand at a tip of their branch, where that is known; `None`: it is not there. `CannotTell`: nobody knows what became of
    /// them.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn of(context: &'a Context<'a>, tip: &Known<Option<CommitId>>) -> Result<Known<Self>, Error> {
        let tip = match tip {
            Known::Is(Some(tip)) => *tip,
            Known::Is(None) => return Ok(Known::Is(Self { context, there: None })),
            Known::CannotTell(why) => return Ok(Known::CannotTell(why.clone())),
        };
        Ok(match context.repo.grown(tip)? {
            Known::Is(grown) => Known::Is(Self { context, there: Some((tip, context.repo.snapshot(tip)?, grown)) }),
            Known::CannotTell(why) => Known::CannotTell(format!("`{BRANCH}` cannot be read: {why}")),
        })
    }

    /// The files of a folder, in the order in which they came. `CannotTell`: one of them is not what it was.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn in_folder(&self, folder: &RepoPath) -> Result<Known<Vec<Found>>, Error> {
        let Some((_, files, grown)) = &self.there else { return Ok(Known::Is(Vec::new())) };
        if let Some((path, commit)) = grown.broken.iter().find(|(path, _)| path.is_within(folder)) {
            return Ok(Known::CannotTell(format!(
                "{} changed or took away `{path}` of `{BRANCH}`, which only grows",
                commit.short()
            )));
        }
        let mut out = Vec::new();
        for entry in files.list(folder)?.into_iter().filter(|entry| entry.kind == EntryKind::File) {
            let (Some(arrived), Some(bytes)) = (grown.files.get(&entry.path), files.read(&entry.path)?) else {
                continue;
            };
            let read = envelope::parse(&bytes).and_then(|envelope| {
                let said = statement::parse(&envelope.payload)?;
                // A file that was put elsewhere is about something else.
                let is_its = said.folder().ok() == entry.path.parent();
                if is_its { Ok((said, envelope)) } else { Err("it does not stand where it belongs".to_string()) }
            });
            out.push(Found { path: entry.path.clone(), bytes: bytes.to_vec(), arrived: *arrived, read });
        }
        out.sort_by_key(|one| (one.arrived.nth, one.path.clone()));
        Ok(Known::Is(out))
    }

    /// Where the branch was read; `None`: it is not there.
    pub fn tip(&self) -> Option<CommitId> {
        self.there.as_ref().map(|(tip, ..)| *tip)
    }

    /// Every folder below one that has files.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn folders(&self, below: &RepoPath) -> BTreeSet<RepoPath> {
        let files = self.there.iter().flat_map(|(_, _, grown)| grown.files.keys().chain(grown.broken.keys()));
        files.filter(|path| path.is_within(below)).filter_map(RepoPath::parent).collect()
    }

    /// Every folder of statements that has files.
    ///
    /// # Errors
    /// None but an internal one.
    pub fn all_folders(&self) -> Result<Vec<RepoPath>, Error> {
        let mut out = Vec::new();
        for below in FOLDERS {
            out.extend(self.folders(&RepoPath::new(below).map_err(anyhow::Error::from)?));
        }
        Ok(out)
    }

    /// Those of some files that count by a ring of keys, and why the others do not.
    ///
    /// # Errors
    /// The signatures cannot be checked.
    pub fn heard(&self, found: &[Found], ring: &Ring) -> Result<(Vec<Heard>, Vec<Unheard>), Error> {
        let (mut heard, mut unheard): (Vec<Heard>, Vec<Unheard>) = (Vec::new(), Vec::new());
        let mut no = |one: &Found, why: String, by: Voice| unheard.push(Unheard { path: one.path.clone(), why, by });
        let mut sealed: Vec<(&Found, &Statement, Vec<u8>, &[u8])> = Vec::new();
        for one in found {
            match &one.read {
                Err(why) => no(one, why.clone(), Voice::Other),
                Ok((said, _)) if said.at().duration_since(self.context.now) > AHEAD => {
                    no(one, format!("it is of {}, which is to come", said.at()), Voice::Other);
                }
                Ok((said, envelope)) => match envelope.signatures.as_slice() {
                    [only] => sealed.push((one, said, envelope::to_sign(&envelope.payload), &only.signature)),
                    all => no(one, format!("it has {} signatures, and not one", all.len()), Voice::Other),
                },
            }
        }
        let bytes: Vec<SealedBytes<'_>> =
            sealed.iter().map(|(.., payload, signature)| SealedBytes { payload, signature }).collect();
        let vouched = self.context.repo.vouched_bytes(NAMESPACE, &bytes, &ring.keys)?;
        let mut before: BTreeSet<(&[u8], Vec<String>)> = BTreeSet::new();
        for ((one, said, ..), vouched) in sealed.iter().zip(vouched) {
            let payload = one.read.as_ref().map_or(&[][..], |(_, envelope)| &envelope.payload);
            match vouched.state {
                SignatureWord::Good if ring.is_lander(&vouched.principals) => {
                    no(one, "it is signed by a key that only signs merges or receipts".to_string(), Voice::Other);
                }
                // The same words of the same person again are the same statement: it is as old as the first of them. Another's are no
                // way to keep them from counting.
                SignatureWord::Good if !before.insert((payload, ring.person(&vouched.principals))) => {
                    no(one, "it was said before".to_string(), Voice::Other);
                }
                SignatureWord::Good => heard.push(Heard {
                    path: one.path.clone(),
                    statement: (*said).clone(),
                    by: vouched.principals,
                    since: said.at().min(one.arrived.when),
                    arrived: one.arrived,
                }),
                _ => {
                    let why = "it is not signed by a key that is known at the base and good for statements";
                    no(one, why.to_string(), Voice::Stranger);
                }
            }
        }
        let withdrawn = withdrawn(found, &heard, ring);
        let (heard, gone): (Vec<Heard>, Vec<Heard>) =
            heard.into_iter().partition(|one| !withdrawn.contains_key(&one.path));
        unheard.extend(gone.into_iter().map(|one| {
            let why = format!("it was withdrawn at {}", withdrawn[&one.path]);
            Unheard { path: one.path, why, by: Voice::Other }
        }));
        Ok((heard, unheard))
    }
}

/// The statements that count no more, and since when: whoever made one may withdraw it, and nobody else.
fn withdrawn(found: &[Found], heard: &[Heard], ring: &Ring) -> BTreeMap<RepoPath, Timestamp> {
    let mut out = BTreeMap::new();
    for one in heard {
        let Statement::Withdrawal(withdrawal) = &one.statement else { continue };
        let payload = |path: &RepoPath| {
            let file = found.iter().find(|file| file.path == *path)?;
            Some((file, &file.read.as_ref().ok()?.1.payload))
        };
        // Whichever file the words came in first.
        let Some((_, words)) = payload(&withdrawal.of).filter(|(file, _)| sha256(&file.bytes) == withdrawal.sha256)
        else {
            continue;
        };
        let is_it = |other: &&Heard| payload(&other.path).is_some_and(|(_, own)| own == words);
        let is_own = |other: &&Heard| ring.is_one(&one.by, &other.by);
        if let Some(other) = heard.iter().filter(is_it).find(is_own) {
            out.insert(other.path.clone(), one.since);
        }
    }
    out
}
