//! A court whose production takes hotfixes, and one that has landed there.

use super::court::Court;
use super::run::Ran;

pub const RECORD: &str = ".stageline/hotfixes/production/web.yaml";
pub const RULE: &str = "    hotfix: { branches: [\"hotfix/*\"], exempt: [order, soak], from: managers }\n";

/// A court whose production alice and bob sign for, and whose hotfixes alice alone lands.
pub fn court() -> Court {
    ruled(|_| {})
}

/// The same after a change of its rules.
pub fn ruled(change: impl FnOnce(&mut String)) -> Court {
    Court::ruled(|rules| {
        *rules = rules.replace("    signers: managers\n", &format!("    signers: [alice, bob]\n{RULE}"));
        change(rules);
    })
}

/// The same without a soak.
pub fn unsoaked(change: impl FnOnce(&mut String)) -> Court {
    ruled(|rules| {
        *rules = rules.replace("    gates:\n      soak: 1h\n", "");
        change(rules);
    })
}

/// A commit on a branch of hotfixes, from a commit of web's `main`; at first production runs the third.
pub fn fix(court: &Court, from: usize) -> String {
    court.world.sources["web"].commit("hotfix/orders", &court.commit("web", from), "fix.txt", "fix: orders stay")
}

/// Somebody types this in a fresh clone.
#[must_use = "a run ends somehow: say how"]
pub fn by(court: &Court, name: &str, args: &[&str]) -> Ran {
    let work = court.work(name);
    work.environment.stageline(&work.dir, args)
}

/// Somebody lands a commit of web in production as a hotfix, or tries to.
#[must_use = "a run ends somehow: say how"]
pub fn land(court: &Court, name: &str, commit: &str) -> Ran {
    by(court, name, &["promote", &format!("web@{commit}"), "--to", "production", "--hotfix", "-m", "orders are lost"])
}

/// The hotfix has landed on what was promoted there by the rules, which it goes back to.
pub fn landed_on_promoted(court: &Court) -> String {
    by(court, "bob", &["promote", "web", "--to", "production"]).exits(0);
    let fix = fix(court, 5);
    land(court, "alice", &fix).exits(0);
    fix
}

/// The hotfix has landed.
pub fn landed(court: &Court) -> String {
    let fix = fix(court, 3);
    land(court, "alice", &fix).exits(0);
    fix
}

/// The record as it has landed; `None`: there is none.
pub fn record(court: &Court) -> Option<String> {
    let shown = court.world.environment.try_git(&court.world.remote, &["show", &format!("main:{RECORD}")]);
    shown.status.success().then(|| String::from_utf8(shown.stdout).expect("text"))
}

/// The commit of web that production runs.
pub fn runs(court: &Court) -> String {
    court.world.pin("web", "production")
}

/// Picks the fix to web's `main`, which goes on from its newest commit: another commit with the same patch.
pub fn picked(court: &Court) -> String {
    let source = &court.world.sources["web"];
    source.commit("main", &source.git(&["rev-parse", "main"]), "fix.txt", "fix: orders stay")
}

/// Merges a commit into web's `main`; the merge.
pub fn merged(court: &Court, fix: &str) -> String {
    let source = &court.world.sources["web"];
    let tree = source.git(&["merge-tree", "--write-tree", "main", fix]);
    let commit = source.git(&["commit-tree", &tree, "-p", "main", "-p", fix, "-m", "Merge the hotfix"]);
    source.git(&["update-ref", "refs/heads/main", &commit]);
    commit
}
