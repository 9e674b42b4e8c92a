//! The repositories under `examples/`: promoted and rolled back by their own file and by what `init` proposes, and built by the real programs.

mod argocd;
mod flux;
mod helm;
mod kustomize;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::World;
use crate::support::example::{landed, world};

/// What production runs at first, and what staging runs.
type Versions = (&'static str, &'static str);

const WEB: Versions = ("21f07c6e6289cb1e90a6ea1750600a8f359dc29a", "0603f410ee9fcb83f785c3829e6524cb14b81127");
const CHECKOUT: Versions = ("1f8050097a9a1c34e14b4ee47c55305ed04c1f80", "a1875526e0fab97cdf9e016f1934bab0d40a1274");
const WORKER: Versions = ("553f83a6fc3622e5f5a68458cce2fa7f26a12236", "2e152efd883061c453d99e3162e9e70216a7725f");
const WORKER_RELEASE: Versions = ("2.3.0", "2.4.0");
const SEARCH: Versions = ("1c74209d5d0ea5c61da58403cbaa5ddd539372fc", "bdd0608e5c93983bcd519f1f420be7a9a878961c");

/// One application of an example.
struct App {
    name: &'static str,
    /// Its version; a second one is the digest of an image or an artifact.
    versions: &'static [Versions],
    /// The files of production's pins, each with how many lines say the version.
    files: &'static [(&'static str, usize)],
}

/// What is built from an example: the text by its place.
type Built = BTreeMap<String, String>;

/// One of the examples.
struct Example {
    name: &'static str,
    apps: &'static [App],
    /// The programs that `build` runs.
    programs: &'static [&'static str],
    build: fn(&World) -> Built,
    /// What `init` leaves out: the place, and a part of the reason.
    left_out: &'static [(&'static str, &'static str)],
}

impl Example {
    /// Everything that the ecosystem's programs make of it; `None` where one of them is not here, as `tests/run` tells.
    fn built(&self, world: &World) -> Option<Built> {
        self.programs.iter().all(|program| world.environment.has(program)).then(|| (self.build)(world))
    }
}

impl App {
    /// The text with staging's version in the place of production's.
    fn moved(&self, text: &str) -> String {
        self.versions.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
    }

    /// The text with production's version in the place of staging's.
    fn moved_back(&self, text: &str) -> String {
        self.versions.iter().fold(text.to_owned(), |text, (old, new)| text.replace(new, old))
    }
}

/// Promotes every application to production and rolls it back: exactly its lines change, in the files and in what is built from them.
fn promote_and_roll_back(example: &Example, world: &World, more: &[&str]) {
    let before = landed(world);
    let built = example.built(world);
    for app in example.apps {
        let mut wanted = before.clone();
        for (file, lines) in app.files {
            let text = wanted.get_mut(*file).unwrap_or_else(|| panic!("no {file}"));
            let new = app.moved(text);
            let changed = text.lines().zip(new.lines()).filter(|(old, new)| old != new).count();
            assert_eq!(changed, *lines, "{file}");
            *text = new;
        }
        let mut promote = vec!["promote", app.name, "--to", "production"];
        promote.extend(more);
        world.json(&promote);
        assert_same(&landed(world), &wanted, app.name);
        assert_eq!(production(&world.json(&["status"]), app.name), app.versions[0].1);
        if let (Some(old), Some(new)) = (&built, example.built(world)) {
            let moved = old.iter().map(|(place, text)| (place.clone(), app.moved(text))).collect();
            assert_ne!(*old, moved, "nothing that is built says the version of {}", app.name);
            assert_same(&new, &moved, app.name);
        }
        world.json(&["rollback", app.name, "--env", "production"]);
        assert_same(&landed(world), &before, app.name);
    }
}

#[track_caller]
fn assert_same(found: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>, app: &str) {
    assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{app}");
    for (place, text) in wanted {
        assert_eq!(&found[place], text, "{app}: {place}");
    }
}

/// The version that `status` shows in production, without its digest.
fn production(status: &Value, app: &str) -> String {
    let rows = status["applications"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["application"] == app).unwrap_or_else(|| panic!("no {app}: {status}"));
    assert_eq!(row["cells"][1]["disagree"], json!([]), "{row}");
    let version = row["cells"][1]["version"].as_str().expect("a version");
    version.split('@').next().unwrap_or_default().to_owned()
}

/// The example with its own `stageline.yaml`, which says that production comes after staging: what a rollback goes back to was there, too.
fn by_its_own_file(example: &Example) {
    let world = world(example.name);
    let now = landed(&world);
    let change = |text: &str| example.apps.iter().fold(text.to_owned(), |text, app| app.moved_back(&text));
    let earlier: BTreeMap<String, String> = now.iter().map(|(file, text)| (file.clone(), change(text))).collect();
    assert_ne!(now, earlier, "staging runs what production runs");
    for (subject, all) in [("What staging ran before", earlier), ("What staging runs", now)] {
        all.iter().for_each(|(file, text)| world.write(file, text));
        world.land(subject);
    }
    promote_and_roll_back(example, &world, &[]);
}

/// The example with what `init` writes, without an edit. There is no `source:`, so nobody can tell which version is newer.
fn by_what_init_writes(example: &Example) {
    let world = world(example.name);
    world.git(&["rm", "-q", "stageline.yaml"]);
    world.land_file("README.md", "Without a configuration.\n");
    let report = world.json(&["init"]);
    let lists = ["to_look_at", "left_out"].map(|list| report[list].as_array().expect("a list"));
    let told: Vec<(&str, &str)> = lists
        .into_iter()
        .flatten()
        .map(|one| (one["place"].as_str().expect("a place"), one["reason"].as_str().expect("a reason")))
        .collect();
    for (place, reason) in example.left_out {
        assert!(told.iter().any(|(at, why)| at == place && why.contains(reason)), "{place}: {reason}\n{told:#?}");
    }
    assert_eq!(told.len(), example.left_out.len(), "{told:#?}");
    world.land_file("README.md", "With what init wrote.\n");
    promote_and_roll_back(example, &world, &["--allow-older"]);
}
