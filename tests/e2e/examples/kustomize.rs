//! `examples/kustomize`: overlays with images, a remote base, a label, an annotation, a literal and an inline patch.

use super::{App, Built, CHECKOUT, Example, SEARCH, WEB, WORKER, by_its_own_file, by_what_init_writes};
use crate::support::World;
use crate::support::example::kustomize;

const EXAMPLE: Example = Example {
    name: "kustomize",
    apps: &[
        App { name: "web", versions: &[WEB], files: &[("apps/web/overlays/production/kustomization.yaml", 1)] },
        App {
            name: "checkout",
            versions: &[CHECKOUT],
            files: &[("apps/checkout/overlays/production/kustomization.yaml", 2)],
        },
        App {
            name: "worker",
            versions: &[WORKER],
            files: &[("apps/worker/overlays/production/kustomization.yaml", 3)],
        },
        App {
            name: "search",
            versions: &[SEARCH],
            files: &[("apps/search/overlays/production/kustomization.yaml", 3)],
        },
    ],
    programs: &["kustomize"],
    build,
    left_out: &[],
};

/// Every overlay. The remote base is fetched by kustomize, from the source that its address leads to.
fn build(world: &World) -> Built {
    let mut built = Built::new();
    for app in EXAMPLE.apps {
        for env in ["staging", "production"] {
            let folder = format!("apps/{}/overlays/{env}", app.name);
            built.insert(folder.clone(), kustomize(world, &world.clone.join(folder)));
        }
    }
    built
}

#[test]
fn the_kustomize_example_is_promoted_and_rolled_back_by_its_own_file() {
    by_its_own_file(&EXAMPLE);
}

#[test]
fn the_kustomize_example_is_promoted_and_rolled_back_by_what_init_writes() {
    by_what_init_writes(&EXAMPLE);
}
