//! The repositories under `examples/`, as a team would have them: a clone, its remote, and the sources that they pin.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::keys;
use super::world::{USER, World, copy_folder};

/// The `examples/` folder of this checkout.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// A world whose config repository is a copy of `examples/NAME`.
pub fn world(name: &str) -> World {
    let world = World::shaped(|shape| {
        shape.applications.clear();
        shape.file = false;
    });
    let sources = world.path("sources");
    let script = folder().join("make-sources");
    world.environment.tool("sh", &world.path("tmp"), &[&script.to_string_lossy(), &sources.to_string_lossy()]);
    // The addresses of the examples lead to these sources.
    let config = world.path("home/.gitconfig");
    let mut text = fs::read_to_string(&config).expect("the user's configuration");
    text += &format!("[url \"file://{}/\"]\n\tinsteadOf = https://git.example.com/shop/\n", sources.display());
    fs::write(config, text).expect("the user's configuration");
    copy_folder(&folder().join(name), &world.clone);
    world.land_file(".stageline/allowed_signers", &keys::allowed(USER, &world.key));
    world
}

/// Every file of the landed `main`, without stageline's own records.
pub fn landed(world: &World) -> BTreeMap<String, String> {
    world.git(&["pull", "-q", "--ff-only"]);
    let files = world.git(&["ls-files"]);
    let files = files.lines().filter(|file| !file.starts_with(".stageline/"));
    files.map(|file| (file.to_owned(), world.read(file))).collect()
}

/// A temporary folder of the world.
pub fn scratch(world: &World) -> TempDir {
    tempfile::tempdir_in(world.path("tmp")).expect("a temporary folder")
}

/// The files of a source at a revision.
pub fn source_at(world: &World, source: &str, revision: &str) -> TempDir {
    let folder = scratch(world);
    let place = folder.path().to_string_lossy().into_owned();
    let repository = world.path("sources").join(source);
    world.environment.git(&repository, &["--work-tree", &place, "checkout", "-q", revision, "--", "."]);
    folder
}

/// What `kustomize build` makes of a folder.
pub fn kustomize(world: &World, folder: &Path) -> String {
    world.environment.tool("kustomize", folder, &["build"])
}

/// What `kustomize build` makes of a folder with other images.
pub fn kustomize_with_images(world: &World, folder: &Path, images: &[String]) -> String {
    let mut args = vec!["edit", "set", "image"];
    args.extend(images.iter().map(String::as_str));
    world.environment.tool("kustomize", folder, &args);
    kustomize(world, folder)
}

/// What `helm template` makes of a chart.
pub fn helm(world: &World, release: &str, chart: &Path, args: &[&str]) -> String {
    let mut all = vec!["template", release, "."];
    all.extend(args);
    world.environment.tool("helm", chart, &all)
}
