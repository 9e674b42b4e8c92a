//! `Chart.lock` beside a promoted chart: what the real Helm makes of both.

use std::fs;
use std::path::Path;

use crate::support::World;
use crate::support::pinned::pinned;

const PIN: &str = "{ chart: web, in: \"umbrella/{environment}\" }";

/// A chart of that version with one object that tells it.
fn chart(folder: &Path, name: &str, version: &str) {
    fs::create_dir_all(folder.join("templates")).expect("a folder");
    let text = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    fs::write(folder.join("Chart.yaml"), text).expect("a file");
    let object = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ .Chart.Name }}}\ndata: {version: \"{{ .Chart.Version }}\"}\n";
    fs::write(folder.join("templates/object.yaml"), object).expect("a file");
}

fn umbrella(world: &World, version: &str) -> String {
    let at = |name: &str| format!("file://{}", world.path("charts").join(name).display());
    format!(
        "apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n  - name: web # ours\n    version: \"{version}\"\n    repository: {}\n    condition: web.enabled\n  - {{ name: db, version: ~2.0, repository: \"{}\", alias: store, tags: [back], import-values: [data, {{ child: a, parent: b<&> }}] }}\n",
        at("web"),
        at("db"),
    )
}

/// Two environments with an umbrella chart each, locked by helm at 1.0.0; the archives are not in the repository. `None`: helm is
/// not here.
fn locked() -> Option<World> {
    let world = pinned(&[PIN], &[("umbrella/.helmignore", String::new())]);
    if !world.environment.has("helm") {
        return None;
    }
    chart(&world.path("charts/web"), "web", "1.0.0");
    chart(&world.path("charts/db"), "db", "2.0.7");
    for env in ["staging", "production"] {
        world.write(&format!("umbrella/{env}/Chart.yaml"), &umbrella(&world, "1.0.0"));
        let folder = world.clone.join("umbrella").join(env);
        world.environment.tool("helm", &folder, &["dependency", "update", "."]);
        fs::remove_dir_all(folder.join("charts")).expect("helm's folder");
    }
    world.land_file(".gitignore", "charts/\n");
    Some(world)
}

#[test]
fn helm_builds_from_the_lock_after_a_promotion_a_rollback_and_a_return() {
    let Some(world) = locked() else { return };
    let folder = world.clone.join("umbrella/staging");
    let before = world.read("umbrella/staging/Chart.lock");
    let builds = |version: &str| {
        chart(&world.path("charts/web"), "web", version);
        world.environment.tool("helm", &folder, &["dependency", "build", "."]);
        let built = world.environment.tool("helm", &folder, &["template", "x", "."]);
        assert!(built.contains(&format!("version: \"{version}\"")), "{built}");
        fs::remove_dir_all(folder.join("charts")).expect("helm's folder");
    };
    builds("1.0.0");
    let ran = world.run(&["promote", "a", "--version", "1.1.0", "--to", "staging"]).exits(0);
    ran.says("umbrella/staging/Chart.lock").says("digest");
    builds("1.1.0");
    let after = world.read("umbrella/staging/Chart.lock");
    let differ = before.lines().zip(after.lines()).filter(|(one, other)| one != other).count();
    assert_eq!((before.lines().count(), differ), (after.lines().count(), 2), "{after}");
    let shown = world.json(&["show"]);
    assert_eq!(shown["others"], serde_json::json!([]), "what follows the pin is the pin's: {shown}");
    world.run(&["rollback", "a", "--env", "staging", "--no-hold"]).exits(0);
    builds("1.0.0");
    assert_eq!(world.read("umbrella/staging/Chart.lock"), before);
    world.run(&["undo", "--env", "staging"]).exits(0);
    assert_eq!(world.read("umbrella/staging/Chart.lock"), after);
    // By hand, with helm's own hands.
    world.run(&["promote", "a", "--to", "production"]).exits(0);
    assert_eq!(world.read("umbrella/production/Chart.yaml"), umbrella(&world, "1.1.0"));
}

