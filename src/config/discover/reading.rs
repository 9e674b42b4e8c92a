//! Reads the files whose paths tell an environment, and makes parts of applications of them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Files, read_ahead};
use crate::domain::names::{ClusterName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::overlay::survey::Parsed;
use crate::yaml::tree::Tree;

use super::defaults::{self, Ground};
use super::echoes::Echoes;
use super::found::{Clusters, Found, Origin, Part};
use super::naming::shares;
use super::objects::{self, Owned};
use super::order::rank;
use super::paths::Sure;
use super::places::Place;
use super::sites::{Says, Scope, Site};
use super::units::{self, Unit};
use super::watch::{self, Watch};
use super::{charts, crossed, fleet, flux, folders, groups, keyed, marks, released, values, variables};

/// One of these is in every file that says a version.
const WORDS: [&[u8]; 12] = [
    b"mage",
    b"IMAGE",
    b"tag",
    b"Tag",
    b"TAG",
    b"ersion",
    b"VERSION",
    b"evision",
    b"digest",
    b"commit",
    b"substitute",
    b"stageline:",
];
/// Keys of lists of versions, whose entries have none of these words.
const LISTS: [&[u8]; 5] = [b"applications:", b"apps:", b"services:", b"components:", b"releases:"];

/// What is found in all such files; `untold` are those whose paths tell no environment.
pub fn read(
    files: &dyn Files,
    places: &[Place],
    untold: BTreeSet<&RepoPath>,
    watch: Option<&dyn Watch>,
) -> Result<Found, Error> {
    let ground = Ground::of(places, untold);
    let (usual, sure): (Vec<&Place>, Vec<&Place>) = places.iter().partition(|place| place.sure == Sure::Usual);
    let mut read = grouped(files, &ground, sure, watch);
    let parts = read.iter().flatten().flat_map(|found| &found.parts);
    let known: BTreeSet<&str> = parts.flat_map(|part| &part.environments).map(EnvName::as_str).collect();
    let is_known = |place: &&Place| place.env.as_deref().is_some_and(|env| known.contains(env));
    let usual: Vec<&Place> = usual.into_iter().filter(is_known).collect();
    read.extend(grouped(files, &ground, usual, watch));
    let files_of_places = || places.iter().map(|place| &place.file);
    let released = released::of_helmfiles(files, ground.untold.iter().copied().chain(files_of_places()))?;
    let mut out = Found { released, ..Found::default() };
    for one in read {
        out.add(one?);
    }
    for generator in std::mem::take(&mut out.generators) {
        let own = |place: &Place, tree: &Tree| {
            let (env, sites) = generator.sites(tree.document(None).ok()?);
            let owner = place.app.clone().or_else(|| generator.owner.clone());
            Some(vec![Owned { owner, env, sites, deploys: true, ..Owned::default() }])
        };
        out.add(filled(files, places.iter().filter(|place| generator.reads(&place.file)), &own)?);
    }
    if !out.variables.is_empty() {
        let uses = variables::uses(files, ground.untold.iter().copied().chain(files_of_places()))?;
        let own = |_: &Place, tree: &Tree| Some(variables::read(tree, &uses));
        let of = std::mem::take(&mut out.variables);
        out.add(filled(files, places.iter().filter(|place| of.contains(&place.file)), &own)?);
    }
    Ok(out)
}

/// What is found at each place, of all the files that are there.
fn grouped(
    files: &dyn Files,
    ground: &Ground<'_>,
    places: Vec<&Place>,
    watch: Option<&dyn Watch>,
) -> Vec<Result<Found, Error>> {
    let mut groups: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for place in places {
        groups.entry(&place.within).or_default().push(place);
    }
    let groups: Vec<Vec<&Place>> = groups.into_values().collect();
    read_ahead(
        &groups,
        |group| group.iter().map(|place| files.read(&place.file)).collect(),
        |group, texts| {
            let mut parsed = Vec::new();
            let found = parts(files, ground, group, texts, &mut parsed)?;
            watch::tell(watch, parsed, &found.parts);
            Ok(found)
        },
    )
}

/// The parts of files that are filled in elsewhere, by what is read of each: for an ApplicationSet, or as variables of Flux.
fn filled<'p>(
    files: &dyn Files,
    places: impl Iterator<Item = &'p Place>,
    own: &dyn Fn(&Place, &Tree) -> Option<Vec<Owned>>,
) -> Result<Found, Error> {
    let mut out = Found::default();
    let mut units: BTreeMap<(&str, Option<String>), Unit> = BTreeMap::new();
    for place in places {
        let Some(bytes) = files.read(&place.file)? else { continue };
        let Ok(tree) = Tree::parse(&bytes) else { continue };
        for owned in own(place, &tree).unwrap_or_default() {
            let mut own = BTreeMap::new();
            add(&mut own, place, owned, &mut out.left_out);
            for (app, unit) in own {
                match units.entry((&place.within, app)) {
                    Entry::Occupied(mut known) => known.get_mut().read.extend(unit.read),
                    Entry::Vacant(new) => {
                        new.insert(unit);
                    }
                }
            }
        }
    }
    units.values().for_each(|unit| units::choose(unit, &mut out));
    Ok(out)
}

