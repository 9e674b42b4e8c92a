//! The hook on real servers: a bare repository behind sshd, gitolite with hooks of its own, Gitea with its buttons and its editor.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::court::{Court, Work};
use crate::support::forged::{CONFIG, Forged};
use crate::support::gitolite::Gitolite;
use crate::support::hooked::{
    first_line, hooked, install_in, install_recording, lands, lets_local_sources, receipt, refused,
};
use crate::support::sshd::SshServer;

/// Web in production to a commit by its number.
fn moved(court: &Court, work: Work, number: usize) -> Work {
    let to = court.commit("web", number);
    work.pin("web", "production", &to).commit("web to production")
}

#[test]
fn over_ssh_what_goes_by_the_rules_lands_and_the_first_line_says_why_the_rest_does_not() {
    let court = Court::new();
    hooked(&court);
    let server = SshServer::start(&court.world.environment, &court.world.path("sshd"));
    let (address, command) = (server.address(&court.world.remote), server.command());
    let work = |name: &str| court.work_at(name, &address, &[("GIT_SSH_COMMAND", &command)]);
    let said = refused(&moved(&court, work("eve"), 5), &["HEAD:main"], "signed by a key that is not among those");
    let first = first_line(&said);
    assert!(first.starts_with("refused by `signature`: commit "), "{said}");
    assert!(first.contains("not among those at the base") && first.contains("git commit --amend"), "{said}");
    let said = refused(&moved(&court, work("bob"), 5), &["HEAD:main"], "ask one of `managers`");
    assert!(first_line(&said).starts_with("not yet by `signature`: `production` takes changes that one of"), "{said}");
    assert!(
        first_line(&said).contains("; ask one of `managers` (alice) to make it, to approve it where it waits"),
        "{said}"
    );
    let said = refused(&moved(&court, work("alice"), 7), &["HEAD:main"], "never live there");
    assert!(first_line(&said).contains("(and 1 more)"), "order and soak: {said}");
    let before = court.world.environment.git(&court.world.remote, &["rev-parse", "main"]);
    let good = moved(&court, work("alice"), 5);
    lands(&good, &["HEAD:main"]);
    let now = court.world.environment.git(&court.world.remote, &["rev-parse", "main"]);
    assert!(now != before && now == good.head());
    // What waits says from when on it may pass.
    let young = work("alice").pin("api", "production", &court.commit("api", 5)).commit("api to production");
    let said = refused(&young, &["HEAD:main"], "soak");
    assert!(first_line(&said).starts_with("not yet by `soak`, before 20"), "{said}");
}

/// A court whose config repository is at a gitolite, as `shop/config`.
struct Lite {
    court: Court,
    lite: Gitolite,
}

impl Lite {
    fn start() -> Self {
        let court = Court::new();
        let lite = Gitolite::start(&court.world.environment, &court.world.path("lite"), &rules("RW+", ""));
        let environment = court.world.environment.with("GIT_SSH_COMMAND", lite.command());
        environment.git(&court.world.clone, &["push", "-q", &lite.address("shop/config"), "main"]);
        Self { court, lite }
    }

    fn work(&self, name: &str) -> Work {
        self.court.work_at(name, &self.lite.address("shop/config"), &[("GIT_SSH_COMMAND", &self.lite.command())])
    }

    fn home(&self) -> PathBuf {
        self.court.world.path("lite/home")
    }

    /// A folder of the server's own, with hooks that repositories may name.
    fn local_code(&self) -> PathBuf {
        let local = self.home().join("local");
        for folder in ["hooks/repo-specific", "hooks/common"] {
            fs::create_dir_all(local.join(folder)).unwrap();
        }
        let rc = self.home().join(".gitolite.rc");
        let text = fs::read_to_string(&rc).unwrap();
        let text = text.replace("%RC = (", "%RC = (\n    LOCAL_CODE => \"$ENV{HOME}/local\",");
        fs::write(&rc, text.replace("# 'repo-specific-hooks'", "'repo-specific-hooks'")).unwrap();
        local
    }

    fn judges(&self) {
        refused(&moved(&self.court, self.work("eve"), 5), &["HEAD:main"], "refused by `signature`");
        refused(&moved(&self.court, self.work("bob"), 5), &["HEAD:main"], "ask one of `managers`");
        lands(&moved(&self.court, self.work("alice"), 5), &["HEAD:main"]);
        // gitolite's own hook says no to what ours lets pass.
        let topic = self.work("bob").write("notes.md", "x\n").commit("notes");
        lands(&topic, &["HEAD:refs/heads/topic"]);
        let again = topic.git(&["commit", "-q", "--amend", "-m", "other notes"]);
        refused(&again, &["--force", "HEAD:refs/heads/topic"], "DENIED");
    }
}

