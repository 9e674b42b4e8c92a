//! `show`: one landing with all that is known of it, however it came and however it is named.

use serde_json::Value;

use crate::support::World;
use crate::support::run::{Environment, Ran};
use crate::support::world::overlay_file;

/// What a list says at each of its places under one key.
fn column(list: &Value, key: &str) -> Vec<String> {
    let rows = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    rows.iter().map(|row| row[key].as_str().unwrap_or("-").to_owned()).collect()
}

/// Somebody else, who merges or edits in a clone of their own.
fn petrov(world: &World) -> Environment {
    world
        .environment
        .with("GIT_AUTHOR_NAME", "A. Petrov")
        .with("GIT_AUTHOR_EMAIL", "petrov@example.com")
        .with("GIT_COMMITTER_NAME", "A. Petrov")
        .with("GIT_COMMITTER_EMAIL", "petrov@example.com")
}

/// The screen with every moment and id of this run as a word.
fn plain(ran: &Ran, ids: &[(&str, &str)]) -> String {
    let mut screen = ran.stdout.clone();
    for (id, word) in ids {
        screen = screen.replace(&id[..7], word);
    }
    let is_time = |word: &str| word.len() == 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T';
    let line = |line: &str| {
        let words = line.split(' ').map(|word| if is_time(word) { "<time>" } else { word });
        words.collect::<Vec<_>>().join(" ") + "\n"
    };
    screen.lines().map(line).collect()
}

#[test]
fn a_promotion_is_shown_with_its_commits_its_place_its_reason_and_its_signature() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production", "-m", "pictures for the sale"]).exits(0);
    let tip = world.tip();
    let old = world.commit_of("web", 2);
    let (new, between) = (world.commit_of("web", 4), world.commit_of("web", 3));
    let ids = [(&*tip, "<tip>"), (&old, "<old>"), (&new, "<new>"), (&between, "<mid>")];
    let ran = world.run(&["show"]).exits(0);
    assert_eq!(
        plain(&ran, &ids),
        "\
landing  <tip> on main
subject  promote web to production: <old> -> <new>
verb     promote
when     <time>
by       Mei Lin
why      pictures for the sale
signed   good (mei@example.com)
gates    not recorded

web  production  <old> -> <new>  2 commits ahead, from staging
  + <new>  <time>  Mei Lin    feat: web part 4
  + <mid>  <time>  A. Petrov  feat: web part 3
  apps/web/overlays/production/kustomization.yaml:11  newTag: \"<old>…\" -> \"<new>…\"
"
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn whichever_way_a_landing_is_named_it_is_the_same_one() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let tip = world.tip();
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
    world.git(&["tag", "--no-sign", "before-lunch", &tip]);
    let prefixed = format!("config:{}", &tip[..9]);
    let names: &[&[&str]] = &[
        &[&tip],
        &[&tip[..8]],
        &["HEAD~1"],
        &["main~1"],
        &["before-lunch"],
        &["config:main~1"],
        &[&prefixed],
        &["web:r2"],
        &["web:r2", "--env", "production"],
        &[&tip, "--env", "staging"],
    ];
    for name in names {
        let report = world.json(&[&["show"], *name].concat());
        assert_eq!(report["config_commit"], Value::from(tip.clone()), "{name:?}");
        assert_eq!(column(&report["moves"], "application"), ["web"], "{name:?}");
    }
    world.run(&["show", "HEAD~1", "--env", "staging"]).exits(0).says("it changed nothing in `staging`");
    let newest = world.run(&["show", "--env", "production", "-o", "name"]).exits(0);
    assert_eq!(newest.stdout.trim(), world.tip());
}

