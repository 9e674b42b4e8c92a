//! Hotfixes by hand: a record that fits nothing gives no exemption and is itself refused, by `verify` and by the hook alike.

use crate::support::court::{Court, Verdict, Work};
use crate::support::fixing::{RECORD, by, court, fix, landed, landed_on_promoted, merged, record, unsoaked};
use crate::support::hooked::{hooked, lands, refused};

/// The text of a record of a commit, as the tool writes it.
fn text(court: &Court, commit: &str) -> String {
    format!(
        "commit: {commit}\nsource: {}\nversion: {commit}\nreason: orders\nby: alice <alice@example.com>\nsince: {}\n",
        court.world.sources["web"].path.display(),
        jiff::Timestamp::now()
    )
}

/// Somebody pins a commit of web in production and writes this record, by hand.
fn by_hand(court: &Court, name: &str, commit: &str, (path, text): (&str, &str)) -> Work {
    court.work(name).pin("web", "production", commit).write(path, text).commit("a hotfix by hand")
}

#[track_caller]
fn is_no_hotfix(verdict: &Verdict) {
    assert_eq!(verdict.code, Some(1), "{:#}", verdict.report);
    let failed = verdict.gates("fail");
    assert!(failed.contains("hotfix") && failed.contains("order"), "{:#}", verdict.report);
}

#[test]
fn a_hotfix_by_hand_with_the_record_that_fits_it_is_one() {
    let court = court();
    let fix = fix(&court, 3);
    let text = text(&court, &fix);
    by_hand(&court, "alice", &fix, (RECORD, &text)).verify().passes();
    hooked(&court);
    lands(&by_hand(&court, "alice", &fix, (RECORD, &text)), &["HEAD:main"]);
    assert_eq!(record(&court), Some(text));
}

#[test]
fn without_the_record_it_is_an_ordinary_promotion() {
    let court = court();
    let fix = fix(&court, 3);
    let verdict = court.work("alice").pin("web", "production", &fix).commit("a hotfix").verify();
    assert!(verdict.gates("fail").contains("order"), "{:#}", verdict.report);
    assert!(!verdict.gates("fail").contains("hotfix"), "{:#}", verdict.report);
}

#[test]
fn a_record_of_another_commit_is_none_of_it() {
    let court = court();
    let (fix, other) = (fix(&court, 3), court.commit("web", 7));
    is_no_hotfix(&by_hand(&court, "alice", &other, (RECORD, &text(&court, &fix))).verify());
    // Nor one whose commit alone is put right.
    let mixed = text(&court, &fix).replace(&format!("version: {fix}"), &format!("version: {other}"));
    is_no_hotfix(&by_hand(&court, "alice", &other, (RECORD, &mixed)).verify());
    let mixed = text(&court, &other).replace(&format!("commit: {other}"), &format!("commit: {fix}"));
    is_no_hotfix(&by_hand(&court, "alice", &other, (RECORD, &mixed)).verify());
}

#[test]
fn a_record_of_another_environment_or_application_is_none_of_it() {
    let court = court();
    let fix = fix(&court, 3);
    for path in [".stageline/hotfixes/staging/web.yaml", ".stageline/hotfixes/production/api.yaml"] {
        is_no_hotfix(&by_hand(&court, "alice", &fix, (path, &text(&court, &fix))).verify());
    }
    for path in [".stageline/hotfixes/web.yaml", ".stageline/hotfixes/production/web.yml"] {
        let verdict = by_hand(&court, "alice", &fix, (path, &text(&court, &fix))).verify();
        let failed = verdict.gates("fail");
        assert!(failed.contains("scope") && failed.contains("order"), "{path}: {:#}", verdict.report);
    }
}

#[test]
fn a_record_that_somebody_else_signs_is_none_whoever_it_names() {
    let court = court();
    let fix = fix(&court, 3);
    is_no_hotfix(&by_hand(&court, "bob", &fix, (RECORD, &text(&court, &fix))).verify());
}

