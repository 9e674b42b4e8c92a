//! Layouts as repositories have them, and what is made of each.

mod alone;
mod deployed;
mod formats;
mod gaps;
mod groups;
mod kinds;
mod kustomizations;
mod neighbours;
mod others;
mod places;
mod proven;
mod sources;

use super::*;
pub use crate::domain::memory::Memory;
use crate::domain::settings::Environment;

/// A kustomization with these image entries: name and tag.
pub fn overlay(images: &[(&str, &str)]) -> String {
    let mut out = String::from("resources: [../../base]\n");
    if !images.is_empty() {
        out.push_str("images:\n");
    }
    for (name, tag) in images {
        out.push_str(&format!("  - name: {name}\n    newTag: {tag}\n"));
    }
    out
}

const ONE: &str = "9d3e7aa1c0ffee00112233445566778899aabbcc";
const TWO: &str = "0011223344556677889900aabbccddeeff001122";

fn found(files: &[(&str, String)]) -> Discovery {
    discover(&Memory::new(files.iter().map(|(path, text)| (*path, text.as_str())))).unwrap()
}

/// `application: image in place [environments]` for each pin.
fn pins(found: &Discovery) -> Vec<String> {
    let mut out = Vec::new();
    for application in &found.settings.applications {
        for pin in &application.pins {
            let only: Vec<&str> = pin.environments.iter().map(EnvName::as_str).collect();
            let only = if only.is_empty() { String::new() } else { format!(" [{}]", only.join(" ")) };
            out.push(format!("{}: {} in {}{only}", application.name, pin.kind.identity(), pin.within));
        }
    }
    out
}

fn environments(found: &Discovery) -> Vec<&str> {
    found.settings.environments.iter().map(|environment| environment.name.as_str()).collect()
}

/// `environment<the ones before it`, without `<` where that is not said.
fn order(environments: &[Environment]) -> Vec<String> {
    let after =
        |e: &Environment| e.after.as_ref().map(|all| all.iter().map(EnvName::as_str).collect::<Vec<_>>().join(","));
    environments.iter().map(|e| after(e).map_or(e.name.to_string(), |after| format!("{}<{after}", e.name))).collect()
}

#[test]
fn apps_with_overlays_are_found_in_the_well_known_order() {
    let found = found(&[
        ("apps/web/base/kustomization.yaml", overlay(&[])),
        ("apps/web/overlays/production/kustomization.yaml", overlay(&[("registry/web", ONE)])),
        ("apps/web/overlays/staging/kustomization.yaml", overlay(&[("registry/web", TWO)])),
        ("apps/api/overlays/staging/kustomization.yml", overlay(&[("registry/api", ONE)])),
        ("apps/api/overlays/dev/Kustomization", overlay(&[("registry/api", ONE)])),
    ]);
    assert_eq!(
        pins(&found),
        [
            "api: registry/api in apps/api/overlays/{environment}",
            "web: registry/web in apps/web/overlays/{environment}"
        ]
    );
    assert_eq!(environments(&found), ["dev", "staging", "production"]);
    assert_eq!(order(&found.settings.environments), ["dev", "staging", "production"]);
    assert_eq!(found.left_out, vec![]);
    assert_eq!(found.settings.origin, Origin::Discovered);
}

#[test]
fn every_usual_layout_is_found() {
    for (staging, production, pin) in [
        ("web/overlays/staging", "web/overlays/prod", "web: r/web in web/overlays/{environment}"),
        ("overlays/staging", "overlays/prod", "web: r/web in overlays/{environment}"),
        ("deploy/overlays/staging", "deploy/overlays/prod", "web: r/web in deploy/overlays/{environment}"),
        ("environments/staging/web", "environments/prod/web", "web: r/web in environments/{environment}/web"),
        ("envs/staging/web", "envs/prod/web", "web: r/web in envs/{environment}/web"),
        ("clusters/staging/web", "clusters/prod/web", "web: r/web in clusters/{environment}/web"),
        ("environments/staging", "environments/prod", "web: r/web in environments/{environment}"),
        ("staging/web", "prod/web", "web: r/web in {environment}/web"),
        ("staging", "prod", "web: r/web in {environment}"),
        ("apps/web/envs/staging", "apps/web/envs/prod", "web: r/web in apps/web/envs/{environment}"),
        (
            "apps/ab/web/overlays/staging",
            "apps/ab/web/overlays/prod",
            "web: r/web in apps/ab/web/overlays/{environment}",
        ),
    ] {
        let found = found(&[
            (&format!("{staging}/kustomization.yaml"), overlay(&[("r/web", ONE)])),
            (&format!("{production}/kustomization.yaml"), overlay(&[("r/web", ONE)])),
        ]);
        assert_eq!(pins(&found), [pin], "{staging}");
        assert_eq!(environments(&found), ["staging", "prod"], "{staging}");
    }
}

