//! The words of a request: its title, and its text in Markdown, ours or by a template of the config repository.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::inert::inert;
use crate::domain::plan::Plan;
use crate::domain::report::{GateReport, HoldReport, MoveReport, VerdictWord};
use crate::domain::steering::one_line;
use crate::domain::trailer::Trailers;
use crate::domain::verb::Verb;
use crate::policy::review::Reviewed;
use crate::text::markdown;
use crate::text::notes::{self, LIMITS, Note, has_room};
use crate::text::template::{Broken, filled};

use crate::ops::landing::prepared::{Moved, Words};

use super::{gates, holds, moves};

/// How the marks begin that the tool finds its own text by.
const MARK: &str = "<!-- stageline";
/// So many gates are told one by one where there is no room for all.
const GATES: usize = 50;
/// So much of a reason is told where there is no room for all.
const REASON: usize = 2_000;

/// What a text is made from: what a template is given, by these names.
#[derive(Debug, Clone, Serialize)]
pub struct Values {
    pub title: String,
    pub verb: String,
    /// The one environment that it is about.
    pub environment: Option<String>,
    /// The branch that it is to land on, and the config commit that it was judged on.
    pub branch: String,
    pub base: String,
    pub reason: Option<String>,
    pub moves: Vec<MoveReport>,
    pub holds: Vec<HoldReport>,
    pub gates: Vec<GateReport>,
}

impl Values {
    /// What there is to be told of a plan. `now`: the moment by which holds have expired.
    pub fn of(reviewed: &Reviewed, moved: &[Moved], verb: Verb, now: Timestamp) -> Self {
        let Plan { target, proposal, message, .. } = reviewed.plan();
        let mut environments: Vec<String> = proposal.moves.iter().map(|one| one.env.to_string()).collect();
        environments.dedup();
        Self {
            title: message.lines().next().unwrap_or_default().to_string(),
            verb: verb.word().to_string(),
            environment: environments.pop().filter(|_| environments.is_empty()),
            branch: target.branch.to_string(),
            base: target.base.to_string(),
            reason: Trailers::read(message).reason,
            moves: moved.iter().map(moves::moved).collect(),
            holds: proposal.records.iter().filter_map(|record| holds::changed(record, now)).collect(),
            gates: gates::told(reviewed.review()),
        }
    }

    /// The words that we find for it.
    pub fn in_our_words(&self) -> Words {
        Words { title: self.plain_title(), body: self.ours() }
    }

    /// The words that a template finds for it: the title stays ours.
    ///
    /// # Errors
    /// The template cannot be used, or its text is too long whatever is left out of it.
    pub fn in_words_of(&self, template: &str) -> Result<Words, Broken> {
        let mut why = Broken::new(1, "its text is too long for every forge, without any commit, too");
        for most in LIMITS {
            match filled(template, &self.with_commits(most), &self.parts(most)) {
                Ok(body) if body.contains(MARK) => return Err(forged(template)),
                Ok(body) if has_room(&body) => return Ok(Words { title: self.plain_title(), body }),
                Ok(_) => {}
                Err(broken) if broken.is_too_much => why = broken,
                Err(broken) => return Err(broken),
            }
        }
        Err(why)
    }

    /// A title is plain text at every forge, and a GitLab still closes what it is told to.
    fn plain_title(&self) -> String {
        inert(&one_line(&self.title))
    }

    fn with_commits(&self, most: usize) -> Self {
        let mut out = self.clone();
        for one in &mut out.moves {
            one.commits.truncate(most);
            one.lost.truncate(most);
        }
        out
    }

