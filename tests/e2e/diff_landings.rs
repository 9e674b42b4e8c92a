//! `diff --landings`: what landed between a good and a bad state, and the commands to go on with.

use serde_json::Value;

use crate::support::World;
use crate::support::stage::{self, run};

fn landings(report: &Value) -> Vec<String> {
    let all = report["landings"]["landings"].as_array().expect("landings").iter();
    all.map(|one| format!("{} {}", one["rev"].as_str().unwrap_or("-"), one["verb"].as_str().expect("a verb"))).collect()
}

#[track_caller]
fn differs(world: &World, args: &[&str]) -> Value {
    let mut all = vec!["diff"];
    all.extend(args);
    all.extend(["--landings", "-o", "json"]);
    let ran = world.run(&all);
    let report = ran.json();
    assert!([Some(0), Some(1)].contains(&ran.code()), "{ran}");
    report
}

/// Runs a command as a shell does.
fn typed(world: &World, command: &str) -> String {
    let out = world.environment.command("sh", &world.clone).args(["-c", command]).output().expect("a shell");
    assert!(out.status.success(), "{command}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn landings_between_are_told_newest_first_with_their_commits_and_a_bisect_that_runs() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 5 * 24 * 3600);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let report = differs(&world, &["production@7d", "production"]);
    assert_eq!(landings(&report), ["r3 promote", "r2 by hand"], "{report:#}");
    let told = &report["landings"]["landings"];
    assert_eq!((&told[0]["by"], &told[1]["by"]), (&"Mei Lin".into(), &"A. Petrov".into()));
    assert_eq!(told[0]["commits"][0]["commit"], world.commit_of("web", 4));
    assert_eq!(told[1]["commits_total"], 1);
    let web = &report["landings"]["applications"][0];
    let (good, bad) = (world.commit_of("web", 2), world.commit_of("web", 4));
    assert_eq!((&web["good"], &web["bad"]), (&good.clone().into(), &bad.clone().into()));
    let command = web["bisect"].as_str().expect("a command");
    assert!(command.contains(&format!("bisect start {bad} {good}")), "{command}");
    // No environment has previews.
    assert_eq!(report["landings"]["preview"], Value::Null);
    let source = world.sources["web"].path.display().to_string();
    let of_a_copy = command.replacen(&source, "../bisected", 1);
    let searched =
        typed(&world, &format!("git clone -q {source} ../bisected && {of_a_copy} && git -C ../bisected bisect bad"));
    assert!(searched.contains("is the first bad commit") || searched.contains("Bisecting"), "{searched}");
    world
        .run(&["diff", "production@7d", "production", "--landings"])
        .exits(1)
        .says("landings between")
        .says("to search web");
}

#[test]
fn commits_that_went_and_came_back_are_told_as_that() {
    let world = World::new();
    let before = world.tip();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "errors", "--no-hold"]).exits(0);
    let rolled_back = world.tip();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let good = format!("production@{before}");
    let report = differs(&world, &[&good, "production"]);
    assert_eq!(landings(&report), ["r4 promote", "r3 rollback", "r2 promote"], "{report:#}");
    let told = &report["landings"]["landings"];
    let counts: Vec<&Value> = told.as_array().expect("rows").iter().map(|one| &one["again"]).collect();
    assert_eq!(counts, [&Value::from(2), &Value::from(0), &Value::from(0)], "{report:#}");
    assert_eq!(told[1]["lost_total"], 2);
    // All that came has gone again: there is no difference, and nothing to search.
    let back = differs(&world, &[&good, &format!("production@{rolled_back}")]);
    assert_eq!((&back["differences"], landings(&back).len()), (&0.into(), 2), "{back:#}");
    assert_eq!(back["landings"]["applications"][0]["bisect"], Value::Null, "{back:#}");
    // The state after the rollback is bad: the search is for what mended it.
    let mended = differs(&world, &["production", &format!("production@{rolled_back}")]);
    assert_eq!(mended["landings"]["bad_came_first"], true, "{mended:#}");
    assert!(mended["notes"].to_string().contains("came before the good one"), "{mended:#}");
    let command = mended["landings"]["applications"][0]["bisect"].as_str().expect("a command");
    let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
    assert!(command.contains(&format!("--term-old=broken --term-new=fixed {new} {old}")), "{command}");
}

#[test]
fn an_application_that_came_or_went_and_other_files_are_told() {
    let world = World::new();
    let before = format!("production@{}", world.tip());
    world.write("apps/worker/overlays/production/patch.yaml", "replicas: 3\n");
    world.land("More workers");
    world.git(&["rm", "-q", "-r", "apps/web/overlays/production"]);
    world.land("Give web up in production");
    let report = differs(&world, &[&before, "production"]);
    assert_eq!(landings(&report), ["r2 by hand"], "{report:#}");
    let told = &report["landings"];
    assert!(told["landings"][0]["note"].as_str().is_some_and(|note| note.contains("gone")), "{report:#}");
    assert_eq!((&told["others"][0]["subject"], &told["others"][0]["by"]), (&"More workers".into(), &"Mei Lin".into()));
    assert_eq!(told["applications"][0]["bisect"], Value::Null);
    let born = differs(&world, &["production", &before]);
    assert_eq!(born["landings"]["applications"][0]["good"], Value::Null, "{born:#}");
}

#[test]
fn two_environments_have_no_landings_between_and_it_is_said_what_would_work() {
    let world = World::new();
    let args = ["diff", "staging", "production", "--landings"];
    assert_eq!(world.refused(2, &args), "usage");
    world.run(&args).exits(2).says("one environment").says("stageline diff production@TIME production --landings");
}

#[test]
fn where_there_are_previews_the_command_that_is_told_makes_one_of_the_bad_state() {
    let court = stage::court();
    let work = court.work("ci");
    let tip = court.world.tip();
    let ran = run(&work, &["diff", &format!("production@{tip}"), "production", "web", "--landings", "-o", "json"]);
    let report = ran.exits(0).json();
    let command = report["landings"]["preview"].as_str().expect("a command");
    assert_eq!(command, format!("stageline preview create web --from production@{tip} --slug bad-{}", &tip[..7]));
    let words: Vec<&str> = command.split(' ').skip(1).chain(["-o", "json"]).collect();
    let made = run(&work, &words).exits(0).json();
    assert_eq!(made["instances"][0]["instance"], format!("bad-{}", &tip[..7]), "{made:#}");
}
