//! Holds of commits: a bad commit that travels does not come again, by whatever name, branch or build, but with its fix.

use serde_json::Value;

use crate::support::World;
use crate::support::landed::{changed, file};
use crate::support::world::Shape;

/// The file of a hold of a commit of `web` in production.
fn path(commit: &str) -> String {
    format!(".stageline/holds/production/web@{commit}.yaml")
}

const PIN: &str = ".stageline/holds/production/web.yaml";

/// `web` was promoted to the bad commit, the fourth, in production, and rolled back; only the commit is held still.
fn rolled_back(change: impl FnOnce(&mut Shape)) -> (World, String) {
    let world = World::shaped(change);
    let bad = world.commit_of("web", 4);
    world.run(&["promote", "web", "--to", "staging", "--commit", &bad]).exits(0);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "loses orders"]).exits(0);
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    (world, bad)
}

fn nothing(_: &mut Shape) {}

/// Production takes what has the content of what staging runs.
fn by_content(shape: &mut Shape) {
    shape.runs = Some(2);
    shape.keys_of.insert("production".into(), vec!["after: { environment: staging, same: tree }".into()]);
}

#[test]
fn a_rollback_holds_the_pin_and_the_commit_that_it_left() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let (bad, before) = (world.commit_of("web", 4), world.tip());
    let report = world.json(&["rollback", "web", "--env", "production", "-m", "loses orders"]);
    let held: Vec<&Value> = report["holds"].as_array().expect("holds").iter().map(|hold| &hold["commit"]).collect();
    assert_eq!(held, [&Value::Null, &Value::from(bad.as_str())], "{report}");
    let own = path(&bad);
    assert_eq!(
        changed(&world, &before, &world.tip()),
        [PIN, own.as_str(), "apps/web/overlays/production/kustomization.yaml"]
    );
    let text = file(&world, &own).expect("a hold");
    let source = world.sources["web"].path.display().to_string();
    for line in [&format!("source: {source}"), &format!("commit: {bad}"), &format!("landed:\n- {bad}")] {
        assert!(text.contains(line.as_str()), "{line}: {text}");
    }
    let listed = world.json(&["hold", "list"]);
    assert_eq!(listed["holds"].as_array().map(Vec::len), Some(2), "{listed}");
    world.run(&["hold", "list"]).exits(0).says(&format!("web@{}", &bad[..7]));
    let shown = world.json(&["show"]);
    assert_eq!(shown["records"][1]["after"]["commit"], bad.as_str(), "{shown}");
}

#[test]
fn without_a_hold_a_rollback_leaves_none_of_the_commit_either() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "--no-hold"]).exits(0);
    assert_eq!(world.json(&["hold", "list"])["holds"].as_array().map(Vec::len), Some(0));
}

#[test]
fn without_a_source_a_rollback_holds_the_pin_alone() {
    let world = World::shaped(|shape| shape.sources = false);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let report = world.json(&["rollback", "web", "--env", "production"]);
    assert_eq!(report["holds"].as_array().map(Vec::len), Some(1), "{report}");
}

#[test]
fn a_bad_commit_that_travels_does_not_come_to_where_it_was_rolled_back_and_its_fix_does() {
    let (world, bad) = rolled_back(nothing);
    let short = &bad[..7];
    // Staging goes on to what contains it.
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
    let promote = ["promote", "web", "--to", "production"];
    world
        .run(&promote)
        .exits(1)
        .says(&format!("contains {short}, which is held"))
        .says("loses orders (by Mei Lin")
        .says(&format!("stageline hold fixed web@{short} --env production --by FIX"));
    assert_eq!(world.refused(1, &promote), "held");
    // The other environment is none of its business.
    let source = &world.sources["web"];
    let fix = source.commit("main", &world.commit_of("web", 5), "fix.txt", "fix: orders stay");
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
    assert_eq!(world.refused(1, &promote), "held");
    let freed = world.json(&["hold", "fixed", &format!("web@{short}"), "--env", "production", "--by", "main"]);
    assert_eq!(freed["holds"][0]["fixed"][0], fix.as_str(), "{freed}");
    assert!(world.environment.git(&world.remote, &["log", "-1", "--format=%s", "main"]).contains("free what mends"));
    world.run(&promote).exits(0);
    assert_eq!(world.pin("web", "production"), fix);
    // What lacks it is still held.
    let older = format!("web@{}", world.commit_of("web", 5));
    assert_eq!(world.refused(1, &["promote", &older, "--to", "production", "--allow-older"]), "held");
}