/// The parts of the files at one place.
fn parts<'p>(
    files: &dyn Files,
    ground: &Ground<'_>,
    group: &[&'p Place],
    texts: Vec<Result<Option<Vec<u8>>, Error>>,
    seen_files: &mut Vec<watch::Seen<'p>>,
) -> Result<Found, Error> {
    let mut out = Found::default();
    let Some(first) = group.first() else { return Ok(out) };
    let mut units: BTreeMap<Option<String>, Unit> = BTreeMap::new();
    // A name such as `smoke-test` may be an environment's by chance: a second one, or the document itself, confirms it.
    let (mut seen, mut is_confirmed) = (0, group.iter().any(|place| is_sure(place)));
    let mut echoes = Echoes::default();
    let siblings: BTreeSet<&str> =
        group.iter().filter(|place| place.sure == Sure::Sibling).filter_map(|place| place.env.as_deref()).collect();
    let below = defaults::Below::of(files, ground, first)?;
    for (place, text) in group.iter().zip(texts) {
        let Some(bytes) = text? else { continue };
        let is_crossed = place.env.is_none() && crossed::may_tell(&bytes);
        if place.env.is_none() && !is_crossed && !may_tell(&bytes) {
            continue;
        }
        seen += usize::from(place.sure != Sure::Sibling);
        let is_silent = !is_crossed && !may_say(&bytes) && !may_list(&place.file, &bytes);
        // Values that say no version are known to the others all the same.
        let silent = || Some(Owned { splits: true, ..Owned::default() }).filter(|_| place.is_values);
        let whole = if is_silent { silent() } else { keyed::read(&place.file, &bytes) };
        if is_silent || whole.is_some() {
            whole.into_iter().for_each(|owned| add(&mut units, place, owned, &mut out.left_out));
            continue;
        }
        // What is no YAML is a template, or nothing that a pin could stand in.
        let Ok(parsed) = Parsed::new(&place.file, &bytes) else { continue };
        if !is_data(parsed.tree()) {
            continue;
        }
        out.repositories.extend(flux::repositories(parsed.tree()));
        out.variables.extend(place.env.as_ref().filter(|_| variables::has(parsed.tree())).map(|_| place.file.clone()));
        echoes.add(place.env.as_deref(), parsed.tree());
        let mut all = owned(&parsed, &bytes, place, &mut out);
        over(&parsed, place, below.as_ref(), &mut all);
        all.extend(if is_crossed { crossed::read(&place.file, parsed.tree()) } else { Vec::new() });
        for mut owned in all {
            objects::by_name(&parsed, &mut owned.sites);
            is_confirmed |= owned.deploys && owned.env.is_some() && owned.env == place.env;
            out.generators.extend(owned.generator.take());
            out.released.extend(released::of_document(owned.owner.as_deref(), &owned.sites));
            served(files, place, &mut owned, &mut out.left_out)?;
            add(&mut units, place, owned, &mut out.left_out);
        }
        seen_files.push((&place.file, &place.file, parsed.into_tree()));
    }
    is_confirmed |= settle(ground, first, below.as_ref(), (&echoes, &siblings), &mut units);
    if !is_confirmed && seen < 2 {
        return Ok(Found::default());
    }
    choose(files, first, units, &mut out)?;
    Ok(out)
}

