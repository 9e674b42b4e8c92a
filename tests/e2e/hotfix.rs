//! Hotfixes: past order and soak by a rule, recorded, and lost by nothing that comes after, until that contains them.

use crate::support::court::Court;
use crate::support::fixing::{
    RECORD, RULE, by, court, fix, land, landed, landed_on_promoted, merged, picked, record, ruled, runs, unsoaked,
};

const PROMOTE: [&str; 4] = ["promote", "web", "--to", "production"];

fn refusal(court: &Court, name: &str, args: &[&str]) -> String {
    by(court, name, &[args, &["-o", "json"]].concat()).refusal()
}

/// Brings a commit of web to staging.
fn to_staging(court: &Court, commit: &str) {
    by(court, "alice", &["promote", &format!("web@{commit}"), "--to", "staging"]).exits(0);
}

#[test]
fn a_hotfix_passes_order_and_soak_and_its_record_lands_in_the_same_signed_commit() {
    let court = court();
    let fix = fix(&court, 3);
    let named = format!("web@{fix}");
    let ordinary = by(&court, "alice", &["promote", &named, "--to", "production"]).exits(1);
    ordinary.says("was never live there").says("deploys only what is in `main`");
    let before = court.world.tip();
    land(&court, "alice", &fix)
        .exits(0)
        .says("order exempt · soak exempt · hold ok · hotfix ok")
        .says(&format!("what is promoted to `production` next has to contain {}", &fix[..7]));
    assert_eq!(runs(&court), fix);
    assert_eq!(court.world.environment.git(&court.world.remote, &["rev-parse", "main~1"]), before);
    let text = record(&court).expect("a record");
    for line in [format!("commit: {fix}"), format!("version: {fix}"), "reason: orders are lost".into()] {
        assert!(text.contains(&line), "{line}: {text}");
    }
    assert!(text.contains("by: alice <alice@example.com>"), "{text}");
    let subject = court.world.environment.git(&court.world.remote, &["log", "-1", "--format=%s", "main"]);
    assert_eq!(subject, format!("hotfix web to production: {} -> {}", &court.commit("web", 3)[..7], &fix[..7]));
}

#[test]
fn why_tells_of_it_as_a_hotfix_and_of_an_ordinary_promotion_that_a_hotfix_may_be_meant() {
    let court = court();
    let fix = fix(&court, 3);
    let ordinary = by(&court, "alice", &["why", &format!("web@{fix}"), "--to", "production"]);
    ordinary.exits(1).says(&format!("stageline promote web@{} --to production --hotfix", &fix[..7]));
    let why = ["why", "web@hotfix/orders", "--to", "production", "--hotfix"];
    by(&court, "alice", &why)
        .exits(0)
        .says("exempt")
        .says("next stageline promote web@hotfix/orders --to production --hotfix");
    by(&court, "bob", &why).exits(1).says("one of `managers` lands those");
}

#[test]
fn a_dry_run_shows_the_record_and_writes_nothing() {
    let court = court();
    let fix = fix(&court, 3);
    let before = court.world.tip();
    let args = ["promote", &format!("web@{fix}"), "--to", "production", "--hotfix", "--dry-run", "-o", "json"];
    let plan = by(&court, "alice", &args).exits(0).json();
    let files: Vec<&str> = plan["files"].as_array().unwrap().iter().filter_map(|file| file.as_str()).collect();
    assert!(files.contains(&RECORD), "{plan}");
    let gate = plan["gates"].as_array().unwrap().iter().find(|gate| gate["gate"] == "hotfix").expect("the gate");
    assert_eq!((&gate["verdict"], &gate["subject"]), (&"pass".into(), &"web".into()), "{plan}");
    let detail = format!("{} is a hotfix of `hotfix/*`, signed by alice", &fix[..7]);
    assert_eq!(gate["detail"], detail, "{plan}");
    assert_eq!(court.world.tip(), before);
}

