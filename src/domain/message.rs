//! What a message to a sink says: words and facts without any markup, all of it text from outside until the sink has escaped it.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::hex;
use super::relation::{CommitLine, CommitList};
use super::settings::{Event, MailAddress, Mobile};

/// One message.
#[derive(Debug, Clone)]
pub struct Message {
    /// What it is known by, the same however often it is sent: the landing or the request, and the event.
    pub id: String,
    /// What it belongs to, so that sinks put those of one landing or one request together.
    pub thread: String,
    /// `None`: it only shows that the sink can be reached, `feedback test`.
    pub event: Option<Event>,
    pub tone: Tone,
    /// One line: `promoted web to production: 41c09b2 -> 9d3e7aa`.
    pub title: String,
    pub moves: Vec<Move>,
    pub facts: Vec<Fact>,
    /// The commits that came and went, one entry an application and environment.
    pub notes: Vec<Notes>,
    pub links: Vec<Link>,
    /// A command that takes it back.
    pub undo: Option<String>,
    /// Whose commits these are, and who else has to know: `authors` in `stageline.yaml`.
    pub people: Vec<Mention>,
    pub at: Timestamp,
    /// The messages that are told by this one, each with its own id; it has then no moves, facts, notes and undo of its own.
    pub parts: Vec<Message>,
}

/// How a message is meant; colour and sign alone never carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    Neutral,
}

/// One application that moved in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub application: String,
    pub environment: String,
    /// The instance of the environment, where that has some.
    pub instance: Option<String>,
    /// Whole versions; `None`: it was not there, or is gone.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// One thing that is known: `by: mlin`, `why: ...`, `request: !812`, `signed: good`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: &'static str,
    pub text: String,
}

/// The commits that an application gained and lost in an environment.
#[derive(Debug, Clone)]
pub struct Notes {
    pub application: String,
    pub environment: String,
    pub coming: Commits,
    pub going: Commits,
}

/// Some commits: the newest, how many there are, and the page that shows all.
#[derive(Debug, Clone, Default)]
pub struct Commits {
    pub newest: Vec<CommitLine>,
    /// `None`: not known.
    pub total: Option<usize>,
    pub page: Option<String>,
}

/// A page with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub text: String,
    pub url: String,
}

/// Somebody who is named, and by what sinks reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub name: String,
    pub mail: Option<MailAddress>,
    pub mobile: Option<Mobile>,
}

impl Commits {
    /// The same as texts take it.
    pub fn list(&self) -> CommitList<'_> {
        CommitList { commits: &self.newest, total: self.total, page: self.page.as_deref() }
    }
}

impl Message {
    /// Many messages as one, in their order; `None` of none. One alone stays what it is.
    ///
    /// The id comes from theirs, so that the same messages are the same joined message again, and it is of the thread that they
    /// share, or of one of its own.
    pub fn joined(all: Vec<Message>) -> Option<Message> {
        let mut all: Vec<Message> = all
            .into_iter()
            .flat_map(|mut one| if one.parts.is_empty() { vec![one] } else { std::mem::take(&mut one.parts) })
            .collect();
        if all.len() < 2 {
            return all.pop();
        }
        let tone = joined_tone(&all);
        // What is told first is what went wrong.
        let event = all.iter().find(|one| one.tone == tone).unwrap_or(&all[0]).event;
        let id = digest(all.iter().map(|one| one.id.as_str()));
        let shares = all.iter().all(|one| one.thread == all[0].thread);
        let mut people: Vec<Mention> = Vec::new();
        for mention in all.iter().flat_map(|one| &one.people) {
            if !people.contains(mention) {
                people.push(mention.clone());
            }
        }
        Some(Message {
            thread: if shares { all[0].thread.clone() } else { id.clone() },
            id,
            event,
            tone,
            title: joined_title(&all),
            moves: Vec::new(),
            facts: Vec::new(),
            notes: Vec::new(),
            links: Vec::new(),
            undo: None,
            people,
            at: all.iter().map(|one| one.at).max()?,
            parts: all,
        })
    }

