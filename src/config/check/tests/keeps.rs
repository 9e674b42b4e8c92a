//! What is kept of every key, and faults of the keys of applications, pins and families.

use super::*;
use crate::domain::settings::{
    Alone, Approver, BranchPattern, FreezeSense, NamedGate, PinRule, Sink, SoakClock, SoakCounts, SoakSince, Window,
};

#[test]
fn an_environment_keeps_its_rules_as_types() {
    let settings = check(DESIGN.as_bytes(), "stageline.yaml").unwrap();
    let [preview, _, production, archive] = settings.environments.as_slice() else { panic!("four") };
    let ephemeral = preview.ephemeral.as_ref().unwrap();
    assert_eq!(ephemeral.from.as_ref().map(|name| name.as_str()), Some("staging"));
    assert_eq!(ephemeral.limit.map(u32::from), Some(20));
    let rules = &production.rules;
    assert_eq!(rules.same_tree, production.named_before());
    assert_eq!(rules.gates.soak.unwrap().length.to_string(), "24h");
    assert!(matches!(rules.gates.freeze[0].window, Window::Weekly { .. }));
    assert_eq!(rules.gates.freeze[0].timezone.as_ref().map(|zone| zone.as_str()), Some("Asia/Shanghai"));
    assert_eq!(rules.gates.checks[0].environment.as_ref().map(|name| name.as_str()), Some("staging"));
    assert_eq!(rules.gates.approvals[1].from, [Approver::Owners]);
    assert_eq!(rules.signers[0].name().as_str(), "release-managers");
    assert_eq!(rules.landers[0].name().as_str(), "forge");
    assert_eq!((rules.overrides[0].gate, rules.overrides[0].alone), (NamedGate::Soak, Alone::Yes));
    assert_eq!((rules.overrides[1].gate, rules.overrides[1].alone), (NamedGate::Hold, Alone::No));
    assert_eq!(rules.rollback_exempt.as_ref().map(Vec::len), Some(4));
    let hotfix = rules.hotfix.as_ref().unwrap();
    assert_eq!(hotfix.branches, [BranchPattern::new("hotfix/*").unwrap()]);
    assert_eq!(rules.stable_after.unwrap().to_string(), "2d");
    let soak = archive.rules.gates.soak.unwrap();
    assert_eq!(
        (soak.counts, soak.since, soak.clock),
        (Some(SoakCounts::Contained), SoakSince::Healthy, SoakClock::Receipt)
    );
    assert_eq!(archive.rules.gates.freeze[1].sense, FreezeSense::Open);
    assert_eq!(archive.rules.gates.approvals.len(), 1, "a mapping is a list of one");
}

#[test]
fn the_whole_file_keeps_its_sections_as_types() {
    let settings = check(DESIGN.as_bytes(), "stageline.yaml").unwrap();
    assert_eq!(settings.id.as_ref().map(ToString::to_string).as_deref(), Some("shop-config"));
    assert_eq!(settings.owners.as_ref().and_then(|owners| owners.approvals).map(u32::from), Some(1));
    assert_eq!(settings.freezes[0].environments[0].as_str(), "production");
    assert_eq!(settings.people[0].mobile.as_ref().map(|mobile| mobile.as_str()), Some("+86 138 0000 0000"));
    assert_eq!(settings.groups.len(), 3);
    assert_eq!(settings.forges[0].host.to_string(), "git.corp.example.com");
    assert_eq!(settings.requests.labels, Some(Vec::new()), "an empty list is said, too");
    assert_eq!(settings.issues.as_ref().map(|issues| issues.pattern.as_str()), Some("SHOP-[0-9]+"));
    assert_eq!(settings.feedback.len(), 8);
    assert!(matches!(&settings.feedback[1].sink, Sink::SlackToken { channel, .. } if channel == "#releases"));
    let [web, shop] = settings.applications.as_slice() else { panic!("two") };
    assert_eq!(web.concerns.len(), 3);
    assert_eq!(web.rules.was[0].as_str(), "webshop");
    assert_eq!(web.pins[0].more.was, ["old.example.com/web"]);
    assert_eq!(web.pins[1].more.version.as_ref().map(|version| version.as_str()), Some("{commit:7}"));
    assert_eq!(web.pins[2].more.optional, Some(true));
    assert_eq!(shop.tag.as_ref().map(|tag| tag.as_str()), Some("v{version}"));
    assert_eq!(settings.families[0].pins[0].within, "teams/{team}/{application}/{environment}");
}

