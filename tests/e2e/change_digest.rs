//! The change digest (`change`): the same in every kind of clone and by every way of landing, another one for another change.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::World;
use crate::support::transport::{Served, Transport};

const PROMOTE: &[&str] = &["promote", "web", "--to", "production"];

/// The digest of a report: 64 hex digits.
#[track_caller]
fn change(report: &Value) -> String {
    let text = report["change"].as_str().unwrap_or_else(|| panic!("no digest: {report}")).to_string();
    assert!(text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit()), "{text}");
    text
}

/// What a dry run in a clone says of the change.
#[track_caller]
fn planned(world: &World, dir: &Path, args: &[&str]) -> Value {
    let args = [args, &["--dry-run", "-o", "json"]].concat();
    world.environment.stageline(dir, &args).exits(0).json()
}

/// The trailer of a commit of the remote.
fn trailer(world: &World, rev: &str) -> String {
    let format = "--format=%(trailers:key=Promotion-Change,valueonly)";
    world.environment.git(&world.remote, &["log", "-1", format, rev]).trim().to_string()
}

/// The default shape with an `id:`.
fn with_id() -> World {
    World::shaped(|shape| shape.more = "id: shop-config\n".into())
}

#[test]
fn a_landing_carries_the_digest_that_its_dry_run_told_and_show_reads_it_there() {
    let world = World::new();
    let before = planned(&world, &world.clone, PROMOTE);
    let landed = world.json(PROMOTE);
    assert_eq!(change(&landed), change(&before));
    assert_eq!(trailer(&world, "main"), change(&landed));
    assert_eq!(world.json(PROMOTE)["change"], Value::Null, "nothing changes");
    assert_eq!(world.json(&["show"])["change"], landed["change"]);
    let wide = world.run(&["show", "-o", "wide"]).exits(0);
    assert!(wide.stdout.contains(&format!("change   {}\n", change(&landed))), "{wide}");
    world.edit_by_hand("web", "production", &world.commit_of("web", 1), 0);
    world.fetch();
    assert_eq!(world.json(&["show"])["change"], Value::Null, "nobody names it");
}

