//! What gates say, and why a plan may not land, as reports show them.

use crate::domain::refusal::Objection;
use crate::domain::report::{GateReport, OverrideReport, RefusalReport, VerdictWord};
use crate::domain::settings::Alone;
use crate::policy::Verdict;
use crate::policy::review::{Review, Ruled};

/// Every verdict of a review, in its order.
pub fn told(review: &Review) -> Vec<GateReport> {
    review.verdicts().iter().map(gate).collect()
}

fn gate(ruled: &Ruled) -> GateReport {
    let (verdict, detail, eligible_at) = match &ruled.judged.verdict {
        Verdict::Pass(why) => (VerdictWord::Pass, why.clone(), None),
        Verdict::Fail(refusal) => (VerdictWord::Fail, refusal.message.clone(), None),
        Verdict::Pending { why, eligible_at } => (VerdictWord::Pending, why.message.clone(), *eligible_at),
        Verdict::Unknown(refusal) => (VerdictWord::Unknown, refusal.message.clone(), None),
    };
    GateReport {
        gate: ruled.gate.to_string(),
        subject: ruled.judged.subject.to_string(),
        verdict,
        detail,
        branch: ruled.branch.as_ref().map(ToString::to_string),
        eligible_at,
        not_after: ruled.judged.not_after,
        exempt: ruled.judged.exempt,
        overridden: ruled.overridden.as_ref().map(|by| OverrideReport {
            by: by.by.clone(),
            alone: by.alone == Alone::Yes,
            reason: by.reason.clone(),
            until: by.until,
        }),
    }
}

/// Why it may not land, or not yet, each once.
pub fn refused(review: &Review) -> Vec<RefusalReport> {
    let mut out: Vec<RefusalReport> = Vec::new();
    for ruled in review.verdicts() {
        let one = match &ruled.judged.verdict {
            Verdict::Pass(_) => continue,
            Verdict::Fail(why) => RefusalReport::new(why, VerdictWord::Fail),
            Verdict::Pending { why, .. } => RefusalReport::new(why, VerdictWord::Pending),
            Verdict::Unknown(why) => RefusalReport::new(why, VerdictWord::Unknown),
        };
        if !out.iter().any(|known| known.code == one.code && known.message == one.message) {
            out.push(one);
        }
    }
    out
}

/// One reason why a plan may not land.
pub fn objection(objection: &Objection) -> RefusalReport {
    match objection {
        Objection::Refused(refusal) => RefusalReport::new(refusal, VerdictWord::Fail),
        Objection::CannotTell(refusal) | Objection::Invalid(refusal) => {
            RefusalReport::new(refusal, VerdictWord::Unknown)
        }
    }
}