#[test]
fn a_repository_without_overlays_has_empty_settings() {
    for path in ["README.md", "src/main.rs", "test/web/kustomization.yaml", "apps/web/values-prod.yaml"] {
        let found = found(&[(path, overlay(&[("web", ONE)]))]);
        assert_eq!(found.settings, Settings { origin: Origin::Discovered, ..Settings::default() }, "{path}");
    }
}

#[test]
fn names_that_tell_no_place_come_last_and_after_nothing() {
    let order = |names: &[&str]| {
        let file = |env: &&str| (format!("overlays/{env}/kustomization.yaml"), overlay(&[("web", ONE)]));
        order(&discover(&Memory::new(names.iter().map(file))).unwrap().settings.environments)
    };
    assert_eq!(order(&["development", "staging", "production", "dr"]), ["development", "staging", "production", "dr<"]);
    assert_eq!(order(&["zoo", "bar"]), ["bar<", "zoo<"]);
    // What tells no place may come before production.
    assert_eq!(order(&["prod", "zoo"]), ["prod<", "zoo<"]);
}

#[test]
fn an_environment_that_only_left_out_applications_have_is_none() {
    let found = found(&[
        ("apps/web/overlays/staging/kustomization.yaml", overlay(&[("web", ONE)])),
        ("apps/old/overlays/playground/kustomization.yaml", overlay(&[])),
    ]);
    assert_eq!(environments(&found), ["staging"]);
}

#[test]
fn one_application_in_two_layouts_keeps_its_environments_apart() {
    let found = found(&[
        ("apps/web/overlays/staging/kustomization.yaml", overlay(&[("web", ONE)])),
        ("environments/production/web/kustomization.yaml", overlay(&[("web", ONE)])),
    ]);
    assert_eq!(
        pins(&found),
        [
            "web: web in apps/web/overlays/{environment} [staging]",
            "web: web in environments/{environment}/web [production]"
        ]
    );
}

#[test]
fn two_teams_with_one_name_are_two_applications() {
    let found = found(&[
        ("apps/blue/web/overlays/staging/kustomization.yaml", overlay(&[("web", ONE)])),
        ("apps/red/web/overlays/staging/kustomization.yaml", overlay(&[("web", ONE)])),
    ]);
    let names: Vec<&str> = found.settings.applications.iter().map(|app| app.name.as_str()).collect();
    assert_eq!(names, ["blue-web", "red-web"]);
}

#[test]
fn regions_share_the_environment_before_them_or_follow_their_own() {
    let after = |names: &[&str]| order(&stack(names.iter().map(|name| EnvName::new(*name).unwrap()).collect()));
    assert_eq!(
        after(&["staging", "production-eu", "production-us"]),
        ["staging", "production-eu", "production-us<staging"]
    );
    assert_eq!(
        after(&["staging-eu", "staging-us", "prod-eu", "prod-us"]),
        ["staging-eu", "staging-us<", "prod-eu<staging-eu", "prod-us<staging-us"]
    );
}

#[test]
fn the_well_known_names_have_their_order() {
    let order = ["dev", "int", "test", "qa", "stg", "uat", "pre-prod", "canary", "Production"];
    let ranks: Vec<Option<usize>> = order.iter().map(|name| rank(name)).collect();
    assert!(ranks.iter().all(Option::is_some) && ranks.is_sorted(), "{ranks:?}");
    assert_eq!(rank("prod-us-east-1"), rank("live"));
    assert_eq!(rank("prod-1"), rank("prod"));
    for name in ["web", "production-web", "testimonials", "zoo-eu", "-eu", "eu"] {
        assert_eq!(rank(name), None, "{name}");
    }
}

#[test]
fn images_of_one_build_move_together_and_others_are_left_out() {
    let found = found(&[
        (
            "apps/web/overlays/staging/kustomization.yaml",
            overlay(&[("r/redis", "7.2.1"), ("r/web", ONE), ("r/web-worker", ONE)]),
        ),
        (
            "apps/web/overlays/production/kustomization.yaml",
            overlay(&[("r/redis", "7.2.1"), ("r/web", TWO), ("r/web-worker", TWO)]),
        ),
    ]);
    assert_eq!(
        pins(&found),
        ["web: r/web in apps/web/overlays/{environment}", "web: r/web-worker in apps/web/overlays/{environment}"]
    );
    assert_eq!(
        found.left_out,
        [(
            "apps/web/overlays/production/kustomization.yaml:4".to_string(),
            "`redis` is made by others: its version is not the application's".to_string()
        )]
    );
}