#[test]
fn a_rollback_is_shown_with_the_hold_that_it_left_and_a_lift_with_the_one_that_it_took() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "errors", "--until", "2d"]).exits(0);
    let rolled = world.json(&["show"]);
    assert_eq!((&rolled["verb"], &rolled["reason"]), (&"rollback".into(), &"errors".into()));
    assert_eq!(rolled["moves"][0]["direction"], "backward");
    assert_eq!(column(&rolled["moves"][0]["lost"], "subject"), ["feat: web part 4", "feat: web part 3"]);
    let record = &rolled["records"][0];
    assert_eq!((&record["change"], &record["before"]), (&"added".into(), &Value::Null));
    assert_eq!(record["file"], ".stageline/holds/production/web.yaml");
    assert_eq!(record["after"]["reason"], "errors");
    assert!(record["after"]["until"].is_string() && record["after"]["by"].to_string().contains("mei@"), "{record}");
    assert_eq!(rolled["others"], Value::Array(vec![]));
    world.run(&["hold", "set", "web", "--env", "production", "-m", "still bad"]).exits(0);
    let replaced = world.json(&["show"]);
    assert_eq!((&replaced["verb"], &replaced["records"][0]["change"]), (&"hold".into(), &"modified".into()));
    assert_eq!(replaced["records"][0]["before"]["reason"], "errors");
    assert_eq!(replaced["records"][0]["after"]["reason"], "still bad");
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    let lifted = world.json(&["show", "--env", "production"]);
    assert_eq!((&lifted["verb"], &lifted["records"][0]["change"]), (&"lift".into(), &"deleted".into()));
    assert_eq!(lifted["moves"], Value::Array(vec![]));
    world.run(&["show"]).exits(0).says("lifts  web in production, until lifted: still bad (by Mei Lin <mei@");
    // The other environment's newest landing is none of these.
    assert_eq!(world.json(&["show", "--env", "staging"])["subject"], "Add the overlays");
}

#[test]
fn a_hand_edit_is_one_and_whatever_else_it_changed_is_listed() {
    let world = World::new();
    let file = overlay_file("web", "production");
    let text = world.read(&file).replace(&world.pin("web", "production"), &world.commit_of("web", 3));
    world.write(&file, &format!("{text}\nreplicas:\n  - name: web\n    count: 3\n"));
    world.write("docs/why.md", "because\n");
    world.git(&["rm", "-q", "README.md"]);
    world.land_file(&overlay_file("checkout", "production"), &{
        let own = world.read(&overlay_file("checkout", "production"));
        own.replace(&world.pin("checkout", "production"), &world.commit_of("checkout", 3))
    });
    let report = world.json(&["show"]);
    assert_eq!(report["verb"], "by hand");
    assert_eq!((&report["landing"]["signature"], &report["gates"]), (&"none".into(), &Value::Null));
    assert_eq!(column(&report["moves"], "application"), ["checkout", "web"]);
    // Checkout's file changed by its pin alone; web's got replicas too.
    assert_eq!(column(&report["others"], "path"), ["README.md", &file, "docs/why.md"]);
    assert_eq!(column(&report["others"], "change"), ["deleted", "modified", "added"]);
    world.run(&["show"]).exits(0).says(&format!("M  {file}  production  (more than the pin)\n"));
}

#[test]
fn an_edit_of_the_pins_own_line_alone_is_nothing_else() {
    let world = World::new();
    let file = overlay_file("web", "production");
    let old = format!("\"{}\"", world.pin("web", "production"));
    world.land_file(&file, &world.read(&file).replace(&old, &format!("'{}'", world.commit_of("web", 3))));
    let report = world.json(&["show"]);
    assert_eq!(column(&report["moves"], "to"), [world.commit_of("web", 3)]);
    assert_eq!(report["others"], Value::Array(vec![]), "{report}");
}

const REQUEST: &[&str] = &["promote", "web", "--to", "production", "--landing", "merge-request", "-m", "sale"];
const BRANCH: &str = "promote/production/web";

