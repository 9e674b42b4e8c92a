//! The kinds of pins: each is promoted and rolled back, and only its own bytes change.

use crate::support::{Shape, World};

/// One kind: how it is configured, and its files for an environment with `VERSION` where the version stands.
struct Kind {
    pin: &'static str,
    file: &'static str,
    text: &'static str,
}

const KINDS: &[(&str, Kind)] = &[
    (
        "remote base",
        Kind {
            pin: "{ base: \"https://git.example.com/shop/web\", in: \"kinds/{environment}\" }",
            file: "kinds/ENV/kustomization.yaml",
            text: "resources:\n  - ../x.yaml\n  # the base\n  - git::https://git.example.com/shop/web.git//deploy?ref=VERSION&timeout=90s # kept\n",
        },
    ),
    (
        "chart of a kustomization",
        Kind {
            pin: "{ chart: web, in: \"kinds/{environment}\" }",
            file: "kinds/ENV/kustomization.yaml",
            text: "helmCharts:\n- name: redis\n  version: 7.0.0\n- {name: web, version: 'VERSION'}\n",
        },
    ),
    (
        "dependency of an umbrella chart",
        Kind {
            pin: "{ chart: web, in: \"kinds/{environment}\" }",
            file: "kinds/ENV/Chart.yaml",
            text: "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - name: web\n    version: VERSION   # kept\n    repository: oci://registry.example.com/charts\n",
        },
    ),
    (
        "Helm values",
        Kind {
            pin: "{ file: \"kinds/values-{environment}.yaml\", path: image.tag }",
            file: "kinds/values-ENV.yaml",
            text: "# values\r\nimage:\r\n  repository: registry.example.com/shop/web\r\n  tag: \"VERSION\"\r\n",
        },
    ),
    (
        "single image string",
        Kind {
            pin: "{ file: \"kinds/values-{environment}.yaml\", path: web.image, as: image }",
            file: "kinds/values-ENV.yaml",
            text: "web:\n  image: registry.example.com:5000/shop/web:VERSION",
        },
    ),
    (
        "Argo CD revision",
        Kind {
            pin: "{ revision: \"git@git.example.com:shop/web.git\", in: \"kinds/{environment}.yaml\" }",
            file: "kinds/ENV.yaml",
            text: "kind: AppProject\nmetadata: {name: x}\n---\nkind: Application\nmetadata: {name: web}\nspec:\n  sources:\n    - repoURL: https://charts.example.com\n      chart: redis\n      targetRevision: 7.0.0\n    - repoURL: https://git.example.com/shop/web\n      targetRevision: VERSION\n",
        },
    ),
    (
        "values in an Argo CD block",
        Kind {
            pin: "{ file: \"kinds/{environment}.yaml\", kind: Application, path: spec.source.helm.values, inside: image.tag }",
            file: "kinds/ENV.yaml",
            text: "kind: Application\nmetadata: {name: web}\nspec:\n  source:\n    helm:\n      values: |\n        # inner\n        image:\n          tag: VERSION # kept\n",
        },
    ),
    (
        "Argo CD parameter",
        Kind {
            pin: "{ file: \"kinds/{environment}.yaml\", path: \"spec.source.helm.parameters[name=image.tag].value\" }",
            file: "kinds/ENV.yaml",
            text: "kind: Application\nspec:\n  source:\n    helm:\n      parameters:\n      - {name: replicas, value: '2'}\n      - {name: image.tag, value: VERSION}\n",
        },
    ),
    (
        "Flux source",
        Kind {
            pin: "{ revision: \"ssh://git@git.example.com/shop/web\", in: \"kinds/{environment}.yaml\" }",
            file: "kinds/ENV.yaml",
            text: "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: web}\nspec:\n  url: https://git.example.com/shop/web\n  ref:\n    branch: main\n    commit: VERSION\n",
        },
    ),
    (
        "Flux chart",
        Kind {
            pin: "{ chart: web, in: \"kinds/{environment}.yaml\" }",
            file: "kinds/ENV.yaml",
            text: "kind: HelmRelease\nmetadata: {name: web}\nspec:\n  chart:\n    spec:\n      chart: web\n      version: VERSION\n",
        },
    ),
    (
        "container of a manifest",
        Kind {
            pin: "{ file: \"kinds/{environment}.yaml\", kind: Deployment, name: web, path: \"spec.template.spec.containers[name=web].image\", as: image }",
            file: "kinds/ENV.yaml",
            text: "kind: Service\nmetadata: {name: web}\n---\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: proxy\n        image: envoy:v1\n      - name: web\n        image: 'registry.example.com/shop/web:VERSION'\n",
        },
    ),
    (
        "literal",
        Kind {
            pin: "{ literal: VERSION_ID, in: \"kinds/{environment}\" }",
            file: "kinds/ENV/kustomization.yaml",
            text: "configMapGenerator:\n- name: web\n  literals:\n  - LOG=info\n  - VERSION_ID=VERSION\n",
        },
    ),
    (
        "label",
        Kind {
            pin: "{ label: app.kubernetes.io/version, in: \"kinds/{environment}\" }",
            file: "kinds/ENV/kustomization.yaml",
            text: "labels:\n- includeSelectors: false\n  pairs:\n    app.kubernetes.io/name: web\n    app.kubernetes.io/version: VERSION # kept\n",
        },
    ),
    (
        "annotation",
        Kind {
            pin: "{ annotation: example.com/commit, in: \"kinds/{environment}\" }",
            file: "kinds/ENV/kustomization.yaml",
            text: "commonAnnotations:\n  example.com/commit: \"VERSION\"\n",
        },
    ),
    (
        "image of an inline patch",
        Kind {
            pin: "{ image: registry.example.com/shop/web, in: \"kinds/{environment}\" }",
            file: "kinds/ENV/kustomization.yaml",
            text: "patches:\n- target: {kind: Deployment, name: web}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: registry.example.com/shop/web:VERSION # kept\n",
        },
    ),
    (
        "Helm values by repository",
        Kind {
            pin: "{ image: registry.example.com/shop/web, in: \"kinds/values-{environment}.yaml\" }",
            file: "kinds/values-ENV.yaml",
            text: "api:\n  image: {repository: registry.example.com/shop/api, tag: v1}\nweb:\n  image:\n    repository: registry.example.com/shop/web\n    tag: VERSION\n",
        },
    ),
    (
        "images of an Argo CD source",
        Kind {
            pin: "{ image: registry.example.com/shop/web, in: \"kinds/{environment}.yaml\" }",
            file: "kinds/ENV.yaml",
            text: "kind: Application\nmetadata: {name: web}\nspec:\n  source:\n    kustomize:\n      images:\n      - registry.example.com/shop/api:v1\n      - registry.example.com/shop/web:VERSION\n",
        },
    ),
    (
        "image policy of Flux",
        Kind {
            pin: "{ imagepolicy: \"flux-system:web\", in: \"kinds/{environment}.yaml\" }",
            file: "kinds/ENV.yaml",
            text: "kind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: registry.example.com/shop/web:VERSION # {\"$imagepolicy\": \"flux-system:web\"}\n",
        },
    ),
    (
        "JSON",
        Kind {
            pin: "{ file: \"kinds/{environment}.json\", path: web.version }",
            file: "kinds/ENV.json",
            text: "{\"web\":{\"version\":\"VERSION\",\"n\":1}}",
        },
    ),
    (
        "marked line",
        Kind {
            pin: "{ marker: web, in: \"kinds/{environment}.yaml\" }",
            file: "kinds/ENV.yaml",
            text: "a:\n- b: other\n- b: VERSION # stageline: web\n",
        },
    ),
    (
        "image stream of OpenShift",
        Kind {
            pin: "{ image: registry.example.com/shop/web, in: \"kinds/{environment}.yaml\" }",
            file: "kinds/ENV.yaml",
            text: "kind: ImageStream\nmetadata: {name: web}\nspec:\n  tags:\n  - name: live\n    from:\n      kind: DockerImage\n      name: registry.example.com/shop/web:VERSION\n",
        },
    ),
    (
        "image among several of a text",
        Kind {
            pin: "{ image: registry.example.com/shop/web, in: \"kinds/{environment}.yaml\" }",
            file: "kinds/ENV.yaml",
            text: "env:\n- name: RELATED_IMAGES\n  value: \"api=registry.example.com/shop/api:v1,web=registry.example.com/shop/web:VERSION\" # kept\n",
        },
    ),
    (
        "key of a file of variables",
        Kind {
            pin: "{ file: \"conf/{environment}/.env\", path: WEB_TAG }",
            file: "conf/ENV/.env",
            text: "#WEB_TAG=old\r\nREGISTRY=ghcr.io\r\nexport WEB_TAG=\"VERSION\" # kept\r\n",
        },
    ),
    (
        "image below a section of TOML",
        Kind {
            pin: "{ file: \"kinds/{environment}.toml\", path: web.image, as: image }",
            file: "kinds/ENV.toml",
            text: "[api]\nimage = \"shop/api:v1\"\n[web]\nimage = 'localhost:5000/shop/web:VERSION'",
        },
    ),
    (
        "marked line of a template",
        Kind {
            pin: "{ marker: web, in: \"kinds/{environment}.yaml.gotmpl\" }",
            file: "kinds/ENV.yaml.gotmpl",
            text: "{{ if .x }}\nimage: {{ .Values.repo }}:VERSION # stageline: web\n{{ end }}\n",
        },
    ),
    (
        "line of a Dockerfile below its mark",
        Kind {
            pin: "{ marker: web, in: \"kinds/{environment}/Dockerfile\" }",
            file: "kinds/ENV/Dockerfile",
            text: "FROM alpine:3\n# stageline: web\nFROM shop/web:VERSION AS web\n",
        },
    ),
    (
        "marked line of HCL",
        Kind {
            pin: "{ marker: web, in: \"kinds/{environment}.nomad.hcl\" }",
            file: "kinds/ENV.nomad.hcl",
            text: "task \"web\" {\n\tconfig { image = \"shop/web:VERSION\" } // stageline: web\n}\n",
        },
    ),
];

