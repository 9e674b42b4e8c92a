//! `locate`: in which environments a commit is and was, by which landing it came, and by which it went.

use serde_json::Value;

use crate::support::World;
use crate::support::world::overlay_file;

/// The row of an application in an environment.
#[track_caller]
fn row<'r>(report: &'r Value, app: &str, env: &str) -> &'r Value {
    let rows = report["rows"].as_array().expect("rows");
    rows.iter()
        .find(|row| row["application"] == app && row["environment"] == env)
        .unwrap_or_else(|| panic!("{report:#}"))
}

/// The stays of a row: with which number each began and ended.
fn stays(row: &Value) -> Vec<(String, String)> {
    let rev = |end: &Value| end["rev"].as_str().unwrap_or("-").to_owned();
    let all = row["stays"].as_array().expect("stays").iter();
    all.map(|stay| (rev(&stay["brought"]), rev(&stay["taken"]))).collect()
}

fn pair(brought: &str, taken: &str) -> (String, String) {
    (brought.into(), taken.into())
}

#[test]
fn every_time_that_a_commit_was_there_is_told_with_who_brought_it_and_who_took_it_out() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 5 * 24 * 3600);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "errors", "--no-hold"]).exits(0);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let fourth = world.commit_of("web", 4);
    let report = world.json(&["locate", &fourth]);
    let production = row(&report, "web", "production");
    assert_eq!(stays(production), [pair("r5", "-"), pair("r3", "r4")], "{production:#}");
    assert_eq!(
        (&production["contained"], &report["found"], &report["complete"]),
        (&true.into(), &true.into(), &true.into())
    );
    let past = &production["stays"][1];
    assert_eq!((&past["brought"]["verb"], &past["taken"]["verb"]), (&"promote".into(), &"rollback".into()));
    assert_eq!((&past["taken"]["by"], &past["taken"]["reason"]), (&"Mei Lin".into(), &"errors".into()));
    assert_eq!(past["until"], past["taken"]["when"]);
    // The commit before it stayed all along.
    let third = world.json(&["locate", &world.commit_of("web", 3)]);
    assert_eq!(stays(row(&third, "web", "production")), [pair("r2", "-")]);
    let text =
        world.run(&["locate", &fourth]).exits(0).says("out: r4 rollback, Mei Lin: errors").says("r5 promote, Mei Lin");
    let text = text.says("was");
    // It is one function by two names.
    let other = world.run(&["history", "--contains", &fourth]).exits(0);
    assert_eq!(text.stdout, other.stdout);
    assert_eq!(world.run(&["locate", &fourth, "-o", "name"]).exits(0).stdout, "staging\nproduction\n");
}

#[test]
fn a_commit_that_never_was_anywhere_is_told_with_where_it_would_come_from() {
    let world = World::new();
    let newest = world.commit_of("web", 5);
    let report = world.run(&["locate", &newest, "-o", "json"]).exits(1).json();
    assert_eq!((&report["found"], &report["complete"]), (&false.into(), &true.into()), "{report:#}");
    let staging = row(&report, "web", "staging");
    let next = staging["next"].as_str().expect("a command");
    assert_eq!(next, format!("stageline promote web@{newest} --to staging"));
    let production = row(&report, "web", "production");
    assert_eq!((&production["comes_from"], &production["next"]), (&"staging".into(), &Value::Null));
    world.run(&["locate", &newest]).exits(1).says("is in the default branch of").says("comes from staging");
    // What it says to type is what brings it.
    let typed: Vec<&str> = next.split(' ').skip(1).collect();
    world.run(&typed).exits(0);
    let after = world.json(&["locate", &newest]);
    assert_eq!(row(&after, "web", "production")["next"], "stageline promote web --to production");
    // With only the other environment asked for the answer is that of there.
    let there = world.run(&["locate", &newest, "web", "--env", "production", "-o", "json"]).exits(1).json();
    assert_eq!(row(&there, "web", "production")["next"], "stageline promote web --to production", "{there:#}");
    world.run(&["locate", "0123456789012345678901234567890123456789"]).exits(2);
    world.run(&["locate", "no-such-branch"]).exits(2).says("no-such-branch");
}

