//! When the hook of a server judged a push: a file for each ref and tip in a folder of its own, made once. Whoever pushes decides how long
//! it takes from then on until the push is recorded, so that is no time to go by.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::domain::commit::CommitId;

use super::repo::Repo;

/// How long what was refused, or never recorded, is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// With so many files the old ones are looked for.
const MANY: usize = 200;

/// The notes of one server.
#[derive(Debug, Clone)]
pub struct Judged {
    folder: PathBuf,
}

impl Judged {
    /// Below the hook's own folder.
    pub fn below(cache: &Path) -> Self {
        Self { folder: cache.join("judged") }
    }

    /// Notes that a ref is asked to move to a tip; what was noted of that before stays. Where it cannot be noted it is not known, which
    /// proves less.
    pub fn note(&self, name: &str, tip: CommitId, now: Timestamp) {
        let made = std::fs::create_dir_all(&self.folder).is_ok();
        if !made {
            return;
        }
        self.clear();
        let file = std::fs::OpenOptions::new().write(true).create_new(true).open(self.file(name, tip));
        if let Ok(mut file) = file {
            file.write_all(now.to_string().as_bytes()).ok();
        }
    }

    /// When a ref was first asked to move to a tip; `None`: nobody knows.
    pub fn of(&self, name: &str, tip: CommitId) -> Option<Timestamp> {
        std::fs::read_to_string(self.file(name, tip)).ok()?.parse().ok()
    }

    /// It is recorded.
    pub fn done(&self, name: &str, tip: CommitId) {
        std::fs::remove_file(self.file(name, tip)).ok();
    }

    fn file(&self, name: &str, tip: CommitId) -> PathBuf {
        self.folder.join(format!("{}-{tip}", Repo::blob_id(name.as_bytes())))
    }

    fn clear(&self) {
        let Ok(all) = std::fs::read_dir(&self.folder) else { return };
        let all: Vec<_> = all.flatten().collect();
        if all.len() < MANY {
            return;
        }
        let is_old = |modified: SystemTime| modified.elapsed().is_ok_and(|age| age > KEPT);
        for entry in all {
            if entry.metadata().and_then(|about| about.modified()).is_ok_and(is_old) {
                std::fs::remove_file(entry.path()).ok();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_time_counts_until_it_is_recorded() {
        let folder = tempfile::TempDir::new().unwrap();
        let judged = Judged::below(folder.path());
        let tip = CommitId::from_bytes([1; 20]);
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(judged.of("refs/heads/main", tip), None);
        judged.note("refs/heads/main", tip, at(10));
        judged.note("refs/heads/main", tip, at(20));
        assert_eq!(judged.of("refs/heads/main", tip), Some(at(10)));
        assert_eq!(judged.of("refs/heads/production", tip), None);
        judged.done("refs/heads/main", tip);
        judged.note("refs/heads/main", tip, at(30));
        assert_eq!(judged.of("refs/heads/main", tip), Some(at(30)), "it came back");
    }
}