    /// The word of its event: `promote`, or `test`.
    pub fn word(&self) -> &'static str {
        self.event.map_or("test", Event::word)
    }

    /// What it tells, one by one: its parts, or itself.
    pub fn each(&self) -> &[Message] {
        if self.parts.is_empty() { std::slice::from_ref(self) } else { &self.parts }
    }
}

fn joined_tone(all: &[Message]) -> Tone {
    if all.iter().any(|one| one.tone == Tone::Bad) {
        return Tone::Bad;
    }
    if all.iter().all(|one| one.tone == Tone::Good) { Tone::Good } else { Tone::Neutral }
}

/// `5 messages: 4 promote, 1 rollback`, each word in the order of its first coming.
fn joined_title(all: &[Message]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for word in all.iter().map(Message::word) {
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    let mut out = format!("{} messages:", all.len());
    for (nth, (word, count)) in counts.iter().enumerate() {
        let _ = write!(out, "{} {count} {word}", if nth == 0 { "" } else { "," });
    }
    out
}

/// What stands for several ids; a length before each, so that no two lists have the same.
fn digest<'i>(ids: impl Iterator<Item = &'i str>) -> String {
    hex::sha256(ids.map(|id| format!("{}:{id}", id.len())).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, event: Event, tone: Tone) -> Message {
        Message {
            id: id.into(),
            thread: format!("thread of {id}"),
            event: Some(event),
            tone,
            title: format!("title of {id}"),
            moves: vec![Move {
                application: "web".into(),
                environment: "production".into(),
                instance: None,
                from: None,
                to: Some("v2".into()),
            }],
            facts: Vec::new(),
            notes: Vec::new(),
            links: Vec::new(),
            undo: None,
            people: vec![Mention { name: "mei".into(), mail: None, mobile: None }],
            at: "2026-11-25T12:00:00Z".parse().unwrap(),
            parts: Vec::new(),
        }
    }

    #[test]
    fn none_is_none_and_one_stays_what_it_is() {
        assert!(Message::joined(Vec::new()).is_none());
        let one = Message::joined(vec![message("a", Event::Promote, Tone::Good)]).unwrap();
        assert_eq!((one.id.as_str(), one.moves.len(), one.each().len()), ("a", 1, 1));
    }

    #[test]
    fn many_are_one_with_every_one_of_them_in_it_and_each_person_once() {
        let later = Message { at: "2026-11-25T12:01:00Z".parse().unwrap(), ..message("b", Event::Rollback, Tone::Bad) };
        let all = vec![message("a", Event::Promote, Tone::Good), later, message("c", Event::Promote, Tone::Good)];
        let one = Message::joined(all.clone()).unwrap();
        assert_eq!(one.title, "3 messages: 2 promote, 1 rollback");
        assert_eq!((one.tone, one.event), (Tone::Bad, Some(Event::Rollback)));
        assert_eq!(one.each().iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!((one.people.len(), one.at.to_string().as_str()), (1, "2026-11-25T12:01:00Z"));
        assert_eq!(one.thread, one.id, "they share no thread");
        assert_eq!(Message::joined(all).unwrap().id, one.id);
    }

    #[test]
    fn the_id_tells_each_list_from_each_other_and_a_shared_thread_stays() {
        let id = |ids: &[&str]| {
            Message::joined(ids.iter().map(|id| message(id, Event::Promote, Tone::Good)).collect()).unwrap().id
        };
        assert_ne!(id(&["ab", "c"]), id(&["a", "bc"]));
        assert_ne!(id(&["a", "b"]), id(&["b", "a"]));
        let same = |id: &str| Message { thread: "landing".into(), ..message(id, Event::Promote, Tone::Neutral) };
        assert_eq!(Message::joined(vec![same("a"), same("b")]).unwrap().thread, "landing");
    }

    #[test]
    fn what_is_joined_again_is_one_list() {
        let pair =
            Message::joined(vec![message("a", Event::Promote, Tone::Good), message("b", Event::Hold, Tone::Neutral)]);
        let all = Message::joined(vec![pair.unwrap(), message("c", Event::Promote, Tone::Good)]).unwrap();
        assert_eq!(all.each().len(), 3);
        assert_eq!(all.title, "3 messages: 2 promote, 1 hold");
    }
}
