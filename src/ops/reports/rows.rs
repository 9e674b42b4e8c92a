//! Landed changes as rows of reports: who made each, by which verb, whose signature it has, and through which request it came.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::{CommitId, Known};
use crate::domain::history::{Change, Numbered, Rev};
use crate::domain::landing;
use crate::domain::refusal::Error;
use crate::domain::report::HistoryRow;
use crate::domain::sieve::{Facts, Sieve};
use crate::domain::signature::SignatureWord;
use crate::git::signature::Signature;

use crate::ops::context::Context;
use crate::ops::judging::recorded::Records;
use crate::ops::landing::arrived;
use crate::ops::reading::instances::Lived;
use crate::ops::reading::made::{self, Made, Told};
use crate::ops::reading::sources::{Named, Sources};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline::Walked;
use crate::ops::reading::world::World;
use crate::ops::remembered::arrivals::{Arrival, Arrivals};
use crate::ops::reports::hotfixes::Brought;
use crate::ops::reports::requests;

/// What stands where nobody known has kept the verdicts.
const NOT_RECORDED: &str = "not recorded";
/// Of so many landings it is told what is odd about their records.
const MOST_TOLD: usize = 20;
/// So many changes are looked through at once: what is behind them is not read where enough is found.
const AT_ONCE: usize = 250;

/// A change that is to be told.
#[derive(Debug, Clone)]
pub struct Picked<'c> {
    pub change: &'c Change,
    /// Its number, where the history reaches far enough to count.
    pub rev: Option<Rev>,
    /// Whether it is the newest of its pin.
    pub is_newest: bool,
    /// What the image, chart or repository was called before.
    renamed_from: Option<&'c str>,
    /// What it is a change of, where its environment has instances.
    lived: Option<&'c Lived>,
}

impl<'c> Picked<'c> {
    /// A change of a past that was walked, with what that tells of it.
    pub fn of(walked: &'c Walked, numbered: Numbered<'c>) -> Self {
        let Numbered { change, rev, is_newest } = numbered;
        Self {
            rev: Some(rev).filter(|_| walked.is_whole(&change.app, &change.env)),
            renamed_from: walked.turns.renamed(&change.app, &change.env, change.commit),
            change,
            is_newest,
            lived: None,
        }
    }

    /// A change of an instance, which has no number: one of its name may have gone before it.
    pub fn of_instance(lived: &'c Lived) -> Self {
        Self { change: &lived.change, rev: None, is_newest: lived.lives, renamed_from: None, lived: Some(lived) }
    }

    /// The verb that made it, as the commit that made it tells.
    fn verb<'t>(&self, maker: &'t Told) -> &'t str {
        match self.lived {
            Some(lived) => landing::verb_of_instance(&lived.place(), &maker.info, &maker.trailers),
            None => landing::verb(self.change, &maker.info, &maker.trailers),
        }
    }
}

/// The rows of what was looked through.
#[derive(Debug, Default)]
pub struct Rows {
    /// In the order of the changes.
    pub rows: Vec<HistoryRow>,
    /// Who made those that were left out.
    pub others: BTreeSet<String>,
    /// Whether a change that was left out came by a request of which only the branch is known.
    pub has_branches: bool,
}

impl Rows {
    /// The rows of others, of which the rest joins this.
    pub fn taking(&mut self, others: Self) -> Vec<HistoryRow> {
        self.others.extend(others.others);
        self.has_branches |= others.has_branches;
        others.rows
    }
}

/// Tells of the changes of one world, with the sources that its versions are looked up in.
pub struct Teller<'a> {
    pub context: &'a Context<'a>,
    pub stack: &'a Stack,
    pub world: &'a World,
    pub sources: &'a Sources<'a>,
}

