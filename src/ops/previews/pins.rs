//! Where the pins of an application stand in what is copied from a template: where the rules say, else what they are found by.

use crate::domain::files::{EntryKind, Files, KUSTOMIZATIONS, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::pin::Pin;
use crate::domain::preview::Slug;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, Environment, PinRule};
use crate::ops::reading::world::Site;
use crate::overlay::{self, Reader, fill};

/// One instance's folder for an application, and the one that it is copied from.
pub struct Copy<'c> {
    pub slug: &'c Slug,
    pub template: RepoPath,
    pub folder: RepoPath,
}

/// The sites of an application in its copy. A rule whose place stands in the template, or has `{slug}` and stands in the copy,
/// is read there; of another one the template may have what it is found by (an image's name).
///
/// # Errors
/// A file that the rules name cannot be read.
pub fn sites<'a>(
    files: &dyn Files,
    (app, env): (&'a Application, &Environment),
    copy: &Copy<'_>,
) -> Result<Vec<Site<'a>>, Error> {
    let reader = Reader::new(files);
    let mut out: Vec<Site<'a>> = Vec::new();
    let is_own = |rule: &PinRule| rule.environments.is_empty() || rule.environments.contains(&env.name);
    let (own, others): (Vec<&PinRule>, Vec<&PinRule>) = app.pins.iter().partition(|rule| is_own(rule));
    for rule in own.into_iter().chain(others) {
        // What other environments are found by is looked for once, where nothing of it is found yet.
        if !is_own(rule) && out.iter().any(|site| site.rule.kind == rule.kind) {
            continue;
        }
        let here = fill::filled(rule, &app.name, &env.name, None);
        let place = rule.place(&app.name, &env.name, None).replace("{slug}", copy.slug.as_str());
        let Ok(place) = RepoPath::new(&place) else { continue };
        let own = within(&place, &copy.template, &copy.folder).or_else(|| {
            let is_here = place == copy.folder || place.is_within(&copy.folder);
            is_here.then(|| place.clone())
        });
        let found = match own {
            Some(place) => overlay::read_any(&reader, &here, &place, None)?.map(|_| place),
            None => match stands(&reader, &here, by_kind(files, &place, &copy.folder)?)? {
                Some(place) => Some(place),
                None => beside(&reader, files, &here, &copy.folder)?,
            },
        };
        out.extend(found.map(|place| Site { place, rule, here, cluster: None }));
    }
    Ok(out)
}

/// A place where what a rule is found by stands; `None`: it does not. What a kustomization does not list stands there only where
/// something that it builds on uses it.
fn stands(reader: &Reader<'_>, rule: &PinRule, place: RepoPath) -> Result<Option<RepoPath>, Error> {
    match overlay::read_any(reader, rule, &place, None) {
        Ok(None) => Ok(None),
        Ok(Some(reading)) if reading.version.is_none() && overlay::check(reader, rule, &reading).is_err() => Ok(None),
        Ok(Some(_)) => Ok(Some(place)),
        Err(Error::Invalid(why) | Error::Refused(why)) if overlay::is_lack(reader, rule, &place, &why) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The one file of a folder in which a rule finds something, where the kustomization there says nothing of it: an object of Argo CD or
/// Flux that it lists.
fn beside(
    reader: &Reader<'_>,
    files: &dyn Files,
    rule: &PinRule,
    folder: &RepoPath,
) -> Result<Option<RepoPath>, Error> {
    let mut found = Vec::new();
    for entry in files.list(folder)? {
        let name = entry.path.name();
        let is_object = entry.kind == EntryKind::File && is_yaml(name) && !KUSTOMIZATIONS.contains(&name);
        if is_object {
            found.extend(stands(reader, rule, entry.path)?);
        }
    }
    Ok(found.pop().filter(|_| found.is_empty()))
}

/// A place of the template as it is in the copy; `None`: it stands elsewhere.
fn within(place: &RepoPath, template: &RepoPath, folder: &RepoPath) -> Option<RepoPath> {
    if place == template {
        return Some(folder.clone());
    }
    let rest = place.as_str().strip_prefix(template.as_str())?.strip_prefix('/')?;
    RepoPath::new(&format!("{folder}/{rest}")).ok()
}

/// Where what a rule finds elsewhere would stand in a copy: in the file of the same name, else anywhere in the folder.
fn by_kind(files: &dyn Files, place: &RepoPath, folder: &RepoPath) -> Result<RepoPath, Error> {
    if let Some(file) = folder.child(place.name())
        && files.entry(&file)?.is_some()
    {
        return Ok(file);
    }
    Ok(folder.clone())
}

/// What these sites say; `None` where there are none.
///
/// # Errors
/// A file cannot be read any more.
pub fn pin(files: &dyn Files, app: &Application, env: &Environment, sites: &[Site<'_>]) -> Result<Option<Pin>, Error> {
    let reader = Reader::new(files);
    let mut readings = Vec::new();
    for site in sites {
        let found = overlay::read_any(&reader, &site.here, &site.place, None)?;
        readings.extend(found.map(|reading| site.of(app, reading)));
    }
    Ok(Pin::of(&app.name, &env.name, readings))
}
