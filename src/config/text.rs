//! Settings as text again: the commented file that `init` writes, and what `config show` shows.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::domain::names::EnvName;
use crate::domain::settings::{Group, Origin, PartyName, Settings};
use crate::domain::steering::steers;

use super::check::not_a_text;
use super::discover::{Discovery, rank, summary};

mod rules;
mod stack;

use rules::Entries;

/// With more applications than this each one takes a single line.
const COMPACT: usize = 50;
/// So many of the places that are left out or to be looked at are listed.
const MOST_REMARKS: usize = 60;

const HEAD: &str = "\
# yaml-language-server: $schema=./stageline.schema.json
#
# What runs where, and how it moves. Written by `stageline init`; yours to edit.
# `stageline config check` reads it, `stageline schema config > stageline.schema.json` serves editors.
version: 1                         # of the format of this file

git:
";

const ENVIRONMENT_EXAMPLES: &str = "    \
    # landing: merge-request         # a branch and a request instead of a commit; default: direct
    # rollback: { landing: direct }  # how a rollback lands, where that differs
    # git: { branch: production }    # lives on its own branch of this repository
    # clusters: [eu, us]             # what `{cluster}` in `in:` stands for; names or globs
";

const SIGNING: &str = "
# Whose signatures count: a person and the principals in the signers file (ssh-keygen(1), \"ALLOWED SIGNERS\").
";

const APPLICATIONS: &str = "
# What is deployed. For each application:
#   source    the git repository that it is built from: the commits between two versions, and which one is newer
#   path      the folder of that repository that concerns it, in a monorepo
#   version   how a commit is written as a version: {commit}, sha-{commit:12}, {branch}-{commit:8}, {tag}
#   members   what one version serves, where it is a group of several that move as one
#   pins      where its version stands ({environment}, {application} and {cluster} are filled in):
#             image, base, chart, literal, label or annotation of the kustomization that it is `in:`; an image by its name in
#             any other file; revision or chart of Argo CD and Flux; or any `path:` of a `file:` (`as: image` for a whole image)
#             `digest: drop` removes the digest of an old tag
";

/// The commented `stageline.yaml` for what discovery found. `check` reads it back to the same settings.
///
/// Where nothing was found it is a file to start from, with two environments.
pub fn init(found: &Discovery) -> String {
    let settings = &found.settings;
    let mut out = HEAD.to_string();
    match &settings.git.branch {
        Some(branch) => line(&mut out, &format!("  branch: {}", scalar(branch.as_str()))),
        None => line(&mut out, "  # branch: main                   # the protected branch; default: the remote's"),
    }
    match &settings.git.remote {
        Some(remote) => line(&mut out, &format!("  remote: {}", scalar(remote.as_str()))),
        None => line(&mut out, "  # remote: origin                 # default: the only remote, or origin"),
    }
    let signing = stack::signing(settings.git.signing);
    line(
        &mut out,
        &format!("  {:<33}# a landing without a signature is refused; or: optional", format!("signing: {signing}")),
    );
    environments(&mut out, settings);
    out.push_str(SIGNING);
    match &settings.signers_file {
        Some(path) => line(&mut out, &format!("signers-file: {}", scalar(path.as_str()))),
        None => line(&mut out, "# signers-file: .stageline/allowed_signers"),
    }
    if settings.people.is_empty() {
        line(&mut out, "# people:");
        line(&mut out, "#   alice: { principals: [alice@example.com], forge: alice }");
    } else {
        line(&mut out, "people:");
        for person in &settings.people {
            line(&mut out, &format!("  {}: {}", scalar(person.name.as_str()), flow(&rules::person(person))));
        }
    }
    out.push_str(APPLICATIONS);
    applications(&mut out, settings);
    remarks(&mut out, "In this file, and to be looked at:", &found.to_look_at);
    remarks(&mut out, "Seen, and left out:", &found.left_out);
    out
}

fn environments(out: &mut String, settings: &Settings) {
    line(out, "");
    line(out, "# The stack, in order: a promotion goes from one environment to the next.");
    if settings.environments.is_empty() {
        line(out, "# None was found in the layout of this repository: write your own.");
        line(out, "environments:\n  - name: staging\n  - name: production\n    after: staging");
        out.push_str(ENVIRONMENT_EXAMPLES);
        return;
    }
    let unplaced = unplaced(settings);
    if !unplaced.is_empty() {
        let names: Vec<String> = unplaced.iter().map(|name| format!("`{name}`")).collect();
        line(out, &format!("# TO DO: the order of {} is not known: put each in its place, and say", names.join(", ")));
        line(out, "# what it comes `after:` and what comes after it. Until then a promotion to it says `--from`.");
    }
    line(out, "environments:");
    for environment in &settings.environments {
        line(out, &format!("  - name: {}", scalar(environment.name.as_str())));
        for (key, value) in stack::environment(environment, None).into_iter().filter(|(key, _)| key != "name") {
            line(out, &format!("    {key}: {}", flow(&value)));
        }
    }
    out.push_str(ENVIRONMENT_EXAMPLES);
}

