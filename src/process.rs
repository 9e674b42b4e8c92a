//! The only place that starts a program: fixed options, no shell, bounded time, a known environment.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::domain::refusal::{Error, Refusal};

/// The process's environment and terminal state, captured once by `cli/` and passed down.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub variables: BTreeMap<OsString, OsString>,
    pub current_dir: PathBuf,
    /// Whether stdin and stderr are a terminal, so that ssh, gpg and agents can ask.
    pub interactive: bool,
}

impl Surroundings {
    /// The value of a variable, where it is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }
}

/// How a program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Fixed options, no questions, a time limit.
    Plumbing,
    /// May ask on the terminal (fetch, push, sign): our process group and terminal; the limit only off a terminal.
    Interactive,
    /// kustomize, helm: PATH, HOME and TMPDIR only.
    Builder,
}

/// One program to run.
#[derive(Debug, Clone)]
pub struct Command {
    pub program: OsString,
    pub args: Vec<OsString>,
    pub dir: Option<PathBuf>,
    pub kind: Kind,
    /// Variables set on top of what the kind lets through.
    pub set: Vec<(OsString, OsString)>,
    pub stdin: Option<Vec<u8>>,
    pub limit: Duration,
}

/// How a program ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The exit code; `None`: killed by a signal or by the limit.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub timed_out: bool,
}

/// How often a program whose output is still open is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How long the output of a program that has ended may stay open: a grandchild (an ssh master, a daemon) can hold it for ever.
const GRACE: Duration = Duration::from_millis(250);

/// Runs the program to its end. An error only where it could not be started.
pub fn run(surroundings: &Surroundings, command: &Command) -> Result<Finished, Error> {
    let mut child = start(surroundings, command)?;
    let (ended, ends) = channel();
    if let (Some(bytes), Some(mut pipe)) = (command.stdin.clone(), child.stdin.take()) {
        // A program that ends without reading its input is no fault of ours: the write error is its own business.
        std::thread::spawn(move || pipe.write_all(&bytes).ok());
    }
    let stdout = collect(child.stdout.take(), &ended);
    let stderr = collect(child.stderr.take(), &ended);
    drop(ended);
    let unlimited = command.kind == Kind::Interactive && surroundings.interactive;
    let deadline = (!unlimited).then(|| Instant::now() + command.limit);
    let status = wait(&mut child, &ends, deadline)
        .with_context(|| format!("cannot wait for `{}`", command.program.to_string_lossy()))?;
    Ok(Finished {
        code: status.and_then(|status| status.code()),
        stdout: taken(&stdout),
        stderr: taken(&stderr),
        timed_out: status.is_none(),
    })
}

fn start(surroundings: &Surroundings, command: &Command) -> Result<Child, Error> {
    let asks = command.kind == Kind::Interactive && surroundings.interactive;
    let mut builder = builder(surroundings, &command.program);
    builder
        .args(&command.args)
        .env_clear()
        .envs(surroundings.variables.iter().filter(|(name, _)| passes(command.kind, name)))
        .envs(command.set.iter().map(|(name, value)| (name, value)))
        .stdin(match (&command.stdin, asks) {
            (Some(_), _) => Stdio::piped(),
            (None, true) => Stdio::inherit(),
            (None, false) => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(dir) = &command.dir {
        builder.current_dir(dir);
    }
    builder.spawn().map_err(|error| {
        let program = command.program.to_string_lossy();
        match (&command.dir, error.kind()) {
            (Some(dir), _) if !dir.is_dir() => {
                Refusal::new("no-such-folder", format!("`{}` is not a folder that can be entered", dir.display()))
                    .invalid()
            }
            (_, ErrorKind::NotFound) => {
                Refusal::new("no-such-program", format!("the program `{program}` is not on the PATH"))
                    .hint(format!("install `{program}`, or add its folder to PATH"))
                    .invalid()
            }
            _ => Error::Failed(anyhow::Error::new(error).context(format!("cannot start `{program}`"))),
        }
    })
}

/// The program by its full path, under the name it was asked for by. With a name alone and variables of its own a child
/// is forked, which copies our page tables at each start; with a path it is spawned, which does not.
fn builder(surroundings: &Surroundings, program: &OsStr) -> std::process::Command {
    match found(surroundings, program) {
        Some(path) => {
            let mut builder = std::process::Command::new(path);
            #[cfg(unix)]
            std::os::unix::process::CommandExt::arg0(&mut builder, program);
            builder
        }
        None => std::process::Command::new(program),
    }
}

/// Where a name is on the PATH; `None` where the system itself has to look.
#[cfg(unix)]
fn found(surroundings: &Surroundings, program: &OsStr) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    if Path::new(program).components().count() != 1 {
        return None;
    }
    std::env::split_paths(surroundings.variable("PATH")?)
        // A relative folder means another one for each folder that a program is started in.
        .take_while(|folder| folder.is_absolute())
        .map(|folder| folder.join(program))
        .find(|path| path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0))
}

