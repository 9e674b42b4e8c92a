//! The environment that a promotion copies from: which one it is, and what it runs.

use std::sync::Arc;

use crate::config;
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::{Agreement, Pin, Reading};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, Environment, Origin};
use crate::domain::version::Version;
use crate::overlay::{self, Reader, fill};

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::then;
use crate::ops::reading::world::World;

/// Where versions are copied from: an environment in a world.
pub struct Origins {
    pub world: Arc<World>,
    pub env: Environment,
    /// As the trailer names it: `staging@<config commit>`, `staging/train-48@<config commit>`.
    pub name: String,
    /// As people name it: `staging`, `staging/train-48`, `staging@2026-11-27T13:00Z`.
    pub said: String,
    /// Applications of which it cannot be told what all the environments before run, and why.
    unread: Vec<(AppName, Refusal)>,
}

/// The environment before the target: as its `after` says, else the one before it in the list (POLICY.md, section 5).
pub fn before(
    stack: &Stack,
    world: &Arc<World>,
    env: &Environment,
    chosen: &[(&Application, Option<String>)],
) -> Result<Origins, Error> {
    let order = stack.ordered();
    refuse_without_order(world, env, &order)?;
    match env.named_before() {
        [] if env.after.is_some() => Err(after_nothing(env, &order)),
        [] => match order.iter().position(|name| *name == env.name) {
            Some(place) if place > 0 => plain_origins(stack, &order[place - 1]),
            _ => Err(first_of_all(env)),
        },
        [one] => plain_origins(stack, one),
        several => first_of_alike(stack, env, several, chosen),
    }
}

/// A discovered layout has an order only where all its names have a well-known place: an error where one has none.
fn refuse_without_order(world: &World, env: &Environment, order: &[EnvName]) -> Result<(), Error> {
    if world.settings.origin == Origin::Discovered
        && let Some(strange) = order.iter().find(|name| config::discover::rank(name.as_str()).is_none())
    {
        let message = format!("cannot tell which environment comes before `{}`: the layout has no order", env.name);
        return Err(Refusal::new(Code::NoOrder, message)
            .detail(format!("`{strange}` is not a name with a well-known place"))
            .hint(name_it(order))
            .hint("or write the order down: `stageline init`")
            .invalid());
    }
    Ok(())
}

/// The first of several environments before, where it does not matter which one is taken: they run the same version of all
/// that is chosen.
fn first_of_alike(
    stack: &Stack,
    env: &Environment,
    named: &[EnvName],
    chosen: &[(&Application, Option<String>)],
) -> Result<Origins, Error> {
    let all: Vec<Origins> = named.iter().map(|name| plain_origins(stack, name)).collect::<Result<_, _>>()?;
    let mut unread = Vec::new();
    for (app, _) in chosen {
        let pin = |one: &Origins| {
            let reader = Reader::new(one.world.files.as_ref());
            Ok(one.world.pin(&reader, app, &one.env)?.filter(|pin| pin.version().is_some()))
        };
        let pins: Vec<Option<Pin>> = match all.iter().map(pin).collect() {
            Err(Error::Invalid(why)) => {
                unread.push((app.name.clone(), why));
                continue;
            }
            other => other?,
        };
        let versions: Vec<Option<Version>> = pins.iter().map(|pin| pin.as_ref().and_then(Pin::version)).collect();
        let is_same = |two: &[Option<Pin>]| match two {
            [Some(one), Some(other)] => one.version() == other.version() || one.is_of_one_build_with(other),
            [one, other] => one.is_none() && other.is_none(),
            _ => true,
        };
        if !pins.windows(2).all(is_same) {
            let message = format!("the environments before `{}` run different versions of `{}`", env.name, app.name);
            return Err(Refusal::new(Code::SeveralBefore, message)
                .details(all.iter().zip(&versions).map(|(one, version)| {
                    format!("{}: {}", one.env.name, version.as_ref().map_or("none".into(), Version::to_string))
                }))
                .hint(format!("name one: `--from {}`", named[0]))
                .invalid());
        }
    }
    let first = all.into_iter().next().ok_or_else(|| anyhow::anyhow!("no environment before"))?;
    Ok(Origins { unread, ..first })
}

/// The error for an environment that stands apart: its `after` is there, and empty.
fn after_nothing(env: &Environment, order: &[EnvName]) -> Error {
    let message =
        format!("cannot tell which environment comes before `{}`: nothing says what it comes after", env.name);
    Refusal::new(Code::NoOrder, message)
        .hint(name_it(order))
        .hint(format!("or write it down: `after: ENV` in place of `after: []`, beside `name: {}`", env.name))
        .invalid()
}