/// A world whose application `web` is pinned by this kind alone: staging at the fifth commit, production at the third.
fn world(kind: &Kind) -> World {
    let world = World::shaped(|shape: &mut Shape| shape.applications = vec!["web".into()]);
    for (env, nth) in [("staging", 4), ("production", 2)] {
        world.land_file(&kind.file.replace("ENV", env), &filled(kind, &world.commit_of("web", nth)));
    }
    let settings = world.settings();
    let (head, _) = settings.split_once("    pins:").expect("pins");
    world.land_file("stageline.yaml", &format!("{head}    pins:\n      - {}\n", kind.pin));
    world
}

/// The file's text with a version; `VERSION_ID` is a key and stays.
fn filled(kind: &Kind, version: &str) -> String {
    kind.text.replace("VERSION_ID", "\u{1}").replace("VERSION", version).replace('\u{1}', "VERSION_ID")
}

fn landed(world: &World, kind: &Kind, env: &str) -> String {
    let place = format!("main:{}", kind.file.replace("ENV", env));
    String::from_utf8(world.environment.try_git(&world.remote, &["show", &place]).stdout).expect("UTF-8")
}

#[test]
fn every_kind_is_promoted_and_rolled_back_and_only_its_own_bytes_change() {
    for (name, kind) in KINDS {
        let world = world(kind);
        let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
        let report = world.json(&["promote", "web", "--to", "production"]);
        assert_eq!(report["moves"][0]["direction"], "forward", "{name}");
        assert_eq!(landed(&world, kind, "production"), filled(kind, &new), "{name}");
        let status = world.json(&["status"]);
        assert_eq!(status["applications"][0]["cells"][1]["version"], new.as_str(), "{name}");
        world.run(&["rollback", "web", "--env", "production"]).exits(0);
        assert_eq!(landed(&world, kind, "production"), filled(kind, &old), "{name}");
        let history = world.json(&["history", "web", "--env", "production"]);
        assert_eq!(history["changes"][0]["verb"], "rollback", "{name}");
    }
}

