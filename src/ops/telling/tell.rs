//! Tells some landings to the sinks that they are for: it is marked that this run begins, then sent, then marked what became of it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::message::Message;
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Feedback, NamePattern};
use crate::domain::told::{Mark, MarkWord, Standing};
use crate::notify::{Delivery, Order, deliver};

use crate::ops::context::{Context, Run};
use crate::ops::reading::stack::Stack;

use super::marks::{self, Marks};
use super::post::{self, Waiting};

/// Something that is told.
#[derive(Debug, Clone)]
pub struct News {
    /// The commit of the landing.
    pub id: String,
    pub message: Message,
    /// What it is about.
    pub environments: Vec<EnvName>,
    pub applications: Vec<AppName>,
    /// The sinks that the rules before and after it name.
    pub sinks: Vec<Feedback>,
}

/// How it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct How {
    pub run: Run,
    pub again: Again,
    pub waiting: Waiting,
}

/// What is told of what may have been told already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    No,
    /// Also what was told, or may have been.
    Yes,
}

/// What became of one thing that was to be told to one sink.
#[derive(Debug, Clone)]
pub struct Telling {
    pub id: String,
    pub to: Feedback,
    pub state: State,
}

/// The state of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Told now; with what is to be said.
    Told(Option<String>),
    /// It would be.
    Planned,
    /// An earlier run did, or one that goes on beside this one does.
    Before,
    Begun,
    /// A variable that it needs is not set here.
    Unset(String),
    Nobody(String),
    /// Nobody was told; the next run tries again.
    Failed(String),
    /// It may have been told.
    Unknown(String),
}

/// Whether a sink is for something.
pub fn is_for(to: &Feedback, news: &News) -> bool {
    let event = news.message.event;
    let has_event = to.events.is_empty() || event.is_some_and(|event| to.events.contains(&event));
    let has_env = to.environments.is_empty() || news.environments.iter().any(|env| to.environments.contains(env));
    let takes = |app: &AppName| NamePattern::take(&to.applications, app.as_str());
    let has_app = to.applications.is_empty() || news.applications.iter().any(takes);
    has_event && has_env && has_app
}

/// Tells all of it, oldest first; what became of each, in that order.
///
/// # Errors
/// What was told already cannot be told, or nothing can be marked: then nobody is told anything.
pub fn tell(context: &mut Context<'_>, stack: &Stack, all: &[News], how: How) -> Result<Vec<Telling>, Error> {
    let mut out = Vec::new();
    let mut due: Vec<(usize, Feedback, u32)> = Vec::new();
    let ids: Vec<String> = all.iter().map(|news| news.id.clone()).collect();
    let threads: Vec<String> = all.iter().map(|news| news.message.thread.clone()).collect();
    let wanted: Vec<(usize, Feedback)> = all.iter().enumerate().flat_map(|(nth, news)| sinks(nth, news)).collect();
    if wanted.is_empty() {
        return Ok(out);
    }
    let known = match (how.again, marks::read(context, stack, &ids, &threads)) {
        (Again::Yes, Err(Error::CannotTell(_))) => Marks::default(),
        (_, known) => known?,
    };
    for (nth, to) in wanted {
        let news = &all[nth];
        let state = match post::unset(&to, &post::desk(context, stack, how.waiting)) {
            Some(variable) => State::Unset(variable.to_string()),
            None => match known.standing(&news.id, &post::key(&to.sink), context.now) {
                Standing::Due(next) => {
                    due.push((nth, to, next));
                    continue;
                }
                Standing::Unknown(next) | Standing::Told(next) if how.again == Again::Yes => {
                    due.push((nth, to, next));
                    continue;
                }
                Standing::Told(_) => State::Before,
                Standing::Begun => State::Begun,
                Standing::Unknown(_) => State::Unknown(
                    "an earlier run may have told it: `stageline feedback send --again` tells it once more".to_string(),
                ),
            },
        };
        out.push(Telling { id: news.id.clone(), to, state });
    }
    let told = match how.run {
        Run::Dry => {
            due.into_iter().map(|(nth, to, _)| Telling { id: all[nth].id.clone(), to, state: State::Planned }).collect()
        }
        Run::Real => Sending { all, known: &known, how }.send(context, stack, due)?,
    };
    out.extend(told);
    Ok(out)
}

/// The sinks that something is for, each once.
fn sinks(nth: usize, news: &News) -> Vec<(usize, Feedback)> {
    let mut seen: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for to in news.sinks.iter().filter(|to| is_for(to, news)) {
        let key = post::key(&to.sink);
        if !seen.contains(&key) {
            seen.push(key);
            out.push((nth, to.clone()));
        }
    }
    out
}

/// What is sent, with what is known of before.
struct Sending<'s> {
    all: &'s [News],
    known: &'s Marks,
    how: How,
}