#[test]
fn a_record_of_a_commit_of_no_such_branch_or_that_lacks_what_runs_is_none() {
    let court = court();
    let elsewhere = fix(&court, 2);
    is_no_hotfix(&by_hand(&court, "alice", &elsewhere, (RECORD, &text(&court, &elsewhere))).verify());
    let main = court.commit("web", 7);
    is_no_hotfix(&by_hand(&court, "alice", &main, (RECORD, &text(&court, &main))).verify());
}

#[test]
fn a_record_of_another_source_is_none() {
    let court = court();
    let fix = fix(&court, 3);
    let other = text(&court, &fix).replace("source: ", "source: /elsewhere");
    is_no_hotfix(&by_hand(&court, "alice", &fix, (RECORD, &other)).verify());
}

#[test]
fn a_record_that_cannot_be_read_or_is_no_plain_file_is_refused_by_the_scope_too() {
    let court = court();
    let fix = fix(&court, 3);
    let more = format!("{}until: never\n", text(&court, &fix));
    for work in [
        by_hand(&court, "alice", &fix, (RECORD, &more)),
        by_hand(&court, "alice", &fix, (RECORD, &text(&court, &fix)))
            .git(&["update-index", "--chmod=+x", RECORD])
            .git(&["commit", "-q", "--amend", "--no-edit"]),
    ] {
        let verdict = work.verify();
        is_no_hotfix(&verdict);
        assert!(verdict.gates("fail").contains("scope"), "{:#}", verdict.report);
    }
}

#[test]
fn a_record_without_its_move_is_refused() {
    let court = court();
    let fix = fix(&court, 3);
    court.work("alice").write(RECORD, &text(&court, &fix)).commit("a record").verify().refused_by("hotfix");
}

#[test]
fn a_record_is_not_removed_or_changed_by_hand_and_not_within_the_push_that_this_unblocks() {
    let court = unsoaked(|_| {});
    let fix = landed(&court);
    court.work("alice").git(&["rm", "-q", RECORD]).commit("no hotfix").verify().refused_by("hotfix");
    let other = court.commit("web", 3);
    court.work("alice").change(RECORD, &fix, &other).commit("another hotfix").verify().refused_by("hotfix");
    hooked(&court);
    let both = court.work("alice").git(&["rm", "-q", RECORD]).commit("no hotfix");
    let both = both.pin("web", "production", &court.commit("web", 5)).commit("web to production");
    refused(&both, &["HEAD:main"], "it takes the record of a hotfix of `web` in `production` away");
    let at_once = court.work("alice").git(&["rm", "-q", RECORD]).pin("web", "production", &court.commit("web", 5));
    refused(&at_once.commit("web to production"), &["HEAD:main"], "does not contain the hotfix");
    assert!(record(&court).is_some());
}

#[test]
fn what_loses_a_hotfix_is_refused_in_the_very_push_that_lands_it() {
    let court = unsoaked(|_| {});
    hooked(&court);
    let fix = fix(&court, 3);
    let both = by_hand(&court, "alice", &fix, (RECORD, &text(&court, &fix)));
    let both = both.pin("web", "production", &court.commit("web", 5)).commit("web to production");
    refused(&both, &["HEAD:main"], "it is no hotfix of `web` in `production`");
    lands(&both, &["HEAD~1:main"]);
    refused(&both, &["HEAD:main"], "does not contain the hotfix");
}

#[test]
fn a_promotion_by_hand_that_contains_it_may_take_the_record_along() {
    let court = unsoaked(|_| {});
    let fix = landed(&court);
    let merge = merged(&court, &fix);
    by(&court, "alice", &["promote", &format!("web@{merge}"), "--to", "staging"]).exits(0);
    let work = || court.work("bob").pin("web", "production", &merge);
    work().commit("web to production").verify().passes();
    work().git(&["rm", "-q", RECORD]).commit("web to production").verify().passes();
}

