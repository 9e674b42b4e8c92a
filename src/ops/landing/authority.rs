//! Whether a change is one of who may what: people, groups, keys, signers, owners.

use crate::config::check;
use crate::domain::plan::{Authority, Other};
use crate::domain::refusal::Error;
use crate::domain::settings::{Environment, FILE, Settings};

use crate::ops::reading::world::World;

/// The folder of OpenPGP keys that count as signers'.
pub const KEYS: &str = ".stageline/keys";
/// SSH keys that count no more, as ssh-keygen(1) reads them with `-r`: a list of public keys, or a KRL.
pub const REVOKED: &str = ".stageline/revoked_keys";

/// What a change from one `stageline.yaml` to another, with these other changed paths, is in that.
pub fn between(before: &Settings, after: &Settings, others: &[Other]) -> Authority {
    let files = [before, after].into_iter().flat_map(|settings| &settings.signers_file);
    let mut files = files.collect::<Vec<_>>();
    files.dedup();
    let is_key = |other: &Other| {
        other.path.as_str().eq_ignore_ascii_case(REVOKED)
            || files.contains(&&other.path)
            || other.path.parts().zip(KEYS.split('/')).filter(|(part, key)| part.eq_ignore_ascii_case(key)).count() == 2
    };
    let changed = others.iter().any(is_key) || !is_same(before, after);
    if changed { Authority::Changed } else { Authority::Same }
}

/// The same of a branch's own copy of the file, by which nobody reads that branch: it adds signers and holds of its own.
///
/// # Errors
/// A tree cannot be read.
pub fn between_copies(before: &World, after: &World) -> Result<Authority, Error> {
    let (was, is) = (before.own_file()?, after.own_file()?);
    if was == is {
        return Ok(Authority::Same);
    }
    let read = |text: Option<Vec<u8>>| check::check(&text?, FILE).ok();
    Ok(match (read(was), read(is)) {
        (Some(was), Some(is)) if is_same(&was, &is) => Authority::Same,
        // One that comes, goes, or cannot be read names others, or nobody.
        _ => Authority::Changed,
    })
}

/// Whether two files name the same people for the same things.
fn is_same(before: &Settings, after: &Settings) -> bool {
    let of_env = |settings: &Settings| settings.environments.iter().map(named).collect::<Vec<_>>();
    let of_app = |settings: &Settings| {
        let apps = settings.applications.iter().filter(|app| app.family.is_none());
        apps.map(|app| (app.name.clone(), app.rules.owners.clone())).collect::<Vec<_>>()
    };
    // New environments and applications have nobody to take anything from.
    let kept = |old: Vec<_>, new: Vec<_>| old.into_iter().all(|one| new.contains(&one));
    let family = |settings: &Settings| {
        settings.families.iter().map(|one| (one.each.clone(), one.owners.clone())).collect::<Vec<_>>()
    };
    before.people == after.people
        && before.groups == after.groups
        && before.owners == after.owners
        && before.signers_file == after.signers_file
        && before.receipts == after.receipts
        && kept(of_env(before), of_env(after))
        && of_app(before).into_iter().all(|one| of_app(after).contains(&one))
        && family(before).into_iter().all(|one| family(after).contains(&one))
}

/// Whom an environment names.
fn named(env: &Environment) -> impl PartialEq + use<> {
    let rules = &env.rules;
    (env.name.clone(), rules.signers.clone(), rules.landers.clone(), rules.overrides.clone(), rules.hotfix.clone())
}
