//! One landing at a time for all clones of one remote that one user has on this machine, in the order of their coming.
//!
//! Without it all is right too: the server's comparison decides. It saves pushes that would lose, and it is fair: whoever
//! waits longest goes next. Each waiter holds a locked file with a number and waits for the one before it; a process that
//! dies lets go of its lock, so nobody waits for the dead.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::domain::hex;
use crate::domain::names::RemoteName;

use super::kept::cache_folder;
use super::repo::Repo;

/// How often the one before is looked at.
const LOOK: Duration = Duration::from_millis(4);
/// So long at most: whoever holds the turn may wait for a network that does not answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A turn that is ours until it is dropped.
#[derive(Debug)]
pub struct Turn {
    _ticket: Option<Ticket>,
    waited: bool,
}

/// A numbered file that is locked by whoever waits or works.
#[derive(Debug)]
struct Ticket {
    path: PathBuf,
    /// Holds the lock until it is dropped.
    _file: File,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        // Before the lock goes: whoever waits for this one finds nothing in front. One that stays is cleared by the next.
        drop(std::fs::remove_file(&self.path));
    }
}

impl Turn {
    /// Whether somebody else had the turn when it was asked for: what was known before may be old.
    pub fn has_waited(&self) -> bool {
        self.waited
    }
}

impl Repo {
    /// Waits for the turn to land on a remote (`None`: in this clone). Never an error: whatever goes wrong only costs time.
    pub fn turn(&self, remote: Option<&RemoteName>) -> Turn {
        let Some(folder) = self.queue(remote) else { return Turn { _ticket: None, waited: false } };
        match take(&folder) {
            Ok((ticket, number)) => {
                let waited = wait_for_those_before(&folder, number);
                Turn { _ticket: Some(ticket), waited }
            }
            Err(_) => Turn { _ticket: None, waited: false },
        }
    }

    /// The folder of the queue: shared by all clones of one address, or the clone's own.
    fn queue(&self, remote: Option<&RemoteName>) -> Option<PathBuf> {
        let address = remote.and_then(|remote| self.push_address(remote).ok().flatten());
        match (address, cache_folder(self.surroundings())) {
            (Some(address), Some(cache)) => {
                // A relative path is another place for each clone.
                let place = self.place.dir.join(&address);
                let place = place.canonicalize().map_or(address, |path| path.to_string_lossy().into_owned());
                let name = hex::text(&Sha256::digest(place.as_bytes())[..12]);
                Some(cache.join("turns").join(name))
            }
            _ => Some(self.cache_dir().join("turns")),
        }
    }
}

/// Takes the next number. Two do not take one at the same moment.
fn take(folder: &Path) -> std::io::Result<(Ticket, u64)> {
    std::fs::create_dir_all(folder)?;
    let door = File::create(folder.join("door"))?;
    door.lock()?;
    let number = numbers(folder)?.last().map_or(1, |last| last + 1);
    let path = folder.join(number.to_string());
    let file = File::create(&path)?;
    file.lock()?;
    Ok((Ticket { path, _file: file }, number))
}

/// Waits until nobody who came earlier still waits or works; whether there was anybody.
fn wait_for_those_before(folder: &Path, number: u64) -> bool {
    let begun = Instant::now();
    let mut waited = false;
    while begun.elapsed() < PATIENCE {
        let Some(before) = numbers(folder).ok().and_then(|all| all.into_iter().rev().find(|one| *one < number)) else {
            return waited;
        };
        let path = folder.join(before.to_string());
        let Ok(file) = File::open(&path) else { continue };
        match file.try_lock() {
            // Nobody holds it: its process died. It is taken away, and the one before that is looked at.
            Ok(()) => drop(std::fs::remove_file(&path)),
            Err(TryLockError::WouldBlock) => {
                waited = true;
                std::thread::sleep(LOOK);
            }
            Err(TryLockError::Error(_)) => return waited,
        }
    }
    waited
}

/// The numbers that are out, in order.
fn numbers(folder: &Path) -> std::io::Result<Vec<u64>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        out.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
    }
    out.sort_unstable();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn those_who_wait_go_in_the_order_of_their_coming() {
        let dir = tempfile::tempdir().unwrap();
        let order = Mutex::new(Vec::new());
        let (first, number) = take(dir.path()).unwrap();
        assert!(!wait_for_those_before(dir.path(), number), "nobody is before the first");
        std::thread::scope(|scope| {
            for place in 0..6 {
                let (ticket, number) = take(dir.path()).unwrap();
                let (order, dir) = (&order, dir.path());
                scope.spawn(move || {
                    wait_for_those_before(dir, number);
                    order.lock().unwrap().push(place);
                    drop(ticket);
                });
            }
            drop(first);
        });
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(numbers(dir.path()).unwrap(), [0; 0], "nothing is left lying");
    }

    #[test]
    fn what_the_dead_left_is_cleared_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("7"), "").unwrap();
        let (_ticket, number) = take(dir.path()).unwrap();
        assert_eq!(number, 8);
        assert!(!wait_for_those_before(dir.path(), number));
        assert_eq!(numbers(dir.path()).unwrap(), [8]);
    }
}
