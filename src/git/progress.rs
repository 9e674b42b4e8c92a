//! What git says of how far a fetch is: told on, and taken out of what it says of faults.

use std::sync::{Mutex, PoisonError};

use crate::domain::meter::{Far, Meter};
use crate::process::{Hear, Pipe};

/// git's words for what it is at (`progress.c` and its callers), and ours for what it counts then. The server's own work
/// comes with `remote: ` before it.
const PHASES: [(&str, &str); 5] = [
    ("Receiving objects", "objects"),
    ("Unpacking objects", "objects"),
    ("Resolving deltas", "deltas"),
    ("Counting objects", "objects counted there"),
    ("Compressing objects", "objects compressed there"),
];

/// The option of `git fetch` by which it says how far it is, also where its standard error is no terminal.
pub(super) const OPTION: &str = "--progress";

/// Who listens to the standard error of a fetch; `None` where nobody would see it.
pub(super) fn of_a_fetch(meter: &Meter) -> Option<Hear> {
    if !meter.is_heard() {
        return None;
    }
    let (meter, line) = (meter.clone(), Mutex::new(Vec::new()));
    Some(Hear::new(Pipe::Stderr, move |bytes| {
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        for &byte in bytes {
            if byte != b'\r' && byte != b'\n' {
                line.push(byte);
                continue;
            }
            if let Some(far) = far(&String::from_utf8_lossy(&line)) {
                meter.far(far);
            }
            line.clear();
        }
    }))
}

/// Who counts the commits that a command tells of on its standard output, by the mark that stands between any two of them; `None`
/// where nobody would see it.
pub(super) fn of_commits(meter: &Meter, mark: &'static [u8]) -> Option<Hear> {
    if !meter.is_heard() {
        return None;
    }
    let (meter, state) = (meter.clone(), Mutex::new((0, Vec::new())));
    Some(Hear::new(Pipe::Stdout, move |bytes| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (done, rest) = &mut *state;
        rest.extend_from_slice(bytes);
        *done += rest.windows(mark.len()).filter(|window| window == &mark).count() as u64;
        // What may be the beginning of the next mark is looked at again.
        let keep = rest.len().min(mark.len().saturating_sub(1));
        rest.drain(..rest.len() - keep);
        if *done > 0 {
            meter.far(Far { done: *done, of: None, what: "commits" });
        }
    }))
}

/// `Receiving objects:  43% (430/1000), 1.20 MiB | 3.00 MiB/s`
fn far(line: &str) -> Option<Far> {
    let (phase, rest) = phase(line)?;
    let (done, of) = rest.split_once('(')?.1.split_once(')')?.0.split_once('/')?;
    Some(Far { done: done.parse().ok()?, of: Some(of.parse().ok()?), what: phase })
}

/// What a line is about, and what it says of that; `None`: it says something else than how far git is.
fn phase(line: &str) -> Option<(&'static str, &str)> {
    let line = line.strip_prefix("remote: ").unwrap_or(line);
    PHASES.iter().find_map(|(word, what)| Some((*what, line.strip_prefix(word)?.strip_prefix(':')?)))
}

/// What git said, without how far it was.
pub(super) fn without(said: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(said);
    let mut out = String::new();
    for line in text.split_inclusive(['\n', '\r']) {
        let bare = line.trim_end();
        let far = phase(bare).is_some_and(|(_, rest)| rest.contains('%') || rest.trim_end().ends_with("done."));
        let of_server = bare.strip_prefix("remote: ").is_some_and(|rest| {
            rest.starts_with("Enumerating objects: ") || (rest.starts_with("Total ") && rest.contains(" (delta "))
        });
        if !far && !of_server {
            out.push_str(line);
        }
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::meter::Told;

    const SAID: &str = "remote: Enumerating objects: 9, done.        \nremote: Counting objects:  11% (1/9)        \r\
        remote: Counting objects: 100% (9/9), done.        \nremote: Compressing objects: 100% (5/5), done.        \n\
        remote: Total 9 (delta 1), reused 0 (delta 0), pack-reused 0        \nReceiving objects:  43% (430/1000), 1.20 MiB | \
        3.00 MiB/s\rReceiving objects: 100% (1000/1000), done.\nResolving deltas: 100% (2/2), done.\n";

    fn heard(hear: impl Fn(&Meter) -> Option<Hear>, chunks: &[&[u8]]) -> Vec<String> {
        let (meter, all) = (Meter::default(), Arc::new(Mutex::new(Vec::new())));
        let into = Arc::clone(&all);
        meter.heard_by(move |told| {
            if let Told::Far(far) = told {
                into.lock().unwrap().push(far.to_string());
            }
        });
        let hear = hear(&meter).unwrap();
        chunks.iter().for_each(|chunk| hear.tell(chunk));
        let out = all.lock().unwrap();
        out.clone()
    }

    #[test]
    fn a_fetch_is_heard_wherever_its_output_is_cut() {
        let whole = heard(of_a_fetch, &[SAID.as_bytes()]);
        assert_eq!(
            whole,
            [
                "1 of 9 objects counted there",
                "9 of 9 objects counted there",
                "5 of 5 objects compressed there",
                "430 of 1,000 objects",
                "1,000 of 1,000 objects",
                "2 of 2 deltas"
            ]
        );
        let bytes: Vec<&[u8]> = SAID.as_bytes().chunks(7).collect();
        assert_eq!(heard(of_a_fetch, &bytes), whole);
    }

    #[test]
    fn commits_are_counted_wherever_the_output_is_cut() {
        let out: &[u8] = b"one\0\0two\0\0three\0\0";
        for size in 1..out.len() {
            let chunks: Vec<&[u8]> = out.chunks(size).collect();
            assert_eq!(heard(|meter| of_commits(meter, b"\0\0"), &chunks).last().unwrap(), "3 commits", "{size}");
        }
    }

    #[test]
    fn what_went_wrong_is_left_of_what_git_said() {
        let fault = "fatal: the remote end hung up\nremote: Counting sheep: 3%\nremote: Total failure\n";
        assert_eq!(without(format!("{SAID}{fault}").as_bytes()), fault.as_bytes());
        assert_eq!(without(fault.as_bytes()), fault.as_bytes());
    }

    #[test]
    fn nobody_is_asked_to_listen_where_nobody_looks() {
        assert!(of_a_fetch(&Meter::default()).is_none() && of_commits(&Meter::default(), b"\0").is_none());
    }
}
