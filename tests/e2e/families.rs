//! One entry for many applications: its members are promoted, rolled back, held and told as if each had an entry of its own.

use crate::support::World;
use crate::support::landed::column;
use crate::support::world::{overlay, overlay_file};

/// A world in which one family finds all applications.
fn family() -> World {
    World::shaped(|shape| shape.family = true)
}

#[test]
fn a_member_goes_through_promotion_rollback_and_history_as_an_application_of_its_own() {
    let world = family();
    assert_eq!(column(&world.json(&["status"])["applications"], "application"), ["checkout", "web", "worker"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.pin("web", "staging"));
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let history = world.json(&["history", "web", "--env", "production"]);
    assert_eq!(column(&history["changes"], "verb"), ["rollback", "promote", "by hand"], "{history}");
    assert_eq!(history["complete"], true);
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "held");
}

#[test]
fn a_new_folder_is_a_new_member_and_the_past_of_one_that_is_gone_is_still_told() {
    let world = family();
    let version = world.pin("web", "staging");
    world.land_file(
        &overlay_file("search", "staging"),
        &overlay("search", "staging", &version).replace("  - ../../base\n", "  []\n"),
    );
    assert_eq!(
        column(&world.json(&["status"])["applications"], "application"),
        ["checkout", "search", "web", "worker"]
    );
    world.git(&["rm", "-rqf", "apps/search"]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "Drop search"]);
    world.git(&["push", "-q", "origin", "main"]);
    assert_eq!(world.refused(2, &["promote", "search", "--to", "production"]), "no-such-application");
    let history = world.json(&["history", "--env", "staging"]);
    let of = |app: &str| column(&history["changes"], "application").iter().filter(|name| *name == app).count();
    assert_eq!((of("search"), of("web")), (2, 1), "{history}");
}

#[test]
fn what_was_named_before_the_family_came_keeps_its_history() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let mut other = family();
    other.shape.applications = world.shape.applications.clone();
    let text =
        other.settings().replace(&*other.path("sources").to_string_lossy(), &world.path("sources").to_string_lossy());
    world.land_file("stageline.yaml", &text);
    let history = world.json(&["history", "web", "--env", "production"]);
    assert_eq!(column(&history["changes"], "verb"), ["promote", "by hand"], "{history}");
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    // And back: an entry by name again.
    world.land_file("stageline.yaml", &world.settings());
    let history = world.json(&["history", "web", "--env", "production"]);
    assert_eq!(column(&history["changes"], "verb"), ["rollback", "promote", "by hand"], "{history}");
}

#[test]
fn somebody_elses_folder_is_no_member_and_stops_nobody() {
    let world = family();
    world.land_file(
        "apps/redis/overlays/production/kustomization.yaml",
        "images:\n- { name: redis, newTag: \"7.2\" }\n",
    );
    assert_eq!(column(&world.json(&["status"])["applications"], "application"), ["checkout", "web", "worker"]);
    world.run(&["promote", "r*", "--to", "production"]).exits(2).says("no application is called like `r*`");
    world.run(&["promote", "*", "--to", "production"]).exits(0);
    let check = world.run(&["config", "check"]).exits(0);
    check.says("`redis` is no application: `registry.example.com/shop/redis` stands in no environment");
}

#[test]
fn what_cannot_be_an_application_is_told_and_the_others_go_on() {
    let world = family();
    world.land_file(&overlay_file("Web", "staging"), "images: []\n");
    let status = world.run(&["status"]).exits(0).says("checkout");
    status.says("`Web` (`apps/Web/overlays/staging`) is no application: `web` is called the same but for capitals");
    assert_eq!(world.refused(2, &["promote", "web", "--to", "production"]), "no-member");
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
}

#[test]
fn a_glob_means_every_application_that_it_fits() {
    let world = family();
    let plan = world.json(&["promote", "w*", "--to", "production", "--dry-run"]);
    assert_eq!(column(&plan["moves"], "application"), ["web", "worker"], "{plan}");
    assert_eq!(column(&world.json(&["status", "*e*"])["applications"], "application"), ["checkout", "web", "worker"]);
    assert_eq!(column(&world.json(&["status", "c*"])["applications"], "application"), ["checkout"]);
    assert_eq!(world.refused(2, &["promote", "x*", "--to", "production"]), "no-such-application");
    assert_eq!(world.refused(2, &["promote", "web", "web", "--to", "production"]), "named-twice");
    let both = world.json(&["promote", "web", "w*", "--to", "production", "--dry-run"]);
    assert_eq!(column(&both["moves"], "application"), ["web", "worker"], "what a glob means again is meant once");
}

