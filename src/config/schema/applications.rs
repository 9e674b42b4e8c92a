//! The schema of `applications:`: an application, a family, and their pins.

use serde_json::{Map, Value, json};

use crate::domain::settings::{Aliases, Born};

use super::super::check::keys;
use super::rules::gates;
use super::shapes::{list_of, mapping, name, name_patterns, parties, path, text, texts, truth, words};

/// One entry of `applications:`.
pub fn application() -> Value {
    let mut keys = vec![
        ("name", name("Its name: letters, digits, `-`, `_` and `.`.")),
        (
            "was",
            list_of(
                name("One of them."),
                "The names that it had: its past is followed through them. A name that is another's today is not.",
            ),
        ),
        (
            "owners",
            parties(
                "Whose it is: they may sign what changes under its own overlays, beside the environment's signers; pins apart.",
            ),
        ),
        ("gates", gates("Gates that come to those of the environment.")),
        (
            "members",
            list_of(
                name("One of them."),
                "What one version serves, where it is a group: it moves and is shown as one.",
            ),
        ),
        ("pins", json!({ "type": "array", "minItems": 1, "items": pin(), "description": "Where its version stands." })),
    ];
    keys.extend(of_families());
    keys.extend(of_sources());
    let mut out =
        mapping("One application, by `name`, or with `each` a family: all that its first pin finds.", &["pins"], keys);
    let without = |keys: &[&str]| -> Value {
        keys.iter().map(|key| (key.to_string(), json!(false))).collect::<Map<_, _>>().into()
    };
    out["oneOf"] = json!([
        { "required": ["name"], "properties": without(keys::OF_MANY) },
        { "required": ["each"], "properties": without(keys::OF_ONE) },
    ]);
    // Only a family has placeholders of its own.
    out["if"] = json!({ "required": ["each"] });
    out["else"] = json!({ "properties": { "pins": { "items": { "properties": {
        "image": { "pattern": IMAGE }, "path": { "pattern": PATH }, "in": { "pattern": PLACE }, "file": { "pattern": PLACE },
    } } } } });
    out
}

/// The keys that only a family takes.
fn of_families() -> Vec<(&'static str, Value)> {
    vec![
        ("each", text("A family: how the names of its members are made, `{application}` or `team-{application}`.")),
        ("names", name_patterns("A family: which names are members; the last match counts.")),
        ("born", words(&keys::words(Born::WORDS), "A family: who lets a new member in. Default: `owners`.")),
    ]
}

/// The keys that say what the versions of an application are made from.
fn of_sources() -> Vec<(&'static str, Value)> {
    let mut version = template("");
    version["default"] = json!("{commit}");
    version["description"] = json!(
        "How a commit is written as a version: {commit} (in as many digits as stand there), {commit:N}, {branch}, {tag} (with `tag:`: what is {version} there) and {number}: `sha-{commit:12}`. With `tag:` the default is {tag}."
    );
    vec![
        (
            "source",
            json!({
                "type": "string", "minLength": 1, "not": { "pattern": "^-|^[A-Za-z0-9+.-]+::|^https?://[^/]*:[^/]*@|^http://" },
                "description": "The git repository it is built from: an https, ssh or file URL, `user@host:path`, or a path. No passwords."
            }),
        ),
        (
            "path",
            json!({
                "description": "What of the source repository concerns it, in a monorepo: a folder, or a list of folders and globs, with `!` for exceptions.",
                "anyOf": [path("A folder."), { "type": "array", "minItems": 1, "uniqueItems": true, "items": path("A folder or glob.") }]
            }),
        ),
        ("version", version),
        (
            "tag",
            json!({
                "type": "string", "pattern": "\\{version\\}",
                "description": "The form of the source's tags, with {version} for what stands at the pin, and {application}: `v{version}`, `{application}@{version}`."
            }),
        ),
    ]
}

/// A version template.
fn template(what: &str) -> Value {
    json!({ "type": "string", "pattern": "\\{(commit(:[0-9]+)?|tag)\\}", "description": what })
}

