//! A message as lines of pieces, before any sink has given them its markup.

use crate::domain::message::{Commits, Message, Move, Notes};
use crate::domain::relation::CommitLine;
use crate::domain::steering::bounded;
use crate::domain::version::Version;

/// So many commits of one application are told in a message; its page has them all.
const COMMITS: usize = 20;
/// A command that is longer is left out: cut in the middle it would do something else.
const LONGEST_COMMAND: usize = 300;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words of this program.
    Ours(&'static str),
    /// Text from outside.
    Text(String),
    /// Text from outside that the eye should find.
    Strong(String),
    /// Text from outside that is typed or compared letter by letter.
    Code(String),
    /// Text from outside with the page that it leads to.
    Link { text: String, url: String },
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Heading,
    Item,
    Plain,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: Kind,
    pub pieces: Vec<Piece>,
}

impl Line {
    /// What stands for the lines that there was no room for.
    pub fn left_out(count: usize) -> Self {
        let word = if count == 1 { " more line" } else { " more lines" };
        Self { kind: Kind::Plain, pieces: vec![Piece::Ours("and "), text(&count.to_string()), Piece::Ours(word)] }
    }
}

/// Everything that a message says but its title: what has to be seen first, and commits at the end, which are cut first.
pub fn lines(message: &Message) -> Vec<Line> {
    let mut out = Vec::new();
    let is_joined = !message.parts.is_empty();
    for part in message.each() {
        if is_joined {
            out.push(Line { kind: Kind::Heading, pieces: vec![Piece::Strong(short(&part.title))] });
        }
        head(&mut out, part);
    }
    if is_joined {
        out.extend(links(message));
    }
    message.each().iter().flat_map(|part| &part.notes).for_each(|note| notes(&mut out, note));
    out
}

/// What moved, what is known of it, how to take it back, and where to look.
fn head(out: &mut Vec<Line>, message: &Message) {
    out.extend(message.moves.iter().map(moved));
    for fact in &message.facts {
        out.push(plain(vec![Piece::Ours(fact.label), Piece::Ours(": "), text(&fact.text)]));
    }
    if let Some(command) = message.undo.as_ref().filter(|command| command.len() <= LONGEST_COMMAND) {
        out.push(plain(vec![Piece::Ours("undo: "), Piece::Code(command.clone())]));
    }
    out.extend(links(message));
}

fn links(message: &Message) -> impl Iterator<Item = Line> {
    message.links.iter().map(|link| plain(vec![Piece::Link { text: short(&link.text), url: link.url.clone() }]))
}

fn moved(one: &Move) -> Line {
    let place = match &one.instance {
        Some(instance) => format!("{}/{instance}", one.environment),
        None => one.environment.clone(),
    };
    let version = |text: &str| Piece::Code(short(&Version::new(text).map_or(text.to_string(), |it| it.short())));
    let mut pieces = vec![Piece::Strong(short(&one.application)), Piece::Ours(" in "), text(&place), Piece::Ours(": ")];
    match (&one.from, &one.to) {
        (Some(from), Some(to)) => pieces.extend([version(from), Piece::Ours(" → "), version(to)]),
        (None, Some(to)) => pieces.extend([Piece::Ours("new, "), version(to)]),
        (Some(from), None) => pieces.extend([Piece::Ours("gone, was "), version(from)]),
        (None, None) => pieces.push(Piece::Ours("touched")),
    }
    Line { kind: Kind::Item, pieces }
}

fn notes(out: &mut Vec<Line>, notes: &Notes) {
    let both = [(" coming in, ", &notes.coming), (" going out, ", &notes.going)];
    for (what, commits) in both.into_iter().filter(|(_, commits)| !commits.list().is_empty()) {
        out.push(counted(notes, what, commits));
        out.extend(commits.newest.iter().take(COMMITS).map(commit));
        let shown = commits.newest.len().min(COMMITS);
        let more = commits.total.unwrap_or(commits.newest.len()).saturating_sub(shown);
        if more > 0 && shown > 0 {
            let pieces = vec![Piece::Ours("and "), text(&more.to_string()), Piece::Ours(" more")];
            out.push(Line { kind: Kind::Item, pieces });
        }
    }
}

/// `3 commits coming in, web in production`.
fn counted(notes: &Notes, what: &'static str, commits: &Commits) -> Line {
    let total = commits.total.unwrap_or(commits.newest.len()).max(commits.newest.len());
    let count = format!("{total} {}", if total == 1 { "commit" } else { "commits" });
    let count = match &commits.page {
        Some(page) => Piece::Link { text: count, url: page.clone() },
        None => Piece::Text(count),
    };
    let place = [Piece::Strong(short(&notes.application)), Piece::Ours(" in "), text(&notes.environment)];
    let pieces = [count, Piece::Ours(what)].into_iter().chain(place).collect();
    Line { kind: Kind::Heading, pieces }
}

fn commit(commit: &CommitLine) -> Line {
    let id = commit.commit.get(..7).unwrap_or(&commit.commit).to_string();
    let id = match &commit.page {
        Some(page) => Piece::Link { text: id, url: page.clone() },
        None => Piece::Code(id),
    };
    let pieces =
        vec![id, Piece::Ours(" "), text(&commit.subject), Piece::Ours(" ("), text(&commit.author), Piece::Ours(")")];
    Line { kind: Kind::Item, pieces }
}

fn plain(pieces: Vec<Piece>) -> Line {
    Line { kind: Kind::Plain, pieces }
}

fn text(untrusted: &str) -> Piece {
    Piece::Text(short(untrusted))
}

fn short(untrusted: &str) -> String {
    bounded(untrusted).into_owned()
}
