//! Moments as people write them: a timestamp, a date, or a span from now.

use jiff::civil::{Date, DateTime, Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

use crate::domain::refusal::{Code, Error, Refusal};

/// Which way a bare span (`2d`) counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    Past,
    Future,
}

/// Reads a moment: RFC 3339, `2026-11-23 10:00`, `2026-11-23`, `today`, `tuesday 14:00`, `last friday`, `14:00` (all in the zone of this
/// machine; a day is its beginning), `@1795780800` (seconds since 1970), `yesterday` (24 hours ago), `2d`, `3h ago`. A weekday or a time
/// of day without a day is the nearest one in the direction that is meant.
pub fn moment(text: &str, now: Timestamp, toward: Toward) -> Result<Timestamp, Error> {
    read(text.trim(), now, toward, &TimeZone::system()).ok_or_else(|| {
        Refusal::new(Code::BadTime, format!("`{text}` is not a time"))
            .hint("write `2026-11-23T10:00:00Z`, `2026-11-23 10:00`, `2026-11-23`, `tuesday 14:00`, `14:00`, `@1795780800`, or a span such as `2d` or `36h`")
            .invalid()
    })
}

/// Whether the text reads as a moment.
pub fn is_moment(text: &str, now: Timestamp) -> bool {
    read(text.trim(), now, Toward::Past, &TimeZone::system()).is_some()
}

