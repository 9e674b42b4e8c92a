//! `config sync`: main's rules, signers and keys to the branch of an environment that has one of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::both_forges::at_both;
use crate::support::court::{Court, Work};
use crate::support::forges::{Kind, Shop};
use crate::support::hooked::{hooked, lands, refused};
use crate::support::landed::{column, production_on_a_branch, refs};
use crate::support::run::Ran;
use crate::support::team::{REPOSITORY, Team};
use crate::support::world::overlay_file;

const SYNC: &[&str] = &["config", "sync", "--to", "production"];
const SIGNERS: &str = ".stageline/allowed_signers";
const REQUEST: &str = "sync/production/rules";
const LANDING: &str = "    git: { branch: production }\n";

/// A court whose production lives on its own branch, with a copy of the rules as they are.
fn court() -> Court {
    ruled(|_| {})
}

fn ruled(change: impl FnOnce(&mut String)) -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("  - name: production\n", &format!("  - name: production\n{LANDING}"));
        change(rules);
    });
    court.world.git(&["push", "-q", "origin", "main:production"]);
    court
}

/// Main's rules go on: another text in the place of one.
fn main_says(court: &Court, from: &str, to: &str) {
    let rules = court.world.read("stageline.yaml");
    assert!(rules.contains(from), "{rules}");
    court.world.write("stageline.yaml", &rules.replacen(from, to, 1));
    court.land_ago(60, "Other rules");
}

fn remote(court: &Court, args: &[&str]) -> String {
    court.world.environment.git(&court.world.remote, args)
}

/// What stands at a path of a branch of the remote; nothing where there is none.
fn blob(court: &Court, branch: &str, path: &str) -> String {
    remote(court, &["ls-tree", branch, "--", path])
}

/// The files of production's branch that its last commit changed.
fn last(court: &Court) -> Vec<String> {
    let names = remote(court, &["diff", "--name-only", "production~1", "production"]);
    names.lines().map(str::to_owned).collect()
}

fn runs(work: &Work, more: &[&str]) -> Ran {
    work.environment.stageline(&work.dir, &[SYNC, more].concat())
}

/// Somebody runs it in a fresh clone.
fn by(court: &Court, name: &str, more: &[&str]) -> Ran {
    runs(&court.work(name), more)
}

fn report(ran: Ran) -> Value {
    ran.exits(0).json()
}

#[test]
fn people_keys_and_rules_come_byte_for_byte_in_one_commit_of_an_owner_that_the_hook_lets_in() {
    let court = court();
    main_says(&court, "  bob: { principals: [bob@example.com] }\n", "  eve: { principals: [eve@example.com] }\n");
    court.world.write(SIGNERS, &court.signers(&["alice", "eve"]));
    court.world.write(".stageline/keys/alice.asc", "a key\n");
    court.land_ago(30, "Other keys");
    hooked(&court);
    let count = remote(&court, &["rev-list", "--count", "production"]);
    let told = report(by(&court, "alice", &["-o", "json", "-m", "bob has left"]));
    assert_eq!(
        (&told["stage"], &told["verb"], &told["environment"]),
        (&json!("landed"), &json!("sync"), &json!("production"))
    );
    assert_eq!(column(&told["sync"]["files"], "path"), [SIGNERS, ".stageline/keys/alice.asc", "stageline.yaml"]);
    assert_eq!(column(&told["sync"]["files"], "change"), ["changed", "new", "changed"]);
    assert_eq!(last(&court), column(&told["sync"]["files"], "path"));
    for path in ["stageline.yaml", SIGNERS, ".stageline/keys/alice.asc"] {
        assert_eq!(blob(&court, "production", path), blob(&court, "main", path), "{path}");
    }
    assert_eq!(
        remote(&court, &["rev-list", "--count", "production"]).parse::<u32>(),
        count.parse().map(|n: u32| n + 1)
    );
    let message = remote(&court, &["log", "-1", "--format=%B", "production"]);
    let from = remote(&court, &["rev-parse", "main"]);
    assert!(message.starts_with("sync the rules of production with main\n\nbob has left\n"), "{message}");
    assert!(message.contains(&format!("Promotion-Verb: sync\nPromotion-Origin: main@{from}\n")), "{message}");
    by(&court, "alice", &[]).exits(0).says("nothing to do in production").says("are those of the main one already");
    // It moved no pin: no row of a history is of it, `show` tells its files, and only git takes it back.
    let work = court.work("alice");
    let at = |args: &[&str]| work.environment.stageline(&work.dir, args);
    let history = at(&["history", "--env", "production", "-o", "json"]).exits(0).json();
    assert!(!history.to_string().contains("sync the rules"), "{history:#}");
    let tip = remote(&court, &["rev-parse", "production"]);
    at(&["show", &tip]).exits(0).says("stageline.yaml");
    assert_eq!(at(&["undo", &tip, "-o", "json"]).exits(1).refusal(), "nothing-to-undo");
}

