//! One file for all environments, clusters or applications: the path of the pin says whose scalar it is.

use crate::support::landed::{column, file};
use crate::support::{Shape, World};

/// A world whose application `web` is pinned by this alone, staging at the fifth commit and production at the third: `text`
/// has `STAGING` and `PRODUCTION` where those stand.
fn world(pin: &str, text: &str) -> (World, String) {
    let world = World::shaped(|shape: &mut Shape| shape.applications = vec!["web".into()]);
    let text = text.replace("STAGING", &world.commit_of("web", 4));
    world.land_file("versions.yaml", &text.replace("PRODUCTION", &world.commit_of("web", 2)));
    let settings = world.settings();
    let (head, _) = settings.split_once("    pins:").expect("pins");
    world.land_file("stageline.yaml", &format!("{head}    pins: [{pin}]\n"));
    (world, text)
}

fn landed(world: &World) -> String {
    file(world, "versions.yaml").expect("versions.yaml")
}

#[test]
fn a_promotion_moves_the_scalar_of_its_environment_alone_and_every_verb_reads_it() {
    for (pin, text) in [
        (
            "{ file: versions.yaml, path: \"{environment}.web\" }",
            "staging: {web: STAGING}\nproduction:\n  web: PRODUCTION # kept\n",
        ),
        (
            "{ file: versions.yaml, path: \"spec.generators[0].list.elements[env={environment}].tag\" }",
            "kind: ApplicationSet\nspec:\n  generators:\n  - list:\n      elements:\n      - {env: staging, tag: STAGING}\n      - {env: production, tag: \"PRODUCTION\"}\n",
        ),
        (
            "{ file: versions.yaml, kind: Settings, name: \"{application}-{environment}\", path: tag }",
            "kind: Settings\nmetadata: {name: web-staging}\ntag: STAGING\n---\nkind: Settings\nmetadata: {name: web-production}\ntag: PRODUCTION\n",
        ),
        (
            "{ file: versions.yaml, path: all, inside: \"{environment}.tag\" }",
            "all: |\n  staging: {tag: STAGING}\n  production: {tag: PRODUCTION}\n",
        ),
        (
            "{ marker: \"web-{environment}\", in: versions.yaml }",
            "a: STAGING # stageline: web-staging\nb: PRODUCTION # stageline: web-production\n",
        ),
    ] {
        let (world, text) = world(pin, text);
        let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
        let changes = |env: &str| column(&world.json(&["history", "web", "--env", env])["changes"], "verb");
        let before = changes("staging");
        let report = world.json(&["promote", "web", "--to", "production"]);
        assert_eq!(report["moves"][0]["direction"], "forward", "{pin}");
        assert_eq!(landed(&world), text.replace("PRODUCTION", &new), "{pin}");
        world.run(&["diff", "staging", "production"]).exits(0);
        world.run(&["rollback", "web", "--env", "production"]).exits(0);
        assert_eq!(landed(&world), text.replace("PRODUCTION", &old), "{pin}");
        assert_eq!(changes("production")[..2], ["rollback", "promote"], "{pin}");
        assert_eq!(changes("staging"), before, "{pin}");
        world.run(&["undo", "--env", "production"]).exits(0);
        assert_eq!(landed(&world), text.replace("PRODUCTION", &new), "{pin}");
    }
}

#[test]
fn the_clusters_of_an_environment_may_stand_in_one_file() {
    let world = World::shaped(|shape: &mut Shape| shape.applications = vec!["web".into()]);
    let text = "production:\n  eu.west: OLD\n  us: OLD\n";
    let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
    world.land_file("versions.yaml", &text.replace("OLD", &old));
    let settings =
        world.settings().replace("- name: production\n", "- name: production\n    clusters: [eu.west, us]\n");
    let (head, _) = settings.split_once("    pins:").expect("pins");
    let pin = "{ file: versions.yaml, path: \"{environment}.{cluster}\", environments: [production] }";
    world.land_file("stageline.yaml", &format!("{head}    pins: [{pin}]\n"));
    world.run(&["promote", &format!("web@{new}"), "--to", "production"]).exits(0);
    assert_eq!(landed(&world), text.replace("OLD", &new));
    let glob = world.settings().replace("- name: production\n", "- name: production\n    clusters: [\"e*\"]\n");
    let (head, _) = glob.split_once("    pins:").expect("pins");
    world.write("draft.yaml", &format!("{head}    pins: [{pin}]\n"));
    world
        .run(&["config", "check", "--config", "draft.yaml"])
        .exits(2)
        .says("no folders tell which `clusters:`")
        .says("name its clusters without `*`");
}

#[test]
fn two_environments_that_reach_one_scalar_by_other_texts_are_told() {
    let (world, _) = world(
        "{ file: versions.yaml, path: \"{environment}.web\" }",
        "staging: &s {web: STAGING}\nproduction: {web: PRODUCTION}\n",
    );
    let settings = file(&world, "stageline.yaml").expect("settings");
    world.land_file(
        "stageline.yaml",
        &settings.replace(
            "path: \"{environment}.web\" }",
            "path: \"{environment}.web\" }, { file: versions.yaml, path: staging.web, environments: [staging] }",
        ),
    );
    world.run(&["status"]).exits(2).says("is the same pin as `applications[0].pins[0]` in `staging`");
}
