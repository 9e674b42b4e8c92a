//! Receipts: what the hook records of a push that it accepted, whose records count, and soaks that are measured by them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use crate::support::court::{Court, Work};
use crate::support::hooked::{self, install_recording, lands, lets_local_sources, refused};
use crate::support::keys;

const BRANCH: &str = "stageline/receipts";

/// A court that measures a soak of so long by the receipts of its server.
fn court(soak: &str) -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace("soak: 1h", &format!("soak: {{ for: {soak}, clock: receipt }}"))
            .replace("people:\n", "receipts: server\npeople:\n  server: { principals: [server@example.com] }\n");
    });
    court.world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob", "server"]));
    court.land_ago(24 * 60 * 60, "Add the key of the server");
    court
}

/// The same, with the hook that judges and records.
fn recorded(soak: &str) -> Court {
    let court = court(soak);
    installed(&court);
    court
}

fn installed(court: &Court) {
    install_recording(court, &court.world.remote);
    lets_local_sources(&court.world.remote.join("stageline-hook.yaml"));
}

/// Api in staging by hand, landed through the server.
fn to_staging(court: &Court, number: usize) -> Work {
    let work = court.work("bob").pin("api", "staging", &court.commit("api", number)).commit("api to staging");
    lands(&work, &["HEAD:main"]);
    work
}

fn to_production(court: &Court, number: usize) -> Work {
    let work = court.work("alice").pin("api", "production", &court.commit("api", number)).commit("api to production");
    // Whoever judges in a clone fetches the receipts by themselves.
    work.git(&["update-ref", "-d", "refs/remotes/origin/stageline/receipts"])
}

fn server(court: &Court, args: &[&str]) -> String {
    court.world.environment.git(&court.world.remote, args)
}

/// The receipt of a tip of main.
fn receipt(court: &Court, tip: &str) -> String {
    hooked::receipt(court, &court.world.remote, tip)
}

#[test]
fn what_the_server_accepted_is_recorded_with_its_time_and_signed_by_its_key() {
    let court = recorded("1h");
    let before = server(&court, &["rev-parse", "main"]);
    let begun = jiff::Timestamp::now();
    let landed = to_staging(&court, 6).head();
    let text = receipt(&court, &landed);
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).expect("a field");
        line.trim_matches(['\'', '"']).to_owned()
    };
    assert_eq!((field("branch").as_str(), field("old"), field("new")), ("main", before, landed));
    let at: jiff::Timestamp = field("at").parse().expect("a time");
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(1);
    assert!(begun <= at && at <= until, "never earlier than it was: {text}");
    let signers = court.world.path("server-signers");
    std::fs::write(&signers, court.signers(&["server"])).expect("a file");
    let file = format!("gpg.ssh.allowedSignersFile={}", signers.display());
    server(&court, &["-c", &file, "verify-commit", BRANCH]);
    // What nobody governs gets none, and nothing is said to whoever pushes.
    let tip = server(&court, &["rev-parse", BRANCH]);
    let said = lands(&court.work("eve").write("x", "x\n").commit("x"), &["HEAD:refs/heads/topic"]);
    assert!(!said.contains("remote: "), "{said}");
    assert_eq!(server(&court, &["rev-parse", BRANCH]), tip);
    let more = to_staging(&court, 7).head();
    assert!(receipt(&court, &more).contains("new:"));
    assert_eq!(server(&court, &["rev-list", "--count", BRANCH]), "2");
}

#[test]
fn a_soak_by_receipts_begins_when_the_server_took_it_whatever_the_committer_says() {
    let court = recorded("1h");
    let mut work = court.work("bob").pin("api", "staging", &court.commit("api", 6));
    let then = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48)).to_string();
    work.environment = work.environment.with("GIT_COMMITTER_DATE", &then).with("GIT_AUTHOR_DATE", &then);
    // A date of two days ago is nothing to whom it is not asked.
    lands(&work.commit("api to staging"), &["HEAD:main"]);
    let verdict = to_production(&court, 6).verify();
    verdict.waits_for("soak");
    assert!(verdict.report.to_string().contains("clock: receipt"), "{:#}", verdict.report);
    refused(&to_production(&court, 6), &["HEAD:main"], "takes what was in `staging` for 1h");
}