#[test]
fn members_on_an_environments_own_branch_count_too() {
    let world = World::shaped(|shape| {
        shape.family = true;
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:refs/heads/production"]);
    world.fetch();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.fetch();
    let file = world.git(&["show", &format!("origin/production:{}", overlay_file("web", "production"))]);
    assert!(file.contains(&world.pin("web", "staging")), "{file}");
}

#[test]
fn the_entries_that_a_family_stands_for_are_shown_with_its_line() {
    let world = family();
    let plain = world.run(&["config", "show"]).exits(0);
    plain.says("- each: '{application}'");
    let shown = world.run(&["config", "show", "--expand"]).exits(0);
    let line = world.settings().lines().position(|line| line.contains("each:")).unwrap() + 1;
    shown
        .says("- name: web")
        .says(&format!("family: stageline.yaml:{line}"))
        .says("in: apps/web/overlays/{environment}");
}

#[test]
fn an_overlay_that_is_missing_in_one_cluster_or_gone_is_told() {
    let world = World::shaped(|shape| {
        shape.family = true;
        shape.keys_of.insert("production".into(), vec!["clusters: [eu, us]".into()]);
    });
    let text = world.settings().replace(
        "overlays/{environment}\" }",
        "overlays/{environment}\", environments: [staging] }\n      - { image: \"registry.example.com/shop/{application}\", in: \"apps/{application}/clusters/{cluster}\", environments: [production] }",
    );
    let version = world.pin("web", "production");
    world.write("apps/web/clusters/eu/kustomization.yaml", &overlay("web", "eu", &version));
    world.write(
        "apps/worker/clusters/eu/kustomization.yaml",
        &overlay("worker", "eu", &world.pin("worker", "production")),
    );
    world.land_file("stageline.yaml", &text);
    let status = world.run(&["status"]).exits(0);
    status.says("`web` in `production`: it has no overlay in the cluster `us`");
    let plan = world.run(&["promote", "web", "--to", "production", "--dry-run"]).exits(0);
    plan.says("`web` in `production`: it has no overlay in the cluster `us`");
    world.git(&["rm", "-rqf", "apps/worker/clusters"]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "Drop worker"]);
    world.git(&["push", "-q", "origin", "main"]);
    let gone = format!("gone since {} of ", &world.tip()[..7]);
    world.run(&["promote", "worker", "--to", "production"]).exits(2).says(&gone);
    world.run(&["history"]).exits(0);
    world.run(&["status"]).exits(0).says(&format!("`worker` in `production`: {gone}"));
}

#[test]
fn a_hold_of_a_member_that_is_gone_is_left_over_and_one_of_no_member_holds_everything() {
    let world = family();
    world.run(&["hold", "set", "worker", "--env", "production", "-m", "wait"]).exits(0);
    world.git(&["pull", "-q", "--ff-only"]);
    world.git(&["rm", "-rqf", "apps/worker"]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "Drop worker"]);
    world.git(&["push", "-q", "origin", "main"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.land_file(
        ".stageline/holds/production/wbe.yaml",
        "by: Mei Lin <mei@example.com>\nsince: 2026-11-20T10:00:00Z\nreason: typed wrong\n",
    );
    assert_eq!(world.refused(1, &["promote", "checkout", "--to", "production"]), "held");
}

/// A world whose applications stand in folders of teams, by one family, and its remote.
fn teams() -> World {
    let world = family();
    for app in ["checkout", "web", "worker"] {
        let team = if app == "worker" { "jobs" } else { "shop" };
        let _ = std::fs::create_dir_all(world.clone.join(format!("teams/{team}")));
        world.git(&["mv", &format!("apps/{app}"), &format!("teams/{team}/{app}")]);
    }
    let text = world.settings().replace("apps/{application}/overlays", "teams/{team}/{application}/overlays");
    world.land_file("stageline.yaml", &text);
    world
}

#[test]
fn a_member_that_changes_its_team_keeps_its_past() {
    let world = teams();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.git(&["pull", "-q", "--ff-only"]);
    world.git(&["mv", "teams/shop/web", "teams/jobs/web"]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "Web is the jobs' team's now"]);
    world.git(&["push", "-q", "origin", "main"]);
    let history = world.json(&["history", "web", "--env", "production"]);
    assert_eq!(column(&history["changes"], "verb"), ["promote", "by hand"], "{history}");
    assert_eq!(history["complete"], true, "{history}");
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let history = world.json(&["history", "web", "--env", "production"]);
    assert_eq!(column(&history["changes"], "verb"), ["rollback", "promote", "by hand"], "{history}");
}

#[test]
fn a_scalar_that_a_named_entry_reaches_too_is_nobodys() {
    let world = family();
    let text = world.settings()
        + "  - name: shopfront\n    pins: [{ image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }]\n";
    world.land_file("stageline.yaml", &text);
    for app in ["web", "shopfront"] {
        assert_eq!(world.refused(2, &["promote", app, "--to", "production"]), "shared-scalar");
    }
    world.run(&["config", "check"]).exits(0).says("both pin the same scalar in `");
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
}

#[test]
fn somebodys_landing_that_brings_a_member_is_shown_with_it() {
    let world = teams();
    let version = world.pin_at("HEAD~1", "web", "staging");
    let overlay = overlay("search", "staging", &version).replace("  - ../../base\n", "  []\n");
    world.land_file("teams/shop/search/overlays/staging/kustomization.yaml", &overlay);
    let shown = world.json(&["show"]);
    assert_eq!(column(&shown["moves"], "application"), ["search"], "{shown}");
}

#[test]
fn keys_of_one_file_for_all_environments_are_members() {
    let world = World::shaped(|shape| {
        shape.applications.clear();
        shape.sources = false;
    });
    let head = world.settings().split("applications:").next().unwrap().to_string();
    world.write(
        "versions.yaml",
        "staging: { web: { tag: v2 }, api: { tag: v5 } } # tested\nproduction: { web: { tag: v1 } }\n",
    );
    world.land_file("stageline.yaml", &format!("{head}applications:\n  - each: \"{{application}}\"\n    version: \"{{tag}}\"\n    pins: [{{ file: versions.yaml, path: \"{{environment}}.{{application}}.tag\" }}]\n"));
    assert_eq!(column(&world.json(&["status"])["applications"], "application"), ["api", "web"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let text = world.git(&["show", "origin/main:versions.yaml"]);
    assert_eq!(text, "staging: { web: { tag: v2 }, api: { tag: v5 } } # tested\nproduction: { web: { tag: v2 } }");
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let history = world.json(&["history", "web"]);
    assert_eq!(column(&history["changes"], "to"), ["v1", "v2", "v2", "v1"], "{history}");
}

/// The applications of a shape that init makes one family of.
fn five() -> World {
    World::shaped(|shape| {
        shape.applications = ["cart", "checkout", "search", "web", "worker"].map(str::to_owned).into();
        shape.file = false;
        shape.signing = "optional".into();
        shape.key = false;
    })
}

#[test]
fn init_writes_one_family_for_many_that_are_alike_and_its_members_are_promoted_unedited() {
    let world = five();
    let report = world.json(&[
        "init",
        "--signing",
        "optional",
        "--source",
        &format!("{}/{{application}}", world.path("sources").display()),
    ]);
    let names: Vec<&str> = report["applications"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert_eq!(names, ["cart", "checkout", "search", "web", "worker"]);
    let text = world.read("stageline.yaml");
    assert_eq!((text.matches("each:").count(), text.matches("name: web").count()), (1, 0), "{text}");
    assert!(text.contains("in: \"apps/{application}/overlays/{environment}\""), "{text}");
    assert!(text.contains(&format!("source: \"{}/{{application}}\"", world.path("sources").display())), "{text}");
    world.land_file("README.md", "With its configuration.\n");
    world.run(&["config", "check"]).exits(0);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.pin("web", "staging"));
}

#[test]
fn what_a_family_gains_is_told_and_what_it_leaves_out_by_name_is_no_lack() {
    let world = five();
    world.run(&["init", "--signing", "optional"]).exits(0);
    let text = world
        .read("stageline.yaml")
        .replace("  - each: \"{application}\"\n", "  - each: \"{application}\"\n    names: [\"*\", \"!worker\"]\n");
    world.land_file("stageline.yaml", &text);
    let check = world.run(&["init", "--check"]).exits(0);
    check.says("every application that was found has an entry");
    for env in ["staging", "production"] {
        world.write(
            &overlay_file("ledger", env),
            &overlay("ledger", env, &world.pin("web", env)).replace("  - ../../base\n", "  []\n"),
        );
    }
    world.land_file("README.md", "One more.\n");
    let report = world.json(&["init", "--check"]);
    let landed = world.git(&["rev-parse", "--short=7", "HEAD~1"]);
    assert_eq!(report["gained"][0]["reason"], format!("`ledger` came since {landed} landed the file"));
    assert_eq!(
        (&report["lacking"], &report["complete"]),
        (&serde_json::json!([]), &serde_json::json!(true)),
        "{report}"
    );
    world.git(&["rm", "-rqf", "apps"]);
    world.land_file("README.md", "All gone.\n");
    let idle = world.run(&["init", "--check", "-o", "json"]).exits(1).json();
    assert_eq!(idle["idle"][0]["reason"], "the family `{application}` finds no application");
}

/// A world of one family by the keys of a file for each environment.
fn keys(staging: &str, production: &str) -> World {
    let world = World::shaped(|shape| {
        shape.applications.clear();
        shape.sources = false;
    });
    let head = world.settings().split("applications:").next().unwrap().to_string();
    world.write("versions/staging.yaml", staging);
    world.write("versions/production.yaml", production);
    let family = "  - each: \"{application}\"\n    version: \"{tag}\"\n    pins: [{ file: \"versions/{environment}.yaml\", path: \"{application}.tag\" }]\n";
    world.land_file("stageline.yaml", &format!("{head}applications:\n{family}"));
    world
}

#[test]
fn a_file_that_tells_members_and_cannot_be_read_is_told_and_nothing_is_said_of_all() {
    let world = keys("web: { tag: v2 }\n", "web: { tag: v1 }\n");
    world.run(&["promote", "--all", "--to", "production", "--dry-run"]).exits(0);
    world.land_file("versions/staging.yaml", "web: { tag: v2 }\nx: [\n");
    world.run(&["status"]).exits(0).says("`versions/staging.yaml`: what is in it cannot be told");
    world.run(&["config", "check"]).exits(0).says("`versions/staging.yaml`: what is in it cannot be told");
    world.land_file("versions/production.yaml", "x: [\n");
    assert_eq!(world.refused(2, &["diff", "staging", "production"]), "no-member");
    let refused = world.run(&["promote", "web", "--to", "production"]).exits(2);
    refused.says("`versions/production.yaml`: what is in it cannot be told");
}

#[test]
fn what_is_no_application_is_said_where_all_are_meant() {
    let world = family();
    world.land_file(&overlay_file("Web", "staging"), "images: []\n");
    let told = "`Web` (`apps/Web/overlays/staging`) is no application";
    world.run(&["promote", "--all", "--to", "production", "--dry-run"]).exits(0).says(told);
    world.run(&["promote", "--all", "--to", "production"]).exits(0);
    assert_eq!(world.refused(2, &["diff", "staging", "production"]), "no-member");
}

#[test]
fn each_environment_is_looked_at_by_the_first_pin_that_serves_it() {
    let world = family();
    for app in ["checkout", "web", "worker"] {
        let text = overlay(app, "production", &world.pin(app, "production")).replace("../../base", "../../apps/base");
        world.write(
            &format!("live/{app}/kustomization.yaml"),
            &text.replace("../../apps/base", &format!("../../apps/{app}/base")),
        );
    }
    let text = world.settings().replace(
        "overlays/{environment}\" }",
        "overlays/{environment}\", environments: [staging] }\n      - { image: \"registry.example.com/shop/{application}\", in: \"live/{application}\", environments: [production] }",
    );
    world.git(&["rm", "-rqf", "apps/web/overlays"]);
    world.land_file("stageline.yaml", &text);
    assert_eq!(column(&world.json(&["status"])["applications"], "application"), ["checkout", "web", "worker"]);
    world.run(&["hold", "set", "web", "--env", "production", "-m", "wait"]).exits(0);
}

#[test]
fn a_member_that_is_gone_is_shown_and_a_shallow_clone_cannot_tell_of_it() {
    let world = family();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["hold", "set", "web", "--env", "production", "-m", "wait"]).exits(0);
    world.git(&["pull", "-q", "--ff-only"]);
    world.git(&["rm", "-rqf", "apps/web"]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "Drop web"]);
    world.git(&["push", "-q", "origin", "main"]);
    let history = world.json(&["history", "web", "--env", "production"]);
    assert_eq!((column(&history["changes"], "rev").len(), &history["notes"]), (3, &serde_json::json!([])), "{history}");
    let shown = world.json(&["show", "web:r2", "--env", "production"]);
    assert_eq!(column(&shown["moves"], "application"), ["web"], "{shown}");
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    assert_eq!(world.json(&["hold", "list"])["holds"], serde_json::json!([]));
    let remote = format!("file://{}", world.remote.display());
    let shallow = world.clone_as("shallow", &["--depth", "1"]);
    world.environment.git(&shallow, &["remote", "set-url", "origin", &remote]);
    let refused = world.environment.stageline(&shallow, &["history", "web"]).exits(3);
    refused.says("cannot tell whether there was an application `web`");
}

#[test]
fn a_family_that_finds_nobody_and_an_empty_list_of_names_are_told() {
    let world = family();
    let text = world.settings().replace("    source:", "    names: [\"!*\"]\n    source:");
    world.land_file("stageline.yaml", &text);
    world.run(&["config", "check"]).exits(0).says("the family `{application}` finds no application");
    world.land_file("stageline.yaml", &text.replace("[\"!*\"]", "[]"));
    world.run(&["config", "check"]).exits(2).says("is an empty list");
}
