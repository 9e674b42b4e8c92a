//! Statements as others read them: `in_toto_attestation`, `securesystemslib` and `ssh-keygen` accept each that the program makes, and one
//! of them refuses each that somebody tampered with, as the program and the script of the docs do.

mod tampered;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::World;
use crate::support::attested::{
    asking_with, attest, listed, may_land, payload, pushed, run, said, smoke, to_sign, waits,
};
use crate::support::court::{Court, a_second_later};

const SIGNERS: &str = ".stageline/allowed_signers";
const REVOKED: &str = ".stageline/revoked_keys";

/// The packages of the foreign readers; `None` where they are not here, as `tests/run` tells.
fn packages() -> Option<PathBuf> {
    std::env::var_os("STAGELINE_READERS").map(PathBuf::from)
}

/// What three readers say of each file of a folder, by the keys of the world's clone.
fn read_by_three(world: &World, packages: &Path, folder: &Path) -> BTreeMap<String, Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/support/readers.py");
    let revoked = world.path("revoked");
    std::fs::write(&revoked, std::fs::read(world.clone.join(REVOKED)).unwrap_or_default()).expect("a file");
    let args = [&script, folder, &world.clone.join(SIGNERS), &revoked].map(|path| path.to_string_lossy().into_owned());
    let told = world.environment.with("PYTHONPATH", packages).tool(
        "python3",
        &world.path(""),
        &["-B", &args[0], &args[1], &args[2], &args[3]],
    );
    serde_json::from_str(&told).expect("JSON")
}

/// Those of the three that refuse.
fn refusing(told: &Value) -> Vec<&'static str> {
    ["in_toto_attestation", "securesystemslib", "ssh-keygen"].into_iter().filter(|name| !told[name].is_null()).collect()
}

/// The script of the docs.
fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/statements.py")
}

/// Whether the script of the docs takes a file, and what it says.
fn read_by_the_script(world: &World, file: &Path) -> (bool, String) {
    let mut command = world.environment.command("python3", &world.path(""));
    command.arg("-B").arg(script()).arg(file).arg(world.clone.join(SIGNERS));
    if world.clone.join(REVOKED).exists() {
        command.arg(world.clone.join(REVOKED));
    }
    let ran = command.output().expect("it starts");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(!said.contains("Traceback"), "{said}");
    (ran.status.success(), said)
}

/// A court with a statement of each kind: by ci of a commit, of a place, of an image, of tests, and a withdrawal; by carol an approval and
/// an override.
fn all_kinds() -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace(
                "      soak: 1h\n",
                "      soak: 1h\n      approvals: { count: 1, from: managers }\n    override: { soak: managers }\n",
            )
            .replace("groups: { managers: [alice] }", "groups: { managers: [alice, carol] }")
            .replace(
                "people:\n",
                "people:\n  carol: { principals: [carol@example.com] }\n  ci: { principals: [ci@example.com] }\n",
            );
    });
    court.world.write(SIGNERS, &court.signers(&["alice", "bob", "carol", "ci"]));
    court.land_ago(500, "more keys");
    let commit = court.commit("web", 5);
    let image = format!("sha256:{}", "5e".repeat(32));
    let mut paths = Vec::new();
    for (name, more) in [
        ("build", &["--status", "passed"][..]),
        ("smoke & load", &["--status", "warned", "--env", "staging", "--url", "https://ci.example.com/7?a=b"]),
        ("scan", &["--status", "failed", "--digest", &image]),
        ("unit", &["--junit", "report.xml"]),
    ] {
        let tests =
            "<testsuite><testcase name='adds &lt;é&gt;'/><testcase name='pays'><failure/></testcase></testsuite>";
        let work = court.work("ci").write("report.xml", tests);
        let args = [&["attest", "web", "--commit", &commit, "--check", name, "-o", "json"], more].concat();
        let report = work.environment.stageline(&work.dir, &args).exits(0).json();
        paths.push(report["statement"]["path"].as_str().expect("a path").to_string());
    }
    attest(&court, "ci", &["withdraw", &paths[0], "-m", "the wrong commit"]).exits(0);
    for (app, more) in [("web", &[][..]), ("api", &["--override", "soak", "--reason", "it burns"])] {
        let branch = format!("ask-{app}");
        let work = court.work("alice").pin(app, "production", &court.commit(app, 5)).commit("to production");
        work.git(&["push", "-q", "origin", &format!("HEAD:refs/heads/{branch}")]);
        run(&court, "carol", &[&["approve", &branch], more].concat()).exits(0);
    }
    court
}