#[test]
fn the_requirements_of_a_chart_of_the_first_version_are_locked_alike() {
    let world = pinned(&[PIN], &[("umbrella/.helmignore", String::new())]);
    if !world.environment.has("helm") {
        return;
    }
    let requirements = |version: &str| {
        let [web, db] = ["web", "db"].map(|name| world.path("charts").join(name).display().to_string());
        format!(
            "dependencies:\n- name: web # ours\n  version: \"{version}\"\n  repository: file://{web}\n- {{ name: db, version: ~2.0, repository: \"file://{db}\", alias: store }}\n"
        )
    };
    chart(&world.path("charts/web"), "web", "1.0.0");
    chart(&world.path("charts/db"), "db", "2.0.7");
    for env in ["staging", "production"] {
        world.write(&format!("umbrella/{env}/Chart.yaml"), "apiVersion: v1\nname: shop\nversion: 0.1.0\n");
        world.write(&format!("umbrella/{env}/requirements.yaml"), &requirements("1.0.0"));
        let folder = world.clone.join("umbrella").join(env);
        world.environment.tool("helm", &folder, &["dependency", "update", "."]);
        fs::remove_dir_all(folder.join("charts")).expect("helm's folder");
    }
    world.land_file(".gitignore", "charts/\n");
    let ran = world.run(&["promote", "a", "--version", "1.1.0", "--to", "staging"]).exits(0);
    ran.says("umbrella/staging/requirements.lock").says("digest");
    assert_eq!(world.read("umbrella/staging/requirements.yaml"), requirements("1.1.0"));
    chart(&world.path("charts/web"), "web", "1.1.0");
    let folder = world.clone.join("umbrella/staging");
    world.environment.tool("helm", &folder, &["dependency", "build", "."]);
    let built = world.environment.tool("helm", &folder, &["template", "x", "."]);
    assert!(built.contains("version: \"1.1.0\""), "{built}");
    assert_eq!(world.json(&["show"])["others"], serde_json::json!([]));
}

#[test]
fn what_helm_itself_locked_is_the_pins_and_a_lock_that_does_not_fit_is_more() {
    let Some(world) = locked() else { return };
    let folder = world.clone.join("umbrella/staging");
    chart(&world.path("charts/web"), "web", "1.2.0");
    world.write("umbrella/staging/Chart.yaml", &umbrella(&world, "1.2.0"));
    world.environment.tool("helm", &folder, &["dependency", "update", "."]);
    // helm writes the date anew: a person's landing has that besides.
    let shown = |file: &str, text: &str| {
        world.land_file(file, text);
        world.json(&["show"])["others"].as_array().expect("a list").len()
    };
    assert_eq!(shown("umbrella/staging/Chart.lock", &world.read("umbrella/staging/Chart.lock")), 1);
    world.write("umbrella/staging/Chart.yaml", &umbrella(&world, "1.3.0"));
    let wrong = world.read("umbrella/staging/Chart.lock").replace("1.2.0", "1.3.0");
    assert_eq!(shown("umbrella/staging/Chart.lock", &wrong), 1);
    let promote = ["promote", "a", "--version", "1.4.0", "--to", "staging"];
    let before = world.tip();
    assert_eq!(world.refused(1, &promote), "lock-unfit");
    world.run(&promote).exits(1).says("helm dependency update umbrella/staging");
    assert_eq!(world.tip(), before);
}

#[test]
fn a_vendored_archive_of_the_old_version_is_refused_with_the_command() {
    let Some(world) = locked() else { return };
    let folder = world.clone.join("umbrella/staging");
    world.environment.tool("helm", &folder, &["dependency", "build", "."]);
    world.git(&["add", "-f", "umbrella/staging/charts"]);
    world.land_file("note.txt", "vendored\n");
    let promote = ["promote", "a", "--version", "1.1.0", "--to", "staging"];
    assert_eq!(world.refused(1, &promote), "vendored-chart");
    world
        .run(&promote)
        .exits(1)
        .says("umbrella/staging/charts/web-1.0.0.tgz")
        .says("helm dependency update umbrella/staging");
    // As helm has it: what is vendored is built, whatever `Chart.yaml` says.
    world.write("umbrella/staging/Chart.yaml", &umbrella(&world, "1.1.0"));
    assert!(world.environment.tool("helm", &folder, &["template", "x", "."]).contains("version: \"1.0.0\""));
}

#[test]
fn two_charts_of_one_lock_move_together() {
    let Some(world) = locked() else { return };
    let settings = world.read("stageline.yaml");
    let db = "  - name: db\n    pins:\n      - { chart: db, in: \"umbrella/{environment}\" }\n";
    world.land_file("stageline.yaml", &format!("{settings}{db}"));
    for env in ["staging", "production"] {
        let text = umbrella(&world, "1.0.0").replace("~2.0", "2.0.7");
        world.write(&format!("umbrella/{env}/Chart.yaml"), &text);
        let folder = world.clone.join("umbrella").join(env);
        world.environment.tool("helm", &folder, &["dependency", "update", "."]);
        fs::remove_dir_all(folder.join("charts")).expect("helm's folder");
    }
    world.land_file("note.txt", "exact\n");
    world.run(&["promote", "a", "--version", "1.1.0", "--to", "staging"]).exits(0);
    world.run(&["promote", "db", "--version", "2.1.0", "--to", "staging"]).exits(0);
    world.run(&["promote", "--all", "--to", "production"]).exits(0);
    chart(&world.path("charts/web"), "web", "1.1.0");
    chart(&world.path("charts/db"), "db", "2.1.0");
    world.environment.tool("helm", &world.clone.join("umbrella/production"), &["dependency", "build", "."]);
}
