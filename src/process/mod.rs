//! The only place that starts a program: fixed options, no shell, bounded time, a known environment.

mod command;
mod hear;
mod start;
mod stop;
#[cfg(unix)]
mod tree;
mod wait;

use std::io::Write as _;
use std::process::Stdio;

use crate::domain::refusal::Error;

pub use self::command::{Command, Finished, Kind, OnStop, Surroundings};
pub use self::hear::{Hear, Pipe};
pub use self::start::{REPOSITORY, found, is_startable};
pub use self::stop::{Signal, Stop, Tell};

/// Runs the program to its end. Errors: it could not be started; its output could not be read to the end; this process is
/// to end (`Interrupted`), and the program did not end by itself before that.
pub fn run(surroundings: &Surroundings, command: &Command) -> Result<Finished, Error> {
    if surroundings.stop.signal().is_some() && command.on_stop != OnStop::Look {
        return Err(Error::interrupted());
    }
    let _busy = surroundings.stop.busy();
    let child = start::start(surroundings, command)?;
    wait::finish(surroundings, command, child)
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
    let _busy = surroundings.stop.busy();
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A pager that is left before the end closes the pipe; the rest is not wanted then.
            stdin.map(|mut stdin| stdin.write_all(text.as_bytes()))
        });
        wait::for_pager(surroundings, &mut child)
    })?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

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
            on_stop: OnStop::End,
            set: Vec::new(),
            stdin: None,
            limit: Duration::from_secs(20),
            hear: None,
        }
    }

    #[test]
    fn a_program_gives_its_code_and_both_outputs() {
        let done = run(&here(), &shell("echo out; echo err >&2; exit 3")).unwrap();
        assert_eq!((done.code, done.timed_out), (Some(3), false));
        assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
    }

    #[test]
    fn who_listens_hears_one_output_while_both_are_kept() {
        let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let into = std::sync::Arc::clone(&heard);
        let hear = Hear::new(Pipe::Stderr, move |bytes| into.lock().unwrap().extend_from_slice(bytes));
        let done = run(&here(), &Command { hear: Some(hear), ..shell("echo out; echo err >&2") }).unwrap();
        assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
        assert_eq!(heard.lock().unwrap().as_slice(), b"err\n");
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
    fn standard_error_that_a_daemon_holds_open_does_not_hold_us() {
        let begun = Instant::now();
        let done = run(&here(), &shell("sleep 7 >/dev/null & echo said >&2; echo done")).unwrap();
        assert_eq!((done.code, done.timed_out), (Some(0), false));
        assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (&b"done\n"[..], &b"said\n"[..]));
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    }

    #[test]
    fn standard_output_is_read_to_its_end_however_long_after_the_program_that_comes() {
        let done = run(&here(), &shell("(sleep 1; echo late) & echo early")).unwrap();
        assert_eq!((done.code, done.stdout.as_slice()), (Some(0), &b"early\nlate\n"[..]));
    }

    #[test]
    fn standard_output_without_an_end_is_an_error_and_not_a_short_answer() {
        let error = run(&here(), &shell("sleep 14 & echo early")).unwrap_err();
        assert_eq!(error.refusal().code, "output-unread", "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_limit_ends_what_the_program_started_too() {
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        let script = format!("sleep 30 & echo $! > {}; wait", pid.display());
        let done = run(&here(), &Command { limit: Duration::from_millis(300), ..shell(&script) }).unwrap();
        assert!(done.timed_out);
        assert!(!is_running(&pid), "it still runs");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_ignores_the_request_to_end_is_killed() {
        let begun = Instant::now();
        let script = "trap '' TERM; while :; do sleep 0.1; done";
        let done = run(&here(), &Command { limit: Duration::from_millis(100), ..shell(script) }).unwrap();
        assert!(done.timed_out && begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_stop_ends_the_program_with_what_it_started_and_starts_no_other() {
        let here = here();
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        let script = format!("sleep 30 & echo $! > {}; wait", pid.display());
        let error = std::thread::scope(|scope| {
            let running = scope.spawn(|| run(&here, &shell(&script)).unwrap_err());
            while !std::fs::read_to_string(&pid).is_ok_and(|text| text.ends_with('\n')) {
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(!here.stop.is_idle());
            here.stop.ask(15);
            running.join().unwrap()
        });
        assert!(matches!(error, Error::Interrupted(_)) && !is_running(&pid) && here.stop.is_idle(), "{error}");
        assert!(matches!(run(&here, &shell("echo more")), Err(Error::Interrupted(_))));
        let look = Command { on_stop: OnStop::Look, ..shell("echo seen") };
        assert_eq!(run(&here, &look).unwrap().stdout, b"seen\n", "what looks at the outcome still runs");
    }

    #[test]
    fn what_must_come_to_its_end_does_whoever_wants_us_to_stop() {
        let here = here();
        let command = Command { on_stop: OnStop::Finish, ..shell("sleep 0.5; echo done") };
        let done = std::thread::scope(|scope| {
            let running = scope.spawn(|| run(&here, &command));
            std::thread::sleep(Duration::from_millis(150));
            here.stop.ask(2);
            running.join().unwrap()
        });
        assert_eq!(done.unwrap().stdout, b"done\n");
    }

    /// Whether the process whose number stands in the file runs; one that ended and was not collected yet does not.
    #[cfg(target_os = "linux")]
    fn is_running(pid: &std::path::Path) -> bool {
        let pid = std::fs::read_to_string(pid).unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
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

    #[test]
    fn a_program_is_called_by_the_name_that_it_was_asked_for_by() {
        assert_eq!(run(&here(), &shell("echo $0")).unwrap().stdout, b"sh\n");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let command = Command { program: "no-such-program-here".into(), ..shell("") };
        let error = run(&here(), &command).unwrap_err();
        assert!(error.to_string().contains("`no-such-program-here` is not on the PATH"), "{error}");
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
