//! What is read: worlds at one commit, the landings of the past, and the sources of applications.

pub mod beside;
pub mod concerns;
pub mod earlier;
pub mod edited;
pub mod effects;
pub mod gone;
pub mod held;
pub mod landed;
pub mod lens;
pub mod made;
pub mod members;
pub mod missing;
pub mod moved;
pub mod origins;
pub mod policies;
pub mod scalars;
pub mod since;
pub mod sources;
pub mod spelling;
pub mod stack;
pub mod tags;
pub mod then;
pub mod timeline;
pub mod turns;
pub mod when;
pub mod world;
