//! Small files under the common git directory that save work and may be deleted at any time.

use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::repo::Repo;

/// The first bytes of a file; another layout gets another number.
const MAGIC: &[u8] = b"stageline cache 1\n";

/// The files of one build of the program: what another build wrote is not read.
#[derive(Debug, Clone)]
pub struct Cache {
    /// `None`: nothing is taken from there, and nothing kept.
    folder: Option<PathBuf>,
    build: String,
}

impl Repo {
    /// The cache files of this clone, for this build.
    pub fn cache(&self, build: &str) -> Cache {
        Cache { folder: (!self.forgets).then(|| self.cache_dir()), build: build.to_string() }
    }
}

impl Cache {
    /// What was kept under a name; `None` where nothing was, or what is there is not whole, or not of this build.
    pub fn load(&self, name: &str) -> Option<Vec<u8>> {
        let bytes = std::fs::read(self.file(name)?).ok()?;
        let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
        let content = body.strip_prefix(self.head(name).as_slice())?;
        (Sha256::digest(body).as_slice() == sum).then(|| content.to_vec())
    }

    /// Keeps bytes under a name. A folder that cannot be written only costs time later, so nothing is reported.
    pub fn store(&self, name: &str, content: &[u8]) {
        let mut bytes = self.head(name);
        bytes.extend_from_slice(content);
        let sum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&sum);
        // Whatever fails, the file that was there stays, or there is none.
        if let (Some(folder), Some(file)) = (&self.folder, self.file(name)) {
            let _ = write(folder, &file, &bytes);
        }
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{name}.cache")))
    }

    fn head(&self, name: &str) -> Vec<u8> {
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(format!("{name} {}\n", self.build).as_bytes());
        head
    }
}

fn write(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix("cache-").suffix(".new").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(folder: &Path, build: &str) -> Cache {
        Cache { folder: Some(folder.join("stageline")), build: build.into() }
    }

    #[test]
    fn what_was_kept_is_there_for_this_build_and_name_only() {
        let folder = tempfile::tempdir().unwrap();
        let one = cache(folder.path(), "1");
        assert_eq!(one.load("pins"), None);
        one.store("pins", b"a");
        one.store("pins", b"b");
        assert_eq!(one.load("pins").as_deref(), Some(b"b".as_slice()));
        assert_eq!(one.load("layout"), None);
        assert_eq!(cache(folder.path(), "2").load("pins"), None);
        std::fs::copy(one.file("pins").unwrap(), one.file("layout").unwrap()).unwrap();
        assert_eq!(one.load("layout"), None, "a file under another name is not taken for it");
    }

    #[test]
    fn a_file_with_any_byte_changed_or_missing_is_the_same_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path(), "1");
        cache.store("pins", b"some bytes");
        let file = cache.file("pins").unwrap();
        let bytes = std::fs::read(&file).unwrap();
        for at in 0..bytes.len() {
            std::fs::write(&file, &bytes[..at]).unwrap();
            assert_eq!(cache.load("pins"), None);
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            std::fs::write(&file, damaged).unwrap();
            assert_eq!(cache.load("pins"), None);
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("stageline"), "a file where the folder would be").unwrap();
        let cache = cache(folder.path(), "1");
        cache.store("pins", b"a");
        assert_eq!(cache.load("pins"), None);
    }
}
