//! How the git program is started: the options and variables that every git child gets, and what its words mean.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::secrets::{Secrets, without_secrets};
use crate::process::{self, Command, Finished, Kind, OnStop, Surroundings};

use super::progress;

/// The oldest git that this tool works with.
pub(super) const OLDEST: (u32, u32) = (2, 39);

/// What a plumbing command may take at most, and what a fetch or push may take off a terminal.
pub(super) const PLUMBING_LIMIT: Duration = Duration::from_secs(300);
pub(super) const NETWORK_LIMIT: Duration = Duration::from_secs(600);

/// What every git child is told. The last one silences a hint on the graft file that we switch off below.
const OPTIONS: [&str; 9] = [
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "submodule.recurse=false",
    "-c",
    "color.ui=false",
    "-c",
    "advice.graftFileDeprecated=false",
];

/// Variables by which git writes what it does to its standard error. There it would be taken for what went wrong, and it
/// may hold header lines; a trace into a file is the user's own.
const TRACES: [&str; 14] = [
    "GIT_TRACE",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE2_PERF",
    "GIT_TRACE_BARE_REPOSITORY",
    "GIT_TRACE_CURL",
    "GIT_TRACE_FSMONITOR",
    "GIT_TRACE_PACKET",
    "GIT_TRACE_PACKFILE",
    "GIT_TRACE_PACK_ACCESS",
    "GIT_TRACE_PERFORMANCE",
    "GIT_TRACE_REFS",
    "GIT_TRACE_SETUP",
    "GIT_TRACE_SHALLOW",
];

/// Whose hooks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hooks {
    /// None: what we do for ourselves must not start programs that a clone's configuration names.
    Off,
    /// The user's own: only for a push.
    Own,
}

/// One run of git, to be adjusted and started.
#[derive(Debug, Clone)]
pub(super) struct Git<'a> {
    surroundings: &'a Surroundings,
    command: Command,
}

impl<'a> Git<'a> {
    /// git in `dir`, which finds its repository from there.
    pub(super) fn new<S: Into<OsString>>(
        surroundings: &'a Surroundings,
        dir: &Path,
        kind: Kind,
        hooks: Hooks,
        args: impl IntoIterator<Item = S>,
    ) -> Self {
        let mut all: Vec<OsString> = OPTIONS.iter().map(OsString::from).collect();
        if hooks == Hooks::Off {
            all.extend(["-c", "core.hooksPath=/dev/null"].map(OsString::from));
        }
        all.extend(args.into_iter().map(Into::into));
        let mut set: Vec<(OsString, OsString)> =
            [("LC_ALL", "C"), ("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_GRAFT_FILE", "/dev/null")]
                .map(|(name, value)| (name.into(), value.into()))
                .to_vec();
        let to_stderr = |name: &&str| {
            let value = surroundings.variable(name).map(|value| value.to_string_lossy().to_lowercase());
            value.is_some_and(|value| ["1", "2", "true"].contains(&value.as_str()))
        };
        set.extend(TRACES.iter().filter(|name| to_stderr(name)).map(|name| (name.into(), "0".into())));
        if kind != Kind::Interactive || !surroundings.interactive {
            set.push(("GIT_TERMINAL_PROMPT".into(), "0".into()));
        }
        let limit = if kind == Kind::Interactive { NETWORK_LIMIT } else { PLUMBING_LIMIT };
        let command = Command {
            program: "git".into(),
            args: all,
            dir: Some(dir.into()),
            kind,
            on_stop: OnStop::End,
            set,
            stdin: None,
            limit,
            hear: None,
        };
        Self { surroundings, command }
    }