/// The environments whose names do not tell their place.
pub fn unplaced(settings: &Settings) -> Vec<&EnvName> {
    settings
        .environments
        .iter()
        .map(|environment| &environment.name)
        .filter(|name| rank(name.as_str()).is_none())
        .collect()
}

fn applications(out: &mut String, settings: &Settings) {
    if settings.applications.is_empty() {
        line(out, "applications: []");
        line(out, "#   - name: web");
        line(out, "#     source: https://git.example.com/shop/web.git");
        line(out, "#     version: \"{commit}\"");
        line(out, "#     pins:");
        line(out, "#       - { image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }");
        return;
    }
    line(out, "applications:");
    let compact = settings.applications.len() > COMPACT;
    for application in &settings.applications {
        let value = stack::application(application);
        if compact {
            line(out, &format!("  - {}", flow(&Value::Object(value))));
            continue;
        }
        for (index, (key, value)) in value.iter().enumerate() {
            let dash = if index == 0 { '-' } else { ' ' };
            match value {
                Value::Array(pins) => {
                    line(out, &format!("    {key}:"));
                    pins.iter().for_each(|pin| line(out, &format!("      - {}", flow(pin))));
                }
                value => line(out, &format!("  {dash} {key}: {}", flow(value))),
            }
            if key == "name" && application.source.is_none() {
                line(out, "    # source: https://git.example.com/GROUP/NAME.git");
            }
        }
    }
    if compact && settings.applications.iter().all(|application| application.source.is_none()) {
        line(out, "  # each takes a `source: https://git.example.com/GROUP/NAME.git`, too");
    }
}

fn remarks(out: &mut String, heading: &str, told: &[(String, String)]) {
    let told = summary(told);
    if told.is_empty() {
        return;
    }
    line(out, &format!("\n# {heading}"));
    for (place, reason) in told.iter().take(MOST_REMARKS) {
        line(out, &format!("# - {}: {}", comment(place), comment(reason)));
    }
    if told.len() > MOST_REMARKS {
        let more = told.len() - MOST_REMARKS;
        line(out, &format!("# - and {more} more: `stageline init --dry-run -o json` lists them"));
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// Untrusted text in a comment: it must stay on its line, and be nothing but text to a YAML reader.
fn comment(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if steers(c, out.chars().next_back()) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The settings in force, defaults filled in, in the form of the file.
pub fn show(settings: &Settings) -> Value {
    let mut git = Entries::default();
    git.some("branch", settings.git.branch.as_ref().map(|branch| branch.as_str()));
    git.some("remote", settings.git.remote.as_ref().map(|remote| remote.as_str()));
    git.put("signing", stack::signing(settings.git.signing));
    let mut out = Entries::default();
    out.put("version", 1);
    out.some("id", settings.id.as_ref().map(ToString::to_string));
    out.put("git", git);
    out.some("owners", settings.owners.as_ref().map(rules::owners));
    out.put("environments", shown_environments(settings));
    out.list("freeze", settings.freezes.iter().map(rules::freeze));
    if !settings.people.is_empty() {
        let people = settings.people.iter().map(|person| (person.name.to_string(), rules::person(person)));
        out.put("people", people.collect::<Map<_, _>>());
    }
    if !settings.groups.is_empty() {
        let members = |group: &Group| json!(group.members.iter().map(PartyName::as_str).collect::<Vec<_>>());
        let groups = settings.groups.iter().map(|group| (group.name.to_string(), members(group)));
        out.put("groups", groups.collect::<Map<_, _>>());
    }
    out.some("signers-file", settings.signers_file.as_ref().map(|path| path.as_str()));
    out.some("trust-before", settings.trust_before.as_ref().map(ToString::to_string));
    if !settings.forges.is_empty() {
        let forges = settings.forges.iter().map(|forge| (forge.host.to_string(), stack::forge(forge)));
        out.put("forges", forges.collect::<Map<_, _>>());
    }
    out.some("requests", rules::requests(&settings.requests));
    out.some("issues", settings.issues.as_ref().map(rules::issues));
    let entries =
        settings.applications.iter().map(stack::application).chain(settings.families.iter().map(stack::family));
    out.put("applications", entries.map(with_defaults).collect::<Vec<_>>());
    out.list("feedback", settings.feedback.iter().map(rules::feedback));
    out.into()
}

/// The environments, with how they land and what they come after.
fn shown_environments(settings: &Settings) -> Vec<Value> {
    let mut before: Option<&EnvName> = None;
    let mut out = Vec::new();
    for environment in &settings.environments {
        let lasts = environment.ephemeral.is_none();
        let default = before.filter(|_| settings.origin == Origin::File && lasts);
        let mut value = stack::environment(environment, default);
        value.insert("landing".into(), json!(stack::landing(environment.landing)));
        value.insert("rollback".into(), stack::rollback(environment, environment.landing));
        out.push(Value::Object(value));
        if lasts {
            before = Some(&environment.name);
        }
    }
    out
}

/// An application with what its pins do to digests.
fn with_defaults(mut application: Map<String, Value>) -> Value {
    if let Some(Value::Array(pins)) = application.get_mut("pins") {
        for pin in pins.iter_mut().filter_map(Value::as_object_mut) {
            if ["image", "imagepolicy", "file"].iter().any(|kind| pin.contains_key(*kind)) {
                pin.entry("digest").or_insert(json!("ask"));
            }
        }
    }
    Value::Object(application)
}

/// A value on one line, as people write it.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let mut out = String::from("{ ");
            for (index, (key, value)) in entries.iter().enumerate() {
                let comma = if index > 0 { ", " } else { "" };
                // Writing to a String cannot fail.
                let _ = write!(out, "{comma}{}: {}", scalar(key), flow(value));
            }
            out.push_str(" }");
            out
        }
        other => other.to_string(),
    }
}