#[test]
fn a_return_takes_the_record_along_by_who_may_land_one_alone() {
    let court = unsoaked(|_| {});
    landed_on_promoted(&court);
    let back = |name: &str| court.work(name).pin("web", "production", &court.commit("web", 5));
    back("bob").commit("back").verify().passes();
    let without = |name: &str| back(name).git(&["rm", "-q", RECORD]).commit("back").verify();
    without("bob").refused_by("hotfix");
    without("alice").passes();
}

#[test]
fn a_record_goes_alone_only_where_the_environment_went_back_behind_it_and_by_who_may_land_one() {
    let court = unsoaked(|_| {});
    landed_on_promoted(&court);
    let gone = |name: &str| court.work(name).git(&["rm", "-q", RECORD]).commit("given up").verify();
    gone("alice").refused_by("hotfix");
    by(&court, "bob", &["rollback", "web", "--env", "production"]).exits(0);
    gone("bob").refused_by("hotfix");
    gone("alice").passes();
    let path = &court.world.sources["web"].path;
    std::fs::rename(path, path.with_extension("away")).unwrap();
    gone("alice").unknown_to("hotfix");
}

#[test]
fn what_is_left_where_hotfixes_are_over_goes_by_the_environments_signers() {
    let court = unsoaked(|_| {});
    landed(&court);
    let rules = court.work("alice").read("stageline.yaml");
    let over: String = rules.lines().filter(|line| !line.contains("hotfix:")).map(|line| format!("{line}\n")).collect();
    let work = court.work("alice").write("stageline.yaml", &over).commit("No hotfixes any more");
    lands(&work, &["HEAD:main"]);
    let gone = |name: &str| court.work(name).git(&["rm", "-q", RECORD]).commit("none is left").verify();
    gone("carol").refused_by("signature");
    gone("bob").passes();
}

#[test]
fn a_rule_that_comes_with_the_hotfix_is_none_for_it() {
    let court = court();
    let fix = fix(&court, 3);
    let record = text(&court, &fix);
    let work = by_hand(&court, "bob", &fix, (RECORD, &record));
    let verdict =
        work.change("stageline.yaml", "exempt: [order, soak], from: managers", "exempt: [order, soak], from: bob");
    let verdict = verdict.git(&["commit", "-q", "-a", "--amend", "--no-edit"]).verify();
    assert!(verdict.gates("fail").contains("hotfix"), "{:#}", verdict.report);
}

#[test]
fn a_request_of_a_hotfix_is_judged_the_same_and_lands_by_its_signed_head() {
    let court = court();
    let fix = fix(&court, 3);
    let named = format!("web@{fix}");
    let ask = ["promote", &named, "--to", "production", "--hotfix", "--landing", "merge-request", "--no-request"];
    by(&court, "alice", &ask).exits(0);
    let branches = court.world.branches_as(&court.world.environment);
    let branch = branches.iter().find(|name| name.contains("web")).expect("a branch");
    let head = format!("origin/{branch}");
    court.work("carol").git(&["checkout", "-q", &head]).verify().passes();
    // What somebody slips in beside the record is not what she signed.
    let changed = court.work("bob").git(&["checkout", "-q", &head]).change(RECORD, "reason: ", "reason: not ");
    is_no_hotfix(&changed.commit("more").verify());
}

#[test]
fn who_takes_an_application_out_takes_its_record_along_only_where_he_may_land_one() {
    let court = unsoaked(|_| {});
    landed(&court);
    let out = |name: &str| {
        let work = court.work(name).git(&["rm", "-rq", "apps/web/overlays/production", RECORD]);
        work.commit("web is over").verify()
    };
    out("bob").refused_by("hotfix");
    assert!(!out("alice").gates("fail").contains("hotfix"), "{:#}", out("alice").report);
}
