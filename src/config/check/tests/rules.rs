//! Faults of who may change what and when: owners, gates, overrides, hotfixes, previews, freezes.

use super::*;

/// One slip as the value of a key of `production`, on line 7 of `GOOD`: the line, the column, the key below the
/// environment, and words of the message and of the hint.
type Under<'s> = (&'s str, u32, &'s str, &'s str, &'s str);

fn assert_slips_in_production(slips: &[Under<'_>]) {
    for (line, column, key, message, hint) in slips {
        let key = format!("environments[1].{key}");
        assert_slips(&[("landing: direct", line, (7, *column), &key, message, hint)]);
    }
}

/// One slip as a line of the whole file, before `people:`, which is line 8.
fn assert_slips_in_the_file(slips: &[Under<'_>]) {
    for (line, column, key, message, hint) in slips {
        assert_slips(&[("people:", &format!("{line}\npeople:"), (8, *column), key, message, hint)]);
    }
}

#[test]
fn slips_of_owners_are_found() {
    assert_slips_in_the_file(&[
        ("owners: []", 9, "owners", "empty list", ""),
        ("owners: { approvals: 1 }", 9, "owners", "has no `from`: who owns the configuration", ""),
        ("owners: { from: managers, approvals: 0 }", 38, "owners.approvals", "a whole number from 1", ""),
        ("owners: { from: managers, approvals: yes }", 38, "owners.approvals", "not a boolean", ""),
        ("owners: { from: manager }", 17, "owners.from", "no person or group `manager`", "did you mean `managers`?"),
        ("owners: { form: managers }", 11, "owners.form", "unknown key", "did you mean `from`?"),
        ("owners: [managers, alcie]", 20, "owners[1]", "no person or group `alcie`", "did you mean `alice`?"),
    ]);
}

#[test]
fn slips_of_a_soak_are_found() {
    assert_slips_in_production(&[
        ("gates: { soak: 24 }", 20, "gates.soak", "`24` has no unit of time", "24h"),
        ("gates: { soak: [24h] }", 20, "gates.soak", "must be a text, not a list", ""),
        ("gates: { soak: 1ms }", 20, "gates.soak", "finer than a second", ""),
        ("gates: { soak: { since: landed } }", 20, "gates.soak", "has no `for`: how long", ""),
        ("gates: { soak: { for: 1y } }", 27, "gates.soak.for", "no fixed length", ""),
        ("gates: { soak: { for: 1h, since: landd } }", 38, "gates.soak.since", "not a word", "did you mean `landed`?"),
        ("gates: { soak: { for: 1h, clock: forg } }", 38, "gates.soak.clock", "not a word", "did you mean `forge`?"),
        ("gates: { soak: { for: 1h, counts: all } }", 39, "gates.soak.counts", "there is `contained`", ""),
        ("gates: { soak: { fro: 1h } }", 22, "gates.soak.fro", "unknown key", "did you mean `for`?"),
    ]);
}

#[test]
fn slips_of_checks_and_approvals_are_found() {
    assert_slips_in_production(&[
        ("gates: { checks: { name: a } }", 22, "gates.checks", "must be a list, not a mapping", ""),
        ("gates: { checks: [{ name: a }] }", 23, "gates.checks[0]", "has no `by`: who attests the check", ""),
        ("gates: { checks: [{ name: a, by: [] }] }", 38, "gates.checks[0].by", "empty list", ""),
        ("gates: { checks: [{ name: a, by: alic }] }", 38, "gates.checks[0].by", "no person or group", "`alice`"),
        (
            "gates: { checks: [{ name: a, by: alice, in: stagin }] }",
            49,
            "gates.checks[0].in",
            "no environment `stagin`",
            "did you mean `staging`?",
        ),
        (
            "gates: { checks: [{ name: a, by: alice, max-age: 7 }] }",
            54,
            "gates.checks[0].max-age",
            "no unit of time",
            "7d",
        ),
        (
            "gates: { checks: [{ name: a, by: alice, applications: [wbe] }] }",
            60,
            "gates.checks[0].applications[0]",
            "no application `wbe`",
            "did you mean `web`?",
        ),
        (
            "gates: { checks: [{ name: a, by: alice, applications: [\"w b\"] }] }",
            60,
            "gates.checks[0].applications[0]",
            "has the character",
            "",
        ),
        ("gates: { approvals: { from: alice } }", 25, "gates.approvals", "has no `count`", ""),
        ("gates: { approvals: [{ count: 1 }] }", 26, "gates.approvals[0]", "has no `from`", ""),
        ("gates: { approvals: 2 }", 25, "gates.approvals", "must be a mapping, not a number", ""),
        (
            "gates: { approvals: [{ count: 1.5, from: alice }] }",
            35,
            "gates.approvals[0].count",
            "a whole number from 1, not a number",
            "",
        ),
        (
            "gates: { approvals: { count: 1, from: [managers, owner] } }",
            54,
            "gates.approvals.from[1]",
            "no person or group `owner`",
            "",
        ),
        (
            "gates: { approvals: { count: 1, from: alice, max-age: 1mo } }",
            59,
            "gates.approvals.max-age",
            "no fixed length",
            "",
        ),
    ]);
}

#[test]
fn a_glob_of_applications_and_a_name_that_a_family_may_make_are_no_slips() {
    let check = |name: &str| {
        GOOD.replace(
            "landing: direct",
            &format!("gates: {{ checks: [{{ name: a, by: alice, applications: [{name}] }}] }}"),
        )
    };
    assert_eq!(faults(&check("\"shop-*\"")), vec![]);
    assert_eq!(faults(&check("\"!web\"")), vec![]);
    let family = "  - each: \"{application}\"\n    pins: [{ image: \"x/{application}\", in: \"y/{application}/{environment}\" }]\n";
    assert_eq!(faults(&format!("{}{family}", check("born-later"))), vec![]);
    assert_eq!(faults(&check("born-later")).len(), 1);
}

#[test]
fn a_word_that_is_also_somebodys_name_is_a_slip_only_where_it_is_used() {
    let named = |word: &str| GOOD.replace("managers: [alice]", &format!("{word}: [alice]"));
    assert_eq!(faults(&named("owners")), vec![]);
    let used = named("owners").replace("landing: direct", "gates: { approvals: { count: 1, from: owners } }");
    let found = faults(&used);
    assert_eq!((found.len(), found[0].line, found[0].column), (1, 7, 43), "{found:?}");
    assert!(found[0].message.contains("is called so, too"), "{found:?}");
    let told = format!("{}feedback: [{{ email: $SMTP_URL, to: authors }}]\n", named("authors"));
    assert_eq!((faults(&told).len(), faults(&told)[0].key.as_str()), (1, "feedback[0].to"));
}

#[test]
fn slips_of_freezes_are_found() {
    assert_slips_in_production(&[
        (
            "gates: { freeze: [{ from: \"fri 16:00\", until: \"08:00\" }] }",
            23,
            "gates.freeze[0]",
            "`from` is a day of the week with a time, and `until` is a time of day",
            "",
        ),
        (
            "gates: { freeze: [{ from: \"2027-01-04\", until: \"2026-12-21\" }] }",
            23,
            "gates.freeze[0]",
            "before it begins",
            "",
        ),
        (
            "gates: { freeze: [{ days: [sat], from: \"fri 16:00\", until: \"mon 08:00\" }] }",
            23,
            "gates.freeze[0]",
            "`days` goes with times of day",
            "",
        ),
        ("gates: { freeze: [{ days: [] }] }", 31, "gates.freeze[0].days", "empty list", ""),
        ("gates: { freeze: [{ days: [sat, sat] }] }", 37, "gates.freeze[0].days[1]", "in the list twice", ""),
        ("gates: { freeze: [{ reason: x }] }", 23, "gates.freeze[0]", "has neither", ""),
        ("gates: { freeze: [{ until: \"18:00\" }] }", 23, "gates.freeze[0]", "no `from`", ""),
        ("gates: { freeze: [{ days: sat, allow: on }] }", 43, "gates.freeze[0].allow", "to some readers", "`true`"),
        ("gates: { freeze: [{ days: sat, allow: 1 }] }", 43, "gates.freeze[0].allow", "`true` or `false`", ""),
        ("gates: { freeze: [{ days: sat, allow: \"true\" }] }", 43, "gates.freeze[0].allow", "not a text", ""),
        (
            "gates: { freeze: [{ days: sat, exempt: [rolback] }] }",
            45,
            "gates.freeze[0].exempt[0]",
            "not a word",
            "did you mean `rollback`?",
        ),
        (
            "gates: { freeze: [{ days: sat, environments: [staging] }] }",
            36,
            "gates.freeze[0].environments",
            "unknown key",
            "",
        ),
    ]);
    assert_slips_in_the_file(&[
        ("freeze: { days: sat }", 9, "freeze", "must be a list", ""),
        (
            "freeze: [{ days: sat, environments: [prodction] }]",
            38,
            "freeze[0].environments[0]",
            "no environment `prodction`",
            "did you mean `production`?",
        ),
        ("freeze: [{ days: sat, environments: [] }]", 37, "freeze[0].environments", "empty list", "all environments"),
        ("freeze: [{ days: sat, timezone: Berlin }]", 33, "freeze[0].timezone", "not a time zone", ""),
    ]);
}

#[test]
fn slips_of_signers_landers_overrides_and_hotfixes_are_found() {
    assert_slips_in_production(&[
        ("signers: []", 14, "signers", "empty list", ""),
        ("landers: [forg]", 15, "landers[0]", "no person or group `forg`", "add it under `people:`"),
        ("override: { soak: { alone: true } }", 23, "override.soak", "has no `from`", ""),
        ("override: { soak: { from: alice, alone: yes } }", 45, "override.soak.alone", "to some readers", "`true`"),
        ("override: { soak: { from: alcie } }", 31, "override.soak.from", "no person or group", "`alice`"),
        ("override: { soak: [] }", 23, "override.soak", "empty list", ""),
        ("override: { policy: alice }", 17, "override.policy", "never be overridden", ""),
        ("override: alice", 15, "override", "must be a mapping, not a text", ""),
        ("rollback: { reviewers: mangers }", 28, "rollback.reviewers", "no person or group", "`managers`"),
        ("rollback: { exempt: [sok] }", 26, "rollback.exempt[0]", "not a word", "did you mean `soak`?"),
        ("hotfix: { from: alice }", 13, "hotfix", "has no `branches`", ""),
        ("hotfix: { branches: [\"hotfix/*\"] }", 13, "hotfix", "has no `from`", ""),
        ("hotfix: { branches: [], from: alice }", 25, "hotfix.branches", "empty list", "hotfix/*"),
        ("hotfix: { branches: [\"a b\"], from: alice }", 26, "hotfix.branches[0]", "not a branch name", ""),
        ("hotfix: { branches: x, from: alice, exempt: [hold] }", 50, "hotfix.exempt[0]", "not a word", ""),
        ("hotfix: { branches: x, from: bob }", 34, "hotfix.from", "no person or group `bob`", ""),
    ]);
}

#[test]
fn slips_of_previews_are_found() {
    const PATH: &str = "ephemeral: { path: \"p/{slug}\"";
    let slip = |more: &str| format!("{PATH}, {more} }}");
    for (more, column, key, message, hint) in [
        ("template: \"a/{app}\"", 46, "template", "`{app}` is not a placeholder", "did you mean `{application}`?"),
        ("template: ../a", 46, "template", "leaves the repository", ""),
        ("from: stagin", 42, "from", "no environment `stagin`", "did you mean `staging`?"),
        ("from: production", 42, "from", "cannot be made from itself", ""),
        ("namespace: \"P-{slug}\"", 47, "namespace", "not a namespace", "small letters"),
        ("namespace: \"p-{slag}\"", 47, "namespace", "not a placeholder", "did you mean `{slug}`?"),
        ("ttl: 7", 41, "ttl", "no unit of time", ""),
        ("limit: 0", 43, "limit", "a whole number from 1", ""),
        ("url: preview.example.com", 41, "url", "not the address of a page", "https://"),
        ("url: \"https://{slug\"", 41, "url", "without its other half", ""),
        ("forks: all", 43, "forks", "not a word", ""),
        ("register: { path: a, entry: \"{slug}\" }", 46, "register", "has no `file`", ""),
        ("register: { file: ., path: a, entry: \"{slug}\" }", 54, "register.file", "not a file", ""),
        ("register: { file: f, path: \"a[\", entry: \"{slug}\" }", 63, "register.path", "is not a path", ""),
        ("register: { file: f, path: a, entry: x }", 73, "register.entry", "no `{slug}`", ""),
        ("register: { file: f, path: a, entry: { a: x } }", 73, "register.entry", "no `{slug}`", ""),
        ("register: { file: f, path: a, entry: {} }", 73, "register.entry", "no `{slug}`", ""),
        (
            "register: { file: f, path: a, entry: { a: \"{slag}\" } }",
            78,
            "register.entry.a",
            "not a placeholder",
            "`{slug}`",
        ),
        ("register: { file: f, path: a, entry: [\"{slug}\"] }", 73, "register.entry", "must be a text", ""),
        ("register: { file: f, path: a, entry: \"{slug}{url}\" }", 46, "register", "there is no `url`", "`url:`"),
        ("url: \"https://{namespace}.x\"", 41, "url", "there is no `namespace`", "`namespace:`"),
        ("namespace: \"{slug}-{application}\"", 47, "namespace", "`path` has no `{application}`", ""),
        ("template: \"a/{application}\"", 24, "path", "has no `{application}`, but `template` has", "in both"),
        ("template: p/base", 46, "template", "could be an instance, or hold one", "`_base`"),
        ("template: p", 46, "template", "could be an instance, or hold one", ""),
        ("template: .", 46, "template", "could be an instance, or hold one", ""),
        (
            "register: { file: p/a/f.yaml, path: a, entry: \"{slug}\" }",
            46,
            "register",
            "an instance or the template",
            "",
        ),
        (
            "template: t, register: { file: t/f, path: a, entry: \"{slug}\" }",
            59,
            "register",
            "the template could have",
            "",
        ),
        ("register: { file: .stageline/f, path: a, entry: \"{slug}\" }", 46, "register", "under `.stageline`", ""),
    ] {
        assert_slips_in_production(&[(&slip(more), column, &format!("ephemeral.{key}"), message, hint)]);
    }
    assert_slips_in_production(&[
        ("ephemeral: true", 16, "ephemeral", "must be a mapping", ""),
        ("ephemeral: { path: \"{slug}/../..\" }", 24, "ephemeral.path", "leaves the repository", ""),
        ("ephemeral: { path: \"p/{slug}-{application}\" }", 24, "ephemeral.path", "in one name of a folder", "a `/`"),
        ("ephemeral: { path: \".stageline/{slug}\" }", 24, "ephemeral.path", "lies under `.stageline`", "elsewhere"),
        ("ephemeral: { path: \"p/{slug}/../{slug}\" }", 24, "ephemeral.path", "goes back by `..`", "as it is"),
        ("ephemeral: { path: \".{slug}\" }", 24, "ephemeral.path", "lies under `.stageline`", "elsewhere"),
        (
            "ephemeral: { template: t, path: \"p/{slug}/{application}\" }",
            37,
            "ephemeral.path",
            "has `{application}`, but `template` has none",
            "in both",
        ),
    ]);
}

#[test]
fn two_environments_never_have_their_previews_in_one_folder() {
    for (one, other, is_fault) in [
        ("p/{slug}", "p/{slug}", true),
        ("p/{slug}", "p/x/{slug}", true),
        ("p/a-{slug}", "p/b-{slug}", false),
        ("p/{slug}", "q/{slug}", false),
    ] {
        let own = |path: &str| format!("    ephemeral: {{ path: \"{path}\" }}\n");
        let text = format!(
            "version: 1\nenvironments:\n  - name: one\n{}  - name: other\n{}applications: []\n",
            own(one),
            own(other)
        );
        let found = crate::config::check::check(text.as_bytes(), "x").err().map(|faults| format!("{faults:?}"));
        let is_told = found.as_ref().is_some_and(|text| text.contains("has its previews where `one` has some"));
        assert_eq!(is_told, is_fault, "{one} {other}: {found:?}");
    }
}

#[test]
fn a_list_of_instances_takes_texts_or_mappings_and_a_template_may_lie_beside_them() {
    for more in [
        "template: p/_base, register: { file: p/list.yaml, path: a, entry: \"{slug}-{commit}\" }",
        "url: \"https://{slug}.x\", namespace: \"n-{slug}\", register: { file: f, path: a, entry: { s: \"{slug}\", ns: \"{namespace}\", u: \"{url}\", x: z } }",
    ] {
        let text = GOOD
            .replace("- name: staging", &format!("- name: staging\n    ephemeral: {{ path: \"p/{{slug}}\", {more} }}"));
        let found = faults(&text);
        assert!(found.iter().all(|fault| !fault.key.contains("ephemeral")), "{found:?}");
    }
}

#[test]
fn slips_of_people_and_their_addresses_are_found() {
    const WAS: &str = "principals: [alice@example.com]";
    for (more, column, key, message) in [
        ("email: alice", 52, "email", "not an address"),
        ("mobile: 4915112345678", 53, "mobile", "is a number"),
        ("mobile: call me", 53, "mobile", "not a telephone number"),
    ] {
        let key = format!("people.alice.{key}");
        assert_slips(&[(WAS, &format!("{WAS}, {more}"), (9, column), &key, message, "")]);
    }
}
