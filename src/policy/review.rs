//! Collects the verdicts of all gates, and makes the only thing that can land: an approved plan.

use jiff::Timestamp;

use crate::domain::names::BranchName;
use crate::domain::plan::{Landing, Plan, Proposal};
use crate::domain::refusal::Objection;
use crate::domain::settings::{Alone, NamedGate, Override};
use crate::domain::testimony::Who;
use crate::domain::whom::{Whom, words};

use super::consents;
pub use super::consents::Overridden;
use super::hotfix::SignedHotfix;
use super::people::{is_one_of, whom};
use super::signature::SignatureGate;
use super::whose_preview::SignedPreview;
use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict, gates};

/// What every gate said of a proposal; none cuts another short.
#[derive(Debug, Clone)]
pub struct Review {
    verdicts: Vec<Ruled>,
}

/// A verdict of one gate.
#[derive(Debug, Clone)]
pub struct Ruled {
    pub gate: &'static str,
    /// The branch whose rules say so; `None` where all that judge say the same.
    pub branch: Option<BranchName>,
    pub judged: Judged,
    /// Who let it be passed; then it passes.
    pub overridden: Option<Overridden>,
    /// Whether somebody is asked to let it be passed.
    pub is_wished: bool,
}

/// A plan with what every gate says of it.
#[derive(Debug, Clone)]
pub struct Reviewed {
    plan: Plan,
    review: Review,
}

/// A plan that every gate lets pass. Only `Reviewed::approve` makes one.
#[derive(Debug, Clone)]
pub struct Approved {
    reviewed: Reviewed,
}

impl Approved {
    /// The plan that may land.
    pub fn plan(&self) -> &Plan {
        &self.reviewed.plan
    }
}

/// What the gates must still be told, each once; empty when they know all that they ask for.
pub fn questions(proposal: &Proposal, policies: &[Policy<'_>], told: &Answers) -> Vec<Question> {
    let ask = |policy: &Policy<'_>| {
        gates().into_iter().flat_map(|gate| gate.needs(proposal, *policy, told)).collect::<Vec<_>>()
    };
    let mut out: Vec<Question> = policies.iter().flat_map(ask).collect();
    if out.is_empty() {
        // Who overrides a gate is asked where one says no, and somebody may.
        out = policies.iter().filter_map(|policy| asks_for_overrides(proposal, *policy, told)).collect();
    }
    out.sort();
    out.dedup();
    out
}

fn asks_for_overrides(proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Option<Question> {
    let may_override = policy.settings.environments.iter().any(|env| !env.rules.overrides.is_empty());
    let question = Question::Consents(policy.branch.clone());
    if !may_override || told.of(&question).is_some() {
        return None;
    }
    let is_open = |gate: &&dyn Gate| {
        let judged = gate.judge(proposal, policy, told);
        judged.iter().any(|judged| !passes(judged) && rule(policy, gate.name(), judged).is_some())
    };
    gates().iter().any(is_open).then_some(question)
}

fn passes(judged: &Judged) -> bool {
    matches!(judged.verdict, Verdict::Pass(_))
}

/// What the rules say of who may let something pass a gate; `None`: nobody may. Whose signature it takes, what may be changed and
/// what is held is never up to anybody else.
fn rule<'p>(policy: Policy<'p>, gate: &str, judged: &Judged) -> Option<&'p Override> {
    let Subject::Pin(env, _) = &judged.subject else { return None };
    let rules = &policy.settings.environment(env)?.rules.overrides;
    rules.iter().find(|rule| rule.gate.word() == gate && rule.gate != NamedGate::Hold)
}

/// What does not pass a gate, with who may let it: said by every verb alike.
fn with_way_around(policy: Policy<'_>, gate: &str, mut judged: Judged) -> Judged {
    let Some(rule) = rule(policy, gate, &judged).filter(|_| !passes(&judged)) else { return judged };
    let whom = words(&whom(policy.settings, &rule.from));
    let hint = match rule.alone {
        Alone::No => format!("{whom} may override it: `stageline approve BRANCH --override {gate} --reason TEXT`"),
        Alone::Yes => format!("{whom} may override it, also alone: `--override {gate} -m TEXT`"),
    };
    match &mut judged.verdict {
        Verdict::Fail(why) | Verdict::Pending { why, .. } | Verdict::Unknown(why) => why.hints.push(hint),
        Verdict::Pass(_) => {}
    }
    judged
}

