//! The freeze gate: at some times nothing changes in an environment.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::names::{AppName, EnvName};
use crate::domain::plan::{Class, Other, Proposal};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Environment, Freeze, FreezeExempt, FreezeState, FrozenBy, NamedGate, Settings, frozen};

use super::hotfix_case;
use super::of_moves::{Case, OfMoves, exempts, worst};
use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict};

/// Moved pins and overlays that change otherwise.
pub struct FreezeGate;

/// The part of it that is about moved pins: some ways back pass it.
struct OfPins;

impl Gate for FreezeGate {
    fn name(&self) -> &'static str {
        OfPins.name()
    }

    fn needs(&self, proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Vec<Question> {
        OfPins.needs(proposal, policy, told)
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let mut out = OfPins.judge(proposal, policy, answers);
        let changes = proposal.others.iter().filter_map(|other| Some((other, overlays(other)?)));
        out.extend(changes.filter_map(|(other, envs)| of_overlay(other, envs, policy.settings, answers.now)));
        out
    }
}

/// The environments whose overlays a path is of.
fn overlays(other: &Other) -> Option<&BTreeSet<EnvName>> {
    match &other.class {
        Class::Environment(envs) => Some(envs),
        Class::Record | Class::Policy | Class::Outside => None,
    }
}

fn of_overlay(other: &Other, envs: &BTreeSet<EnvName>, settings: &Settings, now: Timestamp) -> Option<Judged> {
    let known = envs.iter().filter_map(|name| settings.environment(name));
    let each = known.filter_map(|env| said(env, frozen(freezes(settings, env, None), now))).collect();
    let (verdict, not_after) = worst(each)?;
    Some(Judged { subject: Subject::File(other.path.clone()), verdict, not_after, exempt: false })
}

impl OfMoves for OfPins {
    const GATE: NamedGate = NamedGate::Freeze;

    fn asks(&self, _: Case<'_>, _: &Answers) -> Vec<Question> {
        Vec::new()
    }

    fn says(&self, case: Case<'_>, answers: &Answers) -> Option<(Verdict, Option<Timestamp>)> {
        said(case.env, holding(case, answers.now))
    }

    fn passes_returns(&self, case: Case<'_>, _: &Verdict, answers: &Answers) -> bool {
        exempts(case.env, NamedGate::Freeze) || each_exempts(case, answers, FreezeExempt::Rollback)
    }

    fn passes_hotfixes(&self, case: Case<'_>, _: &Verdict, answers: &Answers) -> bool {
        let is_ruled = case.env.rules.hotfix.is_some();
        hotfix_case::exempts(case.env, NamedGate::Freeze)
            || is_ruled && each_exempts(case, answers, FreezeExempt::Hotfix)
    }
}

/// Whether each freeze that holds now lets such changes pass.
fn each_exempts(case: Case<'_>, answers: &Answers, what: FreezeExempt) -> bool {
    holding(case, answers.now).freezes.iter().all(|freeze| freeze.exempt.contains(&what))
}

fn holding(case: Case<'_>, now: Timestamp) -> FrozenBy<'_> {
    let app = &case.moved.app;
    frozen(freezes(case.settings, case.env, Some(app)), now)
}

/// The freezes of an environment: its own, those of the whole file, and those that an application adds.
fn freezes<'s>(
    settings: &'s Settings,
    env: &'s Environment,
    app: Option<&AppName>,
) -> impl Iterator<Item = &'s Freeze> {
    let own = app.and_then(|app| settings.application(app)).map(|app| app.rules.gates.freeze.iter());
    settings.freezes_of(env).chain(own.into_iter().flatten())
}