/// Leaves the environments that no list knows out of units unless something speaks for them, and adds what all go on top of. Returns
/// whether that confirms the place.
fn settle(
    ground: &Ground<'_>,
    first: &Place,
    below: Option<&defaults::Below>,
    (echoes, siblings): (&Echoes, &BTreeSet<&str>),
    units: &mut BTreeMap<Option<String>, Unit>,
) -> bool {
    let known = Known { siblings, echoing: echoes.of_siblings(siblings), is_usual: echoes.is_usual(siblings), below };
    *units = std::mem::take(units).into_iter().map(|(app, unit)| (app, confirmed(unit, &known))).collect();
    let read = units.values().flat_map(|unit| &unit.read);
    let is_confirmed = read.into_iter().any(|(env, ..)| siblings.contains(env.as_str()));
    let is_below = match (below, first.sure) {
        (None, _) => false,
        // Beside what no list knows alone, what all share is nobody's.
        (Some(below), Sure::Usual) => {
            units.values_mut().for_each(|unit| below.name(unit));
            false
        }
        (Some(below), _) => below.add(ground, units),
    };
    is_confirmed || is_below
}

/// Chooses the pins of units, and tells what all of their environments share where there are none.
fn choose(
    files: &dyn Files,
    first: &Place,
    units: BTreeMap<Option<String>, Unit>,
    out: &mut Found,
) -> Result<(), Error> {
    for unit in units.into_values() {
        let unit = if first.file.name() == "Chart.yaml" { charts::differing(unit, out) } else { unit };
        let unit = if first.is_values { charts::own(files, unit, out)? } else { unit };
        units::choose(&unit, out);
    }
    if out.parts.is_empty() && first.is_values && first.env.is_some() {
        shared(files, first, &mut out.left_out)?;
    }
    Ok(())
}

/// Whether one file alone is enough.
fn is_sure(place: &Place) -> bool {
    matches!(place.sure, Sure::Certain | Sure::Usual)
}

/// Whether a file is made of mappings and lists: any text is YAML of one word.
fn is_data(tree: &Tree) -> bool {
    tree.documents.iter().any(|document| document.entries().is_some() || document.items().is_some())
}

/// What speaks for environments that no list knows.
struct Known<'k> {
    siblings: &'k BTreeSet<&'k str>,
    /// Those that name themselves where a known one does.
    echoing: BTreeSet<&'k str>,
    /// Whether known ones name themselves, so that what does not is none.
    is_usual: bool,
    below: Option<&'k defaults::Below>,
}

/// A unit without the environments that no list knows, unless they say what a known one says, too.
fn confirmed(mut unit: Unit, Known { siblings, echoing, is_usual, below }: &Known<'_>) -> Unit {
    if siblings.is_empty() {
        return unit;
    }
    let says = |sites: &[Site]| -> BTreeSet<(String, Option<String>)> {
        sites.iter().map(|site| (site.key.clone(), site.thing.clone())).collect()
    };
    let of_known = unit.read.iter().filter(|(env, ..)| !siblings.contains(env.as_str()));
    let envs: BTreeSet<&EnvName> = of_known.clone().map(|(env, ..)| env).collect();
    // Beside one known environment alone a key may be the same by chance; a name is not.
    let tells = |(_, thing): &(String, Option<String>)| envs.len() > 1 || thing.is_some();
    let any: BTreeSet<_> = of_known.flat_map(|(.., sites)| says(sites)).collect();
    let mut known: BTreeSet<_> = any.iter().filter(|one| tells(one)).cloned().collect();
    // What patches the very object that stands below is of an environment, whatever that is called.
    let own = below.map(|below| says(below.deployed(unit.app.as_deref()))).unwrap_or_default();
    let below_alone: BTreeSet<_> = own.into_iter().filter(|(_, thing)| thing.is_some()).collect();
    known.extend(below_alone.iter().cloned());
    let app = unit.app.clone();
    let is_name = |env: &EnvName, sites: &[Site]| {
        app.as_deref() == Some(env.as_str()) || sites.iter().any(|site| site.thing.as_deref() == Some(env.as_str()))
    };
    unit.read.retain(|(env, _, sites)| {
        let said = says(sites);
        let is_echo = echoing.contains(env.as_str()) && !said.is_disjoint(&any);
        let known = if *is_usual { &below_alone } else { &known };
        !siblings.contains(env.as_str()) || ((is_echo || !said.is_disjoint(known)) && !is_name(env, sites))
    });
    unit
}

