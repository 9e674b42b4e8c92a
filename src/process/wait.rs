//! How a started program comes to its end: its output read whole, and with it what it started, where the limit or a signal
//! ends it.

use std::io::{ErrorKind, Read, Write as _};
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::domain::refusal::{Code, Error, Refusal};

#[cfg(unix)]
use super::tree;
use super::{Command, Finished, Hear, OnStop, Pipe, Surroundings};

/// How often a program whose output is still open is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// For how many looks after a program's end its standard error is read on: a grandchild (an ssh master) can hold it for
/// long. Looks and not moments, because a process that was stopped meanwhile has not looked.
const LOOKS_FOR_STDERR: u32 = 13;
/// After so many looks at which nothing came, standard output that a grandchild holds open counts as never ending.
const LOOKS_FOR_STDOUT: u32 = 500;
/// How long a program may take to end itself after it was asked to, before it is killed.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same for one that only looked at what became of something, when this process has little time left itself.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);

/// Reads the program to its end.
pub(super) fn finish(surroundings: &Surroundings, command: &Command, mut child: Child) -> Result<Finished, Error> {
    let (ended, ends) = channel();
    let collected = collect_all(command, &mut child, &ended);
    drop(ended);
    let mut watch = Watch::new(surroundings, command, child);
    let (stdout, stderr) = match collected {
        Ok(both) => both,
        Err(error) => {
            watch.end()?;
            return Err(error.into());
        }
    };
    let ended = watch.wait(&ends, &stdout)?;
    Ok(Finished {
        code: ended.and_then(|status| status.code()),
        stdout: stdout.take(),
        stderr: stderr.take(),
        timed_out: ended.is_none(),
    })
}

/// Which of its outputs ended, and whether it was read to there.
type End = (Pipe, std::io::Result<()>);

/// What has been read of a pipe until now.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn add(&self, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Feeds the program's input and reads both outputs, each on its own thread, so that no program blocks on a full pipe.
fn collect_all(command: &Command, child: &mut Child, ended: &Sender<End>) -> anyhow::Result<(Shared, Shared)> {
    if let (Some(bytes), Some(mut pipe)) = (command.stdin.clone(), child.stdin.take()) {
        // A program that ends without reading its input is no fault of ours: the write error is its own business.
        thread::Builder::new().spawn(move || pipe.write_all(&bytes).ok()).context("cannot start a thread")?;
    }
    let hear = |pipe| command.hear.clone().filter(|hear| hear.pipe == pipe);
    let stdout = collect(Pipe::Stdout, child.stdout.take(), hear(Pipe::Stdout), ended)?;
    let stderr = collect(Pipe::Stderr, child.stderr.take(), hear(Pipe::Stderr), ended)?;
    Ok((stdout, stderr))
}