/// The error for the environment that the order begins with: what it runs comes from the source alone.
fn first_of_all(env: &Environment) -> Error {
    let message = format!("`{}` is the first environment: there is none before it to copy from", env.name);
    Refusal::new(Code::FirstEnvironment, message)
        .hint("name the commit: `--commit REV`, `APP@REV`, or `--latest`; without a `source:` the version: `--version TEXT`")
        .invalid()
}

fn name_it(order: &[EnvName]) -> String {
    let names: Vec<&str> = order.iter().map(EnvName::as_str).collect();
    format!("name it: `--from ENV` (there are: {})", names.join(", "))
}

fn plain_origins(stack: &Stack, name: &EnvName) -> Result<Origins, Error> {
    let (world, env) = stack.environment(name)?;
    let (said, name) = (env.name.to_string(), format!("{}@{}", env.name, world.base));
    Ok(Origins { world, env, name, said, unread: Vec::new() })
}

/// An environment as it is, or as it was at a point of the past. `chosen`: the applications that are to move.
pub fn named(
    context: &Context<'_>,
    stack: &Stack,
    name: &EnvName,
    at: Option<&str>,
    chosen: &[&AppName],
) -> Result<Origins, Error> {
    let now = plain_origins(stack, name)?;
    let Some(at) = at else { return Ok(now) };
    let (world, env) = then::world_then(context, stack, &now.world, &now.env, at, chosen)?;
    let (said, place) = match stack.baselines.get(&(env.name.clone(), at.to_string())) {
        Some((baseline, _)) => (format!("{}/{baseline}", env.name), format!("{}/{baseline}", env.name)),
        None => (format!("{}@{at}", env.name), env.name.to_string()),
    };
    let name = format!("{place}@{}", world.base);
    Ok(Origins { world, env, name, said, unread: Vec::new() })
}

