//! Which parts are applications of one's own, each by one name and each pin once.

use std::collections::{BTreeMap, BTreeSet};

use super::found::Part;
use super::{makers, same, strangers};

/// Keeps what is one's own; what is others', or a helper of many, is left out.
pub fn keep(parts: &mut Vec<Part>, repositories: &BTreeMap<String, String>, left_out: &mut Vec<(String, String)>) {
    for part in parts.extract_if(.., |part| is_public(part, repositories)) {
        left_out.push((part.place, strangers::told(part.things.first().unwrap_or(&part.name))));
    }
    makers::keep(parts, repositories, left_out);
    same::named(parts);
    same::once(parts, left_out);
    let often = beside_many(parts);
    for part in parts.extract_if(.., |part| part.beside && often.contains(&part.name)) {
        let reason = format!("`{}` runs beside several applications: declare it as one of its own", part.name);
        left_out.push((part.place, reason));
    }
}

/// Whether all that a part is comes from charts for everybody.
fn is_public(part: &Part, repositories: &BTreeMap<String, String>) -> bool {
    part.from.as_ref().and_then(|from| repositories.get(from)).is_some_and(|url| strangers::is_public(url))
}

/// What runs beside the applications of several places: a helper of them all.
fn beside_many(parts: &[Part]) -> BTreeSet<String> {
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for part in parts.iter().filter(|part| part.beside) {
        places.entry(&part.name).or_default().insert(&part.within);
    }
    places.into_iter().filter(|(_, places)| places.len() > 1).map(|(name, _)| name.to_string()).collect()
}
