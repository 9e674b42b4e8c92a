//! Commits, names and signatures that two readers would take for two things: the server takes none of them.

use std::path::Path;

use crate::support::court::{Court, Work};
use crate::support::hooked::{hooked, lands, refused};
use crate::support::world::{overlay, overlay_file};

/// The head with other headers, signed anew.
fn rewritten(court: &Court, work: Work, name: &str, change: impl Fn(&str) -> String) -> Work {
    let raw = work.environment.git(&work.dir, &["cat-file", "commit", "HEAD"]);
    let from = raw.find("gpgsig ").expect("a signature");
    let until = raw[from..].find("\n\n").expect("a message") + from + 1;
    let unsigned = change(&format!("{}{}\n", &raw[..from], &raw[until..]));
    let file = work.dir.join("../unsigned");
    std::fs::write(&file, &unsigned).unwrap();
    let key = court.key(name).display().to_string();
    let sign = ["-Y", "sign", "-n", "git", "-f", &key, &file.to_string_lossy()];
    drop(std::fs::remove_file(file.with_extension("sig")));
    work.environment.tool("ssh-keygen", Path::new("/"), &sign);
    let signature = std::fs::read_to_string(work.dir.join("../unsigned.sig")).unwrap();
    let header = format!("gpgsig {}\n", signature.trim_end().replace('\n', "\n "));
    let head = unsigned.find("\n\n").expect("a message") + 1;
    std::fs::write(&file, format!("{}{header}{}", &unsigned[..head], &unsigned[head..])).unwrap();
    std::fs::remove_file(work.dir.join("../unsigned.sig")).unwrap();
    let id =
        work.environment.git(&work.dir, &["hash-object", "-t", "commit", "-w", "--literally", &file.to_string_lossy()]);
    work.git(&["update-ref", "refs/heads/main", &id])
}

#[test]
fn a_commit_that_two_readers_read_in_two_ways_does_not_land_whoever_signed_it() {
    let court = Court::new();
    hooked(&court);
    let note = || court.work("alice").write("notes.md", "x\n").commit("notes");
    let evil = court.work("bob").pin("web", "production", &court.unmerged("web")).commit("x");
    let tree = evil.environment.git(&evil.dir, &["rev-parse", "HEAD^{tree}"]);
    let after = |line: String| move |raw: &str| raw.replacen("\n\n", &format!("\n{line}\n\n"), 1);
    let date = |to: &'static str| {
        move |raw: &str| {
            let line = raw.lines().find(|line| line.starts_with("committer ")).expect("a committer");
            let who = &line[..=line.find('>').expect("an address")];
            raw.replacen(line, &format!("{who} {to}"), 1)
        }
    };
    let twice = rewritten(&court, note(), "alice", after("committer a <a@b> 1700000000 +0000".to_string()));
    refused(&twice, &["main"], "two `committer` headers");
    refused(&rewritten(&court, note(), "alice", after(format!("tree {tree}"))), &["main"], "two `tree` headers");
    for bad in ["-5 +0000", "0x10 +0000", "1795700000", "99999999999999999999 +0000", "1.5 +0000"] {
        refused(&rewritten(&court, note(), "alice", date(bad)), &["main"], "not a name, an address and a moment");
    }
    // Also beside the first parents.
    let side = rewritten(&court, note(), "alice", date("-5 +0000")).git(&["branch", "side"]);
    let side = side.git(&["reset", "-q", "--hard", "origin/main"]).write("more.md", "x\n").commit("more");
    refused(&side.git(&["merge", "-q", "--no-ff", "-m", "Merge side", "side"]), &["main"], "not written as git writes");
    let job = rewritten(&court, note(), "alice", date("-5 +0000"));
    job.verify().refused_by("malformed-commit");
    lands(&rewritten(&court, note(), "alice", |raw| raw.to_string()), &["main"]);
}

