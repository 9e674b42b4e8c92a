//! Statements that come one after the other, at the same time, and onto a branch that is not what it was.

use super::super::fixture::Ground;
use super::*;

fn origin() -> RemoteName {
    RemoteName::new("origin").unwrap()
}

fn file(name: &str, text: &str) -> (RepoPath, Vec<u8>) {
    (RepoPath::new(name).unwrap(), text.as_bytes().to_vec())
}

fn add(ground: &Ground, dir: &str, remote: Option<&RemoteName>, files: &[(&str, &str)]) -> Result<CommitId, Error> {
    let files: Vec<_> = files.iter().map(|(name, text)| file(name, text)).collect();
    ground.open(dir).add_statements(remote, &files, "Say it", Sign::No)
}

fn listed(ground: &Ground, dir: &str) -> String {
    ground.git(dir, &["ls-tree", "-r", "--name-only", BRANCH])
}

const TRACKED: &str = "refs/remotes/origin/stageline/attestations";

#[test]
fn statements_come_to_the_remote_one_commit_each_and_nothing_here_moves() {
    let ground = Ground::new();
    let base = ground.origin(&["a", "b"]);
    let remote = origin();
    let first = add(&ground, "a", Some(&remote), &[("aa/1.json", "1"), ("bb/2.json", "2")]).unwrap();
    assert_eq!(ground.id("origin.git", BRANCH), first);
    let second = add(&ground, "b", Some(&remote), &[("aa/3.json", "3"), ("aa/1.json", "1")]).unwrap();
    assert_eq!(ground.id("origin.git", &format!("{BRANCH}~1")), first);
    assert_eq!(listed(&ground, "origin.git"), "aa/1.json\naa/3.json\nbb/2.json");
    assert_eq!(ground.git("origin.git", &["rev-list", "--count", BRANCH]), "2", "it begins with a root of its own");
    assert_eq!((ground.id("b", "HEAD"), ground.status("b")), (base, String::new()));
    assert!(!ground.try_git("b", &["rev-parse", "--verify", "-q", "refs/heads/stageline/attestations"]).0);
    // What is there already needs no commit.
    assert_eq!(add(&ground, "a", Some(&remote), &[("aa/3.json", "3")]).unwrap(), second);
    ground.fsck("origin.git");
}

#[test]
fn without_a_remote_the_own_branch_grows() {
    let ground = Ground::new();
    let base = ground.repository("r");
    let first = add(&ground, "r", None, &[("aa/1.json", "1")]).unwrap();
    let second = add(&ground, "r", None, &[("aa/2.json", "2")]).unwrap();
    assert_eq!((ground.id("r", BRANCH), ground.id("r", &format!("{BRANCH}~1"))), (second, first));
    assert_eq!((ground.id("r", "HEAD"), ground.status("r")), (base, String::new()));
    ground.git("r", &["checkout", "-q", BRANCH]);
    let why = add(&ground, "r", None, &[("aa/3.json", "3")]).unwrap_err().refusal();
    assert!(why.code == Code::BranchNotMoved && why.message.contains("is checked out"), "{why:?}");
    assert_eq!(ground.id("r", BRANCH), second);
}

#[test]
fn a_statement_is_not_changed_and_then_none_of_them_comes() {
    let ground = Ground::new();
    ground.origin(&["a"]);
    ground.repository("r");
    for (dir, remote, at) in [("a", Some(&origin()), "origin.git"), ("r", None, "r")] {
        let first = add(&ground, dir, remote, &[("aa/1.json", "1")]).unwrap();
        for files in [
            &[("bb/2.json", "2"), ("aa/1.json", "other")][..],
            &[("bb/2.json", "2"), ("aa", "a folder's")],
            &[("bb/2.json", "2"), ("bb/2.json", "other")],
        ] {
            let why = add(&ground, dir, remote, files).unwrap_err().refusal();
            assert!(why.code == Code::Exists && why.message.contains("no statement is changed"), "{why:?}");
        }
        let below = add(&ground, dir, remote, &[("aa/1.json/x", "1")]).unwrap_err().refusal();
        assert_eq!(below.code, Code::NotAFolder);
        assert_eq!(ground.id(at, BRANCH), first);
    }
}

