//! What is said where an application has no overlay, or one that cannot be read: where it was looked for, and what stands there.

use crate::domain::names::{ClusterName, EnvName, nearest};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, Environment, PinRule};

use crate::ops::reading::world::World;

/// At most this many neighbours are named.
const NEIGHBOURS: usize = 6;

/// What is said where an application has no overlay in an environment.
pub fn no_overlay(world: &World, app: &Application, env: &Environment) -> Error {
    let places = world.places(&[(app, env)]).unwrap_or_default();
    if !app.pins.is_empty() && app.pins.iter().all(|rule| !rule.serves(env)) {
        return left_out(app, env);
    }
    let mut refusal = Refusal::new(Code::NoOverlay, format!("`{}` has no overlay in `{}`", app.name, env.name));
    for place in &places {
        let (folder, names) = beside(world, place);
        let shown: Vec<String> = names.iter().take(NEIGHBOURS).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > NEIGHBOURS { ", ..." } else { "" };
        let instead = match shown.is_empty() {
            true => String::new(),
            false if folder.is_root() => format!("; the repository has {}{more}", shown.join(", ")),
            false => format!("; `{folder}` has {}{more}", shown.join(", ")),
        };
        refusal = refusal.detail(format!("looked at `{place}`{instead}"));
        let mut parts: Vec<&str> = place.parts().collect();
        if let Some(slip) = parts.get_mut(folder.parts().count())
            && let Some(near) = nearest(slip, names.iter().map(String::as_str))
        {
            *slip = near;
            refusal = refusal.hint(format!("did you mean `{}`?", parts.join("/")));
        }
    }
    refusal.hint("add the overlay, or correct the place of the pin in `stageline.yaml`").invalid()
}

/// What is said where an application has a pin in an environment, and nothing in some of its clusters.
pub fn of_clusters(clusters: &[ClusterName]) -> Option<String> {
    let names: Vec<String> = clusters.iter().map(|name| format!("`{name}`")).collect();
    let what = if clusters.len() == 1 { "the cluster" } else { "the clusters" };
    (!names.is_empty()).then(|| format!("it has no overlay in {what} {}", names.join(", ")))
}

/// What is said where all pins of an application leave an environment out.
fn left_out(app: &Application, env: &Environment) -> Error {
    let what = format!("`{}` has no pin for `{}`: `environments:` of its pins leaves it out", app.name, env.name);
    let named = |rule: &PinRule| {
        let names: Vec<String> = rule.environments.iter().map(|name| format!("`{name}`")).collect();
        format!("`{}` is for {}", rule.kind.identity(), names.join(", "))
    };
    Refusal::new(Code::NoOverlay, what)
        .details(app.pins.iter().filter(|rule| !rule.environments.is_empty()).map(named))
        .hint(format!("add `{}` to `environments:` of the pin in `stageline.yaml`, or a pin for it", env.name))
        .invalid()
}

/// Why an application is left out of what is asked of all: its pin cannot be read in an environment.
pub fn unread(env: &EnvName, why: &Refusal) -> String {
    format!("it cannot be read in `{env}`: {}", briefly(why))
}

/// Why a pin cannot be read, and the first thing to do about it, on one line.
pub fn briefly(why: &Refusal) -> String {
    let hint = why.hints.first().map_or(String::new(), |hint| format!(" (hint: {hint})"));
    format!("{}{hint}", why.message)
}

/// The nearest folder above a place that is there, and the names in it.
fn beside(world: &World, place: &RepoPath) -> (RepoPath, Vec<String>) {
    let mut above = place.parent();
    while let Some(folder) = above {
        let names: Vec<String> =
            world.files.list(&folder).unwrap_or_default().iter().map(|entry| entry.path.name().to_string()).collect();
        if !names.is_empty() {
            return (folder, names);
        }
        above = folder.parent();
    }
    (RepoPath::root(), Vec::new())
}
