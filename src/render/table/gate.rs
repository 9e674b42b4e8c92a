//! The word for a gate that passes.

use super::super::paint::Tone;
use crate::domain::report::GateReport;

/// What is said of a gate that passes: whether by itself, or for what the change is (a way back, a hotfix).
pub fn passed(gate: &GateReport) -> (&'static str, Tone) {
    if gate.exempt { ("exempt", Tone::Warning) } else { ("ok", Tone::Good) }
}
