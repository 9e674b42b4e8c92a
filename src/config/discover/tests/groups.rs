//! One tag that serves several applications.

use super::kinds::{finds, proposed};
use super::*;

fn groups(found: &Discovery) -> Vec<String> {
    let named = |application: &crate::domain::settings::Application| {
        format!("{}: {}", application.name, application.member_names().join(" "))
    };
    found.settings.applications.iter().filter(|application| !application.members.is_empty()).map(named).collect()
}

#[test]
fn images_of_one_tag_that_are_named_apart_are_a_group() {
    let images =
        |version: &str| overlay(&[("r.example.com/shop/front", version), ("r.example.com/shop/back", version)]);
    let found = proposed(&[
        ("overlays/staging/kustomization.yaml", &images(TWO)),
        ("overlays/production/kustomization.yaml", &images(ONE)),
    ]);
    assert_eq!(groups(&found), ["shop: back front"]);
    assert_eq!(found.settings.applications[0].pins.len(), 2);
    assert!(found.left_out[0].1.starts_with("one tag serves back, front"), "{:?}", found.left_out);
    let found = proposed(&[
        ("overlays/staging/kustomization.yaml", &overlay(&[("r/web", TWO), ("r/web-worker", TWO)])),
        ("overlays/production/kustomization.yaml", &overlay(&[("r/web", ONE), ("r/web-worker", ONE)])),
    ]);
    assert_eq!(groups(&found), Vec::<String>::new(), "two images of one application");
}

#[test]
fn a_global_tag_serves_the_components_that_have_none() {
    let common = "front: {image: {repository: r/front}}\nback: {image: {repository: r/back}}\nredis: {image: {repository: redis, tag: 7.0.0}}\n";
    let global = |version: &str| format!("global: {{image: {{tag: {version}}}}}\n");
    let found = proposed(&[
        ("charts/shop/values.yaml", common),
        ("charts/shop/values-staging.yaml", &global(TWO)),
        ("charts/shop/values-production.yaml", &global(ONE)),
    ]);
    assert_eq!(groups(&found), ["shop: back front"]);
    assert_eq!(pins(&found), ["shop: global.image.tag in charts/shop/values-{environment}.yaml"]);
    let alone = finds(
        "charts/shop/values-ENV.yaml",
        "global: {image: {tag: VERSION}}\n",
        &["shop: global.image.tag in charts/shop/values-{environment}.yaml"],
    );
    assert!(alone.left_out[0].1.contains("declare them as its `members:`"), "{:?}", alone.left_out);
}

#[test]
fn a_variable_of_flux_serves_the_images_that_it_is_filled_into() {
    let flux = |env: &str, version: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: shop}}\nspec: {{path: ./shop/{env}, postBuild: {{substitute: {{IMAGE_TAG: {version}}}}}}}\n"
        )
    };
    let pod =
        |image: &str, tag: &str| format!("kind: Pod\nspec:\n  containers:\n  - name: x\n    image: r/{image}:{tag}\n");
    let (front, back) = (pod("front", "${IMAGE_TAG}"), pod("back", "${IMAGE_TAG:=v0}"));
    let (other, staging, production) = (pod("redis", "7.0.0"), flux("staging", TWO), flux("production", ONE));
    let found = proposed(&[
        ("clusters/staging/shop.yaml", &staging),
        ("clusters/production/shop.yaml", &production),
        ("shop/base/kustomization.yaml", "resources: [front.yaml, back.yaml]\n"),
        ("shop/base/front.yaml", &front),
        ("shop/base/back.yaml", &back),
        ("shop/staging/kustomization.yaml", "resources: [../base]\n"),
        ("shop/production/front.yaml", &front),
        ("shop/production/redis.yaml", &other),
    ]);
    assert_eq!(groups(&found), ["shop: back front"]);
}

#[test]
fn a_member_that_is_an_application_of_its_own_is_none() {
    let images = |version: &str| overlay(&[("r/shop/front", version), ("r/shop/back", version)]);
    let (staging, production) = (images(TWO), images(ONE));
    let found = proposed(&[
        ("overlays/staging/kustomization.yaml", &staging),
        ("overlays/production/kustomization.yaml", &production),
        ("apps/back/overlays/staging/kustomization.yaml", &overlay(&[("r/back", ONE)])),
    ]);
    assert_eq!(groups(&found), ["shop: front"]);
    assert!(found.left_out.iter().any(|(_, why)| why.contains("has pins of its own")), "{:?}", found.left_out);
}
