//! The hold gate: what is held does not move, except back to where it stood before.

use crate::domain::history::Kind;
use crate::domain::hold::{Cause, HoldFile, Record, RecordChange};
use crate::domain::pin::PinMove;
use crate::domain::plan::Proposal;
use crate::domain::refusal::{Code, Refusal};

use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict};

pub struct HoldGate;

impl Gate for HoldGate {
    fn name(&self) -> &'static str {
        "hold"
    }

    fn needs(&self, proposal: &Proposal, _: Policy<'_>, told: &Answers) -> Vec<Question> {
        let ask = |moved: &PinMove| match told.holds(moved) {
            None => Some(Question::holds(moved)),
            // The past is walked only for what is held.
            Some(holds) => holding(proposal, holds, told)
                .next()
                .and(Some(Question::kind(moved)))
                .filter(|ask| told.of(ask).is_none()),
        };
        proposal.moves.iter().filter_map(ask).collect()
    }

    fn judge(&self, proposal: &Proposal, _: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        proposal.moves.iter().map(|moved| judged(proposal, moved, answers)).collect()
    }
}

fn judged(proposal: &Proposal, moved: &PinMove, answers: &Answers) -> Judged {
    let subject = Subject::pin(moved);
    let Some(holds) = answers.holds(moved) else {
        return Judged::lasting(subject, Verdict::Unknown(Refusal::new(Code::HoldsUnread, "cannot tell what is held")));
    };
    let Some(hold) = holding(proposal, holds, answers).next() else {
        let lifted = holds.iter().any(|hold| hold.is_active(answers.now));
        let why = if lifted { "the rollback's hold goes with it" } else { "no hold" };
        return Judged::lasting(subject, Verdict::Pass(why.into()));
    };
    let verdict = match answers.kind(moved) {
        Kind::Return { .. } => Verdict::Pass("held, but it goes back to where it stood before".into()),
        Kind::Forward => Verdict::Fail(refusal(hold, moved.app.as_str(), moved.env.as_str())),
        Kind::Unknown(why) => Verdict::Unknown(unknown(hold, moved, &why)),
    };
    let ends = |hold: &HoldFile| hold.hold.as_ref().ok().and_then(|hold| hold.until);
    let not_after = holding(proposal, holds, answers).filter_map(ends).min();
    Judged { subject, verdict, not_after }
}

/// The holds that are in force and stay so: one that a rollback wrote and that this very change takes away or replaces holds
/// nothing of it, which is how a rollback is taken back. One that somebody set is lifted in a change of its own.
fn holding<'h>(
    proposal: &'h Proposal,
    holds: &'h [HoldFile],
    answers: &'h Answers,
) -> impl Iterator<Item = &'h HoldFile> + 'h {
    let goes = |hold: &HoldFile| {
        let is_rollbacks = hold.hold.as_ref().is_ok_and(|hold| hold.cause == Cause::Rollback);
        // Put in the place of another one it would only hold on; what goes back is the one that it had replaced, or none.
        let is_older = |is: &Record| match (&is.file.hold, &hold.hold) {
            (Ok(is), Ok(hold)) => is.since <= hold.since,
            _ => false,
        };
        let takes = |record: &RecordChange| record.path == hold.path && record.is.as_ref().is_none_or(is_older);
        is_rollbacks && hold.branch.is_none() && proposal.records.iter().any(takes)
    };
    holds.iter().filter(move |hold| hold.is_active(answers.now) && !goes(hold))
}

/// What is said where nobody knows whether a held pin goes back or on.
fn unknown(hold: &HoldFile, moved: &PinMove, why: &str) -> Refusal {
    let (app, env) = (&moved.app, &moved.env);
    let held = refusal(hold, app.as_str(), env.as_str());
    let what = format!("`{app}` is held in `{env}`, and whether it goes back cannot be told: {why}");
    let start = Refusal::new(Code::KindUnknown, what).details(held.details);
    held.hints.into_iter().fold(start, Refusal::hint)
}

