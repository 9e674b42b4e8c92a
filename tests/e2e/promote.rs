//! `promote`: what lands, what is refused, and where the version comes from.

use std::fs;

use serde_json::Value;

use crate::support::world::{USER, overlay, overlay_file};
use crate::support::{Shape, World};

#[test]
fn the_version_of_the_environment_before_is_copied_in_one_signed_commit() {
    let world = World::new();
    let before = world.tip();
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["stage"], "landed");
    assert_eq!(report["moves"][0]["from"], world.commit_of("web", 2));
    assert_eq!(report["moves"][0]["to"], world.commit_of("web", 4));
    assert_eq!(report["moves"][0]["direction"], "forward");
    assert_eq!(report["moves"][0]["commits_total"], 2);
    assert_eq!(report["commit"], world.tip());
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert_eq!(world.environment.git(&world.remote, &["rev-parse", "main~1"]), before);
    world.git(&["verify-commit", "HEAD"]);
    assert_eq!(world.git(&["rev-parse", "HEAD"]), world.tip());
    assert_eq!(world.git(&["status", "--porcelain"]), "");
    assert_eq!(world.git(&["log", "-1", "--format=%an <%ae>|%cn <%ce>"]), format!("Mei Lin <{USER}>|Mei Lin <{USER}>"));
}

#[test]
fn the_commit_says_what_moved_in_its_subject_and_in_trailers_that_git_reads() {
    let world = World::new();
    let base = world.tip();
    world.run(&["promote", "web", "--to", "production", "-m", "the Monday release"]).exits(0);
    let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
    let subject = world.git(&["log", "-1", "--format=%s"]);
    assert_eq!(subject, format!("promote web to production: {} -> {}", &old[..7], &new[..7]));
    let trailer =
        |key: &str| world.git(&["log", "-1", &format!("--format=%(trailers:key={key},valueonly)")]).trim().to_owned();
    assert_eq!(trailer("Promoted"), format!("web production {old} {new}"));
    assert_eq!(trailer("Promotion-Verb"), "promote");
    assert_eq!(trailer("Promotion-Origin"), format!("staging@{base}"));
    assert_eq!(trailer("Promotion-Reason"), "the Monday release");
    assert_eq!(trailer("Argocd-reference-commit-sha"), new);
    assert!(trailer("Argocd-reference-commit-subject").starts_with("feat: web part 4"));
    let body = world.git(&["log", "-1", "--format=%b"]);
    assert!(body.contains("feat: web part 3") && body.contains("feat: web part 4"), "{body}");
}

#[test]
fn several_applications_move_in_one_commit() {
    let world = World::new();
    let count = world.commits();
    let report = world.json(&["promote", "web", "checkout", "--to", "production"]);
    assert_eq!(report["moves"].as_array().map(Vec::len), Some(2));
    assert_eq!(world.commits(), count + 1);
    for app in ["web", "checkout"] {
        assert_eq!(world.pin(app, "production"), world.commit_of(app, 4));
    }
    assert_eq!(world.pin("worker", "production"), world.commit_of("worker", 2));
}

#[test]
fn all_moves_every_application_but_the_excluded_ones() {
    let world = World::new();
    let count = world.commits();
    world.run(&["promote", "--all", "--exclude", "worker", "--to", "production"]).exits(0);
    assert_eq!(world.commits(), count + 1);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 4));
    assert_eq!(world.pin("worker", "production"), world.commit_of("worker", 2));
}

#[test]
fn one_refused_application_stops_all_of_the_named_ones() {
    let world = World::new();
    let newest = world.commit_of("web", 5);
    world.edit_by_hand("web", "production", &newest, 60);
    let before = world.tip();
    assert_eq!(world.refused(1, &["promote", "checkout", "web", "--to", "production"]), "would-lose-commits");
    assert_eq!(world.tip(), before);
}

