//! Which texts of one application's files are its pins: those that are fixed, are its own, and move as one.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::settings::{Field, PinKind, PinRule};
use crate::overlay::fill::kind_has;
use crate::yaml::route::{Route, Step};

use super::found::{Clusters, Follower, Found, Origin, Part};
use super::naming::{GUESS, OTHERS, last_part, shares};
use super::order::{is_region, rank};
use super::paths::by_number;
use super::sites::{Says, Site, Stand};
use super::spelled::dashed;
use super::versions::has_commit;
use super::{groups, instances, strangers};

/// What is told of a thing whose name is not the application's.
pub const SOMEBODY_ELSES: &str = "is not named after the application: its version may be somebody else's";

/// One text in every environment that has it.
#[derive(Debug, Default)]
struct Candidate<'s> {
    at: BTreeMap<&'s EnvName, (&'s RepoPath, &'s Site)>,
}

/// The files of one application in one layout.
#[derive(Debug, Clone)]
pub struct Unit {
    pub app: Option<String>,
    pub team: Option<String>,
    pub within: String,
    /// For each environment the file and what it says.
    pub read: Vec<(EnvName, RepoPath, Vec<Site>)>,
    /// What `{cluster}` in `within` stands for: an environment with clusters has a file for each.
    pub clusters: Clusters,
    /// Whether parts with versions of their own are applications of their own.
    pub splits: bool,
    /// Whether each image is an application by its own name, whatever they say together.
    pub apart: bool,
    /// Whether `within` is the folder of a kustomization; else it is a file.
    pub is_folder: bool,
    /// What a tag that names no image serves.
    pub members: BTreeSet<String>,
    /// What the images of the same files say: what agrees with them is the application's, whatever it is named.
    pub agreed: BTreeMap<EnvName, String>,
    /// The file that others go on top of, where it is the last environment's.
    pub base: Option<RepoPath>,
}

impl<'s> Candidate<'s> {
    fn any(&self) -> Option<&'s Site> {
        self.at.values().next().map(|(_, site)| *site)
    }

    fn component(&self) -> Option<&'s str> {
        self.any().and_then(|site| site.component.as_deref())
    }

    fn thing(&self) -> Option<&'s str> {
        self.any().and_then(|site| site.thing.as_deref())
    }

    fn names(&self) -> impl Iterator<Item = &'s str> {
        [self.component(), self.thing()].into_iter().flatten()
    }

    fn place(&self) -> String {
        self.at.values().next().map_or(String::new(), |(file, site)| format!("{file}:{}", site.line))
    }

    fn versions(&self) -> BTreeMap<EnvName, String> {
        let version = |site: &Site| match &site.says {
            Says::Fixed(text) => text.clone(),
            Says::Loose(_) => String::new(),
        };
        self.at.iter().map(|(env, (_, site))| ((*env).clone(), version(site))).collect()
    }
}

/// Whether two say the same tag wherever both say something, and that is somewhere.
pub fn agree(one: &BTreeMap<EnvName, String>, other: &BTreeMap<EnvName, String>) -> bool {
    let tag = |text: &str| text.split('@').next().unwrap_or_default().to_string();
    let mut both = one.iter().filter_map(|(env, text)| Some((text, other.get(env)?))).peekable();
    both.peek().is_some() && both.all(|(one, other)| tag(one) == tag(other))
}

/// Chooses the pins of a unit; what is left out is told.
pub fn choose(unit: &Unit, out: &mut Found) {
    let read = unit.read.iter().filter(|(.., sites)| !sites.is_empty());
    out.seen.extend(read.map(|(_, file, sites)| (file.clone(), sites.iter().map(|site| site.line).collect())));
    let (followers, mut candidates): (Vec<_>, Vec<_>) = candidates(unit, &mut out.left_out)
        .into_iter()
        .partition(|candidate| candidate.any().is_some_and(|site| site.stand == Stand::Follower));
    out.followers.extend(followers.iter().map(|candidate| follower(unit, candidate)));
    candidates.retain(|candidate| match others(unit, candidate) {
        Some(reason) => {
            out.left_out.push((candidate.place(), reason));
            false
        }
        None => true,
    });
    if let Some(reason) = doubtful(unit, &candidates) {
        out.left_out.push((candidates.first().map_or(unit.within.clone(), Candidate::place), reason));
        return;
    }
    if unit.apart {
        split(unit, &candidates, out);
        return;
    }
    let candidates = listed_apart(unit, candidates, out);
    if candidates.is_empty() {
        return;
    }
    choose_among(unit, candidates, out);
}

