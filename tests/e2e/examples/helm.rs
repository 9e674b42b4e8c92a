//! `examples/helm`: charts with values for each environment, and an umbrella chart of what others publish.

use super::{App, Built, CHECKOUT, Example, Versions, WEB, WORKER_RELEASE, by_its_own_file, by_what_init_writes};
use crate::support::World;
use crate::support::example::{helm, scratch, source_at};
use crate::support::world::copy_folder;

const CHECKOUT_DIGEST: Versions = (
    "sha256:6b1f8d2a94c3e07f5d18b2c6a7e9034f1d5c8b7a2e6f90413c8d7b5a6e2f1049",
    "sha256:c02e7a915d3f4b86a1e8d0c7f59b2346e8a17d3c5b9f60e2d4a8173b6c5e9f20",
);

const EXAMPLE: Example = Example {
    name: "helm",
    apps: &[
        App { name: "web", versions: &[WEB], files: &[("charts/web/values-production.yaml", 2)] },
        App {
            name: "checkout",
            versions: &[CHECKOUT, CHECKOUT_DIGEST],
            files: &[("charts/checkout/values-production.yaml", 2)],
        },
        App {
            name: "worker",
            versions: &[WORKER_RELEASE],
            files: &[("environments/production/Chart.yaml", 1), ("environments/production/values.yaml", 1)],
        },
    ],
    programs: &["helm"],
    build,
    left_out: &[],
};

fn build(world: &World) -> Built {
    let mut built = Built::new();
    for env in ["staging", "production"] {
        for chart in ["web", "checkout"] {
            let values = format!("values-{env}.yaml");
            let text = helm(world, chart, &world.clone.join("charts").join(chart), &["--values", &values]);
            built.insert(format!("charts/{chart} {env}"), text);
        }
        built.insert(format!("environments/{env}"), umbrella(world, env));
    }
    built
}

/// An umbrella chart with its dependency, packed from the release that `Chart.yaml` names as the worker's pipeline does it.
fn umbrella(world: &World, env: &str) -> String {
    let copy = scratch(world);
    let folder = format!("environments/{env}");
    copy_folder(&world.clone.join(&folder), copy.path());
    let chart: serde_json::Value = serde_yaml::from_str(&world.read(&format!("{folder}/Chart.yaml"))).expect("YAML");
    let version = chart["dependencies"][0]["version"].as_str().expect("a text");
    let source = source_at(world, "worker", version);
    let into = copy.path().join("charts").to_string_lossy().into_owned();
    world.environment.tool("helm", source.path(), &["package", "chart", "--version", version, "--destination", &into]);
    helm(world, "shop", copy.path(), &[])
}

#[test]
fn the_helm_example_is_promoted_and_rolled_back_by_its_own_file() {
    by_its_own_file(&EXAMPLE);
}

#[test]
fn the_helm_example_is_promoted_and_rolled_back_by_what_init_writes() {
    by_what_init_writes(&EXAMPLE);
}