#[test]
fn a_full_id_an_abbreviation_a_branch_and_a_tag_all_name_a_commit() {
    let world = World::new();
    let source = &world.sources["web"];
    let wanted = world.commit_of("web", 5);
    source.tag("v5", &wanted);
    source.commit("release", &world.commit_of("web", 4), "notes.txt", "docs: release");
    let tip = world.environment.git(&source.path, &["rev-parse", "release"]);
    for (revision, expected) in
        [(wanted.as_str(), &wanted), (&wanted[..8], &wanted), ("v5", &wanted), ("main", &wanted), ("release", &tip)]
    {
        let report = world.json(&["promote", "web", "--to", "staging", "--commit", revision, "--dry-run"]);
        assert_eq!(report["moves"][0]["to"], **expected, "{revision}");
    }
    world.run(&["promote", "web@v5", "--to", "staging"]).exits(0);
    assert_eq!(world.pin("web", "staging"), wanted);
}

#[test]
fn latest_is_the_tip_of_the_source() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "staging", "--latest"]).exits(0);
    assert_eq!(world.pin("web", "staging"), world.commit_of("web", 5));
}

#[test]
fn latest_is_the_tip_of_the_first_plain_branch_that_the_environment_names() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("staging".into(), vec!["branches: [\"feature/*\", release, main]".into()]);
    });
    let release = world.sources["web"].commit("release", &world.commit_of("web", 4), "release.txt", "feat: a release");
    world.run(&["promote", "web", "--to", "staging", "--latest"]).exits(0);
    assert_eq!(world.pin("web", "staging"), release);
}

#[test]
fn a_named_environment_is_a_source_too() {
    let world =
        World::shaped(|shape| shape.environments = vec!["staging".into(), "canary".into(), "production".into()]);
    let report = world.json(&["promote", "web", "--to", "production", "--from", "staging"]);
    assert_eq!(report["moves"][0]["to"], world.commit_of("web", 4));
    assert_eq!(world.pin("web", "production"), world.pin("web", "staging"));
}

#[test]
fn the_first_environment_needs_a_commit_and_says_so() {
    let world = World::new();
    let ran = world.run(&["promote", "web", "--to", "staging"]).exits(2);
    assert!(ran.stderr.contains("--commit") && ran.stdout.is_empty(), "{ran}");
}

#[test]
fn a_promotion_that_would_lose_commits_is_refused_with_them() {
    let world = World::new();
    let newest = world.commit_of("web", 5);
    world.edit_by_hand("web", "production", &newest, 60);
    let before = world.tip();
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(1).says("feat: web part 5");
    assert!(ran.stderr.contains("--allow-older"), "{ran}");
    assert_eq!(world.tip(), before);
    world.run(&["promote", "web", "--to", "production", "--allow-older"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn a_hotfix_that_the_new_version_lacks_is_not_lost_silently() {
    let world = World::new();
    let hotfix = world.sources["web"].commit("hotfix", &world.commit_of("web", 2), "fix.txt", "fix: charge only once");
    world.edit_by_hand("web", "production", &hotfix, 60);
    world.run(&["promote", "web", "--to", "production"]).exits(1).says("fix: charge only once");
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "would-lose-commits");
    assert_eq!(world.pin("web", "production"), hotfix);
}

#[test]
fn nothing_to_do_is_no_failure_and_makes_no_commit() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landed = world.tip();
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["stage"], "nothing-to-do");
    assert_eq!(report["commit"], serde_json::Value::Null);
    assert_eq!(world.tip(), landed);
    world.run(&["promote", "web", "--to", "production"]).exits(0).says("nothing to do");
}

#[test]
fn a_mistyped_name_is_an_error_with_the_name_that_was_meant() {
    let world = World::new();
    world.run(&["promote", "wbe", "--to", "production"]).exits(2).says("`web`");
    world.run(&["promote", "web", "--to", "prodution"]).exits(2).says("`production`");
    world.run(&["promote", "web", "--to", "staging", "--commit", "no-such-branch"]).exits(2).says("no-such-branch");
}

#[test]
fn a_mistyped_image_is_an_error_and_not_a_new_entry_that_matches_nothing() {
    let world = World::new();
    let text = world.settings().replace("registry.example.com/shop/web", "registry.example.com/shop/wep");
    world.land_file("stageline.yaml", &text);
    let before = world.tip();
    world.run(&["promote", "web", "--to", "production"]).exits(2).says("shop/wep");
    assert_eq!(world.tip(), before);
}

