//! `feedback test`: a message to each sink of `feedback:` whose variable is set, which says nothing but that it came.

use crate::domain::message::{Fact, Message, Tone};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::feedback::{FeedbackTestReport, SinkReport, SinkWord};
use crate::domain::settings::{FILE, Feedback};
use crate::git::source::Network;
use crate::notify::{Delivery, Order, deliver};

use crate::ops::context::Context;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::telling::post;

/// The sinks that are meant: `3`, `slack`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Only {
    Number(usize),
    Kind(String),
}

/// Sends the messages.
///
/// # Errors
/// There are no such sinks, or the rules cannot be read.
pub fn run(context: &mut Context<'_>, only: Option<&Only>) -> Result<FeedbackTestReport, Error> {
    if context.options.network == Network::Offline {
        let what = "messages go over the network: `feedback test` does not go with `--offline`";
        return Err(Refusal::new(Code::Usage, what).hint("leave `--offline` away").invalid());
    }
    let stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    let meant = meant(&stack.main.settings.feedback, only)?;
    let message = message(context, &stack);
    let desk = post::desk(context, &stack, post::Waiting::ForSinks);
    let mut sinks = Vec::new();
    for (number, to) in meant {
        let delivery = match to.template.as_ref().map(|path| post::text(&stack, path)).transpose()? {
            Some(Err(why)) => Delivery::Refused(why),
            Some(Ok(text)) => deliver(&Order { to, message: &message, thread: None, template: Some(&text) }, &desk),
            None => deliver(&Order { to, message: &message, thread: None, template: None }, &desk),
        };
        sinks.push(told(number, to, delivery));
    }
    Ok(FeedbackTestReport { sinks, notes: stack.notes.clone() })
}

/// The sinks with their places.
fn meant<'f>(all: &'f [Feedback], only: Option<&Only>) -> Result<Vec<(usize, &'f Feedback)>, Error> {
    let is_meant = |number: usize, one: &Feedback| match only {
        None => true,
        Some(Only::Number(wanted)) => *wanted == number,
        Some(Only::Kind(kind)) => one.sink.kind() == kind,
    };
    let found: Vec<_> = (1..).zip(all).filter(|(number, one)| is_meant(*number, one)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    if all.is_empty() {
        let what = format!("`{FILE}` names no sinks: it has no `feedback:`");
        return Err(Refusal::new(Code::NoSuchSink, what).hint("docs/feedback.md says how one is written").invalid());
    }
    let named = match only {
        Some(Only::Number(number)) => number.to_string(),
        Some(Only::Kind(kind)) => kind.clone(),
        None => String::new(),
    };
    let known: Vec<String> = (1..).zip(all).map(|(number, one)| format!("{number} ({})", one.sink.kind())).collect();
    Err(Refusal::new(Code::NoSuchSink, format!("`feedback:` has no sink `{named}`"))
        .hint(format!("there are {}", known.join(", ")))
        .invalid())
}

/// What is said: nothing that looks like a landing.
fn message(context: &Context<'_>, stack: &Stack) -> Message {
    let name = stack.main.settings.id.as_ref().map_or_else(|| "this repository".to_string(), ToString::to_string);
    let at = context.now;
    Message {
        id: format!("test {at}"),
        thread: "test".into(),
        event: None,
        tone: Tone::Neutral,
        title: format!("test message of stageline for {name}"),
        moves: Vec::new(),
        facts: vec![Fact {
            label: "why",
            text: "somebody asked by `feedback test` whether this sink is reached".into(),
        }],
        notes: Vec::new(),
        links: Vec::new(),
        undo: None,
        people: Vec::new(),
        at,
        parts: Vec::new(),
    }
}

fn told(number: usize, to: &Feedback, delivery: Delivery) -> SinkReport {
    let (state, says) = match delivery {
        Delivery::Told { note, .. } => (SinkWord::Told, note.unwrap_or_default()),
        Delivery::Unset { variable } => (SinkWord::NotSet, format!("`{variable}` is not set here")),
        Delivery::Nobody(why) => (SinkWord::Nobody, why),
        Delivery::Refused(why) => (SinkWord::Failed, why),
        Delivery::NotNow { why, after: Some(after) } => {
            (SinkWord::Failed, format!("{why}; it may be tried again after {} s", after.as_secs()))
        }
        Delivery::NotNow { why, after: None } => (SinkWord::Failed, format!("{why}; it may be tried again")),
        Delivery::Unknown(why) => (SinkWord::Unknown, why),
    };
    let variable = to.sink.variable().as_str().trim_start_matches('$').to_string();
    SinkReport { number, kind: to.sink.kind().into(), variable, state, says }
}
