//! The soak gate: what comes after an environment was live there for so long.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::names::EnvName;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{NamedGate, Soak, SoakSince};
use crate::domain::stay::{Likeness, Stays};
use crate::domain::version::Version;

use super::of_moves::{Case, OfMoves, worst};
use super::order;
use super::{Answers, Question, Verdict};

pub struct SoakGate;

impl OfMoves for SoakGate {
    const GATE: NamedGate = NamedGate::Soak;

    fn asks(&self, case: Case<'_>, told: &Answers) -> Vec<Question> {
        let all = soaks(case).flat_map(|soak| questions(case, soak));
        let mut out: Vec<Question> = all.map(|(.., ask)| ask).filter(|ask| told.of(ask).is_none()).collect();
        out.dedup();
        out
    }

    fn says(&self, case: Case<'_>, answers: &Answers) -> Option<(Verdict, Option<Timestamp>)> {
        let each = soaks(case).flat_map(|soak| of_soak(case, soak, answers)).collect();
        worst(each)
    }
}

/// The soaks of the environment and of the application, which only adds one.
fn soaks<'c>(case: Case<'c>) -> impl Iterator<Item = &'c Soak> {
    let own = case.settings.application(&case.moved.app).and_then(|app| app.rules.gates.soak.as_ref());
    case.env.rules.gates.soak.iter().chain(own)
}

/// What one soak says of each version and environment.
fn of_soak(case: Case<'_>, soak: &Soak, answers: &Answers) -> Vec<(Verdict, Option<Timestamp>)> {
    if before(case).is_empty() {
        let what = format!("`{}` has a soak, and nothing says which environment it comes after", case.env.name);
        let refusal = Refusal::new(Code::SoakUnknown, what).hint("say it: `after: ENVIRONMENT`");
        return vec![(Verdict::Unknown(refusal), None)];
    }
    if let Some(what) = unmeasured(soak) {
        let refusal = Refusal::new(Code::SoakUnknown, format!("cannot tell how long it soaked: {what}"));
        return vec![(Verdict::Unknown(refusal.hint("`since: landed` is measured")), None)];
    }
    let all = questions(case, soak);
    all.iter().map(|(before, version, ask)| one(case, (before, version), soak, answers, ask)).collect()
}

/// What of a soak this version does not measure.
fn unmeasured(soak: &Soak) -> Option<&'static str> {
    match soak.since {
        SoakSince::Landed => None,
        SoakSince::Healthy => Some("this version does not read what was told to be healthy (`since: healthy`)"),
    }
}

/// Where it soaks: in what the environment comes after by the file, else in the one before it in the list.
fn before<'c>(case: Case<'c>) -> Vec<&'c EnvName> {
    if let Some(named) = &case.env.after {
        return named.iter().collect();
    }
    let durable = case.settings.durable().map(|env| &env.name);
    durable.take_while(|name| **name != case.env.name).last().into_iter().collect()
}

fn questions<'c>(case: Case<'c>, soak: &Soak) -> Vec<(&'c EnvName, Version, Question)> {
    let mut out = Vec::new();
    for before in before(case) {
        let likeness = match (order::likeness(case.env, before).takes_same_tree(), soak.counts.is_some()) {
            (false, false) => Likeness::Itself,
            (true, false) => Likeness::SameTree,
            (false, true) => Likeness::Contained,
            (true, true) => Likeness::SameTreeOrContained,
        };
        for version in case.versions() {
            let ask = Question::Stays(before.clone(), case.moved.app.clone(), version.clone(), likeness, soak.clock);
            out.push((before, version.clone(), ask));
        }
    }
    out
}

fn one(
    case: Case<'_>,
    (before, version): (&EnvName, &Version),
    soak: &Soak,
    answers: &Answers,
    ask: &Question,
) -> (Verdict, Option<Timestamp>) {
    let unknown = |why: &str| {
        let what = format!("cannot tell how long {} of `{}` was in `{before}`: {why}", version.short(), case.moved.app);
        (Verdict::Unknown(Refusal::new(Code::SoakUnknown, what)), None)
    };
    let stays = match answers.stays(ask) {
        Some(Ok(stays)) => stays,
        other => return unknown(other.and_then(Result::err).unwrap_or("nobody looked")),
    };
    let wanted = SignedDuration::try_from(Duration::from(soak.length)).unwrap_or(SignedDuration::MAX);
    let longest = stays.longest(answers.now);
    let length = longest.map_or(SignedDuration::ZERO, |stay| stay.length(answers.now));
    if length >= wanted {
        return (Verdict::Pass(format!("{} in `{before}`, of {}", told(length), soak.length)), None);
    }
    if let Some(why) = &stays.unread {
        return unknown(why);
    }
    let refusal = too_short(case, (before, version), soak, longest.map(|stay| stay.length(answers.now)));
    match eligible(stays, wanted) {
        Some(at) => (
            Verdict::Pending {
                why: refusal
                    .hint(format!("wait until {at}, or see `stageline why {} --to {}`", case.moved.app, case.env.name)),
                eligible_at: Some(at),
            },
            Some(at),
        ),
        // It left, or never came: waiting alone does not help.
        None => {
            let refusal = refusal.hint(format!("let it stay there: {}", order::to_there(case, before, version)));
            let same = order::same_tree(case.env, before).filter(|_| length.is_zero());
            (Verdict::Fail(same.into_iter().fold(refusal, Refusal::hint)), None)
        }
    }
}

