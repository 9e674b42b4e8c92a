//! A config repository at a real gitolite: branches that may not be rewound or deleted, a protected `main`, a repository that is denied.

use crate::support::World;
use crate::support::gitolite::Gitolite;
use crate::support::run::{Environment, Ran};

const REQUEST: &[&str] = &["promote", "web", "--to", "production", "--landing", "merge-request"];

/// A team whose config repository is `shop/config`.
struct Team {
    world: World,
    gitolite: Gitolite,
    environment: Environment,
}

impl Team {
    /// It is filled under a rule that lets everything pass; `rules` count from then on.
    fn under(rules: &str) -> Self {
        let world = World::new();
        let gitolite = Gitolite::start(&world.environment, &world.path("lite"), "repo shop/config\n    RW+ = mei\n");
        let environment = world.environment.with("GIT_SSH_COMMAND", gitolite.command());
        world.git(&["remote", "set-url", "origin", &gitolite.address("shop/config")]);
        environment.git(&world.clone, &["push", "-q", "origin", "main"]);
        gitolite.rule(rules);
        Self { world, gitolite, environment }
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.environment.stageline(&self.world.clone, args)
    }

    fn branches(&self) -> Vec<String> {
        self.world.branches_as(&self.environment)
    }
}

#[test]
fn at_a_gitolite_that_lets_nobody_rewind_a_branch_a_newer_plan_goes_to_a_numbered_one() {
    let team = Team::under("repo shop/config\n    RW = mei\n");
    team.run(REQUEST).exits(0);
    let old = team.environment.git(&team.world.clone, &["ls-remote", "origin", "refs/heads/promote/production/web"]);
    let newest = team.world.commit_of("web", 5);
    let ran = team.run(&[REQUEST, &["--commit", &newest]].concat()).exits(0);
    ran.says("`promote/production/web` may not be replaced on origin").says("promote/production/web--2");
    assert_eq!(team.branches(), ["main", "promote/production/web", "promote/production/web--2"]);
    let now = team.environment.git(&team.world.clone, &["ls-remote", "origin", "refs/heads/promote/production/web"]);
    assert_eq!(now, old, "nobody has rewound it");
    // Again: the same branch holds it, and no third one is made.
    team.run(&[REQUEST, &["--commit", &newest]].concat()).exits(0);
    assert_eq!(team.branches().len(), 3);
    // Direct landings only grow a branch.
    team.run(&["promote", "worker", "--to", "production"]).exits(0).says("undo");
}

#[test]
fn at_a_gitolite_that_protects_main_a_rollback_waits_on_its_branch_in_the_same_run() {
    let team = Team::under("repo shop/config\n    RW+ = mei\n");
    team.run(&["promote", "web", "--to", "production"]).exits(0);
    team.gitolite.rule("repo shop/config\n    - main$ = mei\n    RW+ = mei\n");
    let ran = team.run(&["promote", "worker", "--to", "production"]).exits(1);
    assert!(ran.stderr.contains("refs/heads/main") && ran.stderr.contains("--landing merge-request"), "{ran}");
    let ran = team.run(&["rollback", "web", "--env", "production"]).exits(3);
    ran.says("waits:").says("DENIED by refs/heads/main").says("rollback/production/web");
    assert_eq!(team.branches(), ["main", "rollback/production/web"]);
}

#[test]
fn at_a_gitolite_that_denies_a_repository_nothing_is_guessed_of_it() {
    let team = Team::under("repo shop/config\n    RW+ = mei\n");
    team.gitolite.rule("repo shop/other\n    RW+ = mei\nrepo shop/config\n    RW+ = git\n");
    let ran = team.run(&["promote", "web", "--to", "production"]).exits(4);
    assert!(ran.stderr.contains("DENIED by fallthru"), "{ran}");
    // May be read, and not written.
    team.gitolite.rule("repo shop/config\n    R = mei\n");
    let ran = team.run(REQUEST).exits(4);
    assert!(ran.stderr.contains("W any shop/config mei DENIED"), "{ran}");
    assert_eq!(team.branches(), ["main"]);
    assert_eq!(team.environment.git(&team.world.clone, &["status", "--porcelain"]), "");
}
