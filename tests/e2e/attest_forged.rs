//! Statements that somebody pushes without the verb: none of these ways makes one count that should not.

use crate::support::attested::{
    BRANCH, asking, attest, listed, may_land, payload, pushed, run, said, sealed, smoke, waits,
};
use crate::support::court::Court;

const SMOKE: &str = "[{ name: smoke, by: [ci], in: staging }]";

/// Why what stands at a path does not count.
#[track_caller]
fn why_not(court: &Court, path: &str) -> String {
    listed(court, path)["why_not"].as_str().expect("a reason").to_string()
}

/// The same folder, another file.
fn beside(path: &str, name: &str) -> String {
    format!("{}/{name}", path.rsplit_once('/').expect("a folder").0)
}

#[test]
fn a_statement_that_is_pushed_again_under_another_name_is_as_old_as_it_was() {
    let court = asking(SMOKE);
    let path = smoke(&court, "passed");
    smoke(&court, "failed");
    waits(&court, 1, "check-failed");
    let work = said(&court, "eve");
    let (again, text) = (beside(&path, "check-ffff.json"), work.read(&path));
    // The same words in other bytes are no other words.
    let other = beside(&path, "check-eeee.json");
    pushed(work.write(&again, &text).write(&other, &text.replace("\":", "\": ")), "again");
    waits(&court, 1, "check-failed");
    assert!(why_not(&court, &again).contains("said before") && why_not(&court, &other).contains("said before"));
    // Nor is one that was withdrawn brought back so.
    attest(&court, "ci", &["withdraw", &path]).exits(0);
    let third = beside(&path, "check-dddd.json");
    pushed(said(&court, "eve").write(&third, &text), "again");
    waits(&court, 1, "check-failed");
}

#[test]
fn the_words_of_somebody_unknown_do_not_keep_the_same_words_from_counting() {
    let court = asking(SMOKE);
    smoke(&court, "passed");
    let path = smoke(&court, "failed");
    waits(&court, 1, "check-failed");
    let text = payload(&said(&court, "ci").read(&path));
    let text = text.replace("\"FAILED\"", "\"PASSED\",\"url\":\"https://ci.example.com/8\"");
    // Eve says beforehand what ci is going to say, and so do others whose word is none of ci's.
    let early = beside(&path, "check-0001.json");
    pushed(said(&court, "eve").write(&early, &sealed(&court, "eve", "stageline-statement", &text)), "early");
    let known = beside(&path, "check-0002.json");
    pushed(said(&court, "bob").write(&known, &sealed(&court, "bob", "stageline-statement", &text)), "early, too");
    waits(&court, 1, "check-failed");
    let own = beside(&path, "check-0003.json");
    pushed(said(&court, "ci").write(&own, &sealed(&court, "ci", "stageline-statement", &text)), "ci's own");
    may_land(&court);
}

#[test]
fn a_statement_that_a_later_commit_changes_or_takes_away_makes_the_gate_unknown() {
    for is_removed in [false, true] {
        let court = asking(SMOKE);
        let path = smoke(&court, "failed");
        let work = said(&court, "eve");
        let work = if is_removed { work.git(&["rm", "-q", &path]) } else { work.write(&path, "{}\n") };
        let work = pushed(work, "nothing to see");
        waits(&court, 3, "checks-unknown");
        // What comes later does not heal it.
        smoke(&court, "passed");
        waits(&court, 3, "checks-unknown");
        let report = run(&court, "alice", &["attest", "list", "-o", "json"]).exits(0).json();
        let note = report["notes"].as_array().unwrap().iter().filter_map(|one| one.as_str()).next_back().unwrap();
        assert!(note.contains(&work.head()[..7]), "{report:#}");
        assert_eq!(attest(&court, "ci", &["export", &path, "-o", "json"]).exits(3).refusal(), "checks-unknown");
    }
}

