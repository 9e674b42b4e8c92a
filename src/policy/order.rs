//! The order gate: what comes after an environment was live there before. Only a file makes that a rule: the order of a
//! layout without one tells where a promotion copies from, no more.

use jiff::Timestamp;

use crate::domain::names::EnvName;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Environment, NamedGate, Origin, SoakClock};
use crate::domain::stay::Likeness;
use crate::domain::version::Version;

use super::of_moves::{Case, OfMoves, exempts, worst};
use super::{Answers, Question, Verdict};

pub struct OrderGate;

impl OfMoves for OrderGate {
    const GATE: NamedGate = NamedGate::Order;

    fn asks(&self, case: Case<'_>, told: &Answers) -> Vec<Question> {
        questions(case).into_iter().map(|(.., question)| question).filter(|ask| told.of(ask).is_none()).collect()
    }

    /// What stood here was let in by the rules of then: a source that cannot be asked in an emergency keeps nobody from going back.
    fn passes_returns(&self, case: Case<'_>, no: &Verdict, _: &Answers) -> bool {
        matches!(no, Verdict::Unknown(_)) || exempts(case.env, NamedGate::Order)
    }

    fn says(&self, case: Case<'_>, answers: &Answers) -> Option<(Verdict, Option<Timestamp>)> {
        if ruled_before(case).is_empty() {
            return None;
        }
        let all = questions(case);
        let each = all.iter().map(|(before, version, ask)| (one(case, before, version, answers, ask), None)).collect();
        Some(worst(each).unwrap_or((Verdict::Pass("nothing comes".into()), None)))
    }
}

/// The environments that a rule says it comes after.
fn ruled_before(case: Case<'_>) -> &[EnvName] {
    match case.settings.origin {
        Origin::File => case.env.named_before(),
        Origin::Discovered => &[],
    }
}

/// What counts as having been in an environment that another one comes after.
pub(super) fn likeness(env: &Environment, before: &EnvName) -> Likeness {
    if env.rules.same_tree.contains(before) { Likeness::SameTree } else { Likeness::Itself }
}

/// How to write that another commit with the same content counts, where it does not.
pub(super) fn same_tree(env: &Environment, before: &EnvName) -> Option<String> {
    let how = || {
        format!(
            "where another commit with the same content counts: `after: {{ environment: {before}, same: tree }}` of `{}`",
            env.name
        )
    };
    (!likeness(env, before).takes_same_tree()).then(how)
}

/// A question for each version that comes and each environment that it comes after.
fn questions<'c>(case: Case<'c>) -> Vec<(&'c EnvName, Version, Question)> {
    let mut out = Vec::new();
    for before in ruled_before(case) {
        for version in case.versions() {
            let likeness = likeness(case.env, before);
            let ask = Question::Stays(
                before.clone(),
                case.moved.app.clone(),
                version.clone(),
                likeness,
                SoakClock::Committer,
            );
            out.push((before, version.clone(), ask));
        }
    }
    out
}

fn one(case: Case<'_>, before: &EnvName, version: &Version, answers: &Answers, ask: &Question) -> Verdict {
    let (app, env) = (&case.moved.app, &case.env.name);
    let unknown = |why: &str| {
        let what = format!(
            "cannot tell whether {} of `{app}` was in `{before}`, which `{env}` comes after: {why}",
            version.short()
        );
        Verdict::Unknown(Refusal::new(Code::OrderUnknown, what))
    };
    let stays = match answers.stays(ask) {
        Some(Ok(stays)) => stays,
        other => return unknown(other.and_then(Result::err).unwrap_or("nobody looked")),
    };
    match (stays.stays.last(), &stays.unread) {
        (Some(stay), _) => Verdict::Pass(format!("in `{before}` by {}", stay.landing.short())),
        (None, Some(why)) => unknown(why),
        (None, None) => {
            let what =
                format!("`{env}` comes after `{before}`, and {} of `{app}` was never live there", version.short());
            let refusal = Refusal::new(Code::OutOfOrder, what)
                .hint(format!("promote it there first: {}", to_there(case, before, version)));
            Verdict::Fail(same_tree(case.env, before).into_iter().fold(refusal, Refusal::hint))
        }
    }
}

