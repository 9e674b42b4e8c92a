//! The hook on a server: what a push brings, how refs move, and that nothing lands where nobody can judge.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::court::{Court, Work};
use crate::support::hooked::{hooked, install, lands, refused};
use crate::support::run::program;
use crate::support::world::{overlay, overlay_file};

/// Web in production to a commit by its number.
fn moved(court: &Court, name: &str, number: usize) -> Work {
    court.work(name).pin("web", "production", &court.commit("web", number)).commit("web to production")
}

#[test]
fn what_goes_by_the_rules_lands_and_what_does_not_is_told_why() {
    let court = Court::new();
    hooked(&court);
    refused(&moved(&court, "alice", 7), &["HEAD:main"], "never live there");
    refused(&moved(&court, "bob", 5), &["HEAD:main"], "ask one of `managers`");
    refused(&moved(&court, "eve", 5), &["HEAD:main"], "signed by a key that is not among those");
    let before = court.world.environment.git(&court.world.remote, &["rev-parse", "main"]);
    lands(&moved(&court, "alice", 5), &["HEAD:main"]);
    assert_ne!(court.world.environment.git(&court.world.remote, &["rev-parse", "main"]), before);
    lands(&court.work("bob").write("notes.md", "x\n").commit("notes"), &["HEAD:main"]);
    // What nobody governs is nobody's to judge.
    lands(&moved(&court, "eve", 7), &["HEAD:refs/heads/topic"]);
}

#[test]
fn order_is_not_met_within_one_push() {
    let court = Court::ruled(|rules| *rules = rules.replace("    gates:\n      soak: 1h\n", ""));
    hooked(&court);
    let to = court.commit("web", 6);
    let both = court.work("alice").pin("web", "staging", &to).commit("web to staging");
    let both = both.pin("web", "production", &to).commit("web to production");
    refused(&both, &["HEAD:main"], "never live there");
    lands(&both, &["HEAD~1:main"]);
    lands(&both, &["HEAD:main"]);
}

#[test]
fn rules_are_not_changed_for_the_same_push() {
    let court = Court::new();
    hooked(&court);
    let first = court.work("alice").change("stageline.yaml", "soak: 1h", "soak: 1s").commit("Soak for a second");
    let both = first.pin("api", "production", &court.commit("api", 5)).commit("api to production");
    refused(&both, &["HEAD:main"], "takes what was in");
    lands(&both, &["HEAD~1:main"]);
    lands(&both, &["HEAD:main"]);
    let keys = court.work("alice").write(".stageline/allowed_signers", &court.signers(&["alice"])).commit("Only alice");
    let with = keys.pin("web", "production", &court.commit("web", 5)).commit("web to production");
    refused(&with, &["HEAD:main"], "it changes who may what");
    lands(&with, &["HEAD~1:main"]);
}

#[test]
fn a_governed_branch_neither_goes_nor_turns_nor_loses_what_has_landed() {
    let court = Court::new();
    hooked(&court);
    court.world.environment.git(&court.world.remote, &["config", "receive.denyDeleteCurrent", "ignore"]);
    let work = court.work("alice");
    refused(&work, &["--delete", "main"], "is not deleted");
    refused(&work, &["--force", "HEAD~1:main"], "would lose what has landed");
    let orphan = court.work("alice").git(&["checkout", "-q", "--orphan", "new"]).commit("x");
    refused(&orphan, &["--force", "HEAD:main"], "would lose what has landed");
    // A merge of main into a side branch, pushed as a fast-forward.
    let side =
        court.work("alice").git(&["checkout", "-q", "-b", "side", "HEAD~1"]).write("notes.md", "x\n").commit("notes");
    let side = side.git(&["merge", "-q", "-m", "Merge main", "origin/main"]);
    refused(&side, &["HEAD:main"], "a side branch of its history");
    let right = side.git(&["checkout", "-q", "main"]).git(&["merge", "-q", "--no-ff", "-m", "Merge side", "side"]);
    lands(&right, &["HEAD:main"]);
}

