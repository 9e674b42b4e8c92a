//! Whether a commit is written as git writes commits: every reader sees the same tree, parents, people and moments in it.
//!
//! git takes the first of two `tree` headers and the last of two dates; other readers take others, and some can read no history at
//! all in which a date is none (seen with git 2.39 and go-git 5).

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;

use super::repo::Repo;

/// The last second of the year 9999: what calendars can show.
const LAST: i64 = 253_402_300_799;

impl Repo {
    /// The first of the commits that `has` contains and `lacks` does not that is not well formed, and what is wrong with it.
    ///
    /// # Errors
    /// The history, or a commit, cannot be read.
    pub fn malformed(&self, lacks: CommitId, has: CommitId) -> Result<Option<(CommitId, String)>, Error> {
        self.first_malformed(&self.between(lacks, has, usize::MAX)?)
    }

    /// The first of these commits that is not well formed, and what is wrong with it.
    ///
    /// # Errors
    /// A commit cannot be read.
    pub fn first_malformed(&self, commits: &[CommitId]) -> Result<Option<(CommitId, String)>, Error> {
        for &commit in commits {
            if let Some(what) = malformed(&self.store().raw_commit(commit)?) {
                return Ok(Some((commit, what)));
            }
        }
        Ok(None)
    }
}

/// What is wrong with a raw commit; `None`: nothing.
fn malformed(raw: &[u8]) -> Option<String> {
    let end = raw.windows(2).position(|two| two == b"\n\n").unwrap_or(raw.len());
    let head = &raw[..end];
    if raw.contains(&0) {
        return Some("it has a NUL character".to_string());
    }
    let mut stage = 0;
    let mut seen: Vec<&[u8]> = Vec::new();
    for line in head.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b" ")) {
        let at = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let (name, rest) = (&line[..at], line.get(at + 1..).unwrap_or_default());
        let next = match name {
            b"tree" => 1,
            b"parent" => 2,
            b"author" => 3,
            b"committer" => 4,
            _ => 5,
        };
        let shown = String::from_utf8_lossy(name).escape_debug().to_string();
        let once = matches!(name, b"tree" | b"author" | b"committer" | b"encoding" | b"gpgsig" | b"gpgsig-sha256");
        if once && seen.contains(&name) {
            return Some(format!("it has two `{shown}` headers"));
        }
        let is_misplaced = match next {
            1 => stage != 0,
            2 => !(1..=2).contains(&stage),
            3 => !(1..=2).contains(&stage),
            4 => stage != 3,
            _ => stage < 4,
        };
        if is_misplaced {
            return Some(format!("its header `{shown}` stands where none belongs"));
        }
        if matches!(next, 3 | 4) && !is_actor(rest) {
            return Some(format!("its `{shown}` is not a name, an address and a moment"));
        }
        seen.push(name);
        stage = next;
    }
    (stage < 4).then(|| "it lacks a header".to_string())
}

/// `Name <address> SECONDS ZONE`, as git writes it.
fn is_actor(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        // Other encodings have the same marks.
        return is_actor(&text.iter().map(|byte| if byte.is_ascii() { *byte } else { b'x' }).collect::<Vec<u8>>());
    };
    let Some((name, rest)) = text.split_once('<') else { return false };
    let Some((address, moment)) = rest.split_once("> ") else { return false };
    let Some((seconds, zone)) = moment.split_once(' ') else { return false };
    let is_zone =
        zone.len() == 5 && zone.starts_with(['+', '-']) && zone[1..].bytes().all(|byte| byte.is_ascii_digit());
    let plain = |text: &str| !text.contains(['<', '>']);
    let is_moment =
        seconds.bytes().all(|byte| byte.is_ascii_digit()) && seconds.parse::<i64>().is_ok_and(|at| at <= LAST);
    plain(name) && plain(address) && is_zone && is_moment
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "tree 1\nparent 2\nparent 3\nauthor A B <a@b> 1 +0000\ncommitter C <> 1795700000 -0230\nencoding x\ngpgsig -----BEGIN\n \n more\nchange-id x\n\nmessage\n\ntree 9\n";

    #[test]
    fn what_git_writes_is_well_formed() {
        assert_eq!(malformed(GOOD.as_bytes()), None);
        assert_eq!(malformed(b"tree 1\nauthor A <a> 1 +0000\ncommitter \xfc <c> 1 +0000\n\n"), None);
    }

    #[test]
    fn what_readers_would_read_in_two_ways_is_not() {
        for (from, to) in [
            ("encoding x", "committer C <c> 2 +0000"),
            ("encoding x", "tree 9"),
            ("encoding x", "author X <x> 1 +0000"),
            ("encoding x", "parent 9"),
            ("parent 3", "gpgsig x\nparent 3"),
            ("tree 1\n", ""),
            ("author A B <a@b> 1 +0000\n", ""),
            ("1795700000", "-5"),
            ("1795700000", "0x10"),
            ("1795700000 -0230", "1795700000"),
            ("1795700000 -0230", "1795700000 UTC"),
            ("1795700000", "99999999999999999999"),
            ("1795700000", "1.5"),
            ("C <>", "C"),
            ("C <>", "C <c> 1 +0000 <d>"),
            ("A B", "A\0B"),
            ("change-id x", "gpgsig y"),
        ] {
            assert!(malformed(GOOD.replacen(from, to, 1).as_bytes()).is_some(), "{from} {to}");
        }
    }
}
