//! A message as JSON: what a webhook is sent, and what templates are given.

use serde::Serialize;

use crate::domain::message::{Commits, Fact, Link, Message, Move, Notes, Tone};
use crate::domain::relation::CommitLine;

/// The number that goes up when what is there already changes its meaning.
const VERSION: u32 = 1;

/// A message.
#[derive(Debug, Serialize)]
pub struct Values<'m> {
    schema_version: u32,
    id: &'m str,
    thread: &'m str,
    event: &'static str,
    tone: &'static str,
    title: &'m str,
    at: String,
    moves: Vec<MoveValue<'m>>,
    facts: Vec<FactValue<'m>>,
    notes: Vec<NotesValue<'m>>,
    links: Vec<LinkValue<'m>>,
    undo: Option<&'m str>,
    /// Names alone: how they are reached is for the sinks that reach them.
    people: Vec<&'m str>,
    /// The messages that this one joins.
    parts: Vec<Values<'m>>,
}

#[derive(Debug, Serialize)]
struct MoveValue<'m> {
    application: &'m str,
    environment: &'m str,
    instance: Option<&'m str>,
    from: Option<&'m str>,
    to: Option<&'m str>,
}

#[derive(Debug, Serialize)]
struct FactValue<'m> {
    label: &'static str,
    text: &'m str,
}

#[derive(Debug, Serialize)]
struct NotesValue<'m> {
    application: &'m str,
    environment: &'m str,
    coming: CommitsValue<'m>,
    going: CommitsValue<'m>,
}

#[derive(Debug, Serialize)]
struct CommitsValue<'m> {
    total: Option<usize>,
    page: Option<&'m str>,
    commits: &'m [CommitLine],
}

#[derive(Debug, Serialize)]
struct LinkValue<'m> {
    text: &'m str,
    url: &'m str,
}

impl<'m> Values<'m> {
    /// Those of a message.
    pub fn of(message: &'m Message) -> Self {
        Self {
            schema_version: VERSION,
            id: &message.id,
            thread: &message.thread,
            event: message.word(),
            tone: match message.tone {
                Tone::Good => "good",
                Tone::Bad => "bad",
                Tone::Neutral => "neutral",
            },
            title: &message.title,
            at: message.at.to_string(),
            moves: message.moves.iter().map(MoveValue::of).collect(),
            facts: message.facts.iter().map(|Fact { label, text }| FactValue { label, text }).collect(),
            notes: message.notes.iter().map(NotesValue::of).collect(),
            links: message.links.iter().map(|Link { text, url }| LinkValue { text, url }).collect(),
            undo: message.undo.as_deref(),
            people: message.people.iter().map(|one| one.name.as_str()).collect(),
            parts: message.parts.iter().map(Values::of).collect(),
        }
    }
}

impl<'m> MoveValue<'m> {
    fn of(one: &'m Move) -> Self {
        Self {
            application: &one.application,
            environment: &one.environment,
            instance: one.instance.as_deref(),
            from: one.from.as_deref(),
            to: one.to.as_deref(),
        }
    }
}

impl<'m> NotesValue<'m> {
    fn of(notes: &'m Notes) -> Self {
        let list = |commits: &'m Commits| CommitsValue {
            total: commits.total,
            page: commits.page.as_deref(),
            commits: &commits.newest,
        };
        Self {
            application: &notes.application,
            environment: &notes.environment,
            coming: list(&notes.coming),
            going: list(&notes.going),
        }
    }
}
