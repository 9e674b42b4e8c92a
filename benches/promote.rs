//! Whole-process time of `promote` against the script that it replaces.
fn main() {}
