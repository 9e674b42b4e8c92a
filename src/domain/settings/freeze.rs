//! Freezes: the times at which nothing lands, or at which alone something does.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::super::names::{BadName, EnvName};
use super::words::words;

words! {
    /// A day of the week.
    Day {
        Monday = "mon",
        Tuesday = "tue",
        Wednesday = "wed",
        Thursday = "thu",
        Friday = "fri",
        Saturday = "sat",
        Sunday = "sun",
    }
}

words! {
    /// What a freeze lets through.
    FreezeExempt {
        Rollback = "rollback",
        Hotfix = "hotfix",
    }
}

/// One freeze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    pub window: Window,
    pub sense: FreezeSense,
    /// The zone that the window's clock stands in; `None`: UTC.
    pub timezone: Option<ZoneName>,
    /// Why, as a refusal shows it.
    pub reason: Option<String>,
    pub exempt: Vec<FreezeExempt>,
    /// The environments that a freeze of the whole file is for; empty: all, or the one that it stands in.
    pub environments: Vec<EnvName>,
}

/// Which way round a window counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FreezeSense {
    /// Nothing lands in the window.
    #[default]
    Closed,
    /// `allow: true`: only in the window something lands.
    Open,
}

/// When; the end of a window is no more in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// One span of every week.
    Weekly { from: (Day, Time), until: (Day, Time) },
    /// Whole days of every week, in the order of the week.
    Days(Vec<Day>),
    /// A span of every day, or of these days of the week where there are any. One that ends at or before its beginning goes
    /// on into the next day.
    Daily { days: Vec<Day>, from: Time, until: Time },
    /// From one date to another.
    Dates { from: DateTime, until: DateTime },
}

/// A moment as `from` and `until` say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// `fri 16:00`
    WeekTime(Day, Time),
    /// `16:00`
    DayTime(Time),
    /// `2026-12-20`, its first moment, or `2026-12-20 16:00`
    Date(DateTime),
}

/// The name of a time zone in the IANA database, as the database spells it: `Asia/Shanghai`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneName(String);

impl Moment {
    /// Reads `fri 16:00`, `16:00`, `2026-12-20` or `2026-12-20 16:00`; times go to the minute, in 24 hours.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let bad = || BadName(format!("`{}` is not a moment", text.escape_debug()));
        let time = |text: &str| text.parse::<Time>().ok().filter(|_| text.len() == "16:00".len());
        let date = |text: &str| text.parse::<Date>().ok().filter(|_| text.len() == "2026-12-20".len());
        let day = |text: &str| Day::WORDS.iter().find(|(word, _)| *word == text).map(|(_, day)| *day);
        let moment = match text.split_once([' ', 'T']) {
            Some((first, second)) => {
                let time = time(second).ok_or_else(bad)?;
                match (day(first), date(first)) {
                    (Some(day), _) if text.contains(' ') => Some(Self::WeekTime(day, time)),
                    (_, Some(date)) => Some(Self::Date(date.to_datetime(time))),
                    _ => None,
                }
            }
            None => time(text)
                .map(Self::DayTime)
                .or_else(|| date(text).map(|date| Self::Date(date.to_datetime(Time::midnight())))),
        };
        moment.ok_or_else(bad)
    }

    /// What kind of moment it is, as a fault names it.
    fn what(self) -> &'static str {
        match self {
            Self::WeekTime(..) => "a day of the week with a time",
            Self::DayTime(_) => "a time of day",
            Self::Date(_) => "a date",
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WeekTime(day, time) => write!(f, "{} {}", day.word(), time.strftime("%H:%M")),
            Self::DayTime(time) => write!(f, "{}", time.strftime("%H:%M")),
            Self::Date(at) if at.time() == Time::midnight() => write!(f, "{}", at.date()),
            Self::Date(at) => write!(f, "{} {}", at.date(), at.time().strftime("%H:%M")),
        }
    }
}

impl Window {
    /// The window between two moments of one kind, where days of the week may say on which days a time of day counts.
    pub fn between(from: Moment, until: Moment, days: Vec<Day>) -> Result<Self, BadName> {
        if !days.is_empty() && !matches!((from, until), (Moment::DayTime(_), Moment::DayTime(_))) {
            let other = if matches!(from, Moment::DayTime(_)) { until } else { from };
            return Err(BadName(format!(
                "`days` goes with times of day such as `18:00`, and `{other}` is {}",
                other.what()
            )));
        }
        if from == until {
            return Err(BadName(format!("begins and ends at `{from}`")));
        }
        match (from, until) {
            (Moment::WeekTime(first, at), Moment::WeekTime(last, end)) => {
                Ok(Self::Weekly { from: (first, at), until: (last, end) })
            }
            (Moment::DayTime(from), Moment::DayTime(until)) => Ok(Self::Daily { days: in_order(days), from, until }),
            (Moment::Date(from), Moment::Date(until)) if until > from => Ok(Self::Dates { from, until }),
            (Moment::Date(_), Moment::Date(_)) => Err(BadName(format!("ends at `{until}`, before it begins"))),
            _ => Err(BadName(format!("`from` is {}, and `until` is {}", from.what(), until.what()))),
        }
    }

