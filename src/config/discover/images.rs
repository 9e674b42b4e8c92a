//! Which images of an application's overlays are its pins: read from `images:`, else from the manifests built on.

use std::collections::BTreeSet;

use crate::domain::files::Files;
use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::built;
use super::found::Origin;
use super::kustomized::{Image, Kustomization};
use super::naming::{last_part, shares};
use super::sites::by_image;
use super::strangers;
use super::versions::{has_commit, moves};

/// One overlay as the choice sees it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub file: &'a RepoPath,
    pub folder: &'a RepoPath,
    pub kustomization: &'a Kustomization,
}

/// The images that are pins, the tags they have, and what was left out with the reason.
#[derive(Debug)]
pub struct Choice {
    /// Each with the overlays that have it, in the order that those were given; none: all of them.
    pub images: Vec<(String, Vec<usize>)>,
    pub tags: Vec<String>,
    /// What each overlay says, in the order that they were given.
    pub builds: Vec<Option<String>>,
    /// The overlays where what it says moves: they have no version.
    pub moving: Vec<usize>,
    pub origin: Origin,
    /// The file and line of the first, where an overlay has it.
    pub place: String,
    /// The images whose versions are their own: of applications by their own names.
    pub apart: Vec<String>,
    /// Whether no image was found at all.
    pub is_empty: bool,
    pub left_out: Vec<(String, String)>,
}

impl Default for Choice {
    fn default() -> Self {
        let (images, tags, builds, moving, place, apart, is_empty, left_out) = Default::default();
        Self { images, tags, builds, moving, origin: Origin::Images, place, apart, is_empty, left_out }
    }
}

/// Where overlays lie, and what is theirs.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// How what is left out is placed.
    pub within: &'a str,
    /// Whether the images of what they build on are theirs, where they name none.
    pub is_whole: bool,
}

/// Chooses the pins of one application from its overlays.
pub fn choose(
    files: &dyn Files,
    app: Option<&str>,
    overlays: &[Seen<'_>],
    Around { within, is_whole }: Around<'_>,
) -> Result<Choice, Error> {
    let mut names: Vec<&str> = Vec::new();
    for image in overlays.iter().flat_map(|overlay| &overlay.kustomization.images) {
        if by_image(&image.name).is_some() && !names.contains(&image.name.as_str()) {
            names.push(&image.name);
        }
    }
    if names.is_empty() && !is_whole {
        return Ok(Choice::default());
    }
    if names.is_empty() {
        return from_bases(files, app, overlays, within);
    }
    let mut choice = Choice::default();
    for overlay in overlays {
        for image in &overlay.kustomization.images {
            let why = image.loose().map(|why| format!("`{}`: {why}", image.name));
            choice.left_out.extend(why.map(|why| (format!("{}:{}", overlay.file, image.line), why)));
        }
    }
    let mut candidates = candidates(overlays, &names);
    without_others(app, overlays, &mut candidates, &mut choice.left_out);
    let named = app.and_then(|app| named_after(app, &candidates));
    if named.is_none() && app.is_some() && !candidates.is_empty() {
        // What it builds on may have the application's own image: then these stand beside it.
        let mut own = from_bases(files, app, overlays, within)?;
        if let [(image, _)] = own.images.as_slice() {
            own.left_out = choice.left_out;
            for name in &candidates {
                let reason = format!(
                    "`{name}` runs beside `{image}`, which the application is named after: declare it in an application of its own"
                );
                own.left_out.push((place(overlays, name), reason));
            }
            return Ok(own);
        }
    }
    let Some(primary) = named.or_else(|| unnamed(overlays, &candidates)) else {
        let (listed, patched): (Vec<&str>, Vec<&str>) = candidates.iter().partition(|name| is_listed(overlays, name));
        choice.apart = listed.into_iter().map(str::to_string).collect();
        if let Some(first) = patched.first() {
            let reason =
                format!("none of its images is named after the application: {}; declare its pins", quoted(&patched));
            choice.left_out.push((place(overlays, first), reason));
        }
        return Ok(choice);
    };
    take(&mut choice, overlays, primary, candidates);
    Ok(choice)
}

/// Leaves out the images that others make.
fn without_others(
    app: Option<&str>,
    overlays: &[Seen<'_>],
    candidates: &mut Vec<&str>,
    left_out: &mut Vec<(String, String)>,
) {
    candidates.retain(|name| {
        let own = || entries(overlays, name).into_iter().flatten();
        let versions: Vec<&str> = own().filter_map(Image::build).collect();
        let runs = own().next().map_or(*name, Image::runs);
        let is_mirror = strangers::is_mirror(name, runs) && !has_commit(&versions);
        let mirrored = || is_mirror.then(|| strangers::told(last_part(name)));
        let other = strangers::image(app, runs, &versions).or_else(mirrored);
        let is_own = other.is_none();
        left_out.extend(other.map(|reason| (place(overlays, name), reason)));
        is_own
    });
}

/// What each overlay has for an image.
fn entries<'s>(overlays: &[Seen<'s>], name: &str) -> Vec<Option<&'s Image>> {
    overlays.iter().map(|overlay| overlay.kustomization.images.iter().find(|image| image.name == name)).collect()
}

