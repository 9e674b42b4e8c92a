//! Kinds that strangers' repositories have, each in other shapes than the one that showed it first.

use super::*;

/// `application environment version` of what `init` proposes, as far as it is read back.
pub fn cells(files: &[(&str, &str)]) -> Vec<String> {
    let memory = Memory::new(files.iter().copied());
    let found = discover_all(&memory).unwrap();
    let reader = crate::overlay::Reader::new(&memory);
    let mut out = Vec::new();
    for app in &found.settings.applications {
        for env in &found.settings.environments {
            let mut said = Vec::new();
            for pin in app.pins.iter().filter(|pin| pin.serves(env)) {
                for cluster in super::super::proven::clusters(pin, env) {
                    let at = crate::overlay::place(pin, &app.name, &env.name, cluster.as_ref()).unwrap();
                    let filled = crate::overlay::fill::filled(pin, &app.name, &env.name, cluster.as_ref());
                    let reading = crate::overlay::read(&reader, &filled, &at, cluster.as_ref()).ok().flatten();
                    said.extend(reading.map(|reading| reading.version.map_or("nothing".into(), |v| v.to_string())));
                }
            }
            said.dedup();
            out.extend((!said.is_empty()).then(|| format!("{} {} {}", app.name, env.name, said.join(" and "))));
        }
    }
    out.sort();
    out
}

