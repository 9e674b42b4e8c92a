//! A court whose production asks for a check, what people attest there, and statements that somebody makes by hand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::court::{Court, Work};
use super::run::Ran;

pub const BRANCH: &str = "stageline/attestations";
const TYPE: &str = "application/vnd.in-toto+json";

/// A court whose production asks for checks; `ci` and `ci-web` are known, too.
pub fn asking(checks: &str) -> Court {
    asking_with(checks, |_| {})
}

/// The same with more changes of the rules.
pub fn asking_with(checks: &str, change: impl FnOnce(&mut String)) -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("soak: 1h\n", &format!("soak: 1h\n      checks: {checks}\n")).replace(
            "groups:",
            "  ci: { principals: [ci@example.com] }\n  ci-web: { principals: [ci-web@example.com] }\ngroups:",
        );
        change(rules);
    });
    let signers = court.signers(&["alice", "bob", "ci", "ci-web"]);
    let signers = signers.replace("namespaces=\"git\"", "namespaces=\"git,stageline-statement\"");
    court.world.write(".stageline/allowed_signers", &signers);
    court.land_ago(60, "Keys for statements");
    court
}

/// `stageline attest` of somebody in a fresh clone.
pub fn attest(court: &Court, name: &str, args: &[&str]) -> Ran {
    run(court, name, &[&["attest"], args].concat())
}

/// Any verb of somebody in a fresh clone.
pub fn run(court: &Court, name: &str, args: &[&str]) -> Ran {
    let work = court.work(name);
    work.environment.stageline(&work.dir, args)
}

/// The smoke test of web's commit in staging ended so, by `ci`; the path of the statement.
#[track_caller]
pub fn smoke(court: &Court, status: &str) -> String {
    smoke_by(court, "ci", status)
}

#[track_caller]
pub fn smoke_by(court: &Court, name: &str, status: &str) -> String {
    let commit = court.commit("web", 5);
    let args = ["web", "--commit", &commit, "--env", "staging", "--check", "smoke", "--status", status, "-o", "json"];
    let report = attest(court, name, &args).exits(0).json();
    report["statement"]["path"].as_str().expect("a path").to_string()
}

/// The codes for which a promotion of web to production may not land, and how its dry run ends.
pub fn kept_back(court: &Court) -> (Option<i32>, Vec<String>) {
    let ran = run(court, "alice", &["promote", "web", "--to", "production", "--dry-run", "-o", "json"]);
    let refusals = ran.json()["refusals"].as_array().cloned().unwrap_or_default();
    (ran.code(), refusals.iter().filter_map(|one| one["code"].as_str().map(String::from)).collect())
}

/// It may not land for this alone.
#[track_caller]
pub fn waits(court: &Court, exit: i32, code: &str) {
    assert_eq!(kept_back(court), (Some(exit), vec![code.to_string()]));
}

#[track_caller]
pub fn may_land(court: &Court) {
    assert_eq!(kept_back(court), (Some(0), Vec::new()));
}

/// The only row of a list that stands at this path.
#[track_caller]
pub fn listed(court: &Court, path: &str) -> Value {
    let report = run(court, "alice", &["attest", "list", "-o", "json"]).exits(0).json();
    let all = report["statements"].as_array().expect("a list").clone();
    all.into_iter().find(|one| one["path"] == path).unwrap_or_else(|| panic!("{path} is not in {report:#}"))
}

/// A clone with the branch of statements checked out.
pub fn said(court: &Court, name: &str) -> Work {
    court.work(name).git(&["checkout", "-q", "-B", "said", &format!("origin/{BRANCH}")])
}

/// What somebody made there is pushed, by whoever may push.
pub fn pushed(work: Work, subject: &str) -> Work {
    work.commit(subject).git(&["push", "-q", "origin", &format!("HEAD:{BRANCH}")])
}

/// The bare text of the statement of an envelope.
pub fn payload(envelope: &str) -> String {
    let value: Value = serde_json::from_str(envelope).expect("an envelope");
    String::from_utf8(STANDARD.decode(value["payload"].as_str().expect("a payload")).expect("base64")).expect("text")
}

/// The binary form of a signature that somebody's key makes of bytes for a namespace.
pub fn signature(court: &Court, name: &str, namespace: &str, bytes: &[u8]) -> Vec<u8> {
    let file = court.world.path("to-sign");
    let signature = court.world.path("to-sign.sig");
    let _ = std::fs::remove_file(&signature);
    std::fs::write(&file, bytes).expect("a file");
    let key = court.key(name).to_string_lossy().into_owned();
    let args = ["-Y", "sign", "-n", namespace, "-f", &key, &file.to_string_lossy()];
    court.world.environment.tool("ssh-keygen", &court.world.path(""), &args);
    let armored = std::fs::read_to_string(&signature).expect("a signature");
    let lines: String = armored.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(lines).expect("base64")
}

/// What is signed of a payload: its DSSE pre-authentication encoding.
pub fn to_sign(payload: &[u8]) -> Vec<u8> {
    [format!("DSSEv1 {} {TYPE} {} ", TYPE.len(), payload.len()).as_bytes(), payload].concat()
}

/// An envelope of a payload and of one signature, as JSON.
pub fn envelope(payload: &[u8], signature: &[u8]) -> Value {
    let one = json!({ "keyid": "", "sig": STANDARD.encode(signature) });
    json!({ "payload": STANDARD.encode(payload), "payloadType": TYPE, "signatures": [one] })
}

/// An envelope that somebody's key signs for a namespace.
pub fn sealed(court: &Court, name: &str, namespace: &str, payload: &str) -> String {
    let signature = signature(court, name, namespace, &to_sign(payload.as_bytes()));
    format!("{}\n", envelope(payload.as_bytes(), &signature))
}
