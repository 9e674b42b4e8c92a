//! `--repo URL`: every verb without a clone, over real transports; what it costs, what it cannot do, and how it goes wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::World;
use crate::support::landed::{petrov, printed, production_on_a_branch, refs, shell_in, tree};
use crate::support::run::{Environment, Ran, finish};
use crate::support::shim::{Kill, Shim};
use crate::support::transport::{Served, Transport};
use crate::support::world::overlay_file;

/// Somebody in an empty folder who knows the address of a world's remote.
struct Away<'w> {
    world: &'w World,
    environment: Environment,
    address: String,
    dir: PathBuf,
}

impl<'w> Away<'w> {
    /// By a `file://` address, of a server that leaves out what it is asked to.
    fn from(world: &'w World) -> Self {
        world.environment.git(&world.remote, &["config", "uploadpack.allowFilter", "true"]);
        Self::by(world, world.environment.clone(), format!("file://{}", world.remote.display()))
    }

    fn by(world: &'w World, environment: Environment, address: String) -> Self {
        let dir = world.path("elsewhere");
        fs::create_dir_all(&dir).expect("a folder");
        Self { world, environment, address, dir }
    }

    fn with(&self, name: &str, value: &str) -> Self {
        Self::by(self.world, self.environment.with(name, value), self.address.clone())
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        [&["--repo", &self.address], args].concat()
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.environment.stageline(&self.dir, &self.args(args))
    }

    fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["-o", "json"]].concat()).json()
    }

    fn refused(&self, code: i32, args: &[&str]) -> String {
        self.run(&[args, &["-o", "json"]].concat()).exits(code).refusal()
    }

    /// Where what stands in for a clone is kept.
    fn kept(&self) -> PathBuf {
        let folder = Path::new(self.environment.get("XDG_CACHE_HOME")).join("stageline/configs");
        let mut all = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path());
        all.find(|path| path.is_dir()).expect("a repository")
    }

    fn forget(&self) {
        let cache = Path::new(self.environment.get("XDG_CACHE_HOME")).join("stageline");
        if cache.exists() {
            fs::remove_dir_all(cache).expect("our own folder");
        }
    }

    /// How often each of git's ways to the other side was gone by a run that ends well.
    fn ways(&self, args: &[&str]) -> Vec<String> {
        let trace = self.world.path("trace");
        if trace.exists() {
            fs::remove_file(&trace).expect("our own file");
        }
        self.with("GIT_TRACE", &trace.to_string_lossy()).run(args).exits(0);
        let text = fs::read_to_string(&trace).expect("a trace");
        let started = text.lines().filter_map(|line| line.split("built-in: git ").nth(1)?.split(' ').next());
        let ways = started.filter(|verb| ["clone", "fetch", "ls-remote", "push"].contains(verb));
        ways.map(str::to_owned).collect()
    }
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("our own file");
}

/// A hook of the user's own that runs before each push.
fn before_each_push(world: &World, text: &str) {
    script(&world.path("home/hooks/pre-push"), text);
    let hooks = world.path("home/hooks");
    world.environment.git(&world.path(""), &["config", "--global", "core.hooksPath", &hooks.to_string_lossy()]);
}

#[test]
fn a_promotion_without_a_clone_is_the_one_that_a_clone_makes_over_every_transport() {
    for transport in [Transport::Path, Transport::Git, Transport::Http, Transport::Ssh] {
        let world = World::new();
        world.environment.git(&world.remote, &["config", "uploadpack.allowFilter", "true"]);
        let other = world.copy();
        other.run(&["promote", "web", "--to", "production"]).exits(0);
        let served = Served::start(&world, transport);
        let away = Away::by(&world, served.environment().clone(), served.address().to_owned());
        if transport == Transport::Git {
            // The daemon takes no pushes.
            away.run(&["promote", "web", "--to", "production", "--dry-run"]).exits(0);
            continue;
        }
        away.run(&["promote", "web", "--to", "production"]).exits(0).says("pushed to");
        assert_eq!(tree(&world, "main"), tree(&other, "main"), "{transport}");
        world.fetch();
        world.git(&["verify-commit", "origin/main"]);
    }
}