/// A Deployment that runs an image.
pub fn runs(name: &str, image: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{containers: [{{name: {name}, image: \"{image}\"}}]}}}}}}\n"
    )
}

#[test]
fn numbers_in_front_of_folders_only_sort_them() {
    let values = |tag: &str| format!("image: {{repository: r.io/shop/web, tag: {tag}}}\n");
    let found = cells(&[
        ("10-web/1_test/values.yaml", &values("v1.2.0")),
        ("10-web/2_live/values.yaml", &values("v1.1.0")),
        ("20-api/1_test/values.yaml", &values("v1.2.0").replace("web", "api")),
        ("20-api/2_live/values.yaml", &values("v1.0.0").replace("web", "api")),
    ]);
    assert_eq!(found, ["api live v1.0.0", "api test v1.2.0", "web live v1.1.0", "web test v1.2.0"]);
    let overlay = |tag: &str| overlay(&[("r.io/shop/web", tag)]);
    let found = cells(&[
        ("web/overlays/01-dev/kustomization.yaml", &overlay("v2.0.0")),
        ("web/overlays/02-prod/kustomization.yaml", &overlay("v1.0.0")),
    ]);
    assert_eq!(found, ["web dev v2.0.0", "web prod v1.0.0"]);
}

#[test]
fn variants_around_environments_are_clusters_of_the_application_further_up() {
    let found = cells(&[
        ("services/search/editions/lite/envs/dev/kustomization.yaml", &overlay(&[("r.io/shop/search", "v3")])),
        ("services/search/editions/lite/envs/prod/kustomization.yaml", &overlay(&[("r.io/shop/search", "v2")])),
        ("services/search/editions/big/envs/prod/kustomization.yaml", &overlay(&[("r.io/shop/search", "v1")])),
    ]);
    assert_eq!(found, ["search dev v3", "search prod v1 and v2"]);
    // Where no word tells it, what runs there does: and then they are several instances of one, of which nobody knows which is meant.
    let place = |app: &str, env: &str| format!("{app}/blue/overlays/{env}/kustomization.yaml");
    let text = |app: &str, tag: &str| overlay(&[(&format!("r.io/shop/{app}"), tag)]);
    let found = cells(&[
        (&place("web", "dev"), &text("web", "v2")),
        (&place("web", "prod"), &text("web", "v1")),
        (&place("api", "dev"), &text("api", "v4")),
        (&place("api", "prod"), &text("api", "v3")),
    ]);
    assert_eq!(found, ["api dev v4", "api prod v3", "web dev v2", "web prod v1"]);
}

#[test]
fn environments_are_keys_of_one_file_by_whatever_they_stand_around() {
    for (file, text) in [
        ("releases.yaml", "cart:\n  dev: v2.0.0\n  prod: v1.0.0\nauth:\n  dev: v4.0.0\n  prod: v3.0.0\n"),
        ("tags.yml", "dev:\n  cart: v2.0.0\n  auth: v4.0.0\nprod:\n  cart: v1.0.0\n  auth: v3.0.0\n"),
        (
            "config/services.json",
            "{\"environments\": [\n{\"name\": \"dev\",\n\"services\": {\"cart\": {\"version\": \"v2.0.0\"}, \"auth\": {\"version\": \"v4.0.0\"}}},\n{\"name\": \"prod\",\n\"services\": {\"cart\": {\"version\": \"v1.0.0\"}, \"auth\": {\"version\": \"v3.0.0\"}}}]}\n",
        ),
        (
            "apps.yaml",
            "apps:\n- name: cart\n  stages:\n    dev: {image: {tag: v2.0.0}}\n    prod: {image: {tag: v1.0.0}}\n- name: auth\n  stages:\n    dev: {image: {tag: v4.0.0}}\n    prod: {image: {tag: v3.0.0}}\n",
        ),
    ] {
        let wanted = ["auth dev v4.0.0", "auth prod v3.0.0", "cart dev v2.0.0", "cart prod v1.0.0"];
        assert_eq!(cells(&[(file, text)]), wanted, "{text}");
    }
}

#[test]
fn keys_of_environments_around_clusters_tools_and_settings_tell_no_application() {
    for text in [
        "eks:\n  dev: 1.28.3\n  prod: 1.27.1\n",
        "node_version:\n  dev: 20.1.0\n  prod: 18.2.0\n",
        "redis:\n  dev: 7.2.1\n  prod: 7.0.1\n",
        "replicas:\n  dev: 1\n  prod: 3\nhost:\n  dev: a.example.com\n  prod: example.com\n",
    ] {
        assert_eq!(cells(&[("config/all.yaml", text)]), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn folders_of_one_beginning_are_environments_whatever_tells_what_they_run() {
    let files = [
        ("acme-blue/kustomization.yaml", "images: [{name: web, newName: r.io/acme/web, newTag: v2}, {name: api, newName: r.io/acme/api, newTag: v4}]\nresources: [web.yaml, api.yaml]\n".to_string()),
        ("acme-blue/web.yaml", runs("web", "web")),
        ("acme-blue/api.yaml", runs("api", "api")),
        ("acme-green/web.yaml", runs("web-green", "r.io/acme/web:v1")),
        ("acme-green/api.yaml", runs("api-green", "r.io/acme/api:v3")),
    ];
    let found = cells(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    assert_eq!(found, ["api acme-blue v4", "api acme-green v3", "web acme-blue v2", "web acme-green v1"]);
    // Workloads of one image are one application, called as that.
    let mut nodes = Vec::new();
    for (env, tag) in [("net-main", "v1"), ("net-test", "v2")] {
        for (file, image) in [("seed-1", "node"), ("seed-2", "node"), ("explorer", "explorer")] {
            nodes.push((
                format!("chain/{env}/{file}.yaml"),
                runs(&format!("{env}-{file}"), &format!("r.io/acme/chain-{image}:{tag}")),
            ));
        }
    }
    let found = cells(&nodes.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
    assert_eq!(found.iter().filter(|cell| cell.starts_with("chain-node ")).count(), 2, "{found:#?}");
}

#[test]
fn names_are_those_that_folders_and_their_images_have_for_all_keys_of_a_file() {
    let tags = |one: &str, two: &str| format!("CART_IMAGE_TAG: {one}\nAUTH_IMAGE_TAG: {two}\n");
    let chart = |name: &str| format!("image: {{repository: r.io/x/{name}, tag: latest}}\n");
    let of = |cart: &str, auth: &str| {
        cells(&[
            ("tags/dev.yaml", &tags("9d3e7aa", "1d3e7aa")),
            ("tags/prod.yaml", &tags("8d3e7aa", "2d3e7aa")),
            ("services/shop-cart/values.yaml", &chart(cart)),
            ("services/shop-auth/values.yaml", &chart(auth)),
        ])
    };
    assert_eq!(
        of("shop-cart", "shop-auth"),
        ["shop-auth dev 1d3e7aa", "shop-auth prod 2d3e7aa", "shop-cart dev 9d3e7aa", "shop-cart prod 8d3e7aa"]
    );
    assert_eq!(of("cart", "auth")[0], "auth dev 1d3e7aa", "the images are called as the keys");
}

#[test]
fn an_image_is_called_as_the_folder_that_runs_it_where_that_only_lacks_a_beginning() {
    let of = |runner: &str| {
        cells(&[
            ("environments/dev/kustomization.yaml", &overlay(&[("r.io/bank-reports", "v2"), ("r.io/bank-sync", "v4")])),
            (
                "environments/prod/kustomization.yaml",
                &overlay(&[("r.io/bank-reports", "v1"), ("r.io/bank-sync", "v3")]),
            ),
            ("apps/reports/base/deployment.yaml", &runs("reports", runner)),
        ])
    };
    let sync = ["bank-sync dev v4", "bank-sync prod v3"];
    assert_eq!(of("r.io/bank-reports:latest")[2..], ["reports dev v2", "reports prod v1"]);
    assert_eq!(of("r.io/bank-reports:latest")[..2], sync, "no folder runs it");
    assert_eq!(of("r.io/other:v1")[0], "bank-reports dev v2", "the folder runs something else");
}

#[test]
fn a_namespace_is_no_application_and_a_folder_with_its_own_manifest_is_one() {
    let of = |file: &str, name: &str| {
        let text = |tag: &str| runs(name, &format!("r.io/acme/{name}:{tag}"));
        let place = |env: &str| format!("clusters/{env}/maps/{file}.yaml");
        cells(&[(&place("dev"), &text("v2")), (&place("prod"), &text("v1"))])
    };
    assert_eq!(of("maps-tiles", "maps-tiles"), ["maps-tiles dev v2", "maps-tiles prod v1"]);
    assert_eq!(of("deployment", "maps-tiles"), ["maps dev v2", "maps prod v1"]);
    assert_eq!(of("maps", "maps"), ["maps dev v2", "maps prod v1"]);
}

#[test]
fn values_without_a_name_are_of_their_chart_and_of_nobody_where_that_is_others() {
    let of = |chart: &str| {
        let values = |tag: &str| format!("global: {{tag: {tag}}}\n");
        cells(&[
            ("deploy/helm/Chart.yaml", &format!("apiVersion: v2\nname: {chart}\nversion: 0.1.0\n")),
            ("deploy/helm/values-dev.yaml", &values("9d3e7aa")),
            ("deploy/helm/values-prod.yaml", &values("8d3e7aa")),
            ("infra/argocd/Chart.yaml", "apiVersion: v2\nname: argocd\nversion: 0.1.0\n"),
            ("infra/argocd/values-dev.yaml", &values("5.51.4")),
            ("infra/argocd/values-prod.yaml", &values("5.51.3")),
        ])
    };
    assert_eq!(of("storefront"), ["storefront dev 9d3e7aa", "storefront prod 8d3e7aa"]);
}

#[test]
fn copies_of_products_and_what_never_moves_beside_an_application_are_left_out() {
    let kustomized = |own: &str, other: &str| {
        format!(
            "images:\n- {{name: web, newName: r.io/acme/web, newTag: {own}}}\n- {{name: grafana/agent, newName: r.io/acme/x-agent, newTag: {other}}}\n- {{name: r.io/acme/mysqld-exporter, newTag: v0.15.0}}\n"
        )
    };
    let found = cells(&[
        ("web/overlays/dev/kustomization.yaml", &kustomized("v2", "0.40.1")),
        ("web/overlays/prod/kustomization.yaml", &kustomized("v1", "0.40.0")),
    ]);
    assert_eq!(found, ["web dev v2", "web prod v1"]);
    let pod = |tag: &str, helper: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    spec:\n      initContainers:\n      - {{name: wait, image: \"r.io/tools/wait-for:{helper}\"}}\n      containers:\n      - {{name: web, image: \"r.io/acme/web:{tag}\"}}\n"
        )
    };
    let of = |one: &str, other: &str| {
        cells(&[("envs/dev/web.yaml", &pod("v2", one)), ("envs/prod/web.yaml", &pod("v1", other))])
    };
    assert_eq!(of("0.3", "0.3"), ["web dev v2", "web prod v1"]);
    assert_eq!(of("0.4", "0.3").len(), 4, "what moves is promoted");
}

#[test]
fn environments_with_a_number_and_those_before_production_alone_are_known() {
    for (one, other) in [("dev1", "prod1"), ("nonprod", "prod"), ("hml", "prd"), ("tst02", "acc02")] {
        let place = |env: &str| format!("deploy/{env}/web.yaml");
        let found = cells(&[
            (&place(one), &runs("web", "r.io/acme/web:v2")),
            (&place(other), &runs("web", "r.io/acme/web:v1")),
        ]);
        assert_eq!(found.len(), 2, "{one} {other}: {found:#?}");
    }
    assert_eq!((rank("int8"), rank("v1"), rank("web2"), rank("prod123")), (None, None, None, None));
}

#[test]
fn lists_and_mappings_of_applications_say_revisions_of_their_own_repositories() {
    for text in [
        "applications:\n- {name: cart, targetRevision: VERSION}\n- {name: auth, targetRevision: v1.0.0}\n",
        "apps:\n  cart: {enabled: true, revision: VERSION}\n  auth: {enabled: true, revision: v1.0.0}\n",
    ] {
        let of = |version: &str| text.replace("VERSION", version);
        let found = cells(&[("root/values-dev.yaml", &of("v2.0.0")), ("root/values-prod.yaml", &of("v1.9.0"))]);
        assert_eq!(found, ["auth dev v1.0.0", "auth prod v1.0.0", "cart dev v2.0.0", "cart prod v1.9.0"], "{text}");
        assert_eq!(cells(&[("root/values-dev.yaml", &of("main"))]), Vec::<String>::new(), "a branch moves");
    }
}