/// Somebody merges the request in the forge's manner.
fn merge(world: &World, how: &[&[&str]]) {
    let clone = world.clone_as("forge", &[]);
    for step in how {
        petrov(world).git(&clone, step);
    }
    petrov(world).git(&clone, &["push", "-q", "origin", "main"]);
    world.fetch();
}

#[test]
fn a_merge_tells_who_made_it_who_merged_it_by_which_request_and_both_signatures() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let made = world.environment.git(&world.remote, &["rev-parse", BRANCH]);
    world.edit_by_hand("checkout", "production", "meanwhile", 30);
    let subject = "Merge pull request #12 from acme/promote/production/web";
    merge(&world, &[&["merge", "-q", "--no-ff", "--no-gpg-sign", "-m", subject, &format!("origin/{BRANCH}")]]);
    let report = world.json(&["show"]);
    assert_eq!(report["subject"], subject);
    let who = ["by", "merged_by", "request", "verb", "reason"].map(|key| report[key].as_str().unwrap_or("-"));
    assert_eq!(who, ["Mei Lin", "A. Petrov", "#12", "promote", "sale"]);
    assert_eq!(report["landing"]["signature"], "none");
    assert_eq!(report["made_by"][0]["commit"], Value::from(made.clone()));
    assert_eq!(
        (&report["made_by"][0]["signature"], &report["made_by"][0]["signer"]),
        (&"good".into(), &"mei@example.com".into())
    );
    // Against its first parent: what landed meanwhile is not its own.
    assert_eq!(column(&report["moves"], "application"), ["web"]);
    assert_eq!(report["moves"][0]["made_by"], Value::from(made.clone()));
    // The commit of the request is no landing; the merge that brought it in is.
    let named = world.json(&["show", &made]);
    assert_eq!((&named["config_commit"], &named["named"]), (&report["config_commit"], &made.clone().into()));
    world.run(&["show", &made]).exits(0).says(&format!("`{}` landed by this merge", &made[..7]));
}

#[test]
fn a_squash_of_a_request_is_the_landing_and_the_commit_of_the_request_is_not() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let made = world.environment.git(&world.remote, &["rev-parse", BRANCH]);
    let message = world.environment.git(&world.remote, &["log", "-1", "--format=%B", BRANCH]);
    let (subject, body) = message.split_once('\n').expect("a body");
    let squashed = format!("{subject} (#13)\n{body}");
    let author = "Mei Lin <mei@example.com>";
    merge(
        &world,
        &[
            &["merge", "-q", "--squash", &format!("origin/{BRANCH}")],
            &["commit", "-q", "--no-gpg-sign", "--author", author, "-m", &squashed],
        ],
    );
    let report = world.json(&["show"]);
    let who = ["by", "merged_by", "request", "verb"].map(|key| report[key].as_str().unwrap_or("-"));
    assert_eq!(who, ["Mei Lin", "A. Petrov", "#13", "promote"]);
    assert_eq!(report["made_by"], Value::Array(vec![]));
    let ran = world.run(&["show", &made]).exits(2).says("has not landed").says("git log --first-parent main");
    assert!(ran.stdout.is_empty(), "{ran}");
}

#[test]
fn a_commit_that_is_nowhere_a_branch_that_is_not_ours_and_a_slip_say_what_to_type() {
    let world = World::new();
    world.git(&["checkout", "-q", "-b", "topic"]);
    world.write("x", "x\n");
    world.git(&["add", "x"]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "x"]);
    world.run(&["show", "HEAD"]).exits(2).says("`HEAD` (").says("has not landed").says("git log --first-parent main");
    assert_eq!(world.refused(2, &["show", "HEAD"]), "not-landed");
    assert_eq!(world.refused(2, &["show", "nothing-of-the-kind"]), "no-such-revision");
    world.run(&["show", "r2"]).exits(2).says("write `APP:r2`");
    world.run(&["show", "web"]).exits(2).says("`web` is an application").says("`web:r1`");
    world.run(&["show", "wbe:r2"]).exits(2).says("did you mean `web`?");
    world.run(&["show", "--env", "prod"]).exits(2).says("there is no environment `prod`");
}