    /// The parts of our own text, for templates.
    fn parts(&self, most: usize) -> [(&'static str, String); 5] {
        [
            ("pins", self.pins(usize::MAX)),
            ("notes", notes::listed(&self.notes(), most)),
            ("holds", self.told_holds()),
            ("gates", self.told_gates()),
            ("undo", self.undo()),
        ]
    }

    /// Our own text. What is too long for a forge goes without its commits, evenly; then without what is only confirmed; and only
    /// where nothing else is left to leave out, without some pins.
    fn ours(&self) -> String {
        let reason = self.reason.as_deref().map_or(String::new(), |reason| format!("{}\n", markdown(reason)));
        let told = |notes: String| {
            joined(&[reason.clone(), self.pins(usize::MAX), notes, self.told_holds(), self.told_gates(), self.undo()])
        };
        let text = told(notes::notes(&self.notes(), &told(String::new())));
        if has_room(&text) {
            return text;
        }
        let reason: String = reason.chars().take(REASON).collect();
        let reason = if reason.is_empty() { reason } else { format!("{}\n", reason.trim_end()) };
        let brief = |rows: usize| {
            let notes = notes::left_out(&self.notes());
            joined(&[reason.clone(), self.pins(rows), notes, self.counted_holds(), self.counted_gates(), self.undo()])
        };
        let rows = std::iter::successors(Some(self.moves.len()), |rows| (*rows > 1).then_some(rows * 3 / 4));
        rows.map(brief).find(|text| has_room(text)).unwrap_or_else(|| self.undo())
    }

    /// The table of what moves.
    fn pins(&self, rows: usize) -> String {
        if self.moves.is_empty() {
            return String::new();
        }
        let version = |version: &Option<String>| version.as_deref().map_or("none".to_string(), markdown);
        let row = |one: &MoveReport| {
            let (app, env) = (markdown(&one.application), markdown(&one.environment));
            let (now, then) = (version(&one.from), version(&one.to));
            format!("| {app} | {env} | {now} | {then} | {} |\n", markdown(&one.origin))
        };
        let mut out =
            "| application | environment | now | then | taken from |\n| --- | --- | --- | --- | --- |\n".to_string();
        out.extend(self.moves.iter().take(rows).map(row));
        if let Some(more) = self.moves.len().checked_sub(rows).filter(|more| *more > 0) {
            out.push_str(&format!("| and {more} more | | | | |\n"));
        }
        out
    }

    fn notes(&self) -> Vec<Note<'_>> {
        let moves = self.moves.iter();
        moves.map(|one| Note::of_move(&one.application, &one.environment, one.gained(), one.lost())).collect()
    }

    fn told_holds(&self) -> String {
        let told = |hold: &HoldReport| {
            let what = if hold.lifted {
                "Takes a hold away"
            } else {
                "Sets a hold, which stops promotions until it is lifted"
            };
            format!("{what}: {}\n", markdown(&hold.file))
        };
        let all: Vec<String> = self.holds.iter().map(told).collect();
        all.join("\n")
    }

    fn counted_holds(&self) -> String {
        let lifted = self.holds.iter().filter(|hold| hold.lifted).count();
        let count = |number: usize, what: &str| if number == 0 { String::new() } else { format!("{what}: {number}\n") };
        joined(&[count(self.holds.len() - lifted, "Sets holds"), count(lifted, "Takes holds away")])
    }

    fn told_gates(&self) -> String {
        let all: Vec<String> = self.gates.iter().map(gate).collect();
        if all.is_empty() { String::new() } else { format!("{}\n{}", self.judged(), all.concat()) }
    }

    fn counted_gates(&self) -> String {
        let is_open = |gate: &&GateReport| gate.verdict != VerdictWord::Pass;
        let open: Vec<String> = self.gates.iter().filter(is_open).map(gate).collect();
        let rest = self.gates.len() - open.len().min(GATES);
        if self.gates.is_empty() {
            return String::new();
        }
        let shown: String = open.iter().take(GATES).map(String::as_str).collect();
        let more = match open.len().checked_sub(GATES) {
            Some(more @ 1..) => format!("- and {rest} more, of which {more} do not pass\n"),
            _ => format!("- and {rest} that pass\n"),
        };
        format!("{}\n{shown}{more}", self.judged())
    }

    fn judged(&self) -> String {
        format!("Gates, as they were judged on {}:\n", self.base.get(..7).unwrap_or(&self.base))
    }

    fn undo(&self) -> String {
        let undo = match self.moves.first() {
            // Which landing it will be is known then; the newest one may be another.
            Some(one) => format!(
                ", and `stageline undo LANDING` takes it back (`stageline history {} --env {}` names it)",
                one.application, one.environment
            ),
            None => String::new(),
        };
        let close = "Closing it is a no: the same change is not proposed again, unless somebody says `--reopen`.";
        format!("Merging it lands this on {}{undo}. {close}\n", markdown(&self.branch))
    }
}

fn gate(gate: &GateReport) -> String {
    let why = match gate.verdict {
        VerdictWord::Pass => "pass".to_string(),
        VerdictWord::Fail => format!("**fail**: {}", markdown(&gate.detail)),
        VerdictWord::Pending => format!("pending: {}", markdown(&gate.detail)),
        VerdictWord::Unknown => format!("unknown: {}", markdown(&gate.detail)),
    };
    format!("- {} of {}: {why}\n", gate.gate, markdown(&gate.subject))
}

/// What says something, with an empty line between.
fn joined(pieces: &[String]) -> String {
    let all: Vec<&str> = pieces.iter().map(String::as_str).filter(|piece| !piece.is_empty()).collect();
    all.join("\n")
}

fn forged(template: &str) -> Broken {
    let line = template.lines().position(|line| line.contains(MARK)).unwrap_or_default() + 1;
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    Broken::new(line, format!("`{MARK}` begins a mark of the tool's own, which a text may not have"))
}
