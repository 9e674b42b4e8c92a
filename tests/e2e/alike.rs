//! Pins of one application that are found by the same name: each keeps its own past, and is taken back to its own.

use crate::support::World;
use crate::support::pinned::pinned;

/// Production's files say these versions.
fn says(world: &World, versions: &[(&str, &str)]) {
    for (file, version) in versions {
        let text = world.git(&["show", &format!("origin/main:{file}")]);
        assert!(text.contains(version.trim_end()), "{file}: {text}");
    }
}

fn image(version: &str) -> String {
    format!("images:\n- name: r/web\n  newTag: \"{version}\"\n")
}

#[test]
fn an_undo_gives_each_of_two_files_its_own_version_back() {
    for (pins, files) in [
        (
            ["{ file: \"{environment}/a.yaml\", path: t }", "{ file: \"{environment}/b.yaml\", path: t }"],
            ["a.yaml", "b.yaml"],
        ),
        (
            ["{ image: r/web, in: \"{environment}/api\" }", "{ image: r/web, in: \"{environment}/cron\" }"],
            ["api/kustomization.yaml", "cron/kustomization.yaml"],
        ),
    ] {
        let text = |version: &str| if files[0] == "a.yaml" { format!("t: \"{version}\"\n") } else { image(version) };
        let [one, two] = files.map(|file| format!("production/{file}"));
        let staging = files.map(|file| format!("staging/{file}"));
        let world = pinned(
            &pins,
            &[(&one, text("1.0")), (&two, text("2.0")), (&staging[0], text("3.0")), (&staging[1], text("3.0"))],
        );
        world.run(&["promote", "a", "--to", "production"]).exits(0);
        says(&world, &[(&one, "\"3.0\""), (&two, "\"3.0\"")]);
        world.run(&["undo", "a:r2", "--env", "production"]).exits(0);
        says(&world, &[(&one, "\"1.0\""), (&two, "\"2.0\"")]);
        // A hand edit of one of them is a row, and the other does not hide it.
        world.land_file(&one, &text("2.0"));
        let history = world.json(&["history", "a", "--env", "production"]);
        assert_eq!(history["changes"][0]["to"], "2.0", "{history}");
    }
}

#[test]
fn what_another_environment_has_by_the_same_name_is_in_nobodys_way() {
    let pins =
        ["{ image: r/web, in: s, environments: [staging] }", "{ image: r/web, in: p, environments: [production] }"];
    let file = "p/kustomization.yaml";
    let world = pinned(&pins, &[("s/kustomization.yaml", image("1.2.0")), (file, image("1.0.0"))]);
    world.land_file(file, &image("1.1.0"));
    world.run(&["rollback", "a", "--env", "production"]).exits(0);
    says(&world, &[(file, "1.0.0")]);
    world.run(&["undo", "a:r3", "--env", "production"]).exits(0);
    says(&world, &[(file, "1.1.0")]);
    assert_eq!(world.json(&["hold", "list"])["holds"], serde_json::json!([]));
}

#[test]
fn two_forms_of_one_commit_have_one_history_and_one_way_back() {
    let world = World::new();
    let source = world.sources["web"].path.display().to_string();
    let settings = world.settings();
    let head = settings.split("applications:").next().expect("the head");
    let pins = "[{ file: \"{environment}/v.yaml\", path: full }, { file: \"{environment}/v.yaml\", path: cut, version: \"{commit:7}\" }]";
    let text = |commit: &str| format!("full: \"{commit}\"\ncut: \"{}\"\n", &commit[..7]);
    let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
    world.write("staging/v.yaml", &text(&new));
    world.write("production/v.yaml", &text(&old));
    world.land_file(
        "stageline.yaml",
        &format!("{head}applications:\n  - {{ name: two, source: {source}, pins: {pins} }}\n"),
    );
    world.run(&["promote", "two", "--to", "production"]).exits(0);
    let history = world.json(&["history", "two", "--env", "production"]);
    assert_eq!(
        (&history["changes"][0]["verb"], &history["changes"][0]["to"]),
        (&"promote".into(), &new.clone().into())
    );
    let ran = world.run(&["rollback", "two", "--env", "production"]).exits(0);
    ran.says("2 commits back, to r1");
    says(&world, &[("production/v.yaml", &text(&old))]);
}

#[test]
fn one_application_that_cannot_be_read_takes_no_other_along() {
    let pins = ["{ file: \"{environment}.yaml\", path: a }"];
    let world =
        pinned(&pins, &[("staging.yaml", "a: v2\nb: latest\n".into()), ("production.yaml", "a: v1\nb: v1\n".into())]);
    let settings = world.read("stageline.yaml");
    world.land_file(
        "stageline.yaml",
        &format!("{settings}  - name: b\n    pins: [{{ file: \"{{environment}}.yaml\", path: b }}]\n"),
    );
    let ran = world.run(&["promote", "--all", "--to", "production"]).exits(0);
    assert!(ran.stdout.contains("skips  b: it cannot be read in `staging`"), "{ran}");
    says(&world, &[("production.yaml", "a: v2\nb: v1\n")]);
    let then = world.tip();
    world.land_file("production.yaml", "a: v3\nb: v3\n");
    let broken = world.git(&["rev-parse", "HEAD"]);
    world.land_file("production.yaml", "a: v4\nb: [\n");
    let at = format!("config:{}", world.git(&["rev-parse", "HEAD"]));
    world.land_file("production.yaml", "a: v5\nb: v5\n");
    // Both are in the one file, so that neither can be read then.
    let ran = world.run(&["rollback", "--all", "--env", "production", "--to", &at]).exits(0);
    assert!(ran.stdout.contains("skips  a: it could not be read at") && ran.stdout.contains("skips  b:"), "{ran}");
    world.run(&["rollback", "--all", "--env", "production", "--to", "config:nowhere"]).exits(2);
    world.run(&["rollback", "--all", "--env", "production", "--to", &format!("config:{broken}")]).exits(0);
    says(&world, &[("production.yaml", "a: v3\nb: v3\n")]);
    assert_ne!(world.tip(), then);
}
