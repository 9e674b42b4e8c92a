//! The rules of one file that bind a change, each as canonical JSON in the file's own words: what a change digest holds of a policy.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::domain::change_list::{Rule, RuleOf};
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::plan::{Class, Proposal};
use crate::domain::settings::{PartyName, Settings};

use super::rules::{self, Entries};
use super::{shown_environments, stack};

/// What binds no change: where something stands (the change itself says it), what it is called, and what is done beside a landing.
const FREE_OF_ENVIRONMENTS: [&str; 5] = ["name", "git", "clusters", "requests", "stable-after"];
const FREE_OF_ROLLBACKS: [&str; 1] = ["reviewers"];
const FREE_OF_APPLICATIONS: [&str; 4] = ["name", "was", "members", "pins"];
const FREE_OF_FAMILIES: [&str; 1] = ["pins"];

/// The rules of a branch's settings that bind a change. `near`: applications under whose overlays it changes more than pins.
/// What the settings do not know is new in the change, and bound by the rules of all environments and of whoever owns the file.
pub fn rules(branch: &BranchName, settings: &Settings, proposal: &Proposal, near: &BTreeSet<AppName>) -> Vec<Rule> {
    let apps: BTreeSet<&AppName> = proposal.applications().into_iter().chain(near).collect();
    let all = settings.environments.iter().map(|env| &env.name);
    let mut envs = proposal.environments(all.clone());
    let known = settings.applications.iter().flat_map(|app| std::iter::once(&app.name).chain(&app.members));
    let has_new_env = envs.iter().any(|name| settings.environment(name).is_none());
    let has_new_app = !apps.is_subset(&known.collect());
    if has_new_env {
        envs.extend(all);
    }
    let is_owned = has_new_env || has_new_app || changes_what_owners_decide_on(proposal);
    let mut out = vec![(RuleOf::File, of_the_file(settings, &envs, is_owned))];
    let shown = settings.environments.iter().zip(shown_environments(settings));
    let touched = shown.filter(|(env, _)| envs.contains(&env.name));
    out.extend(touched.map(|(env, value)| (RuleOf::Environment(env.name.clone()), of_an_environment(value))));
    let applications = settings.applications.iter().filter(|app| apps.contains(&app.name));
    let own = applications.map(|app| (app.name.clone(), without(stack::application(app), &FREE_OF_APPLICATIONS)));
    out.extend(own.map(|(name, value)| (RuleOf::Application(name), value)));
    if has_new_app && !settings.families.is_empty() {
        let families = settings.families.iter().map(|family| without(stack::family(family), &FREE_OF_FAMILIES));
        out.push((RuleOf::Families, families.collect()));
    }
    let groups = groups(settings, &out);
    out.extend(groups);
    let rule = |(of, value)| Rule { branch: branch.clone(), of, text: canonical(value) };
    out.into_iter().map(rule).collect()
}

/// Where the rules of one file for these environments are others than those of another one, each by its key in words, with what the
/// two say; `None`: nothing. What says how a change lands is not among them, since a default stands for it.
pub fn apart(
    own: &Settings,
    theirs: &Settings,
    envs: &BTreeSet<&EnvName>,
) -> Vec<(String, Option<String>, Option<String>)> {
    let (own, theirs) = (by_key(own, envs), by_key(theirs, envs));
    let keys: BTreeSet<&String> = own.keys().chain(theirs.keys()).collect();
    let both = keys.into_iter().map(|key| (key.clone(), own.get(key).cloned(), theirs.get(key).cloned()));
    both.filter(|(_, own, theirs)| own != theirs).collect()
}

/// Each rule of a file for these environments, in the file's own words.
fn by_key(settings: &Settings, envs: &BTreeSet<&EnvName>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut put = |key: String, value: &Value| {
        let text = value.as_str().map_or_else(|| canonical(value.clone()), str::to_string);
        out.insert(key, text);
    };
    let file = of_the_file(settings, envs, true);
    let entries = file.as_object().into_iter().flatten();
    entries.filter(|(key, _)| *key != "signing").for_each(|(key, value)| put(format!("`{key}`"), value));
    let people: Map<String, Value> =
        settings.people.iter().map(|one| (one.name.to_string(), rules::person(one))).collect();
    put("`people`".into(), &people.into());
    let named = |name: &PartyName| name.to_string();
    let members = |all: &[PartyName]| json!(all.iter().map(named).collect::<Vec<_>>());
    let groups: Map<String, Value> =
        settings.groups.iter().map(|one| (one.name.to_string(), members(&one.members))).collect();
    put("`groups`".into(), &groups.into());
    put("`signers-file`".into(), &json!(settings.signers_file.as_ref().map(RepoPath::as_str)));
    let shown = settings.environments.iter().zip(shown_environments(settings));
    for (env, value) in shown.filter(|(env, _)| envs.contains(&env.name)) {
        let value = of_an_environment(value);
        let of = |key: &str| format!("`{key}` of `{}`", env.name);
        for (key, value) in value.as_object().into_iter().flatten() {
            match (key.as_str(), value) {
                ("landing", _) => {}
                ("gates" | "rollback", Value::Object(below)) => {
                    let below = below.iter().filter(|(inner, _)| *inner != "landing");
                    below.for_each(|(inner, value)| put(of(&format!("{key}.{inner}")), value));
                }
                (key, value) => put(of(key), value),
            }
        }
    }
    out
}

