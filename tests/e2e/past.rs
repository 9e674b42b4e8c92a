//! What landed before a rule, a name or a place of today: it is told all the same, and where that ends is said.

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::run::{Environment, Ran};

/// A config repository that is written by hand, landing by landing.
struct Repository {
    _folder: TempDir,
    environment: Environment,
    dir: PathBuf,
    landed: u32,
}

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let environment = Environment::below(folder.path());
        let dir = folder.path().join("config");
        std::fs::create_dir(&dir).expect("a folder");
        environment.git(&dir, &["init", "-q", "-b", "main"]);
        for (key, value) in [("user.name", "A"), ("user.email", "a@example.com")] {
            environment.git(&dir, &["config", key, value]);
        }
        Self { _folder: folder, environment, dir, landed: 0 }
    }

    /// Lands these files on the branch that is checked out; an empty text takes the file away. Its id.
    fn land(&mut self, files: &[(&str, &str)]) -> String {
        for (file, text) in files {
            let path = self.dir.join(file);
            if text.is_empty() {
                std::fs::remove_file(path).expect("a file of ours");
                continue;
            }
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file of ours");
        }
        self.landed += 1;
        let date = format!("{} +0000", 1_750_000_000 + self.landed * 100);
        let dated = self.environment.with("GIT_AUTHOR_DATE", date.clone()).with("GIT_COMMITTER_DATE", date);
        dated.git(&self.dir, &["add", "-A"]);
        dated.git(&self.dir, &["commit", "-q", "--allow-empty", "-m", "landed"]);
        self.environment.git(&self.dir, &["rev-parse", "HEAD"])
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.environment.stageline(&self.dir, args)
    }

    fn history(&self, app: &str) -> Value {
        self.run(&["history", app, "--env", "live", "-o", "json"]).exits(0).json()
    }

    /// The versions that landed, oldest first; `none` where there was none any more.
    fn versions(&self, app: &str) -> Vec<String> {
        let report = self.history(app);
        let rows = report["changes"].as_array().expect("changes").iter().rev();
        rows.map(|row| row["to"].as_str().unwrap_or("none").to_string()).collect()
    }
}

/// Settings of applications with these pins, in the environment `live`.
fn settings(applications: &[(&str, &str)]) -> String {
    let mut text =
        "version: 1\ngit: { signing: optional }\nenvironments: [{ name: live }]\napplications:\n".to_string();
    for (name, pins) in applications {
        text += &format!("  - {{ name: {name}, version: \"{{tag}}\", {pins} }}\n");
    }
    text
}

fn values(image: &str, version: &str) -> String {
    format!("image:\n  repository: {image}\n  tag: {version}\nsidecar: {{ tag: s1 }}\n")
}

#[test]
fn an_application_that_came_to_the_settings_later_has_its_whole_past() {
    let mut repository = Repository::new();
    let pin = |app: &str| format!("pins: [{{ file: \"{app}/{{environment}}.yaml\", path: image.tag }}]");
    let (web, api) = (pin("web"), pin("api"));
    let first =
        repository.land(&[("web/live.yaml", &values("r/web", "v1")), ("api/live.yaml", &values("r/api", "v1"))]);
    repository.land(&[("stageline.yaml", &settings(&[("web", &web)]))]);
    repository.land(&[("api/live.yaml", &values("r/api", "v2"))]);
    let third = repository.land(&[("api/live.yaml", &values("r/api", "v3"))]);
    // It lands with its application, and alone it is no change of a pin.
    repository.land(&[("stageline.yaml", &settings(&[("web", &web), ("api", &api)]))]);
    assert_eq!(repository.versions("api"), ["v1", "v2", "v3"]);
    let report = repository.history("api");
    assert_eq!((&report["complete"], &report["changes"][0]["rev"]), (&Value::from(true), &Value::from("r3")));
    assert!(
        report["notes"].to_string().contains(&format!("{} and what is older is read by today", &third[..7])),
        "{report}"
    );
    let at = repository.run(&["history", "--at", "2025-06-15T15:10:00Z", "-o", "json"]).exits(0).json();
    assert_eq!((at["rows"].as_array().map(Vec::len), &at["rows"][0]["version"]), (Some(2), &Value::from("v1")), "{at}");
    let show = repository.run(&["show", &first, "-o", "json"]).exits(0).json();
    assert_eq!(show["moves"].as_array().map(Vec::len), Some(2), "{show}");
    let diff = repository.run(&["diff", "live@r1", "live", "api", "-o", "json"]).exits(1).json();
    assert_eq!((&diff["applications"][0]["left"], &diff["applications"][0]["right"]), (&"v1".into(), &"v3".into()));
    let back = ["rollback", "api", "--env", "live", "--no-hold", "--no-push", "-y"];
    repository.run(&back).exits(0);
    assert_eq!(repository.versions("api"), ["v1", "v2", "v3", "v2"]);
    let seconds = [&back[..], &["--to", "@1750000200", "--dry-run", "-o", "json"]].concat();
    assert_eq!(repository.run(&seconds).exits(0).json()["moves"][0]["to"], "v1", "seconds since 1970");
    repository.run(&[&back[..], &["--to", "@2025-06-15T15:10:00Z"]].concat()).exits(0);
    assert_eq!(repository.versions("api").last().map(String::as_str), Some("v1"));
}