/// mei may do this in both repositories; in the first one with more lines.
fn rules(may: &str, more: &str) -> String {
    format!("repo shop/config\n    {may} = mei\n{more}repo shop/other\n    {may} = mei\n")
}

#[test]
fn at_a_gitolite_the_hook_of_a_repository_judges_beside_gitolites_own() {
    let lite = Lite::start();
    let place = lite.home().join("repositories/shop/config.git");
    // gitolite makes repositories whose HEAD leads to a branch that nobody may ever push.
    lite.court.world.environment.git(&place, &["symbolic-ref", "HEAD", "refs/heads/master"]);
    let args = ["verify", "--install-hook", &place.to_string_lossy()];
    let unsaid = lite.court.world.environment.stageline(&place, &args).exits(2);
    unsaid.says("`master` is to have the rules, and the repository has no such branch").says("--branch NAME");
    install_in(&lite.court, &place);
    lets_local_sources(&place.join("stageline-hook.yaml"));
    lite.lite.rule(&rules("RW", ""));
    lite.judges();
}

#[test]
fn at_a_gitolite_local_code_has_the_hook_for_the_repositories_that_are_named_and_no_other() {
    let lite = Lite::start();
    let local = lite.local_code();
    let place = local.join("hooks/repo-specific");
    install_in(&lite.court, &place);
    lets_local_sources(&place.join("stageline-hook.yaml"));
    lite.lite.rule(&rules("RW", "    option hook.pre-receive = stageline\n"));
    lite.judges();
    let other = lite.court.work("eve").git(&["remote", "set-url", "origin", &lite.lite.address("shop/other")]);
    let environment = other.environment.with("GIT_SSH_COMMAND", lite.lite.command());
    lands(&Work { environment, ..other }, &["HEAD:main"]);
    let common = local.join("hooks/common");
    let args = ["verify", "--install-hook", &common.to_string_lossy()];
    lite.court.world.environment.stageline(&local, &args).exits(2).says("is run for every repository of the server");
}

#[test]
fn at_a_gitolite_what_was_pushed_is_recorded_beside_its_own_hooks() {
    let lite = Lite::start();
    let place = lite.local_code().join("hooks/repo-specific");
    install_recording(&lite.court, &place);
    lets_local_sources(&place.join("stageline-hook.yaml"));
    let hooks = "    option hook.pre-receive = stageline\n    option hook.post-receive = stageline-receipts\n";
    lite.lite.rule(&rules("RW", hooks));
    let good = moved(&lite.court, lite.work("alice"), 5);
    lands(&good, &["HEAD:main"]);
    let repository = lite.home().join("repositories/shop/config.git");
    assert!(receipt(&lite.court, &repository, &good.head()).contains("branch: main"));
    refused(&good, &["--force", "HEAD:refs/heads/stageline/receipts"], "receipts are written by the server alone");
}

#[test]
fn at_a_real_forge_what_is_pushed_and_what_is_merged_by_the_button_is_recorded() {
    let forged = Forged::new();
    let repository = forged.forge.place_of(CONFIG);
    let place = repository.join("hooks/pre-receive.d");
    install_recording(&forged.court, &place);
    lets_local_sources(&place.join("stageline-hook.yaml"));
    let request = forged.ask(&forged.moved("alice", 5), "good", "main");
    assert_eq!(forged.merge(request, "squash"), (200, String::new()));
    let merged = forged.tip("main");
    assert!(receipt(&forged.court, &repository, &merged).contains("branch: main"));
    let pushed = forged.work("bob").write("notes.md", "x\n").commit("notes");
    lands(&pushed, &["HEAD:main"]);
    let said = receipt(&forged.court, &repository, &pushed.head());
    assert!(said.contains(&format!("old: {merged}")), "{said}");
    refused(&pushed, &["--force", "HEAD:refs/heads/stageline/receipts"], "receipts are written by the server alone");
}

const STYLES: [&str; 5] = ["merge", "squash", "rebase", "rebase-merge", "fast-forward-only"];