/// A text as YAML: plain where no reader could take it for something else, else in double quotes.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/' || c == '.')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "/_.@+-".contains(c))
        && !text.starts_with("...")
        && not_a_text(text).is_none();
    if plain { text.to_string() } else { Value::String(text.to_string()).to_string() }
}

#[cfg(test)]
mod tests {
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
        static SCHEMA: LazyLock<jsonschema::Validator> =
            LazyLock::new(|| jsonschema::validator_for(&schema()).unwrap());
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
                    (
                        format!("{folder}/kustomization.yaml"),
                        overlay(&[(&format!("\"{image}\""), tag), ("redis", "7.2.0")]),
                    )
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
        let found = Discovery { settings: settings.clone(), left_out: Vec::new(), to_look_at: Vec::new() };
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
        let again =
            check(written.as_bytes(), "stageline.yaml").unwrap_or_else(|faults| panic!("{faults:#?}\n{written}"));
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
            (
                "/environments/2",
                &keys::ENVIRONMENT.iter().copied().filter(|key| *key != "ephemeral").collect::<Vec<_>>(),
            ),
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
    fn each_key_of_the_file_and_of_its_environments_is_shown_in_one_form() {
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
            ("feedback: [{ webhook: $A }]", "feedback", json!([{ "webhook": "$A" }])),
            ("feedback: [{ email: $A, to: [authors] }]", "feedback", json!([{ "email": "$A", "to": "authors" }])),
            (
                "trust-before: ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD",
                "trust-before",
                json!("abcdefabcdefabcdefabcdefabcdefabcdefabcd"),
            ),
        ] {
            assert_eq!(shown_again(&with(written, "", "", ""))[key], shown, "{written}");
        }
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
            (
                "after: [{ environment: staging, same: tree }]",
                "after",
                json!({ "environment": "staging", "same": "tree" }),
            ),
            ("hotfix: { branches: x, from: [bob] }", "hotfix", json!({ "branches": ["x"], "from": "bob" })),
            ("requests: { reviewers: [] }", "requests", json!({ "reviewers": [] })),
            ("stable-after: 2w", "stable-after", json!("14d")),
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
                overlay(&[(&format!("r/app-{i}"), "v1.0.0"), ("r/other", "7.0.0"), ("redis", "7.0.0")]),
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
        let found = text(&["zoo", "staging", "bar", "production"]);
        let order = "  - name: staging\n  - name: production\n    after: staging\n  - name: bar\n    after: []\n  - name: zoo\n    after: []\n";
        assert!(found.contains(order) && found.contains("the order of `bar`, `zoo` is not known"), "{found}");
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
}