#[test]
fn a_digest_stands_beside_its_tag_also_inside_a_text() {
    let kind = Kind {
        pin: "{ file: \"kinds/{environment}.yaml\", path: values, inside: image.tag, digest-path: image.digest, digest: drop }",
        file: "kinds/ENV.yaml",
        text: "values: |\n  image:\n    tag: VERSION\n    digest: \"\"\n",
    };
    let world = world(&kind);
    let digest = format!("sha256:{}", "a".repeat(64));
    world.run(&["promote", "web", "--to", "production", "--digest", &digest]).exits(0);
    let wanted = filled(&kind, &world.commit_of("web", 4)).replace("\"\"", &format!("\"{digest}\""));
    assert_eq!(landed(&world, &kind, "production"), wanted);
}

#[test]
fn a_group_moves_and_is_shown_as_one() {
    let world = World::shaped(|shape: &mut Shape| shape.applications = vec!["web".into()]);
    let settings = world.settings().replace("    pins:", "    members: [shop, admin]\n    pins:");
    world.land_file("stageline.yaml", &settings);
    world
        .run(&["promote", "shop", "--to", "production"])
        .exits(2)
        .says("one of the group `web`")
        .says("name the group");
    world.run(&["promote", "web", "--to", "production"]).exits(0).says("web (shop, admin)");
    let status = world.json(&["status"]);
    assert_eq!(status["applications"][0]["members"], serde_json::json!(["shop", "admin"]));
}

