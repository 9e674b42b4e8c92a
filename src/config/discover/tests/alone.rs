//! What something elsewhere in the repository confirms: environments, names and makers that one file alone does not tell.

use super::*;

fn of(files: &[(&str, &str)]) -> Discovery {
    discover(&Memory::new(files.iter().copied())).unwrap()
}

#[test]
fn an_image_that_runs_under_another_name_is_whose_it_is() {
    let overlay = |env: &str, id: &str, version: &str| {
        let own = format!("- {{name: web, newName: ghcr.io/shop/web, newTag: {id}}}\n");
        let other = format!("- {{name: auth, newName: openfga/openfga, newTag: {version}}}\n");
        let cache = format!("- {{name: cache, newName: bitnami/redis, newTag: {version}}}\n");
        (format!("overlays/{env}/kustomization.yaml"), format!("images:\n{own}{other}{cache}"))
    };
    let found =
        discover(&Memory::new([overlay("staging", ONE, "1.8.4"), overlay("production", TWO, "1.8.3")])).unwrap();
    assert_eq!(pins(&found), ["web: web in overlays/{environment}"]);
    assert!(found.left_out.iter().any(|(_, why)| *why == strangers::told("openfga")), "{:?}", found.left_out);
}

#[test]
fn a_product_by_its_owners_name_is_others_where_something_else_is_ones_own() {
    let overlays = |app: &str, image: &str| {
        ["staging", "production"].map(|env| {
            let text = format!("images: [{{name: {image}, newTag: v1.2.{}}}]\n", env.len());
            (format!("apps/{app}/overlays/{env}/kustomization.yaml"), text)
        })
    };
    let own = overlays("web", "ghcr.io/shop/web");
    for product in ["hydra/hydra", "ghcr.io/zitadel/zitadel", "quay.io/keydb/keydb"] {
        let found = discover(&Memory::new([own.clone(), overlays("auth", product)].concat())).unwrap();
        assert_eq!(pins(&found), ["web: ghcr.io/shop/web in apps/web/overlays/{environment}"], "{product}");
    }
    let alone = discover(&Memory::new(overlays("shop", "ghcr.io/shop/shop"))).unwrap();
    assert_eq!(pins(&alone).len(), 1, "nothing says that it is others'");
    let commit = ["staging", "production"].map(|env| {
        let text = format!("images: [{{name: ghcr.io/acme/acme, newTag: {ONE}}}]\n");
        (format!("apps/acme/overlays/{env}/kustomization.yaml"), text)
    });
    let found = discover(&Memory::new([own, commit].concat())).unwrap();
    assert_eq!(pins(&found), ["acme: ghcr.io/acme/acme in apps/acme/overlays/{environment}"], "a commit is one's own");
}

#[test]
fn a_key_takes_the_name_of_the_folder_that_is_spelled_with_dashes() {
    let values = ["dev", "prod"].map(|env| {
        let text = format!(
            "claimsApi: {{imageTag: 9d3e7a{}}}\nweb_ui: {{imageTag: v1.2.3}}\nportalX: {{imageTag: v2.0.0}}\n",
            env.len()
        );
        (format!("environments/{env}/values.yaml"), text)
    });
    let others = ["charts/claims-api/Chart.yaml", "config/web-ui.yaml"].map(|path| (path.to_string(), String::new()));
    let found = discover(&Memory::new([values, others].concat())).unwrap();
    let names: Vec<String> = found.settings.applications.iter().map(|app| app.name.to_string()).collect();
    assert_eq!(names, ["claims-api", "portalX", "web-ui"]);
}

