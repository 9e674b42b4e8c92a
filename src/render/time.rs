//! Moments: relative for somebody who looks at a terminal, RFC 3339 everywhere else.

use jiff::Timestamp;

use super::look::Look;

/// `2 h ago` on a terminal, `2026-11-23T10:00:00Z` elsewhere.
pub(super) fn moment(when: Timestamp, look: &Look) -> String {
    match look.now {
        Some(now) => relative(when, now),
        None => exact(when),
    }
}

/// How long something has been so: `2 h` on a terminal, the moment it began elsewhere.
pub(super) fn age(since: Timestamp, look: &Look) -> String {
    match look.now {
        Some(now) => span(now.as_second() - since.as_second()),
        None => exact(since),
    }
}

/// RFC 3339 in UTC, whole seconds.
pub(super) fn exact(when: Timestamp) -> String {
    Timestamp::from_second(when.as_second()).unwrap_or(when).to_string()
}

fn relative(when: Timestamp, now: Timestamp) -> String {
    match now.as_second() - when.as_second() {
        -59..60 => "just now".to_string(),
        seconds @ 60.. => format!("{} ago", span(seconds)),
        seconds => format!("in {}", span(-seconds)),
    }
}

/// The largest unit that fits, whole.
fn span(seconds: i64) -> String {
    const UNITS: [(i64, &str); 5] =
        [(365 * 86_400, "y"), (30 * 86_400, "mo"), (86_400, "d"), (3_600, "h"), (60, "min")];
    let seconds = seconds.max(0);
    match UNITS.iter().find(|(unit, _)| seconds >= *unit) {
        Some((unit, name)) => format!("{} {name}", seconds / unit),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_terminal_shows_the_largest_whole_unit() {
        let look = Look { colour: false, width: None, now: Some(at("2026-11-23T12:00:00Z")) };
        for (when, shown) in [
            ("2026-11-23T11:59:30Z", "just now"),
            ("2026-11-23T11:48:00Z", "12 min ago"),
            ("2026-11-23T09:59:59Z", "2 h ago"),
            ("2026-11-20T12:00:00Z", "3 d ago"),
            ("2026-08-01T12:00:00Z", "3 mo ago"),
            ("2024-11-01T12:00:00Z", "2 y ago"),
            ("2026-11-25T12:00:00Z", "in 2 d"),
        ] {
            assert_eq!(moment(at(when), &look), shown);
        }
        assert_eq!(age(at("2026-11-23T11:59:30Z"), &look), "30 s");
    }

    #[test]
    fn a_file_gets_the_exact_moment_in_whole_seconds() {
        let look = Look { colour: false, width: None, now: None };
        assert_eq!(moment(at("2026-11-23T11:59:30.123Z"), &look), "2026-11-23T11:59:30Z");
    }
}
