//! What stands at a pin and cannot be read or written as one, each with the word that scripts tell it by.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::World;
use crate::support::landed::{file, refs};
use crate::support::pinned::{digest, pinned};

/// The image of a kustomization.
const IMAGE: &str = "{ image: registry.example.com/a, in: \"apps/{environment}\" }";
const KUSTOMIZATION: &str = "apps/production/kustomization.yaml";
/// What a kustomization builds that uses the image.
const USES: &str = "kind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        image: registry.example.com/a\n";

/// The word with which a version is refused at production's pin; nothing is written.
#[track_caller]
fn refused(world: &World, exit: i32, version: &str) -> String {
    let before = refs(world);
    let word = world.refused(exit, &["promote", "a", "--to", "production", "--version", version]);
    assert_eq!(refs(world), before, "{word}");
    word
}

#[test]
fn what_a_kustomization_cannot_take_has_its_own_word() {
    for (text, word, exit) in [
        ("resources: [a.yaml]\nimages: {}\n", "bad-images", 2),
        ("images: [\n", "bad-yaml", 2),
        ("kind: Deployment\nmetadata: {name: a}\n", "no-kustomization", 2),
        ("resources: [a.yaml]\n---\nimages: []\n", "two-kustomizations", 2),
        ("images:\n- name: registry.example.com/a\n  newTag: [v1]\n", "not-a-scalar", 2),
        ("images:\n- name: registry.example.com/a\n  newTag: v 1\n", "bad-version", 2),
        ("resources: [b.yaml]\n", "no-such-image", 2),
        ("images:\n- name: registry.example.com/a\n  newTag: ${TAG}\n", "template", 2),
        (
            "resources: [https://h/x?ref=v1]\nimages:\n- {name: x/a, newName: registry.example.com/a, newTag: v0}\n- {name: registry.example.com/a, newTag: v1}\n- {name: y/a, newName: registry.example.com/a, newTag: v3}\n",
            "two-pins",
            2,
        ),
        ("resources: [https://git.example.com/shop/base?ref=v1]\n", "image-unknown", 3),
    ] {
        let other = ("apps/production/b.yaml", USES.replace("com/a", "com/b"));
        let files = [(KUSTOMIZATION, text.to_owned()), ("apps/production/a.yaml", USES.into()), other];
        let world = pinned(&[IMAGE], &files);
        assert_eq!(refused(&world, exit, "v2"), word, "{text}");
    }
}

#[test]
fn two_files_of_a_kustomization_and_a_link_in_its_place_have_their_own_words() {
    let text = "images:\n- name: registry.example.com/a\n  newTag: v1\n".to_owned();
    let world = pinned(&[IMAGE], &[(KUSTOMIZATION, text.clone()), ("apps/production/kustomization.yml", text.clone())]);
    assert_eq!(refused(&world, 2, "v2"), "two-kustomizations");
    let world = pinned(&[IMAGE], &[("apps/other.yaml", text.clone())]);
    fs::create_dir_all(world.clone.join("apps/production")).expect("a folder");
    symlink("../other.yaml", world.clone.join(KUSTOMIZATION)).expect("a link");
    world.land_file("README.md", "With a link\n");
    assert_eq!(refused(&world, 2, "v2"), "not-a-plain-file");
}