#[test]
fn what_has_soaked_by_receipts_lands_and_so_does_a_promotion() {
    let court = recorded("2s");
    to_staging(&court, 6);
    sleep(Duration::from_secs(4));
    to_production(&court, 6).verify().passes();
    lands(&to_production(&court, 6), &["HEAD:main"]);
    to_staging(&court, 7);
    sleep(Duration::from_secs(4));
    let work = court.work("alice");
    work.environment.stageline(&work.dir, &["promote", "api", "--to", "production", "--yes"]).exits(0);
    assert!(receipt(&court, &server(&court, &["rev-parse", "main"])).contains("branch: main"));
}

/// Api in staging, landed by the disk: no hook runs.
fn past_the_hook(court: &Court, number: usize) {
    let work = court.work("bob").pin("api", "staging", &court.commit("api", number)).commit("past the hook");
    let path = work.dir.to_string_lossy().into_owned();
    server(court, &["fetch", "-q", &path, "HEAD:refs/heads/main", "--update-head-ok"]);
}

#[test]
fn what_the_hook_did_not_see_counts_from_the_next_receipt_and_without_one_nothing_is_known() {
    let court = recorded("1h");
    past_the_hook(&court, 6);
    let verdict = to_production(&court, 6).verify();
    verdict.unknown_to("soak");
    assert!(verdict.report.to_string().contains("there is no branch `stageline/receipts`"), "{:#}", verdict.report);
    sleep(Duration::from_secs(2));
    let begun = jiff::Timestamp::now();
    lands(&court.work("bob").write("notes.md", "x\n").commit("notes"), &["HEAD:main"]);
    let until = to_production(&court, 6).verify().soaks_until();
    // Moments of verdicts have whole seconds.
    let wanted = begun + jiff::SignedDuration::from_secs(3_599);
    assert!(until >= wanted, "{until}: not before it was recorded, at {begun}");
    // After the last receipt nobody knows again.
    past_the_hook(&court, 7);
    let verdict = to_production(&court, 7).verify();
    verdict.unknown_to("soak");
    assert!(verdict.report.to_string().contains("no receipt that is here tells when"), "{:#}", verdict.report);
}

#[test]
fn what_went_past_the_hook_stood_there_no_longer_than_to_the_last_receipt_before() {
    let court = recorded("3s");
    to_staging(&court, 6);
    sleep(Duration::from_secs(5));
    to_production(&court, 6).verify().passes();
    past_the_hook(&court, 7);
    to_production(&court, 6).verify().refused_by("soak");
}

#[test]
fn nobody_pushes_receipts_and_those_of_another_key_are_none() {
    let court = recorded("2s");
    to_staging(&court, 6);
    let head = "HEAD:refs/heads/stageline/receipts";
    let work = court.work("alice").git(&["fetch", "-q", "origin", BRANCH]);
    let work =
        work.git(&["checkout", "-q", "-B", "forged", "FETCH_HEAD"]).git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    refused(&work, &[head], "receipts are written by the server alone");
    refused(&work, &["--delete", BRANCH], "receipts are written by the server alone");
    refused(&work, &["HEAD:refs/heads/Stageline/Receipts"], "only by case");
    // Somebody who gets at the disk, and has no key of the server's.
    let good = server(&court, &["rev-parse", BRANCH]);
    let path = work.dir.to_string_lossy().into_owned();
    server(&court, &["fetch", "-q", &path, "+HEAD:refs/heads/stageline/receipts"]);
    sleep(Duration::from_secs(4));
    let verdict = to_production(&court, 6).verify();
    verdict.unknown_to("soak");
    assert!(verdict.report.to_string().contains("are not signed by whoever `receipts:`"), "{:#}", verdict.report);
    // The server puts its name to nothing that stands on what it did not sign.
    let said = lands(&court.work("bob").write("notes.md", "x\n").commit("notes"), &["HEAD:main"]);
    assert!(said.contains("which this server has not signed") && said.contains("no receipt says when"), "{said}");
    server(&court, &["update-ref", "refs/heads/stageline/receipts", &good]);
    to_production(&court, 6).verify().passes();
}

