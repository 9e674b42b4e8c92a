//! `feedback step`: its flags, the files that it reads, and the summary of a job.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum, ValueHint};
use serde_json::Value;

use super::writing::duration;
use crate::cli::options::Global;
use crate::domain::commit::CommitId;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::domain::report::told_step::{ShownIn, StepReport};
use crate::domain::step::{Link, StepName, StepState};
use crate::ops::verbs::feedback_step::{self, MOST_BYTES, Request, Which};
use crate::process::Surroundings;

const EXAMPLES: &str = "\
Examples:
  stageline feedback step --request auto --step build --status running
  stageline feedback step --request auto --step test --status failed \\
      --junit 'target/junit/*.xml'
  stageline feedback step --request auto --step preview --status passed \\
      --link preview=https://pr-12.preview.example.com
  stageline feedback step --request https://git.example.com/shop/web/pulls/12 \\
      --step smoke --status passed --commit $SHA

It runs in the pipeline of an application's source, with the job's own token,
and needs no config repository. Each step is the commit status
`stageline/step/NAME`, and one comment on the request shows all of them. Any
number of jobs may tell theirs at once. No gate reads it.
Exit code 0: told, or there is no request, or the token may not write and the
job's summary says it (GITHUB_STEP_SUMMARY, else the output); 5: recorded, and
the comment may lack it until the next step.";

/// Bounds of a search for files: so many folders are looked into, so many files are read, and a pattern is taken so deep.
const MOST_FOLDERS: usize = 2000;
const MOST_FILES: usize = 200;
const DEEPEST: usize = 32;
/// All files together have so many bytes at most.
const MOST_OF_ALL: usize = 64 << 20;
/// What is longer is no event (GitHub's are cut at 25 MB).
const LONGEST_EVENT: u64 = 32 << 20;

/// Tell a step of a source's pipeline on its merge request: one comment that shows them all
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Step {
    /// The merge request: `auto` for the one that this job is of, its number, or the address of its page
    #[arg(long, value_name = "URL|N|auto", value_parser = which, value_hint = ValueHint::Url)]
    request: Which,
    /// What the step is called: letters, digits, `.`, `_`, `-`
    #[arg(long, value_name = "NAME", value_parser = StepName::new)]
    step: StepName,
    /// What became of it; a CI's own words are understood, too: success, failure, cancelled
    #[arg(long, value_name = "HOW", value_enum)]
    status: StatusArg,
    /// Results of its tests as JUnit XML: a file, or a pattern with `*`, `?` and `**`; may be given several times
    #[arg(long, value_name = "FILE|GLOB", value_hint = ValueHint::FilePath)]
    junit: Vec<String>,
    /// A page that it leads to; may be given several times
    #[arg(long, value_name = "NAME=URL", value_parser = link)]
    link: Vec<Link>,
    /// What there is to say of it
    #[arg(short = 'm', long, value_name = "TEXT")]
    message: Option<String>,
    /// The commit that it ran for, as a full id [default: as the job says, else the head of the request]
    #[arg(long, value_name = "ID", value_parser = commit)]
    commit: Option<CommitId>,
    /// How long a forge that does not answer is asked again: 60s, 5m; 0: once
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration, hide_default_value = true)]
    wait_for_forge: Duration,
}

/// `--status`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusArg {
    Running,
    #[value(alias = "success")]
    Passed,
    #[value(aliases = ["failure", "cancelled", "canceled"])]
    Failed,
    Skipped,
}

impl Step {
    /// Tells the step.
    ///
    /// # Errors
    /// A file cannot be read; as `ops::verbs::feedback_step::run`.
    pub fn run(&self, global: &Global, surroundings: &Surroundings) -> Result<Report, Error> {
        let mut notes = Vec::new();
        if global.repo.is_some() || global.config.is_some() {
            notes.push("`--repo` and `--config` say nothing here: no config repository is read".to_string());
        }
        let junit = results(&self.junit, &surroundings.current_dir, &mut notes)?;
        let request = Request {
            which: self.request.clone(),
            name: self.step.clone(),
            state: match self.status {
                StatusArg::Running => StepState::Running,
                StatusArg::Passed => StepState::Passed,
                StatusArg::Failed => StepState::Failed,
                StatusArg::Skipped => StepState::Skipped,
            },
            message: self.message.clone(),
            links: self.link.clone(),
            junit,
            commit: self.commit,
            event: event(surroundings),
            patience: self.wait_for_forge,
            notes,
        };
        let report = feedback_step::run(surroundings, request)?;
        Ok(Report::Step(summarized(report, surroundings)))
    }
}

