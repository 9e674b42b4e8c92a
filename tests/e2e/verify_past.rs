//! `verify` and the past: what stood somewhere, since when, and what a history can be made to look like.

use crate::support::court::{Court, Work};
use crate::support::pinned::digest;
use crate::support::world::{overlay, overlay_file};

/// Moves web in production to commit 5, which is in staging since two days.
fn good(court: &Court, name: &str) -> Work {
    court.work(name).pin("web", "production", &court.commit("web", 5)).commit("web to production")
}

#[test]
fn what_a_message_says_counts_for_nothing() {
    let court = Court::new();
    let said = "rollback web in production\n\nPromotion-Verb: rollback\nPromotion-Override: soak\nPromotion-Reason: it burns\n\
                Promoted: web production x y\nThis reverts commit 1234567.";
    court.work("alice").pin("api", "production", &court.commit("api", 5)).commit(said).verify().waits_for("soak");
    court.work("alice").pin("web", "production", &court.commit("web", 5)).commit(said).verify().passes();
}

#[test]
fn a_way_back_passes_the_soak_and_what_only_looks_like_one_does_not() {
    let court = Court::new();
    for (number, ago) in [(4, 500), (5, 300)] {
        court
            .world
            .write(&overlay_file("web", "production"), &overlay("web", "production", &court.commit("web", number)));
        court.land_ago(ago, "web to production by hand");
    }
    // It stood in staging before there were rules, and by these since they are there.
    court.work("alice").pin("web", "production", &court.commit("web", 3)).commit("back").verify().passes();
    court.work("alice").pin("web", "production", &court.commit("web", 4)).commit("back").verify().refused_by("order");
    let on = court.work("alice").pin("web", "production", &court.commit("web", 7)).commit("on").verify();
    assert_eq!(on.gates("fail").into_iter().collect::<Vec<_>>(), ["order", "soak"]);
    // With the source away nobody says where commits are, and what stood here may still come back.
    let source = &court.world.sources["web"].path;
    std::fs::rename(source, source.with_extension("away")).unwrap();
    court.work("alice").pin("web", "production", &court.commit("web", 4)).commit("back").verify().refused_by("order");
    court
        .work("alice")
        .pin("web", "production", &court.commit("web", 3))
        .commit("back")
        .verify()
        .unknown_to("branches");
}

#[test]
fn a_soak_is_not_longer_for_a_date_of_the_past_or_of_the_future() {
    let court = Court::new();
    // Landed a minute ago by the clock of everything around it, and dated three days back.
    court.world.write(&overlay_file("web", "staging"), &overlay("web", "staging", &court.commit("web", 6)));
    court.land_ago(3 * 24 * 3600, "web to staging");
    let to = court.commit("web", 6);
    court.work("alice").pin("web", "production", &to).commit("x").verify().waits_for("soak");
    let future = court.world.environment.with("GIT_COMMITTER_DATE", "2037-01-01T00:00:00Z");
    court.world.write(&overlay_file("web", "staging"), &overlay("web", "staging", &court.commit("web", 7)));
    future.git(&court.world.clone, &["commit", "-q", "-a", "--no-gpg-sign", "-m", "web to staging"]);
    future.git(&court.world.clone, &["push", "-q", "origin", "HEAD:main"]);
    court.work("alice").pin("web", "production", &court.commit("web", 7)).commit("x").verify().waits_for("soak");
    good(&court, "alice").verify().passes();
}

#[test]
fn a_stay_that_was_left_does_not_go_on() {
    let court = Court::new();
    court.world.write(&overlay_file("api", "staging"), &overlay("api", "staging", &court.commit("api", 4)));
    court.land_ago(300, "api back in staging");
    court.work("alice").pin("api", "production", &court.commit("api", 5)).commit("x").verify().refused_by("soak");
    good(&court, "alice").verify().passes();
}

/// Web's overlay with a digest beside the tag.
fn with_bits(env: &str, version: &str, bits: &str) -> String {
    format!("{}    digest: {}\n", overlay("web", env, version), digest(bits))
}

#[test]
fn bits_that_nobody_knows_to_have_stood_there_are_not_let_in_by_their_tag() {
    let court = Court::ruled(|rules| *rules = rules.replace("soak: 1h", "soak: 5m"));
    let file = overlay_file("web", "production");
    let comes = |number: usize, bits: &str| {
        let text = with_bits("production", &court.commit("web", number), bits);
        court.work("alice").write(&file, &text).commit("web to production").verify()
    };
    // Staging runs the tag alone: it may have been pushed again since.
    let untold = comes(5, "ab").gates("unknown");
    assert_eq!(untold.into_iter().collect::<Vec<_>>(), ["order", "soak"]);
    good(&court, "alice").verify().passes();
    // With a digest there, that one and no other.
    let staging = with_bits("staging", &court.commit("web", 6), "ab");
    court.world.write(&overlay_file("web", "staging"), &staging);
    court.land_ago(500, "web to staging");
    comes(6, "ab").passes();
    let others = comes(6, "cd").gates("fail");
    assert_eq!(others.into_iter().collect::<Vec<_>>(), ["order", "soak"]);
}