#[test]
fn a_rule_that_was_corrected_or_found_by_a_new_mark_changes_nothing() {
    let right = "pins: [{ file: \"web/{environment}.yaml\", path: image.tag }]";
    for wrong in [
        "pins: [{ file: \"web/{environment}.yaml\", path: image.tga }]",
        "pins: [{ file: \"web/{environment}.yaml\", path: sidecar.tag }]",
        "pins: [{ file: \"wbe/{environment}.yaml\", path: image.tag }]",
        "pins: [{ image: r/web, in: \"web/{environment}.yaml\" }]",
    ] {
        let mut repository = Repository::new();
        repository.land(&[("stageline.yaml", &settings(&[("web", wrong)])), ("web/live.yaml", &values("r/web", "v1"))]);
        repository.land(&[("web/live.yaml", &values("r/web", "v2"))]);
        repository.land(&[("stageline.yaml", &settings(&[("web", right)]))]);
        repository.land(&[("web/live.yaml", &values("r/web", "v3"))]);
        assert_eq!(repository.versions("web"), ["v1", "v2", "v3"], "{wrong}");
    }
    for before in [Some(right), None] {
        let mut repository = Repository::new();
        let apps: Vec<(&str, &str)> = before.map(|rule| ("web", rule)).into_iter().collect();
        let text = if apps.is_empty() {
            "version: 1\nenvironments: [{ name: live }]\napplications: []\n".into()
        } else {
            settings(&apps)
        };
        repository.land(&[("stageline.yaml", &text), ("web/live.yaml", &values("r/web", "v1"))]);
        repository.land(&[("web/live.yaml", &values("r/web", "v2"))]);
        let marked = values("r/web", "v2").replace("tag: v2", "tag: v2 # stageline: web");
        let by_mark = settings(&[("web", "pins: [{ marker: web, in: \"web/{environment}.yaml\" }]")]);
        repository.land(&[("web/live.yaml", &marked), ("stageline.yaml", &by_mark)]);
        assert_eq!(repository.versions("web"), ["v1", "v2"], "{before:?}");
    }
}

#[test]
fn what_was_renamed_is_followed_and_told() {
    let mut repository = Repository::new();
    for (image, version) in [("old/web", "v1"), ("old/web", "v2"), ("new/web", "v3"), ("new/web", "v4")] {
        repository.land(&[("web/live.yaml", &values(image, version))]);
    }
    let pin = "pins: [{ image: new/web, in: \"web/{environment}.yaml\" }]";
    repository.land(&[("stageline.yaml", &settings(&[("web", pin)]))]);
    assert_eq!(repository.versions("web"), ["v1", "v2", "v3", "v4"]);
    let report = repository.history("web");
    assert_eq!(
        (&report["complete"], &report["changes"][1]["renamed_from"]),
        (&true.into(), &"old/web".into()),
        "{report}"
    );
    repository.run(&["history", "web", "--env", "live"]).exits(0).says("renamed from");
    let status = repository.run(&["status", "web", "-o", "json"]).exits(0).json();
    assert_eq!(status["applications"][0]["cells"][0]["since"], report["changes"][0]["when"], "{status}");
}

