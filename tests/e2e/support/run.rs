//! Runs the built program, and git beside it, in an environment that holds nothing of the user's.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// No run takes longer on any machine; a run that does hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// The environment that programs get: nothing is inherited but what stands here.
#[derive(Debug, Clone)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// A home, caches and a temporary folder below `root`; the folders are made.
    pub fn below(root: &Path) -> Self {
        let mut variables = BTreeMap::new();
        for (name, folder) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_CACHE_HOME", "home/.cache"),
            ("XDG_DATA_HOME", "home/.local/share"),
            ("XDG_STATE_HOME", "home/.local/state"),
            ("TMPDIR", "tmp"),
        ] {
            let path = root.join(folder);
            std::fs::create_dir_all(&path).expect("a folder of the test's home");
            variables.insert(name.into(), path.into_os_string());
        }
        for (name, value) in [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
            ("LOGNAME", "mei"),
            ("USER", "mei"),
        ] {
            variables.insert(name.into(), value.into());
        }
        variables.insert("PATH".into(), std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()));
        Self { variables }
    }

    /// The same with one variable set.
    pub fn with(&self, name: &str, value: impl Into<OsString>) -> Self {
        let mut other = self.clone();
        other.variables.insert(name.into(), value.into());
        other
    }

    /// The same with `folder` first on the PATH.
    pub fn with_first_on_path(&self, folder: &Path) -> Self {
        let mut path = folder.as_os_str().to_owned();
        path.push(":");
        path.push(self.get("PATH"));
        self.with("PATH", path)
    }

    /// The value of a variable that is set.
    pub fn get(&self, name: &str) -> &OsString {
        &self.variables[&OsString::from(name)]
    }

    /// Whether a program is on the PATH.
    pub fn has(&self, program: &str) -> bool {
        std::env::split_paths(self.get("PATH")).any(|folder| folder.join(program).is_file())
    }

    /// A command with this environment in `dir`, without input.
    pub fn command(&self, program: impl Into<OsString>, dir: &Path) -> Command {
        let mut command = Command::new(program.into());
        command.env_clear().envs(&self.variables).current_dir(dir).stdin(Stdio::null());
        command
    }

    /// Runs git, which must succeed; its output without the last line break.
    pub fn git(&self, dir: &Path, args: &[&str]) -> String {
        self.tool("git", dir, args).trim_end_matches('\n').to_owned()
    }

    /// Runs a program, which must succeed; its output.
    pub fn tool(&self, program: &str, dir: &Path, args: &[&str]) -> String {
        let output = self.command(program, dir).args(args).output().unwrap_or_else(|why| panic!("{program}: {why}"));
        assert!(
            output.status.success(),
            "{program} {args:?} in {}: {}",
            dir.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("its output is text")
    }

    /// Runs git, which may fail.
    pub fn try_git(&self, dir: &Path, args: &[&str]) -> Output {
        self.command("git", dir).args(args).output().expect("git starts")
    }

    /// Runs stageline to its end.
    #[must_use = "a run ends somehow: say how"]
    pub fn stageline(&self, dir: &Path, args: &[&str]) -> Ran {
        let child = self.start_stageline(dir, args);
        finish(child, args)
    }

    /// Starts stageline and returns while it runs.
    pub fn start_stageline(&self, dir: &Path, args: &[&str]) -> Child {
        self.command(program(), dir)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("stageline starts")
    }
}

/// The program that is tested.
pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_stageline"))
}