/// Makes what a list tells apart applications of their own, where they differ, however the names are alike; the others.
fn listed_apart<'s>(unit: &'s Unit, candidates: Vec<Candidate<'s>>, out: &mut Found) -> Vec<Candidate<'s>> {
    let is_listed = |candidate: &Candidate<'_>| candidate.any().is_some_and(|site| site.stand == Stand::Listed);
    let (listed, rest): (Vec<_>, Vec<_>) = candidates.into_iter().partition(is_listed);
    if listed.windows(2).any(|two| !agree(&two[0].versions(), &two[1].versions())) {
        split(unit, &listed, out);
        return rest;
    }
    listed.into_iter().chain(rest).collect()
}

/// What is the unit's own application among these, and what is beside it.
fn choose_among(unit: &Unit, candidates: Vec<Candidate<'_>>, out: &mut Found) {
    let Some(primary) = primary(unit.app.as_deref(), &candidates) else {
        let agree = candidates.windows(2).all(|two| agree(&two[0].versions(), &two[1].versions()));
        let is_group = unit.app.is_none() && agree && !members(unit, &candidates).is_empty();
        if is_group {
            out.parts.push(grouped(unit, None, &candidates, &mut out.left_out));
        } else {
            split(unit, &candidates, out);
        }
        return;
    };
    let wanted = candidates[primary].versions();
    let serves_many = candidates[primary].names().next().is_none() && unit.members.len() > 1;
    let name = unit.app.clone().or_else(|| candidates[primary].names().last().map(str::to_string));
    let (own, others): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| agree(&candidate.versions(), &wanted));
    let mut main = grouped(unit, name.as_deref(), &own, &mut out.left_out);
    if serves_many {
        main.members = unit.members.iter().cloned().collect();
    }
    out.parts.push(main);
    // What runs beside it with versions of its own is an application of its own, but for charts: those may be anybody's.
    let name = name.as_deref().unwrap_or(GUESS);
    let is_own = |candidate: &Candidate<'_>| {
        let is_named = candidate.names().next().is_some_and(|own| last_part(own) != name);
        is_named
            && (unit.splits || candidate.any().is_some_and(|site| matches!(site.stand, Stand::Own | Stand::Listed)))
    };
    let (apart, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_own);
    let main = out.parts.len();
    split(unit, &apart, out);
    out.parts[main..].iter_mut().for_each(|part| part.beside = !unit.splits);
    for other in others {
        let kind = other.any().map(|site| site.named.as_ref().unwrap_or(&site.kind));
        let what = kind.map_or(String::new(), PinKind::identity);
        let reason =
            format!("the version of `{what}` differs from that of `{name}`: declare an application of its own");
        out.left_out.push((other.place(), reason));
    }
}

