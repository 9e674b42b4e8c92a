//! One landing of a branch: which one brought a commit in, what stood before it, and which paths differ between the two.

use crate::domain::commit::{CommitId, CommitInfo, Known, TreeId};
use crate::domain::files::{ChangedPath, PathChange};
use crate::domain::refusal::{Code, Error, Refusal};

use super::graph;
use super::log::Effort;
use super::repo::Repo;
use super::store::{Store, Tree, TreeEntry};

impl Repo {
    /// The landing of the branch at `tip` that first contained `commit`: itself, or the merge that brought it in; `None`
    /// where the branch does not contain it, `CannotTell` where a shallow clone hides which one it was.
    ///
    /// Looks at what landed since, and not even at that where an index knows the commit.
    pub fn landing_of(&self, tip: CommitId, commit: CommitId) -> Result<Known<Option<CommitId>>, Error> {
        if let Some((index, end)) = self.chain(tip, Effort::IfPresent)?
            && index.position(commit).is_some_and(|position| position <= end)
        {
            return Ok(Known::Is(Some(commit)));
        }
        self.told(|store| graph::landing_of(store, tip, commit))
    }

    /// The commit that a landing is compared with: its first parent; `None` for the first commit of all.
    ///
    /// # Errors
    /// `CannotTell` where this clone is shallow and begins with the landing: what stood before is not here.
    pub fn before(&self, landing: &CommitInfo) -> Result<Option<CommitId>, Error> {
        let is_cut = || self.store().is_boundary(landing.id) && !landing.parents.is_empty();
        if is_cut() {
            self.deepen()?;
        }
        if is_cut() {
            let what =
                format!("cannot tell what `{}` changed: this clone is shallow and begins with it", landing.id.short());
            return Err(Refusal::new(Code::Shallow, what).hint(self.how_to_deepen()).cannot_tell());
        }
        Ok(landing.parents.first().copied())
    }

    /// The first commit of a branch, by first parents from its tip; `None` where it is not among so many landings, or where a shallow
    /// clone hides it.
    pub fn first_landing(&self, tip: CommitId, among: usize) -> Result<Option<CommitId>, Error> {
        let mut at = tip;
        for _ in 0..among {
            let link = match self.store().link(at) {
                // A clone that lacks a commit hides it as a shallow one does.
                Err(Error::CannotTell(_)) => return Ok(None),
                link => link?,
            };
            match link.parents.first() {
                Some(parent) => at = *parent,
                None => return Ok(Some(at).filter(|_| !link.boundary)),
            }
        }
        Ok(None)
    }

    /// The paths that differ between two commits, in git's order; all of them where there is none before.
    pub fn changed_paths(&self, before: Option<CommitId>, after: CommitId) -> Result<Vec<ChangedPath>, Error> {
        let tree = |commit: CommitId| Ok::<_, Error>(self.store().link(commit)?.tree);
        let mut out = Vec::new();
        let mut note = |path: &[u8], was: Option<&TreeEntry>, is: Option<&TreeEntry>| {
            let change = change(was, is);
            out.extend(change.map(|change| ChangedPath { path: String::from_utf8_lossy(path).into_owned(), change }));
        };
        differing(self.store(), (before.map(tree).transpose()?, Some(tree(after)?)), &mut Vec::new(), &mut note)?;
        Ok(out)
    }
}

/// What became of the file at a path; `None`: there was no file, and there is none.
pub(super) fn change(was: Option<&TreeEntry>, is: Option<&TreeEntry>) -> Option<PathChange> {
    let is_file = |entry: Option<&TreeEntry>| entry.is_some_and(|entry| !entry.is_folder());
    match (is_file(was), is_file(is)) {
        (true, true) => Some(PathChange::Modified),
        (true, false) => Some(PathChange::Deleted),
        (false, true) => Some(PathChange::Added),
        (false, false) => None,
    }
}

/// Who is told of what differs: its path, what stood there, and what stands there.
pub(super) type Differs<'a> = &'a mut dyn FnMut(&[u8], Option<&TreeEntry>, Option<&TreeEntry>);

/// Tells what differs below one folder, whose name `path` ends with; folders with the same id are not entered.
pub(super) fn differing(
    store: &Store,
    (old, new): (Option<TreeId>, Option<TreeId>),
    path: &mut Vec<u8>,
    tell: Differs<'_>,
) -> Result<(), Error> {
    if old == new {
        return Ok(());
    }
    let entries = |tree: Option<TreeId>| tree.map(|tree| store.tree(tree)).transpose();
    let (old, new) = (entries(old)?, entries(new)?);
    let (old, new) = (old.as_deref().unwrap_or(EMPTY), new.as_deref().unwrap_or(EMPTY));
    let mut names: Vec<&[u8]> = old.entries.iter().chain(&new.entries).map(|entry| entry.name.as_ref()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (was, is) = (old.get(name), new.get(name));
        if was == is {
            continue;
        }
        let length = path.len();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        tell(path, was, is);
        let folder = |entry: Option<&TreeEntry>| entry.filter(|entry| entry.is_folder()).map(|entry| entry.id);
        differing(store, (folder(was), folder(is)), path, tell)?;
        path.truncate(length);
    }
    Ok(())
}

