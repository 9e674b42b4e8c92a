//! What every record in the tree of the config repository has in common: one file, whose path says what it is of and whose text
//! says the rest, and what becomes of it from one tree to the next.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::files::Files;
use crate::domain::hold::Hold;
use crate::domain::hotfix::Hotfix;
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::preview::Preview;
use crate::domain::refusal::Error;

/// State that is kept as one file of the tree. What stands beside a file that cannot be read (a hold that holds all the same, a
/// README) is each kind's own.
pub trait Record: Clone + PartialEq {
    /// What its path says that it is of.
    type Of;
    /// The shape of its text.
    type Written: Serialize + DeserializeOwned;

    /// What a person who opens the file reads first, on one line.
    const HEADING: &'static str;

    /// What a path says; `None`: it is the path of no such record.
    fn of(path: &RepoPath) -> Option<Self::Of>;

    /// Where it stands.
    fn path(&self) -> String;

    /// What its text says.
    fn write(&self) -> Self::Written;

    /// What a text says of what its path names.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn read(written: Self::Written, of: &Self::Of) -> Result<Self, String>;

    /// The moment since when it counts, which each try to land it writes anew.
    fn since(&mut self) -> &mut Timestamp;
}

/// The text of a record's file.
///
/// # Errors
/// It cannot be written as YAML.
pub fn render<R: Record>(record: &R) -> Result<String, Error> {
    let body = serde_yaml::to_string(&record.write()).map_err(|error| Error::Failed(error.into()))?;
    Ok(format!("# {}\n{body}", R::HEADING))
}

/// Reads the text of a record's file.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse<R: Record>(text: &[u8], of: &R::Of) -> Result<R, String> {
    R::read(serde_yaml::from_slice(text).map_err(|error| error.to_string())?, of)
}

/// Whether both texts of the file at `path` are one record but for the moment since when it counts.
pub fn differ_in_their_beginning_only(path: &RepoPath, one: &[u8], other: &[u8]) -> bool {
    differ_so::<Hold>(path, one, other)
        || differ_so::<Hotfix>(path, one, other)
        || differ_so::<Preview>(path, one, other)
}

fn differ_so<R: Record>(path: &RepoPath, one: &[u8], other: &[u8]) -> bool {
    let Some(of) = R::of(path) else { return false };
    match (parse::<R>(one, &of), parse::<R>(other, &of)) {
        (Ok(mut one), Ok(mut other)) => {
            *one.since() = *other.since();
            one == other
        }
        _ => false,
    }
}

/// The two names in the path of a record that stands in its environment's folder below `folder`: `ENVIRONMENT/NAME.yaml`.
pub(super) fn named<'p>(path: &'p RepoPath, folder: &str) -> Option<(EnvName, &'p str)> {
    let rest = path.as_str().strip_prefix(folder)?.strip_prefix('/')?;
    let (env, file) = rest.split_once('/')?;
    Some((EnvName::new(env).ok()?, file.strip_suffix(".yaml")?))
}

/// What stood at a path of a folder of records and what stands there now.
pub(super) type Sides<F> = (Option<F>, Option<F>);

/// What `all` finds below a folder of two trees, by path; nothing where the folder is the same in both.
///
/// # Errors
/// A tree cannot be read.
pub(super) fn sides<F>(
    folder: &str,
    (before, after): (Option<&dyn Files>, &dyn Files),
    all: impl Fn(&dyn Files) -> Result<Vec<(RepoPath, F)>, Error>,
) -> Result<BTreeMap<RepoPath, Sides<F>>, Error> {
    let folder = RepoPath::new(folder).map_err(anyhow::Error::from)?;
    let id = |files: &dyn Files| Ok::<_, Error>(files.entry(&folder)?.map(|entry| entry.id));
    let mut out: BTreeMap<RepoPath, Sides<F>> = BTreeMap::new();
    if before.map(id).transpose()?.flatten() == id(after)? {
        return Ok(out);
    }
    for (path, file) in before.map_or_else(|| Ok(Vec::new()), &all)? {
        out.entry(path).or_insert((None, None)).0 = Some(file);
    }
    for (path, file) in all(after)? {
        out.entry(path).or_insert((None, None)).1 = Some(file);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commit::CommitId;
    use crate::domain::hold::{Cover, FOLDER};
    use crate::domain::names::AppName;

    #[test]
    fn the_path_of_a_hold_says_what_it_covers_and_no_other_path_does() {
        let env = EnvName::new("production").ok();
        let app = AppName::new("web").ok();
        let commit = CommitId::from_hex(&"c".repeat(40));
        for (env, app, commit) in [
            (&env, &app, None),
            (&env, &None, None),
            (&None, &app, None),
            (&None, &None, None),
            (&env, &app, commit),
            (&None, &app, commit),
        ] {
            let cover = Cover { env: env.clone(), app: app.clone(), commit };
            assert_eq!(Hold::of(&RepoPath::new(&cover.path()).unwrap()), Some(cover));
        }
        for path in ["README.md", "production/deep/web.yaml", "production/web@cc.yaml", "production/.yaml"] {
            assert_eq!(Hold::of(&RepoPath::new(&format!("{FOLDER}/{path}")).unwrap()), None, "{path}");
        }
        assert_eq!(Hold::of(&RepoPath::new("apps/production/web.yaml").unwrap()), None);
    }
}
