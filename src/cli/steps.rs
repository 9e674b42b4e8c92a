//! The slow steps of a run, on stderr: a line in passing on a terminal, kept lines with `-v`, and in a job a line every ten
//! seconds, so that nobody takes slow work for work that hangs.

use std::io::Write as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::domain::meter::{Far, Meter, Told};
use crate::text;

/// How often a job says what it is at.
const EVERY: Duration = Duration::from_secs(10);
/// How often the line on a terminal is drawn anew at most.
const REDRAWN: Duration = Duration::from_millis(100);

/// How steps are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Not at all.
    Hidden,
    /// One line that the next step, or the result, takes the place of.
    Passing,
    /// `-v` on a terminal: each keeps its line.
    Kept,
    /// No terminal: what still runs says so from time to time; `kept`: with `-v`, each step has its line as well.
    Ticking { kept: bool },
}

/// The steps, from the first to the end of the run. Clones are one and the same.
#[derive(Clone)]
pub struct Steps {
    shown: Shown,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    /// What is at work, and how far it is.
    step: Option<String>,
    far: Option<Far>,
    begun: Option<Instant>,
    /// The passing step that stands on the screen, and when it was drawn last.
    bar: Option<(ProgressBar, Instant)>,
    clock: Option<JoinHandle<()>>,
    ended: bool,
}

impl Steps {
    /// Shows what the meter is told from now on.
    pub fn new(shown: Shown, meter: &Meter) -> Self {
        let steps = Self { shown, state: Arc::default() };
        if shown != Shown::Hidden {
            let heard = steps.clone();
            meter.heard_by(move |told| match told {
                Told::Begun(what) => heard.begin(what),
                Told::Far(far) => heard.far(far.clone()),
                Told::One(what) => heard.one(what),
            });
        }
        steps
    }

    /// A step begins. On a terminal its line does not move by itself: git, ssh or an agent may ask for a passphrase there
    /// while it stands. It is drawn anew only by how far it is.
    pub fn begin(&self, what: &str) {
        let what = text::terminal(what);
        let mut state = self.state();
        (state.far, state.begun) = (None, Some(Instant::now()));
        match self.shown {
            Shown::Hidden => return,
            Shown::Passing => state.draw(&format!("{what} ...")),
            Shown::Kept => drop(said(&what)),
            Shown::Ticking { kept } => {
                if kept {
                    drop(said(&what));
                }
                self.start_the_clock(&mut state);
            }
        }
        state.step = Some(what);
    }

    fn far(&self, far: Far) {
        let mut state = self.state();
        state.far = Some(far);
        state.redraw();
    }

    fn one(&self, what: &'static str) {
        let mut state = self.state();
        match &mut state.far {
            Some(far) if far.of.is_some() => return,
            Some(far) if far.what == what => far.done += 1,
            other => *other = Some(Far { done: 1, of: None, what }),
        }
        state.redraw();
    }

    /// Takes the passing step off the screen, for something that is to stand there. It may still be at work.
    pub fn clear(&self) {
        self.state().clear();
    }

    /// The same, and nothing is at work until the next step begins.
    pub fn finish(&self) {
        let mut state = self.state();
        (state.step, state.far) = (None, None);
        state.clear();
    }

