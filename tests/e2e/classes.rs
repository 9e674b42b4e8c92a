//! What a changed path is: a record, an environment's, policy, or outside of all that; as `show` tells it of anybody's commit.

use serde_json::Value;

use crate::support::World;
use crate::support::landed::{lands_by_petrov, petrov};
use crate::support::world::overlay_file;

/// The other paths of the newest landing, each with its class and environments.
fn others(world: &World) -> Vec<String> {
    world.fetch();
    let report = world.json(&["show", "origin/main"]);
    let told = |other: &Value| {
        let envs: Vec<&str> =
            other["environments"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        let text = |key: &str| other[key].as_str().expect("a text").to_owned();
        format!("{} {} {}", text("path"), text("class"), envs.join("+")).trim_end().to_owned()
    };
    report["others"].as_array().expect("a list").iter().map(told).collect()
}

#[test]
fn every_path_of_a_commit_has_its_class() {
    let world = World::shaped(|shape| {
        shape.more = "requests: { template: docs/request.md }\n".into();
        shape.keys_of.insert("production".into(), vec!["requests: { template: docs/production.md }".into()]);
    });
    let files = [
        ("README.md", "outside"),
        ("docs/request.md", "policy"),
        ("docs/production.md", "policy"),
        ("docs/other.md", "outside"),
        (".gitattributes", "policy"),
        (".github/workflows/ci.yml", "policy"),
        (".stageline/allowed_signers", "policy"),
        (".stageline/previews/pr-1.yaml", "record"),
        ("CODEOWNERS", "policy"),
        ("apps/web/base/more.yaml", "environment production+staging"),
        ("apps/web/overlays/production/patch.yaml", "environment production"),
        ("apps/web/overlays/staging/.gitattributes", "policy"),
        ("docs/apps/web/overlays/production/x.yaml", "outside"),
    ];
    lands_by_petrov(&world, &files.map(|(path, _)| (path.to_owned(), "x: 1\n".to_owned())));
    let mut wanted: Vec<String> = files.iter().map(|(path, class)| format!("{path} {class}")).collect();
    wanted.sort();
    let mut found = others(&world);
    found.sort();
    assert_eq!(found, wanted);
}

#[test]
fn what_changes_beside_a_pin_is_its_environments_however_it_landed() {
    let file = overlay_file("web", "production");
    for how in
        [&["merge", "-q", "--no-ff", "-m", "Merge it"][..], &["merge", "-q", "--squash"], &["merge", "-q", "--ff-only"]]
    {
        let world = World::new();
        let clone = world.clone_as("petrov", &[]);
        let environment = petrov(&world);
        environment.git(&clone, &["checkout", "-q", "-b", "side"]);
        let text = std::fs::read_to_string(clone.join(&file)).expect("the overlay");
        let newer = text.replace(&world.pin("web", "production"), &world.commit_of("web", 3));
        std::fs::write(clone.join(&file), format!("{newer}namePrefix: x-\n")).expect("the overlay");
        environment.git(&clone, &["commit", "-qa", "--no-gpg-sign", "-m", "Move web, and more"]);
        environment.git(&clone, &["checkout", "-q", "main"]);
        environment.git(&clone, &[how, &["side"]].concat());
        if how.contains(&"--squash") {
            environment.git(&clone, &["commit", "-q", "--no-gpg-sign", "-m", "Move web, and more (#1)"]);
        }
        environment.git(&clone, &["push", "-q", "origin", "main"]);
        assert_eq!(others(&world), [format!("{file} environment production")], "{how:?}");
        let report = world.json(&["show", "origin/main"]);
        assert_eq!(report["moves"][0]["to"], world.commit_of("web", 3), "{report}");
    }
}

#[test]
fn a_pin_that_was_edited_by_hand_and_nothing_beside_it_is_no_other_path() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 0);
    assert_eq!(others(&world), [""; 0]);
    // Another image on the pin's own line is more than the pin.
    let file = overlay_file("web", "production");
    let text = world.environment.git(&world.remote, &["show", &format!("main:{file}")]);
    assert!(text.contains("newTag:"), "{text}");
    let text = text.replacen("newTag:", "newName: evil.example.com/web\n    newTag:", 1);
    lands_by_petrov(&world, &[(file.clone(), format!("{text}\n"))]);
    assert_eq!(others(&world), [format!("{file} environment production")]);
}
