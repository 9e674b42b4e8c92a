//! What a repository's layout tells where there is no `stageline.yaml`.

use crate::domain::files::Files;
use crate::domain::refusal::Error;
use crate::domain::report::LeftOut;
use crate::domain::settings::Settings;

/// What was found and what was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    pub settings: Settings,
    pub left_out: Vec<(String, String)>,
}

impl Discovery {
    /// The pins that were seen and left out, for a report.
    pub fn left_out(&self) -> Vec<LeftOut> {
        unimplemented!()
    }
}

/// Looks through the usual layouts. Nothing found is not an error: the settings are then empty.
pub fn discover(_files: &dyn Files) -> Result<Discovery, Error> {
    unimplemented!()
}

/// The place of a name in the well-known order (dev, test, qa, staging, uat, pre-production, canary, production and short forms); `None` for any other.
pub fn rank(_environment: &str) -> Option<usize> {
    unimplemented!()
}
