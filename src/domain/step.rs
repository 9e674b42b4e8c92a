//! A step of a source's pipeline: what is told of it, and what all that was told of the steps of one head comes to.

use std::fmt;

use jiff::Timestamp;

use super::commit::CommitId;
use super::steering::one_line;

/// So many characters a name of a step or of a link has at most.
const LONGEST_NAME: usize = 60;
/// So many characters what a step says has at most, and the address of a page.
const LONGEST_LINE: usize = 500;
const LONGEST_PAGE: usize = 1000;
/// So many links a step has at most, so many failed tests are told by name, and so many lines of each.
pub const MOST_LINKS: usize = 20;
pub const MOST_TESTS: usize = 50;
pub const MOST_LINES: usize = 5;

/// What a step is called: a part of the name of a commit status.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepName(String);

impl StepName {
    /// A name that is fit for one.
    ///
    /// # Errors
    /// Why it is not.
    pub fn new(text: &str) -> Result<Self, String> {
        let is_fit = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        match () {
            () if text.is_empty() || text.len() > LONGEST_NAME => {
                Err(format!("a step's name has 1 to {LONGEST_NAME} characters"))
            }
            () if !text.chars().all(is_fit) || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) => {
                Err("a step's name has letters, digits, `.`, `_` and `-`, and begins with a letter or a digit".into())
            }
            () => Ok(Self(text.to_string())),
        }
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What became of a step so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Running,
    Passed,
    Failed,
    Skipped,
}

impl StepState {
    /// All of them.
    pub const ALL: [StepState; 4] = [StepState::Running, StepState::Passed, StepState::Failed, StepState::Skipped];

    /// Its word, which is also how what a step says begins.
    pub fn word(self) -> &'static str {
        match self {
            StepState::Running => "running",
            StepState::Passed => "passed",
            StepState::Failed => "failed",
            StepState::Skipped => "skipped",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A page that a step leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub name: String,
    pub page: String,
}

impl Link {
    /// A link of a name and the address of a page.
    ///
    /// # Errors
    /// Why it is none.
    pub fn new(name: &str, page: &str) -> Result<Self, String> {
        let is_named = !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME && one_line(name) == name;
        if !is_named {
            return Err(format!("the name of a link is one line of 1 to {LONGEST_NAME} characters"));
        }
        if !is_page(page) {
            return Err(format!(
                "the address of a link begins with `https://` or `http://`, has no password, and at most {LONGEST_PAGE} characters"
            ));
        }
        Ok(Self { name: name.to_string(), page: page.to_string() })
    }
}

/// Whether a text is the address of a page that may be shown.
pub fn is_page(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = text.len() <= LONGEST_PAGE && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain && !host.is_empty() && !host.contains(['@', '\\'])
}

/// A test that failed, with the first lines of what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTest {
    pub name: String,
    pub lines: Vec<String>,
}

/// What a step tells beside what fits into a commit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    pub name: StepName,
    /// The commit that it ran for.
    pub head: CommitId,
    pub state: StepState,
    /// What it says, whole; the status has the beginning of it.
    pub line: String,
    /// The page of its job.
    pub page: Option<String>,
    pub links: Vec<Link>,
    pub failed: Vec<FailedTest>,
    /// How many more tests failed than are told.
    pub more: usize,
    /// Whether there is no status beside it: the token may not write one.
    pub is_alone: bool,
}

impl Details {
    /// Whether a status cannot say all of it. `fit`: what a status has of the line.
    pub fn are_more_than(&self, fit: &str) -> bool {
        !self.links.is_empty() || !self.failed.is_empty() || self.more > 0 || self.line != fit
    }

    /// What makes them too long for a record goes, the last test first.
    pub fn bounded(mut self) -> Self {
        self.line = self.line.chars().take(LONGEST_LINE).collect();
        self.links.truncate(MOST_LINKS);
        self.more += self.failed.len().saturating_sub(MOST_TESTS);
        self.failed.truncate(MOST_TESTS);
        for test in &mut self.failed {
            test.lines.truncate(MOST_LINES);
        }
        self
    }

    /// The same with one failed test less; `None`: there is none.
    pub fn shorter(mut self) -> Option<Self> {
        self.failed.pop()?;
        self.more += 1;
        Some(self)
    }
}

/// A commit status that tells of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub name: StepName,
    pub state: StepState,
    pub line: String,
    pub page: Option<String>,
    /// When that began, where this one status says it.
    pub began: Option<Timestamp>,
    /// When it was told, by the forge's clock.
    pub at: Option<Timestamp>,
}

/// A step, from all that was told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: StepName,
    pub state: StepState,
    pub line: String,
    pub page: Option<String>,
    pub began: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub links: Vec<Link>,
    pub failed: Vec<FailedTest>,
    pub more: usize,
}

