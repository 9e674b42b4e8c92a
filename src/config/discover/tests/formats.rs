//! Files of formats of one's own, what is below them, and names that no list knows.

use super::kinds::{both, finds, proposed};
use super::*;

#[test]
fn lists_of_versions_and_variables_are_found_by_environment() {
    let list = "applications:\n  web: VERSION\n  api: VERSION\n";
    let pin = |app: &str| format!("{app}: applications.{app} in versions/{{environment}}.yaml");
    finds("versions/ENV.yaml", list, &[&pin("api"), &pin("web")]);
    finds(
        "params/ENV/gateway.yaml",
        "IMAGE_TAG: VERSION\nREPLICAS: \"1\"\n",
        &["gateway: IMAGE_TAG in params/{environment}/gateway.yaml"],
    );
    finds(
        "environments/search/ENV/versions.json",
        "{\"search\": \"VERSION\", \"indexer\": \"VERSION\"}",
        &[
            "indexer: indexer in environments/search/{environment}/versions.json",
            "search: search in environments/search/{environment}/versions.json",
        ],
    );
    finds(
        "hosts/ENV.shop.example.com.json",
        "{\"services\": {\"web\": {\"image\": \"r.example.com/shop/web\", \"version\": \"VERSION\"}}}",
        &["web: services.web.version in hosts/{environment}.shop.example.com.json"],
    );
}

#[test]
fn a_tag_whose_image_stands_in_the_values_below_is_told_by_it() {
    let values = |tag: &str| format!("image: {{tag: {ONE}}}\ncache: {{image: {{tag: {tag}}}}}\n");
    let (staging, production) = (values("7.2.4"), values("7.2.3"));
    let below =
        "image: {repository: r.example.com/shop/web, tag: \"\"}\ncache: {image: {repository: redis, tag: 7.2.3}}\n";
    let found = proposed(&[
        ("charts/web/values.yaml", below),
        ("charts/web/values-staging.yaml", &staging),
        ("charts/web/values-production.yaml", &production),
    ]);
    assert_eq!(pins(&found), ["web: image.tag in charts/web/values-{environment}.yaml"], "{found:#?}");
}

#[test]
fn beside_one_known_environment_others_are_told_by_naming_themselves() {
    let values = |env: &str, host: &str| {
        (format!("charts/web/values-{env}.yaml"), format!("image: {{tag: {ONE}}}\nhost: {host}\n"))
    };
    let files = [
        values("production", "web.production.example.com"),
        values("aat", "web.aat.example.com"),
        values("worker", "worker.example.com"),
    ];
    let found = discover(&Memory::new(files)).unwrap();
    assert_eq!(environments(&found), ["production", "aat"]);
}