#[test]
fn the_key_of_the_server_vouches_for_no_change_and_only_the_one_that_the_rules_name_counts() {
    let court = recorded("1s");
    let by_server = court.work("server").write("apps/web/overlays/staging/note.yaml", "a: 1\n").commit("note");
    refused(&by_server, &["HEAD:main"], "a key that only signs merges or receipts");
    to_staging(&court, 6);
    sleep(Duration::from_secs(3));
    to_production(&court, 6).verify().passes();
    // Whose receipts count is who may what: it lands alone, by an owner.
    let change = |who: &str| court.work(who).change("stageline.yaml", "receipts: server", "receipts: bob");
    change("bob").commit("Take bob's").verify().waits_for("scope");
    let with = change("alice").pin("api", "production", &court.commit("api", 6)).commit("Take bob's, and go");
    with.verify().refused_by("scope");
    lands(&change("alice").commit("Take bob's"), &["HEAD:main"]);
    to_production(&court, 6).verify().unknown_to("soak");
}

#[test]
fn without_anybody_named_no_receipt_counts() {
    let court = recorded("1s");
    to_staging(&court, 6);
    let change = court.work("alice").change("stageline.yaml", "receipts: server\n", "");
    lands(&change.commit("Name nobody"), &["HEAD:main"]);
    sleep(Duration::from_secs(3));
    let verdict = to_production(&court, 6).verify();
    verdict.unknown_to("soak");
    assert!(verdict.report.to_string().contains("`receipts: PERSON` in `stageline.yaml`"), "{:#}", verdict.report);
}

#[test]
fn pushes_that_end_at_the_same_time_lose_no_receipt() {
    let court = recorded("1h");
    let base = server(&court, &["rev-parse", "main"]);
    let all: Vec<Work> = (0..8)
        .map(|nth| {
            let work = court.work("bob").write("notes.md", &format!("{nth}\n")).commit("notes");
            let path = work.dir.to_string_lossy().into_owned();
            server(&court, &["fetch", "-q", &path, &format!("HEAD:refs/heads/ready/{nth}")]);
            work
        })
        .collect();
    let children: Vec<_> = all
        .iter()
        .map(|work| {
            let mut hook = work.environment.command(court.world.remote.join("hooks/post-receive"), &court.world.remote);
            let mut child = hook.stdin(std::process::Stdio::piped()).spawn().expect("it starts");
            let line = format!("{base} {} refs/heads/main\n", work.head());
            std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), line.as_bytes()).expect("it reads");
            child
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    for work in &all {
        assert!(receipt(&court, &work.head()).contains("branch: main"));
    }
    assert_eq!(server(&court, &["rev-list", "--count", BRANCH]), "8");
}

#[test]
fn a_key_is_changed_by_naming_both_until_the_new_one_has_signed() {
    let court = recorded("1s");
    to_staging(&court, 6);
    let new = keys::ssh(&court.world.environment, &court.world.path("home"), "new-server@example.com");
    let settings = court.world.remote.join("stageline-hook.yaml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    let old = court.key("server").to_string_lossy().into_owned();
    std::fs::write(&settings, text.replace(&old, &new.to_string_lossy())).expect("settings");
    // On top of the old key's, which the rules name; by itself it counts once the rules know it.
    let both = court.signers(&["alice", "bob", "server"]) + &keys::allowed("server@example.com", &new);
    lands(&court.work("alice").write(".stageline/allowed_signers", &both).commit("Add the new key"), &["HEAD:main"]);
    sleep(Duration::from_secs(3));
    to_production(&court, 6).verify().passes();
    let only = court.signers(&["alice", "bob"]) + &keys::allowed("server@example.com", &new);
    lands(
        &court.work("alice").write(".stageline/allowed_signers", &only).commit("Take the old key away"),
        &["HEAD:main"],
    );
    to_production(&court, 6).verify().passes();
}

/// What `--install-hook --receipts` says of a key.
fn refuses_key(court: &Court, key: &Path, says: &str) {
    let (remote, key) = (court.world.remote.to_string_lossy().into_owned(), key.to_string_lossy().into_owned());
    let args = ["verify", "--branch", "main", "--install-hook", &remote, "--receipts", &key];
    court.world.environment.stageline(&court.world.path(""), &args).exits(2).says(says);
    assert!(!court.world.remote.join("hooks/pre-receive").exists(), "nothing is half installed");
}

fn mode(file: &Path, mode: u32) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).expect("ours");
}

