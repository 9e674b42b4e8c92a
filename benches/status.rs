//! Whole-process time of `status` of thousands of files against `git cat-file --batch` of the same, in one run on one machine.
//!
//! `cargo bench --bench status [-- --rounds N --applications N --commits N]`

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

#[path = "measure/large.rs"]
mod large;
#[allow(dead_code, reason = "others go by turns of two")]
mod measure;
#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use large::{ENVIRONMENTS, Wanted, application, history};
use measure::{median, ratio, show, time, time_and_peak};
use support::run::{Environment, program};

fn main() {
    let wanted = Wanted { rounds: 11, applications: 2000, commits: 20_000 }.read();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let environment = Environment::below(folder.path());
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    say(format!(
        "{} applications x {} environments, {} commits; {} rounds, turn by turn; medians of whole processes, this machine, this run",
        wanted.applications,
        ENVIRONMENTS.len(),
        wanted.commits,
        wanted.rounds
    ));
    for (name, has_file) in [("with a stageline.yaml", true), ("without one (found by the layout)", false)] {
        let clone = Clone::make(&environment, folder.path().join(format!("file-{has_file}")), &wanted, has_file);
        let found = clone.measure(wanted.rounds);
        say(format!("\n{name}"));
        say(format!("{:<58}{:>12}", "git cat-file --batch of the files", show(found.git)));
        for run in &found.runs {
            say(format!(
                "{:<58}{:>12}{:>9.2}x{:>7} MB",
                run.name,
                show(run.time),
                ratio(run.time, found.git),
                run.peak_kb / 1024
            ));
        }
        if !has_file {
            let init = clone.init(wanted.rounds);
            say(format!("{:<58}{:>12}{:>17} MB", init.name, show(init.time), init.peak_kb / 1024));
        }
    }
    say(format!("\n{}", wanted.again("status")));
}

/// A config repository without a work tree in use.
struct Clone<'e> {
    environment: &'e Environment,
    dir: PathBuf,
    /// The ids of its overlays' files, one a line.
    ids: PathBuf,
    /// Where the history index is kept while it is not there.
    index: PathBuf,
}

struct Found {
    git: Duration,
    runs: Vec<Measured>,
}

struct Measured {
    name: &'static str,
    time: Duration,
    peak_kb: u64,
}

impl<'e> Clone<'e> {
    fn make(environment: &'e Environment, dir: PathBuf, wanted: &Wanted, has_file: bool) -> Self {
        fs::create_dir(&dir).expect("a folder");
        environment.git(&dir, &["init", "-q", "-b", "main"]);
        let mut import = environment
            .command("git", &dir)
            .args(["fast-import", "--quiet", "--depth=50"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git starts");
        let size = (wanted.applications, wanted.commits);
        history(&mut BufWriter::new(import.stdin.take().expect("a pipe")), size, has_file).expect("a stream");
        assert!(import.wait().expect("the child is ours").success());
        let ids = dir.join("ids");
        let listed = environment.git(&dir, &["ls-tree", "-r", "main", "apps"]);
        let blobs: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
        assert_eq!(blobs.len(), wanted.applications * ENVIRONMENTS.len());
        fs::write(&ids, blobs.join("\n") + "\n").expect("a file");
        let clone = Self { environment, index: dir.join("kept"), ids, dir };
        // A question about one application builds the index.
        time(&mut clone.status(&[&application(0)]));
        fs::rename(clone.cache(), &clone.index).expect("an index");
        for file in fs::read_dir(&clone.index).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if file.extension().is_some_and(|ending| ending == "cache") {
                fs::remove_file(file).expect("our own file");
            }
        }
        clone
    }

    fn cache(&self) -> PathBuf {
        self.dir.join(".git/stageline")
    }

    fn status(&self, more: &[&str]) -> Command {
        let mut command = self.environment.command(program(), &self.dir);
        command.arg("status").args(more);
        command
    }

    /// As after `rm -r .git/stageline`.
    fn without_cache(&self) {
        if self.cache().exists() {
            fs::remove_dir_all(self.cache()).expect("our own folder");
        }
    }

    /// As after the first `history`.
    fn with_index_alone(&self) {
        self.without_cache();
        copy(&self.index, &self.cache());
    }

    /// What is found in the layout, proven and printed, from nothing that is remembered.
    fn init(&self, rounds: usize) -> Measured {
        let init = || {
            let mut command = self.environment.command(program(), &self.dir);
            command.args(["init", "--dry-run"]).stdout(Stdio::null());
            command
        };
        let time = median((0..rounds).map(|_| time(&mut init())).collect());
        Measured { name: "init --dry-run", time, peak_kb: time_and_peak(&mut init()).1 }
    }

    fn measure(&self, rounds: usize) -> Found {
        let mut git = Vec::new();
        let mut runs: [(&str, Vec<Duration>, u64); 3] =
            ["status, warm", "status, cold: no cache at all", "status, cold: the history index alone"]
                .map(|name| (name, Vec::new(), 0));
        for _ in 0..rounds {
            let mut cat = self.environment.command("git", &self.dir);
            cat.args(["cat-file", "--batch"]).stdin(fs::File::open(&self.ids).expect("the list"));
            git.push(time(cat.stdout(Stdio::null())));
            // The warm run comes last: it finds what the run before it left.
            for (nth, prepare) in
                [(1, Some(Self::without_cache as fn(&Self))), (2, Some(Self::with_index_alone)), (0, None)]
            {
                if let Some(prepare) = prepare {
                    prepare(self);
                }
                runs[nth].1.push(time(self.status(&[]).stdout(Stdio::null())));
            }
        }
        // What a cache changes is the time alone, or the comparison is void.
        let said = |clone: &Self| clone.status(&["-o", "json"]).output().expect("it starts").stdout;
        let warm = said(self);
        self.with_index_alone();
        assert_eq!(said(self), warm);
        for (nth, prepare) in
            [(1, Some(Self::without_cache as fn(&Self))), (2, Some(Self::with_index_alone)), (0, None)]
        {
            if let Some(prepare) = prepare {
                prepare(self);
            }
            runs[nth].2 = time_and_peak(&mut self.status(&[])).1;
        }
        let runs = runs.map(|(name, times, peak_kb)| Measured { name, time: median(times), peak_kb });
        Found { git: median(git), runs: runs.into() }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
    }
}