#[test]
fn a_hotfix_branch_made_from_elsewhere_does_not_contain_what_runs_and_is_refused() {
    let court = court();
    let elsewhere = fix(&court, 2);
    let refused = land(&court, "alice", &elsewhere).exits(1);
    refused.says(&format!("{} does not contain {}", &elsewhere[..7], &court.commit("web", 3)[..7]));
    assert_eq!(record(&court), None);
    let right = fix(&court, 3);
    land(&court, "alice", &right).exits(0);
}

#[test]
fn a_commit_that_no_branch_of_hotfixes_has_is_none() {
    let court = court();
    let source = &court.world.sources["web"];
    let other = source.commit("feature/x", &court.commit("web", 3), "x.txt", "feat: x");
    land(&court, "alice", &other).exits(1).says("is in none of the branches `hotfix/*`");
    source.git(&["update-ref", "refs/heads/hotfix/x", &other]);
    land(&court, "alice", &other).exits(0);
}

#[test]
fn without_a_rule_the_lines_to_add_are_told() {
    let court = ruled(|rules| *rules = rules.replace(RULE, ""));
    let fix = fix(&court, 3);
    land(&court, "alice", &fix).exits(1).says("no rule says what a hotfix of `production` is").says("from: GROUP }");
    assert_eq!(
        refusal(&court, "alice", &["promote", &format!("web@{fix}"), "--to", "production", "--hotfix"]),
        "no-hotfixes"
    );
}

#[test]
fn a_hotfix_is_a_commit_that_somebody_names() {
    let court = court();
    by(&court, "alice", &[&PROMOTE[..], &["--hotfix"]].concat()).exits(2).says("none is named");
    for more in [["--all", "--exclude=api"], ["web", "--latest"], ["web@main", "--allow-older"], ["web@main", "--each"]]
    {
        let args = [&["promote"], &more[..], &["--to", "production", "--hotfix"]].concat();
        by(&court, "alice", &args).exits(2);
    }
}

#[test]
fn another_person_than_the_rule_names_lands_none_though_he_signs_for_the_environment() {
    let court = court();
    let fix = fix(&court, 3);
    land(&court, "bob", &fix).exits(1).says("one of `managers` lands those").says("alice");
    assert_eq!(runs(&court), court.commit("web", 3));
    by(&court, "bob", &PROMOTE).exits(0);
    assert_eq!(runs(&court), court.commit("web", 5), "what soaked he may land");
}

#[test]
fn what_the_rule_does_not_exempt_stops_a_hotfix_as_well() {
    let approvals = "    gates:\n      approvals: [{ count: 1, from: managers }]\n";
    let court = unsoaked(|rules| *rules = rules.replace(RULE, &format!("{RULE}{approvals}")));
    let fix = fix(&court, 3);
    land(&court, "alice", &fix).exits(3).says("approval");
    assert_eq!(record(&court), None);
    let exempt = RULE.replace("[order, soak]", "[order, soak, approvals]");
    let court = unsoaked(|rules| *rules = rules.replace(RULE, &format!("{exempt}{approvals}")));
    landed(&court);
}

#[test]
fn a_way_back_to_what_never_was_in_staging_passes_the_order_only_where_the_rules_say_so() {
    for (exempt, code) in [("soak", 1), ("order, soak", 0)] {
        let rule = format!("{RULE}    rollback: {{ exempt: [{exempt}] }}\n");
        let court = unsoaked(|rules| *rules = rules.replace(RULE, &rule));
        let by_hand = court.work("alice").pin("web", "production", &court.commit("web", 4)).commit("by hand");
        by_hand.git(&["push", "-q", "origin", "HEAD:main"]);
        let before = format!("config:{}", court.world.tip());
        by(&court, "bob", &["promote", "--all", "--to", "production"]).exits(0);
        if code == 1 {
            let all = ["rollback", "--all", "--env", "production", "--to", &before];
            by(&court, "bob", &all).exits(1).says("take the rest: `--exclude web`");
        }
        let said = if code == 0 { "order exempt" } else { "was never live there" };
        by(&court, "bob", &["rollback", "web", "--env", "production"]).exits(code).says(said);
    }
}

