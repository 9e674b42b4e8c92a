//! Settings as text again: the commented file that `init` writes, and what `config show` shows.

use crate::domain::settings::Settings;

use super::discover::Discovery;

/// The commented `stageline.yaml` for what discovery found. `check` reads it back to the same settings.
pub fn init(_found: &Discovery) -> String {
    unimplemented!()
}

/// The settings in force, defaults filled in, in the form of the file.
pub fn show(_settings: &Settings) -> serde_json::Value {
    unimplemented!()
}
