//! How the repository itself spells the names of applications: a key of values cannot have a dash in it, where folders do.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Files, is_yaml};
use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::folders::{is_shared, says};
use super::found::{Origin, Part};
use super::naming::{GUESS, last_part, shares};
use super::order::rank;
use super::paths::stem;
use super::places::stem_says;
use super::sites::address;

/// Gives parts whose folder says something else than what runs there the name of the folder further up that is called just as that:
/// of `web/canary/overlays`, where the image is `web`.
pub fn by_thing(parts: &mut [Part]) {
    for part in parts {
        let is_own = part.things.iter().any(|thing| shares(&part.name, thing));
        let mut folders = part.within.split('/').rev().skip(1).filter(|folder| part.things.contains(*folder));
        if let Some(folder) = folders.next().filter(|_| !is_own && part.name != GUESS) {
            part.name = folder.to_string();
        }
    }
}

/// Gives parts of a folder's name the names of their files, where each file is called as what runs by it, and none as the folder:
/// `geo/geo-indexer.yaml` with an image `geo-indexer` is of a folder that says where it runs.
pub fn by_file(parts: &mut [Part]) {
    type Own = Vec<(usize, Option<String>)>;
    let mut by_folder: BTreeMap<(String, String), Own> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| part.origin == Origin::Text) {
        let Some((folder, file)) = part.within.rsplit_once('/') else { continue };
        if folder.rsplit('/').next() == Some(&part.name) {
            let own = stem_says(stem(file).0).filter(|own| *own != part.name && part.things.contains(own));
            by_folder.entry((folder.to_string(), part.name.clone())).or_default().push((at, own));
        }
    }
    for own in by_folder.into_values().filter(|own| own.iter().all(|(_, own)| own.is_some())) {
        for (at, own) in own {
            parts[at].name = own.unwrap_or_default();
        }
    }
}

/// Gives parts that several keys of one file name the names that folders have for all of them, each behind one beginning, where
/// the images there are called so, too, or those beside the keys: of `api` and `admin` those of the charts `shop-api` and `shop-admin`.
pub fn with_beginnings(files: &dyn Files, parts: &mut [Part], paths: &[RepoPath]) -> Result<(), Error> {
    let folders: BTreeSet<&str> = paths.iter().flat_map(folders).collect();
    let mut by_file: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for part in parts.iter().filter(|part| is_by_key(part)) {
        by_file.entry(part.within.clone()).or_default().insert(part.name.clone());
    }
    for (within, names) in by_file.into_iter().filter(|(_, names)| names.len() > 1) {
        let is_one = |beginning: &str| {
            let has = |name: &String| folders.contains(format!("{beginning}-{name}").as_str());
            says(beginning).is_some() && rank(beginning).is_none() && names.iter().all(has)
        };
        if names.iter().any(|name| folders.contains(name.as_str())) {
            continue;
        }
        let first = names.iter().next().map(|name| format!("-{name}")).unwrap_or_default();
        let mut found =
            folders.iter().filter_map(|folder| folder.strip_suffix(first.as_str())).filter(|one| is_one(one));
        if let (Some(beginning), None) = (found.next(), found.next()) {
            let all: Vec<String> = names.iter().map(|name| format!("{beginning}-{name}")).collect();
            let mut is_so = true;
            for name in &all {
                let is_image = |part: &Part| {
                    part.within == within && part.things.iter().any(|thing| thing.starts_with(name.as_str()))
                };
                let is_charts = is_chart(paths, name) && parts.iter().any(is_image);
                is_so &= is_charts || runs(files, paths, name, |image| last_part(image) == name)?;
            }
            if !is_so {
                continue;
            }
            let own = parts.iter_mut().filter(|part| part.within == within && names.contains(&part.name));
            own.for_each(|part| part.name = format!("{beginning}-{}", part.name));
        }
    }
    Ok(())
}

/// Whether a folder of this name is a chart's.
fn is_chart(paths: &[RepoPath], folder: &str) -> bool {
    let mut charts = paths.iter().filter(|path| path.name() == "Chart.yaml");
    charts.any(|chart| folders(chart).last() == Some(folder))
}

/// Whether no place in a part's path is called as it is.
fn is_by_key(part: &Part) -> bool {
    part.origin == Origin::Text && !part.within.split('/').any(|word| stem(word).0 == part.name)
}

/// The names of the folders that a path goes through.
fn folders(path: &RepoPath) -> impl Iterator<Item = &str> {
    let above = path.as_str().rsplit_once('/').map_or("", |(above, _)| above);
    above.split('/').filter(|name| !name.is_empty())
}

/// Gives parts that only their image names the name of the folder whose manifests run it, where that is the image's without a
/// beginning: `reporting-app` runs `bank-reporting-app`.
pub fn by_runner(files: &dyn Files, parts: &mut [Part], paths: &[RepoPath]) -> Result<(), Error> {
    let all: BTreeSet<&str> = paths.iter().flat_map(folders).collect();
    for part in parts.iter_mut().filter(|part| part.things.contains(&part.name)) {
        let ends = part.name.match_indices('-').map(|(at, _)| &part.name[at + 1..]);
        let Some(folder) = ends.into_iter().find(|end| says(end).is_some() && !is_shared(end) && all.contains(end))
        else {
            continue;
        };
        let images: Vec<&str> = part.pins.iter().filter_map(|pin| address(&pin.kind)).collect();
        let is_named = part.within.split('/').any(|word| stem(word).0 == part.name);
        if !is_named && runs(files, paths, folder, |image| images.contains(&image))? {
            part.name = folder.to_string();
        }
    }
    Ok(())
}