#[test]
fn a_key_that_cannot_sign_by_itself_or_that_others_may_read_is_refused() {
    let court = court("1h");
    let home = court.world.path("home");
    refuses_key(&court, &home.join("nothing"), "No such file");
    refuses_key(&court, &court.key("server").with_extension("key.pub"), "is no private SSH key");
    let open: PathBuf = keys::ssh(&court.world.environment, &home, "open@example.com");
    mode(&open, 0o644);
    refuses_key(&court, &open, "may be read by others: `chmod 600");
    mode(&open, 0o600);
    let change = ["-p", "-q", "-N", "a passphrase", "-f", &open.to_string_lossy()].map(String::from);
    let args: Vec<&str> = change.iter().map(String::as_str).collect();
    court.world.environment.tool("ssh-keygen", &home, &args);
    refuses_key(&court, &open, "has a passphrase");
}

#[test]
fn an_installation_that_records_no_more_says_so_when_it_is_looked_at() {
    let court = recorded("1h");
    let remote = court.world.remote.to_string_lossy().into_owned();
    let look = |says: &str, code: i32| {
        let args = ["verify", "--install-hook", &remote, "--check"];
        court.world.environment.stageline(&court.world.path(""), &args).exits(code).says(says);
    };
    look("records when it came", 0);
    let recorder = court.world.remote.join("hooks/post-receive");
    mode(&recorder, 0o644);
    look("post-receive` may not be executed", 1);
    let text = std::fs::read_to_string(&recorder).expect("a script");
    std::fs::write(&recorder, text + "exit 0\n").expect("ours");
    mode(&recorder, 0o755);
    look("was written for another program, or changed", 1);
    std::fs::remove_file(&recorder).expect("ours");
    look("post-receive`: No such file", 1);
    hooked::hooked(&court);
    look("records when it came", 0);
    mode(court.key("server"), 0o640);
    look("may be read by others", 1);
    // Somebody else's hook stays.
    mode(court.key("server"), 0o600);
    std::fs::write(&recorder, "#!/bin/sh\nmail\n").expect("ours");
    let args = ["verify", "--install-hook", &remote];
    court.world.environment.stageline(&court.world.path(""), &args).exits(1).says("is another hook, and stays");
    assert_eq!(std::fs::read_to_string(&recorder).expect("a script"), "#!/bin/sh\nmail\n");
}

#[test]
fn a_key_that_goes_later_keeps_nothing_from_landing_and_is_said_to_whoever_pushes() {
    let court = recorded("1h");
    std::fs::remove_file(court.key("server")).expect("ours");
    let said = lands(&court.work("bob").write("notes.md", "x\n").commit("notes"), &["HEAD:main"]);
    assert!(said.contains("no receipt is written") && said.contains("tell whoever runs this server"), "{said}");
}

#[test]
fn a_receipt_in_the_place_of_another_tells_nothing() {
    let court = recorded("2s");
    let first = to_staging(&court, 6).head();
    sleep(Duration::from_secs(4));
    let second = to_staging(&court, 7).head();
    // Even by the key of the server: what it says has to be about where it stands.
    let work = court.work("server").git(&["fetch", "-q", "origin", BRANCH]).git(&["checkout", "-q", "FETCH_HEAD"]);
    let (old, new) = (format!("main/{}/{first}.yaml", &first[..2]), format!("main/{}/{second}.yaml", &second[..2]));
    let older = work.read(&old);
    let work = work.write(&new, &older).commit("The older receipt in the place of the newer one");
    let path = work.dir.to_string_lossy().into_owned();
    server(&court, &["fetch", "-q", &path, "HEAD:refs/heads/stageline/receipts"]);
    let verdict = to_production(&court, 7).verify();
    verdict.unknown_to("soak");
    assert!(verdict.report.to_string().contains("is about something else"), "{:#}", verdict.report);
}

#[test]
fn without_a_clone_the_receipts_are_read_at_the_address() {
    let court = recorded("1h");
    let begun = jiff::Timestamp::now();
    to_staging(&court, 6);
    let address = format!("file://{}", court.world.remote.display());
    let alice = court.environment("alice");
    let ran =
        alice.stageline(&court.world.path(""), &["--repo", &address, "why", "api", "--to", "production", "-o", "json"]);
    let told = ran.exits(3).json();
    let row = &told["applications"][0];
    let until: jiff::Timestamp = row["eligible_at"].as_str().expect("a moment").parse().expect("a time");
    assert!(until >= begun + jiff::SignedDuration::from_secs(3_599), "{told:#}");
}