#[test]
fn a_cold_promotion_goes_to_the_other_side_five_times_and_a_warm_one_twice() {
    let names: Vec<String> = (0..60).map(|nth| format!("app{nth:02}")).collect();
    let world = World::shaped(|shape| {
        shape.applications = names;
        shape.one_source = true;
    });
    let away = Away::from(&world);
    // For the commit, the settings, the files of the application, whose keys count, and to land.
    let cold = ["clone", "fetch", "fetch", "fetch", "push"];
    assert_eq!(away.ways(&["promote", "app07", "--to", "production"]), cold);
    let kept = away.kept();
    let shallow = fs::read_to_string(kept.join("shallow")).expect("it is shallow");
    assert_eq!(shallow.lines().count(), 1, "one commit was brought");
    let missing = away.environment.git(&kept, &["rev-list", "--objects", "--missing=print", "-1", "HEAD^0"]);
    let missing = missing.lines().filter(|line| line.starts_with('?')).count();
    assert!(missing > 100, "most blobs stayed where they are: {missing}");
    let hold = ["hold", "set", "app07", "--env", "production", "-m", "x"];
    assert_eq!(away.ways(&hold), ["ls-remote", "push"]);
}

#[test]
fn what_only_looks_says_what_it_says_in_a_clone() {
    let world = World::new();
    for args in [&["promote", "web", "--to", "production"][..], &["rollback", "web", "--env", "production"]] {
        world.run(args).exits(0);
    }
    world.fetch();
    let away = Away::from(&world);
    for args in [
        &["history"][..],
        &["history", "web", "--env", "production", "--max", "1"],
        &["history", "--at", "2099-01-01"],
        &["status"],
        &["diff", "staging", "production"],
        &["diff", "production@HEAD~1", "production"],
        &["show"],
        &["show", "web:r2", "--env", "production"],
        &["hold", "list"],
        &["config", "show"],
    ] {
        let here = world.run(&[args, &["-o", "json"]].concat()).json();
        assert_eq!(away.json(args), here, "{args:?}");
        away.forget();
        if args != ["status"] {
            assert_eq!(away.json(args), here, "{args:?}, cold");
        }
    }
    assert_eq!(away.json(&["config", "check"])["valid"], true);
    away.run(&["init"]).exits(0);
}

#[test]
fn a_table_of_what_runs_is_not_worth_a_history_and_says_that_ages_lack() {
    let world = World::new();
    let away = Away::from(&world);
    let notes = away.json(&["status"])["notes"].to_string();
    let command = format!("stageline history --repo {}", away.address);
    assert!(notes.contains(&command), "{notes}");
    assert!(away.kept().join("shallow").exists());
    shell_in(&world, &away.dir, &command).exits(0);
    assert_eq!(away.json(&["status"])["notes"], Value::Array(Vec::new()));
}

#[test]
fn a_rollback_and_its_undo_get_the_history_that_they_need() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let (good, bad) = (world.commit_of("web", 2), world.commit_of("web", 4));
    let away = Away::from(&world);
    away.run(&["rollback", "web", "--env", "production", "-m", "wrong shoes"]).exits(0);
    assert_eq!(world.pin("web", "production"), good);
    assert_eq!(away.refused(1, &["promote", "web", "--to", "production"]), "held");
    away.forget();
    away.run(&["undo", "--env", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), bad);
    assert_eq!(away.json(&["hold", "list"])["holds"], Value::Array(Vec::new()));
}