impl Sending<'_> {
    fn send(
        &self,
        context: &mut Context<'_>,
        stack: &Stack,
        due: Vec<(usize, Feedback, u32)>,
    ) -> Result<Vec<Telling>, Error> {
        let run = marks::run_id();
        let mark = |nth: usize, to: &Feedback, attempt: u32, at: Timestamp| Mark {
            id: self.all[nth].id.clone(),
            sink: post::key(&to.sink),
            attempt,
            word: MarkWord::Sending,
            reference: None,
            why: None,
            at,
            run: run.clone(),
        };
        let begun: Vec<Mark> = due.iter().map(|(nth, to, next)| mark(*nth, to, *next, context.now)).collect();
        let words = format!("tell {} of {}", count(begun.len(), "message"), count(self.all.len(), "landing"));
        marks::write(context, stack, &begun, &words)?;
        let ids: Vec<String> = begun.iter().map(|mark| mark.id.clone()).collect();
        let now = match (self.how.again, marks::read(context, stack, &ids, &[])) {
            // Where marks are gone nobody knows who came first, and somebody wants it told all the same.
            (Again::Yes, Err(Error::CannotTell(_))) => None,
            (_, known) => Some(known?),
        };
        let mut out = Vec::new();
        let mut by_sink: BTreeMap<String, Vec<(usize, Feedback, Mark)>> = BTreeMap::new();
        for ((nth, to, _), mark) in due.into_iter().zip(begun) {
            let first = now.as_ref().map(|now| now.teller(&mark.id, &mark.sink, mark.attempt));
            match first.unwrap_or(Some(&mark.run)) {
                Some(first) if first == mark.run => by_sink.entry(mark.sink.clone()).or_default().push((nth, to, mark)),
                Some(_) => out.push(Telling { id: mark.id, to, state: State::Begun }),
                None => return Err(stranger()),
            }
        }
        let mut ended = Vec::new();
        for of_sink in by_sink.into_values() {
            let delivery = self.deliver(context, stack, &of_sink)?;
            for (nth, to, mark) in of_sink {
                let (word, state, reference) = became(&delivery);
                let mark = Mark { word, reference: reference.clone(), why: why(&state), ..mark };
                if reference.is_some() {
                    ended.push(marks::of_thread(&self.all[nth].message.thread, &mark));
                }
                ended.push(mark);
                out.push(Telling { id: self.all[nth].id.clone(), to, state });
            }
        }
        let words = format!("told {}", count(ended.len(), "message"));
        marks::write(context, stack, &ended, &words)?;
        Ok(out)
    }

    /// Sends what is due for one sink as one message.
    fn deliver(
        &self,
        context: &Context<'_>,
        stack: &Stack,
        due: &[(usize, Feedback, Mark)],
    ) -> Result<Delivery, Error> {
        let messages: Vec<Message> = due.iter().map(|(nth, ..)| self.all[*nth].message.clone()).collect();
        let (Some(message), Some((_, to, mark))) = (Message::joined(messages), due.first()) else {
            return Ok(Delivery::Nobody("nothing is to be told".to_string()));
        };
        let text = match to.template.as_ref().map(|path| post::text(stack, path)).transpose()? {
            Some(Err(why)) => return Ok(Delivery::Refused(why)),
            Some(Ok(text)) => Some(text),
            None => None,
        };
        let thread = self.known.reference(&message.thread, &mark.sink);
        context.face.step(&format!("telling {}", to.sink.kind()));
        let order = Order { to, message: &message, thread: thread.as_deref(), template: text.as_deref() };
        Ok(deliver(&order, &post::desk(context, stack, self.how.waiting)))
    }
}

/// What is marked of a delivery, what is told of it, and what later messages of the thread are sent with.
fn became(delivery: &Delivery) -> (MarkWord, State, Option<String>) {
    match delivery.clone() {
        Delivery::Told { thread, note } => (MarkWord::Told, State::Told(note), thread),
        Delivery::Nobody(why) => (MarkWord::Told, State::Nobody(why), None),
        Delivery::Unset { variable } => (MarkWord::NotTold, State::Unset(variable), None),
        Delivery::Refused(why) | Delivery::NotNow { why, .. } => (MarkWord::NotTold, State::Failed(why), None),
        Delivery::Unknown(why) => {
            let why = format!("{why}; `stageline feedback send --again` tells it once more");
            (MarkWord::Unknown, State::Unknown(why), None)
        }
    }
}

fn why(state: &State) -> Option<String> {
    match state {
        State::Failed(why) | State::Unknown(why) | State::Nobody(why) => Some(why.clone()),
        _ => None,
    }
}

/// What is said to whoever has a key that counts for nothing.
fn stranger() -> Error {
    let what =
        "nobody was told: your key is not among those that are known at the base, so what it marks counts for nothing";
    Refusal::new(Code::NotASigner, what)
        .hint("have those who own the rules add it to the signers file, with one of the principals of `people:`")
        .refused()
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("one {what}") } else { format!("{number} {what}s") }
}