#[test]
fn refs_that_would_be_taken_for_others_are_refused() {
    let court = Court::new();
    hooked(&court);
    let work = court.work("alice");
    refused(&work, &["HEAD:refs/heads/MAIN"], "differs from `refs/heads/main` only by case");
    let head = work.head();
    refused(&work, &[&format!("HEAD:refs/replace/{head}")], "a replacement would show another content");
    lands(&work, &["HEAD:refs/heads/maintenance"]);
    // A symbolic ref is what it leads to.
    court.world.environment.git(&court.world.remote, &["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    refused(&moved(&court, "alice", 7), &["HEAD:refs/heads/alias"], "never live there");
}

#[test]
fn release_baselines_are_signed_stay_and_are_called_what_they_are() {
    let court = Court::new();
    hooked(&court);
    let work = court.work("alice").git(&["tag", "-s", "-m", "good", "baseline/production/one"]);
    lands(&work, &["baseline/production/one"]);
    refused(&work, &["--delete", "baseline/production/one"], "neither moved nor taken away");
    let moved = work.git(&["tag", "-f", "-s", "-m", "good", "baseline/production/one", "HEAD~1"]);
    refused(&moved, &["--force", "baseline/production/one"], "neither moved nor taken away");
    refused(&moved, &["baseline/production/one:refs/tags/baseline/production/two"], "was renamed");
    let tag = |name: &str, more: &[&str]| court.work("alice").git(&[&["tag"], more, &[name]].concat());
    let says = |name: &str, more: &[&str], words: &str| drop(refused(&tag(name, more), &[name], words));
    says("baseline/production/three", &[], "is no annotated tag");
    says("baseline/production/four", &["-a", "-m", "good"], "is not signed");
    says("baseline/production/a/b", &["-s", "-m", "good"], "is called `baseline/ENVIRONMENT/NAME`");
    says("baseline/nowhere/one", &["-s", "-m", "good"], "is no environment that lasts");
    says("baseline/production/ONE", &["-s", "-m", "good"], "only by case");
    let both = tag("baseline/production/seven", &["-s", "-m", "good"]);
    let both = both.git(&["tag", "-s", "-m", "good", "baseline/production/SEVEN"]);
    let names = ["baseline/production/seven", "baseline/production/SEVEN"];
    refused(&both, &names, "differs from `refs/tags/baseline/production/SEVEN`, which comes with it, only by case");
    lands(&both, &names[..1]);
    let eve = court.work("eve").git(&["tag", "-s", "-m", "good", "baseline/production/five"]);
    refused(&eve, &["baseline/production/five"], "not signed by a key that is known");
    let aside = court.work("alice").git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    let aside = aside.git(&["tag", "-s", "-m", "good", "baseline/production/six"]);
    refused(&aside, &["baseline/production/six"], "is not of a landing of `main`");
    lands(&tag("baseline/production/six", &["-s", "-m", "good"]), &["baseline/production/six"]);
    lands(&tag("v1", &[]), &["v1"]);
}

#[test]
fn records_of_the_tool_only_grow() {
    let court = Court::new();
    hooked(&court);
    let work = court.work("bob").git(&["checkout", "-q", "--orphan", "a"]).git(&["commit", "-q", "-m", "one"]);
    lands(&work, &["HEAD:refs/heads/stageline/attestations"]);
    let more = work.git(&["commit", "-q", "--allow-empty", "-m", "two"]);
    lands(&more, &["HEAD:refs/heads/stageline/attestations"]);
    refused(&more, &["--force", "HEAD~1:refs/heads/stageline/attestations"], "records only grow");
    refused(&more, &["--delete", "stageline/attestations"], "records are not taken away");
}

#[test]
fn a_landing_with_another_clocks_date_is_refused_where_soaks_are_measured() {
    let court = Court::new();
    hooked(&court);
    let dated = |ago: i64| {
        let mut work = court.work("alice").pin("web", "staging", &court.commit("web", 6));
        let when = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(ago);
        work.environment = work.environment.with("GIT_COMMITTER_DATE", when.to_string());
        work.commit("web to staging")
    };
    refused(&dated(3 * 3600), &["HEAD:main"], "this server's clock says");
    refused(&dated(-3 * 3600), &["HEAD:main"], "this server's clock says");
    lands(&dated(30), &["HEAD:main"]);
}

#[test]
fn merges_squashes_and_rebases_of_a_signed_head_are_known_by_their_content() {
    let court = Court::new();
    hooked(&court);
    // As a forge makes them: nobody's signature.
    let forge = |work: Work| -> (std::path::PathBuf, crate::support::run::Environment) {
        (work.dir, court.world.environment.with("GIT_COMMITTER_NAME", "forge"))
    };
    let head = moved(&court, "alice", 5);
    lands(&head, &["HEAD:refs/heads/request"]);
    lands(&court.work("bob").write("notes.md", "x\n").commit("notes"), &["HEAD:main"]);
    let (dir, as_forge) = forge(court.work("bob").git(&["fetch", "-q", "origin"]));
    let merge = |args: &[&str], message: &str| {
        as_forge.git(&dir, &["reset", "-q", "--hard", "origin/main"]);
        as_forge.git(&dir, &[&["merge", "--no-gpg-sign"], args, &["origin/request"]].concat());
        if args.contains(&"--squash") {
            as_forge.git(&dir, &["commit", "-q", "--no-gpg-sign", "-m", message]);
        }
    };
    let tries = |landed: bool| {
        let out = as_forge.try_git(&dir, &["push", "origin", "HEAD:main"]);
        assert_eq!(out.status.success(), landed, "{}", String::from_utf8_lossy(&out.stderr));
    };
    // With something slipped in it is another content.
    merge(&["-q", "--no-ff", "-m", "Merge request"], "");
    std::fs::write(dir.join("apps/web/overlays/production/more.yaml"), "a: 1\n").unwrap();
    as_forge.git(&dir, &["add", "-A"]);
    as_forge.git(&dir, &["commit", "-q", "--no-gpg-sign", "--amend", "--no-edit"]);
    tries(false);
    merge(&["-q", "--squash"], "Squash");
    std::fs::write(dir.join(overlay_file("web", "production")), overlay("web", "production", &court.commit("web", 4)))
        .unwrap();
    as_forge.git(&dir, &["commit", "-q", "--no-gpg-sign", "-a", "--amend", "--no-edit"]);
    tries(false);
    merge(&["-q", "--squash"], "Squash");
    tries(true);
    as_forge.git(&dir, &["fetch", "-q", "origin"]);
    // One head is good for one landing: after a way back it lands no second time.
    let back = court.work("alice").pin("web", "production", &court.commit("web", 3)).commit("back");
    lands(&back, &["HEAD:main"]);
    as_forge.git(&dir, &["fetch", "-q", "origin"]);
    as_forge.git(&dir, &["reset", "-q", "--hard", "origin/main"]);
    let again = as_forge.try_git(&dir, &["merge", "-q", "--squash", "origin/request"]);
    if again.status.success() && !as_forge.git(&dir, &["status", "--porcelain"]).is_empty() {
        as_forge.git(&dir, &["commit", "-q", "--no-gpg-sign", "-m", "Squash again"]);
        tries(false);
    }
    let other = court.work("alice").pin("api", "staging", &court.commit("api", 6)).commit("api to staging");
    lands(&other, &["HEAD:refs/heads/other"]);
    as_forge.git(&dir, &["fetch", "-q", "origin"]);
    as_forge.git(&dir, &["reset", "-q", "--hard", "origin/main"]);
    as_forge.git(&dir, &["merge", "-q", "--no-gpg-sign", "--no-ff", "-m", "Merge other", "origin/other"]);
    tries(true);
}

#[test]
fn whatever_keeps_the_hook_from_judging_keeps_everything_out_and_says_so() {
    let court = Court::new();
    hooked(&court);
    let settings = court.world.remote.join("stageline-hook.yaml");
    let script = court.world.remote.join("hooks/pre-receive");
    let good = std::fs::read_to_string(&settings).unwrap();
    let hook = std::fs::read_to_string(&script).unwrap();
    let note = || court.work("bob").write("notes.md", "x\n").commit("notes");
    std::fs::write(&settings, "enforced: no\n").unwrap();
    refused(&note(), &["HEAD:main"], "cannot be used");
    std::fs::remove_file(&settings).unwrap();
    refused(&note(), &["HEAD:main"], "cannot be read");
    std::fs::write(&settings, &good).unwrap();
    std::fs::write(&script, hook.replace(&program().display().to_string(), "/nowhere/stageline")).unwrap();
    refused(&note(), &["HEAD:main"], "is not there, so nothing is accepted");
    let crash = court.world.path("crash");
    std::fs::write(&crash, "#!/bin/sh\nkill -SEGV $$\n").unwrap();
    std::fs::set_permissions(&crash, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(&script, hook.replace(&program().display().to_string(), &crash.display().to_string())).unwrap();
    refused(&note(), &["HEAD:main"], "before it was done");
    std::fs::write(&script, &hook).unwrap();
    let cache = court.world.remote.join("stageline-cache");
    std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o755)).unwrap();
    refused(&note(), &["HEAD:main"], "others may look into");
    std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o700)).unwrap();
    lands(&note(), &["HEAD:main"]);
    std::fs::write(&settings, good.replace("enforce: true", "enforce: false")).unwrap();
    let said = lands(&moved(&court, "eve", 7), &["HEAD:main"]);
    assert!(said.contains("accepted, for `enforce: false` stands in the hook's settings; refused by `"), "{said}");
    let check = ["verify", "--install-hook", &court.world.remote.to_string_lossy(), "--check"];
    court.world.environment.stageline(&court.world.path(""), &check).exits(1).says("everything is accepted");
}