/// Whether policy is among what changes, or a record that is neither a hold nor a hotfix: such a one has no rule of its own yet.
fn changes_what_owners_decide_on(proposal: &Proposal) -> bool {
    let holds = proposal.records.iter().map(|record| &record.path);
    let known: BTreeSet<&RepoPath> = holds.chain(proposal.hotfixes.iter().map(|change| &change.path)).collect();
    proposal.others.iter().any(|other| match other.class {
        Class::Policy => true,
        Class::Record => !known.contains(&other.path),
        Class::Environment(_) | Class::Outside => false,
    })
}

fn of_the_file(settings: &Settings, envs: &BTreeSet<&EnvName>, is_owned: bool) -> Value {
    let mut out = Entries::default();
    out.put("signing", stack::signing(settings.git.signing));
    let concerns = |names: &[EnvName]| names.is_empty() || names.iter().any(|name| envs.contains(name));
    out.list("freeze", settings.freezes.iter().filter(|one| concerns(&one.environments)).map(rules::freeze));
    out.texts("receipts", rules::names(&settings.receipts));
    out.some("trust-before", settings.trust_before.as_ref().map(ToString::to_string));
    out.some("owners", settings.owners.as_ref().filter(|_| is_owned).map(rules::owners));
    out.into()
}

fn of_an_environment(value: Value) -> Value {
    let Value::Object(entries) = value else { return value };
    let mut out = without(entries, &FREE_OF_ENVIRONMENTS);
    if let Some(rollback) = out.get_mut("rollback").and_then(Value::as_object_mut) {
        rollback.retain(|key, _| !FREE_OF_ROLLBACKS.contains(&key.as_str()));
    }
    out
}

fn without(mut entries: Map<String, Value>, free: &[&str]) -> Value {
    entries.retain(|key, _| !free.contains(&key.as_str()));
    Value::Object(entries)
}

/// The groups whose names stand in these rules, with who is in them.
fn groups(settings: &Settings, told: &[(RuleOf, Value)]) -> Vec<(RuleOf, Value)> {
    let mut texts = BTreeSet::new();
    told.iter().for_each(|(_, value)| texts_of(value, &mut texts));
    let named = settings.groups.iter().filter(|group| texts.contains(group.name.as_str()));
    let members = |names: &[PartyName]| json!(names.iter().map(PartyName::as_str).collect::<Vec<_>>());
    named.map(|group| (RuleOf::Group(group.name.clone()), members(&group.members))).collect()
}