#[test]
fn a_folder_and_a_list_of_it_are_the_same() {
    let with = |path: &str| {
        let text = GOOD.replace("source: ../web", &format!("source: ../web\n    path: {path}"));
        let settings = check(text.as_bytes(), "stageline.yaml").unwrap();
        let of = |one: &crate::domain::settings::PathPattern| one.as_str().to_string();
        (settings.applications[0].concerns.iter().map(of).collect::<Vec<_>>(), settings.notices.len())
    };
    assert_eq!(with("services/web"), (vec!["services/web".to_string()], 0));
    assert_eq!(with("[services/web]"), with("./services/web/"));
    assert_eq!(with("."), (Vec::new(), 0));
    assert_eq!(with("[\"services/*\", \"!**/*.md\"]"), (vec!["services/*".to_string(), "!**/*.md".to_string()], 0));
}

#[test]
fn slips_of_the_later_keys_of_applications_are_found() {
    for (line, column, key, message, hint) in [
        ("owners: managres", 13, "owners", "no person or group", "did you mean `managers`?"),
        ("gates: { soka: 1h }", 14, "gates.soka", "unknown key", "did you mean `soak`?"),
        ("gates: { soak: 1 }", 20, "gates.soak", "no unit of time", ""),
        ("tag: v", 10, "tag", "must have `{version}` once", "v{version}"),
        ("tag: \"v{versoin}\"", 10, "tag", "not a placeholder", "did you mean `{version}`?"),
        ("tag: \"v {version}\"", 10, "tag", "is not the name of a tag", ""),
        ("was: [web]", 11, "was[0]", "is its name now", ""),
        ("was: [\"a b\"]", 11, "was[0]", "has the character", ""),
        ("path: []", 11, "path", "empty list", ""),
        ("path: [a, ../b]", 15, "path[1]", "leaves the repository", ""),
        ("path: [.]", 12, "path[0]", "the whole repository", ""),
        ("names: [\"*\"]", 5, "names", "only a family takes `names`", "each"),
        ("born: owners", 5, "born", "only a family takes `born`", "each"),
    ] {
        let key = format!("applications[0].{key}");
        assert_slips(&[("source: ../web", line, (13, column), &key, message, hint)]);
    }
}

#[test]
fn slips_of_the_later_keys_of_pins_are_found() {
    const PIN: &str = "{ image: shop/web, in: \"apps/web/overlays/{environment}\" }";
    for (pin, column, key, message, hint) in [
        ("{ image: a, in: \"x/{environment}\", version: x }", 53, "version", "neither {commit} nor {tag}", ""),
        ("{ image: a, in: \"x/{environment}\", was: [\"b:v1\"] }", 50, "was[0]", "has a tag or digest", ""),
        ("{ image: a, in: \"x/{environment}\", was: [] }", 49, "was", "empty list", ""),
        ("{ label: a, in: \"x/{environment}\", was: [b] }", 44, "was", "takes no `was`", ""),
        ("{ image: a, in: \"x/{environment}\", has: b }", 44, "has", "takes no `has`", ""),
        ("{ file: \"x/{environment}\", path: a, has: \"b[\" }", 50, "has", "is not a path", ""),
        ("{ image: a, in: \"x/{environment}\", aliases: keep }", 53, "aliases", "there is `follow`", ""),
        ("{ image: a, in: \"x/{environment}\", optional: 1 }", 54, "optional", "`true` or `false`", ""),
        (
            "{ image: \"x/{team}\", in: \"x/{environment}\" }",
            18,
            "image",
            "`{team}` is not a placeholder",
            "`{application}`",
        ),
        ("{ file: x, path: \"{enviroment}.a\" }", 26, "path", "is not a placeholder", "`{environment}`"),
    ] {
        assert_slips(&[(PIN, pin, (16, column), &format!("applications[0].pins[0].{key}"), message, hint)]);
    }
}

/// A family behind `GOOD`, from line 17 on; its pin is on line 21.
const FAMILY: &str = r#"  - each: "{application}"
    names: ["*", "!legacy-*"]
    source: "https://git.example.com/{team}/{application}.git"
    owners: ["{team}", alice]
    pins: [{ image: "x/{team}/{application}", in: "t/{team}/{application}/{environment}/{cluster}", environments: [staging] }]
