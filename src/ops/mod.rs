//! One verb a file, and what they share. Verbs take what was asked and return reports; they never print.

pub mod checkup;
pub mod context;
pub mod evidence;
mod judging;
mod landing;
mod previews;
mod reading;
mod remembered;
pub mod reports;
mod telling;
pub mod verbs;
