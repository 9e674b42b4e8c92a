//! The schema of who may change what and when: gates, people, requests, feedback, previews.

use serde_json::{Map, Value, json};

use crate::domain::settings::{
    Day, Event, ForgeKind, Forks, FreezeExempt, NamedGate, PREFIXES, SoakClock, SoakCounts, SoakSince, WebhookFormat,
};

use super::super::check::keys;
use super::shapes::{
    count, duration, landing, list_of, mapping, name, name_patterns, parties, path, text, texts, truth, words,
};

/// `owners:` of the whole file.
pub fn owners() -> Value {
    let whole = mapping(
        "Who, and how many of them.",
        &["from"],
        vec![("from", parties("Who.")), ("approvals", count("How many of them must approve."))],
    );
    json!({
        "description": "Who may change this file and `.stageline/`.",
        "anyOf": [parties("Who."), whole]
    })
}

/// `gates:` of an environment or an application.
pub fn gates(what: &str) -> Value {
    let check = mapping(
        "A check that must have passed.",
        &["name", "by"],
        vec![
            ("name", text("Its name.")),
            ("by", parties("Who attests it.")),
            ("in", name("The environment in which it must have passed.")),
            ("max-age", duration("How old the statement may be.")),
            ("applications", name_patterns("The applications that it is for; by default all.")),
        ],
    );
    let approvals = mapping(
        "So many people must approve.",
        &["count", "from"],
        vec![
            ("count", count("How many.")),
            ("from", parties("Whose approvals count; `owners`: the application's owners.")),
            ("max-age", duration("How old an approval may be.")),
        ],
    );
    mapping(
        what,
        &[],
        vec![
            ("soak", soak()),
            ("freeze", freezes(&[], "When nothing lands.")),
            ("checks", json!({ "type": "array", "items": check, "description": "Checks with an attestation." })),
            (
                "approvals",
                json!({
                    "description": "How many people must approve: one rule, or a list of them that are each met by itself.",
                    "anyOf": [approvals.clone(), { "type": "array", "items": approvals }]
                }),
            ),
        ],
    )
}

fn soak() -> Value {
    let whole = mapping(
        "How long, and how that is measured.",
        &["for"],
        vec![
            ("for", duration("How long.")),
            (
                "counts",
                words(&keys::words(SoakCounts::WORDS), "`contained`: also a commit that what stood there contains."),
            ),
            ("since", words(&keys::words(SoakSince::WORDS), "From when on. Default: `landed`.")),
            ("clock", words(&keys::words(SoakClock::WORDS), "Whose clock. Default: `committer`.")),
        ],
    );
    json!({
        "description": "How long a commit must have been in the environment before: `24h`, `7d`.",
        "anyOf": [duration("How long."), whole]
    })
}

/// `freeze:` of the whole file.
pub fn top_freeze() -> Value {
    let environments = list_of(name("An environment."), "The environments that it is for; by default all.");
    freezes(&[("environments", environments)], "When nothing lands in several environments.")
}

fn freezes(more: &[(&str, Value)], what: &str) -> Value {
    let mut keys = vec![
        ("from", text("`fri 16:00`, `18:00`, `2026-12-20` or `2026-12-20 16:00`.")),
        ("until", text("As `from`; that moment itself is no more in it.")),
        ("days", list_of(words(&keys::words(Day::WORDS), "A day."), "Days of the week.")),
        ("timezone", text("A time zone of the IANA database: `Europe/Berlin`. Default: UTC.")),
        ("allow", truth("`true`: only then something lands.")),
        ("reason", text("Why; shown with a refusal.")),
        ("exempt", list_of(words(&keys::words(FreezeExempt::WORDS), "A way to land."), "What lands all the same.")),
    ];
    keys.extend(more.iter().cloned());
    let mut one = mapping("One freeze.", &[], keys);
    one["anyOf"] = json!([{ "required": ["from", "until"] }, { "required": ["days"] }]);
    one["dependentRequired"] = json!({ "from": ["until"], "until": ["from"] });
    json!({ "type": "array", "items": one, "description": what })
}

