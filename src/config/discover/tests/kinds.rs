//! Each kind of pin in the layouts that people keep it in, and what is left out there.

use crate::config::{check::check, text::init};
use crate::domain::settings::PinKind;
use crate::overlay::{self, Reader, fill};

use super::*;

pub const THREE: &str = "c0ffee1122334455667788990011223344556677";

/// What discovery finds in these files; what it proposes must be read in every one of them, and agree.
pub fn proposed(files: &[(&str, &str)]) -> Discovery {
    let memory = Memory::new(files.iter().map(|(path, text)| (*path, *text)));
    let found = discover(&memory).unwrap();
    if !found.settings.applications.is_empty() {
        let text = init(&found);
        let settings = check(text.as_bytes(), "stageline.yaml").unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
        assert_eq!(settings.applications, found.settings.applications, "{text}");
    }
    let reader = Reader::new(&memory);
    for application in &found.settings.applications {
        for environment in &found.settings.environments {
            let mut versions = BTreeSet::new();
            for pin in application.pins.iter().filter(|pin| pin.serves(environment)) {
                let place = overlay::place(pin, &application.name, &environment.name, None).unwrap();
                let pin = fill::filled(pin, &application.name, &environment.name, None);
                if let Some(reading) = overlay::read(&reader, &pin, &place, None).unwrap() {
                    versions.extend(reading.version.and_then(|version| version.tag().map(str::to_string)));
                }
            }
            assert!(versions.len() < 2, "{} in {}: {versions:?}", application.name, environment.name);
        }
    }
    found
}

/// The same file for staging and production, with a version of its own in each.
pub fn both(place: &str, text: &str) -> Discovery {
    let file =
        |env: &str, version: &str| (place.replace("ENV", env), text.replace("ENV", env).replace("VERSION", version));
    let files = [file("staging", TWO), file("production", ONE)];
    proposed(&[(&files[0].0, &files[0].1), (&files[1].0, &files[1].1)])
}

#[track_caller]
pub fn finds(place: &str, text: &str, wanted: &[&str]) -> Discovery {
    let found = both(place, text);
    assert_eq!(pins(&found), wanted, "{place}: {:#?}", found.left_out);
    if !wanted.is_empty() {
        assert_eq!(environments(&found), ["staging", "production"], "{place}");
    }
    found
}

#[test]
fn the_services_of_one_chart_have_versions_of_their_own_where_all_of_them_say_one() {
    let of = |inner: &str| format!("services:\n  web: {{ {inner} }}\n  api: {{ {inner}, replicas: 2 }}\n");
    let found = both("stages/ENV.yaml", &of("version: VERSION"));
    let names: Vec<&str> = found.settings.applications.iter().map(|app| app.name.as_str()).collect();
    assert_eq!(names, ["api", "web"], "{:#?}", found.left_out);
    // One that says none, or says what it is of, makes of it something else.
    for inner in ["schema: VERSION", "version: VERSION, apiVersion: v1"] {
        assert_eq!(both("stages/ENV.yaml", &of(inner)).settings.applications.len(), 0, "{inner}");
    }
}

#[test]
fn helm_values_are_found_in_every_layout() {
    let tag = "image:\n  repository: r/web\n  tag: VERSION\n";
    for (place, pin) in [
        ("charts/web/values-ENV.yaml", "web: r/web in charts/web/values-{environment}.yaml"),
        ("web/values.ENV.yaml", "web: r/web in web/values.{environment}.yaml"),
        ("ENV/web/values.yaml", "web: r/web in {environment}/web/values.yaml"),
        ("environments/ENV/web/values.yaml", "web: r/web in environments/{environment}/web/values.yaml"),
        ("apps/web/values/ENV.yaml", "web: r/web in apps/web/values/{environment}.yaml"),
        ("ENV/values.yaml", "web: r/web in {environment}/values.yaml"),
        ("values-ENV.yaml", "web: r/web in values-{environment}.yaml"),
        ("ENV/web/values.json", "web: r/web in {environment}/web/values.json"),
    ] {
        let json = "{\n  \"image\": {\"repository\": \"r/web\", \"tag\": \"VERSION\"}\n}\n";
        finds(place, if place.ends_with("json") { json } else { tag }, &[pin]);
    }
}

