//! What is read: worlds at one commit, the landings of the past, and the sources of applications.

pub mod beside;
pub mod earlier;
pub mod edited;
pub mod held;
pub mod hold_reports;
pub mod landed;
pub mod lens;
pub mod made;
pub mod missing;
pub mod origins;
pub mod policies;
pub mod scalars;
pub mod since;
pub mod sources;
pub mod stack;
pub mod then;
pub mod timeline;
pub mod turns;
pub mod when;
pub mod world;
