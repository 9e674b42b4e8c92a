//! What the gates that judge each moved pin by itself share: which versions come, and that a way back may pass.

use jiff::Timestamp;

use crate::domain::history::Kind;
use crate::domain::names::BranchName;
use crate::domain::pin::PinMove;
use crate::domain::plan::Proposal;
use crate::domain::refusal::Code;
use crate::domain::settings::{Environment, NamedGate, Settings};
use crate::domain::version::Version;

use super::hotfix_case;
use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict};

/// The gates that a return passes where the file does not say which (`rollback: { exempt: [...] }`).
const EXEMPT: [NamedGate; 4] = [NamedGate::Soak, NamedGate::Freeze, NamedGate::Checks, NamedGate::Approvals];

/// A moved pin, with what the rules of one branch say of where it moves.
#[derive(Clone, Copy)]
pub(super) struct Case<'c> {
    /// The branch whose rules they are.
    pub branch: &'c BranchName,
    pub moved: &'c PinMove,
    pub env: &'c Environment,
    pub settings: &'c Settings,
}

impl<'c> Case<'c> {
    /// The versions that come with it, each once.
    pub fn versions(self) -> Vec<&'c Version> {
        let mut out: Vec<&'c Version> = self.moved.sites.iter().filter_map(|site| site.to.as_ref()).collect();
        out.sort();
        out.dedup();
        out
    }
}

/// A gate that judges each moved pin by itself.
pub(super) trait OfMoves: Sync {
    const GATE: NamedGate;

    /// What it must still be told of one.
    fn asks(&self, case: Case<'_>, told: &Answers) -> Vec<Question>;

    /// What it says of one, wherever that comes from; with the next moment at which it could say something else. `None`: no
    /// rule is about it.
    fn says(&self, case: Case<'_>, answers: &Answers) -> Option<(Verdict, Option<Timestamp>)>;

    /// Whether a way back passes it, though it says no.
    fn passes_returns(&self, case: Case<'_>, _no: &Verdict, _: &Answers) -> bool {
        exempts(case.env, Self::GATE)
    }

    /// Whether a hotfix passes it, though it says no.
    fn passes_hotfixes(&self, case: Case<'_>, _no: &Verdict, _: &Answers) -> bool {
        hotfix_case::exempts(case.env, Self::GATE)
    }
}

fn is_pass(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Pass(_))
}

/// Whether a return to an environment passes a gate.
pub(super) fn exempts(env: &Environment, gate: NamedGate) -> bool {
    env.rules.rollback_exempt.as_deref().unwrap_or(&EXEMPT).contains(&gate)
}

impl<T: OfMoves> Gate for T {
    fn name(&self) -> &'static str {
        T::GATE.word()
    }

    fn needs(&self, proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Vec<Question> {
        let of = |case: Case<'_>| {
            let asked = self.asks(case, told);
            if !asked.is_empty() {
                return asked;
            }
            // The past is walked only where a verdict hangs on it.
            let kind = Some(Question::kind(case.moved)).filter(|kind| told.of(kind).is_none());
            let asked = match self.says(case, told) {
                None | Some((Verdict::Pass(_), _)) => None,
                Some((no, _)) if self.passes_hotfixes(case, &no, told) => {
                    hotfix_case::asks_whether_back(case.env, case.moved, told)
                }
                Some((no, _)) => kind.filter(|_| self.passes_returns(case, &no, told)),
            };
            asked.into_iter().collect()
        };
        cases(proposal, policy).flat_map(of).collect()
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let of = |case: Case<'_>| {
            let (said, not_after) = self.says(case, answers)?;
            let passes = Passes {
                hotfixes: &|no| self.passes_hotfixes(case, no, answers),
                returns: &|no| self.passes_returns(case, no, answers),
            };
            let (verdict, exempt) = unless_exempt(said, (proposal, case.moved), policy, answers, passes);
            Some(Judged { subject: Subject::pin(case.moved), verdict, not_after, exempt })
        };
        cases(proposal, policy).filter_map(of).collect()
    }
}

/// The moves of environments that the rules know; what they do not know is the scope gate's to judge.
fn cases<'c>(proposal: &'c Proposal, policy: Policy<'c>) -> impl Iterator<Item = Case<'c>> {
    let Policy { branch, settings } = policy;
    let case = move |moved: &'c PinMove| Some(Case { branch, moved, env: settings.environment(&moved.env)?, settings });
    proposal.moves.iter().filter_map(case)
}

/// What a gate lets pass for what it is, though it says this "no".
pub(super) struct Passes<'p> {
    pub hotfixes: &'p dyn Fn(&Verdict) -> bool,
    pub returns: &'p dyn Fn(&Verdict) -> bool,
}