/// The steps of one head. `told`: its statuses, oldest first; `details`: those of this head, oldest first; `fit`: what a status has of a line.
///
/// The newest status of a step says what became of it. Details belong to it where they say the same: what an earlier run of that step
/// left is none of it. Of details without a status the newest count.
pub fn together(told: &[Told], details: &[Details], fit: impl Fn(&str) -> String) -> Vec<Step> {
    let mut names: Vec<&StepName> = Vec::new();
    for name in told.iter().map(|one| &one.name).chain(details.iter().filter(|one| one.is_alone).map(|one| &one.name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of = |name: &StepName| {
        let mut own = told.iter().filter(|one| one.name == *name).rev();
        let all = details.iter().filter(|one| one.name == *name).rev();
        let Some(newest) = own.next() else { return all.into_iter().find(|one| one.is_alone).map(alone) };
        let is_of = |one: &&Details| one.state == newest.state && fit(&one.line) == newest.line;
        let more = all.into_iter().find(is_of);
        let earlier: Vec<&Told> = own.take_while(|one| one.state == StepState::Running).collect();
        let is_over = newest.state != StepState::Running;
        let first = earlier.last().copied().or((!is_over).then_some(newest));
        Some(Step {
            name: name.clone(),
            state: newest.state,
            line: more.map_or(&newest.line, |more| &more.line).clone(),
            page: newest.page.clone(),
            began: newest.began.or(first.and_then(|first| first.at)),
            ended: newest.at.filter(|_| is_over),
            links: more.map_or(Vec::new(), |more| more.links.clone()),
            failed: more.map_or(Vec::new(), |more| more.failed.clone()),
            more: more.map_or(0, |more| more.more),
        })
    };
    names.into_iter().filter_map(of).collect()
}

/// A step of which only its details are told.
pub fn alone(details: &Details) -> Step {
    Step {
        name: details.name.clone(),
        state: details.state,
        line: details.line.clone(),
        page: details.page.clone(),
        began: None,
        ended: None,
        links: details.links.clone(),
        failed: details.failed.clone(),
        more: details.more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> StepName {
        StepName::new(text).unwrap()
    }

    fn told(step: &str, state: StepState, line: &str, at: i64) -> Told {
        let at = Timestamp::from_second(at).ok();
        Told { name: name(step), state, line: line.into(), page: None, began: None, at }
    }

    fn details(step: &str, state: StepState, line: &str) -> Details {
        Details {
            name: name(step),
            head: CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap(),
            state,
            line: line.into(),
            page: None,
            links: vec![Link::new("preview", "https://pr-12.example.com").unwrap()],
            failed: Vec::new(),
            more: 0,
            is_alone: false,
        }
    }

    fn whole(line: &str) -> String {
        line.to_string()
    }

    #[test]
    fn a_name_is_a_part_of_the_name_of_a_status_and_nothing_else() {
        for text in ["build", "test-linux_1.95", "7", &"x".repeat(60)] {
            assert!(StepName::new(text).is_ok(), "{text}");
        }
        for text in ["", "-x", ".x", "a b", "a/b", "a|b", "<b>", "@mei", "a\nb", "größe", &"x".repeat(61)] {
            assert!(StepName::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_link_leads_to_a_page_and_holds_no_password() {
        for page in ["https://pr-12.example.com", "http://127.0.0.1:8080/x?a=b#c", "https://x/@mei"] {
            assert!(Link::new("preview", page).is_ok(), "{page}");
        }
        for page in [
            "javascript:alert(1)",
            "data:x",
            "//x",
            "https://",
            "https://mei:pw@x/",
            "https://a b",
            "https://x\\@y/",
            "",
        ] {
            assert!(Link::new("preview", page).is_err(), "{page}");
        }
        assert!(Link::new("", "https://x").is_err() && Link::new("a\nb", "https://x").is_err());
    }

    #[test]
    fn the_newest_status_of_a_step_counts_and_the_one_before_tells_when_it_began() {
        use StepState::{Failed, Passed, Running};
        let all = [
            told("build", Running, "running", 10),
            told("test", Running, "running", 11),
            told("build", Passed, "passed", 70),
            told("test", Failed, "failed", 80),
            told("test", Running, "running", 90),
        ];
        let steps = together(&all, &[], whole);
        let seen: Vec<(String, StepState, Option<i64>, Option<i64>)> = steps
            .iter()
            .map(|one| {
                let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
                (one.name.to_string(), one.state, second(one.began), second(one.ended))
            })
            .collect();
        assert_eq!(
            seen,
            [("build".into(), Passed, Some(10), Some(70)), ("test".into(), Running, Some(90), None)],
            "a step that runs again has not ended"
        );
    }

    #[test]
    fn details_belong_to_the_status_that_says_the_same_and_those_of_an_earlier_run_are_nobodys() {
        use StepState::{Failed, Passed, Running};
        let all = [told("test", Failed, "failed: 3 o", 10), told("build", Running, "running", 10)];
        let fit = |line: &str| line.chars().take(11).collect::<String>();
        let of_both = [details("test", Failed, "failed: 3 of 4 tests"), details("build", Passed, "passed")];
        let steps = together(&all, &of_both, fit);
        assert_eq!((steps[0].line.as_str(), steps[0].links.len()), ("failed: 3 of 4 tests", 1));
        assert_eq!((steps[1].line.as_str(), steps[1].links.len()), ("running", 0));
        let again = [all[0].clone(), told("test", Passed, "passed", 20)];
        assert_eq!(together(&again, &of_both, fit)[0].links, []);
    }

    #[test]
    fn a_step_without_a_status_is_told_by_its_details_alone_and_by_no_others() {
        let mut only = details("test", StepState::Passed, "passed");
        assert_eq!(together(&[], std::slice::from_ref(&only), whole), []);
        only.is_alone = true;
        let mut newer = only.clone();
        newer.state = StepState::Failed;
        let steps = together(&[], &[only, newer], whole);
        assert_eq!((steps.len(), steps[0].state), (1, StepState::Failed));
    }
}
