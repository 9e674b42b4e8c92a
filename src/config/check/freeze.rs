//! Freezes: windows of time, checked as far as a calendar tells.

use crate::domain::settings::{Day, Freeze, FreezeExempt, FreezeSense, Moment, Window, ZoneName};

use super::known::Known;
use super::reader::{Map, Reader, Slot, shown};

/// The freezes of a list, each with some of these keys.
pub fn all(reader: &mut Reader<'_>, slot: &Slot<'_>, keys: &[&str], known: &Known) -> Vec<Freeze> {
    let mut out = Vec::new();
    for item in reader.items(slot).unwrap_or_default() {
        let Some(map) = reader.map(&item, keys) else { continue };
        out.extend(freeze(reader, &item, &map, known));
    }
    out
}

fn freeze(reader: &mut Reader<'_>, item: &Slot<'_>, map: &Map<'_>, known: &Known) -> Option<Freeze> {
    let window = window(reader, item, map);
    let allow = map.get("allow").and_then(|slot| reader.boolean(slot));
    let timezone = map.get("timezone").and_then(|slot| reader.parsed(slot, ZoneName::new));
    let reason = map.get("reason").and_then(|slot| reader.text(slot)).map(str::to_string);
    let mut exempt = Vec::new();
    if let Some(slot) = map.get("exempt") {
        for (slot, _) in reader.texts(slot) {
            exempt.extend(reader.word(&slot, FreezeExempt::WORDS));
        }
    }
    let environments = map.get("environments").map(|slot| known.all_environments(reader, slot)).unwrap_or_default();
    let sense = if allow == Some(true) { FreezeSense::Open } else { FreezeSense::Closed };
    Some(Freeze { window: window?, sense, timezone, reason, exempt, environments })
}

fn window(reader: &mut Reader<'_>, item: &Slot<'_>, map: &Map<'_>) -> Option<Window> {
    let mut days = Vec::new();
    if let Some(slot) = map.get("days") {
        reader.not_empty(slot, "leave the key out: it is then for every day");
        for (slot, _) in reader.texts(slot) {
            days.extend(reader.word(&slot, Day::WORDS));
        }
    }
    match (map.get("from"), map.get("until")) {
        (Some(_), None) => reader.fault(item, "has `from` but no `until`"),
        (None, Some(_)) => reader.fault(item, "has `until` but no `from`"),
        (None, None) if map.get("days").is_none() => {
            reader.fault(item, "has neither `from` and `until` nor `days`");
        }
        _ => {}
    }
    let from = map.get("from").map(|slot| moment(reader, slot));
    let until = map.get("until").map(|slot| moment(reader, slot));
    match (from, until) {
        (None, None) => Some(Window::of_days(days)).filter(|window| !window.days().is_empty()),
        (Some(from), Some(until)) => match Window::between(from?, until?, days) {
            Ok(window) => Some(window),
            Err(why) => {
                reader.fault(item, why.to_string());
                None
            }
        },
        _ => None,
    }
}

fn moment(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<Moment> {
    let text = reader.text(slot)?;
    let moment = Moment::new(text).ok();
    if moment.is_none() {
        reader.fault_with_hint(
            slot,
            format!("`{}` is not a moment", shown(text)),
            "write it as `\"fri 16:00\"`, `\"18:00\"`, `\"2026-12-20\"` or `\"2026-12-20 16:00\"`",
        );
    }
    moment
}