#[test]
fn a_scalar_that_two_environments_reach_is_a_fault_that_names_both() {
    let world = World::new();
    world.land_file("apps/web/base/kustomization.yaml", &overlay("web", "all", &world.commit_of("web", 1)));
    let text = world.settings().replace("apps/web/overlays/{environment}", "apps/web/base");
    world.land_file("stageline.yaml", &text);
    let ran = world.run(&["promote", "web", "--to", "production", "--commit", "main"]).exits(2);
    assert!(ran.stderr.contains("`staging`") && ran.stderr.contains("`production`"), "{ran}");
}

#[test]
fn an_entry_that_does_not_exist_yet_is_inserted_in_the_style_of_the_file() {
    let world = World::new();
    let file = overlay_file("web", "production");
    let bare = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../base\nimages:\n  - name: example.com/side  # stays\n    newTag: v1\n";
    world.land_file(&file, bare);
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["moves"][0]["from"], serde_json::Value::Null);
    assert_eq!(report["moves"][0]["direction"], "first");
    let text = world.environment.git(&world.remote, &["show", &format!("main:{file}")]);
    let entry = format!("  - name: registry.example.com/shop/web\n    newTag: {}", world.commit_of("web", 4));
    let unquoted = text.replace(['"', '\''], "");
    assert!(text.starts_with(bare) && unquoted.contains(&entry), "{text}");
}

#[test]
fn the_digest_of_the_old_tag_does_not_survive_a_new_tag() {
    let world = World::new();
    let file = overlay_file("web", "production");
    let old = overlay("web", "production", &world.commit_of("web", 2));
    let digest = format!("sha256:{}", "ab".repeat(32));
    world.land_file(&file, &format!("{old}    digest: {digest}\n"));
    let ran = world.run(&["promote", "web", "--to", "production", "--commit", "main"]).exits(1);
    assert!(ran.stderr.contains("--digest"), "{ran}");
    let new = format!("sha256:{}", "cd".repeat(32));
    world.run(&["promote", "web", "--to", "production", "--commit", "main", "--digest", &new]).exits(0);
    let text = world.environment.git(&world.remote, &["show", &format!("main:{file}")]);
    assert!(text.contains(&new) && !text.contains(&digest), "{text}");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 5));
}

#[test]
fn a_version_that_looks_like_a_number_is_quoted() {
    let world = World::new();
    let file = overlay_file("web", "production");
    let old = overlay("web", "production", "abc").replace("\"abc\"", "abc");
    world.land_file(&file, &old);
    world.run(&["promote", "web", "--to", "production", "--version", "12e4567", "--allow-older"]).exits(0);
    let text = world.environment.git(&world.remote, &["show", &format!("main:{file}")]);
    assert_eq!(format!("{text}\n"), old.replace("newTag: abc", "newTag: \"12e4567\""));
}

#[test]
fn without_a_source_the_version_still_travels_and_the_tool_says_what_it_cannot_tell() {
    let world = World::shaped(|shape| shape.sources = false);
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["moves"][0]["direction"], "unknown");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(2).says("source");
}