/// What each overlay says of an image that others of the same build say too; a tag that moves is no build.
fn builds(overlays: &[Seen<'_>], name: &str) -> Vec<Option<String>> {
    let fixed = |image: Option<&Image>| image.filter(|image| image.loose().is_none())?.build().map(str::to_string);
    entries(overlays, name).into_iter().map(fixed).collect()
}

/// The images that can be pins: those that say a version, else those that can still take one (a `newName` alone).
fn candidates<'n>(overlays: &[Seen<'_>], names: &[&'n str]) -> Vec<&'n str> {
    let some = |name: &str, test: fn(&Image) -> bool| entries(overlays, name).into_iter().flatten().any(test);
    let fixed: Vec<&str> = names.iter().copied().filter(|name| some(name, Image::is_fixed)).collect();
    if !fixed.is_empty() {
        return fixed;
    }
    names.iter().copied().filter(|name| !some(name, |image| image.loose().is_some())).collect()
}

/// The image that is the application's though none is named after it: the only one, or the first of those that all
/// overlays have and that are always of one build.
fn unnamed<'n>(overlays: &[Seen<'_>], candidates: &[&'n str]) -> Option<&'n str> {
    if let [only] = candidates
        && is_listed(overlays, only)
    {
        return Some(only);
    }
    let in_all = |name: &&str| entries(overlays, name).iter().all(Option::is_some);
    let in_all: Vec<&str> = candidates.iter().copied().filter(in_all).collect();
    let agree = in_all.windows(2).all(|two| builds(overlays, two[0]) == builds(overlays, two[1]));
    in_all.first().copied().filter(|name| agree && is_listed(overlays, name))
}

/// Whether an overlay has an entry of the image: a patch alone may be of anything that runs beside the application.
fn is_listed(overlays: &[Seen<'_>], name: &str) -> bool {
    entries(overlays, name).into_iter().flatten().any(|image| !image.is_patched)
}

/// Takes an image, and with it those that are of the same builds wherever both are; the others are left out.
fn take(choice: &mut Choice, overlays: &[Seen<'_>], primary: &str, candidates: Vec<&str>) {
    choice.place = place(overlays, primary);
    let wanted = builds(overlays, primary);
    for name in candidates {
        let own = builds(overlays, name);
        let both = own.iter().zip(&wanted).filter(|(own, wanted)| own.is_some() && wanted.is_some());
        let has: Vec<usize> = (0..own.len()).filter(|at| own[*at].is_some()).collect();
        if own == wanted {
            choice.images.push((name.to_string(), Vec::new()));
        } else if !has.is_empty()
            && has.len() == both.clone().count()
            && both.clone().all(|(own, wanted)| own == wanted)
        {
            choice.images.push((name.to_string(), has));
        } else {
            choice.apart.push(name.to_string());
        }
    }
    let tags = entries(overlays, primary).into_iter().flatten().filter(|image| image.loose().is_none());
    choice.tags = tags.filter_map(|image| image.tag.clone()).collect();
    choice.builds = wanted;
    let is_moving = |image: &Option<&Image>| image.is_some_and(|image| image.loose().is_some());
    let moving = entries(overlays, primary).into_iter().enumerate().filter(|(_, image)| is_moving(image));
    choice.moving = moving.map(|(at, _)| at).collect();
}

/// The first file and line of an image.
fn place(overlays: &[Seen<'_>], name: &str) -> String {
    let own = |overlay: &Seen<'_>| {
        let image = overlay.kustomization.images.iter().find(|image| image.name == name)?;
        Some(format!("{}:{}", overlay.file, image.line))
    };
    overlays.iter().find_map(own).unwrap_or_default()
}

/// The image whose last part is the application's name, or shares it.
fn named_after<'n>(app: &str, names: &[&'n str]) -> Option<&'n str> {
    let exact = names.iter().find(|name| last_part(name) == app);
    exact.or_else(|| names.iter().find(|name| shares(app, last_part(name)))).copied()
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// No overlay has an `images:` entry: the one image of the base that is the application's.
fn from_bases(files: &dyn Files, app: Option<&str>, overlays: &[Seen<'_>], within: &str) -> Result<Choice, Error> {
    let images = match overlays.first() {
        Some(overlay) => built::by(files, overlay.folder, overlay.kustomization)?.images,
        None => BTreeSet::new(),
    };
    let moving = |name: &str| {
        let mut tags = images.iter().filter(|image| image::parts(image).0 == name).map(|image| image::parts(image));
        tags.all(|(_, tag, digest)| digest.is_none() && tag.is_some_and(moves))
    };
    let (others, found): (BTreeSet<String>, BTreeSet<String>) = images
        .iter()
        .filter(|image| !moving(image::parts(image).0))
        .map(|image| image::parts(image).0.to_string())
        .partition(|name| {
            let own = images.iter().filter(|image| image::parts(image).0 == name.as_str());
            let own: Vec<&str> = own.filter_map(|image| image::parts(image).1).collect();
            strangers::image(app, name, &own).is_some()
        });
    let named: Vec<&String> = match app {
        Some(app) => {
            let exact: Vec<&String> = found.iter().filter(|image| last_part(image) == app).collect();
            let exact_or_near = found.iter().filter(|image| shares(app, last_part(image))).collect();
            if exact.is_empty() { exact_or_near } else { exact }
        }
        None => found.iter().collect(),
    };
    let first = overlays.first().map_or(String::new(), |overlay| overlay.file.to_string());
    let mut choice = Choice { origin: Origin::Base, place: first, ..Choice::default() };
    match (named.as_slice(), found.len()) {
        ([one], _) => choice.images.push(((*one).clone(), Vec::new())),
        (_, 0) if others.is_empty() => choice.is_empty = true,
        (_, 0) => {
            let all: Vec<&str> = others.iter().map(String::as_str).collect();
            choice.left_out.push((within.to_string(), format!("all that it runs is made by others: {}", quoted(&all))));
        }
        _ => {
            let all: Vec<&str> = found.iter().map(String::as_str).collect();
            let reason = format!(
                "no `images:` entry, and not one image is named after the application: {}; declare its own: `{{ image: {}, in: \"{within}\" }}`",
                quoted(&all),
                if let [one] = all.as_slice() { one } else { "NAME" }
            );
            choice.left_out.push((within.to_string(), reason));
        }
    }
    Ok(choice)
}