#[test]
fn a_version_that_a_place_cannot_hold_has_its_own_word() {
    let with_digest = format!("v2@{}", digest("ab"));
    for (pin, text, version, word) in [
        ("{ file: x.yaml, path: image, as: image }", "image: a:v1\n", "v1:x", "bad-tag"),
        ("{ base: \"https://h/r\", in: x.yaml }", "resources:\n- https://h/r?ref=v1\n", "v1&x=y", "bad-ref"),
        ("{ file: x.yaml, path: url, as: ref }", "url: https://h/r\n", "v2", "no-ref"),
        ("{ label: version, in: x.yaml }", "labels:\n- pairs:\n    version: v1\n", "v1+build", "bad-label"),
        ("{ file: x.yaml, path: tag }", "tag: v1\n", "v 2", "bad-version"),
        ("{ file: x.yaml, path: image }", "image: h/a:v1\n", "v2", "more-than-a-version"),
        ("{ file: x.yaml, path: url }", "url: https://h/web/v1/web.tgz\n", "v2", "more-than-a-version"),
        ("{ file: x.yaml, path: image, as: image }", "image: https://h/a\n", "v2", "no-image"),
        ("{ file: x.env, path: IMG, as: image }", "IMG=v1\n", "v2", "no-image"),
        ("{ file: x.env, path: IMG, as: image }", "IMG=\n", "v2", "no-image"),
        ("{ marker: a, in: x.yaml }", "url: https://h/a/v1  # stageline: a\n", "v2", "no-image"),
        ("{ marker: a, in: x.sh }", "curl -LO https://h/a/v1/a.tgz # stageline: a\n", "v2", "no-image"),
        ("{ marker: a, in: x.tf }", "source = \"git::https://h/a.git\" # stageline: a\n", "v2", "no-image"),
        ("{ marker: a, in: x.sh }", "run \"./path/to/file\" # stageline: a\n", "v2", "no-image"),
        ("{ marker: a, in: Dockerfile }", "# stageline: a\nRUN curl -L https://h/a/v1/a.tgz\n", "v2", "no-image"),
        ("{ marker: a, in: Dockerfile }", "# stageline: a\nFROM nginx\n", "v2", "no-image"),
        ("{ file: x.yaml, path: tag }", "tag: latest\n", "v2", "moving-ref"),
        ("{ image: r/a, in: x.yaml }", "spec:\n  image: r/a\n", "v2", "untagged"),
        ("{ image: r/a, in: x.yaml }", "spec:\n  image: r/b:v1\n", "v2", "no-such-pin"),
        ("{ file: x.yaml, path: tag }", "tag: {a: v1}\n", "v2", "not-a-scalar"),
        (
            "{ base: \"https://h/r\", in: x.yaml }",
            "resources:\n- https://h/r?ref=v1\n",
            &with_digest,
            "no-place-for-a-digest",
        ),
        ("{ file: x.yaml, path: tag, digest-path: digest }", "tag: v1\ndigest: \"\"\n", &digest("ab"), "tag-needed"),
    ] {
        let place =
            ["x.env", "x.sh", "x.tf", "Dockerfile"].into_iter().find(|name| pin.contains(name)).unwrap_or("x.yaml");
        let world = pinned(&[&pin.replace(" }", ", environments: [production] }")], &[(place, text.into())]);
        assert_eq!(refused(&world, 2, version), word, "{pin}, {text}");
        assert_eq!(file(&world, place).as_deref(), Some(text));
    }
}

#[test]
fn a_version_that_would_not_be_read_as_one_is_not_written() {
    let pin = "{ file: x.yaml, path: tag, environments: [production] }";
    let world = pinned(&[pin], &[("x.yaml", "tag: v1\n".into())]);
    for version in ["h/a:v2", "https://h/r?ref=v2", "{{v2}}", "${TAG}"] {
        assert_eq!(refused(&world, 2, version), "bad-version", "{version}");
    }
    let told = world.run(&["promote", "a", "--to", "production", "--version", "h/a:v2"]).exits(2);
    told.says("x.yaml:1:6: `h/a:v2` would not be read as a version there").says("without the image's name");
}

#[test]
fn a_tag_that_no_registry_takes_is_refused_in_a_kustomization_too() {
    let text = "images:\n- name: registry.example.com/a\n  newTag: v1\n";
    let world = pinned(&[IMAGE], &[(KUSTOMIZATION, text.into())]);
    assert_eq!(refused(&world, 2, "v1:x"), "bad-tag");
}

