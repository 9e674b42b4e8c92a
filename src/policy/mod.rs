//! Gates: pure rules that judge a proposal. One gate a file; `review` collects what they all say.

mod gate;
mod hold;
pub mod review;
mod signature;

pub use self::gate::{Answer, Answers, Gate, Judged, Question, Subject, Verdict};
pub use self::hold::refusal as held;

/// Every gate, in the order in which reports show them.
pub fn gates() -> [&'static dyn Gate; 2] {
    [&hold::HoldGate, &signature::SignatureGate]
}