#[test]
fn history_that_is_cut_and_a_version_that_names_no_commit_are_no_answer() {
    let world = World::new();
    let second = world.commit_of("web", 2);
    let shallow = world.clone_as("shallow", &["--depth", "1"]);
    let ran = world.environment.stageline(&shallow, &["locate", &second, "-o", "json"]).exits(3);
    let report = ran.json();
    let production = row(&report, "web", "production");
    assert_eq!((&production["contained"], &production["cut"]), (&true.into(), &true.into()), "{report:#}");
    assert_eq!((&report["found"], &report["complete"]), (&true.into(), &false.into()));
    // One that is not there now may have been.
    let none = world.environment.stageline(&shallow, &["locate", &world.commit_of("web", 5), "-o", "json"]).exits(3);
    assert_eq!(none.json()["found"], Value::Null);
    world
        .environment
        .stageline(&shallow, &["locate", &world.commit_of("web", 5)])
        .exits(3)
        .says("not now")
        .says("shallow");

    world.edit_by_hand("web", "production", "v1-hotfix", 3 * 24 * 3600);
    world.fetch();
    let odd = world.run(&["locate", &world.commit_of("web", 3), "--env", "production", "-o", "json"]).exits(3).json();
    let production = row(&odd, "web", "production");
    assert_eq!((&production["contained"], &odd["found"]), (&Value::Null, &Value::Null), "{odd:#}");
    // What is known of the time before stays told.
    let old = world.run(&["locate", &second, "--env", "production", "-o", "json"]).exits(3).json();
    let stays = row(&old, "web", "production")["stays"].as_array().expect("stays").clone();
    assert!(stays[0]["unknown"].is_string() && stays[1]["unknown"].is_null(), "{old:#}");
    assert_eq!((&old["found"], &stays[1]["taken"]["by"]), (&true.into(), &"A. Petrov".into()));
}

#[test]
fn what_is_gone_from_an_environment_is_told_with_the_landing_that_took_it_out() {
    let world = World::new();
    world.git(&["rm", "-q", "-r", "apps/web/overlays/production"]);
    world.land("Give web up in production");
    let report = world.json(&["locate", &world.commit_of("web", 1), "web"]);
    let production = row(&report, "web", "production");
    assert_eq!((&production["contained"], stays(production)), (&false.into(), vec![pair("r1", "r2")]), "{report:#}");
    assert_eq!(production["stays"][0]["taken"]["subject"], "Give web up in production");
}

#[test]
fn sites_that_disagree_about_it_are_neither_a_yes_nor_a_no() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["clusters: [eu, us]".into()]);
    });
    // Each cluster has an overlay of its own.
    let settings = world
        .settings()
        .replace("overlays/{environment}\"", "overlays/{environment}/{cluster}\", environments: [production]");
    let text = world.read(&overlay_file("web", "production"));
    let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
    world.write("apps/web/overlays/production/eu/kustomization.yaml", &text);
    world.write("apps/web/overlays/production/us/kustomization.yaml", &text.replace(&old, &new));
    world.write("stageline.yaml", &settings);
    world.land("Two clusters");
    let report = world.run(&["locate", &new, "web", "--env", "production", "-o", "json"]).exits(3).json();
    let production = row(&report, "web", "production");
    assert_eq!(production["contained"], Value::Null, "{report:#}");
    assert!(production["note"].as_str().is_some_and(|note| note.contains("disagree")), "{report:#}");
    // What both contain is there.
    let both = world.json(&["locate", &world.commit_of("web", 1), "web", "--env", "production"]);
    assert_eq!(row(&both, "web", "production")["contained"], true, "{both:#}");
}