#[test]
fn a_patch_of_the_object_that_is_called_as_the_folder_is_an_environments() {
    let release = |version: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web}}\nspec: {{values: {{java: {{image: \"r.example.com/shop/api:{version}\"}}}}}}\n"
        )
    };
    let found = discover(&Memory::new([
        ("apps/shop/web/web.yaml", release(ONE)),
        ("apps/shop/web/demo.yaml", release(TWO)),
        ("apps/shop/web/prod.yaml", "kind: Patch\n".to_string()),
        ("apps/shop/web/notes.yaml", "image: {tag: v1.2.3}\n".to_string()),
    ]))
    .unwrap();
    assert_eq!(environments(&found), ["prod", "demo"], "{found:#?}");
    assert!(pins(&found).iter().all(|pin| pin.starts_with("web: ")), "{found:#?}");
}

#[test]
fn a_chart_that_is_released_under_another_name_is_no_application() {
    let charts = "helmCharts: [{name: portal, version: VERSION, releaseName: portal}, {name: service, version: VERSION, releaseName: search}]\n";
    finds("environments/ENV/kustomization.yaml", charts, &["portal: chart portal in environments/{environment}"]);
}

#[test]
fn items_of_a_list_that_are_named_after_environments_are_one_pin() {
    let item = |env: &str, id: &str| {
        format!("- {{name: {env}, clusterSelector: {{}}, helm: {{values: {{image: {{tag: {id}}}}}}}}}\n")
    };
    let fleet = format!(
        "helm: {{chart: ./chart, values: {{image: {{repository: r/shop/web}}}}}}\ntargetCustomizations:\n{}{}",
        item("dev", ONE),
        item("prod", TWO)
    );
    let path = "targetCustomizations[name={environment}].helm.values.image.tag";
    let wanted = format!("web: {path} in apps/web/fleet.yaml");
    let own = ("apps/web/fleet.yaml", fleet.as_str());
    assert_eq!(pins(&proposed(&[own])), [wanted.as_str()]);
    let other = "helm: {repo: \"https://charts.jetstack.io\", chart: x, version: v1.0.0}\ntargetCustomizations: [{name: dev, helm: {version: v1.1.0}}]\n";
    assert_eq!(pins(&proposed(&[own, ("infra/x/fleet.yaml", other)])), [wanted.as_str()]);
}

#[test]
fn files_of_variables_are_read_by_environment_with_either_sign() {
    let wanted =
        ["api", "web"].map(|app| format!("{app}: {}_DOCKER_TAG in overrides/{{environment}}.env", app.to_uppercase()));
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    finds("overrides/ENV.env", "export API_DOCKER_TAG=VERSION\nWEB_DOCKER_TAG=\"VERSION\"\nDEBUG=1\n", &wanted);
    finds("overrides/ENV.env", "API_DOCKER_TAG: \"VERSION\"\nWEB_DOCKER_TAG: VERSION\nDEBUG: 1\n", &wanted);
}

#[test]
fn keys_of_hcl_are_found_in_the_folder_of_a_service_in_a_file_called_after_it_and_in_lists() {
    let inputs = "terraform {\n  source = \"git::https://h/o/r.git//ecs?ref=v4.2.0\"\n}\ninputs = {\n  image_repo = \"r/shop/web\"\n  image_tag  = \"VERSION\"\n}\n";
    let found = both("live/ENV/eu-west-1/web/terragrunt.hcl", inputs);
    assert_eq!(pins(&found), ["web: inputs.image_tag in live/{environment}/{cluster}/web/terragrunt.hcl"]);
    assert_eq!(found.settings.environments[0].clusters, ["eu-west-1"]);
    finds("vars/ENV/web.hcl", "image_tag = \"VERSION\"\n", &["web: image_tag in vars/{environment}/web.hcl"]);
    finds(
        "environments/ENV/terraform.tfvars",
        "region = \"x\"\nimage_tags = {\n  web = \"VERSION\"\n  \"api-v2\" = \"VERSION\"\n}\n",
        &[
            "api-v2: image_tags.api-v2 in environments/{environment}/terraform.tfvars",
            "web: image_tags.web in environments/{environment}/terraform.tfvars",
        ],
    );
    finds(
        "environments/ENV/main.tf",
        "module \"web\" {\n  source = \"../../modules/service\"\n  image_tag = \"VERSION\"\n}\nmodule \"vpc\" {\n  version = \"5.1.0\"\n}\n",
        &["web: module.web.image_tag in environments/{environment}/main.tf"],
    );
    finds("live/ENV/env.hcl", "locals {\n  image_tag = \"VERSION\"\n}\n", &[]);
    finds("web/ENV.tfvars", "image_tag = \"VERSION\"\n", &["web: image_tag in web/{environment}.tfvars"]);
}

#[test]
fn a_tag_of_variables_is_of_the_folder_where_its_key_names_nothing() {
    let pin = |place: &str| format!("web: IMAGE_TAG in {place}");
    for (place, within) in [
        ("apps/web/ENV/.env", "apps/web/{environment}/.env"),
        ("apps/web/.env.ENV", "apps/web/.env.{environment}"),
        ("apps/web/env/ENV.env", "apps/web/env/{environment}.env"),
    ] {
        finds(place, "PORT=80\nIMAGE_TAG=VERSION\n", &[&pin(within)]);
    }
    finds("ENV/.env", "WEB_IMAGE=r.io/shop/web:VERSION\n", &["web: WEB_IMAGE in {environment}/.env"]);
}
