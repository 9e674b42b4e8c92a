//! Telling of one's own landing, as the last step after it; what it could not tell the next run does.

use crate::domain::refusal::Error;

use super::feedback_send::{OWN, news};
use crate::ops::context::{Context, Reach, Writing};
use crate::ops::landing::landed::{FollowUp, Landed};
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::telling::post;
use crate::ops::telling::tell::{self, State, Telling};

const WHAT: &str = "a message to people";

/// Tells the sinks of `feedback:` what has landed, where any of them can be reached from here.
pub fn follow(context: &mut Context<'_>, stack: &Stack, landed: &mut Landed, writing: &Writing) {
    // What is not pushed has not landed for anybody else.
    let is_here = stack.remote.is_some() && writing.reach == Reach::Local;
    let feedback = &stack.main.settings.feedback;
    if landed.request.is_some() || is_here || feedback.is_empty() {
        return;
    }
    let unset: Vec<&str> =
        feedback.iter().filter_map(|to| post::unset(to, &post::desk(context, stack, post::Waiting::Hardly))).collect();
    if unset.len() == feedback.len() {
        let are = if unset.len() == 1 { "is" } else { "are" };
        landed.notes.push(format!("`feedback:` tells nobody from here: `{}` {are} not set", unset.join("`, `")));
        return;
    }
    let tips = if stack.remote.is_some() { Tips::Seen } else { Tips::Local };
    let told = Stack::read(context, tips).and_then(|mut stack| {
        let news = news(context, &mut stack, landed.commit)?;
        tell::tell(context, &stack, news.as_slice(), OWN)
    });
    match told {
        Ok(told) => {
            for one in &told {
                if let State::Unset(variable) = &one.state {
                    landed.notes.push(format!("{} is not told from here: `{variable}` is not set", one.to.sink.kind()));
                }
            }
            landed.follow_ups.extend(told.iter().filter_map(step));
        }
        Err(error) => landed.follow_ups.push(FollowUp { what: WHAT, failed: Some(left(&error)) }),
    }
}

/// The step as it is told; `None`: there was none to take from here.
fn step(one: &Telling) -> Option<FollowUp> {
    let failed = match &one.state {
        State::Told(_) => None,
        State::Failed(why) => Some(format!("{}: {why}; `stageline feedback send` tries again", one.to.sink.kind())),
        State::Unknown(why) => Some(format!("{}: {why}", one.to.sink.kind())),
        State::Planned | State::Before | State::Begun | State::Unset(_) | State::Nobody(_) => return None,
    };
    Some(FollowUp { what: WHAT, failed })
}

fn left(error: &Error) -> String {
    if let Error::Interrupted(_) = error {
        return "interrupted while people were told; `stageline feedback send --again` tells it once more".to_string();
    }
    format!("{}; `stageline feedback send` tries again", error.refusal().on_one_line())
}