/// From when on the stay that lasts is long enough.
fn eligible(stays: &Stays, wanted: SignedDuration) -> Option<Timestamp> {
    stays.present()?.from.checked_add(wanted).ok()
}

fn too_short(
    case: Case<'_>,
    (before, version): (&EnvName, &Version),
    soak: &Soak,
    length: Option<SignedDuration>,
) -> Refusal {
    let (app, env) = (&case.moved.app, &case.env.name);
    let so_far = match length {
        None => "not at all".to_string(),
        Some(length) if length.is_zero() => "for no time yet".to_string(),
        Some(length) => format!("for {}", told(length)),
    };
    let what = format!(
        "`{env}` takes what was in `{before}` for {}, and {} of `{app}` was there {so_far}",
        soak.length,
        version.short()
    );
    Refusal::new(Code::Soaking, what).detail(format!("clock: {}", soak.clock.word()))
}

/// A length of time in its two largest units: `2d 4h`, `35m`.
fn told(length: SignedDuration) -> String {
    let seconds = length.as_secs();
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let first = parts.iter().position(|(count, _)| *count > 0).unwrap_or(parts.len() - 1);
    let shown: Vec<String> = parts[first..]
        .iter()
        .take(2)
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    if shown.is_empty() { "0s".to_string() } else { shown.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::super::of_moves::sample::{answers, judged, move_to, needs, now, settings};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::history::Kind;
    use crate::domain::settings::{Environment, Settings, SoakClock, SoakCounts, TimeSpan};
    use crate::domain::stay::Stay;
    use crate::policy::{Answer, Judged};
    use proptest::prelude::*;

    fn soak(length: &str) -> Soak {
        let (since, clock) = (SoakSince::Landed, SoakClock::Committer);
        Soak { length: TimeSpan::new(length).unwrap(), counts: None, since, clock }
    }

    fn rules(change: impl FnOnce(&mut Environment)) -> Settings {
        settings(|production| {
            production.after = EnvName::new("staging").ok().map(|name| vec![name]);
            production.rules.gates.soak = Some(soak("24h"));
            change(production);
        })
    }

    fn ago(hours: i64) -> Timestamp {
        now() - SignedDuration::from_hours(hours)
    }

    fn stay(from: i64, until: Option<i64>) -> Stay {
        Stay { from: ago(from), until: until.map(ago), landing: CommitId::from_bytes([1; 20]) }
    }

    fn told_of(stays: Vec<Stay>, unread: Option<&str>) -> Answers {
        let ask = needs(&SoakGate, &move_to("b"), &rules(|_| {}), &answers([])).remove(0);
        answers([(ask, Known::Is(Answer::Stays(Stays { stays, unread: unread.map(String::from) })))])
    }

    fn after(stays: Vec<Stay>) -> Judged {
        judged(&SoakGate, &move_to("b"), &rules(|_| {}), &told_of(stays, None)).remove(0)
    }

    #[test]
    fn the_longest_stay_counts_and_not_their_sum() {
        assert!(matches!(after(vec![stay(100, Some(70)), stay(2, None)]).verdict, Verdict::Pass(_)));
        assert!(matches!(after(vec![stay(60, Some(45)), stay(15, None)]).verdict, Verdict::Pending { .. }));
    }

    #[test]
    fn what_still_stands_there_waits_until_it_has_soaked_and_the_verdict_says_when() {
        let judged = after(vec![stay(20, None)]);
        let at = now() + SignedDuration::from_hours(4);
        assert!(matches!(judged.verdict, Verdict::Pending { eligible_at: Some(told), .. } if told == at));
        assert_eq!(judged.not_after, Some(at));
        assert!(matches!(after(vec![stay(24, None)]).verdict, Verdict::Pass(_)), "the very moment counts");
    }

    #[test]
    fn what_left_too_early_does_not_come_by_waiting() {
        assert!(matches!(after(vec![stay(30, Some(10))]).verdict, Verdict::Fail(_)));
        assert!(matches!(after(vec![]).verdict, Verdict::Fail(_)));
    }

    #[test]
    fn a_history_that_is_cut_may_prove_a_soak_and_never_denies_one() {
        let verdict = |stays| {
            judged(&SoakGate, &move_to("b"), &rules(|_| {}), &told_of(stays, Some("shallow"))).remove(0).verdict
        };
        assert!(matches!(verdict(vec![stay(30, None)]), Verdict::Pass(_)));
        assert!(matches!(verdict(vec![stay(3, None)]), Verdict::Unknown(_)));
    }

    #[test]
    fn what_is_not_measured_is_not_guessed() {
        let healthy = rules(|production| production.rules.gates.soak.as_mut().unwrap().since = SoakSince::Healthy);
        let told = told_of(vec![stay(100, None)], None);
        assert!(matches!(judged(&SoakGate, &move_to("b"), &healthy, &told)[0].verdict, Verdict::Unknown(_)));
        let no_order = rules(|production| production.after = Some(vec![]));
        let verdict = judged(&SoakGate, &move_to("b"), &no_order, &answers([])).remove(0).verdict;
        assert!(matches!(verdict, Verdict::Unknown(why) if why.message.contains("comes after")));
    }

    #[test]
    fn each_soak_is_asked_about_by_its_own_clock_and_says_whose_it_is() {
        let by_receipts = rules(|production| production.rules.gates.soak.as_mut().unwrap().clock = SoakClock::Receipt);
        let ask = needs(&SoakGate, &move_to("b"), &by_receipts, &answers([])).remove(0);
        assert!(matches!(ask, Question::Stays(.., SoakClock::Receipt)));
        // What another clock says is no answer.
        let told = told_of(vec![stay(100, None)], None);
        assert!(matches!(judged(&SoakGate, &move_to("b"), &by_receipts, &told)[0].verdict, Verdict::Unknown(_)));
        let stays = Stays { stays: vec![stay(3, None)], unread: None };
        let told = answers([(ask, Known::Is(Answer::Stays(stays)))]);
        let verdict = judged(&SoakGate, &move_to("b"), &by_receipts, &told).remove(0).verdict;
        assert!(matches!(verdict, Verdict::Pending { why, .. } if why.details == ["clock: receipt"]));
    }

    #[test]
    fn a_way_back_passes_unless_the_file_takes_that_away() {
        let proposal = move_to("b");
        let mut told = told_of(vec![], None);
        assert_eq!(needs(&SoakGate, &proposal, &rules(|_| {}), &told), [Question::kind(&proposal.moves[0])]);
        let back = Kind::Return { landing: CommitId::from_bytes([2; 20]) };
        told.note(Question::kind(&proposal.moves[0]), Known::Is(Answer::Kind(back)));
        assert!(matches!(judged(&SoakGate, &proposal, &rules(|_| {}), &told)[0].verdict, Verdict::Pass(_)));
        let strict = rules(|production| production.rules.rollback_exempt = Some(vec![]));
        assert!(matches!(judged(&SoakGate, &proposal, &strict, &told)[0].verdict, Verdict::Fail(_)));
        told.note(Question::kind(&proposal.moves[0]), Known::CannotTell("shallow".into()));
        assert!(matches!(judged(&SoakGate, &proposal, &rules(|_| {}), &told)[0].verdict, Verdict::Unknown(_)));
    }

    #[test]
    fn contained_commits_are_asked_about_where_the_file_counts_them() {
        let counts =
            rules(|production| production.rules.gates.soak.as_mut().unwrap().counts = Some(SoakCounts::Contained));
        let asked = needs(&SoakGate, &move_to("b"), &counts, &answers([])).remove(0);
        assert!(matches!(asked, Question::Stays(_, _, _, Likeness::Contained, _)));
    }

    proptest! {
        /// By brute force: somewhere in a stay there are 24 hours on end.
        #[test]
        fn a_soak_passes_exactly_where_some_stay_is_as_long(ends in proptest::collection::vec(0i64..200, 2..9)) {
            let mut ends = ends;
            ends.sort_unstable();
            ends.dedup();
            let stays: Vec<Stay> = ends.rchunks_exact(2).map(|two| stay(two[1], Some(two[0]))).collect();
            let is_long = ends.rchunks_exact(2).any(|two| two[1] - two[0] >= 24);
            let passes = matches!(after(stays).verdict, Verdict::Pass(_));
            prop_assert_eq!(passes, is_long);
        }
    }
}
