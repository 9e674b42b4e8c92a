//! Templates of each kind: Kustomize, Helm values, Argo CD Applications, ApplicationSets, Flux Kustomizations; built by the real tools
//! where they can be.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::court::Court;
use crate::support::stage::{self, run, topic};

/// Makes the preview pr-12 of the topic of `web`; a clone that has it, and the commit.
fn made(court: &Court) -> (PathBuf, String) {
    let commit = topic(court, "web");
    let work = court.work("ci");
    run(&work, &["preview", "create", &format!("web@{commit}"), "--slug", "pr-12"]).exits(0);
    let fresh = court.work("bob");
    (fresh.dir, commit)
}

/// Everything goes again, to the byte.
fn goes(court: &Court, before: &str) {
    run(&court.work("ci"), &["preview", "destroy", "pr-12"]).exits(0);
    assert_eq!(court.world.environment.git(&court.world.remote, &["rev-parse", "main^{tree}"]), before);
}

fn tree(court: &Court) -> String {
    court.world.environment.git(&court.world.remote, &["rev-parse", "main^{tree}"])
}

#[test]
fn what_kustomize_builds_of_the_list_is_the_base_in_the_instances_namespace_with_its_image() {
    let court = stage::court();
    let usable = "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata:\n  name: 'web-{slug}'\nspec:\n  rules:\n  - host: \"{slug}.example.com\"\n";
    court.world.write("apps/web/preview/ingress.yaml", usable);
    court.land_ago(200, "An ingress that can be applied");
    let before = tree(&court);
    let (clone, commit) = made(&court);
    if court.world.environment.has("kustomize") {
        let built = court.world.environment.tool("kustomize", &clone, &["build", "envs/preview"]);
        assert!(built.contains(&format!("image: registry.example.com/shop/web:{commit}")), "{built}");
        let spaces: Vec<&str> = built.lines().filter(|line| line.contains("namespace:")).map(str::trim).collect();
        assert!(!spaces.is_empty() && spaces.iter().all(|line| *line == "namespace: preview-pr-12"), "{built}");
        assert!(built.contains("host: pr-12.example.com") && built.contains("name: web-pr-12"), "{built}");
    }
    goes(&court, &before);
}

