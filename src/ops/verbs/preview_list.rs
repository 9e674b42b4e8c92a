//! `preview list`: which instances there are, of whom, until when, and whether they are still needed.

use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::previews::PreviewsReport;

use super::preview;
use crate::ops::context::{Context, Freshness};
use crate::ops::previews::due::{Due, Ends};
use crate::ops::previews::orphans;
use crate::ops::previews::survey;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reports::previews;

/// Lists the instances of one environment, or of all that have some. Sources and forges are asked where the remote is (`--fetch`).
///
/// # Errors
/// The environment has none, or the clone cannot be read.
pub fn list(context: &mut Context<'_>, env: Option<&EnvName>) -> Result<PreviewsReport, Error> {
    let stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    let envs = environments(&stack, env)?;
    let found = survey::of(&stack, &envs)?;
    let asks = context.options.freshness == Freshness::Fetched;
    let ends = Ends::new(context, &stack);
    let mut out = Vec::new();
    for one in &found.recorded {
        let unasked = || Due::Unknown("sources and forges are asked with `--fetch`".to_string());
        let due = match asks {
            true => ends.of(one)?,
            false => Due::by_its_end(one, context.now).unwrap_or_else(unasked),
        };
        out.push(previews::told(&stack, one, due)?);
    }
    let leaks = found.leaks.iter().map(previews::leak).collect();
    Ok(PreviewsReport { previews: out, leaks, notes: stack.notes.clone() })
}

/// The environments that are meant: one, or all that have instances.
///
/// # Errors
/// It lasts, or none has any.
pub fn environments(stack: &Stack, env: Option<&EnvName>) -> Result<Vec<EnvName>, Error> {
    let all: Vec<EnvName> = stack.main.settings.ephemeral().map(|env| env.name.clone()).collect();
    match (env, all.is_empty()) {
        (None, false) => Ok(all),
        // The rules have none any more, and some were left.
        (None, true) if !orphans::left(stack)?.is_empty() => Ok(all),
        _ => Ok(vec![preview::environment(stack, env)?]),
    }
}
