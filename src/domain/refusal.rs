//! Every way a verb can end other than well: what is wrong, the details, and what to do next.

use std::fmt;

pub use super::code::Code;
use super::whom::{self, Whom};

/// One problem as it is shown: a sentence in lower case, what belongs to it, and the next commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A stable word for machines: `held`, `would-lose-commits`, `no-such-application`.
    pub code: Code,
    /// What is wrong, lower case, names in backticks, no final stop.
    pub message: String,
    /// Lines that belong to the message: places, candidates, commits.
    pub details: Vec<String>,
    /// What to do next, a command where there is one.
    pub hints: Vec<String>,
    /// Who can let it go; the hints name them.
    pub ask: Vec<Whom>,
}

impl Refusal {
    /// A problem with its code and message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Vec::new(), hints: Vec::new(), ask: Vec::new() }
    }

    /// The problem on one line, with what belongs to it.
    pub fn on_one_line(&self) -> String {
        match self.details.as_slice() {
            [] => self.message.clone(),
            details => format!("{} ({})", self.message, details.join("; ")),
        }
    }

    /// Adds one detail line.
    #[must_use]
    pub fn detail(mut self, line: impl Into<String>) -> Self {
        self.details.push(line.into());
        self
    }

    /// Adds many detail lines.
    #[must_use]
    pub fn details(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(lines);
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, line: impl Into<String>) -> Self {
        self.hints.push(line.into());
        self
    }

    /// The same with other words: what belongs to it and what to do next stay.
    #[must_use]
    pub fn retold(self, code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), ..self }
    }

    /// Adds who can let it go.
    #[must_use]
    pub fn asks(mut self, whom: Vec<Whom>) -> Self {
        whom::add(&mut self.ask, whom);
        self
    }

    /// Several problems told at once: one is itself, more become one with each as a detail; none for none. The same
    /// message is told once, with what belongs to each.
    pub fn together(all: &[&Refusal]) -> Option<Refusal> {
        let mut told: Vec<Refusal> = Vec::new();
        for one in all {
            match told.iter_mut().find(|known| known.code == one.code && known.message == one.message) {
                Some(known) => {
                    let new = one.details.iter().filter(|line| !known.details.contains(line)).cloned();
                    known.details.extend(new.collect::<Vec<_>>());
                    let new = one.hints.iter().filter(|line| !known.hints.contains(line)).cloned();
                    known.hints.extend(new.collect::<Vec<_>>());
                    *known = known.clone().asks(one.ask.clone());
                }
                None => told.push((*one).clone()),
            }
        }
        let all = told;
        match all.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            [first, ..] => {
                let same = all.iter().all(|r| r.code == first.code);
                let code = if same { first.code } else { Code::Several };
                let mut out = Refusal::new(code, format!("{} problems, nothing was written", all.len()));
                for one in &all {
                    out = out.asks(one.ask.clone());
                    out.details.push(one.message.clone());
                    out.details.extend(one.details.iter().map(|line| format!("  {line}")));
                    for hint in &one.hints {
                        if !out.hints.contains(hint) {
                            out.hints.push(hint.clone());
                        }
                    }
                }
                Some(out)
            }
        }
    }

    /// The answer is no (exit 1).
    pub fn refused(self) -> Error {
        Error::Refused(self)
    }

    /// The request, the configuration or a file is wrong (exit 2).
    pub fn invalid(self) -> Error {
        Error::Invalid(self)
    }

    /// The tool cannot know (exit 3).
    pub fn cannot_tell(self) -> Error {
        Error::CannotTell(self)
    }

    /// The other side wants to know who we are (exit 4).
    pub fn unauthenticated(self) -> Error {
        Error::Unauthenticated(self)
    }

    /// Somebody wanted the process to end (exit 130).
    pub fn interrupted(self) -> Error {
        Error::Interrupted(self)
    }

    /// Somebody else was first (exit 6).
    pub fn raced(self) -> Error {
        Error::Raced(self)
    }
}

/// How a verb ends when it does not end well. One table in `cli/` maps it to exit codes.
#[derive(Debug)]
pub enum Error {
    Refused(Refusal),
    Invalid(Refusal),
    CannotTell(Refusal),
    Unauthenticated(Refusal),
    Raced(Refusal),
    /// Somebody wanted the process to end before the verb had (exit 130).
    Interrupted(Refusal),
    /// Something outside broke: a file cannot be read, a program cannot be started (exit 2).
    Failed(anyhow::Error),
}

impl Error {
    /// The end that somebody asked for before anything had landed.
    pub fn interrupted() -> Self {
        Refusal::new(Code::Interrupted, "interrupted; nothing was written").interrupted()
    }

    /// The same with one detail line more, where it is a problem with details.
    #[must_use]
    pub fn detail(self, line: impl Into<String>) -> Self {
        self.with(|refusal| refusal.detail(line))
    }