#[test]
fn a_member_is_read_as_its_group_and_a_note_says_so() {
    let world = World::shaped(|shape: &mut Shape| shape.applications = vec!["web".into()]);
    let settings = world.settings().replace("    pins:", "    members: [shop, admin]\n    pins:");
    world.land_file("stageline.yaml", &settings);
    for (args, code) in [
        (&["status", "shop"] as &[&str], 0),
        (&["diff", "staging", "production", "shop"], 1),
        (&["history", "shop", "--env", "production"], 0),
    ] {
        let ran = world.run(args).exits(code).says("`shop` is one of the group `web`, which is shown");
        assert!(ran.stdout.contains("web"), "{ran}");
    }
    world.run(&["rollback", "shop", "--env", "production"]).exits(2).says("name the group: `web`");
    assert_eq!(world.refused(2, &["rollback", "shop", "--env", "production"]), "member");
}

/// Three sites of one application, each in a file of its own.
const SEVERAL: [Kind; 3] = [
    Kind {
        pin: "{ image: registry.example.com/shop/web, in: \"values/{environment}.yaml\" }",
        file: "values/ENV.yaml",
        text: "image:\n  repository: registry.example.com/shop/web\n  tag: VERSION\n",
    },
    Kind {
        pin: "{ literal: REVISION, in: \"config/{environment}\" }",
        file: "config/ENV/kustomization.yaml",
        text: "configMapGenerator:\n- name: web\n  literals:\n  - REVISION=VERSION\n",
    },
    Kind {
        pin: "{ base: \"https://git.example.com/shop/web\", in: \"base/{environment}\" }",
        file: "base/ENV/kustomization.yaml",
        text: "resources:\n- https://git.example.com/shop/web//deploy?ref=VERSION\n",
    },
];

fn several() -> World {
    let world = world(&SEVERAL[0]);
    for kind in &SEVERAL[1..] {
        for (env, nth) in [("staging", 4), ("production", 2)] {
            world.land_file(&kind.file.replace("ENV", env), &filled(kind, &world.commit_of("web", nth)));
        }
    }
    let more: String = SEVERAL[1..].iter().map(|kind| format!("      - {}\n", kind.pin)).collect();
    world.land_file("stageline.yaml", &(world.read("stageline.yaml") + &more));
    world
}

#[test]
fn several_sites_of_one_application_move_all_in_one_commit_and_come_back_together() {
    let world = several();
    let before = world.commits();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.commits(), before + 1);
    for kind in &SEVERAL {
        assert_eq!(landed(&world, kind, "production"), filled(kind, &world.commit_of("web", 4)), "{}", kind.pin);
    }
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    for kind in &SEVERAL {
        assert_eq!(landed(&world, kind, "production"), filled(kind, &world.commit_of("web", 2)), "{}", kind.pin);
    }
}

#[test]
fn several_sites_of_one_application_move_not_at_all_where_one_cannot() {
    let world = several();
    world.land_file(&SEVERAL[1].file.replace("ENV", "production"), "configMapGenerator: []\n");
    let tip = world.tip();
    world
        .run(&["promote", "web", "--to", "production"])
        .exits(2)
        .says("nothing in `config/production/kustomization.yaml` pins `REVISION`");
    assert_eq!(world.tip(), tip);
}