#[test]
fn a_freeze_stops_a_hotfix_but_where_it_lets_hotfixes_pass() {
    let freeze = |exempt: &str| {
        let days = "days: [mon, tue, wed, thu, fri, sat, sun]";
        format!("freeze: [{{ environments: [production], {days}, reason: audit{exempt} }}]\npeople:\n")
    };
    for (exempt, code) in [("", 1), (", exempt: [rollback]", 1), (", exempt: [rollback, hotfix]", 0)] {
        let court = ruled(|rules| *rules = rules.replace("people:\n", &freeze(exempt)));
        let fix = fix(&court, 3);
        let ran = land(&court, "alice", &fix).exits(code);
        if code != 0 {
            ran.says("is frozen: audit");
        }
        assert_ne!(by(&court, "alice", &PROMOTE).code(), Some(0), "an ordinary one is frozen in any case");
    }
}

#[test]
fn a_promotion_that_would_lose_it_is_refused_with_the_commit_and_where_to_merge_it() {
    let court = unsoaked(|_| {});
    let fix = landed(&court);
    let anyway = [&PROMOTE[..], &["--allow-older"]].concat();
    by(&court, "alice", &anyway)
        .exits(1)
        .says(&format!("does not contain the hotfix {}", &fix[..7]))
        .says(&format!("bring {} into main", &fix[..7]));
    assert_eq!(refusal(&court, "alice", &anyway), "hotfix-lost");
    by(&court, "bob", &["why", "web", "--to", "production"]).exits(1).says(&format!("bring {} into main", &fix[..7]));
    // Another application is none of its business.
    by(&court, "alice", &["promote", "api", "--to", "production"]).exits(0);
    assert_eq!(runs(&court), fix);
}

#[test]
fn the_promotion_that_contains_it_takes_its_record_away_in_its_own_commit() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    let merge = merged(&court, &fix);
    to_staging(&court, &merge);
    by(&court, "bob", &[&PROMOTE[..], &["--dry-run"]].concat())
        .exits(0)
        .says(&format!("this ends the hotfix {} of `web`", &fix[..7]));
    assert!(record(&court).is_some());
    by(&court, "bob", &PROMOTE).exits(0);
    assert_eq!((runs(&court), record(&court)), (merge, None));
    let names = court.world.environment.git(&court.world.remote, &["diff", "--name-only", "main~1", "main"]);
    assert_eq!(names.lines().collect::<Vec<_>>(), [RECORD, "apps/web/overlays/production/kustomization.yaml"]);
    // The undo of that brings the record back with the pin, by who may land one.
    let landing = court.world.tip();
    by(&court, "bob", &["undo", &landing]).exits(1).says("the record of a hotfix");
    by(&court, "alice", &["undo", &landing]).exits(0);
    assert_eq!(runs(&court), fix);
    assert!(record(&court).is_some_and(|text| text.contains(&fix)));
}

#[test]
fn the_undo_of_its_end_brings_the_record_back_also_where_the_pin_went_back_by_hand() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    let text = record(&court);
    to_staging(&court, &merged(&court, &fix));
    by(&court, "bob", &PROMOTE).exits(0);
    let landing = court.world.tip();
    let work = court.work("bob").pin("web", "production", &fix).commit("back by hand");
    work.git(&["push", "-q", "origin", "HEAD:main"]);
    assert_eq!((runs(&court), record(&court)), (fix.clone(), None));
    by(&court, "bob", &["undo", &landing]).exits(1).says("one of `managers` lands those");
    by(&court, "alice", &["undo", &landing]).exits(0).says("comes back");
    assert_eq!((runs(&court), record(&court)), (fix, text));
}

#[test]
fn a_cherry_pick_of_each_commit_is_as_good_and_is_told() {
    let court = unsoaked(|_| {});
    let fix = landed(&court);
    let pick = picked(&court);
    to_staging(&court, &pick);
    by(&court, "alice", &PROMOTE).exits(0).says(&format!("{} has the same patches as {}", &pick[..7], &fix[..7]));
    assert_eq!((runs(&court), record(&court)), (pick, None));
}