#[test]
fn a_file_that_was_moved_is_followed_whatever_it_is_and_otherwise_the_past_is_not_whole() {
    let helm = "{ file: \"charts/web/values-{environment}.yaml\", path: image.tag }";
    let argo = "{ revision: \"https://h/shop/web\", in: \"charts/web/values-{environment}.yaml\" }";
    let application = |version: &str| {
        let source = format!("{{ repoURL: https://h/shop/web, path: deploy, targetRevision: {version} }}");
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{ name: web }}\nspec: {{ source: {source} }}\n"
        )
    };
    for (pin, is_helm) in [(helm, true), (argo, false)] {
        let text = |version: &str| if is_helm { values("r/web", version) } else { application(version) };
        // Byte by byte, and with a change beside the pin.
        for more in ["", "# moved\n"] {
            let mut repository = Repository::new();
            let (old, new) = ("web/live.yaml", "charts/web/values-live.yaml");
            repository.land(&[(old, &text("v1"))]);
            repository.land(&[(old, &text("v2"))]);
            repository.land(&[(old, ""), (new, &(text("v2") + more))]);
            repository.land(&[(new, &text("v3"))]);
            repository.land(&[("stageline.yaml", &settings(&[("web", &format!("pins: [{pin}]"))]))]);
            assert_eq!(repository.versions("web"), ["v1", "v2", "v3"], "{pin} {more}");
            let report = repository.history("web");
            assert_eq!(report["complete"], true, "{report}");
            assert!(report["notes"].to_string().contains("stood elsewhere before"), "{report}");
            let back =
                repository.run(&["rollback", "web", "--env", "live", "--to", "r1", "--no-hold", "--no-push", "-y"]);
            back.exits(0);
            assert_eq!(repository.versions("web").last().map(String::as_str), Some("v1"));
        }
    }
    let mut repository = Repository::new();
    repository.land(&[("a.yaml", &values("r/web", "v1")), ("b.yaml", &values("r/web", "v1"))]);
    let new = "charts/web/values-live.yaml";
    repository.land(&[("a.yaml", ""), ("b.yaml", ""), (new, &values("r/web", "v1"))]);
    repository.land(&[("stageline.yaml", &settings(&[("web", &format!("pins: [{helm}]"))]))]);
    let report = repository.history("web");
    assert_eq!((&report["complete"], report["changes"].as_array().map(Vec::len)), (&false.into(), Some(1)), "{report}");
    assert!(report["notes"].to_string().contains("may have been `a.yaml` or `b.yaml` before"), "{report}");
}

#[test]
fn an_environment_that_was_renamed_with_its_folders_keeps_its_past() {
    let text = |name: &str| {
        let pins = "pins: [{ file: \"web/{environment}/values.yaml\", path: image.tag }]";
        settings(&[("web", pins)]).replace("{ name: live }", &format!("{{ name: staging }}, {{ name: {name} }}"))
    };
    let at = |env: &str| format!("web/{env}/values.yaml");
    let mut repository = Repository::new();
    let [staging, old, new] = ["staging", "production", "live"].map(at);
    let first = values("r/web", "v1");
    repository.land(&[("stageline.yaml", &text("production")), (&staging, &first), (&old, &first)]);
    repository.land(&[(&old, &values("r/web", "v2"))]);
    repository.land(&[("stageline.yaml", &text("live")), (&old, ""), (&new, &values("r/web", "v2"))]);
    repository.land(&[(&new, &values("r/web", "v3"))]);
    assert_eq!(
        (repository.versions("web"), &repository.history("web")["complete"]),
        (["v1", "v2", "v3"].map(str::to_string).to_vec(), &true.into())
    );
    // Folders that are exchanged say what runs there from then on.
    repository.land(&[(&staging, &values("r/web", "v3")), (&new, &first)]);
    assert_eq!(repository.versions("web"), ["v1", "v2", "v3", "v1"]);
}

#[test]
fn a_walk_that_cannot_be_read_any_further_says_so_and_counts_nothing() {
    let list = |names: [&str; 2], version: &str| {
        format!("images:\n- {{ name: {}, newTag: {version} }}\n- {{ name: {}, newTag: x1 }}\n", names[0], names[1])
    };
    let mut repository = Repository::new();
    repository.land(&[("web/live/kustomization.yaml", &list(["one", "two"], "v1"))]);
    repository.land(&[("web/live/kustomization.yaml", &list(["web", "other"], "v1"))]);
    repository.land(&[("web/live/kustomization.yaml", &list(["web", "other"], "v2"))]);
    let by = |more: &str| settings(&[("web", &format!("pins: [{{ image: web, in: \"web/{{environment}}\"{more} }}]"))]);
    repository.land(&[("stageline.yaml", &by(""))]);
    let report = repository.history("web");
    assert_eq!((&report["complete"], &report["changes"][0]["rev"]), (&Value::from(false), &Value::Null), "{report}");
    assert!(report["notes"].to_string().contains("`one` or `two`"), "{report}");
    let ran = repository.run(&["rollback", "web", "--env", "live", "--to", "r1", "--no-push", "-o", "json"]);
    assert_eq!(ran.exits(3).refusal(), "past-unread");
    // Said by hand, it is known.
    repository.land(&[("stageline.yaml", &by(", was: [one]"))]);
    assert_eq!((&repository.history("web")["complete"], repository.versions("web").len()), (&Value::from(true), 2));
}

