//! What `status` says of environments that have instances: how many there are, and which, where one is named.

use crate::domain::names::EnvName;
use crate::domain::preview::Preview;
use crate::domain::refusal::{Code, Error};
use crate::domain::report::previews::InstancesReport;
use crate::domain::settings::NamePattern;

use crate::ops::context::Context;
use crate::ops::previews::due::Due;
use crate::ops::reading::stack::Stack;
use crate::ops::reports::previews;
use crate::records::preview as records;

/// The environments with instances that were asked for, else all; one that was not named and whose branch is not there is told in the
/// notes.
///
/// # Errors
/// A tree cannot be read.
pub fn of(
    context: &Context<'_>,
    stack: &Stack,
    (applications, named): (&[NamePattern], &[EnvName]),
    notes: &mut Vec<String>,
) -> Result<Vec<InstancesReport>, Error> {
    let mut out = Vec::new();
    for env in stack.main.settings.ephemeral() {
        let is_named = named.contains(&env.name);
        if !is_named && !named.is_empty() {
            continue;
        }
        let all = match recorded(stack, &env.name, applications) {
            Err(Error::Invalid(why)) if why.code == Code::NoSuchBranch && !is_named => {
                notes.push(why.message);
                continue;
            }
            all => all?,
        };
        let due = |one: &Preview| Due::by_its_end(one, context.now);
        let limit = env.ephemeral.as_ref().and_then(|rules| rules.limit);
        let (count, over) = (all.len(), all.iter().filter(|one| due(one).is_some()).count());
        let unasked = || Due::Unknown("`stageline preview list --fetch` asks whether it is still needed".to_string());
        let told = |one: &Preview| previews::told(stack, one, due(one).unwrap_or_else(unasked));
        let instances = all.iter().filter(|_| is_named).map(told).collect::<Result<_, Error>>()?;
        let (environment, limit) = (env.name.to_string(), limit.map(Into::into));
        out.push(InstancesReport { environment, count, limit, over, instances });
    }
    Ok(out)
}

/// The instances of an environment that run one of these applications.
fn recorded(stack: &Stack, env: &EnvName, applications: &[NamePattern]) -> Result<Vec<Preview>, Error> {
    let (world, _) = stack.any_environment(env)?;
    let is_shown = |one: &Preview| one.applications.keys().any(|app| NamePattern::take(applications, app.as_str()));
    let all = records::all(world.files.as_ref())?.into_iter().filter_map(|file| file.preview.ok());
    Ok(all.filter(|one| one.env == *env && is_shown(one)).collect())
}
