//! Judging what others changed, with any tool: a request before it merges, a push before it lands. By the same gates and the same
//! view of two trees as a promotion of our own.

pub mod baselines;
pub mod checks;
pub mod consents;
pub mod first;
pub mod judge;
pub mod keys;
pub mod makers;
pub mod merged_keys;
pub mod odd;
pub mod open;
pub mod opinions;
pub mod push;
pub mod receipts;
pub mod recorded;
pub mod recording;
pub mod request;
pub mod reviews;
pub mod sealed;
pub mod statements;
pub mod status;
pub mod told;
pub mod tree;
pub mod untold;
pub mod voucher;
