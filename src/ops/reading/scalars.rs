//! The scalars of moved sites in both texts of a file, and whether nothing but them differs there.

use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::Error;
use crate::domain::settings::DigestRule;
use crate::ops::reading::world::World;
use crate::overlay::{self, Edits, Reader, SiteChange, fill, lock};

/// One of two worlds that are compared, with what was parsed of it.
pub struct Side<'w> {
    pub world: &'w World,
    pub reader: Reader<'w>,
}

impl<'w> Side<'w> {
    /// A side of which nothing is parsed yet.
    pub fn of(world: &'w World) -> Self {
        Self { world, reader: Reader::new(world.files.as_ref()) }
    }

    /// The edits that lead from what a site says here to what it says on the other side; `None` where they cannot be planned.
    pub fn change(&self, (app, env): (&AppName, &EnvName), here: &Reading, there: &Reading) -> Option<SiteChange> {
        let settings = &self.world.settings;
        settings.environment(env)?;
        let rule = fill::filled(settings.application(app)?.rule(&here.key)?, app, env, here.key.cluster.as_ref());
        overlay::change(&self.reader, &rule, here, there.version.as_ref()?, DigestRule::Drop).ok()
    }
}

/// The scalars of one moved site: the edits that lead to them in the old text and in the new one.
#[derive(Debug, Clone, Default)]
pub struct Scalars {
    pub old: Edits,
    pub new: Edits,
}

impl Scalars {
    /// Of a site that stands in both texts. Where nothing stood before nothing leads back: then only what the tool would have
    /// written is no more than the pin. `None`: no edits lead there, so that more than scalars may have changed.
    pub fn of(there: Option<&SiteChange>, back: Option<&SiteChange>) -> Option<Self> {
        Some(Self { old: there.map(SiteChange::all)?, new: back.map(SiteChange::all).unwrap_or_default() })
    }
}

/// Whether all that differs in a file are scalars of moved sites (`sites`: those that stand in a file; `None`: none do), or what
/// follows them there.
///
/// # Errors
/// A file cannot be read.
pub fn are_all_of(
    path: &RepoPath,
    old: &Side<'_>,
    new: &Side<'_>,
    sites: impl Fn(&RepoPath) -> Option<Vec<Option<Scalars>>>,
) -> Result<bool, Error> {
    if let Some(here) = sites(path) {
        return are_all(path, old.world, new.world, here);
    }
    let Some((led, follow)) = following(path, old, new)? else { return Ok(false) };
    let Some(there) = sites(&led) else { return Ok(false) };
    Ok(are_all(&led, old.world, new.world, there)? && are_all(path, old.world, new.world, [Some(follow)])?)
}

/// Whether all that differs in a file are these scalars. `None` among them: of a site that came, went, or cannot be planned.
///
/// # Errors
/// The file cannot be read.
fn are_all(
    path: &RepoPath,
    before: &World,
    after: &World,
    scalars: impl IntoIterator<Item = Option<Scalars>>,
) -> Result<bool, Error> {
    let kind = |world: &World| Ok::<_, Error>(world.files.entry(path)?.map(|entry| entry.kind));
    if kind(before)? != kind(after)? {
        return Ok(false);
    }
    let scalars: Option<Vec<Scalars>> = scalars.into_iter().collect();
    let (Some(scalars), Some(old), Some(new)) = (scalars, before.files.read(path)?, after.files.read(path)?) else {
        return Ok(false);
    };
    Ok(only(&scalars, &old, &new))
}

/// The scalars of a file that follows another one (`Chart.lock`), where in that only pins moved; `None`: it follows none, or says
/// something else than it would.
///
/// # Errors
/// The other file cannot be read.
fn following(path: &RepoPath, old: &Side<'_>, new: &Side<'_>) -> Result<Option<(RepoPath, Scalars)>, Error> {
    let Some(led) = lock::sibling(path) else { return Ok(None) };
    let (Some(was), Some(is)) = (old.world.files.read(&led)?, new.world.files.read(&led)?) else { return Ok(None) };
    let edits = |side: &Side<'_>, text: &[u8]| {
        Some(Edits { yaml: lock::follow(&side.reader, &led, text).ok()??.edits, ..Edits::default() })
    };
    Ok(edits(old, &is).zip(edits(new, &was)).map(|(old, new)| (led, Scalars { old, new })))
}

/// Whether nothing differs between two texts but these scalars: either the edits make one of the other, as a landing of the
/// tool does, or no byte around them differs.
pub fn only(scalars: &[Scalars], old: &[u8], new: &[u8]) -> bool {
    let here = Edits::all(scalars.iter().map(|scalars| &scalars.old));
    let there = Edits::all(scalars.iter().map(|scalars| &scalars.new));
    here.apply(old).is_ok_and(|made| made == new) || Edits::differ_only_at((old, &here), (new, &there))
}
