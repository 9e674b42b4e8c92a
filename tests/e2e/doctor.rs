//! `doctor`: what this clone, its people and keys, its rules, its sources and a server on this machine show; each good, and bad.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use serde_json::Value;

use crate::support::court::{Court, Work};
use crate::support::fingerprint;
use crate::support::hooked::{hooked, install_recording, lands};
use crate::support::keys::OpenPgp;
use crate::support::run::{Environment, Ran};
use crate::support::shim::which;

const DOCTOR: &[&str] = &["doctor", "-o", "json"];

fn asks(environment: &Environment, dir: &Path) -> Ran {
    environment.stageline(dir, DOCTOR)
}

/// What somebody is told in a fresh clone, with the exit code.
fn by(court: &Court, name: &str) -> (i32, Value) {
    of(&court.work(name))
}

fn of(work: &Work) -> (i32, Value) {
    let ran = asks(&work.environment, &work.dir);
    (ran.code().expect("a code"), ran.json())
}

/// The states and sentences of what is about one thing.
fn about(report: &Value, what: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = report["findings"].as_array().expect("findings").iter().filter(|row| row["about"] == what);
    rows.map(|row| (text(&row["state"]), text(&row["says"]))).collect()
}

/// The one thing that is said of it is so, and says that.
#[track_caller]
fn is(report: &Value, what: &str, state: &str, says: &str) {
    let [(found, said)] = about(report, what).try_into().unwrap_or_else(|all| panic!("{what}: {all:?}\n{report:#}"));
    assert_eq!((found.as_str(), said.contains(says)), (state, true), "{what}: {said}\n{report:#}");
}

/// What is not as it should be: what it is about, each with its state.
fn open(report: &Value) -> Vec<String> {
    let rows = report["findings"].as_array().expect("findings").iter().filter(|row| row["state"] != "ok");
    rows.map(|row| format!("{} {}", row["about"].as_str().expect("a text"), row["state"].as_str().expect("a text")))
        .collect()
}

/// Main's rules, with another text in the place of one.
fn ruled(from: &'static str, to: &'static str) -> Court {
    let court = Court::ruled(|rules| {
        assert!(rules.contains(from), "{rules}");
        *rules = rules.replacen(from, to, 1);
    });
    hooked(&court);
    court
}

fn good() -> Court {
    ruled("id: shop", "id: shop")
}

#[test]
fn where_all_is_as_it_should_be_the_rules_are_enforced_and_nothing_is_open() {
    let court = good();
    let (code, report) = by(&court, "alice");
    assert_eq!((code, open(&report), &report["verdict"]), (0, vec![], &Value::from("enforced")), "{report:#}");
    assert!(report["says"].as_str().is_some_and(|says| says.starts_with("enforced: the hook of ")), "{report:#}");
    for what in [
        "hook",
        "signing",
        "owners",
        "environment production",
        "person alice",
        "your key",
        "git",
        "ssh-keygen",
        "clone",
        "source of web",
    ] {
        assert_eq!(about(&report, what)[0].0, "ok", "{what}");
    }
    let alice = court.work("alice");
    let table = alice.environment.stageline(&alice.dir, &["doctor"]).exits(0);
    assert!(table.stdout.starts_with("enforced: "), "{table}");
    let csv = alice.environment.stageline(&alice.dir, &["doctor", "-o", "csv"]).exits(0);
    assert!(csv.stdout.starts_with("about,state,advisory,says,hints\n"), "{csv}");
    assert_eq!(alice.environment.stageline(&alice.dir, &["doctor", "-o", "name"]).exits(0).stdout, "");
}

#[test]
fn it_writes_nothing() {
    let court = good();
    let work = court.work("alice");
    let parts = [court.world.remote.clone(), work.dir.clone(), court.world.path("home"), court.world.path("sources")];
    let before = parts.clone().map(|part| fingerprint::of(&part));
    of(&work);
    for (part, before) in parts.iter().zip(&before) {
        fingerprint::assert_same(before, &fingerprint::of(part));
    }
}