#[test]
fn heads_that_a_forge_keeps_pass_without_a_look_at_the_rules() {
    let court = Court::new();
    hooked(&court);
    let settings = court.world.remote.join("stageline-hook.yaml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replace("branch: main", "branch: trunk")).unwrap();
    let work = moved(&court, "eve", 7);
    lands(&work, &["HEAD:refs/pull/7/head", "HEAD:refs/merge-requests/7/head", "HEAD:refs/tags/v1"]);
    // A ref of another kind that leads to one that is governed is no way around.
    std::fs::write(&settings, text).unwrap();
    court.world.environment.git(&court.world.remote, &["symbolic-ref", "refs/pull/8/head", "refs/heads/main"]);
    refused(&work, &["HEAD:refs/pull/8/head"], "signed by a key that is not among those");
}

#[test]
fn where_the_branch_with_the_rules_is_not_there_nothing_lands() {
    let court = Court::new();
    hooked(&court);
    let settings = court.world.remote.join("stageline-hook.yaml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replace("branch: main", "branch: trunk")).unwrap();
    refused(&moved(&court, "alice", 5), &["HEAD:main"], "`trunk`, the branch with the rules, is not there");
    let check = ["verify", "--install-hook", &court.world.remote.to_string_lossy(), "--check"];
    let ran = court.world.environment.stageline(&court.world.path(""), &check).exits(1);
    ran.says("wrong: `trunk` is to have the rules, and the repository has no such branch");
}

#[test]
fn a_push_that_takes_too_long_to_judge_is_not_accepted() {
    let court = Court::new();
    hooked(&court);
    let settings = court.world.remote.join("stageline-hook.yaml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replace("limit: 60", "limit: 1")).unwrap();
    // A git that thinks for long about what it is asked first.
    let slow = court.world.path("slow");
    std::fs::create_dir_all(&slow).unwrap();
    std::fs::write(slow.join("ssh-keygen"), "#!/bin/sh\nsleep 20\n").unwrap();
    std::fs::set_permissions(slow.join("ssh-keygen"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut work = moved(&court, "alice", 5);
    work.environment = work.environment.with_first_on_path(&slow);
    refused(&work, &["HEAD:main"], "not judged within 1 s");
}

#[test]
fn sources_on_the_servers_own_machine_are_looked_at_only_where_it_says_so() {
    let court = Court::new();
    install(&court);
    refused(&moved(&court, "alice", 5), &["HEAD:main"], "neither `https` nor `ssh`");
    hooked(&court);
    lands(&moved(&court, "alice", 5), &["HEAD:main"]);
}

#[test]
fn the_first_rules_land_by_the_bootstrap_key_alone() {
    let court = Court::new();
    let server = court.world.path("empty.git");
    court
        .world
        .environment
        .git(&court.world.path(""), &["init", "-q", "--bare", "-b", "main", &server.to_string_lossy()]);
    let args = ["verify", "--install-hook", &server.to_string_lossy()];
    court.world.environment.stageline(&court.world.path(""), &args).exits(0);
    let settings = server.join("stageline-hook.yaml");
    let with = |keys: &Path, more: &str| {
        let text = std::fs::read_to_string(&settings).unwrap();
        let text: String =
            text.lines().filter(|line| !line.starts_with("bootstrap:")).map(|line| format!("{line}\n")).collect();
        let text = text.replace("local-sources: false", "local-sources: true");
        std::fs::write(&settings, format!("{text}bootstrap: {{ keys: {}{more} }}\n", keys.display())).unwrap();
    };
    let target = server.display().to_string();
    let tries = |work: &Work, lands: bool| {
        let out = work.environment.try_git(&work.dir, &["push", &target, "HEAD:main"]);
        assert_eq!(out.status.success(), lands, "{}", String::from_utf8_lossy(&out.stderr));
    };
    let by = |name: &str| court.work(name).write("notes.md", name).commit("first");
    tries(&by("alice"), false);
    let keys = court.world.path("first-keys");
    std::fs::write(&keys, court.signers(&["alice"])).unwrap();
    with(&keys, "");
    tries(&by("bob"), false);
    let without = court.work("alice").git(&["rm", "-q", "stageline.yaml"]).commit("no rules");
    tries(&without, false);
    let first = by("alice");
    tries(&first, true);
    // From now on the rules judge; but for the one tip that is named for the way back from lost keys.
    let lost = first.write(".stageline/allowed_signers", &court.signers(&["eve"])).pin(
        "web",
        "production",
        &court.commit("web", 5),
    );
    let lost = lost.commit("new keys");
    tries(&lost, false);
    with(&keys, &format!(", tip: {}", lost.head()));
    tries(&lost, true);
}

#[test]
fn machines_are_told_by_codes_what_is_wrong_with_how_a_ref_moves() {
    let court = Court::new();
    let work = court.work("alice");
    let tip = work.head();
    let zeros = "0".repeat(40);
    let judged = |lines: String| work.pre_receive(&work.dir, &lines);
    judged(format!("{tip} {zeros} refs/heads/main\n")).has_code("ref-protected");
    let older = work.environment.git(&work.dir, &["rev-parse", "HEAD~1"]);
    judged(format!("{tip} {older} refs/heads/main\n")).has_code("past-turned");
    let mut late = court.work("alice").pin("web", "staging", &court.commit("web", 6));
    late.environment = late.environment.with("GIT_COMMITTER_DATE", "2037-01-01T00:00:00Z");
    let late = late.commit("web to staging");
    let line = format!("{tip} {} refs/heads/main\n", late.head());
    // As in a hook: the branch is still where it was.
    late.environment.git(&late.dir, &["checkout", "-q", "--detach"]);
    late.environment.git(&late.dir, &["branch", "-q", "-f", "main", &tip]);
    late.pre_receive(&late.dir, &line).has_code("clock-off");
    assert_eq!(judged("nonsense\n".to_string()).code, Some(3));
    assert_eq!(judged(String::new()).code, Some(3), "nothing that was read is nothing that passes");
}

#[test]
fn a_hold_is_lifted_by_a_signer_and_not_for_the_same_push() {
    let court = Court::new();
    let hold = ["hold", "set", "web", "--env", "production", "-m", "it burns", "-q"];
    court.environment("bob").stageline(&court.world.clone, &hold).exits(0);
    hooked(&court);
    let file = ".stageline/holds/production/web.yaml";
    let away = |name: &str| court.work(name).git(&["rm", "-q", file]).commit("lift");
    away("bob").verify().waits_for("scope");
    // To hold shorter, another thing, or by what nobody can read, is to hold less.
    court
        .work("bob")
        .change(file, "reason: it burns", "reason: it burns\nuntil: 2020-01-01T00:00:00Z")
        .commit("x")
        .verify()
        .waits_for("scope");
    court
        .work("bob")
        .git(&["mv", file, ".stageline/holds/production/api.yaml"])
        .commit("x")
        .verify()
        .waits_for("scope");
    court
        .work("bob")
        .change(file, "reason: it burns", "reason: it burns\nexcept: web")
        .commit("x")
        .verify()
        .refused_by("scope");
    let link = court.work("alice").git(&["mv", file, "held.yaml"]);
    std::os::unix::fs::symlink("../../../held.yaml", link.dir.join(file)).unwrap();
    assert_eq!(link.commit("x").verify().code, Some(1));
    moved(&court, "alice", 5).verify().refused_by("hold");
    let both = away("alice").pin("web", "production", &court.commit("web", 5)).commit("web to production");
    refused(&both, &["HEAD:main"], "is held");
    lands(&both, &["HEAD~1:main"]);
    lands(&both, &["HEAD:main"]);
    // Anybody known may stop the line.
    let again = hold.map(|word| if word == "web" { "api" } else { word });
    court.environment("bob").stageline(&court.world.clone, &again).exits(0);
}