/// The report once its text stands in the summary of the job, where there is one and it belongs there.
fn summarized(mut report: StepReport, surroundings: &Surroundings) -> StepReport {
    let (Some(text), Some(file)) = (&report.text, surroundings.variable("GITHUB_STEP_SUMMARY")) else { return report };
    let open = OpenOptions::new().append(true).create(true).open(file);
    match open.and_then(|mut open| open.write_all(format!("{text}\n").as_bytes())) {
        Ok(()) => (report.shown, report.text) = (ShownIn::Summary, None),
        // Then the output has it.
        Err(why) => report.notes.push(format!("the summary of the job cannot be written: {why}")),
    }
    report
}

fn which(text: &str) -> Result<Which, String> {
    match (text, text.trim_start_matches(['#', '!']).parse::<u64>()) {
        ("auto", _) => Ok(Which::Auto),
        (_, Ok(number)) if number > 0 => Ok(Which::Number(number)),
        _ if text.contains("://") => Ok(Which::Page(text.to_string())),
        _ => Err("a request is `auto`, a number, or the address of its page".into()),
    }
}

fn link(text: &str) -> Result<Link, String> {
    let (name, page) = text.split_once('=').ok_or("a link is NAME=URL: preview=https://pr-12.preview.example.com")?;
    Link::new(name, page)
}

fn commit(text: &str) -> Result<CommitId, String> {
    CommitId::from_hex(text).ok_or_else(|| "a commit is its full id: 40 hex digits".to_string())
}

/// What the file of the job's event holds; nothing where there is none that can be read.
fn event(surroundings: &Surroundings) -> Value {
    let read = || {
        let file = File::open(surroundings.variable("GITHUB_EVENT_PATH")?).ok()?;
        let mut bytes = Vec::new();
        file.take(LONGEST_EVENT).read_to_end(&mut bytes).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    read().unwrap_or_default()
}

/// The files that are meant, each with what is in it, one byte more than is read at most. What is not there is noted: whoever tells
/// that a step failed has often nothing more to show.
fn results(all: &[String], dir: &Path, notes: &mut Vec<String>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut files: Vec<PathBuf> = Vec::new();
    for one in all {
        let found = if one.contains(['*', '?']) { matching(one, dir)? } else { vec![PathBuf::from(one)] };
        let mut found: Vec<PathBuf> = found.into_iter().filter(|file| dir.join(file).is_file()).collect();
        if found.is_empty() {
            notes.push(format!("no file of results is at `{}`", one.escape_debug()));
        }
        found.sort();
        files.extend(found);
    }
    files.dedup();
    if files.len() > MOST_FILES {
        notes.push(format!("{} files of results, of which the first {MOST_FILES} are read", files.len()));
        files.truncate(MOST_FILES);
    }
    let (mut out, mut total) = (Vec::new(), 0);
    for file in files {
        let (mut bytes, name) = (Vec::new(), file.display().to_string());
        let read =
            File::open(dir.join(&file)).and_then(|open| open.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes));
        total += read.with_context(|| format!("cannot read `{name}`"))?;
        if total > MOST_OF_ALL {
            notes.push(format!(
                "the files of results have more than {} MiB: `{name}` and what follows is left out",
                MOST_OF_ALL >> 20
            ));
            break;
        }
        out.push((name, bytes));
    }
    Ok(out)
}

