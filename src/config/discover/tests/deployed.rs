//! What deploys, and what it says of names and environments: Applications that read values, helmfiles, switches, hosts.

use super::neighbours::{cells, runs};

#[test]
fn values_are_of_the_one_release_that_reads_them_and_is_called_as_their_key() {
    let application = |env: &str, release: &str, revision: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {release}-{env}}}\nspec:\n  sources:\n    - repoURL: oci://r.io/acme/charts\n      chart: {release}\n      targetRevision: {revision}\n      helm: {{valueFiles: [$cfg/settings/{env}/all.yaml]}}\n    - {{repoURL: https://git.example.com/acme/config, targetRevision: main, ref: cfg}}\n"
        )
    };
    let values = |tag: &str| format!("search:\n  image: {{repository: r.io/acme/search, tag: {tag}}}\n");
    let found = |release: &str| {
        cells(&[
            ("argo/qa.yaml", &application("qa", release, "1.0.0")),
            ("argo/live.yaml", &application("live", release, "1.*")),
            ("settings/qa/all.yaml", &values("v2.1.0")),
            ("settings/live/all.yaml", &values("v2.0.0")),
        ])
    };
    assert_eq!(found("shop-search"), ["shop-search live v2.0.0", "shop-search qa v2.1.0"]);
    // What reads them is called as nothing in them.
    assert!(found("umbrella").iter().any(|cell| cell == "search live v2.0.0"), "{:?}", found("umbrella"));
}

#[test]
fn an_environment_that_the_helmfile_does_not_declare_is_none_unless_something_else_deploys() {
    let helmfile = "environments:\n  qa: {}\n  live: {}\n---\nreleases:\n  - name: web\n    chart: ./web\n    values: [\"web/values-{{ .Environment.Name }}.yaml\"]\n";
    let values = |tag: &str| format!("image: {{repository: r.io/shop/web, tag: {tag}}}\n");
    let (qa, live, stage) = (values("v3.0.0"), values("v2.0.0"), values("v1.0.0"));
    let all = [
        ("deploy/helmfile.yaml", helmfile),
        ("deploy/web/values-qa.yaml", &*qa),
        ("deploy/web/values-live.yaml", &*live),
        ("deploy/web/values-stage.yaml", &*stage),
    ];
    assert_eq!(cells(&all), ["web live v2.0.0", "web qa v3.0.0"]);
    let other = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: web}\n";
    let with_other = [&all[..], &[("argo/project.yaml", other)]].concat();
    assert_eq!(cells(&with_other), ["web live v2.0.0", "web qa v3.0.0", "web stage v1.0.0"]);
}

#[test]
fn what_is_switched_off_runs_nowhere() {
    let tags =
        |tag: &str| format!("web: {{image: \"r.io/shop/web:{tag}\"}}\nmail: {{image: \"r.io/shop/mail:{tag}\"}}\n");
    let found = cells(&[
        ("envs/qa/tags.yaml", &tags("v2.0.0")),
        ("envs/qa/values.yaml", "web: {enabled: true}\nmail: {enabled: false}\n"),
        ("envs/live/tags.yaml", &tags("v1.0.0").replace("mail:v1", "mail:v3")),
        ("envs/live/values.yaml", "web: {enabled: true}\n"),
    ]);
    assert_eq!(found, ["mail live v3.0.0", "web live v1.0.0", "web qa v2.0.0"]);
    // What another file of the same environment switches on again runs, and beside a file of one environment lie those of others.
    let found = cells(&[
        ("envs/qa/tags.yaml", &tags("v2.0.0")),
        ("envs/qa/values.yaml", "web: {enabled: false}\nmail: {enabled: false}\n"),
        ("envs/qa/more.yaml", "web: {enabled: true}\n"),
        ("envs/live/tags.yaml", &tags("v1.0.0").replace("mail:v1", "mail:v3")),
    ]);
    assert_eq!(found, ["mail live v3.0.0", "web live v1.0.0", "web qa v2.0.0"]);
    let off = tags("v2.0.0").replace("mail: {", "mail: {enabled: false, ");
    let found = cells(&[
        ("chart/values-qa.yaml", &off),
        ("chart/values-live.yaml", &tags("v1.0.0").replace("mail:v1", "mail:v3")),
    ]);
    assert_eq!(found, ["mail live v3.0.0", "web live v1.0.0", "web qa v2.0.0"]);
}

#[test]
fn a_folder_with_files_of_several_environments_is_none_of_them() {
    let found = cells(&[
        ("stacks/environments/site1/versions-qa.tfvars", "web_image_tag = \"v2.0.0\"\nmail_image_tag = \"v4.0.0\"\n"),
        ("stacks/environments/site1/versions-live.tfvars", "web_image_tag = \"v1.0.0\"\nmail_image_tag = \"v3.0.0\"\n"),
        ("stacks/environments/site1/qa.tfvars", "image_tag = \"v0.1.0\"\n"),
        ("stacks/environments/site1/live.tfvars", "image_tag = \"v0.1.0\"\n"),
    ]);
    assert_eq!(found, ["mail live v3.0.0", "mail qa v4.0.0", "web live v1.0.0", "web qa v2.0.0"]);
}

#[test]
fn folders_called_as_hosts_that_run_the_same_applications_are_environments() {
    let (old, new) = (runs("web", "r.io/shop/web:v1"), runs("web", "r.io/shop/web:v2"));
    let api = runs("api", "r.io/shop/api:v1");
    let found = cells(&[
        ("hosts/shop.example.com/web.yaml", &old),
        ("hosts/shop.example.com/api.yaml", &api),
        ("hosts/beta.shop.example.com/web.yaml", &new),
        ("hosts/beta.shop.example.com/api.yaml", &api),
    ]);
    let wanted = ["api beta.shop.example.com v1", "api shop.example.com v1", "web beta.shop.example.com v2"];
    assert_eq!(found[..3], wanted);
    let list =
        |tag: &str| format!("{{\"versions\": {{\"web\": \"r.io/shop/web:{tag}\", \"api\": \"r.io/shop/api:v1\"}}}}\n");
    let found = cells(&[("a.example.org/x.json", &list("v1")), ("b.example.org/x.json", &list("v2"))]);
    assert_eq!(found, ["api a.example.org v1", "api b.example.org v1", "web a.example.org v1", "web b.example.org v2"]);
    // Equal copies tell nothing, and file names with dots are no hosts.
    assert_eq!(cells(&[("a.example.org/x.json", &list("v1")), ("b.example.org/x.json", &list("v1"))]), [""; 0]);
    assert_eq!(cells(&[("a.1.0/x.json", &list("v1")), ("b.1.0/x.json", &list("v2"))]), [""; 0]);
}

#[test]
fn one_image_in_several_versions_at_once_is_of_each_file_by_its_name() {
    let node = |name: &str, tag: &str| runs(name, &format!("r.io/chain/node:{tag}"));
    let found = cells(&[
        ("qa/seed.yaml", &node("seed", "v3")),
        ("qa/relay.yaml", &node("relay", "v3")),
        ("live/seed.yaml", &node("seed", "v2")),
        ("live/relay.yaml", &node("relay", "v1")),
        ("live/miner.yaml", &node("miner", "v2")),
    ]);
    assert_eq!(found, ["miner live v2", "relay live v1", "relay qa v3", "seed live v2", "seed qa v3"]);
}