#[test]
fn a_hand_made_version_at_the_target_needs_a_word_from_the_user() {
    let world = World::new();
    world.edit_by_hand("web", "production", "v1-hotfix-by-hand", 60);
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(3);
    assert!(ran.stderr.contains("--allow-older"), "{ran}");
    world.run(&["promote", "web", "--to", "production", "--allow-older"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

/// Two commits of the empty tree whose ids begin with `b3c611a`, by the second that they were made in.
const TWINS: [(u32, &str); 2] =
    [(19173, "b3c611a4530b848a3c1b46e2d609f32962dd597c"), (37149, "b3c611a62b0a837cd036cd66a2d6a5c9fd1b3e91")];

#[test]
fn an_abbreviated_id_that_two_commits_share_is_an_error_that_lists_both() {
    let world = World::new();
    let git = |args: &[&str]| world.environment.git(&world.sources["web"].path, args);
    let tree = git(&["hash-object", "-t", "tree", "-w", "/dev/null"]);
    for (second, id) in TWINS {
        let who = format!("A <a@b> {second} +0000");
        let file = world.path("commit");
        fs::write(&file, format!("tree {tree}\nauthor {who}\ncommitter {who}\n\nx")).unwrap();
        assert_eq!(git(&["hash-object", "-t", "commit", "-w", &file.to_string_lossy()]), id);
        git(&["update-ref", &format!("refs/heads/twin-{second}"), id]);
    }
    world.edit_by_hand("web", "staging", "b3c611a", 600);
    let ran = world.run(&["promote", "web", "--to", "production", "-o", "json"]).exits(2);
    assert_eq!(ran.refusal(), "ambiguous-commit");
    for (_, id) in TWINS {
        assert!(ran.stdout.contains(id), "{ran}");
    }
}

#[test]
fn a_hand_made_version_is_shown_as_it_is() {
    let world = World::new();
    world.edit_by_hand("web", "production", "hotfix2", 600);
    world.fetch();
    let shown = world.run(&["status", "web"]).exits(0);
    assert!(shown.stdout.contains("hotfix2"), "{shown}");
}

fn two_clusters(shape: &mut Shape) {
    shape.applications = vec!["web".into()];
    shape.keys_of.insert("production".into(), vec!["clusters: [eu, us]".into()]);
}

/// A world whose production has two clusters with these versions.
fn clusters(eu: usize, us: usize) -> World {
    let world = World::shaped(two_clusters);
    for (cluster, index) in [("eu", eu), ("us", us)] {
        world.write(
            &format!("apps/web/clusters/{cluster}/kustomization.yaml"),
            &overlay("web", "production", &world.commit_of("web", index)),
        );
    }
    let text = world.settings().replace(
        "- { image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }",
        "- { image: registry.example.com/shop/web, in: \"apps/web/overlays/staging\", environments: [staging] }\n      \
         - { image: registry.example.com/shop/web, in: \"apps/web/clusters/{cluster}\", environments: [production] }",
    );
    world.land_file("stageline.yaml", &text);
    world
}

fn cluster_files(world: &World) -> Vec<String> {
    ["eu", "us"]
        .map(|cluster| {
            let file = format!("main:apps/web/clusters/{cluster}/kustomization.yaml");
            world.environment.git(&world.remote, &["show", &file])
        })
        .to_vec()
}

#[test]
fn history_does_not_take_clusters_that_disagree_for_no_pin() {
    let world = clusters(1, 2);
    let report = world.json(&["history", "web", "--env", "production"]);
    assert_eq!((&report["changes"][0]["to"], &report["changes"][0]["disagrees"]), (&Value::Null, &true.into()));
    let at = world.json(&["history", "web", "--env", "production", "--at", "now"]);
    assert_eq!((&at["rows"][0]["version"], &at["rows"][0]["disagrees"]), (&Value::Null, &true.into()));
}

#[test]
fn clusters_that_disagree_converge_as_a_target() {
    let world = clusters(1, 2);
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["files"].as_array().map(Vec::len), Some(2), "{report}");
    for text in cluster_files(&world) {
        assert!(text.contains(&world.commit_of("web", 4)), "{text}");
    }
}

#[test]
fn clusters_that_disagree_are_refused_as_a_source() {
    let world = clusters(1, 2);
    let ran = world.run(&["promote", "web", "--to", "staging", "--from", "production", "--allow-older"]).exits(1);
    assert!(ran.stderr.contains("clusters/eu") && ran.stderr.contains("clusters/us"), "{ran}");
}

#[test]
fn a_source_by_address_is_mirrored_without_files_and_serves_offline_afterwards() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let path = world.sources["web"].path.display().to_string();
    let text = world.settings().replace(&format!("source: {path}"), &format!("source: file://{path}"));
    world.land_file("stageline.yaml", &text);
    world.run(&["promote", "web", "--to", "staging", "--commit", "main", "--offline", "--dry-run"]).exits(3);
    let first = world.json(&["promote", "web", "--to", "staging", "--commit", "main", "--dry-run"]);
    assert_eq!(first["moves"][0]["to"], world.commit_of("web", 5));
    let second = world.json(&["promote", "web", "--to", "staging", "--commit", "main", "--offline", "--dry-run"]);
    assert_eq!(second["moves"], first["moves"]);
    let cache = world.path("home/.cache");
    assert!(fs::read_dir(&cache).expect("the cache").next().is_some(), "nothing under {}", cache.display());
}

#[test]
fn an_environment_on_a_branch_of_its_own_lands_there() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:production"]);
    world.git(&["fetch", "-q", "origin"]);
    let main = world.tip();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.tip(), main);
    assert_eq!(world.pin_at("production", "web", "production"), world.commit_of("web", 4));
}

