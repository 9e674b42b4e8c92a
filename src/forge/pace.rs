//! How fast a forge is written to: one call at a time, with a pause between two, and no more of them than it takes in an hour.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::settings::ForgeKind;

const HOUR: Duration = Duration::from_secs(3600);

/// What a forge takes of calls that write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Between two of them.
    pub pause: Duration,
    /// In an hour; `None`: nobody has said.
    pub an_hour: Option<usize>,
}

impl Budget {
    /// That of a kind of forge at a host. GitHub (docs.github.com, "Best practices for using the REST API": "wait at least one second
    /// between each request"; "Rate limits for the REST API": no more than 80 content-generating requests a minute and 500 an hour).
    /// A second apart, the 80 of a minute are never reached. An Enterprise Server has the limits that its administrator sets.
    pub fn of(kind: ForgeKind, host: &str) -> Self {
        match kind {
            ForgeKind::Github => {
                let is_githubs_own = host == "github.com" || host.ends_with(".ghe.com");
                Self { pause: Duration::from_secs(1), an_hour: is_githubs_own.then_some(500) }
            }
            _ => Self { pause: Duration::ZERO, an_hour: None },
        }
    }

    /// How long the next call has to wait, where those before it went at these times.
    fn wait(&self, gone: &VecDeque<Duration>, now: Duration) -> Duration {
        let after_the_last = gone.back().map(|last| *last + self.pause);
        let fits_the_hour = self.an_hour.and_then(|most| Some(*gone.get(gone.len().checked_sub(most)?)? + HOUR));
        let at = after_the_last.into_iter().chain(fits_the_hour).max().unwrap_or_default();
        at.saturating_sub(now)
    }
}

/// The calls of this run that wrote.
pub struct Pace {
    budget: Budget,
    begun: Instant,
    /// When each of the last hour went, oldest first.
    gone: Mutex<VecDeque<Duration>>,
}

impl Pace {
    /// One that has written nothing yet.
    pub fn of(budget: Budget) -> Self {
        Self { budget, begun: Instant::now(), gone: Mutex::default() }
    }

    /// Lets the next call go when it is time for it. Where that is later than `patience` from now, how long it is, at once.
    pub fn go(&self, patience: Duration) -> Result<(), Duration> {
        let (mut gone, now) = (self.gone(), self.begun.elapsed());
        let wait = self.fits(&gone, now, patience)?;
        std::thread::sleep(wait);
        gone.push_back(now + wait);
        Ok(())
    }

    /// The pause before the next call begins now: the one that went is answered.
    pub fn answered(&self) {
        let now = self.begun.elapsed();
        if let Some(last) = self.gone().back_mut() {
            *last = now;
        }
    }

    /// Whether so many calls would go, one after the other; where they would not, how long the first that has to wait longer waits.
    pub fn takes(&self, calls: usize, patience: Duration) -> Result<(), Duration> {
        let (mut gone, mut now) = (self.gone().clone(), self.begun.elapsed());
        for _ in 0..calls {
            now += self.fits(&gone, now, patience)?;
            gone.push_back(now);
        }
        Ok(())
    }

    fn fits(&self, gone: &VecDeque<Duration>, now: Duration, patience: Duration) -> Result<Duration, Duration> {
        let wait = self.budget.wait(gone, now);
        if wait > patience.max(self.budget.pause) { Err(wait) } else { Ok(wait) }
    }

    /// Those of the last hour.
    fn gone(&self) -> MutexGuard<'_, VecDeque<Duration>> {
        // Whoever panicked with it has written nothing more.
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.begun.elapsed();
        while gone.front().is_some_and(|first| *first + HOUR <= now) {
            gone.pop_front();
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(all: impl IntoIterator<Item = u64>) -> VecDeque<Duration> {
        all.into_iter().map(Duration::from_secs).collect()
    }

    const GITHUB: Budget = Budget { pause: Duration::from_secs(1), an_hour: Some(500) };

    #[test]
    fn at_github_two_calls_go_a_second_apart_and_elsewhere_at_once() {
        assert_eq!(Budget::of(ForgeKind::Github, "github.com"), GITHUB);
        assert_eq!(Budget::of(ForgeKind::Github, "shop.ghe.com"), GITHUB);
        assert_eq!(Budget::of(ForgeKind::Github, "github.corp.example.com").an_hour, None);
        let half = Duration::from_millis(500);
        assert_eq!(GITHUB.wait(&at([]), Duration::ZERO), Duration::ZERO);
        assert_eq!(GITHUB.wait(&at([7]), Duration::from_secs(7) + half), half);
        assert_eq!(GITHUB.wait(&at([7]), Duration::from_secs(9)), Duration::ZERO);
        for kind in [ForgeKind::Gitlab, ForgeKind::Gitea] {
            assert_eq!(Budget::of(kind, "x").wait(&at([7]), Duration::from_secs(7)), Duration::ZERO);
        }
    }

    #[test]
    fn the_call_after_five_hundred_waits_for_the_hour_of_the_first_of_them() {
        let seconds = Duration::from_secs;
        assert_eq!(GITHUB.wait(&at(0..499), seconds(499)), Duration::ZERO);
        assert_eq!(GITHUB.wait(&at(0..500), seconds(500)), seconds(3100));
        assert_eq!(GITHUB.wait(&at(10..510), seconds(3609)), seconds(1));
        assert_eq!(GITHUB.wait(&at(10..510), seconds(3700)), Duration::ZERO);
    }

    #[test]
    fn a_wait_that_nobody_has_the_patience_for_is_told_and_one_between_two_calls_always_fits() {
        let pace = Pace::of(Budget { pause: Duration::from_millis(20), an_hour: Some(2) });
        assert_eq!((pace.takes(2, Duration::ZERO).is_ok(), pace.takes(3, Duration::ZERO).is_ok()), (true, false));
        assert_eq!(pace.go(Duration::ZERO), Ok(()));
        std::thread::sleep(Duration::from_millis(30));
        pace.answered();
        let answered = Instant::now();
        assert_eq!(pace.go(Duration::ZERO), Ok(()));
        assert!(answered.elapsed() >= Duration::from_millis(19), "the pause is between an answer and the next call");
        assert!(pace.takes(1, HOUR).is_ok() && pace.takes(1, Duration::from_secs(60)).is_err());
        let Err(left) = pace.go(Duration::from_secs(60)) else { panic!("a third one in this hour") };
        assert!(left > Duration::from_secs(3500) && left <= HOUR, "{left:?}");
    }

    #[test]
    fn no_minute_of_a_long_run_has_more_than_eighty_and_no_hour_more_than_five_hundred() {
        let (mut gone, mut now) = (VecDeque::new(), Duration::ZERO);
        for _ in 0..1600 {
            now += GITHUB.wait(&gone, now);
            gone.push_back(now);
        }
        for (window, most) in [(Duration::from_secs(60), 80), (HOUR, 500)] {
            let in_it = |first: &Duration| gone.iter().filter(|at| **at >= *first && **at < *first + window).count();
            assert!(gone.iter().step_by(7).all(|first| in_it(first) <= most), "{window:?}");
        }
        assert!(now < 3 * HOUR + Duration::from_secs(500), "{now:?}");
    }
}
