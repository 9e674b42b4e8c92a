//! Text of `stageline.yaml` -> settings, or every fault with its place, key and "did you mean".

use crate::domain::report::FaultReport;
use crate::domain::settings::Settings;

/// Checks the whole text. `file` is the name that faults carry. Later keys become `settings.notices`.
pub fn check(_text: &[u8], _file: &str) -> Result<Settings, Vec<FaultReport>> {
    unimplemented!()
}
