//! Every open request into a branch that the rules are about, judged again, and its status at the forge where that says something else by now.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::tend::{RequestStatus, ToldWord};
use crate::domain::report::verify::{CommitStatus, VerifyReport};
use crate::forge::{self, Door, Found};
use crate::git::fetch::Rewound;

use crate::ops::context::{Context, Run};
use crate::ops::judging::opinions;
use crate::ops::judging::request;
use crate::ops::judging::reviews::Reviews;
use crate::ops::judging::status;
use crate::ops::judging::told;
use crate::ops::landing::door;
use crate::ops::reading::stack::{Stack, Tips};

/// A verdict that ends while it is written is judged again so often.
const AGAIN: usize = 3;

/// The heads that are asked for, each with the branch that it is to go into and the requests that ask for that.
type Heads = BTreeMap<(BranchName, Option<CommitId>), Vec<Found>>;

/// What became of the statuses, and what is to be said of all of them.
#[derive(Default)]
pub struct Statuses {
    pub requests: Vec<RequestStatus>,
    pub notes: Vec<String>,
}

/// Judges all, and tells the forge.
///
/// # Errors
/// The remote or its forge cannot be asked, or the run was ended. What fails for one request is told with that.
pub fn judge(context: &mut Context<'_>, run: Run, patience: Duration) -> Result<Statuses, Error> {
    let rules = Rules::read(context)?;
    if let Rules::Of(stack) = &rules
        && !stack.main.has_file
    {
        let note =
            format!("`{}` has no `stageline.yaml`, so there are no rules to judge requests by", stack.main.branch);
        return Ok(Statuses { notes: vec![note], ..Statuses::default() });
    }
    let remote = remote_of(context, &rules)?;
    let forges = if let Rules::Of(stack) = &rules { stack.main.settings.forges.clone() } else { Vec::new() };
    let door = door::to_tell(context, &forges, &remote, patience)?;
    let branches = rules.branches(context, &remote)?;
    let mut all = forge::of(&door).every_open()?;
    all.retain(|found| found.into.as_ref().is_some_and(|into| branches.contains(into)));
    let mut judging = Judging { remote, door, run, rules, began: context.now };
    let mut out = Statuses::default();
    context.face.step("judging the open requests");
    let heads = judging.heads(context, all)?;
    let count = context.meter().count("requests", heads.len());
    for ((branch, head), found) in heads {
        count.one();
        out.requests.push(judging.one(context, (&branch, head), &found)?);
    }
    out.requests.sort_by_key(|one| one.number);
    Ok(out)
}

/// The rules of all branches, or why they cannot be read: then nobody can tell anything of any request.
enum Rules {
    Of(Box<Stack>),
    Broken(Refusal),
}

impl Rules {
    fn read(context: &mut Context<'_>) -> Result<Self, Error> {
        match Stack::read(context, Tips::Fetched) {
            Ok(stack) => Ok(Self::Of(Box::new(stack))),
            Err(Error::Invalid(why)) => Ok(Self::Broken(why)),
            Err(error) => Err(error),
        }
    }

    /// The branches that they are about; where they cannot be read, the one that they stand on.
    fn branches(&self, context: &Context<'_>, remote: &RemoteName) -> Result<BTreeSet<BranchName>, Error> {
        Ok(match (self, &context.options.branch) {
            (Self::Of(stack), _) => stack.worlds().map(|world| world.branch.clone()).collect(),
            (Self::Broken(_), Some(branch)) => [branch.clone()].into(),
            (Self::Broken(_), None) => context.repo.ask_head(remote)?.into_iter().collect(),
        })
    }

    /// What the status of a head for a branch is called.
    fn context(&self, branch: &BranchName) -> String {
        match self {
            Self::Of(stack) => status::named(Some(branch).filter(|branch| **branch != stack.main.branch)),
            Self::Broken(_) => status::named(None),
        }
    }
}

fn remote_of(context: &Context<'_>, rules: &Rules) -> Result<RemoteName, Error> {
    let known = if let Rules::Of(stack) = rules { stack.remote.clone() } else { None };
    match known.or_else(|| context.options.remote.clone()) {
        Some(remote) => Ok(remote),
        None => context.repo.remotes()?.into_iter().next().ok_or_else(status::nowhere),
    }
}

struct Judging {
    remote: RemoteName,
    door: Door,
    run: Run,
    rules: Rules,
    /// The moment at which the run began.
    began: Timestamp,
}

/// What is to be said of a head.
struct Said {
    status: CommitStatus,
    not_after: Option<Timestamp>,
}

impl Judging {
    /// The heads that are asked for and the branches that they are to go into, with their requests. What a forge lists may be a moment
    /// old: where the branch is its own, that says where it is.
    fn heads(&self, context: &mut Context<'_>, all: Vec<Found>) -> Result<Heads, Error> {
        let names: BTreeSet<BranchName> = all.iter().filter_map(|one| Some(one.branches.clone()?.0)).collect();
        let names: Vec<BranchName> = names.into_iter().collect();
        let tips = context.repo.fetch(&self.remote, &names, Rewound::Followed)?;
        let own: BTreeMap<BranchName, CommitId> =
            names.into_iter().zip(tips).filter_map(|(name, tip)| Some((name, tip?))).collect();
        let numbers: Vec<u64> = all.iter().map(|one| one.number).collect();
        let kept = context.repo.fetch_heads(&self.remote, self.door.site.kind, &numbers);
        let mut out = Heads::new();
        for found in all {
            let Some(into) = found.into.clone() else { continue };
            let tip = found.branches.as_ref().and_then(|(name, _)| own.get(name));
            let head = tip.or_else(|| kept.get(&found.number)).copied().or(found.head);
            out.entry((into, head)).or_default().push(found);
        }
        out.values_mut().for_each(|all| all.sort_by_key(|one| one.number));
        Ok(out)
    }