/// The gates of a review that do not let it pass and that these people may override though they made the change.
pub fn overridden_alone(reviewed: &Reviewed, policies: &[Policy<'_>], by: &Who, gates: &[NamedGate]) -> Vec<NamedGate> {
    let mut out = Vec::new();
    for ruled in reviewed.review.verdicts.iter().filter(|ruled| !passes(&ruled.judged)) {
        let may = |policy: &Policy<'_>| {
            let rule = rule(*policy, ruled.gate, &ruled.judged)?;
            (rule.alone == Alone::Yes && is_one_of(policy.settings, &rule.from, by)).then_some(rule.gate)
        };
        let mine = policies.iter().filter_map(may).find(|gate| gates.contains(gate) && !out.contains(gate));
        out.extend(mine);
    }
    out
}

/// What a gate says, and who let it be passed all the same.
fn unless_overridden(
    policy: Policy<'_>,
    gate: &str,
    judged: Judged,
    answers: &Answers,
) -> (Judged, Option<Overridden>) {
    let by = || consents::overridden(policy, answers, rule(policy, gate, &judged)?);
    let Some(by) = Some(()).filter(|()| !passes(&judged)).and_then(|()| by()) else {
        return (with_way_around(policy, gate, judged), None);
    };
    let not_after = judged.not_after.into_iter().chain([by.until]).min();
    (Judged { verdict: Verdict::Pass(by.told()), not_after, ..judged }, Some(by))
}

