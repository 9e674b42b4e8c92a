//! When this clone last asked a remote: what reading verbs say is as old as that.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use crate::domain::names::{BranchName, RemoteName};

use super::repo::Repo;

/// The file under the cache folder whose date is that of our own last fetch.
const STAMP: &str = "fetched";

impl Repo {
    /// Remembers that a fetch has just been answered. Only for verbs that look: a dry run leaves no file behind. A folder that
    /// cannot be written only makes what is said older than it is.
    pub fn note_asked(&self) {
        let folder = self.cache_dir();
        let _ = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join(STAMP), ""));
    }

    /// When a remote was last asked, as far as this clone tells: by us, by `git fetch`, or when the branch last moved here.
    pub fn last_asked(&self, remote: &RemoteName, branch: &BranchName) -> Option<Timestamp> {
        let common = &self.place.common_dir;
        let logs = common.join("logs/refs/remotes").join(remote.as_str());
        let dates = [self.cache_dir().join(STAMP), self.place.git_dir.join("FETCH_HEAD"), common.join("FETCH_HEAD")];
        let moves = [logs.join("HEAD"), logs.join(branch.as_str())];
        let dates = dates.iter().filter_map(|file| date(file));
        dates.chain(moves.iter().filter_map(|log| last_move(log))).max()
    }
}

fn date(file: &Path) -> Option<Timestamp> {
    let modified = std::fs::metadata(file).ok()?.modified().ok()?;
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok()
}

/// The date of the last line of a reflog: `OLD NEW NAME <EMAIL> SECONDS ZONE<tab>WHY`.
fn last_move(log: &Path) -> Option<Timestamp> {
    let bytes = std::fs::read(log).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let (who, _) = text.lines().next_back()?.split_once('\t')?;
    let seconds = who.rsplit(' ').nth(1)?.parse().ok()?;
    Timestamp::from_second(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::fixture::Ground;

    #[test]
    fn a_clone_knows_when_it_was_made_and_when_it_last_asked() {
        let ground = Ground::new();
        ground.origin(&["a"]);
        let (remote, main) = (RemoteName::new("origin").unwrap(), BranchName::new("main").unwrap());
        let asked = || ground.open("a").last_asked(&remote, &main);
        let made = asked().unwrap();
        std::fs::remove_dir_all(ground.path("a/.git/logs")).unwrap();
        assert_eq!(asked(), None);
        ground.open("a").note_asked();
        assert!(asked().unwrap() >= made);
        std::fs::remove_dir_all(ground.path("a/.git/stageline")).unwrap();
        ground.git("a", &["fetch", "-q"]);
        assert!(asked().unwrap() >= made);
    }
}