    /// What becomes of the status of a head. What is written was judged again right before, by the rules and reviews of that moment:
    /// another run may be as far, and has seen something newer.
    fn one(
        &mut self,
        context: &mut Context<'_>,
        (branch, head): (&BranchName, Option<CommitId>),
        found: &[Found],
    ) -> Result<RequestStatus, Error> {
        let mut report = self.report(branch, found);
        let Some(head) = head.filter(|head| context.repo.has(*head)) else {
            (report.became, report.reason) = (ToldWord::Failed, Some("its head is not to be had".to_string()));
            return Ok(report);
        };
        for nth in 0..=AGAIN {
            let Some(said) = self.judged(context, (branch, head), found)? else {
                (report.became, report.reason) = (ToldWord::Left, Some(format!("`{branch}` has it already")));
                return Ok(report);
            };
            let is_over = |at: Timestamp| at <= self.moment(context);
            let ends = said.not_after;
            let status = report.status.insert(said.status);
            report.not_after = ends;
            let stands = match forge::of(&self.door).says(head, &status::at_the_forge(status)) {
                Ok(stands) => stands,
                Err(error) => return failed(report, error),
            };
            if stands && !ends.is_some_and(is_over) {
                (status.written, report.became) = (true, ToldWord::Kept);
                return Ok(report);
            }
            let is_sure = nth > 0 && !ends.is_some_and(is_over);
            if self.run == Run::Dry || is_sure || nth == AGAIN {
                break;
            }
            self.rules = Rules::read(context)?;
        }
        self.write(head, report)
    }

    fn write(&self, head: CommitId, mut report: RequestStatus) -> Result<RequestStatus, Error> {
        report.became = ToldWord::Written;
        let Some(status) = report.status.as_mut().filter(|_| self.run == Run::Real) else { return Ok(report) };
        match forge::of(&self.door).tell(head, &status::at_the_forge(status)) {
            Ok(()) => status.written = true,
            Err(error) => return failed(report, error),
        }
        Ok(report)
    }

    /// What is to be said of a head now; `None`: there is nothing that could be merged.
    fn judged(
        &self,
        context: &mut Context<'_>,
        (branch, head): (&BranchName, CommitId),
        found: &[Found],
    ) -> Result<Option<Said>, Error> {
        context.now = self.moment(context);
        let judged = match &self.rules {
            Rules::Of(stack) => self.verdict(context, stack, (branch, head), found),
            Rules::Broken(why) => Err(why.clone().invalid()),
        };
        match judged {
            Err(Error::Interrupted(why)) => Err(Error::Interrupted(why)),
            Err(error) if error.refusal().code == Code::EmptyRange => Ok(None),
            judged => {
                let not_after = judged.as_ref().ok().and_then(|report| report.not_after);
                let status = status::of(context, self.rules.context(branch), head, &judged);
                Ok(Some(Said { status, not_after }))
            }
        }
    }

    fn verdict(
        &self,
        context: &Context<'_>,
        stack: &Stack,
        (branch, head): (&BranchName, CommitId),
        found: &[Found],
    ) -> Result<VerifyReport, Error> {
        let reviews = match opinions::asks_for_any(stack, branch) {
            true => opinions::of_requests(context, (&self.remote, &self.door), &found.iter().collect::<Vec<_>>())?,
            false => Reviews::default(),
        };
        Ok(told::report(vec![request::judge(context, stack, (branch, head), reviews)?], Vec::new()))
    }

    /// This very moment, in whole seconds: a run of many requests takes its time.
    fn moment(&self, context: &Context<'_>) -> Timestamp {
        let gone = SignedDuration::from_secs(i64::try_from(context.begun.elapsed().as_secs()).unwrap_or(i64::MAX));
        self.began.checked_add(gone).unwrap_or(self.began)
    }

    fn report(&self, branch: &BranchName, found: &[Found]) -> RequestStatus {
        let forge = forge::of(&self.door);
        RequestStatus {
            number: found.first().map_or(0, |one| one.number),
            requests: found.iter().map(|one| forge.mark(one.number)).collect(),
            address: found.first().map(|one| one.page.clone()),
            target: branch.to_string(),
            became: ToldWord::Kept,
            reason: None,
            status: None,
            not_after: None,
        }
    }
}

fn failed(mut report: RequestStatus, error: Error) -> Result<RequestStatus, Error> {
    if matches!(error, Error::Interrupted(_)) {
        return Err(error);
    }
    let why = status::why(&error);
    if let Some(status) = &mut report.status {
        status.message = Some(why.clone());
    }
    Ok(RequestStatus { became: ToldWord::Failed, reason: Some(why), ..report })
}