#[test]
fn one_place_on_two_branches_is_two_places() {
    let world = World::shaped(|shape| {
        for env in ["staging", "production"] {
            shape.keys_of.insert(env.into(), vec![format!("git: {{ branch: {env} }}")]);
        }
    });
    let pin = "in: \"apps/web/overlays/{environment}\"";
    world.land_file("stageline.yaml", &world.settings().replace(pin, "in: apps/web/overlays/staging"));
    world.git(&["push", "-q", "origin", "main:staging", "main:production"]);
    world.run(&["promote", "web", "--to", "staging", "--commit", &world.commit_of("web", 3), "--allow-older"]).exits(0);
    assert_eq!(world.pin_at("production", "web", "staging"), world.commit_of("web", 4));
    assert_eq!(world.pin_at("staging", "web", "staging"), world.commit_of("web", 3));
    world.run(&["promote", "web", "--to", "production", "--allow-older"]).exits(0);
    assert_eq!(world.pin_at("production", "web", "staging"), world.commit_of("web", 3));
}

#[test]
fn of_two_tags_at_one_commit_the_release_is_written_and_not_its_candidate() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let source = &world.sources["web"].path;
    for tag in ["v1.6.0", "v1.6.0-rc.1", "v1.5.0"] {
        world.environment.git(source, &["tag", tag, &world.commit_of("web", 4)]);
    }
    world.land_file("stageline.yaml", &world.settings().replace("{commit}", "{tag}"));
    world
        .run(&["promote", "web", "--to", "production", "--commit", &world.commit_of("web", 4), "--allow-older"])
        .exits(0);
    assert_eq!(world.pin("web", "production"), "v1.6.0");
}

#[test]
fn a_promotion_of_two_origins_names_none() {
    let world = World::new();
    let commit = world.commit_of("checkout", 3);
    world.run(&["promote", "web", &format!("checkout@{commit}"), "--to", "production"]).exits(0);
    let message = world.environment.git(&world.remote, &["log", "-1", "--format=%B", "main"]);
    assert!(!message.contains("Promotion-Origin"), "{message}");
}

/// Production pins `web` and a side image, each with a tag and a digest of its own.
fn web_with_a_side_image(world: &World, side: &str) -> String {
    let pin = "{ image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }";
    let other = format!(
        "{{ image: registry.example.com/shop/side, in: \"apps/web/overlays/production\", environments: [production]{side} }}"
    );
    world.land_file("stageline.yaml", &world.settings().replace(pin, &format!("{pin}\n      - {other}")));
    let old = world.commit_of("web", 2);
    let digest = |pair: &str| format!("    digest: sha256:{}\n", pair.repeat(32));
    let text = format!(
        "{}{}  - name: registry.example.com/shop/side\n    newTag: {old}\n{}",
        overlay("web", "production", &old),
        digest("ab"),
        digest("cd")
    );
    let file = overlay_file("web", "production");
    world.land_file(&file, &text);
    file
}

#[test]
fn a_digest_that_may_go_takes_no_other_along() {
    let world = World::new();
    web_with_a_side_image(&world, ", digest: drop");
    let tip = world.tip();
    world.run(&["promote", "web", "--to", "production", "--commit", "main"]).exits(1).says("--digest");
    assert_eq!(world.tip(), tip);
}

#[test]
fn one_digest_is_not_written_to_several_images() {
    let world = World::new();
    web_with_a_side_image(&world, "");
    let tip = world.tip();
    let digest = format!("sha256:{}", "ef".repeat(32));
    let two_images = ["promote", "web", "--to", "production", "--commit", "main", "--digest", &digest];
    world.run(&two_images).exits(2).says("belongs to one image");
    let two_applications = ["promote", "checkout", "worker", "--to", "production", "--digest", &digest];
    world.run(&two_applications).exits(2).says("belongs to one image");
    assert_eq!(world.refused(2, &two_applications), "digest-of-one-image");
    assert_eq!(world.tip(), tip);
}

