//! How the git program is started: the options and variables that every git child gets, and what its words mean.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::refusal::{Error, Refusal};
use crate::process::{self, Command, Finished, Kind, OnStop, Surroundings};

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

    /// What it means for it that this process is to end; otherwise it is ended too.
    #[must_use]
    pub(super) fn on_stop(mut self, on_stop: OnStop) -> Self {
        self.command.on_stop = on_stop;
        self
    }

    /// Runs it to its end, whatever that is.
    pub(super) fn finish(&self) -> Result<Finished, Error> {
        process::run(self.surroundings, &self.command)
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
        let refusal = Refusal::new("git-failed", how).details(words(&finished.stderr));
        if finished.timed_out { refusal.cannot_tell() } else { refusal.invalid() }
    }

    /// The git command, without its options.
    fn verb(&self) -> String {
        let mut args = self.command.args.iter();
        while let Some(arg) = args.next() {
            match arg.to_str() {
                Some("-c") => {
                    args.next();
                }
                Some(option) if option.starts_with('-') => {}
                _ => return arg.to_string_lossy().into_owned(),
            }
        }
        String::new()
    }
}

/// The error where the git on the PATH is older than we can work with; asked only after something failed.
pub(super) fn too_old(surroundings: &Surroundings) -> Option<Error> {
    let git = Git::new(surroundings, Path::new("/"), Kind::Plumbing, Hooks::Off, ["version"]);
    let finished = git.finish().ok()?;
    let text = String::from_utf8_lossy(&finished.stdout).trim().to_string();
    let version = version_of(&text)?;
    (version < OLDEST).then(|| {
        Refusal::new("git-too-old", format!("`{text}` is too old"))
            .hint(format!("install git {}.{} or newer", OLDEST.0, OLDEST.1))
            .invalid()
    })
}

fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix("git version ")?.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// What a program said on stderr, as lines without credentials and without terminal residue.
pub(super) fn words(stderr: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(stderr)
        .split(['\n', '\r'])
        .map(|line| without_credentials(line.trim_end_matches("\u{1b}[K").trim_end()))
        .filter(|line| !line.is_empty() && line != "remote:")
        .collect()
}

/// `text` with user names and passwords taken out of every address in it.
pub(super) fn without_credentials(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(|c: char| c == '/' || c.is_whitespace() || "'\"`<>".contains(c)).unwrap_or(after.len());
        // A password may hold an `@` of its own: the last one ends the credentials.
        rest = match after[..end].rfind('@') {
            Some(user_end) => &after[user_end + 1..],
            None => after,
        };
    }
    out.push_str(rest);
    out
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
    fn credentials_leave_every_address() {
        assert_eq!(
            without_credentials("fatal: unable to access 'https://me:p@ss@example.com/x.git/': 403"),
            "fatal: unable to access 'https://example.com/x.git/': 403"
        );
        assert_eq!(without_credentials("ssh://git@host/x http://t@h"), "ssh://host/x http://h");
        assert_eq!(without_credentials("mail a@b.c, no address"), "mail a@b.c, no address");
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
