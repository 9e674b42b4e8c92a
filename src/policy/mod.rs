//! Gates: pure rules that judge a proposal. One gate a file; `review` collects what they all say.

mod approvals;
mod branches;
mod checks;
mod consents;
mod forks;
mod freeze;
mod gate;
mod held_commit;
mod hold;
mod hotfix;
mod hotfix_case;
#[cfg(test)]
mod laws;
mod of_moves;
mod order;
mod people;
pub mod review;
mod scope;
mod signature;
mod soak;
pub mod standing;
mod vouching;
mod whose_preview;

pub use self::checks::heeded;
pub use self::gate::{
    Answer, Answers, Carries, Contains, Follows, Fork, Gate, Judged, Policy, Question, Reached, Signed, Subject,
    Suspect, Verdict,
};
pub use self::hold::refusal as held;
pub use self::hotfix_case::lines_to_add;
pub use self::people::people_of;
pub use self::whose_preview::are_of;

/// Every gate, in the order in which reports show them.
pub fn gates() -> [&'static dyn Gate; 10] {
    [
        &branches::BranchesGate,
        &order::OrderGate,
        &soak::SoakGate,
        &freeze::FreezeGate,
        &hold::HoldGate,
        &hotfix::HotfixGate,
        &checks::ChecksGate,
        &approvals::ApprovalsGate,
        &signature::SignatureGate,
        &scope::ScopeGate,
    ]
}
