//! What a kustomization says beside its images: patches, literals, labels, annotations, and the values of its charts.

use super::kinds::{both, finds, proposed};
use super::*;

const PLACE: &str = "apps/web/overlays/ENV/kustomization.yaml";
const IMAGES: &str = "images: [{name: r/web, newTag: VERSION}]\n";

fn beside(text: &str, wanted: &[&str]) -> Discovery {
    let pins: Vec<String> =
        ["r/web"].iter().chain(wanted).map(|pin| format!("web: {pin} in apps/web/overlays/{{environment}}")).collect();
    finds(PLACE, &format!("{IMAGES}{text}"), &pins.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn what_says_the_version_of_the_image_again_moves_with_it() {
    for (text, pin) in [
        ("configMapGenerator: [{name: web, literals: [LOG=info, APP_TAG=VERSION]}]\n", "literal APP_TAG"),
        ("secretGenerator: [{name: web, literals: [GIT_SHA=VERSION]}]\n", "literal GIT_SHA"),
        ("labels: [{pairs: {app.kubernetes.io/version: VERSION}}]\n", "label app.kubernetes.io/version"),
        ("commonLabels: {version: VERSION}\n", "label version"),
        ("commonAnnotations: {example.com/git-sha: VERSION}\n", "annotation example.com/git-sha"),
    ] {
        assert_eq!(beside(text, &[pin]).left_out, []);
    }
}

#[test]
fn a_key_of_two_generators_is_told_by_the_generators_name() {
    let text =
        "configMapGenerator: [{name: web, literals: [VERSION=VERSION]}, {name: job, literals: [VERSION=VERSION]}]\n"
            .replace("[VERSION=", "[TAG=");
    beside(&text, &["literal web/TAG", "literal job/TAG"]);
}

#[test]
fn what_says_another_version_is_left_out_with_the_reason() {
    for text in [
        "configMapGenerator: [{name: web, literals: [SCHEMA_TAG=v12]}]\n",
        "labels: [{pairs: {app.kubernetes.io/version: v1.2.3}}]\n",
    ] {
        let found = beside(text, &[]);
        assert!(found.left_out[0].1.contains("does not say in every environment what `web` runs"), "{found:?}");
    }
    let found = beside("configMapGenerator: [{name: web, literals: [TAG=latest, NAME=v1]}]\n", &[]);
    assert_eq!(found.left_out.len(), 2, "one for each environment: {:?}", found.left_out);
    let alone = finds(PLACE, "commonLabels: {app.kubernetes.io/version: VERSION}\n", &[]);
    assert!(alone.left_out.iter().any(|(_, why)| why.contains("nothing here says of which application")), "{alone:?}");
}

#[test]
fn a_label_of_one_environment_alone_is_a_pin_there() {
    let labelled = format!("images: [{{name: r/web, newTag: {ONE}}}]\ncommonLabels: {{version: {ONE}}}\n");
    let found = proposed(&[
        ("apps/web/overlays/staging/kustomization.yaml", &overlay(&[("r/web", TWO)])),
        ("apps/web/overlays/production/kustomization.yaml", &labelled),
    ]);
    assert_eq!(
        pins(&found),
        [
            "web: r/web in apps/web/overlays/{environment}",
            "web: label version in apps/web/overlays/{environment} [production]"
        ]
    );
}

#[test]
fn images_of_inline_patches_are_found_by_their_names() {
    let strategic = "patches:\n- patch: |\n    kind: Deployment\n    metadata: {name: web}\n    spec:\n      template:\n        spec:\n          initContainers:\n          - name: migrate\n            image: r/web-migrate:VERSION\n";
    let json = "patches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: r/web-migrate:VERSION\n";
    let merge = "patchesStrategicMerge:\n- |-\n  kind: Deployment\n  spec: {template: {spec: {containers: [{name: x, image: \"r/web-migrate:VERSION\"}]}}}\n";
    for text in [strategic, json, merge] {
        beside(text, &["r/web-migrate"]);
        finds(PLACE, text, &["web: r/web-migrate in apps/web/overlays/{environment}"]);
    }
    let other = finds(PLACE, &json.replace("r/web-migrate", "r/sidecar"), &[]);
    assert!(other.left_out[0].1.contains("none of its images is named after"), "{other:?}");
}

#[test]
fn the_values_of_an_inlined_chart_are_found_by_the_charts_name() {
    let text = "helmCharts:\n- name: web\n  version: 1.2.3\n  valuesInline: {image: {tag: VERSION}}\n- name: redis\n  version: 7.0.0\n  valuesInline: {image: {tag: v7}}\n";
    let found = finds(
        PLACE,
        text,
        &["web: helmCharts[name=web].valuesInline.image.tag in apps/web/overlays/{environment}/kustomization.yaml"],
    );
    assert!(found.left_out.iter().any(|(_, why)| why.contains("`chart web` differs")), "{:?}", found.left_out);
}

#[test]
fn an_image_that_one_overlay_alone_has_is_limited_to_it() {
    let found = proposed(&[
        ("apps/web/overlays/staging/kustomization.yaml", &overlay(&[("r/web", TWO)])),
        ("apps/web/overlays/production/kustomization.yaml", &overlay(&[("r/web", ONE), ("r/web-cron", ONE)])),
    ]);
    assert_eq!(
        pins(&found),
        [
            "web: r/web in apps/web/overlays/{environment}",
            "web: r/web-cron in apps/web/overlays/{environment} [production]"
        ]
    );
}

#[test]
fn two_bases_of_one_repository_are_told_by_their_folders() {
    finds(
        PLACE,
        "resources: [https://h/o/web//crds?ref=VERSION, https://h/o/web//deploy?ref=VERSION]\n",
        &[
            "web: https://h/o/web//crds in apps/web/overlays/{environment}",
            "web: https://h/o/web//deploy in apps/web/overlays/{environment}",
        ],
    );
}

#[test]
fn a_ref_and_a_tag_of_two_kinds_of_versions_are_told_apart() {
    let text = "resources: [https://h/o/web//deploy?ref=VERSION]\nimages: [{name: r/web, newTag: v1.2.3}]\ncommonAnnotations: {commit: VERSION}\n";
    let found = finds(PLACE, text, &["web: r/web in apps/web/overlays/{environment}"]);
    assert_eq!(found.left_out.len(), 1, "{:?}", found.left_out);
    assert!(found.left_out[0].1.contains("`https://h/o/web` is not of one version"), "{:?}", found.left_out);
}

#[test]
fn an_image_in_a_file_of_patches_is_found() {
    finds(
        "apps/web/overlays/ENV/patch.yaml",
        "- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: r/web:VERSION\n",
        &["web: r/web in apps/web/overlays/{environment}/patch.yaml"],
    );
}

#[test]
fn the_repository_of_a_remote_base_is_told_by_the_first_two_parts_of_its_path() {
    for address in ["https://github.com/shop/web/config/default", "https://git.example.com/shop/web//config/default"] {
        let text = format!("resources: [\"{address}?ref=VERSION\"]\n");
        let found = both(PLACE, &text);
        let names: Vec<&str> = found.settings.applications.iter().map(|app| app.name.as_str()).collect();
        assert_eq!(names, ["web"], "{address}: {:#?}", found.left_out);
    }
    let others = both(PLACE, "resources: [\"https://github.com/shop/charts/config/default?ref=VERSION\"]\n");
    assert_eq!(pins(&others), Vec::<String>::new());
}

#[test]
fn the_base_of_each_cluster_moves_with_its_image_where_clusters_run_several_versions() {
    let text = |version: &str| {
        format!(
            "resources: [\"https://github.com/shop/web/deploy?ref={version}\"]\nimages: [{{name: r/web, newTag: {version}}}]\n"
        )
    };
    let (eu, us) = (text(ONE), text(TWO));
    let found = found(&[
        ("apps/web/staging/kustomization.yaml", text(TWO)),
        ("apps/web/production/eu/kustomization.yaml", eu),
        ("apps/web/production/us/kustomization.yaml", us),
    ]);
    let base = "web: https://github.com/shop/web/deploy in apps/web/{environment}/{cluster} [production]";
    assert!(pins(&found).iter().any(|pin| pin == base), "{:#?}", pins(&found));
}
