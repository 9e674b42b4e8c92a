//! How long what did not work is tried again: each wait twice as long as the one before, until no other fits in; or as long as a
//! server says that it wants to be left alone.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::Reply;

/// The first wait, where nobody names one.
const FIRST: Duration = Duration::from_millis(500);

/// What is left of a time.
pub struct Patience {
    limit: Duration,
    begun: Instant,
    next: Duration,
}

impl Patience {
    /// One that begins now.
    pub fn of(limit: Duration) -> Self {
        Self { limit, begun: Instant::now(), next: FIRST }
    }

    /// Waits before another try, as long as the server has named or as it is time for; whether there is one at all.
    pub fn waits(&mut self, named: Option<Duration>) -> bool {
        let next = named.unwrap_or(self.next);
        self.next *= 2;
        // What a server names may be more than any clock counts.
        let fits = self.begun.elapsed().checked_add(next).is_some_and(|end| end <= self.limit);
        if fits {
            std::thread::sleep(next);
        }
        fits
    }
}

/// How long a server wants to be left alone by its `retry-after`, in seconds or as a date by its own clock; `here`: the time where it
/// does not say its own. `None`: it does not say how long, or nobody knows what time it is there.
pub fn retry_after(reply: &Reply, here: Option<Timestamp>) -> Option<Duration> {
    let text = reply.header("retry-after")?.trim();
    text.parse().ok().map(Duration::from_secs).or_else(|| {
        let now = reply.header("date").and_then(date).or(here)?;
        Some(until(now, date(text)?))
    })
}

/// How long it is from one moment to another; nothing, where that has passed.
pub fn until(now: Timestamp, end: Timestamp) -> Duration {
    Duration::from_secs(end.as_second().saturating_sub(now.as_second()).max(0).unsigned_abs())
}

/// A moment as HTTP writes it.
pub fn date(text: &str) -> Option<Timestamp> {
    rfc2822::parse(text).ok().map(|when| when.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_one_try_and_a_wait_that_does_not_fit_is_none() {
        assert!(!Patience::of(Duration::ZERO).waits(None));
        assert!(!Patience::of(Duration::from_secs(5)).waits(Some(Duration::from_secs(60))));
        let mut short = Patience::of(Duration::from_millis(900));
        assert!(short.waits(None) && !short.waits(None), "half a second, then a whole one");
        assert!(Patience::of(Duration::from_secs(5)).waits(Some(Duration::ZERO)));
        assert!(!Patience::of(Duration::from_secs(5)).waits(Some(Duration::MAX)));
    }
}