/// Whether a file in a folder of this name names such an image: the first text of a value of `image` or `repository`.
fn runs(files: &dyn Files, paths: &[RepoPath], folder: &str, is_it: impl Fn(&str) -> bool) -> Result<bool, Error> {
    let is_in = |path: &&RepoPath| is_yaml(path.name()) && folders(path).any(|name| name == folder);
    for path in paths.iter().filter(is_in) {
        let Some(bytes) = files.read(path)? else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if ["image:", "repository:"].iter().any(|key| values(&text, key).any(&is_it)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The images that stand behind a key, without their tags.
fn values<'t>(text: &'t str, key: &'t str) -> impl Iterator<Item = &'t str> {
    let begins = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric());
    text.match_indices(key).filter(move |(at, _)| begins(*at)).map(move |(at, _)| {
        let value = text[at + key.len()..].trim_start_matches([' ', '"', '\'']);
        let end = value.find(|c: char| c.is_whitespace() || "\"',}]".contains(c)).unwrap_or(value.len());
        image::parts(&value[..end]).0
    })
}

/// Takes away the number in front of a folder's name, where those beside it are sorted by such, too: `02-web` beside `01-api`.
pub fn without_numbers(parts: &mut [Part], paths: &[RepoPath]) {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in paths.iter().map(RepoPath::as_str) {
        for (at, _) in path.match_indices('/') {
            let (around, name) = path[..at].rsplit_once('/').unwrap_or(("", &path[..at]));
            if behind_number(name).is_some() {
                names.entry(around).or_default().insert(name);
            }
        }
    }
    let sorted: BTreeSet<&str> = names.into_values().filter(|names| names.len() > 1).flatten().collect();
    for part in parts {
        let own = behind_number(&part.name).filter(|_| sorted.contains(part.name.as_str())).map(str::to_string);
        part.name = own.unwrap_or_else(|| std::mem::take(&mut part.name));
        let team = part.team.as_deref().filter(|team| sorted.contains(team)).and_then(behind_number);
        part.team = team.map(str::to_string).or_else(|| part.team.take());
    }
}

/// What stands behind a number of one to three digits in front of a name.
fn behind_number(name: &str) -> Option<&str> {
    let digits = name.find(|c: char| !c.is_ascii_digit()).filter(|digits| (1..=3).contains(digits))?;
    let rest = name[digits..].strip_prefix(['-', '_', '.'])?;
    rest.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(rest)
}

/// Gives parts that are named by a key (`claimsApi`, `claims_api`) the name of the folder, the file or the image of the same words
/// (`claims-api`), where there is one.
pub fn named(parts: &mut [Part], paths: &[RepoPath]) {
    let keys: BTreeSet<String> = parts.iter().filter_map(|part| dashed(&part.name)).collect();
    if keys.is_empty() {
        return;
    }
    let words = paths.iter().flat_map(|path| path.parts().map(|part| stem(part).0));
    let spelled: BTreeSet<&str> = words.filter(|word| keys.contains(*word)).collect();
    for part in parts {
        let name = dashed(&part.name).filter(|name| spelled.contains(name.as_str()) || is_thing(part, name));
        // What a file or a folder is called just so stays.
        let is_path = || paths.iter().any(|path| path.parts().any(|word| stem(word).0 == part.name));
        if let Some(name) = name.filter(|_| !is_path()) {
            part.name = name;
        }
    }
}

/// Whether an image or a chart of a part is called so.
fn is_thing(part: &Part, name: &str) -> bool {
    part.things.contains(name) || part.makers.iter().any(|address| last_part(address) == name)
}

/// A name of several words with dashes between them: `claims-api` of `claimsApi`; `None` where it has no such words.
pub fn dashed(name: &str) -> Option<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let is_next = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let is_word = before.is_some_and(|before| {
            before.is_ascii_lowercase() || before.is_ascii_digit() || (before.is_ascii_uppercase() && is_next)
        });
        if c.is_ascii_uppercase() && is_word {
            out.push('-');
        }
        out.push(if *c == '_' { '-' } else { c.to_ascii_lowercase() });
    }
    (out != name && !out.starts_with('-') && out.contains('-')).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_key_are_told_by_capitals_and_by_underscores() {
        for (name, wanted) in [
            ("claimsApi", Some("claims-api")),
            ("claims_api", Some("claims-api")),
            ("ClaimsApiV2", Some("claims-api-v2")),
            ("shopAPIGateway", Some("shop-api-gateway")),
            ("claims-api", None),
            ("claims", None),
            ("Claims", None),
        ] {
            assert_eq!(dashed(name).as_deref(), wanted, "{name}");
        }
    }
}
