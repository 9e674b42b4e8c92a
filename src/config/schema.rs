//! The JSON Schema of `stageline.yaml`, for editors and `schema config`.

use serde_json::{Map, Value, json};

use super::check::keys;

/// The schema (draft 2020-12). It knows shapes; references between sections are `check`'s.
pub fn schema() -> Value {
    let mut root = mapping(
        "The settings of stageline: what runs where in this config repository, and how it moves.",
        &["version", "environments"],
        vec![
            ("version", json!({ "const": 1, "description": "The version of this file's format." })),
            ("git", git()),
            ("owners", parties("Who may change this file and `.stageline/`. Read, not yet enforced.")),
            (
                "environments",
                json!({
                    "type": "array", "minItems": 1, "items": environment(),
                    "description": "The stack, in order: a promotion goes from one environment to the next."
                }),
            ),
            ("people", people()),
            ("groups", groups()),
            ("signers-file", path("The allowed-signers file in this repository, in the format of ssh-keygen(1).")),
            (
                "applications",
                json!({ "type": "array", "items": application(), "description": "What is deployed, and where its versions stand." }),
            ),
            ("feedback", feedback()),
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
            ("branches", texts("Which source branches it may deploy: globs, `!` excludes. Read, not yet enforced.")),
            (
                "ephemeral",
                mapping(
                    "It has instances (previews) and is never a source or target of a promotion. Read, not yet used.",
                    &["path"],
                    vec![
                        ("template", path("The folder that an instance is made from.")),
                        ("path", text("Where an instance lies, with `{slug}`.")),
                        ("ttl", duration("How long an instance lives.")),
                    ],
                ),
            ),
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
            ("gates", gates()),
            ("signers", parties("Whose signature a change needs. Read, not yet enforced.")),
            ("landers", texts("Whose keys may land a merge: a forge's own key, for one. Read, not yet enforced.")),
            ("override", overrides()),
            (
                "rollback",
                mapping(
                    "How a rollback differs from a promotion.",
                    &[],
                    vec![
                        ("landing", landing("How a rollback lands; by default as everything else.")),
                        (
                            "exempt",
                            list_of(
                                words(keys::EXEMPTIBLE, "A gate."),
                                "Gates it need not pass. Read, not yet enforced.",
                            ),
                        ),
                    ],
                ),
            ),
            ("stable-after", duration("How long a version runs before it counts as stable. Read, not yet enforced.")),
        ],
    )
}

fn after() -> Value {
    let one = json!({ "anyOf": [
        name("An environment."),
        mapping("An environment, and what counts as having been there.", &["environment"], vec![
            ("environment", name("The environment.")),
            ("same", words(&["tree"], "`tree`: a commit with the same content counts. Read, not yet enforced.")),
        ]),
    ]});
    json!({
        "description": "The environment that a commit must have been in first; by default the one before it in the list. `[]`: none is known, and a promotion says `--from`.",
        "anyOf": [one.clone(), { "type": "array", "items": one }]
    })
}

fn gates() -> Value {
    let freeze = mapping(
        "One freeze.",
        &[],
        vec![
            ("from", text("`fri 16:00`, `18:00`, `2026-12-20` or `2026-12-20 16:00`.")),
            ("until", text("As `from`.")),
            ("days", list_of(words(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "A day."), "Days of the week.")),
            ("timezone", text("A time zone of the IANA database: `Europe/Berlin`.")),
            ("reason", text("Why; shown with a refusal.")),
        ],
    );
    let check = mapping(
        "A check that must have passed.",
        &["name", "by"],
        vec![("name", text("Its name.")), ("by", parties("Who attests it."))],
    );
    mapping(
        "What a promotion must pass. Read, not yet enforced.",
        &[],
        vec![
            ("soak", duration("How long a commit must have been in the environment before: `24h`, `7d`.")),
            ("freeze", json!({ "type": "array", "items": freeze, "description": "When nothing lands." })),
            ("checks", json!({ "type": "array", "items": check, "description": "Checks with an attestation." })),
            (
                "approvals",
                mapping(
                    "How many people must approve.",
                    &["count", "from"],
                    vec![
                        ("count", json!({ "type": "integer", "minimum": 1, "description": "How many." })),
                        ("from", parties("Whose approvals count.")),
                    ],
                ),
            ),
        ],
    )
}

fn overrides() -> Value {
    let gates = keys::OVERRIDABLE.iter().map(|gate| (*gate, parties("Who may override this gate."))).collect();
    mapping("Who may override a gate, with a reason. Read, not yet enforced.", &[], gates)
}

