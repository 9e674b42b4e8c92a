//! What the overlays of one place hold, by their kustomizations: the images of an application, and its other versions.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::Files;
use crate::domain::names::{AppName, ClusterName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{DigestRule, PinKind, PinRule};
use crate::overlay::survey::{Mark, Parsed};

use super::found::{Clusters, Found, Origin, Part, UNSET};
use super::images::{self, Around, Choice, Seen};
use super::kustomized::{self, Image, Kustomization};
use super::layout::Overlay;
use super::naming::{GUESS, last_part};
use super::order::rank;
use super::paths::by_number;
use super::units::{self, Unit};
use super::{groups, instances, marks, watch};

/// The part that these overlays are, one of each environment, and what was left out. `texts` are those of their files;
/// what was parsed is added to `parsed`.
pub fn read<'o>(
    files: &dyn Files,
    within: &str,
    overlays: &[(&'o Overlay, EnvName)],
    texts: Vec<Result<Option<Vec<u8>>, Error>>,
    parsed: &mut Vec<watch::Seen<'o>>,
) -> Result<Found, Error> {
    let Said { mut all, unread, marked } = said(overlays, texts, parsed)?;
    confirm(&mut all);
    let first = overlays.first().map(|(overlay, _)| *overlay);
    let app = first.and_then(|overlay| overlay.app.as_deref());
    let seen: Vec<Seen<'_>> = all
        .iter()
        .map(|(overlay, _, kustomization)| Seen { file: &overlay.file, folder: &overlay.folder, kustomization })
        .collect();
    let is_whole = all.iter().all(|(overlay, ..)| overlay.is_whole);
    let mut choice = images::choose(files, app, &seen, Around { within, is_whole })?;
    let unit = Unit {
        app: app.map(str::to_string),
        team: first.and_then(|overlay| overlay.team.clone()),
        within: within.to_string(),
        read: all.iter().map(|(overlay, env, it)| ((*env).clone(), overlay.file.clone(), it.sites.clone())).collect(),
        clusters: clusters(&all),
        splits: false,
        apart: false,
        is_folder: true,
        members: BTreeSet::new(),
        agreed: first_of_each(all.iter().zip(&choice.builds).map(|((_, env, _), build)| (*env, build.clone()))),
        base: None,
    };
    let lines = |it: &Kustomization| it.images.iter().map(|image| image.line).collect();
    let images = all.iter().map(|(overlay, _, it)| (overlay.file.clone(), lines(it)));
    let mut out = Found { marked, seen: images.collect(), ..Found::default() };
    units::choose(&unit, &mut out);
    beside(&unit, &all, &choice, &mut out);
    if !out.parts.is_empty() && choice.origin == Origin::Base {
        // What the remote base runs moves with its ref.
        choice = Choice::default();
    }
    out.left_out.append(&mut choice.left_out);
    out.left_out.extend(unread);
    out.empty.extend(Some(within.to_string()).filter(|_| choice.is_empty));
    if choice.images.is_empty() {
        return Ok(out);
    }
    if choice.origin == Origin::Base {
        out.left_out.push((choice.place.clone(), UNSET.into()));
    }
    let read: Vec<&EnvName> = all.iter().map(|(_, env, _)| *env).collect();
    let moving: BTreeSet<EnvName> = choice.moving.iter().map(|at| read[*at].clone()).collect();
    let is_kept = |env: &&EnvName| (rank(env.as_str()).is_some() || read.contains(env)) && !moving.contains(*env);
    let environments: BTreeSet<EnvName> = overlays.iter().map(|(_, env)| env).filter(is_kept).cloned().collect();
    let part = part(&unit, choice, environments.into_iter().collect(), &read, &mut out.left_out);
    let makers = makers(&part, &all);
    out.parts.push(Part { moving, makers, ..part });
    Ok(out)
}

/// What runs in the place of the images of a part.
fn makers(part: &Part, all: &[(&Overlay, &EnvName, Kustomization)]) -> BTreeSet<String> {
    let images = all.iter().flat_map(|(.., it)| &it.images).filter(|image| part.makers.contains(&image.name));
    let runs: BTreeSet<String> = images.map(|image| image.runs().to_string()).collect();
    if runs.is_empty() { part.makers.clone() } else { runs }
}

/// The images whose versions are their own, as applications by their own names.
fn beside(unit: &Unit, all: &[(&Overlay, &EnvName, Kustomization)], choice: &Choice, out: &mut Found) {
    let apart = |it: &Kustomization| {
        let own = it.images.iter().filter(|image| choice.apart.contains(&image.name));
        own.filter_map(Image::site).collect::<Vec<_>>()
    };
    let read = all.iter().map(|(overlay, env, it)| ((*env).clone(), overlay.file.clone(), apart(it)));
    let beside = Unit { app: None, splits: true, read: read.collect(), agreed: Default::default(), ..unit.clone() };
    let main = out.parts.len();
    units::choose(&beside, out);
    out.parts[main..].iter_mut().for_each(|part| part.beside = !choice.images.is_empty());
}

/// Leaves out overlays of no known environment that others of the same place build on, and that pin nothing: variants.
fn without_variants(all: &mut Vec<(&Overlay, &EnvName, Kustomization)>) {
    let built_on: BTreeSet<RepoPath> = all
        .iter()
        .flat_map(|(overlay, _, it)| it.builds_on.iter().filter_map(|target| overlay.folder.join(target).ok()))
        .collect();
    let says = |it: &Kustomization| it.images.iter().any(Image::is_fixed);
    all.retain(|(overlay, env, it)| rank(env.as_str()).is_some() || says(it) || !built_on.contains(&overlay.folder));
}

/// Leaves out overlays of environments that no list knows, unless they have an image or a text that a known one has.
fn confirm(all: &mut Vec<(&Overlay, &EnvName, Kustomization)>) {
    without_variants(all);
    let names = |it: &Kustomization| -> BTreeSet<String> {
        let images = it.images.iter().map(|image| image.name.clone());
        images.chain(it.sites.iter().map(|site| site.key.clone())).collect()
    };
    let known: BTreeSet<String> =
        all.iter().filter(|(overlay, ..)| !overlay.is_sibling).flat_map(|(.., it)| names(it)).collect();
    all.retain(|(overlay, _, it)| !overlay.is_sibling || !names(it).is_disjoint(&known));
}

fn clusters(all: &[(&Overlay, &EnvName, Kustomization)]) -> Clusters {
    let mut out = Clusters::new();
    for (overlay, env, _) in all {
        if let Some(cluster) = overlay.cluster.as_ref().filter(|cluster| ClusterName::new(cluster.as_str()).is_ok()) {
            out.entry((*env).clone()).or_default().insert(cluster.clone());
        }
    }
    out
}

/// What the kustomizations of these overlays say, as far as they can be read.
struct Said<'a, 'o> {
    all: Vec<(&'o Overlay, &'a EnvName, Kustomization)>,
    /// Where one cannot be read, and why.
    unread: Vec<(String, String)>,
    /// Lines that Flux's image automation marks.
    marked: Vec<(RepoPath, Mark)>,
}

fn said<'a, 'o>(
    overlays: &'a [(&'o Overlay, EnvName)],
    texts: Vec<Result<Option<Vec<u8>>, Error>>,
    parsed: &mut Vec<watch::Seen<'o>>,
) -> Result<Said<'a, 'o>, Error> {
    let mut out = Said { all: Vec::new(), unread: Vec::new(), marked: Vec::new() };
    for ((overlay, env), text) in overlays.iter().zip(texts) {
        let Some(bytes) = text? else { continue };
        out.marked.extend(marks::read(&bytes).into_iter().map(|mark| (overlay.file.clone(), mark)));
        let file = Parsed::new(&overlay.file, &bytes);
        let kustomization = file.and_then(|file| {
            let mut kustomization = kustomized::of(&file)?;
            let own = marks::own(&file, &bytes, |line| {
                let sites = kustomization.sites.iter().map(|site| site.line);
                sites.chain(kustomization.images.iter().map(|image| image.line)).any(|other| other == line)
            });
            kustomization.sites.extend(own);
            Ok((kustomization, file.into_tree()))
        });
        match kustomization {
            Ok((kustomization, tree)) => {
                out.all.push((overlay, env, kustomization));
                parsed.push((&overlay.folder, &overlay.file, tree));
            }
            Err(fault) => {
                out.unread.push((format!("{}:{}:{}", overlay.file, fault.line, fault.column), fault.message));
            }
        }
    }
    Ok(out)
}

