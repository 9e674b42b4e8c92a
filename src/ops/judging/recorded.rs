//! What is recorded of landings: the verdicts under which they came, by whoever is known at the base of now.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{GateReport, OverrideReport, VerdictWord};
use crate::domain::settings::Alone;
use crate::domain::statement::{self, BRANCH, LANDINGS, Record, Recorded, RecordedWord, Statement};
use crate::domain::testimony::Who;
use crate::policy;

use crate::ops::context::Context;
use crate::ops::judging::keys::{self, Ring};
use crate::ops::judging::statements::{Heard, Statements, Voice};
use crate::ops::reading::stack::Stack;

/// The records of a branch of statements.
pub struct Records<'a> {
    stack: &'a Stack,
    /// `Err`: why nobody can tell what is recorded.
    statements: Result<Statements<'a>, String>,
    /// `Err`: why nobody is known.
    ring: Result<Ring, String>,
}

/// What is recorded of one landing.
#[derive(Default)]
pub struct Told {
    pub kept: Option<Kept>,
    pub notes: Vec<String>,
}

/// A record that counts.
pub struct Kept {
    pub record: Record,
    pub heard: Heard,
    /// The people whose key signed it; its principals where they are nobody's.
    pub by: Vec<String>,
}

/// Which landings are recorded, all of them read at once.
#[derive(Default)]
pub struct Listed {
    /// Those that have a record that counts, with the branches that their records name.
    pub recorded: BTreeMap<CommitId, BTreeSet<BranchName>>,
    /// Those of which it cannot be told any more, and why.
    pub untold: BTreeMap<CommitId, String>,
}

impl<'a> Records<'a> {
    /// Those of a stack that knows where the branch is.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn of(context: &'a Context<'a>, stack: &'a Stack) -> Result<Self, Error> {
        let statements = match Statements::of(context, &stack.statements)? {
            Known::Is(statements) => Ok(statements),
            Known::CannotTell(why) => Err(why),
        };
        Ok(Self { stack, statements, ring: keys::of_main(stack)? })
    }

    /// What is recorded of a landing: by the first who did; what others said otherwise is told beside it.
    ///
    /// # Errors
    /// The clone cannot be read, or no signature can be checked.
    pub fn of_landing(&self, landing: CommitId) -> Result<Told, Error> {
        let cannot = |why: &String| Told {
            kept: None,
            notes: vec![format!("cannot tell what is recorded of {}: {why}", landing.short())],
        };
        let statements = match &self.statements {
            Ok(statements) => statements,
            Err(why) => return Ok(cannot(why)),
        };
        let folder = statement::records_of(landing).map_err(anyhow::Error::msg)?;
        let found = match statements.in_folder(&folder)? {
            Known::Is(found) if found.is_empty() => return Ok(Told::default()),
            Known::Is(found) => found,
            Known::CannotTell(why) => return Ok(cannot(&why)),
        };
        let (heard, unheard) = match &self.ring {
            Ok(ring) => statements.heard(&found, ring)?,
            Err(why) => return Ok(cannot(why)),
        };
        let is_record = |path| {
            let of_it = found.iter().find(|one| one.path == path);
            of_it.is_some_and(|one| matches!(one.read, Ok((Statement::Record(_), _)) | Err(_)))
        };
        let strangers = unheard.into_iter().filter(|one| is_record(one.path.clone()));
        let strange = strangers.map(|one| match one.by {
            Voice::Stranger => format!("`{}` is recorded by a stranger, and counts for nothing", one.path.name()),
            Voice::Other => format!("`{}` does not count: {}", one.path.name(), one.why),
        });
        let mut told = Told { kept: None, notes: strange.collect() };
        for one in heard {
            let Statement::Record(record) = one.statement.clone() else { continue };
            let by = self.people(&one);
            match &told.kept {
                None => told.kept = Some(Kept { record, heard: one, by }),
                Some(first) if first.record.verdicts != record.verdicts => told.notes.push(format!(
                    "{} recorded `{}` later: `{}`",
                    by.join(", "),
                    record.summary(),
                    one.path.name()
                )),
                Some(_) => {}
            }
        }
        Ok(told)
    }

    /// Which landings have a record that counts: one look at the tree, and one at all signatures.
    ///
    /// # Errors
    /// It cannot be told what is recorded at all, the clone cannot be read, or no signature can be checked.
    pub fn listed(&self) -> Result<Listed, Error> {
        let statements = self.statements.as_ref().map_err(|why| {
            let what = format!("cannot tell what stands on `{BRANCH}`: {why}");
            Refusal::new(Code::ChecksUnknown, what).cannot_tell()
        })?;
        let (mut out, mut all) = (Listed::default(), Vec::new());
        for folder in statements.folders(&RepoPath::new(LANDINGS).map_err(anyhow::Error::from)?) {
            let Some(landing) = CommitId::from_hex(folder.name()) else { continue };
            match statements.in_folder(&folder)? {
                Known::Is(found) => all.extend(found),
                Known::CannotTell(why) => drop(out.untold.insert(landing, why)),
            }
        }
        // Where nobody is known, no record is anybody's.
        let Ok(ring) = &self.ring else { return Ok(out) };
        for one in statements.heard(&all, ring)?.0 {
            if let Statement::Record(record) = one.statement {
                out.recorded.entry(record.landing).or_default().insert(record.branch);
            }
        }
        Ok(out)
    }

    fn people(&self, heard: &Heard) -> Vec<String> {
        let people = policy::people_of(&self.stack.main.settings, &Who::Key(heard.by.clone()));
        if people.is_empty() { heard.by.clone() } else { people.into_iter().map(ToString::to_string).collect() }
    }
}

/// Verdicts as they are recorded.
pub fn kept(gates: &[GateReport]) -> Vec<Recorded> {
    let one = |gate: &GateReport| Recorded {
        gate: gate.gate.clone(),
        subject: gate.subject.clone(),
        verdict: word(gate.verdict),
        detail: gate.detail.clone(),
        branch: gate.branch.as_ref().and_then(|branch| BranchName::new(branch).ok()),
        overridden: gate.overridden.as_ref().map(|by| statement::RecordedOverride {
            by: by.by.clone(),
            alone: if by.alone { Alone::Yes } else { Alone::No },
            reason: by.reason.clone(),
            until: by.until,
        }),
    };
    gates.iter().map(one).collect()
}

/// A verdict as it is recorded.
pub fn word(verdict: VerdictWord) -> RecordedWord {
    match verdict {
        VerdictWord::Pass => RecordedWord::Pass,
        VerdictWord::Pending => RecordedWord::Pending,
        VerdictWord::Unknown => RecordedWord::Unknown,
        VerdictWord::Fail => RecordedWord::Fail,
    }
}

/// What was recorded, as reports show it.
pub fn gates(record: &Record) -> Vec<GateReport> {
    let one = |one: &Recorded| GateReport {
        gate: one.gate.clone(),
        subject: one.subject.clone(),
        verdict: match one.verdict {
            RecordedWord::Pass => VerdictWord::Pass,
            RecordedWord::Pending => VerdictWord::Pending,
            RecordedWord::Unknown => VerdictWord::Unknown,
            RecordedWord::Fail => VerdictWord::Fail,
        },
        detail: one.detail.clone(),
        branch: one.branch.as_ref().map(ToString::to_string),
        eligible_at: None,
        not_after: None,
        exempt: false,
        overridden: one.overridden.as_ref().map(|by| OverrideReport {
            by: by.by.clone(),
            alone: by.alone == Alone::Yes,
            reason: by.reason.clone(),
            until: by.until,
        }),
    };
    record.verdicts.iter().map(one).collect()
}