#[test]
fn helm_values_keep_their_types_whatever_the_slug_and_the_commit_look_like() {
    let court = stage::shaped(
        "template: templates/web\npath: \"envs/preview/{slug}\"\nregister: { file: envs/list.json, path: previews, entry: \"{slug}\" }",
        "      - { file: \"templates/web/values.yaml\", path: image.tag, environments: [preview] }\n",
        &[
            (
                "templates/web/values.yaml",
                "# of a preview\nname: \"{slug}\"\nimage:\n  tag: \"\" # set by stageline\nreplicas: 1\n",
            ),
            ("templates/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
            (
                "templates/web/templates/all.yaml",
                "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: web\ndata:\n  name: {{ .Values.name | quote }}\n  tag: {{ .Values.image.tag | quote }}\n",
            ),
            ("envs/list.json", "{\n  \"previews\": []\n}\n"),
        ],
    );
    let before = tree(&court);
    let commit = topic(&court, "web");
    for slug in ["1e5", "0123", "true", "null", "pr-12"] {
        run(&court.work("ci"), &["preview", "create", &format!("web@{commit}"), "--slug", slug]).exits(0);
        let clone = court.work("bob").dir;
        if court.world.environment.has("helm") {
            let built =
                court.world.environment.tool("helm", &clone, &["template", "x", &format!("envs/preview/{slug}")]);
            assert!(built.contains(&format!("name: \"{slug}\"")), "{built}");
            assert!(built.contains(&format!("tag: \"{commit}\"")), "{built}");
        }
        let list = std::fs::read_to_string(clone.join("envs/list.json")).expect("the list");
        let list: Value = serde_json::from_str(&list).expect("JSON");
        assert_eq!(list["previews"][0], slug);
        run(&court.work("ci"), &["preview", "destroy", slug]).exits(0);
        assert_eq!(tree(&court), before, "{slug}");
    }
}

#[test]
fn a_pin_whose_place_has_the_slug_is_found_in_each_instance_and_belongs_to_environments_that_have_some() {
    let pins = "      - { file: \"envs/preview/{slug}/values.yaml\", path: image.tag, environments: [preview] }\n";
    let shape = "template: templates/web\npath: \"envs/preview/{slug}\"\nregister: { file: envs/list.json, path: previews, entry: \"{slug}\" }";
    let files = [
        ("templates/web/values.yaml", "name: \"{slug}\"\nimage:\n  tag: none\n"),
        ("envs/list.json", "{\n  \"previews\": []\n}\n"),
    ];
    let court = stage::shaped(shape, pins, &files);
    let (before, commit) = (tree(&court), topic(&court, "web"));
    run(&court.work("ci"), &["preview", "create", &format!("web@{commit}"), "--slug", "pr-7"]).exits(0);
    let text = court.work("bob").read("envs/preview/pr-7/values.yaml");
    assert_eq!(text, format!("name: \"pr-7\"\nimage:\n  tag: {commit}\n"));
    // Nobody else's pins are there: what lasts is as it was.
    run(&court.work("bob"), &["status", "-o", "json"]).exits(0);
    run(&court.work("bob"), &["config", "check"]).exits(0);
    run(&court.work("ci"), &["preview", "destroy", "pr-7"]).exits(0);
    assert_eq!(tree(&court), before);
}

#[test]
fn an_application_of_argo_cd_gets_the_commit_as_its_revision_and_a_list_generator_its_element() {
    let application = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: \"web-{slug}\"
spec:
  destination: { namespace: \"{namespace}\" }
  source:
    repoURL: https://git.example.com/shop/web.git
    targetRevision: main # the commit of the preview
";
    let set = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: previews }
spec:
  generators:
  - list:
      # one for each preview
      elements: []
  template: { metadata: { name: \"{{slug}}\" } }
";
    let court = stage::shaped(
        "template: templates/web\npath: \"argocd/previews/{slug}\"\nnamespace: \"preview-{slug}\"\nregister: { file: argocd/set.yaml, path: \
         \"spec.generators[0].list.elements\", entry: { slug: \"{slug}\", namespace: \"{namespace}\" } }",
        "      - { revision: https://git.example.com/shop/web.git, in: templates/web/app.yaml, environments: [preview] }\n",
        &[("templates/web/app.yaml", application), ("argocd/set.yaml", set)],
    );
    let before = tree(&court);
    let (clone, commit) = made(&court);
    let read = |path: &str| std::fs::read_to_string(clone.join(path)).expect("a file");
    let wanted = application
        .replace("{slug}", "pr-12")
        .replace("{namespace}", "preview-pr-12")
        .replace("targetRevision: main", &format!("targetRevision: {commit}"));
    assert_eq!(read("argocd/previews/pr-12/app.yaml"), wanted);
    let listed: BTreeMap<String, Value> = serde_yaml::from_str(&read("argocd/set.yaml")).expect("YAML");
    let elements = &listed["spec"]["generators"][0]["list"]["elements"];
    assert_eq!(*elements, serde_json::json!([{ "slug": "pr-12", "namespace": "preview-pr-12" }]));
    goes(&court, &before);
}

#[test]
fn an_object_that_the_templates_kustomization_lists_has_its_image_set_where_it_stands() {
    let application = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: \"web-{slug}\" }
spec:
  source:
    repoURL: https://git.example.com/shop/config.git
    path: apps/web/base
    kustomize:
      images: [\"registry.example.com/shop/web:none\"]
";
    let court = stage::shaped(
        "template: templates/web\npath: \"argocd/previews/{slug}\"",
        "",
        &[("templates/web/app.yaml", application), ("templates/web/kustomization.yaml", "resources: [app.yaml]\n")],
    );
    let before = tree(&court);
    let (clone, commit) = made(&court);
    let text = std::fs::read_to_string(clone.join("argocd/previews/pr-12/app.yaml")).expect("a file");
    assert_eq!(text, application.replace("{slug}", "pr-12").replace("web:none", &format!("web:{commit}")));
    goes(&court, &before);
}

#[test]
fn a_folder_that_a_git_generator_finds_and_a_kustomization_of_flux_need_no_list() {
    let flux = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: \"web-{slug}\"
spec:
  targetNamespace: \"{namespace}\"
  path: ./apps/web/base
  images:
  - name: registry.example.com/shop/web
    newTag: none
";
    let court = stage::shaped(
        "template: templates/web\npath: \"clusters/test/previews/{slug}\"\nnamespace: \"preview-{slug}\"",
        "",
        &[("templates/web/web.yaml", flux)],
    );
    let before = tree(&court);
    let (clone, commit) = made(&court);
    let text = std::fs::read_to_string(clone.join("clusters/test/previews/pr-12/web.yaml")).expect("a file");
    let wanted = flux
        .replace("{slug}", "pr-12")
        .replace("{namespace}", "preview-pr-12")
        .replace("newTag: none", &format!("newTag: {commit}"));
    assert_eq!(text, wanted);
    goes(&court, &before);
}