#[test]
fn a_return_goes_behind_it_and_leaves_its_record_which_still_counts() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    by(&court, "bob", &["rollback", "web", "--env", "production", "-m", "worse"])
        .exits(0)
        .says(&format!("the hotfix {} of `web` stays recorded", &fix[..7]));
    assert_eq!(runs(&court), court.commit("web", 5));
    assert!(record(&court).is_some());
    to_staging(&court, &court.commit("web", 6));
    let on = [&PROMOTE[..], &["--lift-hold"]].concat();
    assert_eq!(refusal(&court, "alice", &on), "hotfix-lost");
    let merge = merged(&court, &fix);
    to_staging(&court, &merge);
    by(&court, "alice", &on).exits(0);
    assert_eq!((runs(&court), record(&court)), (merge, None));
}

#[test]
fn what_came_after_it_goes_back_to_it_past_what_it_passed_itself() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    to_staging(&court, &merged(&court, &fix));
    by(&court, "bob", &PROMOTE).exits(0);
    by(&court, "bob", &["rollback", "web", "--env", "production", "-m", "worse"]).exits(0);
    assert_eq!(runs(&court), fix);
    // What never was one there does not come so.
    let source = &court.world.sources["web"];
    let other = source.commit("hotfix/other", &fix, "other.txt", "fix: other");
    let named = format!("web@{other}");
    let args = ["promote", &named, "--to", "production", "--lift-hold"];
    by(&court, "alice", &args).exits(1).says("deploys only what is in `main`").says("was never live there");
}

#[test]
fn the_undo_of_the_landing_takes_its_record_away_by_who_may_land_one() {
    let court = unsoaked(|_| {});
    landed_on_promoted(&court);
    let landing = court.world.tip();
    let refused = by(&court, "bob", &["undo", &landing]).exits(1);
    refused.says("the record of a hotfix").says("stageline rollback web --env production");
    by(&court, "alice", &["undo", &landing]).exits(0);
    assert_eq!((runs(&court), record(&court)), (court.commit("web", 5), None));
    to_staging(&court, &court.commit("web", 6));
    by(&court, "bob", &PROMOTE).exits(0);
}

#[test]
fn one_that_was_worse_is_given_up_by_the_undo_of_its_landing_also_after_a_rollback() {
    let court = unsoaked(|_| {});
    landed_on_promoted(&court);
    let landing = court.world.tip();
    by(&court, "bob", &["rollback", "web", "--env", "production", "-m", "worse"]).exits(0);
    by(&court, "bob", &["undo", &landing]).exits(1).says("one of `managers` lands those");
    by(&court, "alice", &["undo", &landing]).exits(0);
    assert_eq!((runs(&court), record(&court)), (court.commit("web", 5), None));
    to_staging(&court, &court.commit("web", 6));
    by(&court, "bob", &[&PROMOTE[..], &["--lift-hold"]].concat()).exits(0);
}

#[test]
fn a_rollback_from_it_that_was_a_mistake_is_taken_back_as_it_printed_and_by_its_name() {
    for back in ["undo", "rollback"] {
        let court = unsoaked(|_| {});
        let fix = landed_on_promoted(&court);
        let (text, before) = (record(&court), court.world.tip());
        by(&court, "bob", &["rollback", "web", "--env", "production", "-m", "by mistake"]).exits(0);
        let mistake = court.world.tip();
        let named = ["rollback", "web", "--env", "production", "--to", &fix];
        let undo = ["undo", &mistake];
        let args: &[&str] = if back == "undo" { &undo } else { &named };
        by(&court, "bob", args).exits(0).says("order exempt");
        assert_eq!((runs(&court), record(&court)), (fix, text), "{back}");
        assert_ne!(court.world.tip(), before);
        by(&court, "bob", &["hold", "list"]).exits(0).says("nothing is held");
    }
}

