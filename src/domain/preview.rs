//! Previews: the instances of an ephemeral environment, as they are recorded and as they change.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use super::commit::CommitId;
use super::names::{AppName, BadName, EnvName};
use super::path::RepoPath;
use super::version::Version;

/// The folder of the config repository that previews are recorded in.
pub const FOLDER: &str = ".stageline/previews";
/// The greatest length of a slug: with what stands around it, it is a name of Kubernetes, of at most 63 characters.
const LONGEST: usize = 40;
/// So many instances are named where there may be many.
const MOST_NAMED: usize = 8;

/// The name of an instance: `pr-12`. Only small letters, digits and `-`, so that no two are one on any file system, and each is a
/// label of DNS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// Checks `text`; the error says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let why = if text.is_empty() {
            "it is empty"
        } else if text.len() > LONGEST {
            "it has more than 40 characters"
        } else if !text.chars().all(|c| is_end(c) || c == '-') {
            "it has small letters, digits and `-`"
        } else if !(text.starts_with(is_end) && text.ends_with(is_end)) {
            "it begins and ends with a letter or a digit"
        } else {
            return Ok(Self(text.to_string()));
        };
        Err(BadName(format!("`{}` is no name of a preview: {why}", text.escape_debug())))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl std::str::FromStr for Slug {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        Self::new(text)
    }
}

/// Where something runs: an environment, or an instance of one (`preview/pr-12`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub env: EnvName,
    pub instance: Option<Slug>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.instance {
            Some(slug) => write!(f, "{}/{slug}", self.env),
            None => write!(f, "{}", self.env),
        }
    }
}

/// An instance as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub env: EnvName,
    pub slug: Slug,
    /// What runs in it; never empty.
    pub applications: BTreeMap<AppName, Previewed>,
    /// The page of the request that it is of.
    pub request: Option<String>,
    /// "Name <email>" of who made it.
    pub by: String,
    pub since: Timestamp,
    /// `None`: until it is destroyed.
    pub until: Option<Timestamp>,
}

/// One application of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// The commit of its source; `None`: its version does not say one.
    pub commit: Option<CommitId>,
    /// `staging@<config commit>`: where its version was taken from. `None`: somebody asked for its commit.
    pub origin: Option<String>,
    /// What each of its pins says: what the pin is found by, which of those of that name, from 0, and the version.
    pub pins: BTreeMap<(String, usize), Version>,
}

/// An instance's file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewFile {
    pub path: RepoPath,
    /// What its path says; `None`: it is the path of none.
    pub place: Option<(EnvName, Slug)>,
    /// The instance, or why the file cannot be read.
    pub preview: Result<Preview, String>,
}

/// What becomes of an instance; at least one of `was` and `is` is there. Its files are exactly those that its template gives, and
/// its list has its entry and no other change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceChange {
    pub env: EnvName,
    pub slug: Slug,
    /// The file that records it.
    pub record: RepoPath,
    pub was: Option<Preview>,
    pub is: Option<Preview>,
    /// How many instances its environment has then.
    pub count: usize,
}

/// Instances of an environment that a change of the rules leaves where nobody looks for them any more; never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphans {
    pub env: EnvName,
    pub slugs: Vec<Slug>,
}

impl Orphans {
    /// What the change does to them, as the end of a sentence that begins with the rules.
    pub fn told(&self) -> String {
        let names: Vec<String> = self.slugs.iter().take(MOST_NAMED).map(|slug| format!("`{slug}`")).collect();
        let more = match self.slugs.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let env = &self.env;
        format!("would not lead to the previews of `{env}` any more, and there are {}{more}", names.join(", "))
    }

    /// What takes them away first.
    pub fn cure(&self) -> String {
        let names: Vec<&str> = self.slugs.iter().take(MOST_NAMED).map(Slug::as_str).collect();
        format!("destroy them first: `stageline preview destroy {} --env {}`", names.join(" "), self.env)
    }
}

/// The environment whose folder of records a path stands in.
pub fn recorded_in(path: &RepoPath) -> Option<EnvName> {
    let (env, _) = path.as_str().strip_prefix(FOLDER)?.strip_prefix('/')?.split_once('/')?;
    EnvName::new(env).ok()
}

impl Preview {
    /// The file that records it.
    pub fn path_of(env: &EnvName, slug: &Slug) -> String {
        format!("{FOLDER}/{env}/{slug}.yaml")
    }

    /// The instance, as it is told.
    pub fn place(&self) -> Place {
        Place { env: self.env.clone(), instance: Some(self.slug.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_one_folder_one_label_and_never_anothers_twin() {
        for good in ["pr-12", "a", "0", "feature-x-2", &"x".repeat(40)] {
            assert_eq!(Slug::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "PR-12", "-a", "a-", "a.b", "a/b", "..", "a_b", "\u{e9}", "a b", &"x".repeat(41)] {
            assert!(Slug::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_instance_is_told_with_its_environment() {
        let place = |instance| Place { env: EnvName::new("preview").unwrap(), instance };
        assert_eq!(place(Slug::new("pr-12").ok()).to_string(), "preview/pr-12");
        assert_eq!(place(None).to_string(), "preview");
    }
}