/// Why what stands for clusters may be the applications: one is called as the image there, or they say several versions of
/// nobody knows what.
fn doubtful(unit: &Unit, candidates: &[Candidate<'_>]) -> Option<String> {
    let names: BTreeSet<&String> = unit.clusters.values().flatten().filter(|name| !is_region(name)).collect();
    let is_folder = unit.within.split('/').any(|part| part == "{cluster}");
    let app = unit.app.as_deref().filter(|_| !names.is_empty() && is_folder)?;
    let is_called = |thing: &str| names.iter().any(|name| *name == thing) && !shares(app, thing);
    let is_bare =
        |one: &&Candidate<'_>| one.names().next().is_none() && one.any().is_some_and(|site| site.address().is_none());
    let is_one = candidates.iter().any(|candidate| candidate.thing().is_some_and(is_called))
        || candidates.iter().filter(is_bare).any(|candidate| apart(unit, app, candidate).is_some());
    let names = names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    is_one.then(|| format!("nothing tells whether {names} are clusters or applications: declare each by its name"))
}

/// The images that texts name.
fn images(own: &[Candidate<'_>]) -> Vec<String> {
    let image = |candidate: &Candidate<'_>| match candidate.any().and_then(|site| site.named.as_ref()) {
        Some(PinKind::Image { image, .. }) => Some(image.clone()),
        _ => candidate.thing().map(str::to_string),
    };
    own.iter().filter_map(image).collect()
}

fn members(unit: &Unit, own: &[Candidate<'_>]) -> Vec<String> {
    groups::of_images(unit.app.as_deref(), &images(own))
}

/// The part of texts that agree: of one application, or of the group whose members their images name.
fn grouped(unit: &Unit, name: Option<&str>, own: &[Candidate<'_>], left_out: &mut Vec<(String, String)>) -> Part {
    let images = images(own);
    let members = members(unit, own);
    let around = groups::name_of(&images).filter(|_| unit.app.is_none() && !members.is_empty());
    let mut part = part(unit, around.as_deref().or(name).unwrap_or(GUESS), own, left_out);
    if !members.is_empty() {
        left_out.push((part.place.clone(), groups::told(&part.name, &members)));
    }
    part.members = members;
    part
}

/// Why what a text versions is not the application's own.
fn others(unit: &Unit, candidate: &Candidate<'_>) -> Option<String> {
    if agree(&candidate.versions(), &unit.agreed) {
        return None;
    }
    let app = unit.app.as_deref();
    let versions = candidate.versions();
    let versions: Vec<&str> = versions.values().map(String::as_str).collect();
    let image = candidate.any().and_then(|site| match (&site.named, &site.of) {
        (Some(PinKind::Image { image, .. }), Some(runs)) if strangers::is_mirror(image, runs) => {
            strangers::image(app, image, &versions)
        }
        (_, Some(image)) if !image.contains("://") => strangers::image(app, image, &versions),
        (Some(PinKind::Image { image, .. }), _) => strangers::image(app, image, &versions),
        _ => None,
    });
    let chart = candidate.any().and_then(|site| site.from.as_deref()).is_some_and(strangers::is_public);
    let other = candidate.names().find(|name| OTHERS.contains(name) || (chart && candidate.thing() == Some(*name)));
    // A tag alone says no image: then it is the place's name that tells.
    let is_bare = candidate.any().is_some_and(|site| site.address().is_none());
    let named = candidate.names().next().or(app).filter(|_| is_bare);
    let other = other.or(named.filter(|name| strangers::is_named(&dashed(name).unwrap_or_else(|| name.to_string()))));
    if let Some(reason) = image.or_else(|| other.filter(|_| !has_commit(&versions)).map(strangers::told)) {
        return Some(reason);
    }
    let is_namesake = candidate.any().is_some_and(|site| site.stand == Stand::Namesake);
    let stranger = candidate.thing().filter(|thing| is_namesake && app.is_some_and(|app| !shares(app, thing)))?;
    Some(format!("`{stranger}` {SOMEBODY_ELSES}"))
}

/// A text that says the version again, in whatever application its folder holds.
fn follower(unit: &Unit, candidate: &Candidate<'_>) -> Follower {
    let what = candidate.any().map_or(String::new(), |site| site.kind.identity());
    let (app, within, place) = (unit.app.clone(), unit.within.clone(), candidate.place());
    Follower { app, what, within, place, versions: candidate.versions(), pins: rules(unit, candidate) }
}

/// Gathers each text over the environments; those that are not fixed are left out.
fn candidates<'s>(unit: &'s Unit, left_out: &mut Vec<(String, String)>) -> Vec<Candidate<'s>> {
    let mut order: Vec<&str> = Vec::new();
    let mut by_key: BTreeMap<&str, Candidate<'s>> = BTreeMap::new();
    for (env, file, sites) in &unit.read {
        for site in sites {
            if let Says::Loose(why) = &site.says {
                let entry = (format!("{file}:{}", site.line), why.clone());
                if !left_out.contains(&entry) {
                    left_out.push(entry);
                }
                continue;
            }
            if !by_key.contains_key(site.key.as_str()) {
                order.push(&site.key);
            }
            by_key.entry(&site.key).or_default().at.entry(env).or_insert((file, site));
        }
    }
    alike(order.into_iter().filter_map(|key| by_key.remove(key)).collect())
}

/// Takes texts of one image that are never in one environment for one: a container may be called after where it runs.
fn alike(all: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    let mut out: Vec<Candidate<'_>> = Vec::new();
    for one in all {
        let named = one.any().and_then(|site| site.named.as_ref());
        let is_it = |other: &&mut Candidate<'_>| {
            named.is_some()
                && other.any().is_some_and(|site| site.named.as_ref() == named)
                && !one.at.keys().any(|env| other.at.contains_key(env))
        };
        match out.iter_mut().find(is_it) {
            Some(other) => other.at.extend(one.at),
            None => out.push(one),
        }
    }
    out
}

