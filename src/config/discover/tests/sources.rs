//! Pins that another tool reads or writes: files of an ApplicationSet, charts, and lines that Flux marks.

use super::kinds::{both, finds, proposed};
use super::*;

const SET: &str = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: web}\nspec:\n  generators: [{git: {files: [{path: \"config/**/config.json\"}]}}]\n  template:\n    spec:\n      source:\n        repoURL: https://git.example.com/x.git\n        targetRevision: HEAD\n        helm: {parameters: [{name: image.tag, value: \"{{.image.tag}}\"}]}\n";

#[test]
fn files_that_an_application_set_reads_hold_its_versions() {
    let file =
        |version: &str| format!("{{\"image\": {{\"tag\": \"{version}\"}}, \"chart\": {{\"version\": \"1.2.3\"}}}}\n");
    let (staging, production) = (file(TWO), file(ONE));
    let found = proposed(&[
        ("argocd/web.yaml", SET),
        ("config/staging/config.json", &staging),
        ("config/production/config.json", &production),
        ("config/production/package.json", &production),
    ]);
    assert_eq!(pins(&found), ["web: image.tag in config/{environment}/config.json"]);
    assert_eq!(
        pins(&proposed(&[("config/staging/config.json", &staging), ("config/production/config.json", &production)])),
        Vec::<String>::new()
    );
    let (staging, production) = (
        staging.replacen('{', "{\"env\": \"staging\", ", 1),
        production.replacen('{', "{\"env\": \"production\", ", 1),
    );
    let found = proposed(&[
        ("argocd/web.yaml", SET),
        ("config/a/config.json", &staging),
        ("config/b/config.json", &production),
    ]);
    assert_eq!(
        pins(&found),
        ["web: image.tag in config/a/config.json [staging]", "web: image.tag in config/b/config.json [production]"]
    );
}

#[test]
fn the_version_of_the_application_in_a_chart_is_a_pin_where_it_differs() {
    finds(
        "ENV/web/Chart.yaml",
        "name: web\nversion: 1.2.3\nappVersion: VERSION\n",
        &["web: appVersion in {environment}/web/Chart.yaml"],
    );
    finds(
        "ENV/web/Chart.yaml",
        "name: web\nversion: VERSION\nappVersion: VERSION\n",
        &["web: appVersion in {environment}/web/Chart.yaml", "web: version in {environment}/web/Chart.yaml"],
    );
    finds("ENV/web/Chart.yaml", "name: web\nversion: 1.2.3\nappVersion: v1.0.0\n", &[]);
}

#[test]
fn a_line_that_flux_marks_is_a_pin_where_nothing_else_says_so_and_is_told_where_it_writes() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  values:\n    image:\n      tag: VERSION # {\"$imagepolicy\": \"flux-system:web:tag\"}\n";
    let found = both("apps/ENV/web.yaml", release);
    assert_eq!(pins(&found), ["web: spec.values.image.tag in apps/{environment}/web.yaml"]);
    let unusual = "apiVersion: example.com/v1\nkind: Function\nmetadata: {name: web}\nspec:\n  runs: r/web:VERSION # {\"$imagepolicy\": \"flux-system:web\"}\n";
    let found = both("apps/ENV/web.yaml", unusual);
    assert_eq!(pins(&found), ["web: imagepolicy flux-system:web in apps/{environment}/web.yaml"]);
    let kustomization = "images:\n- name: r/web\n  newTag: VERSION # {\"$imagepolicy\": \"flux-system:web:tag\"}\n";
    let place = "apps/web/overlays/ENV/kustomization.yaml";
    let files = |automation: &str| {
        let file = |env| (place.replace("ENV", env), kustomization.replace("VERSION", "v1.2.3"));
        Memory::new(["staging", "production"].map(file).into_iter().chain([("flux.yaml".into(), automation.into())]))
    };
    let told = |automation: &str| {
        let found = discover_all(&files(automation)).unwrap();
        assert!(found.to_look_at.iter().all(|(_, why)| why.contains("would change a promotion back")), "{found:?}");
        found.to_look_at.into_iter().map(|(place, _)| place).collect::<Vec<_>>()
    };
    let line = |env: &str| format!("{}:3", place.replace("ENV", env));
    assert_eq!(told(""), [line("production"), line("staging")], "there may be one elsewhere");
    let automation = "apiVersion: image.toolkit.fluxcd.io/v1beta2\nkind: ImageUpdateAutomation\nmetadata: {name: all}\nspec: {update: {path: ./apps/web/overlays/staging}}\n";
    assert_eq!(told(automation), [line("staging")]);
}

#[test]
fn a_variable_in_a_config_map_is_the_version_of_the_image_that_it_tags() {
    let map = |id: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: vars}}\ndata: {{stock_sync_version: {id}, proxy_chart_version: 1.0.0, domain: x}}\n"
        )
    };
    let manifest = "kind: Deployment\nspec: {template: {spec: {containers: [{name: x, image: \"r.example.com/shop/stock-sync:${stock_sync_version}\"}]}}}\n";
    let (testing, production) = (map(TWO), map(ONE));
    let found = proposed(&[
        ("clusters/testing/vars.yaml", &testing),
        ("clusters/production/vars.yaml", &production),
        ("apps/stock-sync/deployment.yaml", manifest),
    ]);
    assert_eq!(pins(&found), ["stock-sync: data.stock_sync_version in clusters/{environment}/vars.yaml"]);
}

/// A Kustomization of Flux that fills this in.
fn filling(name: &str, substitute: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}}}\nspec: {{path: ./apps/{name}, postBuild: {{substitute: {{{substitute}}}}}}}\n"
    )
}

#[test]
fn each_kustomization_of_a_file_is_of_the_application_that_it_is_called_after() {
    let text = ["web", "api"].map(|name| filling(name, &format!("ENVIRONMENT: ENV, IMAGE_TAG: {name}-VERSION")));
    let found = both("clusters/ENV/apps.yaml", &text.join("---\n"));
    let at = "spec.postBuild.substitute.IMAGE_TAG in clusters/{environment}/apps.yaml";
    let wanted = ["api", "web"].map(|name| format!("{name}: Kustomization/{name} {at}"));
    assert_eq!(pins(&found), wanted, "{:#?}", found.left_out);
}

#[test]
fn a_variable_that_is_the_version_of_a_chart_for_everybody_is_others() {
    let of = |url: &str| {
        let charts = format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {{name: charts}}\nspec: {{url: \"{url}\"}}\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: gate}}\nspec: {{chart: {{spec: {{chart: gate, version: \"${{GATE_VERSION}}\", sourceRef: {{name: charts}}}}}}}}\n"
        );
        let file = |env: &str, version: &str| {
            (format!("clusters/{env}/all.yaml"), filling("all", &format!("GATE_VERSION: {version}")))
        };
        let files = [file("staging", "1.2.4"), file("production", "1.2.3"), ("apps/all/gate.yaml".into(), charts)];
        let found = discover(&Memory::new(files)).unwrap();
        (pins(&found).len(), found.left_out.into_iter().map(|(_, reason)| reason).collect::<Vec<_>>())
    };
    assert_eq!(of("https://gate.github.io/charts"), (0, vec![super::strangers::told("gate")]));
    assert_eq!(of("https://charts.example.com").0, 1);
}