#[test]
fn names_that_would_be_taken_for_a_governed_branch_are_not_given_away() {
    let court = Court::new();
    hooked(&court);
    let work = court.work("eve");
    for name in [
        "refs/tags/main",
        "refs/tags/origin/main",
        "refs/tags/refs/heads/main",
        "refs/heads/refs/heads/main",
        "refs/heads/HEAD",
        "refs/tags/HEAD",
        "refs/remotes/origin/main",
        "refs/heads/heads/main",
    ] {
        refused(&work, &[&format!("HEAD:{name}")], "would be taken for");
    }
    for name in ["refs/tags/v1.0", "refs/heads/feature/domain", "refs/tags/mainline"] {
        lands(&work, &[&format!("HEAD:{name}")]);
    }
}

#[test]
fn a_base_is_a_branch_whatever_a_tag_is_called() {
    let court = Court::new();
    let weak = court.work("eve").change("stageline.yaml", "soak: 1h", "soak: 1s").change(
        "stageline.yaml",
        "    signers: managers\n",
        "",
    );
    let weak = weak.git(&["add", "-A"]).git(&["commit", "-q", "-m", "weak"]).head();
    let work = court.work("alice").pin("api", "production", &court.commit("api", 5)).commit("x");
    let from = court.world.path("work-0").display().to_string();
    let work =
        work.git(&["fetch", "-q", &from, &weak]).git(&["tag", "origin/main", &weak]).git(&["tag", "main", &weak]);
    work.verify_with(&["origin/main..HEAD"]).waits_for("soak");
    work.verify_with(&["refs/tags/main..HEAD"]).code.filter(|code| *code == 2).expect("a tag is no base");
    work.verify().waits_for("soak");
}

#[test]
fn what_was_signed_for_one_branch_is_not_signed_for_another() {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("    branches: [main]\n", "    branches: [main]\n    git: { branch: production }\n");
    });
    court.world.git(&["push", "-q", "origin", "HEAD:refs/heads/production"]);
    hooked(&court);
    // The folder of production on main is nobody's to govern, and alice signs something else there.
    let place = overlay_file("web", "production");
    lands(
        &court.work("bob").write(&place, &overlay("web", "production", &court.commit("web", 5))).commit("bob"),
        &["HEAD:main"],
    );
    lands(&court.work("alice").write("README.md", "Mine.\n").commit("alice"), &["HEAD:main"]);
    let mut merge = court.work("bob").git(&["checkout", "-q", "production"]);
    merge.environment = court.world.environment.clone();
    let merge = merge.git(&[
        "-c",
        "commit.gpgsign=false",
        "merge",
        "-q",
        "--no-ff",
        "--no-gpg-sign",
        "-m",
        "Merge main",
        "origin/main",
    ]);
    refused(&merge, &["HEAD:production"], "was signed for that one");
    let own =
        court.work("alice").git(&["checkout", "-q", "production"]).pin("web", "production", &court.commit("web", 5));
    lands(&own.commit("web to production"), &["HEAD:production"]);
}

#[test]
fn a_signed_head_whose_content_has_landed_by_another_commit_does_not_bring_it_back() {
    let court = Court::new();
    hooked(&court);
    let head = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("web to production");
    lands(&head, &["HEAD:refs/heads/request"]);
    let direct = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("the same, directly");
    lands(&direct, &["HEAD:main"]);
    lands(&court.work("alice").pin("web", "production", &court.commit("web", 3)).commit("back"), &["HEAD:main"]);
    let mut eve = court.work("eve");
    eve.environment = court.world.environment.clone();
    let merge = eve.git(&["merge", "-q", "--no-gpg-sign", "--no-ff", "-m", "Merge request", "origin/request"]);
    refused(&merge, &["HEAD:main"], "counts once");
}

#[test]
fn a_hook_that_git_never_asks_is_told() {
    let court = Court::new();
    hooked(&court);
    let check = ["verify", "--install-hook", &court.world.remote.to_string_lossy(), "--check"];
    court.world.environment.stageline(&court.world.path(""), &check).exits(0);
    court.world.environment.git(&court.world.remote, &["config", "core.hooksPath", "/tmp/nohooks"]);
    court.world.environment.stageline(&court.world.path(""), &check).exits(1).says("never asked");
}