/// What the documents of a file say, and the lines that are marked in it.
fn owned(parsed: &Parsed<'_>, bytes: &[u8], place: &Place, out: &mut Found) -> Vec<Owned> {
    let tree = parsed.tree();
    let fleet = tree.document(None).ok().and_then(|root| fleet::read(&place.file, root));
    let mut found = match place.file.name() {
        "Chart.yaml" => vec![charts::read(tree)],
        _ => fleet.unwrap_or_else(|| objects::read(tree, place.may_be_values())),
    };
    let marks = marks::read(bytes);
    let marked = marks::sites(parsed, &marks, found.iter().flat_map(|owned| &owned.sites));
    let known = found.iter().flat_map(|owned| &owned.sites).chain(&marked).map(|site| site.line);
    let own = marks::own(parsed, bytes, |line| known.clone().any(|other| other == line));
    let own = own.into_iter().map(|site| Owned { owner: site.thing.clone(), sites: vec![site], ..Owned::default() });
    found.extend(own);
    out.marked.extend(marks.into_iter().map(|mark| (place.file.clone(), mark)));
    if !marked.is_empty() {
        found.push(Owned { sites: marked, splits: true, ..Owned::default() });
    }
    found
}

/// Adds the versions of values whose image the file below names.
fn over(parsed: &Parsed<'_>, place: &Place, below: Option<&defaults::Below>, all: &mut Vec<Owned>) {
    let Some(below) = below.filter(|_| place.may_be_values()) else { return };
    let known: BTreeSet<u32> = all.iter().flat_map(|owned| &owned.sites).map(|site| site.line).collect();
    let sites = below.versions(parsed.tree()).into_iter().filter(|site| !known.contains(&site.line));
    let sites: Vec<Site> = sites.collect();
    if !sites.is_empty() {
        all.push(Owned { sites, splits: true, ..Owned::default() });
    }
}

/// Finds what a version serves that names nothing: Flux's variable, or a tag for a whole chart.
fn served(
    files: &dyn Files,
    place: &Place,
    owned: &mut Owned,
    left_out: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    if let Some(folder) = &owned.fills {
        for site in owned.sites.iter_mut().filter(|site| site.thing.is_none()) {
            let variable = site.key.trim().rsplit('.').next().unwrap_or_default();
            if let Some((chart, from)) = groups::chart_of_variable(files, folder, variable)? {
                (site.thing, site.from) = (Some(chart), from);
            } else if site.component.is_none() {
                owned.members.extend(groups::of_variable(files, folder, variable)?);
            }
        }
    }
    let Some(common) = owned.sites.iter().find(|site| place.is_values && groups::is_common(site)) else {
        return Ok(());
    };
    if owned.members.len() < 2
        && let Some((_, tree)) = common_values(files, place)?
    {
        owned.members.extend(tree.documents.iter().flat_map(groups::of_values));
    }
    if owned.members.len() < 2 {
        let reason = format!(
            "`{}` names no image: where it serves several applications, declare them as its `members:`",
            common.key.trim()
        );
        left_out.push((format!("{}:{}", place.file, common.line), reason));
    }
    Ok(())
}

/// Whether a file may say a version at all: told without parsing it.
pub fn may_say(bytes: &[u8]) -> bool {
    WORDS.iter().any(|word| mentions(bytes, word))
}

/// Whether a file whose path tells no environment may have documents that do.
fn may_tell(bytes: &[u8]) -> bool {
    let kinds: [&[u8]; 3] = [b"kind: Application", b"kind: HelmRepository", b"targetCustomizations:"];
    kinds.iter().any(|kind| mentions(bytes, kind))
}

/// Whether a file may be a list of versions: by what it is called, or by a key.
fn may_list(file: &RepoPath, bytes: &[u8]) -> bool {
    let is_called =
        file.parts().any(|part| ["version", "tag", "release", "image"].iter().any(|word| part.contains(word)));
    is_called || LISTS.iter().any(|word| mentions(bytes, word))
}

