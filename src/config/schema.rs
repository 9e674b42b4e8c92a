//! The JSON Schema of `stageline.yaml`, for editors and `schema config`.

/// The schema.
pub fn schema() -> serde_json::Value {
    unimplemented!()
}
