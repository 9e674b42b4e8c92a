//! What is wrong with a file, where, and what to do about it.

use std::fmt;

/// What is wrong with a file, and where. Line and column from 1; 0 where it has no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub line: u32,
    pub column: u32,
    /// Names no other line: which lines those are depends on the text that the fault is told of.
    pub message: String,
    /// What could have been meant, or the several that fit, each with its line.
    pub there: Vec<(String, u32)>,
    pub cure: Option<Cure>,
}

/// What to do about a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// Look for a typing slip: what was wanted, and what it may have been.
    Near { wanted: String, among: Vec<String> },
    /// As it is told.
    Do(String),
}

impl fmt::Display for Fault {
    /// `line:column: message`, or the message alone where it has no place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.told()),
            line => write!(f, "{line}:{}: {}", self.column, self.told()),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// A fault at a place.
    pub fn at(line: u32, column: u32, message: impl Into<String>) -> Self {
        Self { line, column, message: message.into(), there: Vec::new(), cure: None }
    }

    /// A fault of the whole file.
    pub fn nowhere(message: impl Into<String>) -> Self {
        Self::at(0, 0, message)
    }

    /// With what could have been meant, or the several that fit, each with its line.
    #[must_use]
    pub(super) fn among(mut self, there: impl IntoIterator<Item = (String, u32)>) -> Self {
        self.there.extend(there);
        self
    }

    /// With what to do about it.
    #[must_use]
    pub(super) fn cured(mut self, cure: Cure) -> Self {
        self.cure = Some(cure);
        self
    }

    /// The message with what there is, each with its line.
    pub fn told(&self) -> String {
        let shown: Vec<String> =
            self.there.iter().take(8).map(|(name, line)| format!("{name} (line {line})")).collect();
        let more = if self.there.len() > shown.len() { ", ..." } else { "" };
        match shown.is_empty() {
            true => self.message.clone(),
            false => format!("{}; there is {}{more}", self.message, shown.join(", ")),
        }
    }
}
