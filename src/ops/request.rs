//! The branch of a merge request: its name, and whether the live one already holds a plan.

use sha2::{Digest, Sha256};

use crate::domain::commit::CommitId;
use crate::domain::files::Files as _;
use crate::domain::names::{BranchName, slug};
use crate::domain::plan::{FileEdit, Plan};
use crate::domain::refusal::Error;
use crate::domain::trailer::Trailers;
use crate::git::repo::Repo;
use crate::records;

use super::intent::{Intent, Verb};

/// `promote/<environment>/<application or set>`: always three levels of `[a-z0-9-]`, so that no branch stands in another's way.
pub fn branch(intent: &Intent) -> Result<BranchName, Error> {
    let verb = match intent.verb {
        Verb::Promote => "promote",
        Verb::Rollback => "rollback",
        Verb::HoldSet | Verb::HoldLift => "hold",
    };
    let name = format!("{verb}/{}/{}", level(intent.env.as_str()), intent.set);
    Ok(BranchName::new(name).map_err(anyhow::Error::from)?)
}

/// The word for a set of applications: the application's own, `all`, or a digest of the names.
pub fn set(names: &[&str], all: bool) -> String {
    match names {
        _ if all => "all".into(),
        [one] => {
            let word = level(one);
            if word == "all" || word.starts_with("set-") { format!("app-{word}") } else { word }
        }
        several => {
            let mut names: Vec<&str> = several.to_vec();
            names.sort_unstable();
            format!("set-{}", digest(&names.join("\n")))
        }
    }
}

/// One level of a branch name; names that differ stay different.
fn level(name: &str) -> String {
    let word = slug(name);
    if word == name { word } else { format!("{word}-{}", digest(name)) }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the commit on the live branch makes exactly this plan's change and still merges as it is.
pub fn holds(repo: &Repo, live: CommitId, plan: &Plan) -> Result<bool, Error> {
    let commit = repo.commit(live)?;
    let [parent] = commit.parents.as_slice() else { return Ok(false) };
    let files = repo.snapshot(*parent)?;
    for edit in &plan.edits {
        if files.entry(&edit.path)?.map(|entry| entry.id) != edit.was {
            return Ok(false);
        }
    }
    if repo.tree_with(*parent, &as_recorded(repo, live, plan)?)? != commit.tree {
        return Ok(false);
    }
    // The same move for another reason is another request text.
    let (live, ours) = (Trailers::read(&commit.message), Trailers::read(&plan.message));
    Ok(live.promoted == ours.promoted && live.reason == ours.reason)
}

/// The plan's edits, with the holds that the live branch already records but for the moment at which they begin.
fn as_recorded(repo: &Repo, live: CommitId, plan: &Plan) -> Result<Vec<FileEdit>, Error> {
    let files = repo.snapshot(live)?;
    let mut edits = plan.edits.clone();
    for edit in &mut edits {
        if let (Some(ours), Some(theirs)) = (&edit.becomes, files.read(&edit.path)?)
            && records::hold::differ_in_their_beginning_only(&edit.path, ours, &theirs)
        {
            edit.becomes = Some(theirs);
        }
    }
    Ok(edits)
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
    fn names_that_slug_alike_stay_apart() {
        assert_ne!(level("Web"), level("web"));
        assert!(level("Prod_EU").starts_with("prod-eu-"));
    }
}
