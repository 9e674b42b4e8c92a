//! `examples/flux`: releases that each environment patches, and sources and Kustomizations of clusters.

use serde::Deserialize;
use serde_json::Value;

use super::{
    App, Built, CHECKOUT, Example, SEARCH, Versions, WEB, WORKER_RELEASE, by_its_own_file, by_what_init_writes,
};
use crate::support::World;
use crate::support::example::{kustomize, kustomize_with_images, scratch, source_at, world};
use crate::support::world::copy_folder;

const ARTIFACT_DIGEST: Versions = (
    "sha256:17b0f9c4e2a86d53c1f7e8049b3a5d62e0c4719f8b2d6a35e97c10f48d2b6a53",
    "sha256:94e3d07b5c1a28f6b9d4e37f0a615c82d3b7f94e06a1c85d72f3b9e4106d8c27",
);

const EXAMPLE: Example = Example {
    name: "flux",
    apps: &[
        App { name: "web", versions: &[WEB], files: &[("apps/production/web.yaml", 1)] },
        App { name: "worker", versions: &[WORKER_RELEASE], files: &[("apps/production/worker.yaml", 2)] },
        App { name: "search", versions: &[SEARCH], files: &[("clusters/production/search.yaml", 2)] },
        App {
            name: "checkout",
            versions: &[CHECKOUT, ARTIFACT_DIGEST],
            files: &[("clusters/production/checkout.yaml", 3)],
        },
    ],
    programs: &["kustomize"],
    build,
    left_out: &[
        ("apps/staging/web.yaml:10", "the image policy `flux-system:web` writes here too"),
        ("apps/base/web/release.yaml:10", "`service`: shared by all that builds on it"),
    ],
};

fn build(world: &World) -> Built {
    let mut built = Built::new();
    for app in ["web", "worker"] {
        let folder = format!("apps/base/{app}");
        built.insert(folder.clone(), kustomize(world, &world.clone.join(folder)));
    }
    for env in ["staging", "production"] {
        let folder = format!("apps/{env}");
        built.insert(folder.clone(), kustomize(world, &world.clone.join(folder)));
        built.insert(format!("clusters/{env}"), cluster(world, env));
        built.insert(format!("search {env}"), search(world, env));
    }
    built
}

/// A cluster's folder as Flux builds it: it has no kustomization, so one of all its files is made.
fn cluster(world: &World, env: &str) -> String {
    let copy = scratch(world);
    copy_folder(&world.clone.join("clusters").join(env), copy.path());
    world.environment.tool("kustomize", copy.path(), &["create", "--autodetect"]);
    kustomize(world, copy.path())
}

/// What Flux builds from the search's repository: its commit and its images stand in the cluster's file.
fn search(world: &World, env: &str) -> String {
    let file = world.read(&format!("clusters/{env}/search.yaml"));
    let documents: Vec<Value> = serde_yaml::Deserializer::from_str(&file)
        .map(|document| Value::deserialize(document).expect("an object"))
        .collect();
    let [repository, kustomization] = documents.as_slice() else { panic!("two documents: {file}") };
    let files = source_at(world, "search", repository["spec"]["ref"]["commit"].as_str().expect("a commit"));
    let image = &kustomization["spec"]["images"][0];
    let image = format!("{}:{}", image["name"].as_str().expect("a name"), image["newTag"].as_str().expect("a tag"));
    kustomize_with_images(world, &files.path().join("deploy"), &[image])
}

#[test]
fn the_flux_example_is_promoted_and_rolled_back_by_its_own_file() {
    by_its_own_file(&EXAMPLE);
}

#[test]
fn the_flux_example_is_promoted_and_rolled_back_by_what_init_writes() {
    by_what_init_writes(&EXAMPLE);
}

#[test]
fn the_marker_of_flux_image_automation_stays_behind_the_tag() {
    let world = world("flux");
    let newest = "689e82b3688991f2ce93f4e1472a844e2de09e69";
    world.json(&["promote", "web", "--to", "staging", "--commit", "main"]);
    world.git(&["pull", "-q", "--ff-only"]);
    let line = format!("      tag: {newest}   # {{\"$imagepolicy\": \"flux-system:web:tag\"}}\n");
    assert!(world.read("apps/staging/web.yaml").contains(&line), "{}", world.read("apps/staging/web.yaml"));
}