#[test]
fn without_a_clone_it_lands_as_well_and_in_every_format() {
    let court = court();
    main_says(&court, "soak: 1h", "soak: 2h");
    let (here, address) = (court.world.path(""), format!("file://{}", court.world.remote.display()));
    let run = |more: &[&str]| {
        let args = [&["--repo", &address], SYNC, more].concat();
        court.environment("alice").stageline(&here, &args).exits(0)
    };
    let dry = |format: &str| run(&["--dry-run", "-o", format]).stdout;
    assert_eq!(dry("name"), "stageline.yaml\n");
    assert!(
        dry("csv").starts_with("file,change,from_branch,config_commit\nstageline.yaml,changed,main,"),
        "{}",
        dry("csv")
    );
    assert!(dry("markdown").contains("| stageline.yaml | changed | main |"), "{}", dry("markdown"));
    run(&[]).says("landed");
    assert_eq!(blob(&court, "production", "stageline.yaml"), blob(&court, "main", "stageline.yaml"));
}

#[test]
fn who_owns_no_rules_lands_none_by_no_way_and_what_he_asks_for_waits_for_an_owner() {
    let court = court();
    main_says(&court, "soak: 1h", "soak: 2h");
    let before = remote(&court, &["rev-parse", "production"]);
    assert_eq!(by(&court, "bob", &["-o", "json"]).exits(3).refusal(), "needs-owners");
    assert_eq!(by(&court, "eve", &["-o", "json"]).exits(1).refusal(), "not-a-signer");
    hooked(&court);
    // The same bytes by hand.
    let by_hand = |name: &str| {
        let work = court.work(name).git(&["checkout", "-q", "production"]);
        work.git(&["checkout", "-q", "origin/main", "--", "stageline.yaml"]).commit("as on main")
    };
    refused(&by_hand("bob"), &["production"], "scope");
    refused(&by_hand("eve"), &["production"], "signature");
    assert_eq!(remote(&court, &["rev-parse", "production"]), before);
    // As a request anybody known may ask, and the judge waits for an owner.
    assert_eq!(report(by(&court, "bob", &["--landing", "merge-request", "-o", "json"]))["stage"], "proposed");
    let verify = |name: &str, head: &str| court.work(name).verify_with(&["--onto", "production", head]);
    verify("alice", &format!("origin/{REQUEST}")).waits_for("scope");
    let own = court.work("alice");
    assert_eq!(report(runs(&own, &["--landing", "merge-request", "-o", "json"]))["request"]["unchanged"], true);
    // Signed by the owner it passes, also where somebody else has made it.
    let signed =
        court.work("alice").git(&["checkout", "-q", REQUEST]).git(&["commit", "-q", "--amend", "--no-edit", "-S"]);
    signed.verify_with(&["--onto", "production", "HEAD"]).passes();
    lands(&signed, &["HEAD:production"]);
    assert_eq!(blob(&court, "production", "stageline.yaml"), blob(&court, "main", "stageline.yaml"));
}

#[test]
fn more_than_the_rules_in_the_same_commit_is_no_sync_and_is_judged_as_what_it_is() {
    let court = court();
    main_says(&court, "managers: [alice]", "managers: [alice, bob]");
    court.world.write(SIGNERS, &court.signers(&["alice", "bob", "eve"]));
    court.land_ago(30, "Other keys");
    hooked(&court);
    let work = court.work("alice").git(&["checkout", "-q", "production"]);
    let work = work.git(&["checkout", "-q", "origin/main", "--", "stageline.yaml", SIGNERS]);
    let more = work.pin("web", "production", &court.commit("web", 5)).commit("and a pin");
    refused(&more, &["production"], "scope");
}

#[test]
fn the_rules_of_both_branches_judge_it_also_where_main_has_other_owners_by_now() {
    let court = court();
    main_says(&court, "managers: [alice]", "managers: [bob]");
    for name in ["alice", "bob"] {
        let ran = by(&court, name, &["-o", "json"]).exits(3);
        assert_eq!(ran.refusal(), "needs-owners", "{name}");
    }
    main_says(&court, "managers: [bob]", "managers: [bob, alice]");
    by(&court, "alice", &[]).exits(0);
    by(&court, "bob", &["--dry-run"]).exits(0).says("nothing to do");
}