/// `override:`, by gate.
pub fn overrides() -> Value {
    let whole = mapping(
        "Who may override this gate.",
        &["from"],
        vec![("from", parties("Who.")), ("alone", truth("Whether the author of the change may do so himself."))],
    );
    let one = json!({ "description": "Who may override this gate.", "anyOf": [parties("Who."), whole] });
    let gates = NamedGate::WORDS.iter().map(|(gate, _)| (*gate, one.clone())).collect();
    mapping("Who may override a gate, with a reason.", &[], gates)
}

fn exempt(gates: &[NamedGate], what: &str) -> Value {
    let gates: Vec<&str> = gates.iter().map(|gate| gate.word()).collect();
    list_of(words(&gates, "A gate."), what)
}

/// `rollback:`.
pub fn rollback() -> Value {
    mapping(
        "How a rollback differs from a promotion.",
        &[],
        vec![
            ("landing", landing("How a rollback lands; by default as everything else.")),
            ("exempt", exempt(keys::EXEMPTIBLE, "Gates it need not pass; empty: none.")),
            ("reviewers", parties("Who is asked to look at its request, beside those of `requests`.")),
        ],
    )
}

/// `hotfix:`.
pub fn hotfix() -> Value {
    mapping(
        "The way around for a fix that cannot wait: `promote --hotfix`.",
        &["branches", "from"],
        vec![
            (
                "branches",
                texts(
                    "The source branches that it may come from, in the place of the environment's: globs, `!` excludes.",
                ),
            ),
            ("exempt", exempt(keys::EXEMPTIBLE, "Gates it need not pass.")),
            ("from", parties("Who may land it.")),
        ],
    )
}

/// `requests:` of the whole file or an environment.
pub fn requests(what: &str) -> Value {
    let people = |what: &str| {
        let one = text("A person or group.");
        list_of(one, what)
    };
    mapping(
        what,
        &[],
        vec![
            (
                "template",
                path(
                    "The file of this repository that the text of a request is made from: a template of Jinja. What it is given is in stageline's docs/forges.md.",
                ),
            ),
            ("labels", list_of(json!({ "type": "string", "pattern": "^[^,]+$" }), "Its labels.")),
            ("reviewers", people("Who is asked to look at it: people and groups.")),
            ("assignees", people("Whom it is assigned to: people and groups.")),
            ("draft", truth("Whether it is opened as a draft.")),
            (
                "auto-merge",
                truth(
                    "Whether the forge is told to merge it by itself, with this very commit, once the approvals and checks that its branch asks for are there. A branch that asks for none is merged by hand.",
                ),
            ),
        ],
    )
}

/// `forges:`, by host.
pub fn forges() -> Value {
    let one = mapping(
        "One host.",
        &[],
        vec![
            ("kind", words(&keys::words(ForgeKind::WORDS), "Which kind of forge it is.")),
            (
                "api",
                json!({
                    "type": "string", "pattern": "^(https://[^/@\\s?#]+|http://(localhost|127\\.0\\.0\\.1)(:[0-9]+)?)(/[^\\s?#]*)?$",
                    "description": "The address of its interface: https, without a password."
                }),
            ),
        ],
    );
    json!({
        "type": "object", "additionalProperties": one,
        "propertyNames": { "pattern": "^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*(:[0-9]+)?$" },
        "description": "The forges by host, for this repository and the sources."
    })
}

/// `issues:`.
pub fn issues() -> Value {
    mapping(
        "How issues are recognised in the messages of application commits, for release notes.",
        &["pattern"],
        vec![
            ("pattern", text("A regular expression, as the crate `regex` takes them: `SHOP-[0-9]+`.")),
            ("url", page("The address of one, with `{issue}`.", "\\{issue\\}")),
        ],
    )
}

/// The address of a page that has this in it.
fn page(what: &str, with: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^https?://[^/\\s].*{with}"), "description": what })
}