#[test]
fn a_file_that_could_never_be_read_ends_the_past_and_one_that_was_not_there_begins_it() {
    let pin = "pins: [{ file: \"web/{environment}.yaml\", path: image.tag }]";
    let mut repository = Repository::new();
    repository.land(&[("stageline.yaml", &settings(&[("web", pin)])), ("web/live.yaml", "image: [\n")]);
    repository.land(&[("web/live.yaml", &values("r/web", "v1"))]);
    let report = repository.history("web");
    assert_eq!(report["complete"], false, "{report}");
    assert!(report["notes"].to_string().contains("not read any further back"), "{report}");
    let mut repository = Repository::new();
    repository.land(&[("stageline.yaml", &settings(&[("web", pin)])), ("web/live.yaml", "other: 1\n")]);
    repository.land(&[("web/live.yaml", &values("r/web", "v1"))]);
    assert_eq!(repository.history("web")["complete"], true);
}

#[test]
fn a_landing_that_left_nothing_that_can_be_read_is_told_with_the_reason() {
    let pin = "pins: [{ file: \"web/{environment}.yaml\", path: image.tag }]";
    for (broken, why) in [("image: [\n", "web/live.yaml:"), ("image: {tag: latest}\n", "`latest` is a moving ref")] {
        let mut repository = Repository::new();
        let first = values("r/web", "v1");
        repository.land(&[("stageline.yaml", &settings(&[("web", pin)])), ("web/live.yaml", &first)]);
        let landing = repository.land(&[("web/live.yaml", broken)]);
        repository.land(&[("web/live.yaml", &values("r/web", "v2"))]);
        assert_eq!(repository.versions("web"), ["v1", "none", "v2"], "{broken}");
        let notes = repository.history("web")["notes"].to_string();
        let told = format!("`web` in `live`: what {} left cannot be read: ", &landing[..7]);
        assert!(notes.contains(&told) && notes.contains(why), "{notes}");
    }
    // A pin that was taken out is none that cannot be read.
    let mut repository = Repository::new();
    repository.land(&[("stageline.yaml", &settings(&[("web", pin)])), ("web/live.yaml", &values("r/web", "v1"))]);
    repository.land(&[("web/live.yaml", "other: 1\n")]);
    assert!(!repository.history("web")["notes"].to_string().contains("cannot be read"));
}

#[test]
fn an_application_that_had_another_name_is_followed_where_was_says_so_and_never_through_anothers() {
    let pin = "pins: [{ image: r/web, in: \"{application}/{environment}.yaml\" }]";
    let mut repository = Repository::new();
    repository.land(&[("stageline.yaml", &settings(&[("shop", pin)])), ("shop/live.yaml", &values("r/web", "v1"))]);
    repository.land(&[("shop/live.yaml", &values("r/web", "v2"))]);
    let by = |was: &str| settings(&[("web", &format!("{was}{pin}"))]);
    repository.land(&[("stageline.yaml", &by("")), ("shop/live.yaml", ""), ("web/live.yaml", &values("r/web", "v2"))]);
    // The file alone tells as much, as long as it was not changed on its way.
    assert_eq!(repository.versions("web"), ["v1", "v2"]);
    repository.land(&[("stageline.yaml", &by("was: [shop], "))]);
    assert_eq!(repository.versions("web"), ["v1", "v2"]);
    let other = "pins: [{ image: r/shop, in: \"other/{environment}.yaml\" }]";
    let both = settings(&[("web", &format!("was: [shop], {pin}")), ("shop", other)]);
    repository.land(&[("stageline.yaml", &both), ("other/live.yaml", &values("r/shop", "v9"))]);
    assert_eq!(repository.versions("web"), ["v2"], "`shop` is another's name today");
}

