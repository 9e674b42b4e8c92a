//! What stands on the remote, who else lands there, and the commands that the program prints, typed as a user would type them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use super::World;
use super::run::{Environment, Ran, finish, program};
use super::world::overlay_file;

/// The environment of somebody else of the team.
pub fn petrov(world: &World) -> Environment {
    world
        .environment
        .with("GIT_AUTHOR_NAME", "A. Petrov")
        .with("GIT_AUTHOR_EMAIL", "petrov@example.com")
        .with("GIT_COMMITTER_NAME", "A. Petrov")
        .with("GIT_COMMITTER_EMAIL", "petrov@example.com")
}

/// The id of the whole tree that a branch of the remote has: equal ids are equal bytes everywhere.
pub fn tree(world: &World, branch: &str) -> String {
    world.environment.git(world.truth(), &["rev-parse", &format!("{branch}^{{tree}}")])
}

/// The text of a landed file, or nothing where it is not there.
pub fn file(world: &World, path: &str) -> Option<String> {
    let shown = world.environment.try_git(world.truth(), &["show", &format!("main:{path}")]);
    shown.status.success().then(|| String::from_utf8(shown.stdout).expect("text"))
}

/// Every ref of the remote and of the clone with its id, to see that nothing was written.
pub fn refs(world: &World) -> String {
    let of = |folder: &Path| world.environment.git(folder, &["for-each-ref", "--format=%(refname) %(objectname)"]);
    format!("{}\n{}", of(world.truth()), of(&world.clone))
}

/// The files that differ between two commits of the remote, in order.
pub fn changed(world: &World, from: &str, to: &str) -> Vec<String> {
    let names = world.environment.git(world.truth(), &["diff", "--name-only", from, to]);
    names.lines().map(str::to_owned).collect()
}

/// The default world, but that production lives on a branch of its own, which begins where `main` is.
pub fn production_on_a_branch() -> World {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:production"]);
    world.fetch();
    world
}

/// Types a command line into a shell in the clone; `stageline` is the program that is tested.
#[must_use = "a run ends somehow: say how"]
pub fn shell(world: &World, line: &str) -> Ran {
    shell_in(world, &world.clone, line)
}

/// The same in another folder.
#[must_use = "a run ends somehow: say how"]
pub fn shell_in(world: &World, folder: &Path, line: &str) -> Ran {
    let bin = program().parent().expect("a folder").to_owned();
    let child = world
        .environment
        .with_first_on_path(&bin)
        .command("sh", folder)
        .args(["-c", line])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell starts");
    finish(child, &[line])
}

/// Runs a writing verb, which must land, and then the command that it printed, which must work too.
#[track_caller]
pub fn done_and_undone(world: &World, args: &[&str]) -> (Ran, Ran) {
    let ran = world.run(args).exits(0);
    let undone = shell(world, &printed(&ran)).exits(0);
    (ran, undone)
}

/// The command that a writing verb printed to take itself back.
#[track_caller]
pub fn printed(ran: &Ran) -> String {
    let line = ran.stdout.lines().find_map(|line| line.strip_prefix("undo:"));
    let line = line.unwrap_or_else(|| panic!("no undo is printed\n{ran}")).trim();
    assert!(line.starts_with("stageline ") || line.starts_with("git "), "{line}");
    line.to_owned()
}

/// Runs stageline on a terminal of its own, with these keys typed.
#[must_use = "a run ends somehow: say how"]
pub fn on_a_terminal(environment: &Environment, dir: &Path, line: &str, keys: &str) -> Ran {
    let bin = program().parent().expect("a folder").to_owned();
    let mut child = environment
        .with_first_on_path(&bin)
        .with("TERM", "xterm")
        .command("script", dir)
        .args(["-qec", line, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("script starts");
    child.stdin.take().expect("a pipe").write_all(keys.as_bytes()).expect("it reads");
    finish(child, &[line])
}

/// Runs a verb on a terminal of its own, with these keys typed; it must refuse with that exit code. The refusal's stable word.
#[track_caller]
pub fn refused_on_a_terminal(world: &World, code: i32, line: &str, keys: &str) -> String {
    let line = format!("{line} -o json > ../result");
    let ran = on_a_terminal(&world.environment, &world.clone, &line, keys).exits(code);
    let text = fs::read_to_string(world.path("result")).expect("its result");
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON: {error}\n{text}{ran}"));
    value["error"]["code"].as_str().unwrap_or_else(|| panic!("no error code\n{text}{ran}")).to_owned()
}

/// One key of every row of a list of JSON.
pub fn column(list: &Value, key: &str) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("a list: {list}"));
    list.iter().map(|row| row[key].as_str().unwrap_or("?").to_owned()).collect()
}

/// Somebody else commits all of these edits at once and pushes them; the id of that landing.
pub fn lands_by_petrov(world: &World, edits: &[(String, String)]) -> String {
    let clone = world.clone_as(&format!("petrov-{}", world.commits()), &[]);
    for (path, text) in edits {
        fs::create_dir_all(clone.join(path).parent().expect("a folder")).expect("a folder");
        fs::write(clone.join(path), text).expect("a file");
    }
    petrov(world).git(&clone, &["add", "-A"]);
    petrov(world).git(&clone, &["commit", "-q", "--no-gpg-sign", "-m", "Several things at once"]);
    petrov(world).git(&clone, &["push", "-q", "origin", "HEAD:main"]);
    world.tip()
}

/// The landed overlay with another version.
pub fn moved_to(world: &World, app: &str, env: &str, index: usize) -> (String, String) {
    let path = overlay_file(app, env);
    let text = file(world, &path).expect("the overlay").replace(&world.pin(app, env), &world.commit_of(app, index));
    (path, text)
}