#[test]
fn nothing_but_the_hotfix_that_stands_comes_again_past_what_it_passed() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    by(&court, "bob", &["rollback", "web", "--env", "production", "-m", "worse"]).exits(0);
    let other = court.world.sources["web"].commit("hotfix/orders", &fix, "other.txt", "fix: other");
    let named = format!("web@{other}");
    let on = ["promote", &named, "--to", "production", "--lift-hold"];
    by(&court, "bob", &on).exits(1).says("deploys only what is in `main`");
}

#[test]
fn a_second_one_that_was_worse_is_given_up_and_the_first_one_stands_again() {
    let court = court();
    let first = landed_on_promoted(&court);
    let text = record(&court);
    let second = court.world.sources["web"].commit("hotfix/orders", &first, "more.txt", "fix: more orders stay");
    land(&court, "alice", &second).exits(0);
    let landing = court.world.tip();
    by(&court, "bob", &["rollback", "web", "--env", "production", "--to", &first, "-m", "worse"]).exits(0);
    by(&court, "bob", &["undo", &landing]).exits(1).says("one of `managers` lands those");
    // By hand nobody makes one of what merely runs now.
    let work = court.work("alice").change(RECORD, "reason: orders are lost", "reason: they were").commit("another");
    work.verify().refused_by("hotfix");
    by(&court, "alice", &["undo", &landing]).exits(0);
    assert_eq!((runs(&court), record(&court)), (first, text));
}

#[test]
fn a_second_hotfix_contains_the_first_one_and_takes_its_place() {
    let court = court();
    let first = landed_on_promoted(&court);
    let source = &court.world.sources["web"];
    let beside = source.commit("hotfix/beside", &court.commit("web", 5), "b.txt", "fix: beside");
    land(&court, "alice", &beside).exits(1).says("does not contain");
    let second = source.commit("hotfix/orders", &first, "more.txt", "fix: more orders stay");
    land(&court, "alice", &second).exits(0);
    assert!(record(&court).is_some_and(|text| text.contains(&format!("commit: {second}"))));
    let landing = court.world.tip();
    by(&court, "alice", &["undo", &landing]).exits(0);
    assert!(record(&court).is_some_and(|text| text.contains(&format!("commit: {first}"))), "the one before is back");
}

#[test]
fn with_the_source_unreachable_nobody_can_tell_and_a_return_still_goes() {
    let court = unsoaked(|_| {});
    landed_on_promoted(&court);
    to_staging(&court, &court.commit("web", 6));
    let path = &court.world.sources["web"].path;
    std::fs::rename(path, path.with_extension("away")).unwrap();
    let on = ["promote", "web", "--to", "production", "--version", &court.commit("web", 6), "--allow-older"];
    by(&court, "alice", &on).exits(3).says("cannot tell whether").says("contains the hotfix");
    by(&court, "alice", &["rollback", "web", "--env", "production"]).exits(0);
    assert!(record(&court).is_some());
}

#[test]
fn a_shallow_source_cannot_tell_either() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    to_staging(&court, &court.commit("web", 7));
    let source = &court.world.sources["web"].path;
    let (away, from) = (source.with_extension("away"), format!("file://{}", source.with_extension("away").display()));
    std::fs::rename(source, &away).unwrap();
    let environment = &court.world.environment;
    environment.git(&court.world.path(""), &["clone", "-q", "--bare", "--depth=1", &from, &source.to_string_lossy()]);
    environment.git(source, &["fetch", "-q", "--depth=1", &from, &fix]);
    let newest = court.commit("web", 7);
    let on = ["promote", "web", "--to", "production", "--version", &newest, "--allow-older"];
    by(&court, "alice", &on).exits(3).says("contains the hotfix");
}

