//! Where commits of an application run by now, as it is told at their forge.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::names::EnvName;

/// How the names of the statuses begin; behind it stands the environment.
pub const PREFIX: &str = "stageline/";
/// What other statuses are called behind that: an environment of that name is not told.
pub const TAKEN: [&str; 2] = ["verify", "step"];

/// What became of a commit in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// It came, and is there.
    Arrived,
    /// It was there, and was taken out.
    Left,
}

/// What is said of it, in one line: `in production since 2026-11-25 14:02 UTC`.
pub fn line(env: &EnvName, became: Became, when: Timestamp) -> String {
    let when = TimeZone::UTC.to_datetime(when).strftime("%Y-%m-%d %H:%M UTC");
    match became {
        Became::Arrived => format!("in {env} since {when}"),
        Became::Left => format!("no longer in {env} since {when}"),
    }
}

/// The environment that a status is of, by what stands behind the beginning of its name; `None`: it is another one.
pub fn environment(name: &str) -> Option<EnvName> {
    EnvName::new(name).ok().filter(|env| !TAKEN.contains(&env.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_since_when_and_a_status_of_another_kind_is_none() {
        let env = EnvName::new("production").unwrap();
        let when = "2026-11-25T14:02:31Z".parse().unwrap();
        assert_eq!(line(&env, Became::Arrived, when), "in production since 2026-11-25 14:02 UTC");
        assert_eq!(line(&env, Became::Left, when), "no longer in production since 2026-11-25 14:02 UTC");
        assert_eq!(environment("production"), Some(env));
        for other in ["verify", "step/build", "step", "a b", ""] {
            assert_eq!(environment(other), None, "{other}");
        }
    }
}
