//! `init`, `config check`, `config show`, `schema config`, and what works without a file.

use serde_json::{Value, json};

use crate::support::world::overlay;
use crate::support::{World, example, fingerprint};

fn without_a_file() -> World {
    World::shaped(|shape| {
        shape.file = false;
        shape.key = true;
    })
}

#[test]
fn init_writes_a_commented_file_that_checks_and_names_what_is_next() {
    let world = without_a_file();
    let report = world.json(&["init"]);
    assert_eq!(report["written"], "stageline.yaml");
    assert_eq!(report["environments"], serde_json::json!(["staging", "production"]));
    assert_eq!(report["applications"], serde_json::json!(["checkout", "web", "worker"]));
    let text = world.read("stageline.yaml");
    assert!(text.contains("# ") && text.contains("registry.example.com/shop/web"), "{text}");
    assert!(text.contains("\nid: remote  "), "{text}");
    let check = world.run(&["config", "check", "-o", "json"]).on_stderr("is not on `main` yet").exits(0);
    assert_eq!(check.json()["valid"], true);
    world.git(&["add", "-A"]);
    world.git(&["commit", "-q", "-m", "Add stageline.yaml"]);
    world.git(&["push", "-q", "origin", "main"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn init_calls_the_repository_by_the_path_at_its_server_by_its_folder_or_as_a_draft_says() {
    let world = without_a_file();
    let id = |args: &[&str]| {
        let report = world.json(&[args, &["init", "--dry-run"]].concat());
        let text = report["text"].as_str().expect("a text");
        text.lines().find_map(|line| line.strip_prefix("id: ")?.split(' ').next()).unwrap_or("none").to_string()
    };
    for address in ["git@git.example.com:Shop/config.git", "https://mei:s3cr3t@git.example.com/shop/config?token=x"] {
        world.git(&["remote", "set-url", "origin", address]);
        assert_eq!(id(&[]), "shop-config", "{address}");
    }
    world.git(&["remote", "set-url", "origin", "https://git.example.com/%e2%80%ae/\u{202e}"]);
    assert_eq!(id(&[]), "e2-80-ae", "only what a name may have is taken");
    world.git(&["remote", "set-url", "origin", "https://git.example.com/"]);
    assert_eq!(id(&[]), "none", "nothing to make a name of");
    world.git(&["remote", "remove", "origin"]);
    assert_eq!(id(&[]), "clone");
    let draft = world.path("draft.yaml");
    std::fs::write(&draft, "version: 1\nid: mine\nenvironments: [{ name: staging }]\n").expect("a file");
    assert_eq!(id(&["--config", &draft.to_string_lossy()]), "mine");
}

#[test]
fn init_never_overwrites_and_tells_what_the_file_lacks() {
    let world = World::new();
    let before = fingerprint::of(&world.clone);
    let report = world.json(&["init"]);
    assert_eq!((&report["written"], &report["lacking"], &report["idle"]), (&Value::Null, &json!([]), &json!([])));
    world.run(&["init", "--check"]).exits(0).says("every application that was found has an entry");
    assert_eq!(world.refused(2, &["init", "--signing", "optional"]), "exists");
    fingerprint::assert_same(&before, &fingerprint::of(&world.clone));
}

#[test]
fn what_a_file_lacks_is_added_to_it_and_every_other_byte_stays() {
    let world = World::new();
    for env in ["staging", "production"] {
        let place = format!("apps/search/overlays/{env}/kustomization.yaml");
        world.write(
            &place,
            &overlay("search", env, &world.commit_of("web", 2)).replace("../../base", "deployment.yaml"),
        );
        world.write(&format!("apps/search/overlays/{env}/deployment.yaml"), "kind: Deployment\n");
    }
    world.land_file("README.md", "One more application.\n");
    let before = world.read("stageline.yaml");
    let report = world.run(&["init", "--check", "-o", "json"]).exits(1).json();
    assert_eq!(report["complete"], false);
    assert_eq!(report["lacking"][0]["reason"], "no entry finds `search`");
    assert_eq!(world.read("stageline.yaml"), before, "a check writes nothing");
    world.run(&["init", "--write", "--dry-run"]).exits(0).says("name: search");
    assert_eq!(world.read("stageline.yaml"), before);
    world.run(&["init", "--write"]).exits(0).says("added 1 application to stageline.yaml");
    let after = world.read("stageline.yaml");
    let (added, kept): (Vec<&str>, Vec<&str>) = after.lines().partition(|line| line.contains("search"));
    assert_eq!((added.len(), kept), (1, before.lines().collect()), "{after}");
    world.land_file("README.md", "With its entry.\n");
    world.run(&["init", "--check"]).exits(0);
    world.git(&["rm", "-q", "-r", "apps/search"]);
    world.land_file("README.md", "Without it.\n");
    let idle = world.run(&["init", "--check", "-o", "json"]).exits(1).json();
    assert!(idle["idle"].to_string().contains("of `search` finds nothing"), "{idle}");
}

#[test]
fn sources_and_signing_are_written_as_they_are_asked_for() {
    let world = without_a_file();
    let address = "https://git.example.com/shop/{application}.git";
    let report = world.json(&["init", "--source", address, "--signing", "optional", "--dry-run"]);
    let text = report["text"].as_str().expect("a text");
    assert!(text.contains("source: \"https://git.example.com/shop/web.git\"\n"), "{text}");
    assert!(text.contains("signing: optional") && !text.contains("GROUP/NAME"), "{text}");
    for bad in ["http://git.example.com/{application}", "--upload-pack={application}"] {
        let flag = format!("--source={bad}");
        assert_eq!(world.refused(2, &["init", &flag]), "bad-source-address");
    }
    let own = world.git(&["remote", "get-url", "origin"]);
    assert_eq!(world.refused(2, &["init", "--source", &own]), "bad-source-address");
    let check = world.run(&["init", "--check", "-o", "json"]).exits(1).json();
    assert_eq!((&check["complete"], &check["written"]), (&json!(false), &Value::Null), "there is no file");
}

#[test]
fn what_is_written_is_committed_alone_where_that_is_asked_for() {
    let world = without_a_file();
    world.write("README.md", "Staged, and not yet to be committed.\n");
    world.git(&["add", "README.md"]);
    let report = world.json(&["init", "--signing", "required", "--commit"]);
    assert_eq!(report["committed"].as_str(), Some(&*world.git(&["rev-parse", "HEAD"])), "{report}");
    assert_eq!(world.git(&["show", "--name-only", "--format=%s"]), "Configure stageline\n\nstageline.yaml");
    assert_eq!(world.git(&["diff", "--cached", "--name-only"]), "README.md");
    world.git(&["verify-commit", "HEAD"]);
    world.git(&["push", "-q", "origin", "main"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    assert_eq!(world.refused(2, &["init", "--commit"]), "no-branch");
}

#[test]
fn the_repository_that_a_revision_is_of_is_the_source_where_it_is_on_our_host_and_else_proposed() {
    let world = without_a_file();
    for env in ["staging", "production"] {
        let commit = world.commit_of("web", 1);
        let text = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{ name: site }}\nspec:\n  source:\n    repoURL: https://git.example.com/shop/site.git\n    path: deploy\n    targetRevision: {commit}\n"
        );
        world.write(&format!("argocd/{env}/site.yaml"), &text);
    }
    world.land_file("README.md", "With an Application.\n");
    let text = |world: &World| world.json(&["init", "--dry-run"])["text"].as_str().expect("a text").to_string();
    let proposed = text(&world);
    assert!(proposed.contains("    # source: https://git.example.com/shop/site.git\n"), "{proposed}");
    world.git(&["remote", "add", "upstream", "git@git.example.com:shop/config.git"]);
    let known = text(&world);
    assert!(known.contains("    source: \"https://git.example.com/shop/site.git\"\n"), "{known}");
    // The config repository itself is nobody's source.
    world.git(&["remote", "set-url", "upstream", "git@git.example.com:shop/site.git"]);
    assert!(!text(&world).contains("    source: "), "{}", text(&world));
}

#[test]
fn what_is_left_out_is_told_once_for_each_reason_and_wholly_where_all_is_asked_for() {
    let world = without_a_file();
    for (app, env) in [("redis", "staging"), ("redis", "production"), ("nginx", "staging"), ("nginx", "production")] {
        let text = format!("images: [{{ name: {app}, newTag: 7.2.1 }}]\n");
        world.write(&format!("apps/{app}/overlays/{env}/kustomization.yaml"), &text);
    }
    world.land_file("README.md", "With what others make.\n");
    let wide = world.run(&["init", "-v"]).exits(0);
    std::fs::remove_file(world.clone.join("stageline.yaml")).expect("written");
    let short = world.run(&["init"]).exits(0);
    let count = |text: &str| text.lines().filter(|line| line.contains("is made by others")).count();
    assert_eq!((count(&short.stdout), count(&wide.stdout)), (1, 2), "{short}{wide}");
    assert!(short.stdout.contains("(and 1 more like it: `-v`)"), "{short}");
}

#[test]
fn what_others_make_is_left_out_with_the_entry_that_would_promote_it() {
    let world = without_a_file();
    for (env, tag) in [("staging", "7.4.1"), ("production", "7.2.0")] {
        let text = format!("kind: Pod\nspec:\n  containers:\n    - name: cache\n      image: redis:{tag}\n");
        world.write(&format!("cache/{env}/pod.yaml"), &text);
        let chart = format!("helmCharts:\n  - {{ name: service, releaseName: search, version: {tag} }}\n");
        world.write(&format!("search/overlays/{env}/kustomization.yaml"), &chart);
    }
    world.land_file("README.md", "With what others make.\n");
    let report = world.json(&["init"]);
    let left_out = report["left_out"].as_array().expect("a list");
    let entries: Vec<&str> = left_out.iter().filter_map(|one| one["entry"].as_str()).collect();
    assert!(entries.iter().any(|entry| entry.contains("cache/{environment}/pod.yaml")), "{report}");
    assert!(entries.iter().any(|entry| entry.contains("search/overlays/{environment}")), "{report}");
    let mut text =
        report["text"].as_str().expect("a text").split("\n# Seen, and left out:").next().expect("one").to_string();
    entries.iter().for_each(|entry| text.push_str(&format!("  {entry}\n")));
    world.write("stageline.yaml", &text);
    world.land_file("README.md", "With the entries.\n");
    world.run(&["config", "check"]).exits(0);
    for app in ["redis", "service"] {
        world.run(&["promote", app, "--to", "production", "--allow-older"]).exits(0);
    }
    assert!(world.git(&["show", "origin/main:cache/production/pod.yaml"]).contains("redis:7.4.1"));
}

#[test]
fn a_dry_init_shows_the_text_and_writes_nothing() {
    let world = without_a_file();
    let before = fingerprint::of(&world.clone);
    let report = world.json(&["init", "--dry-run"]);
    assert_eq!(report["written"], serde_json::Value::Null);
    assert!(report["text"].as_str().is_some_and(|text| text.contains("environments:")), "{report}");
    fingerprint::assert_same(&before, &fingerprint::of(&world.clone));
}

#[test]
fn without_a_file_the_layout_tells_and_well_known_names_have_an_order() {
    let world = without_a_file();
    let shown = world.json(&["config", "show"]);
    assert_eq!(shown["origin"], "discovered");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn an_environment_whose_name_tells_no_order_gets_no_source_but_the_one_that_is_named() {
    let world = without_a_file();
    let running = world.commit_of("web", 4);
    world.land_file("apps/web/overlays/dr/kustomization.yaml", &overlay("web", "dr", &world.commit_of("web", 2)));
    let report = world.json(&["init"]);
    assert_eq!(report["environments"], serde_json::json!(["staging", "production", "dr"]));
    assert!(report["next"][0].as_str().is_some_and(|next| next.starts_with("put `dr` in order")), "{report}");
    world.land_file("README.md", "With what init wrote.\n");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), running, "copied from staging");
    let refused = world.run(&["promote", "web", "--to", "dr"]);
    refused.exits(2).says("nothing says what it comes after").says("--from ENV");
    world.run(&["promote", "web", "--to", "dr", "--from", "production"]).exits(0);
    assert_eq!(world.pin("web", "dr"), running);
}

#[test]
fn every_usual_layout_is_found() {
    for (staging, production) in [
        ("apps/web/overlays/staging", "apps/web/overlays/production"),
        ("web/overlays/staging", "web/overlays/production"),
        ("environments/staging/web", "environments/production/web"),
        ("staging/web", "production/web"),
    ] {
        let world = World::shaped(|shape| {
            shape.file = false;
            shape.applications = vec!["web".into()];
        });
        world.git(&["rm", "-q", "-r", "apps"]);
        for (folder, index) in [(staging, 4), (production, 2)] {
            let text = overlay("web", "x", &world.commit_of("web", index)).replace("../../base", "deployment.yaml");
            world.write(&format!("{folder}/kustomization.yaml"), &text);
            world.write(&format!("{folder}/deployment.yaml"), "kind: Deployment\n");
        }
        world.land_file("README.md", "Another layout.\n");
        let report = world.json(&["init", "--dry-run"]);
        assert_eq!(report["applications"], serde_json::json!(["web"]), "{staging}");
        assert_eq!(report["environments"], serde_json::json!(["staging", "production"]), "{staging}");
        let promoted = world.json(&["promote", "web", "--to", "production", "--dry-run"]);
        assert_eq!(promoted["files"], serde_json::json!([format!("{production}/kustomization.yaml")]));
    }
}

#[test]
fn clusters_below_environments_and_the_file_below_others_are_promoted_without_an_edit() {
    let world = World::shaped(|shape| {
        shape.file = false;
        shape.key = true;
        shape.applications = vec!["web".into()];
    });
    world.git(&["rm", "-q", "-r", "apps"]);
    let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
    let entry = |version: &str| format!("images: [{{ name: acme/web, newTag: {version} }}]\n");
    let values = |version: &str| format!("image: {{ repository: acme/api, tag: {version} }}\n");
    for cluster in ["eu", "us"] {
        world.write(&format!("web/overlays/staging/{cluster}/kustomization.yaml"), &entry(&new));
        world.write(&format!("web/overlays/production/{cluster}/kustomization.yaml"), &entry(&old));
    }
    world.write("api/values.yaml", &values(&old));
    world.write("api/values-staging.yaml", &values(&new));
    world.land_file("README.md", "Clusters, and values on top of others.\n");
    let report = world.json(&["init"]);
    assert_eq!(report["applications"], json!(["api", "web"]), "{report}");
    assert_eq!(report["environments"], json!(["staging", "production"]), "{report}");
    world.land_file("README.md", "With a configuration.\n");
    world.run(&["promote", "web", "api", "--to", "production", "--allow-older"]).exits(0);
    world.git(&["pull", "-q", "--ff-only"]);
    for cluster in ["eu", "us"] {
        assert_eq!(world.read(&format!("web/overlays/production/{cluster}/kustomization.yaml")), entry(&new));
    }
    assert_eq!((world.read("api/values.yaml"), world.read("api/values-staging.yaml")), (values(&new), values(&new)));
}

/// A file of an ecosystem for `ENV`, with `VERSION` where its pin is.
const ECOSYSTEMS: [(&str, &str); 7] = [
    ("charts/web/values-ENV.yaml", "image:\n  repository: r.example.com/shop/web\n  tag: VERSION # here\n"),
    (
        "argocd/ENV/web.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web-ENV}\nspec:\n  source:\n    repoURL: https://git.example.com/shop/web.git\n    targetRevision: VERSION\n    helm:\n      values: |\n        image:\n          tag: VERSION\n",
    ),
    (
        "clusters/ENV/web.yaml",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  chart: {spec: {chart: web, version: \">=1.0\"}}\n  values: {image: {tag: VERSION}}\n",
    ),
    (
        "clusters/ENV/sources.yaml",
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: web}\nspec:\n  url: https://git.example.com/shop/web\n  ref:\n    commit: VERSION\n",
    ),
    (
        "ENV/web/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: \"localhost:5000/web:VERSION\"}]}}}\n",
    ),
    (
        "apps/web/overlays/ENV/kustomization.yaml",
        "resources:\n  - https://git.example.com/shop/web.git//deploy?ref=VERSION\n",
    ),
    ("apps/web/overlays/ENV/kustomization.yaml", "helmCharts:\n  - name: web\n    version: VERSION\n"),
];

#[test]
fn what_init_proposes_for_each_ecosystem_is_read_and_promoted_without_an_edit() {
    for (place, text) in ECOSYSTEMS {
        let world = World::shaped(|shape| {
            shape.file = false;
            shape.key = true;
            shape.applications = vec!["web".into()];
        });
        world.git(&["rm", "-q", "-r", "apps"]);
        let version = |env: &str| world.commit_of("web", if env == "staging" { 4 } else { 2 });
        for env in ["staging", "production"] {
            world.write(&place.replace("ENV", env), &text.replace("ENV", env).replace("VERSION", &version(env)));
        }
        world.land_file("README.md", "Another layout.\n");
        let report = world.json(&["init"]);
        assert_eq!(report["applications"], serde_json::json!(["web"]), "{place}: {report}");
        let check = world.run(&["config", "check", "-o", "json"]).on_stderr("is not on `main` yet").exits(0);
        assert_eq!(check.json()["valid"], true, "{place}");
        world.land_file("README.md", "With a configuration.\n");
        let status = world.json(&["status"]).to_string();
        assert!(status.contains(&version("staging")) && status.contains(&version("production")), "{place}: {status}");
        // There is no `source:`, so nobody can tell which one is newer.
        world.run(&["promote", "web", "--to", "production", "--allow-older"]).exits(0);
        world.git(&["pull", "-q", "--ff-only"]);
        let wanted = text.replace("ENV", "production").replace("VERSION", &version("staging"));
        assert_eq!(world.read(&place.replace("ENV", "production")), wanted, "{place}");
    }
}

#[test]
fn faults_come_all_at_once_each_with_its_place_and_the_key_that_was_meant() {
    let world = World::new();
    let text =
        world.settings().replace("environments:", "enviroments:").replace("signing: required", "signing: yes-please");
    world.write("stageline.yaml", &text);
    let differs = "differs from the one on `main`";
    let ran = world.run(&["config", "check", "-o", "json"]).on_stderr(differs).exits(2);
    let report = ran.json();
    assert_eq!(report["valid"], false, "{ran}");
    let faults = report["faults"].as_array().expect("faults");
    assert!(faults.len() >= 2, "{ran}");
    let misspelt = faults.iter().find(|fault| fault["key"] == "enviroments").expect("the misspelt key");
    assert_eq!((&misspelt["line"], &misspelt["column"]), (&3.into(), &1.into()));
    assert!(misspelt.to_string().contains("`environments`"), "{misspelt}");
    let shown = world.run(&["config", "check"]).on_stderr(differs).exits(2);
    assert!(shown.stdout.contains("stageline.yaml:3:1"), "{shown}");
}

#[test]
fn a_key_whose_work_comes_later_is_named_and_not_silently_ignored() {
    let world = World::shaped(|shape| {
        let hotfix = "hotfix: { branches: [\"hotfix/*\"], from: mei }";
        let keys = ["gates: { soak: 24h }", "stable-after: 48h", hotfix];
        shape.keys_of.insert("production".into(), keys.map(String::from).into());
        shape.more = "feedback: [{ slack: $SLACK_WEBHOOK_URL, events: [promote, refused] }]\n".into();
    });
    let report = world.json(&["config", "check"]);
    assert_eq!(report["valid"], true);
    let notices = report["notices"].as_array().expect("a list");
    assert_eq!(notices.len(), 1, "what is enforced is not named: {report}");
    assert!(notices[0].to_string().contains("is read, but this version tells only what landed"), "{report}");
}

#[test]
fn the_schema_of_the_file_accepts_the_examples_and_refuses_a_misspelt_key() {
    let world = World::new();
    let schema: serde_json::Value =
        serde_json::from_str(&world.run(&["schema", "config"]).exits(0).stdout).expect("a JSON Schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let value = |text: &str| serde_yaml::from_str::<serde_json::Value>(text).expect("YAML");
    for name in ["kustomize", "helm", "argocd", "flux"] {
        let file = example::folder().join(name).join("stageline.yaml");
        let example = value(&std::fs::read_to_string(file).expect("the example"));
        let faults: Vec<String> = validator.iter_errors(&example).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
    }
    assert!(validator.is_valid(&value(&world.settings())));
    assert!(!validator.is_valid(&value(&world.settings().replace("environments:", "enviroments:"))));
}
