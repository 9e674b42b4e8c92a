//! What a plan's moves come to: a landing without effect is refused, what cannot be told and what stays behind is said.

use rayon::prelude::*;

use crate::domain::pin::{Pin, Reading};
use crate::domain::refusal::{Error, together};
use crate::domain::verb::Verb;
use crate::overlay::Reader;
use crate::overlay::above::{Reach, Tied};
use crate::overlay::effect::{Effect, effect};
use crate::overlay::mentions::mentions;

use crate::ops::reading::world::World;

/// What is to be said of the pins that a plan moves, by the world that it leaves. `before`: what they said.
///
/// # Errors
/// One of them has no effect there.
pub fn of(after: &World, verb: Verb, before: &[&Pin]) -> Result<Vec<String>, Error> {
    // What was landed is taken back whatever it did.
    if !matches!(verb, Verb::Promote | Verb::Rollback) {
        return Ok(Vec::new());
    }
    let Some(env) = before.first().map(|pin| &pin.env) else { return Ok(Vec::new()) };
    let reader = Reader::new(after.files.as_ref());
    let tied = Tied::new(&reader, env, Reach::Near);
    let each: Vec<Result<Vec<String>, Error>> = before.par_iter().map(|pin| one(after, &reader, &tied, pin)).collect();
    let (mut notes, mut errors) = (Vec::new(), Vec::new());
    for result in each {
        match result {
            Ok(told) => notes.extend(told),
            Err(error) => errors.push(error),
        }
    }
    match together(errors) {
        Some(error) => Err(error),
        None => Ok(notes),
    }
}

fn one(after: &World, reader: &Reader<'_>, tied: &Tied<'_, '_>, before: &Pin) -> Result<Vec<String>, Error> {
    let app = after.application(&before.app)?;
    let Some(env) = after.settings.environment(&before.env) else { return Ok(Vec::new()) };
    let Some(pin) = after.pin(reader, app, env)? else { return Ok(Vec::new()) };
    let places = after.places(&[(app, env)])?;
    let (mut notes, mut errors) = (Vec::new(), Vec::new());
    for reading in &pin.readings {
        let is_moved = |old: &&Reading| old.key == reading.key && old.version != reading.version;
        let Some(old) = before.readings.iter().find(is_moved) else { continue };
        if let (Some(version), Some(rule)) = (&old.version, app.rule(&reading.key)) {
            let found = mentions(reader, &rule.kind, reading, version)?;
            notes.extend(found.iter().map(|one| {
                let place = format!("{}:{}:{}", reading.site.file, one.line, one.column);
                format!("{place}: `{}` still names `{}`: only the pin moves", one.route, one.named)
            }));
        }
        match effect(reader, reading, tied, &places)? {
            Effect::Has => {}
            Effect::Part(why) => notes.push(why),
            Effect::CannotTell(why) => {
                notes.push(format!("cannot tell whether {} decides what is built: {why}", reading.site));
            }
            Effect::None(error, _) => errors.push(error),
        }
    }
    match together(errors) {
        Some(error) => Err(error),
        None => Ok(notes),
    }
}
