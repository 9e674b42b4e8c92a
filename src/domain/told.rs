//! What was told to sinks: marks on a branch that only grows, so that each landing is told once to each, whoever runs and however often.

use jiff::{SignedDuration, Timestamp};

use super::path::RepoPath;

/// The branch that marks are on.
pub const BRANCH: &str = "stageline/told";
/// A run that has begun to tell something and said nothing for so long has died: whether it told nobody knows. One sink takes less
/// than a minute, and several are told one after the other.
const SILENT: SignedDuration = SignedDuration::from_mins(3);

/// What somebody says of telling something to a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkWord {
    /// They begin.
    Sending,
    Told,
    /// Nobody was told; it may be tried again.
    NotTold,
    /// It may have been told.
    Unknown,
}

impl MarkWord {
    const WORDS: [(&str, Self); 4] =
        [("sending", Self::Sending), ("told", Self::Told), ("not-told", Self::NotTold), ("unknown", Self::Unknown)];

    /// Its word, which ends the name of its file.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, one)| *one == self).map_or("", |(word, _)| word)
    }

    /// The one that a word means.
    pub fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(own, _)| *own == word).map(|(_, one)| *one)
    }
}

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What is told: the commit of a landing.
    pub id: String,
    /// The sink, by its key.
    pub sink: String,
    /// The how many-th try it is, from 1.
    pub attempt: u32,
    pub word: MarkWord,
    /// What later messages of the thread are sent with.
    pub reference: Option<String>,
    /// Why it was not told.
    pub why: Option<String>,
    pub at: Timestamp,
    /// What tells two runs apart that say the same at once.
    pub run: String,
}

impl Mark {
    /// Its file, which no other run writes: `told/8f/8f3c.../slack-1a2b3c4d/1-sending-5e0c11ab.json`.
    ///
    /// # Errors
    /// A part of it is no name of a file.
    pub fn path(&self) -> Result<RepoPath, String> {
        let run = self.run.get(..8).ok_or("its run has no name")?;
        let name = format!("{}/{}/{}-{}-{run}.json", folder(&self.id)?, self.sink, self.attempt, self.word.word());
        RepoPath::new(&name).map_err(|why| why.to_string())
    }
}

/// The folder of the marks of a landing.
///
/// # Errors
/// The id is no name of a folder.
pub fn folder(id: &str) -> Result<RepoPath, String> {
    let start = id.get(..2).ok_or("it is too short")?;
    RepoPath::new(&format!("told/{start}/{id}")).map_err(|why| why.to_string())
}

/// Whether something is still to be told to a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is, and this would be the how many-th try.
    Due(u32),
    /// It was; the next try, where somebody wants it told again.
    Told(u32),
    /// Another run has just begun.
    Begun,
    /// It may have been told, and is not told again by itself; the next try.
    Unknown(u32),
}

impl Standing {
    /// What the marks of one landing and sink come to, in any order.
    pub fn of<'m>(marks: impl Iterator<Item = &'m Mark>, now: Timestamp) -> Self {
        let marks: Vec<&Mark> = marks.collect();
        let Some(last) = marks.iter().map(|mark| mark.attempt).max() else { return Self::Due(1) };
        if marks.iter().any(|mark| mark.word == MarkWord::Told) {
            return Self::Told(last.saturating_add(1));
        }
        let of_last = |word| marks.iter().find(|mark| mark.attempt == last && mark.word == word);
        let next = last.saturating_add(1);
        match (of_last(MarkWord::Unknown), of_last(MarkWord::NotTold), of_last(MarkWord::Sending)) {
            (Some(_), ..) => Self::Unknown(next),
            (None, Some(_), _) => Self::Due(next),
            (None, None, Some(begun)) if now.duration_since(begun.at) < SILENT => Self::Begun,
            (None, None, _) => Self::Unknown(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn mark(attempt: u32, word: MarkWord, minutes_ago: i64) -> Mark {
        Mark {
            id: "8f3c".repeat(10),
            sink: "slack-1a2b3c4d".into(),
            attempt,
            word,
            reference: None,
            why: None,
            at: now() - SignedDuration::from_mins(minutes_ago),
            run: "5e0c11ab99".into(),
        }
    }

    fn standing(marks: &[Mark]) -> Standing {
        Standing::of(marks.iter(), now())
    }

    #[test]
    fn what_nobody_began_to_tell_is_due_and_what_was_told_is_not() {
        use MarkWord::{Sending, Told};
        assert_eq!(standing(&[]), Standing::Due(1));
        assert_eq!(standing(&[mark(1, Sending, 5), mark(1, Told, 5)]), Standing::Told(2));
        assert_eq!(standing(&[mark(1, Told, 5)]), Standing::Told(2), "also where its beginning is not seen");
    }

    #[test]
    fn one_run_tells_at_a_time_and_one_that_died_leaves_it_open_whether_it_did() {
        assert_eq!(standing(&[mark(1, MarkWord::Sending, 1)]), Standing::Begun);
        assert_eq!(standing(&[mark(1, MarkWord::Sending, 11)]), Standing::Unknown(2));
        // A clock that is behind is no reason to tell twice.
        assert_eq!(standing(&[mark(1, MarkWord::Sending, -60)]), Standing::Begun);
    }

    #[test]
    fn what_was_not_told_is_tried_again_and_what_may_have_been_is_not() {
        use MarkWord::{NotTold, Sending, Told, Unknown};
        let failed = [mark(1, Sending, 30), mark(1, NotTold, 30)];
        assert_eq!(standing(&failed), Standing::Due(2));
        let again = [failed.as_slice(), &[mark(2, Sending, 1)]].concat();
        assert_eq!(standing(&again), Standing::Begun);
        assert_eq!(standing(&[again.as_slice(), &[mark(2, Unknown, 1)]].concat()), Standing::Unknown(3));
        assert_eq!(standing(&[again.as_slice(), &[mark(2, Told, 1)]].concat()), Standing::Told(3));
    }

    #[test]
    fn a_mark_has_a_file_of_its_own() {
        let path = mark(2, MarkWord::NotTold, 0).path().unwrap();
        assert_eq!(path.as_str(), format!("told/8f/{}/slack-1a2b3c4d/2-not-told-5e0c11ab.json", "8f3c".repeat(10)));
        assert!(folder("8").is_err() && folder("..").is_err());
    }
}