/// The name of an image, without tag and digest.
const IMAGE: &str =
    "^(([^\\s{}@]|\\{(environment|application|cluster)\\})*/)?([^\\s{}@:/]|\\{(environment|application|cluster)\\})+$";
/// A folder or file of the repository with our placeholders.
const PLACE: &str = "^(?!/)([^{}]|\\{(environment|application|cluster)\\})+$";
/// A path in a file with our placeholders.
const PATH: &str = "^([^{}]|\\{(environment|application|cluster)\\})+$";
/// As these, with the placeholders of a family.
const FAMILY_IMAGE: &str = "^([^\\s@]*/)?[^\\s@:/]+$";
const FAMILY_PLACE: &str = "^(?!/)([^{}]|\\{[a-z][a-z0-9_-]*\\})+$";

fn pin() -> Value {
    let named = ["image", "base", "chart", "revision", "literal", "label", "annotation", "imagepolicy", "marker"];
    let mut kinds: Vec<Value> = named.iter().map(|kind| json!({ "required": [kind, "in"] })).collect();
    kinds.push(json!({ "required": ["file", "path"] }));
    let mut keys = vec![
        (
            "image",
            json!({
                "type": "string", "pattern": FAMILY_IMAGE,
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
        (
            "marker",
            text(
                "A line that a comment `# stageline: NAME` ends, or stands above; of YAML or of any other text, in the comments of its language.",
            ),
        ),
        (
            "in",
            place(
                "The overlay's folder or file, with {environment}, {application} and {cluster}: `apps/web/overlays/{environment}`.",
            ),
        ),
        (
            "digest",
            words(&["ask", "drop"], "What becomes of an old digest when a new tag comes without one. Default: `ask`."),
        ),
        ("environments", list_of(name("An environment."), "The environments it serves; by default all.")),
    ];
    keys.extend(of_fields());
    keys.extend(later());
    let mut out = mapping("One pin in each environment.", &[], keys);
    out["oneOf"] = json!(kinds);
    out
}

/// The keys of a pin in any field of a file.
fn of_fields() -> Vec<(&'static str, Value)> {
    vec![
        (
            "file",
            place(
                "Any field: the file (YAML, JSON, .env, properties, INI, TOML, HCL), with {environment}, {application} and {cluster}.",
            ),
        ),
        (
            "path",
            text(
                "Any field: the path to it, as in `spec.template.spec.containers[name=web].image`, with {environment}, {application} and {cluster} where one file has them all: `{environment}.web.tag`.",
            ),
        ),
        ("inside", text("Any field: the path inside the text at `path`, which is YAML itself.")),
        (
            "as",
            json!({
                "type": "string", "pattern": "^(version|image|ref|\\S+=|\\S+\\{version\\}\\S*|\\{version\\}\\S+)$", "default": "version",
                "description": "Any field: how the version stands in the text: all of it, an image reference, the ref of an address, or with any text around it: `web-{version}`."
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
        ("has", text("Any field: a path that the document has, which says which one it is.")),
        (
            "document",
            json!({ "type": "integer", "minimum": 0, "description": "Any field: which document of the file, from 0." }),
        ),
    ]
}

/// What is said of a pin beyond its kind.
fn later() -> Vec<(&'static str, Value)> {
    vec![
        ("version", template("How the commit is written at this pin, where that is not the application's `version`.")),
        (
            "was",
            texts(
                "The names that it was found by: its past is followed through them. A name that is another's today is not.",
            ),
        ),
        (
            "aliases",
            words(
                &keys::words(Aliases::WORDS),
                "What becomes of aliases whose anchor is the pin, or stands around it: `follow` moves them with it.",
            ),
        ),
        ("optional", truth("Whether it may be missing in an environment.")),
    ]
}

/// A folder or file of the repository with placeholders.
fn place(what: &str) -> Value {
    json!({ "type": "string", "pattern": FAMILY_PLACE, "description": what })
}