fn people() -> Value {
    json!({
        "type": "object",
        "description": "The people and bots whose signatures are known.",
        "additionalProperties": mapping("One person.", &["principals"], vec![
            ("principals", json!({
                "type": "array", "minItems": 1, "uniqueItems": true,
                "items": { "type": "string", "pattern": "^[^\\s,\"*?!]+$" },
                "description": "The principals that their signatures carry, as in the signers file."
            })),
            ("forge", text("Their login at the forge.")),
        ])
    })
}

fn groups() -> Value {
    json!({
        "type": "object",
        "description": "Groups of people, for the keys that say who.",
        "additionalProperties": texts("The people in it.")
    })
}

fn application() -> Value {
    mapping(
        "One application.",
        &["name", "pins"],
        vec![
            ("name", name("Its name: letters, digits, `-`, `_` and `.`.")),
            (
                "source",
                json!({
                    "type": "string", "minLength": 1, "not": { "pattern": "^-|^[A-Za-z0-9+.-]+::|^https?://[^/]*:[^/]*@|^http://" },
                    "description": "The git repository it is built from: an https, ssh or file URL, `user@host:path`, or a path. No passwords."
                }),
            ),
            ("path", path("The folder of the source repository that concerns it, in a monorepo.")),
            (
                "members",
                list_of(
                    name("One of them."),
                    "What one version serves, where it is a group: it moves and is shown as one.",
                ),
            ),
            (
                "version",
                json!({
                    "type": "string", "pattern": "\\{(commit(:[0-9]+)?|tag)\\}", "default": "{commit}",
                    "description": "How a commit is written as a version, with {commit}, {commit:N}, {branch}, {tag} and {number}: `sha-{commit:12}`."
                }),
            ),
            (
                "pins",
                json!({ "type": "array", "minItems": 1, "items": pin(), "description": "Where its version stands." }),
            ),
        ],
    )
}

fn pin() -> Value {
    let named = ["image", "base", "chart", "revision", "literal", "label", "annotation", "imagepolicy", "marker"];
    let mut kinds: Vec<Value> = named.iter().map(|kind| json!({ "required": [kind, "in"] })).collect();
    kinds.push(json!({ "required": ["file", "path"] }));
    let mut out = mapping(
        "One pin in each environment.",
        &[],
        vec![
            (
                "image",
                json!({
                    "type": "string", "pattern": "^([^\\s{}@]*/)?[^\\s{}@:/]+$",
                    "description": "An image, by its name without tag and digest: the entry of a kustomization's `images:`, or what names it in another file."
                }),
            ),
            (
                "base",
                text(
                    "A remote base of a kustomization, by its repository, with `//folder` where several are of it; the `?ref=` is what moves.",
                ),
            ),
            ("chart", text("A chart, by its name: helmCharts, Chart.yaml, an Argo CD source or a Flux HelmRelease.")),
            ("revision", text("A repository, by its address: an Argo CD source's targetRevision, or a Flux ref.")),
            ("literal", text("The key of a literal of a kustomization's generators: `VERSION` of `VERSION=v1`.")),
            ("label", text("The key of a label that a kustomization gives: in `labels:` or `commonLabels:`.")),
            ("annotation", text("The key of an annotation that a kustomization gives: in `commonAnnotations:`.")),
            (
                "imagepolicy",
                text("An image policy of Flux, as its comment `# {\"$imagepolicy\": \"NAMESPACE:NAME\"}` names it."),
            ),
            ("marker", text("A line that a comment `# stageline: NAME` ends.")),
            ("file", place("Any field: the file, with {environment}, {application} and {cluster}.")),
            ("path", text("Any field: the path to it, as in `spec.template.spec.containers[name=web].image`.")),
            ("inside", text("Any field: the path inside the text at `path`, which is YAML itself.")),
            (
                "as",
                json!({
                    "type": "string", "pattern": "^(version|image|ref|\\S+=)$", "default": "version",
                    "description": "Any field: how the version stands in the text: all of it, an image reference, the ref of an address, or behind a beginning such as `VERSION=`."
                }),
            ),
            (
                "digest-path",
                text(
                    "Any field: where the digest stands, if it has a field of its own; with `inside`, inside that text too.",
                ),
            ),
            ("kind", text("Any field: the document's kind.")),
            ("name", text("Any field: the document's name. A literal: its generator's name.")),
            ("namespace", text("Any field: the document's namespace.")),
            ("apiVersion", text("Any field: the document's apiVersion.")),
            (
                "in",
                place(
                    "The overlay's folder or file, with {environment}, {application} and {cluster}: `apps/web/overlays/{environment}`.",
                ),
            ),
            (
                "digest",
                words(
                    &["ask", "drop"],
                    "What becomes of an old digest when a new tag comes without one. Default: `ask`.",
                ),
            ),
            ("environments", list_of(name("An environment."), "The environments it serves; by default all.")),
        ],
    );
    out["oneOf"] = json!(kinds);
    out
}