/// Lets every gate judge a plan, by every policy that counts. `wishes`: the gates for which an override is asked: what may be
/// overridden waits for that, and does not fail.
pub fn review(plan: Plan, policies: &[Policy<'_>], answers: &Answers, wishes: &[NamedGate]) -> Reviewed {
    let mut review = judge(&plan.proposal, policies, answers);
    for ruled in review.verdicts.iter_mut().filter(|ruled| wishes.iter().any(|gate| gate.word() == ruled.gate)) {
        let asked = policies.iter().find_map(|policy| {
            Some((*policy, rule(*policy, ruled.gate, &ruled.judged)?))
                .filter(|_| ruled.branch.as_ref().is_none_or(|branch| branch == policy.branch))
        });
        if let Some((policy, rule)) = asked {
            wish(ruled, whom(policy.settings, &rule.from));
        }
    }
    Reviewed { plan, review }
}

/// What a gate says that somebody is asked to override: it waits for them.
fn wish(ruled: &mut Ruled, whom: Vec<Whom>) {
    let (why, eligible_at) = match &ruled.judged.verdict {
        Verdict::Fail(why) => (why.clone(), None),
        Verdict::Pending { why, eligible_at } => (why.clone(), *eligible_at),
        Verdict::Pass(_) | Verdict::Unknown(_) => return,
    };
    ruled.judged.verdict = Verdict::Pending { why: why.asks(whom), eligible_at };
    ruled.is_wished = true;
}

/// Lets every gate judge what somebody proposes, by every policy that counts.
pub fn judge(proposal: &Proposal, policies: &[Policy<'_>], answers: &Answers) -> Review {
    judge_by(&gates(), proposal, policies, answers)
}

/// What those gates alone say that ask who signed.
pub fn judge_signature(proposal: &Proposal, policies: &[Policy<'_>], answers: &Answers) -> Review {
    judge_by(&[&SignatureGate, &SignedHotfix, &SignedPreview], proposal, policies, answers)
}

fn judge_by(gates: &[&dyn Gate], proposal: &Proposal, policies: &[Policy<'_>], answers: &Answers) -> Review {
    let mut verdicts = Vec::new();
    for gate in gates {
        let of = |policy: &Policy<'_>| {
            let judged = gate.judge(proposal, *policy, answers).into_iter();
            judged.map(|judged| unless_overridden(*policy, gate.name(), judged, answers)).collect::<Vec<_>>()
        };
        let each: Vec<Vec<(Judged, Option<Overridden>)>> = policies.iter().map(of).collect();
        let agree = each.windows(2).all(|two| two[0] == two[1]);
        for (policy, judged) in policies.iter().zip(each).take(if agree { 1 } else { usize::MAX }) {
            let branch = (!agree).then(|| policy.branch.clone());
            let ruled = |(judged, overridden)| Ruled {
                gate: gate.name(),
                branch: branch.clone(),
                judged,
                overridden,
                is_wished: false,
            };
            verdicts.extend(judged.into_iter().map(ruled));
        }
    }
    Review { verdicts }
}

impl Reviewed {
    /// The plan, which may not land as it is.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the gates said of it.
    pub fn review(&self) -> &Review {
        &self.review
    }

    /// The approved plan; itself where a gate does not let it pass. What only is not yet so keeps nothing from being asked for
    /// by a request, which waits for it.
    pub fn approve(self) -> Result<Approved, Box<Self>> {
        let waits = matches!(self.plan.landing, Landing::MergeRequest { .. });
        let passes = |ruled: &Ruled| match ruled.judged.verdict {
            Verdict::Pass(_) => true,
            Verdict::Pending { .. } => waits,
            Verdict::Fail(_) | Verdict::Unknown(_) => false,
        };
        if self.review.verdicts.iter().all(passes) { Ok(Approved { reviewed: self }) } else { Err(Box::new(self)) }
    }
}

impl Review {
    /// The next moment at which a gate could say something else.
    pub fn not_after(&self) -> Option<Timestamp> {
        self.verdicts.iter().filter_map(|ruled| ruled.judged.not_after).min()
    }

    /// What the change asks of those who may override a gate, each once. `reason`: why.
    pub fn wishes(&self, reason: Option<&str>) -> Vec<String> {
        let wished = self.verdicts.iter().filter(|ruled| ruled.is_wished);
        let told = |ruled: &Ruled| match reason {
            Some(reason) => format!("it asks for an override of `{}`: {reason}", ruled.gate),
            None => format!("it asks for an override of `{}`", ruled.gate),
        };
        let mut out: Vec<String> = wished.map(told).collect();
        out.dedup();
        out
    }

    /// What was let pass though a gate did not, each once.
    pub fn told_overrides(&self) -> Vec<String> {
        let told = |ruled: &Ruled| Some(format!("{} {}", ruled.gate, ruled.overridden.as_ref()?.told()));
        let mut out: Vec<String> = self.verdicts.iter().filter_map(told).collect();
        out.dedup();
        out
    }

    /// Every verdict, in the order of the gates.
    pub fn verdicts(&self) -> &[Ruled] {
        &self.verdicts
    }

    /// Why the plan may not land so, gate by gate; what two policies say alike is said once.
    pub fn objections(&self, landing: &Landing) -> Vec<Objection> {
        let objection = |ruled: &Ruled| match &ruled.judged.verdict {
            Verdict::Pass(_) => None,
            Verdict::Fail(refusal) => Some(Objection::Refused(refusal.clone())),
            Verdict::Pending { .. } if matches!(landing, Landing::MergeRequest { .. }) => None,
            // It cannot land directly; whoever waits may try again.
            Verdict::Pending { why, .. } => Some(Objection::CannotTell(why.clone())),
            Verdict::Unknown(refusal) => Some(Objection::CannotTell(refusal.clone())),
        };
        let mut out: Vec<Objection> = Vec::new();
        for one in self.verdicts.iter().filter_map(objection) {
            if !out.contains(&one) {
                out.push(one);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commit::Known;
    use crate::domain::names::BranchName;
    use crate::domain::plan::sample;
    use crate::domain::refusal::{Code, Refusal};
    use crate::domain::settings::{Settings, Signing};
    use crate::policy::{Answer, Signed};

    fn reviewed(verdicts: Vec<Verdict>) -> Reviewed {
        let ruled = |verdict| Ruled {
            gate: "hold",
            branch: None,
            judged: Judged::lasting(Subject::Commit, verdict),
            overridden: None,
            is_wished: false,
        };
        Reviewed { plan: sample::plan(), review: Review { verdicts: verdicts.into_iter().map(ruled).collect() } }
    }

    fn pending() -> Verdict {
        Verdict::Pending { why: Refusal::new(Code::Held, "not yet"), eligible_at: "2026-11-03T00:00:00Z".parse().ok() }
    }

    #[test]
    fn only_a_plan_that_every_gate_passes_is_approved() {
        let pass = || Verdict::Pass(String::new());
        assert!(reviewed(vec![pass(), pass()]).approve().is_ok());
        for no in [
            Verdict::Fail(Refusal::new(Code::Held, "no")),
            Verdict::Unknown(Refusal::new(Code::HoldsUnread, "?")),
            pending(),
        ] {
            assert!(reviewed(vec![pass(), no.clone(), pass()]).approve().is_err(), "{no:?}");
        }
    }

    #[test]
    fn a_request_waits_for_what_is_not_yet_so_and_for_nothing_else() {
        let by_request = |verdict| {
            let branch = BranchName::new("stageline/x").unwrap();
            let mut reviewed = reviewed(vec![verdict]);
            reviewed.plan.landing = Landing::MergeRequest { branch };
            (reviewed.review.objections(&reviewed.plan.landing).len(), reviewed.approve().is_ok())
        };
        assert_eq!(by_request(pending()), (0, true));
        assert_eq!(by_request(Verdict::Fail(Refusal::new(Code::Held, "no"))), (1, false));
        assert_eq!(by_request(Verdict::Unknown(Refusal::new(Code::HoldsUnread, "?"))), (1, false));
    }

    #[test]
    fn every_objection_is_told_and_the_same_one_once() {
        let held = |app: &str| Verdict::Fail(Refusal::new(Code::Held, format!("`{app}` is held")));
        let review = reviewed(vec![held("a"), held("b"), held("a"), pending()]).review;
        let told = review.objections(&Landing::Direct);
        assert_eq!(told.len(), 3, "{told:?}");
    }

    #[test]
    fn the_stricter_of_two_policies_counts_whichever_it_is_and_is_named_with_its_branch() {
        let settings = |signing| {
            let mut settings = Settings::default();
            settings.git.signing = signing;
            settings
        };
        let (strict, loose) = (settings(Signing::Required), settings(Signing::Optional));
        let (main, own) = (BranchName::new("main").unwrap(), BranchName::new("production").unwrap());
        let mut answers = Answers::at(Timestamp::UNIX_EPOCH);
        let cannot = Signed::CannotSign(Refusal::new(Code::CannotSign, "no key"));
        for branch in [&main, &own] {
            answers.note(Question::Signed(branch.clone()), Known::Is(Answer::Signed(cannot.clone())));
        }
        for (of_main, of_own, named) in [(&strict, &loose, "main"), (&loose, &strict, "production")] {
            let policies = [Policy { branch: &main, settings: of_main }, Policy { branch: &own, settings: of_own }];
            let reviewed = review(sample::plan(), &policies, &answers, &[]);
            let is_fail = |ruled: &&Ruled| matches!(ruled.judged.verdict, Verdict::Fail(_));
            let failed: Vec<&Ruled> = reviewed.review().verdicts().iter().filter(is_fail).collect();
            assert_eq!(failed.len(), 1);
            assert_eq!(failed[0].branch.as_ref().map(BranchName::as_str), Some(named));
            assert!(reviewed.approve().is_err());
        }
        let policies = [Policy { branch: &main, settings: &loose }, Policy { branch: &own, settings: &loose }];
        let reviewed = review(sample::plan(), &policies, &answers, &[]);
        assert_eq!(reviewed.review().verdicts().iter().filter(|ruled| ruled.gate == "signature").count(), 1);
        assert!(reviewed.approve().is_ok());
    }
}