/// Every text in a value; keys are ours, and no texts.
fn texts_of<'v>(value: &'v Value, out: &mut BTreeSet<&'v str>) {
    match value {
        Value::String(text) => drop(out.insert(text)),
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, out)),
        Value::Object(entries) => entries.values().for_each(|value| texts_of(value, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// JSON without a blank, its keys sorted.
fn canonical(mut value: Value) -> String {
    value.sort_all_objects();
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;
    use crate::domain::hold::{Cover, HoldFile, Record, RecordChange};
    use crate::domain::pin::{Assignment, PinMove};
    use crate::domain::plan::{Other, sample};

    const SETTINGS: &str = "\
version: 1
git: { signing: optional }
owners: { from: owners-of-all, approvals: 2 }
environments:
  - name: staging
    branches: [latest]
  - name: production
    clusters: [eu]
    landing: merge-request
    gates: { soak: 24h, approvals: { count: 1, from: managers } }
    signers: managers
    rollback: { landing: direct, reviewers: on-call }
    requests: { labels: [release], reviewers: on-call }
    stable-after: 48h
freeze:
  - { environments: [staging], days: [sun] }
  - { environments: [production], days: [sat, sun], reason: weekend }
people:
  alice: { principals: [alice@example.com] }
  bob: { principals: [bob@example.com] }
groups: { managers: [alice, bob], on-call: [bob], owners-of-all: [alice], team-web: [bob] }
applications:
  - name: web
    source: https://git.example.com/shop/web.git
    owners: team-web
    pins: [{ image: shop/web, in: \"apps/web/{cluster}/{environment}\", environments: [production] }]
  - name: api
    pins: [{ image: shop/api, in: \"apps/api/{environment}\" }]
  - each: \"{application}\"
    owners: team-web
    pins: [{ image: \"shop/{application}\", in: \"teams/{application}/{environment}\" }]
";

    fn settings(text: &str) -> Settings {
        check(text.as_bytes(), "stageline.yaml").unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    fn moved(app: &str, env: &str) -> Proposal {
        let moved = PinMove {
            app: AppName::new(app).unwrap(),
            env: EnvName::new(env).unwrap(),
            instance: None,
            recorded: None,
            request: None,
            from: None,
            to: None,
            was: Assignment::default(),
            is: Assignment::default(),
            sites: vec![],
        };
        Proposal { moves: vec![moved], ..sample::proposal() }
    }

    fn edited(path: &str, class: Class) -> Proposal {
        let other = Other { path: RepoPath::new(path).unwrap(), class, was: None, is: None };
        Proposal { others: vec![other], ..sample::proposal() }
    }

    fn told_of(settings: &Settings, proposal: &Proposal, near: &[&str]) -> Vec<String> {
        let near = near.iter().map(|name| AppName::new(*name).unwrap()).collect();
        let all = rules(&BranchName::new("main").unwrap(), settings, proposal, &near);
        all.into_iter().map(|rule| format!("{:?} {}", rule.of, rule.text)).collect()
    }

    fn told(proposal: &Proposal) -> Vec<String> {
        told_of(&settings(SETTINGS), proposal, &[])
    }

    const FILE: &str = r#"File {"freeze":[{"days":["sat","sun"],"environments":["production"],"reason":"weekend"}],"signing":"optional"}"#;
    const PRODUCTION: &str = r#"Environment(EnvName("production")) {"after":"staging","gates":{"approvals":[{"count":1,"from":"managers"}],"soak":"24h"},"landing":"merge-request","rollback":{"landing":"direct"},"signers":"managers"}"#;
    const WEB: &str = r#"Application(AppName("web")) {"owners":"team-web","source":"https://git.example.com/shop/web.git","version":"{commit}"}"#;
    const MANAGERS: &str = r#"Group(PartyName("managers")) ["alice","bob"]"#;
    const TEAM: &str = r#"Group(PartyName("team-web")) ["bob"]"#;

    #[test]
    fn a_move_is_bound_by_its_environment_its_application_and_the_groups_that_these_name_and_by_no_more() {
        assert_eq!(told(&moved("web", "production")), [FILE, PRODUCTION, WEB, MANAGERS, TEAM]);
    }

    #[test]
    fn what_binds_another_change_or_none_leaves_the_rules_as_they_are() {
        let is_same = |from: &str, to: &str| {
            assert!(SETTINGS.contains(from), "{from}");
            let now = settings(&SETTINGS.replace(from, to));
            told_of(&now, &moved("web", "production"), &[]) == told(&moved("web", "production"))
        };
        for (from, to) in [
            ("branches: [latest]", "branches: [main]"),
            ("approvals: 2", "approvals: 1"),
            ("on-call: [bob]", "on-call: [alice]"),
            ("reviewers: on-call }\n    stable-after: 48h", "reviewers: managers }\n    stable-after: 1h"),
            ("clusters: [eu]", "clusters: [eu, us]"),
            ("days: [sun] }", "days: [mon] }"),
            ("alice@example.com", "alice@example.org"),
            ("image: shop/api", "image: shop/backend"),
            ("soak: 24h", "soak: 1d"),
        ] {
            assert!(is_same(from, to), "{from} -> {to}");
        }
        for (from, to) in [
            ("signing: optional", "signing: required"),
            ("soak: 24h", "soak: 23h"),
            ("signers: managers", "signers: alice"),
            ("landing: merge-request", "landing: direct"),
            ("landing: direct, reviewers", "landing: merge-request, reviewers"),
            ("managers: [alice, bob]", "managers: [bob]"),
            ("reason: weekend", "reason: week end"),
            ("shop/web.git", "mallory/web.git"),
            ("team-web: [bob]", "team-web: [alice]"),
            ("people:", "trust-before: 9d3e7aa1c0ffee00112233445566778899aabbcc\npeople:"),
        ] {
            assert!(!is_same(from, to), "{from} -> {to}");
        }
    }

    #[test]
    fn policy_is_bound_by_the_owners_of_the_file_and_other_files_by_whose_they_are() {
        let owned = r#"File {"owners":{"approvals":2,"from":"owners-of-all"},"signing":"optional"}"#;
        let owners = r#"Group(PartyName("owners-of-all")) ["alice"]"#;
        assert_eq!(told(&edited("stageline.yaml", Class::Policy)), [owned, owners]);
        assert_eq!(told(&edited(".stageline/previews/pr-1.yaml", Class::Record)), [owned, owners]);
        assert_eq!(told(&edited("README.md", Class::Outside)), [r#"File {"signing":"optional"}"#]);
        let production = Class::Environment(EnvName::new("production").into_iter().collect());
        let overlay = edited("apps/web/eu/production/x.yaml", production);
        assert_eq!(told_of(&settings(SETTINGS), &overlay, &["web"]), [FILE, PRODUCTION, WEB, MANAGERS, TEAM]);
    }

    #[test]
    fn a_hold_is_bound_by_the_environments_that_it_covers() {
        let hold = |env: Option<&str>| {
            let cover = Cover::of(env.and_then(|env| EnvName::new(env).ok()), None);
            let path = RepoPath::new(&cover.path()).unwrap();
            let record = Record { text: None, file: HoldFile::new(path.clone(), cover, Err("x".into())) };
            let records = vec![RecordChange { path: path.clone(), was: Some(record), is: None }];
            Proposal { records, ..edited(path.as_str(), Class::Record) }
        };
        assert_eq!(told(&hold(Some("production"))), [FILE, PRODUCTION, MANAGERS]);
        let all = told(&hold(None));
        assert!(all.iter().any(|rule| rule.starts_with("Environment(EnvName(\"staging\"))")), "{all:?}");
        assert!(all.contains(&PRODUCTION.to_string()) && all[0].contains("[\"sun\"]"), "{all:?}");
    }

    #[test]
    fn what_is_new_in_the_change_is_bound_by_the_owners_and_by_what_could_take_it() {
        let new_app = told(&moved("cart", "production"));
        assert!(new_app[0].contains("\"owners\":{\"approvals\":2"), "{new_app:?}");
        let families =
            r#"Families [{"born":"owners","each":"{application}","owners":"team-web","version":"{commit}"}]"#;
        assert!(new_app.contains(&families.to_string()) && new_app.contains(&TEAM.to_string()), "{new_app:?}");
        let new_env = told(&moved("web", "archive"));
        assert!(new_env.contains(&PRODUCTION.to_string()) && new_env[0].contains("owners"), "{new_env:?}");
    }

    #[test]
    fn every_rule_is_written_as_in_the_first_version_of_the_list() {
        let design = settings(include_str!("../check/tests/design.yaml"));
        let mut all = told_of(&design, &moved("web", "production"), &[]);
        all.extend(told_of(&design, &moved("shop", "archive"), &[]));
        all.sort();
        all.dedup();
        // What differs here changes digests that were approved: it takes another version of the list.
        assert_eq!(all.join("\n") + "\n", include_str!("../check/tests/design.rules.txt"));
    }

    #[test]
    fn what_two_files_say_apart_is_told_by_its_key_in_the_words_of_both() {
        let of_production = |from: &str, to: &str| {
            let (own, name) = (settings(&SETTINGS.replacen(from, to, 1)), EnvName::new("production").unwrap());
            let told = apart(&own, &settings(SETTINGS), &BTreeSet::from([&name]));
            let words = |word: Option<String>| word.unwrap_or("-".to_string());
            told.into_iter()
                .map(|(key, own, theirs)| format!("{key} {} {}", words(own), words(theirs)))
                .collect::<Vec<_>>()
        };
        for (from, to, told) in [
            ("x", "x", &[][..]),
            ("soak: 24h, ", "", &["`gates.soak` of `production` - 24h"]),
            ("    signers: managers", "    signers: alice", &["`signers` of `production` alice managers"]),
            (
                "[bob@example.com]",
                "[b@example.com]",
                &[
                    r#"`people` {"alice":{"principals":["alice@example.com"]},"bob":{"principals":["b@example.com"]}} {"alice":{"principals":["alice@example.com"]},"bob":{"principals":["bob@example.com"]}}"#,
                ],
            ),
            (
                "owners: { from: owners-of-all, approvals: 2 }",
                "owners: alice",
                &[r#"`owners` {"from":"alice"} {"approvals":2,"from":"owners-of-all"}"#],
            ),
            ("days: [sun]", "days: [mon]", &[]),
            ("branches: [latest]", "branches: [main]", &[]),
            ("landing: merge-request", "landing: direct", &[]),
        ] {
            assert_eq!(of_production(from, to), told, "{from} -> {to}");
        }
    }

    #[test]
    fn canonical_json_has_no_blank_and_its_keys_in_order() {
        let value = json!({ "b": [1, { "z": "a b\n\"é\u{2028}", "a": null }], "a": true });
        assert_eq!(canonical(value), "{\"a\":true,\"b\":[1,{\"a\":null,\"z\":\"a b\\n\\\"é\u{2028}\"}]}");
    }
}