fn read(text: &str, now: Timestamp, toward: Toward, zone: &TimeZone) -> Option<Timestamp> {
    match text {
        "now" => return Some(now),
        "yesterday" => return now.checked_sub(24.hours()).ok(),
        "tomorrow" => return now.checked_add(24.hours()).ok(),
        _ => {}
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Some(seconds) = text.strip_prefix('@') {
        return Timestamp::from_second(seconds.parse().ok()?).ok();
    }
    if let Some(moment) = of_day(text, now, toward, zone) {
        return Some(moment);
    }
    // A date or a date and time; never with a zone, which the timestamp above would have read.
    if text.len() >= 10 && text.as_bytes().get(4) == Some(&b'-') {
        if let Ok(date_time) = text.parse::<DateTime>() {
            return zone.to_timestamp(date_time).ok();
        }
        if let Ok(date) = text.parse::<Date>() {
            return zone.to_timestamp(date.at(0, 0, 0, 0)).ok();
        }
        return None;
    }
    let (span, ago) = match text.strip_suffix("ago") {
        Some(span) => (span.trim(), true),
        None => (text, false),
    };
    let span: Span = span.parse().ok()?;
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let here = now.to_zoned_datetime(zone.clone());
    let there = if ago || toward == Toward::Past { here.checked_sub(span) } else { here.checked_add(span) };
    there.ok().map(|zoned| zoned.timestamp())
}

/// A day by its name, a time of day, or both in either order.
fn of_day(text: &str, now: Timestamp, toward: Toward, zone: &TimeZone) -> Option<Timestamp> {
    let here = now.to_zoned_datetime(zone.clone());
    let lower = text.to_ascii_lowercase();
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    let time = words.iter().position(|word| clock(word).is_some()).map(|place| words.remove(place)).and_then(clock);
    let at = |date: Date| zone.to_timestamp(date.to_datetime(time.unwrap_or(Time::midnight()))).ok();
    let today = here.date();
    let fits = |moment: &Timestamp| (*moment <= now) == (toward == Toward::Past);
    let step = if toward == Toward::Past { -1 } else { 1 };
    match words.as_slice() {
        [] => {
            time?;
            // The nearest one: today's, or that of the day before or after.
            [today, today.checked_add(step.days()).ok()?].into_iter().filter_map(at).find(fits)
        }
        ["today"] => at(today),
        ["yesterday"] => at(today.yesterday().ok()?),
        ["tomorrow"] => at(today.tomorrow().ok()?),
        ["last", day] => at(today.nth_weekday(-1, weekday(day)?).ok()?),
        ["next", day] => at(today.nth_weekday(1, weekday(day)?).ok()?),
        [day] => {
            let day = weekday(day)?;
            let nearest = today.nth_weekday(step, day).ok()?;
            let own = (today.weekday() == day).then_some(today);
            own.into_iter().chain([nearest]).filter_map(at).find(fits)
        }
        _ => None,
    }
}

/// `14:00`, `9:30`, `noon`, `midnight`.
fn clock(word: &str) -> Option<Time> {
    match word {
        "noon" => return Some(time(12, 0, 0, 0)),
        "midnight" => return Some(Time::midnight()),
        _ => {}
    }
    let (hour, minute) = word.split_once(':')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let is_whole = matches!(hour.len(), 1 | 2) && minute.len() == 2;
    Time::new(number(hour)?, number(minute)?, 0, 0).ok().filter(|_| is_whole)
}

/// A weekday by its name or the first three letters of it.
fn weekday(word: &str) -> Option<Weekday> {
    let all = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    all.into_iter().find(|(name, _)| *name == word || name[..3] == *word).map(|(_, day)| day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, toward: Toward) -> Option<String> {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        read(text, now, toward, &TimeZone::UTC).map(|t| t.to_string())
    }

    #[test]
    fn a_time_is_read_in_every_usual_form() {
        for (text, wanted) in [
            ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"),
            ("2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00Z"),
            ("2026-11-20 10:00", "2026-11-20T10:00:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2d", "2026-11-21T12:00:00Z"),
            ("36h ago", "2026-11-22T00:00:00Z"),
            ("yesterday", "2026-11-22T12:00:00Z"),
        ] {
            assert_eq!(at(text, Toward::Past).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_day_or_a_time_of_day_is_the_nearest_one_in_the_direction_that_is_meant() {
        // Now is a Monday, at noon.
        for (text, past, future) in [
            ("today", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("today 9:30", "2026-11-23T09:30:00Z", "2026-11-23T09:30:00Z"),
            ("yesterday 10:00", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
            ("tuesday", "2026-11-17T00:00:00Z", "2026-11-24T00:00:00Z"),
            ("Tue 14:00", "2026-11-17T14:00:00Z", "2026-11-24T14:00:00Z"),
            ("14:00 tuesday", "2026-11-17T14:00:00Z", "2026-11-24T14:00:00Z"),
            ("monday", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            ("monday 14:00", "2026-11-16T14:00:00Z", "2026-11-23T14:00:00Z"),
            ("last monday", "2026-11-16T00:00:00Z", "2026-11-16T00:00:00Z"),
            ("last friday", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z"),
            ("next friday 8:00", "2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z"),
            ("14:00", "2026-11-22T14:00:00Z", "2026-11-23T14:00:00Z"),
            ("9:00", "2026-11-23T09:00:00Z", "2026-11-24T09:00:00Z"),
            ("noon", "2026-11-23T12:00:00Z", "2026-11-24T12:00:00Z"),
            ("@1795780800", "2026-11-27T12:00:00Z", "2026-11-27T12:00:00Z"),
        ] {
            assert_eq!(at(text, Toward::Past).as_deref(), Some(past), "{text} before");
            assert_eq!(at(text, Toward::Future).as_deref(), Some(future), "{text} after");
        }
    }

    #[test]
    fn a_day_begins_and_a_clock_goes_as_the_zone_of_the_machine_says() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let at = |text: &str| read(text, now, Toward::Past, &zone).unwrap().to_string();
        // The night in which the clock goes back has 25 hours.
        assert_eq!(at("today"), "2026-11-01T04:00:00Z");
        assert_eq!(at("today 3:00"), "2026-11-01T08:00:00Z");
        assert_eq!(at("yesterday 23:00"), "2026-11-01T03:00:00Z");
    }

    #[test]
    fn a_span_can_count_from_now_on() {
        assert_eq!(at("2d", Toward::Future).as_deref(), Some("2026-11-25T12:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "soon",
            "main",
            "9d3e7aa1",
            "2026-13-01",
            "r15",
            "25:00",
            "9:5",
            "+9:00",
            "@",
            "@x",
            "last",
            "last 9:00",
            "tuesdays",
            "mond",
            "today today",
        ] {
            assert_eq!(at(text, Toward::Past), None, "{text}");
        }
    }
}