#[test]
fn keys_that_main_has_no_more_go_and_holds_and_everything_else_of_the_branch_stay() {
    let court = court();
    let alice = court.work("alice");
    alice.environment.stageline(&alice.dir, &["hold", "set", "web", "--env", "production", "-m", "it burns"]).exits(0);
    let theirs = court.work("alice").git(&["checkout", "-q", "production"]);
    let theirs = theirs
        .write(".stageline/keys/bob.asc", "a key\n")
        .write(".stageline/revoked_keys", "")
        .write(".stageline/more.yaml", "a: 1\n")
        .write("notes.md", "of production alone\n")
        .commit("What only production has");
    lands(&theirs, &["production"]);
    main_says(&court, "soak: 1h", "soak: 2h");
    let told = report(by(&court, "alice", &["-o", "json"]));
    assert_eq!(
        column(&told["sync"]["files"], "path"),
        [".stageline/keys/bob.asc", ".stageline/revoked_keys", "stageline.yaml"]
    );
    assert_eq!(column(&told["sync"]["files"], "change"), ["gone", "gone", "changed"]);
    assert_eq!(last(&court), column(&told["sync"]["files"], "path"));
    for path in [".stageline/holds/production/web.yaml", ".stageline/more.yaml", "notes.md"] {
        assert_ne!(blob(&court, "production", path), "", "{path}");
    }
    alice.environment.stageline(&alice.dir, &["hold", "list"]).exits(0).says("it burns");
}

#[test]
fn a_copy_that_calls_a_hold_its_list_of_signers_does_not_take_that_away() {
    let court = court();
    let hold = ".stageline/holds/production/web.yaml";
    let alice = court.work("alice");
    alice.environment.stageline(&alice.dir, &["hold", "set", "web", "--env", "production", "-m", "it burns"]).exits(0);
    let odd = court.work("alice").git(&["checkout", "-q", "production"]);
    lands(
        &odd.change("stageline.yaml", &format!("signers-file: {SIGNERS}"), &format!("signers-file: {hold}"))
            .commit("x"),
        &["production"],
    );
    let there = blob(&court, "production", hold);
    // By those signers nobody is known there any more: who owns the branch takes that back by hand.
    assert_eq!(by(&court, "alice", &["-o", "json"]).exits(1).refusal(), "not-a-signer");
    let told = by(&court, "alice", &["--dry-run", "-o", "json"]).json();
    assert_eq!(column(&told["sync"]["files"], "path"), ["stageline.yaml"], "{told}");
    assert_eq!((blob(&court, "production", hold), there.is_empty()), (there.clone(), false));
}

#[test]
fn a_branch_without_rules_of_its_own_gets_them() {
    let court = court();
    let bare = court.work("alice").git(&["checkout", "-q", "production"]);
    lands(
        &bare.git(&["rm", "-q", "stageline.yaml", SIGNERS]).git(&["commit", "-q", "-m", "no rules here"]),
        &["production"],
    );
    let told = report(by(&court, "alice", &["-o", "json"]));
    assert_eq!(column(&told["sync"]["files"], "change"), ["new", "new"]);
    assert!(told["sync"]["differences"][0].as_str().is_some_and(|why| why.contains("no rules of its own")), "{told}");
    assert_eq!(blob(&court, "production", "stageline.yaml"), blob(&court, "main", "stageline.yaml"));
}

#[test]
fn a_dry_run_says_which_files_and_which_rules_and_writes_nothing() {
    let court = court();
    main_says(&court, "soak: 1h", "soak: 2h");
    let work = court.work("alice");
    let state = |work: &Work| {
        let here = work.environment.git(&work.dir, &["for-each-ref"]);
        format!("{here}{}", remote(&court, &["for-each-ref"]))
    };
    let before = state(&work);
    runs(&work, &["--dry-run"])
        .exits(0)
        .says("stageline.yaml  changed")
        .says("`gates.soak` of `production` is 1h (`main`: 2h)")
        .says("1 file, lands on production")
        .says("Nothing was written");
    assert_eq!(state(&work), before);
    let world = production_on_a_branch();
    let (before, _) = (refs(&world), world.run(&[SYNC, &["--dry-run"]].concat()).exits(0).says("nothing to do"));
    assert_eq!(refs(&world), before);
}

