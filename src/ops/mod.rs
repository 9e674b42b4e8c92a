//! One verb a file, and what they share. Verbs take requests and return reports; they never print.

pub mod context;
pub mod diff;
pub mod history;
pub mod hold;
pub mod promote;
pub mod rollback;
pub mod setup;
pub mod status;