#[test]
fn ages_are_those_of_the_rules_of_today_on_every_branch() {
    let mut repository = Repository::new();
    let by = |path: &str| {
        format!(
            "version: 1\nenvironments: [{{ name: live, git: {{ branch: live }} }}]\napplications:\n  - {{ name: web, version: \"{{tag}}\", pins: [{{ file: \"web/{{environment}}.yaml\", path: {path} }}] }}\n"
        )
    };
    repository.land(&[("stageline.yaml", &by("image.tag")), ("web/live.yaml", &values("r/web", "v1"))]);
    repository.environment.git(&repository.dir, &["checkout", "-q", "-b", "live"]);
    repository.land(&[("web/live.yaml", &values("r/web", "v1").replace("s1", "v1"))]);
    repository.land(&[("web/live.yaml", &values("r/web", "v2").replace("s1", "v1"))]);
    repository.environment.git(&repository.dir, &["checkout", "-q", "main"]);
    let since = |repository: &Repository| {
        let status = repository.run(&["status", "-o", "json"]).exits(0).json();
        let cell = &status["applications"][0]["cells"][0];
        (cell["version"].clone(), cell["since"].clone(), repository.history("web")["changes"][0]["when"].clone())
    };
    let (version, age, landed) = since(&repository);
    assert_eq!((version, &age), ("v2".into(), &landed));
    // Only the main branch's file changed: what is remembered of the other branch is of other rules.
    repository.land(&[("stageline.yaml", &by("sidecar.tag"))]);
    let (version, older, landed) = since(&repository);
    assert_eq!((version, &older), ("v1".into(), &landed));
    assert_ne!(age, older);
}

#[test]
fn one_cell_that_cannot_be_read_takes_no_answer_about_others_away() {
    let field = |app: &str| format!("pins: [{{ file: \"{app}/{{environment}}.yaml\", path: tag }}]");
    let text = |before: &str| {
        let head = format!(
            "version: 1\ngit: {{ signing: optional }}\nenvironments: [{{ name: dev }}, {{ name: qa, after: [] }}, {{ name: live, after: {before} }}]\napplications:\n"
        );
        ["web", "api"]
            .iter()
            .fold(head, |text, app| format!("{text}  - {{ name: {app}, version: \"{{tag}}\", {} }}\n", field(app)))
    };
    // A moving tag, a broken file, a missing key, and one in the environment that is written.
    for (place, broken) in [
        ("web/dev.yaml", "tag: latest\n"),
        ("web/dev.yaml", "tag: [\n"),
        ("web/dev.yaml", "tga: v1\n"),
        ("web/live.yaml", "tag: latest\n"),
    ] {
        for before in ["dev", "[dev, qa]"] {
            let mut repository = Repository::new();
            repository.land(&[("stageline.yaml", &text(before))]);
            for app in ["web", "api"] {
                // What is live was in the environments before it.
                for (env, version) in [("dev", "v1"), ("qa", "v1"), ("live", "v1"), ("dev", "v2"), ("qa", "v2")] {
                    let file = format!("{app}/{env}.yaml");
                    repository.land(&[(&file, &format!("tag: {version}\n"))]);
                }
            }
            repository.land(&[(place, broken)]);
            let told = format!("{place} {broken} {before}");
            let at = repository.run(&["history", "--at", "now", "-o", "json"]).exits(0).json();
            let rows = at["rows"].as_array().expect("rows");
            assert_eq!(rows.len(), 5, "{told}: {at}");
            assert!(at["notes"].to_string().contains("`web` in"), "{told}: {at}");
            let diff = repository.run(&["diff", "dev", "live", "-o", "json"]).exits(1).json();
            assert_eq!(diff["applications"].as_array().map(Vec::len), Some(1), "{told}: {diff}");
            assert!(diff["notes"].to_string().contains("`web` is not compared"), "{told}: {diff}");
            let promote = ["promote", "--all", "--to", "live", "--allow-older", "--no-push", "-y", "-o", "json"];
            let landed = repository.run(&promote).exits(0).json();
            assert_eq!(landed["skipped"][0]["application"], "web", "{told}: {landed}");
            assert!(landed["skipped"][0]["reason"].to_string().contains("cannot be read"), "{told}: {landed}");
            assert_eq!(repository.versions("api"), ["v1", "v2"], "{told}");
            // What is named must be there.
            repository.run(&["promote", "web", "--to", "live", "--allow-older", "--no-push", "-y"]).exits(2);
            let back = ["rollback", "--all", "--env", "live", "--to", "v1", "--no-hold", "--no-push", "-y"];
            repository.run(&back).exits(0);
            assert_eq!(repository.versions("api"), ["v1", "v2", "v1"], "{told}");
        }
    }
}

