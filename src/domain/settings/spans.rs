//! A length of time as settings have it: how long a soak, an approval or a preview lasts.

use std::fmt;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo, Timestamp};

use super::super::names::BadName;

/// Days shorter than this are written in hours: a soak of `24h` is seldom meant as a day of the calendar.
const DAYS_FROM: u64 = 2 * DAY;
const DAY: u64 = 24 * HOUR;
const HOUR: u64 = 60 * MINUTE;
const MINUTE: u64 = 60;

/// A length of time in whole seconds, at least one. A day is always 24 hours and a week 7 days, whatever a clock was set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(u64);

impl TimeSpan {
    /// Reads `90m`, `24h`, `7d`, `1d 12h` or ISO 8601's `PT24H`; months and years have no fixed length and are refused.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let shown = text.escape_debug();
        let span: Span = text.parse().map_err(|_| BadName(format!("`{shown}` is not a span of time")))?;
        if !span.is_positive() {
            return Err(BadName(format!("`{shown}` is not a span longer than nothing")));
        }
        if span.get_years() != 0 || span.get_months() != 0 {
            return Err(BadName(format!("`{shown}`: months and years have no fixed length")));
        }
        let exact = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .map_err(|_| BadName(format!("`{shown}` is longer than can be counted")))?;
        match u64::try_from(exact.as_secs()) {
            Ok(seconds) if exact.subsec_nanos() == 0 => Ok(Self(seconds)),
            _ => Err(BadName(format!("`{shown}` is finer than a second"))),
        }
    }
}

impl TimeSpan {
    /// The moment so long after another one; `None`: it is later than can be told.
    pub fn after(self, moment: Timestamp) -> Option<Timestamp> {
        moment.checked_add(Duration::from(self)).ok()
    }
}

impl From<TimeSpan> for Duration {
    fn from(span: TimeSpan) -> Self {
        Self::from_secs(span.0)
    }
}

impl fmt::Display for TimeSpan {
    /// The one unit that has it whole: `7d`, `24h`, `90m`, `45s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds if seconds >= DAYS_FROM && seconds.is_multiple_of(DAY) => write!(f, "{}d", seconds / DAY),
            seconds if seconds.is_multiple_of(HOUR) => write!(f, "{}h", seconds / HOUR),
            seconds if seconds.is_multiple_of(MINUTE) => write!(f, "{}m", seconds / MINUTE),
            seconds => write!(f, "{seconds}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_in_the_one_unit_that_has_it_whole() {
        for (text, written) in [
            ("7d", "7d"),
            ("2w", "14d"),
            ("24h", "24h"),
            ("1d", "24h"),
            ("48h", "2d"),
            ("1d 12h", "36h"),
            ("90m", "90m"),
            ("1h30m", "90m"),
            ("45s", "45s"),
            ("PT24H", "24h"),
        ] {
            let span = TimeSpan::new(text).unwrap();
            assert_eq!(span.to_string(), written, "{text}");
            assert_eq!(TimeSpan::new(written), Ok(span), "{text}");
        }
    }

    #[test]
    fn what_has_no_fixed_length_or_is_none_is_refused() {
        for text in ["", "soon", "24", "1mo", "1y", "0h", "-2h", "1ms", "2h ago"] {
            assert!(TimeSpan::new(text).is_err(), "{text}");
        }
    }
}
