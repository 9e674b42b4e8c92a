//! What is kept of the verdicts under which landings came, and the folder for an auditor: who recorded what, and what of it can be
//! checked where no repository is.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::court::{Court, Work};
use crate::support::run::Ran;

/// Production may have its soak overridden by the managers, alice and carol, alone; bob is known and signs for it, too.
fn court() -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace("      soak: 1h\n", "      soak: 1h\n    override: { soak: { from: managers, alone: true } }\n")
            .replace("signers: managers", "signers: [managers, bob]")
            .replace("groups: { managers: [alice] }", "groups: { managers: [alice, carol] }")
            .replace("people:\n", "people:\n  carol: { principals: [carol@example.com] }\n");
    });
    court.world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob", "carol"]));
    court.land_ago(500, "carol has a key");
    court
}

fn run(work: &Work, args: &[&str]) -> Ran {
    work.environment.stageline(&work.dir, args)
}

fn json(work: &Work, args: &[&str]) -> Value {
    run(work, &[args, &["-o", "json"]].concat()).exits(0).json()
}

/// What is shown of a landing in a fresh clone.
fn shown(court: &Court, landing: &str) -> Value {
    json(&court.work("bob"), &["show", landing])
}

/// The verdict of the newest change of an application in production, as `history` has it.
fn verdict(court: &Court, app: &str) -> String {
    let history = json(&court.work("bob"), &["history", app, "--env", "production"]);
    history["changes"][0]["verdict"].as_str().expect("a verdict").to_string()
}

/// The commit on the server's branch of that name.
fn tip(court: &Court, branch: &str) -> String {
    court.world.environment.git(&court.world.remote, &["rev-parse", branch])
}

#[test]
fn a_promotion_keeps_what_every_gate_said_of_it() {
    let court = court();
    let work = court.work("alice");
    let landed = json(&work, &["promote", "web", "--to", "production"]);
    let steps = landed["follow_ups"].as_array().expect("steps");
    assert!(
        steps.iter().any(|step| step["what"] == "the record of its verdicts" && step["done"] == true),
        "{landed:#}"
    );
    let commit = landed["commit"].as_str().expect("a commit");
    let show = shown(&court, commit);
    let gates = show["gates"].as_array().expect("gates");
    assert_eq!(gates.len(), landed["gates"].as_array().expect("gates").len(), "{show:#}");
    assert!(gates.iter().all(|gate| gate["verdict"] == "pass"), "{show:#}");
    assert_eq!(show["recorded"]["by"], serde_json::json!(["alice"]));
    assert_eq!(show["recorded"]["verdict"], "pass");
    assert_eq!(verdict(&court, "web"), "pass");
    let csv = run(&work, &["history", "web", "--env", "production", "-o", "csv"]).exits(0).stdout.clone();
    assert!(csv.lines().next().expect("a head").ends_with(",verdict,asked_by,hotfix"), "{csv}");
    assert!(csv.lines().nth(1).expect("a row").ends_with(",pass,,false"), "{csv}");
    let text = run(&work, &["show", commit]).exits(0).stdout.clone();
    assert!(text.contains("soak pass") && text.contains("recorded") && text.contains("by alice"), "{text}");
    // As any reader of the standard finds it.
    let statement = show["recorded"]["statement"].as_str().expect("a file");
    assert!(statement.starts_with(&format!("landings/{}/{commit}/record-", &commit[..2])), "{statement}");
    let bare: Value =
        serde_json::from_str(&run(&work, &["attest", "export", statement]).exits(0).stdout).expect("JSON");
    assert_eq!(bare["predicateType"], "https://in-toto.io/attestation/svr/v0.2");
    assert_eq!(bare["subject"][0]["digest"]["gitCommit"], commit);
    let properties = bare["predicate"]["properties"].to_string();
    assert!(properties.contains("STAGELINE_SOAK_PASSED") && !properties.contains("SLSA"), "{properties}");
    let blob = court.world.environment.git(&court.world.remote, &["rev-parse", &format!("{commit}~:stageline.yaml")]);
    assert_eq!(bare["predicate"]["verifier"]["policies"][0]["digest"]["gitBlob"], blob.as_str());
}

