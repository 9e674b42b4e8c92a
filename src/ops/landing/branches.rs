//! The names of request branches.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::domain::hex;
use crate::domain::names::{BranchName, EnvName, slug};
use crate::domain::refusal::Error;
use crate::ops::landing::intent::Intent;

/// `promote/<environment>/<application or set>`: always three levels of `[a-z0-9-]`, so that no branch stands in another's way.
pub fn branch(intent: &Intent) -> Result<BranchName, Error> {
    let verb = intent.verb.branch_word();
    let name = format!("{verb}/{}/{}", level(intent.scope.environment().map_or("all", EnvName::as_str)), intent.set);
    Ok(BranchName::new(name).map_err(anyhow::Error::from)?)
}

/// Whether a request branch may be about an environment: its own, or that of every environment and of several.
pub fn is_about(branch: &BranchName, env: &EnvName) -> bool {
    let second = branch.as_str().split('/').nth(1);
    second.is_some_and(|word| word == "all" || word == level(env.as_str()))
}

/// The last level of a request branch's name: the word for its set of applications.
pub fn set_of(branch: &BranchName) -> &str {
    branch.as_str().rsplit('/').next().unwrap_or_default()
}

/// A branch's name without the number that it has beside one that somebody has worked on.
pub fn unnumbered(branch: &BranchName) -> &str {
    branch.as_str().split_once("--").map_or(branch.as_str(), |(name, _)| name)
}

/// The word for a set of applications: the application's own, `all`, or a digest of the names.
pub fn set(names: &[&str], all: bool) -> String {
    match names {
        _ if all => "all".into(),
        [one] => {
            let word = level(one);
            let is_ours = word == "all" || word.starts_with("set-") || word.starts_with("of-");
            if is_ours { format!("app-{word}") } else { word }
        }
        several => {
            let mut names: Vec<&str> = several.to_vec();
            names.sort_unstable();
            format!("set-{}", digest(&names.join("\n")))
        }
    }
}

/// The word for the applications of the same owners, whichever of them move: `of-team-web`, `of-nobody`.
pub fn owned_by(owners: &BTreeSet<&str>) -> String {
    match owners.iter().collect::<Vec<_>>().as_slice() {
        [] => "of-nobody".into(),
        [one] if level(one) != "nobody" => format!("of-{}", level(one)),
        all => format!("of-{}", digest(&all.iter().map(|one| format!("{one}\n")).collect::<String>())),
    }
}

/// One level of a branch name; names that differ stay different.
fn level(name: &str) -> String {
    let word = slug(name);
    if word == name { word } else { format!("{word}-{}", digest(name)) }
}

fn digest(text: &str) -> String {
    hex::text(&Sha256::digest(text.as_bytes())[..4])
}

/// The branch beside a request branch that somebody has worked on. Two dashes stand in no name that `level` makes.
pub fn numbered(branch: &BranchName, number: usize) -> Result<BranchName, Error> {
    Ok(BranchName::new(format!("{branch}--{number}")).map_err(anyhow::Error::from)?)
}

/// So many branches of one kind are there at most: the first, and numbered ones beside it.
pub const MOST: usize = 9;

/// The other branches of a branch's kind, in their order.
pub fn alike(branch: &BranchName) -> Result<Vec<BranchName>, Error> {
    let first = BranchName::new(unnumbered(branch)).map_err(anyhow::Error::from)?;
    let beside = (2..=MOST).map(|number| numbered(&first, number)).collect::<Result<Vec<_>, _>>()?;
    Ok([first].into_iter().chain(beside).filter(|one| one != branch).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_one_word_whatever_the_order() {
        assert_eq!(set(&["web"], false), "web");
        assert_eq!(set(&["a", "b"], false), set(&["b", "a"], false));
        assert_ne!(set(&["a", "b"], false), set(&["a-b"], false));
        assert_eq!(set(&["web"], true), "all");
        assert_eq!(set(&["all"], false), "app-all");
    }

    #[test]
    fn owners_have_one_word_that_no_application_has() {
        let word = |all: &[&str]| owned_by(&all.iter().copied().collect());
        assert_eq!((word(&["team-web"]), word(&[])), ("of-team-web".into(), "of-nobody".into()));
        assert_eq!(word(&["b", "a"]), word(&["a", "b"]));
        let all = [word(&["a"]), word(&["A"]), word(&["a", "b"]), word(&["nobody"]), word(&[])];
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
        assert_eq!(set(&["of-team-web"], false), "app-of-team-web");
    }

    #[test]
    fn a_branch_tells_its_environment_its_set_and_what_it_is_beside() {
        let name = |text: &str| BranchName::new(text).unwrap();
        let env = |text: &str| EnvName::new(text).unwrap();
        assert!(is_about(&name("promote/production/web"), &env("production")));
        assert!(is_about(&name("undo/all/web"), &env("production")));
        assert!(!is_about(&name("promote/staging/web"), &env("production")));
        assert!(is_about(&name(&format!("promote/{}/web", level("Prod_EU"))), &env("Prod_EU")));
        assert_eq!(set_of(&name("promote/production/web--2")), "web--2");
        assert_eq!(unnumbered(&numbered(&name("promote/production/web"), 2).unwrap()), "promote/production/web");
    }

    #[test]
    fn names_that_slug_alike_stay_apart() {
        assert_ne!(level("Web"), level("web"));
        assert!(level("Prod_EU").starts_with("prod-eu-"));
    }
}
