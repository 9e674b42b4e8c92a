//! Collects the verdicts of all gates, and makes the only thing that can land: an approved plan.

use crate::domain::plan::{Plan, Proposal};
use crate::domain::refusal::{Error, Objection, together};
use crate::domain::report::{GateReport, VerdictWord};
use crate::domain::settings::Settings;

use super::{Answers, Question, Verdict, gates};

/// What every gate said of a proposal; none cuts another short.
#[derive(Debug, Clone)]
pub struct Review {
    verdicts: Vec<(&'static str, String, Verdict)>,
}

/// A plan that every gate lets pass. Only `Review::approve` makes one.
#[derive(Debug)]
pub struct Approved {
    plan: Plan,
}

impl Approved {
    /// The plan that may land.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// The questions of all gates, each once.
pub fn questions(proposal: &Proposal, settings: &Settings) -> Vec<Question> {
    let mut out = Vec::new();
    for question in gates().iter().flat_map(|gate| gate.needs(proposal, settings)) {
        if !out.contains(&question) {
            out.push(question);
        }
    }
    out
}

/// Lets every gate judge.
pub fn review(proposal: &Proposal, settings: &Settings, answers: &Answers) -> Review {
    let verdicts = gates()
        .iter()
        .flat_map(|gate| {
            gate.judge(proposal, settings, answers)
                .into_iter()
                .map(|(subject, verdict)| (gate.name(), subject, verdict))
        })
        .collect();
    Review { verdicts }
}

impl Review {
    /// The verdicts as reports show them.
    pub fn report(&self) -> Vec<GateReport> {
        self.verdicts
            .iter()
            .map(|(gate, subject, verdict)| {
                let (word, detail) = match verdict {
                    Verdict::Pass(why) => (VerdictWord::Pass, why.clone()),
                    Verdict::Refuse(refusal) => (VerdictWord::Fail, refusal.message.clone()),
                    Verdict::CannotTell(refusal) => (VerdictWord::Unknown, refusal.message.clone()),
                };
                GateReport { gate: (*gate).to_string(), subject: subject.clone(), verdict: word, detail }
            })
            .collect()
    }

    /// Why the plan may not land, gate by gate.
    pub fn objections(&self) -> Vec<Objection> {
        let objection = |(_, _, verdict): &(&'static str, String, Verdict)| match verdict {
            Verdict::Pass(_) => None,
            Verdict::Refuse(refusal) => Some(Objection::Refused(refusal.clone())),
            Verdict::CannotTell(refusal) => Some(Objection::CannotTell(refusal.clone())),
        };
        self.verdicts.iter().filter_map(objection).collect()
    }

    /// The approved plan, or every objection in one error: a refusal before a "cannot tell".
    pub fn approve(&self, plan: Plan) -> Result<Approved, Error> {
        match together(self.objections().into_iter().map(Error::from).collect()) {
            Some(error) => Err(error),
            None => Ok(Approved { plan }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commit::CommitId;
    use crate::domain::names::BranchName;
    use crate::domain::plan::{Landing, Target};
    use crate::domain::refusal::Refusal;

    fn plan() -> Plan {
        Plan {
            target: Target { branch: BranchName::new("main").unwrap(), base: CommitId::from_bytes([0; 20]) },
            edits: vec![],
            proposal: Proposal { moves: vec![], others: vec![], environments: vec![], rollback: false },
            landing: Landing::Direct,
            message: String::new(),
        }
    }

    fn review_of(verdicts: Vec<Verdict>) -> Review {
        Review { verdicts: verdicts.into_iter().map(|v| ("hold", "web".to_string(), v)).collect() }
    }

    #[test]
    fn one_refusal_among_passes_stops_the_plan() {
        let review = review_of(vec![Verdict::Pass(String::new()), Verdict::Refuse(Refusal::new("held", "no"))]);
        assert!(matches!(review.approve(plan()), Err(Error::Refused(_))));
    }

    #[test]
    fn a_refusal_weighs_more_than_an_unknown() {
        let unknown = Verdict::CannotTell(Refusal::new("x", "?"));
        let review = review_of(vec![unknown.clone(), Verdict::Refuse(Refusal::new("held", "no"))]);
        assert!(matches!(review.approve(plan()), Err(Error::Refused(_))));
        assert!(matches!(review_of(vec![unknown]).approve(plan()), Err(Error::CannotTell(_))));
    }

    #[test]
    fn all_refusals_are_told_at_once() {
        let review = review_of(vec![
            Verdict::Refuse(Refusal::new("held", "`a` is held")),
            Verdict::Refuse(Refusal::new("held", "`b` is held")),
        ]);
        let Err(error) = review.approve(plan()) else { panic!("it passed") };
        let told = error.refusal();
        let text = format!("{} {}", told.message, told.details.join(" "));
        assert!(text.contains("`a`") && text.contains("`b`"), "{text}");
    }

    #[test]
    fn a_plan_that_every_gate_passes_is_approved() {
        assert!(review_of(vec![Verdict::Pass(String::new())]).approve(plan()).is_ok());
    }
}
