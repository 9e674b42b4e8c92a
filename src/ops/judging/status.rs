//! The commit status of a head: what was judged, told to the forge of the config repository, where protection of a branch may ask for it.

use std::time::Duration;

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::verify::{CommitStatus, StateWord, VerifyReport};
use crate::domain::secrets::without_secrets;
use crate::domain::settings::Forge;
use crate::domain::steering::one_line;
use crate::forge::{self, Outcome, Status, job, status};

use crate::ops::context::Context;
use crate::ops::landing::door;

/// What it is called.
const CONTEXT: &str = "stageline/verify";

/// What a status is of, as far as that was found out before anything was judged.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The branch that the head is to be merged into, where it is not the one with the rules: a status is of a commit, and one
    /// commit may be asked for on several branches.
    pub onto: Option<BranchName>,
    pub forges: Vec<Forge>,
    pub remote: Option<RemoteName>,
    /// How long a forge that does not answer is asked again.
    pub patience: Duration,
}

impl Told {
    fn context(&self) -> String {
        named(self.onto.as_ref())
    }
}

/// What the status is called of a head that is to be merged into a branch; `None`: the one with the rules.
pub fn named(onto: Option<&BranchName>) -> String {
    onto.map_or(CONTEXT.to_string(), |branch| format!("{CONTEXT}/{branch}"))
}

/// Refuses to write one of a merge that the forge made for a job: protection looks at the head of the request.
///
/// # Errors
/// It is one.
pub fn refuse_merge(context: &Context<'_>, head: CommitId) -> Result<(), Error> {
    let Some(own) = job::merge_of(&context.repo.surroundings().variables, head) else { return Ok(()) };
    let what =
        format!("{} is a merge that the forge made for this job, and nobody asks for the status of that", head.short());
    Err(Refusal::new(Code::Usage, what)
        .hint(format!("name the head of the request: `stageline verify --status {own}`"))
        .invalid())
}

/// Tells the forge what a head was judged to be, and the report what became of that.
///
/// # Errors
/// Why it could not be judged, with what became of the status.
pub fn tell(
    context: &Context<'_>,
    told: &Told,
    head: CommitId,
    judged: Result<VerifyReport, Error>,
) -> Result<VerifyReport, Error> {
    match &judged {
        // Somebody ended it, or there is nothing that could be merged: neither says anything of the head.
        Err(Error::Interrupted(_)) => return judged,
        Err(error) if error.refusal().code == Code::EmptyRange => return judged,
        _ => {}
    }
    let mut report = of(context, told.context(), head, &judged);
    match write(context, told, head, &report) {
        Ok(()) => report.written = true,
        Err(error @ Error::Interrupted(_)) => return Err(error),
        Err(error) => report.message = Some(why(&error)),
    }
    match judged {
        Ok(judged) => Ok(VerifyReport { status: Some(report), ..judged }),
        Err(error) => Err(error.detail(match &report.message {
            None => format!("the status `{}` of {} says so", report.context, head.short()),
            Some(why) => format!("the status `{}` of {} is as it was: {why}", report.context, head.short()),
        })),
    }
}

/// What the status of a head says, by how judging it ended; nothing of it is written yet.
pub fn of(context: &Context<'_>, name: String, head: CommitId, judged: &Result<VerifyReport, Error>) -> CommitStatus {
    let (state, line) = match judged {
        Ok(report) => (report.verdict.into(), report.lasting_summary()),
        Err(error) => (StateWord::Error, format!("cannot tell: {}", error.refusal().on_one_line())),
    };
    CommitStatus {
        context: name,
        commit: head.to_string(),
        state,
        description: status::description(&one_line(&without_secrets(&line))),
        page: job::page(&context.repo.surroundings().variables),
        written: false,
        message: None,
    }
}

/// The same as a forge takes it.
pub fn at_the_forge(report: &CommitStatus) -> Status<'_> {
    let outcome = match report.state {
        StateWord::Success => Outcome::Success,
        StateWord::Failure => Outcome::Failure,
        StateWord::Pending => Outcome::Pending,
        StateWord::Error => Outcome::Error,
    };
    Status { context: &report.context, outcome, description: &report.description, page: report.page.as_deref() }
}

/// Why it is not written, with what to do.
pub fn why(error: &Error) -> String {
    let refusal = error.refusal();
    std::iter::once(refusal.on_one_line()).chain(refusal.hints).collect::<Vec<_>>().join("; ")
}

fn write(context: &Context<'_>, told: &Told, head: CommitId, report: &CommitStatus) -> Result<(), Error> {
    let remote = match (&told.remote, &context.options.remote) {
        (Some(remote), _) | (None, Some(remote)) => remote.clone(),
        (None, None) => context.repo.remotes()?.into_iter().next().ok_or_else(nowhere)?,
    };
    let door = door::to_tell(context, &told.forges, &remote, told.patience)?;
    forge::of(&door).tell(head, &at_the_forge(report))
}

/// The error where there is no forge at all.
pub fn nowhere() -> Error {
    Refusal::new(Code::NoForge, "this clone has no remote, and so no forge").cannot_tell()
}