/// Whether these words stand in a file.
pub fn mentions(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// Adds what a document says to the unit of its owner.
fn add(units: &mut BTreeMap<Option<String>, Unit>, place: &Place, owned: Owned, left_out: &mut Vec<(String, String)>) {
    let env = match (&place.env, owned.env) {
        (Some(env), _) => env.clone(),
        (None, Some(env)) if owned.deploys && rank(&env).is_some() => env,
        (None, _) => return,
    };
    let env = match EnvName::new(env) {
        Ok(env) => env,
        Err(why) => {
            left_out.push((place.file.to_string(), why.to_string()));
            return;
        }
    };
    // An environment that no list knows is told by the path alone.
    let owner =
        owned.owner.map(|owner| objects::without_end(&owner, env.as_str()).map(str::to_string).unwrap_or(owner));
    let owner = owner.filter(|owner| folders::says(owner).is_some());
    let app = match (&place.app, owner) {
        (path, Some(owner)) if owned.deploys && !(owned.splits && path.is_none()) => Some(owner),
        (Some(path), Some(owner)) if shares(path, &owner) => Some(path.clone()),
        (_, Some(owner)) if !owned.deploys => Some(owner),
        (path, _) => named_by_file(place, &owned.sites).or_else(|| path.clone()),
    };
    let unit = units.entry(app.clone()).or_insert_with(|| Unit {
        app,
        team: place.team.clone(),
        within: place.within.clone(),
        read: Vec::new(),
        clusters: Clusters::new(),
        splits: owned.splits,
        apart: owned.apart,
        is_folder: false,
        members: BTreeSet::new(),
        agreed: BTreeMap::new(),
        base: None,
    });
    unit.members.extend(owned.members);
    if let Some(cluster) = place.cluster.as_ref().filter(|cluster| ClusterName::new(cluster.as_str()).is_ok()) {
        unit.clusters.entry(env.clone()).or_default().insert(cluster.clone());
    }
    match unit.read.iter_mut().find(|(own, file, _)| *own == env && *file == place.file) {
        Some((.., sites)) => sites.extend(owned.sites),
        None => unit.read.push((env, place.file.clone(), owned.sites)),
    }
}

/// The file's own name, where what stands in it is named after that, and not after the folder around.
fn named_by_file(place: &Place, sites: &[Site]) -> Option<String> {
    let (app, stem) = (place.app.as_ref()?, place.stem.as_ref()?);
    let has = |name: &str| sites.iter().filter_map(|site| site.thing.as_deref()).any(|thing| shares(name, thing));
    (!has(app) && has(stem)).then(|| stem.clone())
}

/// Tells of the tags in `values.yaml`, which all environments share.
fn shared(files: &dyn Files, place: &Place, left_out: &mut Vec<(String, String)>) -> Result<(), Error> {
    let Some((file, tree)) = common_values(files, place)? else { return Ok(()) };
    let Ok(root) = tree.document(None) else { return Ok(()) };
    for site in values::sites(&Scope::default(), root, &[]) {
        if matches!(site.says, Says::Fixed(_)) {
            let reason = format!(
                "`{}` is shared by all environments: set it in `{}`, then it can move",
                site.key.trim(),
                place.within
            );
            left_out.push((format!("{file}:{}", site.line), reason));
        }
    }
    Ok(())
}

/// The `values.yaml` that the values of each environment go on top of.
fn common_values(files: &dyn Files, place: &Place) -> Result<Option<(RepoPath, Tree)>, Error> {
    let folder = place.file.parent().unwrap_or_default();
    for folder in [Some(folder.clone()), folder.parent()].into_iter().flatten() {
        let Ok(file) = folder.join("values.yaml") else { continue };
        if file != place.file
            && let Some(bytes) = files.read(&file)?
            && let Ok(tree) = Tree::parse(&bytes)
        {
            return Ok(Some((file, tree)));
        }
    }
    Ok(None)
}

/// Limits a part to its environments where, in another one, something else stands at its place.
pub fn limit(files: &dyn Files, part: &mut Part, all: &BTreeSet<EnvName>) -> Result<(), Error> {
    part.limited |= part.moving.iter().any(|env| all.contains(env));
    if part.origin != Origin::Text {
        return Ok(());
    }
    for env in all.iter().filter(|env| !part.environments.contains(env)) {
        let place = part.within.replace("{environment}", env.as_str());
        if let Ok(path) = RepoPath::new(&place)
            && files.entry(&path)?.is_some()
        {
            part.limited = true;
        }
    }
    Ok(())
}
