//! `after: { environment: staging, same: tree }`: what `latest` brought to staging goes to production as `main` has it.

use crate::support::World;
use crate::support::pinned::digest;
use crate::support::run::Ran;
use crate::support::source::Source;
use crate::support::world::{Shape, overlay_file};

const PROMOTE: &[&str] = &["promote", "web", "--to", "production"];
const SAME: &str = "after: { environment: staging, same: tree }";

/// A team that builds on `latest` and deploys to production what is in `main`.
fn team(after: &str, change: impl FnOnce(&mut Shape)) -> World {
    let world = World::shaped(|shape| {
        let own = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        shape.keys_of.insert("staging".into(), own(&["branches: [latest, main]"]));
        let production = ["branches: [main]", after, "gates: { soak: 2s }"];
        shape.keys_of.insert("production".into(), own(&production));
        change(shape);
    });
    for app in &world.shape.applications {
        point(&world.sources[app], "latest", world.sources[app].commits.last().expect("commits"));
    }
    world
}

fn point(source: &Source, branch: &str, commit: &str) {
    source.git(&["update-ref", &format!("refs/heads/{branch}"), commit]);
}

fn tip(source: &Source, branch: &str) -> String {
    source.git(&["rev-parse", &format!("refs/heads/{branch}")])
}

/// A commit with the files of another one, on a branch.
fn with_tree(source: &Source, branch: &str, of: &str, parents: &[&str], subject: &str) -> String {
    let mut args = vec!["commit-tree", "-m", subject];
    args.extend(parents.iter().flat_map(|parent| ["-p", parent]));
    let tree = format!("{of}^{{tree}}");
    args.push(&tree);
    let commit = source.git(&args);
    point(source, branch, &commit);
    commit
}

/// Two commits on `latest`, the second of which is built.
fn work(source: &Source, name: &str) -> String {
    let first = source.commit("latest", &tip(source, "latest"), &format!("{name}.txt"), &format!("feat: {name}"));
    source.commit("latest", &first, "part.txt", &format!("fix: {name}"))
}

/// How `latest` is brought to `main`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Merge,
    Squash,
    Rebase,
}

/// Brings a commit of `latest` to `main`: the commit that is to run in production.
fn bring(source: &Source, how: How, built: &str) -> String {
    let main = tip(source, "main");
    match how {
        How::Merge => {
            with_tree(source, "main", built, &[&main, built], "Merge latest");
            built.to_owned()
        }
        How::Squash => {
            let squashed = with_tree(source, "main", built, &[&main], "Squash latest");
            with_tree(source, "latest", built, &[&squashed, built], "Merge what latest had");
            squashed
        }
        How::Rebase => {
            let range = format!("{main}..{built}");
            let list = source.git(&["rev-list", "--reverse", "--first-parent", "--no-merges", &range]);
            let mut on = main;
            for commit in list.lines() {
                on = with_tree(source, "main", commit, &[&on], "Rebased");
            }
            point(source, "latest", &on);
            on
        }
    }
}

/// CI puts a build into staging, some seconds ago by the config repository's clock.
fn stage(world: &World, commit: &str, seconds_ago: u64) {
    // A rebase leaves what was built of `latest` behind.
    let ran = at(world, seconds_ago, &["promote", "web", "--to", "staging", "--commit", commit, "--allow-older"]);
    ran.exits(0);
    assert_eq!(world.pin("web", "staging"), commit);
}

/// What has landed just now has been there for as long as production asks.
fn soaks() {
    std::thread::sleep(std::time::Duration::from_millis(2100));
}

#[must_use]
fn at(world: &World, seconds_ago: u64, args: &[&str]) -> Ran {
    world.dated(seconds_ago).stageline(&world.clone, args)
}

/// What a gate said of a plan.
fn verdict(report: &serde_json::Value, gate: &str) -> String {
    let gates = report["gates"].as_array().expect("gates");
    let one = gates.iter().find(|one| one["gate"] == gate).unwrap_or_else(|| panic!("no {gate} in {report}"));
    one["verdict"].as_str().expect("a word").to_owned()
}

