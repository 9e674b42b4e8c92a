//! What `init` proposes where versions stand in unusual places, and what it names where it proposes nothing.

use super::kinds::{THREE, proposed};
use super::*;

/// What is found where each file of `ENV` stands in staging and in production, with another `VERSION`.
fn everywhere(files: &[(&str, &str)]) -> Discovery {
    let each = |(env, version): (&str, &str)| {
        let file = |(path, text): &(&str, &str)| {
            let filled = |text: &str| text.replace("ENV", env).replace("VERSION", version);
            (filled(path), filled(text))
        };
        files.iter().map(file).collect::<Vec<_>>()
    };
    let all = [("staging", "v1.2.3"), ("production", "v1.2.2")].into_iter().flat_map(each);
    discover_all(&Memory::new(all)).unwrap()
}

#[test]
fn versions_in_unusual_places_are_proposed() {
    for (path, text, wanted) in [
        (
            "env/ENV/settings.yaml",
            "api: VERSION # stageline: api\n",
            "api: # stageline: api in env/{environment}/settings.yaml",
        ),
        (
            "apps/web/values-ENV.yaml",
            "global: {tag: VERSION}\n",
            "web: global.tag in apps/web/values-{environment}.yaml",
        ),
        (
            "apps/web/values-ENV.yaml",
            "sidecars:\n- name: web\n  image: {repository: r/web, tag: VERSION}\n",
            "web: r/web in apps/web/values-{environment}.yaml",
        ),
        ("apps/web/values-ENV.yaml", "image: r/web\ntag: VERSION\n", "web: tag in apps/web/values-{environment}.yaml"),
        ("env/ENV/web.yaml", "image: {repository: r/web, tag: VERSION}\n", "web: r/web in env/{environment}/web.yaml"),
        (
            "clusters/ENV/web.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  postRenderers:\n  - kustomize: {images: [{name: r/web, newTag: VERSION}]}\n",
            "web: r/web in clusters/{environment}/web.yaml",
        ),
        (
            "ENV/web.yaml",
            "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{image: \"r/web:VERSION\"}]}}}\n",
            "web: r/web in {environment}/web.yaml",
        ),
        (
            "ENV/web.yaml",
            "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: web}\nspec: {steps: [{name: b, image: \"r/web:VERSION\"}]}\n",
            "web: r/web in {environment}/web.yaml",
        ),
        (
            "apps/web/overlays/ENV/kustomization.yaml",
            "resources: [\"https://h/o/web//deploy?version=VERSION\"]\n",
            "web: https://h/o/web in apps/web/overlays/{environment}",
        ),
        (
            "apps/web/overlays/ENV/kustomization.yaml",
            "configMapGenerator: [{name: web, literals: ['VERSION=\"VERSION\"']}]\nimages: [{name: r/web, newTag: VERSION}]\n",
            "web: r/web in apps/web/overlays/{environment}",
        ),
    ] {
        let found = everywhere(&[(path, text)]);
        assert_eq!(pins(&found).first().map(String::as_str), Some(wanted), "{text}{found:#?}");
    }
}

