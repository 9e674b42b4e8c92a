//! One verb a file, and what they share. Verbs take requests and return reports; they never print.

mod ages;
mod change;
pub mod context;
pub mod diff;
mod edited;
pub mod history;
pub mod hold;
mod intent;
mod land;
mod layout;
mod memo;
mod message;
mod missing;
mod origins;
mod pins;
pub mod promote;
mod race;
mod request;
pub mod rollback;
pub mod setup;
mod shelf;
mod sources;
mod stack;
pub mod status;
mod timeline;
mod when;
mod world;