#[test]
fn a_server_without_a_hook_is_told_first_of_all_and_with_the_command() {
    let court = Court::new();
    let (code, report) = by(&court, "alice");
    assert_eq!((code, &report["verdict"]), (1, &Value::from("advisory")));
    let first = &report["findings"][0];
    assert_eq!((&first["about"], &first["advisory"]), (&Value::from("hook"), &Value::from(true)));
    let hint = first["hints"][0].as_str().expect("a hint");
    assert!(hint.starts_with("stageline verify --install-hook /"), "{hint}");
    court
        .world
        .environment
        .stageline(
            &court.world.path(""),
            &[&["--branch", "main"][..], &hint.split(' ').skip(1).collect::<Vec<_>>()].concat(),
        )
        .exits(0);
    assert_eq!(by(&court, "alice").0, 0);
}

#[test]
fn a_hook_that_does_not_judge_is_told_with_the_reason() {
    let court = good();
    let script = court.world.remote.join("hooks/pre-receive");
    let settings = court.world.remote.join("stageline-hook.yaml");
    let (text, said) = (fs::read_to_string(&script).unwrap(), fs::read_to_string(&settings).unwrap());
    let mode = |mode: u32| fs::set_permissions(&script, fs::Permissions::from_mode(mode)).unwrap();
    let told = |state: &str, says: &str| {
        let (code, report) = by(&court, "alice");
        is(&report, "hook", state, says);
        assert_eq!(code, if state == "open" { 1 } else { 3 });
        assert_ne!(report["verdict"], "enforced");
    };
    mode(0o644);
    told("open", "may not be executed");
    mode(0o757);
    told("open", "may be written by others");
    mode(0o755);
    fs::write(&settings, format!("{said}enforce: false\n").replace("enforce: true\n", "")).unwrap();
    told("open", "everything is accepted");
    fs::write(&settings, said.replace("branch: main", "branch: other")).unwrap();
    told("open", "the rules stand on `other`");
    fs::write(&settings, "nonsense\n").unwrap();
    told("open", "settings cannot be used");
    fs::write(&settings, &said).unwrap();
    let program = text.lines().find_map(|line| line.strip_prefix("program=")).unwrap();
    fs::write(&script, text.replace(program, "'/nowhere/stageline'")).unwrap();
    told("open", "is not there");
    fs::write(&script, text.replace("exit \"$code\"", "exit 0")).unwrap();
    told("open", "or changed");
    fs::write(&script, "#!/bin/sh\nexit 0\n").unwrap();
    told("cannot-tell", "another hook");
    fs::write(&script, &text).unwrap();
    assert_eq!(by(&court, "alice").0, 0);
}

#[test]
fn soaks_by_receipts_need_a_server_that_writes_them() {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace("soak: 1h", "soak: { for: 1h, clock: receipt }")
            .replace("people:\n", "receipts: server\npeople:\n  server: { principals: [server@example.com] }\n");
    });
    court.world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob", "server"]));
    court.land_ago(60, "Add the key of the server");
    hooked(&court);
    is(&by(&court, "alice").1, "receipts", "open", "name no key for receipts");
    fs::remove_file(court.world.remote.join("stageline-hook.yaml")).unwrap();
    install_recording(&court, &court.world.remote);
    let (code, report) = by(&court, "alice");
    assert_eq!((code, about(&report, "receipts")), (0, vec![]), "{report:#}");
    fs::remove_file(court.world.remote.join("hooks/post-receive")).unwrap();
    let (code, report) = by(&court, "alice");
    is(&report, "receipts", "open", "what is accepted there is not recorded");
    assert_eq!((code, &report["verdict"]), (1, &Value::from("enforced")));
}

