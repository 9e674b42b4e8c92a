//! What others make, and what runs nowhere.

use super::kinds::both;
use super::*;

const OWN: &str = "images: [{name: registry.example.com/shop/web, newTag: VERSION}]\n";

/// The applications that are found beside one of the repository's own, whose versions are commits.
fn beside_own(place: &str, text: &str) -> Vec<String> {
    let mut files = Vec::new();
    for (env, id, release) in [("staging", ONE, "1.2.4"), ("production", TWO, "1.2.3")] {
        files.push((format!("apps/web/overlays/{env}/kustomization.yaml"), OWN.replace("VERSION", id)));
        files.push((place.replace("ENV", env), text.replace("RELEASE", release).replace("COMMIT", id)));
    }
    let found = discover(&Memory::new(files)).unwrap();
    let names = found.settings.applications.iter().map(|application| application.name.to_string());
    names.filter(|name| name != "web").collect()
}

#[test]
fn what_comes_from_elsewhere_than_the_repositorys_own_commits_is_others() {
    for (place, text) in [
        ("apps/proxy/overlays/ENV/kustomization.yaml", "images: [{name: gcr.io/somebody/proxy, newTag: RELEASE}]\n"),
        ("platform/tool/values-ENV.yaml", "image: {repository: registry.example.com/mirror/x/tool, tag: RELEASE}\n"),
        (
            "platform/tool/ENV/Chart.yaml",
            "name: tool\ndependencies: [{name: tool, version: RELEASE, repository: \"https://charts.tool.io\"}]\n",
        ),
        (
            "third-party/search/values.ENV.yml",
            "image: docker.elastic.co/elasticsearch/elasticsearch\nimageTag: RELEASE\n",
        ),
        (
            "clusters/ENV/info.yaml",
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: info}\nspec: {url: \"oci://ghcr.io/somebody/info\", ref: {tag: RELEASE}}\n",
        ),
        (
            "clusters/ENV/platform/db.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db}\nspec: {chart: {spec: {chart: db, version: RELEASE, sourceRef: {kind: HelmRepository, name: dbs}}}}\n",
        ),
    ] {
        assert_eq!(beside_own(place, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_image_that_a_wrapper_sets_in_a_chart_of_others_is_theirs() {
    let of = |templates: &'static str| {
        let values = "dbImage: registry.example.com/local/db-gis:ubi8-15.VERSION\n";
        let chart = "name: db\ndependencies: [{name: db, version: 1.0.0, repository: \"https://x.github.io/db\"}]\n";
        let mut files = vec![("charts/db/Chart.yaml", chart.to_string()), (templates, "x: y\n".to_string())];
        files.push(("charts/db/dev_values.yaml", values.replace("VERSION", "6")));
        files.push(("charts/db/prod_values.yaml", values.replace("VERSION", "4")));
        found(&files)
    };
    let wrapper = of("charts/db/x.txt");
    assert_eq!((pins(&wrapper), &*wrapper.left_out[0].1), (vec![], &*strangers::told("db")));
    assert_eq!(pins(&of("charts/db/templates/x.yaml")).len(), 1, "with a template it is a chart of one's own");
}

#[test]
fn what_has_a_commit_or_an_owner_of_the_same_name_is_ones_own() {
    for (image, version) in [
        ("registry.example.com/shop/tool", "RELEASE"),
        ("registry.example.com/other/tool", "RELEASE"),
        ("ghcr.io/shop/tool", "RELEASE"),
        ("gcr.io/somebody/tool", "COMMIT"),
    ] {
        let text = format!("images: [{{name: {image}, newTag: {version}}}]\n");
        assert_eq!(beside_own("apps/tool/overlays/ENV/kustomization.yaml", &text), ["tool"], "{image}");
    }
}

#[test]
fn an_image_of_somebody_alone_is_no_others_where_nothing_tells_what_is_ones_own() {
    let found = both("apps/tool/overlays/ENV/kustomization.yaml", "images: [{name: somebody/tool, newTag: VERSION}]\n");
    assert_eq!(pins(&found), ["tool: somebody/tool in apps/tool/overlays/{environment}"]);
}

#[test]
fn the_image_that_a_stream_imports_is_the_version_and_not_the_name_of_its_tag() {
    let stream = "apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: web}\nspec:\n  tags:\n  - {name: latest, from: {kind: DockerImage, name: \"registry.example.com/shop/web:VERSION\"}}\n";
    let found = both("web/overlays/ENV/imagestream.yaml", stream);
    let names: Vec<&str> = found.settings.applications.iter().map(|application| application.name.as_str()).collect();
    assert_eq!(names, ["web"], "{found:#?}");
    let moving = both(
        "web/overlays/ENV/stream.yaml",
        &stream
            .replace("DockerImage", "ImageStreamTag")
            .replace("registry.example.com/shop/web:VERSION", "web:VERSION"),
    );
    assert_eq!(moving.settings.applications, [], "a tag of another stream is none");
}

#[test]
fn an_image_of_the_base_that_moves_is_no_application() {
    let deployment = "kind: Deployment\nspec: {template: {spec: {containers: [{name: web, image: \"web:TAG\"}]}}}\n";
    for (tag, wanted) in [("latest", 0), ("v1", 1)] {
        let overlay = "resources: [../../base]\n".to_string();
        let found = found(&[
            ("web/base/kustomization.yaml", "resources: [deployment.yaml]\n".into()),
            ("web/base/deployment.yaml", deployment.replace("TAG", tag)),
            ("web/overlays/staging/kustomization.yaml", overlay.clone()),
            ("web/overlays/production/kustomization.yaml", overlay),
        ]);
        assert_eq!(found.settings.applications.len(), wanted, "{tag}: {found:#?}");
    }
}

#[test]
fn a_variant_that_an_environment_builds_on_is_no_environment() {
    let found = found(&[
        ("web/overlays/with-debug/kustomization.yaml", "resources: [../../base]\n".into()),
        (
            "web/overlays/staging/kustomization.yaml",
            format!("resources: [../with-debug]\n{}", OWN.replace("VERSION", ONE)),
        ),
        ("web/overlays/production/kustomization.yaml", OWN.replace("VERSION", TWO)),
    ]);
    assert_eq!(environments(&found), ["staging", "production"]);
}

#[test]
fn a_tag_alone_is_others_where_its_folder_or_its_release_is_called_as_what_they_make() {
    let tag = "image: {tag: RELEASE}\n";
    assert_eq!(beside_own("values/redis/ENV.yaml", tag), Vec::<String>::new());
    assert_eq!(beside_own("values/cache/ENV.yaml", tag), ["cache"]);
    assert_eq!(beside_own("values/redis/ENV.yaml", "image: {tag: COMMIT}\n"), ["redis"], "nobody else's has a commit");
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cache}\nspec: {sources: [{repoURL: \"https://charts.bitnami.com/bitnami\", chart: CHART, targetRevision: 1.2.3}]}\n";
    for (place, text, wanted) in [
        ("argocd/cache.yaml", application.replace("CHART", "redis"), 0),
        ("argocd/cache.yaml", application.replace("CHART", "application"), 1),
        ("helmfile.yaml.gotmpl", "releases:\n- name: cache\n  chart: bitnami/redis\n{{ .x }}\n".to_string(), 0),
        ("helmfile.yaml", "releases:\n- name: cache\n  chart: ./charts/cache\n".to_string(), 1),
    ] {
        let mut files = vec![(place, text)];
        for (env, release) in [("staging", "1.2.4"), ("production", "1.2.3")] {
            let values = tag.replace("RELEASE", release);
            files.push(if env == "staging" {
                ("values/cache/staging.yaml", values)
            } else {
                ("values/cache/production.yaml", values)
            });
        }
        let found = found(&files);
        assert_eq!(pins(&found).len(), wanted, "{place}: {:#?}", found.left_out);
    }
}
