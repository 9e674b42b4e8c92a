//! The hold gate: what is held does not move, except back to where it stood before.

use crate::domain::history::Kind;
use crate::domain::hold::{Cause, HoldFile, Record, RecordChange};
use crate::domain::pin::PinMove;
use crate::domain::plan::Proposal;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::whom::words;

use super::held_commit;
use super::of_moves::worst;
use super::people::whom;
use super::vouching::{Says, Signature};
use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict};

pub struct HoldGate;

impl Gate for HoldGate {
    fn name(&self) -> &'static str {
        "hold"
    }

    fn needs(&self, proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Vec<Question> {
        proposal.moves.iter().flat_map(|moved| asks(proposal, moved, policy, told)).collect()
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        proposal.moves.iter().map(|moved| judged(proposal, moved, policy, answers)).collect()
    }
}

fn asks(proposal: &Proposal, moved: &PinMove, policy: Policy<'_>, told: &Answers) -> Vec<Question> {
    let Some(holds) = told.holds(moved) else { return vec![Question::holds(moved)] };
    let stays: Vec<&HoldFile> = staying(proposal, holds, told).collect();
    let signed = stays.iter().any(|hold| is_lifted(proposal, hold)).then(|| Signature::question(policy));
    // The past is walked only for what is held.
    let kind = stays.iter().any(|hold| hold.held().is_none()).then(|| Question::kind(moved));
    let commits = stays.iter().flat_map(|hold| held_commit::asks(moved, hold, policy.settings, told));
    let mut out: Vec<Question> =
        signed.into_iter().chain(kind).filter(|ask| told.of(ask).is_none()).chain(commits).collect();
    out.sort();
    out.dedup();
    out
}

fn judged(proposal: &Proposal, moved: &PinMove, policy: Policy<'_>, answers: &Answers) -> Judged {
    let subject = Subject::pin(moved);
    let Some(holds) = answers.holds(moved) else {
        return Judged::lasting(subject, Verdict::Unknown(Refusal::new(Code::HoldsUnread, "cannot tell what is held")));
    };
    let is_active = |hold: &&HoldFile| hold.is_active(answers.now);
    let stays: Vec<&HoldFile> = staying(proposal, holds, answers).collect();
    if stays.is_empty() {
        let why = match holds.iter().any(|hold| is_active(&hold)) {
            true => "the rollback's hold goes with it",
            false => "no hold",
        };
        return Judged::lasting(subject, Verdict::Pass(why.into()));
    }
    let ends = |hold: &&HoldFile| hold.hold.as_ref().ok().and_then(|hold| hold.until);
    let not_after = stays.iter().filter_map(ends).min();
    let verdicts = stays.iter().map(|hold| {
        let says = match held_commit::says(moved, hold, policy, answers) {
            Some(says) => says,
            None => of_pin(hold, moved, answers),
        };
        let verdict = if is_lifted(proposal, hold) { unless_lifted(says, moved, policy, answers) } else { says };
        (with_whom(verdict, moved, policy), not_after)
    });
    let (verdict, not_after) = worst(verdicts.collect())
        .unwrap_or_else(|| (Verdict::Unknown(Refusal::new(Code::HoldsUnread, "cannot tell what is held")), None));
    Judged { subject, verdict, not_after, exempt: false }
}

/// What a hold on a pin, an environment or everything says of a move.
fn of_pin(hold: &HoldFile, moved: &PinMove, answers: &Answers) -> Verdict {
    match answers.kind(moved) {
        Kind::Return { .. } => Verdict::Pass("held, but it goes back to where it stood before".into()),
        Kind::Forward => Verdict::Fail(refusal(hold, moved.app.as_str(), moved.env.as_str())),
        Kind::Unknown(why) => Verdict::Unknown(unknown(hold, moved, &why)),
    }
}

/// What a hold says that the very change takes away: nothing where one signs it who may lift it.
fn unless_lifted(says: Verdict, moved: &PinMove, policy: Policy<'_>, answers: &Answers) -> Verdict {
    let (Verdict::Fail(refusal) | Verdict::Unknown(refusal)) = says else { return says };
    let signature = Signature::of(policy, answers);
    let signers = policy.settings.environment(&moved.env).map_or(&[][..], |env| env.rules.signers.as_slice());
    let says = if signers.is_empty() { signature.is_known() } else { signature.is_of(signers) };
    match says {
        Says::Yes(who) => Verdict::Pass(format!("its hold is lifted with it, signed by {who}")),
        Says::No(why) => Verdict::Fail(refusal.detail(format!(
            "it takes the hold away, which counts only by the signature of who may lift it: {}",
            why.message
        ))),
        Says::Unknown(why) => Verdict::Unknown(
            refusal.detail(format!("it takes the hold away, and whether who may lift it signs cannot be told: {why}")),
        ),
    }
}

/// The same with who may lift the hold, where not everybody may.
fn with_whom(verdict: Verdict, moved: &PinMove, policy: Policy<'_>) -> Verdict {
    let signers = policy.settings.environment(&moved.env).map_or(&[][..], |env| env.rules.signers.as_slice());
    let whom = whom(policy.settings, signers);
    let told = |refusal: Refusal| match whom.is_empty() {
        true => refusal,
        false => refusal.hint(format!("who may lift it: {}", words(&whom))).asks(whom.clone()),
    };
    match verdict {
        Verdict::Fail(refusal) => Verdict::Fail(told(refusal)),
        Verdict::Unknown(refusal) => Verdict::Unknown(told(refusal)),
        passed => passed,
    }
}

