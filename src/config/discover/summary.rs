//! What was left out, short enough to be read: one line for a reason that many places share.

use std::collections::HashMap;

/// More places than this with one reason take one line.
const MOST_PLACES: usize = 3;

/// So many names of one place are told.
const MOST_NAMES: usize = 3;

/// The different names among these.
pub fn different<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut out: Vec<&str> = Vec::new();
    for name in names {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

/// The first of these names in backticks, and how many more there are.
pub fn listed(names: &[&str]) -> String {
    let first: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    format!("{}{}", first.join(", "), more(names.len(), first.len()))
}

/// ` and N more`, where so many of all are told.
pub fn more(all: usize, told: usize) -> String {
    match all.saturating_sub(told) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

/// The places with their reasons; a repeated reason stands once, at its first place, with the number of the others.
pub fn grouped(left_out: &[(String, String)]) -> Vec<(String, String)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (_, reason) in left_out {
        *counts.entry(reason).or_default() += 1;
    }
    let mut out: Vec<(String, String)> = Vec::new();
    for (place, reason) in left_out {
        match counts.get(reason.as_str()).copied().unwrap_or_default() {
            0 => {}
            1..=MOST_PLACES => out.push((place.clone(), reason.clone())),
            many => {
                out.push((format!("{place} and {} more", many - 1), reason.clone()));
                counts.insert(reason, 0);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_of_many_places_is_told_once() {
        let entry = |place: &str, reason: &str| (place.to_string(), reason.to_string());
        let left_out = [entry("a", "x"), entry("b", "y"), entry("c", "x"), entry("d", "x"), entry("e", "x")];
        assert_eq!(grouped(&left_out), [entry("a and 3 more", "x"), entry("b", "y")]);
        assert_eq!(grouped(&left_out[..4]), left_out[..4]);
    }
}