#[test]
fn at_a_real_forge_a_request_whose_head_a_signer_signed_merges_in_every_style() {
    let forged = Forged::hooked();
    for (nth, style) in STYLES.into_iter().enumerate() {
        // There and back again, each time by a commit more; the branch has gone on where the style lets it.
        let number = if nth % 2 == 0 { 5 } else { 3 };
        let head = forged.moved("alice", number).write(&format!("notes/{style}.md"), "x\n").commit("notes");
        let request = forged.ask(&head, &format!("by-{style}"), "main");
        if style != "fast-forward-only" {
            lands(&forged.work("bob").write("news.md", style).commit("news"), &["HEAD:main"]);
        }
        let before = forged.tip("main");
        assert_eq!(forged.merge(request, style), (200, String::new()), "{style}");
        assert_ne!(forged.tip("main"), before, "{style}");
        let place = forged.forge.place_of(CONFIG);
        let pin = forged.court.world.pin_in(&place, "main", "web", "production");
        assert_eq!(pin, forged.court.commit("web", number), "{style}");
        let kept = forged.court.world.environment.git(&place, &["rev-parse", &format!("refs/pull/{request}/head")]);
        assert_eq!(kept, head.head(), "{style}");
    }
}

#[test]
fn at_a_real_forge_what_no_signer_signed_is_refused_by_the_button_the_editor_and_the_push_with_the_reason_first() {
    let forged = Forged::hooked();
    let before = forged.tip("main");
    let mine = forged.moved("eve", 5);
    let said = refused(&mine, &["HEAD:main"], "not among those at the base");
    assert!(first_line(&said).starts_with("refused by `signature`: commit "), "{said}");
    let request = forged.ask(&mine, "by-eve", "main");
    for style in STYLES {
        let (status, said) = forged.merge(request, style);
        // The forge's own words stand before ours, on the same line.
        let first = said.lines().next().unwrap_or_default().trim_start_matches("PushRejected with remote message: ");
        assert_eq!(status, 409, "{style}: {said}");
        assert!(first.starts_with("refused by `signature`: commit "), "{style}: {said}");
        assert!(first.contains("not among those at the base") || first.contains("is not signed"), "{style}: {said}");
    }
    let path = format!("/repos/{CONFIG}/contents/{}", crate::support::world::overlay_file("web", "production"));
    let there = forged.forge.done(&forged.mei, "GET", &path, &Value::Null);
    let text = crate::support::world::overlay("web", "production", &forged.court.commit("web", 5));
    fs::write(mine.dir.join("edited"), text).unwrap();
    let content = mine.environment.tool("openssl", &mine.dir, &["base64", "-A", "-in", "edited"]);
    let edit = json!({ "content": content, "sha": there["sha"], "branch": "main", "message": "by hand" });
    let (status, said) = forged.forge.call(&forged.mei, "PUT", &path, &edit);
    assert_eq!(status, 403, "{said}");
    assert!(said["message"].as_str().is_some_and(|said| said.starts_with("refused by `signature`: commit ")), "{said}");
    let known = forged.ask(&forged.moved("bob", 5), "by-bob", "main");
    let (status, said) = forged.merge(known, "squash");
    assert_eq!(status, 409, "{said}");
    assert!(said.contains("not yet by `signature`: `production` takes changes that one of `managers` signs"), "{said}");
    assert!(
        said.lines().next().is_some_and(|first| first.contains("ask one of `managers` (alice) to make it")),
        "{said}"
    );
    assert!(!said.contains("cannot tell"), "{said}");
    assert_eq!(forged.tip("main"), before);
}

#[test]
fn at_a_real_forge_a_head_that_was_squashed_lands_no_second_time_in_any_style() {
    let forged = Forged::hooked();
    let head = forged.moved("alice", 5);
    lands(&forged.work("bob").write("news.md", "x").commit("news"), &["HEAD:main"]);
    let request = forged.ask(&head, "once", "main");
    assert_eq!(forged.merge(request, "squash").0, 200);
    lands(&forged.moved("alice", 3), &["HEAD:main"]);
    let again = forged.ask(&head, "once", "main");
    let before = forged.tip("main");
    for style in ["merge", "squash"] {
        let (status, said) = forged.merge(again, style);
        assert_eq!(status, 409, "{style}: {said}");
        assert!(said.lines().next().is_some_and(|first| first.contains("signature")), "{style}: {said}");
    }
    // A rebase leaves out by itself what has landed: it is told as merged, and nothing comes.
    assert_eq!(forged.merge(again, "rebase"), (200, String::new()));
    assert_eq!(forged.tip("main"), before);
    assert_eq!(head.verify().gates("fail").into_iter().collect::<Vec<_>>(), ["signature"]);
}
