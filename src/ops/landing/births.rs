//! Which applications come to an environment without that the rules before a change name them, and who lets them in.

use crate::config::members::{self, Lives};
use crate::domain::pin::PinMove;
use crate::domain::plan::Birth;
use crate::domain::refusal::Error;
use crate::domain::settings::{Born, Settings};

use crate::ops::reading::world::World;

/// The births among the moves between two worlds. A member that a family of the rules before finds in the new tree is let in as
/// that family says.
///
/// # Errors
/// The new tree cannot be read.
pub fn between(before: &World, after: &World, moves: &[PinMove]) -> Result<Vec<Birth>, Error> {
    let rules = &before.settings;
    let is_new = |moved: &&PinMove| {
        let is_known = rules.application(&moved.app).is_some() && rules.environment(&moved.env).is_some();
        !is_known && moved.sites.iter().any(|site| site.to.is_some())
    };
    let new: Vec<&PinMove> = moves.iter().filter(is_new).collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let found = match rules.families.is_empty() {
        true => None,
        false => Some(members::with_members(rules, &[Lives::all(after.files.as_ref(), rules)])?),
    };
    let birth = |moved: &PinMove| Birth {
        app: moved.app.clone(),
        env: moved.env.clone(),
        by: found.as_ref().map_or(Born::Owners, |found| who(found, moved)),
    };
    Ok(new.into_iter().map(birth).collect())
}

/// Who lets one in, by the rules with all that their families find.
fn who(found: &Settings, moved: &PinMove) -> Born {
    let membership = found.application(&moved.app).and_then(|app| app.family.as_ref());
    let family = membership.and_then(|membership| found.families.get(membership.family));
    match (family, found.environment(&moved.env)) {
        (Some(family), Some(_)) => family.born,
        _ => Born::Owners,
    }
}
