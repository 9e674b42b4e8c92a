//! What `promote --to ENV,ENV` tells: one landing after the other.

use schemars::JsonSchema;
use serde::Serialize;

use super::{ChangeReport, RefusalReport};

/// promote --to ENV,ENV
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepsReport {
    pub verb: String,
    /// What became of each environment, in their order.
    pub steps: Vec<ChangeReport>,
    /// Where it stopped; none: it came to its end, or waits for what it has asked for.
    pub stopped: Option<StoppedReport>,
    pub notes: Vec<String>,
}

/// The environment that it stopped at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StoppedReport {
    pub environment: String,
    /// The code that the process ends with.
    pub exit: u8,
    pub refusal: RefusalReport,
}