#[test]
fn a_message_that_says_revert_frees_nothing() {
    let (world, bad) = rolled_back(nothing);
    let parent = world.commit_of("web", 5);
    let revert = world.sources["web"].commit("main", &parent, "part.txt", &format!("Revert \"{bad}\""));
    assert_eq!(world.refused(1, &["promote", &format!("web@{revert}"), "--to", "production"]), "held");
}

/// A commit on a branch of its own that has the content of the newest one, as a squash of it does.
fn squashed(world: &World) -> String {
    let source = &world.sources["web"].path;
    let tree = format!("{}^{{tree}}", world.commit_of("web", 5));
    let parent = world.commit_of("web", 3);
    let squash = world.dated(60).git(source, &["commit-tree", &tree, "-p", &parent, "-m", "squash"]);
    world.environment.git(source, &["update-ref", "refs/heads/release", &squash]);
    squash
}

#[test]
fn a_squash_with_the_content_of_what_contains_it_is_held_where_content_stands_for_a_commit() {
    let (world, bad) = rolled_back(by_content);
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
    let squash = format!("web@{}", squashed(&world));
    let ran = world.run(&["promote", &squash, "--to", "production"]).exits(1);
    ran.says("has the content of").says(&format!("which contains {}", &bad[..7]));
    // Its content alone is no commit elsewhere.
    let (world, _) = rolled_back(nothing);
    world.run(&["promote", &format!("web@{}", squashed(&world)), "--to", "production"]).exits(0);
}

#[test]
fn going_back_to_what_stood_before_the_bad_commit_is_free_also_where_a_revert_has_its_content() {
    let (world, _) = rolled_back(by_content);
    let source = &world.sources["web"].path;
    let tree = format!("{}^{{tree}}", world.commit_of("web", 3));
    let parent = world.commit_of("web", 5);
    let revert = world.dated(60).git(source, &["commit-tree", &tree, "-p", &parent, "-m", "revert"]);
    world.environment.git(source, &["update-ref", "refs/heads/main", &revert]);
    world.run(&["promote", "web", "--to", "staging", "--commit", &world.commit_of("web", 3), "--allow-older"]).exits(0);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 3));
}

#[test]
fn an_application_of_the_same_source_that_the_commit_does_not_concern_is_free() {
    let world = World::shaped(|shape| shape.one_source = true);
    let source = &world.sources["web"];
    let tip = world.commit_of("web", 5);
    let bad = source.commit("main", &tip, "services/web/bad.txt", "feat: bad");
    let next = source.commit("main", &bad, "services/checkout/good.txt", "feat: good");
    let mut text = world.settings();
    for app in ["web", "checkout"] {
        text = text.replace(&format!("- name: {app}\n"), &format!("- name: {app}\n    path: services/{app}\n"));
    }
    world.land_file("stageline.yaml", &text);
    world.run(&["hold", "set", &format!("web@{bad}"), "--env", "production", "-m", "it burns"]).exits(0);
    world.run(&["promote", &format!("checkout@{next}"), "--to", "production"]).exits(0);
    assert_eq!(world.refused(1, &["promote", &format!("web@{next}"), "--to", "production"]), "held");
    // One that all of the source concerns is held like it.
    assert_eq!(world.refused(1, &["promote", &format!("worker@{next}"), "--to", "production"]), "held");
}

