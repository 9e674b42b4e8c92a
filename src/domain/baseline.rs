//! Release baselines: states of an environment that are known to be good, by the names of their tags.

use std::fmt;

use super::names::{BadName, BaselineName, EnvName, NEWEST};

/// The folder of tags that they have: `baseline/<environment>/<name>`.
pub const FOLDER: &str = "baseline/";

/// Which one of an environment is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The newest that counts.
    Newest,
    Named(BaselineName),
}

impl Which {
    /// Reads what stands for one: `2026-11-23`, or `baseline`, the newest.
    ///
    /// # Errors
    /// It is no name of one.
    pub fn read(text: &str) -> Result<Self, BadName> {
        if text == NEWEST { Ok(Which::Newest) } else { BaselineName::new(text).map(Which::Named) }
    }

    /// Reads a point of the past, or where a rollback goes: `baseline`, `baseline/NAME`, or the whole name of the tag of one of this
    /// environment; `None`: it is something else.
    pub fn at(env: &EnvName, text: &str) -> Option<Result<Self, BadName>> {
        if text == NEWEST {
            return Some(Ok(Which::Newest));
        }
        let name = text.strip_prefix(FOLDER)?;
        let own = name.strip_prefix(env.as_str()).and_then(|rest| rest.strip_prefix('/'));
        Some(Which::read(own.unwrap_or(name)))
    }

    /// As a point of the past has it.
    pub fn point(&self) -> String {
        match self {
            Which::Newest => NEWEST.to_string(),
            Which::Named(name) => format!("{FOLDER}{name}"),
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Which::Newest => f.write_str(NEWEST),
            Which::Named(name) => name.fmt(f),
        }
    }
}

/// The tag of one, without `refs/tags/`.
pub fn tag(env: &EnvName, name: &BaselineName) -> String {
    format!("{FOLDER}{env}/{name}")
}

/// The environment and the name that a tag is of; `None`: it is of no baseline that could be made.
pub fn of_tag(tag: &str) -> Option<(EnvName, BaselineName)> {
    let (env, name) = tag.strip_prefix(FOLDER)?.split_once('/')?;
    Some((EnvName::new(env).ok()?, BaselineName::new(name).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_one_environment_and_one_name_and_nothing_else_is() {
        let (env, name) = of_tag("baseline/production/2026-11-23").unwrap();
        assert_eq!((env.as_str(), name.as_str()), ("production", "2026-11-23"));
        assert_eq!(tag(&env, &name), "baseline/production/2026-11-23");
        for other in ["baseline/production", "baseline/production/a/b", "baseline/production/baseline", "v1", "x/y/z"] {
            assert_eq!(of_tag(other), None, "{other}");
        }
    }

    #[test]
    fn a_point_of_the_past_may_be_the_newest_or_one_by_its_name_or_by_its_whole_tag() {
        let env = EnvName::new("production").unwrap();
        let at = |text: &str| Which::at(&env, text).map(|read| read.map(|which| which.point()));
        assert_eq!(at("baseline"), Some(Ok("baseline".into())));
        assert_eq!(at("baseline/2026-11-23"), Some(Ok("baseline/2026-11-23".into())));
        assert_eq!(at("baseline/production/2026-11-23"), Some(Ok("baseline/2026-11-23".into())));
        assert!(at("baseline/staging/2026-11-23").unwrap().is_err(), "that is another environment's");
        assert_eq!((at("r15"), at("41c09b2"), at("@2026-11-23")), (None, None, None));
    }
}