#[test]
fn a_commit_with_no_real_date_that_has_landed_keeps_nobody_from_reading_or_going_back() {
    let court = Court::new();
    for bad in ["-5 +0000", "0x10 +0000", "1795700000", "99999999999999999999 +0000", "UTC"] {
        let note = court.work("alice").write("notes.md", bad).commit("notes");
        let odd = rewritten(&court, note, "alice", |raw: &str| {
            let line = raw.lines().find(|line| line.starts_with("committer ")).expect("a committer");
            let who = &line[..=line.find('>').expect("an address")];
            raw.replacen(line, &format!("{who} {bad}"), 1)
        });
        lands(&odd, &["main"]);
        let after = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("web to production");
        lands(&after, &["HEAD:main"]);
        court.world.fetch();
        let alice = court.environment("alice");
        alice.stageline(&court.world.clone, &["history", "web"]).exits(0);
        alice.stageline(&court.world.clone, &["status"]).exits(0);
        let back = ["rollback", "web", "--env", "production", "-q", "-o", "json", "--no-hold"];
        alice.stageline(&court.world.clone, &back).exits(0);
    }
}

/// A commit of somebody's, on top of what is checked out, whose root folder has these raw entries (mode and name, and what is there)
/// before or behind its own.
fn with_entries(work: &Work, name: &str, first: &[(&str, String)], last: &[(&str, String)]) -> String {
    let raw =
        work.environment.command("git", &work.dir).args(["cat-file", "tree", "HEAD^{tree}"]).output().unwrap().stdout;
    let bytes = |entries: &[(&str, String)]| {
        let mut out = Vec::new();
        for (head, id) in entries {
            out.extend_from_slice(head.as_bytes());
            out.push(0);
            out.extend((0..20).map(|at| u8::from_str_radix(&id[at * 2..at * 2 + 2], 16).unwrap()));
        }
        out
    };
    let file = work.dir.join("raw-tree");
    std::fs::write(&file, [bytes(first), raw, bytes(last)].concat()).unwrap();
    let git = |args: &[&str]| work.environment.git(&work.dir, args);
    let tree = git(&["hash-object", "-t", "tree", "-w", "--literally", "raw-tree"]);
    let commit = git(&["commit-tree", "-S", "-p", "HEAD", "-m", name, &tree]);
    git(&["update-ref", "refs/heads/forged", &commit]);
    commit
}

#[test]
fn a_tree_in_which_two_readers_see_two_files_is_refused_also_where_nobody_governs_what_it_names() {
    let court = Court::new();
    hooked(&court);
    let path = overlay_file("web", "production");
    let blob = |work: &Work, text: &str| {
        std::fs::write(work.dir.join("blob"), text).unwrap();
        work.environment.git(&work.dir, &["hash-object", "-w", "blob"])
    };
    for as_path in [true, false] {
        let work = court.work("bob");
        let text = work.read(&path).replace(&court.commit("web", 3), &court.commit("web", 7));
        let overlay = blob(&work, &text);
        let rules = blob(&work, &work.read("stageline.yaml").replace("managers: [alice]", "managers: [bob]"));
        let entries = match as_path {
            true => vec![(format!("100644 {path}"), overlay)],
            false => vec![("100644 stageline.yaml".to_string(), rules)],
        };
        let entries: Vec<(&str, String)> = entries.iter().map(|(head, id)| (head.as_str(), id.clone())).collect();
        for (first, last) in [(&entries[..], &[][..]), (&[][..], &entries[..])] {
            let head = with_entries(&work, "x", first, last);
            refused(&work, &["forged:main"], "is not written as git writes");
            let verdict = work.verify_with(&[&head]);
            assert_eq!(verdict.code, Some(1), "{:#}", verdict.report);
            verdict.has_code("malformed-commit");
        }
    }
    // The same entries as git writes them: it is a tree like any other.
    let work = court.work("bob");
    let notes = blob(&work, "x\n");
    with_entries(&work, "notes", &[], &[("100644 zz.md", notes)]);
    lands(&work, &["forged:main"]);
}
