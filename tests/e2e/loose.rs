//! Values that are no text to every reader, and what is no place for a version: told, quoted, or filled in.

use crate::support::World;
use crate::support::example::kustomize;
use crate::support::world::overlay_file;

/// The world with this text in the place of the `images:` of `web` in an environment.
fn world(env: &str, images: &str) -> World {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let file = overlay_file("web", env);
    let text = world.read(&file);
    let (head, _) = text.split_once("images:").expect("images");
    world.land_file(&file, &format!("{head}{images}"));
    world
}

fn landed(world: &World, env: &str) -> String {
    world.environment.git(&world.remote, &["show", &format!("main:{}", overlay_file("web", env))])
}

/// What the real kustomize makes of an environment, where it is here.
fn built(world: &World, env: &str) -> Option<String> {
    world.fetch();
    world.git(&["merge", "-q", "--ff-only", "origin/main"]);
    world.environment.has("kustomize").then(|| kustomize(world, &world.clone.join(format!("apps/web/overlays/{env}"))))
}

#[test]
fn a_version_that_is_a_number_to_some_readers_is_quoted_where_it_is_asked_for() {
    let entry = |tag: &str| format!("images:\n  - name: registry.example.com/shop/web\n    newTag: {tag} # kept\n");
    for tag in ["1.0", "1234567", "12e4567", "2026-11-23"] {
        let world = world("staging", &entry(tag));
        let report = world.json(&["promote", "web", "--to", "staging", "--version", tag]);
        assert_eq!((&report["moves"][0]["from"], &report["moves"][0]["to"]), (&tag.into(), &tag.into()));
        assert!(landed(&world, "staging").contains(&format!("newTag: \"{tag}\" # kept")), "{tag}");
        let subject = world.environment.git(&world.remote, &["log", "-1", "--format=%s", "main"]);
        assert_eq!(subject, "promote web to staging: its version is quoted");
        world.run(&["promote", "web", "--to", "staging", "--version", tag]).exits(0).says("already");
        if let Some(built) = built(&world, "staging") {
            assert!(built.contains(&format!("registry.example.com/shop/web:{tag}")), "{built}");
        }
    }
}

#[test]
fn quotes_alone_still_land_as_the_environment_asks() {
    let world = World::shaped(|shape| {
        shape.applications = vec!["web".into()];
        shape.keys_of.insert("staging".into(), vec!["landing: merge-request".into()]);
    });
    let file = overlay_file("web", "staging");
    let text = world.read(&file).replace(&format!("\"{}\"", world.commit_of("web", 4)), "1.0");
    world.land_file(&file, &text);
    let report = world.json(&["promote", "web", "--to", "staging", "--version", "1.0"]);
    assert_eq!(report["stage"], "proposed");
}

#[test]
fn a_tag_that_makes_no_string_for_every_reader_is_refused() {
    let entry = |tag: &str| format!("images:\n  - name: registry.example.com/shop/web\n    newTag: {tag}\n");
    let staging = world("staging", &entry("! 1.0"));
    staging
        .run(&["promote", "web", "--to", "staging", "--version", "v2", "--allow-older"])
        .exits(2)
        .says("the tag `!` does not make this a string")
        .says("take the tag away");
    let staging = world("staging", &entry("! v1"));
    let number = ["promote", "web", "--to", "staging", "--version", "1.0", "--allow-older"];
    staging.run(&number).exits(2).says("the tag `!`");
    staging.run(&["promote", "web", "--to", "staging", "--version", "v2", "--allow-older"]).exits(0);
}

#[test]
fn images_without_a_value_take_an_entry() {
    for images in ["images:\n", "images: # none yet\n", "images: ~\n", "images: []\n"] {
        let world = world("production", images);
        world.run(&["promote", "web", "--to", "production"]).exits(0);
        let says = landed(&world, "production");
        assert!(says.contains("shop/web") && says.contains(&world.commit_of("web", 4)), "{says}");
        if let Some(built) = built(&world, "production") {
            assert!(built.contains(&format!("shop/web:{}", world.commit_of("web", 4))), "{built}");
        }
    }
}

#[test]
fn a_pointer_of_git_lfs_is_named() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12\n", "a".repeat(64));
    world.land_file(&overlay_file("web", "staging"), &pointer);
    world
        .run(&["promote", "web", "--to", "production"])
        .exits(2)
        .says("is a pointer of Git LFS")
        .says("git lfs untrack");
    world.run(&["status"]).exits(0).says("Git LFS");
}

#[test]
fn an_environment_that_all_pins_leave_out_is_named_as_the_reason() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let settings =
        world.read("stageline.yaml").replace("{environment}\" }", "{environment}\", environments: [staging] }");
    world.land_file("stageline.yaml", &settings);
    world
        .run(&["promote", "web", "--to", "production"])
        .exits(2)
        .says("`environments:` of its pins leaves it out")
        .says("is for `staging`");
}