/// What the source environment runs, where its sites agree.
pub fn copied(from: &Origins, reader: &Reader<'_>, app: &Application) -> Result<Option<Pin>, Error> {
    if let Some((_, why)) = from.unread.iter().find(|(name, _)| *name == app.name) {
        return Err(why.clone().invalid());
    }
    let Some(own) = from.world.settings.application(&app.name) else { return Ok(None) };
    let Some(pin) = from.world.pin(reader, own, &from.env)? else { return Ok(None) };
    match pin.agreement() {
        Agreement::None => {
            // No version may mean a mistyped image: then say that.
            for reading in &pin.readings {
                if let Some(rule) = own.rule(&reading.key) {
                    let rule = fill::filled(rule, &app.name, &from.env.name, reading.key.cluster.as_ref());
                    match overlay::check(reader, &rule, reading) {
                        Ok(()) | Err(Error::CannotTell(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Ok(None)
        }
        Agreement::On(_) => Ok(Some(pin)),
        Agreement::Disagree(readings) => Err(disagree(from, app, &readings)),
    }
}

/// The error where the sites say several things.
pub fn disagree(from: &Origins, app: &Application, readings: &[&Reading]) -> Error {
    let (app, env) = (&app.name, &from.env.name);
    let what = format!("the sites of `{app}` in `{env}` disagree, so there is no one version to copy");
    Refusal::new(Code::SitesDisagree, what)
        .details(readings.iter().map(|r| {
            let cluster = r.key.cluster.as_ref().map_or(String::new(), |c| format!(" ({c})"));
            format!("{}{cluster}: {}", r.site, r.version.as_ref().map_or("none", |v| v.as_str()))
        }))
        .hint(format!("bring `{env}` in line first: `stageline promote {app} --to {env} ...`"))
        .refused()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::settings::FILE;

    /// A stack of these environments, each with the version that it runs, as `name: after: version`.
    fn stack(environments: &[(&str, &str, &str)]) -> Stack {
        let mut text = "version: 1\nenvironments:\n".to_string();
        let mut files = Vec::new();
        for (name, after, version) in environments {
            let after = if after.is_empty() { String::new() } else { format!(", after: {after}") };
            text += &format!("  - {{ name: {name}{after} }}\n");
            files.push((format!("web/{name}.yaml"), format!("tag: {version}\ntwo: {version}\n")));
        }
        text += "applications:\n  - name: web\n    pins: [{ file: \"web/{environment}.yaml\", path: tag }, { file: \"web/{environment}.yaml\", path: two }]\n";
        files.push((FILE.to_string(), text));
        Stack::of(&[("main", &Memory::new(files))])
    }

    /// Where a promotion to an environment copies from: its name, or the word of the refusal and its details.
    fn from(stack: &Stack, to: &str) -> Result<String, (String, Vec<String>)> {
        let (world, env) = stack.environment(&EnvName::new(to).unwrap()).unwrap();
        let chosen = [(&world.settings.applications[0], None)];
        let found = before(stack, &world, &env, &chosen);
        found.map(|origins| origins.env.name.to_string()).map_err(|error| {
            let refusal = error.refusal();
            (refusal.code.to_string(), refusal.details)
        })
    }

    fn refused(stack: &Stack, to: &str) -> String {
        from(stack, to).unwrap_err().0
    }

    #[test]
    fn it_copies_from_the_one_before_in_the_list_or_from_the_one_that_after_names() {
        let stack = stack(&[("dev", "", "v3"), ("qa", "", "v2"), ("live", "dev", "v1")]);
        assert_eq!(from(&stack, "qa").unwrap(), "dev");
        assert_eq!(from(&stack, "live").unwrap(), "dev");
        assert_eq!(refused(&stack, "dev"), "first-environment");
    }

    #[test]
    fn where_nothing_is_known_to_come_before_it_is_refused_wherever_it_stands() {
        let stack = stack(&[("dev", "", "v3"), ("live", "[]", "v1")]);
        assert_eq!(refused(&stack, "live"), "no-order");
    }

    #[test]
    fn of_several_before_it_copies_only_what_they_agree_on() {
        let agree = stack(&[("eu", "[]", "v2"), ("us", "[]", "v2"), ("live", "[eu, us]", "v1")]);
        assert_eq!(from(&agree, "live").unwrap(), "eu");
        let apart = stack(&[("eu", "[]", "v2"), ("us", "[]", "v3"), ("live", "[eu, us]", "v1")]);
        let told = ["eu: v2", "us: v3"].map(str::to_string).to_vec();
        assert_eq!(from(&apart, "live").unwrap_err(), ("several-before".to_string(), told));
    }

    #[test]
    fn a_layout_tells_an_order_only_by_names_with_a_well_known_place() {
        let layout = |names: [&str; 2]| {
            let mut stack = stack(&names.map(|name| (name, "", "v1")));
            let mut settings = (*stack.main.settings).clone();
            settings.origin = Origin::Discovered;
            stack.main = Arc::new(stack.main.seen_with(Arc::new(settings)));
            stack
        };
        let before = |names: [&str; 2], to: &str| {
            let stack = layout(names);
            let env = stack.main.settings.environment(&EnvName::new(to).unwrap()).unwrap().clone();
            before(&stack, &stack.main.clone(), &env, &[]).map(|origins| origins.env.name.to_string())
        };
        // Not the order in which they were found.
        assert_eq!(before(["production", "staging"], "production").unwrap(), "staging");
        assert_eq!(before(["production", "blue"], "production").unwrap_err().refusal().code, "no-order");
    }

    #[test]
    fn what_is_copied_is_what_all_sites_agree_on() {
        let stack = stack(&[("dev", "", "v3"), ("live", "", "v1")]);
        let copied_from = |stack: &Stack, name: &str| {
            let origins = plain_origins(stack, &EnvName::new(name).unwrap()).unwrap();
            let reader = Reader::new(origins.world.files.as_ref());
            copied(&origins, &reader, &origins.world.settings.applications[0])
        };
        assert_eq!(copied_from(&stack, "dev").unwrap().unwrap().readings.len(), 2);
        let text = stack.main.files.read(&crate::domain::path::RepoPath::new(FILE).unwrap()).unwrap().unwrap();
        let apart = Memory::new([(FILE, std::str::from_utf8(&text).unwrap()), ("web/dev.yaml", "tag: v3\ntwo: v4\n")]);
        let apart = Stack::of(&[("main", &apart)]);
        let refusal = copied_from(&apart, "dev").unwrap_err().refusal();
        assert_eq!(
            (refusal.code, refusal.details.len()),
            (crate::domain::refusal::Code::SitesDisagree, 2),
            "{refusal:?}"
        );
        assert!(copied_from(&apart, "live").unwrap().is_none(), "it is not there");
    }
}