/// A folder or file of the repository with our placeholders.
fn place(what: &str) -> Value {
    json!({
        "type": "string", "pattern": "^(?!/)([^{}]|\\{(environment|application|cluster)\\})+$", "description": what
    })
}

fn feedback() -> Value {
    let variable =
        |what: &str| json!({ "type": "string", "pattern": "^\\$[A-Za-z_][A-Za-z0-9_]*$", "description": what });
    let mut item = mapping(
        "One place that is told.",
        &[],
        vec![
            ("slack", variable("The environment variable with the webhook's address.")),
            ("dingtalk", variable("The environment variable with the webhook's address.")),
            ("email", variable("The environment variable with the mail server's address.")),
            ("webhook", variable("The environment variable with the webhook's address.")),
            ("secret", variable("The environment variable with the secret that signs the messages.")),
            ("events", list_of(words(keys::EVENTS, "An event."), "What is told; by default everything.")),
        ],
    );
    if let Some(item) = item.as_object_mut() {
        let one_sink: Vec<Value> = keys::SINKS.iter().map(|sink| json!({ "required": [sink] })).collect();
        item.insert("oneOf".into(), json!(one_sink));
    }
    json!({ "type": "array", "items": item, "description": "Who is told of what happened. Read, not yet used." })
}

fn mapping(what: &str, required: &[&str], properties: Vec<(&str, Value)>) -> Value {
    let properties: Map<String, Value> = properties.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
    let mut out =
        json!({ "type": "object", "description": what, "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        out["required"] = json!(required);
    }
    out
}

fn text(what: &str) -> Value {
    json!({ "type": "string", "minLength": 1, "description": what })
}

fn name(what: &str) -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", "description": what })
}

fn branch(what: &str) -> Value {
    json!({ "type": "string", "pattern": "^[^-/ ~^:?*\\[\\\\][^ ~^:?*\\[\\\\]*$", "description": what })
}

fn path(what: &str) -> Value {
    json!({ "type": "string", "pattern": "^[^/\\\\][^\\\\]*$", "not": { "pattern": "(^|/)\\.\\./\\.\\./|^\\.\\./" }, "description": what })
}

fn duration(what: &str) -> Value {
    json!({ "type": "string", "pattern": "[a-zA-Z]", "description": what })
}

fn landing(what: &str) -> Value {
    words(&["direct", "merge-request"], what)
}

fn words(words: &[&str], what: &str) -> Value {
    json!({ "enum": words, "description": what })
}

fn texts(what: &str) -> Value {
    json!({ "description": what, "anyOf": [text("One."), { "type": "array", "items": text("One of them."), "uniqueItems": true }] })
}

fn list_of(item: Value, what: &str) -> Value {
    json!({ "description": what, "anyOf": [item.clone(), { "type": "array", "items": item, "uniqueItems": true }] })
}

fn parties(what: &str) -> Value {
    texts(&format!("{what} A person or group, or a list of them."))
}

#[cfg(test)]
mod tests {
    use super::super::check::{check, tests::DESIGN};
    use super::*;

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
        ] {
            let text = DESIGN.replacen(old, new, 1);
            assert_ne!(text, DESIGN, "{old}");
            assert!(!accepts(&text), "the schema accepts {new}");
            assert!(check(text.as_bytes(), "stageline.yaml").is_err(), "check accepts {new}");
        }
    }

    #[test]
    fn the_schema_knows_the_keys_that_check_knows_and_describes_each() {
        let schema = schema();
        for (pointer, keys) in [
            ("", keys::TOP),
            ("/properties/git", keys::GIT),
            ("/properties/environments/items", keys::ENVIRONMENT),
            ("/properties/environments/items/properties/git", keys::ENVIRONMENT_GIT),
            ("/properties/environments/items/properties/ephemeral", keys::EPHEMERAL),
            ("/properties/environments/items/properties/gates", keys::GATES),
            ("/properties/environments/items/properties/gates/properties/freeze/items", keys::FREEZE),
            ("/properties/environments/items/properties/gates/properties/checks/items", keys::CHECK),
            ("/properties/environments/items/properties/gates/properties/approvals", keys::APPROVALS),
            ("/properties/environments/items/properties/rollback", keys::ROLLBACK),
            ("/properties/environments/items/properties/override", keys::OVERRIDABLE),
            ("/properties/environments/items/properties/after/anyOf/0/anyOf/1", keys::AFTER),
            ("/properties/people/additionalProperties", keys::PERSON),
            ("/properties/applications/items", keys::APPLICATION),
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