#[test]
fn every_way_to_write_an_image_in_values_is_found() {
    for (text, pin) in [
        ("image: r:5000/web:VERSION\n", "r:5000/web"),
        ("image: {tag: VERSION}\n", "image.tag"),
        ("image: {registry: r.example.com, repository: shop/web, tag: VERSION}\n", "r.example.com/shop/web"),
        ("global: {image: {tag: \"VERSION\"}}\n", "global.image.tag"),
        ("deep: {web: {image: {tag: VERSION}}}\n", "deep.web.image.tag"),
    ] {
        let pin = format!("web: {pin} in charts/web/values-{{environment}}.yaml");
        finds("charts/web/values-ENV.yaml", text, &[&pin]);
    }
    let found = both("charts/web/values-ENV.yaml", "image: {tag: VERSION, digest: \"\"}\n");
    let PinKind::Field(field) = &found.settings.applications[0].pins[0].kind else { panic!("{found:?}") };
    assert_eq!(field.digest.as_deref(), Some("image.digest"));
}

#[test]
fn components_of_one_version_move_together_and_others_are_applications_of_their_own() {
    let found = finds(
        "charts/web/values-ENV.yaml",
        "image: {tag: VERSION}\nworker: {image: {tag: VERSION}}\nredis: {image: {tag: 7.2.1}}\n",
        &[
            "web: image.tag in charts/web/values-{environment}.yaml",
            "web: worker.image.tag in charts/web/values-{environment}.yaml",
        ],
    );
    assert!(found.left_out[0].1.contains("`redis` is made by others"), "{:?}", found.left_out);
    finds(
        "values/ENV.yaml",
        "web: {image: {tag: VERSION}}\napi: {image: {tag: v1.2.3}}\n",
        &["api: api.image.tag in values/{environment}.yaml", "web: web.image.tag in values/{environment}.yaml"],
    );
}

#[test]
fn a_tag_that_all_environments_share_is_left_out_with_the_place() {
    let found = proposed(&[
        ("charts/web/values.yaml", "image: {tag: v1.2.3}\n"),
        ("charts/web/values-prod.yaml", "replicas: 3\n"),
    ]);
    assert_eq!(pins(&found), Vec::<String>::new());
    assert_eq!(found.left_out[0].0, "charts/web/values.yaml:1");
    assert!(found.left_out[0].1.contains("shared by all environments"), "{:?}", found.left_out);
}

#[test]
fn a_tag_that_one_environment_does_not_set_is_a_pin_of_the_others() {
    let found = proposed(&[
        ("charts/web/values-dev.yaml", "replicas: 1\n"),
        ("charts/web/values-staging.yaml", "image: {tag: latest}\n"),
        ("charts/web/values-prod.yaml", "image: {tag: v1.2.3}\n"),
    ]);
    assert_eq!(pins(&found), ["web: image.tag in charts/web/values-{environment}.yaml [prod]"]);
    assert_eq!(found.left_out.len(), 2, "{:?}", found.left_out);
}

#[test]
fn argo_applications_are_found_by_file_name_folder_and_name() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web-ENV}\nspec:\n  source:\n    repoURL: https://git.example.com/shop/web.git\n    targetRevision: VERSION\n";
    for (place, wanted) in [
        ("apps/ENV/web.yaml", "apps/{environment}/web.yaml"),
        ("apps/web-ENV.yaml", "apps/web-{environment}.yaml"),
        ("argocd/web/ENV.yaml", "argocd/web/{environment}.yaml"),
    ] {
        finds(place, application, &[&format!("web: https://git.example.com/shop/web.git in {wanted}")]);
    }
    let one = |env: &str, version: &str| application.replace("ENV", env).replace("VERSION", version);
    let text = format!("{}---\n{}", one("staging", TWO), one("production", ONE));
    let found = proposed(&[("argocd/web.yaml", &text)]);
    assert_eq!(
        pins(&found),
        [
            "web: Application/web-production spec.source.targetRevision in argocd/web.yaml [production]",
            "web: Application/web-staging spec.source.targetRevision in argocd/web.yaml [staging]"
        ]
    );
}

#[test]
fn what_an_argo_application_gives_to_helm_and_kustomize_is_found() {
    let text = |source: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web-ENV}}\nspec:\n  source:\n    repoURL: https://git.example.com/config.git\n    targetRevision: HEAD\n{source}"
        )
    };
    for (source, pin) in [
        (
            "    helm:\n      parameters:\n        - {name: image.tag, value: VERSION}\n",
            "spec.source.helm.parameters[name=\"image.tag\"].value",
        ),
        (
            "    helm:\n      valuesObject: {web: {image: {tag: VERSION}}}\n",
            "spec.source.helm.valuesObject.web.image.tag",
        ),
        ("    helm:\n      values: |\n        image:\n          tag: VERSION\n", "spec.source.helm.values > image.tag"),
        ("    kustomize:\n      images: [r/web=r/other/web:VERSION]\n", "r/web"),
    ] {
        let pin = format!("web: {pin} in apps/{{environment}}/web.yaml");
        let found = finds("apps/ENV/web.yaml", &text(source), &[&pin]);
        assert!(found.left_out.iter().all(|(_, why)| why.contains("`HEAD` moves")), "{:?}", found.left_out);
    }
    let found = finds("apps/ENV/web.yaml", &text("").replace("HEAD", "v1.2.3\n    chart: redis"), &[]);
    assert!(found.left_out[0].1.contains("made by others"), "{:?}", found.left_out);
}