#[test]
fn an_overridden_gate_is_recorded_as_that_with_who_and_why() {
    let court = court();
    let work = court.work("alice");
    let landed = json(&work, &["promote", "api", "--to", "production", "--override", "soak", "-m", "it burns"]);
    assert_eq!(verdict(&court, "api"), "pass, soak overridden");
    let show = shown(&court, landed["commit"].as_str().expect("a commit"));
    let soak = show["gates"].as_array().expect("gates").iter().find(|gate| gate["gate"] == "soak").expect("a soak");
    assert_eq!(
        (soak["overridden"]["by"].as_str(), soak["overridden"]["reason"].as_str()),
        (Some("alice"), Some("it burns"))
    );
    let list = json(&work, &["attest", "list"]);
    assert_eq!(
        (list["statements"][0]["kind"].as_str(), list["statements"][0]["counts"].as_bool()),
        (Some("record"), Some(true))
    );
}

#[test]
fn where_no_rule_asks_for_what_is_said_nothing_is_kept_and_nothing_is_told() {
    let court = Court::new();
    let work = court.work("alice");
    let landed = json(&work, &["promote", "web", "--to", "production"]);
    assert!(!landed["follow_ups"].to_string().contains("record"), "{landed:#}");
    let branches = court.world.environment.git(&court.world.remote, &["branch", "--list", "stageline/*"]);
    assert_eq!(branches, "");
    assert_eq!(verdict(&court, "web"), "not recorded");
    assert_eq!(shown(&court, "HEAD")["gates"], Value::Null);
}

#[test]
fn a_record_that_cannot_be_pushed_is_a_follow_up_that_the_next_run_takes_up() {
    let court = court();
    let work = court.work("alice");
    let hook = court.world.remote.join("hooks/update");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
    std::fs::write(&hook, "#!/bin/sh\ncase $1 in */attestations) echo closed >&2; exit 1;; esac\n").expect("a hook");
    #[cfg(unix)]
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    let promote = ["promote", "web", "--to", "production", "-o", "json"];
    let landed = run(&work, &promote).exits(5).json();
    assert!(landed["follow_ups"].to_string().contains("closed"), "{landed:#}");
    assert_eq!(verdict(&court, "web"), "not recorded");
    run(&work, &promote).exits(5);
    std::fs::remove_file(&hook).expect("no hook");
    let again = run(&work, &promote).exits(0).json();
    assert_eq!(again["stage"], "nothing-to-do");
    assert_eq!(verdict(&court, "web"), "pass");
    let third = run(&work, &promote).exits(0).json();
    assert_eq!(third["follow_ups"], serde_json::json!([]), "{third:#}");
}

#[test]
fn what_others_landed_by_hand_is_not_recorded_until_a_job_of_the_branch_does() {
    let court = court();
    json(&court.work("alice"), &["promote", "web", "--to", "production"]);
    // Bob may sign for it, but it has not soaked.
    let work = court.work("bob").pin("api", "production", &court.commit("api", 5)).commit("by hand");
    let bad = work.head();
    let work = work.git(&["push", "-q", "origin", "HEAD:main"]);
    let work = work.write("notes.txt", "x\n").commit("notes").git(&["push", "-q", "origin", "HEAD:main"]);
    assert_eq!(verdict(&court, "api"), "not recorded");
    assert_eq!(shown(&court, &bad)["gates"], Value::Null);
    let job = court.work("carol");
    let said = run(&job, &["verify", "--record", "-o", "json"]).exits(3).json();
    assert_eq!(said["recorded"]["landings"], serde_json::json!([bad, work.head()]), "{said:#}");
    assert_eq!(verdict(&court, "api"), "pending: soak");
    let show = shown(&court, &bad);
    assert_eq!(show["recorded"]["by"], serde_json::json!(["carol"]));
    assert_eq!(shown(&court, &work.head())["recorded"]["verdict"], "pass");
    // Once is enough.
    let tip_before = tip(&court, "stageline/attestations");
    let said = run(&job, &["verify", "--record"]).exits(0).stdout.clone();
    assert!(said.contains("nothing is left to record"), "{said}");
    assert_eq!(tip(&court, "stageline/attestations"), tip_before);
    // A range, too; what is none of the branch is refused.
    let odd = run(&job, &["verify", "--record", &format!("nothing..{bad}"), "-o", "json"]).exits(2).json();
    assert_eq!(odd["error"]["code"], "no-such-branch");
    let old = court.world.environment.git(&court.world.remote, &["rev-parse", &format!("{bad}~3")]);
    // Carol's key came unsigned.
    let said = run(&job, &["verify", "--record", &format!("{old}.."), "-o", "json"]).exits(1).json();
    assert_eq!(
        (said["recorded"]["before"].as_u64(), said["recorded"]["landings"].as_array().map(Vec::len)),
        (Some(3), Some(1))
    );
}

