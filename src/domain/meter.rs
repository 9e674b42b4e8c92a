//! How far long work is: said by whoever works, heard by whoever shows it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Where work says how far it is. Clones are one and the same; as long as nobody listens, what is said costs nothing.
#[derive(Clone, Default)]
pub struct Meter(Arc<RwLock<Option<Listener>>>);

type Listener = Box<dyn Fn(&Told) + Send + Sync>;

/// What work says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Something slow begins, which ends what was said before.
    Begun(String),
    /// So far it is.
    Far(Far),
    /// One more of these, in the plural, is done: how many there will be is not known.
    One(&'static str),
}

/// So much of so many; of an unknown number where `of` is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Far {
    pub done: u64,
    pub of: Option<u64>,
    /// What is counted, in the plural.
    pub what: &'static str,
}

impl fmt::Display for Far {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            Some(of) => write!(f, "{} of {} {}", grouped(self.done), grouped(of), self.what),
            None => write!(f, "{} {}", grouped(self.done), self.what),
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meter").field(&self.is_heard()).finish()
    }
}

impl Meter {
    /// From now on this one listens, in place of who did before. It is called on any thread, and often.
    pub fn heard_by(&self, listener: impl Fn(&Told) + Send + Sync + 'static) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(listener));
    }

    pub fn is_heard(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub fn begin(&self, what: impl Into<String>) {
        self.tell(|| Told::Begun(what.into()));
    }

    pub fn far(&self, far: Far) {
        self.tell(|| Told::Far(far));
    }

    /// One more of these, in the plural, is done. Where the work says as well of how many, that counts.
    pub fn one(&self, what: &'static str) {
        self.tell(|| Told::One(what));
    }

    fn tell(&self, told: impl FnOnce() -> Told) {
        if let Some(listener) = &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            listener(&told());
        }
    }

    /// Counts what is done one by one, on any thread.
    pub fn count(&self, what: &'static str, of: usize) -> Count {
        Count { meter: self.clone(), done: AtomicU64::new(0), of: of as u64, what }
    }
}

/// See `Meter::count`.
#[derive(Debug)]
pub struct Count {
    meter: Meter,
    done: AtomicU64,
    of: u64,
    what: &'static str,
}

impl Count {
    /// One more is done.
    pub fn one(&self) {
        if self.meter.is_heard() {
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            self.meter.far(Far { done, of: Some(self.of), what: self.what });
        }
    }
}

/// `12,345`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;

    fn listened(work: impl Fn(&Meter)) -> Vec<String> {
        let (meter, heard) = (Meter::default(), Arc::new(Mutex::new(Vec::new())));
        let into = Arc::clone(&heard);
        meter.clone().heard_by(move |told| {
            into.lock().unwrap_or_else(PoisonError::into_inner).push(match told {
                Told::Begun(what) => what.clone(),
                Told::Far(far) => far.to_string(),
                Told::One(what) => format!("one of {what}"),
            });
        });
        work(&meter);
        let out = heard.lock().unwrap_or_else(PoisonError::into_inner);
        out.clone()
    }

    #[test]
    fn who_listens_hears_every_clone() {
        let heard = listened(|meter| {
            meter.clone().begin("reading");
            let count = meter.count("files", 2);
            count.one();
            count.one();
            meter.far(Far { done: 1_234_567, of: None, what: "commits" });
            meter.one("files");
        });
        assert_eq!(heard, ["reading", "1 of 2 files", "2 of 2 files", "1,234,567 commits", "one of files"]);
    }

    #[test]
    fn where_nobody_listens_nothing_happens() {
        let meter = Meter::default();
        meter.begin("reading");
        meter.count("files", 2).one();
        assert!(!meter.is_heard());
    }

    #[test]
    fn long_numbers_are_grouped() {
        for (number, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (100_000, "100,000")] {
            assert_eq!(grouped(number), shown);
        }
    }
}