#[test]
fn a_freeze_is_in_its_own_time_zone_whatever_that_of_whoever_runs_it() {
    let window = |from: i64, until: i64| {
        let at = |hours: i64| {
            let moment = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
            moment
                .to_zoned_datetime(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap())
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
        };
        let freeze = format!(
            "      freeze: [{{ from: \"{}\", until: \"{}\", timezone: Asia/Shanghai }}]\n",
            at(from),
            at(until)
        );
        Court::ruled(|rules| *rules = rules.replace("      soak: 1h\n", &format!("      soak: 1h\n{freeze}")))
    };
    let frozen = window(-2, 2);
    for zone in ["UTC", "Pacific/Kiritimati", "America/New_York"] {
        let mut work = good(&frozen, "alice");
        work.environment = work.environment.with("TZ", zone);
        let verdict = work.verify();
        verdict.waits_for("freeze");
        verdict.has_code("frozen");
    }
    let told = frozen.environment("alice").stageline(&frozen.world.clone, &["status"]).exits(0);
    assert!(told.stdout.contains("`production` is frozen until"), "{told}");
    let soon = window(3, 5);
    soon.environment("alice")
        .stageline(&soon.world.clone, &["status"])
        .exits(0)
        .says("a freeze of `production` begins in");
    good(&soon, "alice").verify().passes();
    good(&window(-4, -2), "alice").verify().passes();
}

#[test]
fn a_tag_that_is_named_like_a_branch_is_no_branch() {
    let court = Court::new();
    let source = &court.world.sources["web"];
    court.world.write(&overlay_file("web", "staging"), &overlay("web", "staging", &court.unmerged("web")));
    court.land_ago(2 * 24 * 3600, "web to staging");
    let to = court.unmerged("web");
    source.tag("main", &to);
    source.tag("heads/main", &to);
    let git = |args: &[&str]| court.world.environment.git(&source.path, args);
    git(&["update-ref", "refs/heads/refs/heads/main", &to]);
    git(&["update-ref", "refs/remotes/origin/main", &to]);
    let verdict = court.work("alice").pin("web", "production", &to).commit("x").verify();
    assert!(verdict.gates("fail").contains("branches"), "{:#}", verdict.report);
    git(&["update-ref", "refs/heads/main", &to]);
    let verdict = court.work("alice").pin("web", "production", &to).commit("x").verify();
    assert!(!verdict.gates("fail").contains("branches"), "{:#}", verdict.report);
}

#[test]
fn a_mirror_with_planted_branches_says_what_the_server_says() {
    let court = Court::ruled(|rules| *rules = rules.replace("source: /", "source: file:///"));
    let to = court.unmerged("web");
    court.world.write(&overlay_file("web", "staging"), &overlay("web", "staging", &to));
    court.land_ago(2 * 24 * 3600, "web to staging");
    let cache = court.world.path("mirrors");
    std::fs::create_dir_all(&cache).unwrap();
    std::fs::set_permissions(&cache, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let kept = ["--cache", &cache.to_string_lossy()];
    let judged = || court.work("alice").pin("web", "production", &to).commit("x").verify_with(&kept);
    assert!(judged().gates("fail").contains("branches"));
    let cache = cache.clone();
    let mut planted = 0;
    let mut folders = vec![cache];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.join("objects").is_dir() && path.join("refs").is_dir() {
                court.world.environment.try_git(&path, &["update-ref", "refs/heads/main", &to]);
                court.world.environment.try_git(&path, &["update-ref", "refs/heads/planted", &to]);
                planted += 1;
            } else if path.is_dir() {
                folders.push(path);
            }
        }
    }
    assert!(planted > 0, "there is a mirror");
    assert!(judged().gates("fail").contains("branches"));
    good(&court, "alice").verify_with(&kept).passes();
    // A folder that somebody else may have prepared is no cache, and without one nothing is kept.
    std::fs::set_permissions(kept[1], std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(judged().code, Some(2));
    good(&court, "alice").verify().passes();
    assert!(!court.world.path("home/.cache/stageline").exists());
}