/// The files below `dir` that a pattern means. Links are not followed: they may go round in a circle.
fn matching(pattern: &str, dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let parts: Vec<&str> = pattern.split('/').collect();
    let fixed = parts.iter().take(parts.len() - 1).take_while(|part| !part.contains(['*', '?'])).count();
    let start: PathBuf = if fixed == 1 && parts[0].is_empty() { "/".into() } else { parts[..fixed].join("/").into() };
    let (mut out, mut folders, mut looked) = (Vec::new(), vec![(start, parts[fixed..].to_vec(), 0)], 0);
    while let Some((folder, rest, depth)) = folders.pop() {
        let Some((first, behind)) = rest.split_first() else { continue };
        looked += 1;
        if looked > MOST_FOLDERS || depth > DEEPEST {
            let what = format!("`{}` means more folders than are looked into", pattern.escape_debug());
            return Err(Refusal::new(Code::BadJunit, what).hint("name the folder: `target/junit/*.xml`").invalid());
        }
        if *first == "**" {
            folders.push((folder.clone(), behind.to_vec(), depth));
        }
        let Ok(entries) = std::fs::read_dir(dir.join(&folder)) else { continue };
        for entry in entries.flatten() {
            let (Ok(kind), Some(name)) = (entry.file_type(), entry.file_name().to_str().map(str::to_string)) else {
                continue;
            };
            let path = folder.join(&name);
            match () {
                () if kind.is_dir() && *first == "**" => folders.push((path, rest.clone(), depth + 1)),
                () if !fits(first, &name) || *first == "**" => {}
                () if kind.is_dir() => folders.push((path, behind.to_vec(), depth + 1)),
                () if behind.is_empty() => out.push(path),
                () => {}
            }
        }
    }
    Ok(out)
}

/// Whether a name is as a pattern of `*` and `?` says, without trying every way: the last `*` takes as much as it has to.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut of, mut star) = (0, 0, None);
    while of < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(c) if *c == '?' || *c == name[of] => (at, of) = (at + 1, of + 1),
            _ => match star {
                Some((back, from)) => {
                    star = Some((back, from + 1));
                    (at, of) = (back + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_request_is_auto_a_number_or_a_page() {
        assert!(matches!(which("auto"), Ok(Which::Auto)));
        for text in ["12", "#12", "!12"] {
            assert!(matches!(which(text), Ok(Which::Number(12))), "{text}");
        }
        assert!(matches!(which("https://git.example.com/a/b/pulls/1"), Ok(Which::Page(_))));
        for text in ["", "0", "main", "-1"] {
            assert!(which(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_pattern_of_a_name_means_what_a_shell_means() {
        for (pattern, name, wanted) in [
            ("*.xml", "a.xml", true),
            ("*.xml", "a.xml.bak", false),
            ("TEST-*.xml", "TEST-.xml", true),
            ("TEST-*.xml", "test-a.xml", false),
            ("?.xml", "é.xml", true),
            ("a*b*c", "aXbYbc", true),
            ("*", "", true),
            ("a", "", false),
            ("*a*a*a*a*a*a*a*a*b", &"a".repeat(200), false),
        ] {
            assert_eq!(fits(pattern, name), wanted, "{pattern} {name}");
        }
    }

    #[test]
    fn results_are_found_by_patterns_and_what_is_not_there_is_noted() {
        let dir = tempfile::tempdir().unwrap();
        for file in ["target/junit/a.xml", "target/junit/b.xml", "target/junit/deep/c.xml", "target/x.txt"] {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path(), dir.path().join("target/round")).unwrap();
        let found = |pattern: &str| {
            let mut notes = Vec::new();
            let all = results(&[pattern.to_string()], dir.path(), &mut notes).unwrap();
            (all.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" "), notes.len())
        };
        assert_eq!(found("target/junit/*.xml"), ("target/junit/a.xml target/junit/b.xml".into(), 0));
        assert_eq!(found("target/*/b.xml"), ("target/junit/b.xml".into(), 0));
        assert_eq!(found("**/*.xml"), ("target/junit/a.xml target/junit/b.xml target/junit/deep/c.xml".into(), 0));
        assert_eq!(found("target/junit/a.xml"), ("target/junit/a.xml".into(), 0));
        assert_eq!(found("target/nothing/*.xml"), (String::new(), 1));
        assert_eq!(found("gone.xml"), (String::new(), 1));
        for name in ["1.big", "2.big", "3.big", "4.big", "5.big"] {
            let file = fs::File::create(dir.path().join(name)).unwrap();
            file.set_len(MOST_BYTES as u64).unwrap();
        }
        assert_eq!(found("*.big"), ("1.big 2.big 3.big 4.big".into(), 1), "no more than is read together");
        let whole = format!("{}/target/junit/?.xml", dir.path().display());
        assert_eq!(found(&whole).0.split(' ').count(), 2);
    }
}
