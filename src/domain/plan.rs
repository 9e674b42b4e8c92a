//! What is going to happen, as data: edits of files, moves of pins, who acts, and where it lands.

use std::collections::{BTreeMap, BTreeSet};

use super::change_digest::ChangeDigest;
use super::commit::{BlobId, CommitId};
use super::files::{Entry, EntryKind};
use super::hold::{Cover, RecordChange};
use super::hotfix::HotfixChange;
use super::names::{AppName, BranchName, EnvName};
use super::path::RepoPath;
use super::pin::PinMove;
use super::preview::{InstanceChange, Orphans};
use super::settings::Born;

/// One file as it was and as it becomes. The two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    pub path: RepoPath,
    /// The blob before; `None`: the file is new.
    pub was: Option<BlobId>,
    /// The bytes after; `None`: the file goes.
    pub becomes: Option<Vec<u8>>,
    pub mode: Mode,
}

/// Whether a file may be run once it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As what stands there; one that is new may not.
    Kept,
    Plain,
    Executable,
}

impl Mode {
    /// What a file is then, in the place of what stands there.
    pub fn makes(self, there: Option<EntryKind>) -> EntryKind {
        match (self, there) {
            (Mode::Executable, _) | (Mode::Kept, Some(EntryKind::Executable)) => EntryKind::Executable,
            _ => EntryKind::File,
        }
    }
}

/// The branch that a plan changes and the commit that it was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub branch: BranchName,
    pub base: CommitId,
}

/// How a plan becomes history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landing {
    Direct,
    /// The branch from which a request is opened.
    MergeRequest {
        branch: BranchName,
    },
}

/// What a changed path is, by the policy at the base, where it is more than a pin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// State that is kept in files: holds, previews, hotfixes.
    Record,
    /// Under the overlays of these environments, or something that they build on.
    Environment(BTreeSet<EnvName>),
    /// It says what may land: `stageline.yaml`, signers, owners, pipelines, what changes how git reads a tree.
    Policy,
    /// Nothing that is governed.
    Outside,
}

/// A changed path where more than configured pins changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    pub path: RepoPath,
    pub class: Class,
    /// What stands there before and after; `None`: nothing, or a folder, whose files are told for themselves.
    pub was: Option<Entry>,
    pub is: Option<Entry>,
}

/// A pin that a side does not tell while something changed where it is written; not both are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub app: AppName,
    pub env: EnvName,
    /// Why it cannot be read before and after; `None`: it can.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// An application that comes to an environment and that the rules before the change do not name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    pub app: AppName,
    pub env: EnvName,
    /// Who lets it in: by the family of those rules that finds it, else the owners.
    pub by: Born,
}

/// Whether a change is one of who may what: people, groups, keys, signers, owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Authority {
    #[default]
    Same,
    Changed,
}

/// Something in the tree that comes by which a checkout, or another reader, may see something else than what is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Odd {
    pub path: RepoPath,
    /// What it is, as the end of a sentence that begins with its path.
    pub what: String,
}

/// What differs between two worlds of one branch: all that a gate sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub on: BranchName,
    pub moves: Vec<PinMove>,
    /// Of holds.
    pub records: Vec<RecordChange>,
    pub hotfixes: Vec<HotfixChange>,
    /// Every changed path that is not a pin and nothing else, in order.
    pub others: Vec<Other>,
    /// Those of them that stand under the overlay of one application in one environment, and that nothing else builds on, where
    /// the rules before the change name owners of it.
    pub own: BTreeMap<RepoPath, AppName>,
    pub unreadable: Vec<Unreadable>,
    pub births: Vec<Birth>,
    pub authority: Authority,
    /// Instances that come, go or move, each exactly as its template gives it. Their pins are among `moves`.
    pub instances: Vec<InstanceChange>,
    /// The paths of `others` that are nothing but that.
    pub made: BTreeSet<RepoPath>,
    /// Why an instance is not what its template gives, by the path that shows it first or the file that records it.
    pub unmade: BTreeMap<RepoPath, String>,
    /// Instances that it leaves where its own rules do not lead any more.
    pub orphans: Vec<Orphans>,
    /// Of the whole tree that comes, where somebody looked: also what did not change.
    pub odd: Vec<Odd>,
    /// What it makes an environment take from where nobody can tell what comes, where somebody looked.
    pub untold: Vec<Odd>,
}