/// What is said of a pin that is held.
pub fn refusal(file: &HoldFile, app: &str, env: &str) -> Refusal {
    let refusal = Refusal::new(Code::Held, format!("`{app}` is held in `{env}`"));
    if let Some(slip) = &file.slip {
        let what = if file.cover.env.is_some() { "all of the environment" } else { "everything" };
        let reason = file.hold.as_ref().map_or_else(|why| why.clone(), |hold| hold.reason.clone());
        return refusal
            .detail(format!("{}: {slip}, so it holds {what}: {reason}", file.place()))
            .hint("give the file the name that is meant, or take it away, in a commit of its own");
    }
    match &file.hold {
        Ok(hold) => {
            let until = hold.until.map_or("until it is lifted".to_string(), |t| format!("until {t}"));
            refusal
                .detail(format!("{}: {} (by {}, since {}, {until})", file.place(), hold.reason, hold.by, hold.since))
                .hint(match file.lift() {
                    Some(lift) => format!("when it may move again: `stageline {lift}`"),
                    None => format!("when it may move again: take `{}` away, in a commit of its own", file.place()),
                })
        }
        Err(why) => refusal
            .detail(format!("{} cannot be read, so it holds: {why}", file.place()))
            .hint("mend the file, or take it away, in a commit of its own".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::hold::{Cover, Hold};
    use crate::domain::names::{AppName, BranchName, EnvName};
    use crate::domain::path::RepoPath;
    use crate::domain::pin::{Assignment, SiteKey};
    use crate::domain::settings::Settings;
    use crate::domain::version::Version;
    use crate::policy::Answer;
    use crate::policy::of_moves::sample;

    fn proposal() -> Proposal {
        let says = |text: &str| {
            let key = SiteKey { pin: "web".into(), nth: 0, cluster: None };
            Assignment::new([(key, Version::new(text).unwrap())])
        };
        let moved = PinMove {
            app: AppName::new("web").unwrap(),
            env: EnvName::new("production").unwrap(),
            from: Version::new("a").ok(),
            to: Version::new("b").ok(),
            was: says("a"),
            is: says("b"),
            sites: vec![],
        };
        Proposal { moves: vec![moved], ..crate::domain::plan::sample::proposal() }
    }

    fn file(app: Option<&str>, until: Option<&str>, cause: Cause) -> HoldFile {
        let cover = Cover { env: EnvName::new("production").ok(), app: app.map(|a| AppName::new(a).unwrap()) };
        let hold = Hold {
            cover: cover.clone(),
            reason: "it burns".into(),
            by: "Mei".into(),
            since: "2026-11-01T00:00:00Z".parse().unwrap(),
            until: until.map(|t| t.parse().unwrap()),
            cause,
        };
        HoldFile::new(RepoPath::new(&cover.path()).unwrap(), cover, Ok(hold))
    }

    fn told(hold: HoldFile, kind: Option<Kind>) -> Answers {
        let mut answers = Answers::at("2026-11-02T00:00:00Z".parse().unwrap());
        let moved = &proposal().moves[0];
        answers.note(Question::holds(moved), Known::Is(Answer::Holds(vec![hold])));
        if let Some(kind) = kind {
            answers.note(Question::kind(moved), Known::Is(Answer::Kind(kind)));
        }
        answers
    }

    fn asked() -> HoldFile {
        file(Some("web"), None, Cause::Asked)
    }

    fn judged_by_all(proposal: &Proposal, answers: &Answers) -> Vec<Judged> {
        let branch = BranchName::new("main").unwrap();
        HoldGate.judge(proposal, Policy { branch: &branch, settings: &Settings::default() }, answers)
    }

    fn verdict(proposal: &Proposal, answers: &Answers) -> Verdict {
        judged_by_all(proposal, answers).remove(0).verdict
    }

    fn back() -> Kind {
        Kind::Return { landing: CommitId::from_bytes([1; 20]) }
    }

    #[test]
    fn a_held_pin_does_not_go_on() {
        for app in [Some("web"), None] {
            let answers = told(file(app, None, Cause::Asked), Some(Kind::Forward));
            let Verdict::Fail(refusal) = verdict(&proposal(), &answers) else { panic!("it moved") };
            assert!(refusal.details[0].contains("it burns"), "{refusal:?}");
            assert!(refusal.hints[0].contains("stageline hold lift"), "{refusal:?}");
        }
    }

    #[test]
    fn a_hold_ends_at_its_time_and_the_verdict_says_until_when_it_counts() {
        let ends = |until: &str| {
            let answers = told(file(None, Some(until), Cause::Asked), Some(Kind::Forward));
            judged_by_all(&proposal(), &answers).remove(0)
        };
        let over = ends("2026-11-01T12:00:00Z");
        assert_eq!((over.not_after, matches!(over.verdict, Verdict::Pass(_))), (None, true));
        let holds = ends("2026-11-03T12:00:00Z");
        assert!(matches!(holds.verdict, Verdict::Fail(_)));
        assert_eq!(holds.not_after, "2026-11-03T12:00:00Z".parse().ok());
    }

    #[test]
    fn what_is_held_goes_back_and_where_nobody_knows_that_it_stays() {
        assert!(matches!(verdict(&proposal(), &told(asked(), Some(back()))), Verdict::Pass(_)));
        let answers = told(asked(), Some(Kind::Unknown("a shallow clone".into())));
        let Verdict::Unknown(refusal) = verdict(&proposal(), &answers) else { panic!("it was known") };
        assert_eq!(refusal.code, Code::KindUnknown);
        assert!(refusal.message.contains("shallow") && refusal.hints[0].contains("hold lift"), "{refusal:?}");
    }

    #[test]
    fn the_past_is_asked_for_only_where_something_is_held() {
        let needs = |answers: &Answers| sample::needs(&HoldGate, &proposal(), &Settings::default(), answers);
        let moved = &proposal().moves[0];
        assert_eq!(needs(&Answers::at(jiff::Timestamp::UNIX_EPOCH)), [Question::holds(moved)]);
        assert_eq!(needs(&told(asked(), None)), [Question::kind(moved)]);
        assert_eq!(needs(&told(file(None, Some("2026-11-01T12:00:00Z"), Cause::Asked), None)), []);
        assert_eq!(needs(&told(asked(), Some(back()))), []);
    }

    #[test]
    fn a_rollbacks_hold_that_the_same_change_takes_away_holds_nothing_and_one_that_was_asked_for_does() {
        let undone = |hold: &HoldFile| {
            let was = Record { text: Some(Vec::new()), file: hold.clone() };
            let records = vec![RecordChange { path: hold.path.clone(), was: Some(was), is: None }];
            let proposal = Proposal { records, ..proposal() };
            verdict(&proposal, &told(hold.clone(), Some(Kind::Forward)))
        };
        assert!(matches!(undone(&file(Some("web"), None, Cause::Rollback)), Verdict::Pass(_)));
        assert!(matches!(undone(&asked()), Verdict::Fail(_)));
        // The main branch's stays where it is, whatever an environment's own branch does.
        let elsewhere = HoldFile { branch: BranchName::new("main").ok(), ..file(Some("web"), None, Cause::Rollback) };
        assert!(matches!(undone(&elsewhere), Verdict::Fail(_)));
    }

    #[test]
    fn without_the_answer_nobody_knows() {
        let answers = Answers::at(jiff::Timestamp::UNIX_EPOCH);
        let Verdict::Unknown(why) = verdict(&proposal(), &answers) else { panic!("it was known") };
        assert_eq!(why.code, Code::HoldsUnread);
        assert!(matches!(verdict(&proposal(), &told(asked(), None)), Verdict::Unknown(_)));
    }
}