#[test]
fn clones_of_every_kind_tell_the_same_change() {
    for world in [World::new(), with_id()] {
        let here = change(&planned(&world, &world.clone, PROMOTE));
        let plain = world.path("plain");
        world.environment.git(&world.path(""), &["clone", "-q", &world.remote.to_string_lossy(), "plain"]);
        let bare = world.clone_as("bare.git", &["--bare"]);
        world.environment.git(&bare, &["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
        let url = world.clone_as("url", &[]);
        let linked = world.path("linked");
        world.git(&["worktree", "add", "-q", "--detach", &linked.to_string_lossy()]);
        for clone in [&plain, &bare, &url, &linked] {
            assert_eq!(change(&planned(&world, clone, PROMOTE)), here, "{}", clone.display());
        }
    }
}

/// Says the change of a clone by its path and on another way to the remote.
fn both_ways(transport: Transport) {
    let world = World::new();
    let here = change(&planned(&world, &world.clone, PROMOTE));
    let served = Served::start(&world, transport);
    served.lead(&world.clone);
    let args = [PROMOTE, &["--dry-run", "-o", "json"]].concat();
    let told = served.environment().stageline(&world.clone, &args).exits(0).json();
    assert_eq!(change(&told), here, "{transport}");
}

#[test]
fn the_way_to_the_remote_is_no_part_of_the_change() {
    both_ways(Transport::Git);
    both_ways(Transport::Http);
}

#[test]
fn without_a_clone_the_change_is_told_by_the_id() {
    let world = with_id();
    let here = change(&planned(&world, &world.clone, PROMOTE));
    let address = format!("file://{}", world.remote.display());
    let args = [&["--repo", &address], PROMOTE, &["--dry-run", "-o", "json"]].concat();
    let told = world.environment.stageline(&world.path(""), &args).exits(0).json();
    assert_eq!(change(&told), here);
}

#[test]
fn the_change_is_the_same_over_ssh() {
    both_ways(Transport::Ssh);
}

#[test]
fn a_shallow_clone_tells_it_by_the_id_and_without_one_nothing_does() {
    let bare_of_an_id = World::new();
    for (world, knows) in [(&bare_of_an_id, false), (&with_id(), true)] {
        world.land_file("README.md", "One more landing, so that the first one is not here.\n");
        let here = change(&planned(world, &world.clone, PROMOTE));
        let shallow = world.clone_as("shallow", &["--depth", "1"]);
        let told = planned(world, &shallow, PROMOTE);
        assert_eq!(told["change"], if knows { json!(here) } else { Value::Null });
        assert!(!told["notes"].to_string().contains("change digest"), "a direct landing waits for nobody: {told}");
        let request = [PROMOTE, &["--landing", "merge-request"]].concat();
        let told = planned(world, &shallow, &request);
        assert_eq!(told["notes"].to_string().contains("no change digest"), !knows, "{told}");
    }
    let world = bare_of_an_id;
    let shallow = world.environment.stageline(&world.path("shallow"), PROMOTE).exits(0);
    assert!(!shallow.stdout.contains("digest"), "{shallow}");
    assert_eq!(trailer(&world, "main"), "", "what is not known is not written");
}

#[test]
fn the_digest_lasts_while_others_land_and_changes_with_the_version_the_branch_the_rules_and_the_repository() {
    let world = with_id();
    let first = change(&planned(&world, &world.clone, PROMOTE));
    world.land_file("README.md", "Something else landed.\n");
    world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 0);
    assert_eq!(change(&planned(&world, &world.clone, PROMOTE)), first, "a new tip is no other change");
    let mut all = vec![first];
    let older = world.commit_of("web", 3);
    all.push(change(&planned(&world, &world.clone, &["promote", "web", "--to", "production", "--commit", &older])));
    all.push(change(&planned(&world, &world.clone, &["promote", "web", "checkout", "--to", "production"])));
    for (from, to) in [
        ("id: shop-config", "id: other-config"),
        ("signing: required", "signing: optional"),
        ("- name: production", "- name: production\n    landing: merge-request"),
        ("version: \"{commit}\"", "tag: \"v{version}\"\n    version: \"{commit}\""),
    ] {
        world.land_file("stageline.yaml", &world.read("stageline.yaml").replace(from, to));
        all.push(change(&planned(&world, &world.clone, PROMOTE)));
    }
    world.land_file("stageline.yaml", &world.read("stageline.yaml").replace("\nid: other-config", ""));
    all.push(change(&planned(&world, &world.clone, PROMOTE)));
    let mut apart = all.clone();
    apart.sort();
    apart.dedup();
    assert_eq!(apart.len(), all.len(), "{all:#?}");
}

#[test]
fn a_rollback_that_is_tried_again_later_is_the_same_change_though_its_hold_begins_later() {
    let world = with_id();
    world.run(PROMOTE).exits(0);
    let rollback = ["rollback", "web", "--env", "production", "-m", "wrong shoes"];
    let first = change(&planned(&world, &world.clone, &rollback));
    world.land_file("README.md", "Something else landed.\n");
    assert_eq!(change(&planned(&world, &world.clone, &rollback)), first);
    let other = ["rollback", "web", "--env", "production", "-m", "wrong shirts"];
    assert_ne!(change(&planned(&world, &world.clone, &other)), first, "the hold gives another reason");
    let bare = [&rollback[..], &["--no-hold"]].concat();
    assert_ne!(change(&planned(&world, &world.clone, &bare)), first, "it leaves no hold");
    let landed = world.json(&rollback);
    assert_eq!(change(&landed), first);
    assert_eq!(trailer(&world, "main"), first);
}

#[test]
fn a_request_is_rebuilt_where_the_rules_are_others_and_left_alone_where_they_are_not() {
    let world = with_id();
    let request = [PROMOTE, &["--landing", "merge-request"]].concat();
    let branch = "promote/production/web";
    let first = world.json(&request);
    assert_eq!(trailer(&world, branch), change(&first));
    world.land_file("README.md", "Something else landed.\n");
    assert_eq!(world.json(&request)["request"]["unchanged"], true);
    let stricter =
        world.read("stageline.yaml").replace("- name: production", "- name: production\n    landing: merge-request");
    world.land_file("stageline.yaml", &stricter);
    let second = world.json(&request);
    assert_eq!(second["request"]["unchanged"], false);
    assert_ne!(change(&second), change(&first));
    assert_eq!(trailer(&world, branch), change(&second));
    world.git(&["fetch", "-q", "origin"]);
    world.git(&["merge", "-q", "--no-ff", "-m", "Merge the promotion", &format!("origin/{branch}")]);
    world.git(&["push", "-q", "origin", "main"]);
    assert_eq!(world.json(&["show"])["change"], second["change"], "the commit that it brought in names it");
    world.git(&["commit", "-q", "--amend", "-m", "Merge\n\nPromotion-Change: abc"]);
    world.git(&["push", "-q", "--force", "origin", "main"]);
    assert_eq!(world.json(&["show"])["change"], second["change"], "what a merge claims is not what its commit says");
}

#[test]
fn the_script_beside_the_page_makes_every_vector_anew() {
    let world = World::emptied(|_| {});
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    if !world.environment.has("python3") {
        return;
    }
    let script = docs.join("change-digest.py");
    let said = world.environment.tool("python3", &docs, &["-B", &script.to_string_lossy()]);
    assert!(said.contains(" vectors are as they stand there"), "{said}");
    // It is no echo of what it reads.
    let text = std::fs::read_to_string(docs.join("change-digest.vectors.json")).expect("the vectors");
    let spoilt = world.path("spoilt.json");
    std::fs::write(&spoilt, text.replacen("shop-config", "shop-confog", 1)).expect("a file");
    let ran =
        world.environment.command("python3", &docs).arg("-B").arg(&script).arg(&spoilt).output().expect("it starts");
    assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stdout));
}
