//! Who is shown a plan and asked, and told what goes on, while a verb runs.

use crate::domain::refusal::Error;
use crate::domain::report::ChangeReport;

/// Who is asked and told while a verb runs.
pub trait Face: Sync {
    /// Shows the plan and asks; off a terminal, or with `-y`, nobody is asked.
    /// `apart`: the requests that it is taken apart into, where it is.
    fn agree(&self, plan: &ChangeReport, apart: Option<usize>) -> Result<Consent, Error>;
    /// Whether `-y` said yes beforehand.
    fn is_told_yes(&self) -> bool;
    /// Whether somebody can be asked.
    fn asks(&self) -> bool;
    /// A slow step begins; the last one ends with the next or with the verb.
    fn step(&self, what: &str);
    /// Something the user should know, now.
    fn warn(&self, what: &str);
}

/// Whether somebody agreed to a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Somebody has seen it and said yes: to what goes as well as to what comes.
    Given,
    /// Nobody was asked.
    Assumed,
    Refused,
}
