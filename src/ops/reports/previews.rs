//! Previews as reports show them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::Files;
use crate::domain::names::{AppName, EnvName};
use crate::domain::preview::{Preview, Previewed, Slug};
use crate::domain::refusal::Error;
use crate::domain::report::previews::{
    InstanceChanged, InstanceReport, LeakReport, LivesWord, PreviewReport, PreviewedReport,
};

use crate::ops::previews::asked::{Asked, What};
use crate::ops::previews::due::Due;
use crate::ops::previews::edits;
use crate::ops::previews::made::Wanted;
use crate::ops::previews::survey::Leak;
use crate::ops::reading::stack::Stack;
use crate::records::preview as records;

/// An instance as it is recorded.
///
/// # Errors
/// Its environment is not there.
pub fn told(stack: &Stack, preview: &Preview, due: Due) -> Result<PreviewReport, Error> {
    let (world, _) = stack.any_environment(&preview.env)?;
    let ground = edits::ground(stack, &world, &preview.env)?;
    let wanted = Wanted::of(preview);
    let own = ground.grounds.is_of_each();
    let urls = preview.applications.keys().map(|app| ground.url(&wanted, own.then_some(app)));
    let mut addresses: Vec<String> = urls.flatten().collect();
    addresses.dedup();
    let (lives, reason) = match due {
        Due::Not => (LivesWord::Yes, None),
        Due::Now(why) => (LivesWord::Due, Some(why)),
        Due::Unknown(why) => (LivesWord::Unknown, Some(why)),
    };
    Ok(PreviewReport {
        environment: preview.env.to_string(),
        instance: preview.slug.to_string(),
        applications: preview.applications.iter().map(previewed).collect(),
        addresses,
        request: preview.request.clone(),
        by: preview.by.clone(),
        since: preview.since,
        until: preview.until,
        lives,
        reason,
        file: Preview::path_of(&preview.env, &preview.slug),
    })
}

fn previewed((name, one): (&AppName, &Previewed)) -> PreviewedReport {
    let mut versions: Vec<String> = one.pins.values().map(ToString::to_string).collect();
    versions.dedup();
    PreviewedReport {
        application: name.to_string(),
        version: versions.join(" and "),
        commit: one.commit.map(|commit| commit.to_string()),
        origin: one.origin.clone(),
    }
}

/// What became of instances from one tree to the next, as their records say. `None`: there was no tree before.
///
/// # Errors
/// A tree cannot be read.
pub fn changed(before: Option<&dyn Files>, after: &dyn Files) -> Result<Vec<InstanceChanged>, Error> {
    let read = |files: &dyn Files| {
        let all = records::all(files)?.into_iter();
        Ok::<_, Error>(all.filter_map(|file| Some((file.place?, file.preview.ok()?))).collect::<BTreeMap<_, _>>())
    };
    let (old, new) = (before.map(read).transpose()?.unwrap_or_default(), read(after)?);
    let places: BTreeSet<&(EnvName, Slug)> = old.keys().chain(new.keys()).collect();
    let apps =
        |one: Option<&Preview>| one.map(|one| one.applications.iter().map(previewed).collect()).unwrap_or_default();
    let differs = places.into_iter().filter(|place| old.get(*place) != new.get(*place));
    let told = differs.map(|place| InstanceChanged {
        environment: place.0.to_string(),
        instance: place.1.to_string(),
        before: apps(old.get(place)),
        after: apps(new.get(place)),
    });
    Ok(told.collect())
}

/// What no recorded instance accounts for.
pub fn leak(leak: &Leak) -> LeakReport {
    LeakReport {
        environment: leak.env.to_string(),
        instance: leak.slug.as_ref().map(ToString::to_string),
        path: leak.path.to_string(),
        what: leak.what.clone(),
    }
}

/// An instance that a change is about.
pub fn asked(asked: &Asked) -> InstanceReport {
    let (addresses, request, destroyed) = match &asked.what {
        What::Made(making) => (making.urls.clone(), making.request.clone(), false),
        What::Gone => (Vec::new(), None, true),
    };
    let (environment, instance) = (asked.env.to_string(), asked.slug.to_string());
    InstanceReport { environment, instance, addresses, request, destroyed }
}
