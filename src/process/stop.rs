//! Whether this process is to end, and whether something runs or has to be told before it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};

/// The number of a signal, as the system counts them.
pub type Signal = i32;

/// Shared by whoever is told to end (the watcher of signals) and by whoever has to act on it (each started program).
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<State>);

/// Whether the process has something to say before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    Something,
    Nothing,
}

#[derive(Debug, Default)]
struct State {
    /// 0: nobody asked.
    signal: AtomicI32,
    busy: AtomicUsize,
    tells: AtomicBool,
}

impl Stop {
    /// Asks for the end. The first signal is the one that counts.
    pub fn ask(&self, signal: Signal) {
        // Where it is set already, the end is under way.
        let _ = self.0.signal.compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// The signal that asked for the end; `None`: nobody did.
    pub fn signal(&self) -> Option<Signal> {
        Some(self.0.signal.load(Ordering::SeqCst)).filter(|signal| *signal != 0)
    }

    /// While the returned value lives, a program runs: the process does not end at once.
    pub fn busy(&self) -> Busy {
        self.0.busy.fetch_add(1, Ordering::SeqCst);
        Busy(self.clone())
    }

    /// From now on (or no longer) there is something to tell: what has landed, or may have.
    pub fn tell(&self, what: Tell) {
        self.0.tells.store(what == Tell::Something, Ordering::SeqCst);
    }

    /// Whether nothing runs and nothing has to be told.
    pub fn is_idle(&self) -> bool {
        self.0.busy.load(Ordering::SeqCst) == 0 && !self.0.tells.load(Ordering::SeqCst)
    }
}

/// See `Stop::busy`.
#[derive(Debug)]
pub struct Busy(Stop);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_signal_is_the_one_that_counts() {
        let stop = Stop::default();
        assert_eq!(stop.signal(), None);
        stop.ask(15);
        stop.clone().ask(2);
        assert_eq!(stop.signal(), Some(15));
    }

    #[test]
    fn it_is_idle_when_the_last_one_has_ended() {
        let stop = Stop::default();
        let (one, two) = (stop.busy(), stop.busy());
        drop(one);
        assert!(!stop.is_idle());
        drop(two);
        assert!(stop.is_idle());
    }
}