impl Teller<'_> {
    /// The rows of all of these changes, in their order, and what is to be said of how much is known of them.
    ///
    /// # Errors
    /// A commit cannot be read, or somebody wants us to end.
    pub fn all(&self, picked: &[Picked<'_>], notes: &mut Vec<String>) -> Result<Vec<HistoryRow>, Error> {
        self.sifted(picked, &Sieve::default(), None, notes).map(|found| found.rows)
    }

    /// The same of those that a sieve takes, until there are more than `max`.
    ///
    /// # Errors
    /// As above.
    pub fn sifted(
        &self,
        picked: &[Picked<'_>],
        sieve: &Sieve,
        max: Option<usize>,
        notes: &mut Vec<String>,
    ) -> Result<Rows, Error> {
        let commits: Vec<CommitId> = picked.iter().map(|one| one.change.commit).collect();
        let (arrivals, more) = arrived::of(self.context, self.stack, &commits)?;
        notes.extend(more);
        let mut out = Rows::default();
        for some in picked.chunks(if sieve.is_open() { picked.len().max(1) } else { AT_ONCE }) {
            self.sift(some, sieve, &arrivals, &mut out)?;
            if max.is_some_and(|max| out.rows.len() > max) {
                break;
            }
        }
        Ok(out)
    }

    fn sift(&self, picked: &[Picked<'_>], sieve: &Sieve, arrivals: &Arrivals, out: &mut Rows) -> Result<(), Error> {
        let landings = self.landings(picked, arrivals)?;
        let (mut taken, mut brought): (Vec<(&Picked<'_>, &Told, &Told)>, _) = (Vec::new(), Brought::default());
        for one in picked {
            let Some(made) = landings.get(&one.change.commit) else { continue };
            let maker = match one.lived {
                Some(lived) => made.maker_of(&self.context.repo, &lived.record)?,
                None => made.maker(self.context, self.stack, self.world, one.change)?,
            };
            let landing = &made.landing;
            let may_be_hotfix = sieve.asks_for_hotfixes() && one.lived.is_none();
            let is_hotfix = may_be_hotfix && brought.with(self.context, self.world, one.change)?;
            let arrival = arrivals.of(one.change.commit);
            if self.takes(sieve, (one, is_hotfix), (landing, maker), arrival, out) {
                taken.push((one, landing, maker));
            }
        }
        let mut ids: Vec<CommitId> = taken.iter().map(|(_, _, maker)| maker.info.id).collect();
        ids.sort();
        ids.dedup();
        let signers = self.world.signers()?;
        let signatures: BTreeMap<CommitId, Signature> =
            ids.iter().copied().zip(self.context.repo.signatures(&ids, signers.as_deref())?).collect();
        for (one, landing, maker) in taken {
            let signature = signatures.get(&maker.info.id);
            if sieve.takes_signed(signature.map_or(SignatureWord::Unknown, |one| one.state)) {
                let hotfix = one.lived.is_none() && brought.with(self.context, self.world, one.change)?;
                let row = HistoryRow { hotfix, ..self.row(one, landing, maker, signature) };
                out.rows.push(arrived_by(row, arrivals.of(one.change.commit)));
            }
        }
        Ok(())
    }

    /// Each landing once, with what it brought in.
    fn landings(&self, picked: &[Picked<'_>], arrivals: &Arrivals) -> Result<BTreeMap<CommitId, Made>, Error> {
        let repo = &self.context.repo;
        let mut landings: BTreeMap<CommitId, Made> = BTreeMap::new();
        for id in picked.iter().map(|one| one.change.commit) {
            if let Entry::Vacant(place) = landings.entry(id) {
                let head = arrivals.of(id).and_then(Arrival::head);
                place.insert(Made::read(repo, repo.commit(id)?, &self.stack.main.settings, head)?);
            }
        }
        Ok(landings)
    }

    /// Whether a sieve takes a change, as far as its signature does not matter; of one that it leaves out it is noted whose it is.
    fn takes(
        &self,
        sieve: &Sieve,
        (picked, is_hotfix): (&Picked<'_>, bool),
        (landing, maker): (&Told, &Told),
        arrival: Option<&Arrival>,
        out: &mut Rows,
    ) -> bool {
        if sieve.is_open() {
            return true;
        }
        let request = arrival.map(|arrival| arrival.request.clone()).or_else(|| made::request(landing, maker));
        let facts = Facts {
            author: &maker.info.author,
            asked_by: &maker.trailers.asked_by,
            verb: picked.verb(maker),
            is_hotfix,
            request: request.as_deref(),
        };
        let takes = sieve.takes(&facts, &self.stack.main.settings.people);
        if !takes {
            out.others.insert(maker.info.author.name.clone());
            out.has_branches |= request.is_some_and(|request| !request.starts_with(['#', '!']));
        }
        takes
    }

    fn row(&self, picked: &Picked<'_>, landing: &Told, maker: &Told, signature: Option<&Signature>) -> HistoryRow {
        let change = picked.change;
        let verb = picked.verb(maker);
        let trailers = &maker.trailers;
        // What old versions name is a help, not the truth: a source that is not here leaves it out.
        let to_commit = match (self.world.settings.application(&change.app), &change.to) {
            (Some(app), Some(version)) => match self.sources.if_asked(&app.name, self.sources.named(app, version)) {
                Some(Named::Commit(id)) => Some(id.to_string()),
                _ => None,
            },
            _ => None,
        };
        let is_ours = verb != landing::BY_HAND;
        HistoryRow {
            rev: picked.rev.map(|rev| rev.to_string()),
            live: picked.is_newest,
            config_commit: change.commit.to_string(),
            when: change.when,
            application: change.app.to_string(),
            environment: change.env.to_string(),
            instance: picked.lived.map(|lived| lived.slug.to_string()),
            from: change.from.as_ref().map(ToString::to_string),
            to: change.to.as_ref().map(ToString::to_string),
            to_commit,
            disagrees: change.to.is_none() && !change.is.is_empty(),
            renamed_from: picked.renamed_from.map(str::to_string),
            by: maker.info.author.name.clone(),
            asked_by: trailers.asked_by.clone(),
            merged_by: made::merged_by(landing, maker).map(|who| who.name.clone()),
            request: made::request(landing, maker),
            request_address: None,
            approvals: Vec::new(),
            signature: signature.map_or(SignatureWord::Unknown, |s| s.state),
            signer: signature.and_then(|s| s.signer.clone()),
            reason: trailers.reason.clone().filter(|_| is_ours),
            overrides: if is_ours { trailers.overrides.clone() } else { Vec::new() },
            origin: trailers.origin.clone().filter(|_| is_ours),
            verb: verb.to_string(),
            hotfix: false,
            subject: maker.info.subject().to_string(),
            verdict: NOT_RECORDED.to_string(),
        }
    }
}

/// A row with what its forge has told of the request that it came by.
fn arrived_by(row: HistoryRow, arrival: Option<&Arrival>) -> HistoryRow {
    let Some(arrival) = arrival else { return row };
    HistoryRow {
        request: Some(arrival.request.clone()),
        request_address: Some(arrival.page.clone()),
        approvals: requests::approvals(arrival),
        merged_by: arrival.merged_by.clone().or(row.merged_by),
        ..row
    }
}

/// Says of each row what was recorded of its landing.
///
/// # Errors
/// The statements cannot be read.
pub fn tell_verdicts<'r>(
    context: &Context<'_>,
    stack: &Stack,
    rows: impl Iterator<Item = &'r mut HistoryRow>,
    notes: &mut Vec<String>,
) -> Result<(), Error> {
    if stack.statements == Known::Is(None) {
        return Ok(());
    }
    let records = Records::of(context, stack)?;
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for row in rows {
        if !known.contains_key(&row.config_commit)
            && let Some(id) = CommitId::from_hex(&row.config_commit)
        {
            let told = records.of_landing(id)?;
            notes.extend(told.notes.into_iter().filter(|_| known.len() < MOST_TOLD));
            known.insert(row.config_commit.clone(), told.kept.map(|kept| kept.record.summary()));
        }
        if let Some(Some(verdict)) = known.get(&row.config_commit) {
            row.verdict.clone_from(verdict);
        }
    }
    Ok(())
}
