//! What `init` proposes is proven: a pin that cannot be read or moved is told with its place, and not proposed.

use super::*;

fn proven(files: &[(&str, &str)]) -> Discovery {
    discover_all(&Memory::new(files.iter().copied())).unwrap()
}

#[track_caller]
fn is_told(found: &Discovery, place: &str, reason: &str) {
    let is_told = found.left_out.iter().any(|(at, why)| at == place && why.contains(reason));
    assert!(is_told, "{place}: {reason}: {:#?}", found.left_out);
}

#[test]
fn a_value_that_an_alias_repeats_is_no_pin() {
    let text = "image:\n  repository: r/web\n  tag: &tag v1.2.3\nworker:\n  tag: *tag\n";
    let found = proven(&[("web/values-staging.yaml", text), ("web/values-production.yaml", text)]);
    assert_eq!(pins(&found), Vec::<String>::new());
    is_told(&found, "web/values-staging.yaml:3", "alias");
}

#[test]
fn a_pin_that_fails_in_one_environment_serves_the_others() {
    let text = "image:\n  repository: r/web\n  tag: v1.2.3\n";
    let found = proven(&[
        ("web/values-staging.yaml", text),
        ("web/values-production.yaml", "image:\n  repository: r/web\n  tag: &tag v1.2.3\nother: *tag\n"),
    ]);
    assert_eq!(pins(&found), ["web: r/web in web/values-{environment}.yaml [staging]"]);
    assert_eq!(environments(&found), ["staging"], "nothing runs in the other");
    is_told(&found, "web/values-production.yaml:3", "alias");
}

#[test]
fn a_template_in_place_of_a_tag_is_told_as_one() {
    let found = proven(&[
        ("apps/web/overlays/staging/kustomization.yaml", &overlay(&[("r/web", "v1.2.3")])),
        ("apps/web/overlays/production/kustomization.yaml", &overlay(&[("r/web", "\"${TAG:=v1}\"")])),
    ]);
    assert_eq!(pins(&found), ["web: r/web in apps/web/overlays/{environment}"]);
    is_told(&found, "apps/web/overlays/production/kustomization.yaml:4", "is a template");
    assert!(!found.left_out.iter().any(|(_, why)| why.contains("do not tell their commit")), "{:#?}", found.left_out);
}

#[test]
fn a_chart_under_two_aliases_is_pinned_by_each() {
    let text = |version: &str| {
        format!(
            "apiVersion: v2\nname: web\ndependencies:\n- {{name: api, alias: pub, version: {version}}}\n- {{name: api, alias: priv, version: {version}}}\n"
        )
    };
    let found =
        proven(&[("envs/staging/web/Chart.yaml", &text("1.2.3")), ("envs/production/web/Chart.yaml", &text("1.2.2"))]);
    let place = "in envs/{environment}/web/Chart.yaml";
    let pin = |alias: &str| format!("web: dependencies[alias={alias}].version {place}");
    assert_eq!(pins(&found), [pin("pub"), pin("priv")]);
}

#[test]
fn bases_of_one_repository_are_told_apart_whatever_their_address() {
    let text = "resources:\n- https://git.example.com/shop/web.git//deploy/base?ref=v1.2.3\n- git@git.example.com:shop/web.git//deploy/extra?ref=v1.2.3\n- git::https://user@git.example.com/shop/web//deploy/third?timeout=90s&ref=v1.2.3\n";
    let found = proven(&[
        ("apps/web/overlays/staging/kustomization.yaml", text),
        ("apps/web/overlays/production/kustomization.yaml", text),
    ]);
    assert_eq!(
        pins(&found),
        [
            "web: https://git.example.com/shop/web.git//deploy/base in apps/web/overlays/{environment}",
            "web: git@git.example.com:shop/web.git//deploy/extra in apps/web/overlays/{environment}",
            "web: git::https://user@git.example.com/shop/web//deploy/third in apps/web/overlays/{environment}",
        ]
    );
}

#[test]
fn an_application_is_not_named_after_the_image_beside_it() {
    let base = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - {name: shop, image: \"r/shop:v1\"}\n      - {name: agent, image: \"r/metrics-agent:v1\"}\n";
    let files = [
        ("apps/shop/base/kustomization.yaml", "resources: [deployment.yaml]\n".to_string()),
        ("apps/shop/base/deployment.yaml", base.to_string()),
        ("apps/shop/overlays/staging/kustomization.yaml", overlay(&[("r/metrics-agent", "v1.2.3")])),
        ("apps/shop/overlays/production/kustomization.yaml", overlay(&[("r/metrics-agent", "v1.2.2")])),
    ];
    assert_eq!(pins(&found(&files)), ["shop: r/shop in apps/shop/overlays/{environment}"]);
    let proven = proven(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    assert_eq!(pins(&proven), Vec::<String>::new(), "nothing says its version yet");
    is_told(&proven, "apps/shop/overlays/production/kustomization.yaml", "the base's version runs");
    is_told(&proven, "apps/shop/overlays/production/kustomization.yaml:4", "`r/shop`");
}

#[test]
fn an_environment_where_nothing_says_the_version_is_told_and_not_proposed() {
    let base = "kind: Deployment\nspec: {template: {spec: {containers: [{name: web, image: \"r/web:v0\"}]}}}\n";
    let files = [
        ("web/base/kustomization.yaml", "resources: [deployment.yaml]\n".to_string()),
        ("web/base/deployment.yaml", base.to_string()),
        ("web/overlays/dev/kustomization.yaml", overlay(&[("r/web", "v1.2.3")])),
        ("web/overlays/qa/kustomization.yaml", overlay(&[("r/web", "v1.2.2")])),
        ("web/overlays/prod/kustomization.yaml", overlay(&[])),
    ];
    let found = proven(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    assert_eq!(pins(&found), ["web: r/web in web/overlays/{environment} [dev qa]"]);
    is_told(&found, "web/overlays/prod/kustomization.yaml", "nothing here says the version of `web`");
    // An image without a place of its own in an entry is no version either.
    let renamed = "resources: [../../base]\nimages: [{name: r/web, newName: mirror/web}]\n";
    let files = files.map(|(path, text)| (path, if path.contains("overlays") { renamed.to_string() } else { text }));
    let found = proven(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    assert_eq!(pins(&found), Vec::<String>::new());
}

#[test]
fn files_that_agree_by_chance_are_not_one_application() {
    let image = |name: &str| format!("image:\n  repository: r/{name}\n  tag: 1.0.0\n");
    let mut files = Vec::new();
    for env in ["staging", "production"] {
        files.push((format!("charts/web/values-{env}.yaml"), image("web")));
        files.push((format!("charts/web/values.{env}.yaml"), image("api")));
        files.push((format!("charts/web/{env}-values.yaml"), image("x")));
    }
    let found = discover_all(&Memory::new(files)).unwrap();
    assert_eq!(pins(&found), ["web: r/web in charts/web/values-{environment}.yaml"]);
    is_told(&found, "charts/web/values.production.yaml:3", "which is `web` already");
    is_told(&found, "charts/web/production-values.yaml:3", "which is `web` already");
}
