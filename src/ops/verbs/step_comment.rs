//! The one comment on a merge request that shows its steps: made of all records of the head, and written again until it shows them all.
//!
//! Forges know no comparison before they write. So nobody reads a comment, adds to it and writes it back: each step is a record that
//! nobody else writes, the comment is only what all of them say, and whoever has written it reads everything once more. Whoever
//! writes last finds what it has not seen.

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::step::{Details, Step, StepName, StepState, Told, alone, is_page, together};
use crate::forge::{self, Comment, Door, Said, Writer, status};
use crate::records::step as record;
use crate::text::steps::steps;

use crate::ops::telling::talk::{MOST, patient, plain, wait};

/// How the names of the statuses begin.
pub const PREFIX: &str = "stageline/step/";
/// What a comment says that is no more than a record.
const BESIDE: &str = "<sub>What a step told; the comment with the table of all steps shows it.</sub>";

/// The request that is spoken to, and as whom.
pub struct Place<'d> {
    pub door: &'d Door,
    pub request: u64,
    /// Who wrote this run's status; `None`: it wrote none.
    pub status_by: Option<Writer>,
    /// Who writes its comments; a comment of anybody else is no concern of ours, whatever it begins with.
    pub me: Option<i64>,
}

/// What this run knows of its own step, whether or not the forge lists it already.
pub struct Own {
    pub commit: CommitId,
    pub told: Option<Told>,
    pub details: Option<Details>,
}

/// Where the steps are shown.
pub struct Shown {
    pub page: Option<String>,
    /// Whether the last look found nothing that it lacks.
    pub is_whole: bool,
}

/// What stood at the forge at one look.
struct Look {
    head: CommitId,
    /// Our comments of all steps, the oldest first.
    marked: Vec<Comment>,
    /// Our comments with details of another head.
    old: Vec<u64>,
    steps: Vec<Step>,
}

/// What a status has of a line, at every forge: GitHub takes no character that needs four bytes.
pub fn fit(line: &str) -> String {
    status::description(&line.replace(|c| c > '\u{ffff}', "\u{fffd}"))
}

impl Place<'_> {
    fn is_mine(&self, comment: &Comment) -> bool {
        self.me.is_some() && comment.by == Writer(self.me)
    }

    /// Shows the steps of the request's head in its one comment.
    ///
    /// # Errors
    /// The forge does not let this token write a comment, or does not answer.
    pub fn show(&self, own: &Own) -> Result<Shown, Error> {
        let mut page = None;
        // Who does not know its own comments would write one more each time.
        let rounds = if self.me.is_some() { MOST } else { 0 };
        for round in 0..rounds {
            let look = self.look(own)?;
            let text = format!("{}\n{}", record::mark(look.head), steps(Some(look.head), &look.steps));
            let (kept, others) = match look.marked.split_first() {
                Some((first, others)) => (Some(first), others),
                None => (None, &[][..]),
            };
            page = kept.and_then(|kept| kept.page.clone()).or(page);
            // Two that began at once have each written one: the oldest stays.
            for other in others.iter().map(|other| other.number).chain(look.old) {
                self.remove(other)?;
            }
            let is_same = kept.is_some_and(|kept| plain(&kept.body) == plain(&text));
            if look.steps.is_empty() || (is_same && others.is_empty()) {
                return Ok(Shown { page, is_whole: true });
            }
            match kept {
                Some(kept) if !is_same => {
                    self.rewrite(kept.number, &text)?;
                }
                Some(_) => {}
                None => page = forge::talking(self.door).comment(self.request, &text)?.and_then(|made| made.page),
            }
            std::thread::sleep(wait(round));
        }
        Ok(Shown { page, is_whole: false })
    }

    /// Comments before the head: those with details of a head that is newer than the one that is read would go otherwise.
    fn look(&self, own: &Own) -> Result<Look, Error> {
        let mine = self.comments()?;
        let found = forge::of(self.door).one(self.request)?;
        let head = found.head.unwrap_or(own.commit);
        let details = || mine.iter().filter_map(|one| Some((one.number, record::read(&one.body)?)));
        let of_head: Vec<Details> = details().map(|(_, one)| one).filter(|one| one.head == head).collect();
        let steps = self.steps(head, of_head, own)?;
        let old = details().filter(|(_, one)| one.head != head).map(|(number, _)| number).collect();
        let marked = mine.iter().filter(|one| record::is_marked(&one.body)).cloned().collect();
        Ok(Look { head, marked, old, steps })
    }

    fn comments(&self) -> Result<Vec<Comment>, Error> {
        let mut mine = forge::talking(self.door).comments(self.request)?;
        mine.retain(|one| self.is_mine(one));
        Ok(mine)
    }

    fn steps(&self, head: CommitId, mut details: Vec<Details>, own: &Own) -> Result<Vec<Step>, Error> {
        let by = self.status_by.unwrap_or(Writer(self.me));
        let is_known = self.status_by.is_some() || self.me.is_some();
        let all = forge::talking(self.door).said(head, PREFIX)?;
        let mut told: Vec<Told> = all.iter().filter(|one| is_known && one.by == by).filter_map(read).collect();
        if own.commit == head {
            add(&mut told, &mut details, own);
        }
        Ok(together(&told, &details, fit))
    }

    /// Writes the comment with what a status has no room for, in the place of what an earlier run of the step left; and without
    /// details only takes that away. From then on this run knows whose comments are its own.
    ///
    /// # Errors
    /// The forge does not let this token write a comment, or does not answer.
    pub fn keep(&mut self, of: (&StepName, CommitId), details: Option<&Details>) -> Result<(), Error> {
        let mut earlier = self.records(of)?;
        if let Some(details) = details {
            let text = format!("{}\n{BESIDE}", record::write(details));
            let mut round = 0;
            while !self.is_kept(earlier.last(), &text)? {
                // There was no answer: it may be there, and then it is not written once more.
                if round == MOST {
                    return Err(self.door.strange("an answer to a comment"));
                }
                std::thread::sleep(wait(round));
                (round, earlier) = (round + 1, self.records(of)?);
            }
            earlier = self.records(of)?;
            earlier.pop();
        }
        for one in earlier {
            self.remove(one.number)?;
        }
        Ok(())
    }

    /// Our records of one step of a head, oldest first.
    fn records(&self, (name, head): (&StepName, CommitId)) -> Result<Vec<Comment>, Error> {
        let mut mine = self.comments()?;
        mine.retain(|one| record::read(&one.body).is_some_and(|old| old.name == *name && old.head == head));
        Ok(mine)
    }

    /// Writes a record, into the newest comment with one where there is any; whether it is there for sure.
    fn is_kept(&mut self, newest: Option<&Comment>, text: &str) -> Result<bool, Error> {
        match newest {
            Some(newest) if plain(&newest.body) == plain(text) => Ok(true),
            Some(newest) => self.rewrite(newest.number, text),
            None => {
                let made = forge::talking(self.door).comment(self.request, text)?;
                self.me = self.me.or(made.as_ref().and_then(|made| made.by.0));
                Ok(made.is_some())
            }
        }
    }

    fn rewrite(&self, comment: u64, text: &str) -> Result<bool, Error> {
        patient(self.door, || forge::talking(self.door).rewrite(self.request, comment, text))
    }

    fn remove(&self, comment: u64) -> Result<(), Error> {
        patient(self.door, || forge::talking(self.door).remove(self.request, comment))
    }

    /// The steps as far as this token sees them, for who may write no comment.
    pub fn seen(&self, head: CommitId, own: &Own) -> Vec<Step> {
        let details = self.comments().unwrap_or_default();
        let details = details.iter().filter_map(|one| record::read(&one.body)).filter(|one| one.head == head).collect();
        self.steps(head, details, own).unwrap_or_else(|_| own.details.iter().map(alone).collect())
    }
}