#[cfg(not(unix))]
fn found(_: &Surroundings, _: &OsStr) -> Option<PathBuf> {
    None
}

/// Whether a variable of ours reaches a program of this kind. A user's git gets the user's variables, because credential
/// helpers, ssh wrappers and signing programs read their own; it does not get those that point git at another repository
/// or change what its output means, nor the language of its messages.
fn passes(kind: Kind, name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return kind != Kind::Builder };
    if kind == Kind::Builder {
        return matches!(name, "PATH" | "HOME" | "TMPDIR");
    }
    !(REPOSITORY.contains(&name) || MEANING.contains(&name) || name == "LANGUAGE" || name.starts_with("LC_"))
}

/// What `git rev-parse --local-env-vars` lists, without the configuration variables. Whoever runs git in the clone that
/// these point at sets them again, resolved.
pub const REPOSITORY: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Variables that change what a git command reads, does or prints.
const MEANING: [&str; 13] = [
    "GIT_CONFIG",
    "GIT_CURL_VERBOSE",
    "GIT_DEFAULT_HASH",
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_PAGER_IN_USE",
    "GIT_QUARANTINE_PATH",
    "GIT_REFLOG_ACTION",
];

type Shared = Arc<Mutex<Vec<u8>>>;

/// Reads a pipe on its own thread, so that no program blocks on a full one, and tells when it ends.
fn collect(pipe: Option<impl Read + Send + 'static>, ended: &Sender<()>) -> Shared {
    let bytes = Shared::default();
    if let Some(mut pipe) = pipe {
        let (bytes, ended) = (Arc::clone(&bytes), ended.clone());
        std::thread::spawn(move || {
            let mut chunk = vec![0; 32 * 1024];
            loop {
                match pipe.read(&mut chunk) {
                    Ok(0) => break,
                    Ok(count) => lock(&bytes).extend_from_slice(&chunk[..count]),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            // Nobody listens any more after a limit.
            ended.send(()).ok();
        });
    }
    bytes
}

fn lock(bytes: &Mutex<Vec<u8>>) -> std::sync::MutexGuard<'_, Vec<u8>> {
    bytes.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn taken(bytes: &Shared) -> Vec<u8> {
    std::mem::take(&mut *lock(bytes))
}

/// Waits for the end of both outputs and of the program; `None`: the limit came first, and the program was killed.
fn wait(child: &mut Child, ends: &Receiver<()>, deadline: Option<Instant>) -> std::io::Result<Option<ExitStatus>> {
    let mut open = 2;
    let mut exited: Option<(ExitStatus, Instant)> = None;
    while open > 0 {
        match ends.recv_timeout(LOOK) {
            Ok(()) => open -= 1,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                match exited {
                    Some((_, since)) if since.elapsed() > GRACE => break,
                    Some(_) => {}
                    None => exited = child.try_wait()?.map(|status| (status, Instant::now())),
                }
                if exited.is_none() && past(deadline) {
                    return kill(child);
                }
            }
        }
    }
    if let Some((status, _)) = exited {
        return Ok(Some(status));
    }
    // Both outputs are closed: a program ends within microseconds of that, unless it closed them itself.
    let mut pause = Duration::from_micros(50);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if past(deadline) {
            return kill(child);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(LOOK);
    }
}

fn past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

/// Kills the program and collects it, but does not wait for its outputs: grandchildren may hold them.
fn kill(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// Shows `text` through a pager that has the terminal, and waits for its end. `Ok(false)`: it could not be started, nothing was shown.
pub fn page(surroundings: &Surroundings, program: &[String], set: &[(&str, &str)], text: &str) -> Result<bool, Error> {
    let Some((name, args)) = program.split_first() else { return Ok(false) };
    let started = std::process::Command::new(name)
        .args(args)
        .env_clear()
        .envs(&surroundings.variables)
        .envs(set.iter().copied())
        .stdin(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else { return Ok(false) };
    if let Some(mut stdin) = child.stdin.take() {
        // A pager that is left before the end closes the pipe; the rest is not wanted then.
        let _left_early = stdin.write_all(text.as_bytes());
    }
    child.wait()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Surroundings {
        Surroundings { variables: std::env::vars_os().collect(), ..Surroundings::default() }
    }

    fn shell(script: &str) -> Command {
        Command {
            program: "sh".into(),
            args: vec!["-c".into(), script.into()],
            dir: None,
            kind: Kind::Plumbing,
            set: Vec::new(),
            stdin: None,
            limit: Duration::from_secs(20),
        }
    }

    #[test]
    fn a_program_gives_its_code_and_both_outputs() {
        let done = run(&here(), &shell("echo out; echo err >&2; exit 3")).unwrap();
        assert_eq!((done.code, done.timed_out), (Some(3), false));
        assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
    }

    #[test]
    fn much_input_and_much_output_at_once_do_not_block_each_other() {
        let bytes = vec![b'x'; 3_000_000];
        let command = Command { stdin: Some(bytes.clone()), ..shell("cat; cat /dev/null") };
        assert_eq!(run(&here(), &command).unwrap().stdout, bytes);
    }

    #[test]
    fn a_program_that_ignores_its_input_is_no_error() {
        let command = Command { stdin: Some(vec![b'x'; 3_000_000]), ..shell("exit 0") };
        assert_eq!(run(&here(), &command).unwrap().code, Some(0));
    }

    #[test]
    fn the_limit_kills_and_does_not_wait_for_grandchildren_that_hold_the_pipe() {
        let begun = Instant::now();
        let command = Command { limit: Duration::from_millis(100), ..shell("echo begun; sleep 7 & wait") };
        let done = run(&here(), &command).unwrap();
        assert!(done.timed_out && done.code.is_none());
        assert_eq!(done.stdout, b"begun\n");
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_daemon_left_behind_does_not_hold_us() {
        let begun = Instant::now();
        let done = run(&here(), &shell("sleep 7 & echo done")).unwrap();
        assert_eq!((done.code, done.timed_out), (Some(0), false));
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_pager_is_given_the_text_and_one_that_is_not_there_or_leaves_early_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("shown");
        let pager = ["sh", "-c", "cat > \"$SHOWN\""].map(str::to_string);
        let shown = file.to_str().unwrap();
        assert!(page(&here(), &pager, &[("SHOWN", shown)], "text\n").unwrap());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "text\n");
        assert!(!page(&here(), &["no-such-pager-here".to_string()], &[], "text\n").unwrap());
        assert!(page(&here(), &["true".to_string()], &[], &"x".repeat(3_000_000)).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_program_is_found_where_the_path_says_and_keeps_its_name() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let place = |folder: &str, mode: u32| {
            let path = dir.path().join(folder).join("tool");
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let (plain, first, _) = (place("a", 0o644), place("b", 0o755), place("c", 0o755));
        let with =
            |path: String| Surroundings { variables: [("PATH".into(), path.into())].into(), ..Surroundings::default() };
        let folders = ["a", "b", "c"].map(|name| dir.path().join(name).display().to_string()).join(":");
        assert_eq!(found(&with(folders.clone()), OsStr::new("tool")), Some(first), "{plain:?} cannot be run");
        assert_eq!(found(&with(format!("bin:{folders}")), OsStr::new("tool")), None);
        assert_eq!(found(&with(folders), OsStr::new("./tool")), None);
        assert_eq!(run(&here(), &shell("echo $0")).unwrap().stdout, b"sh\n");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let command = Command { program: "no-such-program-here".into(), ..shell("") };
        let error = run(&here(), &command).unwrap_err();
        assert!(error.to_string().contains("`no-such-program-here` is not on the PATH"), "{error}");
    }

    #[test]
    fn git_children_keep_credentials_and_lose_what_points_elsewhere() {
        for kept in ["GIT_CONFIG_COUNT", "GIT_SSH_COMMAND", "SSH_AUTH_SOCK", "GNUPGHOME", "https_proxy", "MY_TOKEN"] {
            assert!(passes(Kind::Interactive, OsStr::new(kept)), "{kept}");
        }
        for dropped in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "LC_MESSAGES", "LANGUAGE"] {
            assert!(!passes(Kind::Plumbing, OsStr::new(dropped)), "{dropped}");
        }
    }

    #[test]
    fn a_builder_sees_three_variables_only() {
        let mut here = here();
        here.variables.insert("SECRET_TOKEN".into(), "x".into());
        let done = run(&here, &Command { kind: Kind::Builder, ..shell("env") }).unwrap();
        let text = String::from_utf8(done.stdout).unwrap();
        for line in text.lines() {
            let name = line.split('=').next().unwrap_or_default();
            assert!(matches!(name, "PATH" | "HOME" | "TMPDIR" | "PWD" | "SHLVL" | "_" | "OLDPWD"), "{name}");
        }
    }
}
