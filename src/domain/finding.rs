//! What a look at a repository finds: a sentence about one thing, whether that is as it should be, and what to do.

use super::refusal::Error;

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Something is missing, or only advisory.
    Open,
    /// It does not show.
    CannotTell,
    Ok,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about, in a word or two: `hook`, `branch main`.
    pub about: String,
    pub standing: Standing,
    /// Whether what is open is a rule that nothing enforces.
    pub is_advisory: bool,
    /// Whether it says who keeps people from landing past the rules.
    pub is_door: bool,
    pub says: String,
    pub hints: Vec<String>,
}

impl Finding {
    fn new(about: impl Into<String>, standing: Standing, says: impl Into<String>) -> Self {
        let (about, says) = (about.into(), says.into());
        Self { about, standing, is_advisory: false, is_door: false, says, hints: Vec::new() }
    }

    /// It is as it should be.
    pub fn ok(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(about, Standing::Ok, says)
    }

    /// Something is missing.
    pub fn open(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(about, Standing::Open, says)
    }

    /// There is a rule, and nothing enforces it.
    pub fn advisory(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self { is_advisory: true, ..Self::new(about, Standing::Open, says) }
    }

    /// It does not show, and why.
    pub fn cannot_tell(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(about, Standing::CannotTell, says)
    }

    /// It does not show, since it could not be looked at.
    ///
    /// # Errors
    /// That is no answer: something broke here, or the run is to end.
    pub fn unseen(about: impl Into<String>, error: Error) -> Result<Self, Error> {
        if matches!(error, Error::Failed(_) | Error::Interrupted(_)) {
            return Err(error);
        }
        let why = error.refusal();
        let says = why.on_one_line();
        Ok(Self { hints: why.hints, ..Self::cannot_tell(about, says) })
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// It says who keeps people from landing past the rules.
    #[must_use]
    pub fn of_the_door(self) -> Self {
        Self { is_door: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::{Code, Refusal};

    #[test]
    fn what_could_not_be_looked_at_is_told_with_its_way_out_and_what_broke_is_an_error() {
        let no = Refusal::new(Code::NoToken, "no token").hint("set it").unauthenticated();
        let found = Finding::unseen("forge", no).unwrap();
        assert_eq!((found.standing, found.says.as_str(), found.hints.len()), (Standing::CannotTell, "no token", 1));
        assert!(Finding::unseen("forge", Error::Failed(anyhow::anyhow!("x"))).is_err());
        assert!(Finding::unseen("forge", Error::interrupted()).is_err());
    }
}
