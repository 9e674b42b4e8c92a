//! Random moments and orders that can be had again: the seed is told, and `STAGELINE_SEED=N` sets it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A source of numbers (xorshift64*), the same for the same seed.
#[derive(Debug)]
pub struct Chance {
    pub seed: u64,
    state: u64,
}

impl Chance {
    /// Another one in each run, unless a seed is set.
    pub fn new() -> Self {
        let set = std::env::var("STAGELINE_SEED").ok();
        let seed = set.map(|text| text.parse().expect("STAGELINE_SEED is a number"));
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is after 1970");
        Self::of(seed.unwrap_or_else(|| u64::from(now().subsec_nanos())))
    }

    /// The numbers of this seed.
    pub fn of(seed: u64) -> Self {
        // The state may never be zero, and near seeds must not give near numbers.
        let mut chance = Self { seed, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 };
        for _ in 0..8 {
            chance.next();
        }
        chance
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from((self.next() >> 16) % end as u64).expect("it is below a usize")
    }

    /// A moment between two.
    pub fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let span = usize::try_from((most - least).as_micros()).expect("a short time");
        least + Duration::from_micros(self.below(span.max(1)) as u64)
    }

    /// Brings a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}
