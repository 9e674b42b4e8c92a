//! The JSON Schema of `stageline.yaml`, for editors and `schema config`.

use serde_json::{Value, json};

mod applications;
mod rules;
mod shapes;

use applications::application;
use rules::{gates, top_freeze};
use shapes::{branch, duration, landing, mapping, name, parties, path, text, texts, words};

/// The schema (draft 2020-12). It knows shapes; references between sections are `check`'s.
pub fn schema() -> Value {
    let mut root = mapping(
        "The settings of stageline: what runs where in this config repository, and how it moves.",
        &["version", "environments"],
        vec![
            ("version", json!({ "const": 1, "description": "The version of this file's format." })),
            ("id", name("What change digests call this repository: the same for good, whatever its address.")),
            ("git", git()),
            ("owners", rules::owners()),
            (
                "environments",
                json!({
                    "type": "array", "minItems": 1, "items": environment(),
                    "description": "The stack, in order: a promotion goes from one environment to the next."
                }),
            ),
            ("freeze", top_freeze()),
            ("people", rules::people()),
            ("groups", rules::groups()),
            ("signers-file", path("The allowed-signers file in this repository, in the format of ssh-keygen(1).")),
            (
                "receipts",
                parties("Whose signed records of pushes count (`clock: receipt`): the key of the server's hook."),
            ),
            (
                "trust-before",
                json!({
                    "type": "string", "pattern": "^[0-9A-Fa-f]{40}$",
                    "description": "A full commit ID: what landed from there on counts as evidence also where it is found by rules that came later, or elsewhere."
                }),
            ),
            ("forges", rules::forges()),
            ("requests", rules::requests("What merge requests are opened with.")),
            ("issues", rules::issues()),
            (
                "applications",
                json!({ "type": "array", "items": application(), "description": "What is deployed, and where its versions stand." }),
            ),
            ("feedback", rules::feedback()),
        ],
    );
    if let Some(root) = root.as_object_mut() {
        root.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        root.insert("title".into(), json!("stageline.yaml"));
        root.insert(
            "patternProperties".into(),
            json!({ "^x-": { "description": "Ignored: a place for your own data." } }),
        );
    }
    root
}

fn git() -> Value {
    mapping(
        "How this repository is used.",
        &[],
        vec![
            ("branch", branch("The protected branch; by default the one that the remote's HEAD names.")),
            ("remote", text("The remote that landings are pushed to; by default the only one, or `origin`.")),
            (
                "signing",
                words(
                    &["required", "optional"],
                    "Whether a landing without a signature is refused. Default: `required`.",
                ),
            ),
        ],
    )
}

fn environment() -> Value {
    mapping(
        "One environment.",
        &["name"],
        vec![
            ("name", name("Its name: letters, digits, `-`, `_` and `.`.")),
            ("after", after()),
            ("branches", texts("Which source branches it may deploy: globs, `!` excludes.")),
            ("ephemeral", rules::ephemeral()),
            (
                "git",
                mapping(
                    "Where the environment lives.",
                    &[],
                    vec![("branch", branch("Its own branch of this repository, behind its own protection."))],
                ),
            ),
            ("clusters", texts("What `{cluster}` in a pin's `in:` stands for: names or globs. They move together.")),
            ("landing", landing("How a change lands: a commit (`direct`, the default), or a branch and a request.")),
            ("gates", gates("What a promotion must pass.")),
            ("signers", parties("Whose signature a change needs.")),
            ("landers", parties("Whose keys may land a merge: a forge's own key, for one.")),
            ("override", rules::overrides()),
            ("rollback", rules::rollback()),
            ("hotfix", rules::hotfix()),
            ("requests", rules::requests("What its requests are opened with, before what the whole file says.")),
            (
                "stable-after",
                duration(
                    "How long an environment runs the same before `stageline tend` marks that as a release baseline.",
                ),
            ),
        ],
    )
}

fn after() -> Value {
    let one = json!({ "anyOf": [
        name("An environment."),
        mapping("An environment, and what counts as having been there.", &["environment"], vec![
            ("environment", name("The environment.")),
            ("same", words(&["tree"], "`tree`: a commit with the same content counts, and a promotion takes it from `branches`.")),
        ]),
    ]});
    json!({
        "description": "The environment that a commit must have been in first, and that a promotion copies from. Without it, a promotion copies from the one before it in the list, and nothing must have been there. `[]`: none is known, and a promotion says `--from`.",
        "anyOf": [one.clone(), { "type": "array", "items": one }]
    })
}

#[cfg(test)]
mod tests {
    use super::super::check::{check, keys, tests::DESIGN};
    use super::*;
    use crate::domain::settings::NamedGate;

    /// The text as an editor's schema check sees it.
    fn accepts(text: &str) -> bool {
        let instance: Value = serde_yaml::from_str(text).unwrap();
        jsonschema::validator_for(&schema()).unwrap().is_valid(&instance)
    }

    #[test]
    fn the_schema_is_a_schema() {
        assert!(jsonschema::meta::is_valid(&schema()));
    }

    #[test]
    fn the_example_of_the_design_is_accepted_by_schema_and_check() {
        assert!(accepts(DESIGN));
        assert_eq!(check(DESIGN.as_bytes(), "stageline.yaml").err(), None);
    }

