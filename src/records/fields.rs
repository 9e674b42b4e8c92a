//! What has to stand in a JSON object, read out of it.

use jiff::Timestamp;
use serde_json::Value;

/// A text that has to be there.
pub(super) fn word<'v>(value: &'v Value, what: &str) -> Result<&'v str, String> {
    value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| format!("it has no `{what}`"))
}

/// A moment that has to be there.
pub(super) fn moment(value: &Value, what: &str) -> Result<Timestamp, String> {
    word(value, what)?.parse().map_err(|error| format!("its `{what}` is no time: {error}"))
}