/// Adds what this run has written, where the list is of a moment before.
fn add(told: &mut Vec<Told>, details: &mut Vec<Details>, own: &Own) {
    if let Some(one) = &own.told {
        let is_same = |other: &Told| other.name == one.name && other.state == one.state && other.line == one.line;
        // At GitLab a status that waits becomes the one that it ends as.
        let is_gone = one.state == StepState::Running && told.iter().any(|other| other.name == one.name);
        if !is_gone && !told.iter().any(is_same) {
            told.push(one.clone());
        }
    }
    if let Some(one) = &own.details
        && !details.contains(one)
        && (own.told.is_some() || !told.iter().any(|other| other.name == one.name))
    {
        details.push(one.clone());
    }
}

/// A status as one of a step; `None`: it is none that this program writes.
fn read(said: &Said) -> Option<Told> {
    let word = said.description.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let state = match (said.state.as_str(), StepState::of(word)) {
        ("success", Some(StepState::Skipped)) => StepState::Skipped,
        ("success" | "warning", _) => StepState::Passed,
        ("failure" | "failed" | "error" | "canceled", _) => StepState::Failed,
        ("skipped", _) => StepState::Skipped,
        _ => StepState::Running,
    };
    Some(Told {
        name: StepName::new(&said.name).ok()?,
        state,
        line: said.description.clone(),
        page: said.page.clone().filter(|page| is_page(page)),
        began: said.began,
        at: said.at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, state: &str, description: &str) -> Said {
        let page = Some("https://ci.example.com/7".into());
        Said {
            name: name.into(),
            state: state.into(),
            description: description.into(),
            page,
            by: Writer(Some(1)),
            began: None,
            at: None,
        }
    }

    #[test]
    fn the_words_of_all_forges_are_the_states_of_a_step() {
        use StepState::{Failed, Passed, Running, Skipped};
        for (state, line, wanted) in [
            ("pending", "running", Running),
            ("running", "running", Running),
            ("created", "", Running),
            ("success", "passed: 3 tests", Passed),
            ("success", "skipped", Skipped),
            ("success", "skippedy", Passed),
            ("skipped", "skipped", Skipped),
            ("failure", "failed", Failed),
            ("failed", "skipped", Failed),
            ("error", "x", Failed),
            ("canceled", "x", Failed),
        ] {
            assert_eq!(read(&said("build", state, line)).map(|one| one.state), Some(wanted), "{state} {line}");
        }
        assert_eq!(read(&said("a b", "success", "passed")), None);
        let mut odd = said("build", "success", "passed");
        odd.page = Some("javascript:alert(1)".into());
        assert_eq!(read(&odd).and_then(|one| one.page), None);
    }

    #[test]
    fn what_a_status_says_is_what_every_forge_takes() {
        assert_eq!(fit("passed \u{1f389} \u{20ac}"), "passed \u{fffd} \u{20ac}");
        assert_eq!(fit(&"x".repeat(500)).chars().count(), 140);
    }
}