/// It does not land: the gates that refuse it.
#[track_caller]
fn fails(world: &World, args: &[&str]) -> Vec<String> {
    let before = world.tip();
    assert_eq!(world.run(args).code(), Some(1));
    assert_eq!(world.tip(), before);
    let report = world.run(&[args, &["--dry-run", "-o", "json"]].concat()).exits(1).json();
    let gates = report["gates"].as_array().expect("gates");
    let failed = gates.iter().filter(|gate| gate["verdict"] == "fail");
    failed.map(|gate| gate["gate"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_month_of_releases_goes_to_production_without_a_commit_that_is_typed() {
    let world = team(SAME, |shape| shape.applications = vec!["web".into()]);
    let source = world.sources["web"].clone();
    let hour = 60 * 60;
    let mut now = 8 * 24 * hour;
    for release in 0..30 {
        // Not one after the other alone: each way follows on each.
        let how = [How::Merge, How::Squash, How::Rebase][(release + release / 3) % 3];
        let built = work(&source, &format!("release-{release}"));
        stage(&world, &built, now);
        now -= 3 * hour;
        assert_eq!(world.refused(1, PROMOTE), "no-counterpart", "{release}: it is not in main yet");
        let expected = bring(&source, how, &built);
        assert_eq!(expected == built, how == How::Merge);
        let extra = release % 5 == 4;
        if extra {
            // Somebody works on main itself: that has never been in staging.
            let own = source.commit("main", &tip(&source, "main"), "hotfix.txt", &format!("fix: {release}"));
            let typed = [PROMOTE, &["--commit", &own]].concat();
            assert_eq!(fails(&world, &typed), ["order", "soak"], "{release}");
            assert_eq!(fails(&world, &[PROMOTE, &["--latest"]].concat()), ["order", "soak"], "{release}");
        }
        let ran = at(&world, now, &[PROMOTE, &["-o", "json"]].concat());
        let report = ran.exits(0).json();
        now -= 3 * hour;
        assert_eq!(world.pin("web", "production"), expected, "{release} {how:?}: {report}");
        assert_eq!(world.pin("web", "staging"), built);
        for gate in ["branches", "order", "soak"] {
            assert_eq!(verdict(&report, gate), "pass", "{release} {how:?} {gate}: {report}");
        }
        let of = &report["moves"][0]["counterpart_of"];
        match how {
            How::Merge => assert!(of.is_null(), "{release}: {report}"),
            How::Squash | How::Rebase => assert_eq!(of, built.as_str(), "{release} {how:?}"),
        }
        assert_eq!(world.json(PROMOTE)["stage"], "nothing-to-do", "{release} {how:?}");
        if extra {
            let (latest, main) = (tip(&source, "latest"), tip(&source, "main"));
            with_tree(&source, "latest", &main, &[&main, &latest], "Merge what latest had");
        }
    }
}

#[test]
fn a_build_that_has_not_soaked_waits_also_as_another_one() {
    let world = team(SAME, |shape| {
        shape.keys_of.get_mut("production").expect("keys")[2] = "gates: { soak: 1h }".into();
    });
    let source = &world.sources["web"];
    let built = work(source, "a");
    stage(&world, &built, 60);
    bring(source, How::Squash, &built);
    assert_eq!(world.refused(3, PROMOTE), "soaking");
    let again = work(source, "b");
    stage(&world, &again, 0);
    let squashed = bring(source, How::Squash, &again);
    assert_eq!(world.refused(3, PROMOTE), "soaking");
    assert_ne!(world.pin("web", "production"), squashed);
}

#[test]
fn the_plan_and_the_report_say_that_it_is_another_build() {
    let world = team(SAME, |_| {});
    let source = &world.sources["web"];
    let built = work(source, "a");
    stage(&world, &built, 60);
    let squashed = bring(source, How::Squash, &built);
    let words = format!("another build of the same content as {} in staging", &built[..7]);
    world.run(&[PROMOTE, &["--dry-run"]].concat()).exits(0).says(&words).says(&squashed[..7]);
    assert_ne!(world.pin("web", "production"), squashed);
    // A name of the environment before is the same as none.
    let ran = world.run(&["promote", "web", "--to", "production", "--from", "staging"]).exits(0);
    ran.says(&words);
    assert_eq!(world.pin("web", "production"), squashed);
    let report = world.json(&["show", &world.tip()]);
    assert!(report.to_string().contains("staging@"), "where it comes from stays known: {report}");
}

#[test]
fn of_two_commits_with_the_content_the_newest_is_taken() {
    let world = team(SAME, |_| {});
    let source = &world.sources["web"];
    let before = tip(source, "main");
    let built = work(source, "a");
    stage(&world, &built, 60);
    let first = with_tree(source, "main", &built, &[&before], "Squash latest");
    let reverted = with_tree(source, "main", &before, &[&first], "Revert it");
    let again = with_tree(source, "main", &built, &[&reverted], "Revert the revert");
    world.run(PROMOTE).exits(0);
    assert_eq!(world.pin("web", "production"), again);
}

#[test]
fn a_squash_that_changed_something_else_is_another_content() {
    let world = team(SAME, |_| {});
    let source = &world.sources["web"];
    let built = work(source, "a");
    stage(&world, &built, 60);
    let main = tip(source, "main");
    let picked = source.commit("main", &built, "and-more.txt", "feat: one more thing");
    let squashed = with_tree(source, "main", &picked, &[&main], "Squash latest, and more");
    let before = world.tip();
    assert_eq!(world.refused(1, PROMOTE), "no-counterpart");
    let ran = world.run(PROMOTE).exits(1);
    let ran = ran.says(&format!("neither {} of `web`, which `staging` runs", &built[..7]));
    ran.says("merge, squash or rebase");
    assert_eq!(fails(&world, &[PROMOTE, &["--commit", &squashed]].concat()), ["order", "soak"]);
    assert_eq!(world.tip(), before);
}

#[test]
fn without_same_tree_it_is_refused_with_the_line_that_lets_it_pass() {
    let world = team("after: staging", |_| {});
    let source = &world.sources["web"];
    let built = work(source, "a");
    stage(&world, &built, 60);
    let squashed = bring(source, How::Squash, &built);
    let line = "`after: { environment: staging, same: tree }`";
    assert_eq!(world.refused(1, PROMOTE), "not-in-baseline");
    world.run(PROMOTE).exits(1).says(line);
    let typed = [PROMOTE, &["--commit", &squashed]].concat();
    world.run(&typed).exits(1).says("was never live there").says("not at all").says(line);
    assert_ne!(world.pin("web", "production"), squashed);
    world.land_file("stageline.yaml", &world.settings().replace("after: staging", SAME));
    world.run(PROMOTE).exits(0);
    assert_eq!(world.pin("web", "production"), squashed);
}

#[test]
fn in_a_monorepo_only_what_concerns_the_application_counts() {
    let world = team(SAME, |shape| shape.one_source = true);
    let source = &world.sources["web"];
    let address = format!("    source: {}\n", source.path.display());
    let own = format!("{address}    path: services/web\n");
    let text = world.settings();
    let name = text.find("  - name: web\n").expect("web");
    let (head, tail) = text.split_at(name);
    world.land_file("stageline.yaml", &format!("{head}{}", tail.replacen(&address, &own, 1)));
    let main = tip(source, "main");
    let web = source.commit("latest", &main, "services/web/a.txt", "feat: a");
    let built = source.commit("latest", &web, "services/checkout/b.txt", "feat: b");
    stage(&world, &web, 60);
    // What main has of others is nothing to web: neither what lies under it nor what came after it.
    let other = source.commit("main", &main, "services/worker/c.txt", "feat: c");
    assert_eq!(world.refused(1, PROMOTE), "no-counterpart");
    let picked = source.commit("main", &other, "services/web/a.txt", "feat: a");
    source.commit("main", &picked, "services/worker/d.txt", "feat: d");
    soaks();
    let report = world.json(PROMOTE);
    assert_eq!(world.pin("web", "production"), picked, "the one that brought it: {report}");
    assert_eq!(report["moves"][0]["counterpart_of"], web.as_str());
    assert_ne!(built, web);
    // One more file of its own is another content.
    let more = source.commit("latest", &built, "services/web/e.txt", "feat: e");
    stage(&world, &more, 30);
    let both = source.commit("main", &tip(source, "main"), "services/web/e.txt", "feat: e");
    source.commit("main", &both, "services/web/f.txt", "feat: f");
    soaks();
    world.run(PROMOTE).exits(0);
    assert_eq!(world.pin("web", "production"), both, "main went on, and what staging never had stays behind");
}

#[test]
fn all_takes_those_that_main_has_and_lists_the_others() {
    let world = team(SAME, |_| {});
    let built = work(&world.sources["web"], "a");
    stage(&world, &built, 60);
    let squashed = bring(&world.sources["web"], How::Squash, &built);
    let alone = work(&world.sources["worker"], "b");
    at(&world, 60, &["promote", "worker", "--to", "staging", "--commit", &alone]).exits(0);
    let stays = world.pin("worker", "production");
    let report = world.json(&["promote", "--all", "--to", "production"]);
    assert_eq!(world.pin("web", "production"), squashed);
    assert_eq!(world.pin("checkout", "production"), world.pin("checkout", "staging"), "main has it itself");
    assert_eq!(world.pin("worker", "production"), stays);
    let skipped = report["skipped"].as_array().expect("a list");
    assert_eq!(skipped.len(), 1, "{report}");
    assert_eq!(skipped[0]["application"], "worker");
    let reason = skipped[0]["reason"].as_str().expect("a reason");
    assert!(reason.contains(&alone[..7]) && reason.contains("same content"), "{reason}");
    assert_eq!(world.refused(1, &["promote", "worker", "web", "--to", "production"]), "no-counterpart");
}

#[test]
fn a_digest_does_not_travel_to_another_build() {
    let world = team(SAME, |_| {});
    let source = world.sources["web"].clone();
    let with_digest = |commit: &str, one: &str| {
        let file = overlay_file("web", "staging");
        let text = world.environment.git(&world.remote, &["show", &format!("main:{file}")]);
        let kept: Vec<&str> = text.lines().filter(|line| !line.contains("digest:")).collect();
        let text = kept.join("\n").replace(&world.pin("web", "staging"), commit);
        world.land_file(&file, &format!("{text}\n    digest: {}\n", digest(one)));
        soaks();
    };
    let built = work(&source, "a");
    with_digest(&built, "ab");
    let squashed = bring(&source, How::Squash, &built);
    assert_eq!(world.refused(1, PROMOTE), "digest-needed");
    let ran = world.run(PROMOTE).exits(1);
    ran.says("another build of the same content").says(&digest("ab")).says("--digest sha256:...");
    // Other bits of the very commit that staging ran are no other build of it.
    let bits = format!("{built}@{}", digest("cd"));
    assert!(fails(&world, &[PROMOTE, &["--version", &bits]].concat()).contains(&"order".to_owned()));
    world.run(&[PROMOTE, &["--digest", &digest("cd")]].concat()).exits(0);
    let landed = |world: &World| {
        let file = overlay_file("web", "production");
        world.environment.git(&world.remote, &["show", &format!("main:{file}")])
    };
    let text = landed(&world);
    assert!(text.contains(&squashed) && text.contains(&digest("cd")) && !text.contains(&digest("ab")), "{text}");
    // What is in main itself is copied whole.
    let next = work(&source, "b");
    with_digest(&next, "ef");
    bring(&source, How::Merge, &next);
    world.run(PROMOTE).exits(0);
    let text = landed(&world);
    assert!(text.contains(&next) && text.contains(&digest("ef")), "{text}");
    // Where digests are dropped there is none to ask for.
    let pin = "image: registry.example.com/shop/web, in";
    let drops = world.settings().replace(pin, "image: registry.example.com/shop/web, digest: drop, in");
    world.land_file("stageline.yaml", &drops);
    let last = work(&source, "c");
    with_digest(&last, "01");
    let squashed = bring(&source, How::Squash, &last);
    world.run(PROMOTE).exits(0);
    assert_eq!(world.pin("web", "production"), squashed);
    assert!(!landed(&world).contains("digest:"), "{}", landed(&world));
}

#[test]
fn a_version_that_is_a_tag_needs_one_on_the_other_build() {
    let world = team(SAME, |_| {});
    let source = &world.sources["web"];
    source.tag("v0.8.0", &world.commit_of("web", world.first_pin(0)));
    source.tag("v0.7.0", &world.commit_of("web", world.first_pin(1)));
    let settings = world.settings().replace("version: \"{commit}\"", "version: \"{tag}\"");
    for (env, tag) in [("staging", "v0.8.0"), ("production", "v0.7.0")] {
        world.edit_by_hand("web", env, tag, 3600);
    }
    world.land_file("stageline.yaml", &settings);
    let built = work(source, "a");
    source.tag("v0.9.0-rc.1", &built);
    at(&world, 60, &["promote", "web@v0.9.0-rc.1", "--to", "staging"]).exits(0);
    let squashed = bring(source, How::Squash, &built);
    assert_eq!(world.refused(2, PROMOTE), "no-such-version");
    world.run(PROMOTE).exits(2).says(&squashed[..7]);
    source.tag("v0.9.0", &squashed);
    soaks();
    world.run(PROMOTE).exits(0);
    assert_eq!(world.pin("web", "production"), "v0.9.0");
}

#[test]
fn what_cannot_be_told_is_no_other_build() {
    let world = team(SAME, |_| {});
    let source = &world.sources["web"];
    let built = work(source, "a");
    stage(&world, &built, 60);
    bring(source, How::Squash, &built);
    let address = format!("source: {}\n", source.path.display());
    let by_url = format!("source: file://{}\n", source.path.display());
    world.land_file("stageline.yaml", &world.settings().replace(&address, &by_url));
    let before = world.tip();
    world.json(&[PROMOTE, &["--dry-run"]].concat());
    assert_eq!(world.refused(3, &[PROMOTE, &["--offline", "--dry-run"]].concat()), "baseline-unknown");
    world.environment.git(
        &world.path(""),
        &[
            "clone",
            "-q",
            "--bare",
            "--depth",
            "1",
            "--no-single-branch",
            by_url["source: ".len()..].trim_end(),
            "shallow.git",
        ],
    );
    world.land_file("stageline.yaml", &world.settings().replace(&address, "source: ../shallow.git\n"));
    assert_eq!(world.refused(3, PROMOTE), "baseline-unknown");
    world.run(PROMOTE).exits(3).says("shallow").says("--commit REV");
    assert_ne!(before, world.tip(), "only the settings landed");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", world.first_pin(1)));
}
