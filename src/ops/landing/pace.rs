//! How long a writer waits where others write the same branch from other machines, so that nobody waits for all of them.

use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::commit::CommitInfo;
use crate::domain::trailer::Trailers;

/// A landing as old as this at most, by the clocks of two machines, tells that somebody is writing now. In seconds.
const BUSY: i64 = 2;
/// Nobody gives way for longer.
const LONGEST: Duration = Duration::from_secs(3);

/// A random part of two of the last cycles, and half as much with each race that was lost: racers come apart, and whoever
/// has waited longest is soonest at the next push. With a wait that grows with the tries one of eight waits for all others.
pub fn back_off(cycle: Duration, tries: u32) -> Duration {
    cycle.mul_f64(share() * 2.0 / 2f64.powf(f64::from(tries.max(1) - 1)))
}

/// Some cycles in which those who have lost a race go first, for a writer that only begins.
pub fn courtesy(cycle: Duration) -> Duration {
    cycle.mul_f64(4.0 + 6.0 * share()).min(LONGEST)
}

/// Whether a commit that was not known here before tells of a writer at work: one of ours, made just now.
pub fn is_busy(tip: &CommitInfo, now: Timestamp) -> bool {
    let age = now.as_second() - tip.committer.when.as_second();
    age.abs() <= BUSY && Trailers::read(&tip.message).verb.is_some()
}

/// From 0 to 1.
fn share() -> f64 {
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    (random >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const CYCLE: Duration = Duration::from_millis(100);

    #[test]
    fn whoever_has_lost_more_races_waits_at_most_half_as_long() {
        for tries in 1..8 {
            let most = CYCLE * 2 / 2u32.pow(tries - 1);
            assert!((0..200).all(|_| back_off(CYCLE, tries) <= most), "{tries}");
        }
        assert!((0..200).any(|_| back_off(CYCLE, 1) > CYCLE), "the first wait spreads over two cycles");
    }

    #[test]
    fn whoever_begins_gives_way_to_all_who_have_lost_a_race_but_not_for_long() {
        assert!((0..200).all(|_| courtesy(CYCLE) >= CYCLE * 4));
        assert!((0..200).all(|_| courtesy(Duration::from_secs(60)) <= LONGEST));
    }
}