#[test]
fn the_undo_of_going_back_brings_the_newer_version_again() {
    let world = World::new();
    for index in [3, 4] {
        let commit = world.commit_of("web", index);
        world.run(&["promote", "web", "--to", "production", "--commit", &commit]).exits(0);
    }
    let older = world.commit_of("web", 3);
    let report = world.json(&["promote", "web", "--to", "production", "--commit", &older, "--allow-older"]);
    let undo: Vec<&str> = report["undo"].as_str().expect("the command that undoes it").split(' ').skip(1).collect();
    world.run(&undo).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn a_reason_that_looks_like_a_divider_does_not_cut_the_trailers_off() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production", "--reason=--- stop"]).exits(0);
    let message = world.path("message");
    std::fs::write(&message, world.git(&["log", "-1", "--format=%B", &world.tip()])).expect("a file");
    let trailers = world.git(&["interpret-trailers", "--parse", &message.to_string_lossy()]);
    assert!(trailers.contains("Promotion-Verb: promote"), "{trailers}");
}

#[test]
fn a_revision_that_no_source_has_is_told_once_with_who_asked_and_what_there_is() {
    let world = World::shaped(|shape: &mut Shape| shape.one_source = true);
    let ran = world
        .run(&["promote", "web@zzzzzzzzz", "checkout@zzzzzzzzz", "--to", "staging"])
        .exits(2)
        .says("asked for `web`")
        .says("asked for `checkout`")
        .says("name a commit, or one of `main`");
    assert_eq!(ran.stderr.matches("is not a branch, a tag or a commit").count(), 1, "{ran}");
}

#[test]
fn what_a_change_of_another_environment_said_is_copied_by_its_number() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
    world.run(&["promote", "web", "--to", "production", "--from", "staging@r1"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    let several = ["promote", "web", "checkout", "--to", "production", "--from", "staging@r1"];
    assert_eq!(world.refused(2, &several), "several-applications");
    // Of two, only one is copied: the other has a revision of its own.
    world.run(&["promote", "web", "checkout@main", "--to", "production", "--from", "staging@r2"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 5));
}

#[test]
fn one_commit_for_applications_of_several_sources_is_refused_and_of_one_source_is_not() {
    let world = World::new();
    let tip = world.tip();
    let both = ["promote", "web", "checkout", "--to", "staging", "--commit", "main"];
    assert_eq!(world.refused(2, &both), "several-sources");
    // Not by an id that only one of them has, nor for all.
    let id = world.commit_of("web", 5);
    assert_eq!(world.refused(2, &[&both[..6], &[id.as_str()]].concat()), "several-sources");
    assert_eq!(world.refused(2, &["promote", "--all", "--to", "staging", "--commit", "main"]), "several-sources");
    assert_eq!(world.tip(), tip);
    // One that has its own revision does not count.
    world.run(&["promote", "web@main", "checkout", "--to", "staging", "--commit", "main"]).exits(0);
    let mono = World::shaped(|shape| shape.one_source = true);
    mono.run(&both).exits(0);
    assert_eq!([mono.pin("web", "staging"), mono.pin("checkout", "staging")], [5, 5].map(|n| mono.commit_of("web", n)));
}

#[test]
fn a_file_that_may_be_run_is_promoted_and_may_be_run_after_it() {
    let world = World::new();
    let overlay = overlay_file("web", "production");
    world.git(&["update-index", "--chmod=+x", &overlay]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "Let it be run"]);
    world.git(&["push", "-q", "origin", "main"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert!(world.environment.git(&world.remote, &["ls-tree", "main", &overlay]).starts_with("100755 "));
}

#[test]
fn an_environment_behind_the_flag_of_another_verb_is_taken_for_what_is_meant_and_said() {
    let world = World::new();
    let said = "warning: `promote` names the environment with `--to`: `--env` was taken for that";
    world.run(&["promote", "web", "--env", "production"]).on_stderr(said).exits(0);
    assert_eq!(world.pin("web", "production"), world.pin("web", "staging"));
    let said = "warning: `hold set` names the environment with `--env`";
    world.run(&["hold", "set", "web", "--to=production", "-m", "audit"]).on_stderr(said).exits(0);
}