/// Waits for a started stageline and keeps what it said.
#[must_use = "a run ends somehow: say how"]
pub fn finish(mut child: Child, args: &[&str]) -> Ran {
    let mut out = child.stdout.take().expect("a pipe");
    let mut err = child.stderr.take().expect("a pipe");
    let read_out = thread::spawn(move || {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).map(|_| bytes)
    });
    let read_err = thread::spawn(move || {
        let mut bytes = Vec::new();
        err.read_to_end(&mut bytes).map(|_| bytes)
    });
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child is ours") {
            break status;
        }
        if begun.elapsed() > LIMIT {
            child.kill().expect("the child is ours");
            panic!("stageline {args:?} still ran after {LIMIT:?}");
        }
        thread::sleep(Duration::from_millis(2));
    };
    let text = |bytes: std::io::Result<Vec<u8>>| String::from_utf8(bytes.expect("a pipe")).expect("output is UTF-8");
    let said = text(read_err.join().expect("the reader ends"));
    // On a slow machine any run may have to say that it still runs.
    let (progress, stderr): (Vec<&str>, Vec<&str>) = said.split_inclusive('\n').partition(|line| is_progress(line));
    let ran = Ran {
        said: format!("stageline {}", args.join(" ")),
        code: status.code(),
        stdout: text(read_out.join().expect("the reader ends")),
        stderr: stderr.concat(),
        progress: progress.concat(),
        awaited: Vec::new(),
    };
    // Whatever a test asks for, a panic is never the answer; in a release build it is an abort.
    assert!(ran.code != Some(101) && !ran.stderr.contains("panicked at"), "{ran}");
    ran
}

/// `fetching origin ... 430 of 1,000 objects (10 s)`
fn is_progress(line: &str) -> bool {
    let seconds = line.trim_end().strip_suffix(" s)").and_then(|rest| rest.rsplit_once('('));
    line.contains(" ... ") && seconds.is_some_and(|(_, digits)| digits.chars().all(|c| c.is_ascii_digit()))
}

/// How a run of stageline ended.
#[derive(Debug, Clone)]
pub struct Ran {
    said: String,
    code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// What it said of still running, which is no part of `stderr` here.
    pub progress: String,
    /// What the test has said that lines of stderr contain.
    awaited: Vec<String>,
}

impl Ran {
    /// Fails the test where the exit code is another, or where stderr has more than the error and what `on_stderr` has named.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code(), Some(code), "{self}");
        self
    }

    /// The exit code; none where a signal ended it. Fails the test where stderr has more than it may.
    #[track_caller]
    pub fn code(&self) -> Option<i32> {
        let noise: Vec<&str> = self.beside_the_error().collect();
        assert!(noise.is_empty(), "nobody expected this on stderr: {noise:#?}\n{self}");
        self.code
    }

    /// Expects lines with `text` on stderr, beside an error: `run.on_stderr("differs").exits(0)`.
    #[track_caller]
    pub fn on_stderr(mut self, text: &str) -> Self {
        assert!(
            self.before_the_error().lines().any(|line| line.contains(text)),
            "nothing of {text:?} on stderr\n{self}"
        );
        self.awaited.push(text.to_owned());
        self
    }

    /// The lines of stderr that neither belong to the error of a run that failed nor are awaited.
    fn beside_the_error(&self) -> impl Iterator<Item = &str> {
        // `-v` is there to tell the steps.
        let is_verbose = self.said.split(' ').any(|word| word == "-v");
        let is_step = move |line: &str| is_verbose && line.split(' ').next().is_some_and(|word| word.ends_with("ing"));
        self.before_the_error()
            .lines()
            .filter(move |line| !is_step(line) && !self.awaited.iter().any(|text| line.contains(text)))
    }

    /// All of stderr, or what stands there before the error of a run that failed.
    fn before_the_error(&self) -> &str {
        let error = self.stderr.find("error: ").filter(|at| *at == 0 || self.stderr[..*at].ends_with('\n'));
        match error {
            Some(at) if self.code != Some(0) => &self.stderr[..at],
            _ => &self.stderr,
        }
    }

    /// The one JSON object on stdout, which names its version.
    #[track_caller]
    pub fn json(&self) -> Value {
        self.code();
        let value: Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not one JSON value: {error}\n{self}"));
        assert_eq!(value["schema_version"], 1, "{self}");
        value
    }

    /// The stable word of the refusal that was printed with `-o json`.
    #[track_caller]
    pub fn refusal(&self) -> String {
        let value = self.json();
        value["error"]["code"].as_str().unwrap_or_else(|| panic!("no error code\n{self}")).to_owned()
    }

    /// Fails the test where stdout and stderr together lack `text`.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        self.code();
        assert!(self.stdout.contains(text) || self.stderr.contains(text), "nothing about {text:?}\n{self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map_or("by a signal".to_owned(), |code| code.to_string());
        write!(f, "$ {}\nexit {code}\n--- stdout\n{}--- stderr\n{}", self.said, self.stdout, self.stderr)
    }
}