#[test]
fn of_a_monorepo_those_are_told_that_the_commit_concerns() {
    let world = World::shaped(|shape| shape.one_source = true);
    let source = &world.sources["web"];
    let tip = source.commits.last().expect("a commit").clone();
    let fix = source.commit("fix", &tip, "services/web/main.go", "fix: carts");
    let mut settings = world.settings();
    for app in ["checkout", "web", "worker"] {
        settings =
            settings.replace(&format!("  - name: {app}\n"), &format!("  - name: {app}\n    path: services/{app}\n"));
    }
    world.land_file("stageline.yaml", &settings);
    let apps = |args: &[&str]| {
        let report = world.run(args).exits(1).json();
        let rows = report["rows"].as_array().expect("rows").clone();
        let names = rows.iter().map(|row| row["application"].as_str().expect("a name").to_owned());
        (
            names.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" "),
            report["notes"].to_string(),
        )
    };
    let (own, notes) = apps(&["locate", &fix, "-o", "json"]);
    assert_eq!(own, "web");
    assert!(notes.contains("changes nothing of what concerns checkout, worker"), "{notes}");
    // One that is named is told all the same, with a word on that.
    let (named, notes) = apps(&["locate", &fix, "worker", "-o", "json"]);
    assert!(named == "worker" && notes.contains("nothing that concerns `worker`"), "{named}: {notes}");
    // What concerns none is a commit of all.
    let docs = source.commit("docs", &tip, "README", "docs: say more");
    assert_eq!(apps(&["locate", &docs, "-o", "json"]).0, "checkout web worker");
}

const NOBODYS: &str = "0123456789012345678901234567890123456789";

#[test]
fn a_full_id_that_a_whole_source_has_not_got_is_no_commit_of_that_application() {
    let world = World::new();
    let notes = |report: &Value| report["notes"].as_array().expect("notes").len();
    let full = world.commit_of("web", 4);
    assert_eq!(notes(&world.json(&["locate", &full])), notes(&world.json(&["locate", &full[..9]])));
    // One that is cut cannot tell, nor can one that is not there: that is one note.
    let left_out = || {
        let report = world.json(&["locate", &full]);
        let notes = report["notes"].as_array().expect("notes").iter().filter_map(Value::as_str);
        notes.filter(|note| note.contains("left out")).map(str::to_owned).collect::<Vec<_>>()
    };
    let worker = &world.sources["worker"].path;
    let away = worker.with_extension("away");
    std::fs::rename(worker, &away).expect("a folder");
    let from = format!("file://{}", away.display());
    let args = ["clone", "-q", "--bare", "--depth=1", &from, &worker.to_string_lossy()];
    world.environment.git(&world.path(""), &args);
    assert!(
        matches!(left_out().as_slice(), [note] if note.contains("`worker` is left out: cannot tell")),
        "{:?}",
        left_out()
    );
    let checkout = &world.sources["checkout"].path;
    std::fs::rename(checkout, checkout.with_extension("away")).expect("a folder");
    let told = left_out();
    assert!(matches!(told.as_slice(), [note] if note.contains("`checkout`, `worker` are left out")), "{told:?}");
}

#[test]
fn what_no_source_has_is_told_of_all_that_were_asked_by_one_exit_code() {
    let world = World::new();
    for asked in [NOBODYS, &NOBODYS[..9], "no-such-branch"] {
        assert_eq!(world.refused(2, &["locate", asked]), "no-such-revision", "{asked}");
        world.run(&["locate", asked]).exits(2).says(asked).says("all 3 sources were asked");
        // Of one application it is that one.
        assert_eq!(world.refused(2, &["locate", asked, "web"]), "no-such-revision", "{asked}");
    }
    let worker = &world.sources["worker"].path;
    std::fs::rename(worker, worker.with_extension("away")).expect("a folder");
    for asked in [NOBODYS, &NOBODYS[..9]] {
        let ran = world.run(&["locate", asked]).exits(3);
        ran.says("2 of 3 sources have not got it").says("`worker`");
    }
}

#[test]
fn a_landing_of_the_config_repository_is_told_to_be_one() {
    let world = World::new();
    let tip = world.tip();
    for asked in [tip.as_str(), &tip[..9]] {
        world.run(&["locate", asked]).exits(2).says(&format!("stageline show {asked}"));
        world.run(&["locate", asked, "web"]).exits(2).says(&format!("stageline show {asked}"));
    }
    let other = world.run(&["locate", NOBODYS]).exits(2);
    assert!(!other.stderr.contains("stageline show"), "{other}");
}
