//! The one place where reports are made that verbs share: of a change from its intent, its plan and its landing; of holds, gates and requests.

pub mod change;
pub mod face;
pub mod gates;
pub mod holds;
pub mod hotfixes;
pub mod messages;
pub mod moves;
pub mod previews;
pub mod requests;
pub mod rows;
pub mod statements;
pub mod words;
