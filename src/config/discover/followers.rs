//! Texts that say again what another pin of their folder says: labels, literals, a chart's own version.

use std::collections::{BTreeSet, HashMap};

use super::found::{Follower, Part};
use super::units::agree;

/// Gives each follower to the application of its folder that it agrees with in every environment; others are left out.
pub fn attach(followers: Vec<Follower>, parts: &mut [Part], left_out: &mut Vec<(String, String)>) {
    let mut by_folder: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| !part.versions.is_empty()) {
        by_folder.entry(folder(&part.within).to_string()).or_default().push(at);
    }
    for follower in followers {
        let near = by_folder.get(folder(&follower.within)).map(Vec::as_slice).unwrap_or_default();
        let agreeing: Vec<usize> =
            near.iter().copied().filter(|at| agree(&parts[*at].versions, &follower.versions)).collect();
        let named = agreeing.iter().copied().filter(|at| follower.app.as_ref() == Some(&parts[*at].name));
        let names: BTreeSet<&str> = agreeing.iter().map(|at| parts[*at].name.as_str()).collect();
        let chosen = named.into_iter().next().or_else(|| agreeing.first().copied().filter(|_| names.len() == 1));
        let Some(at) = chosen else {
            let own: BTreeSet<&str> = near.iter().map(|at| parts[*at].name.as_str()).collect();
            left_out.push((follower.place, reason(&follower.what, &own, names.len())));
            continue;
        };
        let part = &mut parts[at];
        let everywhere = part.environments.iter().all(|env| follower.versions.contains_key(env));
        part.pins.extend(follower.pins.into_iter().map(|mut pin| {
            if !everywhere && pin.environments.is_empty() {
                pin.environments = follower.versions.keys().cloned().collect();
            }
            pin
        }));
    }
}

fn reason(what: &str, here: &BTreeSet<&str>, agreeing: usize) -> String {
    match (agreeing, here.iter().next()) {
        (2.., _) => format!("`{what}` says what several applications here run: declare it with the one that it is of"),
        (_, Some(app)) => format!(
            "`{what}` does not say in every environment what `{app}` runs: no pin of it, unless you bring them together"
        ),
        (_, None) => {
            format!("`{what}` may be a version, but nothing here says of which application: declare it with its pins")
        }
    }
}

/// The folder of a place: itself, or that of its file.
fn folder(within: &str) -> &str {
    let is_file = [".yaml", ".yml", ".json"].iter().any(|ending| within.ends_with(ending));
    match within.rsplit_once('/') {
        Some((folder, _)) if is_file => folder,
        None if is_file => "",
        _ => within,
    }
}
