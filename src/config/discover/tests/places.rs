//! Where environments stand in paths, and whose the files there are.

use super::kinds::proposed;
use super::*;

/// What is found where a file of `ENV` stands in each environment, with a version of its own.
#[track_caller]
fn finds(envs: &[&str], place: &str, text: &str, wanted: &[&str]) -> Discovery {
    let versions = [TWO, ONE, TWO, ONE, TWO, ONE];
    let files: Vec<(String, String)> = envs
        .iter()
        .zip(versions)
        .map(|(env, version)| (place.replace("ENV", env), text.replace("ENV", env).replace("VERSION", version)))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let found = proposed(&files);
    assert_eq!(pins(&found), wanted, "{place}: {:#?}", found.left_out);
    found
}

const BOTH: [&str; 2] = ["staging", "production"];
const VALUES: &str = "image: {repository: r/shop/web, tag: VERSION}\n";
const ENTRY: &str = "images: [{name: r/shop/web, newTag: VERSION}]\n";

#[test]
fn a_file_is_read_by_what_is_in_it_whatever_its_name() {
    for (place, text, pin) in [
        ("deploy/ENV/versions.yaml", "web: {tag: VERSION}\n", "web: web.tag in deploy/{environment}/versions.yaml"),
        ("tags/ENV/web", "image_tag: VERSION\n", "web: image_tag in tags/{environment}/web"),
        ("apps/web/values-ENV.yaml.tpl", VALUES, "web: r/shop/web in apps/web/values-{environment}.yaml.tpl"),
        (".deploy/env/ENV/web.yml", VALUES, "web: r/shop/web in .deploy/env/{environment}/web.yml"),
        (
            "hosts/web.ENV.example.com.json",
            "{\"image\": \"r/shop/web:VERSION\"}\n",
            "web: r/shop/web in hosts/web.{environment}.example.com.json",
        ),
        ("apps/web-ENV.yaml", VALUES, "web: r/shop/web in apps/web-{environment}.yaml"),
        ("apps/ENV.web.yaml", VALUES, "web: r/shop/web in apps/{environment}.web.yaml"),
        ("apps/web-ENV/values.yaml", VALUES, "web: r/shop/web in apps/web-{environment}/values.yaml"),
        ("clusters/eu-ENV/web/values.yaml", VALUES, "web: r/shop/web in clusters/eu-{environment}/web/values.yaml"),
        ("clusters/ENV/apps/web/values.yaml", VALUES, "web: r/shop/web in clusters/{environment}/apps/web/values.yaml"),
        ("clusters/ENV/apps/web/kustomization.yaml", ENTRY, "web: r/shop/web in clusters/{environment}/apps/web"),
        (
            "services/web/deploy/ENV/values.yaml",
            "image: {tag: VERSION}\n",
            "web: image.tag in services/web/deploy/{environment}/values.yaml",
        ),
        ("apps/web/stages/ENV/kustomization.yaml", ENTRY, "web: r/shop/web in apps/web/stages/{environment}"),
        ("shop/ENV/team/web/kustomization.yaml", ENTRY, "web: r/shop/web in shop/{environment}/team/web"),
    ] {
        finds(&BOTH, place, text, &[pin]);
    }
    for text in ["just words about a tag\n", "\u{0}image: x:1\n", "image: {{ .Values.tag }}\n"] {
        finds(&BOTH, "notes/ENV/web", text, &[]);
    }
}

#[test]
fn a_base_below_an_environment_is_the_environments_own() {
    let clusters = "resources: [../base]\n";
    let mut files = Vec::new();
    for (env, version) in [("staging", TWO), ("production", ONE)] {
        files.push((format!("components/svc/{env}/base/kustomization.yaml"), ENTRY.replace("VERSION", version)));
        for cluster in ["c1", "c2"] {
            files.push((format!("components/svc/{env}/{cluster}/kustomization.yaml"), clusters.to_string()));
        }
    }
    let found = discover_all(&Memory::new(files)).unwrap();
    assert_eq!(pins(&found), ["svc: r/shop/web in components/svc/{environment}/base"], "{:#?}", found.left_out);
    assert_eq!(found.settings.environments.iter().map(|env| env.clusters.len()).sum::<usize>(), 0);
}