#[test]
fn a_number_that_several_environments_have_needs_the_environment() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.refused(2, &["show", "web:r2"]), "which-environment");
    let ran = world.run(&["show", "web:r2"]).exits(2).says("`web` has an `r2` in 2 environments");
    let hints = ["--env staging", "--env production"].map(|hint| ran.stderr.contains(hint));
    assert_eq!(hints, [true, true], "{ran}");
    for env in ["staging", "production"] {
        let report = world.json(&["show", "web:r2", "--env", env]);
        assert_eq!(column(&report["moves"], "environment"), [env]);
    }
    // One commit laid the first pin of both: it is one landing, whichever is meant.
    assert_eq!(world.json(&["show", "web:r1"])["subject"], "Add the overlays");
    assert_eq!(world.refused(2, &["show", "web:r9"]), "no-such-change");
    world.run(&["show", "web:r9", "--env", "staging"]).exits(2).says("`web` in `staging` has 2 changes, no `r9`");
}

#[test]
fn the_first_commit_of_all_brings_everything_and_one_without_a_pin_brings_none() {
    let world = World::new();
    let first = world.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let report = world.json(&["show", &first]);
    assert_eq!(report["before"], Value::Null);
    assert_eq!(report["moves"].as_array().map(Vec::len), Some(6), "three applications in two environments");
    assert_eq!(report["moves"][0]["direction"], "first");
    assert!(column(&report["others"], "change").iter().all(|change| change == "added"), "{report}");
    world.land_file("docs/read.me", "no pin\n");
    let report = world.json(&["show", "HEAD"]);
    assert_eq!((&report["moves"], &report["verb"]), (&Value::Array(vec![]), &"by hand".into()));
    assert_eq!(column(&report["others"], "path"), ["docs/read.me"]);
    // It is no landing that anybody looks for.
    assert_eq!(world.json(&["show"])["config_commit"], Value::from(first));
    world.git(&["commit", "-q", "--no-gpg-sign", "--allow-empty", "-m", "nothing"]);
    world.git(&["push", "-q", "origin", "main"]);
    world.run(&["show", "HEAD"]).exits(0).says("nothing differs from the commit before");
}

#[test]
fn of_a_thousand_files_the_screen_lists_twenty_and_json_all() {
    let world = World::new();
    for index in 0..1000 {
        world.write(&format!("many/{index}.txt"), "x\n");
    }
    let file = overlay_file("web", "production");
    let edited = world.read(&file).replace(&world.pin("web", "production"), &world.commit_of("web", 3));
    world.land_file(&file, &edited);
    let screen =
        world.run(&["show"]).exits(0).says("also  1000 other paths\n").says("    and 980 more: `-o wide` shows them\n");
    assert!(screen.stdout.lines().count() < 45, "{screen}");
    assert_eq!(world.json(&["show"])["others"].as_array().map(Vec::len), Some(1000));
}

#[test]
fn a_shallow_clone_cannot_tell_of_its_first_commit_and_says_how_it_could() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let shallow = world.clone_as("shallow", &["--depth", "1"]);
    let show = |args: &[&str]| world.environment.stageline(&shallow, &[&["show"], args].concat());
    for args in [&["HEAD"][..], &[], &["--env", "production"], &["web:r2", "--env", "production"]] {
        let ran = show(args).exits(3).says("shallow").says("git fetch --unshallow");
        assert!(!ran.stdout.contains("first version"), "{ran}");
        assert_eq!(show(&[args, &["-o", "json"]].concat()).exits(3).refusal(), "shallow");
    }
    let deeper = world.clone_as("deeper", &["--depth", "2"]);
    let report = world.environment.stageline(&deeper, &["show", "-o", "json"]).exits(0).json();
    assert_eq!(column(&report["moves"], "application"), ["web"]);
}