/// `ephemeral:`.
pub fn ephemeral() -> Value {
    let register = mapping(
        "Where instances are listed so that the cluster finds them.",
        &["file", "path", "entry"],
        vec![("file", path("The file.")), ("path", text("The path to the list in it.")), ("entry", entry())],
    );
    mapping(
        "It has instances (previews) and is never a source or target of a promotion.",
        &["path"],
        vec![
            ("template", path("The folder that an instance is made from; with `{application}`, one for each.")),
            ("path", with_slug("Where an instance lies, with `{slug}` and `{application}`.")),
            ("from", name("The environment whose pins the other applications of an instance get.")),
            ("namespace", text("The namespace of an instance: `preview-{slug}`.")),
            ("ttl", duration("How long an instance lives.")),
            ("limit", count("How many instances there may be.")),
            ("url", page("The address of an instance, with `{slug}`, `{application}` and `{namespace}`.", "")),
            ("register", register),
            ("forks", words(&keys::words(Forks::WORDS), "Whether requests from forks get one. Default: `none`.")),
        ],
    )
}

/// `entry:` of `register:`.
fn entry() -> Value {
    json!({
        "description": "What an instance adds to it, with `{slug}`, `{application}`, `{namespace}`, `{url}` and `{commit}`: a text, or a mapping of texts.",
        "anyOf": [
            with_slug("The text, with `{slug}`."),
            {
                "type": "object", "minProperties": 1,
                "additionalProperties": text("A text; at least one has `{slug}`.")
            }
        ]
    })
}

fn with_slug(what: &str) -> Value {
    json!({ "type": "string", "pattern": "\\{slug\\}", "description": what })
}

/// `people:`, by name.
pub fn people() -> Value {
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
            ("email", json!({
                "type": "string", "pattern": "^[^\\s@,;<>()\"]+@[^\\s@,;<>()\"]+$",
                "description": "Their address for messages."
            })),
            ("mobile", json!({
                "type": "string", "pattern": "^\\+?[0-9][0-9 -]*$",
                "description": "Their number for mentions in messages."
            })),
        ])
    })
}

/// `groups:`, by name.
pub fn groups() -> Value {
    json!({
        "type": "object",
        "description": "Groups of people, for the keys that say who.",
        "additionalProperties": texts("The people in it.")
    })
}

/// `feedback:`.
pub fn feedback() -> Value {
    let variable = |what: &str| json!({ "type": "string", "pattern": format!("^\\$({})[A-Za-z0-9_]+$", PREFIXES.join("|")), "description": what });
    let webhook = "The environment variable with the webhook's address.";
    let mut item = mapping(
        "One place that is told.",
        &[],
        vec![
            ("slack", variable(webhook)),
            ("slack-token", variable("The environment variable with the token of a bot.")),
            ("channel", text("Slack by token: the channel.")),
            ("dingtalk", variable(webhook)),
            ("mobiles", parties("DingTalk: who is mentioned; `authors`: whose commits moved.")),
            ("email", variable("The environment variable with the mail server's address.")),
            ("from", text("E-mail: the sender's address.")),
            ("to", parties("E-mail: who gets it; `authors`: whose commits moved.")),
            ("teams", variable(webhook)),
            ("feishu", variable(webhook)),
            ("wecom", variable(webhook)),
            ("webhook", variable(webhook)),
            ("format", words(&keys::words(WebhookFormat::WORDS), "Webhook: how the body is written.")),
            ("secret", variable("The environment variable with the secret that signs the messages.")),
            ("events", list_of(words(&keys::words(Event::WORDS), "An event."), "What is told; by default everything.")),
            ("environments", list_of(name("An environment."), "Of which environments; by default all.")),
            ("applications", name_patterns("Of which applications; by default all.")),
            ("template", path("The file that the message is made from.")),
        ],
    );
    let one_sink: Vec<Value> = keys::SINKS.iter().map(|sink| json!({ "required": [sink] })).collect();
    item["oneOf"] = json!(one_sink);
    let needs: Map<String, Value> = [("slack-token", ["channel"]), ("channel", ["slack-token"])]
        .into_iter()
        .map(|(key, needed)| (key.to_string(), json!(needed)))
        .collect();
    item["dependentRequired"] = Value::Object(needs);
    json!({ "type": "array", "items": item, "description": "Who is told of what happened." })
}
