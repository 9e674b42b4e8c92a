//! `init` on real public config repositories: what it proposes works without an edit, and what it leaves out it names.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::support::World;

/// Real public config repositories; none where they are not at hand. Those that usually are keep their versions in what all
/// environments share: for them `init` has reasons, and proposes nothing.
fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("STAGELINE_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
    };
    if !folder.is_dir() {
        // Past the capture of the test harness: who runs the tests has to see it.
        let _ = writeln!(
            std::io::stderr(),
            "left out: init on real config repositories ({} is not there)",
            folder.display()
        );
        return None;
    }
    Some(folder)
}

/// Fails the test where a version cannot be read, or sites of one application disagree.
fn all_is_read(world: &World) {
    let status = world.json(&["status"]);
    let rows = status["applications"].as_array().expect("rows");
    assert!(!rows.is_empty(), "{status}");
    for cell in rows.iter().flat_map(|row| row["cells"].as_array().expect("cells")) {
        assert_eq!(cell["disagree"], serde_json::json!([]), "{status}");
        assert!(cell["present"] != true || cell["version"].is_string(), "nothing is read: {status}");
        assert!(cell["note"].as_str().is_none_or(|note| note.starts_with("differs from")), "{status}");
    }
}

#[test]
fn what_init_proposes_for_real_repositories_works_without_an_edit() {
    let Some(corpus) = corpus() else { return };
    let mut folders: Vec<PathBuf> = subfolders(&corpus);
    folders.extend(subfolders(&corpus.join("kustomize/examples")));
    let mut proposed = 0;
    for folder in &folders {
        let shown = folder.display();
        let world = World::emptied(|_| {});
        world.fill(folder);
        let ran = world.run(&["init", "-o", "json"]);
        let report = ran.json();
        if ran.code() == Some(1) {
            assert_eq!(report["error"]["code"], "nothing-found", "{shown}: {ran}");
            let reasons = report["error"]["details"].as_array().map_or(0, Vec::len);
            let fixed = world.environment.try_git(&world.clone, &["grep", "-q", "-E", "image: .*[a-z]:[v0-9]"]);
            assert!(reasons > 0 || !fixed.status.success(), "{shown}: fixed images, and not a word of them: {ran}");
            continue;
        }
        ran.exits(0);
        proposed += 1;
        let check = world.run(&["config", "check", "-o", "json"]).on_stderr("is not on `main` yet").exits(0);
        assert_eq!(check.json()["valid"], true, "{shown}");
        world.land_file("README.md", "With a configuration.\n");
        all_is_read(&world);
        let environments = report["environments"].as_array().expect("a list");
        if let [.., _, last] = environments.as_slice() {
            let to = last.as_str().expect("a name");
            world.run(&["promote", "--all", "--to", to, "--dry-run", "--allow-older"]).exits(0);
        }
    }
    assert!(!folders.is_empty(), "{}: no repository", corpus.display());
    let _ = writeln!(std::io::stderr(), "init proposes for {proposed} of {} real repositories", folders.len());
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut out: Vec<PathBuf> =
        entries.map(|entry| entry.expect("readable").path()).filter(|path| path.is_dir()).collect();
    out.sort();
    out
}