#[test]
fn what_was_said_after_a_landing_makes_it_no_better() {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("      soak: 1h\n", "      soak: 1h\n      checks: [{ name: smoke, by: [bob] }]\n");
    });
    let work = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("by hand");
    let bad = work.head();
    let work = work.git(&["push", "-q", "origin", "HEAD:main"]);
    std::thread::sleep(std::time::Duration::from_secs(2));
    let commit = court.commit("web", 5);
    run(&court.work("bob"), &["attest", "web", "--commit", &commit, "--check", "smoke", "--status", "passed"]).exits(0);
    let range =
        format!("{bad}~..{bad}").replace(&format!("{bad}~"), &work.environment.git(&work.dir, &["rev-parse", "HEAD~"]));
    let said = run(&work, &["verify", "--record", &range, "-o", "json"]).exits(3).json();
    assert_eq!(said["recorded"]["landings"], serde_json::json!([bad]), "{said:#}");
    assert_eq!(shown(&court, &bad)["recorded"]["verdict"], "pending: checks");
}

#[test]
fn what_a_stranger_records_is_told_and_no_verdict() {
    let court = court();
    let landed = json(&court.work("alice"), &["promote", "web", "--to", "production"]);
    let commit = landed["commit"].as_str().expect("a commit");
    // Alice has left, and her key is known no more.
    court.world.environment.git(&court.world.clone, &["pull", "-q"]);
    court.world.write(".stageline/allowed_signers", &court.signers(&["bob", "carol"]));
    court.land_ago(0, "alice has left");
    let show = shown(&court, commit);
    assert_eq!((&show["gates"], &show["recorded"]), (&Value::Null, &Value::Null));
    assert!(show["notes"].to_string().contains("recorded by a stranger"), "{show:#}");
    assert_eq!(verdict(&court, "web"), "not recorded");
    let job = court.work("eve");
    assert_eq!(run(&job, &["verify", "--record", "-o", "json"]).exits(1).json()["error"]["code"], "not-a-signer");
}

#[test]
fn landings_on_an_environments_own_branch_are_judged_by_what_stood_on_main_at_their_time() {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace("  - name: production\n", "  - name: production\n    git: { branch: production }\n")
            .replace("      soak: 1h\n", "      soak: 1h\n    override: { soak: managers }\n");
    });
    court.world.environment.git(&court.world.clone, &["push", "-q", "origin", "HEAD:refs/heads/production"]);
    let work = || court.work("alice").git(&["checkout", "-q", "production"]);
    // Before staging had it, and after that.
    let early = work().pin("web", "production", &court.commit("web", 6)).commit("too early");
    let early = early.git(&["push", "-q", "origin", "HEAD:production"]).head();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let staged = court.work("bob").pin("web", "staging", &court.commit("web", 7)).commit("web to staging");
    staged.git(&["push", "-q", "origin", "HEAD:main"]);
    std::thread::sleep(std::time::Duration::from_secs(2));
    let late = work().pin("web", "production", &court.commit("web", 7)).commit("unsoaked");
    let late = late.git(&["push", "-q", "origin", "HEAD:production"]).head();
    let range = format!("{}..", court.world.environment.git(&court.world.remote, &["rev-parse", &format!("{early}~")]));
    let args = ["verify", "--record", "--onto", "production", &range, "-o", "json"];
    let said = run(&court.work("alice"), &args).exits(1).json();
    assert_eq!(said["recorded"]["landings"], serde_json::json!([early, late]), "{said:#}");
    assert_eq!(shown(&court, &early)["recorded"]["verdict"], "fail: order, soak");
    assert_eq!(shown(&court, &late)["recorded"]["verdict"], "pending: soak");
    // All branches are in the folder for an auditor.
    let folder = court.world.path("branches");
    let written = json(&court.work("alice"), &["report", "--evidence", &folder.display().to_string()]);
    assert_eq!(written["statements"], 2, "{written:#}");
    check(&court, &folder, &[]).exits(0);
}

