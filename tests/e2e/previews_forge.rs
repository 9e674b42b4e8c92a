//! Previews of merge requests at a real forge: named by their number, gone when the request is merged or closed.

use serde_json::{Value, json};

use crate::support::court::{Work, a_second_later};
use crate::support::forged::{Forged, SOURCE};
use crate::support::gitea::Account;
use crate::support::run::{Environment, Ran};
use crate::support::stage::{self, topic};

/// A court with previews whose `web` is at the forge, too.
fn forged() -> Forged {
    ruled(|_| {})
}

/// The same by other rules.
fn ruled(change: impl FnOnce(&mut String)) -> Forged {
    Forged::with_source(stage::ruled(change), &["main", "latest", "topic"])
}

fn job(forged: &Forged, work: &Work) -> Environment {
    forged.job(work, &forged.mei.token)
}

fn run(forged: &Forged, args: &[&str]) -> Ran {
    run_as(forged, "ci", args)
}

/// The same with somebody's key.
fn run_as(forged: &Forged, name: &str, args: &[&str]) -> Ran {
    let work = forged.work(name);
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

/// Rules by which forks get previews once alice, who owns web, approves; `lets`: whether they do.
fn of_forks(lets: &str) -> Forged {
    ruled(|rules| {
        *rules = rules
            .replace("      limit: 3\n", &format!("      limit: 3\n      forks: {lets}\n"))
            .replace(
                "alice: { principals: [alice@example.com] }",
                "alice: { principals: [alice@example.com], forge: alice }",
            )
            .replace("  - name: web\n", "  - name: web\n    owners: alice\n");
    })
}

/// A fork of the source in the hands of eve, with a commit of her own that is asked for; the fork's clone, her account, the number.
struct Fork {
    dir: std::path::PathBuf,
    eve: Account,
    number: u64,
}

impl Fork {
    fn new(forged: &Forged) -> Self {
        let (forge, world) = (&forged.forge, &forged.court.world);
        let eve = forge.account("eve");
        forge.done(&eve, "POST", &format!("/repos/{SOURCE}/forks"), &json!({}));
        let dir = world.path("fork");
        let address = format!("{}/eve/web.git", forge.url()).replacen("://", "://eve:throw-away-1@", 1);
        forge.has_taken_note(&eve, "eve/web");
        world.environment.git(&world.path(""), &["clone", "-q", &address, &dir.to_string_lossy()]);
        let mut fork = Self { dir, eve, number: 0 };
        fork.commit(forged, "one");
        let body = json!({ "head": "eve:work", "base": "main", "title": "from a fork" });
        let made = forge.done(&fork.eve, "POST", &format!("/repos/{SOURCE}/pulls"), &body);
        fork.number = made["number"].as_u64().expect("a number");
        fork
    }

    /// Commits something, and pushes it to the branch that is asked for.
    fn commit(&self, forged: &Forged, what: &str) -> String {
        std::fs::write(self.dir.join("eve.txt"), what).expect("a file");
        let environment = forged.court.environment("eve");
        environment.git(&self.dir, &["add", "-A"]);
        environment.git(&self.dir, &["commit", "-q", "--no-gpg-sign", "-m", what]);
        environment.git(&self.dir, &["push", "-q", "-f", "origin", "HEAD:work"]);
        environment.git(&self.dir, &["rev-parse", "HEAD"])
    }

    fn create(&self, forged: &Forged, of: &str) -> Ran {
        run(forged, &["preview", "create", of, "--request", &self.number.to_string(), "-o", "json"])
    }

    /// What somebody says of a commit of it.
    fn approve(&self, forged: &Forged, name: &str, commit: &str, more: &[&str]) -> Ran {
        let (of, number) = (format!("web@{commit}"), self.number.to_string());
        run_as(forged, name, &[&["approve", &of, "--request", &number, "-o", "json"], more].concat())
    }

    /// Waits until the forge tells that its request is at a commit.
    fn is_at(&self, forged: &Forged, commit: &str) {
        let path = format!("/repos/{SOURCE}/pulls/{}", self.number);
        let begun = std::time::Instant::now();
        while forged.forge.done(&forged.mei, "GET", &path, &Value::Null)["head"]["sha"] != commit {
            assert!(begun.elapsed().as_secs() < 20, "the request stays where it was");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}

/// The code of what stands in the way.
fn stopped(report: &Value) -> &Value {
    &report["error"]["code"]
}

#[test]
fn at_a_real_forge_a_fork_gets_a_preview_of_the_very_head_that_an_owner_approved() {
    let forged = of_forks("approved");
    let fork = Fork::new(&forged);
    let head = fork.commit(&forged, "two");
    fork.is_at(&forged, &head);
    let waits = fork.create(&forged, "web").exits(3).json();
    assert_eq!(*stopped(&waits), "fork-not-approved", "{waits:#}");
    assert!(names(&forged).is_empty());
    // The key of the job, and that of whoever made the commit, are not the owner's.
    let said = fork.approve(&forged, "ci", &head, &[]).exits(0).json();
    assert_eq!(said["statement"]["counts"], false, "{said:#}");
    fork.create(&forged, "web").exits(3);
    // What is approved is a commit that the request is at.
    fork.approve(&forged, "alice", "main", &[]).exits(2);
    let old = fork.approve(&forged, "alice", &forged.court.commit("web", 7), &[]).exits(1).json();
    assert_eq!(old["error"]["code"], "file-changed", "{old:#}");
    let said = fork.approve(&forged, "alice", &head[..12], &[]).exits(0).json();
    assert_eq!(said["statement"]["counts_for"], json!(["preview"]), "{said:#}");
    let made = fork.create(&forged, "web").exits(0).json();
    assert_eq!((&made["stage"], &made["moves"][0]["to"]), (&json!("landed"), &json!(head)), "{made:#}");
    let work = forged.work("ci");
    let before = work.environment.git(&work.dir, &["rev-parse", "HEAD~1"]);
    let verify = || job(&forged, &work).stageline(&work.dir, &["verify", &format!("{before}..HEAD"), "-o", "json"]);
    verify().exits(0);
    a_second_later();
    fork.approve(&forged, "alice", &head, &["--withdraw"]).exits(0);
    let refused = verify().exits(1).json();
    assert!(refused.to_string().contains("said no"), "{refused:#}");
    // On no branch of the source, and still not over.
    run(&forged, &["preview", "prune"]).exits(0);
    assert_eq!(names(&forged).len(), 1);
    // The approval was of that head and of no other, and what was approved once is not what is asked for now.
    let next = fork.commit(&forged, "three");
    fork.is_at(&forged, &next);
    let waits = fork.create(&forged, "web").exits(3).json();
    assert_eq!(*stopped(&waits), "fork-not-approved", "{waits:#}");
    run(&forged, &["preview", "destroy", &format!("pr-{}", fork.number)]).exits(0);
    let late = fork.create(&forged, &format!("web@{head}")).exits(1).json();
    assert_eq!(*stopped(&late), "not-in-baseline", "{late:#}");
}

#[test]
fn at_a_real_forge_an_owners_review_of_a_forks_head_counts_and_a_later_no_outdoes_it() {
    let forged = of_forks("approved");
    let fork = Fork::new(&forged);
    let head = forged.court.world.environment.git(&fork.dir, &["rev-parse", "HEAD"]);
    let path = format!("/repos/{SOURCE}/pulls/{}/reviews", fork.number);
    let review = json!({ "event": "APPROVED", "body": "fine", "commit_id": head });
    // Somebody who is not the owner.
    forged.forge.done(&forged.mei, "POST", &path, &review);
    fork.create(&forged, "web").exits(3);
    let alice = forged.forge.account("alice");
    let rights = json!({ "permission": "write" });
    forged.forge.done(&forged.mei, "PUT", &format!("/repos/{SOURCE}/collaborators/alice"), &rights);
    forged.forge.done(&alice, "POST", &path, &review);
    fork.create(&forged, "web").exits(0);
    run(&forged, &["preview", "destroy", &format!("pr-{}", fork.number)]).exits(0);
    fork.approve(&forged, "alice", &head, &["--withdraw"]).exits(0);
    let no = fork.create(&forged, "web").exits(1).json();
    assert_eq!(*stopped(&no), "fork-not-approved", "{no:#}");
}

#[test]
fn at_a_real_forge_a_fork_gets_no_preview_where_the_rules_let_none_whoever_approves() {
    let forged = of_forks("none");
    let fork = Fork::new(&forged);
    let head = forged.court.world.environment.git(&fork.dir, &["rev-parse", "HEAD"]);
    let said = fork.approve(&forged, "alice", &head, &[]).exits(0).json();
    assert_eq!(said["statement"]["counts"], false, "{said:#}");
    let no = fork.create(&forged, "web").exits(1).json();
    assert_eq!(no["error"]["code"], "not-in-baseline", "{no:#}");
    assert!(names(&forged).is_empty());
}