    #[test]
    fn schema_and_check_refuse_the_same_slips() {
        for (old, new) in [
            ("version: 1\n", "version: 2\n"),
            ("version: 1\n", ""),
            ("environments:", "enviroments:"),
            ("signing: required", "signing: maybe"),
            ("landing: merge-request", "landing: mr"),
            ("name: preview", "name: pre/view"),
            ("count: 1", "count: 0"),
            ("count: 1", "count: one"),
            ("soak: 24h", "soak: 24"),
            ("stable-after: 48h", "stable-after: 48"),
            ("principals: [ci@example.com]", "principal: [ci@example.com]"),
            ("source: https://git", "source: ext::sh"),
            ("source: https://git", "source: https://alice:secret@git"),
            ("{ image: registry", "{ helm: registry"),
            ("shop/web, in", "\"shop/web:v1\", in"),
            ("overlays/{environment}\"", "overlays/{env}\""),
            ("in: \"apps", "in: \"/apps"),
            ("slack: $SLACK_WEBHOOK_URL", "slack: \"https://hooks.example.com/x\""),
            ("override: { soak", "override: { signature"),
            ("version: \"{commit}\"", "version: \"{sha}\""),
            ("alone: true", "alone: maybe"),
            ("since: healthy", "since: built"),
            ("clock: receipt", "clock: wall"),
            ("counts: contained", "counts: all"),
            ("days: [sat, sun]", "days: [caturday]"),
            ("{ days: [sat, sun] }", "{ reason: weekend }"),
            ("until: \"mon 08:00\", ", ""),
            ("exempt: [order, soak]", "exempt: [hold]"),
            ("exempt: [rollback, hotfix]", "exempt: [promote]"),
            ("limit: 20", "limit: 0"),
            ("forks: none", "forks: all"),
            ("entry: \"{slug}\"", "entry: preview"),
            ("entry: \"{slug}\"", "entry: {}"),
            ("entry: \"{slug}\"", "entry: { slug: 1 }"),
            ("draft: false", "draft: 0"),
            ("kind: gitlab", "kind: gitlub"),
            ("api: \"https://git", "api: \"https://alice:secret@git"),
            ("api: \"https:", "api: \"http:"),
            ("email: alice@example.com", "email: alice"),
            ("trust-before: \"0", "trust-before: \""),
            ("browse/{issue}", "browse"),
            ("tag: \"v{version}\"", "tag: v"),
            ("aliases: follow", "aliases: leave"),
            ("optional: true", "optional: sometimes"),
            ("born: owners", "born: anybody"),
            ("each: \"{application}\"", "name: x"),
            ("slack-token: $SLACK_TOKEN, channel: \"#releases\"", "slack-token: $SLACK_TOKEN"),
            ("format: cdevents", "format: xml"),
            ("events: [promote, rollback]", "events: [promte]"),
            ("labels: [release]", "labels: [\"a,b\"]"),
        ] {
            let text = DESIGN.replacen(old, new, 1);
            assert_ne!(text, DESIGN, "{old}");
            assert!(!accepts(&text), "the schema accepts {new}");
            assert!(check(text.as_bytes(), "stageline.yaml").is_err(), "check accepts {new}");
        }
    }

    #[test]
    fn the_schema_knows_the_keys_that_check_knows_and_describes_each() {
        const ENVIRONMENT: &str = "/properties/environments/items";
        let under = |key: &str| format!("{ENVIRONMENT}/properties/{key}");
        let schema = schema();
        for (pointer, keys) in [
            ("", keys::TOP),
            ("/properties/git", keys::GIT),
            ("/properties/owners/anyOf/1", keys::OWNERS),
            (ENVIRONMENT, keys::ENVIRONMENT),
            (&under("git"), keys::ENVIRONMENT_GIT),
            (&under("ephemeral"), keys::EPHEMERAL),
            (&under("ephemeral/properties/register"), keys::REGISTER),
            (&under("gates"), keys::GATES),
            (&under("gates/properties/soak/anyOf/1"), keys::SOAK),
            (&under("gates/properties/freeze/items"), keys::FREEZE),
            (&under("gates/properties/checks/items"), keys::CHECK),
            (&under("gates/properties/approvals/anyOf/0"), keys::APPROVALS),
            (&under("gates/properties/approvals/anyOf/1/items"), keys::APPROVALS),
            (&under("rollback"), keys::ROLLBACK),
            (&under("override"), &keys::words(NamedGate::WORDS)),
            (&under("override/properties/soak/anyOf/1"), keys::OVERRIDE),
            (&under("hotfix"), keys::HOTFIX),
            (&under("requests"), keys::REQUESTS),
            (&under("after/anyOf/0/anyOf/1"), keys::AFTER),
            ("/properties/freeze/items", keys::TOP_FREEZE),
            ("/properties/people/additionalProperties", keys::PERSON),
            ("/properties/forges/additionalProperties", keys::FORGE),
            ("/properties/requests", keys::REQUESTS),
            ("/properties/issues", keys::ISSUES),
            ("/properties/applications/items", keys::APPLICATION),
            ("/properties/applications/items/properties/gates", keys::GATES),
            ("/properties/applications/items/properties/pins/items", keys::PIN),
            ("/properties/feedback/items", keys::FEEDBACK),
        ] {
            let properties = schema.pointer(&format!("{pointer}/properties")).and_then(Value::as_object).unwrap();
            let mut known: Vec<&str> = properties.keys().map(String::as_str).collect();
            let mut wanted = keys.to_vec();
            known.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(known, wanted, "{pointer}");
            for (key, value) in properties {
                assert!(value["description"].as_str().is_some_and(|text| text.len() > 3), "{pointer} {key}");
            }
        }
    }
}