/// A court with three landings by hand and by the tool, and the folder that alice wrote of all of it.
fn audited() -> (Court, PathBuf) {
    let court = court();
    json(&court.work("alice"), &["promote", "web", "--to", "production"]);
    json(&court.work("carol"), &["promote", "api", "--to", "production", "--override", "soak", "-m", "it burns"]);
    let work = court.work("bob").write("notes.txt", "x\n").commit("notes").git(&["push", "-q", "origin", "HEAD:main"]);
    drop(work);
    let folder = court.world.path("audit");
    let written = json(&court.work("alice"), &["report", "--evidence", &folder.display().to_string()]);
    assert_eq!((written["signed"].as_bool(), written["statements"].as_u64()), (Some(true), Some(3)), "{written:#}");
    let signers = std::fs::read_to_string(court.key("alice").with_extension("key.pub")).expect("a key");
    std::fs::write(court.world.path("auditors"), format!("alice@example.com {signers}")).expect("a file");
    (court, folder)
}

/// What the check says, far from any repository.
fn check(court: &Court, folder: &Path, more: &[&str]) -> Ran {
    let nowhere = court.world.path("nowhere");
    std::fs::create_dir_all(&nowhere).expect("a folder");
    let folder = folder.display().to_string();
    let args = [&["verify", "--evidence", &folder, "-o", "json"], more].concat();
    court.world.environment.stageline(&nowhere, &args)
}

fn with_signers(court: &Court, folder: &Path) -> Ran {
    check(court, folder, &["--signers", &court.world.path("auditors").display().to_string()])
}

#[test]
fn a_folder_has_holds_and_their_ends_with_who_and_why() {
    let court = court();
    json(&court.work("alice"), &["hold", "set", "web", "api", "--env", "production", "-m", "it burns"]);
    json(&court.work("alice"), &["hold", "lift", "web", "--env", "production", "-m", "was fine"]);
    let folder = court.world.path("audit");
    json(&court.work("alice"), &["report", "--evidence", &folder.display().to_string()]);
    let csv = std::fs::read_to_string(folder.join("landings.csv")).expect("it");
    for (row, why) in [
        (",hold,web,production,", ",it burns,"),
        (",hold,api,production,", ",it burns,"),
        (",lift,web,production,", ",was fine,"),
    ] {
        assert!(
            csv.lines().any(|line| line.contains(row) && line.contains(why) && line.contains(",good,")),
            "{row}: {csv}"
        );
    }
    check(&court, &folder, &[]).exits(0);
}