/// What is said of a move in the end, and whether it passes for what it is alone.
pub(super) fn unless_exempt(
    said: Verdict,
    (proposal, moved): (&Proposal, &PinMove),
    policy: Policy<'_>,
    answers: &Answers,
    passes: Passes<'_>,
) -> (Verdict, bool) {
    if is_pass(&said) {
        return (said, false);
    }
    let mut verdict = said;
    if (passes.hotfixes)(&verdict) {
        verdict = hotfix_case::unless_hotfix(verdict, (proposal, moved), policy, answers);
    }
    if !is_pass(&verdict) && (passes.returns)(&verdict) {
        verdict = unless_return(verdict, answers.kind(moved));
    }
    let is_exempt = is_pass(&verdict);
    (verdict, is_exempt)
}

/// What a gate says of a move that it lets pass where that goes back.
fn unless_return(no: Verdict, kind: Kind) -> Verdict {
    match kind {
        Kind::Return { .. } => Verdict::Pass("it goes back to where it stood before".to_string()),
        Kind::Forward => no,
        Kind::Unknown(why) => {
            // What cannot be told has its own reason.
            let (Verdict::Fail(refusal) | Verdict::Pending { why: refusal, .. }) = no else { return no };
            let what = format!("{}, and whether it goes back cannot be told: {why}", refusal.message);
            Verdict::Unknown(refusal.retold(Code::KindUnknown, what))
        }
    }
}

/// The worst of several verdicts on one subject, with the nearest moment at which any could change.
pub(super) fn worst(all: Vec<(Verdict, Option<Timestamp>)>) -> Option<(Verdict, Option<Timestamp>)> {
    let not_after = all.iter().filter_map(|(_, not_after)| *not_after).min();
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Pass(_) => (0, None),
        // Of two that wait the later one counts; one without an end waits longest.
        Verdict::Pending { eligible_at, .. } => (1, Some(eligible_at.unwrap_or(Timestamp::MAX))),
        Verdict::Unknown(_) => (2, None),
        Verdict::Fail(_) => (3, None),
    };
    let verdict = all.into_iter().map(|(verdict, _)| verdict).rev().max_by_key(rank)?;
    Some((verdict, not_after))
}

#[cfg(test)]
pub(super) mod sample {
    use super::*;
    use crate::domain::commit::Known;
    use crate::domain::names::{AppName, BranchName, EnvName};
    use crate::domain::pin::{Assignment, SiteKey, SiteMove};
    use crate::policy::Answer;

    /// When these tests are.
    pub fn now() -> Timestamp {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    /// `web` in `production` moves from `a` to a version.
    pub fn move_to(to: &str) -> Proposal {
        let key = SiteKey { pin: "web".into(), nth: 0, cluster: None };
        let says = |text: &str| Assignment::new([(key.clone(), Version::new(text).unwrap())]);
        let file = crate::domain::path::RepoPath::new("apps/web/production/kustomization.yaml").unwrap();
        let version = |text: &str| Version::new(text).ok();
        let moved = PinMove {
            app: AppName::new("web").unwrap(),
            env: EnvName::new("production").unwrap(),
            instance: None,
            recorded: None,
            request: None,
            from: version("a"),
            to: version(to),
            was: says("a"),
            is: says(to),
            sites: vec![SiteMove { key: key.clone(), file, from: version("a"), to: version(to) }],
        };
        Proposal { moves: vec![moved], ..crate::domain::plan::sample::proposal() }
    }

    /// Settings with `staging` and a `production` that this makes something of.
    pub fn settings(change: impl FnOnce(&mut Environment)) -> Settings {
        let env = |name: &str| Environment {
            name: EnvName::new(name).unwrap(),
            after: None,
            branches: Vec::new(),
            branch: None,
            clusters: Vec::new(),
            landing: Default::default(),
            rollback_landing: None,
            ephemeral: None,
            rules: Default::default(),
        };
        let mut production = env("production");
        change(&mut production);
        Settings { environments: vec![env("staging"), production], ..Settings::default() }
    }

    /// What a gate asks for a proposal after what it was told.
    pub fn needs(gate: &dyn Gate, proposal: &Proposal, settings: &Settings, told: &Answers) -> Vec<Question> {
        let branch = BranchName::new("main").unwrap();
        gate.needs(proposal, Policy { branch: &branch, settings }, told)
    }

    /// What a gate says of a proposal, whose moves go on where the answers do not say what they are.
    pub fn judged(gate: &dyn Gate, proposal: &Proposal, settings: &Settings, told: &Answers) -> Vec<Judged> {
        let branch = BranchName::new("main").unwrap();
        let mut told = told.clone();
        for question in proposal.moves.iter().map(Question::kind) {
            if told.of(&question).is_none() {
                told.note(question, Known::Is(Answer::Kind(Kind::Forward)));
            }
        }
        gate.judge(proposal, Policy { branch: &branch, settings }, &told)
    }

    /// Answers of now, with these.
    pub fn answers(all: impl IntoIterator<Item = (Question, Known<Answer>)>) -> Answers {
        let mut out = Answers::at(now());
        for (question, answer) in all {
            out.note(question, answer);
        }
        out
    }
}