#[test]
fn elements_of_an_application_set_are_pins_of_their_environments() {
    let text = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: web}}\nspec:\n  generators:\n    - list:\n        elements:\n          - {{env: staging, tag: {TWO}}}\n          - {{env: production, tag: {ONE}}}\n  template:\n    spec:\n      source: {{repoURL: https://git.example.com/x.git, targetRevision: \"{{{{tag}}}}\"}}\n"
    );
    let found = proposed(&[("argocd/web.yaml", &text)]);
    assert_eq!(pins(&found), ["web: spec.generators[0].list.elements[env={environment}].tag in argocd/web.yaml"]);
}

#[test]
fn flux_sources_releases_and_kustomizations_are_found() {
    for (text, pin) in [
        (
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: web}\nspec: {url: https://git.example.com/shop/web, ref: {commit: VERSION}}\n",
            "https://git.example.com/shop/web",
        ),
        (
            "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: OCIRepository\nmetadata: {name: web}\nspec: {url: oci://r.example.com/web, ref: {tag: VERSION}}\n",
            "oci://r.example.com/web",
        ),
        (
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec: {chart: {spec: {chart: web, version: \">=1.0\"}}, values: {image: {tag: VERSION}}}\n",
            "spec.values.image.tag",
        ),
        (
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec: {chart: {spec: {chart: web, version: VERSION}}}\n",
            "chart web",
        ),
        (
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\nspec: {images: [{name: r/web, newTag: VERSION}]}\n",
            "r/web",
        ),
        (
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\nspec: {postBuild: {substitute: {image_tag: VERSION, region: eu}}}\n",
            "spec.postBuild.substitute.image_tag",
        ),
    ] {
        for place in ["clusters/ENV/web.yaml", "apps/ENV/web.yaml"] {
            let pin = format!("web: {pin} in {}", place.replace("ENV", "{environment}"));
            finds(place, text, &[&pin]);
        }
    }
}

#[test]
fn a_branch_and_a_range_of_flux_are_left_out() {
    for reference in ["branch: main", "tag: latest"] {
        let text = format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: web}}\nspec: {{url: https://h/web, ref: {{{reference}}}}}\n"
        );
        let found = finds("clusters/ENV/web.yaml", &text, &[]);
        assert_eq!(found.left_out.len(), 2, "{:?}", found.left_out);
    }
}

#[test]
fn images_of_plain_manifests_are_found_by_container() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      initContainers: [{name: wait, image: \"busybox:1.36\"}]\n      containers:\n        - {name: proxy, image: \"envoy:v1.30.0\"}\n        - {name: web, image: \"r:5000/web:VERSION\"}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
    let pin = "r:5000/web";
    for place in ["ENV/web.yaml", "environments/ENV/web/deployment.yaml", "apps/ENV/web/deployment.yaml"] {
        let found = finds(place, deployment, &[&format!("web: {pin} in {}", place.replace("ENV", "{environment}"))]);
        assert_eq!(found.left_out.len(), 2, "{:?}", found.left_out);
    }
    let cron = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: web-cron}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: x, image: \"r/web:VERSION\"}]}}}}}\n";
    let found = proposed(&[
        ("staging/web/cron.yaml", &cron.replace("VERSION", TWO)),
        ("prod/web/cron.yaml", &cron.replace("VERSION", ONE)),
        ("staging/web/web.yaml", &deployment.replace("VERSION", TWO)),
        ("prod/web/web.yaml", &deployment.replace("VERSION", ONE)),
    ]);
    assert_eq!(found.settings.applications.len(), 1, "the job runs the same build: {:?}", pins(&found));
    assert_eq!(found.settings.applications[0].pins.len(), 2);
}

#[test]
fn the_image_of_an_object_of_any_kind_is_found_where_it_is_named_after_the_object() {
    let object = |image: &str| {
        format!(
            "apiVersion: platform.example.com/v1\nkind: WebApplication\nmetadata: {{name: web}}\nspec:\n  parameters: {{image: {image}}}\n"
        )
    };
    let place = "claims/ENV/web.yaml";
    let named = "web: r/shop/web in claims/{environment}/web.yaml";
    finds(place, &object("{repository: r/shop/web, tag: VERSION}"), &[named]);
    let by_path = "web: spec.parameters.image.tag in claims/{environment}/web.yaml";
    finds(place, &object("{tag: VERSION}"), &[by_path]);
    finds(place, &object("{repository: r/shop/sidecar, tag: VERSION}"), &[]);
}

#[test]
fn an_image_that_stands_twice_or_is_named_apart_is_told_by_its_path() {
    let twice = "image: {repository: r/web, tag: VERSION}\njob: {image: \"r/web:VERSION\"}\n";
    finds(
        "charts/web/values-ENV.yaml",
        twice,
        &[
            "web: image.tag in charts/web/values-{environment}.yaml",
            "web: job.image in charts/web/values-{environment}.yaml",
        ],
    );
    finds(
        "charts/web/values-ENV.yaml",
        "image: {repository: ENV/web, tag: VERSION}\n",
        &["web: image.tag in charts/web/values-{environment}.yaml"],
    );
}

#[test]
fn remote_bases_and_charts_of_a_kustomization_are_found() {
    for (line, pin) in [
        (
            "resources: [https://git.example.com/shop/web.git//deploy?ref=VERSION]\n",
            "https://git.example.com/shop/web.git",
        ),
        ("components: [\"git@git.example.com:shop/web?ref=VERSION\"]\n", "git@git.example.com:shop/web"),
        ("helmCharts: [{name: web, repo: https://charts.example.com, version: VERSION}]\n", "chart web"),
    ] {
        let pin = format!("web: {pin} in apps/web/overlays/{{environment}}");
        finds("apps/web/overlays/ENV/kustomization.yaml", line, &[&pin]);
    }
    let text = "resources: [https://h/o/web?ref=main, https://h/o/web-x?ref=VERSION]\nhelmCharts: [{name: redis, version: 1.2.3}]\n";
    let found = finds(
        "apps/web/overlays/ENV/kustomization.yaml",
        text,
        &["web: https://h/o/web-x in apps/web/overlays/{environment}"],
    );
    assert!(found.left_out.iter().any(|(_, why)| why.contains("`main` moves")), "{:?}", found.left_out);
    assert!(found.left_out.iter().any(|(_, why)| why.contains("`redis`")), "{:?}", found.left_out);
}

#[test]
fn dependencies_of_an_umbrella_chart_are_pins_where_they_differ() {
    let text = "name: umbrella\ndependencies:\n  - {name: web, version: VERSION}\n  - {name: common, version: 1.0.0}\n";
    let found =
        finds("environments/ENV/Chart.yaml", text, &["web: chart web in environments/{environment}/Chart.yaml"]);
    assert!(found.left_out[0].1.contains("one version in all environments"), "{:?}", found.left_out);
}

#[test]
fn a_template_is_never_a_version() {
    for text in ["image: {tag: \"${TAG}\"}\n", "image: \"r/web:{{ .Values.tag }}\"\n"] {
        let found = finds("charts/web/values-ENV.yaml", text, &[]);
        assert!(found.left_out[0].1.contains("is a template"), "{:?}", found.left_out);
    }
    finds("charts/web/templates/ENV/web.yaml", "image: {{ .Values.x }}\n", &[]);
}

#[test]
fn two_sources_of_one_application_that_agree_are_one_and_else_the_second_is_left_out() {
    let application = |version: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec: {{source: {{repoURL: https://h/web, targetRevision: {version}}}}}\n"
        )
    };
    let values = format!("image: {{tag: {ONE}}}\n");
    for (version, count) in [(ONE, 2), (THREE, 1)] {
        let text = application(version);
        let found = proposed(&[
            ("apps/staging/web.yaml", &text),
            ("apps/prod/web.yaml", &text),
            ("charts/web/values-staging.yaml", &values),
            ("charts/web/values-prod.yaml", &values),
        ]);
        assert_eq!(found.settings.applications.len(), 1);
        assert_eq!(found.settings.applications[0].pins.len(), count, "{:?}", found.left_out);
        assert_eq!(found.left_out.len(), 2 - count, "{:?}", found.left_out);
    }
}

#[test]
fn a_word_that_is_an_environment_by_chance_is_none() {
    for place in ["smoke-test.yaml", "src/test/resources/web.yaml", "lib/dev/web.yaml", "docs/staging/web.yaml"] {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: \"r/web:v1.0.0\"}]}\n";
        assert_eq!(pins(&proposed(&[(place, text)])), Vec::<String>::new(), "{place}");
    }
}