impl Proposal {
    /// One that changes nothing.
    pub fn nothing(on: BranchName) -> Self {
        let (moves, records, hotfixes, others, own, unreadable, births) = Default::default();
        let (authority, instances, made, unmade, orphans, odd, untold) = Default::default();
        Self {
            on,
            moves,
            records,
            hotfixes,
            others,
            own,
            unreadable,
            births,
            authority,
            instances,
            made,
            unmade,
            orphans,
            odd,
            untold,
        }
    }

    /// The environments that it touches; a record of every environment touches all of `known`.
    pub fn environments<'e>(&'e self, known: impl IntoIterator<Item = &'e EnvName>) -> BTreeSet<&'e EnvName> {
        let mut out: BTreeSet<&EnvName> = self.moves.iter().map(|one| &one.env).collect();
        out.extend(self.unreadable.iter().map(|one| &one.env));
        out.extend(self.hotfixes.iter().map(|one| &one.env));
        for other in &self.others {
            if let Class::Environment(envs) = &other.class {
                out.extend(envs);
            }
        }
        let sides = self.records.iter().flat_map(|record| record.was.iter().chain(&record.is));
        let covers: Vec<&Cover> = sides.map(|side| &side.file.cover).collect();
        out.extend(covers.iter().filter_map(|cover| cover.env.as_ref()));
        if covers.iter().any(|cover| cover.env.is_none()) {
            out.extend(known);
        }
        out
    }

    /// The applications whose pins and records it touches.
    pub fn applications(&self) -> BTreeSet<&AppName> {
        let pins = self.moves.iter().map(|one| &one.app).chain(self.unreadable.iter().map(|one| &one.app));
        let sides = self.records.iter().flat_map(|record| record.was.iter().chain(&record.is));
        let hotfixes = self.hotfixes.iter().map(|one| &one.app);
        pins.chain(sides.filter_map(|side| side.file.cover.app.as_ref())).chain(hotfixes).collect()
    }
}

/// A plan: nothing in it is a question any more. `edits` is never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub target: Target,
    pub edits: Vec<FileEdit>,
    pub proposal: Proposal,
    pub landing: Landing,
    /// What the change is known by; `None`: nothing tells which repository it is of.
    pub change: Option<ChangeDigest>,
    pub message: String,
}

impl Plan {
    /// The edits of records.
    pub fn records(&self) -> impl Iterator<Item = &FileEdit> {
        let Proposal { records, hotfixes, .. } = &self.proposal;
        let paths: BTreeSet<&RepoPath> =
            records.iter().map(|one| &one.path).chain(hotfixes.iter().map(|one| &one.path)).collect();
        let is_record = move |edit: &FileEdit| paths.contains(&edit.path);
        self.edits.iter().filter(move |edit| is_record(edit))
    }
}

/// Where nothing happens, for tests that are about something else.
#[cfg(test)]
pub mod sample {
    use super::*;

    /// A proposal on `main` that changes nothing.
    pub fn proposal() -> Proposal {
        let on = BranchName::new("main").unwrap();
        Proposal::nothing(on)
    }

    /// Its plan, to land directly.
    pub fn plan() -> Plan {
        let proposal = proposal();
        Plan {
            target: Target { branch: proposal.on.clone(), base: CommitId::from_bytes([0; 20]) },
            edits: vec![],
            proposal,
            landing: Landing::Direct,
            change: None,
            message: String::new(),
        }
    }
}
