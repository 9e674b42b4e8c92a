//! `examples/argocd`: an app of apps, with every way in which an Application gives a version to its sources.

use std::fs;

use serde_json::Value;

use super::{App, Built, CHECKOUT, Example, SEARCH, WEB, WORKER, by_its_own_file, by_what_init_writes};
use crate::support::World;
use crate::support::example::{helm, kustomize_with_images, scratch, source_at};

const EXAMPLE: Example = Example {
    name: "argocd",
    apps: &[
        App { name: "web", versions: &[WEB], files: &[("apps/production/web.yaml", 2)] },
        App { name: "checkout", versions: &[CHECKOUT], files: &[("apps/production/checkout.yaml", 1)] },
        App { name: "search", versions: &[SEARCH], files: &[("apps/production/search.yaml", 2)] },
        App { name: "worker", versions: &[WORKER], files: &[("sets/worker.yaml", 1)] },
    ],
    programs: &["helm", "kustomize"],
    build,
    // Every `main` in it is the branch of this repository itself, which nobody pins.
    left_out: &[],
};

/// What Argo CD makes of each Application: those in the folders that the roots name, and those of the set.
fn build(world: &World) -> Built {
    let mut built = Built::new();
    for env in ["staging", "production"] {
        let root = yaml(&world.read(&format!("root/{env}.yaml")));
        let folder = root["spec"]["source"]["path"].as_str().expect("a folder");
        for app in ["web", "checkout", "search"] {
            let application = yaml(&world.read(&format!("{folder}/{app}.yaml")));
            built.insert(format!("{app} {env}"), application_of(world, &application));
        }
    }
    let set = yaml(&world.read("sets/worker.yaml"));
    for element in list(&set["spec"]["generators"][0]["list"]["elements"]) {
        let template = filled(&set["spec"]["template"], element);
        built.insert(text(&template["metadata"]["name"]).to_owned(), application_of(world, &template));
    }
    built
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A template with the fields of a list's element in the place of `{{.field}}`.
fn filled(template: &Value, element: &Value) -> Value {
    let mut filled = template.to_string();
    for (name, value) in element.as_object().expect("an element") {
        filled = filled.replace(&format!("{{{{.{name}}}}}"), text(value));
    }
    serde_json::from_str(&filled).expect("still the same value")
}

/// All sources of an Application, one after the other.
fn application_of(world: &World, application: &Value) -> String {
    let name = text(&application["metadata"]["name"]);
    let spec = &application["spec"];
    let sources =
        if spec["sources"].is_null() { std::slice::from_ref(&spec["source"]) } else { list(&spec["sources"]) };
    sources.iter().map(|source| source_of(world, name, source)).collect::<Vec<_>>().join("---\n")
}

/// One source: a chart of this repository, plain manifests of it, or a kustomization of another one at its revision.
fn source_of(world: &World, name: &str, source: &Value) -> String {
    let path = text(&source["path"]);
    let here = world.clone.join(path);
    if here.join("Chart.yaml").is_file() {
        return chart_of(world, name, &here, &source["helm"]);
    }
    if here.is_dir() {
        let files = fs::read_dir(here).expect("a folder").map(|entry| entry.expect("an entry").path());
        return files.map(|file| fs::read_to_string(file).expect("a manifest")).collect();
    }
    let repository = text(&source["repoURL"]).rsplit('/').next().expect("a name");
    let files = source_at(world, repository, text(&source["targetRevision"]));
    let images: Vec<String> = list(&source["kustomize"]["images"]).iter().map(|image| text(image).to_owned()).collect();
    kustomize_with_images(world, &files.path().join(path), &images)
}

/// A chart with the values, the object and the parameters of a source; the last of them win, as in Argo CD.
fn chart_of(world: &World, name: &str, chart: &std::path::Path, given: &Value) -> String {
    let folder = scratch(world);
    let values = folder.path().join("values.yaml");
    let own = given["values"].as_str().map_or_else(|| given["valuesObject"].to_string(), str::to_owned);
    fs::write(&values, own).expect("a file");
    let mut args = vec!["--values".to_owned(), values.to_string_lossy().into_owned()];
    for parameter in list(&given["parameters"]) {
        args.extend(["--set".to_owned(), format!("{}={}", text(&parameter["name"]), text(&parameter["value"]))]);
    }
    helm(world, name, chart, &args.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn the_argocd_example_is_promoted_and_rolled_back_by_its_own_file() {
    by_its_own_file(&EXAMPLE);
}

#[test]
fn the_argocd_example_is_promoted_and_rolled_back_by_what_init_writes() {
    by_what_init_writes(&EXAMPLE);
}
