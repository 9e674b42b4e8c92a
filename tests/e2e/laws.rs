//! What holds for every verb.

use crate::support::world::{overlay, overlay_file};
use crate::support::{World, fingerprint};

const WRITING: &[&[&str]] = &[
    &["promote", "web", "--to", "production"],
    &["promote", "--all", "--to", "production"],
    &["promote", "web", "--to", "production", "--landing", "merge-request"],
    &["rollback", "web", "--env", "production"],
    &["hold", "set", "web", "--env", "production", "-m", "audit"],
];

fn with_a_past() -> World {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 3 * 24 * 3600);
    world.git(&["pull", "-q", "--ff-only"]);
    world
}

#[test]
fn a_dry_run_writes_nothing_anywhere() {
    let world = with_a_past();
    let before = ["clone", "remote.git", "home", "tmp"].map(|part| fingerprint::of(&world.path(part)));
    for args in WRITING {
        let mut args = args.to_vec();
        args.push("--dry-run");
        let report = world.json(&args);
        assert_eq!(report["stage"], "planned", "{args:?}");
        for (part, before) in ["clone", "remote.git", "home", "tmp"].iter().zip(&before) {
            fingerprint::assert_same(before, &fingerprint::of(&world.path(part)));
        }
    }
}

#[test]
fn a_dry_run_says_what_the_real_run_then_does() {
    for args in WRITING {
        let world = with_a_past();
        let mut dry = args.to_vec();
        dry.push("--dry-run");
        let planned = world.json(&dry);
        let done = world.json(args);
        for key in ["verb", "environment", "moves", "files", "base", "branch"] {
            assert_eq!(planned[key], done[key], "{key} of {args:?}");
        }
    }
}

#[test]
fn reading_verbs_leave_the_repositories_as_they_are() {
    let world = with_a_past();
    let before = ["remote.git", "tmp", "clone/apps"].map(|part| fingerprint::of(&world.path(part)));
    let refs = world.git(&["for-each-ref"]);
    for args in [
        vec!["status"],
        vec!["history"],
        vec!["show"],
        vec!["diff", "staging", "production"],
        vec!["hold", "list"],
        vec!["config", "show"],
    ] {
        let ran = world.run(&args);
        assert!(matches!(ran.code, Some(0 | 1)), "{ran}");
        for (part, before) in ["remote.git", "tmp", "clone/apps"].iter().zip(&before) {
            fingerprint::assert_same(before, &fingerprint::of(&world.path(part)));
        }
        assert_eq!(
            world.git(&["for-each-ref", "refs/heads", "refs/tags"]),
            refs.lines().filter(|line| !line.contains("refs/remotes")).collect::<Vec<_>>().join("\n")
        );
        assert_eq!(world.git(&["status", "--porcelain"]), "");
    }
}

#[test]
fn one_promoted_pin_changes_the_bytes_of_one_scalar() {
    let (old, new) = ("1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222");
    let plain = overlay("web", "production", old);
    for text in [
        plain.clone(),
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{plain}"),
        plain.trim_end().to_owned(),
        plain.replace('"', "'"),
        plain.replace(&format!("\"{old}\""), &format!("&tag \"{old}\"")),
        format!("{plain}---\n# a second document\nkind: Other\nnewTag: \"{old}\"\n"),
        plain
            .replace(
                "  - name: registry.example.com/shop/web  # built on every merge\n    newTag:",
                "  - { name: registry.example.com/shop/web, newTag:",
            )
            .replace("   # set by stageline", " }  # flow"),
    ] {
        let world = World::shaped(|shape| {
            shape.applications = vec!["web".into()];
            shape.sources = false;
        });
        let file = overlay_file("web", "production");
        world.land_file(&file, &text);
        world.run(&["promote", "web", "--to", "production", "--version", new, "--allow-older"]).exits(0);
        let shown = world.environment.try_git(&world.remote, &["show", &format!("main:{file}")]).stdout;
        let expected = text.replacen(old, new, 1);
        assert_eq!(String::from_utf8(shown).expect("text"), expected);
        let stat = world.environment.git(&world.remote, &["show", "--numstat", "--format=", "main"]);
        assert_eq!(stat, format!("1\t1\t{file}"));
    }
}

#[test]
fn no_secret_of_an_address_reaches_the_output() {
    let world = World::new();
    world.git(&["remote", "set-url", "origin", "http://mei:s3cr3t-token@127.0.0.1:1/deploy.git"]);
    let mut all: Vec<Vec<&str>> = WRITING.iter().map(|args| args.to_vec()).collect();
    all.extend([
        vec!["status"],
        vec!["history"],
        vec!["show"],
        vec!["diff", "staging", "production"],
        vec!["config", "show"],
    ]);
    for args in all {
        for more in [vec!["-v"], vec!["-o", "json"]] {
            let ran = world.run(&[args.clone(), more].concat());
            assert!(!ran.stdout.is_empty() || !ran.stderr.is_empty(), "it says something\n{ran}");
            assert!(!ran.stdout.contains("s3cr3t") && !ran.stderr.contains("s3cr3t"), "{ran}");
        }
    }
}

#[test]
fn text_from_outside_cannot_steer_the_terminal() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let evil = "feat: \u{1b}[2J\u{9b}31m\u{202e}drop\r it";
    world.sources["web"].commit("main", &world.commit_of("web", 5), "x.txt", evil);
    for args in
        [vec!["promote", "web", "--to", "staging", "--latest", "--dry-run"], vec!["diff", "staging", "production"]]
    {
        let ran = world.run(&args);
        let both = format!("{}{}", ran.stdout, ran.stderr);
        assert!(args[0] != "promote" || both.contains("drop"), "the subject is shown\n{ran}");
        assert!(!both.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']), "{both:?}");
    }
}