#[test]
fn a_shallow_clone_without_any_change_is_no_answer() {
    let mut repository = Repository::new();
    let pin = "pins: [{ file: \"web/{environment}.yaml\", path: image.tag }]";
    repository.land(&[("stageline.yaml", &settings(&[("web", pin)])), ("web/live.yaml", &values("r/web", "v1"))]);
    repository.land(&[("web/live.yaml", &values("r/web", "v2"))]);
    repository.land(&[("NOTES", "later\n")]);
    let url = format!("file://{}", repository.dir.display());
    let clone = |depth: &str| {
        let shallow = repository.dir.with_file_name(format!("shallow-{depth}"));
        let to = shallow.to_string_lossy();
        repository.environment.git(&repository.dir, &["clone", "-q", "--depth", depth, &url, &to]);
        shallow
    };
    let one = clone("1");
    let ran = repository.environment.stageline(&one, &["history", "web"]).exits(3);
    assert!(ran.stdout.contains("no change is visible in this shallow clone"), "{ran}");
    let report = repository.environment.stageline(&one, &["history", "web", "-o", "json"]).exits(3).json();
    assert_eq!((&report["hidden"], &report["complete"]), (&true.into(), &false.into()), "{report}");
    // With one change in sight, the clone shows that nothing came since.
    let three = clone("3");
    for (args, code) in [
        (vec!["history", "web"], 0),
        (vec!["history", "web", "--since", "2025-06-16"], 0),
        (vec!["history", "web", "--until", "2025-06-14"], 3),
    ] {
        repository.environment.stageline(&three, &args).exits(code);
    }
    repository.run(&["history", "web", "--since", "2025-06-16"]).exits(0);
}

#[test]
fn what_history_tells_by_a_corrected_rule_can_be_shown_and_taken_back() {
    let mut repository = Repository::new();
    let values = |a: &str| format!("a: \"{a}\"\nb: \"5.0\"\n");
    let by =
        |path: &str| settings(&[("web", &format!("pins: [{{ file: \"web/{{environment}}.yaml\", path: {path} }}]"))]);
    repository.land(&[("web/live.yaml", &values("1.0")), ("stageline.yaml", &by("b"))]);
    repository.land(&[("web/live.yaml", &values("1.1"))]);
    repository.land(&[("stageline.yaml", &by("a"))]);
    assert_eq!(repository.versions("web"), ["1.0", "1.1"]);
    let shown = repository.run(&["show", "web:r2", "--env", "live", "-o", "json"]).exits(0).json();
    assert_eq!((&shown["moves"][0]["from"], &shown["moves"][0]["to"]), (&"1.0".into(), &"1.1".into()), "{shown}");
    let undo = repository.run(&["undo", "web:r2", "--env", "live", "--dry-run", "-o", "json"]).exits(0).json();
    assert_eq!(undo["moves"][0]["to"], "1.0", "{undo}");
}

#[test]
fn an_environment_that_came_back_from_a_branch_of_its_own_has_no_past_here_before_that() {
    let mut repository = Repository::new();
    let image = |version: &str| format!("images:\n- {{ name: web, newTag: {version} }}\n");
    let by = |more: &str| {
        format!(
            "version: 1\ngit: {{ signing: optional }}\nenvironments: [{{ name: live{more} }}]\napplications:\n- {{ name: web, pins: [{{ image: web, in: \"web/{{environment}}\" }}] }}\n"
        )
    };
    let file = "web/live/kustomization.yaml";
    repository.land(&[("stageline.yaml", &by("")), (file, &image("v1"))]);
    repository.land(&[(file, &image("v2"))]);
    repository.land(&[("stageline.yaml", &by(", git: { branch: other }"))]);
    repository.land(&[("stageline.yaml", &by("")), (file, &image("v4"))]);
    let report = repository.history("web");
    assert_eq!(report["complete"], Value::from(false), "{report}");
    assert!(report["notes"].to_string().contains("before it `live` lived on the branch `other`"), "{report}");
    let then = ["rollback", "web", "--env", "live", "--no-push", "--dry-run", "--to", "config:HEAD~1"];
    repository.run(&then).exits(3).says("`live` lived on the branch `other` then");
    assert_eq!(repository.versions("web"), ["v4"]);
    repository
        .run(&["rollback", "web", "--env", "live", "--no-push", "--dry-run"])
        .exits(3)
        .says("lived on the branch");
    repository.land(&[(file, &image("v5"))]);
    repository.run(&["rollback", "web", "--env", "live", "--no-push", "--dry-run"]).exits(0).says("v5 -> v4");
}
