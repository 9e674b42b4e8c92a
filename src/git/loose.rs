//! Writes single objects into the object store as git's own programs do: whole or not at all (gitformat-loose(5)).

use std::io::Write as _;
use std::path::Path;

use anyhow::Context;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use git2::ObjectType;

use crate::domain::commit::ObjectId;
use crate::domain::refusal::Error;

/// Writes one object below the object folder, unless it is there. A new name appears only when its content is complete.
pub(super) fn write(objects: &Path, id: ObjectId, kind: ObjectType, bytes: &[u8]) -> Result<(), Error> {
    let hex = id.to_string();
    let (folder, name) = (objects.join(&hex[..2]), &hex[2..]);
    let path = folder.join(name);
    if path.exists() {
        return Ok(());
    }
    let told = || format!("cannot write the object {hex} into `{}`", objects.display());
    std::fs::create_dir_all(&folder).with_context(told)?;
    // The prefix is git's own: `git gc` takes away what a kill leaves.
    let mut file = readable().prefix("tmp_obj_").tempfile_in(&folder).with_context(told)?;
    let mut packed = ZlibEncoder::new(file.as_file_mut(), Compression::fast());
    write!(packed, "{} {}\0", kind.str(), bytes.len()).with_context(told)?;
    packed.write_all(bytes).with_context(told)?;
    packed.finish().with_context(told)?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(()),
        // Somebody else has just written the same object.
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(anyhow::Error::new(error.error).context(told()).into()),
    }
}

/// New files that nobody writes again and whom the user's mask lets read may read.
#[cfg(unix)]
fn readable() -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut builder = tempfile::Builder::new();
    builder.permissions(std::fs::Permissions::from_mode(0o444));
    builder
}

#[cfg(not(unix))]
fn readable() -> tempfile::Builder<'static, 'static> {
    tempfile::Builder::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::store::id_of;

    #[test]
    fn an_object_appears_whole_read_only_and_once() {
        let folder = tempfile::TempDir::new().unwrap();
        let id = id_of(ObjectType::Blob, b"text").unwrap();
        for _ in 0..2 {
            write(folder.path(), id, ObjectType::Blob, b"text").unwrap();
        }
        let odb = git2::Odb::new().unwrap();
        odb.add_disk_alternate(folder.path().to_str().unwrap()).unwrap();
        let object = odb.read(crate::git::store::oid(id)).unwrap();
        assert_eq!((object.kind(), object.data()), (ObjectType::Blob, b"text".as_slice()));
        let hex = id.to_string();
        let files: Vec<_> = std::fs::read_dir(folder.path().join(&hex[..2])).unwrap().collect();
        assert_eq!(files.len(), 1);
        assert!(files[0].as_ref().unwrap().metadata().unwrap().permissions().readonly());
    }
}