    /// Bytes for its standard input.
    #[must_use]
    pub(super) fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.command.stdin = Some(bytes);
        self
    }

    /// One more variable.
    #[must_use]
    pub(super) fn set(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.command.set.push((name.into(), value.into()));
        self
    }

    /// Another time limit.
    #[must_use]
    pub(super) fn limit(mut self, limit: Duration) -> Self {
        self.command.limit = limit;
        self
    }

    /// Says how many commits it has told of, where between any two of them it writes `mark`.
    #[must_use]
    pub(super) fn counting_commits(mut self, mark: &'static [u8]) -> Self {
        self.command.hear = progress::of_commits(&self.surroundings.meter, mark);
        self
    }

    /// What it means for it that this process is to end; otherwise it is ended too.
    #[must_use]
    pub(super) fn on_stop(mut self, on_stop: OnStop) -> Self {
        self.command.on_stop = on_stop;
        self
    }

    /// Runs it to its end, whatever that is. What it says (its standard error, and the report of a push) has no secrets
    /// in it: this is the gate that the words of git, ssh, curl, hooks and helpers pass.
    pub(super) fn finish(&self) -> Result<Finished, Error> {
        let heard = self.heard();
        let mut finished = process::run(self.surroundings, heard.as_ref().unwrap_or(&self.command))?;
        if heard.is_some() {
            finished.stderr = progress::without(&finished.stderr);
        }
        let speaks = !finished.stderr.is_empty() || (finished.code != Some(0) && self.verb() == "push");
        if speaks {
            let secrets = self.secrets();
            let clean = |said: &[u8]| secrets.out_of(&String::from_utf8_lossy(said)).into_bytes();
            finished.stderr = clean(&finished.stderr);
            if self.verb() == "push" {
                finished.stdout = clean(&finished.stdout);
            }
        }
        Ok(finished)
    }

    /// The same command, where it brings something over a network and somebody sees how far it is.
    fn heard(&self) -> Option<Command> {
        let verb = self.verb();
        let brings = self.command.kind == Kind::Interactive && (verb == "fetch" || verb == "clone");
        let hear = brings.then(|| progress::of_a_fetch(&self.surroundings.meter)).flatten()?;
        let at = self.command.args.len() - self.after_options().count() + 1;
        let mut command = Command { hear: Some(hear), ..self.command.clone() };
        command.args.insert(at, progress::OPTION.into());
        Some(command)
    }

    /// The secrets of the very configuration that this run saw: same folder, variables and options. Where git cannot list
    /// it, it could not read addresses from it either.
    fn secrets(&self) -> Secrets {
        let options = self.command.args.len() - self.after_options().count();
        let list = ["config", "--list", "-z"].map(OsString::from);
        let command = Command {
            args: self.command.args.iter().take(options).cloned().chain(list).collect(),
            kind: Kind::Plumbing,
            on_stop: OnStop::Look,
            stdin: None,
            limit: PLUMBING_LIMIT,
            hear: None,
            ..self.command.clone()
        };
        let listed = process::run(self.surroundings, &command).ok().filter(|listed| listed.code == Some(0));
        super::secrets::known(&listed.map_or(Vec::new(), |listed| listed.stdout), self.surroundings)
    }

    /// Its standard output; any end but success is an error with git's words.
    pub(super) fn stdout(&self) -> Result<Vec<u8>, Error> {
        let finished = self.finish()?;
        if finished.code == Some(0) { Ok(finished.stdout) } else { Err(self.failure(&finished)) }
    }

    /// The error for an end that nobody expected: which command, git's words, and whether git is too old.
    pub(super) fn failure(&self, finished: &Finished) -> Error {
        if let Some(error) = too_old(self.surroundings) {
            return error;
        }
        let verb = self.verb();
        let how = match (finished.timed_out, finished.code) {
            (true, _) => format!("`git {verb}` did not end within {} s", self.command.limit.as_secs()),
            (false, Some(code)) => format!("`git {verb}` failed with exit code {code}"),
            (false, None) => format!("`git {verb}` was killed"),
        };
        let refusal = Refusal::new(Code::GitFailed, how).details(words(&finished.stderr));
        if finished.timed_out { refusal.cannot_tell() } else { refusal.invalid() }
    }

    /// The git command, without its options.
    fn verb(&self) -> String {
        self.after_options().next().map_or(String::new(), |verb| verb.to_string_lossy().into_owned())
    }

    /// The arguments from the git command on.
    fn after_options(&self) -> impl Iterator<Item = &OsString> {
        let mut args = self.command.args.as_slice();
        while let [option, rest @ ..] = args {
            args = match option.to_string_lossy().as_ref() {
                "-c" => rest.get(1..).unwrap_or_default(),
                option if option.starts_with('-') => rest,
                _ => break,
            };
        }
        args.iter()
    }
}

