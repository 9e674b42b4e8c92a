//! One file with one pin, for the tests of the kinds.

use crate::domain::commit::ObjectId;
use crate::domain::files::{Entry, EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Error, Refusal};
use crate::domain::settings::{DigestRule, PinKind, PinRule};
use crate::domain::version::Version;

use super::Reader;

struct One {
    path: RepoPath,
    text: String,
}

impl Files for One {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        let kind = if *path == self.path { EntryKind::File } else { EntryKind::Folder };
        let known = *path == self.path || self.path.is_within(path);
        Ok(known.then(|| Entry { path: path.clone(), kind, id: ObjectId::from_bytes([0; 20]) }))
    }

    fn list(&self, _: &RepoPath) -> Result<Vec<Entry>, Error> {
        Ok(self.entry(&self.path)?.into_iter().collect())
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        Ok((*path == self.path).then(|| self.text.clone().into_bytes()))
    }
}

/// What the pin says in the file, and the file once it says `to`.
pub fn pinned(kind: &PinKind, file: &str, text: &str, to: &str) -> (Option<String>, String) {
    let (rule, files) = (rule(kind, file), one(file, text));
    let reader = Reader::new(&files);
    let reading = super::read(&reader, &rule, &files.path, None).unwrap().unwrap();
    let change = super::change(&reader, &rule, &reading, &Version::new(to).unwrap(), DigestRule::Ask).unwrap();
    let new = change.all().apply(text.as_bytes()).unwrap();
    (reading.version.map(|version| version.to_string()), String::from_utf8(new).unwrap())
}

/// What the pin says in the file.
pub fn read(kind: &PinKind, file: &str, text: &str) -> Option<String> {
    let (rule, files) = (rule(kind, file), one(file, text));
    let reading = super::read(&Reader::new(&files), &rule, &files.path, None).unwrap().unwrap();
    reading.version.map(|version| version.to_string())
}

/// Why the pin cannot be read in the file.
pub fn refused(kind: &PinKind, file: &str, text: &str) -> Refusal {
    let (rule, files) = (rule(kind, file), one(file, text));
    match super::read(&Reader::new(&files), &rule, &files.path, None) {
        Err(Error::Invalid(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn rule(kind: &PinKind, file: &str) -> PinRule {
    PinRule { kind: kind.clone(), within: file.into(), environments: Vec::new(), more: Default::default() }
}

fn one(file: &str, text: &str) -> One {
    One { path: RepoPath::new(file).unwrap(), text: text.into() }
}