#[test]
fn a_folder_for_an_auditor_is_checked_where_no_repository_is() {
    let (court, folder) = audited();
    let verdict = with_signers(&court, &folder).exits(0).json();
    assert_eq!(verdict["signers"], serde_json::json!(["alice@example.com"]), "{verdict:#}");
    assert_eq!((&verdict["verdict"], &verdict["findings"]), (&"pass".into(), &serde_json::json!([])));
    let nobody = check(&court, &folder, &[]).exits(0).json();
    assert!(nobody["notes"].to_string().contains("nobody vouches"), "{nobody:#}");
    let landings: Value =
        serde_json::from_slice(&std::fs::read(folder.join("landings.json")).expect("it")).expect("JSON");
    let all = landings["landings"].as_array().expect("landings");
    let verdicts: Vec<&str> = all.iter().rev().take(3).filter_map(|one| one["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["not recorded", "pass, soak overridden", "pass"]);
    let csv = std::fs::read_to_string(folder.join("landings.csv")).expect("it");
    assert!(csv.contains(",promote,api,production,") && csv.contains("soak overridden by carol"), "{csv}");
    // Commits are as git has them, and the statements as they stand on their branch.
    let last = all.last().expect("one")["commit"].as_str().expect("a commit");
    let file = folder.join("commits").join(last).display().to_string();
    assert_eq!(court.world.environment.git(&court.world.clone, &["hash-object", "-t", "commit", &file]), last);
    // As its own page says, without this program.
    let signers = court.world.path("auditors").display().to_string();
    let verify = format!(
        "ssh-keygen -Y verify -f {signers} -I alice@example.com -n stageline-evidence -s manifest.json.sig < manifest.json"
    );
    court.world.environment.tool("sh", &folder, &["-c", &verify]);
    let keys = all.last().expect("one")["keys"]["allowed_signers"].as_str().expect("a file").to_string();
    let signed = all.iter().rev().nth(1).expect("one")["commit"].as_str().expect("a commit").to_string();
    let setting = format!("gpg.ssh.allowedSignersFile={}", folder.join(keys).display());
    court.world.environment.git(&court.world.remote, &["-c", &setting, "verify-commit", &signed]);
    // By a span, without a gap, and nothing before it.
    let some = court.world.path("some");
    let args = ["report", "--evidence", &some.display().to_string(), "--since", "1d", "--until", "now"];
    let written = json(&court.work("alice"), &args);
    assert!(written["landings"].as_u64().expect("a number") < all.len() as u64, "{written:#}");
    with_signers(&court, &some).exits(0);
}

#[test]
fn what_an_auditor_was_handed_is_not_written_over_and_nothing_is_left_half_written() {
    let (court, folder) = audited();
    let work = court.work("alice");
    let again = run(&work, &["report", "--evidence", &folder.display().to_string(), "-o", "json"]);
    assert_eq!(again.exits(1).json()["error"]["code"], "exists");
    with_signers(&court, &folder).exits(0);
    let empty = court.world.path("empty");
    std::fs::create_dir(&empty).expect("a folder");
    json(&work, &["report", "--evidence", &empty.display().to_string()]);
    with_signers(&court, &empty).exits(0);
    let left = std::fs::read_dir(court.world.path("")).expect("a folder").filter_map(Result::ok);
    assert!(!left.into_iter().any(|one| one.file_name().to_string_lossy().starts_with(".stageline-evidence")));
    assert_eq!(check(&court, &court.world.path("not-there"), &[]).exits(2).json()["error"]["code"], "no-such-folder");
}

#[test]
fn a_folder_that_nobody_signed_or_that_the_auditor_knows_nobody_of_is_told_as_that() {
    let (court, _) = audited();
    let plain = court.world.path("plain");
    // Her git signs by OpenPGP, and no list is signed like that.
    let openpgp = court.environment("alice").with("GIT_CONFIG_VALUE_3", "openpgp");
    let args = ["report", "--evidence", &plain.display().to_string(), "-o", "json"];
    let written = openpgp.stageline(&court.work("alice").dir, &args);
    assert_eq!(written.exits(0).json()["signed"], false);
    let verdict = check(&court, &plain, &[]).exits(3).json();
    assert_eq!(verdict["findings"][0]["file"], "manifest.json.sig", "{verdict:#}");
    let other = court.world.path("bobs");
    json(&court.work("bob"), &["report", "--evidence", &other.display().to_string()]);
    let verdict = with_signers(&court, &other).exits(1).json();
    assert_eq!(verdict["findings"][0]["file"], "manifest.json.sig", "{verdict:#}");
}

#[test]
fn where_no_program_checks_signatures_a_folder_cannot_be_told_to_be_as_it_was() {
    let (court, folder) = audited();
    let bare = court.world.path("no-programs");
    std::fs::create_dir_all(&bare).expect("a folder");
    let environment = court.world.environment.with("PATH", bare.as_os_str());
    let args = ["verify", "--evidence", &folder.display().to_string(), "-o", "json"];
    let verdict = environment.stageline(&bare, &args).exits(3).json();
    assert_eq!(verdict["verdict"], "unknown", "{verdict:#}");
    assert!(verdict["findings"].to_string().contains("without a newer `ssh-keygen`"), "{verdict:#}");
    // What is wrong all the same is wrong.
    std::fs::remove_file(folder.join(first(&folder, "commits"))).expect("it");
    environment.stageline(&bare, &args).exits(1);
}

/// The first file below a folder of the evidence, by name.
fn first(folder: &Path, below: &str) -> String {
    let mut all: Vec<PathBuf> = vec![folder.join(below)];
    while all[0].is_dir() {
        let mut inside: Vec<_> =
            std::fs::read_dir(&all[0]).expect("a folder").map(|one| one.expect("it").path()).collect();
        inside.sort();
        all = inside;
    }
    all[0].strip_prefix(folder).expect("below").display().to_string()
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).expect("a text");
    assert!(text.contains(from), "{from}: {text}");
    std::fs::write(file, text.replacen(from, to, 1)).expect("it");
}

/// Writes the list of files anew over what stands there now, as somebody would who wants it to fit.
fn relist(folder: &Path, change: impl FnOnce(&mut Value)) {
    let file = folder.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&file).expect("it")).expect("JSON");
    let listed = manifest["files"].as_object_mut().expect("files");
    listed.retain(|path, _| folder.join(path).exists());
    for (path, hash) in listed.iter_mut() {
        let bytes = std::fs::read(folder.join(path)).expect("a file");
        *hash = sha256(&bytes).into();
    }
    change(&mut manifest);
    std::fs::write(file, serde_json::to_vec_pretty(&manifest).expect("JSON")).expect("it");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn whatever_is_changed_in_a_folder_is_named_by_its_file() {
    let (court, whole) = audited();
    let (commit, statement, key, policy) =
        (first(&whole, "commits"), first(&whole, "statements"), first(&whole, "keys"), first(&whole, "policy"));
    let gone = |path: &str| {
        let path = path.to_string();
        move |folder: &Path| std::fs::remove_file(folder.join(&path)).expect("it")
    };
    let changed = |path: &str| {
        let path = path.to_string();
        move |folder: &Path| edit(&folder.join(&path), "e", "E")
    };
    type Tamper<'t> = Box<dyn Fn(&Path) + 't>;
    let wrongs: Vec<(&str, &str, Tamper<'_>)> = vec![
        ("a byte of a commit", &commit, Box::new(changed(&commit))),
        ("a commit that is gone", &commit, Box::new(gone(&commit))),
        ("a statement that is gone", &statement, Box::new(gone(&statement))),
        ("a byte of a statement", &statement, Box::new(changed(&statement))),
        (
            "another's signers",
            &key,
            Box::new(|folder: &Path| std::fs::write(folder.join(&key), court.signers(&["eve"])).expect("it")),
        ),
        ("a rule", &policy, Box::new(|folder: &Path| edit(&folder.join(&policy), "soak: 1h", "soak: 1m"))),
        ("the table", "landings.csv", Box::new(|folder: &Path| edit(&folder.join("landings.csv"), "carol", "alice"))),
        (
            "what landed",
            "landings.json",
            Box::new(|folder: &Path| edit(&folder.join("landings.json"), "it burns", "all is fine")),
        ),
        (
            "the list",
            "manifest.json",
            Box::new(|folder: &Path| relist(folder, |manifest| manifest["tool"] = "0".into())),
        ),
        ("the list's signature", "manifest.json.sig", Box::new(gone("manifest.json.sig"))),
        (
            "another file",
            "extra.txt",
            Box::new(|folder: &Path| std::fs::write(folder.join("extra.txt"), "x").expect("it")),
        ),
    ];
    for (what, file, tamper) in wrongs {
        let folder = copy(&court, &whole, what);
        tamper(&folder);
        names(&court, &folder, file, what);
    }
}

