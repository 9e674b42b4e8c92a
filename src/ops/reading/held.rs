//! What is held in a world: its own holds and those of the main branch, each by what its name means.
//!
//! An earlier name of an application, as its `was:` says, means that application. Another name that an application or
//! environment once had and that is gone holds nothing: it is left over. A name that never was is a slip of whoever wanted something held, so it holds the whole environment, or everything.

use std::sync::Arc;

use crate::domain::files::Files;
use crate::domain::hold::{Cover, HoldFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{FILE, Settings};

use crate::ops::context::Context;
use crate::ops::reading::gone;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// The holds that count in a world. Those of the main branch name it where the world is another branch's.
pub fn of(context: &Context<'_>, stack: &Stack, world: &World) -> Result<Vec<HoldFile>, Error> {
    let mut all = world.holds.clone();
    if world.branch != stack.main.branch {
        let more = stack.main.holds.iter().cloned();
        all.extend(more.map(|hold| HoldFile { branch: Some(stack.main.branch.clone()), ..hold }));
    }
    by_name(context, stack, world, all)
}

/// The same for holds that were read already.
pub fn by_name(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    mut holds: Vec<HoldFile>,
) -> Result<Vec<HoldFile>, Error> {
    let now = [&stack.main.settings, &world.settings];
    let mut past: Option<Past> = None;
    for file in &mut holds {
        if let Some(app) = file.cover.app.as_ref().and_then(|app| called_now(&now, app)) {
            file.cover.app = Some(app.clone());
        }
        let strange = Strange::of(file, &now);
        if strange.is_none() {
            if file.held().is_none()
                && let Some(group) = file.cover.app.as_ref().and_then(|app| stack.main.settings.group_of(app))
            {
                file.cover.app = Some(group.name.clone());
            }
            continue;
        }
        let past = match &past {
            Some(past) => past,
            None => past.insert(Past::read(context, stack, world)?),
        };
        strange.judge(file, past);
    }
    Ok(holds)
}

/// What is to be said of holds under names that nothing has today: a line for each that would still hold, of one environment
/// or all. A name of an environment that is gone may be that of any.
///
/// # Errors
/// The past of the settings cannot be read.
pub fn strange(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    env: Option<&EnvName>,
) -> Result<Vec<String>, Error> {
    let now = [&stack.main.settings, &world.settings];
    let mut out = Vec::new();
    for file in of(context, stack, world)? {
        let is_over = file.hold.as_ref().is_ok_and(|hold| hold.until.is_some_and(|until| until <= context.now));
        let place = file.place();
        if is_over {
            continue;
        }
        if let Some(slip) = &file.slip {
            out.push(format!("`{place}`: {slip}, so it holds more than that"));
        }
        let of_name = Strange::of(&file, &now);
        let is_about = of_name.env || file.cover.env.as_ref().is_none_or(|own| env.is_none_or(|env| own == env));
        if !file.left_over || !is_about {
            continue;
        }
        out.push(match (&file.cover.app, &file.cover.env) {
            (_, Some(env)) if of_name.env => format!(
                "`{place}` holds nothing: no environment is called `{env}` any more; move it to the folder of what is meant, or take it away"
            ),
            (Some(app), _) => format!(
                "`{place}` holds nothing: no application is called `{app}` any more; if one was, say `was: [{app}]` of it, or take the file away"
            ),
            (None, _) => format!("`{place}` holds nothing"),
        });
    }
    Ok(out)
}

/// The application that had this name before, where one alone says so and nothing is called so today.
fn called_now<'s>(now: &[&'s Arc<Settings>], name: &AppName) -> Option<&'s AppName> {
    let is_known =
        |settings: &&&Arc<Settings>| settings.application(name).is_some() || settings.group_of(name).is_some();
    if now.iter().any(|settings| is_known(&settings)) {
        return None;
    }
    let says = |settings: &&&'s Arc<Settings>| settings.applications.iter().any(|app| app.rules.was.contains(name));
    now.iter().find(says)?.called_now(name)
}

/// Which of the names of a hold mean nothing today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Strange {
    app: bool,
    env: bool,
}

impl Strange {
    fn of(file: &HoldFile, now: &[&Arc<Settings>]) -> Self {
        let cover = &file.cover;
        Self {
            // A commit is held by its source, whatever became of the name.
            app: file.held().is_none()
                && cover.app.as_ref().is_some_and(|app| {
                    !now.iter().any(|settings| settings.application(app).is_some() || settings.group_of(app).is_some())
                }),
            env: cover.env.as_ref().is_some_and(|env| !now.iter().any(|settings| settings.environment(env).is_some())),
        }
    }

    fn is_none(self) -> bool {
        !self.app && !self.env
    }

    fn judge(self, file: &mut HoldFile, past: &Past) {
        let Cover { env, app, .. } = &file.cover;
        let knew_app = app.as_ref().filter(|_| self.app).is_none_or(|app| {
            past.knew(|settings| settings.application(app).is_some() || settings.group_of(app).is_some())
        });
        let knew_env = env
            .as_ref()
            .filter(|_| self.env)
            .is_none_or(|env| past.knew(|settings| settings.environment(env).is_some()));
        if knew_app && knew_env {
            file.left_over = true;
            return;
        }
        let name = |name: Option<String>| format!("`{}`", name.unwrap_or_default());
        let slip = if knew_app {
            format!("no environment is called {}", name(env.as_ref().map(ToString::to_string)))
        } else {
            format!("no application is called {}", name(app.as_ref().map(ToString::to_string)))
        };
        file.slip = Some(slip);
        if !knew_app {
            file.cover.app = None;
        }
        if !knew_env {
            file.cover.env = None;
        }
    }
}

/// The settings of the past, as far as `stageline.yaml` tells of them.
enum Past {
    Settings(Vec<Arc<Settings>>),
    /// Only the layout tells what there is, so a folder that is gone is all that a name can mean.
    Layout,
}

impl Past {
    fn read(context: &Context<'_>, stack: &Stack, world: &World) -> Result<Self, Error> {
        if !world.has_file && !stack.main.has_file {
            return Ok(Past::Layout);
        }
        let file = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        let mut found = Vec::new();
        for base in [world.base, stack.main.base] {
            for commit in context.repo.landings(base, std::slice::from_ref(&file), None)?.commits {
                let files = context.repo.snapshot(commit)?;
                match stack.shelf.own(&files as &dyn Files) {
                    Ok(settings) => found.extend(settings),
                    // What could not be read then named nobody.
                    Err(Error::Invalid(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        // A member that is gone was never in the file.
        for world in stack.worlds() {
            found.push(Arc::clone(&gone::with_gone(context, Arc::clone(world))?.settings));
        }
        Ok(Past::Settings(found))
    }

    fn knew(&self, says: impl Fn(&Settings) -> bool) -> bool {
        match self {
            Past::Settings(all) => all.iter().any(|settings| says(settings)),
            Past::Layout => true,
        }
    }
}
