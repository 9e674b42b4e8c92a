//! The branch of statements on a server: it only grows, commit by commit, whoever pushes.

use std::path::Path;

use crate::support::court::{Court, Verdict, Work};

const ZEROS: &str = "0000000000000000000000000000000000000000";

/// A clone with the branch of statements of one file checked out, and that commit.
fn begun(court: &Court) -> (Work, String) {
    let work = court.work("bob").git(&["checkout", "-q", "--orphan", "said"]).git(&["rm", "-rfq", "."]);
    let work = work.write("aa/1.json", "1").commit("one");
    let first = work.head();
    (work, first)
}

/// What the hook says of the branch going from one commit to another.
fn told(work: &Work, old: &str, new: &str) -> Verdict {
    let here: &Path = &work.dir;
    work.pre_receive(here, &format!("{old} {new} refs/heads/stageline/attestations\n"))
}

/// It is refused, and these words stand in why.
#[track_caller]
fn refused(verdict: &Verdict, says: &[&str]) {
    assert_eq!(verdict.code, Some(1), "{:#}", verdict.report);
    verdict.has_code("ref-protected");
    let text = verdict.report.to_string();
    assert!(says.iter().all(|words| text.contains(words)), "{says:?} in {:#}", verdict.report);
}

#[test]
fn statements_come_by_commits_that_only_bring_files_and_by_merges_of_such() {
    let court = Court::new();
    let (work, first) = begun(&court);
    told(&work, ZEROS, &first).passes();
    let work = work.git(&["checkout", "-q", "-b", "side"]).write("bb/2.json", "2").commit("two");
    let work = work.git(&["checkout", "-q", "said"]).write("aa/3.json", "3").commit("three");
    let work = work.git(&["merge", "-q", "--no-ff", "-m", "both", "side"]);
    told(&work, &first, &work.head()).passes();
    told(&work, ZEROS, &work.head()).passes();
}

#[test]
fn a_statement_that_was_there_is_neither_changed_nor_removed_also_if_a_later_commit_brings_it_back() {
    let court = Court::new();
    let (work, first) = begun(&court);
    let work = work.write("aa/2.json", "2").commit("two");
    told(&work, &first, &work.head()).passes();
    let work = work.write("aa/1.json", "other").commit("change");
    let changed = work.head();
    for old in [&first, ZEROS] {
        refused(&told(&work, old, &changed), &[&format!("commit {} changes `aa/1.json`", &changed[..7])]);
    }
    let work = work.write("aa/1.json", "1").commit("back");
    for old in [&first, ZEROS] {
        refused(&told(&work, old, &work.head()), &[&format!("commit {} changes `aa/1.json`", &changed[..7])]);
    }
    let work = work.git(&["reset", "-q", "--hard", "HEAD~2"]).git(&["rm", "-q", "aa/1.json"]).commit("remove");
    let removed = work.head();
    let work = work.write("aa/1.json", "1").commit("back");
    refused(&told(&work, &first, &work.head()), &[&format!("commit {} removes `aa/1.json`", &removed[..7])]);
    let work = work.git(&["reset", "-q", "--hard", "HEAD~2"]).write("aa/3.json", "3").commit("three");
    told(&work, &first, &work.head()).passes();
}

#[test]
fn a_link_or_submodule_is_no_statement() {
    let court = Court::new();
    let (work, first) = begun(&court);
    std::os::unix::fs::symlink("1.json", work.dir.join("aa/2.json")).expect("a link");
    let work = work.commit("link");
    for old in [&first, ZEROS] {
        let words = format!("commit {} brings a link or submodule as `aa/2.json`", &work.head()[..7]);
        refused(&told(&work, old, &work.head()), &[&words]);
    }
    let info = format!("160000,{first},aa/3.json");
    let work = work.git(&["reset", "-q", "--hard", "HEAD~1"]).git(&["update-index", "--add", "--cacheinfo", &info]);
    let work = work.git(&["commit", "-q", "-m", "submodule"]);
    refused(&told(&work, &first, &work.head()), &["brings a link or submodule as `aa/3.json`"]);
    let work = work.git(&["reset", "-q", "--hard", "HEAD~1"]).write("aa/2.json", "2").commit("file");
    told(&work, &first, &work.head()).passes();
}

#[test]
fn what_has_landed_stays_on_the_first_parent_chain() {
    let court = Court::new();
    let (work, first) = begun(&court);
    let work = work.write("aa/2.json", "2").commit("two");
    let old = work.head();
    refused(&told(&work, &old, &first), &["records only grow"]);
    let work = work.git(&["checkout", "-q", "-b", "side", &first]).write("bb/3.json", "3").commit("three");
    refused(&told(&work, &old, &work.head()), &["records only grow"]);
    let work = work.git(&["merge", "-q", "--no-ff", "-m", "the wrong way round", &old]);
    refused(&told(&work, &old, &work.head()), &["a side branch of its history"]);
    let work = work.git(&["checkout", "-q", "said"]).git(&["merge", "-q", "--no-ff", "-m", "the right way", "side~1"]);
    told(&work, &old, &work.head()).passes();
    refused(&told(&work, &old, ZEROS), &["records are not taken away"]);
}

#[test]
fn a_tree_that_readers_see_differently_is_no_statement_either() {
    let court = Court::new();
    let (work, first) = begun(&court);
    // Two entries of one name.
    let blob = work.environment.git(&work.dir, &["rev-parse", "HEAD:aa/1.json"]);
    let entry = format!("100644 blob {blob}\t1.json");
    let folder = work.environment.git(&work.dir, &["rev-parse", "HEAD:aa"]);
    let made = |listing: &str| {
        let file = work.dir.join(".git/listing");
        std::fs::write(&file, listing).expect("a listing");
        let script = format!("git mktree < '{}'", file.display());
        work.environment.tool("sh", &work.dir, &["-c", &script]).trim().to_string()
    };
    let commit = |tree: &str| work.environment.git(&work.dir, &["commit-tree", "-m", "x", "-p", &first, tree]);
    let good = commit(&made(&format!("040000 tree {folder}\taa\n100644 blob {blob}\tb\n")));
    told(&work, &first, &good).passes();
    let double = made(&format!("{entry}\n{entry}\n"));
    let bad = commit(&made(&format!("040000 tree {double}\tbb\n040000 tree {folder}\taa\n")));
    let verdict = told(&work, &first, &bad);
    assert_eq!(verdict.code, Some(1), "{:#}", verdict.report);
    verdict.has_code("malformed-commit");
}
