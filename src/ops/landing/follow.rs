//! The local branch after a landing: brought along, left alone with a word why, or failed and taken up by the next run.

use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::git::land::Local;
use crate::git::write::Sign;

use crate::ops::context::Context;
use crate::ops::landing::landed::FollowUp;

/// What became of the local branch.
pub struct Followed {
    /// The step itself; `None` where there was none to take, or where it was left alone on purpose.
    pub step: Option<FollowUp>,
    /// Why it was left alone.
    pub note: Option<String>,
}

/// Says what became of the local branch.
pub fn told(context: &Context<'_>, branch: &BranchName, sign: Sign, ended: Result<Local, Error>) -> Followed {
    let step = |failed| Followed { step: Some(FollowUp { what: "the local branch", failed }), note: None };
    let left = |why| Followed { step: None, note: Some(why) };
    match ended {
        Ok(Local::Moved) => step(None),
        Ok(Local::Absent | Local::There) => Followed { step: None, note: None },
        Ok(Local::LeftAlone(why)) => left(why),
        Ok(Local::Apart) => {
            // A rebase signs nothing of itself where only this tool's commits are.
            let command = if sign == Sign::Yes { "pull --rebase --gpg-sign" } else { "pull --rebase" };
            let command = context.options.by_git(command);
            left(format!("the local branch `{branch}` has commits of its own; bring them together with {command}"))
        }
        Ok(Local::Failed(why)) => step(Some(why)),
        Err(Error::Interrupted(_)) => {
            step(Some("interrupted: the local branch was left as it is; `git pull` brings it along".to_string()))
        }
        Err(error) => step(Some(format!("the local branch was left as it is: {error}"))),
    }
}