#[test]
fn status_and_show_tell_of_it_as_long_as_it_stands() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    let word = format!("hotfix {}", &fix[..7]);
    by(&court, "bob", &["status"]).exits(0).says(&word);
    by(&court, "bob", &["status", "-o", "wide"]).exits(0).says(&word).says("orders are lost");
    let told = by(&court, "bob", &["status", "-o", "json"]).exits(0).json();
    let web = told["applications"].as_array().unwrap().iter().find(|row| row["application"] == "web").unwrap();
    let cell = web["cells"].as_array().unwrap().iter().find(|cell| cell["environment"] == "production").unwrap();
    assert_eq!((&cell["hotfix"]["commit"], &cell["hotfix"]["file"]), (&fix.clone().into(), &RECORD.into()), "{told}");
    by(&court, "bob", &["show"]).exits(0).says("it is recorded as a hotfix of `web` in `production`");
    to_staging(&court, &merged(&court, &fix));
    by(&court, "bob", &PROMOTE).exits(0);
    by(&court, "bob", &["show"]).exits(0).says("it ends a hotfix of `web` in `production`");
    let after = by(&court, "bob", &["status"]).exits(0);
    assert!(!after.stdout.contains("hotfix"), "{after}");
}

#[test]
fn on_a_branch_of_its_own_the_copy_of_the_rules_lets_a_hotfix_pass_as_well_or_none_does() {
    for is_in_copy in [true, false] {
        let court = unsoaked(|rules| {
            *rules = rules.replace("  - name: production\n", "  - name: production\n    git: { branch: production }\n");
        });
        let work = court.work("alice").git(&["checkout", "-q", "-b", "production"]);
        let work = if is_in_copy { work } else { work.change("stageline.yaml", RULE, "").commit("A copy without it") };
        work.git(&["push", "-q", "origin", "production"]);
        let fix = fix(&court, 3);
        let ran = land(&court, "alice", &fix).exits(if is_in_copy { 0 } else { 1 });
        let path = format!("production:{RECORD}");
        let shown = court.world.environment.try_git(&court.world.remote, &["show", &path]);
        assert_eq!(shown.status.success(), is_in_copy, "{ran}");
        if !is_in_copy {
            ran.says("no rule says what a hotfix of `production` is");
        }
    }
}

#[test]
fn an_application_that_was_renamed_keeps_its_hotfix() {
    let court = unsoaked(|_| {});
    let fix = landed(&court);
    let work = court.work("alice").change("stageline.yaml", "  - name: web\n", "  - name: shop\n    was: [web]\n");
    let work = work.commit("web is called shop").git(&["push", "-q", "origin", "HEAD:main"]);
    drop(work);
    let on = ["promote", "shop", "--to", "production", "--allow-older"];
    assert_eq!(refusal(&court, "alice", &on), "hotfix-lost");
    by(&court, "alice", &["promote", &format!("shop@{}", merged(&court, &fix)), "--to", "staging"]).exits(0);
    by(&court, "alice", &["promote", "shop", "--to", "production"]).exits(0);
    assert_eq!(record(&court), None);
}

#[test]
fn a_promotion_that_insists_on_an_older_version_loses_none_either_and_a_rollback_says_what_it_goes_behind() {
    let court = unsoaked(|_| {});
    landed_on_promoted(&court);
    // Staging still runs what production ran before the hotfix.
    let args = ["promote", "web", "--to", "production", "--allow-older", "--landing", "direct"];
    let ran = by(&court, "bob", &args).exits(1);
    ran.says("does not contain the hotfix").says("stageline rollback web --env production");
    assert!(record(&court).is_some());
}

#[test]
fn a_record_that_a_promotion_by_hand_has_left_goes_by_who_may_land_one_once_it_is_contained() {
    let court = unsoaked(|_| {});
    let fix = landed(&court);
    let merge = merged(&court, &fix);
    by(&court, "alice", &["promote", &format!("web@{merge}"), "--to", "staging"]).exits(0);
    court.work("alice").pin("web", "production", &merge).commit("by hand").git(&["push", "-q", "origin", "HEAD:main"]);
    let without = |name: &str| court.work(name).git(&["rm", "-q", RECORD]).commit("over").verify();
    without("bob").refused_by("hotfix");
    without("alice").passes();
}