#[test]
fn applications_of_one_image_stay_apart_where_one_of_them_is_elsewhere_in_another_version() {
    let text = |name: &str, version: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{containers: [{{name: {name}, image: \"r.io/shop/ui:{version}\"}}]}}}}}}\n"
        )
    };
    let found = found(&[
        ("files/dev/ui-city-dev.yml", text("ui-city", ONE)),
        ("files/prod/ui-city-prod.yml", text("ui-city", TWO)),
        ("files/dev/ui-rail-dev.yml", text("ui-rail", ONE)),
        ("files/prod/ui-rail.prod.yml", text("ui-rail", "v1.2.3")),
    ]);
    let wanted = [
        "ui-city: r.io/shop/ui in files/{environment}/ui-city-{environment}.yml",
        "ui-rail: r.io/shop/ui in files/{environment}/ui-rail-{environment}.yml [dev]",
        "ui-rail: r.io/shop/ui in files/{environment}/ui-rail.{environment}.yml [prod]",
    ];
    let mut pins = pins(&found);
    pins.sort();
    assert_eq!(pins, wanted);
}

#[test]
fn an_environment_of_no_list_stands_alone_where_the_folders_beside_confirm_it() {
    let image = |name: &str, tag: &str| format!("image: {{repository: r.example.com/shop/{name}, tag: {tag}}}\n");
    let all = |alone: (&'static str, String)| {
        let files = vec![
            ("charts/web/values-alpha.yaml", image("web", "v1.2.4")),
            ("charts/web/values-prod.yaml", image("web", "v1.2.3")),
            ("charts/web/values-extra.yaml", "port: 80\n".to_string()),
            alone,
        ];
        let found = found(&files);
        pins(&found).into_iter().filter(|pin| !pin.starts_with("web:")).collect::<Vec<_>>()
    };
    assert_eq!(all(("charts/hook/values-alpha.yaml", image("hook", "v1.0.0"))).len(), 1);
    for (path, name) in [
        ("charts/hook/values-extra.yaml", "hook"),
        ("charts/hook/values-beta.yaml", "hook"),
        ("tools/x/hook/values-alpha.yaml", "hook"),
        ("charts/hook/values-alpha.yaml", "mirror/hook"),
    ] {
        assert_eq!(all((path, image(name, "v1.0.0"))), Vec::<String>::new(), "{path} {name}");
    }
}

#[test]
fn the_image_below_names_the_version_of_an_environment() {
    let found = of(&[
        ("svc/web/values.yaml", "main_app: {image: repos/web, port: 80}\n"),
        ("svc/web/values-staging.yaml", "main_app: {version: 2026-10-21-production}\n"),
        ("svc/web/values-fra.yaml", "main_app: {version: 2026-10-20-production}\n"),
        ("svc/api/values.yaml", "main_app: {port: 80}\n"),
        ("svc/api/values-staging.yaml", "main_app: {version: 2026-10-21-production}\n"),
        ("svc/api/values-fra.yaml", "main_app: {version: 2026-10-20-production}\n"),
    ]);
    assert_eq!(pins(&found), ["web: main_app.version in svc/web/values-{environment}.yaml"]);
    assert_eq!(environments(&found), ["staging", "fra"]);
}

#[test]
fn the_manifests_of_a_list_are_applications_by_their_own_names() {
    let list = |version: &str| {
        let item = |name: &str| {
            format!(
                "- kind: Deployment\n  apiVersion: apps/v1\n  metadata: {{name: {name}}}\n  spec: {{template: {{spec: {{containers: [{{name: {name}, image: \"r.io/shop/{name}:{version}\"}}]}}}}}}\n"
            )
        };
        format!(
            "apiVersion: v1\nkind: List\nitems:\n{}{}- kind: Service\n  apiVersion: v1\n  metadata: {{name: web}}\n",
            item("web"),
            item("api")
        )
    };
    let found = found(&[("k8s/staging/all.yaml", list("v1.2.4")), ("k8s/production/all.yaml", list("v1.2.3"))]);
    let wanted = ["api", "web"].map(|app| format!("{app}: r.io/shop/{app} in k8s/{{environment}}/all.yaml"));
    assert_eq!(pins(&found), wanted);
}

#[test]
fn one_known_environment_is_enough_where_the_folders_beside_say_the_same() {
    let image = |name: &str, tag: &str| format!("image: {{repository: r.example.com/shop/{name}, tag: {tag}}}\n");
    let found = found(&[
        ("apps/web/alpha/values.yaml", image("web", "v1.2.5")),
        ("apps/web/beta/values.yaml", image("web", "v1.2.4")),
        ("apps/web/production/values.yaml", image("web", "v1.2.3")),
        ("apps/live/values.yaml", image("live", "v1.0.0")),
        ("apps/mail/values.yaml", image("mail", "v1.0.0")),
    ]);
    assert_eq!(pins(&found), ["web: r.example.com/shop/web in apps/web/{environment}/values.yaml"]);
    assert_eq!(environments(&found), ["production", "alpha", "beta"]);
}

#[test]
fn the_items_of_a_list_are_applications_by_their_names() {
    let text = |version: &str, more: &str| {
        format!("services:\n- {{name: web, version: {version}{more}}}\n- {{name: redis, version: 7.2.1{more}}}\n")
    };
    let of = |more: &str| found(&[("env/dev.yaml", text("v1.2.4", more)), ("env/prod.yaml", text("v1.2.3", more))]);
    assert_eq!(pins(&of("")), ["web: services[name=web].version in env/{environment}.yaml"]);
    assert_eq!(pins(&of(", chart: x/y")), Vec::<String>::new());
}