/// Reads a pipe to its end and tells of that.
fn collect(
    which: Pipe,
    pipe: Option<impl Read + Send + 'static>,
    hear: Option<Hear>,
    ended: &Sender<End>,
) -> anyhow::Result<Shared> {
    let bytes = Shared::default();
    let Some(mut pipe) = pipe else { return Ok(bytes) };
    let (into, ended) = (bytes.clone(), ended.clone());
    let read = move || {
        let mut chunk = vec![0; 32 * 1024];
        let end = loop {
            match pipe.read(&mut chunk) {
                Ok(0) => break Ok(()),
                Ok(count) => {
                    into.add(&chunk[..count]);
                    if let Some(hear) = &hear {
                        hear.tell(&chunk[..count]);
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        // Nobody listens any more after a limit.
        ended.send((which, end)).ok();
    };
    thread::Builder::new().spawn(read).context("cannot start a thread")?;
    Ok(bytes)
}

/// A running program, and when it has to end.
struct Watch<'a> {
    surroundings: &'a Surroundings,
    command: &'a Command,
    child: Child,
    deadline: Option<Instant>,
}

impl<'a> Watch<'a> {
    fn new(surroundings: &'a Surroundings, command: &'a Command, child: Child) -> Self {
        let deadline = (!command.asks(surroundings)).then(|| Instant::now() + command.limit);
        Self { surroundings, command, child, deadline }
    }

    /// Waits for the end of both outputs and of the program; `None`: the limit came first, and the program was ended.
    fn wait(&mut self, ends: &Receiver<End>, stdout: &Shared) -> Result<Option<ExitStatus>, Error> {
        let (mut out_open, mut err_open) = (true, true);
        let mut exited: Option<ExitStatus> = None;
        // Looks since the program ended, and looks since standard output last grew.
        let (mut looks, mut still, mut seen) = (0, 0, 0);
        while out_open || err_open {
            match ends.recv_timeout(LOOK) {
                Ok((Pipe::Stdout, end)) => {
                    if let Err(error) = end {
                        self.end()?;
                        return Err(self.unread(&error));
                    }
                    out_open = false;
                }
                Ok((Pipe::Stderr, _)) => err_open = false,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    if exited.is_none() {
                        exited = self.ended()?;
                    }
                    if exited.is_none() {
                        if self.is_over()? {
                            return Ok(None);
                        }
                        continue;
                    }
                    looks += 1;
                    still = if stdout.len() == seen { still + 1 } else { 0 };
                    seen = stdout.len();
                    if !out_open && looks >= LOOKS_FOR_STDERR {
                        break;
                    }
                    if out_open && still >= LOOKS_FOR_STDOUT {
                        return Err(self.left_open());
                    }
                }
            }
        }
        let status = match exited {
            Some(status) => status,
            None => match self.exit()? {
                Some(status) => status,
                None => return Ok(None),
            },
        };
        if self.was_interrupted(status) { Err(Error::interrupted()) } else { Ok(Some(status)) }
    }

    /// Both outputs are closed: a program ends within microseconds of that, unless it closed them itself.
    fn exit(&mut self) -> Result<Option<ExitStatus>, Error> {
        let mut pause = Duration::from_micros(50);
        loop {
            if let Some(status) = self.ended()? {
                return Ok(Some(status));
            }
            if self.is_over()? {
                return Ok(None);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LOOK);
        }
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>, Error> {
        let named = || format!("cannot wait for `{}`", self.command.program.to_string_lossy());
        Ok(self.child.try_wait().with_context(named)?)
    }

    /// Ends the program where this process is to end, or where the limit has passed (`true`).
    fn is_over(&mut self) -> Result<bool, Error> {
        if self.command.on_stop == OnStop::End && self.surroundings.stop.signal().is_some() {
            self.end()?;
            return Err(Error::interrupted());
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.end()?;
            return Ok(true);
        }
        if !self.command.asks(self.surroundings) && waits_for_the_terminal(&self.child) {
            self.end()?;
            return Err(self.wants_to_ask());
        }
        Ok(false)
    }

    fn wants_to_ask(&self) -> Error {
        let program = self.command.program.to_string_lossy();
        Refusal::new(
            Code::WantsToAsk,
            format!("`{program}`, or what it started, wants to ask something on the terminal"),
        )
        .hint("run it with the terminal as standard input and standard error, or give ssh or gpg an agent")
        .unauthenticated()
    }

    /// Whether a signal to our whole process group, as a terminal sends it, ended the program before we heard of it.
    fn was_interrupted(&self, status: ExitStatus) -> bool {
        if !by_a_signal_to_end(status) || self.command.on_stop == OnStop::Look {
            return false;
        }
        let begun = Instant::now();
        while self.surroundings.stop.signal().is_none() && begun.elapsed() < 10 * LOOK {
            thread::sleep(LOOK);
        }
        self.surroundings.stop.signal().is_some()
    }

    /// Ends the program and what it started: first asked, then killed. Its outputs are not waited for: whoever left its
    /// process group may hold them.
    fn end(&mut self) -> Result<(), Error> {
        let patience = if self.command.on_stop == OnStop::Look { SHORT_PATIENCE } else { PATIENCE };
        let named = || format!("cannot end `{}`", self.command.program.to_string_lossy());
        let shares = self.command.asks(self.surroundings);
        Ok(end(&mut self.child, shares, self.surroundings.stop.signal(), patience).with_context(named)?)
    }

    fn unread(&self, error: &std::io::Error) -> Error {
        let program = self.command.program.to_string_lossy();
        Refusal::new(Code::OutputUnread, format!("what `{program}` printed could not be read to its end: {error}"))
            .hint("run the same command again")
            .cannot_tell()
    }

    fn left_open(&self) -> Error {
        let program = self.command.program.to_string_lossy();
        Refusal::new(
            Code::OutputUnread,
            format!("what `{program}` printed has no end: something that it started keeps its output open"),
        )
        .hint("see what a hook or a helper of git left running, and have it close its output")
        .cannot_tell()
    }
}

/// Waits for the end of a program that has the terminal; where this process is to end, it hands that on.
pub(super) fn for_pager(surroundings: &Surroundings, child: &mut Child) -> Result<(), Error> {
    while child.try_wait()?.is_none() {
        if let Some(signal) = surroundings.stop.signal() {
            end(child, true, Some(signal), PATIENCE)?;
            return Ok(());
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

/// Ends a program with what it started. `shares`: it is in our own process group, so each is asked by itself, by the signal
/// that we got; else all of its group is.
#[cfg(unix)]
fn end(child: &mut Child, shares: bool, signal: Option<super::Signal>, patience: Duration) -> std::io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return child.kill() };
    // Looked up now: what outlives its parent is nobody's child any more.
    let below = if shares { tree::below(pid) } else { Vec::new() };
    let send = |signal: Signal| {
        // Whoever has ended already cannot be told to.
        let _gone = if shares { kill_process(pid, signal) } else { kill_process_group(pid, signal) };
        below.iter().for_each(|process| process.send(signal));
    };
    send(signal.and_then(Signal::from_named_raw).filter(|_| shares).unwrap_or(Signal::TERM));
    // Whoever is stopped hears it only when it goes on.
    send(Signal::CONT);
    let begun = Instant::now();
    let mut ended = false;
    while begun.elapsed() < patience {
        ended = ended || child.try_wait()?.is_some();
        let left = if shares { below.iter().any(|one| one.runs()) } else { test_kill_process_group(pid).is_ok() };
        if ended && !left {
            return Ok(());
        }
        thread::sleep(LOOK / 2);
    }
    if !shares {
        let _gone = kill_process_group(pid, Signal::KILL);
    }
    below.iter().for_each(|process| process.send(Signal::KILL));
    if !ended {
        child.kill()?;
        child.wait()?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn end(child: &mut Child, _: bool, _: Option<super::Signal>, _: Duration) -> std::io::Result<()> {
    child.kill()?;
    child.wait().map(drop)
}

/// Whether a program in a process group of its own was stopped because it wanted to read from the terminal, or write to it:
/// it would wait for ever.
#[cfg(unix)]
fn waits_for_the_terminal(child: &Child) -> bool {
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return false };
    let look = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let stopped = waitid(WaitId::Pid(pid), look).ok().flatten().and_then(|status| status.stopping_signal());
    stopped.is_some_and(|signal| [Signal::TTIN, Signal::TTOU].map(Signal::as_raw).contains(&signal))
}

#[cfg(not(unix))]
fn waits_for_the_terminal(_: &Child) -> bool {
    false
}

/// Whether a status says that a signal ended the program which asks for that.
#[cfg(unix)]
fn by_a_signal_to_end(status: ExitStatus) -> bool {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt as _;
    let signals = [Signal::HUP, Signal::INT, Signal::TERM].map(Signal::as_raw);
    // A program that started the one which got the signal tells of it in its exit code, as a shell does.
    let told = status.signal().or_else(|| status.code().and_then(|code| code.checked_sub(128)));
    told.is_some_and(|signal| signals.contains(&signal))
}

#[cfg(not(unix))]
fn by_a_signal_to_end(_: ExitStatus) -> bool {
    false
}
