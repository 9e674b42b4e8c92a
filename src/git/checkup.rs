//! What of a clone, its programs, its keys and its sources shows without anything being done: what `doctor` looks at.

use std::ffi::OsStr;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ssh_key::public::KeyData;

use crate::domain::refusal::Error;
use crate::process::{self, Kind};

use super::own_key::entry;
use super::program::{Git, Hooks, OLDEST, version_of};
use super::remote::refs_in;
use super::repo::Repo;
use super::source::Source;
use super::store::Promisor as _;

/// A line of an allowed-signers file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub principals: Vec<String>,
    /// When its key counts no more; `None`: the line does not say, or not as a time that is known here.
    pub until: Option<Timestamp>,
    /// From when on it counts.
    pub from: Option<Timestamp>,
    /// Whether its key is one of those that count no more.
    pub is_revoked: bool,
}

/// SSH keys that count no more, as far as they can be read here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revoked {
    keys: Vec<KeyData>,
    /// Whether they are a binary list, which only ssh-keygen reads.
    pub is_krl: bool,
}

impl Revoked {
    /// Reads public keys, a line each; a binary list (PROTOCOL.krl) is only known for one.
    pub fn read(text: &[u8]) -> Self {
        if text.starts_with(b"SSHKRL") {
            return Self { keys: Vec::new(), is_krl: true };
        }
        let text = String::from_utf8_lossy(text);
        let key = |line: &str| {
            // As `ssh-keygen -r` takes them: a public key, or what begins a line of a list of hosts or signers.
            let (_, rest) = line.split_once(char::is_whitespace).unwrap_or(("", line));
            let of = |text: &str| ssh_key::PublicKey::from_openssh(text.trim()).ok();
            of(line).or_else(|| of(rest)).or_else(|| entry(line).map(|(_, _, key)| key))
        };
        Self { keys: text.lines().filter_map(key).map(|key| key.key_data().clone()).collect(), is_krl: false }
    }
}

/// The lines of an allowed-signers file that have a key, and the numbers of those that have none. `revoked`: keys that count no more.
pub fn listed(signers: &[u8], revoked: &Revoked) -> (Vec<Listed>, Vec<usize>) {
    let (mut out, mut unread) = (Vec::new(), Vec::new());
    for (nth, line) in String::from_utf8_lossy(signers).lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((names, options, key)) = entry(line) else {
            unread.push(nth + 1);
            continue;
        };
        let time = |key: &str| {
            let (_, rest) = options.split_once(&format!("{key}=\""))?;
            moment(rest.split('"').next()?)
        };
        let principals = names.split(',').map(|name| name.trim_matches('"').to_string()).collect();
        let is_revoked = revoked.keys.contains(key.key_data());
        out.push(Listed { principals, until: time("valid-before"), from: time("valid-after"), is_revoked });
    }
    (out, unread)
}

/// A time as ssh-keygen(1) has it: `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]`, in this machine's zone without the `Z`.
fn moment(text: &str) -> Option<Timestamp> {
    let (digits, zone) = match text.strip_suffix('Z') {
        Some(digits) => (digits, TimeZone::UTC),
        None => (text, TimeZone::system()),
    };
    let number = |range: std::ops::Range<usize>| digits.get(range).map_or(Some(0), |part| part.parse::<i8>().ok());
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = digits[..4].parse().ok()?;
    let time = DateTime::new(year, number(4..6)?, number(6..8)?, number(8..10)?, number(10..12)?, number(12..14)?, 0);
    zone.to_timestamp(time.ok()?).ok()
}

impl Repo {
    /// What git says of its version, and whether that is one to work with; `None`: it does not say.
    pub fn git_version(&self) -> Option<(String, bool)> {
        let git = Git::new(self.surroundings(), Path::new("/"), Kind::Plumbing, Hooks::Off, ["version"]);
        let text = String::from_utf8_lossy(&git.finish().ok()?.stdout).trim().to_string();
        let version = version_of(&text)?;
        Some((text, version >= OLDEST))
    }

    /// The oldest version of git that is worked with.
    pub fn oldest_git() -> String {
        format!("{}.{}", OLDEST.0, OLDEST.1)
    }

    /// Whether files are fetched only when they are needed.
    pub fn is_partial(&self) -> bool {
        self.place.promises()
    }

    /// Whether a program is on the PATH.
    pub fn has_program(&self, name: &str) -> bool {
        process::found(self.surroundings(), OsStr::new(name)).is_some()
    }
}

impl Source {
    /// Whether it is a folder of this machine.
    pub fn is_folder(&self) -> bool {
        self.mirror.is_none()
    }

    /// The names of its branches: a folder's own, or what the server says now. Nothing is fetched.
    ///
    /// # Errors
    /// It cannot be asked.
    pub fn branch_names(&self) -> Result<Vec<String>, Error> {
        let refs = match &self.mirror {
            Some(mirror) => mirror.asked()?,
            None => {
                let args = ["for-each-ref", "--format=%(objectname)\t%(refname)", "refs/heads"];
                refs_in(&self.opened()?.repo.git(Kind::Plumbing, args).stdout()?)
            }
        };
        Ok(refs.keys().filter_map(|name| name.strip_prefix("refs/heads/")).map(str::to_string).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfkHJdHJT4v6RBqm7DCL0v0v0v0v0v0v0v0v0v0v0v0";

    #[test]
    fn the_lines_of_a_signers_file_are_told_with_their_ends_and_what_is_no_line_by_its_number() {
        let text = format!(
            "# who\n\nmei@x,release {KEY}\nbob@x namespaces=\"git\",valid-before=\"20200102Z\" {KEY}\nnobody\n\
             eve@x valid-after=\"20300101123000Z\",valid-before=\"soon\" {KEY}\n"
        );
        let (lines, unread) = listed(text.as_bytes(), &Revoked::default());
        assert_eq!(unread, [5]);
        let (principals, is_revoked) = (vec!["mei@x".into(), "release".into()], false);
        assert_eq!(lines[0], Listed { principals, until: None, from: None, is_revoked });
        assert_eq!(lines[1].until, Some("2020-01-02T00:00:00Z".parse().unwrap()));
        assert_eq!((lines[2].from, lines[2].until), (Some("2030-01-01T12:30:00Z".parse().unwrap()), None));
    }

    #[test]
    fn a_key_that_is_revoked_is_told_in_each_form_in_which_it_may_stand_there() {
        let other = KEY.replace("v0v0", "w0v0");
        for (text, wanted) in [
            (format!("{KEY} mei\n"), true),
            (format!("# who\n\nmei@x namespaces=\"git\" {KEY}\n"), true),
            (format!("{other}\n"), false),
            (String::new(), false),
        ] {
            let revoked = Revoked::read(text.as_bytes());
            assert_eq!(listed(format!("mei@x {KEY}\n").as_bytes(), &revoked).0[0].is_revoked, wanted, "{text}");
        }
        assert!(Revoked::read(b"SSHKRL\n\0\x01").is_krl);
    }

    #[test]
    fn a_time_of_another_form_is_none() {
        for text in ["", "2020", "20201301Z", "202001011Z", "２０２００１０１", "20200101T"] {
            assert_eq!(moment(text), None, "{text}");
        }
        assert_eq!(moment("202001012359Z"), Some("2020-01-01T23:59:00Z".parse().unwrap()));
    }
}
