//! Collects the verdicts of all gates, and makes the only thing that can land: an approved plan.

use jiff::Timestamp;

use crate::domain::names::BranchName;
use crate::domain::plan::{Landing, Plan, Proposal};
use crate::domain::refusal::Objection;

use super::signature::SignatureGate;
use super::{Answers, Gate, Judged, Policy, Question, Verdict, gates};

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
    out.sort();
    out.dedup();
    out
}

/// Lets every gate judge a plan, by every policy that counts.
pub fn review(plan: Plan, policies: &[Policy<'_>], answers: &Answers) -> Reviewed {
    let review = judge(&plan.proposal, policies, answers);
    Reviewed { plan, review }
}

/// Lets every gate judge what somebody proposes, by every policy that counts.
pub fn judge(proposal: &Proposal, policies: &[Policy<'_>], answers: &Answers) -> Review {
    judge_by(&gates(), proposal, policies, answers)
}

/// What the gate alone says that asks who signed.
pub fn judge_signature(proposal: &Proposal, policies: &[Policy<'_>], answers: &Answers) -> Review {
    judge_by(&[&SignatureGate], proposal, policies, answers)
}

fn judge_by(gates: &[&dyn Gate], proposal: &Proposal, policies: &[Policy<'_>], answers: &Answers) -> Review {
    let mut verdicts = Vec::new();
    for gate in gates {
        let each: Vec<Vec<Judged>> = policies.iter().map(|policy| gate.judge(proposal, *policy, answers)).collect();
        let agree = each.windows(2).all(|two| two[0] == two[1]);
        for (policy, judged) in policies.iter().zip(each).take(if agree { 1 } else { usize::MAX }) {
            let branch = (!agree).then(|| policy.branch.clone());
            let ruled = |judged| Ruled { gate: gate.name(), branch: branch.clone(), judged };
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
    use crate::policy::{Answer, Signed, Subject};

    fn reviewed(verdicts: Vec<Verdict>) -> Reviewed {
        let ruled = |verdict| Ruled { gate: "hold", branch: None, judged: Judged::lasting(Subject::Commit, verdict) };
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
            let reviewed = review(sample::plan(), &policies, &answers);
            let is_fail = |ruled: &&Ruled| matches!(ruled.judged.verdict, Verdict::Fail(_));
            let failed: Vec<&Ruled> = reviewed.review().verdicts().iter().filter(is_fail).collect();
            assert_eq!(failed.len(), 1);
            assert_eq!(failed[0].branch.as_ref().map(BranchName::as_str), Some(named));
            assert!(reviewed.approve().is_err());
        }
        let policies = [Policy { branch: &main, settings: &loose }, Policy { branch: &own, settings: &loose }];
        let reviewed = review(sample::plan(), &policies, &answers);
        assert_eq!(reviewed.review().verdicts().iter().filter(|ruled| ruled.gate == "signature").count(), 1);
        assert!(reviewed.approve().is_ok());
    }
}