    /// The same with one thing more to do next, where it is a problem with hints.
    #[must_use]
    pub fn hint(self, line: impl Into<String>) -> Self {
        self.with(|refusal| refusal.hint(line))
    }

    /// The problem, where that is an answer; what broke, and a run that somebody ended, are none.
    ///
    /// # Errors
    /// It is no answer.
    pub fn answer(self) -> Result<Refusal, Self> {
        match self {
            Error::Failed(_) | Error::Interrupted(_) => Err(self),
            Error::Refused(r)
            | Error::Invalid(r)
            | Error::CannotTell(r)
            | Error::Unauthenticated(r)
            | Error::Raced(r) => Ok(r),
        }
    }

    fn with(self, change: impl FnOnce(Refusal) -> Refusal) -> Self {
        match self {
            Error::Refused(r) => Error::Refused(change(r)),
            Error::Invalid(r) => Error::Invalid(change(r)),
            Error::CannotTell(r) => Error::CannotTell(change(r)),
            Error::Unauthenticated(r) => Error::Unauthenticated(change(r)),
            Error::Raced(r) => Error::Raced(change(r)),
            Error::Interrupted(r) => Error::Interrupted(change(r)),
            Error::Failed(error) => Error::Failed(error),
        }
    }

    /// The problem to show, whatever kind it is.
    pub fn refusal(&self) -> Refusal {
        match self {
            Error::Refused(r)
            | Error::Invalid(r)
            | Error::CannotTell(r)
            | Error::Unauthenticated(r)
            | Error::Raced(r)
            | Error::Interrupted(r) => r.clone(),
            Error::Failed(error) => Refusal::new(Code::Failed, format!("{error:#}")),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.refusal().message)
    }
}

impl std::error::Error for Error {}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Error>() {
            Ok(own) => own,
            Err(other) => Error::Failed(other),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Error::Failed(error.into())
    }
}

/// Why a plan that can be made may not land. A dry run shows the plan with all of these; a real run ends with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// The answer is no.
    Refused(Refusal),
    /// Nobody knows, and so it may not.
    CannotTell(Refusal),
    /// Something that is needed to know is wrong, and so it may not.
    Invalid(Refusal),
}

impl Objection {
    /// The problem to show, whatever kind it is.
    pub fn refusal(&self) -> &Refusal {
        let (Objection::Refused(refusal) | Objection::CannotTell(refusal) | Objection::Invalid(refusal)) = self;
        refusal
    }
}

impl From<Objection> for Error {
    fn from(objection: Objection) -> Self {
        match objection {
            Objection::Refused(refusal) => refusal.refused(),
            Objection::CannotTell(refusal) => refusal.cannot_tell(),
            Objection::Invalid(refusal) => refusal.invalid(),
        }
    }
}

/// What all of them gave, or all that kept them from it.
///
/// # Errors
/// Those of all, as one.
pub fn gathered<T>(results: impl IntoIterator<Item = Result<T, Error>>) -> Result<Vec<T>, Error> {
    let (mut given, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(one) => given.push(one),
            Err(error) => errors.push(error),
        }
    }
    together(errors).map_or(Ok(given), Err)
}

/// Several errors as one: the first of the gravest kind, with all of that kind told.
pub fn together(errors: Vec<Error>) -> Option<Error> {
    let mut invalid = Vec::new();
    let mut refused = Vec::new();
    let mut unknown = Vec::new();
    let mut other = None;
    for error in errors {
        match error {
            Error::Invalid(r) => invalid.push(r),
            Error::Refused(r) => refused.push(r),
            Error::CannotTell(r) => unknown.push(r),
            rest => other = other.or(Some(rest)),
        }
    }
    fn told(all: &[Refusal]) -> Option<Refusal> {
        Refusal::together(&all.iter().collect::<Vec<_>>())
    }
    other
        .or_else(|| told(&invalid).map(Refusal::invalid))
        .or_else(|| told(&refused).map(Refusal::refused))
        .or_else(|| told(&unknown).map(Refusal::cannot_tell))
}

/// A verb either did something, or there was nothing to do (both exit 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    Done(T),
    NothingToDo(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_of_several_is_told_once_with_what_belongs_to_each() {
        let missing =
            |app: &str| Refusal::new(Code::NoSuchRevision, "`x` is no commit").detail(app).hint("see `git log`");
        let (web, api) = (missing("web"), missing("api"));
        let both = missing("web").detail("api");
        assert_eq!(Refusal::together(&[&web, &api]), Some(both));
        let other = Refusal::new(Code::Held, "held");
        let told = Refusal::together(&[&web, &other, &api]).unwrap();
        assert_eq!(told.message, "2 problems, nothing was written");
        assert_eq!(told.details, ["`x` is no commit", "  web", "  api", "held"]);
        assert_eq!(told.hints, ["see `git log`"]);
    }
}