#[test]
fn what_the_rules_leave_open_is_told_and_what_is_not_enforced_yet_as_advisory() {
    for (from, to, what, says) in [
        ("signing: required", "signing: optional", "signing", "need not be signed"),
        ("owners: managers\n", "", "owners", "no `owners:`"),
        ("    signers: managers\n", "", "environment production", "whoever is known may change it"),
    ] {
        let (code, report) = by(&ruled(from, to), "alice");
        is(&report, what, "open", says);
        assert_eq!((code, &report["verdict"]), (1, &Value::from("enforced")), "{what}: the hook judges all the same");
    }
    let told = "feedback: [{ slack: $SLACK_WEBHOOK_URL, events: [refused] }]\ngroups:";
    let two = "soak: 1h\n      approvals: { count: 2, from: managers }";
    for (from, to, says) in [
        ("groups:", told, "is read, but this version tells only what landed"),
        ("soak: 1h", two, "names 1 (alice), so nothing could ever meet it"),
    ] {
        let (code, report) = by(&ruled(from, to), "alice");
        assert_eq!((code, &report["findings"][0]["about"]), (1, &Value::from("rules")));
        is(&report, "rules", "open", says);
    }
    is(&by(&good(), "alice").1, "environment staging", "ok", "others come after it");
}

#[test]
fn people_without_a_key_that_counts_are_named_with_the_reason() {
    let court = ruled("  bob:", "  carol: { principals: [carol@example.com] }\n  bob:");
    let (code, report) = by(&court, "alice");
    assert_eq!(code, 1);
    is(&report, "person carol", "open", "no key of `carol` is known");
    let line =
        |options: &str| court.signers(&["bob"]).replacen("bob@example.com ", &format!("bob@example.com {options} "), 1);
    let lands = |text: String| {
        court.world.write(".stageline/allowed_signers", &format!("{}{text}", court.signers(&["alice"])));
        court.world.git(&["add", "-A"]);
        court.world.git(&["commit", "-qm", "Other keys", "--no-gpg-sign"]);
        // The server's own hand: this is about what stands there.
        fs::rename(court.world.remote.join("hooks/pre-receive"), court.world.path("hook")).unwrap();
        court.world.git(&["push", "-q", "origin", "main"]);
        fs::rename(court.world.path("hook"), court.world.remote.join("hooks/pre-receive")).unwrap();
        by(&court, "alice").1
    };
    is(&lands(line("valid-before=\"20200101Z\"")), "person bob", "open", "ended at 2020-01-01T00:00:00Z");
    is(&lands(line("valid-after=\"20990101Z\"")), "person bob", "open", "counts yet");
    let both = line("valid-before=\"20200101Z\"") + &court.signers(&["bob"]);
    is(&lands(both), "person bob", "ok", "known by 1 key; another ended");
    is(&lands(line("valid-before=\"20990101Z\"")), "person bob", "ok", "known by 1 key");
    is(&lands("bob@example.com\n".into()), "signers", "open", "allowed_signers:2`");
    court.world.write(".stageline/revoked_keys", &court.signers(&["bob"]));
    is(&lands(court.signers(&["bob"])), "person bob", "open", "is revoked, and there is no other");
    let without = ruled("signers-file: .stageline/allowed_signers", "signers-file: .stageline/other");
    is(&by(&without, "alice").1, "signers", "open", "`.stageline/other`, the `signers-file`, is not on `main`");
    let unnamed = ruled("signers-file: .stageline/allowed_signers\n", "");
    is(&by(&unnamed, "alice").1, "signers", "open", "nobody's counts");
    let loose = Court::ruled(|rules| {
        for line in ["signers-file: .stageline/allowed_signers\n", "owners: managers\n", "    signers: managers\n"] {
            *rules = rules.replace(line, "");
        }
    });
    is(&by(&loose, "alice").1, "signers", "open", "any signature is taken");
}