/// A folder that is not there.
const EMPTY: &Tree = &Tree { entries: Vec::new() };

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;
    use std::path::Path;

    fn open(sample: &Sample, dir: &Path) -> Repo {
        Repo::open(dir, &sample.surroundings).unwrap()
    }

    fn landing_of(repo: &Repo, tip: CommitId, commit: CommitId) -> Option<CommitId> {
        match repo.landing_of(tip, commit).unwrap() {
            Known::Is(landing) => landing,
            Known::CannotTell(why) => panic!("{why}"),
        }
    }

    #[test]
    fn the_paths_that_differ_are_those_of_git_diff_at_every_landing() {
        let sample = Sample::new();
        let dir = sample.eventful();
        let repo = open(&sample, &dir);
        let log = sample.git(&dir, &["rev-list", "--first-parent", "main"]);
        for id in log.lines().filter_map(CommitId::from_hex) {
            let info = repo.commit(id).unwrap();
            let found = repo.changed_paths(repo.before(&info).unwrap(), id).unwrap();
            let id = id.to_string();
            let args = ["show", "-m", "--first-parent", "--no-renames", "--name-status", "-z", "--format=", &id];
            let said = sample.git(&dir, &args);
            let words: Vec<&str> = said.split('\0').filter(|word| !word.is_empty()).collect();
            let mut wanted: Vec<ChangedPath> = words
                .chunks(2)
                .map(|pair| ChangedPath {
                    path: pair[1].to_string(),
                    change: match pair[0] {
                        "A" => PathChange::Added,
                        "D" => PathChange::Deleted,
                        _ => PathChange::Modified,
                    },
                })
                .collect();
            let mut found = found;
            found.sort();
            wanted.sort();
            assert_eq!(found, wanted, "{id}");
        }
    }

    #[test]
    fn a_name_that_no_path_of_ours_could_have_is_among_the_paths() {
        let sample = Sample::new();
        let dir = sample.init("config");
        sample.commit(&dir, "plain", Some("1"));
        let id = sample.commit(&dir, "a\tb\\c", Some("1"));
        let repo = open(&sample, &dir);
        let info = repo.commit(id).unwrap();
        let found = repo.changed_paths(repo.before(&info).unwrap(), id).unwrap();
        assert_eq!(found, [ChangedPath { path: "a\tb\\c".into(), change: PathChange::Added }]);
    }

    #[test]
    fn a_commit_lands_by_itself_or_by_the_merge_that_brought_it_in() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let first = sample.commit(&dir, "a", Some("1"));
        sample.git(&dir, &["checkout", "-q", "-b", "topic"]);
        let deep = sample.commit(&dir, "b", Some("1"));
        let side = sample.commit(&dir, "b", Some("2"));
        sample.git(&dir, &["checkout", "-q", "main"]);
        let between = sample.commit(&dir, "a", Some("2"));
        // The later date stands below: dates tell nothing here.
        sample.git_at(&dir, super::super::sample::BEGIN - 500, &["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
        let merge = sample.id(&dir, "main");
        let last = sample.commit(&dir, "a", Some("3"));
        sample.git(&dir, &["checkout", "-q", "-b", "elsewhere", &first.to_string()]);
        let never = sample.commit(&dir, "c", Some("1"));
        for build_an_index in [false, true] {
            let repo = open(&sample, &dir);
            if build_an_index {
                repo.landings(last, &[crate::domain::path::RepoPath::root()], None).unwrap();
            }
            for commit in [first, between, merge, last] {
                assert_eq!(landing_of(&repo, last, commit), Some(commit));
            }
            assert_eq!(landing_of(&repo, last, deep), Some(merge));
            assert_eq!(landing_of(&repo, last, side), Some(merge));
            assert_eq!(landing_of(&repo, last, never), None);
            assert_eq!(landing_of(&repo, between, last), None);
            assert_eq!(landing_of(&repo, between, deep), None);
        }
    }

    #[test]
    fn a_shallow_clone_does_not_say_what_it_cannot_know() {
        let sample = Sample::new();
        let dir = sample.init("config");
        sample.commit(&dir, "a", Some("1"));
        sample.commit(&dir, "a", Some("2"));
        sample.commit(&dir, "a", Some("3"));
        let address = format!("file://{}", dir.display());
        sample.git(&sample.path(""), &["clone", "-q", "--depth", "2", &address, "shallow"]);
        let shallow = sample.path("shallow");
        let repo = open(&sample, &shallow);
        let (tip, boundary) = (sample.id(&shallow, "HEAD"), sample.id(&shallow, "HEAD~1"));
        assert_eq!(landing_of(&repo, tip, boundary), Some(boundary));
        assert!(repo.before(&repo.commit(tip).unwrap()).unwrap().is_some());
        let boundary = repo.commit(boundary).unwrap();
        assert!(matches!(repo.before(&boundary), Err(Error::CannotTell(why)) if why.code == Code::Shallow));
        let unknown = CommitId::from_bytes([7; 20]);
        assert!(matches!(repo.landing_of(tip, unknown).unwrap(), Known::CannotTell(_)));
        let root = open(&sample, &dir);
        let first = sample.id(&dir, "main~2");
        assert_eq!(repo.first_landing(tip, 9).unwrap(), None);
        assert_eq!(root.first_landing(tip, 3).unwrap(), Some(first));
        assert_eq!(root.first_landing(tip, 2).unwrap(), None, "it is one further back");
        assert_eq!(root.before(&root.commit(sample.id(&dir, "main~2")).unwrap()).unwrap(), None);
    }
}