#[test]
fn clusters_below_environments_are_told_with_the_environment() {
    let found = finds(
        &["staging", "production"],
        "apps/web/overlays/ENV/c1/kustomization.yaml",
        ENTRY,
        &["web: r/shop/web in apps/web/overlays/{environment}/{cluster}"],
    );
    assert!(found.settings.environments.iter().all(|env| env.clusters == ["c1"]), "{found:#?}");
}

#[test]
fn folders_of_an_environment_with_the_same_folders_in_them_are_clusters() {
    let mut files = Vec::new();
    for (env, version) in [("staging", TWO), ("production", ONE)] {
        for (cluster, app) in [("k1", "web"), ("k1", "api"), ("k2", "web"), ("k2", "api")] {
            let text = format!("images: [{{name: r/shop/{app}, newTag: {version}}}]\n");
            files.push((format!("{env}/{cluster}/{app}/kustomization.yaml"), text));
        }
    }
    let found = discover_all(&Memory::new(files)).unwrap();
    let pin = |app: &str| format!("{app}: r/shop/{app} in {{environment}}/{{cluster}}/{app}");
    assert_eq!(pins(&found), [pin("api"), pin("web")], "{:#?}", found.left_out);
    assert!(found.settings.environments.iter().all(|env| env.clusters == ["k1", "k2"]), "{found:#?}");
}

#[test]
fn a_word_that_files_in_several_folders_have_beside_the_environment_names_no_application() {
    let file = |folder: &str, env: &str, version: &str| {
        (format!("addons/{folder}/{env}-fra.yaml"), format!("image: {{tag: {version}}}\n"))
    };
    let of = |folder: &str| [file(folder, "dev", TWO), file(folder, "prod", ONE)];
    let files = [of("dns"), of("mail")].concat();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let wanted = ["dns", "mail"].map(|app| format!("{app}: image.tag in addons/{app}/{{environment}}-fra.yaml"));
    assert_eq!(pins(&proposed(&files)), wanted);
}

#[test]
fn tenants_below_environments_are_clusters_and_told_where_they_run_several_versions() {
    let files = [("staging", "demo", TWO), ("production", "acme", ONE), ("production", "contoso", TWO)]
        .map(|(env, tenant, version)| (format!("environments/{env}/tenants/{tenant}/web/values.yaml"), version))
        .map(|(path, version)| (path, VALUES.replace("VERSION", version)));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let found = proposed(&files);
    assert_eq!(pins(&found), ["web: r/shop/web in environments/{environment}/tenants/{cluster}/web/values.yaml"]);
    let clusters: Vec<&Vec<String>> = found.settings.environments.iter().map(|env| &env.clusters).collect();
    assert_eq!(clusters, [&vec!["demo"], &vec!["acme", "contoso"]]);
    let (place, reason) = &found.left_out[0];
    assert_eq!(place, "environments/production/tenants/acme/web/values.yaml:1");
    assert!(reason.starts_with("the clusters of `production` run several versions of `web`"), "{reason}");
}

