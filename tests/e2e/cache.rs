//! What is remembered from one `status` to the next: a wrong, old or deleted cache changes nothing but the time.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::World;
use crate::support::world::{overlay, overlay_file};

fn folder(world: &World) -> PathBuf {
    world.clone.join(".git/stageline")
}

fn pins(world: &World) -> PathBuf {
    folder(world).join("pins.cache")
}

/// What `status` says where nothing is remembered; what was remembered is there again afterwards.
fn forgetful(world: &World, args: &[&str]) -> Value {
    let aside = world.path("aside");
    let remembered = folder(world).exists();
    if remembered {
        fs::rename(folder(world), &aside).expect("our own folder");
    }
    let said = world.json(args);
    fs::remove_dir_all(folder(world)).expect("it remembers");
    if remembered {
        fs::rename(&aside, folder(world)).expect("our own folder");
    }
    said
}

#[track_caller]
fn says_the_same(world: &World, why: &str) {
    for args in [vec!["status"], vec!["status", "web"], vec!["status", "--env", "production"]] {
        assert_eq!(world.json(&args), forgetful(world, &args), "{args:?}: {why}");
        assert_eq!(world.json(&args), forgetful(world, &args), "{args:?}, again: {why}");
    }
}

#[test]
fn a_remembered_status_is_that_of_one_who_forgot_whatever_happens() {
    for file in [true, false] {
        let world = World::shaped(|shape| shape.file = file);
        let web = overlay_file("web", "production");
        let text = world.read(&web);
        says_the_same(&world, "the beginning");
        world.edit_by_hand("web", "production", &world.commit_of("web", 3), 100);
        world.fetch();
        says_the_same(&world, "an edit by hand");
        world.land_file(&web, &format!("# why\n{}", world.read(&web)));
        says_the_same(&world, "a comment above the pin, which moves its line");
        world.land_file("apps/web/overlays/production/patch.yaml", "a: 1\n");
        says_the_same(&world, "another file beside it");
        world.land_file(&web, "images: [\n");
        says_the_same(&world, "a file that is no YAML");
        world.land_file(&web, &text);
        says_the_same(&world, "the file as it was at first");
        world.git(&["mv", &web, "apps/web/overlays/production/kustomization.yml"]);
        world.land_file("README.md", "The file has another name.\n");
        says_the_same(&world, "another name of the file");
        world.git(&["mv", "apps/web/overlays/production", "apps/web/overlays/elsewhere"]);
        std::os::unix::fs::symlink("elsewhere", world.clone.join("apps/web/overlays/production")).expect("a link");
        world.land_file("README.md", "The folder is a link.\n");
        says_the_same(&world, "a link in the place of the folder");
        world.git(&["rm", "-q", "apps/web/overlays/production"]);
        world.git(&["mv", "apps/web/overlays/elsewhere", "apps/web/overlays/production"]);
        world.git(&["rm", "-q", "-r", "apps/worker/overlays/production"]);
        world.land_file("README.md", "Worker is not in production.\n");
        says_the_same(&world, "an overlay less");
        world.git(&["reset", "-q", "--hard", "HEAD~4"]);
        world.git(&["push", "-q", "--force", "origin", "main"]);
        says_the_same(&world, "a history that was put back");
    }
}

#[test]
fn other_settings_are_not_answered_by_what_was_remembered_for_these() {
    let world = World::new();
    let settings = world.read("stageline.yaml");
    let web = overlay_file("web", "production");
    let more = "  - name: registry.example.com/shop/other\n    newTag: \"1.2.3\"\n";
    world.land_file(&web, &format!("{}{more}", world.read(&web)));
    says_the_same(&world, "two images");
    world.land_file("stageline.yaml", &settings.replacen("shop/web,", "shop/other,", 1));
    assert_eq!(world.json(&["status", "web"])["applications"][0]["cells"][1]["version"], "1.2.3");
    says_the_same(&world, "the other image");
    world.land_file("stageline.yaml", &settings);
    says_the_same(&world, "the first image again");
    world.land_file("stageline.yaml", "version: 1\nenvironments: [{ name: staging }]\napplications: []\n");
    assert_eq!(world.json(&["status"]), forgetful(&world, &["status"]));
}

#[test]
fn damage_is_the_same_as_nothing_remembered() {
    let world = World::new();
    let truth = world.json(&["status"]);
    let bytes = fs::read(pins(&world)).expect("it remembers");
    let step = bytes.len() / 24;
    for at in (0..bytes.len()).step_by(step) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x20;
        for bad in [damaged, bytes[..at].to_vec()] {
            fs::write(pins(&world), bad).expect("our own file");
            assert_eq!(world.json(&["status"]), truth, "byte {at}");
        }
    }
    assert_eq!(fs::read(pins(&world)).expect("written anew").len(), bytes.len());
    fs::remove_file(pins(&world)).expect("our own file");
    fs::create_dir(pins(&world)).expect("a folder in its place");
    assert_eq!(world.json(&["status"]), truth);
    fs::remove_dir_all(folder(&world)).expect("our own folder");
    fs::write(folder(&world), "a file in the place of the folder").expect("a file");
    assert_eq!(world.json(&["status"]), truth);
}