#[test]
fn a_scalar_of_two_environments_moves_in_neither() {
    let pins = [
        "{ file: x.yaml, path: tag, environments: [staging] }",
        "{ marker: a, in: x.yaml, environments: [production] }",
    ];
    let world = pinned(&pins, &[("x.yaml", "tag: v1 # stageline: a\n".into())]);
    assert_eq!(refused(&world, 2, "v2"), "shared-scalar");
}

#[test]
fn problems_of_several_kinds_are_told_under_a_word_for_them_all() {
    let world = World::new();
    world.land_file("apps/web/overlays/production/kustomization.yaml", "images: [\n");
    world.land_file("apps/worker/overlays/production/kustomization.yaml", "kind: Deployment\n");
    let ran = world.run(&["promote", "web", "worker", "--to", "production", "-o", "json"]).exits(2);
    assert_eq!(ran.refusal(), "several");
    let details = ran.json()["error"]["details"].to_string();
    assert!(details.contains("web") && details.contains("has no kustomization in it"), "{details}");
}

#[test]
fn what_an_environment_lacks_has_its_own_word() {
    let in_production = "images:\n- name: registry.example.com/a\n  newTag: v1\n".to_owned();
    let before = ("apps/staging/kustomization.yaml", "resources: [a.yaml]\n".to_owned());
    let uses = ("apps/staging/a.yaml", USES.to_owned());
    let world = pinned(&[IMAGE], &[(KUSTOMIZATION, in_production), before.clone(), uses.clone()]);
    assert_eq!(world.refused(2, &["promote", "a", "--to", "production"]), "no-version");
    let world = pinned(&[IMAGE], &[before, uses]);
    assert_eq!(refused(&world, 2, "v2"), "no-overlay");
}

#[test]
fn a_value_that_other_places_repeat_is_not_changed() {
    let text = "tag: &v v1\nother: *v\n";
    let world = pinned(&["{ file: x.yaml, path: tag, environments: [production] }"], &[("x.yaml", text.into())]);
    assert_eq!(refused(&world, 2, "v2"), "cannot-edit");
}

#[test]
fn a_site_of_which_the_source_says_nothing_gets_nothing() {
    let pins = [
        "{ file: \"{environment}.yaml\", path: one }",
        "{ file: production.yaml, path: two, environments: [production] }",
    ];
    let files = [
        ("staging.yaml", format!("one: {}\n", digest("ab"))),
        ("production.yaml", format!("one: {}\ntwo: v1\n", digest("01"))),
    ];
    let world = pinned(&pins, &files);
    assert_eq!(world.refused(3, &["promote", "a", "--to", "production"]), "no-version-for-site");
}

#[test]
fn a_place_that_an_environments_name_leads_out_of_the_files_is_told_as_that() {
    let world = World::new();
    let settings = world.settings().replace("name: production", "name: git").replace("overlays/{env", ".{env");
    world.land_file("stageline.yaml", &settings);
    assert_eq!(world.refused(2, &["promote", "web", "--to", "git"]), "bad-place");
}

#[test]
fn environments_that_do_not_agree_on_what_comes_give_nothing() {
    let world = World::shaped(|shape| {
        shape.environments = ["staging", "qa", "production"].map(String::from).into();
        shape.ordered = true;
    });
    let promote = ["promote", "web", "--to", "production"];
    world.land_file("stageline.yaml", &world.settings().replace("after: qa", "after: [staging, qa]"));
    assert_eq!(world.refused(2, &promote), "several-before");
    world.land_file("stageline.yaml", &world.settings().replace("after: qa", "after: []"));
    assert_eq!(world.refused(2, &promote), "no-order");
    let pins = ["{ file: \"{environment}.yaml\", path: one }", "{ file: \"{environment}.yaml\", path: two }"];
    let files = [("staging.yaml", "one: v2\ntwo: v3\n".into()), ("production.yaml", "one: v1\ntwo: v1\n".into())];
    let world = pinned(&pins, &files);
    assert_eq!(world.refused(1, &["promote", "a", "--to", "production"]), "sites-disagree");
}