#[test]
fn replacements_and_grafts_of_the_clone_change_nothing() {
    let court = Court::new();
    let bad = court.work("alice").pin("api", "production", &court.commit("api", 5)).commit("x");
    let head = bad.head();
    let innocent = court.work("alice").write("README.md", "Nothing.\n").commit("x");
    let bad = bad.git(&["fetch", "-q", &innocent.dir.to_string_lossy(), "HEAD"]);
    let bad = bad.git(&["replace", &head, "FETCH_HEAD"]);
    bad.verify().waits_for("soak");
    let root = court.world.environment.git(&bad.dir, &["rev-list", "--max-parents=0", "origin/main"]);
    std::fs::create_dir_all(bad.dir.join(".git/info")).unwrap();
    std::fs::write(bad.dir.join(".git/info/grafts"), format!("{root} {head}\n")).unwrap();
    bad.verify().waits_for("soak");
}

#[test]
fn a_shallow_clone_says_that_it_cannot_tell_and_never_no() {
    let court = Court::new();
    let shallow = |depth: &str| {
        let work = court.work("alice");
        let dir = court.world.path(&format!("shallow-{depth}"));
        let address = format!("file://{}", court.world.remote.display());
        work.environment
            .git(&court.world.path(""), &["clone", "-q", "--depth", depth, &address, &dir.to_string_lossy()]);
        let work = Work { dir, ..work };
        work.pin("web", "production", &court.commit("web", 5)).commit("x")
    };
    let one = shallow("1").verify();
    assert_eq!((one.code, one.gates("fail").len()), (Some(3), 0), "{:#}", one.report);
    one.has_code("soak-unknown");
    let other = shallow("2").pin("web", "production", &court.commit("web", 4)).commit("y").verify();
    assert_eq!((other.code, other.gates("fail").len()), (Some(3), 0), "{:#}", other.report);
    other.has_code("order-unknown");
    shallow("9").verify().passes();
}

#[test]
fn nothing_to_judge_is_no_pass() {
    let court = Court::new();
    assert_eq!(court.work("alice").verify().code, Some(3));
    assert_eq!(court.work("alice").verify().report["error"]["code"], "empty-range");
    let older = court.work("alice").git(&["reset", "-q", "--hard", "HEAD~1"]);
    assert_eq!(older.verify().report["error"]["code"], "empty-range");
    let outside = court.work("bob").write("notes.md", "x\n").commit("x").verify();
    outside.passes();
    assert_eq!(outside.report["refs"][0]["changes"][0]["outside"], 1);
}

#[test]
fn what_cannot_be_merged_into_the_branch_as_it_stands_is_refused() {
    let court = Court::new();
    let work = good(&court, "alice");
    court.world.write(&overlay_file("web", "production"), &overlay("web", "production", &court.commit("web", 4)));
    court.land_ago(60, "web in production by hand");
    work.verify().refused_by("merge-conflict");
    let orphan = court.work("alice").git(&["checkout", "-q", "--orphan", "other"]).commit("x");
    orphan.verify().refused_by("merge-conflict");
}

#[test]
fn a_merge_that_takes_back_what_came_meanwhile_is_seen_as_what_it_is() {
    let court = Court::new();
    let old = court.work("bob").write("notes.md", "x\n").commit("x");
    court.world.write(&overlay_file("web", "production"), &overlay("web", "production", &court.commit("web", 5)));
    court.land_ago(60, "web to production");
    let merged =
        old.git(&["fetch", "-q", "origin"]).git(&["merge", "-q", "-s", "ours", "-m", "Merge main", "origin/main"]);
    let verdict = merged.verify();
    assert_eq!(verdict.report["refs"][0]["changes"][0]["moves"][0]["to"], court.commit("web", 3).as_str());
    assert!(verdict.gates("pending").contains("signature"), "{:#}", verdict.report);
    let honest = court.work("bob").write("notes.md", "x\n").commit("x");
    honest.git(&["merge", "-q", "-m", "Merge main", "origin/main"]).verify().passes();
}

#[test]
fn rules_from_elsewhere_do_not_judge() {
    let court = Court::new();
    let work = good(&court, "alice");
    let given = work.verify_with(&["--config", "stageline.yaml"]);
    assert_eq!((given.code, &given.report["error"]["code"]), (Some(2), &"config-for-dry-runs".into()));
}

#[test]
fn without_rules_nothing_is_verified() {
    let court = Court::new();
    let git = |args: &[&str]| court.world.git(args);
    git(&["rm", "-q", "stageline.yaml"]);
    court.land_ago(60, "Away with the rules");
    let verdict = court.work("alice").write("x", "y").commit("x").verify();
    assert_eq!((verdict.code, &verdict.report["error"]["code"]), (Some(3), &"no-policy".into()));
}
