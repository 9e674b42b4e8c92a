//! `verify --record`: the verdicts of landings that others made, judged on the tip before each and kept as statements.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::BranchName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::verify::{RecordedReport, VerifyReport};
use crate::domain::statement::{BRANCH, Record};
use crate::git::pushed::Past;
use crate::git::source::Network;

use super::verify::{base_of, refuse_given_rules};
use crate::ops::context::Context;
use crate::ops::judging::recorded::{Listed, Records};
use crate::ops::judging::recording::{self, Then};
use crate::ops::judging::told;
use crate::ops::reading::stack::{Stack, Tips};

/// At most so many landings are judged at once, where no range is named.
const MOST: usize = 100;

/// What is to be recorded.
#[derive(Debug, Clone)]
pub struct Request {
    /// `BASE..HEAD`; `None`: what landed since the first that is recorded.
    pub range: Option<(String, Option<String>)>,
    /// `--onto`: the branch that it landed on; `None`: the main one.
    pub onto: Option<BranchName>,
}

/// The landings that are meant, oldest first, and how many of those that were looked at are recorded already.
#[derive(Default)]
struct Found {
    to_do: Vec<CommitId>,
    before: usize,
    notes: Vec<String>,
}

impl Found {
    /// Sorts a landing in; whether it is recorded.
    fn take(&mut self, landing: CommitId, listed: &Listed) -> bool {
        if listed.recorded.contains_key(&landing) {
            self.before += 1;
            return true;
        }
        match listed.untold.get(&landing) {
            // Another record would not be heard either.
            Some(why) => self.notes.push(format!("cannot tell what is recorded of {}: {why}", landing.short())),
            None => self.to_do.push(landing),
        }
        false
    }
}

/// Records the landings of a branch that are not recorded yet.
///
/// # Errors
/// There are no rules, the range is none of the branch, nobody knows the key, or it cannot be pushed.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<VerifyReport, Error> {
    refuse_given_rules(context)?;
    context.repo.forget();
    let has_remote = !context.repo.remotes()?.is_empty();
    if has_remote && context.options.network == Network::Offline {
        let what = "what is recorded is pushed: `--record` does not go with `--offline`";
        return Err(Refusal::new(Code::Usage, what).hint("leave `--offline` away").invalid());
    }
    let mut stack = Stack::read(context, if has_remote { Tips::Fetched } else { Tips::Local })?;
    stack.need_statements(context, if has_remote { Tips::Fetched } else { Tips::Local })?;
    if let Known::CannotTell(why) = &stack.statements {
        let what = format!("cannot tell what stands on `{BRANCH}`: {why}");
        return Err(Refusal::new(Code::ChecksUnknown, what).cannot_tell());
    }
    let branch = request.onto.clone().unwrap_or_else(|| stack.main.branch.clone());
    let found = find(context, &stack, &branch, request)?;
    let mut notes = stack.notes.clone();
    notes.extend(found.notes);
    let (mut then, mut unruled) = (Then::read(context)?, 0);
    let (mut verdicts, mut records): (Vec<_>, Vec<Record>) = (Vec::new(), Vec::new());
    context.face.step("judging landings");
    let count = context.meter().count("landings", found.to_do.len());
    for landing in &found.to_do {
        count.one();
        match then.judge(context, &branch, *landing)? {
            Some(judged) => {
                verdicts.push(judged.verdict);
                records.push(judged.record);
            }
            None => unruled += 1,
        }
    }
    if unruled > 0 {
        notes.push(format!("{unruled} landings came when there were no rules, and have no verdict"));
    }
    let landings = records.iter().map(|record| record.landing.to_string()).collect();
    if recording::say(context, &stack, records)?.is_none() {
        let what = "your key is not among those that are known at the base, so what it records counts for nothing";
        return Err(Refusal::new(Code::NotASigner, what)
            .hint("have those who own the rules add it to the signers file, for statements, too")
            .refused());
    }
    let recorded = RecordedReport { landings, before: found.before, branch: BRANCH.to_string() };
    Ok(VerifyReport { recorded: Some(recorded), ..told::report(verdicts, notes) })
}

fn find(context: &Context<'_>, stack: &Stack, branch: &BranchName, request: &Request) -> Result<Found, Error> {
    let Some(world) = stack.worlds().find(|world| world.branch == *branch) else {
        let what = format!("no rules are about a branch `{branch}`");
        return Err(Refusal::new(Code::NoSuchBranch, what).invalid());
    };
    let listed = Records::of(context, stack)?.listed()?;
    let Some((base, head)) = &request.range else { return since_the_first(context, (branch, world.base), &listed) };
    let base = base_of(context, base)?;
    let head = head.as_deref().map_or(Ok(world.base), |head| context.repo.resolve(head))?;
    let mut found = Found::default();
    for landing in of_range(context, (branch, world.base), (base, head))? {
        found.take(landing, &listed);
    }
    Ok(found)
}

/// What landed on a branch since the first landing that is recorded, and is not; where none is, the newest ones.
fn since_the_first(
    context: &Context<'_>,
    (branch, tip): (&BranchName, CommitId),
    listed: &Listed,
) -> Result<Found, Error> {
    let mut found = Found::default();
    // Behind the last of these nothing was recorded yet.
    let mut left = listed.recorded.values().filter(|branches| branches.contains(branch)).count();
    let (mut at, mut since) = (Some(tip), None);
    while let Some(landing) = at.filter(|_| left > 0 || (since.is_none() && found.to_do.len() <= MOST)) {
        if found.take(landing, listed) {
            since = Some((found.to_do.len(), found.notes.len()));
            left -= usize::from(listed.recorded[&landing].contains(branch));
        }
        at = match context.repo.before(&context.repo.commit(landing)?) {
            Err(Error::CannotTell(why)) if since.is_some() => {
                // What stood before the one that it begins with is not here, so nobody can judge it.
                found.to_do.retain(|one| *one != landing);
                found.notes.push(format!("older landings are not looked at: {}", why.message));
                since = None;
                break;
            }
            before => before?,
        };
    }
    if let Some((landings, notes)) = since {
        found.to_do.truncate(landings);
        found.notes.truncate(notes);
    }
    let more = found.to_do.len().saturating_sub(MOST);
    if more > 0 {
        found.to_do.truncate(MOST);
        found.notes.push(match found.before {
            0 => format!("only the newest {MOST} landings are looked at; name a range for older ones: `BASE..HEAD`"),
            _ => format!("only the newest {MOST} of them are judged now; {more} older ones are left for the next run"),
        });
    }
    found.to_do.reverse();
    Ok(found)
}

/// The landings of a range, oldest first; both ends have to be of the branch.
///
/// # Errors
/// One is not, or that cannot be told.
pub(super) fn of_range(
    context: &Context<'_>,
    (branch, tip): (&BranchName, CommitId),
    (base, head): (CommitId, CommitId),
) -> Result<Vec<CommitId>, Error> {
    let advance = |from: CommitId, to: CommitId| match context.repo.pushed(from, to)? {
        Known::Is(advance) if from == to || advance.past == Past::Kept => Ok(Some(advance.landings)),
        Known::Is(_) => Ok(None),
        Known::CannotTell(why) => Err(Refusal::new(Code::Shallow, why).cannot_tell()),
    };
    let strange = |commit: CommitId| {
        Refusal::new(Code::NotLanded, format!("{} is no landing of `{branch}`", commit.short()))
            .hint(format!("name commits of `git log --first-parent {branch}`"))
            .invalid()
    };
    if advance(head, tip)?.is_none() {
        return Err(strange(head));
    }
    advance(base, head)?.ok_or_else(|| strange(base))
}