#[test]
fn what_another_repository_or_another_build_remembers_is_not_believed() {
    let world = World::new();
    let other = World::new();
    other.edit_by_hand("web", "production", &other.commit_of("web", 1), 50);
    other.fetch();
    let truth = world.json(&["status"]);
    assert_ne!(other.json(&["status"]), truth);
    fs::copy(pins(&other), pins(&world)).expect("a copy");
    assert_eq!(world.json(&["status"]), truth);
    let mut foreign = lie(&world, &world.commit_of("web", 2), &world.commit_of("web", 5));
    let name = b"\npins ";
    let build = foreign.windows(name.len()).position(|window| window == name).expect("the build") + name.len();
    foreign[build] = b'9';
    fs::write(pins(&world), sealed(foreign)).expect("our own file");
    assert_eq!(world.json(&["status"]), truth);
}

#[test]
fn a_folder_that_cannot_be_written_is_no_error() {
    let world = World::new();
    let truth = world.json(&["status"]);
    fs::remove_file(pins(&world)).expect("our own file");
    fs::set_permissions(folder(&world), fs::Permissions::from_mode(0o555)).expect("our own folder");
    assert_eq!(world.json(&["status"]), truth);
    fs::set_permissions(folder(&world), fs::Permissions::from_mode(0o755)).expect("our own folder");
}

/// The cache with one text in the place of another, and without its checksum.
fn lie(world: &World, from: &str, to: &str) -> Vec<u8> {
    let bytes = fs::read(pins(world)).expect("it remembers");
    let body = &bytes[..bytes.len() - 32];
    let at = body.windows(from.len()).position(|window| window == from.as_bytes()).expect("the version is in it");
    [&body[..at], to.as_bytes(), &body[at + from.len()..]].concat()
}

fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let sum = Sha256::digest(&body);
    body.extend_from_slice(&sum);
    body
}

#[test]
fn not_even_a_forged_cache_moves_a_pin() {
    let world = World::new();
    let (runs, forged) = (world.pin("web", "staging"), world.commit_of("web", 1));
    let before = world.json(&["status"]);
    fs::write(pins(&world), sealed(lie(&world, &runs, &forged))).expect("our own file");
    let shown = world.json(&["status"]);
    assert_ne!(
        shown, before,
        "whoever can write into the git folder can make `status` lie, or this test shows nothing"
    );
    let diff = world.run(&["diff", "staging", "production", "web", "-o", "json"]).exits(1);
    assert!(diff.stdout.contains(&runs) && !diff.stdout.contains(&forged), "{diff}");
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["stage"], "landed");
    assert_eq!(world.pin("web", "production"), runs);
    assert_eq!(world.pin("web", "staging"), runs);
}

#[test]
fn an_age_is_that_of_the_newest_change_in_the_history() {
    let world = World::new();
    let web = overlay_file("web", "production");
    world.edit_by_hand("web", "staging", &world.commit_of("web", 3), 3000);
    world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 2000);
    world.land_file(&web, &format!("{}# a comment\n", world.read(&web)));
    world.land_file(&overlay_file("worker", "staging"), &overlay("worker", "staging", "1.2.3"));
    world.land_file("apps/web/overlays/staging/patch.yaml", "a: 1\n");
    let settings = world.read("stageline.yaml");
    world.land_file("stageline.yaml", &format!("{settings}# a comment\n"));
    let ask = || {
        let report = world.json(&["status"]);
        for row in report["applications"].as_array().expect("rows") {
            for cell in row["cells"].as_array().expect("cells") {
                let text = |value: &Value| value.as_str().expect("text").to_owned();
                let (app, env) = (text(&row["application"]), text(&cell["environment"]));
                let history = world.json(&["history", &app, "--env", &env, "--max", "1"]);
                assert_eq!(cell["since"], history["changes"][0]["when"], "{app} {env}\n{report:#}\n{history:#}");
            }
        }
    };
    ask();
    world.git(&["mv", "apps/worker", "apps/laborer"]);
    world.land_file("stageline.yaml", &settings.replace("apps/worker/", "apps/laborer/"));
    ask();
}

#[test]
fn a_wide_table_of_a_long_history_has_ages_once_there_is_an_index() {
    let world = World::shaped(|shape| {
        shape.applications = (0..40).map(|nth| format!("app{nth:02}")).collect();
        shape.sources = false;
        shape.remote = false;
        shape.one_source = true;
    });
    let mut import = world
        .environment
        .command("git", &world.clone)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git starts");
    let mut stream = import.stdin.take().expect("a pipe");
    for nth in 0..2100 {
        let from = if nth == 0 { "from refs/heads/main^0\n" } else { "" };
        let who = format!("Mei Lin <mei@example.com> {} +0000", 1_900_000_000 + nth);
        write!(stream, "commit refs/heads/main\ncommitter {who}\ndata 0\n{from}\n").expect("a pipe");
    }
    drop(stream);
    assert!(import.wait().expect("the child is ours").success());
    let ages = |report: &Value| {
        let rows = report["applications"].as_array().expect("rows").clone();
        rows.iter()
            .flat_map(|row| row["cells"].as_array().expect("cells").clone())
            .filter(|c| c["since"].is_string())
            .count()
    };
    let wide = world.json(&["status"]);
    assert_eq!(ages(&wide), 0);
    assert!(wide["notes"][0].as_str().is_some_and(|note| note.contains("stageline history")), "{}", wide["notes"]);
    assert_eq!(ages(&world.json(&["status", "app07"])), 2);
    let wide = world.json(&["status"]);
    assert_eq!((ages(&wide), wide["notes"].as_array().map(Vec::len)), (80, Some(0)));
}
