//! The same bits travel: a digest goes with its version, or the landing is refused with what to write.

use crate::support::World;
use crate::support::landed::{file, tree};
use crate::support::pinned::{digest, pinned};
use crate::support::world::overlay_file;

const ALL: &[&str] = &["promote", "a", "--to", "production", "--allow-older"];

#[test]
fn where_each_side_has_one_pin_the_digest_goes_whatever_its_key_is() {
    let source = [
        ("{ file: staging.yaml, path: image, environments: [staging] }", format!("image: v2@{}\n", digest("ab"))),
        (
            "{ file: staging.yaml, path: image.tag, digest-path: image.digest, environments: [staging] }",
            format!("image:\n  tag: v2\n  digest: {}\n", digest("ab")),
        ),
        (
            "{ image: registry.example.com/a, in: staging.yaml, environments: [staging] }",
            format!("spec:\n  image: registry.example.com/a:v2@{}\n", digest("ab")),
        ),
    ];
    let target = [
        ("{ file: production.yaml, path: image.tag, environments: [production] }", "image:\n  tag: v1\n"),
        (
            "{ file: production.yaml, path: tag, digest-path: digest, environments: [production] }",
            "tag: v1\ndigest: sha256:0000000000000000000000000000000000000000000000000000000000000000\n",
        ),
        (
            "{ image: registry.example.com/a, in: production.yaml, environments: [production] }",
            "spec:\n  image: registry.example.com/a:v1\n",
        ),
    ];
    for (from, text) in &source {
        for (to, old) in &target {
            let world = pinned(&[from, to], &[("staging.yaml", text.clone()), ("production.yaml", (*old).into())]);
            let ran = world.run(ALL).exits(0);
            let landed = file(&world, "production.yaml").expect("the file");
            assert!(landed.contains("v2") && landed.contains(&digest("ab")), "{from} -> {to}\n{landed}\n{ran}");
        }
    }
}

#[test]
fn where_there_are_several_pins_of_other_keys_it_is_refused_with_what_to_write() {
    let text = format!("one: v2@{}\ntwo: v2@{}\n", digest("ab"), digest("cd"));
    let old = "first: v1\nsecond: v1\n";
    let world = pinned(
        &[
            "{ file: staging.yaml, path: one, environments: [staging] }",
            "{ file: staging.yaml, path: two, environments: [staging] }",
            "{ file: production.yaml, path: first, environments: [production] }",
            "{ file: production.yaml, path: second, environments: [production] }",
        ],
        &[("staging.yaml", text), ("production.yaml", old.into())],
    );
    world.run(ALL).exits(1).says("digest").says("hint:");
    assert_eq!(world.refused(1, ALL), "digest-would-vanish");
    assert_eq!(file(&world, "production.yaml").as_deref(), Some(old));
}

#[test]
fn where_the_keys_are_the_same_each_of_several_pins_gets_its_own_digest() {
    let text = |tag: &str, one: &str, two: &str| format!("one: {tag}@{}\ntwo: {tag}@{}\n", digest(one), digest(two));
    let world = pinned(
        &["{ file: \"{environment}.yaml\", path: one }", "{ file: \"{environment}.yaml\", path: two }"],
        &[("staging.yaml", text("v2", "ab", "cd")), ("production.yaml", text("v1", "01", "02"))],
    );
    world.run(ALL).exits(0);
    assert_eq!(file(&world, "production.yaml"), Some(text("v2", "ab", "cd")));
}

#[test]
fn a_pin_that_drops_digests_gets_none_and_the_others_theirs() {
    let world = pinned(
        &[
            "{ file: staging.yaml, path: image, environments: [staging] }",
            "{ file: production.yaml, path: tag, digest: drop, environments: [production] }",
        ],
        &[("staging.yaml", format!("image: v2@{}\n", digest("ab"))), ("production.yaml", "tag: v1\n".into())],
    );
    world.run(ALL).exits(0);
    assert_eq!(file(&world, "production.yaml").as_deref(), Some("tag: v2\n"));
}

/// The overlay of web with a tag, a digest, and a label that shows the version.
fn labelled(env: &str, version: &str, pair: &str) -> String {
    format!(
        "namespace: {env}\nlabels:\n  - pairs:\n      app.kubernetes.io/version: \"{version}\"\nimages:\n  \
         - name: registry.example.com/shop/web\n    newTag: \"{version}\"\n    digest: {}\n",
        digest(pair)
    )
}