#[test]
fn files_beside_known_environments_that_hold_the_same_pins_are_environments_of_no_order() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec: {values: {java: {image: \"r/shop/web:VERSION\"}}}\n";
    let found = finds(
        &["dev", "prod", "demo", "ithc"],
        "apps/web/ENV.yaml",
        release,
        &["web: r/shop/web in apps/web/{environment}.yaml"],
    );
    assert_eq!(order(&found.settings.environments), ["dev", "prod", "demo<", "ithc<"]);
    let found = finds(
        &["dev", "prod", "sandbox"],
        "web/ENV/kustomization.yaml",
        ENTRY,
        &["web: r/shop/web in web/{environment}"],
    );
    assert_eq!(environments(&found), ["dev", "prod", "sandbox"]);
    let found = finds(
        &["aat", "prod", "sbox"],
        "apps/web/ENV.yaml",
        release,
        &["web: r/shop/web in apps/web/{environment}.yaml"],
    );
    assert_eq!(
        order(&found.settings.environments),
        ["prod<", "aat<", "sbox<"],
        "one that is known is enough for one image"
    );
    let other = [
        ("apps/web/dev.yaml", VALUES.replace("VERSION", TWO)),
        ("apps/web/prod.yaml", VALUES.replace("VERSION", ONE)),
        ("apps/web/extra.yaml", "replicas: {tag: v1}\n".to_string()),
    ];
    let found = discover(&Memory::new(other)).unwrap();
    assert_eq!(environments(&found), ["dev", "prod"], "it says nothing that these say");
}

#[test]
fn the_file_below_others_is_of_the_environment_that_nothing_else_is_of() {
    let tag = |version: &str| format!("image: {{repository: r/shop/web, tag: {version}}}\n");
    let found = proposed(&[("chart/values.yaml", &tag(ONE)), ("chart/values-staging.yaml", &tag(TWO))]);
    assert_eq!(
        pins(&found),
        [
            "web: r/shop/web in chart/values.yaml [production]",
            "web: r/shop/web in chart/values-{environment}.yaml [staging]"
        ]
    );
    let found = proposed(&[
        ("chart/values.yaml", &tag(ONE)),
        ("chart/values-staging.yaml", &tag(TWO)),
        ("chart/values-live.yaml", "replicas: 3\n"),
    ]);
    assert_eq!(environments(&found), ["staging", "live"]);
    let found = proposed(&[
        ("chart/values.yaml", &tag(ONE)),
        ("chart/values-dev.yaml", &tag(TWO)),
        ("chart/values-staging.yaml", "replicas: 2\n"),
        ("chart/values-live.yaml", "replicas: 3\n"),
    ]);
    assert_eq!(environments(&found), ["dev"], "two environments share it");
}

#[test]
fn images_of_one_file_are_told_apart_alike_in_every_kind_of_file() {
    let values = "web: {image: \"r.example.com/shop/web:VERSION\"}\napi: {image: \"r.example.com/shop/api:VERSION\"}\n";
    let compose = "services:\n  web: {image: \"r.example.com/shop/web:VERSION\"}\n  api: {image: \"r.example.com/shop/api:VERSION\"}\n";
    let found = finds(
        &BOTH,
        "values/ENV/all.yaml",
        values,
        &[
            "shop: r.example.com/shop/web in values/{environment}/all.yaml",
            "shop: r.example.com/shop/api in values/{environment}/all.yaml",
        ],
    );
    let members: Vec<&str> = found.settings.applications[0].members.iter().map(|member| member.as_str()).collect();
    assert_eq!(members, ["api", "web"]);
    // A service of Compose is an application, whatever the others run.
    for text in [compose, &compose.replace("api:VERSION", "api:v1.2.3")] {
        finds(
            &BOTH,
            "compose/ENV/docker-compose.yml",
            text,
            &[
                "api: r.example.com/shop/api in compose/{environment}/docker-compose.yml",
                "web: r.example.com/shop/web in compose/{environment}/docker-compose.yml",
            ],
        );
    }
}

#[test]
fn what_holds_one_commit_for_one_thing_is_one_application() {
    let text = "resources: [\"https://git.example.com/shop/web/config/default?ref=VERSION\"]\nimages: [{name: r/shop/web, newTag: VERSION}]\n";
    for place in ["components/web/overlays/ENV", "components/web/ENV", "services/web/ENV/base"] {
        let within = place.replace("ENV", "{environment}");
        finds(
            &BOTH,
            &format!("{place}/kustomization.yaml"),
            text,
            &[
                &format!("web: r/shop/web in {within}"),
                &format!("web: https://git.example.com/shop/web/config/default in {within}"),
            ],
        );
    }
    let patch = |version: &str| {
        format!(
            "kind: Deployment\napiVersion: apps/v1\nmetadata: {{name: simple-deployment}}\nspec: {{template: {{spec: {{containers: [{{name: web, image: \"docker.io/shop/simple-app{version}\"}}]}}}}}}\n"
        )
    };
    let (base, staging, production) = (patch(""), patch(":1.0"), patch(":1.1"));
    let kustomization = "resources: [../../base]\npatches: [{path: version.yml}]\n";
    let found = proposed(&[
        ("base/kustomization.yml", "resources: [deployment.yml]\n"),
        ("base/deployment.yml", &base),
        ("envs/qa/kustomization.yml", kustomization),
        ("envs/qa/version.yml", &staging),
        ("envs/prod/kustomization.yml", kustomization),
        ("envs/prod/version.yml", &production),
    ]);
    assert_eq!(pins(&found), ["simple-app: docker.io/shop/simple-app in envs/{environment}/version.yml"]);
    assert!(!found.left_out.iter().any(|(_, why)| why.contains("no overlay sets")), "the patch does: {found:#?}");
}

#[test]
fn a_folder_among_others_with_environments_names_its_application_whatever_it_is_called() {
    let mut files = Vec::new();
    for app in ["build", "release"] {
        for (env, version) in [("staging", TWO), ("production", ONE)] {
            let text = format!("images: [{{name: r/shop/{app}-service, newTag: {version}}}]\n");
            files.push((format!("components/{app}/{env}/base/kustomization.yaml"), text));
            files.push((format!("components/{app}/{env}/c1/kustomization.yaml"), "resources: [../base]\n".to_string()));
        }
    }
    let found = discover_all(&Memory::new(files)).unwrap();
    let pin = |app: &str| format!("{app}: r/shop/{app}-service in components/{app}/{{environment}}/base");
    assert_eq!(pins(&found), [pin("build"), pin("release")]);
    let told: Vec<_> = found.left_out.iter().filter(|(_, why)| why.contains("no kustomization")).collect();
    assert!(told.is_empty(), "clusters that say nothing of their own are not told: {told:?}");
}

#[test]
fn what_others_make_is_left_out_and_counted() {
    for (place, text) in [
        ("apps/redis/overlays/ENV/kustomization.yaml", "images: [{name: redis, newTag: 7.2.1}]\n"),
        ("ENV/monitoring/values.yaml", "image: {repository: quay.io/prometheus/prometheus, tag: v2.53.0}\n"),
        (
            "ENV/podinfo.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: podinfo}\nspec: {chart: {spec: {chart: podinfo, version: 6.5.0, sourceRef: {kind: HelmRepository, name: podinfo}}}}\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: podinfo}\nspec: {url: \"https://stefanprodan.github.io/podinfo\"}\n",
        ),
    ] {
        let found = finds(&BOTH, place, text, &[]);
        assert!(found.left_out.iter().any(|(_, why)| why.contains("made by others")), "{place}: {:#?}", found.left_out);
    }
}

#[test]
fn an_image_that_is_named_with_its_tag_is_found_by_its_path() {
    let found = finds(
        &BOTH,
        "apps/web/overlays/ENV/kustomization.yaml",
        "images: [{name: \"nginx:latest\", newTag: VERSION}]\n",
        &["web: images[name=nginx:latest].newTag in apps/web/overlays/{environment}/kustomization.yaml"],
    );
    assert_eq!(found.left_out, []);
}

#[test]
fn files_of_environments_that_no_list_knows_are_told_beside_folders_that_are_environments() {
    let image = |version: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{{name: web, image: \"r/shop/web:{version}\"}}]}}}}}}\n"
        )
    };
    let mut files = Vec::new();
    for (env, version) in [("demo", kinds::THREE), ("staging", TWO), ("production", ONE)] {
        files.push((format!("apps/shop/web/{env}.yaml"), image(version)));
        files
            .push((format!("apps/shop/{env}/kustomization.yaml"), format!("patches: [{{path: ../web/{env}.yaml}}]\n")));
    }
    let found = discover(&Memory::new(files)).unwrap();
    assert_eq!(pins(&found), ["web: r/shop/web in apps/shop/web/{environment}.yaml"], "{:#?}", found.left_out);
    assert_eq!(environments(&found), ["staging", "production", "demo"]);
}

#[test]
fn copies_of_what_runs_are_no_environments() {
    let own = ["apps/web/overlays/ENV/kustomization.yaml", "charts/api/values-ENV.yaml", "envs/ENV/cart.yaml"];
    let values = |tag: &str| format!("image: {{repository: r/shop/x, tag: {tag}}}\n");
    let text =
        |place: &str, tag: &str| if place.contains("kustom") { overlay(&[("r/shop/web", tag)]) } else { values(tag) };
    let mut files = Vec::new();
    for (env, tag) in [("staging", TWO), ("production", ONE)] {
        files.extend(own.map(|place| (place.replace("ENV", env), text(place, tag))));
        for copy in ["-old", ".bak", "_backup", " copy", "-2024-01-31", "-disabled"] {
            files.extend(own.map(|place| (place.replace("ENV", &format!("{env}{copy}")), text(place, kinds::THREE))));
        }
        for ending in ["bak", "orig", "example", "disabled"] {
            files.extend(
                own.map(|place| (format!("{}.{ending}", place.replace("ENV", env)), text(place, kinds::THREE))),
            );
        }
    }
    for copy in ["old", "backup", "archive", "sample"] {
        files.extend(own.map(|place| (place.replace("ENV", copy), text(place, kinds::THREE))));
    }
    let found = discover(&Memory::new(files)).unwrap();
    assert_eq!(environments(&found), ["staging", "production"]);
    let names: Vec<&str> = found.settings.applications.iter().map(|app| app.name.as_str()).collect();
    assert_eq!(names, ["api", "cart", "web"]);
    assert!(found.settings.applications.iter().all(|app| app.pins.len() == 1), "{:#?}", pins(&found));
}

#[test]
fn a_copy_of_a_manifest_is_never_the_place_of_its_version() {
    let text = |tag: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{{name: web, image: \"r/shop/web:{tag}\"}}]}}}}}}\n"
        )
    };
    let mut files = Vec::new();
    for (env, tag) in [("staging", TWO), ("production", ONE)] {
        files.push((format!("services/web/{env}/deployment.yaml"), text(tag)));
        for copy in [" copy", ".old", "-backup", "_orig", "-20240131"] {
            files.push((format!("services/web/{env}/deployment{copy}.yaml"), text(kinds::THREE)));
        }
    }
    let found = discover(&Memory::new(files)).unwrap();
    assert_eq!(pins(&found), ["web: r/shop/web in services/web/{environment}/deployment.yaml"]);
}

#[test]
fn regions_alone_are_no_environments_and_beside_environments_they_come_after_nothing() {
    let regions = ["eu-west-1", "us-east-1"]
        .map(|region| (format!("apps/web/overlays/{region}/kustomization.yaml"), overlay(&[("r/shop/web", ONE)])));
    let found = discover(&Memory::new(regions.clone())).unwrap();
    assert_eq!(environments(&found), Vec::<&str>::new());
    // Beside environments they may be the places where the last one runs.
    let own = ["dev", "staging"]
        .map(|env| (format!("apps/web/overlays/{env}/kustomization.yaml"), overlay(&[("r/shop/web", TWO)])));
    let found = discover(&Memory::new(regions.into_iter().chain(own))).unwrap();
    assert_eq!(order(&found.settings.environments), ["dev", "staging", "eu-west-1<", "us-east-1<"]);
}

#[test]
fn a_customer_with_environments_is_no_application_and_what_is_below_is_no_cluster() {
    let values = |tag: &str| format!("image: {{repository: r/shop/web, tag: {tag}}}\n");
    let mut files = Vec::new();
    for (env, tag) in [("staging", TWO), ("production", ONE)] {
        files.push((format!("tenants/acme/{env}/web/values.yaml"), values(tag)));
        files.push((format!("tenants/globex/{env}/web/values.yaml"), values(tag)));
    }
    let found = discover(&Memory::new(files.clone())).unwrap();
    let named: Vec<&str> = found.settings.applications.iter().map(|app| app.name.as_str()).collect();
    assert!(!named.contains(&"acme") && !named.contains(&"globex"), "{:#?}", pins(&found));
    assert!(
        found.settings.environments.iter().all(|env| env.clusters.is_empty()),
        "{:#?}",
        found.settings.environments
    );
    // Nor where nothing says that they are customers, but the image that it is not theirs.
    let files = files.into_iter().map(|(path, text)| (path.replace("tenants", "live"), text));
    let found = discover(&Memory::new(files)).unwrap();
    assert_eq!(pins(&found), Vec::<String>::new());
    assert!(found.left_out.iter().any(|(_, why)| why.contains("clusters or applications")), "{:#?}", found.left_out);
}

#[test]
fn services_that_may_be_clusters_are_left_out_where_they_say_several_versions() {
    let tag = |tag: &str| format!("inputs = {{\n  image_tag = \"{tag}\"\n}}\n");
    let mut files = Vec::new();
    for customer in ["acme", "globex"] {
        for (env, web, api) in [("staging", TWO, ONE), ("production", ONE, kinds::THREE)] {
            files.push((format!("live/{customer}/{env}/web/terragrunt.hcl"), tag(web)));
            files.push((format!("live/{customer}/{env}/api/terragrunt.hcl"), tag(api)));
        }
    }
    let found = discover(&Memory::new(files)).unwrap();
    assert_eq!(pins(&found), Vec::<String>::new());
}

#[test]
fn an_application_that_is_in_one_environment_alone_is_found_where_those_beside_it_have_that_too() {
    let mut files: Vec<(String, String)> = Vec::new();
    for app in ["web", "api"] {
        for (env, tag) in [("dev", TWO), ("prod", ONE)] {
            files.push((format!("apps/{app}/{env}/kustomization.yaml"), overlay(&[(&format!("r/shop/{app}"), tag)])));
        }
    }
    files.push(("apps/cart/dev/kustomization.yaml".into(), overlay(&[("r/shop/cart", TWO)])));
    // What others have no such environment of is mostly something else.
    files.push(("apps/tools/test/kustomization.yaml".into(), overlay(&[("r/shop/tools", TWO)])));
    let found = discover(&Memory::new(files)).unwrap();
    let names: Vec<&str> = found.settings.applications.iter().map(|app| app.name.as_str()).collect();
    assert_eq!((names, environments(&found)), (vec!["api", "cart", "web"], vec!["dev", "prod"]));
}

/// The names of the applications that are found in a file of each place, for staging and production.
fn names(places: &[&str], text: &str) -> Vec<String> {
    let mut files = Vec::new();
    for (nth, place) in places.iter().enumerate() {
        for (env, version) in [("staging", ONE), ("production", TWO)] {
            files.push((place.replace("ENV", env), text.replace("VERSION", &format!("{nth}{}", &version[1..]))));
        }
    }
    let found = discover(&Memory::new(files)).unwrap();
    found.settings.applications.iter().map(|application| application.name.to_string()).collect()
}

#[test]
fn a_folder_that_every_application_has_names_none_of_them() {
    let text = "image: {tag: VERSION}\n";
    let presets = ["releases/web/presets/ENV.yaml", "releases/api/presets/ENV.yaml"];
    assert_eq!(names(&presets, text), ["api", "web"]);
    let services = ["releases/web/worker/ENV.yaml", "releases/api/worker/ENV.yaml"];
    assert_eq!(names(&services, text), ["api-worker", "web-worker"], "a name of its own is an application's");
}

#[test]
fn files_of_terraform_are_of_the_folder_whatever_they_are_called() {
    let places = ["infra/web/environments/ENV/locals.tf", "infra/api/environments/ENV/ecs.tf"];
    assert_eq!(names(&places, "locals {\n  service_docker_tag = \"VERSION\"\n}\n"), ["api", "web"]);
    let beside = ["environments/ENV/web.tf", "environments/ENV/api.tf"];
    assert_eq!(names(&beside, "module \"x\" {\n  image_tag = \"VERSION\"\n}\n"), ["x"]);
}

#[test]
fn an_object_is_named_without_its_kind_and_without_an_environment_that_no_list_knows() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-deployment}\nspec: {template: {spec: {containers: [{name: web, image: \"r.example.com/shop/web:VERSION\"}]}}}\n";
    assert_eq!(names(&["ENV/docs/x.yaml"], deployment), ["web"]);
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web-ENV}\nspec: {source: {path: deploy, kustomize: {images: [\"r.example.com/shop/web:VERSION\"]}}}\n";
    let file = |env: &str, version: &str| {
        (format!("argocd/apps/{env}/web.yaml"), application.replace("ENV", env).replace("VERSION", version))
    };
    let files = [file("preprod", ONE), file("prod", TWO), file("sandbox", super::kinds::THREE)];
    let found = discover(&Memory::new(files)).unwrap();
    assert_eq!(environments(&found), ["preprod", "prod", "sandbox"], "{:#?}", found.left_out);
    assert_eq!(pins(&found), ["web: r.example.com/shop/web in argocd/apps/{environment}/web.yaml"]);
}
