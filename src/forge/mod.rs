//! What is known of forges. So far: where a merge request is opened by hand.

pub mod address;
