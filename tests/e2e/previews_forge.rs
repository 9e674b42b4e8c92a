//! Previews of merge requests at a real forge: named by their number, gone when the request is merged or closed.

use serde_json::{Value, json};

use crate::support::court::Work;
use crate::support::forged::Forged;
use crate::support::run::{Environment, Ran};
use crate::support::stage::{self, topic};

const SOURCE: &str = "mei/web";

/// A court with previews whose `web` is at the forge, too.
fn forged() -> Forged {
    let forged = Forged::over_https(stage::court());
    let (forge, world) = (&forged.forge, &forged.court.world);
    forge.done(&forged.mei, "POST", "/user/repos", &json!({ "name": "web", "default_branch": "main" }));
    let login = format!("{}/{SOURCE}.git", forge.url()).replacen("://", "://mei:throw-away-1@", 1);
    let source = &world.sources["web"];
    source.git(&["push", "-q", &login, "main", "latest", "topic"]);
    forge.has_taken_note(&forged.mei, SOURCE);
    let rules = world.read("stageline.yaml");
    let own = format!("source: {}\n", source.path.display());
    let address = format!("source: {}/{SOURCE}.git\n", forge.url());
    let kinds = format!("forges: {{ \"{}\": {{ kind: gitea }} }}\n", forge.host());
    let rules = rules.replace(&own, &address).replace("applications:\n", &format!("{kinds}applications:\n"));
    world.write("stageline.yaml", &rules);
    world.git(&["remote", "set-url", "origin", &forged.address()]);
    forged.court.land_ago(200, "web is at the forge");
    forged
}

fn job(forged: &Forged, work: &Work) -> Environment {
    let environment = work.environment.with("GITEA_TOKEN", &forged.mei.token);
    let environment = environment.with("SSL_CERT_FILE", forged.court.world.path("forge/ca.pem"));
    environment.with("GITEA_SERVER_URL", forged.forge.url())
}

fn run(forged: &Forged, args: &[&str]) -> Ran {
    let work = forged.work("ci");
    job(forged, &work).stageline(&work.dir, args)
}

/// Opens a request of a branch of the source.
fn opened(forged: &Forged, branch: &str) -> u64 {
    let body = json!({ "head": branch, "base": "main", "title": "try" });
    let made = forged.forge.done(&forged.mei, "POST", &format!("/repos/{SOURCE}/pulls"), &body);
    made["number"].as_u64().expect("a number")
}

fn names(forged: &Forged) -> Vec<String> {
    let report = run(forged, &["preview", "list", "-o", "json"]).exits(0).json();
    let all = report["previews"].as_array().expect("a list");
    all.iter().map(|one| one["instance"].as_str().expect("a name").to_string()).collect()
}

#[test]
fn at_a_real_forge_a_preview_is_born_with_a_request_and_dies_when_that_is_merged_or_closed() {
    let forged = forged();
    let of = format!("web@{}", topic(&forged.court, "web"));
    let number = opened(&forged, "topic").to_string();
    let page = format!("{}/{SOURCE}/pulls/{number}", forged.forge.url());
    let made = run(&forged, &["preview", "create", &of, "--request", &number, "-o", "json"]).exits(0).json();
    assert_eq!(
        (&made["instances"][0]["instance"], &made["instances"][0]["request"]),
        (&json!(format!("pr-{number}")), &json!(page))
    );
    let again = run(&forged, &["preview", "create", &of, "--request", &page, "-o", "json"]).exits(0).json();
    assert_eq!(again["stage"], "nothing-to-do", "{again:#}");
    // A page elsewhere is none of this source's.
    let elsewhere = format!("https://evil.example.com/{SOURCE}/pulls/{number}");
    let said = run(&forged, &["preview", "create", &of, "--request", &elsewhere, "-o", "json"]).exits(2).json();
    assert_eq!(said["error"]["code"], "bad-ref", "{said:#}");
    let lives = run(&forged, &["preview", "list", "--fetch", "-o", "json"]).exits(0).json();
    assert_eq!(lives["previews"][0]["lives"], "yes", "{lives:#}");
    run(&forged, &["preview", "prune"]).exits(0);
    assert_eq!(names(&forged), [format!("pr-{number}")]);
    // Without a token nobody can tell, so it stays.
    let work = forged.work("ci");
    let without = work.environment.with("SSL_CERT_FILE", forged.court.world.path("forge/ca.pem"));
    let kept = without.stageline(&work.dir, &["preview", "prune", "-o", "json"]).exits(3).json();
    assert_eq!(kept["unknown"][0]["lives"], "unknown", "{kept:#}");
    forged.forge.done(&forged.mei, "PATCH", &format!("/repos/{SOURCE}/pulls/{number}"), &json!({ "state": "closed" }));
    let tended = run(&forged, &["tend", "--only", "previews", "--dry-run", "-o", "json"]).exits(0).json();
    assert_eq!(tended["previews"][0]["reason"], "its request was closed", "{tended:#}");
    assert_eq!(names(&forged).len(), 1);
    run(&forged, &["tend", "--only", "previews"]).exits(0);
    assert!(names(&forged).is_empty());
}

#[test]
fn at_a_real_forge_the_head_of_a_request_is_what_runs_where_no_commit_is_named() {
    let forged = forged();
    let number = opened(&forged, "topic").to_string();
    let made = run(&forged, &["preview", "create", "web", "--request", &number, "-o", "json"]).exits(0).json();
    assert_eq!(made["moves"][0]["to"], topic(&forged.court, "web"), "{made:#}");
    let body: Value = json!({ "Do": "merge" });
    forged.forge.done(&forged.mei, "POST", &format!("/repos/{SOURCE}/pulls/{number}/merge"), &body);
    let said = run(&forged, &["preview", "prune", "--check", "-o", "json"]).exits(1).json();
    assert_eq!(said["due"][0]["reason"], "its request was merged", "{said:#}");
    let said = run(&forged, &["preview", "create", "web", "--request", &number, "-o", "json"]).exits(1).json();
    assert_eq!(said["error"]["code"], "request-closed", "{said:#}");
}
