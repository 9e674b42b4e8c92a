//! How the repository itself spells the names of applications: a key of values cannot have a dash in it, where folders do.

use std::collections::BTreeSet;

use crate::domain::path::RepoPath;

use super::found::Part;
use super::naming::last_part;
use super::paths::stem;

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
fn dashed(name: &str) -> Option<String> {
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