#[test]
fn whose_key_this_clone_signs_with_is_told() {
    let court = good();
    let of_key = |name: &str| by(&court, name).1;
    is(&of_key("alice"), "your key", "ok", "that of `alice`");
    is(&of_key("eve"), "your key", "open", "nobody\u{27}s of `people:`");
    let work = court.work("alice");
    let environment = work.environment.with("GIT_CONFIG_VALUE_2", "");
    let none = asks(&environment, &work.dir).exits(1).json();
    is(&none, "your key", "open", "git has no key");
    let by_openpgp = asks(&work.environment.with("GIT_CONFIG_VALUE_3", "openpgp"), &work.dir).exits(3).json();
    is(&by_openpgp, "your key", "cannot-tell", "only when it has signed");
}

#[test]
fn keys_in_openpgp_need_gpg_and_a_missing_program_is_told() {
    let court = good();
    let work = court.work("alice");
    let bin = court.world.path("few");
    fs::create_dir_all(&bin).unwrap();
    for name in ["git", "sh"] {
        symlink(which(&work.environment, name).expect("it is there"), bin.join(name)).unwrap();
    }
    let few = work.environment.with("PATH", bin.as_os_str());
    is(&asks(&few, &work.dir).exits(1).json(), "ssh-keygen", "open", "it is not there");
    symlink(which(&work.environment, "ssh-keygen").expect("it is there"), bin.join("ssh-keygen")).unwrap();
    let there = asks(&few, &work.dir).exits(0).json();
    is(&there, "ssh-keygen", "ok", "it is there");
    assert_eq!(about(&there, "gpg"), []);
    let keyed = court.work("alice").write(".stageline/keys/a.asc", "a key\n").commit("A key");
    lands(&keyed, &["main"]);
    is(&asks(&few, &work.dir).exits(1).json(), "gpg", "open", "it is not there");
}

#[test]
fn an_openpgp_key_is_known_by_its_fingerprint_until_it_expires() {
    let court = good();
    let key = OpenPgp::make(&court.world.environment, "Carol", "carol@example.com");
    let carol = format!("  carol: {{ principals: [\"{}\"] }}\n  bob:", key.fingerprint);
    let lands_key = |name: &str| {
        let work = court.work("alice").write(".stageline/keys/carol.asc", &key.public());
        let is_named = work.read("stageline.yaml").contains("carol:");
        let work = if is_named { work } else { work.change("stageline.yaml", "  bob:", &carol) };
        lands(&work.commit(name), &["main"]);
        by(&court, "alice").1
    };
    is(&lands_key("A key"), "person carol", "ok", "known by 1 key");
    let expire = ["--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-set-expire"];
    let home = court.world.path("home");
    key.environment().tool("gpg", &home, &[&expire[..], &[&key.fingerprint, "seconds=1"]].concat());
    std::thread::sleep(std::time::Duration::from_secs(2));
    is(&lands_key("The same key"), "person carol", "open", "is expired, and there is no other");
}

#[test]
fn a_copy_of_the_rules_that_differs_is_told_with_the_command_that_brings_them_there() {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("  - name: production\n", "  - name: production\n    git: { branch: production }\n");
    });
    court.world.git(&["push", "-q", "origin", "main:production"]);
    hooked(&court);
    is(&by(&court, "alice").1, "rules on production", "ok", "those of `main`");
    let gone = Court::ruled(|rules| {
        *rules = rules.replace("  - name: production\n", "  - name: production\n    git: { branch: elsewhere }\n");
    });
    let missing = about(&by(&gone, "alice").1, "environment production");
    assert!(
        missing.iter().any(|(state, says)| state == "open" && says.contains("`elsewhere`, which is not there")),
        "{missing:?}"
    );
    lands(&court.work("alice").change("stageline.yaml", "soak: 1h", "soak: 2h").commit("Longer"), &["main"]);
    let (code, report) = by(&court, "alice");
    assert_eq!(code, 1);
    is(&report, "rules on production", "open", "`gates.soak` of `production` is 1h (`main`: 2h)");
    let row = report["findings"].as_array().unwrap().iter().find(|row| row["about"] == "rules on production").unwrap();
    assert_eq!(row["hints"][0], "stageline config sync --to production --dry-run");
    let alice = court.work("alice");
    alice.environment.stageline(&alice.dir, &["config", "sync", "--to", "production"]).exits(0);
    assert_eq!(by(&court, "alice").0, 0);
}

