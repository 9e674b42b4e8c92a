//! What a file of the work tree is to git: what line ends, encodings and filters make of it on its way there is no change.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use git2::Status;

use crate::domain::commit::BlobId;
use crate::domain::path::RepoPath;

use super::repo::Repo;

impl Repo {
    /// The blob that a file of the work tree was checked out from and still is; `None`: it is changed, not in the index, or
    /// that cannot be told. No program is started: where a filter is set, the index remembers what it made.
    pub fn checked_out_from(&self, path: &RepoPath) -> Option<BlobId> {
        let root = self.work_tree()?;
        let repo = git2::Repository::open(root).ok()?;
        let file = Path::new(path.as_str());
        let entry = repo.index().ok()?.get_path(file, 0)?;
        let changed =
            Status::WT_NEW | Status::WT_MODIFIED | Status::WT_DELETED | Status::WT_TYPECHANGE | Status::CONFLICTED;
        let is_as_written =
            is_as_written(&entry, &root.join(file)) || !repo.status_file(file).ok()?.intersects(changed);
        is_as_written.then(|| BlobId::from_hex(&entry.id.to_string())).flatten()
    }
}

/// Whether the file is the very one that git wrote, by the times and the size that the index remembers.
fn is_as_written(entry: &git2::IndexEntry, file: &Path) -> bool {
    let Ok(found) = file.symlink_metadata() else { return false };
    let known = (i64::from(entry.mtime.seconds()), i64::from(entry.mtime.nanoseconds()), u64::from(entry.file_size));
    known == (found.mtime(), found.mtime_nsec(), found.len())
}
