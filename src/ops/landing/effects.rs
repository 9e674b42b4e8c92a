//! What a plan's moves come to: a landing without effect is refused, what cannot be told and what stays behind is said.

use rayon::prelude::*;

use crate::domain::pin::{Pin, Reading};
use crate::domain::refusal::{Error, gathered};
use crate::domain::verb::Verb;
use crate::git::own::Own;
use crate::overlay::above::{Reach, Tied};
use crate::overlay::effect::{Effect, effect};
use crate::overlay::fill;
use crate::overlay::mentions::mentions;

use crate::ops::reading::effects::{here, whose};
use crate::ops::reading::scalars::Side;

/// What is to be said of the pins that a plan moves, by the world that it leaves. `own`: what the config repository is known
/// by. `before`: what the pins said.
///
/// # Errors
/// One of them has no effect there.
pub fn of(own: &Own, after: &Side<'_>, verb: Verb, before: &[&Pin]) -> Result<Vec<String>, Error> {
    // What was landed is taken back whatever it did.
    if !matches!(verb, Verb::Promote | Verb::Rollback) {
        return Ok(Vec::new());
    }
    let Some(env) = before.first().map(|pin| &pin.env) else { return Ok(Vec::new()) };
    let settings = &after.world.settings;
    let whose = whose(own, settings);
    let tied = Tied::new(&after.reader, here(env, settings).by(&whose), Reach::Near);
    let each: Vec<Result<Vec<String>, Error>> = before.par_iter().map(|pin| of_pin(after, &tied, pin)).collect();
    Ok(gathered(each)?.concat())
}

fn of_pin(Side { world, reader }: &Side<'_>, tied: &Tied<'_, '_>, before: &Pin) -> Result<Vec<String>, Error> {
    let app = world.application(&before.app)?;
    let Some(env) = world.settings.environment(&before.env) else { return Ok(Vec::new()) };
    let Some(pin) = world.pin(reader, app, env)? else { return Ok(Vec::new()) };
    let places = world.places(&[(app, env)])?;
    let moved = pin.readings.iter().filter_map(|reading| {
        let is_moved = |old: &&Reading| old.key == reading.key && old.version != reading.version;
        Some((before.readings.iter().find(is_moved)?, reading))
    });
    let of_site = |(old, reading): (&Reading, &Reading)| {
        let mut notes = Vec::new();
        if let (Some(version), Some(rule)) = (&old.version, app.rule(&reading.key)) {
            let rule = fill::filled(rule, &app.name, &env.name, reading.key.cluster.as_ref());
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
            Effect::None(error, _) => return Err(error),
        }
        Ok(notes)
    };
    Ok(gathered(moved.map(of_site))?.concat())
}