#[test]
fn the_elements_of_a_matrix_are_proposed() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: web}\nspec:\n  generators:\n  - matrix:\n      generators:\n      - list: {elements: [{env: staging, version: v1.2.3}, {env: production, version: v1.2.2}]}\n      - clusters: {}\n  template: {spec: {source: {repoURL: https://h/o/web, targetRevision: \"{{.version}}\"}}}\n";
    let found = discover_all(&Memory::new([("sets/web.yaml", text)])).unwrap();
    let path = "spec.generators[0].matrix.generators[0].list.elements[env={environment}].version";
    assert_eq!(pins(&found), [format!("web: {path} in sets/web.yaml")]);
    assert_eq!(found.left_out, []);
}

#[test]
fn what_is_not_proposed_is_named_with_its_place() {
    let web = ("apps/web/overlays/ENV/kustomization.yaml", "images: [{name: r/web, newTag: VERSION}]\n");
    for (path, text, place) in [
        ("ENV/db.yaml", "apiVersion: a/v1\nkind: Cluster\nmetadata: {name: db}\nspec:\n  imageName: r/pg:VERSION\n", 5),
        (
            "ENV/all.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- spec: {containers: [{name: d, image: \"r/ds:VERSION\"}]}\n",
            4,
        ),
        ("other/thing.yaml", "image:\n  repository: r/thing\n  tag: VERSION\n", 3),
    ] {
        let found = everywhere(&[web, (path, text)]);
        assert_eq!(pins(&found), ["web: r/web in apps/web/overlays/{environment}"], "{text}");
        let place = format!("{}:{place}", path.replace("ENV", "production"));
        assert!(found.left_out.iter().any(|(at, _)| *at == place), "{place}: {:#?}", found.left_out);
    }
}

#[test]
fn folders_of_clusters_do_not_make_one_application_of_two() {
    let image = |name: &str| format!("image: {{repository: r/{name}, tag: VERSION}}\n");
    let found = everywhere(&[("clusters/ENV/eu/web.yaml", &image("web")), ("clusters/ENV/eu/api.yaml", &image("api"))]);
    let wanted = ["api", "web"].map(|app| format!("{app}: r/{app} in clusters/{{environment}}/{{cluster}}/{app}.yaml"));
    assert_eq!(pins(&found), wanted);
    assert_eq!(found.settings.environments[0].clusters, ["eu"]);
}

#[test]
fn instances_of_one_application_in_one_environment_are_never_pins_of_each_others_environments() {
    let text = |version: &str| format!("image: {{repository: r/core, tag: {version}}}\n");
    let texts = [("production/contoso", ONE), ("production/acme", TWO), ("staging/demo", THREE)];
    let files = texts.map(|(place, version)| (format!("environments/{place}/core/values.yaml"), text(version)));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let found = proposed(&files);
    assert_eq!(pins(&found), Vec::<String>::new());
    let is_told = |reason: &str| reason.starts_with("several instances (acme, contoso, demo) of `core`");
    assert!(found.left_out.iter().any(|(_, reason)| is_told(reason)), "{:#?}", found.left_out);
}

#[test]
fn the_branch_of_the_repository_itself_is_not_told_and_what_others_make_is_told_as_theirs() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web-ENV}\nspec: {source: {repoURL: \"https://h/o/config.git\", targetRevision: main, path: REST}}\n";
    let chart = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dns}\nspec: {source: {repoURL: \"https://h/charts\", chart: dns, targetRevision: 1.2.3}}\n";
    let told = |path: &str| {
        let application = application.replace("REST", path);
        let own = ("apps/web/ENV/values.yaml", "image: {repository: r/web, tag: VERSION}\n");
        let found = everywhere(&[own, ("argocd/ENV.yaml", &application), ("platform/dns/app.yaml", chart)]);
        found.left_out.into_iter().map(|(_, reason)| reason).collect::<Vec<_>>()
    };
    assert_eq!(told("apps/web/ENV"), [strangers::told("dns")]);
    assert!(told("elsewhere/ENV").iter().any(|reason| reason.contains("`main` moves")));
}

#[test]
fn what_is_in_a_template_or_in_a_map_of_anything_is_told_with_the_pin_that_it_takes() {
    for (place, text, name, pin) in [
        (
            "env/ENV/web.values.yaml.gotmpl",
            "image: {}\n  tag: \"VERSION\"\nhost: {{ .host }}\n",
            "web",
            "{ marker: NAME, in: \"PLACE\" }",
        ),
        (
            "env/ENV/terraform.tfvars",
            "module_versions = {\n  vpc = \"VERSION\"\n}\n",
            "module_versions.vpc",
            "{ file: \"PLACE\", path: module_versions.vpc }",
        ),
    ] {
        let found = everywhere(&[(place, text)]);
        assert_eq!(pins(&found), Vec::<String>::new(), "{place}");
        let wanted = format!("declare `{}`", pin.replace("PLACE", &place.replace("ENV", "{environment}")));
        let is_told = |reason: &String| reason.starts_with(&format!("`{name}`: ")) && reason.ends_with(&wanted);
        assert!(found.left_out.iter().any(|(_, reason)| is_told(reason)), "{place}: {:#?}", found.left_out);
    }
}