#[test]
fn what_is_made_to_fit_its_list_is_found_by_its_content() {
    let (court, whole) = audited();
    let unsigned = |folder: &Path| {
        std::fs::remove_file(folder.join("manifest.json.sig")).expect("it");
        relist(folder, |manifest| manifest["signed"] = false.into());
    };
    let landings = |folder: &Path, change: &dyn Fn(&mut Value)| {
        let file = folder.join("landings.json");
        let mut all: Value = serde_json::from_slice(&std::fs::read(&file).expect("it")).expect("JSON");
        change(&mut all);
        std::fs::write(file, serde_json::to_vec_pretty(&all).expect("JSON")).expect("it");
    };
    // A landing that is left out of the middle.
    let folder = copy(&court, &whole, "middle");
    landings(&folder, &|all| drop(all["landings"].as_array_mut().expect("landings").remove(2)));
    unsigned(&folder);
    names(&court, &folder, "landings.json", "a landing left out of the middle");
    // One that nobody signed is said to be signed.
    let folder = copy(&court, &whole, "signed");
    let unsigned_commit = std::cell::RefCell::new(String::new());
    landings(&folder, &|all| {
        let all = all["landings"].as_array_mut().expect("landings");
        let one = all.iter_mut().find(|one| one["signature"]["state"] == "none").expect("one that nobody signed");
        one["signature"] = serde_json::json!({ "state": "good", "principals": ["alice@example.com"] });
        *unsigned_commit.borrow_mut() = format!("commits/{}", one["commit"].as_str().expect("a commit"));
    });
    unsigned(&folder);
    names(&court, &folder, &unsigned_commit.borrow(), "an unsigned commit that is said to be signed");
    // A verdict that was not recorded like that.
    let folder = copy(&court, &whole, "verdict");
    edit(&folder.join("landings.json"), "\"pass, soak overridden\"", "\"pass\"");
    unsigned(&folder);
    let verdict = check(&court, &folder, &[]).exits(1).json();
    assert!(verdict["findings"].to_string().contains("does not record what"), "{verdict:#}");
    let folder = copy(&court, &whole, "unrecorded");
    landings(&folder, &|all| {
        let last = all["landings"].as_array_mut().expect("landings").last_mut().expect("one");
        last["verdict"] = "pass".into();
    });
    unsigned(&folder);
    names(&court, &folder, "landings.json", "a verdict that nobody recorded");
    // The last landing, and all that speaks of it.
    let folder = copy(&court, &whole, "last");
    let last = std::cell::RefCell::new(Value::Null);
    landings(&folder, &|all| {
        let all = all["landings"].as_array_mut().expect("landings");
        all.pop();
        *last.borrow_mut() = all.last().expect("one")["commit"].clone();
    });
    std::fs::remove_file(folder.join("manifest.json.sig")).expect("it");
    relist(&folder, |manifest| {
        manifest["signed"] = false.into();
        manifest["branches"][0]["last"] = last.borrow().clone();
    });
    names(&court, &folder, "manifest.json", "a landing left out of the end");
    // A commit that another takes the place of, name and all.
    let folder = copy(&court, &whole, "commit");
    let commit = first(&folder, "commits");
    edit(&folder.join(&commit), "e", "E");
    unsigned(&folder);
    names(&court, &folder, &commit, "a commit of another content");
    // Signed anew by somebody else, it is not what the auditor takes anybody's word for.
    let folder = copy(&court, &whole, "anew");
    relist(&folder, |manifest| manifest["tool"] = "0".into());
    std::fs::remove_file(folder.join("manifest.json.sig")).expect("it");
    let key = court.key("eve").display().to_string();
    let file = folder.join("manifest.json").display().to_string();
    court.world.environment.tool(
        "ssh-keygen",
        &folder,
        &["-q", "-Y", "sign", "-n", "stageline-evidence", "-f", &key, &file],
    );
    let verdict = with_signers(&court, &folder).exits(1).json();
    assert_eq!(verdict["findings"][0]["file"], "manifest.json.sig", "{verdict:#}");
}

fn copy(court: &Court, whole: &Path, what: &str) -> PathBuf {
    let folder = court.world.path(&format!("copy-{}", what.replace([' ', '\''], "-")));
    let (from, to) = (whole.display().to_string(), folder.display().to_string());
    court.world.environment.tool("cp", whole, &["-r", &from, &to]);
    folder
}

/// The check fails, and names the file.
fn names(court: &Court, folder: &Path, file: &str, what: &str) {
    let verdict = check(court, folder, &[]).exits(1).json();
    let named = verdict["findings"].as_array().expect("findings").iter();
    let is_named = named.clone().any(|one| one["file"] == file && one["verdict"] == "fail");
    assert!(is_named, "{what}: {file}: {verdict:#}");
}