    /// The run is at its end.
    pub fn end(&self) {
        self.finish();
        let clock = {
            let mut state = self.state();
            state.ended = true;
            state.clock.take()
        };
        self.state.1.notify_all();
        if let Some(clock) = clock {
            // It ends at once, and what it could not say is no loss.
            drop(clock.join());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Once a run, and only where there is a step at all. Without a thread the steps are merely not told.
    fn start_the_clock(&self, state: &mut State) {
        if state.clock.is_none() && !state.ended {
            let of = self.clone();
            state.clock = thread::Builder::new().spawn(move || of.tick(EVERY, said)).ok();
        }
    }

    /// Says what is at work, each time that so much has passed, to the end of the run or until nobody can be told.
    fn tick(&self, every: Duration, say: impl Fn(&str) -> std::io::Result<()>) {
        let (_, woken) = &*self.state;
        let mut due = Instant::now() + every;
        let mut state = self.state();
        while !state.ended {
            let rest = due.saturating_duration_since(Instant::now());
            if !rest.is_zero() {
                state = woken.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            due += every;
            if state.line().is_some_and(|line| say(&line).is_err()) {
                return;
            }
        }
    }
}

impl State {
    fn clear(&mut self) {
        if let Some((bar, _)) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn draw(&mut self, line: &str) {
        self.clear();
        let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::new_spinner().with_style(style).with_message(line.to_string());
        bar.tick();
        self.bar = Some((bar, Instant::now()));
    }

    /// Draws the line that stands there with how far it is by now, not more often than an eye can follow.
    fn redraw(&mut self) {
        let (Some((bar, drawn)), Some(step), Some(far)) = (&mut self.bar, &self.step, &self.far) else { return };
        if drawn.elapsed() >= REDRAWN {
            *drawn = Instant::now();
            bar.set_message(format!("{step} ... {far}"));
        }
    }

    /// `fetching origin ... 430 of 1,000 objects (20 s)`; `None`: nothing is at work.
    fn line(&self) -> Option<String> {
        let (step, begun) = (self.step.as_ref()?, self.begun?);
        let far = self.far.as_ref().map_or(String::new(), |far| format!(" {far}"));
        Some(format!("{step} ...{far} ({} s)", begun.elapsed().as_secs()))
    }
}

fn said(line: &str) -> std::io::Result<()> {
    write(&format!("{line}\n"))
}

/// To stderr, whole and at once.
pub fn write(text: &str) -> std::io::Result<()> {
    let mut stderr = std::io::stderr().lock();
    stderr.write_all(text.as_bytes())?;
    stderr.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said until three lines are there, by a clock that strikes every millisecond.
    fn lines_of(work: impl Fn(&Meter)) -> Vec<String> {
        let meter = Meter::default();
        // Its own clock would strike after the test.
        let steps = Steps::new(Shown::Ticking { kept: false }, &meter);
        let said = Mutex::new(Vec::new());
        work(&meter);
        thread::scope(|scope| {
            scope.spawn(|| {
                steps.tick(Duration::from_millis(1), |line| {
                    let mut said = said.lock().unwrap();
                    said.push(line.to_string());
                    if said.len() < 3 { Ok(()) } else { Err(std::io::ErrorKind::BrokenPipe.into()) }
                });
            });
        });
        said.into_inner().unwrap()
    }

    #[test]
    fn a_job_says_again_and_again_what_is_at_work_and_how_far() {
        let lines = lines_of(|meter| {
            meter.begin("fetching origin");
            meter.far(Far { done: 430, of: Some(1000), what: "objects" });
        });
        assert_eq!(lines, ["fetching origin ... 430 of 1,000 objects (0 s)"; 3]);
    }

    #[test]
    fn of_how_many_is_said_where_it_is_known_and_what_is_read_beside_it_is_not_counted() {
        let lines = lines_of(|meter| {
            meter.begin("judging");
            meter.one("files");
            meter.one("files");
        });
        assert_eq!(lines[0], "judging ... 2 files (0 s)");
        let lines = lines_of(|meter| {
            meter.begin("judging");
            meter.count("landings", 7).one();
            meter.one("files");
        });
        assert_eq!(lines[0], "judging ... 1 of 7 landings (0 s)");
    }

    #[test]
    fn the_next_step_does_not_have_how_far_the_last_one_was() {
        let lines = lines_of(|meter| {
            meter.begin("fetching origin");
            meter.far(Far { done: 430, of: Some(1000), what: "objects" });
            meter.begin("reading the history");
        });
        assert_eq!(lines, ["reading the history ... (0 s)"; 3]);
    }

    #[test]
    fn what_is_at_work_cannot_write_to_the_terminal_but_as_text() {
        assert_eq!(lines_of(|meter| meter.begin("fetching \u{1b}[2J"))[0], "fetching \\u{1b}[2J ... (0 s)");
    }

    #[test]
    fn nothing_is_heard_where_nothing_is_shown() {
        let meter = Meter::default();
        Steps::new(Shown::Hidden, &meter).begin("reading");
        assert!(!meter.is_heard());
    }
}