#[test]
fn a_statement_and_what_needs_it_in_one_push_do_not_help_each_other() {
    let court = asking(SMOKE);
    let old = court.world.environment.git(&court.world.remote, &["rev-parse", "main"]);
    // It is made in a repository that the server does not know.
    let away = court.world.path("away.git");
    let (from, to) = (court.world.remote.to_string_lossy(), away.to_string_lossy());
    court.world.environment.git(&court.world.path(""), &["clone", "-q", "--mirror", &from, &to]);
    let ci = court.work("ci").git(&["remote", "set-url", "origin", &to]);
    let commit = court.commit("web", 5);
    let args = ["attest", "web", "--commit", &commit, "--env", "staging", "--check", "smoke", "--status", "passed"];
    ci.environment.stageline(&ci.dir, &args).exits(0);
    let work = court.work("alice").pin("web", "production", &commit).commit("web to production");
    let work = work.git(&["fetch", "-q", &to, BRANCH]);
    let said = work.environment.git(&work.dir, &["rev-parse", "FETCH_HEAD"]);
    work.environment
        .git(&work.dir, &["push", "-q", "origin", "HEAD:refs/heads/elsewhere", &format!("{said}:refs/heads/said")]);
    let zeros = "0".repeat(40);
    let lines = format!("{zeros} {said} refs/heads/{BRANCH}\n{old} {} refs/heads/main\n", work.head());
    let verdict = work.pre_receive(&court.world.remote, &lines);
    assert_eq!(verdict.code, Some(3), "{:#}", verdict.report);
    assert!(verdict.gates("pending").contains("checks"), "{:#}", verdict.report);
    work.environment.git(&work.dir, &["push", "-q", "origin", &format!("{said}:refs/heads/{BRANCH}")]);
    work.pre_receive(&court.world.remote, &format!("{old} {} refs/heads/main\n", work.head())).passes();
}

#[test]
fn a_signature_that_was_made_for_commits_is_none_of_a_statement() {
    let court = asking(SMOKE);
    let path = smoke(&court, "failed");
    let text = payload(&said(&court, "ci").read(&path)).replace("FAILED", "PASSED");
    let forged = beside(&path, "check-0001.json");
    pushed(said(&court, "ci").write(&forged, &sealed(&court, "ci", "git", &text)), "pasted");
    waits(&court, 1, "check-failed");
    assert!(why_not(&court, &forged).contains("not signed by a key"), "{}", why_not(&court, &forged));
}

#[test]
fn what_is_of_a_time_to_come_does_not_count() {
    let court = asking(SMOKE);
    let path = smoke(&court, "failed");
    let text = payload(&said(&court, "ci").read(&path)).replace("FAILED", "PASSED");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let told = value["predicate"]["configuration"].as_array().unwrap().last().unwrap();
    let at: jiff::Timestamp = told["annotations"]["at"].as_str().unwrap().parse().unwrap();
    let moved = |seconds: i64| {
        let later = at + jiff::SignedDuration::from_secs(seconds);
        text.replace(&at.to_string(), &later.to_string())
    };
    let ahead = beside(&path, "check-0001.json");
    let seal = |seconds: i64| sealed(&court, "ci", "stageline-statement", &moved(seconds));
    pushed(said(&court, "ci").write(&ahead, &seal(3600)), "ahead");
    waits(&court, 1, "check-failed");
    assert!(why_not(&court, &ahead).contains("to come"), "{}", why_not(&court, &ahead));
    // A clock that is a little ahead is one.
    pushed(said(&court, "ci").write(&beside(&path, "check-0002.json"), &seal(120)), "nearly right");
    may_land(&court);
}

#[test]
fn a_file_that_is_put_into_the_folder_of_another_commit_says_nothing_of_it() {
    let court = asking(SMOKE);
    let commit = court.commit("web", 3);
    let args = ["web", "--commit", &commit, "--env", "staging", "--check", "smoke", "--status", "passed", "-o", "json"];
    let report = attest(&court, "ci", &args).exits(0).json();
    let path = report["statement"]["path"].as_str().unwrap().to_string();
    let other = court.commit("web", 5);
    let moved = path.replace(&format!("/{}/{commit}/", &commit[..2]), &format!("/{}/{other}/", &other[..2]));
    assert_ne!(path, moved);
    let work = said(&court, "eve");
    let text = work.read(&path);
    pushed(work.write(&moved, &text), "of another commit");
    waits(&court, 3, "check-missing");
    assert!(why_not(&court, &moved).contains("does not stand where it belongs"), "{}", why_not(&court, &moved));
}