#[test]
fn an_application_that_was_renamed_is_still_held() {
    for was in ["", "    was: [web]\n"] {
        let (world, bad) = rolled_back(nothing);
        let text = world.settings().replacen("- name: web\n", &format!("- name: shop\n{was}"), 1);
        world.land_file("stageline.yaml", &text);
        let newest = format!("shop@{}", world.commit_of("web", 5));
        assert_eq!(world.refused(1, &["promote", &newest, "--to", "production"]), "held", "{was}");
        let listed = world.json(&["hold", "list"]);
        assert_eq!(
            (&listed["holds"][0]["left_over"], &listed["holds"][0]["commit"]),
            (&false.into(), &bad.as_str().into())
        );
        world.run(&["hold", "lift", &format!("web@{}", &bad[..7]), "--env", "production"]).exits(0);
        world.run(&["promote", &newest, "--to", "production"]).exits(0);
    }
}

/// Takes the source of `web` away.
fn unreachable(world: &World) {
    let path = &world.sources["web"].path;
    std::fs::rename(path, path.with_extension("away")).expect("a folder");
}

#[test]
fn with_the_source_unreachable_a_return_works_and_a_promotion_is_unknown() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let newest = format!("web@{}", world.commit_of("web", 5));
    world.run(&["hold", "set", &newest, "--env", "production", "-m", "it burns"]).exits(0);
    unreachable(&world);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    let forward = world.commit_of("web", 3);
    let promote = ["promote", "web", "--to", "production", "--version", &forward, "--allow-older"];
    world.run(&promote).exits(3).says("is held in `production`, and whether it contains").says("cannot be told");
    let plan = world.run(&[&promote[..], &["--dry-run", "-o", "json"]].concat()).exits(3).json();
    let codes: Vec<&Value> = plan["refusals"].as_array().expect("refusals").iter().map(|one| &one["code"]).collect();
    assert!(codes.contains(&&"hold-unknown".into()), "{plan}");
}

#[test]
fn with_the_source_unreachable_what_the_hold_lists_does_not_come_back() {
    let world = World::new();
    for commit in [3, 4] {
        world.run(&["promote", &format!("web@{}", world.commit_of("web", commit)), "--to", "production"]).exits(0);
    }
    world
        .run(&["hold", "set", &format!("web@{}", world.commit_of("web", 3)), "--env", "production", "-m", "x"])
        .exits(0);
    unreachable(&world);
    assert_eq!(world.refused(1, &["rollback", "web", "--env", "production", "--to", "r2"]), "held");
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2), "it passes over what is held");
}