#[test]
fn several_images_without_a_namesake_are_applications_by_their_own_names() {
    let found = found(&[(
        "apps/shop/overlays/staging/kustomization.yaml",
        overlay(&[("r/front", "v1.0.0"), ("r/back", "v2.0.0")]),
    )]);
    assert_eq!(
        pins(&found),
        ["back: r/back in apps/shop/overlays/{environment}", "front: r/front in apps/shop/overlays/{environment}"]
    );
}

#[test]
fn a_moving_ref_is_listed_and_a_fixed_one_elsewhere_is_a_pin_there_alone() {
    let mut files = vec![
        ("apps/web/overlays/dev/kustomization.yaml", overlay(&[("r/web", "latest")])),
        ("apps/web/overlays/prod/kustomization.yaml", overlay(&[("r/web", ONE)])),
        ("apps/api/overlays/prod/kustomization.yaml", overlay(&[("r/api", "main")])),
    ];
    let alone = found(&files);
    assert_eq!(pins(&alone), ["web: r/web in apps/web/overlays/{environment}"]);
    assert_eq!(environments(&alone), ["prod"]);
    let places: Vec<&str> = alone.left_out.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["apps/api/overlays/prod/kustomization.yaml:4", "apps/web/overlays/dev/kustomization.yaml:4"]);
    files.push(("apps/db/overlays/dev/kustomization.yaml", overlay(&[("r/db", TWO)])));
    let web = "web: r/web in apps/web/overlays/{environment} [prod]";
    assert_eq!(pins(&found(&files)), ["db: r/db in apps/db/overlays/{environment}", web]);
}

#[test]
fn the_image_of_the_base_is_the_pin_where_no_overlay_names_one() {
    let deployment = |image: &str| {
        format!(
            "kind: Deployment\nspec:\n  template:\n    spec:\n      initContainers:\n        - image: busybox:1\n      containers:\n        - name: x\n          image: {image}\n"
        )
    };
    let files = |image: &str| {
        found(&[
            ("apps/web/base/kustomization.yaml", "resources: [deployment.yaml, https://example.com/x]\n".to_string()),
            ("apps/web/base/deployment.yaml", deployment(image)),
            ("apps/web/overlays/prod/kustomization.yaml", overlay(&[])),
        ])
    };
    assert_eq!(pins(&files("r:5000/shop/web:v1")), ["web: r:5000/shop/web in apps/web/overlays/{environment}"]);
    let other = files("r/other:v1");
    assert_eq!(pins(&other), Vec::<String>::new());
    assert!(other.left_out[0].1.contains("application: `r/other`"), "{:?}", other.left_out);
}

#[test]
fn the_template_is_read_from_the_tags() {
    let template = |tag: &str| {
        let found = found(&[("apps/web/overlays/prod/kustomization.yaml", overlay(&[("web", tag)]))]);
        (found.settings.applications[0].version.as_str().to_string(), found.left_out.len())
    };
    assert_eq!(template(ONE), ("{commit}".to_string(), 0));
    assert_eq!(template("sha-9d3e7aa"), ("sha-{commit:7}".to_string(), 0));
    assert_eq!(template("v1.2.3"), ("{tag}".to_string(), 0));
    assert_eq!(template("hotfix2"), ("{commit}".to_string(), 1));
}

#[test]
fn what_cannot_be_read_or_named_is_left_out_with_the_reason() {
    let found = found(&[
        ("apps/web/overlays/prod/kustomization.yaml", "images: [\n".to_string()),
        ("apps/we b/overlays/prod/kustomization.yaml", overlay(&[("web", ONE)])),
        ("apps/api/overlays/pr od/kustomization.yaml", overlay(&[("api", ONE)])),
        ("clusters/berlin/x/kustomization.yaml", overlay(&[("x", ONE)])),
    ]);
    assert_eq!(pins(&found), Vec::<String>::new());
    let left_out = format!("{:#?}", found.left_out);
    for part in ["apps/web/overlays/prod/kustomization.yaml:", "`we b`", "`pr od`", "clusters/berlin"] {
        assert!(left_out.contains(part), "{part}: {left_out}");
    }
}

#[test]
fn the_signers_file_is_taken_where_it_lies() {
    let found = found(&[
        (".stageline/allowed_signers", "alice@example.com ssh-ed25519 AAAA\n".to_string()),
        ("overlays/prod/kustomization.yaml", overlay(&[("web", ONE)])),
    ]);
    assert_eq!(found.settings.signers_file.as_ref().map(RepoPath::as_str), Some(SIGNERS));
}
