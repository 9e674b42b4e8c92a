//! How a change comes about: from an intent to a plan, what the plan changes, what judges it, and how it lands.

pub mod between;
pub mod branches;
pub mod change;
pub mod classes;
pub mod digest;
pub mod door;
pub mod dress;
pub mod edits;
pub mod effects;
pub mod evidence;
pub mod follow;
pub mod in_the_way;
pub mod intent;
pub mod land;
pub mod landed;
pub mod message;
pub mod opening;
pub mod pace;
pub mod prepared;
pub mod propose;
pub mod race;
pub mod request;
pub mod story;
