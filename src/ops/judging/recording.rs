//! Recording the verdicts under which a landing came: of one's own when it has landed, of others' by judging it once more on the tip
//! before it.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::verify::RefVerdict;
use crate::domain::settings::FILE;
use crate::domain::statement::{PolicyFile, Record, Recorded, Statement};

use crate::ops::context::Context;
use crate::ops::judging::first::First;
use crate::ops::judging::keys;
use crate::ops::judging::push::{self, Line};
use crate::ops::judging::recorded;
use crate::ops::landing::saying::{self, Signed};
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::world::World;

/// A landing, judged, with the moment and the rules by which it was.
pub struct Judged {
    pub verdict: RefVerdict,
    pub record: Record,
}

/// The record of a landing. `stack`: whose rules judged, as they were read at the base.
///
/// # Errors
/// The base cannot be read.
pub fn record(
    context: &Context<'_>,
    (stack, base): (&Stack, &World),
    landing: CommitId,
    verdicts: Vec<Recorded>,
) -> Result<Record, Error> {
    Ok(Record {
        landing,
        branch: base.branch.clone(),
        version: env!("CARGO_PKG_VERSION").to_string(),
        policies: policies(stack, base)?,
        verdicts,
        judged: context.now,
        at: saying::now(context),
    })
}

/// The files of the rules that judge a world: the settings, and whose keys count.
fn policies(stack: &Stack, base: &World) -> Result<Vec<PolicyFile>, Error> {
    let mut out = Vec::new();
    for policy in stack.policies(base) {
        let Some(there) = stack.worlds().find(|world| world.branch == *policy.branch) else { continue };
        let own = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        for path in std::iter::once(&own).chain(&policy.settings.signers_file) {
            if let Some(entry) = there.files.entry(path)? {
                out.push(PolicyFile { branch: policy.branch.clone(), path: path.clone(), blob: entry.id });
            }
        }
    }
    Ok(out)
}

/// Whether this run keeps verdicts, and by whose key, as far as that shows beforehand: where the rules ask for what is said of
/// changes, and git signs by SSH.
///
/// # Errors
/// The base or git's configuration cannot be read.
pub fn is_kept_here(context: &Context<'_>, stack: &Stack) -> Result<bool, Error> {
    if !stack.main.settings.keeps_verdicts() || context.repo.config("gpg.format")? != Some("ssh") {
        return Ok(false);
    }
    let Ok(ring) = keys::of_main(stack)? else { return Ok(false) };
    if ring.keys.ssh.is_none() {
        return Ok(false);
    }
    // Whose an agent's key is shows only when it has signed.
    let Some(own) = ring.own_key(&context.repo)? else { return Ok(true) };
    Ok(!own.principals.is_empty() && !ring.is_lander(&own.principals))
}

/// Signs and says records in one commit. `None`: nobody knows the key, so it would count for nothing.
///
/// # Errors
/// It cannot be signed or pushed.
pub fn say(context: &mut Context<'_>, stack: &Stack, records: Vec<Record>) -> Result<Option<usize>, Error> {
    let subject = match records.as_slice() {
        [] => return Ok(Some(0)),
        [one] => format!("record the verdicts of {}: {}", one.landing.short(), one.summary()),
        all => format!("record the verdicts of {} landings", all.len()),
    };
    let mut signed: Vec<Signed> = Vec::new();
    for record in records {
        match saying::sign(context, stack, &Statement::Record(record)) {
            Err(Error::Refused(why)) if why.code == Code::NotASigner => return Ok(None),
            one => signed.push(one?),
        }
    }
    let count = signed.len();
    saying::say(context, stack, signed, &subject)?;
    Ok(Some(count))
}

/// The worlds of one run, taken back to the moment of one landing after the other.
pub struct Then {
    stack: Stack,
    /// Where the branches are now.
    tips: Vec<(BranchName, CommitId)>,
    statements: Option<CommitId>,
}

impl Then {
    /// Of what is known of the remote by now.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn read(context: &mut Context<'_>) -> Result<Self, Error> {
        let has_remote = !context.repo.remotes()?.is_empty();
        let stack = Stack::read(context, if has_remote { Tips::Seen } else { Tips::Local })?;
        let tips = stack.worlds().map(|world| (world.branch.clone(), world.base)).collect();
        let statements = stack.statements_tip();
        Ok(Self { stack, tips, statements })
    }

    /// Judges a landing as it would have been on the tip before it: by the rules, the other branches and the statements of its moment.
    /// `None`: nothing stood before it, or no rules.
    ///
    /// # Errors
    /// The clone cannot be read; a shallow one hides what stood before.
    pub fn judge(
        &mut self,
        context: &mut Context<'_>,
        branch: &BranchName,
        landing: CommitId,
    ) -> Result<Option<Judged>, Error> {
        let info = context.repo.commit(landing)?;
        let Some(before) = context.repo.before(&info)? else { return Ok(None) };
        let (now, when) = (context.now, info.committer.when.min(context.now));
        for (other, tip) in &self.tips {
            let then = if other == branch { Some(before) } else { context.repo.tip_at(*tip, when)? };
            if let Some(then) = then {
                self.stack.go_back(context, other, then)?;
            }
        }
        if !self.stack.main.has_file {
            return Ok(None);
        }
        let said = self.statements.map(|tip| context.repo.tip_at(tip, when)).transpose()?.flatten();
        self.stack.statements = Known::Is(said);
        context.now = when;
        let line = Line { name: branch.full(), old: Some(before), new: Some(landing) };
        let judged = judged(context, &self.stack, branch, &line);
        context.now = now;
        judged.map(|judged| judged.map(|(verdict, record)| Judged { verdict, record: Record { at: now, ..record } }))
    }
}

fn judged(
    context: &Context<'_>,
    stack: &Stack,
    branch: &BranchName,
    line: &Line,
) -> Result<Option<(RefVerdict, Record)>, Error> {
    let (Some(landing), Some(verdict)) = (line.new, push::judge(context, stack, line, &First::default())?) else {
        return Ok(None);
    };
    let base = stack.worlds().find(|world| world.branch == *branch).ok_or_else(|| nowhere(branch))?;
    let mut verdicts: Vec<Recorded> = Vec::new();
    let mut refusals: Vec<_> = verdict.refusals.iter().collect();
    for change in &verdict.changes {
        verdicts.extend(recorded::kept(&change.gates));
        refusals.extend(change.refusals.iter().filter(|_| change.gates.is_empty()));
    }
    verdicts.extend(refusals.into_iter().map(|why| Recorded {
        gate: why.code.to_string(),
        subject: branch.to_string(),
        verdict: recorded::word(why.verdict),
        detail: why.message.clone(),
        branch: None,
        overridden: None,
    }));
    let record = record(context, (stack, base), landing, verdicts)?;
    Ok(Some((verdict, record)))
}

fn nowhere(branch: &BranchName) -> Error {
    Refusal::new(Code::NoSuchBranch, format!("no rules are about a branch `{branch}`")).invalid()
}
