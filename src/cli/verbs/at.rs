//! Arguments of a name and what stands after it: a revision, a time, a release baseline.

use std::str::FromStr;

use crate::domain::baseline::Which;
use crate::domain::names::{BadName, EnvName};

/// `ENV`, or a point of its past: `ENV@...`, or `ENV/NAME` for a release baseline.
#[derive(Debug, Clone)]
pub struct EnvAt {
    pub environment: EnvName,
    pub at: Option<String>,
}

impl FromStr for EnvAt {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let is_before_at = |slash: usize| text.find('@').is_none_or(|at| slash < at);
        if let Some(slash) = text.find('/').filter(|slash| is_before_at(*slash)) {
            let which = Which::read(&text[slash + 1..])?;
            return Ok(Self { environment: EnvName::new(&text[..slash])?, at: Some(which.point()) });
        }
        let (name, at) = split(text, "a time")?;
        Ok(Self { environment: EnvName::new(name)?, at })
    }
}

/// The name before the first `@` and what stands after it.
pub fn split<'a>(text: &'a str, what: &str) -> Result<(&'a str, Option<String>), BadName> {
    match text.split_once('@') {
        None => Ok((text, None)),
        Some((_, "")) => Err(BadName(format!("`{text}` has nothing after `@`; {what} belongs there"))),
        Some((name, after)) => Ok((name, Some(after.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_may_have_a_point_of_its_past_or_a_baseline() {
        let read = |text: &str| text.parse::<EnvAt>().map(|one| (one.environment.to_string(), one.at));
        let at = |env: &str, at: &str| Ok((env.to_string(), Some(at.to_string())));
        assert_eq!(read("staging@2026-11-20"), at("staging", "2026-11-20"));
        assert_eq!(read("staging@feature/x"), at("staging", "feature/x"));
        assert_eq!(read("staging/2026-11-20"), at("staging", "baseline/2026-11-20"));
        assert_eq!(read("staging/baseline"), at("staging", "baseline"));
        for bad in ["staging@", "staging/", "staging/a/b", "/x", "staging/x@y"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
