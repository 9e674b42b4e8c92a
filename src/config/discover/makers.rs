//! Whose the parts are, told by where the repository's own versions come from: what others publish elsewhere is theirs.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::settings::PinRule;

use super::found::Part;
use super::naming::last_part;
use super::sites::address;
use super::strangers;
use super::versions::has_commit;

/// Hosts where everybody may publish, under a name of their own.
const PUBLIC: [&str; 14] = [
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "quay.io",
    "ghcr.io",
    "gcr.io",
    "public.ecr.aws",
    "lscr.io",
    "xpkg.upbound.io",
    "github.com",
    "gitlab.com",
    "registry.gitlab.com",
    "bitbucket.org",
    "codeberg.org",
];
/// Folders of a registry of one's own that hold copies of what others publish.
const COPIES: [&str; 14] = [
    "mirror",
    "mirrors",
    "mirrored",
    "proxy",
    "proxies",
    "pull-through",
    "dockerhub",
    "docker-hub",
    "docker.io",
    "quay.io",
    "registry.k8s.io",
    "third-party",
    "thirdparty",
    "upstream",
];

/// So many things of one owner are not what somebody takes from others.
const SEVERAL: usize = 3;

/// Words in hosts and paths that are no owner's.
const ANYBODYS: [&str; 14] = [
    "registry",
    "docker",
    "git",
    "github",
    "gitlab",
    "charts",
    "chart",
    "helm",
    "images",
    "manifests",
    "oci",
    "com",
    "apps",
    "library",
];

/// Where an image, a chart or a repository comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Maker {
    host: String,
    /// The parts of the path between the host and the thing's own name; the first is the owner.
    path: Vec<String>,
}

impl Maker {
    /// Of a name of an image or of an address; `None` where that tells no host.
    fn of(address: &str) -> Option<Self> {
        let address = address.strip_prefix("git::").unwrap_or(address);
        let has_scheme = address.contains("://");
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        let (first, path) = match rest.split_once('/') {
            // `git@host:owner/thing`, and not a port.
            Some((first, path)) => match first.split_once(':') {
                Some((host, owner)) if !owner.is_empty() && !owner.chars().all(|c| c.is_ascii_digit()) => {
                    (host, format!("{owner}/{path}"))
                }
                _ => (first, path.to_string()),
            },
            None if has_scheme => (rest, String::new()),
            None => return None,
        };
        let is_host = has_scheme || first.contains(['.', ':']) || first == "localhost" || address.starts_with("git@");
        let (host, path) = if is_host { (first, path) } else { ("docker.io", rest.to_string()) };
        let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let mut path: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
        if let Some(owner) = host.strip_suffix(".github.io") {
            return Some(Self { path: vec![owner.to_string()], host: "github.com".into() });
        }
        path.pop();
        (!host.is_empty()).then_some(Self { host, path })
    }

    fn is_public(&self) -> bool {
        PUBLIC.contains(&self.host.as_str())
    }

    /// The words that an owner goes by: on a public host the name there, else also what the host is called.
    fn words(&self) -> BTreeSet<&str> {
        if self.is_public() {
            return self.path.first().map(String::as_str).into_iter().collect();
        }
        let labels = self.host.rsplit('.').skip(1);
        labels.chain(self.path.iter().map(String::as_str)).filter(|word| !ANYBODYS.contains(word)).collect()
    }

    /// The place whose things are one owner's.
    fn place(&self) -> String {
        match self.path.first().filter(|_| self.is_public()) {
            Some(owner) => format!("{}/{owner}", self.host),
            None => domain(&self.host).to_string(),
        }
    }