#[test]
fn a_command_that_is_printed_works_where_it_was_printed() {
    let world = World::new();
    let away = Away::from(&world);
    let before = tree(&world, "main");
    let ran = away.run(&["promote", "web", "--to", "production"]).exits(0);
    let undo = printed(&ran);
    assert!(undo.contains("--repo file://"), "{undo}");
    shell_in(&world, &away.dir, &undo).exits(0);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn nothing_that_is_printed_needs_a_clone() {
    let world = World::new();
    let away = Away::from(&world);
    away.run(&["promote", "web", "--to", "production"]).exits(0);
    let runs: &[&[&str]] = &[
        &["promote", "nothing", "--to", "production"],
        &["promote", "web", "--to", "staging", "--version", "x"],
        &["show", "HEAD~99"],
        &["show", "1234567"],
        &["undo", "0000000"],
        &["history", "--at", "2001-01-01"],
        &["rollback", "checkout", "--env", "production"],
        &["rollback", "web", "--env", "production", "--to", "r9"],
        &["promote", "web", "--to", "production", "--no-push"],
        &["init", "--write"],
        &["init", "--commit"],
        &["status", "--branch", "nothing"],
        &["config", "check", "--branch", "nothing"],
    ];
    for args in runs {
        let ran = away.run(args);
        let text = format!("{}{}", ran.stdout, ran.stderr);
        for command in ["git -C", "git pull", "git fetch", "git remote", "git push", "git switch", "git add", "git log"]
        {
            assert!(!text.contains(&format!("`{command}")), "{command}\n{ran}");
        }
    }
}

#[test]
fn what_only_a_clone_has_a_place_for_is_refused_and_nothing_is_written() {
    let world = World::new();
    let away = Away::from(&world);
    let before = refs(&world);
    for args in [
        &["promote", "web", "--to", "production", "--no-push"][..],
        &["hold", "set", "web", "--env", "production", "--no-push"],
        &["init", "--write"],
        &["init", "--commit"],
    ] {
        assert_eq!(away.refused(2, args), "needs-a-clone", "{args:?}");
    }
    for args in [&["-C", "x", "status"][..], &["status", "-C", "x"], &["status", "--remote", "origin"]] {
        assert_eq!(away.refused(2, args), "usage", "{args:?}");
    }
    assert_eq!(refs(&world), before);
    world.git(&["rm", "-q", "stageline.yaml"]);
    world.land("Forget the settings");
    assert_eq!(away.refused(2, &["init"]), "needs-a-clone");
    away.run(&["init", "--dry-run"]).exits(0).says("version: 1");
}

#[test]
fn an_address_that_is_none_or_holds_a_secret_is_refused_before_anything_is_started() {
    let world = World::new();
    for address in [
        "--upload-pack=touch owned",
        "ext::sh -c 'touch owned'",
        "ssh://-oProxyCommand=touch/owned",
        "https://mei:s3cret@git.example.com/x.git",
        "https://git.example.com/x.git?token=s3cret",
        "ghp_s3cret@git.example.com:x.git",
        "",
    ] {
        let away = Away::by(&world, world.environment.clone(), String::new());
        let ran = away.environment.stageline(&away.dir, &[&format!("--repo={address}"), "status", "-o", "json"]);
        let ran = ran.exits(2);
        assert_eq!(ran.refusal(), "bad-repo-address", "{address}");
        assert!(!ran.stdout.contains("s3cret") && !ran.stderr.contains("s3cret"), "{ran}");
        assert!(fs::read_dir(&away.dir).expect("a folder").next().is_none(), "{address}");
    }
}

#[test]
fn a_repository_that_is_not_there_is_empty_or_wants_a_key_is_told_as_such() {
    let world = World::new();
    let at = |address: &str| Away::by(&world, world.environment.clone(), address.to_owned());
    assert_eq!(at("/nowhere/config.git").refused(3, &["status"]), "unreachable");
    assert_eq!(at("https://127.0.0.1:1/x.git").refused(3, &["status"]), "unreachable");
    world.environment.git(&world.path(""), &["init", "-q", "--bare", "empty.git"]);
    let empty = at("../empty.git");
    for _ in 0..2 {
        assert_eq!(empty.refused(2, &["status"]), "no-branch");
        empty.run(&["promote", "web", "--to", "production"]).exits(2).says("is empty");
    }
    let ssh = world.path("home/ssh");
    script(&ssh, "echo 'git@github.com: Permission denied (publickey).' >&2; exit 255");
    let locked = at("git@github.com:shop/config.git").with("GIT_SSH_COMMAND", &ssh.to_string_lossy());
    assert_eq!(locked.refused(4, &["status"]), "authentication");
    locked.run(&["status"]).exits(4).says("`git ls-remote git@github.com:shop/config.git`");
}

#[test]
fn the_default_branch_and_what_was_moved_by_force_are_as_the_remote_has_them_now() {
    let world = World::new();
    let away = Away::from(&world);
    away.run(&["promote", "web", "--to", "production"]).exits(0);
    // Somebody takes the landing back by force.
    world.environment.git(&world.remote, &["update-ref", "refs/heads/main", "main~1"]);
    let before = world.pin("web", "production");
    assert_eq!(away.json(&["status", "web", "--env", "production"])["applications"][0]["cells"][0]["version"], before);
    away.run(&["promote", "web", "--to", "production"]).exits(0);
    let settings = world.environment.git(&world.remote, &["show", "main:stageline.yaml"]);
    world.land_file("stageline.yaml", &settings.replace("branch: main, ", ""));
    world.environment.git(&world.remote, &["branch", "-m", "main", "trunk"]);
    world.environment.git(&world.remote, &["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    away.run(&["hold", "set", "web", "--env", "production", "-m", "x"]).exits(0).says("on trunk");
}

#[test]
fn an_environment_on_a_branch_of_its_own_is_read_and_written_there() {
    let world = production_on_a_branch();
    let away = Away::from(&world);
    for nth in [2, 3] {
        let version = world.commit_of("web", nth);
        away.run(&["promote", "web", "--to", "production", "--commit", &version, "--allow-older"]).exits(0);
        assert_eq!(world.pin_at("production", "web", "production"), version);
        away.run(&["status"]).exits(0);
    }
}

#[test]
fn a_merge_request_has_its_branch_pushed_and_a_rerun_finds_it() {
    let world = World::new();
    let away = Away::from(&world);
    let args = ["promote", "web", "--to", "production", "--landing", "merge-request"];
    let report = away.json(&args);
    assert_eq!(report["stage"], "proposed", "{report}");
    let branch = "refs/heads/promote/production/web";
    let pushed = world.environment.git(&world.remote, &["rev-parse", branch]);
    for nth in 0..2 {
        away.run(&args).exits(0).says("nothing changed");
        assert_eq!(world.environment.git(&world.remote, &["rev-parse", branch]), pushed);
        // Somebody lands something else meanwhile, and the cache is lost.
        world.land_file("notes.txt", &format!("{nth}"));
        away.forget();
    }
}

#[test]
fn a_lost_race_is_rebuilt_on_the_new_tip() {
    let world = World::new();
    let away = Away::from(&world);
    let clone = world.clone_as("petrov", &[]);
    let file = clone.join(overlay_file("checkout", "production"));
    let text = fs::read_to_string(&file).expect("the overlay");
    fs::write(&file, text.replace(&world.pin("checkout", "production"), "somebody-elses")).expect("the overlay");
    petrov(&world).git(&clone, &["commit", "-q", "-a", "--no-gpg-sign", "-m", "By hand, and first"]);
    let text = format!(
        "unset $(git rev-parse --local-env-vars)\ncd '{0}' || exit 1\n[ -e ../overtaken ] && exit 0\n: > ../overtaken\n\
         exec git push -q origin HEAD:main",
        clone.display()
    );
    before_each_push(&world, &text);
    let count = world.commits();
    away.run(&["promote", "web", "--to", "production"]).exits(0);
    assert!(world.path("overtaken").exists());
    assert_eq!(world.commits(), count + 2);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert_eq!(world.pin("checkout", "production"), "somebody-elses");
    assert!(away.kept().join("shallow").exists(), "what landed meanwhile was enough");
}

#[test]
fn jobs_that_begin_at_once_with_no_cache_all_land() {
    let names: Vec<String> = (0..5).map(|nth| format!("app{nth}")).collect();
    let world = World::shaped(|shape| shape.applications = names.clone());
    let away = Away::from(&world);
    let count = world.commits();
    let started: Vec<_> = names
        .iter()
        .map(|name| away.environment.start_stageline(&away.dir, &away.args(&["promote", name, "--to", "production"])))
        .collect();
    for child in started {
        finish(child, &["promote"]).exits(0);
    }
    assert_eq!(world.commits(), count + 5);
    away.environment.git(&away.kept(), &["rev-list", "--objects", "--missing=allow-promisor", "--quiet", "--all"]);
}

#[test]
fn after_a_run_that_was_killed_anywhere_the_next_one_works() {
    let world = World::new();
    let away = Away::from(&world);
    let shim = Shim::place(&away.environment, &world.path("shim"), Kill::Never);
    let counted = Away::by(&world, shim.environment().clone(), away.address.clone());
    counted.run(&["promote", "checkout", "--to", "production"]).exits(0);
    let starts = shim.starts().len();
    assert!(starts > 8, "{starts}");
    for nth in (1..=starts).step_by(2) {
        away.forget();
        let shim = Shim::place(&away.environment, &world.path(&format!("shim-{nth}")), Kill::After(nth));
        let killed = Away::by(&world, shim.environment().clone(), away.address.clone());
        drop(killed.run(&["hold", "set", "web", "--env", "production", "-m", &format!("{nth}")]));
        shim.settle();
        away.run(&["hold", "set", "web", "--env", "production", "-m", &format!("{nth} again")]).exits(0);
        let holds = away.json(&["hold", "list"])["holds"].to_string();
        assert!(holds.contains(&format!("{nth} again")), "{holds}");
    }
}

#[test]
fn a_cache_that_is_deleted_while_a_run_goes_on_costs_that_run_alone() {
    let world = World::new();
    let away = Away::from(&world);
    away.run(&["status"]).exits(0);
    before_each_push(&world, &format!("rm -rf '{}'", away.kept().display()));
    let count = world.commits();
    let ran = away.run(&["promote", "web", "--to", "production"]);
    assert_ne!(ran.code(), Some(0), "{ran}");
    assert_eq!(world.commits(), count, "{ran}");
    fs::remove_file(world.path("home/hooks/pre-push")).expect("our own file");
    away.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.commits(), count + 1);
}

#[test]
fn a_source_beside_a_clone_is_nowhere_and_what_hangs_on_it_cannot_be_told() {
    let world = World::new();
    let settings = world.settings();
    let path = world.sources["web"].path.display().to_string();
    world.land_file("stageline.yaml", &settings.replace(&path, "../sources/web"));
    let away = Away::from(&world);
    // Where the user happens to be says nothing of it.
    let ran = away.run(&["promote", "web", "--to", "production", "--latest"]).exits(3);
    ran.says("beside a clone");
}

#[test]
fn variables_that_point_at_another_repository_change_nothing() {
    let world = World::new();
    let away = Away::from(&world);
    let clone = world.clone.join(".git");
    let pointed = away.with("GIT_DIR", &clone.to_string_lossy()).with("GIT_WORK_TREE", &world.clone.to_string_lossy());
    let before = world.environment.git(&world.clone, &["for-each-ref"]);
    pointed.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert_eq!(world.environment.git(&world.clone, &["for-each-ref"]), before);
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}

#[test]
fn names_complete_from_what_an_earlier_run_has_left_and_nobody_is_asked() {
    let world = World::new();
    let away = Away::from(&world);
    let complete = || {
        let words = ["--", "stageline", "--repo", &away.address, "promote", "we"];
        away.with("STAGELINE_COMPLETE", "fish").environment.stageline(&away.dir, &words)
    };
    assert!(!complete().stdout.contains("web"));
    away.run(&["status"]).exits(0);
    fs::rename(&world.remote, world.path("gone.git")).expect("our own folder");
    assert!(complete().stdout.contains("web"), "{}", complete());
}