    /// Whole days of the week.
    pub fn of_days(days: Vec<Day>) -> Self {
        Self::Days(in_order(days))
    }

    /// The moments at which it begins and ends; none for whole days.
    pub fn ends(&self) -> Option<(Moment, Moment)> {
        Some(match self {
            Self::Weekly { from, until } => (Moment::WeekTime(from.0, from.1), Moment::WeekTime(until.0, until.1)),
            Self::Days(_) => return None,
            Self::Daily { from, until, .. } => (Moment::DayTime(*from), Moment::DayTime(*until)),
            Self::Dates { from, until } => (Moment::Date(*from), Moment::Date(*until)),
        })
    }

    /// The days of the week that it names beside its moments.
    pub fn days(&self) -> &[Day] {
        match self {
            Self::Days(days) | Self::Daily { days, .. } => days,
            Self::Weekly { .. } | Self::Dates { .. } => &[],
        }
    }
}

fn in_order(mut days: Vec<Day>) -> Vec<Day> {
    days.sort_unstable();
    days
}

impl ZoneName {
    /// Looks the name up, whatever its case.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let bad = || BadName(format!("`{}` is not a time zone such as `Europe/Berlin`", text.escape_debug()));
        let zone = TimeZone::get(text).map_err(|_| bad())?;
        match zone.iana_name() {
            Some(name) if !zone.is_unknown() => Ok(Self(name.to_string())),
            _ => Err(bad()),
        }
    }

    /// The name as the database spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::new(text).unwrap()
    }

    #[test]
    fn a_moment_is_written_as_it_is_read() {
        for text in ["fri 16:00", "00:00", "18:30", "2026-12-20", "2026-12-20 16:00"] {
            assert_eq!(moment(text).to_string(), text);
        }
        assert_eq!(moment("2026-12-20T16:00").to_string(), "2026-12-20 16:00");
        assert_eq!(moment("2026-12-20 00:00").to_string(), "2026-12-20", "a day begins with its first moment");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in
            ["", "fri", "Fri 16:00", "fri 25:00", "friT16:00", "16", "16:0", "16:00:30", "2026-13-01", "20261220"]
        {
            assert!(Moment::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_window_has_two_moments_of_one_kind_in_order() {
        let window = |from, until, days| Window::between(moment(from), moment(until), days);
        assert!(window("fri 16:00", "mon 08:00", vec![]).is_ok());
        assert!(window("mon 08:00", "fri 16:00", vec![]).is_ok(), "a week goes round");
        assert!(window("18:00", "08:00", vec![Day::Sunday]).is_ok(), "a day goes round");
        assert!(window("2026-12-21", "2027-01-04", vec![]).is_ok());
        for (from, until, days, why) in [
            ("fri 16:00", "08:00", vec![], "`from` is a day of the week with a time, and `until` is a time of day"),
            ("fri 16:00", "mon 08:00", vec![Day::Friday], "`days` goes with times of day"),
            ("18:00", "2026-12-21", vec![Day::Friday], "`2026-12-21` is a date"),
            ("2027-01-04", "2026-12-21", vec![], "before it begins"),
            ("08:00", "08:00", vec![], "begins and ends at `08:00`"),
        ] {
            let error = window(from, until, days).unwrap_err();
            assert!(error.0.contains(why), "{from} {until}: {error}");
        }
    }

    #[test]
    fn days_stand_in_the_order_of_the_week() {
        assert_eq!(Window::of_days(vec![Day::Sunday, Day::Monday]).days(), [Day::Monday, Day::Sunday]);
    }

    #[test]
    fn a_time_zone_is_spelled_as_the_database_has_it() {
        assert_eq!(ZoneName::new("asia/shanghai").unwrap().as_str(), "Asia/Shanghai");
        for text in ["Mars/X", "+08:00", "", "Etc/Unknown"] {
            assert!(ZoneName::new(text).is_err(), "{text}");
        }
    }
}