    /// Whether the host is called as a product is: `helm.linkerd.io` for `linkerd-crds`.
    fn is_named_after(&self, thing: &str) -> bool {
        let label = domain(&self.host).split('.').next().unwrap_or_default();
        let rest = thing.strip_prefix(label).filter(|_| label.len() > 2 && !self.is_public());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// Whether everybody's host has it under its own name, as a product that is its owner's only one: `openfga/openfga`.
    fn is_product(&self, address: &str) -> bool {
        let name = last_part(address).split(':').next().unwrap_or_default().to_ascii_lowercase();
        self.is_public() && self.path.first() == Some(&name)
    }

    fn is_copy(&self) -> bool {
        self.path.iter().any(|part| COPIES.contains(&part.as_str()))
    }
}

/// The last two parts of a host's name.
fn domain(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    dots.nth(1).map_or(host, |at| &host[at + 1..])
}

/// Leaves out what others make: releases from elsewhere than where the repository's own versions come from.
pub fn keep(parts: &mut Vec<Part>, repositories: &BTreeMap<String, String>, left_out: &mut Vec<(String, String)>) {
    let home = Home::of(parts, repositories);
    for part in parts.extract_if(.., |part| home.is_elsewhere(part, repositories)) {
        let name = part.things.first().unwrap_or(&part.name);
        left_out.push((part.place, strangers::told(name)));
    }
    // What says the same version by chance does not move with one's own.
    for part in parts.iter_mut().filter(|part| !is_of_commits(part) && part.from.is_none()) {
        let of_pin = |pin: &PinRule| address(&pin.kind).and_then(Maker::of);
        let is_others = |pin: &PinRule| of_pin(pin).is_some_and(|maker| home.is_others(&maker, false));
        if part.pins.iter().any(|pin| of_pin(pin).is_some() && !is_others(pin)) {
            for pin in part.pins.extract_if(.., |pin| is_others(pin)) {
                left_out.push((part.place.clone(), strangers::told(last_part(address(&pin.kind).unwrap_or_default()))));
            }
        }
    }
}

/// Where the repository's own versions come from.
#[derive(Debug, Default)]
struct Home {
    /// The places and the words of owners that something speaks for.
    places: BTreeSet<String>,
    words: BTreeSet<String>,
    /// The names of what comes from there: the image of a repository is its own, wherever it is published.
    things: BTreeSet<String>,
    /// The charts of each place.
    charts: BTreeMap<String, BTreeSet<String>>,
}

impl Home {
    /// Commits are built by those who deploy them, and so is what a registry of one's own holds; else it is where most things
    /// come from, if that is several.
    fn of(parts: &[Part], repositories: &BTreeMap<String, String>) -> Self {
        let mut by_place: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut home = Self::default();
        for part in parts.iter().filter(|part| part.from.is_some()) {
            let places = of_part(part, repositories).map(|maker| maker.place());
            places.for_each(|place| home.charts.entry(place).or_default().extend(part.things.iter().cloned()));
        }
        for part in parts.iter().filter(|part| part.from.is_none()) {
            for address in &part.makers {
                let is_own = |maker: &Maker| !maker.is_copy() && (is_of_commits(part) || !maker.is_product(address));
                let Some(maker) = Maker::of(address).filter(is_own) else { continue };
                by_place.entry(maker.place()).or_default().insert(last_part(address).to_string());
                if is_of_commits(part) || !(maker.is_public() || strangers::is_others(address)) {
                    home.add(&maker);
                    home.things.extend(part.things.iter().cloned());
                }
            }
        }
        let is_all = |all: &BTreeMap<String, BTreeSet<String>>| all.len() == 1 && parts.iter().any(is_products);
        let most = by_place.values().map(BTreeSet::len).max().filter(|most| *most > 1 || is_all(&by_place));
        if home.places.is_empty() && most.is_some() {
            let chosen: BTreeSet<&String> =
                by_place.iter().filter(|(_, things)| Some(things.len()) == most).map(|(place, _)| place).collect();
            let makers = makers(parts, repositories).filter(|maker| chosen.contains(&maker.place()));
            makers.for_each(|maker| home.add(&maker));
        }
        home.add_owners(parts);
        home
    }