#[test]
fn what_a_push_takes_away_ends_when_that_was_judged_however_long_it_takes_to_be_recorded() {
    let court = recorded("12s");
    to_staging(&court, 6);
    // Whoever pushes may keep git from the end of its work; here that is slow by itself.
    let recorder = court.world.remote.join("hooks/post-receive");
    let quick = std::fs::read_to_string(&recorder).expect("a script");
    std::fs::write(&recorder, quick.replacen('\n', "\nsleep 14\n", 1)).expect("ours");
    to_staging(&court, 7);
    std::fs::write(&recorder, quick).expect("ours");
    to_production(&court, 6).verify().refused_by("soak");
    refused(&to_production(&court, 6), &["HEAD:main"], "takes what was in `staging` for 12s");
}

#[test]
fn receipts_that_the_server_has_begun_anew_are_read_as_they_are_now() {
    let court = recorded("1h");
    to_staging(&court, 6);
    let work = to_production(&court, 6);
    work.verify().waits_for("soak");
    server(&court, &["update-ref", "-d", "refs/heads/stageline/receipts"]);
    lands(&court.work("bob").write("notes.md", "x\n").commit("notes"), &["HEAD:main"]);
    // The clone that knew the old ones, and one that knew none.
    work.verify().waits_for("soak");
    to_production(&court, 6).verify().waits_for("soak");
}

#[test]
fn no_name_stands_in_the_place_of_the_branch_of_receipts() {
    let court = recorded("1h");
    let work = court.work("bob");
    refused(&work, &["HEAD:refs/heads/stageline"], "there can be no branch `stageline/");
    refused(&work, &["HEAD:refs/tags/stageline/receipts"], "would be taken for");
    lands(&work, &["HEAD:refs/heads/stageline-notes"]);
}

#[test]
fn nothing_is_installed_where_a_part_of_it_has_no_place() {
    let court = court("1h");
    let remote = court.world.remote.to_string_lossy().into_owned();
    let key = court.key("server").to_string_lossy().into_owned();
    let hooks = court.world.remote.join("hooks");
    let refuses = |code: i32, says: &str| {
        let args = ["verify", "--branch", "main", "--install-hook", &remote, "--receipts", &key];
        court.world.environment.stageline(&court.world.path(""), &args).exits(code).says(says);
        assert!(!hooks.join("pre-receive").exists(), "nothing judges");
        assert!(!court.world.remote.join("stageline-hook.yaml").is_file(), "nor says how");
    };
    std::fs::create_dir_all(&hooks).expect("a folder");
    std::fs::write(hooks.join("post-receive"), "#!/bin/sh\nmail\n").expect("a hook");
    refuses(1, "is another hook, and stays");
    std::fs::remove_file(hooks.join("post-receive")).expect("ours");
    std::fs::create_dir(hooks.join("post-receive")).expect("a folder");
    refuses(2, "post-receive` cannot be written, so nothing is installed");
    std::fs::remove_dir(hooks.join("post-receive")).expect("ours");
    std::fs::create_dir(court.world.remote.join("stageline-hook.yaml")).expect("a folder");
    refuses(2, "stageline-hook.yaml` cannot be written");
    std::fs::remove_dir(court.world.remote.join("stageline-hook.yaml")).expect("ours");
    installed(&court);
}

#[test]
fn receipts_of_another_key_are_said_when_the_hook_is_looked_at() {
    let court = recorded("1h");
    to_staging(&court, 6);
    let remote = court.world.remote.to_string_lossy().into_owned();
    let look = |code: i32, says: &str| {
        let args = ["verify", "--install-hook", &remote, "--check"];
        court.world.environment.stageline(&court.world.path(""), &args).exits(code).says(says);
    };
    look(0, "records when it came");
    let work = court.work("alice").git(&["fetch", "-q", "origin", BRANCH]).git(&["checkout", "-q", "FETCH_HEAD"]);
    let work = work.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    let path = work.dir.to_string_lossy().into_owned();
    server(&court, &["fetch", "-q", &path, "HEAD:refs/heads/stageline/receipts"]);
    look(1, "which this key has not signed");
}
