//! What a program has started, as the system knows it: for programs that share our process group, which cannot be ended with
//! a group of their own.

use rustix::process::{Pid, Signal, kill_process};

/// A process, told from a later one of the same number by when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: Pid,
    began: u64,
}

impl Process {
    /// Asks it to end, or kills it. Whoever has ended cannot be told to.
    pub(super) fn send(self, signal: Signal) {
        if self.runs() {
            let _gone = kill_process(self.pid, signal);
        }
    }

    /// Whether it still runs.
    pub(super) fn runs(self) -> bool {
        stat(self.pid.as_raw_nonzero().get()).is_some_and(|now| now.began == self.began && !now.is_dead)
    }
}

/// All that a process has started and that they have started in turn. Empty where the system does not tell (no `/proc`).
pub(super) fn below(root: Pid) -> Vec<Process> {
    let all: Vec<(i32, Stat)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, stat(pid)?)))
        .collect();
    let mut found: Vec<Process> = Vec::new();
    let mut parents = vec![root.as_raw_nonzero().get()];
    while let Some(parent) = parents.pop() {
        for (pid, stat) in all.iter().filter(|(_, stat)| stat.parent == parent) {
            if let Some(own) = Pid::from_raw(*pid) {
                found.push(Process { pid: own, began: stat.began });
                parents.push(*pid);
            }
        }
    }
    found
}

/// What proc(5) tells of a process in its `stat`.
struct Stat {
    parent: i32,
    began: u64,
    is_dead: bool,
}

fn stat(pid: i32) -> Option<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before may hold blanks and brackets.
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    Some(Stat { parent, is_dead: matches!(state, "Z" | "X"), began: fields.nth(17)?.parse().ok()? })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_started_is_found_and_ended_however_deep() {
        let mut child =
            std::process::Command::new("sh").args(["-c", "sh -c 'sleep 30 & wait' & wait"]).spawn().unwrap();
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        let mut found = below(pid);
        for _ in 0..200 {
            if found.len() == 2 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
            found = below(pid);
        }
        assert_eq!(found.len(), 2, "the inner shell and its sleep");
        found.iter().for_each(|process| process.send(Signal::KILL));
        child.kill().unwrap();
        child.wait().unwrap();
        for _ in 0..200 {
            if !found.iter().any(|process| process.runs()) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("{found:?} still run");
    }
}