    /// Adds the owners on public hosts from whom several things run in several environments: nobody takes as many from one other.
    fn add_owners(&mut self, parts: &[Part]) {
        let mut by_place: BTreeMap<String, (Maker, BTreeSet<&str>)> = BTreeMap::new();
        let is_staged = |part: &&Part| part.from.is_none() && part.versions.values().collect::<BTreeSet<_>>().len() > 1;
        for part in parts.iter().filter(is_staged) {
            for address in part.makers.iter().filter(|address| !strangers::is_others(address)) {
                let is_own = |maker: &Maker| maker.is_public() && !maker.is_copy() && !maker.is_product(address);
                let Some(maker) = Maker::of(address).filter(is_own) else { continue };
                by_place.entry(maker.place()).or_insert_with(|| (maker, BTreeSet::new())).1.insert(last_part(address));
            }
        }
        for (maker, things) in by_place.into_values() {
            if things.len() >= SEVERAL {
                self.add(&maker);
            }
        }
    }

    fn add(&mut self, maker: &Maker) {
        self.places.insert(maker.place());
        self.words.extend(maker.words().into_iter().map(str::to_string));
    }

    /// Whether all that a part is comes from elsewhere, and no version of it has a commit in it.
    fn is_elsewhere(&self, part: &Part, repositories: &BTreeMap<String, String>) -> bool {
        let addresses: Vec<Maker> = of_part(part, repositories).collect();
        let is_known = !part.things.is_disjoint(&self.things);
        let is_products = |maker: &Maker| {
            let alone = self.charts.get(&maker.place()).is_some_and(|things| things.len() == 1);
            part.from.is_some() && alone && part.things.iter().any(|thing| maker.is_named_after(thing))
        };
        !addresses.is_empty()
            && !is_known
            && !is_of_commits(part)
            && addresses.iter().all(|maker| self.is_others(maker, part.from.is_some()) || is_products(maker))
    }

    fn is_others(&self, maker: &Maker, is_chart: bool) -> bool {
        let is_home =
            self.places.contains(&maker.place()) || maker.words().iter().any(|word| self.words.contains(*word));
        maker.is_copy() || (!self.places.is_empty() && !is_home && (maker.is_public() || is_chart))
    }
}

fn makers<'p>(parts: &'p [Part], repositories: &'p BTreeMap<String, String>) -> impl Iterator<Item = Maker> + use<'p> {
    parts.iter().filter(|part| part.from.is_none()).flat_map(|part| of_part(part, repositories))
}

/// Where a part comes from, as far as that is told. Flux names repositories of charts.
fn of_part<'p>(part: &'p Part, repositories: &'p BTreeMap<String, String>) -> impl Iterator<Item = Maker> + use<'p> {
    part.makers.iter().filter_map(|address| Maker::of(repositories.get(address).unwrap_or(address)))
}

/// Whether all images of a part are products by their owners' names, and no version of it has a commit in it.
fn is_products(part: &Part) -> bool {
    let is_one = |address: &String| Maker::of(address).is_some_and(|maker| maker.is_product(address));
    part.from.is_none() && !part.makers.is_empty() && !is_of_commits(part) && part.makers.iter().all(is_one)
}

/// Whether a version of a part has a commit in it: nobody else's has one of here.
pub fn is_of_commits(part: &Part) -> bool {
    part.versions.values().any(|version| has_commit(&[version.as_str()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_its_host_and_its_owner() {
        for (address, place) in [
            ("ghcr.io/shop/web", "ghcr.io/shop"),
            ("shop/web", "docker.io/shop"),
            ("registry.example.com:5000/shop/web", "example.com"),
            ("https://charts.example.com/shop", "example.com"),
            ("https://acme.github.io/charts", "github.com/acme"),
            ("git@github.com:acme/web.git", "github.com/acme"),
            ("ssh://git@git.example.com/shop/web.git", "example.com"),
            ("oci://ghcr.io/acme/manifests/web", "ghcr.io/acme"),
            ("git::https://github.com/acme/web//deploy", "github.com/acme"),
        ] {
            assert_eq!(Maker::of(address).map(|maker| maker.place()).as_deref(), Some(place), "{address}");
        }
        assert_eq!(Maker::of("redis"), None, "the library of Docker Hub is told elsewhere");
    }
}