#[test]
fn an_environment_on_the_rules_own_branch_has_nothing_to_be_brought() {
    let court = court();
    let work = court.work("alice");
    let refused = |env: &str| {
        work.environment.stageline(&work.dir, &["config", "sync", "--to", env, "-o", "json"]).exits(2).refusal()
    };
    assert_eq!(
        (refused("staging"), refused("produktion")),
        ("no-own-branch".to_string(), "no-such-environment".into())
    );
    work.environment.stageline(&work.dir, &["config", "sync"]).exits(2).says("--to");
    let draft = runs(&work, &["--dry-run", "--config", "stageline.yaml", "-o", "json"]).exits(2);
    assert_eq!(draft.refusal(), "config-for-dry-runs");
}

#[test]
fn where_it_lands_by_request_it_does_and_its_branch_follows_main() {
    let strict = format!("{LANDING}    landing: merge-request\n");
    let court = ruled(|rules| *rules = rules.replace(LANDING, &strict));
    main_says(&court, "soak: 1h", "soak: 2h");
    assert_eq!(by(&court, "alice", &["--landing", "direct", "-o", "json"]).exits(1).refusal(), "landing-weaker");
    let first = report(by(&court, "alice", &["-o", "json"]));
    assert_eq!((&first["stage"], &first["request"]["branch"]), (&json!("proposed"), &json!(REQUEST)));
    main_says(&court, "soak: 2h", "soak: 3h");
    let second = report(by(&court, "alice", &["-o", "json"]));
    assert_eq!(second["request"]["branch"], REQUEST, "{second}");
    assert_eq!(remote(&court, &["rev-parse", REQUEST]), second["commit"].as_str().expect("a commit"));
    assert_eq!(remote(&court, &["rev-parse", &format!("{REQUEST}~1")]), remote(&court, &["rev-parse", "production"]));
    // Where somebody has worked on it, it is left alone, also where it looks like ours.
    let work = court.work("alice").git(&["checkout", "-q", REQUEST]).write("notes.md", "x\n").git(&["add", "notes.md"]);
    lands(&work.git(&["commit", "-q", "--amend", "--no-edit"]), &["-f", REQUEST]);
    main_says(&court, "soak: 3h", "soak: 4h");
    let third = report(by(&court, "alice", &["-o", "json"]));
    assert_eq!(third["request"]["branch"], format!("{REQUEST}--2"), "{third}");
    // The copy's word counts as well as main's.
    let loose = ruled(|rules| *rules = rules.replace(LANDING, &strict));
    main_says(&loose, "    landing: merge-request\n", "");
    assert_eq!(by(&loose, "alice", &["--landing", "direct", "-o", "json"]).exits(1).refusal(), "landing-weaker");
}

/// What this does in somebody's clone happens in the very moment before alice's push.
fn overtaken(court: &Court, work: &Work, theirs: &Work, refs: &str) {
    let hook = work.dir.join(".git/hooks/pre-push");
    fs::create_dir_all(work.dir.join(".git/hooks")).expect("a folder");
    let flag = court.world.path("overtaken");
    let text = format!(
        "#!/bin/sh\nunset $(git rev-parse --local-env-vars)\n[ -e '{flag}' ] && exit 0\n: > '{flag}'\n\
         cd '{}' && exec git push -q origin {refs}\n",
        theirs.dir.display(),
        flag = flag.display(),
    );
    fs::write(&hook, text).expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
}

#[test]
fn a_lost_race_is_made_again_on_the_new_tip_and_not_where_the_rules_are_others_by_then() {
    let court = court();
    main_says(&court, "soak: 1h", "soak: 2h");
    let theirs = court.work("alice").git(&["checkout", "-q", "production"]);
    let theirs = theirs.pin("web", "production", &court.commit("web", 5)).commit("first");
    let work = court.work("alice");
    overtaken(&court, &work, &theirs, "production");
    runs(&work, &[]).exits(0);
    assert_eq!(remote(&court, &["rev-parse", "production~1"]), theirs.head());
    assert_eq!(last(&court), ["stageline.yaml"]);
    assert_eq!(court.world.pin_at("production", "web", "production"), court.commit("web", 5));
    // Rules that nobody has agreed to come in by no other tip.
    main_says(&court, "soak: 2h", "soak: 3h");
    fs::remove_file(court.world.path("overtaken")).expect("it was overtaken");
    let theirs = court.work("alice").change("stageline.yaml", "soak: 3h", "soak: 1s").commit("weaker");
    let theirs = theirs.git(&["checkout", "-q", "production"]).write("notes.md", "x\n").commit("and something there");
    let work = court.work("alice");
    overtaken(&court, &work, &theirs, "main production");
    assert_eq!(runs(&work, &["-o", "json"]).exits(6).refusal(), "plan-changed");
    assert_eq!(remote(&court, &["rev-parse", "production"]), theirs.head());
}