#[test]
fn a_source_is_asked_for_its_branches_and_one_that_does_not_answer_is_no_yes() {
    let court = good();
    let source = &court.world.sources["web"].path;
    court.world.environment.git(source, &["branch", "-m", "latest", "newest"]);
    let (code, report) = by(&court, "alice");
    assert_eq!(code, 1);
    is(&report, "source of web", "open", "has no branch `latest` (of `staging`)");
    is(&report, "source of api", "ok", "answers");
    court.world.environment.git(source, &["branch", "-m", "newest", "latest"]);
    fs::rename(source, source.with_extension("away")).unwrap();
    let (code, report) = by(&court, "alice");
    assert_eq!(code, 3);
    is(&report, "source of web", "cannot-tell", "there is no such folder");
    // A server, which nothing is fetched from.
    let far = Court::ruled(|rules| {
        let own = rules.lines().find(|line| line.contains("source: ") && line.ends_with("/web")).unwrap().to_string();
        *rules = rules
            .replace(&own, "    source: https://mei:S3CRET@127.0.0.1:1/web.git".replace("mei:S3CRET@", "").as_str());
    });
    hooked(&far);
    let work = far.work("alice");
    let ran = asks(&work.environment, &work.dir).exits(3);
    is(&ran.json(), "source of web", "cannot-tell", "127.0.0.1:1");
    let offline = work.environment.stageline(&work.dir, &["doctor", "--offline", "-o", "json"]).exits(3).json();
    is(&offline, "source of web", "cannot-tell", "this is offline");
    is(&offline, "source of api", "ok", "answers");
}

#[test]
fn a_shallow_clone_is_open_and_a_partial_one_is_not() {
    let court = good();
    let clone = |name: &str, option: &str| {
        let dir = court.world.clone_as(name, &[option]);
        asks(&court.environment("alice"), &dir).json()
    };
    is(&clone("shallow", "--depth=1"), "clone", "open", "shallow");
    is(&clone("partial", "--filter=blob:none"), "clone", "ok", "when they are needed");
    is(&clone("whole", "--quiet"), "clone", "ok", "the whole history");
}

#[test]
fn without_a_remote_or_without_rules_nothing_is_enforced() {
    let court = good();
    let alone = court.work("alice").git(&["remote", "remove", "origin"]);
    let report = of(&alone.change("stageline.yaml", ", remote: origin", "").commit("no remote")).1;
    is(&report, "remote", "open", "no remote");
    assert_eq!(report["verdict"], "advisory");
    let bare = alone_without_rules(&court);
    let (code, report) = of(&bare);
    assert_eq!((code, &report["verdict"]), (1, &Value::from("advisory")));
    is(&report, "rules", "open", "without rules nothing is judged");
}

fn alone_without_rules(court: &Court) -> Work {
    let work = court.work("alice").git(&["remote", "remove", "origin"]).git(&["rm", "-q", "stageline.yaml"]);
    work.git(&["commit", "-q", "-m", "no rules"])
}

#[test]
fn a_remote_that_does_not_answer_leaves_what_was_fetched_and_says_so() {
    let court = good();
    let work = court.work("alice");
    fs::rename(&court.world.remote, court.world.path("away.git")).unwrap();
    let (code, report) = of(&work);
    assert_eq!(code, 3);
    is(&report, "remote", "cannot-tell", "as it was last fetched");
    assert_eq!(about(&report, "hook")[0].0, "cannot-tell");
    is(&report, "owners", "ok", "who may change them");
}