#[test]
fn an_environment_on_a_branch_of_its_own_has_its_landings_there() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:production"]);
    world.git(&["fetch", "-q", "origin"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let tip = world.environment.git(&world.remote, &["rev-parse", "production"]);
    for args in [&["show", "--env", "production"][..], &["show", &tip], &["show", "web:r2"]] {
        let report = world.json(args);
        assert_eq!((&report["config_commit"], &report["branch"]), (&tip.clone().into(), &"production".into()));
        assert_eq!(column(&report["moves"], "environment"), ["production"]);
    }
    // On main nothing of production counts; before the branches parted both had it.
    let first = world.json(&["show"]);
    let environments = column(&first["moves"], "environment");
    assert!(first["branch"] == "main" && environments.iter().all(|env| env == "staging"), "{first}");
    let there = world.json(&["show", first["config_commit"].as_str().expect("an id"), "--env", "production"]);
    assert!(column(&there["moves"], "environment").iter().all(|env| env == "production"), "{there}");
}

#[test]
fn a_file_that_cannot_be_read_is_not_taken_for_a_pin_that_was_born_or_is_gone() {
    let world = World::new();
    let file = overlay_file("web", "production");
    let good = world.read(&file);
    world.land_file(&file, &format!("{good}garbage: [\n"));
    world.run(&["show", "HEAD"]).exits(0).says("one side cannot be read");
    world.land_file(&file, &good);
    world.run(&["show", "HEAD"]).exits(0).says("one side cannot be read");
}

#[test]
fn every_format_shows_a_landing() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "a, \"b\""]).exits(0);
    let csv = world.run(&["show", "-o", "csv"]).exits(0);
    let lines: Vec<&str> = csv.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{csv}");
    assert!(lines[1].starts_with("move,web,production,") && lines[2].starts_with("hold,web,production,"), "{csv}");
    assert!(lines[3].starts_with("hold,web@"), "{csv}");
    let yaml = world.run(&["show", "-o", "yaml"]).exits(0);
    assert!(yaml.stdout.contains("gates: null"), "{yaml}");
    let markdown = world.run(&["show", "-o", "markdown"]).exits(0);
    assert!(markdown.stdout.starts_with("| what | application |"), "{markdown}");
    let wide = world.run(&["show", "-o", "wide"]).exits(0);
    assert!(wide.stdout.contains(&world.tip()) && wide.stdout.contains("<mei@example.com>"), "{wide}");
}

#[test]
fn an_application_that_a_landing_took_away_is_gone_by_it() {
    let world = World::new();
    let settings = world.settings();
    let from = settings.find("  - name: web\n").expect("web");
    let to = settings.find("  - name: worker\n").expect("worker");
    world.git(&["rm", "-q", "-r", "apps/web"]);
    world.land_file("stageline.yaml", &format!("{}{}", &settings[..from], &settings[to..]));
    let report = world.json(&["show", "HEAD"]);
    assert_eq!(column(&report["moves"], "application"), ["web", "web"]);
    assert_eq!(column(&report["moves"], "to"), ["-", "-"]);
    world.run(&["show", "HEAD"]).exits(0).says(" -> none  gone");
}

#[test]
fn a_partial_clone_without_its_remote_does_not_take_what_it_lacks_for_nothing() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let partial = world.clone_as("partial", &["--filter=blob:none"]);
    let run = |args: &[&str]| world.environment.stageline(&partial, args);
    let show = || run(&["show", "HEAD"]);
    std::fs::rename(&world.remote, world.path("away.git")).expect("our own folder");
    for ran in [show(), run(&["history", "web", "--env", "production"])] {
        assert_eq!((ran.code(), ran.stdout.as_str()), (Some(3), ""), "{ran}");
    }
    std::fs::rename(world.path("away.git"), &world.remote).expect("our own folder");
    show().exits(0).says("2 commits ahead, from staging");
}