#[test]
fn the_undo_of_a_rollback_takes_both_holds_away_in_the_same_commit() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let before = world.tip();
    let (bad, rollback) = (world.commit_of("web", 4), world.tip());
    world.run(&["undo", &rollback]).exits(0);
    assert_eq!(changed(&world, &before, &world.tip()).len(), 3);
    assert_eq!(world.pin("web", "production"), bad);
    assert_eq!(world.json(&["hold", "list"])["holds"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_hold_of_the_commit_that_somebody_set_since_refuses_the_undo() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let (bad, rollback) = (world.commit_of("web", 4), world.tip());
    let audit = ["hold", "set", &format!("web@{bad}"), "--env", "production", "-m", "the audit"];
    world.run(&audit).exits(0).says("replaces");
    world.run(&["undo", &rollback]).exits(1).says("was changed since");
    assert_ne!(world.pin("web", "production"), bad);
}

#[test]
fn a_way_back_over_a_rollback_takes_the_hold_of_its_commit_along() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let bad = world.commit_of("web", 4);
    world.run(&["rollback", "web", "--env", "production", "--to", &bad]).exits(0);
    assert_eq!(world.pin("web", "production"), bad);
    assert_eq!(world.json(&["hold", "list"])["holds"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_promotion_takes_the_holds_that_stop_it_away_where_it_is_asked_to_and_signed() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    world.run(&["hold", "set", "--env", "staging", "-m", "stocktaking"]).exits(0);
    let before = world.tip();
    world.run(&["promote", "web", "--to", "production"]).exits(1);
    world.run(&["promote", "web", "--to", "production", "--lift-hold"]).exits(0);
    let own = path(&world.commit_of("web", 4));
    assert_eq!(
        changed(&world, &before, &world.tip()),
        [PIN, own.as_str(), "apps/web/overlays/production/kustomization.yaml"]
    );
    world.git(&["fetch", "-q"]);
    world.git(&["verify-commit", &world.tip()]);
}

#[test]
fn a_hold_that_somebody_set_goes_with_a_promotion_by_a_signer_alone() {
    let signers = |who: &str| {
        let who = who.to_string();
        move |shape: &mut Shape| {
            shape.people = "  ana: { principals: [ana@example.com] }\n".into();
            shape.keys_of.insert("production".into(), vec![format!("signers: [{who}]")]);
        }
    };
    let world = World::shaped(signers("mei"));
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    world.run(&["promote", "web", "--to", "production", "--lift-hold"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    let world = World::shaped(signers("ana"));
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    let ran = world.run(&["promote", "web", "--to", "production", "--lift-hold"]).exits(1);
    ran.says("counts only by the signature of who may lift it");
}

#[test]
fn a_hold_of_all_of_an_environment_is_not_lifted_with_one_application() {
    let world = World::new();
    world.run(&["hold", "set", "--env", "production", "-m", "stocktaking"]).exits(0);
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production", "--lift-hold"]), "held");
}

#[test]
fn lifting_the_pin_says_that_the_commit_stays_held_and_which_command_frees_its_fix() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let short = world.commit_of("web", 4)[..7].to_owned();
    world
        .run(&["hold", "lift", "web", "--env", "production"])
        .exits(0)
        .says(&format!("`web@{short}` stays held"))
        .says(&format!("stageline hold fixed web@{short} --env production --by FIX"));
    world.run(&["hold", "lift", &format!("web@{short}"), "--env", "production"]).exits(0);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
}

#[test]
fn a_commit_is_held_everywhere_by_any_name_that_its_source_has_for_it() {
    let world = World::new();
    world.sources["web"].tag("v9", &world.commit_of("web", 5));
    world.run(&["hold", "set", "web@v9", "--all", "-m", "it burns"]).exits(0);
    let own = format!(".stageline/holds/_all/web@{}.yaml", world.commit_of("web", 5));
    assert!(file(&world, &own).is_some());
    for env in ["staging", "production"] {
        assert_eq!(world.refused(1, &["promote", "web", "--to", env, "--commit", "main"]), "held", "{env}");
    }
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["hold", "lift", "web@v9", "--all"]).exits(0);
    assert!(file(&world, &own).is_none());
}

#[test]
fn only_what_comes_after_a_held_commit_mends_it() {
    let (world, bad) = rolled_back(nothing);
    let named = format!("web@{bad}");
    for other in [3, 4] {
        let other = world.commit_of("web", other);
        assert_eq!(world.refused(1, &["hold", "fixed", &named, "--env", "production", "--by", &other]), "not-a-fix");
    }
    let free = format!("web@{}", world.commit_of("web", 1));
    assert_eq!(world.refused(2, &["hold", "fixed", &free, "--env", "production", "--by", "main"]), "no-such-hold");
    world.run(&["hold", "fixed", "web", "--env", "production", "--by", "main"]).exits(2).says("APP@COMMIT");
}

#[test]
fn promote_all_passes_over_what_contains_a_held_commit_and_says_why() {
    let (world, _) = rolled_back(nothing);
    let report = world.json(&["promote", "--all", "--to", "production"]);
    assert_eq!(report["skipped"][0]["application"], "web", "{report}");
    assert!(report["skipped"][0]["reason"].as_str().is_some_and(|why| why.contains("loses orders")), "{report}");
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 4));
}

#[test]
fn a_hold_of_a_commit_that_cannot_be_read_holds_the_application() {
    let world = World::new();
    world.land_file(&path(&world.commit_of("web", 0)), "by: [\n");
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "held");
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
}