#[test]
fn a_pin_of_another_application_that_cannot_be_read_stands_in_nobodys_way() {
    let kind = find("Helm values");
    let world = world(&kind);
    for env in ["staging", "production"] {
        let file = kind.file.replace("ENV", env);
        world.land_file(&file, &format!("{}other: latest\r\n", world.read(&file)));
    }
    let other = "  - name: other\n    pins:\n      - { file: \"kinds/values-{environment}.yaml\", path: other }\n";
    world.land_file("stageline.yaml", &(world.read("stageline.yaml") + other));
    world.run(&["diff", "staging", "production"]).exits(1).says("`other` is not compared");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    // Where nothing else differs, "no difference" would be a guess.
    world.run(&["diff", "staging", "production"]).exits(2).says("moving ref");
    world.run(&["diff", "staging", "production", "web"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    world.run(&["promote", "other", "--to", "production"]).exits(2).says("moving ref");
}

#[test]
fn a_moving_ref_is_not_promoted_by_any_way() {
    let world = World::new();
    for moving in ["latest", "main", "1.x", ">=1.0"] {
        world.run(&["promote", "web", "--to", "production", "--version", moving]).exits(1).says("moving ref");
    }
    let file = world.read("apps/web/overlays/staging/kustomization.yaml");
    let moving = file.replace(&world.commit_of("web", 4), "latest");
    assert_ne!(moving, file);
    world.land_file("apps/web/overlays/staging/kustomization.yaml", &moving);
    world.run(&["promote", "web", "--to", "production"]).exits(1).says("moving ref");
    // What stands there by hand can be mended.
    world.run(&["promote", "web", "--to", "staging", "--commit", &world.commit_of("web", 4), "--allow-older"]).exits(0);
    world
        .land_file("apps/web/overlays/staging/kustomization.yaml", &file.replace(&world.commit_of("web", 4), "${TAG}"));
    world.run(&["promote", "web", "--to", "production"]).exits(2).says("is a template");
}

#[test]
fn status_tells_of_sites_that_disagree_with_their_places() {
    let world = several();
    world.land_file(&SEVERAL[2].file.replace("ENV", "production"), &filled(&SEVERAL[2], &world.commit_of("web", 1)));
    let status = world.json(&["status"]);
    let cell = &status["applications"][0]["cells"][1];
    assert_eq!(cell["version"], serde_json::Value::Null);
    let places: Vec<String> = cell["disagree"]
        .as_array()
        .expect("sites")
        .iter()
        .map(|site| format!("{}:{}", site["file"].as_str().unwrap_or_default(), site["line"]))
        .collect();
    assert_eq!(
        places,
        ["values/production.yaml:3", "config/production/kustomization.yaml:4", "base/production/kustomization.yaml:2"]
    );
    world.run(&["status"]).exits(0).says("disagree");
}

#[test]
fn a_mistyped_chart_lists_what_is_there() {
    let kind = Kind { pin: "{ chart: wbe, in: \"kinds/{environment}.yaml\" }", ..find("Flux chart") };
    let world = world(&kind);
    world.run(&["promote", "web", "--to", "production"]).exits(2).says("did you mean `web`?");
}

#[test]
fn a_file_that_is_not_there_is_told_with_what_stands_beside_it() {
    let kind = Kind { pin: "{ file: \"kinds/value-{environment}.yaml\", path: image.tag }", ..find("Helm values") };
    world(&kind)
        .run(&["promote", "web", "--to", "production", "--commit", "main"])
        .exits(2)
        .says("looked at `kinds/value-production.yaml`; `kinds` has `values-production.yaml`, `values-staging.yaml`")
        .says("did you mean `kinds/values-production.yaml`?");
}

#[test]
fn a_pin_that_cannot_be_read_is_told_in_the_table_with_what_to_do() {
    let kind = Kind { pin: "{ file: \"kinds/values-{environment}.yaml\", path: image.tga }", ..find("Helm values") };
    let ran = world(&kind).run(&["status"]).exits(0);
    assert!(ran.stdout.contains("kinds/values-production.yaml:3:3: no key `tga` here"), "{ran}");
    ran.says("did you mean `tag`?");
}

#[test]
fn a_version_in_a_template_is_refused_with_the_reason() {
    let kind = Kind { text: "image:\n  tag: \"{{ .Values.tag }}\"\n", ..find("Helm values") };
    let world = world(&kind);
    world.run(&["promote", "web", "--to", "production"]).exits(2).says("is a template");
    let kind = Kind { text: "{{- if .Values.on }}\nimage:\n  tag: VERSION\n{{- end }}\n", ..find("Helm values") };
    self::world(&kind).run(&["promote", "web", "--to", "production"]).exits(2).says("the file is a template");
    // One pin that cannot be read does not hide the rest of the table.
    world.run(&["status"]).exits(0).says("is a template");
}

fn find(name: &str) -> Kind {
    let (_, kind) = KINDS.iter().find(|(known, _)| *known == name).expect("a kind");
    Kind { pin: kind.pin, file: kind.file, text: kind.text }
}