#[test]
fn many_at_once_all_come_with_a_remote_and_without() {
    let ground = Ground::new();
    ground.origin(&["a", "b", "c"]);
    ground.repository("r");
    let run = |dirs: [&str; 3], remote: Option<&RemoteName>, at: &str| {
        std::thread::scope(|scope| {
            for (nth, dir) in dirs.into_iter().enumerate() {
                let ground = &ground;
                scope.spawn(move || {
                    for round in 0..4 {
                        let name = format!("{nth}{nth}/{round}.json");
                        add(ground, dir, remote, &[(&name, &name)]).unwrap();
                    }
                });
            }
        });
        assert_eq!(listed(&ground, at).lines().count(), 12);
        assert_eq!(ground.git(at, &["rev-list", "--count", "--first-parent", BRANCH]), "12");
    };
    run(["a", "b", "c"], Some(&origin()), "origin.git");
    run(["r", "r", "r"], None, "r");
}

/// What a refusal says of where the branch was and is, and that it says so each time.
fn unsure_each_time(ground: &Ground, seen: CommitId, now: Option<CommitId>) {
    for _ in 0..2 {
        let error = add(ground, "a", Some(&origin()), &[("zz/9.json", "9")]).unwrap_err();
        let Error::CannotTell(why) = error else { panic!("{error:?}") };
        let text = format!("{why:?}");
        assert_eq!(why.code, Code::Rewound);
        assert!(text.contains(&seen.to_string()) && why.hints[0].contains("if that was meant"), "{text}");
        assert!(now.is_none_or(|now| text.contains(&now.to_string())), "{text}");
        assert_eq!(ground.id("a", TRACKED), seen, "it is not taken over");
    }
}

#[test]
fn a_branch_that_lost_what_was_seen_there_is_not_built_on_until_somebody_takes_it_over() {
    let ground = Ground::new();
    ground.origin(&["a", "b"]);
    let remote = origin();
    add(&ground, "a", Some(&remote), &[("aa/1.json", "1")]).unwrap();
    let seen = add(&ground, "a", Some(&remote), &[("aa/2.json", "2")]).unwrap();
    // Rewound.
    ground.git("origin.git", &["branch", "-f", BRANCH, &format!("{seen}~1")]);
    let other = add(&ground, "b", Some(&remote), &[("aa/3.json", "3")]).unwrap();
    unsure_each_time(&ground, seen, Some(other));
    // Turned: it has what was seen, and not on its first-parent chain.
    ground.git("b", &["fetch", "-q", "origin", &seen.to_string()]);
    let tree = format!("{other}^{{tree}}");
    let parents = [other.to_string(), seen.to_string()];
    let turned = ground.git("b", &["commit-tree", "-m", "turned", "-p", &parents[0], "-p", &parents[1], &tree]);
    ground.git("b", &["push", "-q", "origin", &format!("{turned}:refs/heads/{BRANCH}")]);
    let turned = CommitId::from_hex(&turned).unwrap();
    unsure_each_time(&ground, seen, Some(turned));
    // Gone.
    ground.git("origin.git", &["branch", "-D", BRANCH]);
    unsure_each_time(&ground, seen, None);
    // Taken over.
    ground.git("origin.git", &["branch", BRANCH, &turned.to_string()]);
    ground.git("a", &["update-ref", TRACKED, &turned.to_string()]);
    let last = add(&ground, "a", Some(&remote), &[("zz/9.json", "9")]).unwrap();
    assert_eq!(ground.id("origin.git", BRANCH), last);
}

#[test]
fn what_the_server_refuses_is_told_and_no_commit_is_left_on_a_branch() {
    let ground = Ground::new();
    ground.origin(&["a"]);
    let hook = ground.path("origin.git/hooks/pre-receive");
    std::fs::write(&hook, "#!/bin/sh\necho not today >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let why = add(&ground, "a", Some(&origin()), &[("aa/1.json", "1")]).unwrap_err().refusal();
    assert!(why.code == Code::PushRefused && why.details.iter().any(|line| line.contains("not today")), "{why:?}");
    assert!(!ground.try_git("a", &["rev-parse", "--verify", "-q", TRACKED]).0);
}

#[test]
fn a_signed_commit_is_asked_of_the_users_git() {
    let ground = Ground::new();
    ground.repository("r");
    let why = ground.open("r").add_statements(None, &[file("aa/1.json", "1")], "Say it", Sign::Yes).unwrap_err();
    assert_eq!(why.refusal().code, Code::CannotSign);
    assert!(!ground.try_git("r", &["rev-parse", "--verify", "-q", BRANCH]).0);
    let key = ground.path("home/key");
    let mut command = std::process::Command::new("ssh-keygen");
    assert!(command.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status().unwrap().success());
    ground.git("r", &["config", "gpg.format", "ssh"]);
    ground.git("r", &["config", "user.signingkey", "~/key.pub"]);
    let mut repo = ground.open("r");
    let commit = repo.add_statements(None, &[file("aa/1.json", "1")], "Say it", Sign::Yes).unwrap();
    assert!(repo.commit(commit).unwrap().signed);
}
