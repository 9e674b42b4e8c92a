//! What a change is known by: told by the trees and the policies that judge it, never by what somebody meant.

use std::collections::BTreeSet;

use crate::config::text::binding;
use crate::domain::change_digest::ChangeDigest;
use crate::domain::change_list::{self, Repository, Rule};
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::plan::{Class, Landing, Proposal};
use crate::domain::refusal::Error;
use crate::domain::settings::FILE;
use crate::git::repo::Repo;
use crate::policy::Policy;

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// So many landings are gone back for the first one, where there is no `id:`: a promotion should not wait for more. It is a number
/// and not a time, so that every clone that has the whole history answers alike.
const GONE_BACK: usize = 200;

/// What a change of a world is known by; `None` where nothing tells which repository it is of.
///
/// # Errors
/// The clone cannot be read.
pub fn of(
    context: &Context<'_>,
    stack: &Stack,
    before: &World,
    proposal: &Proposal,
) -> Result<Option<ChangeDigest>, Error> {
    let Some(repository) = repository(&context.repo, &stack.main)? else { return Ok(None) };
    between(&repository, &stack.policies(before), before, proposal).map(Some)
}

/// What change digests call the repository of a main branch's world.
fn repository(repo: &Repo, main: &World) -> Result<Option<Repository>, Error> {
    Ok(match &main.settings.id {
        Some(id) => Some(Repository::Id(id.clone())),
        None => repo.first_landing(main.base, GONE_BACK)?.map(Repository::First),
    })
}