"#;

fn family(old: &str, new: &str) -> Vec<Fault> {
    let good = GOOD.replace("name: staging", "name: staging\n    clusters: [eu]");
    let text = FAMILY.replacen(old, new, 1);
    assert!(old.is_empty() || text != FAMILY, "{old}");
    faults(&format!("{good}{text}"))
}

#[test]
fn a_family_may_have_the_placeholders_of_its_first_pin_and_no_others() {
    assert_eq!(family("", ""), vec![]);
    let second = "}, { file: \"z/{environment}/{team}.yaml\", path: \"{application}.tag\" }]";
    assert_eq!(family("}]", second), vec![]);
    for (old, new, (line, column), key, message, hint) in [
        ("each: \"{app", "each: \"{ap", (18, 11), ".each", "`{aplication}` is not a placeholder", "`{application}`"),
        ("each: \"{application}\"", "each: \"a/{application}\"", (18, 11), ".each", "has the character", ""),
        ("each: \"{application}\"", "each: \"{team}\"", (18, 11), ".each", "would have one name", ""),
        (
            "each: \"{application}\"",
            "each: \"{application}-{environment}\"",
            (18, 11),
            ".each",
            "not a placeholder",
            "",
        ),
        ("!legacy-*", "!a/b", (19, 18), ".names[1]", "has the character", ""),
        ("https://git", "http://git", (20, 13), ".source", "`http://` is not taken", ""),
        ("com/{team}", "com/{tema}", (20, 13), ".source", "not a placeholder", "did you mean `{team}`?"),
        ("[\"{team}\"", "[\"{group}\"", (21, 14), ".owners[0]", "not a placeholder", "there are"),
        (", alice]", ", alcie]", (21, 24), ".owners[1]", "no person or group", "did you mean `alice`?"),
        ("x/{team}/{application}\"", "x/{team}:v1\"", (22, 21), ".pins[0].image", "has a tag or digest", ""),
        ("t/{team}/", "/{team}/", (22, 51), ".pins[0].in", "not a relative path", ""),
        ("{environment}/", "{enviroment}/", (22, 12), ".pins[0]", "`{enviroment}` is nearly `{environment}`", ""),
        ("names:", "members:", (19, 5), ".members", "is a family, and takes no `members`", ""),
        ("names:", "name: x\n    names:", (19, 5), ".name", "is a family, and takes no `name`", ""),
        ("names:", "born: nobody\n    names:", (19, 11), ".born", "not a word", ""),
    ] {
        let found = family(old, new);
        assert_eq!(found.len(), 1, "{new}: {found:#?}");
        let fault = &found[0];
        assert_eq!((fault.line, fault.column), (line, column), "{new}: {fault:#?}");
        assert_eq!(fault.key, format!("applications[1]{key}"), "{new}");
        assert!(fault.message.contains(message), "{new}: {fault:#?}");
        assert!(fault.hint.as_deref().unwrap_or_default().contains(hint), "{new}: {fault:#?}");
    }
}

#[test]
fn a_family_that_would_find_nothing_is_a_slip() {
    let found = faults(&format!("{GOOD}  - each: x\n    pins: [{{ image: x/y, in: \"t/{{environment}}\" }}]\n"));
    assert!(found[0].message.contains("has no `{application}`, so it finds no applications"), "{found:?}");
    for (pin, key) in
        [("marker: \"{application}\"", "a mark finds"), ("literal: \"{application}\"", "its `literal` alone")]
    {
        let found = faults(&format!("{GOOD}  - each: x\n    pins: [{{ {pin}, in: \"t/{{environment}}\" }}]\n"));
        assert!(found[0].message.contains("has `{application}` in") && found[0].message.contains(key), "{found:?}");
    }
    let found = faults(&format!("{GOOD}  - each: \"{{application}}\"\n    pins: []\n"));
    assert!(found.iter().any(|fault| fault.key == "applications[1].pins" && fault.message.contains("empty list")));
}

#[test]
fn a_pin_that_says_nothing_more_keeps_nothing_more() {
    let settings = check(GOOD.as_bytes(), "stageline.yaml").unwrap();
    let PinRule { more, .. } = &settings.applications[0].pins[0];
    assert_eq!(*more, Default::default());
    assert_eq!(settings.environments[1].rules, Default::default());
    assert_eq!(settings.applications[0].rules, Default::default());
}
