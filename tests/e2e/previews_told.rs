//! Previews in `status`, `history` and `why`: how many there are, what became of each, and what to ask instead.

use serde_json::Value;

use crate::support::court::{Court, a_second_later};
use crate::support::stage::{self, run, topic};

/// A court with a preview that came with one commit, moved to another, got a second application and went; and one that stands.
fn lived() -> Court {
    let court = stage::court();
    let made = |of: String, slug: &str, more: &[&str]| {
        a_second_later();
        let args = ["preview", "create", &of, "--slug", slug];
        run(&court.work("ci"), &[&args[..], more].concat()).exits(0);
    };
    made(format!("web@{}", court.commit("web", 4)), "pr-12", &[]);
    made(format!("web@{}", topic(&court, "web")), "pr-12", &["-m", "again"]);
    made(format!("api@{}", topic(&court, "api")), "pr-12", &[]);
    made(format!("api@{}", topic(&court, "api")), "pr-13", &[]);
    a_second_later();
    run(&court.work("ci"), &["preview", "destroy", "pr-12"]).exits(0);
    court
}

fn rows(court: &Court, args: &[&str]) -> Vec<(String, String, String, bool)> {
    let all = run(&court.work("bob"), &[&["history"], args, &["-o", "json"]].concat()).exits(0).json();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or("-").to_string();
    let row = |row: &Value| {
        let what = format!("{} {}", text(row, "application"), text(row, "verb"));
        let to = text(row, "to").chars().take(7).collect();
        (text(row, "instance"), what, to, row["live"] == true)
    };
    all["changes"].as_array().expect("changes").iter().map(row).collect()
}

#[test]
fn the_history_of_an_environment_with_instances_tells_what_became_of_each() {
    let court = lived();
    let short = |commit: String| commit[..7].to_string();
    let (web, old, api) = (short(topic(&court, "web")), short(court.commit("web", 4)), short(topic(&court, "api")));
    let row = |slug: &str, what: &str, to: &str, live: bool| (slug.to_string(), what.to_string(), to.to_string(), live);
    let all = [
        row("pr-12", "api destroy", "-", false),
        row("pr-12", "web destroy", "-", false),
        row("pr-13", "api preview", &api, true),
        row("pr-12", "api preview", &api, false),
        row("pr-12", "web preview", &web, false),
        row("pr-12", "web preview", &old, false),
    ];
    assert_eq!(rows(&court, &["--env", "preview"]), all);
    let webs: Vec<_> = all.iter().filter(|row| row.1.starts_with("web")).cloned().collect();
    assert_eq!(rows(&court, &["web", "--env", "preview"]), webs);
    assert_eq!(rows(&court, &["--env", "preview", "--max", "2"]), all[..2]);
    assert_eq!(rows(&court, &["--verb", "destroy"]), all[..2]);
    assert_eq!(rows(&court, &["--verb", "preview", "api"]), [all[2].clone(), all[3].clone()]);
    assert_eq!(rows(&court, &["--env", "preview", "--by", "alice"]), []);
    // With others they stand in one order, and without the name nothing is told of them.
    let both = rows(&court, &["--env", "preview,staging"]);
    assert_eq!(both.iter().filter(|row| row.0 != "-").count(), all.len());
    assert!(both.len() > all.len(), "{both:?}");
    assert!(rows(&court, &[]).iter().all(|row| row.0 == "-"));
    let table = run(&court.work("bob"), &["history", "--env", "preview"]).exits(0);
    table.says("preview/pr-13").says("(by hand)".replace("(by hand)", "destroy").as_str());
    let csv = run(&court.work("bob"), &["history", "--env", "preview", "-o", "csv"]).exits(0);
    csv.says(",preview/pr-12,");
}

#[test]
fn what_ran_in_instances_at_a_time_is_told_with_what_brought_it() {
    let court = lived();
    let now = run(&court.work("bob"), &["history", "--at", "now", "--env", "preview", "-o", "json"]).exits(0).json();
    let rows = now["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 1, "{now:#}");
    assert_eq!((&rows[0]["instance"], &rows[0]["verb"]), (&"pr-13".into(), &"preview".into()));
    let before =
        run(&court.work("bob"), &["history", "--at", "1h ago", "--env", "preview", "-o", "json"]).exits(0).json();
    assert_eq!(before["rows"], Value::Array(vec![]), "{before:#}");
}

#[test]
fn what_somebody_changed_in_a_record_by_hand_is_no_verbs() {
    let court = lived();
    let record = ".stageline/previews/preview/pr-13.yaml";
    court.world.git(&["pull", "-q"]);
    let text = court.world.read(record);
    court.world.write(record, &text.replace(&topic(&court, "api"), &court.commit("api", 4)));
    court.land_ago(0, "preview of preview/pr-13: a lie");
    let first = rows(&court, &["--env", "preview"]).remove(0);
    assert_eq!((first.0.as_str(), first.1.as_str()), ("pr-13", "api by hand"));
}

#[test]
fn the_status_says_how_many_instances_there_are_and_which_where_it_is_asked() {
    let court = lived();
    let status = |args: &[&str]| run(&court.work("bob"), &[&["status"], args].concat()).exits(0);
    status(&[]).says("preview: 1 preview of at most 3\n");
    let all = status(&["-o", "json"]).json();
    assert_eq!((&all["previews"][0]["count"], &all["previews"][0]["limit"]), (&1.into(), &3.into()));
    assert_eq!(all["previews"][0]["instances"], Value::Array(vec![]), "{all:#}");
    assert_eq!(status(&["web", "-o", "json"]).json()["previews"][0]["count"], 0);
    let own = status(&["--env", "preview", "-o", "json"]).json();
    assert_eq!((&own["environments"], &own["applications"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    assert_eq!(own["previews"][0]["instances"][0]["instance"], "pr-13", "{own:#}");
    status(&["--env", "preview"]).says("preview/pr-13");
    status(&["--env", "preview", "-o", "csv"]).says("pr-13");
    status(&["--env", "staging", "--env", "preview"]).says("staging").says("preview/pr-13");
    assert!(status(&["--env", "staging", "-o", "json"]).json().get("previews").is_none());
    let others = Court::new();
    let plain = run(&others.work("bob"), &["status", "-o", "json"]).exits(0).json();
    assert!(plain.get("previews").is_none(), "{plain:#}");
}

#[test]
fn why_names_what_tells_of_an_instance_and_that_tells_it() {
    let court = lived();
    let said = run(&court.work("bob"), &["why", "web", "--to", "preview", "-o", "json"]).exits(2).json();
    let hint = said["error"]["hints"][0].as_str().expect("a hint").to_string();
    assert!(hint.contains("stageline preview create web@REV --slug NAME --env preview --dry-run"), "{said:#}");
    let of = format!("web@{}", topic(&court, "web"));
    let args = ["preview", "create", &of, "--slug", "x", "--env", "preview", "--dry-run", "-o", "json"];
    let dry = run(&court.work("bob"), &args).json();
    let waits = dry["gates"]
        .as_array()
        .expect("gates")
        .iter()
        .any(|gate| gate["gate"] == "signature" && gate["verdict"] != "pass");
    assert!(waits, "{dry:#}");
}