/// What is known of a change by its repository, its policies, the world before it, and what differs after it.
fn between(
    repository: &Repository,
    policies: &[Policy<'_>],
    before: &World,
    proposal: &Proposal,
) -> Result<ChangeDigest, Error> {
    let edited = proposal.others.iter().filter(|other| matches!(other.class, Class::Environment(_)));
    let edited: Vec<RepoPath> = edited.map(|other| other.path.clone()).collect();
    let near: BTreeSet<AppName> = before.pairs_at(&edited)?.into_iter().map(|(app, _)| app).collect();
    let rules = |policy: &Policy<'_>| binding::rules(policy.branch, policy.settings, proposal, &near);
    let rules: Vec<Rule> = policies.iter().flat_map(rules).collect();
    Ok(ChangeDigest::of(&change_list::bytes(repository, &rules, proposal)))
}

/// What is said of a request that names no change: nobody can approve it by that. A direct landing waits for nobody.
pub fn unknown(stack: &Stack, landing: &Landing, change: Option<ChangeDigest>) -> Option<String> {
    let waits = change.is_none() && matches!(landing, Landing::MergeRequest { .. });
    let branch = &stack.main.branch;
    waits.then(|| {
        format!(
            "nothing tells which repository the change is of, so it has no change digest: `{FILE}` has no `id:`, and the first commit \
             of `{branch}` is not among the newest {GONE_BACK} landings of this clone; write `id: NAME` into it"
        )
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::path::PathBuf;
    use std::process::Command;
    use std::time::Instant;

    use jiff::Timestamp;
    use tempfile::TempDir;

    use super::*;
    use crate::domain::commit::CommitId;
    use crate::domain::hold::{Cause, Cover, Hold};
    use crate::domain::names::{BranchName, EnvName};
    use crate::domain::pin::Assignment;
    use crate::domain::refusal::Outcome;
    use crate::domain::report::ChangeReport;
    use crate::domain::trailer::Trailers;
    use crate::domain::verb::Verb;
    use crate::domain::version::Version;
    use crate::git::land::To;
    use crate::git::source::Network;
    use crate::git::write::Sign;
    use crate::ops::context::{At, Freshness, Opening, Options, Reach, Run, Taking, Writing};
    use crate::ops::landing::between::between as differing;
    use crate::ops::landing::change::prepare;
    use crate::ops::landing::intent::{Goal, Intent, Meant, Scope, Way};
    use crate::ops::reading::scalars::Side;
    use crate::ops::reading::stack::Tips;
    use crate::ops::reports::face::{Consent, Face};
    use crate::process::Surroundings;

    const SETTINGS: &str = "\
version: 1
id: shop-config
git: { branch: main, signing: optional }
environments:
  - name: staging
  - name: production
    gates: { soak: 24h }
  - name: island
    git: { branch: island }
applications:
  - name: web
    pins: [{ image: shop/web, in: \"apps/web/{environment}\" }]
";

    struct Nobody;

    impl Face for Nobody {
        fn agree(&self, _: &ChangeReport, _: Option<usize>) -> Result<Consent, Error> {
            Ok(Consent::Assumed)
        }
        fn is_told_yes(&self) -> bool {
            false
        }
        fn asks(&self) -> bool {
            false
        }
        fn step(&self, _: &str) {}
        fn warn(&self, _: &str) {}
    }

    /// A config repository without a remote, whose `main` and `island` have the same files.
    struct Ground {
        folder: TempDir,
    }

    impl Ground {
        fn new() -> Self {
            let ground = Self { folder: TempDir::new().unwrap() };
            ground.git(&["init", "-q", "-b", "main"]);
            ground.write("stageline.yaml", SETTINGS);
            for version in ["v0", "v1"] {
                for env in ["staging", "production", "island"] {
                    let text = format!("resources: []\nimages:\n- name: shop/web\n  newTag: {version}\n");
                    ground.write(&format!("apps/web/{env}/kustomization.yaml"), &text);
                }
                ground.commit(version);
            }
            ground.git(&["branch", "island"]);
            ground
        }

        fn surroundings(&self) -> Surroundings {
            let home = self.folder.path().as_os_str();
            let mut surroundings = Surroundings { current_dir: self.folder.path().into(), ..Surroundings::default() };
            for (name, value) in [
                ("HOME", home),
                ("PATH", std::env::var_os("PATH").unwrap_or_default().as_os_str()),
                ("GIT_CONFIG_NOSYSTEM", "1".as_ref()),
                ("GIT_AUTHOR_NAME", "Mei Lin".as_ref()),
                ("GIT_AUTHOR_EMAIL", "mei@example.com".as_ref()),
                ("GIT_COMMITTER_NAME", "Mei Lin".as_ref()),
                ("GIT_COMMITTER_EMAIL", "mei@example.com".as_ref()),
            ] {
                surroundings.variables.insert(name.into(), value.to_os_string());
            }
            surroundings
        }

        fn git(&self, args: &[&str]) -> String {
            let mut git = Command::new("git");
            git.args(args).current_dir(self.folder.path()).env_clear().envs(self.surroundings().variables);
            let done = git.output().unwrap();
            assert!(done.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&done.stderr));
            String::from_utf8(done.stdout).unwrap().trim().to_string()
        }

        fn write(&self, path: &str, text: &str) {
            let file: PathBuf = self.folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }

        fn commit(&self, message: &str) -> CommitId {
            self.git(&["add", "-A"]);
            self.git(&["commit", "-q", "-m", message]);
            self.tip()
        }

        fn tip(&self) -> CommitId {
            CommitId::from_hex(&self.git(&["rev-parse", "HEAD"])).unwrap()
        }

        fn context(&self, now: &str) -> Context<'static> {
            let options = Options {
                remote: None,
                branch: None,
                config: None,
                network: Network::Offline,
                freshness: Freshness::AsKnown,
                where_typed: Vec::new(),
                at: At::Here,
                sources: Default::default(),
            };
            let repo = Repo::open(self.folder.path(), &self.surroundings()).unwrap();
            let now: Timestamp = now.parse().unwrap();
            Context {
                repo,
                now,
                begun: Instant::now(),
                options,
                build: "test".into(),
                door: RefCell::default(),
                face: &Nobody,
            }
        }

        /// Lands a way back of web to v0 in an environment, with the hold that it leaves. What its trailer says.
        fn land(&self, env: &str, now: &str) -> (CommitId, ChangeDigest) {
            let mut context = self.context(now);
            let stack = Stack::read(&mut context, Tips::Local).unwrap();
            let intent = intent(env, context.now);
            let Outcome::Done(prepared) = prepare(&context, &stack, &intent, &writing()).unwrap() else {
                panic!("nothing to do")
            };
            let told = prepared.plan().change.unwrap();
            let made = context.repo.make(&prepared.approved().unwrap(), &[], Sign::No).unwrap();
            context.repo.land(&made, To::Here).unwrap();
            self.git(&["reset", "-q", "--hard"]);
            let commit = made.commit();
            assert_eq!(Trailers::read(&context.repo.commit(commit).unwrap().message).change, Some(told));
            (commit, told)
        }

        /// What a commit of a branch is known by, from its tree, its first parent's, and the policies that judged it there.
        fn read_back(&self, branch: &str, commit: CommitId) -> ChangeDigest {
            let mut context = self.context("2026-11-26T12:00:00Z");
            let stack = Stack::read(&mut context, Tips::Local).unwrap();
            let branch = BranchName::new(branch).unwrap();
            let world = |commit: CommitId| {
                let own = Some(&stack.main.settings);
                let world = World::read(&context.repo, &stack.shelf, &branch, commit, own).unwrap();
                world.ruled_by(stack.main.settings.clone()).unwrap()
            };
            let before = context.repo.before(&context.repo.commit(commit).unwrap()).unwrap().unwrap();
            let (before, after) = (world(before), world(commit));
            let proposal = differing(&Side::of(&before), &Side::of(&after), &stack.main.branch).unwrap();
            of(&context, &stack, &before, &proposal).unwrap().unwrap()
        }
    }

    fn writing() -> Writing {
        let (landing, reason, opening) = (None, None, Opening::ByHand);
        Writing {
            run: Run::Real,
            reach: Reach::Local,
            landing,
            reason,
            opening,
            taking: Taking::Waits,
            overriding: vec![],
        }
    }

    fn intent(env: &str, now: Timestamp) -> Intent {
        let (app, env) = (AppName::new("web").unwrap(), EnvName::new(env).unwrap());
        let goal = Goal::plain(&app, &env, &Assignment::every(Version::new("v0").unwrap()));
        let cover = Cover::of(Some(env.clone()), Some(app));
        let (reason, by) = (String::new(), "Mei Lin <mei@example.com>".to_string());
        Intent {
            goals: vec![goal],
            holds: vec![Hold { cover, reason, by, since: now, until: None, cause: Cause::Rollback, held: None }],
            set: "web".into(),
            way: Way::Back,
            ..Intent::nothing(Verb::Rollback, Scope::Environment(env), Meant::Return)
        }
    }

    #[test]
    fn what_a_commit_says_of_its_change_is_what_its_trees_say() {
        for env in ["production", "island"] {
            let ground = Ground::new();
            let branch = if env == "island" { "island" } else { "main" };
            ground.git(&["checkout", "-q", branch]);
            let (commit, told) = ground.land(env, "2026-11-26T10:00:00Z");
            assert_eq!(ground.read_back(branch, commit), told, "{env}");
        }
    }

    #[test]
    fn a_merge_a_squash_and_a_rebase_of_it_and_another_try_later_are_the_same_change() {
        let ground = Ground::new();
        let base = ground.tip().to_string();
        let (commit, told) = ground.land("production", "2026-11-26T10:00:00Z");
        ground.git(&["branch", "topic"]);
        ground.git(&["reset", "-q", "--hard", &base]);
        ground.write("README.md", "Something else landed.\n");
        ground.write("apps/web/staging/kustomization.yaml", "images: [{ name: shop/web, newTag: v2 }]\n");
        let main = ground.commit("something else").to_string();
        let topic = commit.to_string();
        for way in [
            &["merge", "-q", "--no-ff", "-m", "merged by hand", "topic"][..],
            &["merge", "-q", "--squash", "topic"],
            &["cherry-pick", &topic],
        ] {
            ground.git(&["reset", "-q", "--hard", &main]);
            ground.git(way);
            let landed = if way.contains(&"--squash") { ground.commit("squashed") } else { ground.tip() };
            assert_ne!(landed, commit);
            assert_eq!(ground.read_back("main", landed), told, "{way:?}");
        }
        ground.git(&["reset", "-q", "--hard", &main]);
        let (again, later) = ground.land("production", "2026-11-26T10:05:00Z");
        assert_eq!(later, told, "the hold begins later");
        assert_eq!(ground.read_back("main", again), told);
    }

    #[test]
    fn whatever_else_is_in_the_landing_makes_it_another_change() {
        let ground = Ground::new();
        let (commit, told) = ground.land("production", "2026-11-26T10:00:00Z");
        let pin = "apps/web/production/kustomization.yaml";
        let hold = ".stageline/holds/production/web.yaml";
        let of = |path: &str, change: &dyn Fn(&str) -> String| {
            ground.git(&["reset", "-q", "--hard", &commit.to_string()]);
            let text = std::fs::read_to_string(ground.folder.path().join(path)).unwrap_or_default();
            ground.write(path, &change(&text));
            ground.git(&["add", "-A"]);
            ground.git(&["commit", "-q", "--amend", "--no-edit"]);
            ground.read_back("main", ground.tip())
        };
        let more = |text: &str| format!("{text}# more\n");
        assert_eq!(of("README.md", &more), told, "what is outside is no part of it");
        let since = |text: &str| text.replace("2026-11-26T10:00:00Z", "2026-11-25T00:00:00Z");
        assert_eq!(of(hold, &since), told, "nor is when the hold begins");
        for (path, change) in [
            (pin, &more as &dyn Fn(&str) -> String),
            (pin, &|text: &str| text.replace("v0", "v3")),
            (pin, &|text: &str| text.replace("resources: []", "resources: [evil.yaml]")),
            ("apps/web/staging/kustomization.yaml", &|text: &str| text.replace("v1", "v0")),
            ("apps/web/production/evil.yaml", &more),
            ("apps/web/production/evil\tname", &more),
            ("stageline.yaml", &more),
            (".gitattributes", &more),
            (".stageline/holds/staging/web.yaml", &more),
            (hold, &more),
            (hold, &|text: &str| text.replace("Mei Lin", "Mallory")),
            (hold, &|text: &str| text.replace("v1", "v9")),
            (hold, &|text: &str| text.replace("2026-11-26T10:00:00Z", "2026-11-26T10:00:00Z # or so")),
            (hold, &|text: &str| text.replace("cause: rollback", "until: 2026-11-26T10:00:01Z\ncause: rollback")),
        ] {
            let text = std::fs::read_to_string(ground.folder.path().join(path)).unwrap_or_default();
            assert_ne!(of(path, change), told, "{path}: {}", change(&text));
        }
        ground.git(&["reset", "-q", "--hard", &commit.to_string()]);
        ground.git(&["update-index", "--chmod=+x", pin]);
        ground.git(&["commit", "-q", "--amend", "--no-edit"]);
        assert_ne!(ground.read_back("main", ground.tip()), told, "a file that may be run is another one");
    }
}