#[test]
fn a_link_in_the_place_of_a_key_is_brought_nowhere() {
    let court = court();
    fs::create_dir_all(court.world.clone.join(".stageline")).expect("a folder");
    std::os::unix::fs::symlink("../stageline.yaml", court.world.clone.join(".stageline/revoked_keys")).expect("a link");
    court.land_ago(30, "a link");
    let ran = by(&court, "alice", &["-o", "json"]).exits(2);
    assert_eq!(ran.refusal(), "not-a-plain-file");
}

#[test]
fn nothing_but_the_files_is_read_from_the_clone_and_overlays_stay_as_they_are() {
    let court = court();
    main_says(&court, "soak: 1h", "soak: 2h");
    let overlay = overlay_file("web", "production");
    let before = blob(&court, "production", &overlay);
    let work = court.work("alice").write("stageline.yaml", "version: 1\n").write(&overlay, "images: []\n");
    runs(&work, &[]).on_stderr("differs from the one on `main`").exits(0);
    assert_eq!((blob(&court, "production", &overlay), last(&court)), (before, vec!["stageline.yaml".to_string()]));
}

at_both! {
    at_a_forge_it_is_a_request_into_that_branch_also_where_the_environment_lands_directly
}

fn at_a_forge_it_is_a_request_into_that_branch_also_where_the_environment_lands_directly(kind: Kind) {
    let shop = Shop::shaped(kind, |shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    shop.world.git(&["push", "-q", shop.world.remote.to_str().expect("a path"), "main:production"]);
    let rules = shop.world.read("stageline.yaml");
    shop.world.write(
        "stageline.yaml",
        &rules.replace("git: { branch: production }", "git: { branch: production }\n    gates: { soak: 1s }"),
    );
    shop.world.git(&["commit", "-qam", "Other rules", "--no-gpg-sign"]);
    shop.world.git(&["push", "-q", shop.world.remote.to_str().expect("a path"), "main"]);
    let told = shop.json(SYNC);
    assert_eq!((&told["stage"], &told["request"]["number"]), (&json!("proposed"), &json!(shop.mark(1))), "{told}");
    let [request] = shop.requests().try_into().unwrap_or_else(|all| panic!("{all:#?}"));
    assert_eq!((request.head.as_str(), request.base.as_str()), (REQUEST, "production"));
    assert_eq!(request.title, "sync the rules of production with main");
    assert!(request.body.contains("stageline.yaml") && request.body.contains("gates.soak"), "{}", request.body);
    assert_eq!(shop.json(SYNC)["request"]["unchanged"], true);
    assert_eq!(shop.requests().len(), 1);
    // Without a token nothing is pushed, and it is said how to go on.
    let without = shop.world.environment.stageline(&shop.world.clone, &[SYNC, &["-o", "json"]].concat());
    assert_eq!(without.exits(4).refusal(), "no-token");
    assert_eq!(shop.json(&[SYNC, &["--landing", "direct"]].concat())["stage"], "landed");
    assert_eq!(shop.json(SYNC)["stage"], "nothing-to-do");
}

#[test]
fn at_a_real_forge_the_request_is_merged_by_its_button_and_then_nothing_is_left_to_do() {
    let team = Team::shaped(|shape| {
        shape.one_source = true;
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    team.world.git(&["push", "-q", "origin", "main:production"]);
    let rules = team.world.read("stageline.yaml");
    let with_owners = rules.replace("people:\n", "owners: mei\npeople:\n");
    team.world.land_file("stageline.yaml", &with_owners);
    let told = team.json(SYNC);
    assert_eq!((&told["stage"], &told["request"]["number"]), (&json!("proposed"), &json!("#1")), "{told}");
    let [request] = team.open_requests().try_into().unwrap_or_else(|all| panic!("{all:#?}"));
    assert_eq!((&request["head"]["ref"], &request["base"]["ref"]), (&json!(REQUEST), &json!("production")));
    assert_eq!(team.json(SYNC)["request"]["unchanged"], true);
    team.forge.merge(&team.mei, REPOSITORY, 1, "merge");
    assert_eq!(team.json(SYNC)["stage"], "nothing-to-do");
    let landed = team.world.git(&["show", "refs/remotes/origin/production:stageline.yaml"]);
    assert_eq!(landed.trim_end(), with_owners.trim_end());
}
