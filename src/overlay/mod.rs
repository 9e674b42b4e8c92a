//! Where a pin is written: one file a kind.