/// The text that is the application's: of the whole of it, named after it, the only one, or one of those that all agree.
fn primary(app: Option<&str>, candidates: &[Candidate<'_>]) -> Option<usize> {
    let named = |test: &dyn Fn(&str, &str) -> bool| {
        let app = app?;
        candidates.iter().position(|candidate| candidate.names().any(|name| test(app, name)))
    };
    let agreed = || {
        let first = candidates.first()?.versions();
        candidates.iter().all(|candidate| agree(&first, &candidate.versions())).then_some(0)
    };
    let whole = candidates.iter().position(|candidate| candidate.component().is_none());
    whole.or_else(|| named(&|app, name| app == name)).or_else(|| match app {
        Some(_) => agreed().or_else(|| named(&shares)),
        None => (candidates.len() == 1).then_some(0),
    })
}

/// Each component as an application of its own.
fn split(unit: &Unit, candidates: &[Candidate<'_>], out: &mut Found) {
    let mut by_name: BTreeMap<&str, Vec<&Candidate<'_>>> = BTreeMap::new();
    for candidate in candidates {
        // Where each is one by its own name, what has none is the place's.
        let place = unit.app.as_deref().filter(|app| unit.apart && rank(app).is_none());
        if let Some(name) = candidate.component().or(place).or(candidate.thing()) {
            by_name.entry(last_part(name)).or_default().push(candidate);
        }
    }
    for (name, own) in by_name {
        let Some(wanted) = own.first().map(|candidate| candidate.versions()) else { continue };
        if own.iter().all(|candidate| agree(&wanted, &candidate.versions())) {
            let part = part(unit, name, &own, &mut out.left_out);
            out.parts.push(part);
        } else {
            out.left_out.push((own[0].place(), format!("the versions of `{name}` differ among themselves")));
        }
    }
}

/// The rules that pin one text: by a name where that is the same everywhere, else by its place.
fn rules(unit: &Unit, candidate: &Candidate<'_>) -> Vec<PinRule> {
    let first = candidate.any().and_then(|site| site.named.as_ref()).filter(|_| !unit.is_folder);
    let named = first.filter(|kind| candidate.at.values().all(|(_, site)| site.named.as_ref() == Some(kind)));
    let by_environment = by_environment(candidate);
    let crossed = candidate.any().map(|site| &site.kind).filter(|kind| kind_has(kind, "environment"));
    let named = named.or(by_environment.as_ref()).or(crossed);
    let mut out: Vec<PinRule> = Vec::new();
    for (env, (file, site)) in &candidate.at {
        let kind = named.unwrap_or(&site.kind).clone();
        let within = match &kind {
            PinKind::Field(_) | PinKind::Marker { .. } if unit.is_folder => format!("{}/{}", unit.within, file.name()),
            _ => unit.within.clone(),
        };
        let within = if unit.base.as_ref() == Some(*file) { file.to_string() } else { within };
        let within = by_number(&within, file).unwrap_or(within);
        match out.iter_mut().find(|rule| rule.kind == kind && rule.within == within) {
            Some(rule) => rule.environments.push((*env).clone()),
            None => out.push(PinRule { kind, within, environments: vec![(*env).clone()], more: Default::default() }),
        }
    }
    let is_numbered = candidate.at.values().any(|(file, _)| by_number(&unit.within, file).is_some());
    let in_place = (unit.within.contains("{environment}") && !is_numbered)
        || named.is_some_and(|kind| kind_has(kind, "environment"));
    let all: BTreeSet<&EnvName> = unit.read.iter().map(|(env, ..)| env).collect();
    for rule in out.iter_mut().filter(|rule| in_place && rule.environments.len() == all.len()) {
        rule.environments.clear();
    }
    out
}

/// The pin of a text in one file that is told by an item of a list with the environment's name; `None` where that differs in more.
fn by_environment(candidate: &Candidate<'_>) -> Option<PinKind> {
    let each = candidate.at.iter().map(|(env, (_, site))| {
        let PinKind::Field(field) = &site.kind else { return None };
        let mut route = Route::parse(&field.route).ok()?;
        let mut own = route.0.iter_mut().filter_map(|step| match step {
            Step::Select { value, .. } if value == env.as_str() => Some(value),
            _ => None,
        });
        *own.next()? = "{environment}".to_string();
        Some(PinKind::Field(Field { route: route.to_string(), ..field.clone() }))
    });
    let all: Vec<PinKind> = each.collect::<Option<_>>()?;
    all.split_first()
        .filter(|(first, rest)| !rest.is_empty() && rest.iter().all(|other| other == *first))
        .map(|(first, _)| first.clone())
}

fn part<'s, C: AsCandidate<'s>>(unit: &Unit, name: &str, own: &[C], left_out: &mut Vec<(String, String)>) -> Part {
    let mut pins: Vec<PinRule> = Vec::new();
    let mut versions = BTreeMap::new();
    let apart = own.first().and_then(|one| Some((one.candidate().place(), apart(unit, name, one.candidate())?)));
    left_out.extend(apart);
    for candidate in own.iter().map(AsCandidate::candidate) {
        pins.extend(rules(unit, candidate));
        let missing: Vec<&str> = unit
            .read
            .iter()
            .filter(|(env, _, sites)| {
                let key = candidate.any().map(|site| site.key.as_str());
                !candidate.at.contains_key(env) && !sites.iter().any(|site| Some(site.key.as_str()) == key)
            })
            .map(|(env, ..)| env.as_str())
            .collect();
        if let (false, Some(site)) = (missing.is_empty(), candidate.any()) {
            let reason =
                format!("`{}` is not set in {}: it cannot move alone there", site.key.trim(), missing.join(", "));
            left_out.push((candidate.place(), reason));
        }
        for (env, version) in candidate.versions() {
            versions.entry(env).or_insert(version);
        }
    }
    Part {
        name: name.to_string(),
        team: unit.team.clone(),
        within: unit.within.clone(),
        environments: versions.keys().cloned().collect(),
        clusters: unit.clusters.clone(),
        pins,
        tags: versions.values().map(|text| text.split('@').next().unwrap_or_default().to_string()).collect(),
        versions,
        members: Vec::new(),
        origin: Origin::Text,
        place: own.first().map_or(String::new(), |one| one.candidate().place()),
        things: own
            .iter()
            .filter_map(|one| one.candidate().thing())
            .map(|thing| last_part(thing).to_string())
            .collect(),
        makers: own
            .iter()
            .flat_map(|one| one.candidate().at.values())
            .filter_map(|(_, site)| site.address().map(str::to_string))
            .collect(),
        from: from(own),
        beside: false,
        limited: false,
        moving: BTreeSet::new(),
    }
}

/// What is told of a text that the clusters of one environment say in several versions.
fn apart(unit: &Unit, name: &str, candidate: &Candidate<'_>) -> Option<String> {
    let key = candidate.any()?.key.as_str();
    let in_clusters = unit.read.iter().filter(|(env, ..)| unit.clusters.contains_key(env));
    let said = in_clusters.flat_map(|(env, _, sites)| {
        sites.iter().filter(|site| site.key == key).filter_map(move |site| match &site.says {
            Says::Fixed(version) => Some((env, version.as_str())),
            Says::Loose(_) => None,
        })
    });
    instances::told(name, said)
}

/// The repository of charts that all of these come from.
fn from<'s, C: AsCandidate<'s>>(own: &[C]) -> Option<String> {
    let each: Option<BTreeSet<&str>> =
        own.iter().map(|one| one.candidate().any().and_then(|site| site.from.as_deref())).collect();
    each.filter(|each| each.len() == 1)?.into_iter().next().map(str::to_string)
}

/// A candidate, or a reference to one.
trait AsCandidate<'s> {
    fn candidate(&self) -> &Candidate<'s>;
}

impl<'s> AsCandidate<'s> for Candidate<'s> {
    fn candidate(&self) -> &Candidate<'s> {
        self
    }
}

impl<'s> AsCandidate<'s> for &Candidate<'s> {
    fn candidate(&self) -> &Candidate<'s> {
        self
    }
}
