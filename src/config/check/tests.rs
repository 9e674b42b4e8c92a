//! Faults of `stageline.yaml`, one by one and all at once.

use super::*;
use crate::domain::path::RepoPath;
use crate::domain::settings::{DigestRule, LandingMode, PinKind};

mod company;
mod keeps;
mod rules;
mod sinks;

/// The example of the design, every key of it.
pub const DESIGN: &str = include_str!("tests/design.yaml");

/// A good file; the slips of the table are made in it.
const GOOD: &str = r#"version: 1
git: { branch: main }
environments:
  - name: staging
  - name: production
    after: staging
    landing: direct
people:
  alice: { principals: [alice@example.com] }
groups: { managers: [alice] }
applications:
  - name: web
    source: ../web
    version: "{commit}"
    pins:
      - { image: shop/web, in: "apps/web/overlays/{environment}" }
"#;

fn faults(text: &str) -> Vec<Fault> {
    check(text.as_bytes(), "stageline.yaml").err().unwrap_or_default()
}

/// One slip in `GOOD`: the text that is replaced, what it becomes, and the fault's place, key, and words of its message and hint.
type Slip<'s> = (&'s str, &'s str, (u32, u32), &'s str, &'s str, &'s str);

fn assert_slips(slips: &[Slip<'_>]) {
    for (old, new, (line, column), key, message, hint) in slips {
        let text = GOOD.replacen(old, new, 1);
        assert_ne!(text, GOOD, "`{old}` is not in the file");
        let found = faults(&text);
        let fits = found.iter().any(|fault| {
            (fault.line, fault.column) == (*line, *column)
                && fault.key == *key
                && fault.message.contains(message)
                && fault.hint.as_deref().unwrap_or_default().contains(hint)
                && fault.file == "stageline.yaml"
        });
        assert!(fits, "`{new}`: wanted {line}:{column} `{key}` {message} ({hint}), found {found:#?}");
        assert_eq!(found.len(), 1, "`{new}`: one slip is one fault: {found:#?}");
    }
}

#[test]
fn a_good_file_has_no_faults_and_nothing_to_note() {
    let settings = check(GOOD.as_bytes(), "stageline.yaml").unwrap();
    assert_eq!(settings.notices, Vec::<String>::new());
    assert_eq!(settings.environments.len(), 2);
    assert_eq!(settings.git.signing, Signing::Required);
}

#[test]
fn slips_of_the_whole_file_are_found() {
    assert_slips(&[
        ("version: 1\n", "", (1, 1), "version", "`version` is missing", "version: 1"),
        ("version: 1", "version: 2", (1, 10), "version", "reads version 1", "version: 1"),
        ("version: 1", "version: \"1\"", (1, 10), "version", "not a text", "version: 1"),
        ("version: 1", "version: yes", (1, 10), "version", "not a boolean", ""),
        ("version: 1", "version:", (1, 1), "version", "no value", ""),
        ("git: {", "gti: {", (2, 1), "gti", "unknown key `gti`", "did you mean `git`?"),
        ("git: {", "\"a\\nb\": {", (2, 1), "a\nb", "unknown key `a\\nb`", "the keys here are"),
        ("branch: main", "branhc: main", (2, 8), "git.branhc", "unknown key", "did you mean `branch`?"),
        ("branch: main", "branch: -f", (2, 16), "git.branch", "is not a branch name", ""),
        ("branch: main", "branch: main, branch: other", (2, 22), "git.branch", "already there, on line 2", "keep one"),
        ("git: { branch: main }", "git: main", (2, 6), "git", "must be a mapping, not a text", ""),
        ("branch: main", "signing: none", (2, 17), "git.signing", "`required` and `optional`", ""),
        ("branch: main", "remote: a b", (2, 16), "git.remote", "not a branch name", ""),
        ("people:", "signers-file: ../x\npeople:", (8, 15), "signers-file", "leaves the repository", ""),
        ("people:", "signers-file: .\npeople:", (8, 15), "signers-file", "names the root", ""),
        ("people:", "owners: bob\npeople:", (8, 9), "owners", "no person or group `bob`", "people"),
    ]);
}

#[test]
fn slips_of_environments_are_found() {
    assert_slips(&[
        ("name: staging", "nmae: staging", (4, 5), "environments[0].nmae", "unknown key", "did you mean `name`?"),
        ("name: production", "name: 1234", (5, 11), "environments[1].name", "is a number", "\"1234\""),
        ("name: production", "name: yes", (5, 11), "environments[1].name", "is a boolean", "in quotes"),
        ("name: production", "name: ~", (5, 11), "environments[1].name", "is null", ""),
        ("name: production", "name:", (5, 5), "environments[1].name", "has no value", ""),
        ("name: production", "name: \" \"", (5, 11), "environments[1].name", "empty", ""),
        ("name: production", "name: [staging]", (5, 11), "environments[1].name", "must be a text, not a list", ""),
        ("name: production", "name: !!int staging", (5, 17), "environments[1].name", "has a YAML tag", ""),
        ("name: production", "name: Staging", (5, 11), "environments[1].name", "differ only in case", ""),
        ("after: staging", "after: stagin", (6, 12), "environments[1].after", "no environment `stagin`", "`staging`"),
        (
            "after: staging",
            "after: [staging, x]",
            (6, 22),
            "environments[1].after[1]",
            "no environment `x`",
            "are `staging`",
        ),
        ("after: staging", "after: [staging, staging]", (6, 22), "environments[1].after[1]", "twice", ""),
        ("after: staging", "after: production", (6, 12), "environments[1].after", "after itself", ""),
        (
            "name: staging",
            "name: staging\n    after: production",
            (5, 12),
            "environments[0].after",
            "circle: `staging` after `production` after `staging`",
            "",
        ),
        ("after: staging", "after: { same: tree }", (6, 12), "environments[1].after", "no `environment`", ""),
        (
            "after: staging",
            "after: { environment: staging, same: commit }",
            (6, 42),
            "environments[1].after.same",
            "`tree`",
            "",
        ),
        (
            "landing: direct",
            "landing: merge-requst",
            (7, 14),
            "environments[1].landing",
            "not a word",
            "`merge-request`",
        ),
        (
            "landing: direct",
            "rollback: { landing: later }",
            (7, 26),
            "environments[1].rollback.landing",
            "not a word",
            "",
        ),
        (
            "landing: direct",
            "rollback: { exempt: [hold] }",
            (7, 26),
            "environments[1].rollback.exempt[0]",
            "not a word",
            "",
        ),
        ("landing: direct", "clusters: [a/b]", (7, 16), "environments[1].clusters[0]", "neither the name", ""),
        ("landing: direct", "clusters: []", (7, 15), "environments[1].clusters", "empty list", "leave the key out"),
        ("landing: direct", "git: { branch: a..b }", (7, 20), "environments[1].git.branch", "not a branch name", ""),
        ("landing: direct", "branches: [\"a b\"]", (7, 16), "environments[1].branches[0]", "not a branch name", ""),
        ("landing: direct", "stable-after: 48", (7, 19), "environments[1].stable-after", "no unit", "24h"),
        ("landing: direct", "stable-after: 1mo", (7, 19), "environments[1].stable-after", "no fixed length", ""),
        ("landing: direct", "stable-after: soon", (7, 19), "environments[1].stable-after", "not a span", ""),
        ("landing: direct", "stable-after: 0h", (7, 19), "environments[1].stable-after", "longer than nothing", ""),
        ("landing: direct", "ephemeral: { ttl: 7d }", (7, 16), "environments[1].ephemeral", "no `path`", ""),
        ("landing: direct", "ephemeral: { path: x }", (7, 24), "environments[1].ephemeral.path", "no `{slug}`", ""),
        (
            "landing: direct",
            "override: { signature: alice }",
            (7, 17),
            "environments[1].override.signature",
            "never",
            "",
        ),
        ("landing: direct", "override: { soka: alice }", (7, 17), "environments[1].override.soka", "no gate", "`soak`"),
        (
            "landing: direct",
            "signers: managres",
            (7, 14),
            "environments[1].signers",
            "no person or group",
            "`managers`",
        ),
        ("landing: direct", "gates: { soack: 1h }", (7, 14), "environments[1].gates.soack", "unknown key", "`soak`"),
        (
            "landing: direct",
            "gates: { checks: [{ by: alice }] }",
            (7, 23),
            "environments[1].gates.checks[0]",
            "no `name`",
            "",
        ),
        (
            "landing: direct",
            "gates: { approvals: { count: 0, from: alice } }",
            (7, 34),
            "environments[1].gates.approvals.count",
            "whole number",
            "",
        ),
        (
            "landing: direct",
            "gates: { freeze: [{ from: 18:00, until: \"19:00\" }] }",
            (7, 31),
            "environments[1].gates.freeze[0].from",
            "is a number",
            "quotes",
        ),
        (
            "landing: direct",
            "gates: { freeze: [{ from: \"fri 25:00\", until: \"19:00\" }] }",
            (7, 31),
            "environments[1].gates.freeze[0].from",
            "not a moment",
            "fri 16:00",
        ),
        (
            "landing: direct",
            "gates: { freeze: [{ from: \"18:00\" }] }",
            (7, 23),
            "environments[1].gates.freeze[0]",
            "no `until`",
            "",
        ),
        (
            "landing: direct",
            "gates: { freeze: [{ days: [sat], timezone: Mars/X }] }",
            (7, 48),
            "environments[1].gates.freeze[0].timezone",
            "not a time zone",
            "",
        ),
        (
            "landing: direct",
            "gates: { freeze: [{ days: [caturday] }] }",
            (7, 32),
            "environments[1].gates.freeze[0].days[0]",
            "not a word",
            "",
        ),
    ]);
    let twice = GOOD.replace("name: production\n    after: staging", "name: staging");
    assert!(faults(&twice).iter().any(|f| f.key == "environments[1].name" && f.message.contains("already taken")));
    let none = faults("version: 1\napplications: []\n");
    assert_eq!((none.len(), none[0].key.as_str()), (1, "environments"));
    let empty = faults("version: 1\nenvironments: []\n");
    assert_eq!((empty.len(), empty[0].line, empty[0].column), (1, 2, 15));
}

#[test]
fn nothing_comes_after_an_ephemeral_environment() {
    let text = GOOD.replace("- name: staging", "- name: staging\n    ephemeral: { path: \"p/{slug}\" }");
    let found = faults(&text);
    assert!(found.iter().any(|f| f.key == "environments[1].after" && f.message.contains("ephemeral")), "{found:?}");
}

#[test]
fn slips_of_people_are_found() {
    assert_slips(&[
        (
            "principals: [alice@example.com]",
            "forge: alice",
            (9, 10),
            "people.alice",
            "no `principals`",
            "alice@example.com",
        ),
        ("principals: [alice@example.com]", "principals: []", (9, 24), "people.alice.principals", "empty list", ""),
        (
            "principals: [alice@example.com]",
            "principals: [\"a b\"]",
            (9, 25),
            "people.alice.principals[0]",
            "not one principal",
            "",
        ),
        (
            "groups:",
            "  bob: { principals: [alice@example.com] }\ngroups:",
            (10, 23),
            "people.bob.principals[0]",
            "principal of `alice`",
            "",
        ),
        ("managers: [alice]", "managers: [alcie]", (10, 22), "groups.managers[0]", "no person `alcie`", "`alice`"),
        ("managers: [alice]", "alice: [alice]", (10, 11), "groups.alice", "name of a person", ""),
    ]);
    let number = faults(&GOOD.replace("  alice: {", "  123: {"));
    assert!(number.iter().any(|f| (f.line, f.column) == (9, 3) && f.message.contains("is a number")), "{number:?}");
}

#[test]
fn slips_of_applications_are_found() {
    const PIN: &str = "{ image: shop/web, in: \"apps/web/overlays/{environment}\" }";
    assert_slips(&[
        ("name: web", "name: we b", (12, 11), "applications[0].name", "has the character", ""),
        ("source: ../web", "source: \"ext::sh -c x\"", (13, 13), "applications[0].source", "starts a program", ""),
        ("source: ../web", "source: \"-x\"", (13, 13), "applications[0].source", "begin with `-`", ""),
        ("source: ../web", "path: ../web", (13, 11), "applications[0].path", "leaves the repository", ""),
        ("\"{commit}\"", "latest", (14, 14), "applications[0].version", "neither {commit} nor {tag}", ""),
        ("\"{commit}\"", "\"{sha}\"", (14, 14), "applications[0].version", "is not a field", ""),
        (PIN, "{ in: \"a/{environment}\" }", (16, 9), "applications[0].pins[0]", "no kind of pin", "`image`"),
        (PIN, "{ image: shop/web }", (16, 9), "applications[0].pins[0]", "has no `in`", "overlay"),
        (
            PIN,
            "{ chrat: x, in: \"a/{environment}\" }",
            (16, 11),
            "applications[0].pins[0].chrat",
            "unknown key `chrat`",
            "did you mean `chart`?",
        ),
        (PIN, "{ file: \"{environment}.yaml\" }", (16, 9), "applications[0].pins[0]", "has no `path`", "image.tag"),
        (
            PIN,
            "{ file: \"{environment}.yaml\", path: \"a[\" }",
            (16, 45),
            "applications[0].pins[0].path",
            "is not a path",
            "",
        ),
        (
            PIN,
            "{ chart: x, path: y, in: \"{environment}.yaml\" }",
            (16, 21),
            "applications[0].pins[0].path",
            "takes no `path`",
            "",
        ),
        (
            PIN,
            "{ label: x, name: y, in: \"a/{environment}\" }",
            (16, 21),
            "applications[0].pins[0].name",
            "takes no `name`",
            "",
        ),
        (
            PIN,
            "{ literal: \"V=\", in: \"a/{environment}\" }",
            (16, 20),
            "applications[0].pins[0].literal",
            "without `=`",
            "",
        ),
        (
            PIN,
            "{ imagepolicy: \"flux-system:web:tag\", in: \"a/{environment}\" }",
            (16, 24),
            "applications[0].pins[0].imagepolicy",
            "NAMESPACE:NAME",
            "",
        ),
        (
            PIN,
            &format!("{PIN}\n    members: [shop, web]"),
            (17, 21),
            "applications[0].members[1]",
            "`web` is already taken",
            "",
        ),
        (PIN, &format!("{PIN}\n    members: []"), (17, 14), "applications[0].members", "is an empty list", ""),
        (
            PIN,
            "{ image: a, chart: b, in: \"a/{environment}\" }",
            (16, 21),
            "applications[0].pins[0].chart",
            "one kind",
            "",
        ),
        (
            "image: shop/web",
            "image: \"shop/web:v1\"",
            (16, 18),
            "applications[0].pins[0].image",
            "has a tag or digest",
            "",
        ),
        ("image: shop/web", "image: shop/", (16, 18), "applications[0].pins[0].image", "does not end with a name", ""),
        (
            "/{environment}\"",
            "/{enviroment}\"",
            (16, 32),
            "applications[0].pins[0].in",
            "`{enviroment}` is not a placeholder",
            "`{environment}`",
        ),
        ("/{environment}\"", "/{environment\"", (16, 32), "applications[0].pins[0].in", "brace", ""),
        ("\"apps/web", "\"../apps/web", (16, 32), "applications[0].pins[0].in", "leaves the repository", ""),
        ("\"apps/web", "\"/apps/web", (16, 32), "applications[0].pins[0].in", "not a relative path", ""),
        (
            "/{environment}\"",
            "/{environment}/{cluster}\"",
            (16, 32),
            "applications[0].pins[0].in",
            "`staging` and `production` have no `clusters`",
            "clusters",
        ),
        (
            "/{environment}\"",
            "\"",
            (16, 9),
            "applications[0].pins[0]",
            "`staging` and `production` would share one pin",
            "write `{environment}` in `in:`",
        ),
        (
            "{ image: shop/web, in: \"apps/web/overlays/{environment}\" }",
            "{ file: apps/web.yaml, path: tag }",
            (16, 9),
            "applications[0].pins[0]",
            "`staging` and `production` would share one pin",
            "write `{environment}` in `file:` or `path:`",
        ),
        (
            "{environment}\" }",
            "{environment}\", digest: keep }",
            (16, 75),
            "applications[0].pins[0].digest",
            "`ask` and `drop`",
            "",
        ),
        (
            "{environment}\" }",
            "{environment}\", environments: [prod] }",
            (16, 82),
            "applications[0].pins[0].environments[0]",
            "no environment `prod`",
            "",
        ),
    ]);
    let same = format!("{GOOD}  - name: other\n    pins: [{PIN}]\n");
    let found = faults(&same);
    assert!(found.iter().any(|f| f.key == "applications[1].pins[0]" && f.message.contains("same pin")), "{found:?}");
    let bare = format!("{GOOD}  - name: other\n");
    let found = faults(&bare);
    assert_eq!((found.len(), found[0].line, found[0].column), (1, 17, 5), "{found:?}");
}

#[test]
fn one_place_serves_two_environments_only_on_two_branches() {
    let text = GOOD.replace("/{environment}\"", "\"").replace("landing: direct", "git: { branch: production }");
    assert_eq!(faults(&text), vec![]);
}

#[test]
fn an_alias_and_a_merge_key_are_to_be_written_out() {
    let text = "version: 1\nenvironments:\n  - &a { name: staging }\n  - *a\n  - <<: *a\n    name: x\n";
    let found = faults(text);
    let places: Vec<(u32, u32, &str)> = found.iter().map(|f| (f.line, f.column, f.message.as_str())).collect();
    assert_eq!(
        places,
        [(4, 5, "is an alias; aliases are not followed here"), (5, 5, "merge keys (`<<`) are not read here")]
    );
}

#[test]
fn a_file_that_is_no_mapping_or_no_yaml_is_one_clear_fault() {
    for (text, line, message) in [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("~\n", 1, "empty"),
        ("- a\n", 1, "must be a mapping"),
        ("just words\n", 1, "must be a mapping"),
        ("version: 1\n---\nversion: 1\n", 3, "more than one document"),
    ] {
        let found = faults(text);
        assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        assert_eq!(found[0].line, line, "{text:?}: {found:?}");
        assert!(found[0].message.contains(message), "{text:?}: {found:?}");
    }
    let broken = faults("version: 1\nenvironments: [a\n");
    assert_eq!(broken.len(), 1);
    assert!(broken[0].line >= 2, "{broken:?}");
}

#[test]
fn all_faults_come_at_once_in_the_order_of_the_file() {
    let text = GOOD
        .replace("version: 1", "version: 3")
        .replace("landing: direct", "landing: x")
        .replace("after: staging", "after: nowhere")
        .replace("image: shop/web", "image: \"a b\"");
    let lines: Vec<u32> = faults(&text).iter().map(|f| f.line).collect();
    assert_eq!(lines, [1, 6, 7, 16]);
}

#[test]
fn a_secret_is_refused_and_never_shown() {
    for (old, new) in [
        ("source: ../web", "source: https://alice:hunter2@git.example.com/web.git"),
        ("people:", "feedback: [{ slack: \"https://hooks.example.com/hunter2\" }]\npeople:"),
        ("people:", "feedback: [{ webhook: $SMTP_X, secret: hunter2 }]\npeople:"),
    ] {
        let found = faults(&GOOD.replace(old, new));
        assert_eq!(found.len(), 1, "{new}");
        assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
    }
}

#[test]
fn the_design_example_reads_into_settings_and_each_later_key_is_noted_once() {
    let settings = check(DESIGN.as_bytes(), "stageline.yaml").unwrap();
    let names: Vec<&str> = settings.environments.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["preview", "staging", "production", "archive"]);
    assert!(settings.environments[0].ephemeral.is_some());
    let production = &settings.environments[2];
    assert_eq!(production.named_before()[0].as_str(), "staging");
    assert_eq!(production.branch.as_ref().map(BranchName::as_str), Some("production"));
    assert_eq!(production.clusters, ["eu", "us"]);
    assert_eq!(
        (production.landing, production.rollback_landing),
        (LandingMode::MergeRequest, Some(LandingMode::Direct))
    );
    assert_eq!(settings.people[0].principals[0].as_str(), "alice@example.com");
    assert_eq!(settings.signers_file.as_ref().map(RepoPath::as_str), Some(".stageline/allowed_signers"));
    let web = &settings.applications[0];
    assert_eq!(settings.applications[1].concerns[0].as_str(), "services/shop");
    let PinKind::Image { image, digest } = &web.pins[0].kind else { panic!("another kind") };
    assert_eq!((image.as_str(), *digest), ("registry.example.com/shop/web", DigestRule::Ask));
    let keys: Vec<&str> = settings.notices.iter().map(|notice| notice.split(' ').nth(1).unwrap()).collect();
    assert_eq!(keys, ["environments[2].clusters", "environments[3].gates.approvals"]);
}

#[test]
fn keys_of_ones_own_begin_with_x() {
    assert_eq!(faults(&format!("{GOOD}x-team: shop\n")), vec![]);
    assert_eq!(faults(&GOOD.replace("after: staging", "after: staging\n    x-team: shop")).len(), 1);
}

#[test]
fn a_quoted_number_is_a_text() {
    assert_eq!(faults(&GOOD.replace("name: web", "name: \"1234\"")), vec![]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(500))]
    #[test]
    fn a_damaged_file_is_read_or_has_faults_with_places(
        at in 0..DESIGN.len(),
        cut in 0..40usize,
        put in proptest::sample::select(vec!["", "\n", ": ", "[", "}", "*a", "&a ", "- ", "~", "\"", "é", "\t", "<<: ", "{x}", "!!int "]),
    ) {
        let mut bytes = DESIGN.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        if let Err(faults) = check(&bytes, "stageline.yaml") {
            proptest::prop_assert!(!faults.is_empty());
            proptest::prop_assert!(faults.iter().all(|fault| fault.line >= 1 && !fault.message.is_empty()), "{faults:?}");
        }
    }
}