/// What the freezes of an environment say of now; `None`: it has none.
fn said(env: &Environment, by: FrozenBy<'_>) -> Option<(Verdict, Option<Timestamp>)> {
    let name = &env.name;
    Some(match by.state {
        FreezeState::Open { next: Some(next) } => (Verdict::Pass(format!("until {next}")), Some(next)),
        FreezeState::Open { next: None } if by.freezes.is_empty() => return None,
        FreezeState::Open { next: None } => (Verdict::Pass(String::new()), None),
        FreezeState::Frozen { until } => {
            let reasons: Vec<&str> = by.freezes.iter().filter_map(|freeze| freeze.reason.as_deref()).collect();
            let why = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) };
            let refusal = Refusal::new(Code::Frozen, format!("`{name}` is frozen{why}"));
            let verdict = match until {
                Some(at) => Verdict::Pending { why: refusal.hint(format!("wait until {at}")), eligible_at: Some(at) },
                None => Verdict::Fail(refusal.hint("no end is in sight: change the freeze in `stageline.yaml`")),
            };
            (verdict, until)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::of_moves::sample::{answers, judged, move_to, needs, settings};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::history::Kind;
    use crate::domain::path::RepoPath;
    use crate::domain::settings::{Day, FreezeSense, Window};
    use crate::policy::Answer;

    /// The tests are on a Tuesday.
    fn on(days: Vec<Day>) -> Freeze {
        Freeze {
            window: Window::of_days(days),
            sense: FreezeSense::Closed,
            timezone: None,
            reason: Some("weekend".into()),
            exempt: Vec::new(),
            environments: Vec::new(),
        }
    }

    fn frozen_now(change: impl FnOnce(&mut Environment)) -> Settings {
        settings(|production| {
            production.rules.gates.freeze = vec![on(vec![Day::Tuesday])];
            change(production);
        })
    }

    fn back() -> (Question, Known<Answer>) {
        let landing = CommitId::from_bytes([1; 20]);
        (Question::kind(&move_to("b").moves[0]), Known::Is(Answer::Kind(Kind::Return { landing })))
    }

    #[test]
    fn in_a_freeze_nothing_moves_until_it_ends_and_the_verdict_says_when() {
        let judged = judged(&FreezeGate, &move_to("b"), &frozen_now(|_| {}), &answers([])).remove(0);
        let end: Timestamp = "2026-11-25T00:00:00Z".parse().unwrap();
        let Verdict::Pending { why, eligible_at } = judged.verdict else { panic!("it passed") };
        assert_eq!((eligible_at, judged.not_after), (Some(end), Some(end)));
        assert!(why.message.contains("weekend"), "{why:?}");
    }

    #[test]
    fn outside_of_it_the_verdict_says_until_when_it_counts() {
        let later = settings(|production| production.rules.gates.freeze = vec![on(vec![Day::Friday])]);
        let judged = judged(&FreezeGate, &move_to("b"), &later, &answers([])).remove(0);
        assert!(matches!(judged.verdict, Verdict::Pass(_)));
        assert_eq!(judged.not_after, "2026-11-27T00:00:00Z".parse().ok());
    }

    #[test]
    fn a_freeze_of_the_whole_file_is_for_the_environments_that_it_names() {
        let of_file = |names: &[&str]| {
            let mut settings = settings(|_| {});
            let environments = names.iter().map(|name| EnvName::new(*name).unwrap()).collect();
            settings.freezes = vec![Freeze { environments, ..on(vec![Day::Tuesday]) }];
            judged(&FreezeGate, &move_to("b"), &settings, &answers([])).len()
        };
        assert_eq!((of_file(&[]), of_file(&["production"]), of_file(&["staging"])), (1, 1, 0));
    }

    #[test]
    fn a_way_back_passes_unless_the_file_takes_that_away() {
        let told = answers([back()]);
        let of = |settings: &Settings| judged(&FreezeGate, &move_to("b"), settings, &told).remove(0).verdict;
        assert!(matches!(of(&frozen_now(|_| {})), Verdict::Pass(_)));
        let strict = |production: &mut Environment| production.rules.rollback_exempt = Some(vec![]);
        assert!(matches!(of(&frozen_now(strict)), Verdict::Pending { .. }));
        let by_itself = frozen_now(|production| {
            strict(production);
            production.rules.gates.freeze[0].exempt = vec![FreezeExempt::Rollback];
        });
        assert!(matches!(of(&by_itself), Verdict::Pass(_)));
        assert_eq!(needs(&FreezeGate, &move_to("b"), &by_itself, &answers([])), [back().0]);
    }

    #[test]
    fn an_overlay_that_changes_otherwise_is_frozen_too_and_goes_back_nowhere() {
        let path = RepoPath::new("apps/web/production/replicas.yaml").unwrap();
        let class = Class::Environment(EnvName::new("production").into_iter().collect());
        let mut proposal = crate::domain::plan::sample::proposal();
        proposal.others = vec![Other { path: path.clone(), class, was: None, is: None }];
        let judged = judged(&FreezeGate, &proposal, &frozen_now(|_| {}), &answers([back()])).remove(0);
        assert_eq!(judged.subject, Subject::File(path));
        assert!(matches!(judged.verdict, Verdict::Pending { .. }));
    }
}
