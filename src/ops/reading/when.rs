//! Moments as people write them: a timestamp, a date, or a span from now.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

use crate::domain::refusal::{Code, Error, Refusal};

/// Which way a bare span (`2d`) counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    Past,
    Future,
}

/// Reads a moment: RFC 3339, `2026-11-23 10:00`, `2026-11-23` (both in the zone of this machine), `yesterday`, `2d`, `3h ago`.
pub fn moment(text: &str, now: Timestamp, toward: Toward) -> Result<Timestamp, Error> {
    read(text.trim(), now, toward, &TimeZone::system()).ok_or_else(|| {
        Refusal::new(Code::BadTime, format!("`{text}` is not a time"))
            .hint("write `2026-11-23T10:00:00Z`, `2026-11-23 10:00`, `2026-11-23`, or a span such as `2d` or `36h`")
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
    fn a_span_can_count_from_now_on() {
        assert_eq!(at("2d", Toward::Future).as_deref(), Some("2026-11-25T12:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "soon", "main", "9d3e7aa1", "2026-13-01", "r15"] {
            assert_eq!(at(text, Toward::Past), None, "{text}");
        }
    }
}