/// The error where the git on the PATH is older than we can work with; asked only after something failed.
pub(super) fn too_old(surroundings: &Surroundings) -> Option<Error> {
    let git = Git::new(surroundings, Path::new("/"), Kind::Plumbing, Hooks::Off, ["version"]);
    let finished = git.finish().ok()?;
    let text = String::from_utf8_lossy(&finished.stdout).trim().to_string();
    let version = version_of(&text)?;
    (version < OLDEST).then(|| {
        Refusal::new(Code::GitTooOld, format!("`{text}` is too old"))
            .hint(format!("install git {}.{} or newer", OLDEST.0, OLDEST.1))
            .invalid()
    })
}

pub(super) fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix("git version ")?.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// What a program said, as lines without terminal residue, and without what looks like a secret.
pub(super) fn words(said: &[u8]) -> Vec<String> {
    without_secrets(&String::from_utf8_lossy(said))
        .split(['\n', '\r'])
        .map(|line| line.trim_end_matches("\u{1b}[K").trim_end().to_string())
        .filter(|line| !line.is_empty() && line != "remote:")
        .collect()
}

/// Whether the other side asked who we are. By git's and ssh's fixed words (`LC_ALL=C`): there is no other way.
pub(super) fn asks_who_we_are(stderr: &[u8]) -> bool {
    let text = String::from_utf8_lossy(stderr).to_lowercase();
    [
        "authentication failed",
        "could not read username",
        "could not read password",
        "terminal prompts disabled",
        "permission denied (publickey",
        "permission denied (password",
        "permission denied (keyboard",
        "the requested url returned error: 401",
        "http basic: access denied",
        "invalid username or password",
        "invalid credentials",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// A path as git prints it.
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_has_no_secret_of_the_configuration_that_it_saw() {
        let dir = tempfile::tempdir().unwrap();
        let mut surroundings = Surroundings::default();
        for name in ["PATH", "HOME"] {
            surroundings.variables.insert(name.into(), std::env::var_os(name).unwrap_or_default());
        }
        let address = "http://mei:S3CRET/tok@127.0.0.1:1/x.git";
        let run = |git: Git<'_>| String::from_utf8(git.finish().unwrap().stderr).unwrap();
        let git = |args: [&'static str; 4]| Git::new(&surroundings, dir.path(), Kind::Interactive, Hooks::Off, args);
        let by_option = git(["-c", "remote.x.url=http://mei:S3CRET/tok@127.0.0.1:1/x.git", "ls-remote", "x"]);
        let by_variable = git(["-c", "color.ui=false", "ls-remote", "x"])
            .set("GIT_CONFIG_COUNT", "1")
            .set("GIT_CONFIG_KEY_0", "remote.x.url")
            .set("GIT_CONFIG_VALUE_0", address);
        for said in [run(by_option), run(by_variable)] {
            assert!(said.contains("127.0.0.1:1/x.git"), "the address is spoken of: {said}");
            assert!(!said.contains("S3CRET") && !said.contains("tok"), "{said}");
        }
    }

    #[test]
    fn a_trace_to_the_terminal_is_not_taken_for_words_and_one_into_a_file_stays() {
        let dir = tempfile::tempdir().unwrap();
        let mut surroundings = Surroundings::default();
        surroundings.variables.insert("PATH".into(), std::env::var_os("PATH").unwrap());
        for (name, value) in [("GIT_TRACE", "1"), ("GIT_TRACE_SETUP", "true"), ("GIT_CURL_VERBOSE", "1")] {
            surroundings.variables.insert(name.into(), value.into());
        }
        let file = dir.path().join("trace");
        surroundings.variables.insert("GIT_TRACE_CURL".into(), file.clone().into());
        let git =
            Git::new(&surroundings, dir.path(), Kind::Plumbing, Hooks::Off, ["ls-remote", "http://127.0.0.1:1/x"]);
        let said = String::from_utf8(git.finish().unwrap().stderr).unwrap();
        assert!(!said.contains("trace:") && !said.contains("== Info"), "{said}");
        assert!(std::fs::read_to_string(file).unwrap().contains("== Info"));
    }

    #[test]
    fn a_version_is_read_with_whatever_a_vendor_appends() {
        assert_eq!(version_of("git version 2.39.5"), Some((2, 39)));
        assert_eq!(version_of("git version 2.50.1 (Apple Git-155)"), Some((2, 50)));
        assert!(version_of("git version 2.9.0").unwrap() < OLDEST);
    }

    #[test]
    fn words_are_lines_without_the_padding_of_the_side_band() {
        assert_eq!(words(b"remote: no        \nremote: \rfatal: x\x1b[K\n"), ["remote: no", "fatal: x"]);
    }
}
