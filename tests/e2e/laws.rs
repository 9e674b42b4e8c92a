//! What holds for every verb.

use std::os::unix::fs::PermissionsExt;

use crate::support::run::Ran;
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
        world.run(&args).exits(i32::from(args[0] == "diff"));
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

/// The settings under which `origin` has an address with a secret (`S3CRET`, `t0k`), in each way that git takes one.
const SECRET_ADDRESSES: &[&[(&str, &str)]] = &[
    &[("remote.origin.url", "http://mei:S3CRET@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "http://S3CRETt0k@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "http://127.0.0.1:1/deploy.git?private_token=S3CRET")],
    &[("remote.origin.url", "http://127.0.0.1:1/deploy.git?odd=S3CRET&x=a@t0k#S3CRET")],
    &[("remote.origin.url", "http://mei:S3CRET/t0k@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "http://mei:S3CRET@t0k/S3CRET@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "http://mei:S3CRET#t0k@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "http://mei:S3CRET?t0k=1@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "http://mei:S3CRET t0k@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "http://mei:S3CRET%2Ft0k%zz@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "http://mei:S3CRET't0k@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "ftp://mei:S3CRET@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "nonsense://mei:S3CRET@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "ssh://mei:S3CRET@127.0.0.1:1/deploy.git")],
    &[("remote.origin.url", "mei:S3CRET@127.0.0.1:deploy.git")],
    &[("remote.origin.url", "file://mei:S3CRET@127.0.0.1/deploy.git")],
    &[("remote.origin.url", "file:///nowhere/deploy.git?private_token=S3CRET")],
    &[("remote.origin.url", "http://127.0.0.1:1/x.git"), ("http.proxy", "http://mei:S3CRET@127.0.0.1:2")],
    &[("remote.origin.url", "http://127.0.0.1:1/x.git"), ("http.proxy", "nonsense://mei:S3CRET@127.0.0.1:2")],
    &[("remote.origin.url", "gh:x.git"), ("url.http://mei:S3CRET/t0k@127.0.0.1:1/.insteadOf", "gh:")],
    &[
        ("remote.origin.url", "http://127.0.0.1:1/x.git"),
        ("url.http://S3CRETt0k@127.0.0.1:1/.insteadOf", "http://127.0.0.1:1/"),
    ],
    &[("remote.origin.url", "http://127.0.0.1:1/x.git"), ("http.extraHeader", "PRIVATE-TOKEN: S3CRET")],
    &[
        ("remote.origin.url", "http://127.0.0.1:1/x.git"),
        ("credential.helper", "!echo password=S3CRET >&2; echo t0k-is-none; false"),
    ],
    &[("remote.origin.url", "ext::sh -c 'echo http://mei:S3CRET@x >&2' S3CRET")],
];

fn holds_no_secret(ran: &Ran) {
    assert!(!ran.stdout.is_empty() || !ran.stderr.is_empty(), "it says something\n{ran}");
    for secret in ["S3CRET", "t0k"] {
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{ran}");
    }
}

#[test]
fn no_secret_of_an_address_reaches_the_output() {
    let world = World::new();
    let mut all: Vec<Vec<&str>> = WRITING.iter().map(|args| args.to_vec()).collect();
    all.extend([
        vec!["status"],
        vec!["history"],
        vec!["show"],
        vec!["diff", "staging", "production"],
        vec!["config", "show"],
    ]);
    for args in &all {
        world.git(&["remote", "set-url", "origin", "http://mei:S3CRET/t0k@127.0.0.1:1/x.git?private_token=S3CRET"]);
        for more in [vec!["-v"], vec!["-o", "json"], vec!["-o", "yaml"], vec!["-o", "csv"], vec!["-o", "markdown"]] {
            holds_no_secret(&world.run(&[args.clone(), more].concat()));
        }
    }
    for settings in SECRET_ADDRESSES {
        let mut with = world.environment.clone();
        for (nth, (key, value)) in settings.iter().enumerate() {
            with = with.with(&format!("GIT_CONFIG_KEY_{nth}"), *key).with(&format!("GIT_CONFIG_VALUE_{nth}"), *value);
        }
        // Once by the environment, where the clone's own address is another; once in the clone's file.
        let by_variables = with.with("GIT_CONFIG_COUNT", settings.len().to_string());
        world.git(&["remote", "set-url", "origin", "http://127.0.0.1:1/other.git"]);
        let args = ["promote", "web", "--to", "production"];
        holds_no_secret(&by_variables.stageline(&world.clone, &args));
        for (key, value) in *settings {
            world.git(&["config", key, value]);
        }
        holds_no_secret(&world.run(&args));
        holds_no_secret(&world.run(&["promote", "web", "--to", "production", "-o", "json"]));
        let traced =
            world.environment.with("GIT_TRACE", "1").with("GIT_CURL_VERBOSE", "1").with("GIT_TRACE_REDACT", "0");
        holds_no_secret(&traced.stageline(&world.clone, &args));
        for (key, _) in *settings {
            world.git(&["config", "--unset", key]);
        }
    }
}

#[test]
fn no_secret_of_the_address_that_is_pushed_to_reaches_the_output() {
    let world = World::new();
    let hook = world.clone.join(".git/hooks/pre-push");
    for address in ["http://mei:S3CRET/t0k@127.0.0.1:1/x.git", "http://127.0.0.1:1/x.git?private_token=S3CRET"] {
        world.git(&["config", "remote.origin.pushurl", address]);
        for hooked in [false, true] {
            if hooked {
                let script = "#!/bin/sh\necho \"I do not push to $2 (S3CRET)\" >&2\nexit 1\n";
                std::fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
                std::fs::write(&hook, script).expect("a hook");
                std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("our own file");
            }
            holds_no_secret(&world.run(&["promote", "web", "--to", "production"]));
            holds_no_secret(&world.run(&["promote", "web", "--to", "production", "-o", "yaml"]));
        }
        std::fs::remove_file(&hook).expect("the hook");
    }
}

#[test]
fn an_address_in_the_place_of_a_name_is_not_repeated_with_its_secret() {
    let world = World::new();
    let address = "http://mei:S3CRET/t0k@127.0.0.1:1/x.git?private_token=S3CRET";
    for args in [
        vec!["status", "--remote", address],
        vec!["status", "--branch", address],
        vec!["status", "--remote", "mei:S3CRET@127.0.0.1:x"],
        vec!["promote", address, "--to", "production"],
        vec!["promote", "web", "--to", address],
        vec![address],
    ] {
        holds_no_secret(&world.run(&args));
        holds_no_secret(&world.run(&[args, vec!["-o", "json"]].concat()));
    }
    for line in ["git: { remote: 'ADDRESS' }", "git: { branch: main, 'ADDRESS': x }"] {
        let text = world.settings().replacen("git: { branch: main, remote: origin, signing: required }", line, 1);
        assert_ne!(text, world.settings(), "the line is there");
        world.write("stageline.yaml", &text.replace("ADDRESS", address));
        for format in ["table", "json", "yaml"] {
            holds_no_secret(&world.run(&["config", "check", "-o", format]));
        }
    }
    for source in [address, "https://S3CRET/t0k@h.example/x", "https://h.example/x?private_token=S3CRET"] {
        let old = world.sources["web"].path.display().to_string();
        world.write("stageline.yaml", &world.settings().replace(&old, source));
        for args in [vec!["config", "check"], vec!["config", "check", "-o", "json"]] {
            holds_no_secret(&world.run(&args).on_stderr("differs from the one on `main`").exits(2));
        }
    }
}

/// One of each kind: C0, C1, line ends, marks and overrides of direction, isolates, joiners, fillers, tags, selectors.
const STEERING: &str = "\u{1b}[2J\u{7}\u{8}\u{7f}\u{85}\u{9b}31m\r\u{ad}\u{61c}\u{180e}\u{200b}\u{200d}\u{200e}\u{2028}\u{202a}\u{202e}\
    \u{2060}\u{2064}\u{2066}\u{2069}\u{feff}\u{3164}\u{e0001}\u{e0041}\u{e007f}\u{e0101}";

fn steers(text: &str) -> bool {
    text.chars().any(|c| !c.is_ascii_graphic() && c != ' ' && c != '\n' && STEERING.contains(c))
}

#[test]
fn text_from_outside_cannot_steer_the_terminal() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let evil = format!("feat: {STEERING}drop it");
    let from = world.commit_of("web", 5);
    world.sources["web"].commit("main", &from, "x.txt", &evil);
    world.run(&["hold", "set", "web", "--env", "production", "-m", &evil]).exits(0);
    for args in [
        vec!["promote", "web", "--to", "staging", "--latest", "--dry-run"],
        vec!["promote", "web", "--to", "production"],
        vec!["diff", "staging", "production"],
        vec!["history"],
        vec!["status"],
        vec!["hold", "list"],
        vec!["config", "show"],
    ] {
        for format in ["table", "wide", "json", "yaml", "csv", "markdown", "name"] {
            let ran = world.run(&[args.clone(), vec!["-o", format]].concat());
            // What takes an address apart in Markdown is the tool's own.
            let shown = if format == "markdown" { ran.stdout.replace("@\u{200b}", "@") } else { ran.stdout.clone() };
            assert!(!steers(&shown) && !steers(&ran.stderr), "{shown:?} {:?}", ran.stderr);
            let shows = args[0] == "promote" && args[3] == "staging" && !["csv", "markdown", "name"].contains(&format);
            assert!(!shows || ran.stdout.contains("drop it"), "the subject is shown\n{ran}");
        }
    }
    let planned = world.json(&["promote", "web", "--to", "staging", "--latest", "--dry-run"]);
    assert!(planned.to_string().contains('\u{202e}'), "machines read the text as it is: {planned}");
}

#[test]
fn text_from_outside_cannot_steer_who_reads_the_commit() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let from = world.commit_of("web", 5);
    let evil = format!("feat: {STEERING}drop it\u{2028}Promoted: web production a b");
    world.sources["web"].commit("main", &from, "x.txt", &evil);
    world.run(&["promote", "web", "--to", "staging", "--latest", "-m", &evil]).exits(0);
    let message = world.environment.git(&world.remote, &["log", "-1", "--format=%B", "main"]);
    assert!(!steers(&message), "{message:?}");
    assert!(message.contains("drop it Promoted: web production a b"), "{message}");
    let trailers = world.environment.git(&world.remote, &["log", "-1", "--format=%(trailers:only,unfold)", "main"]);
    let of = |key: &str| trailers.lines().filter(|line| line.starts_with(key)).count();
    assert_eq!(
        (of("Promoted:"), of("Promotion-Reason:"), of("Argocd-reference-commit-subject:")),
        (1, 1, 1),
        "{trailers}"
    );
    let reason = trailers.lines().find_map(|line| line.strip_prefix("Promotion-Reason: ")).expect("the reason");
    world.fetch();
    assert_eq!(world.json(&["history", "web", "--env", "staging"])["changes"][0]["reason"], reason);
}
