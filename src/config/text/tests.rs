//! What is written is read back: by `init`, and by `config show`.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::super::check::{check, keys, tests::DESIGN};
use super::super::discover::discover;
use super::super::discover::tests::{Memory, overlay};
use super::super::schema::schema;
use super::*;
use crate::domain::settings::Environment;

/// The settings that a text reads back to, as discovery would have made them.
fn read_back(text: &str) -> Settings {
    let settings = check(text.as_bytes(), "stageline.yaml").unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
    assert_eq!(settings.notices, Vec::<String>::new());
    Settings { origin: Origin::Discovered, ..settings }
}

fn accepts(value: &Value) -> bool {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| jsonschema::validator_for(&schema()).unwrap());
    SCHEMA.is_valid(value)
}

fn layouts() -> impl Strategy<Value = Vec<(String, String)>> {
    let app = prop::sample::select(vec!["web", "api", "1234", "yes", "e5", "a.b", "x_y", "7e7", "null", "big-app"]);
    let env = prop::sample::select(vec!["dev", "staging", "prod-eu", "on", "2026-11-23", "0x1F", "zoo"]);
    let tag = prop::sample::select(vec!["latest", "v1.2.3", "sha-9d3e7aa", "hotfix2", "\"1234567\""]);
    let kind = 0..6usize;
    prop::collection::vec((app, env, tag, kind), 0..12).prop_map(|all| {
        all.into_iter()
            .map(|(app, env, tag, kind)| {
                let folder = match kind {
                    0 => format!("apps/{app}/overlays/{env}"),
                    1 => format!("{app}/overlays/{env}"),
                    2 => format!("overlays/{env}"),
                    3 => format!("environments/{env}/{app}"),
                    4 => format!("{env}/{app}"),
                    _ => format!("apps/blue/{app}/overlays/{env}"),
                };
                let image = format!("registry.example.com:5000/{app}");
                (format!("{folder}/kustomization.yaml"), overlay(&[(&format!("\"{image}\""), tag), ("redis", "7.2.0")]))
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn what_init_writes_check_reads_back_to_the_same_settings(files in layouts()) {
        let found = discover(&Memory::new(files)).unwrap();
        prop_assume!(!found.settings.applications.is_empty());
        let text = init(&found);
        prop_assert_eq!(&read_back(&text), &found.settings, "{}", text);
        prop_assert!(accepts(&serde_yaml::from_str(&text).unwrap()), "{}", text);
    }
}

#[test]
fn settings_of_every_kind_are_read_back() {
    let text = "version: 1\ngit: { branch: trunk, remote: up, signing: optional }\nenvironments:\n  - name: \"01\"\n    clusters: [\"eu-*\", us]\n  - { name: b, after: \"01\", git: { branch: b/x }, landing: merge-request, rollback: { landing: direct }, clusters: c }\n  - { name: c, after: [\"01\", b], clusters: d }\n  - { name: d, after: [] }\npeople: { alice: { principals: [a@example.com, b@example.com], forge: al }, \"12\": { principals: [c] } }\nsigners-file: keys/signers\napplications:\n  - name: web\n    source: git@git.example.com:shop/web.git\n    path: services/web\n    version: sha-{commit:12}\n    pins:\n      - { image: a, in: \"x/{environment}/{application}/{cluster}\", digest: drop, environments: [\"01\", b] }\n      - { image: b, in: \"y/{environment}\" }\n      - { base: \"https://git.example.com/shop/web\", in: \"k/{environment}\" }\n      - { chart: web, in: \"k/{environment}\" }\n      - { revision: \"git@git.example.com:shop/web\", in: \"k/{environment}\" }\n      - { literal: VERSION, name: web, in: \"k/{environment}\" }\n      - { literal: TAG, in: \"k/{environment}\" }\n      - { label: app.kubernetes.io/version, in: \"k/{environment}\" }\n      - { annotation: example.com/commit, in: \"k/{environment}\" }\n      - { imagepolicy: \"flux-system:web\", in: \"k/{environment}\", digest: drop }\n      - { marker: web, in: \"k/{environment}\" }\n      - { file: \"k/{environment}\", kind: Deployment, name: web, path: \"spec.image\", as: image, digest: drop }\n      - { file: \"z/{environment}\", path: values, inside: image.tag, digest-path: image.digest, as: \"V=\" }\n    members: [shop, admin]\n";
    let settings = check(text.as_bytes(), "stageline.yaml").unwrap();
    let found = Discovery::of(settings.clone(), Vec::new());
    assert_eq!(check(init(&found).as_bytes(), "stageline.yaml"), Ok(settings.clone()));
    let shown = show(&settings);
    assert!(accepts(&shown));
    let again = check(serde_json::to_string_pretty(&shown).unwrap().as_bytes(), "stageline.yaml").unwrap();
    assert_eq!(show(&again), shown, "what is shown is in the form of the file");
    assert_eq!(again.applications, settings.applications);
    assert_eq!(again.people, settings.people);
}

/// What is shown of a text, once it is sure that the same is shown of what is shown.
fn shown_again(text: &str) -> Value {
    let first = check(text.as_bytes(), "stageline.yaml").unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
    let shown = show(&first);
    assert!(accepts(&shown), "{shown:#}");
    let written = serde_json::to_string_pretty(&shown).unwrap();
    let again = check(written.as_bytes(), "stageline.yaml").unwrap_or_else(|faults| panic!("{faults:#?}\n{written}"));
    assert_eq!(show(&again), shown);
    // Where `show` fills defaults in, the second reading has them as if they were said.
    let bare = |settings: &Settings| Settings {
        environments: settings
            .environments
            .iter()
            .map(|environment| Environment { after: None, rollback_landing: None, ..environment.clone() })
            .collect(),
        notices: Vec::new(),
        ..settings.clone()
    };
    assert_eq!(bare(&again), bare(&first));
    shown
}

#[test]
fn every_key_of_the_design_is_shown_and_read_back_to_the_same_settings() {
    let shown = shown_again(DESIGN);
    for key in keys::TOP {
        assert!(shown.get(key).is_some(), "{key}");
    }
    for (pointer, keys) in [
        ("/owners", keys::OWNERS),
        ("/environments/2", &keys::ENVIRONMENT.iter().copied().filter(|key| *key != "ephemeral").collect::<Vec<_>>()),
        ("/environments/0/ephemeral", keys::EPHEMERAL),
        ("/environments/0/ephemeral/register", keys::REGISTER),
        ("/environments/2/after", keys::AFTER),
        ("/environments/2/gates", keys::GATES),
        ("/environments/2/gates/checks/0", keys::CHECK),
        ("/environments/2/gates/approvals/0", keys::APPROVALS),
        ("/environments/2/rollback", keys::ROLLBACK),
        ("/environments/2/override/soak", keys::OVERRIDE),
        ("/environments/2/hotfix", keys::HOTFIX),
        ("/environments/3/gates/soak", keys::SOAK),
        ("/people/alice", keys::PERSON),
        ("/forges/git.corp.example.com", keys::FORGE),
        ("/requests", keys::REQUESTS),
        ("/issues", keys::ISSUES),
    ] {
        let there = shown.pointer(pointer).and_then(Value::as_object).unwrap();
        let missing: Vec<_> = keys.iter().filter(|key| !there.contains_key(**key)).collect();
        assert_eq!(missing, Vec::<&&str>::new(), "{pointer}");
    }
}

/// A small file: a line of the whole file, a key of `production`, one of its application, and one of its pin.
fn with(whole: &str, environment: &str, application: &str, pin: &str) -> String {
    format!(
        "version: 1\n{whole}\nenvironments:\n  - name: staging\n  - name: production\n    {environment}\npeople: {{ alice: {{ principals: [a] }}, bob: {{ principals: [b] }} }}\ngroups: {{ managers: [alice, bob] }}\napplications:\n  - name: web\n    {application}\n    pins:\n      - {{ file: \"a/{{environment}}\", path: b{pin} }}\n"
    )
}

#[test]
fn each_key_of_the_whole_file_is_shown_in_one_form() {
    for (written, key, shown) in [
        ("owners: managers", "owners", json!({ "from": "managers" })),
        ("owners: [alice, bob]", "owners", json!({ "from": ["alice", "bob"] })),
        ("freeze: [{ days: [sun, sat] }]", "freeze", json!([{ "days": ["sat", "sun"] }])),
        (
            "freeze: [{ from: \"2026-12-21 00:00\", until: \"2026-12-24T12:30\", timezone: asia/shanghai }]",
            "freeze",
            json!([{ "from": "2026-12-21", "until": "2026-12-24 12:30", "timezone": "Asia/Shanghai" }]),
        ),
        (
            "forges: { GIT.x: { kind: azure, api: \"https://git.x/api/\" } }",
            "forges",
            json!({ "git.x": { "kind": "azure", "api": "https://git.x/api" } }),
        ),
        (
            "requests: { labels: a, reviewers: [managers] }",
            "requests",
            json!({ "labels": ["a"], "reviewers": ["managers"] }),
        ),
        ("feedback: [{ webhook: $SMTP_A }]", "feedback", json!([{ "webhook": "$SMTP_A" }])),
        ("feedback: [{ email: $SMTP_A, to: [authors] }]", "feedback", json!([{ "email": "$SMTP_A", "to": "authors" }])),
        (
            "trust-before: ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD",
            "trust-before",
            json!("abcdefabcdefabcdefabcdefabcdefabcdefabcd"),
        ),
    ] {
        assert_eq!(shown_again(&with(written, "", "", ""))[key], shown, "{written}");
    }
}

#[test]
fn each_key_of_an_environment_is_shown_in_one_form() {
    for (written, key, shown) in [
        ("gates: { soak: 48h }", "gates", json!({ "soak": "2d" })),
        ("gates: { soak: { for: 24h } }", "gates", json!({ "soak": "24h" })),
        (
            "gates: { soak: { for: 24h, clock: forge } }",
            "gates",
            json!({ "soak": { "for": "24h", "since": "landed", "clock": "forge" } }),
        ),
        (
            "gates: { freeze: [{ from: \"18:00\", until: \"08:00\", days: fri, allow: false }] }",
            "gates",
            json!({ "freeze": [{ "days": ["fri"], "from": "18:00", "until": "08:00" }] }),
        ),
        (
            "gates: { approvals: { count: 1, from: [owners, alice] } }",
            "gates",
            json!({ "approvals": [{ "count": 1, "from": ["owners", "alice"] }] }),
        ),
        ("signers: [managers]", "signers", json!("managers")),
        ("landers: [alice, bob]", "landers", json!(["alice", "bob"])),
        ("override: { hold: alice }", "override", json!({ "hold": { "from": "alice" } })),
        ("override: { hold: { from: alice, alone: false } }", "override", json!({ "hold": { "from": "alice" } })),
        ("rollback: { exempt: [] }", "rollback", json!({ "landing": "direct", "exempt": [] })),
        ("after: [{ environment: staging, same: tree }]", "after", json!({ "environment": "staging", "same": "tree" })),
        ("hotfix: { branches: x, from: [bob] }", "hotfix", json!({ "branches": ["x"], "from": "bob" })),
        ("requests: { reviewers: [] }", "requests", json!({ "reviewers": [] })),
        ("stable-after: 2w", "stable-after", json!("14d")),
        (
            "ephemeral: { path: \"p/{slug}\", register: { file: f, path: a, entry: { s: \"{slug}\", a: x } } }",
            "ephemeral",
            json!({
                "path": "p/{slug}", "register": { "file": "f", "path": "a", "entry": { "s": "{slug}", "a": "x" } }, "forks": "none",
            }),
        ),
    ] {
        assert_eq!(shown_again(&with("", written, "", ""))["environments"][1][key], shown, "{written}");
    }
}

#[test]
fn each_key_of_an_application_and_of_its_pins_is_shown_in_one_form() {
    for (written, key, shown) in [
        ("owners: [managers]", "owners", json!("managers")),
        ("path: [services/web]", "path", json!("services/web")),
        ("path: [./a//b, \"!**/*.md\"]", "path", json!(["a/b", "!**/*.md"])),
        ("was: shop", "was", json!(["shop"])),
        ("tag: \"web/v{version}\"", "tag", json!("web/v{version}")),
        ("gates: {}", "gates", Value::Null),
    ] {
        let shown_now = shown_again(&with("", "", written, ""));
        assert_eq!(shown_now["applications"][0].get(key).cloned().unwrap_or_default(), shown, "{written}");
    }
    for (written, key, shown) in [
        (", optional: false", "optional", json!(false)),
        (", aliases: follow", "aliases", json!("follow")),
        (", version: \"{commit:7}\"", "version", json!("{commit:7}")),
        (", has: a.b", "has", json!("a.b")),
    ] {
        assert_eq!(shown_again(&with("", "", "", written))["applications"][0]["pins"][0][key], shown, "{written}");
    }
}

#[test]
fn each_key_of_a_family_is_shown_in_one_form() {
    let family = |more: &str| {
        let text = with("", "", "", "");
        format!(
            "{text}  - each: \"team-{{application}}\"\n    {more}\n    pins: [{{ file: \"t/{{team}}/{{environment}}\", path: \"{{application}}.tag\" }}]\n"
        )
    };
    for (written, key, shown) in [
        ("names: web-*", "names", json!(["web-*"])),
        ("born: signers", "born", json!("signers")),
        ("version: \"{commit:8}\"", "version", json!("{commit:8}")),
        ("source: \"../{team}/{application}\"", "source", json!("../{team}/{application}")),
        ("path: \"services/{application}\"", "path", json!(["services/{application}"])),
        ("owners: [alice, \"{team}\"]", "owners", json!(["alice", "{team}"])),
        ("gates: { soak: 1h }", "gates", json!({ "soak": "1h" })),
        ("tag: \"v{version}\"", "tag", json!("v{version}")),
    ] {
        let shown_now = shown_again(&family(written));
        assert_eq!(shown_now["applications"][1][key], shown, "{written}");
        assert_eq!(shown_now["applications"][1]["each"], json!("team-{application}"));
    }
}

#[test]
fn a_file_to_start_from_is_written_where_nothing_was_found() {
    let text = init(&discover(&Memory::new([("README.md", "")])).unwrap());
    let settings = read_back(&text);
    let names: Vec<&str> = settings.environments.iter().map(|e| e.name.as_str()).collect();
    assert_eq!((names, settings.applications), (vec!["staging", "production"], Vec::new()));
}

#[test]
fn a_thousand_applications_take_a_line_each_and_the_left_out_are_cut_short() {
    let files = (0..1000).map(|i| {
        (
            format!("apps/app-{i}/overlays/prod/kustomization.yaml"),
            overlay(&[(&format!("r/app-{i}"), "v1.0.0"), (&format!("r/other-{i}"), "latest"), ("redis", "7.0.0")]),
        )
    });
    let found = discover(&Memory::new(files)).unwrap();
    let text = init(&found);
    assert_eq!(read_back(&text), found.settings);
    assert!(text.lines().count() < 1000 + 120, "{} lines", text.lines().count());
    assert!(text.contains("and 999 more: `redis` is made by others"), "one reason, one line");
    assert!(text.contains("# - and 941 more"), "{}", &text[text.len() - 300..]);
}

#[test]
fn a_reason_with_a_line_break_stays_a_comment() {
    let found = Discovery {
        settings: Settings::default(),
        to_look_at: Vec::new(),
        writable: Vec::new(),
        left_out: vec![("a\nversion: 2".into(), "b\r\u{2028}\u{85}environments: []\u{7}".into())],
    };
    read_back(&init(&found));
}

#[test]
fn an_environment_whose_name_tells_no_place_has_nothing_before_it_and_is_named() {
    let text = |envs: &[&str]| {
        let file = |env: &&str| (format!("overlays/{env}/kustomization.yaml"), overlay(&[("web", "v1.0.0")]));
        init(&discover(&Memory::new(envs.iter().map(file))).unwrap())
    };
    let found = text(&["zoo", "dev", "bar", "production"]);
    let order = "  - name: dev\n  - name: production\n    # after: dev                     # only what was live in dev may come\n  - name: bar\n    after: []\n  - name: zoo\n    after: []\n";
    assert!(found.contains(order) && found.contains("the order of `bar`, `zoo` is not known"), "{found}");
    assert!(text(&["zoo", "production"]).contains("the order of `production`, `zoo` is not known"));
    assert!(!text(&["staging"]).contains("is not known"));
}

#[test]
fn the_settings_in_force_are_shown_with_their_defaults() {
    let settings = check(DESIGN.as_bytes(), "stageline.yaml").unwrap();
    let shown = show(&settings);
    assert_eq!(shown["git"], json!({ "branch": "main", "remote": "origin", "signing": "required" }));
    assert_eq!(shown["environments"][1]["landing"], json!("direct"));
    assert_eq!(shown["environments"][1]["rollback"]["landing"], json!("direct"));
    assert_eq!(shown["environments"][1].get("after"), None, "a preview is no source");
    assert_eq!(shown["environments"][2]["after"], json!({ "environment": "staging", "same": "tree" }));
    assert_eq!(shown["environments"][0]["ephemeral"]["forks"], json!("none"));
    assert_eq!(shown["applications"][0]["pins"][0]["digest"], json!("ask"));
}