/// The command that brings a version to the environment before; the first one takes no other's.
pub(super) fn to_there(case: Case<'_>, before: &EnvName, version: &Version) -> String {
    let is_first = case.settings.durable().next().is_some_and(|first| first.name == *before);
    let at = if is_first { format!("@{}", version.tag().unwrap_or("COMMIT")) } else { String::new() };
    format!("`stageline promote {}{at} --to {before}`", case.moved.app)
}

#[cfg(test)]
mod tests {
    use super::super::of_moves::sample::{answers, judged, move_to, needs, now, settings};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::history::Kind;
    use crate::domain::settings::Settings;
    use crate::domain::stay::{Stay, Stays};
    use crate::policy::Answer;

    fn staging() -> EnvName {
        EnvName::new("staging").unwrap()
    }

    fn after_staging() -> Settings {
        settings(|production| production.after = Some(vec![staging()]))
    }

    fn verdict(stays: Stays) -> Verdict {
        let ask = needs(&OrderGate, &move_to("b"), &after_staging(), &answers([])).remove(0);
        let told = answers([(ask, Known::Is(Answer::Stays(stays)))]);
        judged(&OrderGate, &move_to("b"), &after_staging(), &told).remove(0).verdict
    }

    fn stay() -> Stay {
        Stay { from: now(), until: Some(now()), landing: CommitId::from_bytes([1; 20]) }
    }

    #[test]
    fn an_environment_that_comes_after_none_by_the_file_asks_nothing() {
        assert_eq!(needs(&OrderGate, &move_to("b"), &settings(|_| {}), &answers([])), []);
        assert_eq!(judged(&OrderGate, &move_to("b"), &settings(|_| {}), &answers([])), []);
    }

    #[test]
    fn a_layout_without_a_file_has_no_such_rule() {
        let layout = Settings { origin: Origin::Discovered, ..after_staging() };
        assert_eq!(needs(&OrderGate, &move_to("b"), &layout, &answers([])), []);
        assert_eq!(judged(&OrderGate, &move_to("b"), &layout, &answers([])), []);
    }

    #[test]
    fn what_was_live_there_once_passes_and_what_never_was_does_not() {
        assert!(matches!(verdict(Stays { stays: vec![stay()], unread: None }), Verdict::Pass(_)));
        let Verdict::Fail(no) = verdict(Stays::default()) else { panic!("it passed") };
        assert_eq!(no.code, Code::OutOfOrder);
    }

    #[test]
    fn a_shallow_history_never_says_no_and_may_say_yes() {
        let unread = Some("a shallow clone".to_string());
        assert!(matches!(verdict(Stays { stays: vec![], unread: unread.clone() }), Verdict::Unknown(_)));
        assert!(matches!(verdict(Stays { stays: vec![stay()], unread }), Verdict::Pass(_)));
    }

    #[test]
    fn each_environment_that_it_comes_after_must_have_had_it() {
        let qa = EnvName::new("qa").unwrap();
        let both = settings(|production| {
            production.after = Some(vec![staging(), qa.clone()]);
            production.rules.same_tree = vec![qa.clone()];
        });
        let asked = needs(&OrderGate, &move_to("b"), &both, &answers([]));
        assert_eq!(asked.len(), 2);
        assert!(asked.iter().any(|ask| matches!(ask, Question::Stays(env, _, _, Likeness::SameTree, _) if *env == qa)));
        let one = |ask: &Question| matches!(ask, Question::Stays(env, ..) if *env == qa);
        let told = asked.iter().map(|ask| {
            let stays = if one(ask) { Stays { stays: vec![stay()], unread: None } } else { Stays::default() };
            (ask.clone(), Known::Is(Answer::Stays(stays)))
        });
        assert!(matches!(judged(&OrderGate, &move_to("b"), &both, &answers(told))[0].verdict, Verdict::Fail(_)));
    }

    #[test]
    fn a_way_back_does_not_pass_it_unless_the_file_says_so() {
        let proposal = move_to("b");
        let ask = needs(&OrderGate, &proposal, &after_staging(), &answers([])).remove(0);
        let back = Kind::Return { landing: CommitId::from_bytes([2; 20]) };
        let told = answers([
            (ask, Known::Is(Answer::Stays(Stays::default()))),
            (Question::kind(&proposal.moves[0]), Known::Is(Answer::Kind(back))),
        ]);
        assert!(matches!(judged(&OrderGate, &proposal, &after_staging(), &told)[0].verdict, Verdict::Fail(_)));
    }
}
