//! Talking at a forge where others talk at the same time: what a token may not, what is tried again, and how long one waits.

use std::hash::{BuildHasher as _, Hasher as _};
use std::time::{Duration, Instant};

use crate::domain::refusal::{Code, Error};
use crate::forge::Door;

/// So often a comment is written at most, and so long one waits between at most.
pub const MOST: u32 = 24;
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What a forge does not let this token do, in its words; any other error is one.
///
/// # Errors
/// The forge does not answer, or does not take the token at all.
pub fn let_in<T>(done: Result<T, Error>) -> Result<Result<T, String>, Error> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Refused(why)) => Ok(Err(why.on_one_line())),
        Err(Error::Unauthenticated(why)) if why.code == Code::AccessDenied => {
            // The last of its hints is about the very call.
            Ok(Err(std::iter::once(why.on_one_line()).chain(why.hints.last().cloned()).collect::<Vec<_>>().join("; ")))
        }
        Err(error) => Err(error),
    }
}

/// Does what may be done twice again and again, for as long as the forge may take to answer: one that is written to by many at once
/// has no time for some of them.
///
/// # Errors
/// Those of the last time.
pub fn patient<T>(door: &Door, act: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    let (begun, mut round) = (Instant::now(), 0);
    loop {
        match act() {
            Err(Error::CannotTell(why)) if why.code == Code::Unreachable && begun.elapsed() < door.patience => {
                std::thread::sleep(wait(round));
                round += 1;
            }
            done => return done,
        }
    }
}

/// A text as it is compared: forges differ in how they keep the ends of lines.
pub fn plain(text: &str) -> String {
    text.replace('\r', "").trim_end().to_string()
}

/// How long one waits before the next look: a random part of a time that grows, so that those who write at once come apart.
pub fn wait(round: u32) -> Duration {
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let share = (random >> 11) as f64 / (1u64 << 53) as f64;
    (Duration::from_millis(60) * 2u32.pow(round.min(6))).min(LONGEST_WAIT).mul_f64(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_between_two_looks_grows_and_stays_bounded() {
        assert!((0..200).all(|_| wait(0) <= Duration::from_millis(60)));
        assert!((0..200).all(|_| wait(40) <= LONGEST_WAIT) && (0..200).any(|_| wait(40) > Duration::from_millis(500)));
    }
}
