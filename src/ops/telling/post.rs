//! Where messages are sent from, and what a sink is known by.

use std::time::Duration;

use crate::domain::hex::sha256;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Addressee, Feedback, Sink, Variable};
use crate::notify::Desk;

use crate::ops::context::Context;
use crate::ops::landing::template;
use crate::ops::reading::stack::Stack;

/// How long somebody waits for sinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// Telling is what the run is for.
    ForSinks,
    /// Something has landed, and whoever landed it waits: a sink that does not take the message at once is told by another run.
    Hardly,
}

impl Waiting {
    /// How long one sink may take to answer, and how long one that wants to be left alone is waited for.
    fn spans(self) -> (Duration, Duration) {
        match self {
            Waiting::ForSinks => (Duration::from_secs(30), Duration::from_secs(20)),
            Waiting::Hardly => (Duration::from_secs(5), Duration::ZERO),
        }
    }
}

/// The desk of this run.
pub fn desk<'d>(context: &'d Context<'_>, stack: &'d Stack, waiting: Waiting) -> Desk<'d> {
    let (limit, patience) = waiting.spans();
    Desk {
        variables: &context.repo.surroundings().variables,
        settings: &stack.main.settings,
        now: context.now,
        limit,
        patience,
    }
}

/// The text of a sink's template, as it stands at the base; `Err`: why there is none.
///
/// # Errors
/// The tree cannot be read.
pub fn text(stack: &Stack, path: &RepoPath) -> Result<Result<String, String>, Error> {
    let bytes = template::bytes(stack.main.files.as_ref(), path)?;
    Ok(match bytes.map(template::text) {
        Some(Ok(text)) => Ok(text),
        Some(Err(broken)) => Err(format!("its template `{}` cannot be used: {}", path.as_str(), broken.message)),
        None => Err(format!("its template `{}` is not there", path.as_str())),
    })
}

/// What a sink is known by: where its messages go, whatever events and environments it is for: `slack-1a2b3c4d`.
pub fn key(sink: &Sink) -> String {
    let (url, beside) = (sink.variable().as_str(), beside(sink));
    format!("{}-{}", sink.kind(), &sha256(format!("{} {url} {beside}", sink.kind()))[..12])
}

/// What else says where messages of a sink go. Whose secret signs them does not.
fn beside(sink: &Sink) -> String {
    match sink {
        Sink::SlackToken { channel, .. } => channel.clone(),
        Sink::Email { to, .. } => {
            let word = |one: &Addressee| match one {
                Addressee::Authors => "authors".to_string(),
                Addressee::Party(party) => party.name().to_string(),
            };
            to.iter().map(word).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

/// The variables that a sink needs, each by its name; the first that is not set in this run.
pub fn unset<'s>(to: &'s Feedback, desk: &Desk<'_>) -> Option<&'s str> {
    let all = [Some(to.sink.variable()), secret(&to.sink)];
    let name = |variable: &'s Variable| variable.as_str().trim_start_matches('$');
    all.into_iter().flatten().find(|variable| desk.value(variable).is_err()).map(name)
}

fn secret(sink: &Sink) -> Option<&Variable> {
    match sink {
        Sink::Dingtalk { secret, .. } | Sink::Feishu { secret, .. } | Sink::Webhook { secret, .. } => secret.as_ref(),
        _ => None,
    }
}
