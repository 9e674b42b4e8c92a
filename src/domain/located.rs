//! While which of its states a pin had something: from the landing that brought it to the one that took it out, as often as it came.

use super::commit::Known;
use super::history::Change;

/// A time in which it was there, or in which that cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<'c> {
    /// Why it cannot be told whether it was there; `None`: it was.
    pub unknown: Option<String>,
    /// The landing that it began with; `None`: it stood so before the oldest change that is known.
    pub brought: Option<&'c Change>,
    /// The landing that it ended with; `None`: it stands so now.
    pub taken: Option<&'c Change>,
}

impl Span<'_> {
    /// Whether it stands so now.
    pub fn is_open(&self) -> bool {
        self.taken.is_none()
    }
}

/// The spans of a pin's past, newest first. `before`: whether it was there before the oldest of the changes, each of which tells
/// whether it was there after it.
pub fn spans<'c>(before: Known<bool>, oldest_first: Vec<(&'c Change, Known<bool>)>) -> Vec<Span<'c>> {
    let mut out: Vec<Span<'c>> = Vec::new();
    let mut open = begun(before, None);
    for (change, state) in oldest_first {
        let next = begun(state, Some(change));
        let is_same = match (&open, &next) {
            (Some(one), Some(other)) => one.unknown.is_some() == other.unknown.is_some(),
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            out.extend(open.map(|span| Span { taken: Some(change), ..span }));
            open = next;
        }
    }
    out.extend(open);
    out.reverse();
    out
}

fn begun(state: Known<bool>, brought: Option<&Change>) -> Option<Span<'_>> {
    match state {
        Known::Is(false) => None,
        Known::Is(true) => Some(Span { unknown: None, brought, taken: None }),
        Known::CannotTell(why) => Some(Span { unknown: Some(why), brought, taken: None }),
    }
}

/// Whether it was ever there: `None` where that cannot be told. `is_cut`: there may be older changes than those that were read.
pub fn was_ever(spans: &[Span<'_>], is_cut: bool) -> Option<bool> {
    let was = spans.iter().any(|span| span.unknown.is_none());
    match was || spans.is_empty() && !is_cut {
        true => Some(was),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::commit::CommitId;
    use super::super::names::{AppName, EnvName};
    use super::super::pin::Assignment;
    use super::*;
    use jiff::Timestamp;

    /// A change for each letter: `y` it is there afterwards, `n` it is not, `?` that cannot be told; the first is what stood before.
    /// The spans as places in that text.
    fn told(text: &str) -> Vec<String> {
        let state = |c: char| match c {
            'y' => Known::Is(true),
            'n' => Known::Is(false),
            _ => Known::CannotTell("no commit".into()),
        };
        let change = |number: usize| Change {
            commit: CommitId::from_bytes([number as u8; 20]),
            when: Timestamp::UNIX_EPOCH,
            app: AppName::new("web").unwrap(),
            env: EnvName::new("production").unwrap(),
            from: None,
            to: None,
            was: Assignment::default(),
            is: Assignment::default(),
        };
        let changes: Vec<Change> = (1..text.len()).map(change).collect();
        let states = changes.iter().zip(text.chars().skip(1).map(state)).collect();
        let place = |change: Option<&Change>| {
            change.map_or("-".into(), |change| changes.iter().position(|one| one == change).unwrap().to_string())
        };
        let shown = |span: &Span<'_>| {
            let sign = if span.unknown.is_some() { "?" } else { "" };
            format!("{sign}{}..{}", place(span.brought), place(span.taken))
        };
        spans(state(text.chars().next().unwrap()), states).iter().map(shown).collect()
    }

    #[test]
    fn each_time_that_it_came_is_a_span_of_its_own_newest_first() {
        assert_eq!(told("nynyy"), ["2..-", "0..1"]);
        assert_eq!(told("nyn"), ["0..1"]);
        assert_eq!(told("n"), [""; 0]);
        assert_eq!(told("nnnn"), [""; 0]);
    }

    #[test]
    fn what_stood_before_the_oldest_change_has_no_landing_that_brought_it() {
        assert_eq!(told("y"), ["-..-"]);
        assert_eq!(told("yyn"), ["-..1"]);
        assert_eq!(told("?yn"), ["0..1", "?-..0"]);
    }

    #[test]
    fn what_cannot_be_told_is_neither_there_nor_gone() {
        assert_eq!(told("ny?n"), ["?1..2", "0..1"]);
        assert_eq!(told("n??"), ["?0..-"]);
        let unknown = Span { unknown: Some("no commit".into()), brought: None, taken: None };
        let known = Span { unknown: None, ..unknown.clone() };
        assert_eq!(was_ever(std::slice::from_ref(&unknown), false), None);
        assert_eq!(was_ever(&[unknown, known], true), Some(true));
        assert_eq!((was_ever(&[], false), was_ever(&[], true)), (Some(false), None));
    }
}
