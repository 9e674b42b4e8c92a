//! What waits for an environment, as `status` says it in a word: by the very judgement of `why`.

use std::collections::BTreeMap;

use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::why::{WhyRow, WhyWord};
use crate::domain::report::{VerdictWord, Waits};
use crate::domain::settings::NamePattern;

use super::hotfixing::Urgency;
use super::promote::What;
use super::why::{self, Request};
use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;

/// What is said of each application that could come to an environment from the one before it. Applications of which nothing is
/// left to come are not in it. Sources are asked only where the remote was.
///
/// # Errors
/// The clone cannot be read.
pub fn of(
    context: &mut Context<'_>,
    stack: &Stack,
    env: &EnvName,
    applications: &[AppName],
) -> Result<BTreeMap<AppName, Waits>, Error> {
    let as_known = context.options.as_known();
    let network = std::mem::replace(&mut context.options.network, as_known);
    let told = judged(context, stack, env, applications);
    context.options.network = network;
    told
}

/// All of them at once; where one of them cannot be resolved, by halves, so that it does not hide the others.
fn judged(
    context: &Context<'_>,
    stack: &Stack,
    env: &EnvName,
    applications: &[AppName],
) -> Result<BTreeMap<AppName, Waits>, Error> {
    if applications.is_empty() {
        return Ok(BTreeMap::new());
    }
    let exactly = |app: &AppName| NamePattern::new(app.as_str()).map(|pattern| (pattern, None));
    let asked = Request {
        urgency: Urgency::Ordinary,
        applications: applications.iter().map(exactly).collect::<Result<_, _>>().map_err(anyhow::Error::from)?,
        all: false,
        to: env.clone(),
        what: What::Before,
        at: None,
    };
    match (why::rows(context, stack, &asked, &[]), applications) {
        (Ok(told), _) => Ok(told.rows.iter().filter_map(word).collect()),
        (Err(Error::Failed(error)), _) => Err(Error::Failed(error)),
        (Err(error), [app]) => {
            let by = Some(error.refusal().message);
            Ok(BTreeMap::from([(app.clone(), Waits { state: WhyWord::Unknown, eligible_at: None, by })]))
        }
        (Err(_), several) => {
            let (one, other) = several.split_at(several.len() / 2);
            let mut out = judged(context, stack, env, one)?;
            out.extend(judged(context, stack, env, other)?);
            Ok(out)
        }
    }
}

/// A row of `why` in a word; `None`: nothing is left to come.
fn word(row: &WhyRow) -> Option<(AppName, Waits)> {
    let is_so = |verdict: VerdictWord| WhyWord::from(verdict) == row.state;
    let gate = row.gates.iter().find(|gate| is_so(gate.verdict)).map(|gate| gate.gate.clone());
    let by = match row.state {
        WhyWord::Nothing => return None,
        WhyWord::Ready => None,
        WhyWord::Waiting | WhyWord::Blocked => gate.or_else(|| row.refusals.first().map(|one| one.code.to_string())),
        WhyWord::Unknown => {
            let unknown = row.refusals.iter().find(|one| one.verdict == VerdictWord::Unknown);
            unknown.map(|one| one.message.clone()).or(gate)
        }
    };
    Some((AppName::new(&row.application).ok()?, Waits { state: row.state, eligible_at: row.eligible_at, by }))
}