/// Whether a change takes a hold away that is on the branch which it changes.
fn is_lifted(proposal: &Proposal, hold: &HoldFile) -> bool {
    let takes = |record: &RecordChange| record.path == hold.path && record.is.is_none();
    hold.branch.is_none() && proposal.records.iter().any(takes)
}

/// The holds that are in force, without those that a rollback wrote and that this very change takes away or replaces: they hold
/// nothing of it, which is how a rollback is taken back. One that somebody set counts by who takes it away.
fn staying<'h>(
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
    held.retold(Code::KindUnknown, what)
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
    let refusal = refusal.detail(file.told());
    match &file.hold {
        Ok(_) => refusal.hint(file.lifting()),
        Err(_) => refusal.hint("mend the file, or take it away, in a commit of its own".to_string()),
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
    use crate::policy::of_moves::sample;
    use crate::policy::{Answer, Signed};

    fn proposal() -> Proposal {
        let says = |text: &str| {
            let key = SiteKey { pin: "web".into(), nth: 0, cluster: None };
            Assignment::new([(key, Version::new(text).unwrap())])
        };
        let moved = PinMove {
            app: AppName::new("web").unwrap(),
            env: EnvName::new("production").unwrap(),
            instance: None,
            recorded: None,
            request: None,
            from: Version::new("a").ok(),
            to: Version::new("b").ok(),
            was: says("a"),
            is: says("b"),
            sites: vec![],
        };
        Proposal { moves: vec![moved], ..crate::domain::plan::sample::proposal() }
    }

    fn file(app: Option<&str>, until: Option<&str>, cause: Cause) -> HoldFile {
        let cover = Cover::of(EnvName::new("production").ok(), app.map(|a| AppName::new(a).unwrap()));
        let hold = Hold {
            held: None,
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

    /// What is said where the change takes the hold away, signed by this one.
    fn lifted(hold: &HoldFile, signed: Known<Answer>, kind: Kind) -> Verdict {
        let was = Record { text: Some(Vec::new()), file: hold.clone() };
        let records = vec![RecordChange { path: hold.path.clone(), was: Some(was), is: None }];
        let mut answers = told(hold.clone(), Some(kind));
        answers.note(Question::Signed(BranchName::new("main").unwrap()), signed);
        verdict(&Proposal { records, ..proposal() }, &answers)
    }

    fn signed(by: Signed) -> Known<Answer> {
        Known::Is(Answer::Signed(by))
    }

    #[test]
    fn a_hold_that_the_same_change_takes_away_lets_go_by_the_signature_of_who_may_lift_it() {
        let mei = || signed(Signed::Here(Some(vec!["mei@example.com".into()])));
        assert!(matches!(lifted(&asked(), mei(), Kind::Forward), Verdict::Pass(_)));
        let nobody = signed(Signed::Not(Refusal::new(Code::NotSigned, "it is not signed")));
        let Verdict::Fail(refusal) = lifted(&asked(), nobody, Kind::Forward) else { panic!("it was lifted") };
        assert_eq!(refusal.code, Code::Held);
        assert!(refusal.details.iter().any(|line| line.contains("it is not signed")), "{refusal:?}");
        let hidden = Known::CannotTell("no keys".to_string());
        assert!(matches!(lifted(&asked(), hidden, Kind::Forward), Verdict::Unknown(_)));
        // The main branch's stays where it is, whoever signs.
        let elsewhere = HoldFile { branch: BranchName::new("main").ok(), ..asked() };
        assert!(matches!(lifted(&elsewhere, mei(), Kind::Forward), Verdict::Fail(_)));
    }

    #[test]
    fn who_may_lift_is_one_of_the_environments_signers_where_it_has_some() {
        use crate::domain::settings::{Party, PartyName, Person, Principal};
        let name = |name: &str| PartyName::new(name).unwrap();
        let mut settings = sample::settings(|production| production.rules.signers = vec![Party::Person(name("mei"))]);
        let person = |who: &str| Person {
            name: name(who),
            principals: vec![Principal::new(&format!("{who}@example.com")).unwrap()],
            forge: None,
            email: None,
            mobile: None,
        };
        settings.people = vec![person("mei"), person("ana")];
        let (hold, branch) = (asked(), BranchName::new("main").unwrap());
        let was = Record { text: Some(Vec::new()), file: hold.clone() };
        let records = vec![RecordChange { path: hold.path.clone(), was: Some(was), is: None }];
        let proposal = Proposal { records, ..proposal() };
        let says = |who: &str| {
            let mut answers = told(hold.clone(), Some(Kind::Forward));
            let by = Signed::Here(Some(vec![format!("{who}@example.com")]));
            answers.note(Question::Signed(branch.clone()), signed(by));
            HoldGate.judge(&proposal, Policy { branch: &branch, settings: &settings }, &answers).remove(0).verdict
        };
        assert!(matches!(says("mei"), Verdict::Pass(_)));
        assert!(matches!(says("ana"), Verdict::Fail(_)), "known, and no signer of it");
        let asked = sample::needs(&HoldGate, &proposal, &settings, &told(hold.clone(), Some(Kind::Forward)));
        assert_eq!(asked, [Question::Signed(branch.clone())]);
    }

    #[test]
    fn a_rollbacks_hold_that_the_same_change_takes_away_holds_nothing_and_one_that_was_asked_for_does() {
        let nobody = || signed(Signed::Not(Refusal::new(Code::NotSigned, "it is not signed")));
        let undone = |hold: &HoldFile| lifted(hold, nobody(), Kind::Forward);
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
