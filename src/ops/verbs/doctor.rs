//! `doctor`: looks at what can be seen, and says what is open, first of all what is only advisory. It writes nothing.

use crate::domain::finding::Finding;
use crate::domain::refusal::Error;
use crate::domain::report::doctor::DoctorReport;
use crate::git::source::Network;

use crate::ops::checkup::{doors, here, people, rules, sources};
use crate::ops::context::Context;
use crate::ops::reading::stack::{Stack, Tips};

/// Looks at all of it.
///
/// # Errors
/// There is no clone, or the rules in it cannot be read.
pub fn run(context: &mut Context<'_>) -> Result<DoctorReport, Error> {
    let mut found = Vec::new();
    let stack = read(context, &mut found)?;
    found.extend(doors::look(context, &stack)?);
    found.extend(here::look(context, &stack)?);
    if stack.main.has_file {
        found.extend(rules::look(context, &stack)?);
        found.extend(people::look(context, &stack)?);
        found.extend(sources::look(context, &stack)?);
    }
    Ok(DoctorReport::of(found))
}

/// The rules as the remote has them now; where that cannot be asked, as they are known here, which is told.
fn read(context: &mut Context<'_>, found: &mut Vec<Finding>) -> Result<Stack, Error> {
    let has_remote = !context.repo.remotes()?.is_empty();
    if has_remote && context.options.network == Network::Allowed {
        match Stack::read(context, Tips::Fetched) {
            Ok(stack) => return Ok(stack),
            Err(error @ (Error::CannotTell(_) | Error::Unauthenticated(_))) => {
                let why = Finding::unseen("remote", error)?;
                found.push(Finding {
                    says: format!("what it has now, so that all is as it was last fetched: {}", why.says),
                    ..why
                });
            }
            Err(error) => return Err(error),
        }
    }
    Stack::read(context, Tips::Known)
}