/// What each environment builds: of several clusters the first one speaks, as it does of texts.
fn first_of_each<'e>(builds: impl Iterator<Item = (&'e EnvName, Option<String>)>) -> BTreeMap<EnvName, String> {
    let mut out = BTreeMap::new();
    for (env, build) in builds.filter_map(|(env, build)| Some((env.clone(), build?))) {
        out.entry(env).or_insert(build);
    }
    out
}

/// The part that the chosen images are. `read`: the environments whose kustomizations could be read, as the choice has them.
fn part(
    unit: &Unit,
    choice: Choice,
    environments: Vec<EnvName>,
    read: &[&EnvName],
    left_out: &mut Vec<(String, String)>,
) -> Part {
    let app = unit.app.as_deref();
    let names: Vec<String> = choice.images.iter().map(|(image, _)| image.clone()).collect();
    let first = names.first().map(|image| last_part(image).to_string());
    let members = groups::of_images(app, &names);
    let around = groups::name_of(&names).filter(|_| !members.is_empty());
    let name = app.map(str::to_string).or(around).or(first.filter(|_| members.is_empty()));
    let name = name.filter(|name| app.is_some() || AppName::new(name.as_str()).is_ok());
    let name = name.unwrap_or_else(|| GUESS.to_string());
    if !members.is_empty() {
        left_out.push((choice.place.clone(), groups::told(&name, &members)));
    }
    if !unit.clusters.is_empty() {
        let said = read.iter().copied().zip(&choice.builds).filter_map(|(env, build)| Some((env, build.as_deref()?)));
        left_out.extend(instances::told(&name, said).map(|told| (choice.place.clone(), told)));
    }
    let versions = first_of_each(read.iter().copied().zip(choice.builds));
    Part {
        name,
        team: unit.team.clone(),
        within: unit.within.clone(),
        environments,
        clusters: unit.clusters.clone(),
        pins: choice.images.iter().flat_map(|(image, overlays)| pins(unit, image, overlays, read)).collect(),
        members,
        tags: choice.tags,
        versions,
        origin: choice.origin,
        place: choice.place,
        things: names.iter().map(|image| last_part(image).to_string()).collect(),
        makers: names.into_iter().collect(),
        from: None,
        beside: false,
        limited: false,
        moving: BTreeSet::new(),
    }
}

/// The pins of an image that these overlays have; none of them: all. Those whose folders are sorted by numbers have a place each.
fn pins(unit: &Unit, image: &str, overlays: &[usize], read: &[&EnvName]) -> Vec<PinRule> {
    let pin = |within: String, environments: BTreeSet<EnvName>| PinRule {
        kind: PinKind::Image { image: image.to_string(), digest: DigestRule::Ask },
        within,
        environments: environments.into_iter().collect(),
        more: Default::default(),
    };
    let of = |at: &usize| read[*at].clone();
    let each = unit.read.iter().enumerate().filter(|(at, _)| overlays.is_empty() || overlays.contains(at));
    let numbered: Vec<PinRule> = each
        .filter_map(|(at, (_, file, _))| Some(pin(by_number(&unit.within, file)?, BTreeSet::from([of(&at)]))))
        .collect();
    if numbered.is_empty() { vec![pin(unit.within.clone(), overlays.iter().map(of).collect())] } else { numbered }
}
