//! Gates: pure rules that judge a proposal. One gate a file; `review` collects what they all say.

mod branches;
mod freeze;
mod gate;
mod held_commit;
mod hold;
#[cfg(test)]
mod laws;
mod of_moves;
mod order;
mod people;
pub mod review;
mod scope;
mod signature;
mod soak;

pub use self::gate::{
    Answer, Answers, Contains, Gate, Judged, Policy, Question, Reached, Signed, Subject, Suspect, Verdict,
};
pub use self::hold::refusal as held;

/// Every gate, in the order in which reports show them.
pub fn gates() -> [&'static dyn Gate; 7] {
    [
        &branches::BranchesGate,
        &order::OrderGate,
        &soak::SoakGate,
        &freeze::FreezeGate,
        &hold::HoldGate,
        &signature::SignatureGate,
        &scope::ScopeGate,
    ]
}