/// The files of the branch of statements, each in a folder by its own name alone; that folder, and the paths by the names.
fn laid_out(court: &Court) -> (PathBuf, BTreeMap<String, String>) {
    let work = said(court, "bob");
    let folder = court.world.path("laid-out");
    std::fs::create_dir_all(&folder).expect("a folder");
    let paths = work.environment.git(&work.dir, &["ls-files"]);
    let named = paths.lines().map(|path| (path.rsplit('/').next().expect("a name").to_string(), path.to_string()));
    let named: BTreeMap<String, String> = named.collect();
    for (name, path) in &named {
        std::fs::copy(work.dir.join(path), folder.join(name)).expect("a copy");
    }
    (folder, named)
}

#[test]
fn a_statement_of_each_kind_is_accepted_by_all_foreign_readers() {
    let Some(packages) = packages() else { return };
    let court = all_kinds();
    let (folder, paths) = laid_out(&court);
    let told = read_by_three(&court.world, &packages, &folder);
    let mut kinds = Vec::new();
    for (name, path) in &paths {
        let told = &told[name];
        assert!(refusing(told).is_empty(), "{path}: {told:#}");
        let bare = attest(&court, "bob", &["export", path]).exits(0).stdout;
        let pae = STANDARD.decode(told["pae"].as_str().expect("its PAE")).expect("base64");
        assert_eq!(pae, to_sign(bare.as_bytes()), "{path}");
        let word = name.split('-').next().expect("a word").to_string();
        let by = if ["check", "withdrawal"].contains(&word.as_str()) { "ci@example.com" } else { "carol@example.com" };
        assert_eq!(told["by"], by, "{path}");
        let statement = &told["statement"];
        let kind = statement["type"].as_str().expect("a kind").to_string();
        kinds.push((word, kind, statement["subjects"].to_string(), statement["result"].as_str().map(str::to_string)));
    }
    kinds.sort();
    let check = |subjects: &str, result: &str| {
        let kind = "https://in-toto.io/attestation/test-result/v0.1".to_string();
        ("check".to_string(), kind, subjects.to_string(), Some(result.to_string()))
    };
    let own = |word: &str, subjects: &str| {
        (word.to_string(), format!("urn:stageline:{word}:v1"), subjects.to_string(), None::<String>)
    };
    let expected = [
        own("approval", "2"),
        check("1", "FAILED"),
        check("1", "PASSED"),
        check("1", "WARNED"),
        check("2", "FAILED"),
        own("override", "2"),
        own("withdrawal", "1"),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn the_script_of_the_docs_takes_a_statement_of_each_kind() {
    let court = all_kinds();
    if !court.world.environment.has("python3") {
        return;
    }
    let (folder, paths) = laid_out(&court);
    assert_eq!(paths.len(), 7);
    for (name, path) in &paths {
        let (takes, said) = read_by_the_script(&court.world, &folder.join(name));
        assert!(takes && said.contains("@example.com"), "{path}: {said}");
    }
}

/// What stands behind a word of the page, up to the end of its block.
fn block(after: &str, fence: &str) -> String {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/statements.md"));
    let page = page.expect("the page");
    let rest = page.split_once(after).expect("its words").1.split_once(fence).expect("a block").1;
    rest.split_once("```").expect("its end").0.to_string()
}

#[test]
fn the_envelope_of_the_page_is_signed_by_the_key_of_the_page() {
    let world = World::emptied(|_| {});
    if !world.environment.has("python3") {
        return;
    }
    world.write(SIGNERS, &block("line of a signers file", "```\n"));
    let file = world.path("envelope.json");
    let envelope = block("## The envelope", "```json\n");
    std::fs::write(&file, &envelope).expect("a file");
    let (takes, said) = read_by_the_script(&world, &file);
    assert!(takes && said.starts_with("ci@example.com: check smoke of web "), "{said}");
    std::fs::write(&file, envelope.replacen("\"sig\":\"U1NI", "\"sig\":\"U1NJ", 1)).expect("a file");
    assert!(!read_by_the_script(&world, &file).0);
    assert_eq!(
        world.environment.command("python3", &world.path("")).arg(script()).output().expect("it starts").status.code(),
        Some(2)
    );
}

#[test]
fn a_statement_is_checked_by_hand_as_the_page_says() {
    let (court, path) = judged_by_ci();
    if !court.world.environment.has("python3") {
        return;
    }
    let commands = block("## Checking one by hand", "```sh\n");
    let work = court.work("alice");
    let by_hand = |file: &str| {
        let commands = commands.replace(":FILE", &format!(":{file}"));
        let ran = work.environment.command("sh", &work.dir).args(["-e", "-c", &commands]).output().expect("it starts");
        (ran.status.success(), String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    let (is_good, said) = by_hand(&path);
    assert!(is_good && said.contains("Good \"stageline-statement\" signature for ci@example.com"), "{said}");
    let maker = tampered::Maker::of(&court, &payload(&said_by_ci(&court, &path)));
    let rows = tampered::all(&maker);
    let row = rows.iter().find(|row| row.name == "one byte of the payload is another").expect("it is in the table");
    let there = put(&court, &path, &[(row.name, &row.bytes)]).remove(0).0;
    work.environment.git(&work.dir, &["fetch", "-q"]);
    assert!(!by_hand(&there).0);
}

/// The envelope of a statement as its branch has it.
fn said_by_ci(court: &Court, path: &str) -> String {
    said(court, "ci").read(path)
}

/// A court in which ci said that the smoke test failed. Also known: ci-web, whose key is over, and carol, whose key is revoked. All three
/// may say how the test ended.
fn judged_by_ci() -> (Court, String) {
    let court = asking_with("[{ name: smoke, by: [ci, ci-web, carol], in: staging }]", |rules| {
        *rules = rules.replace("people:\n", "people:\n  carol: { principals: [carol@example.com] }\n");
    });
    let over = court.signers(&["ci-web"]).replace("namespaces=", "valid-before=\"20200101\",namespaces=");
    court.world.write(SIGNERS, &(court.signers(&["alice", "bob", "ci", "carol"]) + &over));
    let key = std::fs::read_to_string(court.key("carol").with_extension("key.pub")).expect("a key");
    court.world.write(REVOKED, &key);
    court.land_ago(30, "one key is over, one is revoked");
    let path = smoke(&court, "failed");
    waits(&court, 1, "check-failed");
    (court, path)
}

/// Puts files beside a statement, on the branch and in a folder of their own; their paths there and here.
fn put(court: &Court, path: &str, files: &[(&str, &[u8])]) -> Vec<(String, PathBuf)> {
    let folder = court.world.path("tampered");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let work = said(court, "ci");
    let beside = path.rsplit_once('/').expect("a folder").0;
    let mut out = Vec::new();
    for (name, bytes) in files {
        let file = format!("check-{}.json", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let there = format!("{beside}/{file}");
        std::fs::write(work.dir.join(&there), bytes).expect("a file");
        std::fs::write(folder.join(&file), bytes).expect("a file");
        out.push((there, folder.join(&file)));
    }
    pushed(work, "pushed by hand");
    out
}

#[test]
fn each_tampered_statement_is_refused_by_one_of_the_foreign_readers_and_counts_for_nothing_here() {
    let Some(packages) = packages() else { return };
    let (court, path) = judged_by_ci();
    let maker = tampered::Maker::of(&court, &payload(&said_by_ci(&court, &path)));
    let rows = tampered::all(&maker);
    let files: Vec<(&str, &[u8])> = rows.iter().map(|row| (row.name, row.bytes.as_slice())).collect();
    let put = put(&court, &path, &files);
    let told = read_by_three(&court.world, &packages, put[0].1.parent().expect("a folder"));
    let report = run(&court, "alice", &["attest", "list", "-o", "json"]).exits(0).json();
    let mut wrong = Vec::new();
    for (row, (there, here)) in rows.iter().zip(&put) {
        let told = &told[&here.file_name().expect("a name").to_string_lossy().into_owned()];
        if refusing(told) != row.refused_by {
            wrong.push(format!("{}: {:?} refuse it: {told:#}", row.name, refusing(told)));
        }
        let own = report["statements"].as_array().expect("a list").iter().find(|one| one["path"] == there.as_str());
        let own = own.unwrap_or_else(|| panic!("{}: {there} is not listed", row.name));
        if own["counts"] != false || !own["why_not"].as_str().unwrap_or_default().contains(row.ours) {
            wrong.push(format!("{}: here, {own:#}", row.name));
        }
        if read_by_the_script(&court.world, here).0 {
            wrong.push(format!("{}: the script takes it", row.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let refused = rows.iter().filter(|row| !row.refused_by.is_empty()).count();
    assert!(refused >= 30, "{refused}");
    waits(&court, 1, "check-failed");
}

#[test]
fn what_was_not_tampered_with_is_accepted_by_all_foreign_readers_and_counts_in_whatever_form_it_comes() {
    let Some(packages) = packages() else { return };
    let (court, path) = judged_by_ci();
    let maker = tampered::Maker::of(&court, &payload(&said_by_ci(&court, &path)));
    for (name, bytes) in tampered::harmless(&maker) {
        let put = put(&court, &path, &[(name, &bytes)]);
        let told = read_by_three(&court.world, &packages, put[0].1.parent().expect("a folder"));
        let told = told.values().next().expect("one");
        assert!(refusing(told).is_empty(), "{name}: {told:#}");
        let own = listed(&court, &put[0].0);
        assert!(own["why_not"].is_null() && own["counts"] == true, "{name}: {own:#}");
        let (takes, said) = read_by_the_script(&court.world, &put[0].1);
        assert!(takes, "{name}: {said}");
        may_land(&court);
        std::fs::remove_file(&put[0].1).expect("it is there");
        a_second_later();
        smoke(&court, "failed");
        waits(&court, 1, "check-failed");
    }
}