/// Web is pinned by an image with a digest and a label; staging runs part 4, production part 2.
fn image_and_label() -> World {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    for (env, index, pair) in [("staging", 4, "ab"), ("production", 2, "01")] {
        world.write(&overlay_file("web", env), &labelled(env, &world.commit_of("web", index), pair));
    }
    let pin = "- { image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }";
    let label = "- { label: app.kubernetes.io/version, in: \"apps/web/overlays/{environment}\" }";
    world.land_file("stageline.yaml", &world.settings().replace(pin, &format!("{pin}\n      {label}")));
    world
}

#[test]
fn beside_a_label_the_digest_stays_the_images() {
    let world = image_and_label();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let expected = labelled("production", &world.commit_of("web", 4), "ab");
    assert_eq!(file(&world, &overlay_file("web", "production")), Some(expected));
}

#[test]
fn a_rollback_and_an_undo_bring_the_digest_of_their_version() {
    let world = image_and_label();
    let before = tree(&world, "main");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    world.run(&["rollback", "web", "--env", "production", "--no-hold"]).exits(0);
    assert_eq!(tree(&world, "main"), before);
    world.run(&["undo", &world.tip()]).exits(0);
    let newer = labelled("production", &world.commit_of("web", 4), "ab");
    assert_eq!(file(&world, &overlay_file("web", "production")), Some(newer));
    world.run(&["undo", &landing]).exits(0);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn a_label_beside_the_one_image_does_not_keep_its_digest_from_being_given() {
    let world = image_and_label();
    let without = ["promote", "web", "--to", "production", "--commit", "main"];
    world.run(&without).exits(1).says("--digest");
    assert_eq!(world.refused(1, &without), "digest-needed");
    let now = file(&world, &overlay_file("web", "production"));
    assert_eq!(now, Some(labelled("production", &world.commit_of("web", 2), "01")));
    let new = digest("ef");
    world.run(&["promote", "web", "--to", "production", "--commit", "main", "--digest", &new]).exits(0);
    let now = file(&world, &overlay_file("web", "production"));
    assert_eq!(now, Some(labelled("production", &world.commit_of("web", 5), "ef")));
}

#[test]
fn a_rollback_after_the_label_went_from_file_and_settings_brings_an_earlier_version_and_its_digest() {
    let world = image_and_label();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let overlay = file(&world, &overlay_file("web", "production")).expect("the overlay");
    let (head, rest) = overlay.split_once("labels:").expect("a label");
    let images = rest.find("images:").expect("images");
    world.land_file(&overlay_file("web", "production"), &format!("{head}{}", &rest[images..]));
    let settings = world.read("stageline.yaml");
    let lines: Vec<&str> = settings.lines().filter(|line| !line.contains("label:")).collect();
    world.land_file("stageline.yaml", &(lines.join("\n") + "\n"));
    let ran = world.run(&["rollback", "web", "--env", "production"]);
    let now = file(&world, &overlay_file("web", "production")).expect("the overlay");
    assert!(now.contains(&world.commit_of("web", 2)) && now.contains(&digest("01")), "{now}\n{ran}");
}

#[test]
fn a_rollback_brings_the_earlier_state_whole_whether_a_digest_comes_or_goes() {
    for (place, pin, plain, dug) in [
        (
            "production.yaml",
            "{ image: registry.example.com/a, in: production.yaml }",
            "spec:\n  image: registry.example.com/a:v1\n".to_owned(),
            format!("spec:\n  image: registry.example.com/a:v2@{}\n", digest("ab")),
        ),
        (
            "production.yaml",
            "{ file: production.yaml, path: image, as: image }",
            "image: a:v1\n".to_owned(),
            format!("image: a:v2@{}\n", digest("ab")),
        ),
        (
            "production/kustomization.yaml",
            "{ image: registry.example.com/a, in: production }",
            "images:\n  - name: registry.example.com/a\n    newTag: v1\n".to_owned(),
            format!("images:\n  - name: registry.example.com/a\n    newTag: v2\n    digest: {}\n", digest("ab")),
        ),
    ] {
        for (first, second) in [(&plain, &dug), (&dug, &plain)] {
            let pin = pin.replace(" }", ", environments: [production] }");
            let world = pinned(&[&pin], &[(place, first.clone())]);
            world.land_file(place, second);
            world.run(&["rollback", "a", "--env", "production"]).exits(0);
            assert_eq!(file(&world, place).as_ref(), Some(first), "{pin}, after {second}");
        }
    }
}
