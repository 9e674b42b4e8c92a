//! The exit codes: the one table.

use crate::domain::refusal::Error;
use crate::domain::report::doctor::StandingWord;
use crate::domain::report::feedback::SinkWord;
use crate::domain::report::telling::ToldWord;
use crate::domain::report::told_step::ShownIn;
use crate::domain::report::why::{WhyReport, WhyWord};
use crate::domain::report::{ApartReport, BecameWord, ChangeReport, Report, Stage, Tended, VerdictWord};

/// Usage errors, as clap counts them too.
pub const USAGE: u8 = 2;

/// It landed, and something that comes after it failed: a rerun takes that up.
const UNFINISHED: u8 = 5;

/// What each code means, whatever the verb.
pub const MEANINGS: [(u8, &str); 8] = [
    (0, "done, nothing to do, no difference"),
    (1, "refused, or `diff` found differences"),
    (USAGE, "usage or error"),
    (3, "not yet, or it cannot be told"),
    (4, "authentication needed"),
    (UNFINISHED, "landed, but a follow-up failed"),
    (6, "somebody else was first"),
    (130, "interrupted"),
];

/// The code of an error.
pub fn of_error(error: &Error) -> u8 {
    match error {
        Error::Refused(_) => 1,
        Error::Invalid(_) | Error::Failed(_) => USAGE,
        Error::CannotTell(_) => 3,
        Error::Unauthenticated(_) => 4,
        Error::Raced(_) => 6,
        Error::Interrupted(_) => 130,
    }
}

/// The code of a report: a dry run shows a plan that may not land, `diff` has an answer that is not "none", `config check` may find faults, `verify` a violation or something that is not yet so,
/// `init --check` something that the file lacks, `doctor` something that is open or that it cannot tell, a rollback may have to wait as a request, a request may not be left to be withdrawn, a shallow clone may hide what `history` was asked for, and a
/// commit may be nowhere, or hidden.
pub fn of_report(report: &Report) -> u8 {
    match report {
        Report::Diff(diff) if diff.differences > 0 => 1,
        Report::Change(change) => of_change(change),
        Report::Apart(apart) => of_apart(apart),
        Report::Steps(steps) => match &steps.stopped {
            Some(stopped) => stopped.exit,
            None => steps.steps.last().map_or(0, of_change),
        },
        Report::Tended(tended) if tended.requests.iter().any(|one| one.became == BecameWord::Failed) => UNFINISHED,
        Report::Tended(tended) if tended.verb == "withdraw" && tended.requests.iter().any(Tended::is_left) => 1,
        Report::Tend(tend) if tend.is_unfinished() => UNFINISHED,
        Report::Step(step) if step.shown == ShownIn::Incomplete => UNFINISHED,
        Report::ConfigCheck(check) if !check.valid => 2,
        Report::Init(init) if init.complete == Some(false) => 1,
        Report::History(history) if history.hidden => 3,
        Report::Contains(located) if !located.complete => 3,
        Report::Contains(located) if located.found != Some(true) => 1,
        Report::Hook(hook) if !hook.faults.is_empty() => 1,
        Report::Why(why) => of_why(why),
        Report::Doctor(doctor) if doctor.has(StandingWord::Open) => 1,
        Report::Doctor(doctor) if doctor.has(StandingWord::CannotTell) => 3,
        Report::FeedbackSend(send) if send.has(ToldWord::Failed) => UNFINISHED,
        Report::FeedbackSend(send) if send.has(ToldWord::Unknown) => 3,
        Report::FeedbackTest(test) if test.has(SinkWord::Failed) => UNFINISHED,
        Report::FeedbackTest(test) if test.has(SinkWord::Unknown) => 3,
        Report::Pruned(pruned) if pruned.has_leaks() => 1,
        Report::Pruned(pruned) if !pruned.unknown.is_empty() => {
            pruned.changes.iter().map(of_change).find(|code| *code != 0).unwrap_or(3)
        }
        Report::Pruned(pruned) => pruned.changes.iter().map(of_change).find(|code| *code != 0).unwrap_or(0),
        Report::Checked(folder) => of_verdict(folder.verdict),
        Report::Verify(verify) if !verify.enforced => 0,
        Report::Verify(verify) => match verify.verdict {
            VerdictWord::Pass if verify.status.as_ref().is_some_and(|status| !status.written) => UNFINISHED,
            other => of_verdict(other),
        },
        _ => 0,
    }
}

fn of_verdict(verdict: VerdictWord) -> u8 {
    match verdict {
        VerdictWord::Pass => 0,
        VerdictWord::Fail => 1,
        VerdictWord::Pending | VerdictWord::Unknown => 3,
    }
}

/// Of what was asked: whether something is blocked, else whether something waits or cannot be told.
fn of_why(why: &WhyReport) -> u8 {
    let has = |word: WhyWord| why.applications.iter().any(|row| row.state == word);
    match () {
        () if has(WhyWord::Blocked) => 1,
        () if has(WhyWord::Waiting) || has(WhyWord::Unknown) => 3,
        () => 0,
    }
}

fn of_change(change: &ChangeReport) -> u8 {
    match change {
        _ if change.refusals.iter().any(|refusal| refusal.verdict == VerdictWord::Fail) => 1,
        _ if !change.refusals.is_empty() => 3,
        _ if change.follow_ups.iter().any(|step| !step.done) => UNFINISHED,
        _ if change.push_refused.is_some() || change.stage == Stage::Waiting => 3,
        _ if change.not_direct.is_some() && change.stage == Stage::Proposed => 3,
        _ => 0,
    }
}

/// Of several requests those that failed count first, as they do for a rerun; one that waits behind another counts where all do.
fn of_apart(apart: &ApartReport) -> u8 {
    let codes: Vec<u8> = apart.requests.iter().map(of_change).collect();
    let is_unfinished = !apart.failed.is_empty() || codes.contains(&UNFINISHED);
    let is_all_waiting = !codes.is_empty() && codes.iter().all(|code| *code == 3);
    match () {
        () if is_unfinished => UNFINISHED,
        () if codes.contains(&1) => 1,
        () if is_all_waiting => 3,
        () => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::{Code, Refusal};

    #[test]
    fn each_kind_of_end_has_its_code() {
        let refusal = || Refusal::new(Code::HoldsUnread, "x");
        for (error, code) in [
            (refusal().refused(), 1),
            (refusal().invalid(), 2),
            (Error::Failed(anyhow::anyhow!("x")), 2),
            (refusal().cannot_tell(), 3),
            (refusal().unauthenticated(), 4),
            (refusal().raced(), 6),
            (refusal().interrupted(), 130),
        ] {
            assert_eq!(of_error(&error), code, "{error:?}");
        }
    }
}
